/*
 * Allwinner A31 (sun6i) Security System, identification only
 *
 * The crypto engine is not modelled. Its control register is, because bits
 * [18:16] tell an A31 from an A31s, and U-Boot and Linux read them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-ss.h"
#include "migration/vmstate.h"
#include "trace.h"

/* Linux, drivers/crypto/allwinner/sun4i-ss; U-Boot, mach-sunxi/cpu_info.c */
#define SS_CTL                  0x00
#define SS_CTL_BONDING_SHIFT    16
#define SS_CTL_BONDING_LENGTH   3

static void aw_a31_ss_unimplemented(hwaddr offset)
{
    qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_SS
                  ": unimplemented register at offset 0x%03" HWADDR_PRIx "\n",
                  offset);
}

static uint64_t aw_a31_ss_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31SsState *s = opaque;
    uint32_t value = 0;

    if (offset == SS_CTL) {
        value = deposit32(s->ctl, SS_CTL_BONDING_SHIFT, SS_CTL_BONDING_LENGTH,
                          s->bonding_id);
    } else {
        aw_a31_ss_unimplemented(offset);
    }

    trace_allwinner_a31_ss_read(offset, value);

    return value;
}

static void aw_a31_ss_write(void *opaque, hwaddr offset, uint64_t value,
                            unsigned size)
{
    AwA31SsState *s = opaque;

    trace_allwinner_a31_ss_write(offset, value);

    if (offset == SS_CTL) {
        s->ctl = value;
    } else {
        aw_a31_ss_unimplemented(offset);
    }
}

static const MemoryRegionOps aw_a31_ss_ops = {
    .read = aw_a31_ss_read,
    .write = aw_a31_ss_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 4,
        .max_access_size = 4,
    },
    .impl = {
        .min_access_size = 4,
        .max_access_size = 4,
    },
};

static void aw_a31_ss_reset_enter(Object *obj, ResetType type)
{
    AW_A31_SS(obj)->ctl = 0;
}

static void aw_a31_ss_init(Object *obj)
{
    AwA31SsState *s = AW_A31_SS(obj);

    memory_region_init_io(&s->iomem, obj, &aw_a31_ss_ops, s, TYPE_AW_A31_SS,
                          AW_A31_SS_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
}

static void aw_a31_ss_realize(DeviceState *dev, Error **errp)
{
    AwA31SsState *s = AW_A31_SS(dev);

    if (s->bonding_id >= BIT(SS_CTL_BONDING_LENGTH)) {
        error_setg(errp, "property 'bonding-id' must be less than %lu",
                   BIT(SS_CTL_BONDING_LENGTH));
    }
}

static const VMStateDescription aw_a31_ss_vmstate = {
    .name = TYPE_AW_A31_SS,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(ctl, AwA31SsState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property aw_a31_ss_properties[] = {
    DEFINE_PROP_UINT8("bonding-id", AwA31SsState, bonding_id,
                      AW_A31_BONDING_A31),
};

static void aw_a31_ss_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_ss_reset_enter;
    dc->realize = aw_a31_ss_realize;
    dc->vmsd = &aw_a31_ss_vmstate;
    dc->desc = "Allwinner A31 security system (identification only)";
    device_class_set_props(dc, aw_a31_ss_properties);
}

static const TypeInfo aw_a31_ss_types[] = {
    {
        .name = TYPE_AW_A31_SS,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31SsState),
        .instance_init = aw_a31_ss_init,
        .class_init = aw_a31_ss_class_init,
    },
};

DEFINE_TYPES(aw_a31_ss_types)
