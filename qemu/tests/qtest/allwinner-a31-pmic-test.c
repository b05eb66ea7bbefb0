/*
 * QTest of the Allwinner A31 (sun6i) power management and keys: the AXP221
 * behind P2WI, its interrupt through R_INTC, the power key, the LRADC
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define R_INTC_NMI_CTRL         0x01f00c0c
#define R_INTC_PENDING0         0x01f00c10
#define R_INTC_ENABLE0          0x01f00c40
#define NMI                     BIT(0)
#define NMI_LEVEL_LOW           0

#define PRCM_APB0_GATE          0x01f01428
#define PRCM_APB0_RESET         0x01f014b0
#define APB0_P2WI               BIT(3)

#define P2WI_CTRL               0x01f03400
#define P2WI_INTS               0x01f0340c
#define P2WI_DADDR0             0x01f03410
#define P2WI_DLEN               0x01f03418
#define P2WI_DATA0              0x01f0341c
#define P2WI_PMCR               0x01f03428
#define P2WI_START              BIT(7)
#define P2WI_DLEN_READ          BIT(4)
#define P2WI_INTS_MASK          7
#define P2WI_TRANS_ERR          BIT(1)
#define P2WI_TRANS_OVER         BIT(0)
/* To the AXP221's address 0x34, register 0x3e, value 0x3e; bit 31 sends it */
#define P2WI_PMCR_AXP221        0x803e3e68

#define AXP_POWER_STATUS        0x00
#define AXP_CHIP_ID             0x03
#define AXP_DATA0               0x04
#define AXP_OUTPUT_CTRL1        0x10
#define AXP_DCDC1               0x21
#define AXP_PEK                 0x36
#define AXP_PEK_NO_FORCE_OFF    0x55
#define AXP_IRQ_EN3             0x42
#define AXP_IRQ_EN5             0x44
#define AXP_IRQ3                0x4a
#define AXP_IRQ3_PEK_SHORT      BIT(1)
#define AXP_IRQ3_PEK_LONG       BIT(0)
#define AXP_IRQ5                0x4c
#define AXP_IRQ5_PEK_UP         BIT(6)
#define AXP_IRQ5_PEK_DOWN       BIT(5)
#define AXP_ADC                 0x56
#define AXP_PAGE                0xff
#define AXP_PAGE1_SID           0x20

#define AXP_PATH                "/machine/pmic"

#define LRADC_CTRL              0x01c22800
#define LRADC_INTC              0x01c22804
#define LRADC_INTS              0x01c22808
#define LRADC_DATA(n)           (0x01c2280c + 4 * (n))
#define LRADC_BAD               0x01c22814
#define LRADC_CTRL_RESET        0x01000168
/* 4 ms a sample; FIRST_CONVERT_DLY 2, LEVELA_B_CNT 1, HOLD_EN, as Linux */
#define LRADC_CTRL_LINUX        0x02000141
#define LRADC_HOLD_KEY_EN       BIT(7)
#define LRADC_CHANNEL_1         BIT(22)
#define LRADC_SINGLE_MODE       BIT(12)
#define LRADC_DATA_IRQ          BIT(0)
#define LRADC_KEYDOWN           BIT(1)
#define LRADC_HOLD              BIT(2)
#define LRADC_ALRDY_HOLD        BIT(3)
#define LRADC_KEYUP             BIT(4)

#define LRADC_PATH              "/machine/soc/lradc"
#define MV_NO_KEY               3000
#define MV_HOLD_KEY             1950

static void step_ms(QTestState *qts, int64_t ms)
{
    qtest_clock_step(qts, ms * 1000000);
}

/* Transfer one byte and return what INTS says about it */
static uint32_t p2wi_transfer(QTestState *qts, uint8_t reg, uint32_t dlen)
{
    uint32_t ints;

    qtest_writel(qts, P2WI_DADDR0, reg);
    qtest_writel(qts, P2WI_DLEN, dlen);
    qtest_writel(qts, P2WI_CTRL, P2WI_START);
    ints = qtest_readl(qts, P2WI_INTS) & P2WI_INTS_MASK;
    qtest_writel(qts, P2WI_INTS, ints);

    return ints;
}

static uint8_t axp_read(QTestState *qts, uint8_t reg)
{
    g_assert_cmphex(p2wi_transfer(qts, reg, P2WI_DLEN_READ), ==,
                    P2WI_TRANS_OVER);
    return qtest_readl(qts, P2WI_DATA0);
}

