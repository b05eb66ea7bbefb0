/*
 * QTest of the Allwinner A31 (sun6i) devices
 *
 * No CPU runs: what the registers do is tested here, that CPUs start and stop
 * by them is not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define SS_BASE                 0x01c15000
#define CCU_BASE                0x01c20000
#define PIO_BASE                0x01c20800
#define GICD_BASE               0x01c81000
#define R_INTC_BASE             0x01f00c00
#define PRCM_BASE               0x01f01400
#define CPUCFG_BASE             0x01f01c00
#define P2WI_BASE               0x01f03400

#define CCU_PLL1                (CCU_BASE + 0x000)
#define CCU_PLL6                (CCU_BASE + 0x028)
#define CCU_PLL_MIPI            (CCU_BASE + 0x040)
#define CCU_APB2_CFG            (CCU_BASE + 0x058)
#define CCU_AHB1_GATE0          (CCU_BASE + 0x060)
#define CCU_DRAM_CFG            (CCU_BASE + 0x0f4)
#define CCU_AHB1_RESET0         (CCU_BASE + 0x2c0)
#define PLL_LOCK                BIT(28)
#define AHB1_SS                 BIT(5)

#define PIO_PA_CFG0             (PIO_BASE + 0x00)
#define PIO_PA_CFG1             (PIO_BASE + 0x04)
#define PIO_PA_DAT              (PIO_BASE + 0x10)

#define GICD_TYPER              (GICD_BASE + 0x004)

#define R_INTC_NMI_CTRL         (R_INTC_BASE + 0x0c)
#define R_INTC_PENDING0         (R_INTC_BASE + 0x10)
#define R_INTC_ENABLE0          (R_INTC_BASE + 0x40)
#define R_INTC_MUX0             (R_INTC_BASE + 0xc0)
#define NMI_LEVEL_LOW           0
#define NMI_EDGE_FALLING        1
#define NMI_EDGE_RISING         3

#define PRCM_APB0_GATE          (PRCM_BASE + 0x028)
#define PRCM_APB0_RESET         (PRCM_BASE + 0x0b0)
#define PRCM_CPU_PWROFF         (PRCM_BASE + 0x100)
#define PRCM_CPU_CLAMP(n)       (PRCM_BASE + 0x140 + 4 * (n))

#define APB0_P2WI               BIT(3)

#define CPUCFG_CPU_RST(n)       (CPUCFG_BASE + 0x40 + 0x40 * (n))
#define CPUCFG_CPU_CLAMP(n)     (CPUCFG_BASE + 0x64 + 0x40 * (n))
#define CPUCFG_PRIVATE0         (CPUCFG_BASE + 0x1a4)
#define CPUCFG_CNT64_CTRL       (CPUCFG_BASE + 0x280)
#define CPUCFG_CNT64_LOW        (CPUCFG_BASE + 0x284)
#define CPUCFG_CNT64_HIGH       (CPUCFG_BASE + 0x288)

#define P2WI_CTRL               (P2WI_BASE + 0x00)
#define P2WI_INTE               (P2WI_BASE + 0x08)
#define P2WI_INTS               (P2WI_BASE + 0x0c)
#define P2WI_DADDR0             (P2WI_BASE + 0x10)
#define P2WI_DLEN               (P2WI_BASE + 0x18)
#define P2WI_DATA0              (P2WI_BASE + 0x1c)
#define P2WI_PMCR               (P2WI_BASE + 0x28)
#define P2WI_START              BIT(7)
#define P2WI_GLOBAL_INT         BIT(1)
#define P2WI_SOFT_RESET         BIT(0)
#define P2WI_TRANS_ERR          BIT(1)
#define P2WI_TRANS_OVER         BIT(0)
#define P2WI_DLEN_READ          BIT(4)
/* To device 0x68, register 0x3e, value 0x3e; the highest bit sends it */
#define P2WI_PMCR_AXP221        0x803e3e68

