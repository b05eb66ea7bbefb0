/*
 * QTest of the clock gates and resets of the Allwinner A31 (sun6i)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define CCU_BASE                0x01c20000
#define PRCM_BASE               0x01f01400

#define AHB1_GATE0              (CCU_BASE + 0x060)
#define APB1_GATE               (CCU_BASE + 0x068)
#define APB2_GATE               (CCU_BASE + 0x06c)
#define SD0_CLK                 (CCU_BASE + 0x088)
#define SD_CLK_ENABLE           BIT(31)
#define AHB1_RESET0             (CCU_BASE + 0x2c0)
#define APB2_RESET              (CCU_BASE + 0x2d8)
#define APB0_GATE               (PRCM_BASE + 0x028)
#define APB0_RESET              (PRCM_BASE + 0x0b0)

#define MMC_BASE(n)             (0x01c0f000 + 0x1000 * (n))
#define MMC_CMDR                0x18
#define MMC_CAGR                0x1c
#define MMC_RESP0               0x20
#define MMC_IMKR                0x30
#define MMC_RISR                0x38
#define MMC_CMDR_LOAD           BIT(31)
#define MMC_CMDR_RESPONSE_LONG  BIT(7)
#define MMC_CMDR_RESPONSE       BIT(6)
#define MMC_RISR_CMD_COMPLETE   BIT(2)
#define MMC_RISR_NO_RESPONSE    BIT(1)
#define SD_OCR_3_3V             0x00300000
#define SD_STATE_STANDBY        3
#define SD_BASE                 MMC_BASE(0)

/* A block by a register that keeps, or mostly keeps, what is written to it */
typedef struct Block {
    const char *name;
    uint32_t base;
    uint32_t offset;
    uint32_t mask;
    uint32_t value_at_reset;
    uint32_t gate;
    const char *gate_name;
    uint32_t reset;
    const char *reset_name;
    unsigned bit;
} Block;

static const Block blocks[] = {
    {
        .name = "ss", .base = 0x01c15000, .offset = 0x0, .mask = 0xff,
        .value_at_reset = 0,
        .gate = AHB1_GATE0, .gate_name = "AHB1_GATE0",
        .reset = AHB1_RESET0, .reset_name = "AHB1_RESET0", .bit = 5,
    }, {
        .name = "mmc0", .base = MMC_BASE(0), .offset = 0x8, .mask = UINT32_MAX,
        .value_at_reset = 0xffffff40,
        .gate = AHB1_GATE0, .gate_name = "AHB1_GATE0",
        .reset = AHB1_RESET0, .reset_name = "AHB1_RESET0", .bit = 8,
    }, {
        .name = "mmc3", .base = MMC_BASE(3), .offset = 0x8, .mask = UINT32_MAX,
        .value_at_reset = 0xffffff40,
        .gate = AHB1_GATE0, .gate_name = "AHB1_GATE0",
        .reset = AHB1_RESET0, .reset_name = "AHB1_RESET0", .bit = 11,
    }, {
        .name = "pio", .base = 0x01c20800, .offset = 0x14, .mask = UINT32_MAX,
        .value_at_reset = 0x55555555,
        .gate = APB1_GATE, .gate_name = "APB1_GATE", .bit = 5,
    }, {
        .name = "twi0", .base = 0x01c2ac00, .offset = 0x14, .mask = 0x7f,
        .value_at_reset = 0,
        .gate = APB2_GATE, .gate_name = "APB2_GATE",
        .reset = APB2_RESET, .reset_name = "APB2_RESET", .bit = 0,
    }, {
        .name = "twi3", .base = 0x01c2b800, .offset = 0x14, .mask = 0x7f,
        .value_at_reset = 0,
        .gate = APB2_GATE, .gate_name = "APB2_GATE",
        .reset = APB2_RESET, .reset_name = "APB2_RESET", .bit = 3,
    }, {
        .name = "uart0", .base = 0x01c28000, .offset = 0x1c, .mask = 0xff,
        .value_at_reset = 0,
        .gate = APB2_GATE, .gate_name = "APB2_GATE",
        .reset = APB2_RESET, .reset_name = "APB2_RESET", .bit = 16,
    }, {
        .name = "uart5", .base = 0x01c29400, .offset = 0x1c, .mask = 0xff,
        .value_at_reset = 0,
        .gate = APB2_GATE, .gate_name = "APB2_GATE",
        .reset = APB2_RESET, .reset_name = "APB2_RESET", .bit = 21,
    }, {
        .name = "r-pio", .base = 0x01f02c00, .offset = 0x14, .mask = UINT32_MAX,
        .value_at_reset = 0x55555555,
        .gate = APB0_GATE, .gate_name = "APB0_GATE", .bit = 0,
    }, {
        .name = "p2wi", .base = 0x01f03400, .offset = 0x4, .mask = 0xff,
        .value_at_reset = 0,
        .gate = APB0_GATE, .gate_name = "APB0_GATE",
        .reset = APB0_RESET, .reset_name = "APB0_RESET", .bit = 3,
    }, {
        .name = "r-uart", .base = 0x01f02800, .offset = 0x1c, .mask = 0xff,
        .value_at_reset = 0,
        .gate = APB0_GATE, .gate_name = "APB0_GATE",
        .reset = APB0_RESET, .reset_name = "APB0_RESET", .bit = 4,
    },
};

