// SPDX-License-Identifier: GPL-2.0-only
/*
 * DesignWare APB UART KUnit suite: the ports that nobody uses, judged against
 * the databook (Synopsys DesignWare DW_apb_uart Databook) by internal loopback.
 *
 *                     +--------------------------------------+
 *   THR -> TX FIFO -> | transmitter --+        MCR: DTR RTS  |--x  pins: held
 *                     |     MCR.LOOP  |             |   |    |     inactive
 *   RBR <- RX FIFO <- | receiver <----+        MSR: DSR CTS  |--x
 *                     +--------------------------------------+
 *          IIR --- interrupt --- SPI --- request_irq()
 *
 * A port is nobody's if its node is disabled, so that no driver ever comes for
 * it, and its reset is asserted, so that neither firmware nor an early console
 * talks through it. Each case takes the port out of reset, gives it back in
 * reset with its clock off, and proves both. What the block does is judged on
 * the first such port; what an instance has of its own (registers, clock, reset,
 * line to the interrupt controller) on each.
 *
 * Two ways to look, kept apart: polled, with the interrupt not requested, where
 * IIR alone is judged; and live, where a handler counts what arrives.
 *
 * HALT, and whether the parameter register exists, are the implementation's:
 * dw8250_variants[] says what is known of which SoC. Elsewhere all cases skip.
 */

#include <kunit/test.h>

#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/reset.h>
#include <linux/serial_reg.h>

/* Registers of a 16550 are words here: reg-shift = <2>, reg-io-width = <4> */
#define DW_REG(uart)			((uart) << 2)
#define DW_RBR				DW_REG(UART_RX)
#define DW_THR				DW_REG(UART_TX)
#define DW_DLL				DW_REG(UART_DLL)
#define DW_DLH				DW_REG(UART_DLM)
#define DW_IER				DW_REG(UART_IER)
#define DW_IIR				DW_REG(UART_IIR)
#define DW_FCR				DW_REG(UART_FCR)
#define DW_LCR				DW_REG(UART_LCR)
#define DW_MCR				DW_REG(UART_MCR)
#define DW_LSR				DW_REG(UART_LSR)
#define DW_MSR				DW_REG(UART_MSR)
#define DW_SCR				DW_REG(UART_SCR)
/* Beyond the 16550: the databook, and Allwinner's header for HALT */
#define DW_USR				0x7c
#define DW_USR_BUSY			BIT(0)
#define DW_USR_TFNF			BIT(1)
#define DW_USR_TFE			BIT(2)
#define DW_USR_RFNE			BIT(3)
#define DW_USR_RFF			BIT(4)
#define DW_TFL				0x80
#define DW_RFL				0x84
#define DW_HALT				0xa4
#define DW_HALT_TX			BIT(0)
#define DW_HALT_FORCECFG		BIT(1)
#define DW_HALT_LCRUP			BIT(2)
#define DW_CPR				0xf4
/* Programmable THRE interrupt mode */
#define DW_IER_PTIME			BIT(7)

#define DW_IIR_ID			GENMASK(3, 0)
#define DW_LSR_ERRORS			(UART_LSR_FIFOE | UART_LSR_BRK_ERROR_BITS)

#define DW_8N1				UART_LCR_WLEN8
#define DW_FORMATS			0x40	/* LCR below the break and divisor bits */

/* A broken UART must not hang the kernel, a slow emulator is not broken. */
#define DW_WAIT_US			(500 * USEC_PER_MSEC)
/*
 * Once that many have been in vain, the UART is broken and not slow: the cases
 * that are left would make it minutes.
 */
#define DW_LONG_WAITS			8
#define DW_SHORT_WAIT_US		(10 * USEC_PER_MSEC)
/* Thirty characters at the highest rate: what must not come would have come. */
#define DW_SETTLE_US			200
/* More interrupts than any case causes: they do not stop by themselves. */
#define DW_STORM			256
#define DW_MAX_PORTS			8
#define DW_MAX_FIFO			64

/**
 * struct dw8250_variant - what is known of a SoC's UARTs and not in the databook
 * @soc: the device tree's root has it
 * @fifo: depth of both FIFOs
 * @cpr: component parameter register
 */
struct dw8250_variant {
	const char *soc;
	unsigned int fifo;
	u32 cpr;
};

/* Allwinner's header has HALT and the 64 characters; CPR has been read as 0. */
static const struct dw8250_variant dw8250_variants[] = {
	{ "allwinner,sun6i-a31", 64, 0 },
	{ "allwinner,sun6i-a31s", 64, 0 },
};

/* What reset leaves, in the databook's words */
static const struct {
	const char *name;
	unsigned int reg;
	u32 reset;
} dw_registers[] = {
	{ "IER", DW_IER, 0 },
	{ "IIR", DW_IIR, UART_IIR_NO_INT },
	{ "LCR", DW_LCR, 0 },
	{ "MCR", DW_MCR, 0 },
	{ "LSR", DW_LSR, UART_LSR_TEMT | UART_LSR_THRE },
	{ "SCR", DW_SCR, 0 },
	{ "USR", DW_USR, DW_USR_TFNF | DW_USR_TFE },
	{ "TFL", DW_TFL, 0 },
	{ "RFL", DW_RFL, 0 },
	{ "HALT", DW_HALT, 0 },
};

/**
 * struct dw_port - one UART under test
 * @test: the case
 * @np: its device tree node
 * @name: how verdicts call it
 * @variant: what is expected of it
 * @base: its registers
 * @res: where they are
 * @clk: its only clock
 * @rate: of @clk, in Hz
 * @rst: its reset
 * @irq: Linux's number of its interrupt, once it is requested
 * @found: registers as they were when the port came out of reset
 * @divisor: likewise
 * @count: interrupts handled, by IIR[3:0]
 * @total: interrupts handled
 * @lsr: what the handler read from LSR, added up
 * @msr: likewise
 * @usr: likewise
 * @tfl: TFL when the last interrupt came
 * @at: when it came
 * @nr_rx: characters the handler read
 * @rx: what they were
 */
struct dw_port {
	struct kunit *test;
	struct device_node *np;
	const char *name;
	const struct dw8250_variant *variant;
	void __iomem *base;
	struct resource res;
	struct clk *clk;
	unsigned long rate;
	struct reset_control *rst;
	unsigned int irq;
	u32 found[ARRAY_SIZE(dw_registers)];
	u32 divisor;
	atomic_t count[DW_IIR_ID + 1];
	unsigned int total;
	u32 lsr;
	u32 msr;
	u32 usr;
	u32 tfl;
	u64 at;
	unsigned int nr_rx;
	u8 rx[DW_MAX_FIFO];
};

static struct {
	const struct dw8250_variant *variant;
	struct device_node *np[DW_MAX_PORTS];
	unsigned int nr;
	/* Why there is no port, if there is none */
	const char *none;
} dw8250;

/* Waits of this run of the suite that ended without what they waited for */
static unsigned int dw_waits_lost;

/* ------------------------------------------------------------------ */

static void dw_fail(struct dw_port *p, bool abort, struct va_format *vaf)
{
	if (abort)
		KUNIT_FAIL_AND_ABORT(p->test, "%s: %pV", p->name, vaf);
	KUNIT_FAIL(p->test, "%s: %pV", p->name, vaf);
}

/* Judge and go on: what is not so, in the databook's words. */
static __printf(3, 4) void dw_expect_ok(struct dw_port *p, bool ok, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	if (ok)
		return;
	va_start(args, fmt);
	vaf.va = &args;
	dw_fail(p, false, &vaf);
	va_end(args);
}

/* The same for a value */
static __printf(4, 5) void dw_expect(struct dw_port *p, u32 got, u32 want, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	dw_expect_ok(p, got == want, "%pV: expected %#x, came %#x", &vaf, want, got);
	va_end(args);
}

