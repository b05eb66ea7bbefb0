// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 shared peripheral interrupts, pended by software on lines that nobody
 * uses: delivered exactly once, to the CPU asked for, when enabled and not
 * before; edge and level; retargeting; latency.
 */

#include "gic_kunit.h"

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/iopoll.h>
#include <linux/timekeeping.h>

static u8 gic_if_of(struct gic_quiesce *q, unsigned int nr)
{
	return BIT(q->cpus[nr].ifnr);
}

/* ------------------------------------------------------------------ */

/* A run's share of the spare lines: no more than struct gic_seen can hold */
#define GIC_SPI_CHUNK	128

/*
 * irq: the spare line to begin with. The first CPU pends them all and the CPUs
 * take turns as target:
 *
 *   line 0 -> CPU0, line 1 -> CPU1, ... line 4 -> CPU0 ...
 */
static void gic_spi_every(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;
	struct gic_dut *gic = q->gic;
	struct gic_line old[GIC_SPI_CHUNK];
	unsigned int irq = q->irq, i, mine = 0;

	for (i = 0; i < GIC_SPI_CHUNK && irq < gic->nr_irqs; i++) {
		mine += i % q->nr_cpus == c->nr;
		if (!c->nr) {
			old[i] = gic_take_line(gic, irq, gic_if_of(q, i % q->nr_cpus));
			gic_dist_poke(gic, GIC_DIST_ENABLE_SET, irq);
			gic_dist_poke(gic, GIC_DIST_PENDING_SET, irq);
		}
		irq = find_next_bit(gic->spare, gic->nr_irqs, irq + 1);
	}
	gic_meet(c);
	gic_collect(c, mine);
	gic_meet(c);
	if (c->nr)
		return;
	irq = q->irq;
	for (i = 0; i < GIC_SPI_CHUNK && irq < gic->nr_irqs; i++) {
		gic_give_line_back(gic, irq, old[i]);
		irq = find_next_bit(gic->spare, gic->nr_irqs, irq + 1);
	}
}

static void spi_every_spare_line_delivered_once(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int n, i, k, nr, done = 0;
	u32 want[GIC_SPI_CHUNK];
	struct gic_quiesce *q;

	gic_spare_irq(test, 0);
	while (done < gic->nr_spare) {
		n = min(gic->nr_spare - done, GIC_SPI_CHUNK);
		q = gic_quiesce(test, gic_spi_every, gic_spare_irq(test, done), 0);
		for (i = 0; i < q->nr_cpus; i++) {
			for (nr = 0, k = i; k < n; k += q->nr_cpus)
				want[nr++] = gic_spare_irq(test, done + k);
			gic_expect_seen(test, &q->cpus[i], want, nr,
					"SPI pended by GICD_ISPENDR, one target (4.3.7, 4.3.12)");
		}
		done += n;
	}
	gic_info(test, "%u lines\n", done);
}

/* One line visits every CPU in turn. */
static void gic_spi_visit(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;
	struct gic_dut *gic = q->gic;
	unsigned int t;

	if (!c->nr)
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, q->irq);
	for (t = 0; t < q->nr_cpus; t++) {
		if (!c->nr) {
			gic_dist_set_byte(gic, GIC_DIST_TARGET, q->irq, gic_if_of(q, t));
			gic_dist_poke(gic, GIC_DIST_PENDING_SET, q->irq);
		}
		gic_meet(c);
		c->seen.nr = 0;
		gic_collect(c, t == c->nr);
		c->val[t] = gic_times_seen(c, q->irq);
		gic_meet(c);
	}
}

static void spi_goes_to_the_cpu_asked_for(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_spi_visit, gic_spare_irq(test, 0), 0);
	unsigned int i, t;

	for (i = 0; i < q->nr_cpus; i++)
		for (t = 0; t < q->nr_cpus; t++)
			gic_expect(test, q->cpus[i].val[t], i == t,
				   "INTID %u with target CPU%u: CPU%u took it %u times (GICD_ITARGETSR, 4.3.12)",
				   q->irq, q->cpus[t].cpu, q->cpus[i].cpu, q->cpus[i].val[t]);
}

