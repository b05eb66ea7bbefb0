/*
 * QTest of the Allwinner A31 (sun6i) TrustZone protection controller
 *
 * QTest accesses are non-secure. That secure ones get through is seen when
 * U-Boot's PSCI runs from SRAM B.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"

#define TZPC_BASE               0x01c23400
#define TZPC_R0SIZE             (TZPC_BASE + 0x00)
#define TZPC_DECPORT0_STATUS    (TZPC_BASE + 0x04)
#define TZPC_DECPORT0_SET       (TZPC_BASE + 0x08)
#define TZPC_DECPORT0_CLEAR     (TZPC_BASE + 0x0c)
#define DECPORT0_RTC            BIT(1)

#define SRAM_A1                 0x00000000
#define SRAM_B                  0x00020000
#define SRAM_B_END              0x00030000

/* A general purpose register: it does not matter how the clock runs */
#define RTC_GP0                 0x01f00100

static void test_registers(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, TZPC_R0SIZE), ==, 0x200);
    g_assert_cmphex(qtest_readl(qts, TZPC_DECPORT0_STATUS), ==, 0);

    qtest_writel(qts, TZPC_DECPORT0_SET, 0x42);
    g_assert_cmphex(qtest_readl(qts, TZPC_DECPORT0_STATUS), ==, 0x42);
    qtest_writel(qts, TZPC_DECPORT0_SET, 0xffffff80);
    g_assert_cmphex(qtest_readl(qts, TZPC_DECPORT0_STATUS), ==, 0xc2);
    qtest_writel(qts, TZPC_DECPORT0_CLEAR, 0x82);
    g_assert_cmphex(qtest_readl(qts, TZPC_DECPORT0_STATUS), ==, 0x40);

    /* Set and clear read nothing, the status cannot be written */
    g_assert_cmphex(qtest_readl(qts, TZPC_DECPORT0_SET), ==, 0);
    g_assert_cmphex(qtest_readl(qts, TZPC_DECPORT0_CLEAR), ==, 0);
    qtest_writel(qts, TZPC_DECPORT0_STATUS, 0xff);
    g_assert_cmphex(qtest_readl(qts, TZPC_DECPORT0_STATUS), ==, 0x40);

    qtest_writel(qts, TZPC_R0SIZE, 0x10);
    g_assert_cmphex(qtest_readl(qts, TZPC_R0SIZE), ==, 0x10);

    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, TZPC_R0SIZE), ==, 0x200);
    g_assert_cmphex(qtest_readl(qts, TZPC_DECPORT0_STATUS), ==, 0);

    qtest_quit(qts);
}

static void test_rtc(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    /* Closed: writes are lost */
    qtest_writel(qts, RTC_GP0, 0x12345678);
    g_assert_cmphex(qtest_readl(qts, RTC_GP0), ==, 0);

    qtest_writel(qts, TZPC_DECPORT0_SET, (uint8_t)~DECPORT0_RTC);
    qtest_writel(qts, RTC_GP0, 0x12345678);
    g_assert_cmphex(qtest_readl(qts, RTC_GP0), ==, 0);

    qtest_writel(qts, TZPC_DECPORT0_SET, DECPORT0_RTC);
    g_assert_cmphex(qtest_readl(qts, RTC_GP0), ==, 0);
    qtest_writel(qts, RTC_GP0, 0x12345678);
    g_assert_cmphex(qtest_readl(qts, RTC_GP0), ==, 0x12345678);

    /* Closed again, the register keeps its value */
    qtest_writel(qts, TZPC_DECPORT0_CLEAR, DECPORT0_RTC);
    qtest_writel(qts, RTC_GP0, 0);
    g_assert_cmphex(qtest_readl(qts, RTC_GP0), ==, 0);
    qtest_writel(qts, TZPC_DECPORT0_SET, DECPORT0_RTC);
    g_assert_cmphex(qtest_readl(qts, RTC_GP0), ==, 0x12345678);

    qtest_quit(qts);
}

static void test_sram(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");
    uint8_t pattern[16], data[16];

    memset(pattern, 0xa5, sizeof(pattern));

    qtest_memwrite(qts, SRAM_A1, pattern, sizeof(pattern));
    qtest_memread(qts, SRAM_A1, data, sizeof(data));
    g_assert_cmpmem(data, sizeof(data), pattern, sizeof(pattern));

    /* Whatever DECPORT0 says */
    qtest_writel(qts, TZPC_DECPORT0_SET, 0xff);
    for (uint32_t addr = SRAM_B; addr < SRAM_B_END; addr += 0x1000) {
        qtest_memwrite(qts, addr, pattern, sizeof(pattern));
        qtest_memread(qts, addr, data, sizeof(data));
        for (size_t i = 0; i < sizeof(data); i++) {
            g_assert_cmphex(data[i], ==, 0);
        }
    }
    qtest_writeq(qts, SRAM_B_END - 8, 0x0123456789abcdef);
    g_assert_cmphex(qtest_readq(qts, SRAM_B_END - 8), ==, 0);

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/allwinner-a31/tzpc/registers", test_registers);
    qtest_add_func("/allwinner-a31/tzpc/rtc", test_rtc);
    qtest_add_func("/allwinner-a31/tzpc/sram", test_sram);

    return g_test_run();
}
