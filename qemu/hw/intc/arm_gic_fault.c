/*
 * Deliberate faults of the ARM GICv2, to prove that a self-test catches them
 *
 * For tests only: -global arm_gic.x-fault=NAME. No fault is the default and
 * changes nothing. This is not meant for upstream QEMU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/core/cpu.h"
#include "hw/intc/arm_gic_fault.h"
#include "gic_internal.h"

/* GICD_INT_DEF_PRI of Linux, as the secure view has it */
#define GIC_FAULT_LINUX_PRIORITY 0xa0

static const char *const gic_fault_names[GIC_FAULT_COUNT] = {
    /* SGI 8-15 from CPU interface 1 to CPU interface 2 never pends */
    [GIC_FAULT_SGI_LOST] = "sgi-lost",
    /* one in 50 of the SGIs 8-15 that are sent never pends */
    [GIC_FAULT_SGI_LOST_AT_TIMES] = "sgi-lost-at-times",
    /* every other SGI 8-15 stays pending over its acknowledge */
    [GIC_FAULT_SGI_TWICE] = "sgi-twice",
    /* GICC_IAR.CPUID of SGI 8-15 has its lowest bit inverted */
    [GIC_FAULT_SGI_WRONG_SOURCE] = "sgi-wrong-source",
    /* TargetListFilter 0b01 includes the sender */
    [GIC_FAULT_SGI_OTHERS_SELF] = "sgi-others-self",
    /* TargetListFilter 0b11 sends the SGI beside it to the sender */
    [GIC_FAULT_SGI_RESERVED_STRAY] = "sgi-reserved-stray",
    /* GICD_SGIR.NSATT does nothing */
    [GIC_FAULT_NSATT_IGNORED] = "nsatt-ignored",
    /* an SPI goes to the CPU interface after the one in GICD_ITARGETSR */
    [GIC_FAULT_SPI_WRONG_CPU] = "spi-wrong-cpu",
    /* so does one in 20 of the SPIs that software pends */
    [GIC_FAULT_SPI_ASTRAY_AT_TIMES] = "spi-astray-at-times",
    /* every other edge-triggered SPI stays pending over its acknowledge */
    [GIC_FAULT_SPI_TWICE] = "spi-twice",
    /* an SPI comes to each of its targets, also while active on another */
    [GIC_FAULT_SPI_FOR_EACH] = "spi-for-each",
    /* GICD_ICENABLER does nothing for SPIs from INTID 128 */
    [GIC_FAULT_ENABLE_STUCK] = "enable-stuck",
    /* GICD_ICPENDR does nothing for SPIs */
    [GIC_FAULT_PENDING_STUCK] = "pending-stuck",
    /* an SPI more urgent than Linux's 0xa0 stays active after its end */
    [GIC_FAULT_ACTIVE_STUCK] = "active-stuck",
    /* GICD_ICFGR does nothing for SPIs from INTID 128 */
    [GIC_FAULT_CONFIG_STUCK] = "config-stuck",
    /* GICD_ICFGR0 can be written */
    [GIC_FAULT_SGI_CONFIG_WRITABLE] = "sgi-config-writable",
    /* GICD_ICFGR1 can be written, and is one for all CPUs */
    [GIC_FAULT_CONFIG_NOT_BANKED] = "config-not-banked",
    /* GICD_ISENABLER0 enables a PPI on all CPUs */
    [GIC_FAULT_ENABLE_NOT_BANKED] = "enable-not-banked",
    /* GICD_ISPENDR0 pends a PPI on all CPUs */
    [GIC_FAULT_PENDING_NOT_BANKED] = "pending-not-banked",
    /* GICD_ICPENDR0 clears a PPI on all CPUs */
    [GIC_FAULT_CLEAR_NOT_BANKED] = "clear-not-banked",
    /* GICD_IPRIORITYR0-7 are one for all CPUs */
    [GIC_FAULT_PRIORITY_NOT_BANKED] = "priority-not-banked",
    /* of those that GICC_PMR lets through, the lowest INTID is signalled */
    [GIC_FAULT_PRIORITY_IGNORED] = "priority-ignored",
    /* GICC_PMR lets through an interrupt of its own priority */
    [GIC_FAULT_MASK_OFF_BY_ONE] = "mask-off-by-one",
    /* GICC_RPR reads idle at all times */
    [GIC_FAULT_RUNNING_IDLE] = "running-idle",
    /* GICD_PPISR and GICD_SPISRn read 0 */
    [GIC_FAULT_LINE_STATUS_STUCK] = "line-status-stuck",
    /* GICD_PPISR and GICD_SPISRn show what pends, not the inputs */
    [GIC_FAULT_LINE_STATUS_PENDING] = "line-status-pending",
    /* GICD_IIDR.Implementer is 0 */
    [GIC_FAULT_IIDR_IMPLEMENTER] = "iidr-implementer",
    /* one in 32 reads of GICC_IAR gives 1023 although something pends */
    [GIC_FAULT_SPURIOUS_AT_TIMES] = "spurious-at-times",
    /* one in 16 SPIs stays active after its end */
    [GIC_FAULT_EOI_LOST_AT_TIMES] = "eoi-lost-at-times",

    /* The CPU interface, and what it shows of the distributor */
    /* GICC_HPPIR.CPUID is 0 */
    [GIC_FAULT_HPPIR_SOURCE_LOST] = "hppir-source-lost",
    /* GICC_HPPIR is 1023 for what GICC_PMR holds back */
    [GIC_FAULT_HPPIR_MASKED] = "hppir-masked",
    /* GICC_EOIR of 1023 drops the priority */
    [GIC_FAULT_SPURIOUS_EOI] = "spurious-eoi",
    /* nothing is acknowledged while something is active */
    [GIC_FAULT_PREEMPTION_LOST] = "preemption-lost",
    /* an interrupt of the running priority is acknowledged */
    [GIC_FAULT_EQUAL_PREEMPTS] = "equal-preempts",
    /* GICC_BPR does not group priorities */
    [GIC_FAULT_BPR_IGNORED] = "bpr-ignored",
    /* GICC_BPR is 5 at least */
    [GIC_FAULT_BPR_MINIMUM] = "bpr-minimum",
    /* GICC_PMR has a bit less than the priorities */
    [GIC_FAULT_PMR_BITS] = "pmr-bits",
    /* GICC_PMR is one for all CPUs */
    [GIC_FAULT_PMR_NOT_BANKED] = "pmr-not-banked",
    /* an acknowledge does not show in GICC_APRn */
    [GIC_FAULT_APR_NOT_SET] = "apr-not-set",
    /* GICC_CTLR.EOImode does nothing */
    [GIC_FAULT_SPLIT_IGNORED] = "split-ignored",
    /* GICC_DIR works on CPU interface 0 alone */
    [GIC_FAULT_DIR_CPU0] = "dir-cpu0",
    /* GICC_CTLR does not stop interrupts */
    [GIC_FAULT_GICC_ENABLE_IGNORED] = "gicc-enable-ignored",
    /* GICD_CTLR does not stop interrupts */
    [GIC_FAULT_GICD_ENABLE_IGNORED] = "gicd-enable-ignored",
    /* an SPI without a target cannot be made pending */
    [GIC_FAULT_PENDING_NEEDS_TARGET] = "pending-needs-target",
    /* a pending SPI that loses its target is lost */
    [GIC_FAULT_RETARGET_LOSES] = "retarget-loses",
    /* GICD_ITARGETSR keeps the bits of absent CPU interfaces */
    [GIC_FAULT_ABSENT_TARGETS] = "absent-targets",
    /* GICD_IGROUPR does nothing for SPIs from INTID 128 */
    [GIC_FAULT_GROUP_STUCK] = "group-stuck",
    /* the secure view does not show the priority of SGI 15 */
    [GIC_FAULT_GROUP0_HIDDEN] = "group0-hidden",
    /* GICC_IAR gives Group 1 without GICC_CTLR.AckCtl */
    [GIC_FAULT_ACKCTL_IGNORED] = "ackctl-ignored",
    /* GICC_AIAR and its relatives give no interrupt */
    [GIC_FAULT_ALIASED_LOST] = "aliased-lost",
    /* GICC_IIDR says GICv1 */
    [GIC_FAULT_IIDR_ARCHITECTURE] = "iidr-architecture",

    /* A GIC that does not answer */
    /* neither GICD_ISPENDR nor, for SGI 8-15, GICD_SGIR pends anything */
    [GIC_FAULT_NOTHING_PENDS] = "nothing-pends",
    /* GICC_IAR is 1023 while GICC_PMR holds back Linux's 0xa0 */
    [GIC_FAULT_ALWAYS_SPURIOUS] = "always-spurious",
    /* the same on all CPU interfaces but 0 */
    [GIC_FAULT_SECONDARY_DEAD] = "secondary-dead",
    /*
     * GICD and GICC read 0 at a CPU whose GICC_PMR holds back Linux's 0xa0;
     * but for their CTLR, of which a test puts back what it has read
     */
    [GIC_FAULT_READS_ZERO] = "reads-zero",

    /* The virtualization extensions */
    /* there is one list register more than GICH_VTR says */
    [GIC_FAULT_LR_LIMIT] = "lr-limit",
    /* list registers lack the lowest bit of the priority */
    [GIC_FAULT_LR_PRIORITY] = "lr-priority",
    /* a list register written without a state pends */
    [GIC_FAULT_LR_STATE] = "lr-state",
    /* one in 13 writes to a list register does nothing */
    [GIC_FAULT_LR_LOST_AT_TIMES] = "lr-lost-at-times",
    /* a list register is one for all CPUs */
    [GIC_FAULT_GICH_NOT_BANKED] = "gich-not-banked",
    /* the frames behind GICH are those of the accessing CPU */
    [GIC_FAULT_GICH_ALIAS_OWN] = "gich-alias-own",
    /* GICH_HCR.En 0 does not stop virtual interrupts */
    [GIC_FAULT_GICH_ENABLE_IGNORED] = "gich-enable-ignored",
    /* GICH_VTR.PRIbits is one too few */
    [GIC_FAULT_VTR_PRIBITS] = "vtr-pribits",
    /* GICH_ELRSR0 shows all list registers as empty */
    [GIC_FAULT_ELRSR_STUCK] = "elrsr-stuck",
    /* GICH_EISR0 reads 0 */
    [GIC_FAULT_EISR_LOST] = "eisr-lost",
    /* GICH_VMCR.VMPriMask reads 0 */
    [GIC_FAULT_VMCR_PMR_LOST] = "vmcr-pmr-lost",
    /* GICH_VMCR.VMABP cannot be written */
    [GIC_FAULT_VMCR_ABPR_STUCK] = "vmcr-abpr-stuck",
    /* GICH_HCR.EOICount cannot be written */
    [GIC_FAULT_EOICOUNT_READ_ONLY] = "eoicount-read-only",
    /* GICH_HCR.EOICount does not count */
    [GIC_FAULT_EOICOUNT_LOST] = "eoicount-lost",
    /* an acknowledge does not show in GICH_APR */
    [GIC_FAULT_GICH_APR_NOT_SET] = "gich-apr-not-set",
    /* a write to GICH_APR does not change the running priority */
    [GIC_FAULT_GICH_APR_WITHOUT_EFFECT] = "gich-apr-without-effect",
    /* GICV_IIDR reads 0 */
    [GIC_FAULT_GICV_IIDR] = "gicv-iidr",
    /* GICV_BPR takes values that its priority bits do not allow */
    [GIC_FAULT_VIRTUAL_BPR_MINIMUM] = "virtual-bpr-minimum",
    /* GICV_IAR gives 0 when nothing pends */
    [GIC_FAULT_VIRTUAL_SPURIOUS_0] = "virtual-spurious-0",
    /* GICV_IAR does not make the list register active */
    [GIC_FAULT_VIRTUAL_ACTIVE_LOST] = "virtual-active-lost",
    /* GICV_EOIR does not deactivate */
    [GIC_FAULT_VIRTUAL_EOI_STUCK] = "virtual-eoi-stuck",
    /* GICV_IAR.CPUID of an SGI is 0 */
    [GIC_FAULT_VIRTUAL_SOURCE_LOST] = "virtual-source-lost",
    /* the end of a virtual interrupt clears its pending state */
    [GIC_FAULT_VIRTUAL_PENDING_LOST] = "virtual-pending-lost",
    /* an active virtual interrupt is signalled */
    [GIC_FAULT_VIRTUAL_ACTIVE_SIGNALLED] = "virtual-active-signalled",
    /* the virtual interrupt of the last list register comes first */
    [GIC_FAULT_VIRTUAL_ORDER] = "virtual-order",
    /* GICV_PMR lets through an interrupt of its own priority */
    [GIC_FAULT_VIRTUAL_MASK_OFF_BY_ONE] = "virtual-mask-off-by-one",
    /* a virtual interrupt comes whatever runs */
    [GIC_FAULT_VIRTUAL_RUNNING_IGNORED] = "virtual-running-ignored",
    /* GICV_BPR does not group priorities */
    [GIC_FAULT_VIRTUAL_BPR_IGNORED] = "virtual-bpr-ignored",
    /* GICV_CTLR.EOImode does nothing */
    [GIC_FAULT_VIRTUAL_SPLIT_IGNORED] = "virtual-split-ignored",
    /* GICV_EOIR of 1023 ends what is active */
    [GIC_FAULT_VIRTUAL_SPURIOUS_EOI] = "virtual-spurious-eoi",
    /* GICV_CTLR does not stop a group */
    [GIC_FAULT_VIRTUAL_GROUPS_IGNORED] = "virtual-groups-ignored",
    /* what pends is not signalled when its group is enabled */
    [GIC_FAULT_VIRTUAL_CTLR_LATE] = "virtual-ctlr-late",
    /* GICV_IAR gives Group 1 without GICV_CTLR.AckCtl */
    [GIC_FAULT_VIRTUAL_ACKCTL_IGNORED] = "virtual-ackctl-ignored",
    /* GICV_AIAR gives Group 0 */
    [GIC_FAULT_ALIASED_ANY_GROUP] = "aliased-any-group",
    /* the end of a virtual interrupt leaves the physical one active */
    [GIC_FAULT_HW_NOT_DEACTIVATED] = "hw-not-deactivated",
    /* a physical interrupt that its virtual one's end deactivates waits */
    [GIC_FAULT_HW_NOT_SIGNALLED] = "hw-not-signalled",
    /* the maintenance interrupt never comes */
    [GIC_FAULT_MAINTENANCE_LOST] = "maintenance-lost",
    /* the maintenance interrupt comes on CPU interface 0 alone */
    [GIC_FAULT_MAINTENANCE_CPU0] = "maintenance-cpu0",
    /* GICH_MISR.NP needs no GICH_HCR.NPIE */
    [GIC_FAULT_MISR_NOT_ENABLED] = "misr-not-enabled",
    /* GICH_MISR.EOI reads 0; the others follow in the order of their bits */
    [GIC_FAULT_MISR_EOI_LOST] = "misr-eoi-lost",
    /* GICH_MISR.U reads 0 */
    [GIC_FAULT_MISR_U_LOST] = "misr-u-lost",
    /* GICH_MISR.LRENP reads 0 */
    [GIC_FAULT_MISR_LRENP_LOST] = "misr-lrenp-lost",
    /* GICH_MISR.NP reads 0 */
    [GIC_FAULT_MISR_NP_LOST] = "misr-np-lost",
    /* GICH_MISR.VGrp0E reads 0 */
    [GIC_FAULT_MISR_VGRP0E_LOST] = "misr-vgrp0e-lost",
    /* GICH_MISR.VGrp0D reads 0 */
    [GIC_FAULT_MISR_VGRP0D_LOST] = "misr-vgrp0d-lost",
    /* GICH_MISR.VGrp1E reads 0 */
    [GIC_FAULT_MISR_VGRP1E_LOST] = "misr-vgrp1e-lost",
    /* GICH_MISR.VGrp1D reads 0 */
    [GIC_FAULT_MISR_VGRP1D_LOST] = "misr-vgrp1d-lost",

    /* CPU hotplug */
    /* GICD_ICACTIVER0 written with all ones does nothing for SGI 8-15 */
    [GIC_FAULT_BANK_ACTIVE_STUCK] = "bank-active-stuck",
    /* GICD_IPRIORITYR2-3 take no words, bytes alone */
    [GIC_FAULT_BANK_PRIORITY_STUCK] = "bank-priority-stuck",
    /* SGI 8-14 to a CPU that is off, or in WFI, never pends */
    [GIC_FAULT_OFF_SGI_LOST] = "off-sgi-lost",
    /* a pending SPI that is given another target is lost */
    [GIC_FAULT_MOVE_LOSES] = "move-loses",

    /* an SPI more urgent than Linux's is signalled although it is active */
    [GIC_FAULT_ACTIVE_SIGNALLED] = "active-signalled",
    /* GICC_CTLR.CBPR does nothing */
    [GIC_FAULT_CBPR_IGNORED] = "cbpr-ignored",
    /* GICV_CTLR.CBPR does nothing */
    [GIC_FAULT_VIRTUAL_CBPR_IGNORED] = "virtual-cbpr-ignored",
    /* words of GICD_ITARGETSR from INTID 128 read 0 */
    [GIC_FAULT_WORD_READS_ZERO] = "word-reads-zero",
    /* words written to GICD_IPRIORITYR from INTID 128 are lost */
    [GIC_FAULT_PRIORITY_WORDS_LOST] = "priority-words-lost",
    /* SGI 8-15 are active, and GICD_ICACTIVER0 cannot be written */
    [GIC_FAULT_SGI_ACTIVE_AT_BOOT] = "sgi-active-at-boot",

    /* What hangs a kernel before any test can run */
    /* GICD_CTLR cannot be written */
    [GIC_FAULT_BOOT_GICD_CTLR] = "boot-gicd-ctlr",
    /* GICC_CTLR cannot be written */
    [GIC_FAULT_BOOT_GICC_CTLR] = "boot-gicc-ctlr",
    /* GICC_CTLR cannot be written by CPUs other than 0 */
    [GIC_FAULT_BOOT_GICC_CTLR_SECONDARY] = "boot-gicc-ctlr-secondary",
    /* GICC_PMR cannot be written */
    [GIC_FAULT_BOOT_PMR] = "boot-pmr",
    /* priorities are the lowest, and cannot be written */
    [GIC_FAULT_BOOT_PRIORITY] = "boot-priority",
    /* all interrupts are in Group 1, and that cannot be changed */
    [GIC_FAULT_BOOT_GROUP1] = "boot-group1",
    /* GICD_IGROUPR cannot be written */
    [GIC_FAULT_BOOT_GROUP0] = "boot-group0",
    /* what should come as IRQ comes as FIQ */
    [GIC_FAULT_BOOT_FIQ] = "boot-fiq",
    /* the IRQ output of the CPU interfaces is dead */
    [GIC_FAULT_BOOT_IRQ] = "boot-irq",
    /* GICC_IAR always reads 1023 */
    [GIC_FAULT_BOOT_IAR] = "boot-iar",
    /* GICD_SGIR cannot be written */
    [GIC_FAULT_BOOT_SGIR] = "boot-sgir",
    /* GICD_ISENABLER0 cannot be written */
    [GIC_FAULT_BOOT_ENABLE] = "boot-enable",
    /* PPI inputs are dead */
    [GIC_FAULT_BOOT_PPI] = "boot-ppi",
    /* PPI inputs of CPUs other than 0 are dead */
    [GIC_FAULT_BOOT_PPI_SECONDARY] = "boot-ppi-secondary",
    /* a PPI input that was high stays high */
    [GIC_FAULT_BOOT_PPI_STUCK] = "boot-ppi-stuck",
    /* PPIs are active, and that cannot be changed */
    [GIC_FAULT_BOOT_ACTIVE] = "boot-active",
    /* SPIs are active, and that cannot be changed */
    [GIC_FAULT_BOOT_ACTIVE_SPI] = "boot-active-spi",
    /* a priority of 0 is running, and that cannot be changed */
    [GIC_FAULT_BOOT_RUNNING] = "boot-running",
    /* GICC_EOIR cannot be written */
    [GIC_FAULT_BOOT_EOIR] = "boot-eoir",
    /* GICC_DIR cannot be written */
    [GIC_FAULT_BOOT_DIR] = "boot-dir",
    /* GICD_ITARGETSR0-7 have all bits set */
    [GIC_FAULT_BOOT_TARGETS] = "boot-targets",
    /* all registers read 0 and cannot be written */
    [GIC_FAULT_BOOT_DEAD] = "boot-dead",
};