/* ------------------------------------------------------------------ */

/* The cases below need one CPU; the others look for what is not theirs. */
static void gic_spi_expect_on_first(struct kunit *test, struct gic_quiesce *q, unsigned int nr,
				    const char *what)
{
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], &q->irq, i ? 0 : nr, what);
}

/* Disabled: latched, not signalled. Enabled: signalled. */
static void gic_spi_gate(struct gic_cpu *c, bool edge)
{
	struct gic_dut *gic = c->q->gic;

	if (!c->nr) {
		gic_set_edge(gic, c->q->irq, edge);
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
	}
	gic_meet(c);
	gic_collect(c, 0);
	c->val[0] = c->seen.nr;
	c->val[1] = gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq);
	gic_meet(c);
	if (!c->nr)
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	gic_meet(c);
	gic_collect(c, !c->nr && !c->seen.nr);
	c->val[2] = gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq);
	c->val[3] = gic_dist_bit(gic, GIC_DIST_ACTIVE_SET, c->q->irq);
}

static void gic_spi_gate_edge(struct gic_cpu *c)
{
	gic_spi_gate(c, true);
}

static void gic_spi_gate_level(struct gic_cpu *c)
{
	gic_spi_gate(c, false);
}

static void gic_spi_expect_gate(struct kunit *test, bool edge)
{
	struct gic_quiesce *q = gic_quiesce(test, edge ? gic_spi_gate_edge : gic_spi_gate_level,
					    gic_spare_irq(test, 0), 0);
	const char *name = edge ? "edge" : "level";
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		gic_expect(test, q->cpus[i].val[0], 0,
			   "CPU%u: %s INTID %u was signalled while disabled (GICD_ICENABLER, 4.3.6)",
			   q->cpus[i].cpu, name, q->irq);
	gic_expect(test, q->cpus[0].val[1], 1,
		   "%s INTID %u pended while disabled does not pend (GICD_ISPENDR, 4.3.7)", name,
		   q->irq);
	gic_spi_expect_on_first(test, q, 1, "SPI enabled while pending (GICD_ISENABLER, 4.3.5)");
	gic_expect(test, q->cpus[0].val[2], 0,
		   "pending not cleared: %s INTID %u pends after its acknowledge (3.2.4)", name,
		   q->irq);
	gic_expect(test, q->cpus[0].val[3], 0, "%s INTID %u is active after its end (4.4.5)",
		   name, q->irq);
}

static void spi_edge_disabled_waits_for_enable(struct kunit *test)
{
	gic_spi_expect_gate(test, true);
}

static void spi_level_disabled_waits_for_enable(struct kunit *test)
{
	gic_spi_expect_gate(test, false);
}

/* Pended, then cleared while disabled: never comes. */
static void gic_spi_cleared(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	if (!c->nr) {
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
		gic_dist_poke(gic, GIC_DIST_PENDING_CLEAR, c->q->irq);
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	}
	gic_meet(c);
	gic_collect(c, 0);
}

static void spi_cleared_is_not_delivered(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_spi_cleared, gic_spare_irq(test, 0), 0);

	gic_spi_expect_on_first(test, q, 0, "SPI cleared by GICD_ICPENDR (4.3.8)");
}

/*
 * acknowledge   inactive -> active
 * pend again    active -> active and pending; not signalled
 * end           pending -> signalled a second time
 */
