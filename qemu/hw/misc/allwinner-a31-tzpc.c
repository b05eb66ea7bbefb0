/*
 * Allwinner A31 (sun6i) TrustZone Protection Controller
 *
 * Says which blocks a non-secure access may reach. After reset those it
 * protects are secure only. Of them the RTC is known, which firmware opens by
 * a bit of DECPORT0, and SRAM B, for whose opening nothing is known.
 *
 * SRAM B is memory in the CPUs' secure address space alone. In the non-secure
 * one this device is in its place. The RTC is behind a window of this device
 * in both.
 *
 * Where a behaviour is known from:
 *   [U] U-Boot, arch/arm/cpu/armv7/sunxi/tzpc.c and asm/arch-sunxi/tzpc.h
 *   [V] Allwinner's header: SRAM B is secure
 *   [M] from memory of Arm's TrustZone protection controller (BP147), which
 *       has the same registers
 *   [I] inferred: a refused access reads zero, or is ignored; and anybody may
 *       write the registers
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
#include "hw/misc/allwinner-a31-tzpc.h"
#include "migration/vmstate.h"
#include "trace.h"

#define TZPC_R0SIZE             0x00                    /* [U] */
#define TZPC_DECPORT0_STATUS    0x04                    /* [U] */
#define TZPC_DECPORT0_SET       0x08                    /* [U] */
#define TZPC_DECPORT0_CLEAR     0x0c                    /* [U] */

#define TZPC_R0SIZE_RESET       0x200                   /* [M] */

/* Non-secure access to the RTC */
#define DECPORT0_RTC            BIT(1)                  /* [U] */
#define DECPORT0_MASK           0xff                    /* [M] */

static void aw_a31_tzpc_refuse(const char *what, const char *block,
                               hwaddr offset)
{
    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_TZPC
                  ": non-secure %s of %s at offset 0x%03" HWADDR_PRIx
                  " refused\n", what, block, offset);
}

static MemTxResult aw_a31_tzpc_rtc_read(void *opaque, hwaddr offset,
                                        uint64_t *value, unsigned size,
                                        MemTxAttrs attrs)
{
    AwA31TzpcState *s = opaque;

    if (!attrs.secure && !(s->decport0 & DECPORT0_RTC)) {
        aw_a31_tzpc_refuse("read", "the RTC", offset);
        *value = 0;
        return MEMTX_OK;
    }

    return memory_region_dispatch_read(s->rtc, offset, value,
                                       size_memop(size) | MO_LE, attrs);
}

static MemTxResult aw_a31_tzpc_rtc_write(void *opaque, hwaddr offset,
                                         uint64_t value, unsigned size,
                                         MemTxAttrs attrs)
{
    AwA31TzpcState *s = opaque;

    if (!attrs.secure && !(s->decport0 & DECPORT0_RTC)) {
        aw_a31_tzpc_refuse("write", "the RTC", offset);
        return MEMTX_OK;
    }

    return memory_region_dispatch_write(s->rtc, offset, value,
                                        size_memop(size) | MO_LE, attrs);
}

static const MemoryRegionOps aw_a31_tzpc_rtc_ops = {
    .read_with_attrs = aw_a31_tzpc_rtc_read,
    .write_with_attrs = aw_a31_tzpc_rtc_write,
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

static uint64_t aw_a31_tzpc_sram_read(void *opaque, hwaddr offset,
                                      unsigned size)
{
    aw_a31_tzpc_refuse("read", "SRAM B", offset);

    return 0;
}

static void aw_a31_tzpc_sram_write(void *opaque, hwaddr offset, uint64_t value,
                                   unsigned size)
{
    aw_a31_tzpc_refuse("write", "SRAM B", offset);
}

static const MemoryRegionOps aw_a31_tzpc_sram_ops = {
    .read = aw_a31_tzpc_sram_read,
    .write = aw_a31_tzpc_sram_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 1,
        .max_access_size = 8,
    },
    .impl = {
        .min_access_size = 1,
        .max_access_size = 8,
    },
};

static void aw_a31_tzpc_bad_offset(hwaddr offset)
{
    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_TZPC
                  ": no register at offset 0x%03" HWADDR_PRIx "\n", offset);
}

static void aw_a31_tzpc_set_decport0(AwA31TzpcState *s, uint8_t value)
{
    uint8_t unknown = (value ^ s->decport0) & ~DECPORT0_RTC;

    if (unknown) {
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_TZPC
                      ": what bits 0x%02x of DECPORT0 open is not known\n",
                      unknown);
    }
    s->decport0 = value;
}