#define PATTERN                 0x12345634

static char *tmp_path(const char *name)
{
    return g_strdup_printf("%s/allwinner-a31-bus-gate-test-%d-%s",
                           g_get_tmp_dir(), getpid(), name);
}

static void set_bit_of(QTestState *qts, uint32_t reg, unsigned bit, bool on)
{
    qtest_writel(qts, reg, deposit32(qtest_readl(qts, reg), bit, 1, on));
}

static void open_block(QTestState *qts, const Block *b)
{
    set_bit_of(qts, b->gate, b->bit, true);
    if (b->reset) {
        set_bit_of(qts, b->reset, b->bit, true);
    }
}

static uint32_t read_block(QTestState *qts, const Block *b)
{
    return qtest_readl(qts, b->base + b->offset) & b->mask;
}

static void write_block(QTestState *qts, const Block *b, uint32_t value)
{
    qtest_writel(qts, b->base + b->offset, value);
}

static const Block *find_block(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
        if (g_str_equal(blocks[i].name, name)) {
            return &blocks[i];
        }
    }
    g_assert_not_reached();
}

/* The line that QEMU is to log about an access to the block */
static char *message(const Block *b, bool gate_is_shut)
{
    return g_strdup_printf("%s: accessed at offset 0x%03x while its %s "
                           "(%s bit %u) is %s\n", b->name, b->offset,
                           gate_is_shut ? "clock gate" : "reset",
                           gate_is_shut ? b->gate_name : b->reset_name, b->bit,
                           gate_is_shut ? "shut" : "held");
}

/* Stop QEMU and compare its log with the lines, in this order and no others */
static void quit_and_check_log(QTestState *qts, const char *path,
                               const char *want)
{
    g_autofree char *got = NULL;

    qtest_quit(qts);
    g_assert_true(g_file_get_contents(path, &got, NULL, NULL));
    g_assert_cmpstr(got, ==, want);
    unlink(path);
}

static void test_block(const void *data)
{
    const Block *b = data;
    g_autofree char *log = tmp_path("log");
    g_autofree char *shut = message(b, true);
    g_autofree char *held = b->reset ? message(b, false) : g_strdup("");
    g_autofree char *want = g_strconcat(shut, held, shut, held, NULL);
    QTestState *qts = qtest_initf("-M hummingbird-a31 -d guest_errors -D %s",
                                  log);

    /* The one that is open from reset on */
    set_bit_of(qts, b->gate, b->bit, false);

    /* Said once, however often it is accessed */
    g_assert_cmphex(read_block(qts, b), ==, 0);
    write_block(qts, b, PATTERN);
    g_assert_cmphex(read_block(qts, b), ==, 0);

    set_bit_of(qts, b->gate, b->bit, true);
    if (b->reset) {
        g_assert_cmphex(read_block(qts, b), ==, 0);
        write_block(qts, b, PATTERN);
        set_bit_of(qts, b->reset, b->bit, true);
    }

    /* No write has got through */
    g_assert_cmphex(read_block(qts, b), ==, b->value_at_reset & b->mask);
    write_block(qts, b, PATTERN);
    g_assert_cmphex(read_block(qts, b), ==, PATTERN & b->mask);

    /* Without clock it keeps its registers */
    set_bit_of(qts, b->gate, b->bit, false);
    g_assert_cmphex(read_block(qts, b), ==, 0);
    write_block(qts, b, 0);
    set_bit_of(qts, b->gate, b->bit, true);
    g_assert_cmphex(read_block(qts, b), ==, PATTERN & b->mask);

    /* Its reset resets them */
    if (b->reset) {
        set_bit_of(qts, b->reset, b->bit, false);
        g_assert_cmphex(read_block(qts, b), ==, 0);
        set_bit_of(qts, b->reset, b->bit, true);
        g_assert_cmphex(read_block(qts, b), ==, b->value_at_reset & b->mask);
    }

    quit_and_check_log(qts, log, want);
}