static void gic_spi_again(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	u32 iar, early;

	if (c->nr) {
		gic_meet(c);
		gic_collect(c, 0);
		return;
	}
	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
	udelay(GIC_KUNIT_SETTLE_US);
	iar = gic_ack(c);
	c->val[0] = gic_dist_bit(gic, GIC_DIST_ACTIVE_SET, c->q->irq);
	c->val[1] = gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq);
	gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
	c->val[2] = gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq);
	early = gic_ack(c);
	c->val[3] = early & GICC_IAR_INT_ID_MASK;
	if (c->val[3] < GIC_KUNIT_MAX_IRQS)
		gic_eoi(c, early);
	if ((iar & GICC_IAR_INT_ID_MASK) < GIC_KUNIT_MAX_IRQS)
		gic_eoi(c, iar);
	gic_collect(c, c->seen.nr < 2);
	gic_meet(c);
}

static void spi_edge_again_while_active(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_spi_again, gic_spare_irq(test, 0), 0);
	struct gic_cpu *c = &q->cpus[0];

	gic_expect(test, c->val[0], 1, "INTID %u is not active after its acknowledge (4.3.9)",
		   q->irq);
	gic_expect(test, c->val[1], 0,
		   "pending not cleared: INTID %u pends after its acknowledge (3.2.4)", q->irq);
	gic_expect(test, c->val[2], 1,
		   "INTID %u pended while active is not active and pending (3.2.4)", q->irq);
	gic_expect(test, c->val[3], GICC_INT_SPURIOUS,
		   "INTID %u was signalled while active (3.2.4)", q->irq);
	gic_expect(test, gic_times_seen(c, q->irq), 2,
		   "INTID %u pended, and again while active, came %u times (3.2.4)", q->irq,
		   gic_times_seen(c, q->irq));
	gic_expect(test, c->seen.nr, 2, "CPU%u acknowledged %u interrupts", c->cpu, c->seen.nr);
}

/* Software pends a level-sensitive line once: its input is low, it comes once. */
static void gic_spi_level(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	if (!c->nr) {
		gic_set_edge(gic, c->q->irq, false);
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
	}
	gic_meet(c);
	gic_collect(c, !c->nr);
}

static void spi_level_soft_pended_once(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_spi_level, gic_spare_irq(test, 0), 0);

	gic_spi_expect_on_first(test, q, 1, "level-sensitive SPI pended by GICD_ISPENDR (4.3.7)");
}

/* Pends with one target, is moved to another, then enabled. */
static void gic_spi_retarget(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;
	struct gic_dut *gic = q->gic;
	unsigned int to = q->nr_cpus - 1;

	if (!c->nr) {
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, q->irq);
		gic_dist_set_byte(gic, GIC_DIST_TARGET, q->irq, gic_if_of(q, to));
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, q->irq);
	}
	gic_meet(c);
	gic_collect(c, c->nr == to);
}

static void spi_retargeted_while_pending(struct kunit *test)
{
	struct gic_quiesce *q;
	unsigned int i;

	gic_require_cpus(test, 2);
	q = gic_quiesce(test, gic_spi_retarget, gic_spare_irq(test, 0), 0);
	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], &q->irq, i == q->nr_cpus - 1,
				"SPI moved by GICD_ITARGETSR while pending (4.3.12)");
}

/* Every CPU is a target; the first to acknowledge takes it from the others. */
static void gic_spi_for_all(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;
	struct gic_dut *gic = q->gic;
	unsigned int t;
	u8 targets = 0;

	if (!c->nr) {
		for (t = 0; t < q->nr_cpus; t++)
			targets |= gic_if_of(q, t);
		gic_dist_set_byte(gic, GIC_DIST_TARGET, q->irq, targets);
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, q->irq);
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, q->irq);
		udelay(GIC_KUNIT_SETTLE_US);
	}
	gic_meet(c);
	/* Who takes it is open: nobody waits for it. */
	gic_collect(c, 0);
	gic_meet(c);
	c->val[0] = gic_dist_bit(gic, GIC_DIST_PENDING_SET, q->irq);
}

