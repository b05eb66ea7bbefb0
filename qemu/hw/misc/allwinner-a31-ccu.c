/*
 * Allwinner A31 (sun6i) Clock Control Unit
 *
 * The model keeps what software writes, so that drivers find their settings
 * again, and answers the two things they wait for: the lock bit of a PLL and
 * the update bit of the DRAM clock. The gates and resets of the blocks on the
 * buses are output lines, and the clocks of the SD controllers and the UARTs
 * are clocks. No other rate in the machine changes with the dividers.
 *
 * Where a register is known from:
 *   [L] Linux, drivers/clk/sunxi-ng/ccu-sun6i-a31.c
 *   [U] U-Boot, arch/arm/include/asm/arch-sunxi/clock_sun6i.h
 *   [M] from memory of the A31 user manual, not checked against hardware
 * All reset values are [M], but for APB1_GATE: the manual has all gates shut.
 * SPL uses the pins without having opened theirs; on the A13, of which there
 * is a dump of the boot ROM, that ROM did it as one of its first actions. The
 * same is inferred for the A31, and done by the reset here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/arm/linux-boot-if.h"
#include "hw/clock.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-ccu.h"
#include "migration/vmstate.h"
#include "trace.h"

#define PLL_LOCK                BIT(28)
#define PLL_ENABLE              BIT(31)
/* The MIPI PLL also needs its two LDOs [L] */
#define PLL_MIPI_ENABLE         (BIT(31) | BIT(23) | BIT(22))

#define CCU_PLL1_CPUX           0x000
#define CCU_PLL6_PERIPH         0x028
#define CCU_CPU_AXI_CFG         0x050
#define CCU_AHB1_APB1_CFG       0x054
#define CCU_APB2_CFG            0x058
#define CCU_AHB1_GATE0          0x060
#define CCU_AHB1_GATE1          0x064
#define CCU_APB1_GATE           0x068
#define CCU_APB2_GATE           0x06c
#define CCU_SD_CLK(n)           (0x088 + 4 * (n))
#define CCU_DRAM_CFG            0x0f4
/* Write 1 to apply new dividers; the hardware clears it when done [U] */
#define CCU_DRAM_CFG_UPDATE     BIT(16)
#define CCU_AHB1_RESET0         0x2c0
#define CCU_AHB1_RESET1         0x2c4
#define CCU_APB1_RESET          0x2d0
#define CCU_APB2_RESET          0x2d8

#define OSC24M_HZ               24000000
#define LOSC_HZ                 32768
/* A module clock [L]: gate, source, and two dividers */
#define MOD_CLK_ENABLE          BIT(31)
enum {
    MOD_CLK_SOURCE_OSC24M       = 0,
    MOD_CLK_SOURCE_PLL6         = 1,
};

#define AHB1_SDRAM              BIT(14)     /* [L] */
#define APB1_PIO                BIT(5)      /* [L] */
#define APB2_UART(n)            BIT(16 + (n))   /* [L] */

#define REG(offset)             ((offset) / sizeof(uint32_t))

typedef struct AwA31CcuReg {
    uint16_t offset;
    const char *name;
    uint32_t reset;
    /* For a PLL, the bits that must all be set for it to lock */
    uint32_t pll_enable;
} AwA31CcuReg;

