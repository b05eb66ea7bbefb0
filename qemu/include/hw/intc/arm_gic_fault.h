/*
 * Deliberate faults of the ARM GICv2, to prove that a self-test catches them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_INTC_ARM_GIC_FAULT_H
#define HW_INTC_ARM_GIC_FAULT_H

#include "hw/intc/arm_gic_common.h"

/* What breaks is said in arm_gic_fault.c, beside each name. */
typedef enum {
    GIC_FAULT_NONE,
    GIC_FAULT_SGI_LOST,
    GIC_FAULT_SGI_LOST_AT_TIMES,
    GIC_FAULT_SGI_TWICE,
    GIC_FAULT_SGI_WRONG_SOURCE,
    GIC_FAULT_SGI_OTHERS_SELF,
    GIC_FAULT_SGI_RESERVED_STRAY,
    GIC_FAULT_NSATT_IGNORED,
    GIC_FAULT_SPI_WRONG_CPU,
    GIC_FAULT_SPI_ASTRAY_AT_TIMES,
    GIC_FAULT_SPI_TWICE,
    GIC_FAULT_SPI_FOR_EACH,
    GIC_FAULT_ENABLE_STUCK,
    GIC_FAULT_PENDING_STUCK,
    GIC_FAULT_ACTIVE_STUCK,
    GIC_FAULT_CONFIG_STUCK,
    GIC_FAULT_SGI_CONFIG_WRITABLE,
    GIC_FAULT_CONFIG_NOT_BANKED,
    GIC_FAULT_ENABLE_NOT_BANKED,
    GIC_FAULT_PENDING_NOT_BANKED,
    GIC_FAULT_CLEAR_NOT_BANKED,
    GIC_FAULT_PRIORITY_NOT_BANKED,
    GIC_FAULT_PRIORITY_IGNORED,
    GIC_FAULT_MASK_OFF_BY_ONE,
    GIC_FAULT_RUNNING_IDLE,
    GIC_FAULT_LINE_STATUS_STUCK,
    GIC_FAULT_LINE_STATUS_PENDING,
    GIC_FAULT_IIDR_IMPLEMENTER,
    GIC_FAULT_SPURIOUS_AT_TIMES,
    GIC_FAULT_EOI_LOST_AT_TIMES,
    GIC_FAULT_HPPIR_SOURCE_LOST,
    GIC_FAULT_HPPIR_MASKED,
    GIC_FAULT_SPURIOUS_EOI,
    GIC_FAULT_PREEMPTION_LOST,
    GIC_FAULT_EQUAL_PREEMPTS,
    GIC_FAULT_BPR_IGNORED,
    GIC_FAULT_BPR_MINIMUM,
    GIC_FAULT_PMR_BITS,
    GIC_FAULT_PMR_NOT_BANKED,
    GIC_FAULT_APR_NOT_SET,
    GIC_FAULT_SPLIT_IGNORED,
    GIC_FAULT_DIR_CPU0,
    GIC_FAULT_GICC_ENABLE_IGNORED,
    GIC_FAULT_GICD_ENABLE_IGNORED,
    GIC_FAULT_PENDING_NEEDS_TARGET,
    GIC_FAULT_RETARGET_LOSES,
    GIC_FAULT_ABSENT_TARGETS,
    GIC_FAULT_GROUP_STUCK,
    GIC_FAULT_GROUP0_HIDDEN,
    GIC_FAULT_ACKCTL_IGNORED,
    GIC_FAULT_ALIASED_LOST,
    GIC_FAULT_IIDR_ARCHITECTURE,
    GIC_FAULT_NOTHING_PENDS,
    GIC_FAULT_ALWAYS_SPURIOUS,
    GIC_FAULT_SECONDARY_DEAD,
    GIC_FAULT_READS_ZERO,
    GIC_FAULT_LR_LIMIT,
    GIC_FAULT_LR_PRIORITY,
    GIC_FAULT_LR_STATE,
    GIC_FAULT_LR_LOST_AT_TIMES,
    GIC_FAULT_GICH_NOT_BANKED,
    GIC_FAULT_GICH_ALIAS_OWN,
    GIC_FAULT_GICH_ENABLE_IGNORED,
    GIC_FAULT_VTR_PRIBITS,
    GIC_FAULT_ELRSR_STUCK,
    GIC_FAULT_EISR_LOST,
    GIC_FAULT_VMCR_PMR_LOST,
    GIC_FAULT_VMCR_ABPR_STUCK,
    GIC_FAULT_EOICOUNT_READ_ONLY,
    GIC_FAULT_EOICOUNT_LOST,
    GIC_FAULT_GICH_APR_NOT_SET,
    GIC_FAULT_GICH_APR_WITHOUT_EFFECT,
    GIC_FAULT_GICV_IIDR,
    GIC_FAULT_VIRTUAL_BPR_MINIMUM,
    GIC_FAULT_VIRTUAL_SPURIOUS_0,
    GIC_FAULT_VIRTUAL_ACTIVE_LOST,
    GIC_FAULT_VIRTUAL_EOI_STUCK,
    GIC_FAULT_VIRTUAL_SOURCE_LOST,
    GIC_FAULT_VIRTUAL_PENDING_LOST,
    GIC_FAULT_VIRTUAL_ACTIVE_SIGNALLED,
    GIC_FAULT_VIRTUAL_ORDER,
    GIC_FAULT_VIRTUAL_MASK_OFF_BY_ONE,
    GIC_FAULT_VIRTUAL_RUNNING_IGNORED,
    GIC_FAULT_VIRTUAL_BPR_IGNORED,
    GIC_FAULT_VIRTUAL_SPLIT_IGNORED,
    GIC_FAULT_VIRTUAL_SPURIOUS_EOI,
    GIC_FAULT_VIRTUAL_GROUPS_IGNORED,
    GIC_FAULT_VIRTUAL_CTLR_LATE,
    GIC_FAULT_VIRTUAL_ACKCTL_IGNORED,
    GIC_FAULT_ALIASED_ANY_GROUP,
    GIC_FAULT_HW_NOT_DEACTIVATED,
    GIC_FAULT_HW_NOT_SIGNALLED,
    GIC_FAULT_MAINTENANCE_LOST,
    GIC_FAULT_MAINTENANCE_CPU0,
    GIC_FAULT_MISR_NOT_ENABLED,
    GIC_FAULT_MISR_EOI_LOST,
    GIC_FAULT_MISR_U_LOST,
    GIC_FAULT_MISR_LRENP_LOST,
    GIC_FAULT_MISR_NP_LOST,
    GIC_FAULT_MISR_VGRP0E_LOST,
    GIC_FAULT_MISR_VGRP0D_LOST,
    GIC_FAULT_MISR_VGRP1E_LOST,
    GIC_FAULT_MISR_VGRP1D_LOST,
    GIC_FAULT_BANK_ACTIVE_STUCK,
    GIC_FAULT_BANK_PRIORITY_STUCK,
    GIC_FAULT_OFF_SGI_LOST,
    GIC_FAULT_MOVE_LOSES,
    GIC_FAULT_ACTIVE_SIGNALLED,
    GIC_FAULT_CBPR_IGNORED,
    GIC_FAULT_VIRTUAL_CBPR_IGNORED,
    GIC_FAULT_WORD_READS_ZERO,
    GIC_FAULT_PRIORITY_WORDS_LOST,
    GIC_FAULT_SGI_ACTIVE_AT_BOOT,
    GIC_FAULT_BOOT_GICD_CTLR,
    GIC_FAULT_BOOT_GICC_CTLR,
    GIC_FAULT_BOOT_GICC_CTLR_SECONDARY,
    GIC_FAULT_BOOT_PMR,
    GIC_FAULT_BOOT_PRIORITY,
    GIC_FAULT_BOOT_GROUP1,
    GIC_FAULT_BOOT_GROUP0,
    GIC_FAULT_BOOT_FIQ,
    GIC_FAULT_BOOT_IRQ,
    GIC_FAULT_BOOT_IAR,
    GIC_FAULT_BOOT_SGIR,
    GIC_FAULT_BOOT_ENABLE,
    GIC_FAULT_BOOT_PPI,
    GIC_FAULT_BOOT_PPI_SECONDARY,
    GIC_FAULT_BOOT_PPI_STUCK,
    GIC_FAULT_BOOT_ACTIVE,
    GIC_FAULT_BOOT_ACTIVE_SPI,
    GIC_FAULT_BOOT_RUNNING,
    GIC_FAULT_BOOT_EOIR,
    GIC_FAULT_BOOT_DIR,
    GIC_FAULT_BOOT_TARGETS,
    GIC_FAULT_BOOT_DEAD,
    GIC_FAULT_COUNT
} GICFault;

