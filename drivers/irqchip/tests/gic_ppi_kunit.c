// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 private peripheral interrupts, on the one PPI that every such system
 * has to spare: that of the generic timer which Linux does not use. Software
 * pends it, and the timer itself drives it.
 */

#include "gic_kunit.h"

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/log2.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include <asm/arch_timer.h>
#include <asm/virt.h>

#include <clocksource/arm_arch_timer.h>

/* The timers PL1 can reach without asking, by their place in "interrupts" */
enum gic_timer { GIC_TIMER_VIRT, GIC_TIMER_PHYS, GIC_NR_TIMERS };

static const struct {
	unsigned int index;
	const char *name;
} gic_timers[GIC_NR_TIMERS] = {
	[GIC_TIMER_VIRT] = { 2, "virtual timer" },
	[GIC_TIMER_PHYS] = { 1, "non-secure physical timer" },
};

struct gic_ppi {
	enum gic_timer timer;
	unsigned int irq;
};

static struct gic_ppi gic_ppi;
static DEFINE_PER_CPU(atomic_t, gic_ppi_count);
static DEFINE_PER_CPU(u64, gic_ppi_at);

/*
 * An expired timer holds its interrupt asserted until it is stopped. Always
 * inline: the accessors want constants.
 */
static __always_inline void gic_timer_expire(enum gic_timer timer)
{
	if (timer == GIC_TIMER_VIRT) {
		arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CVAL, 0);
		arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CTRL,
					  ARCH_TIMER_CTRL_ENABLE);
	} else {
		arch_timer_reg_write_cp15(ARCH_TIMER_PHYS_ACCESS, ARCH_TIMER_REG_CVAL, 0);
		arch_timer_reg_write_cp15(ARCH_TIMER_PHYS_ACCESS, ARCH_TIMER_REG_CTRL,
					  ARCH_TIMER_CTRL_ENABLE);
	}
	isb();
}

static __always_inline void gic_timer_stop(enum gic_timer timer)
{
	if (timer == GIC_TIMER_VIRT)
		arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CTRL, 0);
	else
		arch_timer_reg_write_cp15(ARCH_TIMER_PHYS_ACCESS, ARCH_TIMER_REG_CTRL, 0);
	isb();
}

static irqreturn_t gic_ppi_handler(int irq, void *count)
{
	this_cpu_write(gic_ppi_at, ktime_get_mono_fast_ns());
	gic_timer_stop(gic_ppi.timer);
	/* Pairs with the acquire in gic_wait_handled(). */
	if (atomic_inc_return_release(count) == GIC_KUNIT_STORM)
		disable_percpu_irq(irq);
	return IRQ_HANDLED;
}

static void gic_ppi_disable(void *irq)
{
	gic_timer_stop(gic_ppi.timer);
	gic_percpu_disable(irq);
}

static void gic_ppi_free(void *irq)
{
	gic_on_all_cpus(gic_ppi_disable, irq);
	free_percpu_irq((unsigned long)irq, &gic_ppi_count);
}

/*
 * Take the PPI of a timer that nobody has requested; that also keeps others
 * away from it. Returns its INTID.
 */
static unsigned int gic_ppi_request(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	struct device_node *np;
	struct irq_data *d;
	int i, cpu;
	long irq;

	if (is_kernel_in_hyp_mode())
		gic_skip(test, "the kernel runs at EL2: the timers of EL1 are not at hand");
	np = of_find_compatible_node(NULL, NULL, "arm,armv7-timer") ?:
	     of_find_compatible_node(NULL, NULL, "arm,armv8-timer");
	if (!np)
		gic_skip(test, "the device tree has no generic timer, so no PPI can be driven");
	for_each_possible_cpu(cpu)
		atomic_set(&per_cpu(gic_ppi_count, cpu), 0);
	for (i = 0; i < GIC_NR_TIMERS; i++) {
		irq = irq_of_parse_and_map(np, gic_timers[i].index);
		d = irq ? irq_get_irq_data(irq) : NULL;
		if (!d || d->domain != gic->domain)
			continue;
		if (request_percpu_irq(irq, gic_ppi_handler, "gic_kunit", &gic_ppi_count))
			continue;
		of_node_put(np);
		gic_ppi.timer = i;
		gic_ppi.irq = irq;
		gic_assert_ok(test, kunit_add_action_or_reset(test, gic_ppi_free, (void *)irq));
		return irqd_to_hwirq(d);
	}
	of_node_put(np);
	gic_skip(test, "the virtual and the physical timer's PPI are both in use");
	return 0;
}

