/*
 * Allwinner A31 (sun6i) PIO, the pin controller
 *
 * The SoC has two: PIO with ports A to H and four banks of interrupts, R_PIO
 * with ports L and M and two banks. A pin that is configured as an output has
 * the level that was written; any other has what the board puts on it, or else
 * what its pull resistor makes of it, or else 0. A pin interrupts only while
 * its function is that of an interrupt.
 *
 * Not modelled: debouncing, whose clock is only stored, and drive strength.
 *
 * Registers and functions are those of Linux,
 * drivers/pinctrl/sunxi/pinctrl-sunxi.h and pinctrl-sun6i-a31*.c. Reset values
 * are from memory of the A31 user manual. Inferred is that events become
 * pending even if they are not enabled, that an event of a level stays pending
 * when the level goes away, and what a pin reads whose function is neither
 * input, output nor interrupt.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/sysbus.h"
#include "hw/gpio/allwinner-a31-pio.h"
#include "migration/vmstate.h"
#include "trace.h"

/* One block for each port */
#define PORT_STRIDE             0x24
#define PORT_CFG0               0x00    /* function: 4 bits for each pin */
#define PORT_CFG3               0x0c
#define PORT_DAT                0x10
#define PORT_DRV0               0x14    /* drive strength: 2 bits each */
#define PORT_DRV1               0x18
#define PORT_PULL0              0x1c    /* pull resistor: 2 bits each */

#define PORT_CFG_RESET          0x77777777  /* all pins disabled */
#define PORT_DRV_RESET          0x55555555

#define PIN_FUNCTION_OUTPUT     1
#define PIN_PULL_UP             1

/* One block for each bank of interrupts */
#define IRQ_BASE                0x200
#define IRQ_STRIDE              0x20
#define IRQ_CFG0                0x00    /* trigger type: 4 bits each */
#define IRQ_CTRL                0x10
#define IRQ_STATUS              0x14
#define IRQ_DEBOUNCE            0x18

enum {
    TRIGGER_RISING              = 0,
    TRIGGER_FALLING             = 1,
    TRIGGER_HIGH                = 2,
    TRIGGER_LOW                 = 3,
    TRIGGER_BOTH                = 4,
};

#define REG(offset)             ((offset) / sizeof(uint32_t))
#define PORT_REG(port, offset)  REG((port) * PORT_STRIDE + (offset))
#define IRQ_REG(bank, offset)   REG(IRQ_BASE + (bank) * IRQ_STRIDE + (offset))

/* The interrupts of a bank are the pins of a port, from one of them on */
typedef struct AwA31PioBank {
    uint8_t port;
    uint8_t first_pin;
} AwA31PioBank;

struct AwA31PioClass {
    SysBusDeviceClass parent_class;

    unsigned num_ports;
    unsigned num_banks;
    const AwA31PioBank *banks;
    /* The function of a pin that interrupts */
    unsigned irq_function;
};

enum {
    PORT_A, PORT_B, PORT_C, PORT_D, PORT_E, PORT_F, PORT_G, PORT_H,
};

static const AwA31PioBank aw_a31_pio_banks[] = {
    { PORT_A, 0 },
    { PORT_B, 0 },
    { PORT_E, 0 },
    { PORT_G, 0 },
};

enum {
    PORT_L, PORT_M,
};

static const AwA31PioBank aw_a31_r_pio_banks[] = {
    { PORT_L, 5 },
    { PORT_M, 0 },
};

/* The field of pin or interrupt @n in registers with 4 bits for each */
static unsigned aw_a31_pio_nibble(const uint32_t *regs, unsigned n)
{
    return extract32(regs[n / 8], n % 8 * 4, 4);
}

static uint32_t aw_a31_pio_with_function(const AwA31PioState *s, unsigned port,
                                         unsigned function)
{
    const uint32_t *cfg = &s->regs[PORT_REG(port, PORT_CFG0)];
    uint32_t pins = 0;

    for (unsigned i = 0; i < AW_A31_PIO_PINS_PER_PORT; i++) {
        /* The highest bit of the field is not used */
        if ((aw_a31_pio_nibble(cfg, i) & 7) == function) {
            pins |= BIT(i);
        }
    }

    return pins;
}