#define AXP_CHIP_ID             0x03
#define AXP221_CHIP_ID          0x06
#define AXP_OFF_CTRL            0x32
#define AXP_OFF                 0x80
#define AXP_PAGE                0xff

/*
 * See the interrupt of a device at its output: QTest accesses are non-secure,
 * and the GIC hides its interrupts from those while nobody releases them.
 */
static void watch_irq(QTestState *qts, const char *path)
{
    qtest_irq_intercept_out_named(qts, path, "sysbus-irq");
}

static void test_ident(const void *data)
{
    const char *machine = data;
    bool is_a31s = g_str_equal(machine, "bpi-m2");
    QTestState *qts = qtest_initf("-M %s", machine);

    qtest_writel(qts, CCU_AHB1_GATE0, AHB1_SS);
    qtest_writel(qts, CCU_AHB1_RESET0, AHB1_SS);

    /* Control bits are kept, the bonding id cannot be written */
    g_assert_cmphex(qtest_readl(qts, SS_BASE), ==, is_a31s ? 0x50000 : 0x40000);
    qtest_writel(qts, SS_BASE, 0x00070001);
    g_assert_cmphex(qtest_readl(qts, SS_BASE), ==, is_a31s ? 0x50001 : 0x40001);

    /* 160 interrupts, 4 CPUs, security extensions */
    g_assert_cmphex(qtest_readl(qts, GICD_TYPER) & 0x4ff, ==, 0x464);

    qtest_quit(qts);
}

static void test_ccu(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, CCU_PLL1), ==, 0x00001000);
    g_assert_cmphex(qtest_readl(qts, CCU_APB2_CFG), ==, 0x01000000);

    /* Lock follows enable, and only that: written, the bit is ignored */
    qtest_writel(qts, CCU_PLL6, 0x80041811);
    g_assert_cmphex(qtest_readl(qts, CCU_PLL6), ==, 0x80041811 | PLL_LOCK);
    qtest_writel(qts, CCU_PLL6, 0x00041811 | PLL_LOCK);
    g_assert_cmphex(qtest_readl(qts, CCU_PLL6), ==, 0x00041811);

    /* The MIPI PLL needs its LDOs too */
    qtest_writel(qts, CCU_PLL_MIPI, 0x80000515);
    g_assert_cmphex(qtest_readl(qts, CCU_PLL_MIPI), ==, 0x80000515);
    qtest_writel(qts, CCU_PLL_MIPI, 0x80c00515);
    g_assert_cmphex(qtest_readl(qts, CCU_PLL_MIPI), ==, 0x80c00515 | PLL_LOCK);

    qtest_writel(qts, CCU_DRAM_CFG, 0x00010001);
    g_assert_cmphex(qtest_readl(qts, CCU_DRAM_CFG), ==, 0x00000001);

    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, CCU_PLL6), ==, 0x00041811);

    qtest_quit(qts);
}

