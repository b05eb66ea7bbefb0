// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 software-generated interrupts: every source to every target with every
 * ID that Linux and firmware leave free, exactly once, with the right source;
 * the target list filter; masking and priority; latency.
 */

#include "gic_kunit.h"

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

static u32 gic_all_ifs(struct gic_quiesce *q)
{
	unsigned int i;
	u32 mask = 0;

	for (i = 0; i < q->nr_cpus; i++)
		mask |= BIT(q->cpus[i].ifnr);
	return mask;
}

static void sgi_all_ids_are_usable(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	if (!gic->secure) {
		gic_info(test, "non-secure: firmware leaves SGIs %#x of %#lx\n",
			 gic->sgis, GIC_KUNIT_SGI_MASK);
		gic_sgi(test, 0);
		return;
	}
	gic_expect(test, gic->sgis, GIC_KUNIT_SGI_MASK,
		   "GICD_IPRIORITYR2-3: SGIs %#lx keep no priority, although this view owns them (4.3.11)",
		   GIC_KUNIT_SGI_MASK & ~(unsigned long)gic->sgis);
}

/*
 * In round r, each CPU sends every SGI to the CPU r places further on, so that
 * each target has one source a round and a wrong one shows:
 *
 *   round 0   0->0  1->1  2->2  3->3
 *   round 1   0->1  1->2  2->3  3->0
 *   round 2   0->2  1->3  2->0  3->1
 *   round 3   0->3  1->0  2->1  3->2
 *
 * val[0]: acknowledges with another source, val[1]: the last of them.
 */
static void gic_matrix(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;
	unsigned long sgis = q->gic->sgis;
	unsigned int r, target, source, sgi, i;

	for (r = 0; r < q->nr_cpus; r++) {
		target = (c->nr + r) % q->nr_cpus;
		source = (c->nr + q->nr_cpus - r) % q->nr_cpus;
		for_each_set_bit(sgi, &sgis, 16)
			gic_write_sgir(q->gic, GIC_SGIR_LIST(BIT(q->cpus[target].ifnr), sgi));
		gic_meet(c);
		i = c->seen.nr;
		gic_collect(c, hweight_long(sgis));
		for (; i < c->seen.nr; i++) {
			if (GIC_IAR_CPUID(c->seen.iar[i]) != q->cpus[source].ifnr) {
				c->val[0]++;
				c->val[1] = c->seen.iar[i];
			}
		}
		gic_meet(c);
	}
}

static void sgi_matrix_source_target_id(struct kunit *test)
{
	u32 want[GIC_KUNIT_NR_SGIS * GIC_KUNIT_MAX_CPUS];
	struct gic_quiesce *q;
	unsigned int i, s, sgi, nr = 0;
	unsigned long sgis;

	gic_sgi(test, 0);
	q = gic_quiesce(test, gic_matrix, 0, 0);
	sgis = q->gic->sgis;
	for (s = 0; s < q->nr_cpus; s++)
		for_each_set_bit(sgi, &sgis, 16)
			want[nr++] = GIC_IAR(q->cpus[s].ifnr, sgi);
	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], want, nr,
				"SGI from every CPU to each CPU (GICD_SGIR.CPUTargetList, 4.3.15)");
	for (i = 0; i < q->nr_cpus; i++)
		gic_expect(test, q->cpus[i].val[0], 0,
			   "CPU%u: %u SGIs carried a wrong GICC_IAR.CPUID, the last INTID %u with %u (4.4.4)",
			   q->cpus[i].cpu, q->cpus[i].val[0],
			   (u32)(q->cpus[i].val[1] & GICC_IAR_INT_ID_MASK),
			   GIC_IAR_CPUID(q->cpus[i].val[1]));
	gic_info(test, "%u sources x %u targets x %lu IDs\n", q->nr_cpus, q->nr_cpus,
		 hweight_long(sgis));
}

/* TargetListFilter 0b10: only the sender. The target list says all, to no avail. */
static void gic_self(struct gic_cpu *c)
{
	gic_write_sgir(c->q->gic, GIC_SGIR_SELF(c->q->irq) | GIC_SGIR_LIST(0xff, 0));
	gic_meet(c);
	gic_collect(c, 1);
}