bool gic_fault_is_urgent(GICState *s, int irq, int cpu)
{
    return GIC_DIST_GET_PRIORITY(irq, cpu) < 0xa0;
}

bool gic_fault_under_test(const GICState *s, int cpu, GICFault fault)
{
    return gic_fault(s, fault) && !gic_is_vcpu(cpu) &&
           s->priority_mask[cpu] > 0 &&
           s->priority_mask[cpu] <= GIC_FAULT_LINUX_PRIORITY;
}

unsigned int gic_fault_sgi_targets(GICState *s, int cpu, uint32_t sgir,
                                   unsigned int mask)
{
    int irq = sgir & 0xf;
    int filter = extract32(sgir, 24, 2);

    if (irq < GIC_FAULT_FIRST_SGI) {
        return mask;
    }
    if (gic_fault(s, GIC_FAULT_NOTHING_PENDS)) {
        return 0;
    }
    if (filter == 1 && gic_fault(s, GIC_FAULT_SGI_OTHERS_SELF)) {
        mask = ALL_CPU_MASK;
    }
    if (filter == 3 && gic_fault(s, GIC_FAULT_SGI_RESERVED_STRAY)) {
        GIC_DIST_SET_PENDING(irq ^ 1, 1 << cpu);
        s->sgi_pending[irq ^ 1][cpu] |= 1 << cpu;
    }
    if (cpu == 1 && gic_fault(s, GIC_FAULT_SGI_LOST)) {
        mask &= ~(1 << 2);
    }
    if (gic_fault_one_in(s, 50, GIC_FAULT_SGI_LOST_AT_TIMES)) {
        mask = 0;
    }
    /* SGI 15 is how firmware takes a CPU off. */
    if (irq < 15 && gic_fault(s, GIC_FAULT_OFF_SGI_LOST)) {
        for (int i = 0; i < s->num_cpu; i++) {
            if (qemu_get_cpu(i)->halted) {
                mask &= ~(1 << i);
            }
        }
    }
    return mask;
}