static void test_cpu_power(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, CPUCFG_CPU_RST(0)), ==, 3);
    g_assert_cmphex(qtest_readl(qts, CPUCFG_CPU_CLAMP(0)), ==, 0);

    for (unsigned i = 1; i < 4; i++) {
        g_assert_cmphex(qtest_readl(qts, CPUCFG_CPU_RST(i)), ==, 0);
        g_assert_cmphex(qtest_readl(qts, CPUCFG_CPU_CLAMP(i)), ==, 0xff);

        /* The sequence of Linux, with CPUCFG showing the PRCM's clamps */
        qtest_writel(qts, CPUCFG_PRIVATE0, 0x40000000);
        qtest_writel(qts, CPUCFG_CPU_RST(i), 0);
        for (unsigned j = 0; j <= 8; j++) {
            qtest_writel(qts, PRCM_CPU_CLAMP(i), 0xff >> j);
            g_assert_cmphex(qtest_readl(qts, CPUCFG_CPU_CLAMP(i)), ==,
                            0xff >> j);
        }
        qtest_writel(qts, PRCM_CPU_PWROFF,
                     qtest_readl(qts, PRCM_CPU_PWROFF) & ~BIT(i));
        qtest_writel(qts, CPUCFG_CPU_RST(i), 3);
        g_assert_cmphex(qtest_readl(qts, CPUCFG_CPU_RST(i)), ==, 3);

        /* Faster than the CPU can follow */
        qtest_writel(qts, CPUCFG_CPU_RST(i), 0);
        qtest_writel(qts, CPUCFG_CPU_RST(i), 3);
        qtest_writel(qts, CPUCFG_CPU_RST(i), 0);
        qtest_writel(qts, CPUCFG_CPU_RST(i), 3);
    }

    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, CPUCFG_CPU_RST(1)), ==, 0);
    g_assert_cmphex(qtest_readl(qts, CPUCFG_CPU_CLAMP(1)), ==, 0xff);
    g_assert_cmphex(qtest_readl(qts, PRCM_CPU_PWROFF), ==, 0xe);

    qtest_quit(qts);
}

static void test_counter(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_writel(qts, CPUCFG_CNT64_CTRL, BIT(0));
    g_assert_cmphex(qtest_readl(qts, CPUCFG_CNT64_CTRL), ==, 0);

    /* 24 MHz for 1000 s is more than 32 bits can count */
    qtest_clock_step(qts, 1000 * 1000000000LL);
    g_assert_cmphex(qtest_readl(qts, CPUCFG_CNT64_LOW), ==, 0);
    qtest_writel(qts, CPUCFG_CNT64_CTRL, BIT(1));
    g_assert_cmphex(qtest_readl(qts, CPUCFG_CNT64_CTRL), ==, 0);
    g_assert_cmpuint(qtest_readl(qts, CPUCFG_CNT64_LOW), ==,
                     24000000000ULL & 0xffffffff);
    g_assert_cmpuint(qtest_readl(qts, CPUCFG_CNT64_HIGH), ==,
                     24000000000ULL >> 32);

    qtest_quit(qts);
}

static void set_nmi(QTestState *qts, int level)
{
    qtest_set_irq_in(qts, "/machine/soc/r-intc", "nmi", 0, level);
}

static void test_r_intc(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    watch_irq(qts, "/machine/soc/r-intc");

    /* The pad is pulled up, so active low is the idle type */
    g_assert_cmphex(qtest_readl(qts, R_INTC_NMI_CTRL), ==, NMI_LEVEL_LOW);
    g_assert_false(qtest_get_irq(qts, 0));

    /* The enable bit hides it in PENDING, but not from the GIC */
    set_nmi(qts, 0);
    g_assert_cmphex(qtest_readl(qts, R_INTC_PENDING0), ==, 0);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_writel(qts, R_INTC_ENABLE0, BIT(0));
    g_assert_cmphex(qtest_readl(qts, R_INTC_PENDING0), ==, BIT(0));

    /* It cannot be cleared while the level is active, and stays when not */
    qtest_writel(qts, R_INTC_PENDING0, BIT(0));
    g_assert_cmphex(qtest_readl(qts, R_INTC_PENDING0), ==, BIT(0));
    set_nmi(qts, 1);
    g_assert_cmphex(qtest_readl(qts, R_INTC_PENDING0), ==, BIT(0));
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_writel(qts, R_INTC_PENDING0, BIT(0));
    g_assert_cmphex(qtest_readl(qts, R_INTC_PENDING0), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));

    /* A falling edge sets the latch once */
    qtest_writel(qts, R_INTC_NMI_CTRL, NMI_EDGE_FALLING);
    set_nmi(qts, 0);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_writel(qts, R_INTC_PENDING0, BIT(0));
    g_assert_false(qtest_get_irq(qts, 0));
    set_nmi(qts, 1);
    g_assert_false(qtest_get_irq(qts, 0));

    qtest_writel(qts, R_INTC_NMI_CTRL, NMI_EDGE_RISING);
    set_nmi(qts, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    set_nmi(qts, 1);
    g_assert_true(qtest_get_irq(qts, 0));

    qtest_writel(qts, R_INTC_MUX0, 0x12345678);
    g_assert_cmphex(qtest_readl(qts, R_INTC_MUX0), ==, 0x12345678);

    qtest_system_reset(qts);
    g_assert_false(qtest_get_irq(qts, 0));

    qtest_quit(qts);
}