static void sgi_filter_self(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_self, gic_sgi(test, 0), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++) {
		u32 want = GIC_IAR(q->cpus[i].ifnr, q->irq);

		gic_expect_seen(test, &q->cpus[i], &want, 1,
				"SGI to self (GICD_SGIR.TargetListFilter 0b10, 4.3.15)");
	}
}

/* TargetListFilter 0b01: all but the sender; every CPU sends once. */
static void gic_others(struct gic_cpu *c)
{
	gic_write_sgir(c->q->gic, GIC_SGIR_OTHERS(c->q->irq));
	gic_meet(c);
	gic_collect(c, c->q->nr_cpus - 1);
}

static void sgi_filter_all_but_self(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_others, gic_sgi(test, 0), 0);
	u32 want[GIC_KUNIT_MAX_CPUS];
	unsigned int i, s, nr;

	for (i = 0; i < q->nr_cpus; i++) {
		for (nr = s = 0; s < q->nr_cpus; s++)
			if (s != i)
				want[nr++] = GIC_IAR(q->cpus[s].ifnr, q->irq);
		gic_expect_seen(test, &q->cpus[i], want, nr,
				"SGI to all but self (GICD_SGIR.TargetListFilter 0b01, 4.3.15)");
	}
}

/*
 * TargetListFilter 0b11 is reserved: nobody can say who gets the SGI, but it is
 * no other SGI, from no other CPU, and what is sent after it comes as ever.
 *
 * val[0]: acknowledges before that
 */
static void gic_reserved(struct gic_cpu *c)
{
	u32 list = GIC_SGIR_LIST(gic_all_ifs(c->q), 0);

	gic_write_sgir(c->q->gic, GIC_SGIR_RESERVED(c->q->irq) | list);
	gic_meet(c);
	gic_collect(c, 0);
	c->val[0] = c->seen.nr;
	gic_meet(c);
	gic_write_sgir(c->q->gic, GIC_SGIR_SELF(c->q->irq));
	gic_meet(c);
	gic_collect(c, 1);
}

static void sgi_filter_reserved_sends_no_other(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_reserved, gic_sgi(test, 0), 0);
	unsigned int i, k, came = 0;
	struct gic_cpu *c;
	u32 own, iar;

	for (i = 0; i < q->nr_cpus; i++) {
		c = &q->cpus[i];
		came += c->val[0];
		for (k = 0; k < c->val[0]; k++) {
			iar = c->seen.iar[k];
			gic_expect(test,
				   (iar & GICC_IAR_INT_ID_MASK) == q->irq &&
				   gic_all_ifs(q) & BIT(GIC_IAR_CPUID(iar)),
				   true,
				   "TargetListFilter 0b11 with SGI %u: CPU%u acknowledged INTID %u (GICC_IAR.CPUID %u) (4.3.15)",
				   q->irq, c->cpu, (u32)(iar & GICC_IAR_INT_ID_MASK),
				   GIC_IAR_CPUID(iar));
		}
		own = GIC_IAR(c->ifnr, q->irq);
		/* Judged already */
		c->seen.nr -= c->val[0];
		memmove(c->seen.iar, c->seen.iar + c->val[0], c->seen.nr * sizeof(own));
		gic_expect_seen(test, c, &own, 1,
				"SGI to self after one with TargetListFilter 0b11 (4.3.15)");
	}
	gic_info(test, "TargetListFilter 0b11, once by each CPU: %u SGIs came\n", came);
}

/* Whether SGI irq pends on this CPU after a write to GICD_SGIR; it is taken back. */
static u32 gic_pends_after(struct gic_cpu *c, u32 sgir)
{
	struct gic_dut *gic = c->q->gic;
	u32 pends;

	gic_write_sgir(gic, sgir);
	gic_settle(gic);
	pends = gic_dist_byte(gic, GIC_DIST_SGI_PENDING_SET, c->q->irq);
	gic_dist_set_byte(gic, GIC_DIST_SGI_PENDING_CLEAR, c->q->irq, 0xff);
	return !!pends;
}

