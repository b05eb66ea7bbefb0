/*
 * Allwinner A31 (sun6i) PIO, the pin controller
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_GPIO_ALLWINNER_A31_PIO_H
#define HW_GPIO_ALLWINNER_A31_PIO_H

#include "qom/object.h"
#include "hw/sysbus.h"

/* Ports A to H */
#define TYPE_AW_A31_PIO     "allwinner-a31-pio"
/* Ports L and M, in the standby domain; a subtype */
#define TYPE_AW_A31_R_PIO   "allwinner-a31-r-pio"
OBJECT_DECLARE_TYPE(AwA31PioState, AwA31PioClass, AW_A31_PIO)

#define AW_A31_PIO_IOSIZE           0x400
#define AW_A31_PIO_NUM_REGS         (AW_A31_PIO_IOSIZE / sizeof(uint32_t))
#define AW_A31_PIO_MAX_PORTS        8
#define AW_A31_PIO_MAX_BANKS        4
#define AW_A31_PIO_PINS_PER_PORT    32

/*
 * The unnamed input lines are the levels that the board puts on the pins, the
 * unnamed output lines those that the SoC does, both in this order. A pin whose
 * input line was never set has what its pull resistor makes of it. The output
 * line of a pin that is not an output is low.
 *
 * The interrupts of the banks are sysbus IRQs.
 */
#define AW_A31_PIO_PIN(port, n)     ((port) * AW_A31_PIO_PINS_PER_PORT + (n))
#define AW_A31_PIO_MAX_PINS         AW_A31_PIO_PIN(AW_A31_PIO_MAX_PORTS, 0)

struct AwA31PioState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq[AW_A31_PIO_MAX_BANKS];
    qemu_irq out[AW_A31_PIO_MAX_PINS];

    uint32_t regs[AW_A31_PIO_NUM_REGS];
    /* For each port, the pins that the board drives, and their levels */
    uint32_t driven[AW_A31_PIO_MAX_PORTS];
    uint32_t pins[AW_A31_PIO_MAX_PORTS];
    /* What follows from these: the levels of all pins, and of the outputs */
    uint32_t levels[AW_A31_PIO_MAX_PORTS];
    uint32_t out_levels[AW_A31_PIO_MAX_PORTS];
};

#endif /* HW_GPIO_ALLWINNER_A31_PIO_H */
