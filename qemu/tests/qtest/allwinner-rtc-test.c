/*
 * QTest of the Allwinner real time clock
 *
 * The H3's is of the sun6i kind, the A10's of the older sun4i kind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"

#define RTC_BASE                0x01f00000
#define LOSC_CTRL               (RTC_BASE + 0x00)
#define LOSC_STATUS             (RTC_BASE + 0x04)
#define INT_OSC_PRE             (RTC_BASE + 0x08)
#define RTC_YYMMDD              (RTC_BASE + 0x10)
#define RTC_HHMMSS              (RTC_BASE + 0x14)
#define ALARM0_COUNTER          (RTC_BASE + 0x20)
#define ALARM0_CUR_VLU          (RTC_BASE + 0x24)
#define ALARM0_ENABLE           (RTC_BASE + 0x28)
#define ALARM0_IRQ_EN           (RTC_BASE + 0x2c)
#define ALARM0_IRQ_STA          (RTC_BASE + 0x30)
#define ALARM1_WKHHMMSS         (RTC_BASE + 0x40)
#define ALARM1_ENABLE           (RTC_BASE + 0x44)
#define ALARM1_IRQ_EN           (RTC_BASE + 0x48)
#define ALARM1_IRQ_STA          (RTC_BASE + 0x4c)
#define GP(n)                   (RTC_BASE + 0x100 + 4 * (n))

#define A10_RTC_BASE            0x01c20d00
#define A10_LOSC_CTRL           (A10_RTC_BASE + 0x00)
#define A10_YYMMDD              (A10_RTC_BASE + 0x04)
#define A10_HHMMSS              (A10_RTC_BASE + 0x08)

#define LOSC_KEY                0x16aa0000
#define LEAP                    BIT(22)

enum { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

#define YMD(years, month, day)  ((years) << 16 | (month) << 8 | (day))
#define HMS(hour, min, sec)     ((hour) << 16 | (min) << 8 | (sec))
#define WHMS(weekday, hour, min, sec) \
    ((uint32_t)(weekday) << 29 | HMS(hour, min, sec))

/* 2024 is a leap year; the 28th of February is a Wednesday */
static QTestState *start(const char *machine)
{
    return qtest_initf("-M %s -rtc base=2024-02-28T23:59:58,clock=vm",
                       machine);
}

static QTestState *start_h3(void)
{
    QTestState *qts = start("orangepi-pc");

    qtest_irq_intercept_out_named(qts, "/machine/soc/rtc", "sysbus-irq");

    return qts;
}

static void step_seconds(QTestState *qts, int64_t seconds)
{
    qtest_clock_step(qts, seconds * 1000000000);
}

static void assert_time(QTestState *qts, uint32_t yymmdd, uint32_t hhmmss)
{
    g_assert_cmphex(qtest_readl(qts, RTC_YYMMDD), ==, yymmdd);
    g_assert_cmphex(qtest_readl(qts, RTC_HHMMSS), ==, hhmmss);
}

static void test_tick(void)
{
    QTestState *qts = start_h3();

    assert_time(qts, LEAP | YMD(54, 2, 28), WHMS(WEDNESDAY, 23, 59, 58));
    step_seconds(qts, 1);
    assert_time(qts, LEAP | YMD(54, 2, 28), WHMS(WEDNESDAY, 23, 59, 59));
    step_seconds(qts, 1);
    assert_time(qts, LEAP | YMD(54, 2, 29), WHMS(THURSDAY, 0, 0, 0));
    step_seconds(qts, 306 * 24 * 3600);
    assert_time(qts, LEAP | YMD(54, 12, 31), WHMS(TUESDAY, 0, 0, 0));
    step_seconds(qts, 24 * 3600);
    assert_time(qts, YMD(55, 1, 1), WHMS(WEDNESDAY, 0, 0, 0));

    qtest_quit(qts);
}

static void test_set(void)
{
    QTestState *qts = start_h3();

    /* The order of Linux, which sets no day of the week */
    qtest_writel(qts, RTC_HHMMSS, HMS(12, 34, 56));
    g_assert_cmphex(qtest_readl(qts, LOSC_CTRL) & 0x380, ==, 0);
    qtest_writel(qts, RTC_YYMMDD, YMD(60, 6, 30));
    g_assert_cmphex(qtest_readl(qts, LOSC_CTRL) & 0x380, ==, 0);
    assert_time(qts, YMD(60, 6, 30), WHMS(MONDAY, 12, 34, 56));

    step_seconds(qts, 24 * 3600);
    assert_time(qts, YMD(60, 7, 1), WHMS(TUESDAY, 12, 34, 56));

    qtest_writel(qts, RTC_HHMMSS, WHMS(SUNDAY, 23, 59, 59));
    step_seconds(qts, 1);
    assert_time(qts, YMD(60, 7, 2), WHMS(MONDAY, 0, 0, 0));

    /* No such dates, no such times */
    qtest_writel(qts, RTC_YYMMDD, 0);
    qtest_writel(qts, RTC_HHMMSS, 0xffffffff);
    qtest_writel(qts, RTC_YYMMDD, 0xffffffff);
    step_seconds(qts, 1);
    qtest_readl(qts, RTC_YYMMDD);
    qtest_readl(qts, RTC_HHMMSS);

    qtest_quit(qts);
}