/* Judge, and end the case if the rest of it makes no sense. */
static __printf(3, 4) void dw_assert(struct dw_port *p, bool ok, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	if (ok)
		return;
	va_start(args, fmt);
	vaf.va = &args;
	dw_fail(p, true, &vaf);
	va_end(args);
}

static u32 dw_read(struct dw_port *p, unsigned int reg)
{
	return readl(p->base + reg);
}

static void dw_write(struct dw_port *p, unsigned int reg, u32 val)
{
	writel(val, p->base + reg);
}

static u32 dw_iir(struct dw_port *p)
{
	return dw_read(p, DW_IIR) & DW_IIR_ID;
}

static u64 dw_wait_us(void)
{
	return dw_waits_lost < DW_LONG_WAITS ? DW_WAIT_US : DW_SHORT_WAIT_US;
}

/* Only for registers that reading does not change */
static bool dw_wait(struct dw_port *p, unsigned int reg, u32 mask, u32 want)
{
	u32 val;

	if (!read_poll_timeout(dw_read, val, (val & mask) == want, 10, dw_wait_us(), false,
			       p, reg))
		return true;
	dw_waits_lost++;
	return false;
}

static void dw_settle(void)
{
	usleep_range(DW_SETTLE_US, 2 * DW_SETTLE_US);
}

/* ------------------------------------------------------------------ */

static void dw_free_np(void *np)
{
	of_node_put(np);
}

static void dw_put_reset(void *rst)
{
	reset_control_put(rst);
}

static void dw_put_clock(void *clk)
{
	clk_put(clk);
}

static void dw_clock_off(void *clk)
{
	clk_disable_unprepare(clk);
}

static void dw_assert_reset(void *rst)
{
	reset_control_assert(rst);
}

static void dw_unmap(void *data)
{
	struct dw_port *p = data;

	iounmap(p->base);
	release_mem_region(p->res.start, resource_size(&p->res));
}

static void dw_prove_given_back(void *data)
{
	struct dw_port *p = data;

	dw_expect_ok(p, reset_control_status(p->rst) > 0, "the case left its reset deasserted");
	dw_expect_ok(p, !__clk_is_enabled(p->clk), "the case left its clock on");
}

static void dw_pulse_reset(struct dw_port *p)
{
	reset_control_assert(p->rst);
	usleep_range(10, 20);
	reset_control_deassert(p->rst);
	usleep_range(10, 20);
}

/* While the port is idle; leaves the divisor latch closed. */
static u32 dw_divisor(struct dw_port *p)
{
	u32 lcr = dw_read(p, DW_LCR), div;

	dw_write(p, DW_LCR, lcr | UART_LCR_DLAB);
	div = dw_read(p, DW_DLH) << 8 | dw_read(p, DW_DLL);
	dw_write(p, DW_LCR, lcr);
	return div;
}

static void dw_prove_registers(void *data)
{
	struct dw_port *p = data;
	int i;

	dw_pulse_reset(p);
	for (i = 0; i < ARRAY_SIZE(dw_registers); i++)
		dw_expect(p, dw_read(p, dw_registers[i].reg), p->found[i],
			  "the case did not leave %s as it found it", dw_registers[i].name);
	dw_expect(p, dw_divisor(p), p->divisor,
		  "the case did not leave the divisor as it found it");
}

static void dw_defer(struct dw_port *p, void (*action)(void *data), void *data)
{
	KUNIT_ASSERT_EQ(p->test, kunit_add_action_or_reset(p->test, action, data), 0);
}

/* Clock and reset, both given back at the end of the case */
static void dw_power(struct dw_port *p)
{
	p->rst = of_reset_control_get_exclusive(p->np, NULL);
	dw_assert(p, !IS_ERR(p->rst), "cannot get its reset: error %pe", p->rst);
	dw_defer(p, dw_put_reset, p->rst);
	p->clk = of_clk_get(p->np, 0);
	dw_assert(p, !IS_ERR(p->clk), "cannot get its clock: error %pe", p->clk);
	dw_defer(p, dw_put_clock, p->clk);
	dw_defer(p, dw_prove_given_back, p);
	dw_assert(p, !clk_prepare_enable(p->clk), "cannot enable its clock");
	dw_defer(p, dw_clock_off, p->clk);
	p->rate = clk_get_rate(p->clk);
	dw_assert(p, p->rate > 0, "its clock has no rate");
	dw_assert(p, !reset_control_deassert(p->rst), "cannot deassert its reset");
	dw_defer(p, dw_assert_reset, p->rst);
	usleep_range(10, 20);
}

/* The n-th port, out of reset */
static struct dw_port *dw_open(struct kunit *test, unsigned int n)
{
	struct dw_port *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->test = test;
	p->np = of_node_get(dw8250.np[n]);
	dw_defer(p, dw_free_np, p->np);
	p->name = kbasename(p->np->full_name);
	p->variant = dw8250.variant;
	dw_power(p);
	dw_assert(p, !of_address_to_resource(p->np, 0, &p->res), "has no registers");
	p->base = of_io_request_and_map(p->np, 0, "dw8250_kunit");
	dw_assert(p, !IS_ERR(p->base), "cannot map its registers: error %pe", p->base);
	dw_defer(p, dw_unmap, p);
	for (i = 0; i < ARRAY_SIZE(dw_registers); i++)
		p->found[i] = dw_read(p, dw_registers[i].reg);
	p->divisor = dw_divisor(p);
	dw_defer(p, dw_prove_registers, p);
	return p;
}

/* ------------------------------------------------------------------ */

/* While the port is idle */
static void dw_set_lcr(struct dw_port *p, u32 lcr)
{
	dw_write(p, DW_LCR, lcr);
	dw_assert(p, dw_read(p, DW_LCR) == lcr,
		  "LCR written %#x while idle reads %#x, USR %#x", lcr, dw_read(p, DW_LCR),
		  dw_read(p, DW_USR));
}

static void dw_set_format(struct dw_port *p, u32 lcr, u32 div)
{
	dw_set_lcr(p, lcr | UART_LCR_DLAB);
	dw_write(p, DW_DLL, div & 0xff);
	dw_write(p, DW_DLH, div >> 8);
	dw_set_lcr(p, lcr);
}

/* The n-th port in loopback, as fast as it can, both FIFOs empty */
static struct dw_port *dw_open_looped(struct kunit *test, unsigned int n, u32 fcr)
{
	struct dw_port *p = dw_open(test, n);

	dw_write(p, DW_MCR, UART_MCR_LOOP);
	dw_set_format(p, DW_8N1, 1);
	dw_write(p, DW_FCR,
		 UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT | fcr);
	/* Entering loopback may change the modem inputs. */
	dw_read(p, DW_MSR);
	dw_read(p, DW_LSR);
	return p;
}

static struct dw_port *dw_looped(struct kunit *test)
{
	return dw_open_looped(test, 0, 0);
}

/* What the i-th character is: each of 256 is another one */
static u8 dw_char(unsigned int i)
{
	return 0x55 + 37 * i;
}

/* Characters FROM to FROM + NR, which the FIFO has room for */
static void dw_send(struct dw_port *p, unsigned int from, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		dw_write(p, DW_THR, dw_char(from + i));
}

static u8 dw_mask(u32 lcr)
{
	return GENMASK(4 + (lcr & UART_LCR_WLEN8), 0);
}

/* Read those characters, which are there. */
static void dw_take(struct dw_port *p, unsigned int from, unsigned int nr, u8 mask,
		    const char *what)
{
	unsigned int i;
	u32 lsr, c;

	for (i = 0; i < nr; i++) {
		lsr = dw_read(p, DW_LSR) & DW_LSR_ERRORS;
		c = dw_read(p, DW_RBR);
		dw_assert(p, c == (dw_char(from + i) & mask),
			  "%s: character %u of %u: expected %#x, came %#x", what, i, nr,
			  dw_char(from + i) & mask, c);
		dw_assert(p, !lsr, "%s: character %u of %u came with error bits %#x in LSR",
			  what, i, nr, lsr);
	}
}

