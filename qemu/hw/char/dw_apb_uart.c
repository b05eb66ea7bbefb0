/*
 * Synopsys DesignWare APB UART, as configured by Allwinner
 *
 *            THR                                       RBR
 *             |                                         ^
 *        tx FIFO (64)                              rx FIFO (64)
 *             |                                         ^
 *            TSR  ---- one character time ----+        RSR
 *             |                       MCR.LB  |         ^
 *             v                               +-------->+<---- line
 *          chardev                                            (chardev)
 *
 * A 16550 with deeper FIFOs, levels of these, and a rule: LCR and the divisor
 * cannot be written while the UART is busy, that is while a character is being
 * sent or received, or is in one of the FIFOs. A write to LCR is refused then,
 * and answered by an interrupt that IER does not mask and that only a read of
 * USR clears. Allwinner's HALT register is the way round: with FORCECFG set,
 * LCR and the divisor are written to copies, which LCRUP applies at the end of
 * the character that is being sent.
 *
 * Time is that of the line: a character takes its bits at the rate that the
 * divisor makes of the input clock, in both directions, and no register is
 * read or written before everything up to now has happened. A timer runs for
 * what raises an interrupt, and not for each character.
 *
 * The other end of the line is the chardev. It has the rate that is set, or
 * with the property "line-baud" its own: what crosses the line at another rate
 * is garbled. What it sends while the receiver is off, has no clock or is in
 * loopback is lost. When the receive FIFO is full it waits; with the property
 * "overrun" it does not, as on a line without flow control. With "rts-cts" it
 * waits while RTS is not asserted.
 *
 * Where it is known from:
 *   [D] DesignWare DW_apb_uart databook
 *   [A] Allwinner's kernel (sunxi-uart) and user manuals of the family
 *   [S] read on an A31
 * That a FIFO with characters in it counts as busy is [D]; the copies that
 * FORCECFG opens and when LCRUP is done are inferred from the order in which
 * Allwinner's kernel uses them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "chardev/char-serial.h"
#include "hw/arm/linux-boot-if.h"
#include "hw/char/dw_apb_uart.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "trace.h"

/* [D], [A] */
enum {
    UART_RBR_THR_DLL            = 0x00,
    UART_IER_DLH                = 0x04,
    UART_IIR_FCR                = 0x08,
    UART_LCR                    = 0x0c,
    UART_MCR                    = 0x10,
    UART_LSR                    = 0x14,
    UART_MSR                    = 0x18,
    UART_SCR                    = 0x1c,
    UART_USR                    = 0x7c,
    UART_TFL                    = 0x80,
    UART_RFL                    = 0x84,
    UART_HALT                   = 0xa4,
    /* Software asks these whether they are there; here they are not [S] */
    UART_RE_EN                  = 0xb4,
    UART_DLF                    = 0xc0,
    UART_CPR                    = 0xf4,
    UART_UCV                    = 0xf8,
};

#define IER_ERBFI               BIT(0)
#define IER_ETBEI               BIT(1)
#define IER_ELSI                BIT(2)
#define IER_EDSSI               BIT(3)
#define IER_PTIME               BIT(7)
#define IER_MASK                0x8f

/* In the order of their priorities */
enum {
    IIR_LINE_STATUS             = 0x6,
    IIR_RX_DATA                 = 0x4,
    IIR_TIMEOUT                 = 0xc,
    IIR_THR_EMPTY               = 0x2,
    IIR_MODEM                   = 0x0,
    IIR_BUSY_DETECT             = 0x7,
    IIR_NONE                    = 0x1,
};
#define IIR_FIFOS_ENABLED       0xc0

#define FCR_FIFOE               BIT(0)
#define FCR_RFIFOR              BIT(1)
#define FCR_XFIFOR              BIT(2)
#define FCR_KEPT                (0xf0 | BIT(3) | FCR_FIFOE)

#define LCR_STOP                BIT(2)
#define LCR_PEN                 BIT(3)
#define LCR_EPS                 BIT(4)
#define LCR_BC                  BIT(6)
#define LCR_DLAB                BIT(7)

#define MCR_DTR                 BIT(0)
#define MCR_RTS                 BIT(1)
#define MCR_OUT1                BIT(2)
#define MCR_OUT2                BIT(3)
#define MCR_LB                  BIT(4)
#define MCR_AFCE                BIT(5)
#define MCR_SIRE                BIT(6)
#define MCR_MASK                0x7f

#define LSR_DR                  BIT(0)
#define LSR_OE                  BIT(1)
#define LSR_PE                  BIT(2)
#define LSR_FE                  BIT(3)
#define LSR_BI                  BIT(4)
#define LSR_THRE                BIT(5)
#define LSR_TEMT                BIT(6)
#define LSR_RFE                 BIT(7)
#define LSR_CHAR_ERRORS         (LSR_PE | LSR_FE | LSR_BI)

#define MSR_DCTS                BIT(0)
#define MSR_TERI                BIT(2)
#define MSR_DELTAS              0x0f
#define MSR_CTS                 BIT(4)
#define MSR_DSR                 BIT(5)
#define MSR_RI                  BIT(6)
#define MSR_DCD                 BIT(7)

#define USR_BUSY                BIT(0)
#define USR_TFNF                BIT(1)
#define USR_TFE                 BIT(2)
#define USR_RFNE                BIT(3)
#define USR_RFF                 BIT(4)