static const AwA31CcuReg aw_a31_ccu_regs[] = {
    { CCU_PLL1_CPUX, "PLL1_CPUX",           0x00001000, PLL_ENABLE }, /* [L] */
    { 0x008, "PLL2_AUDIO",      0x00035514, PLL_ENABLE },       /* [L] */
    { 0x010, "PLL3_VIDEO0",     0x03006207, PLL_ENABLE },       /* [L] */
    { 0x018, "PLL4_VE",         0x03006207, PLL_ENABLE },       /* [L] */
    { 0x020, "PLL5_DDR",        0x00001000, PLL_ENABLE },       /* [L] */
    { CCU_PLL6_PERIPH, "PLL6_PERIPH",       0x00041811, PLL_ENABLE }, /* [L] */
    { 0x030, "PLL7_VIDEO1",     0x03006207, PLL_ENABLE },       /* [L] */
    { 0x038, "PLL8_GPU",        0x03006207, PLL_ENABLE },       /* [L] */
    { 0x040, "PLL_MIPI",        0x00000515, PLL_MIPI_ENABLE },  /* [L] */
    { 0x044, "PLL9",            0x03001300, PLL_ENABLE },       /* [L] */
    { 0x048, "PLL10",           0x03006207, PLL_ENABLE },       /* [L] */
    { CCU_CPU_AXI_CFG, "CPU_AXI_CFG",       0x00010000 },       /* [L] */
    { CCU_AHB1_APB1_CFG, "AHB1_APB1_CFG",   0x00001010 },       /* [L] */
    { CCU_APB2_CFG, "APB2_CFG", 0x01000000 },                   /* [L] */
    { 0x05c, "AXI_GATE" },                                      /* [U] */
    { CCU_AHB1_GATE0, "AHB1_GATE0" },                           /* [L] */
    { CCU_AHB1_GATE1, "AHB1_GATE1" },                           /* [L] */
    { CCU_APB1_GATE, "APB1_GATE", APB1_PIO },                   /* [L] */
    { CCU_APB2_GATE, "APB2_GATE" },                             /* [L] */
    { 0x080, "NAND0_CLK" },                                     /* [L] */
    { 0x084, "NAND1_CLK" },                                     /* [L] */
    { CCU_SD_CLK(0), "SD0_CLK" },                               /* [L] */
    { CCU_SD_CLK(1), "SD1_CLK" },                               /* [L] */
    { CCU_SD_CLK(2), "SD2_CLK" },                               /* [L] */
    { CCU_SD_CLK(3), "SD3_CLK" },                               /* [L] */
    { 0x098, "TS_CLK" },                                        /* [L] */
    { 0x09c, "SS_CLK" },                                        /* [L] */
    { 0x0a0, "SPI0_CLK" },                                      /* [L] */
    { 0x0a4, "SPI1_CLK" },                                      /* [L] */
    { 0x0a8, "SPI2_CLK" },                                      /* [L] */
    { 0x0ac, "SPI3_CLK" },                                      /* [L] */
    { 0x0b0, "DAUDIO0_CLK" },                                   /* [L] */
    { 0x0b4, "DAUDIO1_CLK" },                                   /* [L] */
    { 0x0c0, "SPDIF_CLK" },                                     /* [L] */
    { 0x0cc, "USBPHY_CFG" },                                    /* [L] */
    { 0x0d0, "GMAC_CLK" },                                      /* [U] */
    { 0x0f0, "MDFS_CLK" },                                      /* [L] */
    { CCU_DRAM_CFG, "DRAM_CFG" },                               /* [L] */
    { 0x100, "DRAM_GATE" },                                     /* [L] */
    { 0x104, "BE0_CLK" },                                       /* [L] */
    { 0x108, "BE1_CLK" },                                       /* [L] */
    { 0x10c, "FE0_CLK" },                                       /* [L] */
    { 0x110, "FE1_CLK" },                                       /* [L] */
    { 0x114, "MP_CLK" },                                        /* [L] */
    { 0x118, "LCD0_CH0_CLK" },                                  /* [L] */
    { 0x11c, "LCD1_CH0_CLK" },                                  /* [L] */
    { 0x12c, "LCD0_CH1_CLK" },                                  /* [L] */
    { 0x130, "LCD1_CH1_CLK" },                                  /* [L] */
    { 0x134, "CSI0_CLK" },                                      /* [L] */
    { 0x138, "CSI1_CLK" },                                      /* [L] */
    { 0x13c, "VE_CLK" },                                        /* [L] */
    { 0x140, "CODEC_CLK" },                                     /* [L] */
    { 0x144, "AVS_CLK" },                                       /* [L] */
    { 0x148, "DMIC_CLK" },                                      /* [L] */
    { 0x150, "HDMI_CLK" },                                      /* [L] */
    { 0x154, "PS_CLK" },                                        /* [U] */
    { 0x15c, "MBUS0_CLK" },                                     /* [L] */
    { 0x160, "MBUS1_CLK" },                                     /* [L] */
    { 0x168, "MIPI_DSI_CLK" },                                  /* [L] */
    { 0x16c, "MIPI_CSI_CLK" },                                  /* [L] */
    { 0x180, "DRC0_CLK" },                                      /* [L] */
    { 0x184, "DRC1_CLK" },                                      /* [L] */
    { 0x188, "DEU0_CLK" },                                      /* [L] */
    { 0x18c, "DEU1_CLK" },                                      /* [L] */
    { 0x1a0, "GPU_CORE_CLK" },                                  /* [L] */
    { 0x1a4, "GPU_MEMORY_CLK" },                                /* [L] */
    { 0x1a8, "GPU_HYD_CLK" },                                   /* [L] */
    { 0x1b0, "ATS_CLK" },                                       /* [L] */
    { 0x1b4, "TRACE_CLK" },                                     /* [M] */
    { 0x200, "PLL_STABLE0",     0x000000ff },                   /* [U] */
    { 0x204, "PLL_STABLE1",     0x000000ff },                   /* [U] */
    { 0x220, "PLL1_BIAS" },                                     /* [M] */
    { 0x224, "PLL2_BIAS" },                                     /* [M] */
    { 0x228, "PLL3_BIAS" },                                     /* [M] */
    { 0x22c, "PLL4_BIAS" },                                     /* [M] */
    { 0x230, "PLL5_BIAS" },                                     /* [M] */
    { 0x234, "PLL6_BIAS" },                                     /* [M] */
    { 0x238, "PLL7_BIAS" },                                     /* [M] */
    { 0x23c, "PLL8_BIAS" },                                     /* [M] */
    { 0x240, "PLL_MIPI_BIAS" },                                 /* [U] */
    { 0x244, "PLL9_BIAS" },                                     /* [M] */
    { 0x248, "PLL10_BIAS" },                                    /* [M] */
    { 0x250, "PLL1_TUNING" },                                   /* [M] */
    { 0x260, "PLL5_TUNING" },                                   /* [M] */
    { 0x270, "PLL_MIPI_TUNING" },                               /* [M] */
    { 0x280, "PLL1_PATTERN" },                                  /* [U] */
    { 0x284, "PLL2_PATTERN" },                                  /* [L] */
    { 0x288, "PLL3_PATTERN" },                                  /* [M] */
    { 0x28c, "PLL4_PATTERN" },                                  /* [M] */
    { 0x290, "PLL5_PATTERN" },                                  /* [U] */
    { 0x298, "PLL7_PATTERN" },                                  /* [M] */
    { 0x29c, "PLL8_PATTERN" },                                  /* [M] */
    { 0x2a0, "PLL_MIPI_PATTERN" },                              /* [M] */
    { 0x2a4, "PLL9_PATTERN" },                                  /* [M] */
    { 0x2a8, "PLL10_PATTERN" },                                 /* [M] */
    { CCU_AHB1_RESET0, "AHB1_RESET0" },                         /* [L] */
    { CCU_AHB1_RESET1, "AHB1_RESET1" },                         /* [L] */
    { 0x2c8, "AHB1_RESET2" },                                   /* [L] */
    { CCU_APB1_RESET, "APB1_RESET" },                           /* [L] */
    { CCU_APB2_RESET, "APB2_RESET" },                           /* [L] */
    { 0x300, "CLK_OUTA" },                                      /* [L] */
    { 0x304, "CLK_OUTB" },                                      /* [L] */
    { 0x308, "CLK_OUTC" },                                      /* [L] */
};