static void spi_for_all_is_taken_by_one(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_spi_for_all, gic_spare_irq(test, 0), 0);
	unsigned int i, came = 0, seen = 0;

	for (i = 0; i < q->nr_cpus; i++) {
		came += gic_times_seen(&q->cpus[i], q->irq);
		seen += q->cpus[i].seen.nr;
	}
	gic_expect(test, came, 1,
		   "INTID %u with all CPUs as targets: pended once, taken %u times (1-N model, 1.4.3)",
		   q->irq, came);
	gic_expect(test, seen, came, "%u interrupts were acknowledged that nobody sent",
		   seen - came);
	gic_expect(test, q->cpus[0].val[0], 0,
		   "pending not cleared: INTID %u pends after one of its targets acknowledged it (1.4.3)",
		   q->irq);
}

/*
 * first CPU   acknowledges, gives it to the last CPU, pends it again
 * last CPU    is not signalled: it is active
 * first CPU   ends it
 * last CPU    is signalled
 *
 * Linux depends on it: handle_fasteoi_irq() drops an interrupt that comes to a
 * second CPU while the first handles it.
 */
static void gic_spi_active_elsewhere(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;
	struct gic_dut *gic = q->gic;
	unsigned int to = q->nr_cpus - 1;
	u32 iar = GICC_INT_SPURIOUS;

	if (!c->nr) {
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, q->irq);
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, q->irq);
		udelay(GIC_KUNIT_SETTLE_US);
		iar = gic_ack(c);
		gic_dist_set_byte(gic, GIC_DIST_TARGET, q->irq, gic_if_of(q, to));
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, q->irq);
	}
	gic_meet(c);
	if (c->nr)
		gic_collect(c, 0);
	c->val[0] = c->seen.nr;
	gic_meet(c);
	if ((iar & GICC_IAR_INT_ID_MASK) < GIC_KUNIT_MAX_IRQS)
		gic_eoi(c, iar);
	gic_meet(c);
	gic_collect(c, c->nr == to && !c->seen.nr);
}

static void spi_active_not_given_to_others(struct kunit *test)
{
	struct gic_quiesce *q;
	unsigned int i;

	gic_require_cpus(test, 2);
	q = gic_quiesce(test, gic_spi_active_elsewhere, gic_spare_irq(test, 0), 0);
	for (i = 1; i < q->nr_cpus; i++)
		gic_expect(test, q->cpus[i].val[0], 0,
			   "INTID %u, active on CPU%u, was signalled to CPU%u (1-N model, 1.4.3)",
			   q->irq, q->cpus[0].cpu, q->cpus[i].cpu);
	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], &q->irq, !i || i == q->nr_cpus - 1,
				"SPI moved and pended again while active (1.4.3, 3.2.4)");
}

/* The less urgent line is pended first and must be taken second. */
static void gic_spi_order(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	if (!c->nr) {
		gic_dist_set_byte(gic, GIC_DIST_PRI, c->q->irq2, GIC_KUNIT_PRI_HIGH);
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq2);
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq);
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, c->q->irq2);
	}
	gic_meet(c);
	gic_collect(c, c->nr ? 0 : 2);
}

static void spi_higher_priority_first(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_spi_order, gic_spare_irq(test, 0),
					    gic_spare_irq(test, 1));
	u32 want[] = { q->irq2, q->irq };
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], want, i ? 0 : 2,
				"two SPIs of different priority (3.3)");
	gic_expect(test, q->cpus[0].seen.iar[0], q->irq2,
		   "CPU%u: priority ignored: INTID %u (%#x) was acknowledged before INTID %u (%#x) (3.3)",
		   q->cpus[0].cpu, q->irq, GIC_KUNIT_PRI, q->irq2, GIC_KUNIT_PRI_HIGH);
}

/* ------------------------------------------------------------------ */

struct gic_live_spi {
	unsigned int irq;
	atomic_t count;
	int cpu;
	u64 at;
};

static irqreturn_t gic_live_spi_handler(int irq, void *data)
{
	struct gic_live_spi *live = data;

	live->cpu = smp_processor_id();
	live->at = ktime_get_mono_fast_ns();
	/* Pairs with the acquire in gic_wait_handled(). */
	if (atomic_inc_return_release(&live->count) == GIC_KUNIT_STORM)
		disable_irq_nosync(irq);
	return IRQ_HANDLED;
}