#define HALT_HALT_TX            BIT(0)
#define HALT_FORCECFG           BIT(1)
#define HALT_LCRUP              BIT(2)
#define HALT_MASK               (HALT_HALT_TX | HALT_FORCECFG | HALT_LCRUP)

/* An entry of a queue: the character, and the flags of LSR above it */
#define ENTRY(flags, c)         ((flags) << 8 | (c))
/* No stop bit either: LSR.FE as well [D] */
#define ENTRY_BREAK             ENTRY(LSR_BI | LSR_FE, 0)
#define ENTRY_CHAR(entry)       ((entry) & 0xff)
#define ENTRY_FLAGS(entry)      ((entry) >> 8)

#define NEVER                   (-1)
/* Before any rate is set: 115200 8N1 */
#define LINE_CHAR_NS            86806
/* How late what is sent may come out, in ns; interrupts are never late */
#define LATE_NS                 SCALE_MS
/* Percent: half a bit in ten, or the last one is not sampled inside it */
#define LINE_TOLERANCE          5

/* ------------------------------------------------------------------ */

static void queue_put(DWAPBUARTQueue *q, uint16_t entry)
{
    q->entry[(q->head + q->num++) % DW_APB_UART_FIFO_DEPTH] = entry;
}

static uint16_t queue_get(DWAPBUARTQueue *q)
{
    uint16_t entry = q->entry[q->head];

    q->head = (q->head + 1) % DW_APB_UART_FIFO_DEPTH;
    q->num--;

    return entry;
}

static void queue_clear(DWAPBUARTQueue *q)
{
    q->head = 0;
    q->num = 0;
}

static bool queue_full(const DWAPBUARTQueue *q, unsigned depth)
{
    return q->num >= depth;
}

/* ------------------------------------------------------------------ */

static bool fifos_enabled(const DWAPBUARTState *s)
{
    return s->fcr & FCR_FIFOE;
}

/* Without FIFOs there are the holding registers */
static unsigned depth(const DWAPBUARTState *s)
{
    return fifos_enabled(s) ? DW_APB_UART_FIFO_DEPTH : 1;
}

static bool loopback(const DWAPBUARTState *s)
{
    return s->mcr & MCR_LB;
}

static bool auto_flow(const DWAPBUARTState *s)
{
    return (s->mcr & MCR_AFCE) && fifos_enabled(s);
}

/* Without a divisor there is no baud clock [D] */
static bool has_baud_clock(const DWAPBUARTState *s)
{
    return s->divisor && clock_is_enabled(s->clk);
}

/* In ns: start bit, data, parity, stop bits; 16 clocks of the divisor a bit */
static int64_t char_ns(const DWAPBUARTState *s)
{
    unsigned data = 5 + extract32(s->lcr, 0, 2);
    unsigned half_bits = 2 * (1 + data + !!(s->lcr & LCR_PEN)) + 2;

    if (s->lcr & LCR_STOP) {
        /* One and a half with characters of five bits */
        half_bits += data == 5 ? 1 : 2;
    }

    return clock_ticks_to_ns(s->clk, 8ull * s->divisor * half_bits);
}

static bool rates_match(const DWAPBUARTState *s)
{
    uint64_t baud = clock_get_hz(s->clk) / (16 * MAX(s->divisor, 1));
    uint64_t off = baud > s->line_baud ? baud - s->line_baud
                                       : s->line_baud - baud;

    return !s->line_baud ||
           off * 100 <= (uint64_t)s->line_baud * LINE_TOLERANCE;
}

/* Whatever bits are sampled, they are others; an inverted character will do. */
static uint8_t garble(const DWAPBUARTState *s, uint8_t c)
{
    return rates_match(s) ? c : ~c;
}

static bool busy(const DWAPBUARTState *s)
{
    return s->tx_done != NEVER || (s->rx_done != NEVER && s->rx_heard) ||
           s->rx.num || (s->tx.num && s->divisor);
}

static unsigned rx_trigger(const DWAPBUARTState *s)
{
    static const unsigned triggers[] = {
        1, DW_APB_UART_FIFO_DEPTH / 4, DW_APB_UART_FIFO_DEPTH / 2,
        DW_APB_UART_FIFO_DEPTH - 2,
    };

    return fifos_enabled(s) ? triggers[extract32(s->fcr, 6, 2)] : 1;
}

static bool programmable_thre(const DWAPBUARTState *s)
{
    return (s->ier & IER_PTIME) && fifos_enabled(s);
}

static unsigned tx_threshold(const DWAPBUARTState *s)
{
    static const unsigned thresholds[] = {
        0, 2, DW_APB_UART_FIFO_DEPTH / 4, DW_APB_UART_FIFO_DEPTH / 2,
    };

    return programmable_thre(s) ? thresholds[extract32(s->fcr, 4, 2)] : 0;
}

/* Overrun, and what is wrong with the character at the top of the FIFO */
static uint8_t line_errors(const DWAPBUARTState *s)
{
    return (s->overrun_error ? LSR_OE : 0) |
           (s->rx.num ? ENTRY_FLAGS(s->rx.entry[s->rx.head]) : 0);
}