/* Bit n of both registers of a pair is for the same block [L] */
static const struct {
    uint16_t gate;
    uint16_t reset;
} aw_a31_ccu_buses[AW_A31_CCU_NUM_BUSES] = {
    [AW_A31_CCU_AHB1_0] = { CCU_AHB1_GATE0, CCU_AHB1_RESET0 },
    [AW_A31_CCU_AHB1_1] = { CCU_AHB1_GATE1, CCU_AHB1_RESET1 },
    [AW_A31_CCU_APB1]   = { CCU_APB1_GATE, CCU_APB1_RESET },
    [AW_A31_CCU_APB2]   = { CCU_APB2_GATE, CCU_APB2_RESET },
};

/*
 * What U-Boot's SPL leaves in the registers that Linux relies on: it waits for
 * the lock of the CPU's PLL without having enabled it. CPU 1008 MHz, PLL6
 * 600 MHz, AHB1 200 MHz; from U-Boot, arch/arm/mach-sunxi/clock_sun6i.c.
 *
 * Of the gates only those of what is in use: memory, pins, and the console,
 * which is UART0 on all boards with an A31 that Linux knows.
 */
static const struct {
    uint16_t offset;
    uint32_t value;
} aw_a31_ccu_boot_loader[] = {
    { CCU_PLL1_CPUX,        0x80001b21 | PLL_LOCK },
    { CCU_PLL6_PERIPH,      0x80041811 | PLL_LOCK },
    { CCU_CPU_AXI_CFG,      0x00020102 },
    { CCU_AHB1_APB1_CFG,    0x00003180 },
    { CCU_AHB1_GATE0,       AHB1_SDRAM },
    { CCU_AHB1_RESET0,      AHB1_SDRAM },
    { CCU_APB1_GATE,        APB1_PIO },
    { CCU_APB2_GATE,        APB2_UART(0) },
    { CCU_APB2_RESET,       APB2_UART(0) },
};