static void axp_write(QTestState *qts, uint8_t reg, uint8_t value)
{
    qtest_writel(qts, P2WI_DATA0, value);
    g_assert_cmphex(p2wi_transfer(qts, reg, 0), ==, P2WI_TRANS_OVER);
}

static QTestState *p2wi_start(const char *args)
{
    QTestState *qts = qtest_initf("-M hummingbird-a31 %s", args);

    qtest_writel(qts, PRCM_APB0_GATE, APB0_P2WI);
    qtest_writel(qts, PRCM_APB0_RESET, APB0_P2WI);

    return qts;
}

static QTestState *axp_start(const char *args)
{
    QTestState *qts = p2wi_start(args);

    qtest_writel(qts, P2WI_PMCR, P2WI_PMCR_AXP221);

    return qts;
}

static void set_power_key(QTestState *qts, bool pressed)
{
    qtest_qmp_assert_success(qts, "{ 'execute': 'qom-set', 'arguments': {"
                             " 'path': '" AXP_PATH "',"
                             " 'property': 'power-key', 'value': %i } }",
                             pressed);
}

static void test_mode_switch(void)
{
    /* Another address, a read, another register, another value */
    static const uint32_t wrong[] = {
        0x803e3e66, 0x803e3e69, 0x803e3f68, 0x803f3e68,
    };
    QTestState *qts = p2wi_start("");

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        qtest_writel(qts, P2WI_PMCR, wrong[i]);
        g_assert_cmphex(p2wi_transfer(qts, AXP_CHIP_ID, P2WI_DLEN_READ), ==,
                        P2WI_TRANS_ERR);
    }

    qtest_writel(qts, P2WI_PMCR, P2WI_PMCR_AXP221);
    g_assert_cmphex(axp_read(qts, AXP_CHIP_ID), ==, 0x06);

    qtest_quit(qts);
}

static void test_registers(void)
{
    static const uint8_t read_only[] = {
        AXP_POWER_STATUS, 0x01, AXP_CHIP_ID, AXP_ADC, 0x7f,
    };
    QTestState *qts = axp_start("");

    /* An adapter is plugged in and usable; no battery */
    g_assert_cmphex(axp_read(qts, AXP_POWER_STATUS), ==, 0xc2);
    g_assert_cmphex(axp_read(qts, 0x01), ==, 0x00);
    g_assert_cmphex(axp_read(qts, AXP_OUTPUT_CTRL1), ==, 0xbf);

    for (size_t i = 0; i < ARRAY_SIZE(read_only); i++) {
        uint8_t value = axp_read(qts, read_only[i]);

        axp_write(qts, read_only[i], ~value);
        g_assert_cmphex(axp_read(qts, read_only[i]), ==, value);
    }

    axp_write(qts, AXP_DATA0, 0x5a);
    axp_write(qts, AXP_DCDC1, 0x11);
    g_assert_cmphex(axp_read(qts, AXP_DATA0), ==, 0x5a);
    g_assert_cmphex(axp_read(qts, AXP_DCDC1), ==, 0x11);

    qtest_quit(qts);
}

static void check_sid(QTestState *qts, const char *sid)
{
    g_autoptr(GString) found = g_string_new(NULL);

    axp_write(qts, AXP_PAGE, 1);
    for (unsigned i = 0; i < 16; i++) {
        g_string_append_printf(found, "%02x", axp_read(qts, AXP_PAGE1_SID + i));
    }
    g_assert_cmpstr(found->str, ==, sid);

    /* Nothing else is there, and page 0 is as before */
    g_assert_cmphex(axp_read(qts, AXP_CHIP_ID), ==, 0);
    axp_write(qts, AXP_PAGE1_SID + 1, 0xff);
    axp_write(qts, AXP_PAGE, 0);
    g_assert_cmphex(axp_read(qts, AXP_CHIP_ID), ==, 0x06);
    g_assert_cmphex(axp_read(qts, AXP_DCDC1), ==, 0x00);
}

static void test_sid(void)
{
    QTestState *qts = axp_start("");

    check_sid(qts, "16330081111122223333000044556677");
    qtest_quit(qts);

    qts = axp_start("-global axp221_pmu.sid="
                    "01234567-89ab-cdef-0123-456789abcdef");
    check_sid(qts, "0123456789abcdef0123456789abcdef");
    qtest_quit(qts);
}

