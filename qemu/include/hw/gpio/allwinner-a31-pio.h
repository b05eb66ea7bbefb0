/*
 * Allwinner A31 (sun6i) PIO, the pin controller
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_GPIO_ALLWINNER_A31_PIO_H
#define HW_GPIO_ALLWINNER_A31_PIO_H

#include "qom/object.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_PIO "allwinner-a31-pio"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31PioState, AW_A31_PIO)

#define AW_A31_PIO_IOSIZE           0x400
#define AW_A31_PIO_NUM_REGS         (AW_A31_PIO_IOSIZE / sizeof(uint32_t))
#define AW_A31_PIO_MAX_PORTS        8
#define AW_A31_PIO_MAX_IRQ_BANKS    4
#define AW_A31_PIO_PINS_PER_PORT    32

/*
 * The unnamed input lines are the levels at the pins, in the order of
 * AW_A31_PIO_PIN(). A pin that nothing drives reads 0.
 */
#define AW_A31_PIO_PIN(port, n)     ((port) * AW_A31_PIO_PINS_PER_PORT + (n))

struct AwA31PioState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    uint8_t num_ports;
    uint8_t num_irq_banks;

    uint32_t regs[AW_A31_PIO_NUM_REGS];
    uint32_t pins[AW_A31_PIO_MAX_PORTS];
};

#endif /* HW_GPIO_ALLWINNER_A31_PIO_H */
