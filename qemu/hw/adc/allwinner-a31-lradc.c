/*
 * Allwinner A31 (sun6i) LRADC, the low resolution ADC for keys
 *
 * Two channels of six bits. A key connects its channel's pin, which is pulled
 * up to the supply of 3 V, to ground through a resistor of its own. The whole
 * range of codes is two thirds of the supply. Two thresholds divide it:
 *
 *     3.0 V +-----------------------+
 *           |  no key               |
 *     2.0 V +------- level A -------+  code 0x3f
 *           |  the "hold key"       |  if HOLD_KEY_EN
 *           +------- level B -------+  code 0x33, 0x36, 0x39 or 0x3c
 *           |  a key                |
 *       0 V +-----------------------+  code 0x00
 *
 * A key that is pressed is converted after the time in FIRST_CONVERT_DLY and
 * the time in LEVELA_B_CNT, both counted in samples, and is released after the
 * latter. The channel then reports
 *
 *     KEYDOWN, DATA         when the key is converted for the first time
 *     HOLD, DATA            the same for the hold key
 *     ALRDY_HOLD, DATA      when a key is pressed during the hold key
 *     DATA                  again with each conversion, see KEY_MODE_SELECT
 *     KEYUP                 when the key is released
 *
 * No samples are taken as long as nobody presses a key.
 *
 * Registers, the bits of INTC and INTS, the formula for the voltage and that
 * both delays precede KEYDOWN are those of Linux,
 * drivers/input/keyboard/sun4i-lradc-keys.c. Thresholds, hold key, key modes
 * and the reset value of CTRL are from memory of the manual of the Allwinner
 * A20, which has the same block; that release and hold key behave as above in
 * detail is inferred.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/adc/allwinner-a31-lradc.h"
#include "hw/irq.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "trace.h"

#define LRADC_CTRL              0x00
#define LRADC_INTC              0x04
#define LRADC_INTS              0x08
#define LRADC_DATA0             0x0c
#define LRADC_DATA1             0x10

#define CTRL_ENABLE             BIT(0)
#define CTRL_HOLD_EN            BIT(6)
#define CTRL_HOLD_KEY_EN        BIT(7)
#define CTRL_MASK               0xffcf3ffd
#define CTRL_RESET              0x01000168

enum {
    KEY_MODE_NORMAL             = 0,
    KEY_MODE_SINGLE             = 1,
    KEY_MODE_CONTINUE           = 2,
};

/* Bits in INTC and INTS: the second channel's are 8 further up */
#define INT_DATA                BIT(0)
#define INT_KEYDOWN             BIT(1)
#define INT_HOLD                BIT(2)
#define INT_ALRDY_HOLD          BIT(3)
#define INT_KEYUP               BIT(4)
#define INT_MASK                0x1f1f

#define SUPPLY_MV               3000
#define LEVEL_A_MV              2000
#define DATA_MAX                0x3f

/* With the lowest rate a sample takes 32 ms */
#define SAMPLE_MS               4

typedef enum AwA31LradcLevel {
    LEVEL_NONE,
    LEVEL_HOLD,
    LEVEL_KEY,
} AwA31LradcLevel;

enum {
    PHASE_IDLE,
    PHASE_DEBOUNCE,
    PHASE_HOLD,
    PHASE_DOWN,
};

static uint32_t aw_a31_lradc_convert(const AwA31LradcChannel *ch)
{
    return MIN(ch->voltage, LEVEL_A_MV) * DATA_MAX / LEVEL_A_MV;
}

static AwA31LradcLevel aw_a31_lradc_level(const AwA31LradcState *s,
                                          const AwA31LradcChannel *ch)
{
    uint32_t level_b = 0x3c - 3 * extract32(s->ctrl, 4, 2);

    if (aw_a31_lradc_convert(ch) < level_b) {
        return LEVEL_KEY;
    }
    if (ch->voltage < LEVEL_A_MV && (s->ctrl & CTRL_HOLD_KEY_EN)) {
        return LEVEL_HOLD;
    }
    return LEVEL_NONE;
}