void gic_fault_pended(GICState *s, int irq)
{
    if (irq >= GIC_INTERNAL) {
        s->fault_astray[irq] =
            gic_fault_one_in(s, 20, GIC_FAULT_SPI_ASTRAY_AT_TIMES);
    }
}

uint8_t gic_fault_spi_targets(GICState *s, int irq)
{
    uint8_t targets = GIC_DIST_TARGET(irq);

    if (s->fault_astray[irq] || gic_fault(s, GIC_FAULT_SPI_WRONG_CPU)) {
        targets = targets << 1 | targets >> (s->num_cpu - 1);
    }
    return targets;
}

bool gic_fault_line_status(GICState *s, int irq, int cpu)
{
    if (gic_fault(s, GIC_FAULT_LINE_STATUS_PENDING)) {
        return gic_test_pending(s, irq, 1 << cpu);
    }
    return !gic_fault(s, GIC_FAULT_LINE_STATUS_STUCK) &&
           GIC_DIST_TEST_LEVEL(irq, 1 << cpu);
}

int gic_fault_min_bpr(GICState *s, int cpu)
{
    if (gic_is_vcpu(cpu)) {
        return gic_fault(s, GIC_FAULT_VIRTUAL_BPR_MINIMUM) ?
               0 : gic_min_bpr(s, cpu);
    }
    return gic_fault(s, GIC_FAULT_BPR_MINIMUM) ? 5 : gic_min_bpr(s, cpu);
}