static uint8_t lsr(const DWAPBUARTState *s)
{
    uint8_t value = line_errors(s);

    if (s->rx.num) {
        value |= LSR_DR;
    }
    for (unsigned i = 0; fifos_enabled(s) && i < s->rx.num; i++) {
        if (ENTRY_FLAGS(s->rx.entry[(s->rx.head + i) %
                                    DW_APB_UART_FIFO_DEPTH])) {
            value |= LSR_RFE;
        }
    }
    /* The other way round with programmable thresholds: the FIFO is full [D] */
    if (programmable_thre(s) ? queue_full(&s->tx, depth(s)) : !s->tx.num) {
        value |= LSR_THRE;
    }
    if (!s->tx.num && s->tx_done == NEVER) {
        value |= LSR_TEMT;
    }

    return value;
}

static uint8_t usr(const DWAPBUARTState *s)
{
    return (busy(s) ? USR_BUSY : 0) |
           (queue_full(&s->tx, depth(s)) ? 0 : USR_TFNF) |
           (s->tx.num ? 0 : USR_TFE) |
           (s->rx.num ? USR_RFNE : 0) |
           (queue_full(&s->rx, depth(s)) ? USR_RFF : 0);
}

/* ------------------------------------------------------------------ */

static uint8_t interrupt_id(const DWAPBUARTState *s)
{
    if ((s->ier & IER_ELSI) && line_errors(s)) {
        return IIR_LINE_STATUS;
    }
    if ((s->ier & IER_ERBFI) && s->rx.num >= rx_trigger(s)) {
        return IIR_RX_DATA;
    }
    if ((s->ier & IER_ERBFI) && s->timeout_pending) {
        return IIR_TIMEOUT;
    }
    if ((s->ier & IER_ETBEI) && s->thre_pending) {
        return IIR_THR_EMPTY;
    }
    if ((s->ier & IER_EDSSI) && (s->msr & MSR_DELTAS)) {
        return IIR_MODEM;
    }
    if (s->busy_detect) {
        return IIR_BUSY_DETECT;
    }

    return IIR_NONE;
}

static void update_irq(DWAPBUARTState *s)
{
    uint8_t id = interrupt_id(s);

    trace_dw_apb_uart_irq(DEVICE(s)->canonical_path, id);
    qemu_set_irq(s->irq, id != IIR_NONE);
}

static bool rts(const DWAPBUARTState *s)
{
    return (s->mcr & MCR_RTS) && !(auto_flow(s) && s->rts_held);
}

static uint8_t modem_inputs(const DWAPBUARTState *s)
{
    if (loopback(s)) {
        return (s->mcr & MCR_DTR ? MSR_DSR : 0) | (rts(s) ? MSR_CTS : 0) |
               (s->mcr & MCR_OUT1 ? MSR_RI : 0) |
               (s->mcr & MCR_OUT2 ? MSR_DCD : 0);
    }

    return MSR_DSR | MSR_DCD | (s->cts ? MSR_CTS : 0);
}

static void update_modem(DWAPBUARTState *s)
{
    uint8_t inputs = modem_inputs(s);
    uint8_t changed = (inputs ^ s->msr) & ~MSR_DELTAS;

    /* RI counts when it goes away */
    if (inputs & MSR_RI) {
        changed &= ~MSR_RI;
    }
    s->msr = inputs | (s->msr & MSR_DELTAS) | changed >> 4;
    /* In loopback the pins are inactive [D] */
    qemu_set_irq(s->rts, !loopback(s) && rts(s));
    qemu_set_irq(s->dtr, !loopback(s) && (s->mcr & MCR_DTR));
}

/* Auto RTS: held back from the trigger level until the FIFO is empty [D] */
static void update_flow(DWAPBUARTState *s)
{
    if (s->rx.num >= rx_trigger(s)) {
        s->rts_held = true;
    } else if (!s->rx.num) {
        s->rts_held = false;
    }
    update_modem(s);
}

/* ------------------------------------------------------------------ */

static void restart_timeout(DWAPBUARTState *s, int64_t now)
{
    bool runs = fifos_enabled(s) && s->rx.num && has_baud_clock(s);

    s->timeout_at = runs ? now + 4 * char_ns(s) : NEVER;
}

static void receive(DWAPBUARTState *s, uint16_t entry, int64_t now)
{
    uint8_t data_bits = 5 + extract32(s->lcr, 0, 2);

    entry &= ENTRY(LSR_CHAR_ERRORS, MAKE_64BIT_MASK(0, data_bits));
    if (s->inject_overrun) {
        s->inject_overrun--;
        s->overrun_error = true;
        return;
    }
    if (s->inject_parity) {
        s->inject_parity--;
        entry |= ENTRY(LSR_PE, 0);
    }
    if (s->inject_framing) {
        s->inject_framing--;
        entry |= ENTRY(LSR_FE, 0);
    }

    if (queue_full(&s->rx, depth(s))) {
        trace_dw_apb_uart_overrun(DEVICE(s)->canonical_path);
        s->overrun_error = true;
        /* The holding register has the new character, a FIFO the old ones */
        if (fifos_enabled(s)) {
            return;
        }
        queue_clear(&s->rx);
    }
    queue_put(&s->rx, entry);
    restart_timeout(s, now);
    update_flow(s);
}

static bool may_send(const DWAPBUARTState *s)
{
    return s->tx.num && has_baud_clock(s) && !(s->halt & HALT_HALT_TX) &&
           !(auto_flow(s) && !(modem_inputs(s) & MSR_CTS));
}

static void start_tx(DWAPBUARTState *s, int64_t now)
{
    if (s->tx_done != NEVER || !may_send(s)) {
        return;
    }

    s->tsr = ENTRY_CHAR(queue_get(&s->tx));
    s->tx_done = now + char_ns(s);
    if (s->tx.num == tx_threshold(s)) {
        s->thre_pending = true;
    }
}

