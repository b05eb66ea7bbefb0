/*
 * QTest of the DesignWare APB UART, as UART0 of an Allwinner A31
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define CCU_APB2_CFG            0x01c20058
#define CCU_APB2_GATE           0x01c2006c
#define CCU_APB2_RESET          0x01c202d8
#define APB2_UART0              BIT(16)
#define APB2_OSC24M             (1u << 24)

#define UART                    0x01c28000
#define UART_PATH               "/machine/soc/uart[0]"
#define RBR                     0x00
#define IER                     0x04
#define IIR                     0x08
#define LCR                     0x0c
#define MCR                     0x10
#define LSR                     0x14
#define MSR                     0x18
#define SCR                     0x1c
#define USR                     0x7c
#define TFL                     0x80
#define RFL                     0x84
#define HALT                    0xa4
#define CPR                     0xf4

#define FCR_FIFOS               0x07
#define LCR_8N1                 0x03
#define LCR_DLAB                0x80
#define LCR_BREAK               0x40
#define MCR_RTS                 0x02
#define MCR_LOOP                0x10
#define MCR_AFCE                0x20
#define LSR_DR                  0x01
#define LSR_OE                  0x02
#define LSR_PE                  0x04
#define LSR_FE                  0x08
#define LSR_BI                  0x10
#define LSR_THRE                0x20
#define LSR_TEMT                0x40
#define USR_BUSY                0x01
#define HALT_TX                 0x01
#define HALT_FORCECFG           0x02
#define HALT_LCRUP              0x04
#define IIR_ID                  0x0f

#define FIFO_DEPTH              64
/* 24 MHz / 16 / 13 = 115385 baud, ten bits a character */
#define DIVISOR                 13
#define CHAR_NS                 (10ull * 16 * DIVISOR * 1000 / 24)

static uint8_t get(QTestState *qts, unsigned reg)
{
    return qtest_readl(qts, UART + reg);
}

static void put(QTestState *qts, unsigned reg, uint8_t value)
{
    qtest_writel(qts, UART + reg, value);
}

static void pass(QTestState *qts, double chars)
{
    qtest_clock_step(qts, chars * CHAR_NS);
}

static void set_divisor(QTestState *qts, uint8_t divisor)
{
    put(qts, LCR, LCR_8N1 | LCR_DLAB);
    put(qts, RBR, divisor);
    put(qts, IER, 0);
    put(qts, LCR, LCR_8N1);
}

/* FIFOs on, 115200 8N1; *line is the other end */
static QTestState *start(const char *args, int *line)
{
    g_autofree char *all = g_strdup_printf("-M hummingbird-a31 %s", args);
    QTestState *qts = qtest_init_with_serial(all, line);

    qtest_writel(qts, CCU_APB2_GATE, APB2_UART0);
    qtest_writel(qts, CCU_APB2_RESET, APB2_UART0);
    set_divisor(qts, DIVISOR);
    put(qts, IIR, FCR_FIFOS);
    qtest_irq_intercept_out_named(qts, UART_PATH, "sysbus-irq");

    return qts;
}

static void end(QTestState *qts, int line)
{
    close(line);
    qtest_quit(qts);
}

/* The machine takes it from the socket in its own time, not in the line's */
static void line_sends(QTestState *qts, int line, const char *text, size_t len)
{
    g_assert_cmpint(write(line, text, len), ==, len);
    g_usleep(100 * 1000);
}

static void inject(QTestState *qts, const char *what, int count)
{
    QDict *r = qtest_qmp(qts, "{'execute': 'qom-set', 'arguments': {'path': "
                         "%s, 'property': %s, 'value': %d}}", UART_PATH, what,
                         count);

    g_assert(qdict_haskey(r, "return"));
    qobject_unref(r);
}

static void test_idle(void)
{
    int line;
    QTestState *qts = start("", &line);

    g_assert_cmphex(get(qts, LSR), ==, LSR_THRE | LSR_TEMT);
    g_assert_cmphex(get(qts, USR), ==, 0x06);
    g_assert_cmphex(get(qts, IIR), ==, 0xc1);
    g_assert_cmphex(get(qts, LCR), ==, LCR_8N1);
    g_assert_cmphex(get(qts, CPR), ==, 0);
    g_assert_cmphex(get(qts, TFL), ==, 0);
    g_assert_cmphex(get(qts, RFL), ==, 0);
    put(qts, SCR, 0x5a);
    g_assert_cmphex(get(qts, SCR), ==, 0x5a);
    end(qts, line);
}

