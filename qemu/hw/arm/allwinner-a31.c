/*
 * Allwinner A31/A31s (sun6i) System on Chip
 *
 * Addresses and interrupts are those of Linux,
 * arch/arm/boot/dts/allwinner/sun6i-a31.dtsi, and of Allwinner's kernel
 * (mach-sun6i) where Linux has none. Entries marked [M] are from memory of the
 * A31 user manual. Readings of an A31 board are marked [S].
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/arm/allwinner-a31.h"
#include "hw/misc/allwinner-a31-bus-gate.h"
#include "hw/misc/unimp.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "net/net.h"
#include "system/system.h"
#include "target/arm/cpu-qom.h"

const hwaddr allwinner_a31_memmap[] = {
    [AW_A31_DEV_SRAM_A1]    = 0x00000000,
    [AW_A31_DEV_SRAM_D]     = 0x00010000,
    [AW_A31_DEV_SRAM_B]     = 0x00020000,
    [AW_A31_DEV_SRAM_A2]    = 0x00040000,
    [AW_A31_DEV_SRAMC]      = 0x01c00000,
    [AW_A31_DEV_MMC0]       = 0x01c0f000,
    [AW_A31_DEV_MMC1]       = 0x01c10000,
    [AW_A31_DEV_MMC2]       = 0x01c11000,
    [AW_A31_DEV_MMC3]       = 0x01c12000,
    [AW_A31_DEV_SS]         = 0x01c15000,
    [AW_A31_DEV_USB_PHY]    = 0x01c19400,
    [AW_A31_DEV_EHCI0]      = 0x01c1a000,
    [AW_A31_DEV_OHCI0]      = 0x01c1a400,
    [AW_A31_DEV_USB_PMU1]   = 0x01c1a800,
    [AW_A31_DEV_EHCI1]      = 0x01c1b000,
    [AW_A31_DEV_OHCI1]      = 0x01c1b400,
    [AW_A31_DEV_USB_PMU2]   = 0x01c1b800,
    [AW_A31_DEV_OHCI2]      = 0x01c1c400,
    [AW_A31_DEV_CCU]        = 0x01c20000,
    [AW_A31_DEV_PIO]        = 0x01c20800,
    [AW_A31_DEV_TIMER]      = 0x01c20c00,
    [AW_A31_DEV_WDT]        = 0x01c20ca0,
    [AW_A31_DEV_LRADC]      = 0x01c22800,
    [AW_A31_DEV_TZPC]       = 0x01c23400,
    [AW_A31_DEV_UART0]      = 0x01c28000,
    [AW_A31_DEV_UART1]      = 0x01c28400,
    [AW_A31_DEV_UART2]      = 0x01c28800,
    [AW_A31_DEV_UART3]      = 0x01c28c00,
    [AW_A31_DEV_UART4]      = 0x01c29000,
    [AW_A31_DEV_UART5]      = 0x01c29400,
    [AW_A31_DEV_TWI0]       = 0x01c2ac00,
    [AW_A31_DEV_TWI1]       = 0x01c2b000,
    [AW_A31_DEV_TWI2]       = 0x01c2b400,
    [AW_A31_DEV_TWI3]       = 0x01c2b800,
    [AW_A31_DEV_GMAC]       = 0x01c30000,
    [AW_A31_DEV_DRAM_COM]   = 0x01c62000,
    [AW_A31_DEV_DRAM_CTL0]  = 0x01c63000,
    [AW_A31_DEV_DRAM_CTL1]  = 0x01c64000,
    [AW_A31_DEV_DRAM_PHY0]  = 0x01c65000,
    [AW_A31_DEV_DRAM_PHY1]  = 0x01c66000,
    [AW_A31_DEV_MPCORE]     = 0x01c80000,
    [AW_A31_DEV_RTC]        = 0x01f00000,
    [AW_A31_DEV_R_INTC]     = 0x01f00c00,
    [AW_A31_DEV_PRCM]       = 0x01f01400,
    [AW_A31_DEV_CPUCFG]     = 0x01f01c00,
    [AW_A31_DEV_R_UART]     = 0x01f02800,
    [AW_A31_DEV_R_PIO]      = 0x01f02c00,
    [AW_A31_DEV_P2WI]       = 0x01f03400,
    [AW_A31_DEV_SDRAM]      = 0x40000000,
    [AW_A31_DEV_BROM]       = 0xffff0000,
};

/* Shared Peripheral Interrupts */
enum {
    AW_A31_SPI_UART0        = 0,
    AW_A31_SPI_TWI0         = 6,
    AW_A31_SPI_PIO_A        = 11,
    AW_A31_SPI_PIO_B        = 15,
    AW_A31_SPI_PIO_E        = 16,
    AW_A31_SPI_PIO_G        = 17,
    AW_A31_SPI_TIMER0       = 18,
    AW_A31_SPI_WDT          = 25,
    AW_A31_SPI_LRADC        = 30,
    AW_A31_SPI_R_INTC_NMI   = 32,
    AW_A31_SPI_R_UART       = 38,
    AW_A31_SPI_P2WI         = 39,
    AW_A31_SPI_RTC_ALARM0   = 40,
    AW_A31_SPI_R_PIO_L      = 45,
    AW_A31_SPI_R_PIO_M      = 46,
    AW_A31_SPI_MMC0         = 60,
    AW_A31_SPI_EHCI0        = 72,
    AW_A31_SPI_OHCI0        = 73,
    AW_A31_SPI_EHCI1        = 74,
    AW_A31_SPI_OHCI1        = 75,
    AW_A31_SPI_OHCI2        = 77,
    AW_A31_SPI_GMAC         = 82,
    AW_A31_SPI_CPU0_PMU     = 120,
};

