// SPDX-License-Identifier: GPL-2.0
/*
 * Allwinner A31 (sun6i) UART: new line settings while it sends and receives; FIFOs in bursts
 *
 * A DesignWare UART refuses LCR and the divisor while a character is on the line or in a FIFO, and
 * raises an interrupt that IER does not mask. The way round is to make it idle, which costs
 * whatever is in the FIFOs and on the line. The A31's has a register for it, HALT:
 *
 *   HALT = FORCECFG          LCR, DLL and DLH now go to a second set, with a DLAB of its own,
 *   LCR  = new | DLAB        and the port goes on with the first
 *   DLL, DLH = divisor
 *   LCR  = new
 *   HALT = FORCECFG | LCRUP  the second set is applied when the character on the line is through
 *   until LCRUP reads 0
 *   HALT = 0
 *
 * Nothing in the FIFOs or on the line is touched. The order is that of Allwinner's kernel for the
 * A31; there is no manual of this register. Where LCRUP does not clear in the time of one
 * character, the port is reconfigured like any other of its kind until it is opened again.
 */
#include <linux/array_size.h>
#include <linux/clk.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/irq.h>
#include <linux/jiffies.h>
#include <linux/kfifo.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/serial_8250.h>
#include <linux/serial_core.h>
#include <linux/serial_reg.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <linux/tty.h>
#include <linux/tty_flip.h>
#include <linux/tty_port.h>

#include "8250_sun6i.h"

/* Both ends may be half a bit apart in the ten of a character, 5 %; less than a third is ours. */
#define SUN6I_UART_TOLERANCE_PERMILLE	15

/* What a boot loader may have left: nobody uses less than 9600 baud, and 12 bits, for a console. */
#define SUN6I_UART_FIRST_FRAME_NS	(12 * (NSEC_PER_SEC / 9600))

/* Interrupts in a second from which nothing came; new settings raise one at most. */
#define SUN6I_UART_IDLE_IRQS		1000

/* State of a port. */
struct sun6i_uart {
	/* How a port without HALT sets its divisor, NULL: as an 8250 */
	void (*set_divisor)(struct uart_port *p, unsigned int baud, unsigned int quot,
			    unsigned int quot_frac);
	int (*handle_irq)(struct uart_port *p);
	unsigned long idle_since;	/* jiffies: something came, or a second began */
	unsigned int idle_irqs;		/* since then, without an event */
	unsigned int events;		/* until then */
	unsigned int frame_time;	/* ns that a character takes at the present settings */
	unsigned int quot;		/* divisor, 0: as the boot loader left it */
	unsigned int refused;		/* last rate that was refused */
	bool no_halt;			/* LCRUP did not clear */
	bool told;			/* and it was said */
	bool storm_told;
};

static struct sun6i_uart *to_sun6i_uart(struct uart_port *p)
{
	struct dw8250_port_data *pd = p->private_data;

	return pd->sun6i;
}

static void sun6i_uart_writel(struct uart_port *p, int reg, u32 value)
{
	dw8250_writel_ext(p, reg << p->regshift, value);
}

/*
 * Fill and apply the second set of registers; the port's lock is held or the port not yet in use.
 * What the set holds before is not known, so all of it is written.
 */
static bool sun6i_uart_update(struct uart_port *p, u8 lcr, unsigned int quot)
{
	struct sun6i_uart *u = to_sun6i_uart(p);
	unsigned int frame = max(u->frame_time, p->frame_time);
	u32 halt;
	int err;

	dw8250_writel_ext(p, SUN6I_UART_HALT, SUN6I_UART_HALT_FORCECFG);
	sun6i_uart_writel(p, UART_LCR, lcr | UART_LCR_DLAB);
	sun6i_uart_writel(p, UART_DLL, quot & 0xff);
	sun6i_uart_writel(p, UART_DLM, quot >> 8);
	sun6i_uart_writel(p, UART_LCR, lcr);
	dw8250_writel_ext(p, SUN6I_UART_HALT, SUN6I_UART_HALT_FORCECFG | SUN6I_UART_HALT_LCRUP);
	/* An eighth more: the other end's rate and ours may differ. */
	err = readl_poll_timeout_atomic(p->membase + SUN6I_UART_HALT, halt,
					!(halt & SUN6I_UART_HALT_LCRUP), 1,
					DIV_ROUND_UP(frame + frame / 8, NSEC_PER_USEC));
	dw8250_writel_ext(p, SUN6I_UART_HALT, 0);
	if (err)
		u->no_halt = true;

	return !err;
}