/*
 *             Group 0   Group 1
 *   NSATT 0    sent        -
 *   NSATT 1      -       sent
 */
static void gic_nsatt_secure(struct gic_cpu *c)
{
	u32 sgir = GIC_SGIR_SELF(c->q->irq);
	struct gic_group1 old;

	gic_check(c, "an SGI of Group 0 pends, GICD_SGIR.NSATT 0 (4.3.15)",
		  gic_pends_after(c, sgir), true);
	gic_check(c, "an SGI of Group 0 pends, GICD_SGIR.NSATT 1 (4.3.15)",
		  gic_pends_after(c, sgir | GIC_SGIR_NSATT), false);
	old = gic_make_group1(c);
	gic_check(c, "an SGI of Group 1 pends, GICD_SGIR.NSATT 0 (4.3.15)",
		  gic_pends_after(c, sgir), false);
	gic_check(c, "an SGI of Group 1 pends, GICD_SGIR.NSATT 1 (4.3.15)",
		  gic_pends_after(c, sgir | GIC_SGIR_NSATT), true);
	gic_end_group1(c, old);
}

/* Non-secure software has Group 1 alone, and NSATT is not its to choose. */
static void gic_nsatt_nonsecure(struct gic_cpu *c)
{
	u32 sgir = GIC_SGIR_SELF(c->q->irq);

	gic_check(c, "an SGI of Group 1 pends, non-secure access, GICD_SGIR.NSATT 0 (4.3.15)",
		  gic_pends_after(c, sgir), true);
	gic_check(c, "an SGI of Group 1 pends, non-secure access, GICD_SGIR.NSATT 1 (4.3.15)",
		  gic_pends_after(c, sgir | GIC_SGIR_NSATT), true);
}

static void sgi_nsatt_names_the_group(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	if (!gic->security)
		gic_skip(test, "GICD_TYPER.SecurityExtn is 0: GICD_SGIR has no NSATT");
	gic_expect_checked(test, gic_polled(test, gic->secure ? gic_nsatt_secure :
					    gic_nsatt_nonsecure, gic_sgi(test, 0), 0));
}

/* TargetListFilter 0b00 with every CPU in the list, the sender included */
static void gic_broadcast(struct gic_cpu *c)
{
	gic_write_sgir(c->q->gic, GIC_SGIR_LIST(gic_all_ifs(c->q), c->q->irq));
	gic_meet(c);
	gic_collect(c, c->q->nr_cpus);
}

static void sgi_broadcast(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_broadcast, gic_sgi(test, 0), 0);
	u32 want[GIC_KUNIT_MAX_CPUS];
	unsigned int i, s;

	for (s = 0; s < q->nr_cpus; s++)
		want[s] = GIC_IAR(q->cpus[s].ifnr, q->irq);
	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], want, q->nr_cpus,
				"SGI to all (GICD_SGIR.CPUTargetList, 4.3.15)");
}

/*
 * The first CPU walks through every subset of targets, as many in a round as
 * there are IDs: list 0 with the first ID, list 1 with the second, ...
 */
static void gic_lists_round(struct gic_cpu *c, unsigned int first, unsigned int n)
{
	struct gic_quiesce *q = c->q;
	unsigned long sgis = q->gic->sgis;
	unsigned int i, t, mine = 0;
	u32 mask, iar;

	for (i = 0; i < n; i++) {
		mine += !!((first + i) & BIT(c->nr));
		if (c->nr)
			continue;
		for (mask = t = 0; t < q->nr_cpus; t++)
			mask |= (first + i) & BIT(t) ? BIT(q->cpus[t].ifnr) : 0;
		gic_write_sgir(q->gic, GIC_SGIR_LIST(mask, find_nth_bit(&sgis, BITS_PER_LONG, i)));
	}
	gic_meet(c);
	c->seen.nr = 0;
	gic_collect(c, mine);
	for (i = 0; i < n; i++) {
		iar = GIC_IAR(q->cpus[0].ifnr, find_nth_bit(&sgis, BITS_PER_LONG, i));
		/* One bit a list: came as it should */
		if (gic_times_seen(c, iar) == !!((first + i) & BIT(c->nr)))
			c->val[(first + i) / 32] |= BIT((first + i) % 32);
	}
	gic_meet(c);
}