/* The GIC has 32 internal and 128 shared interrupts [S] */
#define AW_A31_NUM_IRQS         160
/* Five bits: the non-secure view of GICC_PMR keeps 0xf0 of 0xff [S] */
#define AW_A31_GIC_PRIO_BITS    5
/* That of the GIC in the Cortex-A7, not of a GIC-400 [S] */
#define AW_A31_GIC_IIDR         0x0100043b
/* Cortex-A7 r0p3 [S] */
#define AW_A31_CPU_MIDR         0x410fc073
/* VFP part 0x30, variant 7, revision 3 [S] */
#define AW_A31_CPU_FPSID        0x41023073
/* The oscillator of the board, and the clock of the generic timer [S] */
#define AW_A31_HOSC_HZ          24000000
#define AW_A31_LOSC_HZ          32768

/* The console, 115200 baud of the oscillator: U-Boot, CONFIG_BAUDRATE */
#define AW_A31_CONSOLE_DIVISOR  13

static const struct {
    const char *name;
    unsigned dev;
    uint64_t size;
} aw_a31_srams[AW_A31_NUM_SRAMS] = {
    { "sram-a1",    AW_A31_DEV_SRAM_A1, 32 * KiB },
    { "sram-d",     AW_A31_DEV_SRAM_D,   4 * KiB },
    { "sram-b",     AW_A31_DEV_SRAM_B,  64 * KiB },
    { "sram-a2",    AW_A31_DEV_SRAM_A2, 80 * KiB },
};

static const struct {
    const char *name;
    hwaddr base;
    uint64_t size;
} aw_a31_unimplemented[] = {
    { "dma",        0x01c02000,   4 * KiB },
    { "nand0",      0x01c03000,   4 * KiB },    /* [M] */
    { "ts",         0x01c04000,   4 * KiB },    /* [M] */
    { "nand1",      0x01c05000,   4 * KiB },    /* [M] */
    { "tcon0",      0x01c0c000,   4 * KiB },
    { "tcon1",      0x01c0d000,   4 * KiB },
    { "ve",         0x01c0e000,   4 * KiB },    /* [M] */
    { "hdmi",       0x01c16000,   4 * KiB },
    { "usb-otg",    0x01c19000,   1 * KiB },
    /* What the registers of the host controllers leave free */
    { "usb-hci0",   0x01c1a000,   2 * KiB },
    { "usb-hci1",   0x01c1b000,   2 * KiB },
    { "usb-hci2",   0x01c1c000,   4 * KiB },
    { "spdif",      0x01c21000,   1 * KiB },
    { "pwm",        0x01c21400,   1 * KiB },    /* [M] */
    { "i2s0",       0x01c22000,   1 * KiB },
    { "i2s1",       0x01c22400,   1 * KiB },
    { "codec",      0x01c22c00,   1 * KiB },
    { "sid",        0x01c23800,   1 * KiB },
    { "rtp",        0x01c25000,   1 * KiB },
    { "dmic",       0x01c25400,   1 * KiB },    /* [M] */
    /* Behind the registers */
    { "gmac",       0x01c32000,  56 * KiB },
    { "gpu",        0x01c40000,  64 * KiB },    /* [M] */
    { "hstimer",    0x01c60000,   4 * KiB },
    { "spi0",       0x01c68000,   4 * KiB },
    { "spi1",       0x01c69000,   4 * KiB },
    { "spi2",       0x01c6a000,   4 * KiB },
    { "spi3",       0x01c6b000,   4 * KiB },
    { "mipi-dsi",   0x01ca0000,   4 * KiB },    /* [M] */
    { "mipi-dphy",  0x01ca1000,   4 * KiB },    /* [M] */
    { "csi0",       0x01cb0000,   4 * KiB },    /* [M] */
    { "mipi-csi",   0x01cb1000,   4 * KiB },    /* [M] */
    { "csi1",       0x01cb3000,   4 * KiB },    /* [M] */
    { "isp",        0x01cb8000,   4 * KiB },    /* [M] */
    { "fe0",        0x01e00000, 128 * KiB },
    { "fe1",        0x01e20000, 128 * KiB },
    { "be1",        0x01e40000,  64 * KiB },
    { "drc1",       0x01e50000,  64 * KiB },
    { "be0",        0x01e60000,  64 * KiB },
    { "drc0",       0x01e70000,  64 * KiB },
    { "mp",         0x01e80000, 128 * KiB },    /* [M] */
    { "deu1",       0x01ea0000,  64 * KiB },    /* [M] */
    { "deu0",       0x01eb0000,  64 * KiB },    /* [M] */
    { "r-timer",    0x01f00800,   1 * KiB },    /* [M] */
    { "r-wdog",     0x01f01000,   1 * KiB },    /* [M] */
    { "r-twd",      0x01f01800,   1 * KiB },    /* [M] */
    { "r-ir",       0x01f02000,   1 * KiB },
    { "r-1wire",    0x01f02400,   1 * KiB },    /* [M] */
};

/* The registers with a gate and a reset for each block */
enum {
    AW_A31_BUS_AHB1_0 = AW_A31_CCU_AHB1_0,
    AW_A31_BUS_AHB1_1 = AW_A31_CCU_AHB1_1,
    AW_A31_BUS_APB1 = AW_A31_CCU_APB1,
    AW_A31_BUS_APB2 = AW_A31_CCU_APB2,
    AW_A31_BUS_APB0,
};

static const struct {
    const char *gate;
    const char *reset;
} aw_a31_buses[] = {
    [AW_A31_BUS_AHB1_0] = { "AHB1_GATE0", "AHB1_RESET0" },
    [AW_A31_BUS_AHB1_1] = { "AHB1_GATE1", "AHB1_RESET1" },
    [AW_A31_BUS_APB1]   = { "APB1_GATE", "APB1_RESET" },
    [AW_A31_BUS_APB2]   = { "APB2_GATE", "APB2_RESET" },
    [AW_A31_BUS_APB0]   = { "APB0_GATE", "APB0_RESET" },
};

#define AW_A31_NO_RESET         true