static void dw_await(struct dw_port *p, unsigned int nr, const char *what)
{
	dw_assert(p, dw_wait(p, DW_RFL, ~0, nr),
		  "%s: %u characters must be in the receive FIFO, RFL %u, TFL %u", what, nr,
		  dw_read(p, DW_RFL), dw_read(p, DW_TFL));
}

static void dw_receive(struct dw_port *p, unsigned int from, unsigned int nr, u8 mask,
		       const char *what)
{
	dw_await(p, nr, what);
	dw_take(p, from, nr, mask, what);
}

/* There and back */
static void dw_exchange(struct dw_port *p, unsigned int nr, u32 lcr, const char *what)
{
	dw_send(p, 0, nr);
	dw_receive(p, 0, nr, dw_mask(lcr), what);
}

/* In half bits, as five bits with two stop bits have one and a half of them */
static u64 dw_char_ns(struct dw_port *p, u32 lcr, u32 div)
{
	unsigned int word = 5 + (lcr & UART_LCR_WLEN8);
	unsigned int halves = 2 * (1 + word) + (lcr & UART_LCR_PARITY ? 2 : 0);

	if (lcr & UART_LCR_STOP)
		halves += word == 5 ? 3 : 4;
	else
		halves += 2;
	return div_u64((u64)halves * 8 * div * NSEC_PER_SEC, p->rate);
}

static const char *dw_format_name(u32 lcr, char name[4])
{
	/* LCR[5:3]: stick, even, enable */
	static const char parity[] = "NONENMNS";

	name[0] = '5' + (lcr & UART_LCR_WLEN8);
	name[1] = parity[lcr >> 3 & 7];
	name[2] = lcr & UART_LCR_STOP ? '2' : '1';
	name[3] = 0;
	return name;
}

/* ------------------------------------------------------------------ */

static void dw_handle(struct dw_port *p, u32 id)
{
	unsigned int i;

	switch (id) {
	case UART_IIR_RLSI:
		p->lsr |= dw_read(p, DW_LSR);
		break;
	case UART_IIR_RDI:
	case UART_IIR_RX_TIMEOUT:
		for (i = dw_read(p, DW_RFL); i && p->nr_rx < ARRAY_SIZE(p->rx); i--)
			p->rx[p->nr_rx++] = dw_read(p, DW_RBR);
		break;
	case UART_IIR_MSI:
		p->msr |= dw_read(p, DW_MSR);
		break;
	case UART_IIR_BUSY:
		p->usr |= dw_read(p, DW_USR);
		break;
	}
}

static irqreturn_t dw_handler(int irq, void *data)
{
	struct dw_port *p = data;
	u32 id = dw_iir(p);

	p->at = ktime_get_mono_fast_ns();
	p->tfl = dw_read(p, DW_TFL);
	dw_handle(p, id);
	if (++p->total == DW_STORM)
		disable_irq_nosync(irq);
	/* Pairs with the acquire in dw_times(). */
	atomic_inc_return_release(&p->count[id]);
	return IRQ_HANDLED;
}

static int dw_times(struct dw_port *p, u32 id)
{
	/* Pairs with the release in dw_handler(). */
	return atomic_read_acquire(&p->count[id]);
}

static void dw_unmap_irq(void *data)
{
	struct dw_port *p = data;

	irq_dispose_mapping(p->irq);
}

static void dw_free_irq(void *data)
{
	struct dw_port *p = data;

	dw_write(p, DW_IER, 0);
	free_irq(p->irq, p);
}

/* From here on what the port signals is handled. */
static void dw_go_live(struct dw_port *p)
{
	int err;

	p->irq = irq_of_parse_and_map(p->np, 0);
	dw_assert(p, p->irq > 0, "its interrupt cannot be mapped");
	dw_defer(p, dw_unmap_irq, p);
	err = request_irq(p->irq, dw_handler, 0, "dw8250_kunit", p);
	dw_assert(p, !err, "its interrupt cannot be requested: error %d", err);
	dw_defer(p, dw_free_irq, p);
}

/* An interrupt with that IIR has come that often in all, and no other one. */
static void dw_expect_irq(struct dw_port *p, u32 id, int want, const char *what)
{
	int got;
	u32 i;

	if (read_poll_timeout(dw_times, got, got >= want, 10, dw_wait_us(), false, p, id))
		dw_waits_lost++;
	dw_settle();
	for (i = 0; i <= DW_IIR_ID; i++)
		dw_expect(p, dw_times(p, i), i == id ? want : 0,
			  "%s: interrupts at its SPI with IIR[3:0] = %#x", what, i);
}

/* ------------------------------------------------------------------ */

static void uart_reset_gives_reset_values(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	int i;

	dw_send(p, 0, 3);
	dw_await(p, 3, "before the reset");
	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, 5);
	dw_write(p, DW_IER, UART_IER_RDI | UART_IER_THRI | UART_IER_RLSI | UART_IER_MSI);
	dw_write(p, DW_SCR, 0xa5);
	dw_pulse_reset(p);
	for (i = 0; i < ARRAY_SIZE(dw_registers); i++)
		dw_expect(p, dw_read(p, dw_registers[i].reg), dw_registers[i].reset,
			  "%s after a reset", dw_registers[i].name);
	dw_expect(p, dw_divisor(p), 0, "divisor after a reset");
}

static void uart_component_parameters(struct kunit *test)
{
	struct dw_port *p = dw_open(test, 0);

	dw_expect(p, dw_read(p, DW_CPR), p->variant->cpr, "CPR");
}

static void uart_scratch_register(struct kunit *test)
{
	struct dw_port *p = dw_open(test, 0);
	u32 val;

	for (val = 0; val < 0x100; val++) {
		dw_write(p, DW_SCR, val);
		dw_assert(p, dw_read(p, DW_SCR) == val, "SCR written %#x reads %#x", val,
			  dw_read(p, DW_SCR));
	}
}

static void uart_divisor_latch(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	u32 bit;

	for (bit = 0; bit < 16; bit++) {
		dw_set_format(p, DW_8N1, BIT(bit));
		dw_expect(p, dw_divisor(p), BIT(bit), "DLH and DLL written %#lx", BIT(bit));
	}
	dw_expect(p, dw_read(p, DW_IER), 0, "IER, which shares its address with DLH");
}

static void uart_iir_shows_fifo_enable(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_expect(p, dw_read(p, DW_IIR) & UART_IIR_FIFO_ENABLED, UART_IIR_FIFO_ENABLED,
		  "IIR.FIFOSE with FCR.FIFOE set");
	dw_write(p, DW_FCR, 0);
	dw_expect(p, dw_read(p, DW_IIR) & UART_IIR_FIFO_ENABLED, 0,
		  "IIR.FIFOSE with FCR.FIFOE clear");
}

/* ------------------------------------------------------------------ */

static void uart_transmit_fifo_depth(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	unsigned int i, depth = p->variant->fifo;

	dw_write(p, DW_HALT, DW_HALT_TX);
	for (i = 0; i < depth; i++) {
		dw_expect(p, dw_read(p, DW_TFL), i, "TFL after %u characters, transmitter halted",
			  i);
		dw_expect(p, dw_read(p, DW_USR) & DW_USR_TFNF, DW_USR_TFNF,
			  "USR.TFNF with room for %u characters", depth - i);
		dw_send(p, i, 1);
	}
	dw_expect(p, dw_read(p, DW_TFL), depth, "TFL when full");
	dw_expect(p, dw_read(p, DW_USR) & (DW_USR_TFNF | DW_USR_TFE), 0,
		  "USR.TFNF and USR.TFE when full");
	/* One more is lost, and nothing else with it. */
	dw_send(p, depth, 1);
	dw_expect(p, dw_read(p, DW_TFL), depth, "TFL after one character too many");
	dw_write(p, DW_HALT, 0);
	dw_receive(p, 0, depth, 0xff, "full transmit FIFO");
}

