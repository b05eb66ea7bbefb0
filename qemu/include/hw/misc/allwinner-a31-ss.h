/*
 * Allwinner A31 (sun6i) Security System, identification only
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_SS_H
#define HW_MISC_ALLWINNER_A31_SS_H

#include "qom/object.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_SS "allwinner-a31-ss"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31SsState, AW_A31_SS)

#define AW_A31_SS_IOSIZE        0x1000

/* How the die is bonded into its package: the values of "bonding-id" */
#define AW_A31_BONDING_A31      4
#define AW_A31_BONDING_A31S     5

struct AwA31SsState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    uint8_t bonding_id;
    uint32_t ctl;
};

#endif /* HW_MISC_ALLWINNER_A31_SS_H */