/*
 * The blocks that do not answer while their clock gate is shut or their reset
 * is held. Those not listed have neither, or are not known to: SRAMC, USB PHY,
 * CCU, timers and watchdog, PWM, LRADC, TZPC, SID, touch panel, GIC, RTC,
 * R_INTC, R_WDOG, PRCM, CPUCFG.
 *
 * Bits: Linux, drivers/clk/sunxi-ng/ccu-sun6i-a31.c for the gates and resets
 * in the CCU; drivers/mfd/sun6i-prcm.c for those in the PRCM, which are on
 * APB0. Gate and reset of a block have the same bit.
 */
static const struct {
    const char *block;
    /* The SoC's device with the registers, which may be still to come */
    const char *device;
    hwaddr base;
    uint64_t size;
    uint8_t bus;
    uint8_t bit;
    bool no_reset;
} aw_a31_gates[] = {
    { "mipi-dsi", NULL,      0x01ca0000,   4 * KiB, AW_A31_BUS_AHB1_0, 1 },
    { "ss",       "ss",      0x01c15000,   4 * KiB, AW_A31_BUS_AHB1_0, 5 },
    { "dma",      "dma",     0x01c02000,   4 * KiB, AW_A31_BUS_AHB1_0, 6 },
    { "mmc0",     "mmc[0]",  0x01c0f000,   4 * KiB, AW_A31_BUS_AHB1_0, 8 },
    { "mmc1",     "mmc[1]",  0x01c10000,   4 * KiB, AW_A31_BUS_AHB1_0, 9 },
    { "mmc2",     "mmc[2]",  0x01c11000,   4 * KiB, AW_A31_BUS_AHB1_0, 10 },
    { "mmc3",     "mmc[3]",  0x01c12000,   4 * KiB, AW_A31_BUS_AHB1_0, 11 },
    { "nand1",    NULL,      0x01c05000,   4 * KiB, AW_A31_BUS_AHB1_0, 12 },
    { "nand0",    NULL,      0x01c03000,   4 * KiB, AW_A31_BUS_AHB1_0, 13 },
    /* COM, CTL0, CTL1, PHY0, PHY1 */
    { "dram",     "dramc",   0x01c62000,  20 * KiB, AW_A31_BUS_AHB1_0, 14 },
    { "gmac",     "gmac",    0x01c30000,  64 * KiB, AW_A31_BUS_AHB1_0, 17 },
    { "ts",       NULL,      0x01c04000,   4 * KiB, AW_A31_BUS_AHB1_0, 18 },
    { "hstimer",  "hstimer", 0x01c60000,   4 * KiB, AW_A31_BUS_AHB1_0, 19 },
    { "spi0",     "spi[0]",  0x01c68000,   4 * KiB, AW_A31_BUS_AHB1_0, 20 },
    { "spi1",     "spi[1]",  0x01c69000,   4 * KiB, AW_A31_BUS_AHB1_0, 21 },
    { "spi2",     "spi[2]",  0x01c6a000,   4 * KiB, AW_A31_BUS_AHB1_0, 22 },
    { "spi3",     "spi[3]",  0x01c6b000,   4 * KiB, AW_A31_BUS_AHB1_0, 23 },
    { "usb-otg",  NULL,      0x01c19000,   1 * KiB, AW_A31_BUS_AHB1_0, 24 },
    { "ehci0",    "ehci[0]", 0x01c1a000,   1 * KiB, AW_A31_BUS_AHB1_0, 26 },
    { "ehci1",    "ehci[1]", 0x01c1b000,   1 * KiB, AW_A31_BUS_AHB1_0, 27 },
    { "ohci0",    "ohci[0]", 0x01c1a400,   1 * KiB, AW_A31_BUS_AHB1_0, 29 },
    { "ohci1",    "ohci[1]", 0x01c1b400,   1 * KiB, AW_A31_BUS_AHB1_0, 30 },
    { "ohci2",    "ohci[2]", 0x01c1c400,   1 * KiB, AW_A31_BUS_AHB1_0, 31 },

    { "ve",       NULL,      0x01c0e000,   4 * KiB, AW_A31_BUS_AHB1_1, 0 },
    { "tcon0",    NULL,      0x01c0c000,   4 * KiB, AW_A31_BUS_AHB1_1, 4 },
    { "tcon1",    NULL,      0x01c0d000,   4 * KiB, AW_A31_BUS_AHB1_1, 5 },
    { "csi0",     NULL,      0x01cb0000,   4 * KiB, AW_A31_BUS_AHB1_1, 8 },
    { "hdmi",     NULL,      0x01c16000,   4 * KiB, AW_A31_BUS_AHB1_1, 11 },
    { "be0",      NULL,      0x01e60000,  64 * KiB, AW_A31_BUS_AHB1_1, 12 },
    { "be1",      NULL,      0x01e40000,  64 * KiB, AW_A31_BUS_AHB1_1, 13 },
    { "fe0",      NULL,      0x01e00000, 128 * KiB, AW_A31_BUS_AHB1_1, 14 },
    { "fe1",      NULL,      0x01e20000, 128 * KiB, AW_A31_BUS_AHB1_1, 15 },
    { "mp",       NULL,      0x01e80000, 128 * KiB, AW_A31_BUS_AHB1_1, 18 },
    { "gpu",      NULL,      0x01c40000,  64 * KiB, AW_A31_BUS_AHB1_1, 20 },
    { "deu0",     NULL,      0x01eb0000,  64 * KiB, AW_A31_BUS_AHB1_1, 23 },
    { "deu1",     NULL,      0x01ea0000,  64 * KiB, AW_A31_BUS_AHB1_1, 24 },
    { "drc0",     NULL,      0x01e70000,  64 * KiB, AW_A31_BUS_AHB1_1, 25 },
    { "drc1",     NULL,      0x01e50000,  64 * KiB, AW_A31_BUS_AHB1_1, 26 },

    { "codec",    NULL,      0x01c22c00,   1 * KiB, AW_A31_BUS_APB1, 0 },
    { "spdif",    NULL,      0x01c21000,   1 * KiB, AW_A31_BUS_APB1, 1 },
    { "dmic",     NULL,      0x01c25400,   1 * KiB, AW_A31_BUS_APB1, 4 },
    { "pio",      NULL,      0x01c20800,   1 * KiB, AW_A31_BUS_APB1, 5,
      AW_A31_NO_RESET },
    { "i2s0",     NULL,      0x01c22000,   1 * KiB, AW_A31_BUS_APB1, 12 },
    { "i2s1",     NULL,      0x01c22400,   1 * KiB, AW_A31_BUS_APB1, 13 },

    { "twi0",     "twi[0]",  0x01c2ac00,   1 * KiB, AW_A31_BUS_APB2, 0 },
    { "twi1",     "twi[1]",  0x01c2b000,   1 * KiB, AW_A31_BUS_APB2, 1 },
    { "twi2",     "twi[2]",  0x01c2b400,   1 * KiB, AW_A31_BUS_APB2, 2 },
    { "twi3",     "twi[3]",  0x01c2b800,   1 * KiB, AW_A31_BUS_APB2, 3 },
    { "uart0",    "uart[0]", 0x01c28000,   1 * KiB, AW_A31_BUS_APB2, 16 },
    { "uart1",    "uart[1]", 0x01c28400,   1 * KiB, AW_A31_BUS_APB2, 17 },
    { "uart2",    "uart[2]", 0x01c28800,   1 * KiB, AW_A31_BUS_APB2, 18 },
    { "uart3",    "uart[3]", 0x01c28c00,   1 * KiB, AW_A31_BUS_APB2, 19 },
    { "uart4",    "uart[4]", 0x01c29000,   1 * KiB, AW_A31_BUS_APB2, 20 },
    { "uart5",    "uart[5]", 0x01c29400,   1 * KiB, AW_A31_BUS_APB2, 21 },

    { "r-pio",    NULL,      0x01f02c00,   1 * KiB, AW_A31_BUS_APB0, 0,
      AW_A31_NO_RESET },
    { "r-ir",     NULL,      0x01f02000,   1 * KiB, AW_A31_BUS_APB0, 1 },
    { "r-timer",  NULL,      0x01f00800,   1 * KiB, AW_A31_BUS_APB0, 2 },
    { "p2wi",     "p2wi",    0x01f03400,   1 * KiB, AW_A31_BUS_APB0, 3 },
    { "r-uart",   "r-uart",  0x01f02800,   1 * KiB, AW_A31_BUS_APB0, 4 },
};