static const AwA31CcuReg *aw_a31_ccu_find_reg(hwaddr offset)
{
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_ccu_regs); i++) {
        if (aw_a31_ccu_regs[i].offset == offset) {
            return &aw_a31_ccu_regs[i];
        }
    }

    qemu_log_mask(LOG_GUEST_ERROR,
                  TYPE_AW_A31_CCU ": no register at offset 0x%03"
                  HWADDR_PRIx "\n", offset);
    return NULL;
}

static void aw_a31_ccu_set_lines(qemu_irq *lines, uint32_t value, uint32_t mask)
{
    for (unsigned i = 0; i < AW_A31_CCU_LINES_PER_BUS; i++) {
        if (extract32(mask, i, 1)) {
            qemu_set_irq(lines[i], extract32(value, i, 1));
        }
    }
}

/* Some bits of a register have changed: tell those who hang on them */
static void aw_a31_ccu_update_lines(AwA31CcuState *s, hwaddr offset,
                                    uint32_t changed)
{
    for (unsigned i = 0; i < AW_A31_CCU_NUM_BUSES; i++) {
        unsigned first = AW_A31_CCU_LINE(i, 0);

        if (aw_a31_ccu_buses[i].gate == offset) {
            aw_a31_ccu_set_lines(&s->clock_gate[first], s->regs[REG(offset)],
                                 changed);
        } else if (aw_a31_ccu_buses[i].reset == offset) {
            aw_a31_ccu_set_lines(&s->bus_reset[first], s->regs[REG(offset)],
                                 changed);
        }
    }
}

static uint64_t aw_a31_ccu_pll6_hz(const AwA31CcuState *s)
{
    uint32_t reg = s->regs[REG(CCU_PLL6_PERIPH)];
    uint64_t n = extract32(reg, 8, 5) + 1;
    uint64_t k = extract32(reg, 4, 2) + 1;

    return reg & PLL_ENABLE ? OSC24M_HZ * n * k / 2 : 0;
}

