/*
 * Allwinner A31 (sun6i) Clock Control Unit
 *
 * The model keeps what software writes, so that drivers find their settings
 * again, and answers the two things they wait for: the lock bit of a PLL and
 * the update bit of the DRAM clock. No clock in the machine changes with it:
 * gates and resets gate and reset nothing.
 *
 * Where a register is known from:
 *   [L] Linux, drivers/clk/sunxi-ng/ccu-sun6i-a31.c
 *   [U] U-Boot, arch/arm/include/asm/arch-sunxi/clock_sun6i.h
 *   [M] from memory of the A31 user manual, not checked against hardware
 * All reset values are [M].
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/arm/linux-boot-if.h"
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
#define CCU_DRAM_CFG            0x0f4
/* Write 1 to apply new dividers; the hardware clears it when done [U] */
#define CCU_DRAM_CFG_UPDATE     BIT(16)

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
    { 0x058, "APB2_CFG",        0x01000000 },                   /* [L] */
    { 0x060, "AHB1_GATE0" },                                    /* [L] */
    { 0x064, "AHB1_GATE1" },                                    /* [L] */
    { 0x068, "APB1_GATE" },                                     /* [L] */
    { 0x06c, "APB2_GATE" },                                     /* [L] */
    { 0x080, "NAND0_CLK" },                                     /* [L] */
    { 0x084, "NAND1_CLK" },                                     /* [L] */
    { 0x088, "SD0_CLK" },                                       /* [L] */
    { 0x08c, "SD1_CLK" },                                       /* [L] */
    { 0x090, "SD2_CLK" },                                       /* [L] */
    { 0x094, "SD3_CLK" },                                       /* [L] */
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
    { 0x2c0, "AHB1_RESET0" },                                   /* [L] */
    { 0x2c4, "AHB1_RESET1" },                                   /* [L] */
    { 0x2c8, "AHB1_RESET2" },                                   /* [L] */
    { 0x2d0, "APB1_RESET" },                                    /* [L] */
    { 0x2d8, "APB2_RESET" },                                    /* [L] */
    { 0x300, "CLK_OUTA" },                                      /* [L] */
    { 0x304, "CLK_OUTB" },                                      /* [L] */
    { 0x308, "CLK_OUTC" },                                      /* [L] */
};

/*
 * What U-Boot's SPL leaves in the registers that Linux relies on: it waits for
 * the lock of the CPU's PLL without having enabled it. CPU 1008 MHz, PLL6
 * 600 MHz, AHB1 200 MHz; from U-Boot, arch/arm/mach-sunxi/clock_sun6i.c.
 */
static const struct {
    uint16_t offset;
    uint32_t value;
} aw_a31_ccu_boot_loader[] = {
    { CCU_PLL1_CPUX,        0x80001b21 | PLL_LOCK },
    { CCU_PLL6_PERIPH,      0x80041811 | PLL_LOCK },
    { CCU_CPU_AXI_CFG,      0x00020102 },
    { CCU_AHB1_APB1_CFG,    0x00003180 },
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

static uint64_t aw_a31_ccu_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31CcuState *s = opaque;
    const AwA31CcuReg *reg = aw_a31_ccu_find_reg(offset);
    uint32_t value;

    if (!reg) {
        return 0;
    }

    value = s->regs[offset / sizeof(uint32_t)];
    trace_allwinner_a31_ccu_read(reg->name, offset, value);

    return value;
}

static void aw_a31_ccu_write(void *opaque, hwaddr offset, uint64_t value,
                             unsigned size)
{
    AwA31CcuState *s = opaque;
    const AwA31CcuReg *reg = aw_a31_ccu_find_reg(offset);

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

    s->regs[offset / sizeof(uint32_t)] = value;
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

        s->regs[reg->offset / sizeof(uint32_t)] = reg->reset;
    }

    if (!s->linux_boot) {
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_ccu_boot_loader); i++) {
        s->regs[aw_a31_ccu_boot_loader[i].offset / sizeof(uint32_t)] =
            aw_a31_ccu_boot_loader[i].value;
    }
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
}

static const VMStateDescription aw_a31_ccu_vmstate = {
    .name = TYPE_AW_A31_CCU,
    .version_id = 1,
    .minimum_version_id = 1,
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