/* Above whatever else is mapped there */
#define AW_A31_GATE_PRIORITY    10

static void allwinner_a31_init(Object *obj)
{
    AwA31State *s = AW_A31(obj);

    for (unsigned i = 0; i < AW_A31_NUM_CPUS; i++) {
        object_initialize_child(obj, "cpu[*]", &s->cpus[i],
                                ARM_CPU_TYPE_NAME("cortex-a7"));
    }
    object_initialize_child(obj, "mpcore", &s->mpcore, TYPE_A15MPCORE_PRIV);

    object_initialize_child(obj, "brom", &s->brom, TYPE_AW_A31_BROM);
    object_initialize_child(obj, "ccu", &s->ccu, TYPE_AW_A31_CCU);
    object_initialize_child(obj, "cpucfg", &s->cpucfg, TYPE_AW_A31_CPUCFG);
    object_initialize_child(obj, "dramc", &s->dramc, TYPE_AW_A31_DRAMC);
    object_initialize_child(obj, "gmac", &s->gmac, TYPE_AW_A31_GMAC);
    object_initialize_child(obj, "lradc", &s->lradc, TYPE_AW_A31_LRADC);
    object_initialize_child(obj, "p2wi", &s->p2wi, TYPE_AW_A31_P2WI);
    object_initialize_child(obj, "pio", &s->pio, TYPE_AW_A31_PIO);
    object_initialize_child(obj, "r-pio", &s->r_pio, TYPE_AW_A31_R_PIO);
    object_initialize_child(obj, "prcm", &s->prcm, TYPE_AW_A31_PRCM);
    object_initialize_child(obj, "r-intc", &s->r_intc, TYPE_AW_A31_R_INTC);
    object_initialize_child(obj, "rtc", &s->rtc, TYPE_AW_RTC_SUN6I);
    object_initialize_child(obj, "sramc", &s->sramc, TYPE_AW_A31_SRAMC);
    object_initialize_child(obj, "ss", &s->ss, TYPE_AW_A31_SS);
    object_initialize_child(obj, "tzpc", &s->tzpc, TYPE_AW_A31_TZPC);
    object_initialize_child(obj, "timer", &s->timer, TYPE_AW_A10_PIT);
    object_initialize_child(obj, "usb-phy", &s->usb_phy, TYPE_AW_A31_USB_PHY);
    object_initialize_child(obj, "wdt", &s->wdt, TYPE_AW_WDT_SUN6I);

    for (unsigned i = 0; i < AW_A31_NUM_MMCS; i++) {
        object_initialize_child(obj, "mmc[*]", &s->mmc[i],
                                TYPE_AW_SDHOST_SUN5I);
    }
    for (unsigned i = 0; i < AW_A31_NUM_TWIS; i++) {
        object_initialize_child(obj, "twi[*]", &s->twi[i], TYPE_AW_I2C_SUN6I);
    }

    for (unsigned i = 0; i < AW_A31_NUM_UARTS; i++) {
        object_initialize_child(obj, "uart[*]", &s->uart[i], TYPE_DW_APB_UART);
    }
    object_initialize_child(obj, "r-uart", &s->r_uart, TYPE_DW_APB_UART);
    qdev_prop_set_uint16(DEVICE(&s->uart[0]), "boot-divisor",
                         AW_A31_CONSOLE_DIVISOR);

    for (unsigned i = 0; i < AW_A31_NUM_EHCIS; i++) {
        object_initialize_child(obj, "ehci[*]", &s->ehci[i], TYPE_AW_A31_EHCI);
    }
    for (unsigned i = 0; i < AW_A31_NUM_OHCIS; i++) {
        object_initialize_child(obj, "ohci[*]", &s->ohci[i], TYPE_SYSBUS_OHCI);
    }

    object_property_add_alias(obj, "bonding-id", OBJECT(&s->ss), "bonding-id");
    object_property_add_alias(obj, "dram", OBJECT(&s->dramc), "ram");
    object_property_add_alias(obj, "dram-channels", OBJECT(&s->dramc),
                              "channels");
    object_property_add_alias(obj, "dram-initialized", OBJECT(&s->dramc),
                              "initialized");
}

