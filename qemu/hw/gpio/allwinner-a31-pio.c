/*
 * Allwinner A31 (sun6i) PIO, the pin controller
 *
 * The SoC has two: PIO with ports A to H and four banks of interrupts, R_PIO
 * with ports L and M and two banks. A pin that is configured as an output
 * reads back what was written, any other reads the level of its input line.
 *
 * Not modelled: output lines; pulls, which are only stored; interrupts, whose
 * registers are only stored and never become pending.
 *
 * Registers are those of Linux, drivers/pinctrl/sunxi/pinctrl-sunxi.h. Reset
 * values are from memory of the A31 user manual.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/gpio/allwinner-a31-pio.h"
#include "migration/vmstate.h"
#include "trace.h"

/* One block for each port; the last two words, the pulls, are only stored */
#define PORT_STRIDE             0x24
#define PORT_CFG0               0x00    /* function: 4 bits for each pin */
#define PORT_CFG3               0x0c
#define PORT_DAT                0x10
#define PORT_DRV0               0x14    /* drive strength: 2 bits each */
#define PORT_DRV1               0x18

#define PORT_CFG_RESET          0x77777777  /* all pins disabled */
#define PORT_DRV_RESET          0x55555555

#define PIN_FUNCTION_OUTPUT     1

/* One block for each bank of interrupts; it begins with four trigger types */
#define IRQ_BASE                0x200
#define IRQ_STRIDE              0x20
#define IRQ_CTRL                0x10
#define IRQ_STATUS              0x14
#define IRQ_DEBOUNCE            0x18

#define REG(offset)             ((offset) / sizeof(uint32_t))
#define PORT_REG(port, offset)  REG((port) * PORT_STRIDE + (offset))

/* The pins of a port that drive their level themselves */
static uint32_t aw_a31_pio_outputs(const AwA31PioState *s, unsigned port)
{
    uint32_t outputs = 0;

    for (unsigned i = 0; i < AW_A31_PIO_PINS_PER_PORT; i++) {
        uint32_t cfg = s->regs[PORT_REG(port, PORT_CFG0) + i / 8];

        if (extract32(cfg, i % 8 * 4, 3) == PIN_FUNCTION_OUTPUT) {
            outputs |= BIT(i);
        }
    }

    return outputs;
}

static uint32_t aw_a31_pio_read_dat(const AwA31PioState *s, unsigned port)
{
    uint32_t outputs = aw_a31_pio_outputs(s, port);

    return (s->regs[PORT_REG(port, PORT_DAT)] & outputs) |
           (s->pins[port] & ~outputs);
}

static void aw_a31_pio_set_pin(void *opaque, int n, int level)
{
    AwA31PioState *s = AW_A31_PIO(opaque);
    unsigned port = n / AW_A31_PIO_PINS_PER_PORT;

    s->pins[port] = deposit32(s->pins[port], n % AW_A31_PIO_PINS_PER_PORT, 1,
                              level != 0);
}

static bool aw_a31_pio_is_port(const AwA31PioState *s, hwaddr offset)
{
    return offset < s->num_ports * PORT_STRIDE;
}

static bool aw_a31_pio_is_irq(const AwA31PioState *s, hwaddr offset)
{
    return offset >= IRQ_BASE &&
           offset < IRQ_BASE + s->num_irq_banks * IRQ_STRIDE &&
           (offset - IRQ_BASE) % IRQ_STRIDE <= IRQ_DEBOUNCE;
}

static void aw_a31_pio_bad_offset(hwaddr offset)
{
    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_PIO
                  ": no register at offset 0x%03" HWADDR_PRIx "\n", offset);
}

static uint64_t aw_a31_pio_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31PioState *s = opaque;
    uint32_t value = 0;

    if (aw_a31_pio_is_port(s, offset) && offset % PORT_STRIDE == PORT_DAT) {
        value = aw_a31_pio_read_dat(s, offset / PORT_STRIDE);
    } else if (aw_a31_pio_is_port(s, offset) || aw_a31_pio_is_irq(s, offset)) {
        value = s->regs[REG(offset)];
    } else {
        aw_a31_pio_bad_offset(offset);
    }

    trace_allwinner_a31_pio_read(offset, value);

    return value;
}