static void uart_receive_fifo_depth(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	unsigned int i, depth = p->variant->fifo;

	for (i = 0; i < depth; i++) {
		dw_expect(p, dw_read(p, DW_USR) & DW_USR_RFF, 0, "USR.RFF with %u characters", i);
		dw_send(p, i, 1);
		dw_await(p, i + 1, "receive FIFO");
	}
	dw_expect(p, dw_read(p, DW_USR) & (DW_USR_RFF | DW_USR_RFNE), DW_USR_RFF | DW_USR_RFNE,
		  "USR.RFF and USR.RFNE when full");
	dw_expect(p, dw_read(p, DW_LSR) & (UART_LSR_OE | UART_LSR_DR), UART_LSR_DR,
		  "LSR.OE and LSR.DR when full");
	dw_take(p, 0, depth, 0xff, "full receive FIFO");
	dw_expect(p, dw_read(p, DW_RFL), 0, "RFL after all was read");
	dw_expect(p, dw_read(p, DW_USR) & (DW_USR_RFF | DW_USR_RFNE), 0,
		  "USR.RFF and USR.RFNE when empty");
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_DR, 0, "LSR.DR when empty");
}

/* One character more than the receive FIFO holds */
static void dw_overrun(struct dw_port *p)
{
	unsigned int depth = p->variant->fifo;

	dw_send(p, 0, depth);
	dw_await(p, depth, "before an overrun");
	dw_send(p, depth, 1);
	dw_assert(p, dw_wait(p, DW_TFL, ~0, 0), "TFL does not become 0");
	dw_settle();
}

static void uart_overrun_loses_the_newest(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	unsigned int depth = p->variant->fifo;

	dw_overrun(p);
	dw_expect(p, dw_read(p, DW_RFL), depth, "RFL after an overrun");
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_OE, UART_LSR_OE,
		  "LSR.OE after one character more than the FIFO holds");
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_OE, 0, "LSR.OE read again");
	dw_take(p, 0, depth, 0xff, "after an overrun");
	dw_expect(p, dw_read(p, DW_RFL), 0, "RFL after all was read");
}

static void uart_fifo_resets(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_send(p, 0, 3);
	dw_await(p, 3, "receive FIFO");
	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, 5);
	dw_write(p, DW_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR);
	dw_expect(p, dw_read(p, DW_RFL), 0, "RFL after FCR.RFIFOR");
	dw_expect(p, dw_read(p, DW_TFL), 5, "TFL after FCR.RFIFOR");
	dw_write(p, DW_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_XMIT);
	dw_expect(p, dw_read(p, DW_TFL), 0, "TFL after FCR.XFIFOR");
	dw_write(p, DW_HALT, 0);
	dw_settle();
	dw_expect(p, dw_read(p, DW_RFL), 0, "RFL after what FCR.XFIFOR took");
}

/* ------------------------------------------------------------------ */

/* FCR[7:6] */
static unsigned int dw_receive_trigger(struct dw_port *p, unsigned int rt)
{
	unsigned int depth = p->variant->fifo;
	unsigned int levels[] = { 1, depth / 4, depth / 2, depth - 2 };

	return levels[rt];
}

/* FCR[5:4] */
static unsigned int dw_empty_trigger(struct dw_port *p, unsigned int tet)
{
	unsigned int depth = p->variant->fifo;
	unsigned int levels[] = { 0, 2, depth / 4, depth / 2 };

	return levels[tet];
}

static void uart_irq_receive_data(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_go_live(p);
	dw_write(p, DW_IER, UART_IER_RDI);
	dw_send(p, 0, 1);
	dw_expect_irq(p, UART_IIR_RDI, 1, "received data available");
	dw_expect(p, p->nr_rx, 1, "characters read by the handler");
	dw_expect(p, p->rx[0], dw_char(0), "the character");
}

static void uart_receive_trigger_levels(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	unsigned int rt, level;

	/* Slow enough for a look before the character time-out */
	dw_set_format(p, DW_8N1, 13);
	dw_write(p, DW_IER, UART_IER_RDI);
	for (rt = 0; rt < 4; rt++) {
		level = dw_receive_trigger(p, rt);
		dw_write(p, DW_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | rt << 6);
		dw_send(p, 0, level - 1);
		dw_await(p, level - 1, "below the trigger");
		/* A character time-out is another interrupt, and may have come. */
		dw_expect_ok(p, dw_iir(p) != UART_IIR_RDI,
			     "FCR.RT %u: received data available with %u characters", rt,
			     level - 1);
		dw_send(p, level - 1, 1);
		dw_await(p, level, "at the trigger");
		dw_expect(p, dw_iir(p), UART_IIR_RDI, "FCR.RT %u: IIR[3:0] with %u characters",
			  rt, level);
		dw_take(p, 0, 1, 0xff, "at the trigger");
		dw_expect_ok(p, dw_iir(p) != UART_IIR_RDI,
			     "FCR.RT %u: received data available with %u characters again", rt,
			     level - 1);
	}
}

static void uart_irq_character_timeout(struct kunit *test)
{
	struct dw_port *p = dw_open_looped(test, 0, UART_FCR_R_TRIG_01);
	u32 div = DIV_ROUND_CLOSEST(p->rate, 16 * 57600);
	u64 from, took;

	dw_set_format(p, DW_8N1, div);
	dw_go_live(p);
	dw_write(p, DW_IER, UART_IER_RDI);
	/* One behind the other, whatever holds this CPU up meanwhile */
	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, 3);
	from = ktime_get_mono_fast_ns();
	dw_write(p, DW_HALT, 0);
	dw_expect_irq(p, UART_IIR_RX_TIMEOUT, 1, "3 characters, trigger 1/4");
	dw_expect(p, p->nr_rx, 3, "characters read by the handler");
	/* Three characters, then four character times without one; 16550s vary by one. */
	took = p->at - from;
	dw_expect_ok(p, took >= 6 * dw_char_ns(p, DW_8N1, div),
		     "character time-out after %llu ns, a character takes %llu ns", took,
		     dw_char_ns(p, DW_8N1, div));
}

static void uart_character_timeout_ends_with_the_data(struct kunit *test)
{
	struct dw_port *p = dw_open_looped(test, 0, UART_FCR_R_TRIG_01);

	dw_write(p, DW_IER, UART_IER_RDI);
	dw_send(p, 0, 3);
	dw_assert(p, dw_wait(p, DW_IIR, DW_IIR_ID, UART_IIR_RX_TIMEOUT),
		  "IIR[3:0] does not become the character time-out, is %#x", dw_iir(p));
	dw_expect(p, dw_iir(p), UART_IIR_RX_TIMEOUT, "IIR[3:0] read again");
	dw_receive(p, 0, 3, 0xff, "character time-out");
	dw_settle();
	dw_expect(p, dw_iir(p), UART_IIR_NO_INT, "IIR[3:0] after RBR was read");
}

static void uart_irq_transmitter_empty(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_go_live(p);
	dw_write(p, DW_IER, UART_IER_THRI);
	dw_expect_irq(p, UART_IIR_THRI, 1, "IER.ETBEI set while THR is empty");
	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, 4);
	dw_expect_irq(p, UART_IIR_THRI, 1, "4 characters waiting");
	dw_write(p, DW_HALT, 0);
	dw_expect_irq(p, UART_IIR_THRI, 2, "4 characters sent");
}

static void uart_transmitter_empty_ends_with_iir(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_write(p, DW_IER, UART_IER_THRI);
	dw_expect(p, dw_iir(p), UART_IIR_THRI, "IIR[3:0] with IER.ETBEI set, THR empty");
	dw_expect(p, dw_iir(p), UART_IIR_NO_INT, "IIR[3:0] read again");
}