static qemu_irq aw_a31_spi(AwA31State *s, unsigned spi)
{
    return qdev_get_gpio_in(DEVICE(&s->mpcore), spi);
}

/* Realize a device that has registers at @dev and at most one interrupt */
static bool aw_a31_realize_at(SysBusDevice *sbd, unsigned dev, Error **errp)
{
    if (!sysbus_realize(sbd, errp)) {
        return false;
    }
    sysbus_mmio_map(sbd, 0, allwinner_a31_memmap[dev]);

    return true;
}

static bool aw_a31_realize_irq(AwA31State *s, SysBusDevice *sbd, unsigned dev,
                               unsigned spi, Error **errp)
{
    if (!aw_a31_realize_at(sbd, dev, errp)) {
        return false;
    }
    sysbus_connect_irq(sbd, 0, aw_a31_spi(s, spi));

    return true;
}

static bool aw_a31_realize_cpus(AwA31State *s, Error **errp)
{
    hwaddr periphbase = allwinner_a31_memmap[AW_A31_DEV_MPCORE];

    memory_region_init(&s->secure_memory, OBJECT(s), "secure-memory",
                       UINT64_MAX);
    memory_region_add_subregion_overlap(&s->secure_memory, 0,
                                        get_system_memory(), -1);

    for (unsigned i = 0; i < AW_A31_NUM_CPUS; i++) {
        DeviceState *cpu = DEVICE(&s->cpus[i]);

        /* CPUCFG starts the secondary ones */
        qdev_prop_set_bit(cpu, "start-powered-off", i > 0);
        qdev_prop_set_bit(cpu, "has_el3", true);
        qdev_prop_set_bit(cpu, "has_el2", true);
        qdev_prop_set_uint64(cpu, "midr", AW_A31_CPU_MIDR);
        s->cpus[i].reset_fpsid = AW_A31_CPU_FPSID;
        /* U-Boot takes the address of the GIC from there */
        qdev_prop_set_uint64(cpu, "reset-cbar", periphbase);
        qdev_prop_set_uint64(cpu, "cntfrq", AW_A31_HOSC_HZ);
        /* U-Boot writes CNTFRQ; without it Linux has its device tree */
        qdev_prop_set_bit(cpu, "cntfrq-unset", true);
        /* They start in the boot ROM */
        qdev_prop_set_bit(cpu, "reset-hivecs", true);
        object_property_set_link(OBJECT(cpu), "secure-memory",
                                 OBJECT(&s->secure_memory), &error_abort);

        if (!qdev_realize(cpu, NULL, errp)) {
            return false;
        }
    }

    return true;
}

/* The GIC; A15MPCORE_PRIV has the same layout and wires its PPIs the same */
static bool aw_a31_realize_mpcore(AwA31State *s, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(&s->mpcore);
    DeviceState *gic = DEVICE(&s->mpcore.gic);

    qdev_prop_set_uint32(DEVICE(&s->mpcore), "num-cpu", AW_A31_NUM_CPUS);
    qdev_prop_set_uint32(DEVICE(&s->mpcore), "num-irq", AW_A31_NUM_IRQS);
    qdev_prop_set_uint32(gic, "num-priority-bits", AW_A31_GIC_PRIO_BITS);
    qdev_prop_set_uint32(gic, "iidr", AW_A31_GIC_IIDR);
    qdev_prop_set_bit(gic, "has-fixed-ppis", true);
    qdev_prop_set_bit(gic, "has-line-status", true);
    if (!aw_a31_realize_at(sbd, AW_A31_DEV_MPCORE, errp)) {
        return false;
    }

    for (unsigned i = 0; i < AW_A31_NUM_CPUS; i++) {
        DeviceState *cpu = DEVICE(&s->cpus[i]);

        sysbus_connect_irq(sbd, i, qdev_get_gpio_in(cpu, ARM_CPU_IRQ));
        sysbus_connect_irq(sbd, i + AW_A31_NUM_CPUS,
                           qdev_get_gpio_in(cpu, ARM_CPU_FIQ));
        sysbus_connect_irq(sbd, i + 2 * AW_A31_NUM_CPUS,
                           qdev_get_gpio_in(cpu, ARM_CPU_VIRQ));
        sysbus_connect_irq(sbd, i + 3 * AW_A31_NUM_CPUS,
                           qdev_get_gpio_in(cpu, ARM_CPU_VFIQ));

        qdev_connect_gpio_out_named(cpu, "pmu-interrupt", 0,
                                    aw_a31_spi(s, AW_A31_SPI_CPU0_PMU + i));
    }

    return true;
}

static bool aw_a31_realize_srams(AwA31State *s, Error **errp)
{
    for (unsigned i = 0; i < AW_A31_NUM_SRAMS; i++) {
        unsigned dev = aw_a31_srams[i].dev;

        if (!memory_region_init_ram(&s->sram[i], OBJECT(s),
                                    aw_a31_srams[i].name, aw_a31_srams[i].size,
                                    errp)) {
            return false;
        }
        memory_region_add_subregion(dev == AW_A31_DEV_SRAM_B ?
                                    &s->secure_memory : get_system_memory(),
                                    allwinner_a31_memmap[dev], &s->sram[i]);
    }

    return true;
}