/*
 * Faults in SGIs spare the IDs below this: the kernel under test must live
 * long enough to give its verdict.
 */
#define GIC_FAULT_FIRST_SGI 8

static inline bool gic_fault(const GICState *s, GICFault fault)
{
    return unlikely(s->fault == fault);
}

/* The last of every @n times, for faults that come and go. */
static inline bool gic_fault_one_in(GICState *s, unsigned int n, GICFault fault)
{
    return gic_fault(s, fault) && ++s->fault_count % n == 0;
}

/*
 * Whether @irq is more urgent than Linux's own, which have priority 0xa0:
 * those are spared.
 */
bool gic_fault_is_urgent(GICState *s, int irq, int cpu);

/* What becomes of @mask, the targets of an SGI that @cpu sends. */
unsigned int gic_fault_sgi_targets(GICState *s, int cpu, uint32_t sgir,
                                   unsigned int mask);

/* Software makes @irq pending. */
void gic_fault_pended(GICState *s, int irq);

/* The CPUs that are given the SPI @irq. */
uint8_t gic_fault_spi_targets(GICState *s, int irq);

/* The input of @irq as GICD_PPISR and GICD_SPISRn show it. */
bool gic_fault_line_status(GICState *s, int irq, int cpu);

/* The lowest GICC_BPR or GICV_BPR. */
int gic_fault_min_bpr(GICState *s, int cpu);