static void test_sends_in_time(void)
{
    int line;
    char c;
    QTestState *qts = start("", &line);

    put(qts, RBR, 'a');
    put(qts, RBR, 'b');
    g_assert_cmphex(get(qts, LSR), ==, 0);
    g_assert_cmphex(get(qts, TFL), ==, 1);
    pass(qts, 0.9);
    g_assert_cmphex(get(qts, TFL), ==, 1);
    pass(qts, 0.2);
    g_assert_cmphex(get(qts, LSR), ==, LSR_THRE);
    g_assert_cmphex(get(qts, USR) & USR_BUSY, ==, USR_BUSY);
    pass(qts, 0.8);
    g_assert_cmphex(get(qts, LSR), ==, 0x20);
    pass(qts, 0.2);
    g_assert_cmphex(get(qts, LSR), ==, LSR_THRE | LSR_TEMT);
    g_assert_cmphex(get(qts, USR) & USR_BUSY, ==, 0);
    g_assert_cmpint(read(line, &c, 1), ==, 1);
    g_assert_cmpint(c, ==, 'a');
    end(qts, line);
}

static void test_rate_is_of_the_clock(void)
{
    int line;
    QTestState *qts = start("", &line);

    /* Half of 24 MHz: twice the time */
    qtest_writel(qts, CCU_APB2_CFG, APB2_OSC24M | 1);
    put(qts, RBR, 'a');
    pass(qts, 1.9);
    g_assert_cmphex(get(qts, LSR) & LSR_TEMT, ==, 0);
    pass(qts, 0.2);
    g_assert_cmphex(get(qts, LSR) & LSR_TEMT, ==, LSR_TEMT);
    end(qts, line);
}

static void test_clock_gate_cuts_off(void)
{
    int line;
    QTestState *qts = start("", &line);

    put(qts, RBR, 'a');
    qtest_writel(qts, CCU_APB2_GATE, 0);
    pass(qts, 2);
    g_assert_cmphex(get(qts, LCR), ==, 0);
    qtest_writel(qts, CCU_APB2_GATE, APB2_UART0);
    g_assert_cmphex(get(qts, LCR), ==, LCR_8N1);
    /* The reset brings everything back to where it was */
    qtest_writel(qts, CCU_APB2_RESET, 0);
    qtest_writel(qts, CCU_APB2_RESET, APB2_UART0);
    g_assert_cmphex(get(qts, LCR), ==, 0);
    g_assert_cmphex(get(qts, IIR), ==, 0x01);
    end(qts, line);
}

static void test_busy_refuses(void)
{
    int line;
    QTestState *qts = start("", &line);

    put(qts, RBR, 'a');
    put(qts, LCR, 0x1b);
    g_assert_cmphex(get(qts, LCR), ==, LCR_8N1);
    /* IER is 0. Neither IIR nor the end of the character ends it. */
    g_assert_cmphex(get(qts, IIR), ==, 0xc7);
    g_assert_true(qtest_get_irq(qts, 0));
    pass(qts, 2);
    get(qts, LSR);
    get(qts, MSR);
    get(qts, RBR);
    g_assert_cmphex(get(qts, IIR), ==, 0xc7);
    g_assert_true(qtest_get_irq(qts, 0));
    get(qts, USR);
    g_assert_cmphex(get(qts, IIR), ==, 0xc1);
    g_assert_false(qtest_get_irq(qts, 0));
    put(qts, LCR, 0x1b);
    g_assert_cmphex(get(qts, LCR), ==, 0x1b);
    end(qts, line);
}

/* A key pressed before the driver comes: it is still in the FIFO */
static void test_received_is_busy(void)
{
    int line;
    QTestState *qts = start("", &line);

    line_sends(qts, line, "k", 1);
    pass(qts, 0.5);
    g_assert_cmphex(get(qts, USR) & USR_BUSY, ==, USR_BUSY);
    g_assert_cmphex(get(qts, RFL), ==, 0);
    pass(qts, 1);
    g_assert_cmphex(get(qts, RFL), ==, 1);
    put(qts, LCR, LCR_8N1 | LCR_DLAB);
    g_assert_cmphex(get(qts, LCR), ==, LCR_8N1);
    g_assert_cmphex(get(qts, IIR), ==, 0xc7);
    g_assert_cmphex(get(qts, RBR), ==, 'k');
    g_assert_cmphex(get(qts, USR) & USR_BUSY, ==, 0);
    end(qts, line);
}