static bool aw_a31_realize_dramc(AwA31State *s, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(&s->dramc);

    if (!sysbus_realize(sbd, errp)) {
        return false;
    }
    for (unsigned i = 0; i < AW_A31_DRAMC_NUM_BLOCKS; i++) {
        sysbus_mmio_map(sbd, i, allwinner_a31_memmap[AW_A31_DEV_DRAM_COM + i]);
    }
    sysbus_mmio_map(sbd, AW_A31_DRAMC_WINDOW,
                    allwinner_a31_memmap[AW_A31_DEV_SDRAM]);

    return true;
}

static bool aw_a31_realize_timers(AwA31State *s, Error **errp)
{
    SysBusDevice *timer = SYS_BUS_DEVICE(&s->timer);
    SysBusDevice *wdt = SYS_BUS_DEVICE(&s->wdt);
    SysBusDevice *rtc = SYS_BUS_DEVICE(&s->rtc);

    qdev_prop_set_uint32(DEVICE(timer), "clk0-freq", AW_A31_LOSC_HZ);
    qdev_prop_set_uint32(DEVICE(timer), "clk1-freq", AW_A31_HOSC_HZ);
    if (!aw_a31_realize_at(timer, AW_A31_DEV_TIMER, errp)) {
        return false;
    }
    for (unsigned i = 0; i < AW_A10_PIT_TIMER_NR; i++) {
        sysbus_connect_irq(timer, i, aw_a31_spi(s, AW_A31_SPI_TIMER0 + i));
    }

    /* The watchdog is in the timer's window, behind the timers proper */
    if (!sysbus_realize(wdt, errp)) {
        return false;
    }
    sysbus_mmio_map_overlap(wdt, 0, allwinner_a31_memmap[AW_A31_DEV_WDT], 1);
    sysbus_connect_irq(wdt, 0, aw_a31_spi(s, AW_A31_SPI_WDT));

    if (!aw_a31_realize_at(rtc, AW_A31_DEV_RTC, errp)) {
        return false;
    }
    for (unsigned i = 0; i < AW_RTC_NUM_ALARMS; i++) {
        sysbus_connect_irq(rtc, i, aw_a31_spi(s, AW_A31_SPI_RTC_ALARM0 + i));
    }

    return true;
}

static bool aw_a31_realize_mmcs(AwA31State *s, Error **errp)
{
    for (unsigned i = 0; i < AW_A31_NUM_MMCS; i++) {
        g_autofree char *clock = g_strdup_printf(AW_A31_CCU_SD_CLK, i);

        qdev_connect_clock_in(DEVICE(&s->mmc[i]), "clk",
                              qdev_get_clock_out(DEVICE(&s->ccu), clock));
        object_property_set_link(OBJECT(&s->mmc[i]), "dma-memory",
                                 OBJECT(get_system_memory()), &error_abort);
        if (!aw_a31_realize_irq(s, SYS_BUS_DEVICE(&s->mmc[i]),
                                AW_A31_DEV_MMC0 + i, AW_A31_SPI_MMC0 + i,
                                errp)) {
            return false;
        }
    }

    object_property_add_alias(OBJECT(s), "sd-bus", OBJECT(&s->mmc[0]),
                              "sd-bus");

    return true;
}

static bool aw_a31_realize_twis(AwA31State *s, Error **errp)
{
    for (unsigned i = 0; i < AW_A31_NUM_TWIS; i++) {
        if (!aw_a31_realize_irq(s, SYS_BUS_DEVICE(&s->twi[i]),
                                AW_A31_DEV_TWI0 + i, AW_A31_SPI_TWI0 + i,
                                errp)) {
            return false;
        }
    }

    return true;
}

static bool aw_a31_realize_gmac(AwA31State *s, Error **errp)
{
    DeviceState *gmac = DEVICE(&s->gmac);

    /* As on all boards that Linux knows */
    qdev_prop_set_uint8(gmac, "phy-addr", 1);
    qemu_configure_nic_device(gmac, true, NULL);

    return aw_a31_realize_irq(s, SYS_BUS_DEVICE(gmac), AW_A31_DEV_GMAC,
                              AW_A31_SPI_GMAC, errp);
}

static const struct {
    unsigned dev;
    unsigned spi;
} aw_a31_ehcis[AW_A31_NUM_EHCIS] = {
    { AW_A31_DEV_EHCI0, AW_A31_SPI_EHCI0 },
    { AW_A31_DEV_EHCI1, AW_A31_SPI_EHCI1 },
}, aw_a31_ohcis[AW_A31_NUM_OHCIS] = {
    { AW_A31_DEV_OHCI0, AW_A31_SPI_OHCI0 },
    { AW_A31_DEV_OHCI1, AW_A31_SPI_OHCI1 },
    { AW_A31_DEV_OHCI2, AW_A31_SPI_OHCI2 },
};

static bool aw_a31_realize_ehcis(AwA31State *s, Error **errp)
{
    for (unsigned i = 0; i < AW_A31_NUM_EHCIS; i++) {
        DeviceState *ehci = DEVICE(&s->ehci[i]);

        qdev_prop_set_bit(ehci, "companion-enable", true);
        if (!aw_a31_realize_irq(s, SYS_BUS_DEVICE(ehci), aw_a31_ehcis[i].dev,
                                aw_a31_ehcis[i].spi, errp)) {
            return false;
        }
    }

    return true;
}