static void uart_programmable_thre_levels(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	unsigned int tet, level;

	dw_write(p, DW_HALT, DW_HALT_TX);
	for (tet = 0; tet < 4; tet++) {
		level = dw_empty_trigger(p, tet);
		dw_write(p, DW_IER, 0);
		dw_write(p, DW_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_XMIT | tet << 4);
		dw_send(p, 0, level);
		dw_write(p, DW_IER, UART_IER_THRI | DW_IER_PTIME);
		dw_expect(p, dw_iir(p), UART_IIR_THRI,
			  "IER.PTIME, FCR.TET %u: IIR[3:0] with %u characters", tet, level);
		dw_write(p, DW_IER, 0);
		dw_send(p, level, 1);
		dw_write(p, DW_IER, UART_IER_THRI | DW_IER_PTIME);
		dw_expect(p, dw_iir(p), UART_IIR_NO_INT,
			  "IER.PTIME, FCR.TET %u: IIR[3:0] with %u characters", tet, level + 1);
	}
}

static void uart_irq_programmable_thre(struct kunit *test)
{
	struct dw_port *p = dw_open_looped(test, 0, UART_FCR_T_TRIG_11);
	unsigned int depth = p->variant->fifo;

	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, depth);
	dw_go_live(p);
	dw_write(p, DW_IER, UART_IER_THRI | DW_IER_PTIME);
	dw_expect_irq(p, UART_IIR_THRI, 0, "FIFO full, FCR.TET 1/2");
	dw_write(p, DW_HALT, 0);
	dw_expect_irq(p, UART_IIR_THRI, 1, "FIFO emptying, FCR.TET 1/2");
	dw_expect_ok(p, p->tfl <= depth / 2, "programmable THRE came with %u characters left",
		     p->tfl);
	dw_receive(p, 0, depth, 0xff, "programmable THRE");
}

static void uart_programmable_thre_makes_thre_mean_full(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	unsigned int depth = p->variant->fifo;

	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_write(p, DW_IER, DW_IER_PTIME);
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_THRE, 0, "IER.PTIME: LSR.THRE, FIFO empty");
	dw_send(p, 0, depth - 1);
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_THRE, 0, "IER.PTIME: LSR.THRE, room for one");
	dw_send(p, depth - 1, 1);
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_THRE, UART_LSR_THRE,
		  "IER.PTIME: LSR.THRE, FIFO full");
	dw_write(p, DW_IER, 0);
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_THRE, 0, "LSR.THRE, FIFO full");
}

static void uart_irq_line_status(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_go_live(p);
	dw_write(p, DW_IER, UART_IER_RLSI);
	dw_overrun(p);
	dw_expect_irq(p, UART_IIR_RLSI, 1, "receiver line status after an overrun");
	dw_expect(p, p->lsr & UART_LSR_OE, UART_LSR_OE, "LSR.OE in the handler");
}

static void uart_irq_modem_status(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_go_live(p);
	dw_write(p, DW_IER, UART_IER_MSI);
	dw_write(p, DW_MCR, UART_MCR_LOOP | UART_MCR_DTR);
	dw_expect_irq(p, UART_IIR_MSI, 1, "modem status after a change of DSR");
	dw_expect(p, p->msr & UART_MSR_DDSR, UART_MSR_DDSR, "MSR.DDSR in the handler");
	dw_write(p, DW_MCR, UART_MCR_LOOP);
	dw_expect_irq(p, UART_IIR_MSI, 2, "modem status after DSR changed back");
}

static void uart_interrupt_priority(struct kunit *test)
{
	static const struct {
		u32 id;
		u32 reg;
	} order[] = {
		{ UART_IIR_RLSI, DW_LSR },
		{ UART_IIR_RDI, DW_RBR },
		{ UART_IIR_THRI, DW_IIR },
		{ UART_IIR_MSI, DW_MSR },
		{ UART_IIR_BUSY, DW_USR },
		{ UART_IIR_NO_INT, DW_USR },
	};
	struct dw_port *p = dw_looped(test);
	int i;

	dw_overrun(p);
	dw_write(p, DW_MCR, UART_MCR_LOOP | UART_MCR_DTR);
	dw_write(p, DW_LCR, DW_8N1);
	dw_write(p, DW_IER, UART_IER_RDI | UART_IER_THRI | UART_IER_RLSI | UART_IER_MSI);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		dw_expect(p, dw_iir(p), order[i].id, "IIR[3:0], all five pending, %d ended", i);
		/* THRE has ended by that; the others end by reading what they are about. */
		if (order[i].reg == DW_RBR)
			dw_take(p, 0, p->variant->fifo, 0xff, "received data available");
		else if (order[i].reg != DW_IIR)
			dw_read(p, order[i].reg);
	}
}

static void uart_ier_masks(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_go_live(p);
	dw_overrun(p);
	dw_write(p, DW_MCR, UART_MCR_LOOP | UART_MCR_DTR);
	dw_expect_irq(p, UART_IIR_RDI, 0, "IER 0");
	dw_expect(p, dw_iir(p), UART_IIR_NO_INT, "IIR[3:0] with IER 0");
}

/* ------------------------------------------------------------------ */

static void uart_data_every_character(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	unsigned int i, chunk = p->variant->fifo / 2;

	for (i = 0; i < 256; i += chunk) {
		dw_send(p, i, chunk);
		dw_receive(p, i, chunk, 0xff, "8N1");
	}
}

static void uart_data_every_format(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	char name[4];
	u32 lcr;

	for (lcr = 0; lcr < DW_FORMATS; lcr++) {
		/* Even or stick parity without parity is no format. */
		if (!(lcr & UART_LCR_PARITY) && lcr & (UART_LCR_EPAR | UART_LCR_SPAR))
			continue;
		dw_set_lcr(p, lcr);
		dw_exchange(p, 32, lcr, dw_format_name(lcr, name));
	}
}

/* Some milliseconds at each rate that the clock gives within 1.5 % */
static void dw_exchange_at(struct dw_port *p, const u32 *rates, unsigned int nr_rates)
{
	unsigned int i;
	char name[16];
	u32 div, got;

	for (i = 0; i < nr_rates; i++) {
		div = DIV_ROUND_CLOSEST(p->rate, 16 * rates[i]);
		got = div ? p->rate / 16 / div : 0;
		if (abs_diff(got, rates[i]) > rates[i] * 3 / 200)
			continue;
		snprintf(name, sizeof(name), "%u baud", rates[i]);
		dw_set_format(p, DW_8N1, div);
		dw_exchange(p, clamp(rates[i] / 2400, 1U, p->variant->fifo), DW_8N1, name);
	}
}

static void uart_data_every_rate(struct kunit *test)
{
	static const u32 rates[] = {
		1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800,
		500000, 576000, 750000, 921600, 1000000, 1500000,
	};

	dw_exchange_at(dw_looped(test), rates, ARRAY_SIZE(rates));
}

static void uart_data_slow_rates(struct kunit *test)
{
	static const u32 rates[] = { 50, 75, 110, 134, 150, 200, 300, 600 };

	dw_exchange_at(dw_looped(test), rates, ARRAY_SIZE(rates));
}

/* What a full FIFO takes, looked at without a pause */
static u64 dw_duration(struct dw_port *p, u32 lcr)
{
	unsigned int depth = p->variant->fifo, rfl;
	u64 from, took;
	char name[4];

	from = ktime_get_mono_fast_ns();
	dw_send(p, 0, depth);
	if (read_poll_timeout(dw_read, rfl, rfl == depth, 0, dw_wait_us(), false, p, DW_RFL))
		dw_waits_lost++;
	took = ktime_get_mono_fast_ns() - from;
	dw_receive(p, 0, depth, dw_mask(lcr), dw_format_name(lcr, name));
	return took;
}

/*
 * Never faster than the bits allow, and not always twice as slow: an emulator may
 * be held up now and then.
 */