static void test_power_key(void)
{
    QTestState *qts = axp_start("");

    qtest_irq_intercept_out_named(qts, "/machine/soc/r-intc", "sysbus-irq");
    qtest_writel(qts, R_INTC_NMI_CTRL, NMI_LEVEL_LOW);
    qtest_writel(qts, R_INTC_ENABLE0, NMI);

    /* Nobody listens to the edges: they are noted all the same */
    set_power_key(qts, true);
    g_assert_cmphex(axp_read(qts, AXP_IRQ5), ==, AXP_IRQ5_PEK_DOWN);
    g_assert_cmphex(qtest_readl(qts, R_INTC_PENDING0), ==, 0);
    axp_write(qts, AXP_IRQ_EN5, AXP_IRQ5_PEK_DOWN | AXP_IRQ5_PEK_UP);
    g_assert_cmphex(qtest_readl(qts, R_INTC_PENDING0), ==, NMI);
    g_assert_true(qtest_get_irq(qts, 0));

    /* The pad stays low until the chip's interrupt has been cleared */
    qtest_writel(qts, R_INTC_PENDING0, NMI);
    g_assert_true(qtest_get_irq(qts, 0));
    axp_write(qts, AXP_IRQ5, 0);
    g_assert_cmphex(axp_read(qts, AXP_IRQ5), ==, AXP_IRQ5_PEK_DOWN);
    axp_write(qts, AXP_IRQ5, AXP_IRQ5_PEK_DOWN);
    g_assert_cmphex(axp_read(qts, AXP_IRQ5), ==, 0);
    qtest_writel(qts, R_INTC_PENDING0, NMI);
    g_assert_false(qtest_get_irq(qts, 0));

    /* Pressed a second time, it is still the first */
    set_power_key(qts, true);
    g_assert_cmphex(axp_read(qts, AXP_IRQ5), ==, 0);

    step_ms(qts, 1000);
    set_power_key(qts, false);
    g_assert_cmphex(axp_read(qts, AXP_IRQ5), ==, AXP_IRQ5_PEK_UP);
    g_assert_cmphex(axp_read(qts, AXP_IRQ3), ==, AXP_IRQ3_PEK_SHORT);
    g_assert_true(qtest_get_irq(qts, 0));
    step_ms(qts, 10000);
    g_assert_cmphex(axp_read(qts, AXP_IRQ3), ==, AXP_IRQ3_PEK_SHORT);

    /* What was pending is gone with a reset, for the latch as well */
    qtest_system_reset(qts);
    g_assert_false(qtest_get_irq(qts, 0));

    qtest_quit(qts);
}

static void test_long_press(void)
{
    QTestState *qts = axp_start("");

    axp_write(qts, AXP_PEK, AXP_PEK_NO_FORCE_OFF);
    axp_write(qts, AXP_IRQ_EN3, AXP_IRQ3_PEK_LONG);

    set_power_key(qts, true);
    step_ms(qts, 1499);
    g_assert_cmphex(axp_read(qts, AXP_IRQ3), ==, 0);
    step_ms(qts, 1);
    g_assert_cmphex(axp_read(qts, AXP_IRQ3), ==, AXP_IRQ3_PEK_LONG);
    step_ms(qts, 60000);
    set_power_key(qts, false);
    g_assert_cmphex(axp_read(qts, AXP_IRQ3), ==, AXP_IRQ3_PEK_LONG);

    qtest_quit(qts);
}

static void test_force_off(void)
{
    QTestState *qts = axp_start("-no-shutdown");
    QDict *event;

    set_power_key(qts, true);
    step_ms(qts, 5999);
    set_power_key(qts, false);
    step_ms(qts, 10000);
    set_power_key(qts, false);
    g_assert_null(qtest_qmp_event_ref(qts, "SHUTDOWN"));

    set_power_key(qts, true);
    step_ms(qts, 6000);
    event = qtest_qmp_eventwait_ref(qts, "SHUTDOWN");
    qobject_unref(event);

    qtest_quit(qts);
}