static gboolean chardev_writable(void *do_not_use, GIOCondition cond,
                                 void *opaque);

/* The chardev may have no room; the line stands still until it has */
static bool put_on_line(DWAPBUARTState *s)
{
    uint8_t c = garble(s, s->tsr);

    if (s->lcr & LCR_BC) {
        /* The line is low, nobody hears it */
        return true;
    }
    if (qemu_chr_fe_write(&s->chr, &c, 1) == 1 ||
        !qemu_chr_fe_backend_connected(&s->chr)) {
        return true;
    }
    s->watch_tag = qemu_chr_fe_add_watch(&s->chr, G_IO_OUT | G_IO_HUP,
                                         chardev_writable, s);

    return !s->watch_tag;
}

/* Returns whether the character is out */
static bool end_tx(DWAPBUARTState *s)
{
    int64_t now = s->tx_done;

    if (!loopback(s) && !put_on_line(s)) {
        return false;
    }
    s->tx_done = NEVER;
    if (loopback(s)) {
        receive(s, s->lcr & LCR_BC ? ENTRY_BREAK : s->tsr, now);
    }

    return true;
}

static bool line_waits(const DWAPBUARTState *s)
{
    return (s->rts_cts && !rts(s)) ||
           (!s->overrun && has_baud_clock(s) && !loopback(s) &&
            queue_full(&s->rx, depth(s)));
}

static bool receiver_hears(const DWAPBUARTState *s)
{
    return has_baud_clock(s) && !loopback(s);
}

static void start_rx(DWAPBUARTState *s, int64_t now)
{
    if (s->rx_done != NEVER || !s->line.num || line_waits(s)) {
        return;
    }

    s->rsr = queue_get(&s->line);
    s->rx_heard = receiver_hears(s);
    s->rx_done = now + s->line_char_ns;
    if (!s->line.num || s->line.num == DW_APB_UART_FIFO_DEPTH / 2) {
        qemu_chr_fe_accept_input(&s->chr);
    }
}

static void end_rx(DWAPBUARTState *s)
{
    int64_t now = s->rx_done;

    s->rx_done = NEVER;
    if (s->rx_heard && receiver_hears(s)) {
        receive(s, rates_match(s) ? s->rsr
                                  : ENTRY(LSR_FE, garble(s, s->rsr)), now);
    } else {
        trace_dw_apb_uart_unheard(DEVICE(s)->canonical_path,
                                  ENTRY_CHAR(s->rsr));
    }
}

static void set_format(DWAPBUARTState *s, uint8_t lcr, uint16_t divisor)
{
    int break_enable = !!(lcr & LCR_BC);
    bool changed = (s->lcr ^ lcr) & LCR_BC;

    s->lcr = lcr;
    s->divisor = divisor;
    if (has_baud_clock(s) && !s->line_baud) {
        s->line_char_ns = char_ns(s);
    }
    trace_dw_apb_uart_format(DEVICE(s)->canonical_path, lcr, divisor,
                             s->line_char_ns);
    if (!changed) {
        return;
    }
    if (!loopback(s)) {
        qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_SET_BREAK, &break_enable);
    } else if (break_enable) {
        receive(s, ENTRY_BREAK, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    }
}

static void end_update(DWAPBUARTState *s)
{
    s->update_at = NEVER;
    s->halt &= ~HALT_LCRUP;
    set_format(s, s->forced_lcr, s->forced_divisor);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == NEVER ? b : b == NEVER ? a : MIN(a, b);
}

static int64_t next_event(const DWAPBUARTState *s)
{
    /* Held by the chardev, it is late already */
    int64_t tx_done = s->watch_tag ? NEVER : s->tx_done;

    return earlier(earlier(tx_done, s->rx_done),
                   earlier(s->timeout_at, s->update_at));
}

/* Everything that happens up to @now, in its order */
static void catch_up(DWAPBUARTState *s, int64_t now)
{
    int64_t next;

    while ((next = next_event(s)) != NEVER && next <= now) {
        if (next == s->tx_done && !s->watch_tag) {
            if (!end_tx(s)) {
                continue;
            }
            if (s->update_at == next) {
                end_update(s);
            }
            start_tx(s, next);
        } else if (next == s->rx_done) {
            end_rx(s);
            start_rx(s, next);
        } else if (next == s->update_at) {
            end_update(s);
        } else {
            s->timeout_at = NEVER;
            s->timeout_pending = true;
        }
    }
}

/* When sending raises an interrupt, or is through */
static int64_t tx_wakeup(const DWAPBUARTState *s)
{
    unsigned more = s->tx.num;

    if (s->watch_tag || s->tx_done == NEVER || loopback(s)) {
        return s->watch_tag ? NEVER : s->tx_done;
    }
    if (more > tx_threshold(s)) {
        more -= tx_threshold(s) + 1;
    }

    return s->tx_done + more * char_ns(s);
}