static void p2wi_open_gate(QTestState *qts)
{
    qtest_writel(qts, PRCM_APB0_GATE, APB0_P2WI);
    qtest_writel(qts, PRCM_APB0_RESET, APB0_P2WI);
}

static void p2wi_init_slave(QTestState *qts)
{
    qtest_writel(qts, P2WI_CTRL, P2WI_SOFT_RESET);
    g_assert_cmphex(qtest_readl(qts, P2WI_CTRL), ==, 0);
    qtest_writel(qts, P2WI_PMCR, P2WI_PMCR_AXP221);
    g_assert_cmphex(qtest_readl(qts, P2WI_PMCR) & BIT(31), ==, 0);
}

/* Transfer one byte and return the status */
static uint32_t p2wi_transfer(QTestState *qts, uint8_t reg, uint32_t dlen)
{
    uint32_t status;

    qtest_writel(qts, P2WI_DADDR0, reg);
    qtest_writel(qts, P2WI_DLEN, dlen);
    qtest_writel(qts, P2WI_CTRL, P2WI_START | P2WI_GLOBAL_INT);
    g_assert_cmphex(qtest_readl(qts, P2WI_CTRL), ==, P2WI_GLOBAL_INT);

    status = qtest_readl(qts, P2WI_INTS);
    qtest_writel(qts, P2WI_INTS, status);
    g_assert_cmphex(qtest_readl(qts, P2WI_INTS) & 7, ==, 0);

    return status & 7;
}

static uint8_t p2wi_read(QTestState *qts, uint8_t reg)
{
    g_assert_cmphex(p2wi_transfer(qts, reg, P2WI_DLEN_READ), ==,
                    P2WI_TRANS_OVER);
    return qtest_readl(qts, P2WI_DATA0);
}

static void p2wi_write(QTestState *qts, uint8_t reg, uint8_t value)
{
    qtest_writel(qts, P2WI_DATA0, value);
    g_assert_cmphex(p2wi_transfer(qts, reg, 0), ==, P2WI_TRANS_OVER);
}