static void ppi_timer_is_mapped_to_ppi(struct kunit *test)
{
	unsigned int irq = gic_ppi_request(test);

	gic_expect_ok(test, irq >= 16, "the %s's INTID %u is an SGI",
		      gic_timers[gic_ppi.timer].name, irq);
	gic_expect_ok(test, irq < 32, "the %s's INTID %u is an SPI", gic_timers[gic_ppi.timer].name,
		      irq);
	gic_info(test, "PPI of the %s: INTID %u\n", gic_timers[gic_ppi.timer].name, irq);
}

/* ------------------------------------------------------------------ */

/*
 * In turn t, the CPUs whose number from 1 has bit t set have their own bit set
 * and the others have theirs clear; all look at their own bank. Any two CPUs
 * differ in some turn, so no two can share one.
 *
 *            CPU0  CPU1  CPU2  CPU3
 *   turn 0     1     0     1     0
 *   turn 1     0     1     1     0
 *   turn 2     0     0     0     1
 *
 * Each turn comes about twice: from all clear, by writes to the set register
 * alone, and from all set, by writes to the clear register alone. Were both
 * written at once, the one that comes last could hide that the other reaches
 * too far.
 */
static bool gic_ppi_sets(unsigned int nr, unsigned int turn)
{
	return (nr + 1) & BIT(turn);
}

/* All CPUs write to @from, then the ones with @write set write to @to. */
static u32 gic_ppi_turn(struct gic_cpu *c, u32 set, u32 from, u32 to, bool write)
{
	struct gic_dut *gic = c->q->gic;
	u32 bit;

	gic_dist_poke(gic, from, c->q->irq);
	gic_meet(c);
	if (write)
		gic_dist_poke(gic, to, c->q->irq);
	gic_meet(c);
	bit = gic_dist_bit(gic, set, c->q->irq);
	gic_meet(c);
	return bit;
}

static void gic_ppi_bank(struct gic_cpu *c, u32 set, u32 clear)
{
	struct gic_dut *gic = c->q->gic;
	unsigned int turn;
	bool sets;

	/* Nothing may be taken here, only looked at */
	writel_relaxed(0, gic->cpu + GIC_CPU_PRIMASK);
	for (turn = 0; turn < order_base_2(c->q->nr_cpus + 1); turn++) {
		sets = gic_ppi_sets(c->nr, turn);
		c->val[turn] = gic_ppi_turn(c, set, clear, set, sets);
		c->val[turn] |= gic_ppi_turn(c, set, set, clear, !sets) << 1;
	}
	gic_dist_poke(gic, clear, c->q->irq);
	c->val[turn] = gic_dist_bit(gic, set, c->q->irq);
}

static void gic_ppi_expect_banked(struct kunit *test, struct gic_quiesce *q, const char *name)
{
	unsigned int i, turn, sets, val;

	for (i = 0; i < q->nr_cpus; i++) {
		for (turn = 0; turn < order_base_2(q->nr_cpus + 1); turn++) {
			sets = gic_ppi_sets(i, turn);
			val = q->cpus[i].val[turn];
			gic_expect(test, val & 1, sets,
				   "GICD_IS%s0 is not banked: CPU%u %s INTID %u and reads %u",
				   name, q->cpus[i].cpu, sets ? "set" : "did not set", q->irq,
				   val & 1);
			gic_expect(test, val >> 1, sets,
				   "GICD_IC%s0 is not banked: CPU%u %s INTID %u and reads %u",
				   name, q->cpus[i].cpu, sets ? "did not clear" : "cleared",
				   q->irq, val >> 1);
		}
		gic_expect(test, q->cpus[i].val[turn], 0,
			   "GICD_IC%s0: INTID %u cannot be cleared on CPU%u", name, q->irq,
			   q->cpus[i].cpu);
	}
}

static void gic_ppi_bank_enable(struct gic_cpu *c)
{
	gic_ppi_bank(c, GIC_DIST_ENABLE_SET, GIC_DIST_ENABLE_CLEAR);
}

static void ppi_enable_is_banked(struct kunit *test)
{
	gic_ppi_expect_banked(test,
			      gic_quiesce(test, gic_ppi_bank_enable, gic_ppi_request(test), 0),
			      "ENABLER");
}