static bool aw_a31_lradc_selected(const AwA31LradcState *s, unsigned n)
{
    uint32_t select = extract32(s->ctrl, 22, 2);

    return (s->ctrl & CTRL_ENABLE) && (select == n || select >= 2);
}

/* Whether the channel would do something with a sample */
static bool aw_a31_lradc_busy(const AwA31LradcState *s, unsigned n)
{
    const AwA31LradcChannel *ch = &s->channel[n];

    return aw_a31_lradc_selected(s, n) &&
           (ch->phase != PHASE_IDLE || aw_a31_lradc_level(s, ch) != LEVEL_NONE);
}

static void aw_a31_lradc_update_irq(AwA31LradcState *s)
{
    qemu_set_irq(s->irq, (s->ints & s->intc) != 0);
}

static void aw_a31_lradc_raise(AwA31LradcState *s, unsigned n, uint32_t bits)
{
    trace_allwinner_a31_lradc_raise(n, bits, s->channel[n].data);
    s->ints |= bits << (8 * n);
}

/* One conversion; whether it is reported depends on the mode */
static void aw_a31_lradc_sample_data(AwA31LradcState *s, unsigned n)
{
    AwA31LradcChannel *ch = &s->channel[n];
    uint32_t every = 8 * (extract32(s->ctrl, 16, 4) + 1);

    ch->data = aw_a31_lradc_convert(ch);

    switch (extract32(s->ctrl, 12, 2)) {
    case KEY_MODE_SINGLE:
        if (ch->conversions == 0) {
            aw_a31_lradc_raise(s, n, INT_DATA);
        }
        break;
    case KEY_MODE_CONTINUE:
        if (ch->conversions % every == 0) {
            aw_a31_lradc_raise(s, n, INT_DATA);
        }
        break;
    case KEY_MODE_NORMAL:
    default:
        aw_a31_lradc_raise(s, n, INT_DATA);
        break;
    }
    ch->conversions++;
}

static void aw_a31_lradc_set_phase(AwA31LradcState *s, unsigned n,
                                   uint32_t phase)
{
    s->channel[n].phase = phase;
    s->channel[n].samples = 0;
    s->channel[n].conversions = 0;
}

static void aw_a31_lradc_press(AwA31LradcState *s, unsigned n, uint32_t phase,
                               uint32_t interrupt)
{
    aw_a31_lradc_set_phase(s, n, phase);
    aw_a31_lradc_sample_data(s, n);
    aw_a31_lradc_raise(s, n, interrupt);
}

static void aw_a31_lradc_sample_debounce(AwA31LradcState *s, unsigned n,
                                         AwA31LradcLevel level)
{
    AwA31LradcChannel *ch = &s->channel[n];
    uint32_t delay = extract32(s->ctrl, 24, 8) + extract32(s->ctrl, 8, 4) + 1;

    if (level == LEVEL_NONE) {
        aw_a31_lradc_set_phase(s, n, PHASE_IDLE);
    } else if (++ch->samples >= delay) {
        if (level == LEVEL_KEY) {
            aw_a31_lradc_press(s, n, PHASE_DOWN, INT_KEYDOWN);
        } else {
            aw_a31_lradc_press(s, n, PHASE_HOLD, INT_HOLD);
        }
    }
}

static void aw_a31_lradc_sample_pressed(AwA31LradcState *s, unsigned n,
                                        AwA31LradcLevel level)
{
    AwA31LradcChannel *ch = &s->channel[n];
    bool down = ch->phase == PHASE_DOWN;

    if (level != LEVEL_NONE) {
        ch->samples = 0;
        if (level == LEVEL_KEY && !down) {
            aw_a31_lradc_press(s, n, PHASE_DOWN, INT_ALRDY_HOLD);
        } else {
            aw_a31_lradc_sample_data(s, n);
        }
    } else if (++ch->samples > extract32(s->ctrl, 8, 4)) {
        aw_a31_lradc_set_phase(s, n, PHASE_IDLE);
        if (!(s->ctrl & CTRL_HOLD_EN)) {
            ch->data = DATA_MAX;
        }
        if (down) {
            aw_a31_lradc_raise(s, n, INT_KEYUP);
        }
    }
}

