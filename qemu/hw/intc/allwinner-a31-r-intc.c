/*
 * Allwinner A31 (sun6i) R_INTC, the interrupt controller of the CPUS domain
 *
 * Of its interrupts only the NMI reaches the GIC through it:
 *
 *   NMI pad --> invert, edge detect --> set
 *                                       latch --+--> GIC SPI 32
 *                PENDING[0] written 1 --> reset  |
 *                                                +--> AND ENABLE[0]
 *                                                         --> PENDING[0] read
 *
 * The others it only shows to the AR100, and lets them wake it; the AR100 is
 * not modelled, so these always read as not pending.
 *
 * Registers and behaviour are those that Linux documents in
 * drivers/irqchip/irq-sun6i-r.c, except where marked [M]: from memory of the
 * A10's interrupt controller, which has the same layout.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "hw/intc/allwinner-a31-r-intc.h"
#include "migration/vmstate.h"
#include "trace.h"

#define R_INTC_VECTOR           0x00                    /* [M] */
#define R_INTC_BASE             0x04                    /* [M] */
#define R_INTC_NMI_CTRL         0x0c
#define R_INTC_PENDING0         0x10
#define R_INTC_PENDING1         0x14
#define R_INTC_ENABLE0          0x40
#define R_INTC_ENABLE1          0x44
#define R_INTC_MASK0            0x50                    /* [M] */
#define R_INTC_MASK1            0x54                    /* [M] */
#define R_INTC_RESPONSE0        0x60                    /* [M] */
#define R_INTC_RESPONSE1        0x64                    /* [M] */
#define R_INTC_FORCE0           0x70                    /* [M] */
#define R_INTC_FORCE1           0x74                    /* [M] */
#define R_INTC_PRIORITY0        0x80                    /* [M] */
#define R_INTC_PRIORITY4        0x90                    /* [M] */
#define R_INTC_MUX0             0xc0
#define R_INTC_MUX3             0xcc

#define NMI_BIT                 BIT(0)

#define NMI_CTRL_MASK           0x3
enum {
    NMI_LEVEL_LOW               = 0,
    NMI_EDGE_FALLING            = 1,
    NMI_LEVEL_HIGH              = 2,
    NMI_EDGE_RISING             = 3,
};

static bool aw_a31_r_intc_nmi_level_active(const AwA31RIntcState *s)
{
    switch (s->ctrl) {
    case NMI_LEVEL_LOW:
        return !s->nmi_pad;
    case NMI_LEVEL_HIGH:
        return s->nmi_pad;
    default:
        return false;
    }
}

static void aw_a31_r_intc_update(AwA31RIntcState *s)
{
    if (aw_a31_r_intc_nmi_level_active(s)) {
        s->nmi_latch = true;
    }

    trace_allwinner_a31_r_intc_update(s->nmi_pad, s->nmi_latch);
    qemu_set_irq(s->irq, s->nmi_latch);
}

static void aw_a31_r_intc_set_nmi(void *opaque, int n, int level)
{
    AwA31RIntcState *s = AW_A31_R_INTC(opaque);
    bool rising = !s->nmi_pad && level;
    bool falling = s->nmi_pad && !level;

    s->nmi_pad = level;
    if ((s->ctrl == NMI_EDGE_RISING && rising) ||
        (s->ctrl == NMI_EDGE_FALLING && falling)) {
        s->nmi_latch = true;
    }

    aw_a31_r_intc_update(s);
}

static void aw_a31_r_intc_unimplemented(hwaddr offset)
{
    qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_R_INTC
                  ": unimplemented register at offset 0x%02" HWADDR_PRIx "\n",
                  offset);
}

static void aw_a31_r_intc_bad_offset(hwaddr offset)
{
    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_R_INTC
                  ": no register at offset 0x%03" HWADDR_PRIx "\n", offset);
}

static uint64_t aw_a31_r_intc_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31RIntcState *s = opaque;
    uint32_t value = 0;

    switch (offset) {
    case R_INTC_NMI_CTRL:
        value = s->ctrl;
        break;
    case R_INTC_PENDING0:
        value = s->nmi_latch ? s->enable[0] & NMI_BIT : 0;
        break;
    case R_INTC_PENDING1:
        break;
    case R_INTC_ENABLE0:
    case R_INTC_ENABLE1:
        value = s->enable[(offset - R_INTC_ENABLE0) / sizeof(uint32_t)];
        break;
    case R_INTC_MUX0 ... R_INTC_MUX3:
        value = s->mux[(offset - R_INTC_MUX0) / sizeof(uint32_t)];
        break;
    case R_INTC_VECTOR:
    case R_INTC_BASE:
    case R_INTC_MASK0:
    case R_INTC_MASK1:
    case R_INTC_RESPONSE0:
    case R_INTC_RESPONSE1:
    case R_INTC_FORCE0:
    case R_INTC_FORCE1:
    case R_INTC_PRIORITY0 ... R_INTC_PRIORITY4:
        aw_a31_r_intc_unimplemented(offset);
        break;
    default:
        aw_a31_r_intc_bad_offset(offset);
        break;
    }

    trace_allwinner_a31_r_intc_read(offset, value);

    return value;
}