static void gic_ppi_bank_pending(struct gic_cpu *c)
{
	gic_ppi_bank(c, GIC_DIST_PENDING_SET, GIC_DIST_PENDING_CLEAR);
}

static void ppi_pending_is_banked(struct kunit *test)
{
	gic_ppi_expect_banked(test,
			      gic_quiesce(test, gic_ppi_bank_pending, gic_ppi_request(test), 0),
			      "PENDR");
}

static void gic_ppi_bank_active(struct gic_cpu *c)
{
	gic_ppi_bank(c, GIC_DIST_ACTIVE_SET, GIC_DIST_ACTIVE_CLEAR);
}

static void ppi_active_is_banked(struct kunit *test)
{
	gic_ppi_expect_banked(test,
			      gic_quiesce(test, gic_ppi_bank_active, gic_ppi_request(test), 0),
			      "ACTIVER");
}

/*
 * As gic_ppi_bank(), of one register with two values. The first bit of each is
 * what it was, for PPIs that are read-only.
 */
static void gic_ppi_bank_config(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	bool was = gic_is_edge(gic, c->q->irq);
	unsigned int turn;

	for (turn = 0; turn < order_base_2(c->q->nr_cpus + 1); turn++) {
		gic_set_edge(gic, c->q->irq, false);
		gic_meet(c);
		if (gic_ppi_sets(c->nr, turn))
			gic_set_edge(gic, c->q->irq, true);
		gic_meet(c);
		c->val[turn] = gic_is_edge(gic, c->q->irq) << 1 | was;
		gic_meet(c);
	}
	gic_set_edge(gic, c->q->irq, was);
}

/* Whether software may choose is IMPLEMENTATION DEFINED, whose it is then is not. */
static void ppi_config_is_banked_or_read_only(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_ppi_bank_config, gic_ppi_request(test), 0);
	unsigned int i, turn, read_only, turns = order_base_2(q->nr_cpus + 1);
	bool sets;

	for (i = 0; i < q->nr_cpus; i++) {
		for (read_only = turn = 0; turn < turns; turn++)
			read_only += q->cpus[i].val[turn] >> 1 == (q->cpus[i].val[turn] & 1);
		if (read_only == turns)
			continue;
		for (turn = 0; turn < turns; turn++) {
			sets = gic_ppi_sets(i, turn);
			gic_expect(test, q->cpus[i].val[turn] >> 1, sets,
				   "GICD_ICFGR1 is not banked: CPU%u made INTID %u %s-triggered and reads %u (4.3.13)",
				   q->cpus[i].cpu, q->irq, sets ? "edge" : "level",
				   q->cpus[i].val[turn] >> 1);
		}
	}
}

/* Pended by software on every CPU: each takes its own, once. */
static void gic_ppi_soft(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
	gic_meet(c);
	gic_collect(c, 1);
}

static void gic_ppi_expect_once(struct kunit *test, struct gic_quiesce *q, const char *what)
{
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], &q->irq, 1, what);
}

static void ppi_soft_pended_delivered_once(struct kunit *test)
{
	gic_ppi_expect_once(test, gic_quiesce(test, gic_ppi_soft, gic_ppi_request(test), 0),
			    "PPI pended by GICD_ISPENDR0 (4.3.7)");
}

/* Only the first CPU pends its own: the others get nothing. */
static void gic_ppi_private(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	if (!c->nr)
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
	gic_meet(c);
	gic_collect(c, !c->nr);
}

static void ppi_stays_on_its_cpu(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_ppi_private, gic_ppi_request(test), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], &q->irq, !i, "PPI of one CPU alone (2.2.1)");
}

/* Disabled: pends and is not signalled; enabled: comes. */
static void gic_ppi_gate(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
	gic_meet(c);
	gic_collect(c, 0);
	c->val[0] = c->seen.nr;
	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	gic_collect(c, !c->seen.nr);
}

static void ppi_disabled_waits_for_enable(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_ppi_gate, gic_ppi_request(test), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		gic_expect(test, q->cpus[i].val[0], 0,
			   "CPU%u: INTID %u was signalled while disabled (GICD_ICENABLER0, 4.3.6)",
			   q->cpus[i].cpu, q->irq);
	gic_ppi_expect_once(test, q, "PPI enabled while pending (GICD_ISENABLER0, 4.3.5)");
}

