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
#include "hw/intc/arm_gic_fault.h"

static const char *const gic_fault_names[GIC_FAULT_COUNT] = {
    /* SGI 8-15 from CPU interface 1 to CPU interface 2 never pends */
    [GIC_FAULT_SGI_LOST] = "sgi-lost",
    /* every other SGI 8-15 stays pending over its acknowledge */
    [GIC_FAULT_SGI_TWICE] = "sgi-twice",
    /* GICC_IAR.CPUID of SGI 8-15 has its lowest bit inverted */
    [GIC_FAULT_SGI_WRONG_SOURCE] = "sgi-wrong-source",
    /* TargetListFilter 0b01 includes the sender */
    [GIC_FAULT_SGI_OTHERS_SELF] = "sgi-others-self",
    /* an SPI goes to the CPU interface after the one in GICD_ITARGETSR */
    [GIC_FAULT_SPI_WRONG_CPU] = "spi-wrong-cpu",
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
};

bool gic_fault_now_and_then(GICState *s, GICFault fault)
{
    return gic_fault(s, fault) && (s->fault_count++ & 1);
}

int gic_fault_spi_mask(GICState *s, int cpu)
{
    if (gic_fault(s, GIC_FAULT_SPI_WRONG_CPU)) {
        cpu = (cpu + s->num_cpu - 1) % s->num_cpu;
    }
    return 1 << cpu;
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