/**
 * sun6i_uart_set_lcr - write LCR without disturbing the port
 * @p: port that sun6i_uart_setup() has set up; its lock is held or it is not in use
 * @lcr: value
 *
 * Return: whether LCR has the value; false where the caller has to write it.
 */
bool sun6i_uart_set_lcr(struct uart_port *p, u8 lcr)
{
	struct sun6i_uart *u = to_sun6i_uart(p);
	u32 now = dw8250_readl_ext(p, UART_LCR << p->regshift);

	/* A write that changes nothing would be refused and raise the interrupt all the same. */
	if (now == lcr)
		return true;

	/* With DLAB it begins or ends a sequence that the second set does not know. */
	if (u->no_halt || !u->quot || (lcr | now) & UART_LCR_DLAB)
		return false;

	return sun6i_uart_update(p, lcr, u->quot);
}
EXPORT_SYMBOL_GPL(sun6i_uart_set_lcr);

static void sun6i_uart_set_divisor(struct uart_port *p, unsigned int baud, unsigned int quot,
				   unsigned int quot_frac)
{
	struct sun6i_uart *u = to_sun6i_uart(p);

	u->quot = quot;
	if (!u->no_halt && sun6i_uart_update(p, up_to_u8250p(p)->lcr, quot))
		; /* Nothing was lost. */
	else if (u->set_divisor)
		u->set_divisor(p, baud, quot, quot_frac);
	else
		serial8250_do_set_divisor(p, baud, quot);

	if (p->frame_time)
		u->frame_time = p->frame_time;
}

/* Said when no lock is held that the console on this port takes */
static void sun6i_uart_report(struct uart_port *p)
{
	struct sun6i_uart *u = to_sun6i_uart(p);

	if (!u->no_halt || u->told)
		return;

	u->told = true;
	dev_warn(p->dev, "%s: HALT does not complete, new settings may cost characters\n",
		 p->name);
}

/* The rate next to @baud that a divisor gives; @baud is not 0. */
static unsigned int sun6i_uart_nearest(unsigned int clk, unsigned int baud)
{
	unsigned int quot = clamp(DIV_ROUND_CLOSEST(clk / 16, baud), 1U, UART_DIV_MAX);

	return DIV_ROUND_CLOSEST(clk / 16, quot);
}

static bool sun6i_uart_reaches(unsigned int clk, unsigned int baud)
{
	u64 error = abs_diff(sun6i_uart_nearest(clk, baud), baud);

	return error * 1000 <= (u64)baud * SUN6I_UART_TOLERANCE_PERMILLE;
}

/*
 * The rate of the parent clock is shared with the other ports and the I2C controllers and stays
 * as it is. A rate too far from all it can be divided to would only give garbage, and is refused:
 * the port keeps the rate it had, or takes the nearest.
 */
static void sun6i_uart_set_termios(struct uart_port *p, struct ktermios *termios,
				   const struct ktermios *old)
{
	struct sun6i_uart *u = to_sun6i_uart(p);
	unsigned int asked = tty_termios_baud_rate(termios);
	unsigned int baud;

	if (asked && !sun6i_uart_reaches(p->uartclk, asked)) {
		baud = old ? tty_termios_baud_rate(old) : 0;
		if (!baud || !sun6i_uart_reaches(p->uartclk, baud))
			baud = sun6i_uart_nearest(p->uartclk, asked);
		if (u->refused != asked)
			dev_warn_ratelimited(p->dev, "%s: %u Hz gives no %u baud, using %u\n",
					     p->name, p->uartclk, asked, baud);
		u->refused = asked;
		tty_termios_encode_baud_rate(termios, baud, baud);
	}

	dw8250_do_set_termios(p, termios, old);
	sun6i_uart_report(p);
}