static uint32_t aw_a31_pio_pulled_up(const AwA31PioState *s, unsigned port)
{
    const uint32_t *pull = &s->regs[PORT_REG(port, PORT_PULL0)];
    uint32_t pins = 0;

    for (unsigned i = 0; i < AW_A31_PIO_PINS_PER_PORT; i++) {
        if (extract32(pull[i / 16], i % 16 * 2, 2) == PIN_PULL_UP) {
            pins |= BIT(i);
        }
    }

    return pins;
}

/* Does the interrupt become pending when the level goes from @was to @is? */
static bool aw_a31_pio_is_event(unsigned trigger, bool was, bool is)
{
    switch (trigger) {
    case TRIGGER_RISING:
        return !was && is;
    case TRIGGER_FALLING:
        return was && !is;
    case TRIGGER_BOTH:
        return was != is;
    case TRIGGER_HIGH:
        return is;
    case TRIGGER_LOW:
        return !is;
    default:
        return false;
    }
}

static void aw_a31_pio_update_bank(AwA31PioState *s, unsigned bank,
                                   uint32_t was, uint32_t is)
{
    AwA31PioClass *pc = AW_A31_PIO_GET_CLASS(s);
    const AwA31PioBank *b = &pc->banks[bank];
    const uint32_t *cfg = &s->regs[IRQ_REG(bank, IRQ_CFG0)];
    uint32_t *status = &s->regs[IRQ_REG(bank, IRQ_STATUS)];
    uint32_t enabled = s->regs[IRQ_REG(bank, IRQ_CTRL)];
    uint32_t pins = aw_a31_pio_with_function(s, b->port, pc->irq_function);

    for (unsigned i = b->first_pin; i < AW_A31_PIO_PINS_PER_PORT; i++) {
        unsigned n = i - b->first_pin;

        if (extract32(pins, i, 1) &&
            aw_a31_pio_is_event(aw_a31_pio_nibble(cfg, n),
                                extract32(was, i, 1), extract32(is, i, 1))) {
            *status |= BIT(n);
        }
    }

    trace_allwinner_a31_pio_update_bank(bank, *status, enabled);
    qemu_set_irq(s->irq[bank], (*status & enabled) != 0);
}

static void aw_a31_pio_set_outputs(AwA31PioState *s, unsigned port,
                                   uint32_t levels)
{
    uint32_t changed = s->out_levels[port] ^ levels;

    s->out_levels[port] = levels;
    for (unsigned i = 0; i < AW_A31_PIO_PINS_PER_PORT; i++) {
        if (extract32(changed, i, 1)) {
            qemu_set_irq(s->out[AW_A31_PIO_PIN(port, i)],
                         extract32(levels, i, 1));
        }
    }
}

static uint32_t aw_a31_pio_output_levels(const AwA31PioState *s, unsigned port)
{
    return aw_a31_pio_with_function(s, port, PIN_FUNCTION_OUTPUT) &
           s->regs[PORT_REG(port, PORT_DAT)];
}

static uint32_t aw_a31_pio_levels(const AwA31PioState *s, unsigned port)
{
    uint32_t outputs = aw_a31_pio_with_function(s, port, PIN_FUNCTION_OUTPUT);
    uint32_t inputs = (s->driven[port] & s->pins[port]) |
                      (~s->driven[port] & aw_a31_pio_pulled_up(s, port));

    return aw_a31_pio_output_levels(s, port) | (inputs & ~outputs);
}