static void gic_lists(struct gic_cpu *c)
{
	unsigned int list, n = hweight32(c->q->gic->sgis);

	for (list = 0; list < BIT(c->q->nr_cpus); list += n)
		gic_lists_round(c, list, min(n, (unsigned int)BIT(c->q->nr_cpus) - list));
}

static void sgi_target_list_subsets(struct kunit *test)
{
	struct gic_quiesce *q;
	unsigned int i, list;

	gic_sgi(test, 0);
	q = gic_quiesce(test, gic_lists, 0, 0);
	for (i = 0; i < q->nr_cpus; i++)
		for (list = 0; list < BIT(q->nr_cpus); list++)
			gic_expect(test, !!(q->cpus[i].val[list / 32] & BIT(list % 32)), true,
				   "SGI to CPU list %#x: CPU%u is %sin it and did %s (GICD_SGIR.CPUTargetList, 4.3.15)",
				   list, q->cpus[i].cpu, list & BIT(i) ? "" : "not ",
				   list & BIT(i) ? "not get it once" : "get it");
}

/* The last CPU is sent the same ID by two others before it acknowledges. */
static void gic_two_sources(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;
	unsigned int target = q->nr_cpus - 1;

	if (c->nr < 2)
		gic_write_sgir(q->gic, GIC_SGIR_LIST(BIT(q->cpus[target].ifnr), q->irq));
	gic_meet(c);
	gic_collect(c, c->nr == target ? 2 : 0);
}

static void sgi_two_sources_are_two_interrupts(struct kunit *test)
{
	struct gic_quiesce *q;
	unsigned int i;
	u32 want[2];

	gic_require_cpus(test, 2);
	q = gic_quiesce(test, gic_two_sources, gic_sgi(test, 0), 0);
	want[0] = GIC_IAR(q->cpus[0].ifnr, q->irq);
	want[1] = GIC_IAR(q->cpus[1].ifnr, q->irq);
	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], want, i == q->nr_cpus - 1 ? 2 : 0,
				"one SGI pended by two CPUs is two interrupts (4.3.16)");
}

/* Sent three times before it is acknowledged: pending is one state, not a count */
static void gic_thrice(struct gic_cpu *c)
{
	int i;

	for (i = 0; i < 3; i++)
		gic_write_sgir(c->q->gic, GIC_SGIR_SELF(c->q->irq));
	gic_meet(c);
	gic_collect(c, 1);
}

static void sgi_pending_coalesces(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_thrice, gic_sgi(test, 0), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++) {
		u32 want = GIC_IAR(q->cpus[i].ifnr, q->irq);

		gic_expect_seen(test, &q->cpus[i], &want, 1,
				"an SGI sent again while pending is one interrupt (3.2.4)");
	}
}

/*
 * GICD_SPENDSGIR sets the pending state of one source on the accessing CPU;
 * GICD_CPENDSGIR takes it away again.
 */
static void gic_spend(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	unsigned int source = c->q->cpus[(c->nr + 1) % c->q->nr_cpus].ifnr;

	gic_dist_set_byte(gic, GIC_DIST_SGI_PENDING_SET, c->q->irq, BIT(source));
	gic_dist_set_byte(gic, GIC_DIST_SGI_PENDING_SET, c->q->irq2, BIT(source));
	c->val[0] = gic_dist_byte(gic, GIC_DIST_SGI_PENDING_SET, c->q->irq);
	gic_dist_set_byte(gic, GIC_DIST_SGI_PENDING_CLEAR, c->q->irq2, BIT(source));
	gic_meet(c);
	gic_collect(c, 1);
	c->val[1] = gic_dist_byte(gic, GIC_DIST_SGI_PENDING_SET, c->q->irq);
}