static void test_system_powerdown(void)
{
    QTestState *qts = axp_start("");

    for (unsigned i = 0; i < 2; i++) {
        qtest_qmp_assert_success(qts, "{ 'execute': 'system_powerdown' }");
        g_assert_cmphex(axp_read(qts, AXP_IRQ5), ==, AXP_IRQ5_PEK_DOWN);
        step_ms(qts, 1000);
        g_assert_cmphex(axp_read(qts, AXP_IRQ5), ==,
                        AXP_IRQ5_PEK_DOWN | AXP_IRQ5_PEK_UP);
        g_assert_cmphex(axp_read(qts, AXP_IRQ3), ==, AXP_IRQ3_PEK_SHORT);
        axp_write(qts, AXP_IRQ3, 0xff);
        axp_write(qts, AXP_IRQ5, 0xff);
    }

    qtest_quit(qts);
}

static QTestState *lradc_start(uint32_t ctrl)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_irq_intercept_out_named(qts, LRADC_PATH, "sysbus-irq");
    qtest_writel(qts, LRADC_CTRL, ctrl);

    return qts;
}

static void lradc_set(QTestState *qts, unsigned channel, uint32_t mv)
{
    g_autofree char *name = g_strdup_printf("lradc%u", channel);

    qtest_qmp_assert_success(qts, "{ 'execute': 'qom-set', 'arguments': {"
                             " 'path': '" LRADC_PATH "',"
                             " 'property': %s, 'value': %u } }", name, mv);
}

/* What has been reported since the last time */
static uint32_t lradc_take(QTestState *qts)
{
    uint32_t ints = qtest_readl(qts, LRADC_INTS);

    qtest_writel(qts, LRADC_INTS, ints);
    g_assert_cmphex(qtest_readl(qts, LRADC_INTS), ==, 0);

    return ints;
}

static void test_lradc_registers(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, LRADC_CTRL), ==, LRADC_CTRL_RESET);
    g_assert_cmphex(qtest_readl(qts, LRADC_INTC), ==, 0);
    g_assert_cmphex(qtest_readl(qts, LRADC_INTS), ==, 0);
    g_assert_cmphex(qtest_readl(qts, LRADC_DATA(0)), ==, 0x3f);
    g_assert_cmphex(qtest_readl(qts, LRADC_DATA(1)), ==, 0x3f);

    qtest_writel(qts, LRADC_CTRL, 0xfffffffe);
    g_assert_cmphex(qtest_readl(qts, LRADC_CTRL), ==, 0xffcf3ffc);
    qtest_writel(qts, LRADC_INTC, 0xffffffff);
    g_assert_cmphex(qtest_readl(qts, LRADC_INTC), ==, 0x1f1f);
    qtest_writel(qts, LRADC_INTS, 0xffffffff);
    qtest_writel(qts, LRADC_DATA(0), 0);
    g_assert_cmphex(qtest_readl(qts, LRADC_DATA(0)), ==, 0x3f);
    g_assert_cmphex(qtest_readl(qts, LRADC_BAD), ==, 0);
    qtest_writel(qts, LRADC_BAD, 1);

    /* Not enabled: no key */
    lradc_set(qts, 0, 200);
    step_ms(qts, 60000);
    g_assert_cmphex(qtest_readl(qts, LRADC_INTS), ==, 0);

    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, LRADC_CTRL), ==, LRADC_CTRL_RESET);

    qtest_quit(qts);
}

