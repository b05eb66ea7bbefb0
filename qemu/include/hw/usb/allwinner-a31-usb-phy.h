/*
 * Allwinner A31 (sun6i) USB PHYs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_USB_ALLWINNER_A31_USB_PHY_H
#define HW_USB_ALLWINNER_A31_USB_PHY_H

#include "qom/object.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_USB_PHY "allwinner-a31-usb-phy"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31UsbPhyState, AW_A31_USB_PHY)

/* In this order they are the MMIO regions of the device */
enum {
    AW_A31_USB_PHY_CTRL,
    AW_A31_USB_PHY_PMU1,
    AW_A31_USB_PHY_PMU2,
    AW_A31_USB_PHY_NUM_BLOCKS,
};

#define AW_A31_USB_PHY_MAX_REGS     4

typedef struct AwA31UsbPhyBlock {
    MemoryRegion iomem;
    uint32_t regs[AW_A31_USB_PHY_MAX_REGS];
    unsigned num_regs;
} AwA31UsbPhyBlock;

struct AwA31UsbPhyState {
    SysBusDevice parent_obj;

    AwA31UsbPhyBlock blocks[AW_A31_USB_PHY_NUM_BLOCKS];
};

#endif /* HW_USB_ALLWINNER_A31_USB_PHY_H */