static void aw_a31_r_intc_write(void *opaque, hwaddr offset, uint64_t value,
                                unsigned size)
{
    AwA31RIntcState *s = opaque;

    trace_allwinner_a31_r_intc_write(offset, value);

    switch (offset) {
    case R_INTC_NMI_CTRL:
        s->ctrl = value & NMI_CTRL_MASK;
        aw_a31_r_intc_update(s);
        break;
    case R_INTC_PENDING0:
        if (value & NMI_BIT) {
            /* An active level sets it again at once */
            s->nmi_latch = false;
            aw_a31_r_intc_update(s);
        }
        break;
    case R_INTC_PENDING1:
        break;
    case R_INTC_ENABLE0:
    case R_INTC_ENABLE1:
        s->enable[(offset - R_INTC_ENABLE0) / sizeof(uint32_t)] = value;
        break;
    case R_INTC_MUX0 ... R_INTC_MUX3:
        s->mux[(offset - R_INTC_MUX0) / sizeof(uint32_t)] = value;
        break;
    case R_INTC_VECTOR:
    case R_INTC_BASE:
    case R_INTC_MASK0:
    case R_INTC_MASK1:
    case R_INTC_RESPONSE0:
    case R_INTC_RESPONSE1:
    case R_INTC_FORCE0:
    case R_INTC_FORCE1:
    case R_INTC_PRIORITY0 ... R_INTC_PRIORITY4:
        aw_a31_r_intc_unimplemented(offset);
        break;
    default:
        aw_a31_r_intc_bad_offset(offset);
        break;
    }
}

static const MemoryRegionOps aw_a31_r_intc_ops = {
    .read = aw_a31_r_intc_read,
    .write = aw_a31_r_intc_write,
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

static void aw_a31_r_intc_reset_enter(Object *obj, ResetType type)
{
    AwA31RIntcState *s = AW_A31_R_INTC(obj);

    s->nmi_latch = false;
    s->ctrl = NMI_LEVEL_LOW;
    memset(s->enable, 0, sizeof(s->enable));
    memset(s->mux, 0, sizeof(s->mux));
}

/* Not before everyone has had the chance to set the level of the pad */
static void aw_a31_r_intc_reset_exit(Object *obj, ResetType type)
{
    aw_a31_r_intc_update(AW_A31_R_INTC(obj));
}

static void aw_a31_r_intc_init(Object *obj)
{
    AwA31RIntcState *s = AW_A31_R_INTC(obj);

    s->nmi_pad = true;

    memory_region_init_io(&s->iomem, obj, &aw_a31_r_intc_ops, s,
                          TYPE_AW_A31_R_INTC, AW_A31_R_INTC_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    qdev_init_gpio_in_named(DEVICE(obj), aw_a31_r_intc_set_nmi,
                            AW_A31_R_INTC_NMI, 1);
}

static const VMStateDescription aw_a31_r_intc_vmstate = {
    .name = TYPE_AW_A31_R_INTC,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(nmi_pad, AwA31RIntcState),
        VMSTATE_BOOL(nmi_latch, AwA31RIntcState),
        VMSTATE_UINT32(ctrl, AwA31RIntcState),
        VMSTATE_UINT32_ARRAY(enable, AwA31RIntcState, AW_A31_R_INTC_NUM_IRQ),
        VMSTATE_UINT32_ARRAY(mux, AwA31RIntcState, AW_A31_R_INTC_NUM_MUX),
        VMSTATE_END_OF_LIST()
    }
};

static void aw_a31_r_intc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_r_intc_reset_enter;
    rc->phases.exit = aw_a31_r_intc_reset_exit;
    dc->vmsd = &aw_a31_r_intc_vmstate;
    dc->desc = "Allwinner A31 CPUS interrupt controller";
}

static const TypeInfo aw_a31_r_intc_types[] = {
    {
        .name = TYPE_AW_A31_R_INTC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31RIntcState),
        .instance_init = aw_a31_r_intc_init,
        .class_init = aw_a31_r_intc_class_init,
    },
};

DEFINE_TYPES(aw_a31_r_intc_types)