static void sgi_spendsgir_and_cpendsgir(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_spend, gic_sgi(test, 0), gic_sgi(test, 1));
	unsigned int i, source;
	u32 want;

	for (i = 0; i < q->nr_cpus; i++) {
		source = q->cpus[(i + 1) % q->nr_cpus].ifnr;
		want = GIC_IAR(source, q->irq);
		gic_expect(test, q->cpus[i].val[0], BIT(source),
			   "GICD_SPENDSGIR of CPU%u: SGI %u from interface %u reads %#x (4.3.17)",
			   q->cpus[i].cpu, q->irq, source, q->cpus[i].val[0]);
		gic_expect(test, q->cpus[i].val[1], 0,
			   "GICD_SPENDSGIR of CPU%u: SGI %u still pends after its acknowledge",
			   q->cpus[i].cpu, q->irq);
		gic_expect_seen(test, &q->cpus[i], &want, 1,
				"SGI pended by GICD_SPENDSGIR, another cleared by GICD_CPENDSGIR (4.3.16)");
	}
}

/* An SGI whose priority is not above GICC_PMR is not signalled until it is. */
static void gic_masked(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	writel(GIC_KUNIT_PRI, gic->cpu + GIC_CPU_PRIMASK);
	gic_write_sgir(gic, GIC_SGIR_SELF(c->q->irq));
	gic_meet(c);
	gic_collect(c, 0);
	c->val[0] = c->seen.nr;
	c->val[1] = gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq);
	writel(GIC_KUNIT_PMR, gic->cpu + GIC_CPU_PRIMASK);
	gic_collect(c, 1);
}

static void sgi_priority_mask_holds_back(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_masked, gic_sgi(test, 0), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++) {
		u32 want = GIC_IAR(q->cpus[i].ifnr, q->irq);

		gic_expect(test, q->cpus[i].val[0], 0,
			   "CPU%u: SGI %u of priority %#x was signalled with GICC_PMR %#x (4.4.2)",
			   q->cpus[i].cpu, q->irq, GIC_KUNIT_PRI, GIC_KUNIT_PRI);
		gic_expect(test, q->cpus[i].val[1], 1,
			   "CPU%u: SGI %u held back by GICC_PMR does not pend", q->cpus[i].cpu,
			   q->irq);
		gic_expect_seen(test, &q->cpus[i], &want, 1,
				"SGI released by raising GICC_PMR (4.4.2)");
	}
}

/* The less urgent one is sent first and must be taken second. */
static void gic_order(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	u8 old = gic_dist_byte(gic, GIC_DIST_PRI, c->q->irq2);

	gic_dist_set_byte(gic, GIC_DIST_PRI, c->q->irq2, GIC_KUNIT_PRI_HIGH);
	gic_write_sgir(gic, GIC_SGIR_SELF(c->q->irq));
	gic_write_sgir(gic, GIC_SGIR_SELF(c->q->irq2));
	gic_meet(c);
	gic_collect(c, 2);
	gic_dist_set_byte(gic, GIC_DIST_PRI, c->q->irq2, old);
}

static void sgi_higher_priority_first(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_order, gic_sgi(test, 0), gic_sgi(test, 1));
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++) {
		u32 want[] = { GIC_IAR(q->cpus[i].ifnr, q->irq2),
			      GIC_IAR(q->cpus[i].ifnr, q->irq) };

		gic_expect_seen(test, &q->cpus[i], want, 2, "two SGIs of different priority (3.3)");
		gic_expect(test, q->cpus[i].seen.iar[0], want[0],
			   "CPU%u: priority ignored: SGI %u (%#x) was acknowledged before SGI %u (%#x) (3.3)",
			   q->cpus[i].cpu, q->irq, GIC_KUNIT_PRI, q->irq2, GIC_KUNIT_PRI_HIGH);
	}
}

/* While active, an SGI of the same priority waits; after GICC_EOIR it comes. */
static void gic_running(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	u32 iar, early;

	gic_write_sgir(gic, GIC_SGIR_SELF(c->q->irq));
	gic_meet(c);
	iar = gic_ack(c);
	c->val[0] = readl(gic->cpu + GIC_CPU_RUNNINGPRI) & 0xff;
	gic_write_sgir(gic, GIC_SGIR_SELF(c->q->irq2));
	udelay(GIC_KUNIT_SETTLE_US);
	early = gic_ack(c);
	c->val[1] = early & GICC_IAR_INT_ID_MASK;
	if (c->val[1] < GIC_KUNIT_MAX_IRQS)
		gic_eoi(c, early);
	gic_eoi(c, iar);
	gic_collect(c, c->seen.nr < 2);
	c->val[2] = readl(gic->cpu + GIC_CPU_RUNNINGPRI) & 0xff;
}

