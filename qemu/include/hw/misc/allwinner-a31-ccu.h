/*
 * Allwinner A31 (sun6i) Clock Control Unit
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_CCU_H
#define HW_MISC_ALLWINNER_A31_CCU_H

#include "qom/object.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_CCU "allwinner-a31-ccu"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31CcuState, AW_A31_CCU)

#define AW_A31_CCU_IOSIZE       0x400
#define AW_A31_CCU_NUM_REGS     (AW_A31_CCU_IOSIZE / sizeof(uint32_t))

struct AwA31CcuState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    /* A kernel is started directly: do what the boot loader would have done */
    bool linux_boot;
    uint32_t regs[AW_A31_CCU_NUM_REGS];
};

#endif /* HW_MISC_ALLWINNER_A31_CCU_H */