static unsigned int sun6i_uart_events(const struct uart_port *p)
{
	const struct uart_icount *c = &p->icount;

	return c->rx + c->tx + c->brk + c->overrun + c->cts + c->dsr + c->rng + c->dcd;
}

/*
 * Busy detect is not masked by IER: where USR does not end it, the CPU would never come back.
 * Without its interrupt the port is of no use; whoever has it open is told by a hangup, and may
 * open it again.
 */
static void sun6i_uart_storm(struct uart_port *p)
{
	struct sun6i_uart *u = to_sun6i_uart(p);

	disable_irq_nosync(p->irq);
	if (!u->storm_told)
		dev_err(p->dev, "%s: interrupt without end, shut down until it is opened again\n",
			p->name);
	u->storm_told = true;
	tty_port_tty_hangup(&p->state->port, false);
}

/*
 * Whether what is in the receive FIFO may be taken without a look at each character: there is no
 * error in it (LSR[7] speaks of all of them), no break before them asked for SysRq, and they are
 * wanted. @lsr was read after their number. Where it is not so, the 8250's way is as good.
 */
static bool sun6i_uart_plain(struct uart_8250_port *up, u16 lsr)
{
	struct uart_port *p = &up->port;
	struct irq_data *d = irq_get_irq_data(p->irq);

	return !(lsr & (UART_LSR_FIFOE | UART_LSR_BRK_ERROR_BITS)) && !p->sysrq &&
	       p->read_status_mask & UART_LSR_DR &&
	       !(p->ignore_status_mask & UART_LSR_DR) && !(d && irqd_is_wakeup_set(d));
}

static void sun6i_uart_receive(struct uart_port *p, unsigned int count)
{
	struct tty_port *tport = &p->state->port;
	u8 chars[SUN6I_UART_FIFO_SIZE];

	count = min(count, SUN6I_UART_FIFO_SIZE);
	for (unsigned int i = 0; i < count; i++)
		chars[i] = readl_relaxed(p->membase + (UART_RX << SUN6I_UART_REG_SHIFT));

	p->icount.rx += count;
	p->icount.buf_overrun += count - tty_insert_flip_string(tport, chars, count);
	tty_flip_buffer_push(tport);
}

/* The transmit FIFO is empty. */
static void sun6i_uart_send(struct uart_port *p)
{
	struct uart_8250_port *up = up_to_u8250p(p);
	u8 chars[SUN6I_UART_FIFO_SIZE];
	unsigned int count = 0, left;

	if (!p->x_char && !uart_tx_stopped(p))
		count = uart_fifo_out(p, chars, min(up->tx_loadsz, SUN6I_UART_FIFO_SIZE));
	for (unsigned int i = 0; i < count; i++)
		writel(chars[i], p->membase + (UART_TX << SUN6I_UART_REG_SHIFT));

	left = kfifo_len(&p->state->port.xmit_fifo);
	if (count && left < WAKEUP_CHARS)
		uart_write_wakeup(p);

	/* The rest: XON and XOFF, and that the interrupt is not wanted any more */
	if (!count || !left)
		serial8250_tx_chars(up);
}

/* Move all that can be at once, instead of asking LSR for each character; whether there was any */
static bool sun6i_uart_burst(struct uart_port *p)
{
	struct uart_8250_port *up = up_to_u8250p(p);
	bool receive = false, send = false, error;
	unsigned int count;
	unsigned long flags;
	u16 lsr;

	uart_port_lock_irqsave(p, &flags);
	count = dw8250_readl_ext(p, SUN6I_UART_RFL);
	lsr = serial_lsr_in(up);
	error = lsr & UART_LSR_BRK_ERROR_BITS && up->ier & UART_IER_RLSI;
	/* RS485 may not listen while it sends, and then has to throw away what came. */
	if (!error && up->ier & UART_IER_RDI) {
		receive = count && sun6i_uart_plain(up, lsr);
		send = lsr & UART_LSR_THRE && up->ier & UART_IER_THRI;
	}
	if (receive)
		sun6i_uart_receive(p, count);
	if (send)
		sun6i_uart_send(p);
	uart_port_unlock_irqrestore(p, flags);

	/* The read of LSR has ended this interrupt: IIR knows no more of it. */
	return error ? serial8250_handle_irq(p, UART_IIR_RLSI) : receive || send;
}

