/*
 * Allwinner A31 (sun6i) Clock Control Unit
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_CCU_H
#define HW_MISC_ALLWINNER_A31_CCU_H

#include "qom/object.h"
#include "hw/clock.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_CCU "allwinner-a31-ccu"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31CcuState, AW_A31_CCU)

#define AW_A31_CCU_IOSIZE       0x400
#define AW_A31_CCU_NUM_REGS     (AW_A31_CCU_IOSIZE / sizeof(uint32_t))

/* The pairs of registers, for the clock gates and resets of the blocks */
enum {
    AW_A31_CCU_AHB1_0,
    AW_A31_CCU_AHB1_1,
    AW_A31_CCU_APB1,
    AW_A31_CCU_APB2,
    AW_A31_CCU_NUM_BUSES,
};

/*
 * Output lines, one for each bit of these registers: the clock runs, and the
 * reset is released.
 */
#define AW_A31_CLOCK_GATE           "clock-gate"
#define AW_A31_BUS_RESET            "bus-reset"
#define AW_A31_CCU_LINES_PER_BUS    32
#define AW_A31_CCU_LINE(bus, bit)   ((bus) * AW_A31_CCU_LINES_PER_BUS + (bit))
#define AW_A31_CCU_NUM_LINES        AW_A31_CCU_LINE(AW_A31_CCU_NUM_BUSES, 0)

/* Output clocks. For the SD controllers; by number */
#define AW_A31_CCU_SD_CLK           "sd%u-clk"
#define AW_A31_CCU_NUM_SDS          4
/* For the UARTs; by number */
#define AW_A31_CCU_UART_CLK         "uart%u-clk"
#define AW_A31_CCU_NUM_UARTS        6

struct AwA31CcuState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq clock_gate[AW_A31_CCU_NUM_LINES];
    qemu_irq bus_reset[AW_A31_CCU_NUM_LINES];
    Clock *sd_clk[AW_A31_CCU_NUM_SDS];
    Clock *uart_clk[AW_A31_CCU_NUM_UARTS];
    /* A kernel is started directly: do what the boot loader would have done */
    bool linux_boot;
    uint32_t regs[AW_A31_CCU_NUM_REGS];
};

#endif /* HW_MISC_ALLWINNER_A31_CCU_H */