static void sgi_running_priority_holds_back(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_running, gic_sgi(test, 0), gic_sgi(test, 1));
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++) {
		u32 want[] = { GIC_IAR(q->cpus[i].ifnr, q->irq),
			      GIC_IAR(q->cpus[i].ifnr, q->irq2) };

		gic_expect(test, q->cpus[i].val[0], GIC_KUNIT_PRI,
			   "CPU%u: GICC_RPR with an SGI of priority %#x active (4.4.6)",
			   q->cpus[i].cpu, GIC_KUNIT_PRI);
		gic_expect(test, q->cpus[i].val[1], GICC_INT_SPURIOUS,
			   "CPU%u: an interrupt of the running priority preempted it (3.3.2)",
			   q->cpus[i].cpu);
		gic_expect_ok(test, q->cpus[i].val[2] >= (q->gic->pri_mask & 0xf0),
			      "CPU%u: GICC_RPR is not idle after GICC_EOIR (4.4.5)",
			      q->cpus[i].cpu);
		gic_expect_seen(test, &q->cpus[i], want, 2, "SGI after priority drop (4.4.5)");
	}
}

/* GICD_ICENABLER0 on SGIs is IMPLEMENTATION DEFINED (4.3.6): judged if it works. */
static void gic_disabled(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	gic_dist_poke(gic, GIC_DIST_ENABLE_CLEAR, c->q->irq);
	c->val[0] = gic_dist_bit(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	gic_write_sgir(gic, GIC_SGIR_SELF(c->q->irq));
	gic_meet(c);
	gic_collect(c, c->val[0]);
	c->val[1] = c->seen.nr;
	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, c->q->irq);
	gic_collect(c, !c->seen.nr);
}

static void sgi_disabled_waits_for_enable(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_disabled, gic_sgi(test, 0), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++) {
		u32 want = GIC_IAR(q->cpus[i].ifnr, q->irq);

		gic_expect(test, q->cpus[i].val[1], q->cpus[i].val[0],
			   "CPU%u: SGI %u reads %s in GICD_ISENABLER0 and was signalled %u times (4.3.5)",
			   q->cpus[i].cpu, q->irq, q->cpus[i].val[0] ? "enabled" : "disabled",
			   q->cpus[i].val[1]);
		gic_expect_seen(test, &q->cpus[i], &want, 1, "SGI enabled while pending (4.3.5)");
	}
}

/* ------------------------------------------------------------------ */

struct gic_live_sgi {
	atomic_t count;
	u64 at;
};

static DEFINE_PER_CPU(struct gic_live_sgi, gic_live_sgi);

static irqreturn_t gic_live_sgi_handler(int irq, void *data)
{
	struct gic_live_sgi *live = data;

	WRITE_ONCE(live->at, ktime_get_mono_fast_ns());
	/* Pairs with the acquire in gic_wait_handled(). */
	if (atomic_inc_return_release(&live->count) == GIC_KUNIT_STORM)
		disable_percpu_irq(irq);
	return IRQ_HANDLED;
}

static void gic_live_free(void *irq)
{
	gic_on_all_cpus(gic_percpu_disable, irq);
	free_percpu_irq((unsigned long)irq, &gic_live_sgi);
}

static unsigned int gic_live_request(struct kunit *test)
{
	unsigned long irq = gic_map(test, gic_sgi(test, 0), IRQ_TYPE_EDGE_RISING);
	int cpu;

	for_each_possible_cpu(cpu)
		atomic_set(&per_cpu(gic_live_sgi, cpu).count, 0);
	gic_assert_ok(test,
		      request_percpu_irq(irq, gic_live_sgi_handler, "gic_kunit", &gic_live_sgi));
	gic_assert_ok(test, kunit_add_action_or_reset(test, gic_live_free, (void *)irq));
	gic_on_all_cpus(gic_percpu_enable, (void *)irq);
	return irq;
}