static void test_divisor_while_busy(void)
{
    int line;
    QTestState *qts = start("", &line);

    put(qts, LCR, LCR_8N1 | LCR_DLAB);
    line_sends(qts, line, "k", 1);
    put(qts, RBR, 1);
    g_assert_cmphex(get(qts, RBR), ==, DIVISOR);
    end(qts, line);
}

static void test_receive_fifo(void)
{
    int line;
    char text[2 * FIFO_DEPTH];
    QTestState *qts = start("-global dw-apb-uart.overrun=on", &line);

    for (unsigned i = 0; i < sizeof(text); i++) {
        text[i] = i;
    }
    line_sends(qts, line, text, FIFO_DEPTH);
    pass(qts, FIFO_DEPTH + 0.5);
    g_assert_cmphex(get(qts, RFL), ==, FIFO_DEPTH);
    g_assert_cmphex(get(qts, LSR) & LSR_OE, ==, 0);
    line_sends(qts, line, "x", 1);
    pass(qts, 1.5);
    g_assert_cmphex(get(qts, LSR) & LSR_OE, ==, LSR_OE);
    g_assert_cmphex(get(qts, LSR) & LSR_OE, ==, 0);
    for (unsigned i = 0; i < FIFO_DEPTH; i++) {
        g_assert_cmphex(get(qts, RBR), ==, i);
    }
    g_assert_cmphex(get(qts, LSR) & LSR_DR, ==, 0);
    end(qts, line);
}

/* Without "overrun" the other end waits */
static void test_line_waits(void)
{
    int line;
    char text[FIFO_DEPTH + 1] = { 0 };
    QTestState *qts = start("", &line);

    text[FIFO_DEPTH] = 'z';
    line_sends(qts, line, text, FIFO_DEPTH);
    line_sends(qts, line, text + FIFO_DEPTH, 1);
    pass(qts, FIFO_DEPTH + 4);
    g_assert_cmphex(get(qts, LSR) & LSR_OE, ==, 0);
    for (unsigned i = 0; i < FIFO_DEPTH; i++) {
        g_assert_cmphex(get(qts, RBR), ==, 0);
    }
    pass(qts, 1.5);
    g_assert_cmphex(get(qts, RBR), ==, 'z');
    end(qts, line);
}

static void test_receive_interrupts(void)
{
    static const struct {
        uint8_t fcr;
        unsigned trigger;
    } levels[] = { { 0x01, 1 }, { 0x41, 16 }, { 0x81, 32 }, { 0xc1, 62 } };
    char text[FIFO_DEPTH] = { 0 };
    int line;
    QTestState *qts = start("", &line);

    put(qts, IER, 0x01);
    for (unsigned i = 0; i < ARRAY_SIZE(levels); i++) {
        put(qts, IIR, levels[i].fcr | 0x02);
        line_sends(qts, line, text, levels[i].trigger);
        pass(qts, levels[i].trigger - 0.5);
        g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
        pass(qts, 1);
        g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x4);
        get(qts, RBR);
        if (levels[i].trigger == 1) {
            continue;
        }
        /* Fewer than the level; nothing comes or goes for four characters */
        g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
        pass(qts, 3.9);
        g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
        pass(qts, 0.2);
        g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0xc);
        get(qts, RBR);
        g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
    }
    end(qts, line);
}

static void test_transmit_interrupts(void)
{
    int line;
    QTestState *qts = start("", &line);

    put(qts, IER, 0x02);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x2);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
    put(qts, RBR, 'a');
    put(qts, RBR, 'b');
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
    pass(qts, 1.1);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x2);
    pass(qts, 2);

    /* Programmable: at half of the FIFO, and LSR.THRE says full */
    put(qts, IER, 0x82);
    put(qts, IIR, 0x31);
    for (unsigned i = 0; i < FIFO_DEPTH + 1; i++) {
        put(qts, RBR, i);
    }
    g_assert_cmphex(get(qts, TFL), ==, FIFO_DEPTH);
    g_assert_cmphex(get(qts, LSR) & LSR_THRE, ==, LSR_THRE);
    g_assert_cmphex(get(qts, USR) & 0x02, ==, 0);
    pass(qts, 31.9);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
    pass(qts, 0.2);
    g_assert_cmphex(get(qts, TFL), ==, FIFO_DEPTH / 2);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x2);
    end(qts, line);
}