static void test_p2wi(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    watch_irq(qts, "/machine/soc/p2wi");
    p2wi_open_gate(qts);

    /* As long as the chip listens to I2C there is nobody there */
    g_assert_cmphex(p2wi_transfer(qts, AXP_CHIP_ID, P2WI_DLEN_READ), ==,
                    P2WI_TRANS_ERR);

    p2wi_init_slave(qts);
    g_assert_cmphex(p2wi_read(qts, AXP_CHIP_ID), ==, AXP221_CHIP_ID);

    /* The last register is a register, and nothing else */
    p2wi_write(qts, AXP_PAGE, 0x01);
    g_assert_cmphex(p2wi_read(qts, AXP_PAGE), ==, 0x01);
    p2wi_write(qts, AXP_PAGE, 0x00);

    /* Two registers in one transfer */
    qtest_writel(qts, P2WI_DADDR0, 0x3200 | AXP_CHIP_ID);
    qtest_writel(qts, P2WI_DLEN, P2WI_DLEN_READ | 1);
    qtest_writel(qts, P2WI_CTRL, P2WI_START);
    g_assert_cmphex(qtest_readl(qts, P2WI_DATA0) & 0xffff, ==,
                    0x4300 | AXP221_CHIP_ID);
    qtest_writel(qts, P2WI_INTS, P2WI_TRANS_OVER);

    /* The interrupt needs both enables */
    qtest_writel(qts, P2WI_INTE, P2WI_TRANS_OVER);
    qtest_writel(qts, P2WI_CTRL, P2WI_START);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_writel(qts, P2WI_CTRL, P2WI_GLOBAL_INT);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_writel(qts, P2WI_INTS, P2WI_TRANS_OVER);
    g_assert_false(qtest_get_irq(qts, 0));

    /* The chip does not notice that the controller is reset */
    qtest_writel(qts, PRCM_APB0_RESET, 0);
    qtest_writel(qts, PRCM_APB0_RESET, APB0_P2WI);
    g_assert_cmphex(qtest_readl(qts, P2WI_INTE), ==, 0);
    g_assert_cmphex(p2wi_read(qts, AXP_CHIP_ID), ==, AXP221_CHIP_ID);
    qtest_system_reset(qts);
    p2wi_open_gate(qts);
    g_assert_cmphex(p2wi_transfer(qts, AXP_CHIP_ID, P2WI_DLEN_READ), ==,
                    P2WI_TRANS_ERR);

    qtest_quit(qts);
}

static void test_power_off(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31 -no-shutdown");
    QDict *event;

    p2wi_open_gate(qts);
    p2wi_init_slave(qts);
    p2wi_write(qts, AXP_OFF_CTRL, AXP_OFF);

    event = qtest_qmp_eventwait_ref(qts, "SHUTDOWN");
    g_assert_cmpstr(qdict_get_str(qdict_get_qdict(event, "data"), "reason"),
                    ==, "guest-shutdown");
    qobject_unref(event);

    qtest_quit(qts);
}

static void test_pio(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, PIO_PA_CFG0), ==, 0x77777777);

    /* No card in the slot: PA8 is high */
    g_assert_cmphex(qtest_readl(qts, PIO_PA_DAT), ==, BIT(8));

    /* An output reads what it drives, an input does not */
    qtest_writel(qts, PIO_PA_CFG0, 0x77777701);
    qtest_writel(qts, PIO_PA_DAT, BIT(0) | BIT(1));
    g_assert_cmphex(qtest_readl(qts, PIO_PA_DAT), ==, BIT(8) | BIT(0));
    qtest_set_irq_in(qts, "/machine/soc/pio", NULL, 1, 1);
    g_assert_cmphex(qtest_readl(qts, PIO_PA_DAT), ==,
                    BIT(8) | BIT(1) | BIT(0));

    /* The level from outside does not change with reset */
    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, PIO_PA_CFG1), ==, 0x77777777);
    g_assert_cmphex(qtest_readl(qts, PIO_PA_DAT), ==, BIT(8) | BIT(1));

    qtest_quit(qts);
}

static void test_card_detect(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31 "
        "-drive if=sd,driver=null-co,size=64M,read-zeroes=on");

    g_assert_cmphex(qtest_readl(qts, PIO_PA_DAT), ==, 0);

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_data_func("/allwinner-a31/ident/a31", "hummingbird-a31",
                        test_ident);
    qtest_add_data_func("/allwinner-a31/ident/a31s", "bpi-m2", test_ident);
    qtest_add_func("/allwinner-a31/ccu", test_ccu);
    qtest_add_func("/allwinner-a31/cpu-power", test_cpu_power);
    qtest_add_func("/allwinner-a31/counter", test_counter);
    qtest_add_func("/allwinner-a31/r-intc", test_r_intc);
    qtest_add_func("/allwinner-a31/p2wi", test_p2wi);
    qtest_add_func("/allwinner-a31/power-off", test_power_off);
    qtest_add_func("/allwinner-a31/pio", test_pio);
    qtest_add_func("/allwinner-a31/card-detect", test_card_detect);

    return g_test_run();
}
