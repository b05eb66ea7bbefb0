/*
 * Allwinner A31 (sun6i) SRAM Controller
 *
 * Of this block only one register is known: it sets the margins of the caches'
 * memory and has no effect here.
 *
 * Where a register is known from:
 *   [U] U-Boot, arch/arm/cpu/armv7/sunxi/sram.c and mach-sunxi/cpu_info.c
 *   [I] inferred
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-sramc.h"
#include "migration/vmstate.h"
#include "trace.h"

/* The chip's number; read on the A31's relatives, on the A31 by nobody [U] */
#define SRAMC_VERSION           0x24
/* U-Boot sets bits 11 and 12 [U]; what it is after reset [I] */
#define SRAMC_CACHE_CONFIG      0x44
#define SRAMC_CACHE_CONFIG_RESET 0

static void aw_a31_sramc_no_register(hwaddr offset)
{
    if (offset == SRAMC_VERSION) {
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_SRAMC
                      ": the version register is not modelled\n");
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_SRAMC
                      ": no register at offset 0x%03" HWADDR_PRIx "\n",
                      offset);
    }
}

static uint64_t aw_a31_sramc_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31SramcState *s = opaque;
    uint32_t value = 0;

    if (offset == SRAMC_CACHE_CONFIG) {
        value = s->cache_config;
    } else {
        aw_a31_sramc_no_register(offset);
    }

    trace_allwinner_a31_sramc_read(offset, value);

    return value;
}

static void aw_a31_sramc_write(void *opaque, hwaddr offset, uint64_t value,
                               unsigned size)
{
    AwA31SramcState *s = opaque;

    trace_allwinner_a31_sramc_write(offset, value);

    if (offset == SRAMC_CACHE_CONFIG) {
        s->cache_config = value;
    } else {
        aw_a31_sramc_no_register(offset);
    }
}

static const MemoryRegionOps aw_a31_sramc_ops = {
    .read = aw_a31_sramc_read,
    .write = aw_a31_sramc_write,
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

static void aw_a31_sramc_reset_enter(Object *obj, ResetType type)
{
    AW_A31_SRAMC(obj)->cache_config = SRAMC_CACHE_CONFIG_RESET;
}

static void aw_a31_sramc_init(Object *obj)
{
    AwA31SramcState *s = AW_A31_SRAMC(obj);

    memory_region_init_io(&s->iomem, obj, &aw_a31_sramc_ops, s,
                          TYPE_AW_A31_SRAMC, AW_A31_SRAMC_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
}

static const VMStateDescription aw_a31_sramc_vmstate = {
    .name = TYPE_AW_A31_SRAMC,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(cache_config, AwA31SramcState),
        VMSTATE_END_OF_LIST()
    }
};

static void aw_a31_sramc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_sramc_reset_enter;
    dc->vmsd = &aw_a31_sramc_vmstate;
    dc->desc = "Allwinner A31 SRAM controller";
}

static const TypeInfo aw_a31_sramc_types[] = {
    {
        .name = TYPE_AW_A31_SRAMC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31SramcState),
        .instance_init = aw_a31_sramc_init,
        .class_init = aw_a31_sramc_class_init,
    },
};

DEFINE_TYPES(aw_a31_sramc_types)
