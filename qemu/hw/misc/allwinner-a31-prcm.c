/*
 * Allwinner A31 (sun6i) Power, Reset and Clock Management of the CPUS domain
 *
 * The registers that have an effect are the power gate and the power clamps of
 * the four cores, the gates and resets of the blocks on APB0, and the rate of
 * APB0. The others keep what is written.
 *
 * Where a register is known from:
 *   [L] Linux, drivers/mfd/sun6i-prcm.c, drivers/clk/sunxi/clk-sun6i-ar100.c
 *       and clk-sun6i-apb0.c, arch/arm/mach-sunxi/platsmp.c
 *   [U] U-Boot, arch/arm/include/asm/arch-sunxi/prcm.h
 * All reset values are inferred: software writes every register it relies on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-ccu.h"
#include "hw/misc/allwinner-a31-prcm.h"
#include "migration/vmstate.h"
#include "trace.h"

#define PRCM_CPUS_CLK           0x000
#define PRCM_APB0_CLK           0x00c
#define PRCM_APB0_GATE          0x028
#define PRCM_APB0_RESET         0x0b0
#define PRCM_CPU_PWROFF         0x100
#define PRCM_CPU_CLAMP(n)       (0x140 + 4 * (n))
#define PRCM_CPU_CLAMP_CLOSED   0xff

/* CPUS_CLK[17:16] */
enum {
    CPUS_CLK_LOSC,
    CPUS_CLK_HOSC,
    CPUS_CLK_PLL6,
};
#define CPUS_LOSC_HZ            32768
#define CPUS_HOSC_HZ            24000000

#define REG(offset)             ((offset) / sizeof(uint32_t))

typedef struct AwA31PrcmReg {
    uint16_t offset;
    const char *name;
    uint32_t reset;
} AwA31PrcmReg;

static const AwA31PrcmReg aw_a31_prcm_regs[] = {
    /*
     * Nobody writes it, and U-Boot's sun6i_p2wi.c counts on 12 MHz for APB0,
     * which is half of it with APB0_CLK as it is.
     */
    { PRCM_CPUS_CLK, "CPUS_CLK", CPUS_CLK_HOSC << 16 },         /* [L] [U] */
    { PRCM_APB0_CLK, "APB0_CLK" },                              /* [L] */
    { 0x010, "CPU0_CFG" },                                      /* [U] */
    { 0x014, "CPU1_CFG" },                                      /* [U] */
    { 0x018, "CPU2_CFG" },                                      /* [U] */
    { 0x01c, "CPU3_CFG" },                                      /* [U] */
    { PRCM_APB0_GATE, "APB0_GATE" },                            /* [L] */
    { 0x040, "PLL_CTRL0" },                                     /* [U] */
    { 0x044, "PLL_CTRL1" },                                     /* [U] */
    { 0x050, "ONE_WIRE_CLK" },                                  /* [U] */
    { 0x054, "IR_CLK" },                                        /* [L] */
    { PRCM_APB0_RESET, "APB0_RESET" },                          /* [L] */
    { 0x0f0, "CLK_OUTD" },                                      /* [U] */
    /* The secondary cores have no power until software gives it to them */
    { PRCM_CPU_PWROFF, "CPU_PWROFF", 0xe },                     /* [L] */
    { 0x110, "VDD_SYS_PWROFF" },                                /* [U] */
    { 0x118, "GPU_PWROFF" },                                    /* [U] */
    { 0x120, "VDD_SYS_RESET" },                                 /* [U] */
    { PRCM_CPU_CLAMP(0), "CPU0_CLAMP" },                        /* [U] */
    { PRCM_CPU_CLAMP(1), "CPU1_CLAMP", PRCM_CPU_CLAMP_CLOSED }, /* [L] */
    { PRCM_CPU_CLAMP(2), "CPU2_CLAMP", PRCM_CPU_CLAMP_CLOSED }, /* [L] */
    { PRCM_CPU_CLAMP(3), "CPU3_CLAMP", PRCM_CPU_CLAMP_CLOSED }, /* [L] */
    { 0x180, "DRAM_PWR" },                                      /* [U] */
    { 0x190, "DRAM_TST" },                                      /* [U] */
    { 0x1d0, "SEC_SWITCH" },                                    /* [U] */
};

uint8_t allwinner_a31_prcm_cpu_clamp(const AwA31PrcmState *s, unsigned cpu)
{
    assert(cpu < AW_A31_PRCM_NUM_CPUS);

    return s->regs[REG(PRCM_CPU_CLAMP(cpu))];
}

bool allwinner_a31_prcm_cpu_powered(const AwA31PrcmState *s, unsigned cpu)
{
    return allwinner_a31_prcm_cpu_clamp(s, cpu) == 0 &&
           !extract32(s->regs[REG(PRCM_CPU_PWROFF)], cpu, 1);
}

static void aw_a31_prcm_update_cpu_power(AwA31PrcmState *s)
{
    for (unsigned i = 0; i < AW_A31_PRCM_NUM_CPUS; i++) {
        qemu_set_irq(s->cpu_power[i], allwinner_a31_prcm_cpu_powered(s, i));
    }
}

static void aw_a31_prcm_update_clock(AwA31PrcmState *s)
{
    uint32_t cpus = s->regs[REG(PRCM_CPUS_CLK)];
    unsigned source = extract32(cpus, 16, 2);
    unsigned hz = source == CPUS_CLK_LOSC ? CPUS_LOSC_HZ : CPUS_HOSC_HZ;

    if (source >= CPUS_CLK_PLL6) {
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_PRCM
                      ": CPUS_CLK 0x%08x: PLL6 is not implemented\n", cpus);
    }
    hz = (hz >> extract32(cpus, 4, 2)) / (extract32(cpus, 8, 5) + 1);
    /* 0 is by 2 as well */
    hz >>= MAX(extract32(s->regs[REG(PRCM_APB0_CLK)], 0, 2), 1);
    clock_update_hz(s->apb0, hz);
}