/*
 * Whether @fault shows at CPU interface @cpu now: while its GICC_PMR holds back
 * what Linux uses, and lets through something. A GIC that is dead at any other
 * time is dead for the kernel, too.
 */
bool gic_fault_under_test(const GICState *s, int cpu, GICFault fault);

/* Whether the list register @entry, in @state, is one to be signalled. */
bool gic_fault_lr_is_pending(GICState *s, uint32_t entry, int state);

/* What else happens when list register @lr_idx of @cpu has been written. */
void gic_fault_lr_written(GICState *s, int lr_idx, int cpu);

/* What becomes of @level on its way to the maintenance interrupt of @cpu. */
int gic_fault_maintenance(GICState *s, int cpu, int level);

/* The bits that are lost from GICH_MISR. */
uint32_t gic_fault_misr_lost(GICState *s);

/*
 * What hangs a kernel before any test can run: arm_gic_boot_fault.c. A write
 * that is lost, a read that gives 0, an input that is not seen, outputs.
 */
bool gic_boot_fault_loses_write(GICState *s, bool dist, int cpu, hwaddr offset);
bool gic_boot_fault_read(GICState *s, bool dist, hwaddr offset, uint64_t *data);
bool gic_boot_fault_loses_input(GICState *s, int irq, int cm, int level);
void gic_boot_fault_outputs(GICState *s, int *irq_level, int *fiq_level);
void gic_boot_fault_reset(GICState *s);

/**
 * gic_fault_realize: turn the property "x-fault" into a fault
 * @s: the GIC; its fault_name may be NULL
 * @errp: set, with the list of names, when there is no such fault
 */
bool gic_fault_realize(GICState *s, Error **errp);

#endif