static void aw_a31_lradc_sample_channel(AwA31LradcState *s, unsigned n)
{
    AwA31LradcLevel level = aw_a31_lradc_level(s, &s->channel[n]);

    switch (s->channel[n].phase) {
    case PHASE_HOLD:
    case PHASE_DOWN:
        aw_a31_lradc_sample_pressed(s, n, level);
        break;
    default:
        s->channel[n].phase = PHASE_DEBOUNCE;
        aw_a31_lradc_sample_debounce(s, n, level);
        break;
    }
}

/* Take samples as long as there is something to see */
static void aw_a31_lradc_schedule(AwA31LradcState *s)
{
    if (!aw_a31_lradc_busy(s, 0) && !aw_a31_lradc_busy(s, 1)) {
        timer_del(&s->sample);
    } else if (!timer_pending(&s->sample)) {
        timer_mod(&s->sample, qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) +
                              (SAMPLE_MS << extract32(s->ctrl, 2, 2)));
    }
}

static void aw_a31_lradc_sample(void *opaque)
{
    AwA31LradcState *s = opaque;

    for (unsigned i = 0; i < AW_A31_LRADC_NUM_CHANNELS; i++) {
        if (aw_a31_lradc_busy(s, i)) {
            aw_a31_lradc_sample_channel(s, i);
        }
    }

    aw_a31_lradc_update_irq(s);
    aw_a31_lradc_schedule(s);
}

static void aw_a31_lradc_write_ctrl(AwA31LradcState *s, uint32_t value)
{
    s->ctrl = value & CTRL_MASK;

    for (unsigned i = 0; i < AW_A31_LRADC_NUM_CHANNELS; i++) {
        if (!aw_a31_lradc_selected(s, i)) {
            aw_a31_lradc_set_phase(s, i, PHASE_IDLE);
        }
    }

    aw_a31_lradc_schedule(s);
}

static uint64_t aw_a31_lradc_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31LradcState *s = opaque;
    uint32_t value = 0;

    switch (offset) {
    case LRADC_CTRL:
        value = s->ctrl;
        break;
    case LRADC_INTC:
        value = s->intc;
        break;
    case LRADC_INTS:
        value = s->ints;
        break;
    case LRADC_DATA0:
    case LRADC_DATA1:
        value = s->channel[(offset - LRADC_DATA0) / sizeof(uint32_t)].data;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_LRADC
                      ": no register at offset 0x%03" HWADDR_PRIx "\n",
                      offset);
        break;
    }

    trace_allwinner_a31_lradc_read(offset, value);

    return value;
}

static void aw_a31_lradc_write(void *opaque, hwaddr offset, uint64_t value,
                               unsigned size)
{
    AwA31LradcState *s = opaque;

    trace_allwinner_a31_lradc_write(offset, value);

    switch (offset) {
    case LRADC_CTRL:
        aw_a31_lradc_write_ctrl(s, value);
        break;
    case LRADC_INTC:
        s->intc = value & INT_MASK;
        break;
    case LRADC_INTS:
        s->ints &= ~value;
        break;
    case LRADC_DATA0:
    case LRADC_DATA1:
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_LRADC
                      ": register at offset 0x%03" HWADDR_PRIx
                      " is read-only\n", offset);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_LRADC
                      ": no register at offset 0x%03" HWADDR_PRIx "\n",
                      offset);
        break;
    }

    aw_a31_lradc_update_irq(s);
}