static void gic_live_spi_free(void *data)
{
	struct gic_live_spi *live = data;

	free_irq(live->irq, live);
}

static struct gic_live_spi *gic_live_spi_request(struct kunit *test, unsigned int type)
{
	struct gic_live_spi *live = gic_alloc(test, sizeof(*live));

	live->irq = gic_map(test, gic_spare_irq(test, 0), type);
	/* disable_irq() is to reach the GIC at once. */
	irq_set_status_flags(live->irq, IRQ_DISABLE_UNLAZY);
	gic_assert_ok(test, request_irq(live->irq, gic_live_spi_handler, 0, "gic_kunit", live));
	gic_assert_ok(test, kunit_add_action_or_reset(test, gic_live_spi_free, live));
	return live;
}

static int gic_live_spi_pend(struct gic_live_spi *live)
{
	return irq_set_irqchip_state(live->irq, IRQCHIP_STATE_PENDING, true);
}

static void gic_live_spi_expect_once(struct kunit *test, unsigned int type, const char *name)
{
	struct gic_live_spi *live = gic_live_spi_request(test, type);
	bool active = true;
	int ret;

	gic_expect(test, gic_is_edge(gic_kunit_dut(test), gic_spare_irq(test, 0)),
		   type == IRQ_TYPE_EDGE_RISING,
		   "request_irq() did not make INTID %u %s-triggered (GICD_ICFGR)",
		   gic_spare_irq(test, 0), name);
	gic_assert_ok(test, gic_live_spi_pend(live));
	gic_expect(test, gic_wait_handled(&live->count, 1), true,
		   "%s INTID %u: pended, never handled", name, gic_spare_irq(test, 0));
	usleep_range(100, 200);
	gic_expect(test, atomic_read(&live->count), 1,
		   "%s INTID %u: pended once, handled %d times", name, gic_spare_irq(test, 0),
		   atomic_read(&live->count));
	/* The handler has counted, and its CPU goes on to end the interrupt. */
	read_poll_timeout(irq_get_irqchip_state, ret, ret || !active, 100,
			  GIC_KUNIT_WAIT_NS / NSEC_PER_USEC, false,
			  live->irq, IRQCHIP_STATE_ACTIVE, &active);
	gic_assert_ok(test, ret);
	gic_expect(test, active, false, "%s INTID %u is active after its handler", name,
		   gic_spare_irq(test, 0));
}

static void spi_live_edge_handled_once(struct kunit *test)
{
	gic_live_spi_expect_once(test, IRQ_TYPE_EDGE_RISING, "edge");
}

static void spi_live_level_handled_once(struct kunit *test)
{
	gic_live_spi_expect_once(test, IRQ_TYPE_LEVEL_HIGH, "level");
}

/* One round over all CPUs; returns how often it was sent. */
static int gic_live_spi_visit(struct kunit *test, struct gic_live_spi *live, int sent)
{
	int cpu;

	for_each_online_cpu(cpu) {
		gic_assert_ok(test, irq_set_affinity(live->irq, cpumask_of(cpu)));
		gic_assert_ok(test, gic_live_spi_pend(live));
		gic_expect(test, gic_wait_handled(&live->count, ++sent), true,
			   "INTID %u with affinity CPU%d: pended, never handled",
			   gic_spare_irq(test, 0), cpu);
		gic_expect(test, live->cpu, cpu,
			   "INTID %u with affinity CPU%d was handled on CPU%d",
			   gic_spare_irq(test, 0), cpu, live->cpu);
	}
	return sent;
}

static void spi_live_affinity(struct kunit *test)
{
	struct gic_live_spi *live = gic_live_spi_request(test, IRQ_TYPE_EDGE_RISING);
	int round, sent = 0;

	/* Often enough for what goes wrong now and then */
	for (round = 0; round < 6; round++)
		sent = gic_live_spi_visit(test, live, sent);
	usleep_range(100, 200);
	gic_expect(test, atomic_read(&live->count), sent,
		   "INTID %u: pended %d times, handled another number", gic_spare_irq(test, 0),
		   sent);
}

