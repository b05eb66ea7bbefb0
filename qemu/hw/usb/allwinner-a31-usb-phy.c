/*
 * Allwinner A31 (sun6i) USB PHYs
 *
 * Three PHYs: that of the OTG controller, and those that EHCI and OHCI 0 and 1
 * have in common. Their control registers are in the window of the OTG
 * controller; in that of each EHCI is one register of the interface between
 * controller and PHY ("PMU" for Linux).
 *
 * Nothing here has an effect on the controllers: a PHY is always ready. What
 * drivers write is kept, as they change it bit by bit.
 *
 *  CTRL  0x00 ISCR     status and control of the OTG port's lines
 *        0x04 PHYCTL   serial access to the PHYs' own registers, write-only:
 *                      number of the bit in 15..8, its value in 7, and a
 *                      clock for each PHY in 0, 2 and 4
 *        0x08 PHYBIST
 *        0x0c PHYTUNE
 *  PMU   0x00          bursts of the bus master, and the bypass of ULPI
 *
 * Registers and bits are those of Linux, drivers/phy/allwinner/phy-sun4i-usb.c.
 * That they are 0 after reset is inferred.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "hw/sysbus.h"
#include "hw/usb/allwinner-a31-usb-phy.h"
#include "migration/vmstate.h"
#include "trace.h"

static const struct {
    const char *name;
    uint64_t size;
    unsigned num_regs;
} aw_a31_usb_phy_blocks[AW_A31_USB_PHY_NUM_BLOCKS] = {
    [AW_A31_USB_PHY_CTRL] = { TYPE_AW_A31_USB_PHY ".ctrl", 3 * KiB, 4 },
    [AW_A31_USB_PHY_PMU1] = { TYPE_AW_A31_USB_PHY ".pmu1", 2 * KiB, 1 },
    [AW_A31_USB_PHY_PMU2] = { TYPE_AW_A31_USB_PHY ".pmu2", 2 * KiB, 1 },
};

static uint32_t *aw_a31_usb_phy_reg(AwA31UsbPhyBlock *block, hwaddr offset)
{
    unsigned n = offset / sizeof(uint32_t);

    if (n >= block->num_regs) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "%s: no register at offset 0x%03" HWADDR_PRIx "\n",
                      memory_region_name(&block->iomem), offset);
        return NULL;
    }

    return &block->regs[n];
}

/* Linux accesses the lowest byte of PHYCTL alone */
static uint64_t aw_a31_usb_phy_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31UsbPhyBlock *block = opaque;
    const uint32_t *reg = aw_a31_usb_phy_reg(block, offset);
    uint32_t value = 0;

    if (reg) {
        value = extract32(*reg, offset % 4 * 8, size * 8);
    }

    trace_allwinner_a31_usb_phy_read(memory_region_name(&block->iomem), offset,
                                     size, value);

    return value;
}

static void aw_a31_usb_phy_write(void *opaque, hwaddr offset, uint64_t value,
                                 unsigned size)
{
    AwA31UsbPhyBlock *block = opaque;
    uint32_t *reg = aw_a31_usb_phy_reg(block, offset);

    trace_allwinner_a31_usb_phy_write(memory_region_name(&block->iomem),
                                      offset, size, value);

    if (reg) {
        *reg = deposit32(*reg, offset % 4 * 8, size * 8, value);
    }
}

static const MemoryRegionOps aw_a31_usb_phy_ops = {
    .read = aw_a31_usb_phy_read,
    .write = aw_a31_usb_phy_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 1,
        .max_access_size = 4,
    },
    .impl = {
        .min_access_size = 1,
        .max_access_size = 4,
    },
};

static void aw_a31_usb_phy_reset_enter(Object *obj, ResetType type)
{
    AwA31UsbPhyState *s = AW_A31_USB_PHY(obj);

    for (unsigned i = 0; i < AW_A31_USB_PHY_NUM_BLOCKS; i++) {
        memset(s->blocks[i].regs, 0, sizeof(s->blocks[i].regs));
    }
}

static void aw_a31_usb_phy_init(Object *obj)
{
    AwA31UsbPhyState *s = AW_A31_USB_PHY(obj);

    for (unsigned i = 0; i < AW_A31_USB_PHY_NUM_BLOCKS; i++) {
        AwA31UsbPhyBlock *block = &s->blocks[i];

        block->num_regs = aw_a31_usb_phy_blocks[i].num_regs;
        memory_region_init_io(&block->iomem, obj, &aw_a31_usb_phy_ops, block,
                              aw_a31_usb_phy_blocks[i].name,
                              aw_a31_usb_phy_blocks[i].size);
        sysbus_init_mmio(SYS_BUS_DEVICE(obj), &block->iomem);
    }
}

static const VMStateDescription aw_a31_usb_phy_block_vmstate = {
    .name = TYPE_AW_A31_USB_PHY "-block",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, AwA31UsbPhyBlock, AW_A31_USB_PHY_MAX_REGS),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription aw_a31_usb_phy_vmstate = {
    .name = TYPE_AW_A31_USB_PHY,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT_ARRAY(blocks, AwA31UsbPhyState,
                             AW_A31_USB_PHY_NUM_BLOCKS, 1,
                             aw_a31_usb_phy_block_vmstate, AwA31UsbPhyBlock),
        VMSTATE_END_OF_LIST()
    }
};

static void aw_a31_usb_phy_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_usb_phy_reset_enter;
    dc->vmsd = &aw_a31_usb_phy_vmstate;
    dc->desc = "Allwinner A31 USB PHYs";
}

static const TypeInfo aw_a31_usb_phy_types[] = {
    {
        .name = TYPE_AW_A31_USB_PHY,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31UsbPhyState),
        .instance_init = aw_a31_usb_phy_init,
        .class_init = aw_a31_usb_phy_class_init,
    },
};

DEFINE_TYPES(aw_a31_usb_phy_types)