static const MemoryRegionOps aw_a31_lradc_ops = {
    .read = aw_a31_lradc_read,
    .write = aw_a31_lradc_write,
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

static void aw_a31_lradc_get_voltage(Object *obj, Visitor *v, const char *name,
                                     void *opaque, Error **errp)
{
    AwA31LradcChannel *ch = opaque;

    visit_type_uint32(v, name, &ch->voltage, errp);
}

static void aw_a31_lradc_set_voltage(Object *obj, Visitor *v, const char *name,
                                     void *opaque, Error **errp)
{
    AwA31LradcChannel *ch = opaque;

    if (visit_type_uint32(v, name, &ch->voltage, errp)) {
        aw_a31_lradc_schedule(AW_A31_LRADC(obj));
    }
}

/* The voltages stay: they come from outside */
static void aw_a31_lradc_reset_enter(Object *obj, ResetType type)
{
    AwA31LradcState *s = AW_A31_LRADC(obj);

    s->ctrl = CTRL_RESET;
    s->intc = 0;
    s->ints = 0;
    for (unsigned i = 0; i < AW_A31_LRADC_NUM_CHANNELS; i++) {
        aw_a31_lradc_set_phase(s, i, PHASE_IDLE);
        s->channel[i].data = DATA_MAX;
    }
    timer_del(&s->sample);
}

static void aw_a31_lradc_reset_hold(Object *obj, ResetType type)
{
    aw_a31_lradc_update_irq(AW_A31_LRADC(obj));
}

static void aw_a31_lradc_init(Object *obj)
{
    AwA31LradcState *s = AW_A31_LRADC(obj);

    memory_region_init_io(&s->iomem, obj, &aw_a31_lradc_ops, s,
                          TYPE_AW_A31_LRADC, AW_A31_LRADC_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    timer_init_ms(&s->sample, QEMU_CLOCK_VIRTUAL, aw_a31_lradc_sample, s);

    for (unsigned i = 0; i < AW_A31_LRADC_NUM_CHANNELS; i++) {
        g_autofree char *name = g_strdup_printf("lradc%u", i);

        s->channel[i].voltage = SUPPLY_MV;
        object_property_add(obj, name, "uint32", aw_a31_lradc_get_voltage,
                            aw_a31_lradc_set_voltage, NULL, &s->channel[i]);
        object_property_set_description(obj, name,
                                        "Millivolts at this channel's pin");
    }
}

static void aw_a31_lradc_finalize(Object *obj)
{
    AwA31LradcState *s = AW_A31_LRADC(obj);

    timer_del(&s->sample);
    timer_deinit(&s->sample);
}

static const VMStateDescription aw_a31_lradc_channel_vmstate = {
    .name = TYPE_AW_A31_LRADC "-channel",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(voltage, AwA31LradcChannel),
        VMSTATE_UINT32(phase, AwA31LradcChannel),
        VMSTATE_UINT32(samples, AwA31LradcChannel),
        VMSTATE_UINT32(conversions, AwA31LradcChannel),
        VMSTATE_UINT32(data, AwA31LradcChannel),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription aw_a31_lradc_vmstate = {
    .name = TYPE_AW_A31_LRADC,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_TIMER(sample, AwA31LradcState),
        VMSTATE_STRUCT_ARRAY(channel, AwA31LradcState,
                             AW_A31_LRADC_NUM_CHANNELS, 1,
                             aw_a31_lradc_channel_vmstate, AwA31LradcChannel),
        VMSTATE_UINT32(ctrl, AwA31LradcState),
        VMSTATE_UINT32(intc, AwA31LradcState),
        VMSTATE_UINT32(ints, AwA31LradcState),
        VMSTATE_END_OF_LIST()
    }
};

static void aw_a31_lradc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_lradc_reset_enter;
    rc->phases.hold = aw_a31_lradc_reset_hold;
    dc->vmsd = &aw_a31_lradc_vmstate;
    dc->desc = "Allwinner A31 low resolution ADC for keys";
}

static const TypeInfo aw_a31_lradc_types[] = {
    {
        .name = TYPE_AW_A31_LRADC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31LradcState),
        .instance_init = aw_a31_lradc_init,
        .instance_finalize = aw_a31_lradc_finalize,
        .class_init = aw_a31_lradc_class_init,
    },
};

DEFINE_TYPES(aw_a31_lradc_types)