static void spi_live_disable_enable(struct kunit *test)
{
	struct gic_live_spi *live = gic_live_spi_request(test, IRQ_TYPE_EDGE_RISING);
	bool pending = false;

	disable_irq(live->irq);
	gic_expect(test, gic_live_spi_pend(live), 0, "gic_live_spi_pend()");
	usleep_range(200, 400);
	gic_expect(test, atomic_read(&live->count), 0, "INTID %u was handled while disabled",
		   gic_spare_irq(test, 0));
	gic_expect(test, irq_get_irqchip_state(live->irq, IRQCHIP_STATE_PENDING, &pending), 0,
		   "irq_get_irqchip_state()");
	gic_expect(test, pending, true, "INTID %u, pended while disabled, does not pend",
		   gic_spare_irq(test, 0));
	enable_irq(live->irq);
	gic_expect(test, gic_wait_handled(&live->count, 1), true,
		   "INTID %u, enabled while pending, was never handled", gic_spare_irq(test, 0));
	usleep_range(100, 200);
	gic_expect(test, atomic_read(&live->count), 1,
		   "INTID %u, enabled while pending, was handled %d times",
		   gic_spare_irq(test, 0), atomic_read(&live->count));
}

static void spi_live_latency(struct kunit *test)
{
	struct gic_live_spi *live = gic_live_spi_request(test, IRQ_TYPE_EDGE_RISING);
	struct gic_latency *lat = gic_alloc(test, sizeof(*lat));
	int cpu, i, sent = 0;
	u64 from;

	for_each_online_cpu(cpu) {
		gic_assert_ok(test, irq_set_affinity(live->irq, cpumask_of(cpu)));
		for (i = 0; i < 16; i++) {
			from = ktime_get_mono_fast_ns();
			gic_assert_ok(test, gic_live_spi_pend(live));
			if (!gic_wait_handled(&live->count, ++sent)) {
				gic_expect_ok(test, false,
					      "INTID %u with affinity CPU%d: pended, never handled",
					      gic_spare_irq(test, 0), cpu);
				return;
			}
			gic_latency_add(lat, GIC_LATENCY_SPI, cpu, from, live->at);
		}
	}
	gic_latency_report(test, "SPI, to every CPU, GICD_ISPENDR to handler", lat);
}

static struct kunit_case gic_spi_cases[] = {
	KUNIT_CASE(spi_every_spare_line_delivered_once),
	KUNIT_CASE(spi_goes_to_the_cpu_asked_for),
	KUNIT_CASE(spi_edge_disabled_waits_for_enable),
	KUNIT_CASE(spi_level_disabled_waits_for_enable),
	KUNIT_CASE(spi_cleared_is_not_delivered),
	KUNIT_CASE(spi_edge_again_while_active),
	KUNIT_CASE(spi_level_soft_pended_once),
	KUNIT_CASE(spi_retargeted_while_pending),
	KUNIT_CASE(spi_for_all_is_taken_by_one),
	KUNIT_CASE(spi_active_not_given_to_others),
	KUNIT_CASE(spi_higher_priority_first),
	KUNIT_CASE(spi_live_edge_handled_once),
	KUNIT_CASE(spi_live_level_handled_once),
	KUNIT_CASE(spi_live_affinity),
	KUNIT_CASE(spi_live_disable_enable),
	KUNIT_CASE(spi_live_latency),
	{}
};

static struct kunit_suite gic_spi_suite = {
	.name = "gic_spi",
	.suite_init = gic_kunit_suite_init,
	.suite_exit = gic_kunit_suite_exit,
	.init = gic_kunit_init,
	.test_cases = gic_spi_cases,
};

kunit_test_suite(gic_spi_suite);
