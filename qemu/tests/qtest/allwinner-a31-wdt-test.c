/*
 * QTest of the watchdog of the Allwinner A31 (sun6i)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define WDT_BASE                0x01c20ca0
#define WDT_IRQ_EN              (WDT_BASE + 0x00)
#define WDT_IRQ_STA             (WDT_BASE + 0x04)
#define WDT_CTRL                (WDT_BASE + 0x10)
#define WDT_CFG                 (WDT_BASE + 0x14)
#define WDT_MODE                (WDT_BASE + 0x18)

#define WDT_RESTART             ((0xa57 << 1) | BIT(0))
#define WDT_CFG_RESET           1
#define WDT_CFG_INTERRUPT       2
/* The number is that of the interval: 1 is one second */
#define WDT_MODE_1S             ((1 << 4) | BIT(0))

static QTestState *start(const char *arguments)
{
    QTestState *qts = qtest_initf("-M hummingbird-a31 %s", arguments);

    qtest_irq_intercept_out_named(qts, "/machine/soc/wdt", "sysbus-irq");

    return qts;
}

static void test_interrupt(void)
{
    QTestState *qts = start("");

    qtest_writel(qts, WDT_CFG, WDT_CFG_INTERRUPT);
    g_assert_cmphex(qtest_readl(qts, WDT_CFG), ==, WDT_CFG_INTERRUPT);
    qtest_writel(qts, WDT_IRQ_EN, 1);
    qtest_writel(qts, WDT_MODE, WDT_MODE_1S);

    qtest_clock_step(qts, 900 * 1000 * 1000);
    qtest_writel(qts, WDT_CTRL, WDT_RESTART);
    qtest_clock_step(qts, 900 * 1000 * 1000);
    g_assert_cmphex(qtest_readl(qts, WDT_IRQ_STA), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_clock_step(qts, 200 * 1000 * 1000);
    g_assert_cmphex(qtest_readl(qts, WDT_IRQ_STA), ==, 1);
    g_assert_true(qtest_get_irq(qts, 0));

    /* Enable and write 1 to clear */
    qtest_writel(qts, WDT_IRQ_EN, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_writel(qts, WDT_IRQ_EN, 1);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_writel(qts, WDT_IRQ_STA, 0);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_writel(qts, WDT_IRQ_STA, 1);
    g_assert_cmphex(qtest_readl(qts, WDT_IRQ_STA), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));

    /* Once more, and away with the reset of the machine */
    qtest_writel(qts, WDT_CTRL, WDT_RESTART);
    qtest_clock_step(qts, 1100 * 1000 * 1000);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_system_reset(qts);
    g_assert_false(qtest_get_irq(qts, 0));
    g_assert_cmphex(qtest_readl(qts, WDT_IRQ_STA), ==, 0);

    qtest_quit(qts);
}

/* The status cannot be set by software */
static void test_status(void)
{
    QTestState *qts = start("");

    qtest_writel(qts, WDT_IRQ_EN, 1);
    qtest_writel(qts, WDT_IRQ_STA, 1);
    g_assert_cmphex(qtest_readl(qts, WDT_IRQ_STA), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));

    qtest_quit(qts);
}

static void test_reset(void)
{
    QTestState *qts = start("-action watchdog=none");
    QDict *event;

    qtest_writel(qts, WDT_CFG, WDT_CFG_RESET);
    qtest_writel(qts, WDT_IRQ_EN, 1);
    qtest_writel(qts, WDT_MODE, WDT_MODE_1S);
    qtest_clock_step(qts, 1100 * 1000 * 1000);

    event = qtest_qmp_eventwait_ref(qts, "WATCHDOG");
    qobject_unref(event);
    g_assert_cmphex(qtest_readl(qts, WDT_IRQ_STA), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/allwinner-a31-wdt/interrupt", test_interrupt);
    qtest_add_func("/allwinner-a31-wdt/status", test_status);
    qtest_add_func("/allwinner-a31-wdt/reset", test_reset);

    return g_test_run();
}