static uint64_t aw_a31_ccu_sd_hz(const AwA31CcuState *s, unsigned n)
{
    uint32_t reg = s->regs[REG(CCU_SD_CLK(n))];
    uint64_t hz = 0;

    if (!(reg & MOD_CLK_ENABLE)) {
        return 0;
    }

    switch (extract32(reg, 24, 2)) {
    case MOD_CLK_SOURCE_OSC24M:
        hz = OSC24M_HZ;
        break;
    case MOD_CLK_SOURCE_PLL6:
        hz = aw_a31_ccu_pll6_hz(s);
        break;
    }

    return (hz >> extract32(reg, 16, 2)) / (extract32(reg, 0, 4) + 1);
}

/* APB2 has its own source and dividers; both PLL settings are PLL6 [L] */
static uint64_t aw_a31_ccu_uart_hz(const AwA31CcuState *s, unsigned n)
{
    uint32_t reg = s->regs[REG(CCU_APB2_CFG)];
    uint64_t hz;

    if (!(s->regs[REG(CCU_APB2_GATE)] & APB2_UART(n))) {
        return 0;
    }

    switch (extract32(reg, 24, 2)) {
    case 0:
        hz = LOSC_HZ;
        break;
    case 1:
        hz = OSC24M_HZ;
        break;
    default:
        hz = aw_a31_ccu_pll6_hz(s);
        break;
    }

    return (hz >> extract32(reg, 16, 2)) / (extract32(reg, 0, 5) + 1);
}

static void aw_a31_ccu_update_clocks(AwA31CcuState *s)
{
    for (unsigned i = 0; i < AW_A31_CCU_NUM_UARTS; i++) {
        clock_update_hz(s->uart_clk[i], aw_a31_ccu_uart_hz(s, i));
    }
    for (unsigned i = 0; i < AW_A31_CCU_NUM_SDS; i++) {
        clock_update_hz(s->sd_clk[i], aw_a31_ccu_sd_hz(s, i));
    }
}

static uint64_t aw_a31_ccu_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31CcuState *s = opaque;
    const AwA31CcuReg *reg = aw_a31_ccu_find_reg(offset);
    uint32_t value;

    if (!reg) {
        return 0;
    }

    value = s->regs[REG(offset)];
    trace_allwinner_a31_ccu_read(reg->name, offset, value);

    return value;
}

static void aw_a31_ccu_write(void *opaque, hwaddr offset, uint64_t value,
                             unsigned size)
{
    AwA31CcuState *s = opaque;
    const AwA31CcuReg *reg = aw_a31_ccu_find_reg(offset);
    uint32_t old;

    if (!reg) {
        return;
    }

    trace_allwinner_a31_ccu_write(reg->name, offset, value);

    if (reg->pll_enable) {
        bool locked = (value & reg->pll_enable) == reg->pll_enable;

        value = locked ? value | PLL_LOCK : value & ~PLL_LOCK;
    }

    if (offset == CCU_DRAM_CFG) {
        value &= ~CCU_DRAM_CFG_UPDATE;
    }

    old = s->regs[REG(offset)];
    s->regs[REG(offset)] = value;
    aw_a31_ccu_update_lines(s, offset, s->regs[REG(offset)] ^ old);
    aw_a31_ccu_update_clocks(s);
}

static const MemoryRegionOps aw_a31_ccu_ops = {
    .read = aw_a31_ccu_read,
    .write = aw_a31_ccu_write,
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

static void aw_a31_ccu_reset_enter(Object *obj, ResetType type)
{
    AwA31CcuState *s = AW_A31_CCU(obj);

    memset(s->regs, 0, sizeof(s->regs));
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_ccu_regs); i++) {
        const AwA31CcuReg *reg = &aw_a31_ccu_regs[i];

        s->regs[REG(reg->offset)] = reg->reset;
    }

    if (!s->linux_boot) {
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_ccu_boot_loader); i++) {
        s->regs[REG(aw_a31_ccu_boot_loader[i].offset)] =
            aw_a31_ccu_boot_loader[i].value;
    }
}