/* A register of the port or a level from outside has changed */
static void aw_a31_pio_update_port(AwA31PioState *s, unsigned port)
{
    AwA31PioClass *pc = AW_A31_PIO_GET_CLASS(s);
    uint32_t was = s->levels[port];
    uint32_t is = aw_a31_pio_levels(s, port);

    s->levels[port] = is;
    for (unsigned i = 0; i < pc->num_banks; i++) {
        if (pc->banks[i].port == port) {
            aw_a31_pio_update_bank(s, i, was, is);
        }
    }
    aw_a31_pio_set_outputs(s, port, aw_a31_pio_output_levels(s, port));
}

static void aw_a31_pio_set_pin(void *opaque, int n, int level)
{
    AwA31PioState *s = AW_A31_PIO(opaque);
    unsigned port = n / AW_A31_PIO_PINS_PER_PORT;
    unsigned pin = n % AW_A31_PIO_PINS_PER_PORT;

    trace_allwinner_a31_pio_set_pin(port, pin, level);

    s->driven[port] |= BIT(pin);
    s->pins[port] = deposit32(s->pins[port], pin, 1, level != 0);
    aw_a31_pio_update_port(s, port);
}

static bool aw_a31_pio_is_port(const AwA31PioState *s, hwaddr offset)
{
    return offset < AW_A31_PIO_GET_CLASS(s)->num_ports * PORT_STRIDE;
}

static bool aw_a31_pio_is_irq(const AwA31PioState *s, hwaddr offset)
{
    unsigned num_banks = AW_A31_PIO_GET_CLASS(s)->num_banks;

    return offset >= IRQ_BASE && offset < IRQ_BASE + num_banks * IRQ_STRIDE &&
           (offset - IRQ_BASE) % IRQ_STRIDE <= IRQ_DEBOUNCE;
}

static void aw_a31_pio_bad_offset(const AwA31PioState *s, hwaddr offset)
{
    qemu_log_mask(LOG_GUEST_ERROR, "%s: no register at offset 0x%03"
                  HWADDR_PRIx "\n", object_get_typename(OBJECT(s)), offset);
}

static uint64_t aw_a31_pio_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31PioState *s = opaque;
    uint32_t value = 0;

    if (aw_a31_pio_is_port(s, offset) && offset % PORT_STRIDE == PORT_DAT) {
        value = s->levels[offset / PORT_STRIDE];
    } else if (aw_a31_pio_is_port(s, offset) || aw_a31_pio_is_irq(s, offset)) {
        value = s->regs[REG(offset)];
    } else {
        aw_a31_pio_bad_offset(s, offset);
    }

    trace_allwinner_a31_pio_read(offset, value);

    return value;
}

static void aw_a31_pio_write_irq(AwA31PioState *s, hwaddr offset,
                                 uint32_t value)
{
    unsigned bank = (offset - IRQ_BASE) / IRQ_STRIDE;
    uint32_t levels = s->levels[AW_A31_PIO_GET_CLASS(s)->banks[bank].port];

    if ((offset - IRQ_BASE) % IRQ_STRIDE == IRQ_STATUS) {
        s->regs[REG(offset)] &= ~value;
    } else {
        s->regs[REG(offset)] = value;
    }
    /* No level has changed, but one may be active still */
    aw_a31_pio_update_bank(s, bank, levels, levels);
}