/* A block is not opened by the bits of others */
static void test_neighbours(void)
{
    const Block *b = find_block("mmc0");
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_writel(qts, b->gate, ~BIT(b->bit));
    qtest_writel(qts, b->reset, UINT32_MAX);
    g_assert_cmphex(read_block(qts, b), ==, 0);
    qtest_writel(qts, b->gate, UINT32_MAX);
    qtest_writel(qts, b->reset, ~BIT(b->bit));
    g_assert_cmphex(read_block(qts, b), ==, 0);
    qtest_writel(qts, b->reset, BIT(b->bit));
    qtest_writel(qts, b->gate, BIT(b->bit));
    g_assert_cmphex(read_block(qts, b), ==, b->value_at_reset);

    qtest_quit(qts);
}

static void test_machine_reset(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
        open_block(qts, &blocks[i]);
        write_block(qts, &blocks[i], PATTERN);
    }
    qtest_system_reset(qts);
    for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
        const Block *b = &blocks[i];

        /* SPL uses the pins without opening the gate: the boot ROM has */
        if (!g_str_equal(b->name, "pio")) {
            g_assert_cmphex(read_block(qts, b), ==, 0);
        }
        open_block(qts, b);
        g_assert_cmphex(read_block(qts, b), ==, b->value_at_reset & b->mask);
    }

    qtest_quit(qts);
}

/* Returns the first word of the response */
static uint32_t sd_command(QTestState *qts, uint32_t command, uint32_t arg)
{
    qtest_writel(qts, SD_BASE + MMC_RISR, UINT32_MAX);
    qtest_writel(qts, SD_BASE + MMC_CAGR, arg);
    qtest_writel(qts, SD_BASE + MMC_CMDR, MMC_CMDR_LOAD | command);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_RISR) &
                    (MMC_RISR_CMD_COMPLETE | MMC_RISR_NO_RESPONSE), ==,
                    MMC_RISR_CMD_COMPLETE);

    return qtest_readl(qts, SD_BASE + MMC_RESP0);
}

static unsigned sd_state(QTestState *qts, uint32_t rca)
{
    return extract32(sd_command(qts, MMC_CMDR_RESPONSE | 13, rca), 9, 4);
}

/* The reset of a controller interrupts nobody, and does not reach the card */
static void test_card_is_not_reset(void)
{
    const Block *b = find_block("mmc0");
    QTestState *qts = qtest_init("-M hummingbird-a31 "
        "-drive if=sd,driver=null-co,size=64M,read-zeroes=on");
    uint32_t rca;

    qtest_irq_intercept_out_named(qts, "/machine/soc/mmc[0]", "sysbus-irq");
    open_block(qts, b);
    qtest_writel(qts, SD0_CLK, SD_CLK_ENABLE);

    sd_command(qts, 0, 0);
    sd_command(qts, MMC_CMDR_RESPONSE | 55, 0);
    sd_command(qts, MMC_CMDR_RESPONSE | 41, SD_OCR_3_3V);
    sd_command(qts, MMC_CMDR_RESPONSE | MMC_CMDR_RESPONSE_LONG | 2, 0);
    rca = sd_command(qts, MMC_CMDR_RESPONSE | 3, 0) & 0xffff0000;
    g_assert_cmpuint(sd_state(qts, rca), ==, SD_STATE_STANDBY);

    qtest_writel(qts, SD_BASE + MMC_IMKR, MMC_RISR_CMD_COMPLETE);
    qtest_writel(qts, SD_BASE, BIT(4));
    g_assert_true(qtest_get_irq(qts, 0));

    set_bit_of(qts, b->reset, b->bit, false);
    g_assert_false(qtest_get_irq(qts, 0));
    set_bit_of(qts, b->reset, b->bit, true);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_IMKR), ==, 0);
    g_assert_cmpuint(sd_state(qts, rca), ==, SD_STATE_STANDBY);

    /* The reset of the machine does */
    qtest_system_reset(qts);
    open_block(qts, b);
    qtest_writel(qts, SD0_CLK, SD_CLK_ENABLE);
    qtest_writel(qts, SD_BASE + MMC_CAGR, rca);
    qtest_writel(qts, SD_BASE + MMC_CMDR,
                 MMC_CMDR_LOAD | MMC_CMDR_RESPONSE | 13);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_RISR) &
                    MMC_RISR_NO_RESPONSE, ==, MMC_RISR_NO_RESPONSE);

    qtest_quit(qts);
}