bool gic_fault_lr_is_pending(GICState *s, uint32_t entry, int state)
{
    return state == GICH_LR_STATE_PENDING ||
           (state == GICH_LR_STATE_ACTIVE &&
            gic_fault(s, GIC_FAULT_VIRTUAL_ACTIVE_SIGNALLED));
}

void gic_fault_lr_written(GICState *s, int lr_idx, int cpu)
{
    uint32_t *entry = &s->h_lr[lr_idx][cpu];

    if (gic_fault(s, GIC_FAULT_LR_PRIORITY)) {
        *entry &= ~(1u << R_GICH_LR0_Priority_SHIFT);
    }
    if (gic_fault(s, GIC_FAULT_LR_STATE) && *entry &&
        GICH_LR_STATE(*entry) == GICH_LR_STATE_INVALID) {
        *entry |= GICH_LR_STATE_PENDING << R_GICH_LR0_State_SHIFT;
    }
    if (gic_fault(s, GIC_FAULT_GICH_NOT_BANKED)) {
        for (int i = 0; i < s->num_cpu; i++) {
            s->h_lr[lr_idx][i] = *entry;
        }
    }
}

int gic_fault_maintenance(GICState *s, int cpu, int level)
{
    if (gic_fault(s, GIC_FAULT_MAINTENANCE_LOST) ||
        (cpu && gic_fault(s, GIC_FAULT_MAINTENANCE_CPU0))) {
        return 0;
    }
    return level;
}

uint32_t gic_fault_misr_lost(GICState *s)
{
    if (s->fault < GIC_FAULT_MISR_EOI_LOST ||
        s->fault > GIC_FAULT_MISR_VGRP1D_LOST) {
        return 0;
    }
    return 1u << (s->fault - GIC_FAULT_MISR_EOI_LOST);
}

bool gic_fault_realize(GICState *s, Error **errp)
{
    if (!s->fault_name) {
        return true;
    }
    for (int i = GIC_FAULT_NONE + 1; i < GIC_FAULT_COUNT; i++) {
        if (!strcmp(s->fault_name, gic_fault_names[i])) {
            s->fault = i;
            return true;
        }
    }
    error_setg(errp, "the GIC has no fault '%s'", s->fault_name);
    for (int i = GIC_FAULT_NONE + 1; i < GIC_FAULT_COUNT; i++) {
        error_append_hint(errp, "%s%s", i == 1 ? "Faults: " : " ",
                          gic_fault_names[i]);
    }
    error_append_hint(errp, "\n");
    return false;
}