static void test_losc(void)
{
    QTestState *qts = start_h3();

    g_assert_cmphex(qtest_readl(qts, LOSC_CTRL), ==, 0x4000);
    g_assert_cmphex(qtest_readl(qts, LOSC_STATUS), ==, 0);

    /* Without the key nothing happens, and the key does not stay */
    qtest_writel(qts, LOSC_CTRL, 0x1);
    g_assert_cmphex(qtest_readl(qts, LOSC_CTRL), ==, 0x4000);
    qtest_writel(qts, LOSC_CTRL, LOSC_KEY | 0x1);
    g_assert_cmphex(qtest_readl(qts, LOSC_CTRL), ==, 0x1);
    g_assert_cmphex(qtest_readl(qts, LOSC_STATUS), ==, 0x1);

    g_assert_cmphex(qtest_readl(qts, INT_OSC_PRE), ==, 0xf);
    qtest_writel(qts, INT_OSC_PRE, 0xffffffff);
    g_assert_cmphex(qtest_readl(qts, INT_OSC_PRE), ==, 0x1f);

    qtest_quit(qts);
}

static void test_reset(void)
{
    QTestState *qts = start_h3();

    for (unsigned i = 0; i < 16; i++) {
        g_assert_cmphex(qtest_readl(qts, GP(i)), ==, 0);
        qtest_writel(qts, GP(i), 0x5afe0000 + i);
    }
    qtest_writel(qts, RTC_YYMMDD, YMD(40, 1, 1));
    qtest_writel(qts, ALARM0_IRQ_EN, 1);
    qtest_writel(qts, ALARM0_COUNTER, 4);
    qtest_writel(qts, ALARM0_ENABLE, 1);
    step_seconds(qts, 3);

    qtest_system_reset(qts);
    for (unsigned i = 0; i < 16; i++) {
        g_assert_cmphex(qtest_readl(qts, GP(i)), ==, 0x5afe0000 + i);
    }
    assert_time(qts, YMD(40, 1, 2), WHMS(THURSDAY, 0, 0, 1));
    g_assert_cmphex(qtest_readl(qts, ALARM0_CUR_VLU), ==, 1);
    g_assert_false(qtest_get_irq(qts, 0));
    step_seconds(qts, 1);
    g_assert_true(qtest_get_irq(qts, 0));

    qtest_system_reset(qts);
    g_assert_true(qtest_get_irq(qts, 0));

    qtest_quit(qts);
}