static void dw_expect_duration(struct dw_port *p, u32 lcr, u32 div)
{
	u64 want = p->variant->fifo * dw_char_ns(p, lcr, div), took;
	unsigned int tries = 10;
	char name[4];

	do {
		took = dw_duration(p, lcr);
	} while (took > 2 * want && --tries);
	dw_expect_ok(p, took >= want - want / 10 && took <= 2 * want,
		     "%s, divisor %u: %u characters took %llu us, not %llu us",
		     dw_format_name(lcr, name), div, p->variant->fifo,
		     div_u64(took, NSEC_PER_USEC), div_u64(want, NSEC_PER_USEC));
}

static void uart_character_time_follows_divisor(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	u32 div;

	for (div = 16; div <= 32; div *= 2) {
		dw_set_format(p, DW_8N1, div);
		dw_expect_duration(p, DW_8N1, div);
	}
}

static void uart_character_time_follows_format(struct kunit *test)
{
	/* 7, 10, 11, 12 bits */
	static const u32 formats[] = {
		UART_LCR_WLEN5, UART_LCR_WLEN8, UART_LCR_WLEN8 | UART_LCR_PARITY,
		UART_LCR_WLEN8 | UART_LCR_PARITY | UART_LCR_EPAR | UART_LCR_STOP,
	};
	struct dw_port *p = dw_looped(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		dw_set_format(p, formats[i], 16);
		dw_expect_duration(p, formats[i], 16);
	}
}

/* ------------------------------------------------------------------ */

static void uart_break_is_one_zero_character(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_set_lcr(p, DW_8N1 | UART_LCR_SBC);
	dw_await(p, 1, "LCR.BC in loopback");
	/* Longer than a character: still one break */
	dw_settle();
	dw_expect(p, dw_read(p, DW_RFL), 1, "RFL of a long break");
	dw_expect(p, dw_read(p, DW_LSR) & (UART_LSR_BI | UART_LSR_FE | UART_LSR_DR),
		  UART_LSR_BI | UART_LSR_FE | UART_LSR_DR, "LSR.BI, FE and DR of a break");
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_BI, 0, "LSR.BI read again");
	dw_expect(p, dw_read(p, DW_RBR), 0, "the character of a break");
	dw_settle();
	dw_expect(p, dw_read(p, DW_RFL), 0, "RFL of a break that was read");
	dw_set_lcr(p, DW_8N1);
	dw_settle();
	dw_exchange(p, 3, DW_8N1, "after a break");
}

static void uart_irq_break(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_go_live(p);
	dw_write(p, DW_IER, UART_IER_RLSI);
	dw_set_lcr(p, DW_8N1 | UART_LCR_SBC);
	dw_expect_irq(p, UART_IIR_RLSI, 1, "receiver line status of a break");
	dw_expect(p, p->lsr & UART_LSR_BI, UART_LSR_BI, "LSR.BI in the handler");
}

/* As Allwinner's driver does it, see HALT in its header */
static void dw_reconfigure(struct dw_port *p, u32 halt, u32 lcr, u32 div)
{
	dw_write(p, DW_HALT, halt | DW_HALT_FORCECFG);
	dw_write(p, DW_LCR, lcr | UART_LCR_DLAB);
	dw_write(p, DW_DLL, div & 0xff);
	dw_write(p, DW_DLH, div >> 8);
	dw_write(p, DW_LCR, lcr);
	dw_write(p, DW_HALT, halt | DW_HALT_FORCECFG | DW_HALT_LCRUP);
	dw_assert(p, dw_wait(p, DW_HALT, DW_HALT_LCRUP, 0), "HALT.LCRUP does not clear itself");
	dw_write(p, DW_HALT, halt);
}

static void uart_errors_show_at_the_top_of_the_fifo(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_send(p, 0, 2);
	dw_await(p, 2, "before a break");
	dw_reconfigure(p, 0, DW_8N1 | UART_LCR_SBC, 1);
	dw_await(p, 3, "break behind two characters");
	dw_expect(p, dw_read(p, DW_LSR) & (UART_LSR_BI | UART_LSR_FIFOE), UART_LSR_FIFOE,
		  "LSR.BI and LSR.RFE with a break behind two characters");
	dw_expect(p, dw_read(p, DW_RBR), dw_char(0), "the first character");
	dw_expect(p, dw_read(p, DW_LSR) & (UART_LSR_BI | UART_LSR_FIFOE), UART_LSR_FIFOE,
		  "LSR.BI and LSR.RFE with a break behind one character");
	dw_expect(p, dw_read(p, DW_RBR), dw_char(1), "the second character");
	dw_expect(p, dw_read(p, DW_LSR) & (UART_LSR_BI | UART_LSR_FIFOE),
		  UART_LSR_BI | UART_LSR_FIFOE, "LSR.BI and LSR.RFE with a break at the top");
	dw_expect(p, dw_read(p, DW_RBR), 0, "the character of a break");
	dw_expect(p, dw_read(p, DW_LSR) & DW_LSR_ERRORS, 0, "LSR's error bits, FIFO empty");
}

/* ------------------------------------------------------------------ */

/* The outputs of MCR and the inputs of MSR they are looped to */
static const struct {
	const char *name;
	u32 out;
	u32 in;
	u32 delta;
} dw_modem[] = {
	{ "DTR to DSR", UART_MCR_DTR, UART_MSR_DSR, UART_MSR_DDSR },
	{ "RTS to CTS", UART_MCR_RTS, UART_MSR_CTS, UART_MSR_DCTS },
	/* The trailing edge alone */
	{ "OUT1 to RI", UART_MCR_OUT1, UART_MSR_RI, 0 },
	{ "OUT2 to DCD", UART_MCR_OUT2, UART_MSR_DCD, UART_MSR_DDCD },
};

static void uart_modem_loopback(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(dw_modem); i++) {
		dw_write(p, DW_MCR, UART_MCR_LOOP | dw_modem[i].out);
		dw_expect(p, dw_read(p, DW_MSR) & ~UART_MSR_ANY_DELTA, dw_modem[i].in,
			  "MSR[7:4], loopback of %s", dw_modem[i].name);
	}
	dw_write(p, DW_MCR, UART_MCR_LOOP);
	dw_expect(p, dw_read(p, DW_MSR) & ~UART_MSR_ANY_DELTA, 0, "MSR[7:4], all outputs inactive");
}

static void uart_modem_deltas(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	u32 last;
	int i;

	for (i = 0; i < ARRAY_SIZE(dw_modem); i++) {
		last = dw_modem[i].delta ?: UART_MSR_TERI;
		dw_write(p, DW_MCR, UART_MCR_LOOP | dw_modem[i].out);
		dw_expect(p, dw_read(p, DW_MSR) & UART_MSR_ANY_DELTA, dw_modem[i].delta,
			  "MSR[3:0], %s became active", dw_modem[i].name);
		dw_expect(p, dw_read(p, DW_MSR) & UART_MSR_ANY_DELTA, 0,
			  "MSR[3:0] read again, %s", dw_modem[i].name);
		dw_write(p, DW_MCR, UART_MCR_LOOP);
		dw_expect(p, dw_read(p, DW_MSR) & UART_MSR_ANY_DELTA, last,
			  "MSR[3:0], %s became inactive", dw_modem[i].name);
	}
}

static void uart_auto_cts_holds_the_transmitter(struct kunit *test)
{
	struct dw_port *p = dw_open_looped(test, 0, UART_FCR_R_TRIG_01);

	dw_write(p, DW_MCR, UART_MCR_LOOP | UART_MCR_AFE);
	dw_send(p, 0, 4);
	dw_settle();
	dw_expect(p, dw_read(p, DW_RFL), 0, "MCR.AFCE: RFL with CTS inactive");
	dw_write(p, DW_MCR, UART_MCR_LOOP | UART_MCR_AFE | UART_MCR_RTS);
	dw_receive(p, 0, 4, 0xff, "MCR.AFCE: CTS active again");
}