static void test_errors_come_with_their_character(void)
{
    int line;
    QTestState *qts = start("", &line);

    put(qts, IER, 0x04);
    line_sends(qts, line, "a", 1);
    pass(qts, 2);
    inject(qts, "inject-parity", 1);
    line_sends(qts, line, "b", 1);
    pass(qts, 2);
    inject(qts, "inject-framing", 1);
    line_sends(qts, line, "c", 1);
    pass(qts, 2);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
    g_assert_cmphex(get(qts, LSR), ==, 0x80 | LSR_THRE | LSR_TEMT | LSR_DR);
    g_assert_cmphex(get(qts, RBR), ==, 'a');
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x6);
    g_assert_cmphex(get(qts, LSR) & 0x1e, ==, LSR_PE);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
    g_assert_cmphex(get(qts, RBR), ==, 'b');
    g_assert_cmphex(get(qts, LSR) & 0x1e, ==, LSR_FE);
    g_assert_cmphex(get(qts, RBR), ==, 'c');
    inject(qts, "inject-overrun", 1);
    line_sends(qts, line, "d", 1);
    pass(qts, 2);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x6);
    g_assert_cmphex(get(qts, LSR) & 0x1f, ==, LSR_OE);
    end(qts, line);
}

static void test_halt_changes_while_busy(void)
{
    int line;
    char text[2];
    QTestState *qts = start("", &line);

    put(qts, RBR, 'a');
    put(qts, RBR, 'b');
    pass(qts, 0.5);
    put(qts, HALT, HALT_FORCECFG);
    put(qts, LCR, 0x1b | LCR_DLAB);
    put(qts, RBR, 1);
    put(qts, IER, 0);
    put(qts, LCR, 0x1b);
    g_assert_cmphex(get(qts, IIR) & IIR_ID, ==, 0x1);
    put(qts, HALT, HALT_FORCECFG | HALT_LCRUP);
    g_assert_cmphex(get(qts, HALT), ==, HALT_FORCECFG | HALT_LCRUP);
    pass(qts, 0.6);
    g_assert_cmphex(get(qts, HALT), ==, HALT_FORCECFG);
    put(qts, HALT, 0);
    g_assert_cmphex(get(qts, LCR), ==, 0x1b);
    /* The second one has the new rate */
    pass(qts, 0.2);
    g_assert_cmphex(get(qts, LSR) & LSR_TEMT, ==, LSR_TEMT);
    g_assert_cmpint(read(line, text, 1), ==, 1);
    g_assert_cmpint(read(line, text + 1, 1), ==, 1);
    g_assert_cmpint(text[0], ==, 'a');
    g_assert_cmpint(text[1], ==, 'b');

    /* Without LCRUP nothing is changed */
    put(qts, HALT, HALT_FORCECFG);
    put(qts, LCR, LCR_8N1);
    put(qts, HALT, 0);
    g_assert_cmphex(get(qts, LCR), ==, 0x1b);
    end(qts, line);
}

static void test_halt_holds_the_transmitter(void)
{
    int line;
    QTestState *qts = start("", &line);

    put(qts, HALT, HALT_TX);
    put(qts, RBR, 'a');
    pass(qts, 5);
    g_assert_cmphex(get(qts, TFL), ==, 1);
    put(qts, HALT, 0);
    pass(qts, 1.1);
    g_assert_cmphex(get(qts, LSR) & LSR_TEMT, ==, LSR_TEMT);
    end(qts, line);
}

static void test_loopback(void)
{
    /* DTR to DSR, RTS to CTS, OUT1 to RI, OUT2 to DCD */
    static const uint8_t modem[][2] = {
        { 0x1, 0x20 }, { 0x2, 0x10 }, { 0x4, 0x40 }, { 0x8, 0x80 },
    };
    int line;
    QTestState *qts = start("", &line);

    put(qts, MCR, MCR_LOOP);
    put(qts, RBR, 'a');
    line_sends(qts, line, "x", 1);
    pass(qts, 3);
    g_assert_cmphex(get(qts, RFL), ==, 1);
    g_assert_cmphex(get(qts, RBR), ==, 'a');
    for (unsigned i = 0; i < ARRAY_SIZE(modem); i++) {
        put(qts, MCR, MCR_LOOP | modem[i][0]);
        g_assert_cmphex(get(qts, MSR) & 0xf0, ==, modem[i][1]);
    }
    put(qts, LCR, LCR_8N1 | LCR_BREAK);
    g_assert_cmphex(get(qts, LSR) & LSR_BI, ==, LSR_BI);
    g_assert_cmphex(get(qts, RBR), ==, 0);
    end(qts, line);
}