static bool gic_ppi_pends_within(struct gic_cpu *c, bool want)
{
	int i;

	for (i = 0; i < 1000; i++) {
		if (gic_dist_bit(c->q->gic, GIC_DIST_PENDING_SET, c->q->irq) == want)
			return true;
		udelay(1);
	}
	return false;
}

/*
 *   timer  ____/~~~~~~~~~~~~~\______
 *   ISPENDR0   1             0        level-sensitive: follows the input
 */
static void gic_ppi_follow(struct gic_cpu *c)
{
	c->val[0] = gic_dist_bit(c->q->gic, GIC_DIST_PENDING_SET, c->q->irq);
	gic_timer_expire(gic_ppi.timer);
	c->val[1] = gic_ppi_pends_within(c, true);
	gic_timer_stop(gic_ppi.timer);
	c->val[2] = gic_ppi_pends_within(c, false);
}

static void ppi_timer_pending_follows_input(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_ppi_follow, gic_ppi_request(test), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++) {
		gic_expect(test, q->cpus[i].val[0], 0,
			   "CPU%u: INTID %u pends with the timer stopped", q->cpus[i].cpu, q->irq);
		gic_expect(test, q->cpus[i].val[1], 1,
			   "CPU%u: INTID %u does not pend within 1 ms of the timer's expiry",
			   q->cpus[i].cpu, q->irq);
		gic_expect(test, q->cpus[i].val[2], 1,
			   "CPU%u: pending not cleared: INTID %u pends 1 ms after the timer was stopped",
			   q->cpus[i].cpu, q->irq);
	}
}

static u32 gic_ppi_line(struct gic_cpu *c)
{
	return !!(readl(c->q->gic->dist + GIC_DIST_PPISR) & BIT(c->q->irq - 16));
}

/*
 *   timer  ____________/~~~~~~~~~~\______
 *   ISPENDR0     1           1       0
 *   PPISR    a   a           b       a    timers are active low: a may be 1
 */
static void gic_ppi_status(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	c->val[0] = gic_ppi_line(c);
	gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
	c->val[1] = gic_ppi_line(c);
	gic_dist_poke(gic, GIC_DIST_PENDING_CLEAR, c->q->irq);
	gic_timer_expire(gic_ppi.timer);
	gic_ppi_pends_within(c, true);
	c->val[2] = gic_ppi_line(c);
	gic_timer_stop(gic_ppi.timer);
	gic_ppi_pends_within(c, false);
	c->val[3] = gic_ppi_line(c);
}

static void ppi_line_status_follows_input(struct kunit *test)
{
	struct gic_quiesce *q;
	unsigned int i;

	gic_require_line_status(test);
	q = gic_quiesce(test, gic_ppi_status, gic_ppi_request(test), 0);
	for (i = 0; i < q->nr_cpus; i++) {
		u32 *val = q->cpus[i].val;

		gic_expect(test, val[1], val[0],
			   "CPU%u: GICD_PPISR: INTID %u, pended by software, changes what its input reads",
			   q->cpus[i].cpu, q->irq);
		gic_expect_ok(test, val[2] != val[0],
			      "CPU%u: GICD_PPISR: the input of INTID %u reads %u, whether its timer has expired or not",
			      q->cpus[i].cpu, q->irq, val[0]);
		gic_expect(test, val[3], val[0],
			   "CPU%u: GICD_PPISR: the input of INTID %u reads %u, its timer stopped again",
			   q->cpus[i].cpu, q->irq, val[3]);
	}
}

/* While the input stays asserted, the interrupt comes again after each EOI. */
static void gic_ppi_refire(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	u32 iar;
	int i;

	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	gic_timer_expire(gic_ppi.timer);
	for (i = 0; i < 3; i++) {
		c->val[0] += gic_ppi_pends_within(c, true);
		iar = gic_ack(c);
		if (i == 2)
			gic_timer_stop(gic_ppi.timer);
		if ((iar & GICC_IAR_INT_ID_MASK) < GIC_KUNIT_MAX_IRQS)
			gic_eoi(c, iar);
	}
	gic_collect(c, 0);
}

