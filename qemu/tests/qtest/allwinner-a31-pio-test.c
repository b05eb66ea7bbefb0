/*
 * QTest of the pins of the Allwinner A31 (sun6i): pulls, outputs, interrupts,
 * the switch of the card slot
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define PIO_BASE                0x01c20800
#define R_PIO_BASE              0x01f02c00
#define PIO                     "/machine/soc/pio"
#define R_PIO                   "/machine/soc/r-pio"
#define PRCM_APB0_GATE          0x01f01428
#define APB0_R_PIO              BIT(0)

#define PORT(base, port)        ((base) + 0x24 * (port))
#define PORT_CFG                0x00
#define PORT_DAT                0x10
#define PORT_PULL               0x1c
#define FUNCTION_INPUT          0
#define FUNCTION_OUTPUT         1
#define PULL_UP                 1
#define PULL_DOWN               2

#define BANK(base, bank)        ((base) + 0x200 + 0x20 * (bank))
#define BANK_CFG                0x00
#define BANK_CTRL               0x10
#define BANK_STATUS             0x14
#define BANK_DEBOUNCE           0x18

enum { PORT_A, PORT_B, PORT_C, PORT_D, PORT_E, PORT_F, PORT_G, PORT_H };
enum { PORT_L, PORT_M };
enum { RISING, FALLING, HIGH, LOW, BOTH };

static void set_nibble(QTestState *qts, uint32_t regs, unsigned n,
                       unsigned value)
{
    uint32_t reg = regs + n / 8 * 4;

    qtest_writel(qts, reg,
                 deposit32(qtest_readl(qts, reg), n % 8 * 4, 4, value));
}

static void set_function(QTestState *qts, uint32_t port, unsigned pin,
                         unsigned function)
{
    set_nibble(qts, port + PORT_CFG, pin, function);
}

static void set_pull(QTestState *qts, uint32_t port, unsigned pin,
                     unsigned pull)
{
    uint32_t reg = port + PORT_PULL + pin / 16 * 4;

    qtest_writel(qts, reg,
                 deposit32(qtest_readl(qts, reg), pin % 16 * 2, 2, pull));
}

static bool get_pin(QTestState *qts, uint32_t port, unsigned pin)
{
    return extract32(qtest_readl(qts, port + PORT_DAT), pin, 1);
}

static void drive_pin(QTestState *qts, const char *pio, unsigned port,
                      unsigned pin, int level)
{
    qtest_set_irq_in(qts, pio, NULL, 32 * port + pin, level);
}

static void test_pull(void)
{
    uint32_t port = PORT(PIO_BASE, PORT_H);
    QTestState *qts = qtest_init("-M hummingbird-a31");

    set_function(qts, port, 17, FUNCTION_INPUT);
    g_assert_false(get_pin(qts, port, 17));
    set_pull(qts, port, 17, PULL_UP);
    g_assert_cmphex(qtest_readl(qts, port + PORT_DAT), ==, BIT(17));
    set_pull(qts, port, 17, PULL_DOWN);
    g_assert_false(get_pin(qts, port, 17));

    /* It cannot do anything against the board or the output */
    set_pull(qts, port, 17, PULL_UP);
    drive_pin(qts, PIO, PORT_H, 17, 0);
    g_assert_false(get_pin(qts, port, 17));
    drive_pin(qts, PIO, PORT_H, 17, 1);
    set_pull(qts, port, 17, PULL_DOWN);
    g_assert_true(get_pin(qts, port, 17));
    set_pull(qts, port, 18, PULL_UP);
    set_function(qts, port, 18, FUNCTION_OUTPUT);
    g_assert_false(get_pin(qts, port, 18));

    qtest_quit(qts);
}

static void test_output(void)
{
    uint32_t port = PORT(PIO_BASE, PORT_B);
    unsigned line = 32 * PORT_B + 3;
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_irq_intercept_out(qts, PIO);

    qtest_writel(qts, port + PORT_DAT, BIT(3));
    g_assert_false(qtest_get_irq(qts, line));
    set_function(qts, port, 3, FUNCTION_OUTPUT);
    g_assert_true(qtest_get_irq(qts, line));
    g_assert_false(qtest_get_irq(qts, line + 1));
    qtest_writel(qts, port + PORT_DAT, 0);
    g_assert_false(qtest_get_irq(qts, line));
    qtest_writel(qts, port + PORT_DAT, BIT(3));
    set_function(qts, port, 3, FUNCTION_INPUT);
    g_assert_false(qtest_get_irq(qts, line));

    set_function(qts, port, 3, FUNCTION_OUTPUT);
    g_assert_true(qtest_get_irq(qts, line));
    qtest_system_reset(qts);
    g_assert_false(qtest_get_irq(qts, line));

    qtest_quit(qts);
}

/* Where the interrupts of a bank come from */
typedef struct Bank {
    const char *path;
    const char *pio;
    uint32_t base;
    unsigned bank;
    unsigned port;
    unsigned first_pin;
    unsigned function;
} Bank;