static void aw_a31_pio_write(void *opaque, hwaddr offset, uint64_t value,
                             unsigned size)
{
    AwA31PioState *s = opaque;

    trace_allwinner_a31_pio_write(offset, value);

    if (aw_a31_pio_is_port(s, offset)) {
        s->regs[REG(offset)] = value;
        return;
    }
    if (!aw_a31_pio_is_irq(s, offset)) {
        aw_a31_pio_bad_offset(offset);
        return;
    }

    switch ((offset - IRQ_BASE) % IRQ_STRIDE) {
    case IRQ_STATUS:
        s->regs[REG(offset)] &= ~value;
        break;
    case IRQ_CTRL:
        if (value) {
            qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_PIO
                          ": interrupts are not modelled\n");
        }
        s->regs[REG(offset)] = value;
        break;
    default:
        s->regs[REG(offset)] = value;
        break;
    }
}

static const MemoryRegionOps aw_a31_pio_ops = {
    .read = aw_a31_pio_read,
    .write = aw_a31_pio_write,
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

static void aw_a31_pio_reset_enter(Object *obj, ResetType type)
{
    AwA31PioState *s = AW_A31_PIO(obj);

    memset(s->regs, 0, sizeof(s->regs));
    for (unsigned i = 0; i < s->num_ports; i++) {
        for (unsigned cfg = PORT_CFG0; cfg <= PORT_CFG3; cfg += 4) {
            s->regs[PORT_REG(i, cfg)] = PORT_CFG_RESET;
        }
        s->regs[PORT_REG(i, PORT_DRV0)] = PORT_DRV_RESET;
        s->regs[PORT_REG(i, PORT_DRV1)] = PORT_DRV_RESET;
    }
}

static void aw_a31_pio_realize(DeviceState *dev, Error **errp)
{
    AwA31PioState *s = AW_A31_PIO(dev);

    if (s->num_ports > AW_A31_PIO_MAX_PORTS ||
        s->num_irq_banks > AW_A31_PIO_MAX_IRQ_BANKS) {
        error_setg(errp, TYPE_AW_A31_PIO
                   " has at most %d ports and %d interrupt banks",
                   AW_A31_PIO_MAX_PORTS, AW_A31_PIO_MAX_IRQ_BANKS);
        return;
    }

    qdev_init_gpio_in(dev, aw_a31_pio_set_pin, AW_A31_PIO_PIN(s->num_ports, 0));
}

static void aw_a31_pio_init(Object *obj)
{
    AwA31PioState *s = AW_A31_PIO(obj);

    memory_region_init_io(&s->iomem, obj, &aw_a31_pio_ops, s, TYPE_AW_A31_PIO,
                          AW_A31_PIO_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
}

static const VMStateDescription aw_a31_pio_vmstate = {
    .name = TYPE_AW_A31_PIO,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, AwA31PioState, AW_A31_PIO_NUM_REGS),
        VMSTATE_UINT32_ARRAY(pins, AwA31PioState, AW_A31_PIO_MAX_PORTS),
        VMSTATE_END_OF_LIST()
    }
};

static const Property aw_a31_pio_properties[] = {
    DEFINE_PROP_UINT8("num-ports", AwA31PioState, num_ports,
                      AW_A31_PIO_MAX_PORTS),
    DEFINE_PROP_UINT8("num-irq-banks", AwA31PioState, num_irq_banks,
                      AW_A31_PIO_MAX_IRQ_BANKS),
};

static void aw_a31_pio_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_pio_reset_enter;
    dc->realize = aw_a31_pio_realize;
    dc->vmsd = &aw_a31_pio_vmstate;
    dc->desc = "Allwinner A31 pin controller";
    device_class_set_props(dc, aw_a31_pio_properties);
}

static const TypeInfo aw_a31_pio_types[] = {
    {
        .name = TYPE_AW_A31_PIO,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31PioState),
        .instance_init = aw_a31_pio_init,
        .class_init = aw_a31_pio_class_init,
    },
};

DEFINE_TYPES(aw_a31_pio_types)