struct gic_live_send {
	struct irq_data *d;
	unsigned int rounds;
	struct gic_latency *lat;
};

/*
 * Runs on the source CPU. Interrupts are open there, so that self works too.
 * Returns the mask of targets that lost one.
 */
static long gic_live_send(void *info)
{
	struct gic_live_send *send = info;
	struct gic_live_sgi *live;
	unsigned int i;
	long lost = 0;
	int t, count;
	u64 from;

	for (i = 0; i < send->rounds; i++) {
		for_each_online_cpu(t) {
			live = &per_cpu(gic_live_sgi, t);
			count = atomic_read(&live->count) + 1;
			from = ktime_get_mono_fast_ns();
			send->d->chip->ipi_send_mask(send->d, cpumask_of(t));
			if (!gic_wait_handled(&live->count, count))
				lost |= BIT(t);
			else if (send->lat)
				gic_latency_add(send->lat, raw_smp_processor_id(), t, from,
						READ_ONCE(live->at));
		}
	}
	return lost;
}

static void gic_live_all_pairs(struct kunit *test, unsigned int rounds, struct gic_latency *lat)
{
	unsigned int irq = gic_live_request(test);
	struct gic_live_send send = { .d = irq_get_irq_data(irq), .rounds = rounds, .lat = lat };
	int s, t, sent = 0;
	long lost;

	gic_assert(test, send.d->chip->ipi_send_mask, "the GIC's irq_chip sends no IPIs");
	for_each_online_cpu(s) {
		lost = work_on_cpu(s, gic_live_send, &send);
		gic_expect(test, lost, 0, "lost SGI: sent by CPU%d, never handled on CPUs %#lx",
			   s, lost);
		sent += rounds;
	}
	usleep_range(100, 200);
	for_each_online_cpu(t)
		gic_expect(test, atomic_read(&per_cpu(gic_live_sgi, t).count), sent,
			   "CPU%d was sent %d SGIs and handled another number", t, sent);
}

static void sgi_live_every_pair(struct kunit *test)
{
	gic_live_all_pairs(test, 1, NULL);
}

static void sgi_live_latency(struct kunit *test)
{
	struct gic_latency *lat = gic_alloc(test, sizeof(*lat));

	gic_live_all_pairs(test, 6, lat);
	gic_latency_report(test, "SGI, every pair of CPUs, GICD_SGIR to handler", lat);
}

static struct kunit_case gic_sgi_cases[] = {
	KUNIT_CASE(sgi_all_ids_are_usable),
	KUNIT_CASE(sgi_matrix_source_target_id),
	KUNIT_CASE(sgi_filter_self),
	KUNIT_CASE(sgi_filter_all_but_self),
	KUNIT_CASE(sgi_filter_reserved_sends_no_other),
	KUNIT_CASE(sgi_nsatt_names_the_group),
	KUNIT_CASE(sgi_broadcast),
	KUNIT_CASE(sgi_target_list_subsets),
	KUNIT_CASE(sgi_two_sources_are_two_interrupts),
	KUNIT_CASE(sgi_pending_coalesces),
	KUNIT_CASE(sgi_spendsgir_and_cpendsgir),
	KUNIT_CASE(sgi_priority_mask_holds_back),
	KUNIT_CASE(sgi_higher_priority_first),
	KUNIT_CASE(sgi_running_priority_holds_back),
	KUNIT_CASE(sgi_disabled_waits_for_enable),
	KUNIT_CASE(sgi_live_every_pair),
	KUNIT_CASE(sgi_live_latency),
	{}
};

static struct kunit_suite gic_sgi_suite = {
	.name = "gic_sgi",
	.suite_init = gic_kunit_suite_init,
	.suite_exit = gic_kunit_suite_exit,
	.init = gic_kunit_init,
	.test_cases = gic_sgi_cases,
};

kunit_test_suite(gic_sgi_suite);