static int sun6i_uart_handle_irq(struct uart_port *p)
{
	struct sun6i_uart *u = to_sun6i_uart(p);
	int handled = sun6i_uart_burst(p) || u->handle_irq(p);
	unsigned int events = sun6i_uart_events(p);

	if (events != u->events || time_after(jiffies, u->idle_since + HZ)) {
		u->events = events;
		u->idle_since = jiffies;
		u->idle_irqs = 0;
	} else if (p->irq && ++u->idle_irqs == SUN6I_UART_IDLE_IRQS) {
		sun6i_uart_storm(p);
	}

	return handled;
}

static int sun6i_uart_startup(struct uart_port *p)
{
	struct sun6i_uart *u = to_sun6i_uart(p);
	int err;

	/* It may have been the other end that held up a character for long. */
	u->no_halt = false;
	u->idle_irqs = 0;

	/*
	 * If a boot loader wrote LCR while a key came in, the interrupt of the refused write is
	 * still asserted, and would come before the port is set up. Nothing but a read of USR
	 * ends it.
	 */
	dw8250_readl_ext(p, SUN6I_UART_USR);
	err = serial8250_do_startup(p);
	sun6i_uart_report(p);

	return err;
}

/*
 * The type of the port is given and nobody looks whether it is there: in reset it would take what
 * is written, send nothing, and hold up each close for half a minute.
 */
static bool sun6i_uart_answers(struct uart_port *p)
{
	static const u8 patterns[] = { 0x55, 0xaa };

	for (unsigned int i = 0; i < ARRAY_SIZE(patterns); i++) {
		sun6i_uart_writel(p, UART_SCR, patterns[i]);
		if (dw8250_readl_ext(p, UART_SCR << p->regshift) != patterns[i])
			return false;
	}

	return true;
}

/**
 * sun6i_uart_setup - make a DesignWare port one of the A31
 * @up: port that is to be registered; 8250_dw's and dwlib's part of it is set up
 * @clk: the clock it divides, NULL if there is none in the device tree
 *
 * Return: 0, or an error if the device tree describes it wrongly, it does not answer, there is no
 * memory, or the clock cannot be held at its rate.
 */
int sun6i_uart_setup(struct uart_8250_port *up, struct clk *clk)
{
	struct uart_port *p = &up->port;
	struct dw8250_port_data *pd = p->private_data;
	struct sun6i_uart *u;
	int err;

	if (p->iotype != UPIO_MEM32)
		return dev_err_probe(p->dev, -EINVAL, "reg-io-width is not 4\n");
	if (!p->handle_irq)
		return dev_err_probe(p->dev, -EINVAL, "it is not snps,uart-16550-compatible\n");
	if (p->regshift != SUN6I_UART_REG_SHIFT)
		return dev_err_probe(p->dev, -EINVAL, "reg-shift is %u, not %u\n", p->regshift,
				     SUN6I_UART_REG_SHIFT);
	if (!sun6i_uart_answers(p))
		return dev_err_probe(p->dev, -ENODEV,
				     "no answer, are its resets and clocks in the device tree?\n");

	/* Nobody recomputes the divisor if apb2 changes; then apb2 has to stay. */
	err = devm_clk_rate_exclusive_get(p->dev, clk);
	if (err)
		return dev_err_probe(p->dev, err, "failed to hold the rate of the clock\n");

	u = devm_kzalloc(p->dev, sizeof(*u), GFP_KERNEL);
	if (!u)
		return -ENOMEM;

	u->set_divisor = p->set_divisor;
	u->handle_irq = p->handle_irq;
	u->frame_time = SUN6I_UART_FIRST_FRAME_NS;
	pd->sun6i = u;

	p->set_divisor = sun6i_uart_set_divisor;
	p->set_termios = sun6i_uart_set_termios;
	p->startup = sun6i_uart_startup;
	p->handle_irq = sun6i_uart_handle_irq;

	return 0;
}
EXPORT_SYMBOL_GPL(sun6i_uart_setup);

MODULE_DESCRIPTION("Allwinner A31 UART reconfiguration");
MODULE_LICENSE("GPL");