static void ppi_level_refires_while_asserted(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_ppi_refire, gic_ppi_request(test), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++) {
		gic_expect(test, gic_times_seen(&q->cpus[i], q->irq), 3,
			   "CPU%u: INTID %u asserted over 3 acknowledges came %u times (3.2.4)",
			   q->cpus[i].cpu, q->irq, gic_times_seen(&q->cpus[i], q->irq));
		gic_expect(test, q->cpus[i].seen.nr, 3,
			   "CPU%u: %u interrupts came, not the 3 of INTID %u", q->cpus[i].cpu,
			   q->cpus[i].seen.nr, q->irq);
	}
}

/* ------------------------------------------------------------------ */

static void gic_ppi_start(void *unused)
{
	gic_timer_expire(gic_ppi.timer);
}

static void ppi_live_timer_fires_on_every_cpu(struct kunit *test)
{
	unsigned int hwirq = gic_ppi_request(test);
	int cpu, tries;

	gic_on_all_cpus(gic_percpu_enable, (void *)(unsigned long)gic_ppi.irq);
	gic_on_all_cpus(gic_ppi_start, NULL);
	for_each_online_cpu(cpu) {
		for (tries = 0; tries < 20 && !atomic_read(&per_cpu(gic_ppi_count, cpu)); tries++)
			usleep_range(100, 1000);
	}
	usleep_range(100, 200);
	for_each_online_cpu(cpu)
		gic_expect(test, atomic_read(&per_cpu(gic_ppi_count, cpu)), 1,
			   "INTID %u: the timer of CPU%d expired once and was handled %d times",
			   hwirq, cpu, atomic_read(&per_cpu(gic_ppi_count, cpu)));
}

struct gic_ppi_latency {
	struct gic_dut *gic;
	unsigned int hwirq;
	struct gic_latency *lat;
};

/* Runs on the CPU whose PPI it is. Returns how many came before one was lost. */
static long gic_ppi_pend(void *info)
{
	struct gic_ppi_latency *run = info;
	unsigned int cpu = smp_processor_id();
	int i;
	u64 from;

	for (i = 0; i < 16; i++) {
		from = ktime_get_mono_fast_ns();
		gic_dist_poke(run->gic, GIC_DIST_PENDING_SET, run->hwirq);
		if (!gic_wait_handled(&per_cpu(gic_ppi_count, cpu), i + 1))
			break;
		gic_latency_add(run->lat, GIC_LATENCY_PPI, cpu, from, per_cpu(gic_ppi_at, cpu));
	}
	return i;
}

static void ppi_live_latency(struct kunit *test)
{
	struct gic_ppi_latency run = {
		.gic = gic_kunit_dut(test),
		.hwirq = gic_ppi_request(test),
		.lat = gic_alloc(test, sizeof(*run.lat)),
	};
	long came;
	int cpu;

	gic_on_all_cpus(gic_percpu_enable, (void *)(unsigned long)gic_ppi.irq);
	for_each_online_cpu(cpu) {
		came = work_on_cpu(cpu, gic_ppi_pend, &run);
		gic_expect(test, came, 16,
			   "INTID %u on CPU%d: handled %ld times, pended once more", run.hwirq,
			   cpu, came);
	}
	gic_latency_report(test, "PPI, on every CPU, GICD_ISPENDR0 to handler", run.lat);
}

static struct kunit_case gic_ppi_cases[] = {
	KUNIT_CASE(ppi_timer_is_mapped_to_ppi),
	KUNIT_CASE(ppi_enable_is_banked),
	KUNIT_CASE(ppi_pending_is_banked),
	KUNIT_CASE(ppi_active_is_banked),
	KUNIT_CASE(ppi_config_is_banked_or_read_only),
	KUNIT_CASE(ppi_soft_pended_delivered_once),
	KUNIT_CASE(ppi_stays_on_its_cpu),
	KUNIT_CASE(ppi_disabled_waits_for_enable),
	KUNIT_CASE(ppi_timer_pending_follows_input),
	KUNIT_CASE(ppi_line_status_follows_input),
	KUNIT_CASE(ppi_level_refires_while_asserted),
	KUNIT_CASE(ppi_live_timer_fires_on_every_cpu),
	KUNIT_CASE(ppi_live_latency),
	{}
};

static struct kunit_suite gic_ppi_suite = {
	.name = "gic_ppi",
	.suite_init = gic_kunit_suite_init,
	.suite_exit = gic_kunit_suite_exit,
	.init = gic_kunit_init,
	.test_cases = gic_ppi_cases,
};

kunit_test_suite(gic_ppi_suite);