static const Bank banks[] = {
    { "a", PIO, PIO_BASE, 0, PORT_A, 0, 6 },
    { "b", PIO, PIO_BASE, 1, PORT_B, 0, 6 },
    { "e", PIO, PIO_BASE, 2, PORT_E, 0, 6 },
    { "g", PIO, PIO_BASE, 3, PORT_G, 0, 6 },
    { "l", R_PIO, R_PIO_BASE, 0, PORT_L, 5, 2 },
    { "m", R_PIO, R_PIO_BASE, 1, PORT_M, 0, 2 },
};

static QTestState *start_with_bank(const Bank *b)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_writel(qts, PRCM_APB0_GATE, APB0_R_PIO);
    qtest_irq_intercept_out_named(qts, b->pio, "sysbus-irq");

    return qts;
}

static void test_bank(const void *data)
{
    const Bank *b = data;
    uint32_t port = PORT(b->base, b->port);
    uint32_t bank = BANK(b->base, b->bank);
    unsigned n = 2;
    unsigned pin = b->first_pin + n;
    QTestState *qts = start_with_bank(b);

    /* A rising edge is what the registers are set to after reset */
    qtest_writel(qts, bank + BANK_CTRL, BIT(n));
    qtest_writel(qts, bank + BANK_DEBOUNCE, 0x11);
    g_assert_cmphex(qtest_readl(qts, bank + BANK_DEBOUNCE), ==, 0x11);

    /* Not as long as the pin is for something else, an input for example */
    for (unsigned function = 0; function < 8; function++) {
        if (function == b->function || function == FUNCTION_OUTPUT) {
            continue;
        }
        set_function(qts, port, pin, function);
        drive_pin(qts, b->pio, b->port, pin, 1);
        drive_pin(qts, b->pio, b->port, pin, 0);
        g_assert_cmphex(qtest_readl(qts, bank + BANK_STATUS), ==, 0);
    }

    set_function(qts, port, pin, b->function);
    drive_pin(qts, b->pio, b->port, pin, 1);
    g_assert_true(get_pin(qts, port, pin));
    g_assert_cmphex(qtest_readl(qts, bank + BANK_STATUS), ==, BIT(n));
    for (unsigned i = 0; i < 4; i++) {
        g_assert_cmpint(qtest_get_irq(qts, i), ==, i == b->bank);
    }

    /* Write 1 to clear; the enable hides it */
    qtest_writel(qts, bank + BANK_STATUS, ~BIT(n));
    g_assert_true(qtest_get_irq(qts, b->bank));
    qtest_writel(qts, bank + BANK_CTRL, ~BIT(n));
    g_assert_false(qtest_get_irq(qts, b->bank));
    g_assert_cmphex(qtest_readl(qts, bank + BANK_STATUS), ==, BIT(n));
    qtest_writel(qts, bank + BANK_CTRL, BIT(n));
    g_assert_true(qtest_get_irq(qts, b->bank));
    qtest_writel(qts, bank + BANK_STATUS, BIT(n));
    g_assert_false(qtest_get_irq(qts, b->bank));
    g_assert_cmphex(qtest_readl(qts, bank + BANK_STATUS), ==, 0);

    drive_pin(qts, b->pio, b->port, pin, 0);
    drive_pin(qts, b->pio, b->port, pin, 1);
    g_assert_true(qtest_get_irq(qts, b->bank));
    qtest_system_reset(qts);
    g_assert_false(qtest_get_irq(qts, b->bank));

    qtest_quit(qts);
}

/* The pins of port L in front of its first interrupt have none */
static void test_first_pin(void)
{
    const Bank *b = &banks[4];
    QTestState *qts = start_with_bank(b);

    for (unsigned pin = 0; pin < 32; pin++) {
        set_function(qts, PORT(b->base, b->port), pin, b->function);
    }
    for (unsigned pin = 0; pin < 32; pin++) {
        drive_pin(qts, b->pio, b->port, pin, 1);
        g_assert_cmphex(qtest_readl(qts, BANK(b->base, b->bank) + BANK_STATUS),
                        ==, pin < 5 ? 0 : BIT(pin - 5));
        qtest_writel(qts, BANK(b->base, b->bank) + BANK_STATUS, UINT32_MAX);
    }

    qtest_quit(qts);
}

typedef struct Trigger {
    const char *path;
    unsigned type;
    bool at_low;
    bool at_rise;
    bool at_high;
    bool at_fall;
} Trigger;

static const Trigger triggers[] = {
    { "rising", RISING, .at_rise = true },
    { "falling", FALLING, .at_fall = true },
    { "high", HIGH, .at_rise = true, .at_high = true },
    { "low", LOW, .at_fall = true, .at_low = true },
    { "both", BOTH, .at_rise = true, .at_fall = true },
    { "reserved", 5 },
    { "reserved-15", 15 },
};

/* Expect that it is pending or not, and whether it is so again once cleared */
static void check_event(QTestState *qts, bool now, bool again)
{
    uint32_t status = BANK(PIO_BASE, 3) + BANK_STATUS;

    g_assert_cmphex(qtest_readl(qts, status), ==, now ? BIT(9) : 0);
    g_assert_cmpint(qtest_get_irq(qts, 3), ==, now);
    qtest_writel(qts, status, BIT(9));
    g_assert_cmphex(qtest_readl(qts, status), ==, again ? BIT(9) : 0);
    g_assert_cmpint(qtest_get_irq(qts, 3), ==, again);
}

