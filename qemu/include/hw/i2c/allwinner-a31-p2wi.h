/*
 * Allwinner A31 (sun6i) P2WI, Push-Pull Two Wire Interface
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_I2C_ALLWINNER_A31_P2WI_H
#define HW_I2C_ALLWINNER_A31_P2WI_H

#include "qom/object.h"
#include "hw/i2c/i2c.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_P2WI "allwinner-a31-p2wi"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31P2wiState, AW_A31_P2WI)

#define AW_A31_P2WI_IOSIZE      0x400

/* The bus, for the one slave there is */
#define AW_A31_P2WI_BUS         "p2wi"

struct AwA31P2wiState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    I2CBus *bus;

    /* A kernel is started directly: do what the boot loader would have done */
    bool linux_boot;
    /* The slave listens to P2WI and no longer to I2C */
    bool slave_ready;

    uint32_t ctrl;
    uint32_t ccr;
    uint32_t inte;
    uint32_t ints;
    uint32_t daddr[2];
    uint32_t dlen;
    uint32_t data[2];
    uint32_t lcr;
    uint32_t pmcr;
};

#endif /* HW_I2C_ALLWINNER_A31_P2WI_H */