static void test_auto_flow(void)
{
    int line;
    char text[17] = { 0 };
    QTestState *qts = start("-global dw-apb-uart.rts-cts=on", &line);

    /* RTS goes at the trigger level, and comes with an empty FIFO */
    put(qts, MCR, MCR_RTS | MCR_AFCE);
    put(qts, IIR, 0x41);
    line_sends(qts, line, text, 17);
    pass(qts, 20);
    g_assert_cmphex(get(qts, RFL), ==, 16);
    for (unsigned i = 0; i < 15; i++) {
        get(qts, RBR);
    }
    pass(qts, 2);
    g_assert_cmphex(get(qts, RFL), ==, 1);
    get(qts, RBR);
    pass(qts, 2);
    g_assert_cmphex(get(qts, RFL), ==, 1);
    get(qts, RBR);

    qtest_set_irq_in(qts, UART_PATH, "cts", 0, 0);
    put(qts, RBR, 'a');
    pass(qts, 2);
    g_assert_cmphex(get(qts, TFL), ==, 1);
    qtest_set_irq_in(qts, UART_PATH, "cts", 0, 1);
    pass(qts, 1.1);
    g_assert_cmphex(get(qts, LSR) & LSR_TEMT, ==, LSR_TEMT);
    end(qts, line);
}

static void test_line_rate(void)
{
    int line;
    uint8_t c;
    QTestState *qts = start("-global dw-apb-uart.line-baud=115200", &line);

    put(qts, RBR, 'a');
    pass(qts, 1.1);
    g_assert_cmpint(read(line, &c, 1), ==, 1);
    g_assert_cmphex(c, ==, 'a');
    set_divisor(qts, 26);
    put(qts, RBR, 'a');
    pass(qts, 2.2);
    g_assert_cmpint(read(line, &c, 1), ==, 1);
    g_assert_cmphex(c, !=, 'a');
    line_sends(qts, line, "b", 1);
    pass(qts, 2);
    g_assert_cmphex(get(qts, LSR) & LSR_FE, ==, LSR_FE);
    g_assert_cmphex(get(qts, RBR), !=, 'b');
    end(qts, line);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/dw-apb-uart/idle", test_idle);
    qtest_add_func("/dw-apb-uart/sends-in-time", test_sends_in_time);
    qtest_add_func("/dw-apb-uart/rate-is-of-the-clock",
                   test_rate_is_of_the_clock);
    qtest_add_func("/dw-apb-uart/clock-gate-cuts-off",
                   test_clock_gate_cuts_off);
    qtest_add_func("/dw-apb-uart/busy-refuses", test_busy_refuses);
    qtest_add_func("/dw-apb-uart/received-is-busy", test_received_is_busy);
    qtest_add_func("/dw-apb-uart/divisor-while-busy", test_divisor_while_busy);
    qtest_add_func("/dw-apb-uart/receive-fifo", test_receive_fifo);
    qtest_add_func("/dw-apb-uart/line-waits", test_line_waits);
    qtest_add_func("/dw-apb-uart/receive-interrupts", test_receive_interrupts);
    qtest_add_func("/dw-apb-uart/transmit-interrupts",
                   test_transmit_interrupts);
    qtest_add_func("/dw-apb-uart/errors-come-with-their-character",
                   test_errors_come_with_their_character);
    qtest_add_func("/dw-apb-uart/halt-changes-while-busy",
                   test_halt_changes_while_busy);
    qtest_add_func("/dw-apb-uart/halt-holds-the-transmitter",
                   test_halt_holds_the_transmitter);
    qtest_add_func("/dw-apb-uart/loopback", test_loopback);
    qtest_add_func("/dw-apb-uart/auto-flow", test_auto_flow);
    qtest_add_func("/dw-apb-uart/line-rate", test_line_rate);

    return g_test_run();
}