static void test_alarm0(void)
{
    QTestState *qts = start_h3();

    /* Between two ticks: the first of the seconds ends with the next tick */
    qtest_clock_step(qts, 700000000);

    qtest_writel(qts, ALARM0_COUNTER, 3);
    step_seconds(qts, 10);
    g_assert_cmphex(qtest_readl(qts, ALARM0_IRQ_STA), ==, 0);

    qtest_writel(qts, ALARM0_ENABLE, 1);
    qtest_writel(qts, ALARM0_IRQ_EN, 1);
    g_assert_cmphex(qtest_readl(qts, ALARM0_CUR_VLU), ==, 3);
    qtest_clock_step(qts, 300000000);
    g_assert_cmphex(qtest_readl(qts, ALARM0_CUR_VLU), ==, 2);

    /* The time set meanwhile makes no difference */
    qtest_writel(qts, RTC_HHMMSS, HMS(1, 2, 3));
    qtest_writel(qts, RTC_YYMMDD, YMD(1, 2, 3));
    qtest_clock_step(qts, 1999999999);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_clock_step(qts, 1);
    g_assert_true(qtest_get_irq(qts, 0));
    g_assert_false(qtest_get_irq(qts, 1));
    g_assert_cmphex(qtest_readl(qts, ALARM0_CUR_VLU), ==, 0);
    g_assert_cmphex(qtest_readl(qts, ALARM0_IRQ_STA), ==, 1);

    /* Write 1 to clear */
    qtest_writel(qts, ALARM0_IRQ_STA, 0);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_writel(qts, ALARM0_IRQ_STA, 1);
    g_assert_false(qtest_get_irq(qts, 0));

    /* Once is all */
    step_seconds(qts, 100);
    g_assert_cmphex(qtest_readl(qts, ALARM0_IRQ_STA), ==, 0);

    /* A new count starts it again; it can be stopped; a masked one is silent */
    qtest_writel(qts, ALARM0_COUNTER, 5);
    step_seconds(qts, 2);
    qtest_writel(qts, ALARM0_ENABLE, 0);
    step_seconds(qts, 100);
    g_assert_cmphex(qtest_readl(qts, ALARM0_CUR_VLU), ==, 3);
    g_assert_cmphex(qtest_readl(qts, ALARM0_IRQ_STA), ==, 0);
    qtest_writel(qts, ALARM0_IRQ_EN, 0);
    qtest_writel(qts, ALARM0_ENABLE, 1);
    step_seconds(qts, 5);
    g_assert_cmphex(qtest_readl(qts, ALARM0_IRQ_STA), ==, 1);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_writel(qts, ALARM0_IRQ_EN, 1);
    g_assert_true(qtest_get_irq(qts, 0));

    /* The largest and the smallest count */
    qtest_writel(qts, ALARM0_IRQ_STA, 1);
    qtest_writel(qts, ALARM0_COUNTER, 0xffffffff);
    g_assert_cmphex(qtest_readl(qts, ALARM0_CUR_VLU), ==, 0xffffffff);
    qtest_writel(qts, ALARM0_COUNTER, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    step_seconds(qts, 1);
    g_assert_true(qtest_get_irq(qts, 0));

    qtest_quit(qts);
}

static void test_alarm1(void)
{
    QTestState *qts = start_h3();

    /* Now it is Wednesday, 23:59:58 */
    qtest_writel(qts, ALARM1_IRQ_EN, 1);
    qtest_writel(qts, ALARM1_WKHHMMSS, HMS(0, 0, 1));
    step_seconds(qts, 3);
    g_assert_cmphex(qtest_readl(qts, ALARM1_IRQ_STA), ==, 0);

    /* On Fridays and Sundays; now it is Thursday, 00:00:01 */
    qtest_writel(qts, ALARM1_ENABLE, BIT(FRIDAY) | BIT(SUNDAY));
    step_seconds(qts, 24 * 3600 - 1);
    g_assert_false(qtest_get_irq(qts, 1));
    step_seconds(qts, 1);
    g_assert_true(qtest_get_irq(qts, 1));
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_writel(qts, ALARM1_IRQ_STA, 1);
    g_assert_false(qtest_get_irq(qts, 1));
    step_seconds(qts, 2 * 24 * 3600 - 1);
    g_assert_false(qtest_get_irq(qts, 1));
    step_seconds(qts, 1);
    g_assert_true(qtest_get_irq(qts, 1));
    qtest_writel(qts, ALARM1_IRQ_STA, 1);

    /* Next week, if the same second is chosen again */
    qtest_writel(qts, ALARM1_ENABLE, BIT(SUNDAY));
    step_seconds(qts, 7 * 24 * 3600 - 1);
    g_assert_false(qtest_get_irq(qts, 1));
    step_seconds(qts, 1);
    g_assert_true(qtest_get_irq(qts, 1));
    qtest_writel(qts, ALARM1_IRQ_STA, 1);

    /* It follows the time that is set */
    qtest_writel(qts, RTC_HHMMSS, WHMS(SATURDAY, 23, 59, 59));
    step_seconds(qts, 1);
    g_assert_false(qtest_get_irq(qts, 1));
    step_seconds(qts, 1);
    g_assert_true(qtest_get_irq(qts, 1));
    qtest_writel(qts, ALARM1_IRQ_STA, 1);

    /* A time that never comes */
    qtest_writel(qts, ALARM1_ENABLE, 0x7f);
    qtest_writel(qts, ALARM1_WKHHMMSS, HMS(24, 0, 0));
    step_seconds(qts, 8 * 24 * 3600);
    g_assert_false(qtest_get_irq(qts, 1));

    qtest_quit(qts);
}

static void test_sun4i(void)
{
    QTestState *qts = start("cubieboard");

    g_assert_cmphex(qtest_readl(qts, A10_YYMMDD), ==,
                    LEAP | YMD(14, 2, 28));
    step_seconds(qts, 2);
    g_assert_cmphex(qtest_readl(qts, A10_YYMMDD), ==,
                    LEAP | YMD(14, 2, 29));
    g_assert_cmphex(qtest_readl(qts, A10_HHMMSS), ==,
                    WHMS(THURSDAY, 0, 0, 0));

    qtest_writel(qts, A10_YYMMDD, YMD(20, 10, 31));
    g_assert_cmphex(qtest_readl(qts, A10_LOSC_CTRL) & 0x380, ==, 0);
    step_seconds(qts, 24 * 3600);
    g_assert_cmphex(qtest_readl(qts, A10_YYMMDD), ==, YMD(20, 11, 1));

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/allwinner-rtc/tick", test_tick);
    qtest_add_func("/allwinner-rtc/set", test_set);
    qtest_add_func("/allwinner-rtc/losc", test_losc);
    qtest_add_func("/allwinner-rtc/reset", test_reset);
    qtest_add_func("/allwinner-rtc/alarm0", test_alarm0);
    qtest_add_func("/allwinner-rtc/alarm1", test_alarm1);
    qtest_add_func("/allwinner-rtc/sun4i", test_sun4i);

    return g_test_run();
}