static void test_trigger(const void *data)
{
    const Trigger *t = data;
    const Bank *b = &banks[3];
    QTestState *qts = start_with_bank(b);

    drive_pin(qts, b->pio, b->port, 9, 0);
    set_function(qts, PORT(b->base, b->port), 9, b->function);
    qtest_writel(qts, BANK(b->base, b->bank) + BANK_CTRL, BIT(9));

    set_nibble(qts, BANK(b->base, b->bank) + BANK_CFG, 9, t->type);
    check_event(qts, t->at_low, t->at_low);
    drive_pin(qts, b->pio, b->port, 9, 1);
    /* A level that was is pending still */
    check_event(qts, t->at_rise || t->at_low, t->at_high);
    drive_pin(qts, b->pio, b->port, 9, 1);
    check_event(qts, t->at_high, t->at_high);
    drive_pin(qts, b->pio, b->port, 9, 0);
    check_event(qts, t->at_fall || t->at_high, t->at_low);
    drive_pin(qts, b->pio, b->port, 9, 0);
    check_event(qts, t->at_low, t->at_low);

    qtest_quit(qts);
}

typedef struct Board {
    const char *machine;
    unsigned port;
    unsigned pin;
} Board;

static const Board boards[] = {
    { "hummingbird-a31", PORT_A, 8 },
    { "bpi-m2", PORT_A, 4 },
};

static void check_card_pin(QTestState *qts, const Board *board, bool level)
{
    g_assert_cmpint(get_pin(qts, PORT(PIO_BASE, board->port), board->pin), ==,
                    level);
    g_assert_cmpint(qtest_get_irq(qts, 0), ==, true);
    qtest_writel(qts, BANK(PIO_BASE, 0) + BANK_STATUS, UINT32_MAX);
    g_assert_cmpint(qtest_get_irq(qts, 0), ==, false);
}

/* The switch of the slot closes when there is a card, and the pin tells */
static void test_card_detect(const void *data)
{
    const Board *board = data;
    g_autofree char *card = g_strdup_printf("%s/allwinner-a31-pio-test-%d",
                                            g_get_tmp_dir(), getpid());
    QTestState *qts;

    g_assert_true(g_file_set_contents(card, "", 0, NULL));
    g_assert_cmpint(truncate(card, 4 * 1024 * 1024), ==, 0);

    qts = qtest_initf("-M %s", board->machine);
    g_assert_true(get_pin(qts, PORT(PIO_BASE, board->port), board->pin));
    qtest_quit(qts);

    qts = qtest_initf("-M %s -drive if=sd,format=raw,file=%s", board->machine,
                      card);
    qtest_irq_intercept_out_named(qts, PIO, "sysbus-irq");
    g_assert_false(get_pin(qts, PORT(PIO_BASE, board->port), board->pin));
    set_function(qts, PORT(PIO_BASE, board->port), board->pin, 6);
    set_nibble(qts, BANK(PIO_BASE, 0) + BANK_CFG, board->pin, BOTH);
    qtest_writel(qts, BANK(PIO_BASE, 0) + BANK_CTRL, BIT(board->pin));

    qtest_qmp_assert_success(qts, "{ 'execute': 'eject',"
                                  "  'arguments': { 'device': 'sd0' } }");
    check_card_pin(qts, board, true);
    qtest_qmp_assert_success(qts,
        "{ 'execute': 'blockdev-change-medium', 'arguments':"
        "  { 'device': 'sd0', 'format': 'raw', 'filename': %s } }", card);
    check_card_pin(qts, board, false);

    qtest_qmp_assert_success(qts, "{ 'execute': 'eject',"
                                  "  'arguments': { 'device': 'sd0' } }");
    qtest_system_reset(qts);
    g_assert_true(get_pin(qts, PORT(PIO_BASE, board->port), board->pin));

    qtest_quit(qts);
    unlink(card);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/allwinner-a31-pio/pull", test_pull);
    qtest_add_func("/allwinner-a31-pio/output", test_output);
    for (size_t i = 0; i < ARRAY_SIZE(banks); i++) {
        g_autofree char *path = g_strdup_printf("/allwinner-a31-pio/bank/%s",
                                                banks[i].path);

        qtest_add_data_func(path, &banks[i], test_bank);
    }
    qtest_add_func("/allwinner-a31-pio/first-pin", test_first_pin);
    for (size_t i = 0; i < ARRAY_SIZE(triggers); i++) {
        g_autofree char *path = g_strdup_printf("/allwinner-a31-pio/trigger/%s",
                                                triggers[i].path);

        qtest_add_data_func(path, &triggers[i], test_trigger);
    }
    for (size_t i = 0; i < ARRAY_SIZE(boards); i++) {
        g_autofree char *path = g_strdup_printf(
            "/allwinner-a31-pio/card-detect/%s", boards[i].machine);

        qtest_add_data_func(path, &boards[i], test_card_detect);
    }

    return g_test_run();
}