/* How many characters from now on raise no interrupt and leave the line some */
static unsigned rx_quiet(const DWAPBUARTState *s)
{
    unsigned half = DW_APB_UART_FIFO_DEPTH / 2;
    unsigned more = s->line.num > half ? s->line.num - half - 1 :
                    s->line.num ? s->line.num - 1 : 0;

    if (!rates_match(s) || s->inject_parity || s->inject_framing ||
        s->inject_overrun || ENTRY_FLAGS(s->rsr)) {
        return 0;
    }
    if (s->rx.num < rx_trigger(s)) {
        more = MIN(more, rx_trigger(s) - s->rx.num - 1);
    }
    if (s->ier & IER_ELSI) {
        more = MIN(more, depth(s) - s->rx.num);
    }
    for (unsigned i = 0; i < more; i++) {
        if (ENTRY_FLAGS(s->line.entry[(s->line.head + i) %
                                      DW_APB_UART_FIFO_DEPTH])) {
            return i + 1;
        }
    }

    return more;
}

static int64_t rx_wakeup(const DWAPBUARTState *s)
{
    return s->rx_done == NEVER ? NEVER :
           s->rx_done + rx_quiet(s) * s->line_char_ns;
}

/*
 * When something happens that nobody asks for. Between that and the next event
 * there may be many characters, which wait until then or for the next access.
 */
static int64_t next_wakeup(const DWAPBUARTState *s)
{
    /* The character that comes begins it again */
    bool restarts = s->rx_done != NEVER && s->rx_heard &&
                    s->rx_done <= s->timeout_at && rates_match(s);

    return earlier(earlier(tx_wakeup(s), rx_wakeup(s)),
                   earlier(restarts ? NEVER : s->timeout_at, s->update_at));
}

/* After anything has changed: what can begin begins, who waits is told. */
static void go_on(DWAPBUARTState *s)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    int64_t next;

    start_tx(s, now);
    start_rx(s, now);
    update_irq(s);
    next = next_event(s);
    if (next == NEVER) {
        timer_del(s->timer);
        return;
    }
    next = MAX(next, MIN(next_wakeup(s), now + LATE_NS));
    /* Too early does no harm; set at each access it would wake the main loop */
    if (!timer_pending(s->timer) || timer_expire_time_ns(s->timer) > next) {
        timer_mod(s->timer, next);
    }
}

static void dw_apb_uart_tick(void *opaque)
{
    DWAPBUARTState *s = opaque;

    catch_up(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    go_on(s);
}

static gboolean chardev_writable(void *do_not_use, GIOCondition cond,
                                 void *opaque)
{
    DWAPBUARTState *s = opaque;

    s->watch_tag = 0;
    /* The line has stood still */
    if (s->tx_done != NEVER) {
        s->tx_done = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    }
    dw_apb_uart_tick(s);

    return G_SOURCE_REMOVE;
}

/* ------------------------------------------------------------------ */

static bool forced(const DWAPBUARTState *s)
{
    return s->halt & HALT_FORCECFG;
}

static bool dlab(const DWAPBUARTState *s)
{
    return (forced(s) ? s->forced_lcr : s->lcr) & LCR_DLAB;
}

static void write_divisor(DWAPBUARTState *s, unsigned shift, uint8_t value)
{
    if (forced(s)) {
        s->forced_divisor = deposit32(s->forced_divisor, shift, 8, value);
    } else if (busy(s)) {
        trace_dw_apb_uart_refused(DEVICE(s)->canonical_path, "the divisor",
                                  value);
    } else {
        set_format(s, s->lcr, deposit32(s->divisor, shift, 8, value));
    }
}

static void write_lcr(DWAPBUARTState *s, uint8_t value)
{
    if (forced(s)) {
        s->forced_lcr = value;
    } else if (busy(s)) {
        trace_dw_apb_uart_refused(DEVICE(s)->canonical_path, "LCR", value);
        s->busy_detect = true;
    } else {
        set_format(s, value, s->divisor);
    }
}

static void write_thr(DWAPBUARTState *s, uint8_t value)
{
    if (queue_full(&s->tx, depth(s))) {
        /* So software measures the FIFO */
        trace_dw_apb_uart_full(DEVICE(s)->canonical_path, value);
        return;
    }
    queue_put(&s->tx, value);
    if (s->tx.num > tx_threshold(s)) {
        s->thre_pending = false;
    }
}

static void write_ier(DWAPBUARTState *s, uint8_t value)
{
    uint8_t set = value & ~s->ier;

    s->ier = value & IER_MASK;
    if ((set & IER_ETBEI) && s->tx.num <= tx_threshold(s)) {
        s->thre_pending = true;
    }
}

static void write_fcr(DWAPBUARTState *s, uint8_t value, int64_t now)
{
    if ((value ^ s->fcr) & FCR_FIFOE) {
        value |= FCR_RFIFOR | FCR_XFIFOR;
    }
    s->fcr = value & FCR_KEPT;
    if (value & FCR_RFIFOR) {
        queue_clear(&s->rx);
        s->timeout_pending = false;
        restart_timeout(s, now);
        update_flow(s);
    }
    if (value & FCR_XFIFOR) {
        queue_clear(&s->tx);
        s->thre_pending = true;
    }
}

static void write_mcr(DWAPBUARTState *s, uint8_t value)
{
    s->mcr = value & MCR_MASK;
    if (value & MCR_SIRE) {
        qemu_log_mask(LOG_UNIMP, "%s: MCR.SIRE: infrared is not implemented\n",
                      DEVICE(s)->canonical_path);
    }
    update_flow(s);
}

static void write_halt(DWAPBUARTState *s, uint8_t value, int64_t now)
{
    if (!forced(s)) {
        s->forced_lcr = s->lcr;
        s->forced_divisor = s->divisor;
    }
    s->halt = value & HALT_MASK;
    if (!forced(s)) {
        s->halt &= ~HALT_LCRUP;
        s->update_at = NEVER;
    } else if ((s->halt & HALT_LCRUP) && s->update_at == NEVER) {
        s->update_at = s->tx_done == NEVER ? now : s->tx_done;
    }
}

static void dw_apb_uart_write(void *opaque, hwaddr offset, uint64_t value,
                              unsigned size)
{
    DWAPBUARTState *s = opaque;
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    trace_dw_apb_uart_write(DEVICE(s)->canonical_path, offset, value);
    catch_up(s, now);

    switch (offset) {
    case UART_RBR_THR_DLL:
        if (dlab(s)) {
            write_divisor(s, 0, value);
        } else {
            write_thr(s, value);
        }
        break;
    case UART_IER_DLH:
        if (dlab(s)) {
            write_divisor(s, 8, value);
        } else {
            write_ier(s, value);
        }
        break;
    case UART_IIR_FCR:
        write_fcr(s, value, now);
        break;
    case UART_LCR:
        write_lcr(s, value);
        break;
    case UART_MCR:
        write_mcr(s, value);
        break;
    case UART_SCR:
        s->scr = value;
        break;
    case UART_HALT:
        write_halt(s, value, now);
        break;
    case UART_LSR:
    case UART_MSR:
    case UART_USR:
    case UART_TFL:
    case UART_RFL:
        /* Read-only */
    case UART_RE_EN:
    case UART_DLF:
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no register at offset 0x%03"
                      HWADDR_PRIx " to write\n", DEVICE(s)->canonical_path,
                      offset);
    }
    go_on(s);
}

