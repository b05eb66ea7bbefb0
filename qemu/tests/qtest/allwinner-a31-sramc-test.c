/*
 * QTest of the Allwinner A31 (sun6i) SRAM controller
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "libqtest.h"

#define SRAMC_BASE              0x01c00000
#define SRAMC_CACHE_CONFIG      (SRAMC_BASE + 0x44)

static void test_registers(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, SRAMC_CACHE_CONFIG), ==, 0);
    qtest_writel(qts, SRAMC_CACHE_CONFIG, 0x1800);
    g_assert_cmphex(qtest_readl(qts, SRAMC_CACHE_CONFIG), ==, 0x1800);

    /* No other register keeps anything */
    for (unsigned offset = 0; offset < 0x1000; offset += 4) {
        if (SRAMC_BASE + offset != SRAMC_CACHE_CONFIG) {
            qtest_writel(qts, SRAMC_BASE + offset, 0xffffffff);
            g_assert_cmphex(qtest_readl(qts, SRAMC_BASE + offset), ==, 0);
        }
    }
    g_assert_cmphex(qtest_readl(qts, SRAMC_CACHE_CONFIG), ==, 0x1800);

    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, SRAMC_CACHE_CONFIG), ==, 0);

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/allwinner-a31/sramc/registers", test_registers);

    return g_test_run();
}
