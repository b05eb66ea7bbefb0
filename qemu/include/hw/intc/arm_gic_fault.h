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
    GIC_FAULT_SGI_TWICE,
    GIC_FAULT_SGI_WRONG_SOURCE,
    GIC_FAULT_SGI_OTHERS_SELF,
    GIC_FAULT_SPI_WRONG_CPU,
    GIC_FAULT_SPI_TWICE,
    GIC_FAULT_SPI_FOR_EACH,
    GIC_FAULT_ENABLE_STUCK,
    GIC_FAULT_PENDING_STUCK,
    GIC_FAULT_ACTIVE_STUCK,
    GIC_FAULT_CONFIG_STUCK,
    GIC_FAULT_ENABLE_NOT_BANKED,
    GIC_FAULT_PENDING_NOT_BANKED,
    GIC_FAULT_CLEAR_NOT_BANKED,
    GIC_FAULT_PRIORITY_NOT_BANKED,
    GIC_FAULT_PRIORITY_IGNORED,
    GIC_FAULT_MASK_OFF_BY_ONE,
    GIC_FAULT_RUNNING_IDLE,
    GIC_FAULT_COUNT
} GICFault;

/*
 * Faults in SGIs spare the IDs below this: the kernel under test must live
 * long enough to give its verdict.
 */
#define GIC_FAULT_FIRST_SGI 8

/* Every other delivery, for faults that would repeat for ever. */
bool gic_fault_now_and_then(GICState *s, GICFault fault);

/* The CPU mask from whose point of view @cpu looks at an SPI. */
int gic_fault_spi_mask(GICState *s, int cpu);

static inline bool gic_fault(const GICState *s, GICFault fault)
{
    return unlikely(s->fault == fault);
}

/**
 * gic_fault_realize: turn the property "x-fault" into a fault
 * @s: the GIC; its fault_name may be NULL
 * @errp: set, with the list of names, when there is no such fault
 */
bool gic_fault_realize(GICState *s, Error **errp);

#endif