static uint8_t read_rbr(DWAPBUARTState *s, int64_t now)
{
    uint8_t value;

    if (!s->rx.num) {
        return 0;
    }
    value = ENTRY_CHAR(queue_get(&s->rx));
    s->timeout_pending = false;
    restart_timeout(s, now);
    update_flow(s);

    return value;
}

static uint8_t read_iir(DWAPBUARTState *s)
{
    uint8_t id = interrupt_id(s);

    if (id == IIR_THR_EMPTY) {
        s->thre_pending = false;
    }

    return id | (fifos_enabled(s) ? IIR_FIFOS_ENABLED : 0);
}

static uint8_t read_lsr(DWAPBUARTState *s)
{
    uint8_t value = lsr(s);

    s->overrun_error = false;
    if (s->rx.num) {
        s->rx.entry[s->rx.head] = ENTRY_CHAR(s->rx.entry[s->rx.head]);
    }

    return value;
}

static uint8_t read_msr(DWAPBUARTState *s)
{
    uint8_t value = s->msr;

    s->msr &= ~MSR_DELTAS;

    return value;
}

static uint8_t read_usr(DWAPBUARTState *s)
{
    s->busy_detect = false;

    return usr(s);
}

static uint8_t read_register(DWAPBUARTState *s, hwaddr offset, int64_t now)
{
    switch (offset) {
    case UART_RBR_THR_DLL:
        return dlab(s) ? (forced(s) ? s->forced_divisor : s->divisor)
                       : read_rbr(s, now);
    case UART_IER_DLH:
        return dlab(s) ? (forced(s) ? s->forced_divisor : s->divisor) >> 8
                       : s->ier;
    case UART_IIR_FCR:
        return read_iir(s);
    case UART_LCR:
        return forced(s) ? s->forced_lcr : s->lcr;
    case UART_MCR:
        return s->mcr;
    case UART_LSR:
        return read_lsr(s);
    case UART_MSR:
        return read_msr(s);
    case UART_SCR:
        return s->scr;
    case UART_USR:
        return read_usr(s);
    case UART_TFL:
        return s->tx.num;
    case UART_RFL:
        return s->rx.num;
    case UART_HALT:
        return s->halt;
    case UART_RE_EN:
    case UART_DLF:
    case UART_CPR:
    case UART_UCV:
        return 0;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no register at offset 0x%03"
                      HWADDR_PRIx " to read\n", DEVICE(s)->canonical_path,
                      offset);
        return 0;
    }
}

static uint64_t dw_apb_uart_read(void *opaque, hwaddr offset, unsigned size)
{
    DWAPBUARTState *s = opaque;
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    uint8_t value;

    catch_up(s, now);
    value = read_register(s, offset, now);
    trace_dw_apb_uart_read(DEVICE(s)->canonical_path, offset, value);
    go_on(s);

    return value;
}

static const MemoryRegionOps dw_apb_uart_ops = {
    .read = dw_apb_uart_read,
    .write = dw_apb_uart_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 1,
        .max_access_size = 4,
    },
    .impl = {
        .min_access_size = 1,
        .max_access_size = 4,
    },
};

/* ------------------------------------------------------------------ */

static int dw_apb_uart_can_receive(void *opaque)
{
    DWAPBUARTState *s = opaque;

    return DW_APB_UART_FIFO_DEPTH - s->line.num;
}