/* One port each; the last OHCI has its own, the others share that of an EHCI */
static bool aw_a31_realize_ohcis(AwA31State *s, Error **errp)
{
    for (unsigned i = 0; i < AW_A31_NUM_OHCIS; i++) {
        DeviceState *ohci = DEVICE(&s->ohci[i]);

        qdev_prop_set_uint32(ohci, "num-ports", 1);
        if (i < AW_A31_NUM_EHCIS) {
            qdev_prop_set_string(ohci, "masterbus",
                                 BUS(&s->ehci[i].ehci.bus)->name);
        }
        if (!aw_a31_realize_irq(s, SYS_BUS_DEVICE(ohci), aw_a31_ohcis[i].dev,
                                aw_a31_ohcis[i].spi, errp)) {
            return false;
        }
    }

    return true;
}

static bool aw_a31_realize_usb(AwA31State *s, Error **errp)
{
    SysBusDevice *phy = SYS_BUS_DEVICE(&s->usb_phy);

    if (!aw_a31_realize_at(phy, AW_A31_DEV_USB_PHY, errp)) {
        return false;
    }
    sysbus_mmio_map(phy, AW_A31_USB_PHY_PMU1,
                    allwinner_a31_memmap[AW_A31_DEV_USB_PMU1]);
    sysbus_mmio_map(phy, AW_A31_USB_PHY_PMU2,
                    allwinner_a31_memmap[AW_A31_DEV_USB_PMU2]);

    return aw_a31_realize_ehcis(s, errp) && aw_a31_realize_ohcis(s, errp);
}

/* R_UART comes after the others */
static bool aw_a31_realize_uarts(AwA31State *s, Error **errp)
{
    for (unsigned i = 0; i < AW_A31_NUM_UARTS; i++) {
        g_autofree char *clock = g_strdup_printf(AW_A31_CCU_UART_CLK, i);
        DeviceState *dev = DEVICE(&s->uart[i]);

        qdev_prop_set_chr(dev, "chardev", serial_hd(i));
        qdev_connect_clock_in(dev, "clk",
                              qdev_get_clock_out(DEVICE(&s->ccu), clock));
        if (!aw_a31_realize_irq(s, SYS_BUS_DEVICE(dev), AW_A31_DEV_UART0 + i,
                                AW_A31_SPI_UART0 + i, errp)) {
            return false;
        }
    }

    qdev_prop_set_chr(DEVICE(&s->r_uart), "chardev",
                      serial_hd(AW_A31_NUM_UARTS));
    qdev_connect_clock_in(DEVICE(&s->r_uart), "clk",
                          qdev_get_clock_out(DEVICE(&s->prcm),
                                             AW_A31_PRCM_APB0));

    return aw_a31_realize_irq(s, SYS_BUS_DEVICE(&s->r_uart), AW_A31_DEV_R_UART,
                              AW_A31_SPI_R_UART, errp);
}

static bool aw_a31_realize_main(AwA31State *s, Error **errp)
{
    return aw_a31_realize_at(SYS_BUS_DEVICE(&s->ccu), AW_A31_DEV_CCU, errp) &&
           aw_a31_realize_at(SYS_BUS_DEVICE(&s->pio), AW_A31_DEV_PIO, errp) &&
           aw_a31_realize_at(SYS_BUS_DEVICE(&s->sramc), AW_A31_DEV_SRAMC,
                             errp) &&
           aw_a31_realize_at(SYS_BUS_DEVICE(&s->ss), AW_A31_DEV_SS, errp) &&
           aw_a31_realize_irq(s, SYS_BUS_DEVICE(&s->lradc), AW_A31_DEV_LRADC,
                              AW_A31_SPI_LRADC, errp);
}

/* After the RTC, which it lies in front of */
static bool aw_a31_realize_tzpc(AwA31State *s, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(&s->tzpc);
    MemoryRegion *rtc = sysbus_mmio_get_region(SYS_BUS_DEVICE(&s->rtc), 0);

    object_property_set_link(OBJECT(sbd), "rtc", OBJECT(rtc), &error_abort);
    if (!aw_a31_realize_at(sbd, AW_A31_DEV_TZPC, errp)) {
        return false;
    }
    sysbus_mmio_map_overlap(sbd, AW_A31_TZPC_RTC,
                            allwinner_a31_memmap[AW_A31_DEV_RTC], 1);
    sysbus_mmio_map(sbd, AW_A31_TZPC_SRAM,
                    allwinner_a31_memmap[AW_A31_DEV_SRAM_B]);

    return true;
}

static bool aw_a31_realize_brom(AwA31State *s, Error **errp)
{
    Object *brom = OBJECT(&s->brom);

    object_property_set_link(brom, "memory", OBJECT(get_system_memory()),
                             &error_abort);
    object_property_set_link(brom, "mmc0", OBJECT(&s->mmc[0]), &error_abort);
    object_property_set_link(brom, "mmc2", OBJECT(&s->mmc[2]), &error_abort);

    return aw_a31_realize_at(SYS_BUS_DEVICE(brom), AW_A31_DEV_BROM, errp);
}

/* The domain of the AR100 coprocessor, which keeps power in standby */
static bool aw_a31_realize_cpus_domain(AwA31State *s, Error **errp)
{
    object_property_set_link(OBJECT(&s->cpucfg), "prcm", OBJECT(&s->prcm),
                             &error_abort);

    if (!aw_a31_realize_irq(s, SYS_BUS_DEVICE(&s->r_intc), AW_A31_DEV_R_INTC,
                            AW_A31_SPI_R_INTC_NMI, errp) ||
        !aw_a31_realize_irq(s, SYS_BUS_DEVICE(&s->p2wi), AW_A31_DEV_P2WI,
                            AW_A31_SPI_P2WI, errp) ||
        !aw_a31_realize_at(SYS_BUS_DEVICE(&s->prcm), AW_A31_DEV_PRCM, errp) ||
        !aw_a31_realize_at(SYS_BUS_DEVICE(&s->cpucfg), AW_A31_DEV_CPUCFG,
                           errp) ||
        !aw_a31_realize_at(SYS_BUS_DEVICE(&s->r_pio), AW_A31_DEV_R_PIO,
                           errp)) {
        return false;
    }

    for (unsigned i = 0; i < AW_A31_NUM_CPUS; i++) {
        qdev_connect_gpio_out_named(DEVICE(&s->prcm), AW_A31_PRCM_CPU_POWER, i,
            qdev_get_gpio_in_named(DEVICE(&s->cpucfg),
                                   AW_A31_CPUCFG_CPU_POWER, i));
    }

    return true;
}