static uint64_t aw_a31_tzpc_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31TzpcState *s = opaque;
    uint32_t value = 0;

    switch (offset) {
    case TZPC_R0SIZE:
        value = s->r0size;
        break;
    case TZPC_DECPORT0_STATUS:
        value = s->decport0;
        break;
    case TZPC_DECPORT0_SET:
    case TZPC_DECPORT0_CLEAR:
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_TZPC
                      ": register at offset 0x%03" HWADDR_PRIx
                      " is write-only\n", offset);
        break;
    default:
        aw_a31_tzpc_bad_offset(offset);
        break;
    }

    trace_allwinner_a31_tzpc_read(offset, value);

    return value;
}

static void aw_a31_tzpc_write(void *opaque, hwaddr offset, uint64_t value,
                              unsigned size)
{
    AwA31TzpcState *s = opaque;

    trace_allwinner_a31_tzpc_write(offset, value);

    switch (offset) {
    case TZPC_R0SIZE:
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_TZPC
                      ": the size of the secure RAM is not modelled\n");
        s->r0size = value;
        break;
    case TZPC_DECPORT0_STATUS:
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_TZPC
                      ": register at offset 0x%03" HWADDR_PRIx
                      " is read-only\n", offset);
        break;
    case TZPC_DECPORT0_SET:
        aw_a31_tzpc_set_decport0(s, s->decport0 | (value & DECPORT0_MASK));
        break;
    case TZPC_DECPORT0_CLEAR:
        aw_a31_tzpc_set_decport0(s, s->decport0 & ~value);
        break;
    default:
        aw_a31_tzpc_bad_offset(offset);
        break;
    }
}

static const MemoryRegionOps aw_a31_tzpc_ops = {
    .read = aw_a31_tzpc_read,
    .write = aw_a31_tzpc_write,
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

static void aw_a31_tzpc_reset_enter(Object *obj, ResetType type)
{
    AwA31TzpcState *s = AW_A31_TZPC(obj);

    s->r0size = TZPC_R0SIZE_RESET;
    s->decport0 = 0;
}

static void aw_a31_tzpc_realize(DeviceState *dev, Error **errp)
{
    AwA31TzpcState *s = AW_A31_TZPC(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    Object *obj = OBJECT(dev);

    if (!s->rtc) {
        error_setg(errp, TYPE_AW_A31_TZPC " 'rtc' link not set");
        return;
    }

    memory_region_init_io(&s->iomem, obj, &aw_a31_tzpc_ops, s,
                          TYPE_AW_A31_TZPC, AW_A31_TZPC_IOSIZE);
    memory_region_init_io(&s->rtc_guard, obj, &aw_a31_tzpc_rtc_ops, s,
                          TYPE_AW_A31_TZPC "-rtc",
                          memory_region_size(s->rtc));
    memory_region_init_io(&s->sram_guard, obj, &aw_a31_tzpc_sram_ops, s,
                          TYPE_AW_A31_TZPC "-sram-b", AW_A31_TZPC_SRAM_SIZE);

    /* In the order of the enumeration in the header */
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_mmio(sbd, &s->rtc_guard);
    sysbus_init_mmio(sbd, &s->sram_guard);
}

static const VMStateDescription aw_a31_tzpc_vmstate = {
    .name = TYPE_AW_A31_TZPC,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(r0size, AwA31TzpcState),
        VMSTATE_UINT8(decport0, AwA31TzpcState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property aw_a31_tzpc_properties[] = {
    DEFINE_PROP_LINK("rtc", AwA31TzpcState, rtc, TYPE_MEMORY_REGION,
                     MemoryRegion *),
};

static void aw_a31_tzpc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_tzpc_reset_enter;
    dc->realize = aw_a31_tzpc_realize;
    dc->vmsd = &aw_a31_tzpc_vmstate;
    dc->desc = "Allwinner A31 TrustZone protection controller";
    device_class_set_props(dc, aw_a31_tzpc_properties);
}

static const TypeInfo aw_a31_tzpc_types[] = {
    {
        .name = TYPE_AW_A31_TZPC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31TzpcState),
        .class_init = aw_a31_tzpc_class_init,
    },
};

DEFINE_TYPES(aw_a31_tzpc_types)