static void aw_a31_ccu_reset_hold(Object *obj, ResetType type)
{
    AwA31CcuState *s = AW_A31_CCU(obj);

    for (unsigned i = 0; i < AW_A31_CCU_NUM_BUSES; i++) {
        aw_a31_ccu_update_lines(s, aw_a31_ccu_buses[i].gate, UINT32_MAX);
        aw_a31_ccu_update_lines(s, aw_a31_ccu_buses[i].reset, UINT32_MAX);
    }
    aw_a31_ccu_update_clocks(s);
}

static void aw_a31_ccu_linux_init(ARMLinuxBootIf *obj, bool secure_boot)
{
    AW_A31_CCU(obj)->linux_boot = true;
}

static void aw_a31_ccu_init(Object *obj)
{
    AwA31CcuState *s = AW_A31_CCU(obj);

    memory_region_init_io(&s->iomem, obj, &aw_a31_ccu_ops, s,
                          TYPE_AW_A31_CCU, AW_A31_CCU_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    qdev_init_gpio_out_named(DEVICE(obj), s->clock_gate, AW_A31_CLOCK_GATE,
                             AW_A31_CCU_NUM_LINES);
    qdev_init_gpio_out_named(DEVICE(obj), s->bus_reset, AW_A31_BUS_RESET,
                             AW_A31_CCU_NUM_LINES);
    for (unsigned i = 0; i < AW_A31_CCU_NUM_SDS; i++) {
        g_autofree char *name = g_strdup_printf(AW_A31_CCU_SD_CLK, i);

        s->sd_clk[i] = qdev_init_clock_out(DEVICE(obj), name);
    }
    for (unsigned i = 0; i < AW_A31_CCU_NUM_UARTS; i++) {
        g_autofree char *name = g_strdup_printf(AW_A31_CCU_UART_CLK, i);

        s->uart_clk[i] = qdev_init_clock_out(DEVICE(obj), name);
    }
}

/* Those at the other ends of lines and clocks have kept their states, too */
static int aw_a31_ccu_post_load(void *opaque, int version_id)
{
    AwA31CcuState *s = opaque;

    for (unsigned i = 0; i < AW_A31_CCU_NUM_SDS; i++) {
        clock_set_hz(s->sd_clk[i], aw_a31_ccu_sd_hz(s, i));
    }
    for (unsigned i = 0; i < AW_A31_CCU_NUM_UARTS; i++) {
        clock_set_hz(s->uart_clk[i], aw_a31_ccu_uart_hz(s, i));
    }

    return 0;
}

static const VMStateDescription aw_a31_ccu_vmstate = {
    .name = TYPE_AW_A31_CCU,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = aw_a31_ccu_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, AwA31CcuState, AW_A31_CCU_NUM_REGS),
        VMSTATE_END_OF_LIST()
    }
};

static void aw_a31_ccu_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    ARMLinuxBootIfClass *albifc = ARM_LINUX_BOOT_IF_CLASS(klass);

    rc->phases.enter = aw_a31_ccu_reset_enter;
    rc->phases.hold = aw_a31_ccu_reset_hold;
    albifc->arm_linux_init = aw_a31_ccu_linux_init;
    dc->vmsd = &aw_a31_ccu_vmstate;
    dc->desc = "Allwinner A31 clock control unit";
}

static const TypeInfo aw_a31_ccu_types[] = {
    {
        .name = TYPE_AW_A31_CCU,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31CcuState),
        .instance_init = aw_a31_ccu_init,
        .class_init = aw_a31_ccu_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_ARM_LINUX_BOOT_IF },
            { },
        },
    },
};

DEFINE_TYPES(aw_a31_ccu_types)