/* Without its module clock a controller answers, but does nothing */
static void test_module_clock(void)
{
    const uint32_t command = MMC_CMDR_LOAD | 0;
    QTestState *qts = qtest_init("-M hummingbird-a31 "
        "-drive if=sd,driver=null-co,size=64M,read-zeroes=on");

    open_block(qts, find_block("mmc0"));
    qtest_writel(qts, SD_BASE + MMC_CMDR, command);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_CMDR), ==, command);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_RISR), ==, 0);
    /* Its gate, its own one and not another's, and a source that runs */
    qtest_writel(qts, SD0_CLK, 0x00010001);
    qtest_writel(qts, SD0_CLK + 4, SD_CLK_ENABLE);
    qtest_writel(qts, SD0_CLK, SD_CLK_ENABLE | 0x01000000);
    qtest_writel(qts, SD0_CLK, SD_CLK_ENABLE | 0x02000000);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_CMDR), ==, command);

    qtest_writel(qts, SD0_CLK, SD_CLK_ENABLE);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_CMDR), ==, 0);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_RISR), ==,
                    MMC_RISR_CMD_COMPLETE);
    sd_command(qts, 0, 0);

    qtest_writel(qts, SD0_CLK, SD_CLK_ENABLE | 0x01000000);
    qtest_writel(qts, SD_BASE + MMC_CMDR, command);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_CMDR), ==, command);
    /* PLL6 */
    qtest_writel(qts, CCU_BASE + 0x028, 0x90041811);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_CMDR), ==, 0);

    qtest_quit(qts);
}

static void wait_for_migration(QTestState *qts)
{
    for (unsigned i = 0; i < 3000; i++) {
        QDict *ret = qtest_qmp_assert_success_ref(qts,
                                            "{ 'execute': 'query-migrate' }");
        const char *status = qdict_get_try_str(ret, "status");
        bool done = status && g_str_equal(status, "completed");

        g_assert_false(status && g_str_equal(status, "failed"));
        qobject_unref(ret);
        if (done) {
            return;
        }
        g_usleep(10 * 1000);
    }
    g_assert_not_reached();
}

/* What is open and what is not comes over, and so do the registers behind */
static void test_migration(void)
{
    const Block *opened = find_block("mmc0");
    const Block *shut = find_block("mmc3");
    const Block *held = find_block("twi0");
    g_autofree char *path = tmp_path("state");
    g_autofree char *uri = g_strdup_printf("file:%s", path);
    QTestState *qts = qtest_init("-M hummingbird-a31");

    open_block(qts, opened);
    write_block(qts, opened, PATTERN);
    qtest_writel(qts, SD0_CLK, SD_CLK_ENABLE);
    open_block(qts, shut);
    write_block(qts, shut, PATTERN);
    set_bit_of(qts, shut->gate, shut->bit, false);
    set_bit_of(qts, held->gate, held->bit, true);

    qtest_qmp_assert_success(qts, "{ 'execute': 'migrate',"
                                  "  'arguments': { 'uri': %s } }", uri);
    wait_for_migration(qts);
    qtest_quit(qts);

    qts = qtest_initf("-M hummingbird-a31 -incoming %s", uri);
    wait_for_migration(qts);
    unlink(path);

    g_assert_cmphex(read_block(qts, opened), ==, PATTERN & opened->mask);
    qtest_writel(qts, SD_BASE + MMC_CMDR, MMC_CMDR_LOAD);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_CMDR), ==, 0);
    qtest_writel(qts, SD0_CLK, 0);
    qtest_writel(qts, SD_BASE + MMC_CMDR, MMC_CMDR_LOAD);
    g_assert_cmphex(qtest_readl(qts, SD_BASE + MMC_CMDR), ==, MMC_CMDR_LOAD);
    g_assert_cmphex(read_block(qts, shut), ==, 0);
    set_bit_of(qts, shut->gate, shut->bit, true);
    g_assert_cmphex(read_block(qts, shut), ==, PATTERN & shut->mask);
    g_assert_cmphex(read_block(qts, held), ==, 0);
    write_block(qts, held, PATTERN);
    set_bit_of(qts, held->reset, held->bit, true);
    g_assert_cmphex(read_block(qts, held), ==, 0);
    write_block(qts, held, PATTERN);
    g_assert_cmphex(read_block(qts, held), ==, PATTERN & held->mask);

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
        g_autofree char *path = g_strdup_printf(
            "/allwinner-a31-bus-gate/block/%s", blocks[i].name);

        qtest_add_data_func(path, &blocks[i], test_block);
    }
    qtest_add_func("/allwinner-a31-bus-gate/neighbours", test_neighbours);
    qtest_add_func("/allwinner-a31-bus-gate/machine-reset", test_machine_reset);
    qtest_add_func("/allwinner-a31-bus-gate/card-is-not-reset",
                   test_card_is_not_reset);
    qtest_add_func("/allwinner-a31-bus-gate/module-clock", test_module_clock);
    qtest_add_func("/allwinner-a31-bus-gate/migration", test_migration);

    return g_test_run();
}
