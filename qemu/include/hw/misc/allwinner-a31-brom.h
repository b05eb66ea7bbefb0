/*
 * Allwinner A31 (sun6i) Boot ROM
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_BROM_H
#define HW_MISC_ALLWINNER_A31_BROM_H

#include "qom/object.h"
#include "exec/memory.h"
#include "hw/sd/allwinner-sdhost.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_BROM "allwinner-a31-brom"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31BromState, AW_A31_BROM)

/* The slots it looks into, in this order */
#define AW_A31_BROM_NUM_SLOTS   2

struct AwA31BromState {
    SysBusDevice parent_obj;

    MemoryRegion rom;
    /* What is found on a card goes to address 0 of this */
    MemoryRegion *memory_mr;
    AddressSpace memory_as;
    AwSdHostState *mmc[AW_A31_BROM_NUM_SLOTS];

    /* A kernel is started directly, without the boot ROM */
    bool linux_boot;
};

#endif /* HW_MISC_ALLWINNER_A31_BROM_H */