static void aw_a31_pio_write(void *opaque, hwaddr offset, uint64_t value,
                             unsigned size)
{
    AwA31PioState *s = opaque;

    trace_allwinner_a31_pio_write(offset, value);

    if (aw_a31_pio_is_port(s, offset)) {
        s->regs[REG(offset)] = value;
        aw_a31_pio_update_port(s, offset / PORT_STRIDE);
    } else if (aw_a31_pio_is_irq(s, offset)) {
        aw_a31_pio_write_irq(s, offset, value);
    } else {
        aw_a31_pio_bad_offset(s, offset);
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
    unsigned num_ports = AW_A31_PIO_GET_CLASS(s)->num_ports;

    memset(s->regs, 0, sizeof(s->regs));
    for (unsigned i = 0; i < num_ports; i++) {
        for (unsigned cfg = PORT_CFG0; cfg <= PORT_CFG3; cfg += 4) {
            s->regs[PORT_REG(i, cfg)] = PORT_CFG_RESET;
        }
        s->regs[PORT_REG(i, PORT_DRV0)] = PORT_DRV_RESET;
        s->regs[PORT_REG(i, PORT_DRV1)] = PORT_DRV_RESET;
    }
}

/* What the board puts on the pins stays */
static void aw_a31_pio_reset_hold(Object *obj, ResetType type)
{
    AwA31PioState *s = AW_A31_PIO(obj);
    unsigned num_ports = AW_A31_PIO_GET_CLASS(s)->num_ports;

    for (unsigned i = 0; i < num_ports; i++) {
        aw_a31_pio_update_port(s, i);
    }
}

static void aw_a31_pio_init(Object *obj)
{
    AwA31PioState *s = AW_A31_PIO(obj);
    AwA31PioClass *pc = AW_A31_PIO_GET_CLASS(s);
    unsigned num_pins = AW_A31_PIO_PIN(pc->num_ports, 0);

    memory_region_init_io(&s->iomem, obj, &aw_a31_pio_ops, s,
                          object_get_typename(obj), AW_A31_PIO_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    for (unsigned i = 0; i < pc->num_banks; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq[i]);
    }

    qdev_init_gpio_in(DEVICE(obj), aw_a31_pio_set_pin, num_pins);
    qdev_init_gpio_out(DEVICE(obj), s->out, num_pins);
}

static int aw_a31_pio_post_load(void *opaque, int version_id)
{
    AwA31PioState *s = opaque;
    unsigned num_ports = AW_A31_PIO_GET_CLASS(s)->num_ports;

    /* The lines themselves are the business of those at their other ends */
    for (unsigned i = 0; i < num_ports; i++) {
        s->levels[i] = aw_a31_pio_levels(s, i);
        s->out_levels[i] = aw_a31_pio_output_levels(s, i);
    }

    return 0;
}

static const VMStateDescription aw_a31_pio_vmstate = {
    .name = TYPE_AW_A31_PIO,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = aw_a31_pio_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, AwA31PioState, AW_A31_PIO_NUM_REGS),
        VMSTATE_UINT32_ARRAY(driven, AwA31PioState, AW_A31_PIO_MAX_PORTS),
        VMSTATE_UINT32_ARRAY(pins, AwA31PioState, AW_A31_PIO_MAX_PORTS),
        VMSTATE_END_OF_LIST()
    }
};

static void aw_a31_pio_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    AwA31PioClass *pc = AW_A31_PIO_CLASS(klass);

    rc->phases.enter = aw_a31_pio_reset_enter;
    rc->phases.hold = aw_a31_pio_reset_hold;
    dc->vmsd = &aw_a31_pio_vmstate;
    dc->desc = "Allwinner A31 pin controller";

    pc->num_ports = 8;
    pc->num_banks = ARRAY_SIZE(aw_a31_pio_banks);
    pc->banks = aw_a31_pio_banks;
    pc->irq_function = 6;
}

static void aw_a31_r_pio_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    AwA31PioClass *pc = AW_A31_PIO_CLASS(klass);

    dc->desc = "Allwinner A31 pin controller of the standby domain";

    pc->num_ports = 2;
    pc->num_banks = ARRAY_SIZE(aw_a31_r_pio_banks);
    pc->banks = aw_a31_r_pio_banks;
    pc->irq_function = 2;
}

static const TypeInfo aw_a31_pio_types[] = {
    {
        .name = TYPE_AW_A31_PIO,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31PioState),
        .instance_init = aw_a31_pio_init,
        .class_size = sizeof(AwA31PioClass),
        .class_init = aw_a31_pio_class_init,
    },
    {
        .name = TYPE_AW_A31_R_PIO,
        .parent = TYPE_AW_A31_PIO,
        .class_init = aw_a31_r_pio_class_init,
    },
};

DEFINE_TYPES(aw_a31_pio_types)
