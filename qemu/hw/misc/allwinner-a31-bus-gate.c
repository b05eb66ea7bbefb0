/*
 * Allwinner A31 (sun6i) bus gate
 *
 * Stands between the bus and one block of the SoC. The CCU and the PRCM have a
 * clock gate and a reset for nearly every block; with the gate shut or the
 * reset held the block does not answer: it reads 0 and ignores writes. The
 * memory region of this device is to be mapped over the block's own. It is
 * there as long as the block does not answer, and says once who was asked in
 * vain, and why.
 *
 * As the reset becomes active, the block's device is reset.
 *
 * Seen on relatives of the A31: a UART of a V3s whose reset was held read 0
 * throughout; the R_PIO of an H2+ without clock ignored writes, but still read
 * its reset values. That no block stalls the bus is inferred, and so is that
 * all read 0, which software that forgot a gate notices sooner.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-bus-gate.h"
#include "migration/vmstate.h"
#include "trace.h"

static void aw_a31_bus_gate_update(AwA31BusGateState *s)
{
    trace_allwinner_a31_bus_gate_update(s->block, s->clock, s->released);

    memory_region_set_enabled(&s->iomem, !s->clock || !s->released);
}

/*
 * Not device_cold_reset(): that goes on to the devices on the block's own
 * buses, but the reset does not leave the chip. A card keeps its state while
 * its controller is reset.
 */
static void aw_a31_bus_gate_reset_target(AwA31BusGateState *s)
{
    Object *obj = OBJECT(s->target);
    ResettableClass *rc;

    /* The reset of the machine makes the lines change, and resets all blocks */
    if (!obj || resettable_is_in_reset(obj)) {
        return;
    }

    rc = RESETTABLE_GET_CLASS(obj);
    if (rc->phases.enter) {
        rc->phases.enter(obj, RESET_TYPE_COLD);
    }
    if (rc->phases.hold) {
        rc->phases.hold(obj, RESET_TYPE_COLD);
    }
    if (rc->phases.exit) {
        rc->phases.exit(obj, RESET_TYPE_COLD);
    }
}

static void aw_a31_bus_gate_set_clock(void *opaque, int n, int level)
{
    AwA31BusGateState *s = AW_A31_BUS_GATE(opaque);

    if (s->clock == !!level) {
        return;
    }
    s->clock = level;
    s->reported = false;
    aw_a31_bus_gate_update(s);
}

static void aw_a31_bus_gate_set_reset_n(void *opaque, int n, int level)
{
    AwA31BusGateState *s = AW_A31_BUS_GATE(opaque);

    if (s->released == !!level) {
        return;
    }
    s->released = level;
    s->reported = false;
    aw_a31_bus_gate_update(s);

    if (!s->released) {
        aw_a31_bus_gate_reset_target(s);
    }
}

static void aw_a31_bus_gate_report(AwA31BusGateState *s, hwaddr offset)
{
    if (s->reported) {
        return;
    }
    s->reported = true;

    if (s->clock) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: accessed at offset 0x%03"
                      HWADDR_PRIx " while its reset (%s) is held\n",
                      s->block, offset, s->reset_name);
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: accessed at offset 0x%03"
                      HWADDR_PRIx " while its clock gate (%s) is shut\n",
                      s->block, offset, s->clock_name);
    }
}

static uint64_t aw_a31_bus_gate_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31BusGateState *s = opaque;

    trace_allwinner_a31_bus_gate_read(s->block, offset);
    aw_a31_bus_gate_report(s, offset);

    return 0;
}

static void aw_a31_bus_gate_write(void *opaque, hwaddr offset, uint64_t value,
                                  unsigned size)
{
    AwA31BusGateState *s = opaque;

    trace_allwinner_a31_bus_gate_write(s->block, offset, value);
    aw_a31_bus_gate_report(s, offset);
}

static const MemoryRegionOps aw_a31_bus_gate_ops = {
    .read = aw_a31_bus_gate_read,
    .write = aw_a31_bus_gate_write,
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

/* The lines keep their levels: who drives them is reset too */
static void aw_a31_bus_gate_reset_enter(Object *obj, ResetType type)
{
    AW_A31_BUS_GATE(obj)->reported = false;
}

static void aw_a31_bus_gate_realize(DeviceState *dev, Error **errp)
{
    AwA31BusGateState *s = AW_A31_BUS_GATE(dev);

    if (!s->block || !s->clock_name || !s->size) {
        error_setg(errp, TYPE_AW_A31_BUS_GATE
                   " needs 'block', 'clock-name' and 'size'");
        return;
    }

    memory_region_init_io(&s->iomem, OBJECT(dev), &aw_a31_bus_gate_ops, s,
                          TYPE_AW_A31_BUS_GATE, s->size);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->iomem);

    qdev_init_gpio_in_named(dev, aw_a31_bus_gate_set_clock,
                            AW_A31_BUS_GATE_CLOCK, 1);
    qdev_init_gpio_in_named(dev, aw_a31_bus_gate_set_reset_n,
                            AW_A31_BUS_GATE_RESET_N, 1);
    s->released = !s->reset_name;
}

static int aw_a31_bus_gate_post_load(void *opaque, int version_id)
{
    aw_a31_bus_gate_update(opaque);

    return 0;
}

static const VMStateDescription aw_a31_bus_gate_vmstate = {
    .name = TYPE_AW_A31_BUS_GATE,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = aw_a31_bus_gate_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(clock, AwA31BusGateState),
        VMSTATE_BOOL(released, AwA31BusGateState),
        VMSTATE_BOOL(reported, AwA31BusGateState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property aw_a31_bus_gate_properties[] = {
    DEFINE_PROP_STRING("block", AwA31BusGateState, block),
    DEFINE_PROP_UINT64("size", AwA31BusGateState, size, 0),
    DEFINE_PROP_STRING("clock-name", AwA31BusGateState, clock_name),
    DEFINE_PROP_STRING("reset-name", AwA31BusGateState, reset_name),
    DEFINE_PROP_LINK("target", AwA31BusGateState, target, TYPE_DEVICE,
                     DeviceState *),
};

static void aw_a31_bus_gate_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_bus_gate_reset_enter;
    dc->realize = aw_a31_bus_gate_realize;
    dc->vmsd = &aw_a31_bus_gate_vmstate;
    dc->desc = "Allwinner A31 bus gate";
    device_class_set_props(dc, aw_a31_bus_gate_properties);
}

static const TypeInfo aw_a31_bus_gate_types[] = {
    {
        .name = TYPE_AW_A31_BUS_GATE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31BusGateState),
        .class_init = aw_a31_bus_gate_class_init,
    },
};

DEFINE_TYPES(aw_a31_bus_gate_types)
