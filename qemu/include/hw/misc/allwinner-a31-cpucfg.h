/*
 * Allwinner A31 (sun6i) CPU Configuration
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_CPUCFG_H
#define HW_MISC_ALLWINNER_A31_CPUCFG_H

#include "qom/object.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-prcm.h"

#define TYPE_AW_A31_CPUCFG "allwinner-a31-cpucfg"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31CpuCfgState, AW_A31_CPUCFG)

#define AW_A31_CPUCFG_IOSIZE    0x300
#define AW_A31_CPUCFG_NUM_REGS  (AW_A31_CPUCFG_IOSIZE / sizeof(uint32_t))
#define AW_A31_CPUCFG_NUM_CPUS  AW_A31_PRCM_NUM_CPUS

/* Input lines, one per CPU: to be connected to the PRCM's of the same name */
#define AW_A31_CPUCFG_CPU_POWER AW_A31_PRCM_CPU_POWER

/* What one core is to do; see aw_a31_cpucfg_core_work() */
typedef struct AwA31CpuCfgCore {
    unsigned index;

    /* The core has power and is out of reset */
    bool running;
    /* The core was stopped since its power state was last brought up to date */
    bool stopped;
    /* PRIVATE0 was written since the core went off */
    bool entry_given;
    /* Work is queued on the core */
    bool work_queued;
} AwA31CpuCfgCore;

struct AwA31CpuCfgState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    AwA31PrcmState *prcm;

    uint32_t regs[AW_A31_CPUCFG_NUM_REGS];
    AwA31CpuCfgCore core[AW_A31_CPUCFG_NUM_CPUS];
    /* QEMU_CLOCK_VIRTUAL when the counter was zero */
    int64_t counter_start;
    /* The counter when it was last latched for reading */
    uint64_t counter_latch;
};

#endif /* HW_MISC_ALLWINNER_A31_CPUCFG_H */
