/*
 * Allwinner A31 (sun6i) SRAM Controller
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_SRAMC_H
#define HW_MISC_ALLWINNER_A31_SRAMC_H

#include "qom/object.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_SRAMC "allwinner-a31-sramc"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31SramcState, AW_A31_SRAMC)

#define AW_A31_SRAMC_IOSIZE     0x1000

struct AwA31SramcState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;

    uint32_t cache_config;
};

#endif /* HW_MISC_ALLWINNER_A31_SRAMC_H */