static void dw_apb_uart_receive(void *opaque, const uint8_t *buf, int size)
{
    DWAPBUARTState *s = opaque;

    catch_up(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    for (int i = 0; i < size; i++) {
        queue_put(&s->line, buf[i]);
    }
    go_on(s);
}

static void dw_apb_uart_event(void *opaque, QEMUChrEvent event)
{
    DWAPBUARTState *s = opaque;

    if (event != CHR_EVENT_BREAK ||
        queue_full(&s->line, DW_APB_UART_FIFO_DEPTH)) {
        return;
    }
    catch_up(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    queue_put(&s->line, ENTRY_BREAK);
    go_on(s);
}

static void dw_apb_uart_set_cts(void *opaque, int n, int level)
{
    DWAPBUARTState *s = opaque;

    catch_up(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    s->cts = level;
    update_modem(s);
    go_on(s);
}

/* A character that is cut off is lost */
static void dw_apb_uart_clock_update(void *opaque, ClockEvent event)
{
    DWAPBUARTState *s = opaque;

    if (!clock_is_enabled(s->clk)) {
        s->tx_done = NEVER;
        s->timeout_at = NEVER;
        s->rx_heard = false;
    } else if (s->divisor && !s->line_baud) {
        s->line_char_ns = char_ns(s);
    }
    go_on(s);
}

static void dw_apb_uart_reset_enter(Object *obj, ResetType type)
{
    DWAPBUARTState *s = DW_APB_UART(obj);

    s->ier = 0;
    s->fcr = 0;
    s->lcr = 0;
    s->mcr = 0;
    s->scr = 0;
    s->halt = 0;
    s->divisor = 0;
    s->overrun_error = false;
    s->thre_pending = true;
    s->timeout_pending = false;
    s->busy_detect = false;
    s->rts_held = false;
    queue_clear(&s->tx);
    queue_clear(&s->rx);
    s->rx_heard = false;
    s->tx_done = NEVER;
    s->timeout_at = NEVER;
    s->update_at = NEVER;
    s->msr = modem_inputs(s);
}

/*
 * What the other end sends goes on; it is not heard. Of the machine's reset,
 * unlike that of the block, nothing is left.
 */
static void dw_apb_uart_reset_hold(Object *obj, ResetType type)
{
    DWAPBUARTState *s = DW_APB_UART(obj);

    if (resettable_is_in_reset(obj)) {
        s->rx_done = NEVER;
        s->line_char_ns = s->line_baud ?
            10 * NANOSECONDS_PER_SECOND / s->line_baud : LINE_CHAR_NS;
        if (s->linux_boot && s->boot_divisor) {
            s->divisor = s->boot_divisor;
            s->lcr = 0x03;
            s->fcr = FCR_FIFOE;
            s->mcr = MCR_DTR | MCR_RTS;
        }
    }
    go_on(s);
}

static void dw_apb_uart_linux_init(ARMLinuxBootIf *obj, bool secure_boot)
{
    DW_APB_UART(obj)->linux_boot = true;
}

static void dw_apb_uart_init(Object *obj)
{
    DWAPBUARTState *s = DW_APB_UART(obj);
    DeviceState *dev = DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &dw_apb_uart_ops, s,
                          TYPE_DW_APB_UART, DW_APB_UART_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    qdev_init_gpio_in_named(dev, dw_apb_uart_set_cts, DW_APB_UART_CTS, 1);
    qdev_init_gpio_out_named(dev, &s->rts, DW_APB_UART_RTS, 1);
    qdev_init_gpio_out_named(dev, &s->dtr, DW_APB_UART_DTR, 1);
    s->clk = qdev_init_clock_in(dev, "clk", dw_apb_uart_clock_update, s,
                                ClockUpdate);
    /* Somebody listens, unless a line says otherwise */
    s->cts = true;

    object_property_add_uint32_ptr(obj, "inject-parity", &s->inject_parity,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "inject-framing", &s->inject_framing,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "inject-overrun", &s->inject_overrun,
                                   OBJ_PROP_FLAG_READWRITE);
}

static void dw_apb_uart_realize(DeviceState *dev, Error **errp)
{
    DWAPBUARTState *s = DW_APB_UART(dev);

    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, dw_apb_uart_tick, s);
    s->tx_done = NEVER;
    s->rx_done = NEVER;
    s->timeout_at = NEVER;
    s->update_at = NEVER;
    qemu_chr_fe_set_handlers(&s->chr, dw_apb_uart_can_receive,
                             dw_apb_uart_receive, dw_apb_uart_event, NULL, s,
                             NULL, true);
}

static void dw_apb_uart_unrealize(DeviceState *dev)
{
    DWAPBUARTState *s = DW_APB_UART(dev);

    qemu_chr_fe_deinit(&s->chr, false);
    timer_free(s->timer);
}

static int dw_apb_uart_post_load(void *opaque, int version_id)
{
    DWAPBUARTState *s = opaque;

    if (s->tx.head >= DW_APB_UART_FIFO_DEPTH ||
        s->rx.head >= DW_APB_UART_FIFO_DEPTH ||
        s->line.head >= DW_APB_UART_FIFO_DEPTH ||
        s->tx.num > DW_APB_UART_FIFO_DEPTH ||
        s->rx.num > DW_APB_UART_FIFO_DEPTH ||
        s->line.num > DW_APB_UART_FIFO_DEPTH) {
        return -EINVAL;
    }
    if (next_event(s) != NEVER) {
        /* Which finds out what is due */
        timer_mod(s->timer, next_event(s));
    }

    return 0;
}

static const VMStateDescription dw_apb_uart_queue_vmstate = {
    .name = TYPE_DW_APB_UART "-queue",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16_ARRAY(entry, DWAPBUARTQueue, DW_APB_UART_FIFO_DEPTH),
        VMSTATE_UINT32(head, DWAPBUARTQueue),
        VMSTATE_UINT32(num, DWAPBUARTQueue),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription dw_apb_uart_vmstate = {
    .name = TYPE_DW_APB_UART,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = dw_apb_uart_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_CLOCK(clk, DWAPBUARTState),
        VMSTATE_UINT8(ier, DWAPBUARTState),
        VMSTATE_UINT8(fcr, DWAPBUARTState),
        VMSTATE_UINT8(lcr, DWAPBUARTState),
        VMSTATE_UINT8(mcr, DWAPBUARTState),
        VMSTATE_UINT8(msr, DWAPBUARTState),
        VMSTATE_UINT8(scr, DWAPBUARTState),
        VMSTATE_UINT8(halt, DWAPBUARTState),
        VMSTATE_UINT16(divisor, DWAPBUARTState),
        VMSTATE_UINT8(forced_lcr, DWAPBUARTState),
        VMSTATE_UINT16(forced_divisor, DWAPBUARTState),
        VMSTATE_BOOL(overrun_error, DWAPBUARTState),
        VMSTATE_BOOL(thre_pending, DWAPBUARTState),
        VMSTATE_BOOL(timeout_pending, DWAPBUARTState),
        VMSTATE_BOOL(busy_detect, DWAPBUARTState),
        VMSTATE_BOOL(rts_held, DWAPBUARTState),
        VMSTATE_BOOL(cts, DWAPBUARTState),
        VMSTATE_STRUCT(tx, DWAPBUARTState, 1, dw_apb_uart_queue_vmstate,
                       DWAPBUARTQueue),
        VMSTATE_STRUCT(rx, DWAPBUARTState, 1, dw_apb_uart_queue_vmstate,
                       DWAPBUARTQueue),
        VMSTATE_STRUCT(line, DWAPBUARTState, 1, dw_apb_uart_queue_vmstate,
                       DWAPBUARTQueue),
        VMSTATE_UINT8(tsr, DWAPBUARTState),
        VMSTATE_UINT16(rsr, DWAPBUARTState),
        VMSTATE_BOOL(rx_heard, DWAPBUARTState),
        VMSTATE_INT64(tx_done, DWAPBUARTState),
        VMSTATE_INT64(rx_done, DWAPBUARTState),
        VMSTATE_INT64(timeout_at, DWAPBUARTState),
        VMSTATE_INT64(update_at, DWAPBUARTState),
        VMSTATE_INT64(line_char_ns, DWAPBUARTState),
        VMSTATE_UINT32(inject_parity, DWAPBUARTState),
        VMSTATE_UINT32(inject_framing, DWAPBUARTState),
        VMSTATE_UINT32(inject_overrun, DWAPBUARTState),
        VMSTATE_END_OF_LIST()
    }
};

/* What the other end heeds may change while the machine runs */
static bool dw_apb_uart_get_overrun(Object *obj, Error **errp)
{
    return DW_APB_UART(obj)->overrun;
}

static void dw_apb_uart_set_overrun(Object *obj, bool value, Error **errp)
{
    DW_APB_UART(obj)->overrun = value;
}

static bool dw_apb_uart_get_rts_cts(Object *obj, Error **errp)
{
    return DW_APB_UART(obj)->rts_cts;
}

static void dw_apb_uart_set_rts_cts(Object *obj, bool value, Error **errp)
{
    DW_APB_UART(obj)->rts_cts = value;
}

static const Property dw_apb_uart_properties[] = {
    DEFINE_PROP_CHR("chardev", DWAPBUARTState, chr),
    /* Of the other end, which otherwise follows */
    DEFINE_PROP_UINT32("line-baud", DWAPBUARTState, line_baud, 0),
    /* What the boot loader has set when the machine starts a kernel itself */
    DEFINE_PROP_UINT16("boot-divisor", DWAPBUARTState, boot_divisor, 0),
};

static void dw_apb_uart_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    ARMLinuxBootIfClass *albifc = ARM_LINUX_BOOT_IF_CLASS(klass);

    rc->phases.enter = dw_apb_uart_reset_enter;
    rc->phases.hold = dw_apb_uart_reset_hold;
    albifc->arm_linux_init = dw_apb_uart_linux_init;
    dc->realize = dw_apb_uart_realize;
    dc->unrealize = dw_apb_uart_unrealize;
    dc->vmsd = &dw_apb_uart_vmstate;
    dc->desc = "Synopsys DesignWare APB UART";
    device_class_set_props(dc, dw_apb_uart_properties);
    object_class_property_add_bool(klass, "overrun", dw_apb_uart_get_overrun,
                                   dw_apb_uart_set_overrun);
    object_class_property_set_description(klass, "overrun",
        "The other end does not wait when the receive FIFO is full");
    object_class_property_add_bool(klass, "rts-cts", dw_apb_uart_get_rts_cts,
                                   dw_apb_uart_set_rts_cts);
    object_class_property_set_description(klass, "rts-cts",
        "The other end waits while RTS is not asserted");
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static const TypeInfo dw_apb_uart_types[] = {
    {
        .name = TYPE_DW_APB_UART,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(DWAPBUARTState),
        .instance_init = dw_apb_uart_init,
        .class_init = dw_apb_uart_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_ARM_LINUX_BOOT_IF },
            { },
        },
    },
};

DEFINE_TYPES(dw_apb_uart_types)