static void test_lradc_key(void)
{
    /* Full scale is 2 V */
    static const struct {
        uint32_t mv, code;
    } keys[] = {
        { 0, 0 }, { 200, 6 }, { 1000, 31 }, { 1200, 37 }, { 1880, 59 },
    };
    QTestState *qts = lradc_start(LRADC_CTRL_LINUX);

    qtest_writel(qts, LRADC_INTC, LRADC_KEYDOWN | LRADC_KEYUP);

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        /* Two samples of one delay and two of the other */
        lradc_set(qts, 0, keys[i].mv);
        step_ms(qts, 4 * 4 - 1);
        g_assert_cmphex(lradc_take(qts), ==, 0);
        step_ms(qts, 1);
        g_assert_true(qtest_get_irq(qts, 0));
        g_assert_cmphex(lradc_take(qts), ==, LRADC_KEYDOWN | LRADC_DATA_IRQ);
        g_assert_false(qtest_get_irq(qts, 0));
        g_assert_cmphex(qtest_readl(qts, LRADC_DATA(0)), ==, keys[i].code);

        /* While it is held there is new data, but nobody listens to that */
        step_ms(qts, 1000);
        g_assert_false(qtest_get_irq(qts, 0));
        g_assert_cmphex(lradc_take(qts), ==, LRADC_DATA_IRQ);

        lradc_set(qts, 0, MV_NO_KEY);
        step_ms(qts, 2 * 4);
        g_assert_true(qtest_get_irq(qts, 0));
        g_assert_cmphex(lradc_take(qts), ==, LRADC_KEYUP);
        g_assert_cmphex(qtest_readl(qts, LRADC_DATA(0)), ==, keys[i].code);
        step_ms(qts, 1000);
        g_assert_cmphex(lradc_take(qts), ==, 0);
    }

    /* Too short for a key */
    lradc_set(qts, 0, 200);
    step_ms(qts, 3 * 4);
    lradc_set(qts, 0, MV_NO_KEY);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, 0);

    /* Switched off while a key is pressed, and on again */
    lradc_set(qts, 0, 200);
    step_ms(qts, 1000);
    lradc_take(qts);
    qtest_writel(qts, LRADC_CTRL, LRADC_CTRL_LINUX & ~1);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, 0);
    qtest_writel(qts, LRADC_CTRL, LRADC_CTRL_LINUX);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, LRADC_KEYDOWN | LRADC_DATA_IRQ);

    /* Held during a reset */
    qtest_system_reset(qts);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, 0);

    qtest_quit(qts);
}

static void test_lradc_hold_key(void)
{
    QTestState *qts = lradc_start(LRADC_CTRL_LINUX);

    /* Between the levels there is nothing without the hold key */
    lradc_set(qts, 0, MV_HOLD_KEY);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, 0);

    qtest_writel(qts, LRADC_CTRL, LRADC_CTRL_LINUX | LRADC_HOLD_KEY_EN);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, LRADC_HOLD | LRADC_DATA_IRQ);

    lradc_set(qts, 0, 200);
    step_ms(qts, 4);
    g_assert_cmphex(lradc_take(qts), ==, LRADC_ALRDY_HOLD | LRADC_DATA_IRQ);

    lradc_set(qts, 0, MV_NO_KEY);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, LRADC_KEYUP);

    qtest_quit(qts);
}

static void test_lradc_second_channel(void)
{
    QTestState *qts = lradc_start(LRADC_CTRL_LINUX | LRADC_CHANNEL_1 |
                                  LRADC_SINGLE_MODE);

    qtest_writel(qts, LRADC_INTC, LRADC_KEYDOWN << 8);
    lradc_set(qts, 0, 200);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, 0);

    lradc_set(qts, 1, 400);
    step_ms(qts, 4 * 4);
    g_assert_true(qtest_get_irq(qts, 0));
    g_assert_cmphex(lradc_take(qts), ==, (LRADC_KEYDOWN | LRADC_DATA_IRQ) << 8);
    g_assert_cmphex(qtest_readl(qts, LRADC_DATA(0)), ==, 0x3f);
    g_assert_cmphex(qtest_readl(qts, LRADC_DATA(1)), ==, 12);

    /* One conversion and no more */
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, 0);

    /* Both channels: now the first one's key is seen as well */
    qtest_writel(qts, LRADC_CTRL, LRADC_CTRL_LINUX | LRADC_CHANNEL_1 << 1 |
                                  LRADC_SINGLE_MODE);
    step_ms(qts, 1000);
    g_assert_cmphex(lradc_take(qts), ==, LRADC_KEYDOWN | LRADC_DATA_IRQ);

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/allwinner-a31-pmic/mode-switch", test_mode_switch);
    qtest_add_func("/allwinner-a31-pmic/registers", test_registers);
    qtest_add_func("/allwinner-a31-pmic/sid", test_sid);
    qtest_add_func("/allwinner-a31-pmic/power-key", test_power_key);
    qtest_add_func("/allwinner-a31-pmic/long-press", test_long_press);
    qtest_add_func("/allwinner-a31-pmic/force-off", test_force_off);
    qtest_add_func("/allwinner-a31-pmic/system-powerdown",
                   test_system_powerdown);
    qtest_add_func("/allwinner-a31-lradc/registers", test_lradc_registers);
    qtest_add_func("/allwinner-a31-lradc/key", test_lradc_key);
    qtest_add_func("/allwinner-a31-lradc/hold-key", test_lradc_hold_key);
    qtest_add_func("/allwinner-a31-lradc/second-channel",
                   test_lradc_second_channel);

    return g_test_run();
}
