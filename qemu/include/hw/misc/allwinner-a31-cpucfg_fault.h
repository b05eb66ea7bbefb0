/*
 * Deliberate faults of the Allwinner A31's CPU configuration, to prove that a
 * self-test catches them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_ALLWINNER_A31_CPUCFG_FAULT_H
#define HW_MISC_ALLWINNER_A31_CPUCFG_FAULT_H

#include "hw/misc/allwinner-a31-cpucfg.h"

/* What breaks is said in allwinner-a31-cpucfg_fault.c, beside each name. */
typedef enum {
    CPU_FAULT_NONE,
    CPU_FAULT_CLAMP_STUCK,
    CPU_FAULT_CLAMP_STUCK_LATER,
    CPU_FAULT_CLAMP_READS_CLOSED,
    CPU_FAULT_WFI_NEVER,
    CPU_FAULT_WFI_ALWAYS,
    CPU_FAULT_STATUS_OF_NEXT,
    CPU_FAULT_OFF_IGNORED,
    CPU_FAULT_DEAD_LATER,
    CPU_FAULT_RESET_READS_RELEASED,
    CPU_FAULT_COUNT
} CPUFault;

static inline bool cpu_fault(const AwA31CpuCfgState *s, CPUFault fault)
{
    return unlikely(s->fault == fault);
}

/**
 * cpu_fault_realize: turn the property "x-fault" into a fault
 * @s: CPUCFG; its fault_name may be NULL
 * @errp: set, with the list of names, when there is no such fault
 */
bool cpu_fault_realize(AwA31CpuCfgState *s, Error **errp);

#endif