static void aw_a31_prcm_update_apb0(AwA31PrcmState *s)
{
    for (unsigned i = 0; i < AW_A31_PRCM_NUM_LINES; i++) {
        qemu_set_irq(s->clock_gate[i],
                     extract32(s->regs[REG(PRCM_APB0_GATE)], i, 1));
        qemu_set_irq(s->bus_reset[i],
                     extract32(s->regs[REG(PRCM_APB0_RESET)], i, 1));
    }
}

static const AwA31PrcmReg *aw_a31_prcm_find_reg(hwaddr offset)
{
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_prcm_regs); i++) {
        if (aw_a31_prcm_regs[i].offset == offset) {
            return &aw_a31_prcm_regs[i];
        }
    }

    qemu_log_mask(LOG_GUEST_ERROR,
                  TYPE_AW_A31_PRCM ": no register at offset 0x%03"
                  HWADDR_PRIx "\n", offset);
    return NULL;
}

static uint64_t aw_a31_prcm_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31PrcmState *s = opaque;
    const AwA31PrcmReg *reg = aw_a31_prcm_find_reg(offset);
    uint32_t value;

    if (!reg) {
        return 0;
    }

    value = s->regs[REG(offset)];
    trace_allwinner_a31_prcm_read(reg->name, offset, value);

    return value;
}

static void aw_a31_prcm_write(void *opaque, hwaddr offset, uint64_t value,
                              unsigned size)
{
    AwA31PrcmState *s = opaque;
    const AwA31PrcmReg *reg = aw_a31_prcm_find_reg(offset);

    if (!reg) {
        return;
    }

    trace_allwinner_a31_prcm_write(reg->name, offset, value);

    switch (offset) {
    case PRCM_CPUS_CLK:
    case PRCM_APB0_CLK:
        s->regs[REG(offset)] = value;
        aw_a31_prcm_update_clock(s);
        break;
    case PRCM_APB0_GATE:
    case PRCM_APB0_RESET:
        s->regs[REG(offset)] = value;
        aw_a31_prcm_update_apb0(s);
        break;
    case PRCM_CPU_PWROFF:
        s->regs[REG(offset)] = value;
        aw_a31_prcm_update_cpu_power(s);
        break;
    case PRCM_CPU_CLAMP(0) ... PRCM_CPU_CLAMP(AW_A31_PRCM_NUM_CPUS - 1):
        s->regs[REG(offset)] = value & 0xff;
        aw_a31_prcm_update_cpu_power(s);
        break;
    default:
        s->regs[REG(offset)] = value;
        break;
    }
}

static const MemoryRegionOps aw_a31_prcm_ops = {
    .read = aw_a31_prcm_read,
    .write = aw_a31_prcm_write,
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

/*
 * The power outputs stay as they are: CPUCFG, which they tell of changes, is
 * reset with this device and asks for the state when it needs it.
 */
static void aw_a31_prcm_reset_enter(Object *obj, ResetType type)
{
    AwA31PrcmState *s = AW_A31_PRCM(obj);

    memset(s->regs, 0, sizeof(s->regs));
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_prcm_regs); i++) {
        const AwA31PrcmReg *reg = &aw_a31_prcm_regs[i];

        s->regs[REG(reg->offset)] = reg->reset;
    }
}

static void aw_a31_prcm_reset_hold(Object *obj, ResetType type)
{
    AwA31PrcmState *s = AW_A31_PRCM(obj);

    aw_a31_prcm_update_clock(s);
    aw_a31_prcm_update_apb0(s);
}

static void aw_a31_prcm_init(Object *obj)
{
    AwA31PrcmState *s = AW_A31_PRCM(obj);

    memory_region_init_io(&s->iomem, obj, &aw_a31_prcm_ops, s,
                          TYPE_AW_A31_PRCM, AW_A31_PRCM_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    qdev_init_gpio_out_named(DEVICE(obj), s->cpu_power, AW_A31_PRCM_CPU_POWER,
                             AW_A31_PRCM_NUM_CPUS);
    qdev_init_gpio_out_named(DEVICE(obj), s->clock_gate, AW_A31_CLOCK_GATE,
                             AW_A31_PRCM_NUM_LINES);
    qdev_init_gpio_out_named(DEVICE(obj), s->bus_reset, AW_A31_BUS_RESET,
                             AW_A31_PRCM_NUM_LINES);
    s->apb0 = qdev_init_clock_out(DEVICE(obj), AW_A31_PRCM_APB0);
}

static int aw_a31_prcm_post_load(void *opaque, int version_id)
{
    aw_a31_prcm_update_clock(opaque);

    return 0;
}

static const VMStateDescription aw_a31_prcm_vmstate = {
    .name = TYPE_AW_A31_PRCM,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = aw_a31_prcm_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, AwA31PrcmState, AW_A31_PRCM_NUM_REGS),
        VMSTATE_END_OF_LIST()
    }
};

static void aw_a31_prcm_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_prcm_reset_enter;
    rc->phases.hold = aw_a31_prcm_reset_hold;
    dc->vmsd = &aw_a31_prcm_vmstate;
    dc->desc = "Allwinner A31 power, reset and clock management";
}

static const TypeInfo aw_a31_prcm_types[] = {
    {
        .name = TYPE_AW_A31_PRCM,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31PrcmState),
        .instance_init = aw_a31_prcm_init,
        .class_init = aw_a31_prcm_class_init,
    },
};

DEFINE_TYPES(aw_a31_prcm_types)