static void aw_a31_connect_pios(AwA31State *s)
{
    static const unsigned pio_spis[] = {
        AW_A31_SPI_PIO_A, AW_A31_SPI_PIO_B, AW_A31_SPI_PIO_E, AW_A31_SPI_PIO_G,
    };
    static const unsigned r_pio_spis[] = {
        AW_A31_SPI_R_PIO_L, AW_A31_SPI_R_PIO_M,
    };

    for (size_t i = 0; i < ARRAY_SIZE(pio_spis); i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(&s->pio), i,
                           aw_a31_spi(s, pio_spis[i]));
    }
    for (size_t i = 0; i < ARRAY_SIZE(r_pio_spis); i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(&s->r_pio), i,
                           aw_a31_spi(s, r_pio_spis[i]));
    }
}

static void aw_a31_create_unimplemented(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_unimplemented); i++) {
        create_unimplemented_device(aw_a31_unimplemented[i].name,
                                    aw_a31_unimplemented[i].base,
                                    aw_a31_unimplemented[i].size);
    }
}

static void aw_a31_connect_gate(AwA31State *s, DeviceState *gate, unsigned i)
{
    qemu_irq clock = qdev_get_gpio_in_named(gate, AW_A31_BUS_GATE_CLOCK, 0);
    qemu_irq reset_n = qdev_get_gpio_in_named(gate, AW_A31_BUS_GATE_RESET_N, 0);
    unsigned bus = aw_a31_gates[i].bus;
    unsigned bit = aw_a31_gates[i].bit;

    bool apb0 = bus == AW_A31_BUS_APB0;
    DeviceState *from = apb0 ? DEVICE(&s->prcm) : DEVICE(&s->ccu);
    unsigned line = apb0 ? bit : AW_A31_CCU_LINE(bus, bit);

    qdev_connect_gpio_out_named(from, AW_A31_CLOCK_GATE, line, clock);
    if (!aw_a31_gates[i].no_reset) {
        qdev_connect_gpio_out_named(from, AW_A31_BUS_RESET, line, reset_n);
    }
}

/* All other devices have to be there: a gate is mapped over one of them */
static bool aw_a31_create_gate(AwA31State *s, unsigned i, Error **errp)
{
    unsigned bus = aw_a31_gates[i].bus;
    unsigned bit = aw_a31_gates[i].bit;
    g_autofree char *name = g_strdup_printf("gate-%s", aw_a31_gates[i].block);
    g_autofree char *clock = g_strdup_printf("%s bit %u",
                                             aw_a31_buses[bus].gate, bit);
    g_autofree char *reset = g_strdup_printf("%s bit %u",
                                             aw_a31_buses[bus].reset, bit);
    DeviceState *gate = qdev_new(TYPE_AW_A31_BUS_GATE);

    qdev_prop_set_string(gate, "block", aw_a31_gates[i].block);
    qdev_prop_set_uint64(gate, "size", aw_a31_gates[i].size);
    qdev_prop_set_string(gate, "clock-name", clock);
    if (!aw_a31_gates[i].no_reset) {
        qdev_prop_set_string(gate, "reset-name", reset);
    }
    if (aw_a31_gates[i].device) {
        object_property_set_link(OBJECT(gate), "target",
            object_resolve_path_component(OBJECT(s), aw_a31_gates[i].device),
            &error_abort);
    }

    object_property_add_child(OBJECT(s), name, OBJECT(gate));
    if (!sysbus_realize_and_unref(SYS_BUS_DEVICE(gate), errp)) {
        return false;
    }
    sysbus_mmio_map_overlap(SYS_BUS_DEVICE(gate), 0, aw_a31_gates[i].base,
                            AW_A31_GATE_PRIORITY);
    aw_a31_connect_gate(s, gate, i);

    return true;
}

static bool aw_a31_create_gates(AwA31State *s, Error **errp)
{
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_gates); i++) {
        if (!aw_a31_create_gate(s, i, errp)) {
            return false;
        }
    }

    return true;
}

static void allwinner_a31_realize(DeviceState *dev, Error **errp)
{
    AwA31State *s = AW_A31(dev);

    if (!aw_a31_realize_cpus(s, errp) ||
        !aw_a31_realize_mpcore(s, errp) ||
        !aw_a31_realize_srams(s, errp) ||
        !aw_a31_realize_dramc(s, errp) ||
        !aw_a31_realize_main(s, errp) ||
        !aw_a31_realize_timers(s, errp) ||
        !aw_a31_realize_tzpc(s, errp) ||
        !aw_a31_realize_mmcs(s, errp) ||
        !aw_a31_realize_brom(s, errp) ||
        !aw_a31_realize_twis(s, errp) ||
        !aw_a31_realize_gmac(s, errp) ||
        !aw_a31_realize_usb(s, errp) ||
        !aw_a31_realize_uarts(s, errp) ||
        !aw_a31_realize_cpus_domain(s, errp)) {
        return;
    }

    aw_a31_connect_pios(s);
    aw_a31_create_unimplemented();
    aw_a31_create_gates(s, errp);
}

static void allwinner_a31_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = allwinner_a31_realize;
    dc->desc = "Allwinner A31/A31s system on chip";
    /* Reason: uses serial_hd() in its realize function */
    dc->user_creatable = false;
}

static const TypeInfo allwinner_a31_types[] = {
    {
        .name = TYPE_AW_A31,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(AwA31State),
        .instance_init = allwinner_a31_init,
        .class_init = allwinner_a31_class_init,
    },
};

DEFINE_TYPES(allwinner_a31_types)
