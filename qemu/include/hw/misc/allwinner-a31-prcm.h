/*
 * Allwinner A31 (sun6i) Power, Reset and Clock Management of the CPUS domain
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_PRCM_H
#define HW_MISC_ALLWINNER_A31_PRCM_H

#include "qom/object.h"
#include "hw/clock.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_PRCM "allwinner-a31-prcm"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31PrcmState, AW_A31_PRCM)

#define AW_A31_PRCM_IOSIZE      0x200
#define AW_A31_PRCM_NUM_REGS    (AW_A31_PRCM_IOSIZE / sizeof(uint32_t))
#define AW_A31_PRCM_NUM_CPUS    4

/* Output lines, one per CPU: the core has power */
#define AW_A31_PRCM_CPU_POWER   "cpu-power"
/*
 * For the blocks on APB0 there are AW_A31_CLOCK_GATE and AW_A31_BUS_RESET, as
 * the CCU has them for the others, with a line for each bit.
 */
#define AW_A31_PRCM_NUM_LINES   32

/* Output clock, of the blocks on APB0 */
#define AW_A31_PRCM_APB0        "apb0"

struct AwA31PrcmState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    Clock *apb0;
    qemu_irq cpu_power[AW_A31_PRCM_NUM_CPUS];
    qemu_irq clock_gate[AW_A31_PRCM_NUM_LINES];
    qemu_irq bus_reset[AW_A31_PRCM_NUM_LINES];
    uint32_t regs[AW_A31_PRCM_NUM_REGS];
};

/**
 * allwinner_a31_prcm_cpu_clamp:
 * @s: the PRCM
 * @cpu: number of the core
 *
 * Returns: the value of the core's power clamp; 0 is fully open. CPUCFG shows
 * it in its own registers.
 */
uint8_t allwinner_a31_prcm_cpu_clamp(const AwA31PrcmState *s, unsigned cpu);

/**
 * allwinner_a31_prcm_cpu_powered:
 * @s: the PRCM
 * @cpu: number of the core
 *
 * Returns: true if the core's clamp is open and its power is not gated off.
 */
bool allwinner_a31_prcm_cpu_powered(const AwA31PrcmState *s, unsigned cpu);

#endif /* HW_MISC_ALLWINNER_A31_PRCM_H */
