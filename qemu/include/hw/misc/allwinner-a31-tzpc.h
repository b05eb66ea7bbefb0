/*
 * Allwinner A31 (sun6i) TrustZone Protection Controller
 *
 * QEMU interface:
 *  + sysbus MMIO region 0: the registers
 *  + sysbus MMIO region 1: to be mapped over the RTC; passes accesses on to
 *    the region in the link property "rtc", if it lets them through
 *  + sysbus MMIO region 2: what a non-secure access sees of the secure SRAM
 *  + link property "rtc": the registers of the RTC
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_TZPC_H
#define HW_MISC_ALLWINNER_A31_TZPC_H

#include "qom/object.h"
#include "exec/memory.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_TZPC "allwinner-a31-tzpc"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31TzpcState, AW_A31_TZPC)

#define AW_A31_TZPC_IOSIZE      0x400
/* SRAM B */
#define AW_A31_TZPC_SRAM_SIZE   0x10000

enum {
    AW_A31_TZPC_REGISTERS,
    AW_A31_TZPC_RTC,
    AW_A31_TZPC_SRAM,
};

struct AwA31TzpcState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    MemoryRegion rtc_guard;
    MemoryRegion sram_guard;
    MemoryRegion *rtc;

    uint32_t r0size;
    uint8_t decport0;
};

#endif /* HW_MISC_ALLWINNER_A31_TZPC_H */