static void uart_auto_rts_stops_at_the_trigger(struct kunit *test)
{
	struct dw_port *p = dw_open_looped(test, 0, UART_FCR_R_TRIG_01);
	unsigned int depth = p->variant->fifo, level = dw_receive_trigger(p, 1), rfl, got = 0;

	dw_write(p, DW_MCR, UART_MCR_LOOP | UART_MCR_AFE | UART_MCR_RTS);
	dw_send(p, 0, depth);
	while (got < depth) {
		dw_settle();
		rfl = dw_read(p, DW_RFL);
		dw_assert(p, rfl, "MCR.AFCE: RTS stays inactive with an empty FIFO, %u of %u came",
			  got, depth);
		/* The one that is on its way when RTS becomes inactive still comes. */
		dw_assert(p, rfl <= level + 1, "MCR.AFCE: RFL %u, RTS inactive from %u on", rfl,
			  level);
		dw_take(p, got, rfl, 0xff, "MCR.AFCE");
		got += rfl;
	}
}

/* ------------------------------------------------------------------ */

/* Busy, with one character in the receive FIFO and an idle line */
static struct dw_port *dw_busy(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_send(p, 0, 1);
	dw_await(p, 1, "to be busy");
	return p;
}

static void uart_usr_busy(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_expect(p, dw_read(p, DW_USR) & DW_USR_BUSY, 0, "USR.BUSY when idle");
	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, 1);
	dw_expect(p, dw_read(p, DW_USR) & DW_USR_BUSY, DW_USR_BUSY,
		  "USR.BUSY with a character in the transmit FIFO");
	dw_write(p, DW_HALT, 0);
	dw_await(p, 1, "transmitter released");
	dw_expect(p, dw_read(p, DW_USR) & DW_USR_BUSY, DW_USR_BUSY,
		  "USR.BUSY with a character in the receive FIFO");
	dw_take(p, 0, 1, 0xff, "to be idle");
	dw_settle();
	dw_expect(p, dw_read(p, DW_USR) & DW_USR_BUSY, 0, "USR.BUSY when idle again");
}

static void uart_busy_lcr_write_is_refused(struct kunit *test)
{
	struct dw_port *p = dw_busy(test);
	u32 other = UART_LCR_WLEN7 | UART_LCR_PARITY;

	dw_write(p, DW_LCR, other);
	dw_expect(p, dw_read(p, DW_LCR), DW_8N1, "LCR written %#x with RBR unread", other);
	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_take(p, 0, 1, 0xff, "busy");
	dw_send(p, 0, 1);
	dw_write(p, DW_LCR, other);
	dw_expect(p, dw_read(p, DW_LCR), DW_8N1, "LCR written %#x with THR full", other);
}

/* The divisor latch is open when a break makes the port busy. */
static void uart_busy_divisor_write_is_refused(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_set_lcr(p, DW_8N1 | UART_LCR_SBC | UART_LCR_DLAB);
	dw_await(p, 1, "break with LCR.DLAB");
	dw_expect(p, dw_read(p, DW_USR) & DW_USR_BUSY, DW_USR_BUSY, "USR.BUSY after a break");
	dw_write(p, DW_DLL, 5);
	dw_write(p, DW_DLH, 3);
	dw_expect(p, dw_read(p, DW_DLL), 1, "DLL written 5 while busy");
	dw_expect(p, dw_read(p, DW_DLH), 0, "DLH written 3 while busy");
}

static void uart_busy_detect_with_data_received(struct kunit *test)
{
	struct dw_port *p = dw_busy(test);

	dw_expect(p, dw_iir(p), UART_IIR_NO_INT, "IIR[3:0] before LCR is written");
	dw_write(p, DW_LCR, DW_8N1);
	dw_expect(p, dw_iir(p), UART_IIR_BUSY, "IIR[3:0], LCR written with RBR unread");
}

static void uart_busy_detect_with_data_to_send(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, 1);
	dw_write(p, DW_LCR, DW_8N1);
	dw_expect(p, dw_iir(p), UART_IIR_BUSY, "IIR[3:0], LCR written with THR full");
}

static void uart_idle_lcr_write_is_no_busy_detect(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_exchange(p, 1, DW_8N1, "to be idle again");
	dw_settle();
	dw_set_lcr(p, UART_LCR_WLEN7);
	dw_set_lcr(p, DW_8N1);
	dw_expect(p, dw_iir(p), UART_IIR_NO_INT, "IIR[3:0], LCR written while idle");
}

static void uart_busy_detect_ends_with_usr_alone(struct kunit *test)
{
	static const struct {
		const char *name;
		unsigned int reg;
	} others[] = {
		{ "IIR", DW_IIR }, { "LSR", DW_LSR }, { "MSR", DW_MSR }, { "RBR", DW_RBR },
		{ "LCR", DW_LCR }, { "MCR", DW_MCR }, { "IER", DW_IER }, { "TFL", DW_TFL },
		{ "RFL", DW_RFL }, { "SCR", DW_SCR },
	};
	struct dw_port *p = dw_busy(test);
	int i;

	dw_write(p, DW_LCR, DW_8N1);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		dw_read(p, others[i].reg);
		dw_expect(p, dw_iir(p), UART_IIR_BUSY, "IIR[3:0] after %s was read",
			  others[i].name);
	}
	dw_read(p, DW_USR);
	dw_expect(p, dw_iir(p), UART_IIR_NO_INT, "IIR[3:0] after USR was read");
}

static void uart_irq_busy_detect_despite_ier(struct kunit *test)
{
	struct dw_port *p = dw_busy(test);

	dw_go_live(p);
	dw_write(p, DW_LCR, DW_8N1);
	dw_expect_irq(p, UART_IIR_BUSY, 1, "busy detect with IER 0");
}

static void uart_irq_busy_detect_lasts_until_usr(struct kunit *test)
{
	struct dw_port *p = dw_busy(test);

	/* As firmware leaves it: signalled before anybody handles it */
	dw_write(p, DW_LCR, DW_8N1);
	dw_take(p, 0, 1, 0xff, "busy detect");
	dw_settle();
	dw_go_live(p);
	dw_expect_irq(p, UART_IIR_BUSY, 1, "stale busy detect");
}

static void uart_busy_detect_is_survived(struct kunit *test)
{
	struct dw_port *p = dw_busy(test);

	dw_write(p, DW_LCR, UART_LCR_WLEN7);
	dw_read(p, DW_USR);
	dw_receive(p, 0, 1, 0xff, "busy detect");
	dw_settle();
	dw_set_format(p, UART_LCR_WLEN7 | UART_LCR_PARITY, 3);
	dw_exchange(p, p->variant->fifo, UART_LCR_WLEN7, "after busy detect");
	dw_expect(p, dw_iir(p), UART_IIR_NO_INT, "IIR[3:0] after busy detect");
}

/* ------------------------------------------------------------------ */

static void uart_halt_holds_the_transmitter(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);

	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, 8);
	dw_settle();
	dw_expect(p, dw_read(p, DW_TFL), 8, "TFL with HALT.HALT_TX");
	dw_expect(p, dw_read(p, DW_RFL), 0, "RFL with HALT.HALT_TX");
	dw_expect(p, dw_read(p, DW_LSR) & UART_LSR_TEMT, 0, "LSR.TEMT with HALT.HALT_TX");
	dw_write(p, DW_HALT, 0);
	dw_receive(p, 0, 8, 0xff, "HALT.HALT_TX cleared");
}

static void uart_forced_divisor_loses_nothing(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	unsigned int depth = p->variant->fifo;

	/* A quarter of a second: the change comes in the middle of it. */
	dw_set_format(p, DW_8N1, 640);
	dw_send(p, 0, depth);
	dw_assert(p, dw_wait(p, DW_USR, DW_USR_RFNE, DW_USR_RFNE), "no character comes");
	dw_assert(p, dw_read(p, DW_TFL) > 0, "too late: all characters are sent");
	dw_reconfigure(p, 0, DW_8N1, 2);
	dw_receive(p, 0, depth, 0xff, "divisor changed by HALT.FORCECFG meanwhile");
	dw_settle();
	dw_expect(p, dw_divisor(p), 2, "divisor after HALT.FORCECFG");
	dw_expect_duration(p, DW_8N1, 2);
}

static void uart_forced_format_loses_nothing(struct kunit *test)
{
	struct dw_port *p = dw_looped(test);
	u32 lcr = UART_LCR_WLEN7 | UART_LCR_PARITY | UART_LCR_EPAR | UART_LCR_STOP;

	dw_write(p, DW_HALT, DW_HALT_TX);
	dw_send(p, 0, 8);
	dw_reconfigure(p, DW_HALT_TX, lcr, 1);
	dw_expect(p, dw_read(p, DW_LCR), lcr, "LCR written by HALT.FORCECFG while busy");
	dw_expect(p, dw_read(p, DW_TFL), 8, "TFL after HALT.FORCECFG");
	dw_write(p, DW_HALT, 0);
	dw_receive(p, 0, 8, dw_mask(lcr), "format changed by HALT.FORCECFG meanwhile");
}

static void uart_forced_configuration_ends(struct kunit *test)
{
	struct dw_port *p = dw_busy(test);

	dw_reconfigure(p, 0, UART_LCR_WLEN7, 1);
	dw_write(p, DW_LCR, UART_LCR_WLEN6);
	dw_expect(p, dw_read(p, DW_LCR), UART_LCR_WLEN7,
		  "LCR written while busy, HALT.FORCECFG clear again");
}

/* ------------------------------------------------------------------ */

static void uart_every_port_carries_data(struct kunit *test)
{
	unsigned int n;

	for (n = 0; n < dw8250.nr; n++) {
		struct dw_port *p = dw_open_looped(test, n, 0);

		dw_exchange(p, p->variant->fifo, DW_8N1, "8N1");
	}
	kunit_info(test, "%u ports\n", dw8250.nr);
}

/* Each line to the interrupt controller carries its own port's and no other's. */
static void uart_every_port_has_its_own_spi(struct kunit *test)
{
	struct dw_port *p[DW_MAX_PORTS];
	unsigned int n, i;

	for (n = 0; n < dw8250.nr; n++) {
		p[n] = dw_open_looped(test, n, 0);
		dw_go_live(p[n]);
	}
	for (n = 0; n < dw8250.nr; n++) {
		dw_write(p[n], DW_IER, UART_IER_THRI);
		dw_expect_irq(p[n], UART_IIR_THRI, 1, "THR empty");
		for (i = n + 1; i < dw8250.nr; i++)
			dw_expect(p[i], p[i]->total, 0, "interrupts while %s signals", p[n]->name);
	}
}

/* ------------------------------------------------------------------ */

/* Out of reset it is somebody's: of firmware, of an early console. */
static bool dw8250_in_reset(struct device_node *np)
{
	struct reset_control *rst = of_reset_control_get_exclusive(np, NULL);
	bool asserted;

	if (IS_ERR(rst))
		return false;
	asserted = reset_control_status(rst) > 0;
	reset_control_put(rst);
	return asserted;
}

static int dw8250_suite_init(struct kunit_suite *suite)
{
	struct device_node *np;
	int i;

	dw_waits_lost = 0;
	dw8250.none = "the device tree names no SoC whose UARTs are known";
	for (i = 0; i < ARRAY_SIZE(dw8250_variants); i++)
		if (of_machine_is_compatible(dw8250_variants[i].soc))
			dw8250.variant = &dw8250_variants[i];
	if (!dw8250.variant)
		return 0;
	dw8250.none = "no snps,dw-apb-uart node is disabled and its reset asserted";
	for_each_compatible_node(np, NULL, "snps,dw-apb-uart")
		if (dw8250.nr < DW_MAX_PORTS && !of_device_is_available(np) && dw8250_in_reset(np))
			dw8250.np[dw8250.nr++] = of_node_get(np);
	return 0;
}

static void dw8250_suite_exit(struct kunit_suite *suite)
{
	while (dw8250.nr)
		of_node_put(dw8250.np[--dw8250.nr]);
	dw8250.variant = NULL;
}

static int dw8250_init(struct kunit *test)
{
	if (!dw8250.nr)
		kunit_skip(test, "%s", dw8250.none);
	return 0;
}

static struct kunit_case dw8250_cases[] = {
	KUNIT_CASE(uart_reset_gives_reset_values),
	KUNIT_CASE(uart_component_parameters),
	KUNIT_CASE(uart_scratch_register),
	KUNIT_CASE(uart_divisor_latch),
	KUNIT_CASE(uart_iir_shows_fifo_enable),
	KUNIT_CASE(uart_transmit_fifo_depth),
	KUNIT_CASE(uart_receive_fifo_depth),
	KUNIT_CASE(uart_overrun_loses_the_newest),
	KUNIT_CASE(uart_fifo_resets),
	KUNIT_CASE(uart_irq_receive_data),
	KUNIT_CASE(uart_receive_trigger_levels),
	KUNIT_CASE(uart_irq_character_timeout),
	KUNIT_CASE(uart_character_timeout_ends_with_the_data),
	KUNIT_CASE(uart_irq_transmitter_empty),
	KUNIT_CASE(uart_transmitter_empty_ends_with_iir),
	KUNIT_CASE(uart_programmable_thre_levels),
	KUNIT_CASE(uart_irq_programmable_thre),
	KUNIT_CASE(uart_programmable_thre_makes_thre_mean_full),
	KUNIT_CASE(uart_irq_line_status),
	KUNIT_CASE(uart_irq_modem_status),
	KUNIT_CASE(uart_interrupt_priority),
	KUNIT_CASE(uart_ier_masks),
	KUNIT_CASE(uart_data_every_character),
	KUNIT_CASE(uart_data_every_format),
	KUNIT_CASE(uart_data_every_rate),
	KUNIT_CASE_SLOW(uart_data_slow_rates),
	KUNIT_CASE(uart_character_time_follows_divisor),
	KUNIT_CASE(uart_character_time_follows_format),
	KUNIT_CASE(uart_break_is_one_zero_character),
	KUNIT_CASE(uart_irq_break),
	KUNIT_CASE(uart_errors_show_at_the_top_of_the_fifo),
	KUNIT_CASE(uart_modem_loopback),
	KUNIT_CASE(uart_modem_deltas),
	KUNIT_CASE(uart_auto_cts_holds_the_transmitter),
	KUNIT_CASE(uart_auto_rts_stops_at_the_trigger),
	KUNIT_CASE(uart_usr_busy),
	KUNIT_CASE(uart_busy_lcr_write_is_refused),
	KUNIT_CASE(uart_busy_divisor_write_is_refused),
	KUNIT_CASE(uart_busy_detect_with_data_received),
	KUNIT_CASE(uart_busy_detect_with_data_to_send),
	KUNIT_CASE(uart_idle_lcr_write_is_no_busy_detect),
	KUNIT_CASE(uart_busy_detect_ends_with_usr_alone),
	KUNIT_CASE(uart_irq_busy_detect_despite_ier),
	KUNIT_CASE(uart_irq_busy_detect_lasts_until_usr),
	KUNIT_CASE(uart_busy_detect_is_survived),
	KUNIT_CASE(uart_halt_holds_the_transmitter),
	KUNIT_CASE(uart_forced_divisor_loses_nothing),
	KUNIT_CASE(uart_forced_format_loses_nothing),
	KUNIT_CASE(uart_forced_configuration_ends),
	KUNIT_CASE(uart_every_port_carries_data),
	KUNIT_CASE(uart_every_port_has_its_own_spi),
	{}
};

static struct kunit_suite dw8250_suite = {
	.name = "dw8250",
	.suite_init = dw8250_suite_init,
	.suite_exit = dw8250_suite_exit,
	.init = dw8250_init,
	.test_cases = dw8250_cases,
};

kunit_test_suite(dw8250_suite);

MODULE_DESCRIPTION("KUnit suite for the DesignWare APB UART");
MODULE_LICENSE("GPL");
