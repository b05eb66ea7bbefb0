// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 CPU interface: acknowledge and end, priorities and preemption, the
 * enables of both sides, groups as each security state sees them.
 *
 * Most cases run on one CPU after the other with interrupts masked there and
 * the system live: GICC is banked, and each CPU takes the spare lines in turn.
 */

#include "gic_kunit.h"

#include <linux/bitfield.h>
#include <linux/cpu.h>
#include <linux/string.h>

#include "../irq-gic-early.h"

/* IHI 0048B 4.4.9 to 4.4.11, for secure accesses */
#define GICC_AIAR			0x20
#define GICC_AEOIR			0x24
#define GICC_AHPPIR			0x28
/* Of the other group */
#define GICC_HIDDEN			1022

/* 4.4.14: the architecture version of GICC_IIDR */
#define GICC_IIDR_ARCH			GENMASK(19, 16)

static u32 gicc_read(struct gic_cpu *c, u32 reg)
{
	return readl(c->q->gic->cpu + reg);
}

static void gicc_write(struct gic_cpu *c, u32 reg, u32 val)
{
	writel(val, c->q->gic->cpu + reg);
}

static void gicc_pend(struct gic_cpu *c, unsigned int irq)
{
	gic_dist_poke(c->q->gic, GIC_DIST_ENABLE_SET, irq);
	gic_dist_poke(c->q->gic, GIC_DIST_PENDING_SET, irq);
	gic_settle(c->q->gic);
}

static void gicc_target(struct gic_cpu *c, u8 target)
{
	gic_dist_set_byte(c->q->gic, GIC_DIST_TARGET, c->q->irq, target);
	gic_settle(c->q->gic);
}

/* An interrupt more urgent than @irq, which has the tests' priority */
static void gicc_pend_urgent(struct gic_cpu *c, unsigned int irq)
{
	gic_dist_set_byte(c->q->gic, GIC_DIST_PRI, irq, GIC_KUNIT_PRI_HIGH);
	gicc_pend(c, irq);
}

static bool gicc_is_active(struct gic_cpu *c, unsigned int irq)
{
	return gic_dist_bit(c->q->gic, GIC_DIST_ACTIVE_SET, irq);
}

/* No implemented bit of the priority is 0. */
static bool gicc_is_idle(struct gic_cpu *c)
{
	u32 bits = c->q->gic->pri_mask & 0xf0;

	return (gicc_read(c, GIC_CPU_RUNNINGPRI) & bits) == bits;
}

/* Run @fn on each CPU with spare lines of its own meanwhile, and judge it. */
static void gicc_judge(struct kunit *test, void (*fn)(struct gic_cpu *c))
{
	gic_expect_checked(test, gic_polled(test, fn, gic_spare_irq(test, 0),
					    gic_spare_irq(test, 1)));
}

/* ------------------------------------------------------------------ */

static void gicc_idle(struct gic_cpu *c)
{
	gic_check(c, "GICC_IAR, nothing pends (4.4.4)", gicc_read(c, GIC_CPU_INTACK),
		  GICC_INT_SPURIOUS);
	gic_check(c, "GICC_RPR is idle, nothing is active (4.4.6)", gicc_is_idle(c), true);
	gic_check(c, "GICC_IIDR.Architecture (4.4.14)",
		  FIELD_GET(GICC_IIDR_ARCH, gicc_read(c, GIC_CPU_IDENT)), 2);
}

static void gicc_nothing_pends_when_idle(struct kunit *test)
{
	gicc_judge(test, gicc_idle);
}

/*
 *   GICD    pending  --IAR-->  active  --EOIR-->  inactive
 *   RPR      idle               0x80               idle
 */
static void gicc_one(struct gic_cpu *c)
{
	unsigned int irq = c->q->irq;

	gicc_pend(c, irq);
	gic_check(c, "GICC_HPPIR of a pending SPI (4.4.7)", gicc_read(c, GIC_CPU_HIGHPRI), irq);
	gic_check(c, "GICC_IAR of a pending SPI (4.4.4)", gicc_read(c, GIC_CPU_INTACK), irq);
	gic_check(c, "GICD_ISPENDR after GICC_IAR (3.2.4)",
		  gic_dist_bit(c->q->gic, GIC_DIST_PENDING_SET, irq), 0);
	gic_check(c, "GICD_ISACTIVER after GICC_IAR (3.2.4)", gicc_is_active(c, irq), true);
	gic_check(c, "GICC_RPR while it is active (4.4.6)",
		  gicc_read(c, GIC_CPU_RUNNINGPRI) & 0xff, GIC_KUNIT_PRI);
	gic_eoi(c, irq);
	gic_check(c, "GICD_ISACTIVER after its end (3.2.4)", gicc_is_active(c, irq), false);
	gic_check(c, "GICC_RPR is idle after its end (4.4.6)", gicc_is_idle(c), true);
	gic_check(c, "GICC_IAR after its end (4.4.4)", gicc_read(c, GIC_CPU_INTACK),
		  GICC_INT_SPURIOUS);
}

static void gicc_pending_is_acknowledged_and_ended(struct kunit *test)
{
	gicc_judge(test, gicc_one);
}

/* Often enough for what goes wrong now and then */
#define GICC_ROUNDS			64

static void gicc_many(struct gic_cpu *c)
{
	unsigned int irq = c->q->irq, i;
	u32 iar;

	for (i = 0; i < GICC_ROUNDS; i++) {
		gicc_pend(c, irq);
		iar = gicc_read(c, GIC_CPU_INTACK);
		gic_check(c, "GICC_IAR of a pending SPI, time after time (4.4.4)", iar, irq);
		if (iar != irq)
			continue;
		gic_eoi(c, irq);
		gic_check(c, "GICD_ISACTIVER after an end, time after time (3.2.4)",
			  gicc_is_active(c, irq), false);
		gic_dist_poke(c->q->gic, GIC_DIST_ACTIVE_CLEAR, irq);
	}
}

static void gicc_none_of_many_is_lost(struct kunit *test)
{
	gicc_judge(test, gicc_many);
}

static void gicc_hppir_sgi(struct gic_cpu *c)
{
	unsigned int sgi = __ffs(c->q->gic->sgis);

	gic_write_sgir(c->q->gic, GIC_SGIR_SELF(sgi));
	gic_settle(c->q->gic);
	gic_check(c, "GICC_HPPIR of an SGI, with the CPUID that GICC_IAR will give (4.4.7)",
		  gicc_read(c, GIC_CPU_HIGHPRI), GIC_IAR(c->ifnr, sgi));
}

static void gicc_hppir_carries_the_source(struct kunit *test)
{
	gic_sgi(test, 0);
	gicc_judge(test, gicc_hppir_sgi);
}

static void gicc_hppir_masked(struct gic_cpu *c)
{
	gicc_write(c, GIC_CPU_PRIMASK, 0);
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_HPPIR of what GICC_PMR holds back (4.4.7)",
		  gicc_read(c, GIC_CPU_HIGHPRI), c->q->irq);
	gic_check(c, "GICC_IAR of what GICC_PMR holds back (4.4.2)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_INT_SPURIOUS);
}

static void gicc_hppir_does_not_heed_the_priority_mask(struct kunit *test)
{
	gicc_judge(test, gicc_hppir_masked);
}

static void gicc_spurious_eoi(struct gic_cpu *c)
{
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_IAR (4.4.4)", gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gicc_write(c, GIC_CPU_EOI, GICC_INT_SPURIOUS);
	gic_check(c, "GICC_RPR after GICC_EOIR of 1023 (4.4.5)",
		  gicc_read(c, GIC_CPU_RUNNINGPRI) & 0xff, GIC_KUNIT_PRI);
	gic_check(c, "GICD_ISACTIVER after GICC_EOIR of 1023 (4.4.5)",
		  gicc_is_active(c, c->q->irq), true);
	gic_eoi(c, c->q->irq);
}

static void gicc_eoi_of_spurious_is_ignored(struct kunit *test)
{
	gicc_judge(test, gicc_spurious_eoi);
}

/* ------------------------------------------------------------------ */

static void gicc_preempt(struct gic_cpu *c)
{
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_IAR (4.4.4)", gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gicc_pend_urgent(c, c->q->irq2);
	gic_check(c, "GICC_IAR of priority 0x60 while 0x80 runs (3.3.2)",
		  gicc_read(c, GIC_CPU_INTACK), c->q->irq2);
	gic_check(c, "GICC_RPR, preempted (4.4.6)", gicc_read(c, GIC_CPU_RUNNINGPRI) & 0xff,
		  GIC_KUNIT_PRI_HIGH);
	gic_eoi(c, c->q->irq2);
	gic_check(c, "GICC_RPR, back from preemption (4.4.6)",
		  gicc_read(c, GIC_CPU_RUNNINGPRI) & 0xff, GIC_KUNIT_PRI);
	gic_check(c, "GICD_ISACTIVER of the one preempted (3.3.2)",
		  gicc_is_active(c, c->q->irq), true);
	gic_eoi(c, c->q->irq);
}

static void gicc_higher_priority_preempts(struct kunit *test)
{
	gicc_judge(test, gicc_preempt);
}

static void gicc_equal(struct gic_cpu *c)
{
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_IAR (4.4.4)", gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gicc_pend(c, c->q->irq2);
	gic_check(c, "GICC_IAR of priority 0x80 while 0x80 runs (3.3.2)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_INT_SPURIOUS);
	gic_eoi(c, c->q->irq);
	gic_check(c, "GICC_IAR of priority 0x80 after the other has ended (3.3.2)",
		  gicc_read(c, GIC_CPU_INTACK), c->q->irq2);
	gic_eoi(c, c->q->irq2);
}

static void gicc_equal_priority_waits(struct kunit *test)
{
	gicc_judge(test, gicc_equal);
}

static void gicc_active_by_software(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	gic_dist_poke(gic, GIC_DIST_ACTIVE_SET, c->q->irq);
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_IAR of what GICD_ISACTIVER made active (4.3.9)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_INT_SPURIOUS);
	gic_check(c, "GICC_RPR, nothing was acknowledged (4.4.6)", gicc_is_idle(c), true);
	gic_dist_poke(gic, GIC_DIST_ACTIVE_CLEAR, c->q->irq);
	gic_settle(gic);
	gic_check(c, "GICC_IAR of it after GICD_ICACTIVER (4.3.10)",
		  gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gic_eoi(c, c->q->irq);
}

static void gicd_active_by_software_is_held_back(struct kunit *test)
{
	gicc_judge(test, gicc_active_by_software);
}

static void gicc_probe_bpr(struct gic_cpu *c)
{
	u32 bpr = gicc_read(c, GIC_CPU_BINPOINT);

	gicc_write(c, GIC_CPU_BINPOINT, 7);
	c->val[0] = gicc_read(c, GIC_CPU_BINPOINT);
	gicc_write(c, GIC_CPU_BINPOINT, 5);
	c->val[1] = gicc_read(c, GIC_CPU_BINPOINT);
	gicc_write(c, GIC_CPU_BINPOINT, bpr);
}

/* With GICC_CTLR.CBPR, which only secure software sees, it is not ours (4.4.3). */
static void gicc_require_bpr(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	struct gic_quiesce *q;

	if (!gic->security || gic->secure)
		return;
	q = gic_polled(test, gicc_probe_bpr, 0, 0);
	if (q->cpus[0].val[0] == q->cpus[0].val[1])
		gic_skip(test, "GICC_BPR is that of secure software (GICC_CTLR.CBPR)");
}

/* GICC_BPR 7: no bit that differs between the two decides on preemption. */
static void gicc_group_priority(struct gic_cpu *c)
{
	u32 bpr = gicc_read(c, GIC_CPU_BINPOINT);

	gicc_write(c, GIC_CPU_BINPOINT, 7);
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_IAR (4.4.4)", gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gicc_pend_urgent(c, c->q->irq2);
	gic_check(c, "GICC_IAR of priority 0x60 while 0x80 runs, GICC_BPR 7 (4.4.3)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_INT_SPURIOUS);
	gic_eoi(c, c->q->irq);
	gic_check(c, "GICC_IAR of priority 0x60 after 0x80 has ended (4.4.3)",
		  gicc_read(c, GIC_CPU_INTACK), c->q->irq2);
	gic_eoi(c, c->q->irq2);
	gicc_write(c, GIC_CPU_BINPOINT, bpr);
}

static void gicc_binary_point_groups_priorities(struct kunit *test)
{
	gicc_require_bpr(test);
	gicc_judge(test, gicc_group_priority);
}

static void gicc_bpr(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	u32 bpr = gicc_read(c, GIC_CPU_BINPOINT), min, max;

	/* Up to 3, and one more for the non-secure copy */
	max = gic->security && !gic->secure ? 4 : 3;
	gicc_write(c, GIC_CPU_BINPOINT, 0);
	min = gicc_read(c, GIC_CPU_BINPOINT);
	gic_check(c, "GICC_BPR written 0: at most 3, or 4 for non-secure accesses (4.4.3)",
		  min, min_t(u32, min, max));
	gicc_write(c, GIC_CPU_BINPOINT, 7);
	gic_check(c, "GICC_BPR written 7 (4.4.3)", gicc_read(c, GIC_CPU_BINPOINT), 7);
	gicc_write(c, GIC_CPU_BINPOINT, bpr);
}

static void gicc_binary_point_has_a_minimum(struct kunit *test)
{
	gicc_require_bpr(test);
	gicc_judge(test, gicc_bpr);
}

static void gicc_pmr(struct gic_cpu *c)
{
	u32 mask = c->q->gic->pri_mask;

	gicc_write(c, GIC_CPU_PRIMASK, 0xff);
	gic_check(c, "GICC_PMR written 0xff: the bits that GICD_IPRIORITYR has (4.4.2)",
		  gicc_read(c, GIC_CPU_PRIMASK), mask);
	gicc_write(c, GIC_CPU_PRIMASK, 0x50);
	gic_check(c, "GICC_PMR written 0x50 (4.4.2)", gicc_read(c, GIC_CPU_PRIMASK), 0x50);
}

static void gicc_priority_mask_has_the_bits_of_priorities(struct kunit *test)
{
	gicc_judge(test, gicc_pmr);
}

/* How they encode it is their own affair; 0 is nothing active (4.4.12). */
static void gicc_read_aprs(struct gic_cpu *c, u32 apr[4])
{
	int i;

	for (i = 0; i < 4; i++)
		apr[i] = gicc_read(c, GIC_CPU_ACTIVEPRIO + i * 4);
}

static void gicc_apr(struct gic_cpu *c)
{
	u32 before[4], one[4], two[4], after[4];

	gicc_read_aprs(c, before);
	gicc_pend(c, c->q->irq);
	gicc_read(c, GIC_CPU_INTACK);
	gicc_read_aprs(c, one);
	gic_check(c, "GICC_APRn change with an acknowledge (4.4.12)",
		  !!memcmp(before, one, sizeof(one)), true);
	gicc_pend_urgent(c, c->q->irq2);
	gicc_read(c, GIC_CPU_INTACK);
	gicc_read_aprs(c, two);
	gic_check(c, "GICC_APRn change with an acknowledge that preempts (4.4.12)",
		  !!memcmp(one, two, sizeof(two)), true);
	gic_eoi(c, c->q->irq2);
	gic_eoi(c, c->q->irq);
	gicc_read_aprs(c, after);
	gic_check(c, "GICC_APRn differ after the end of both (4.4.12)",
		  !!memcmp(before, after, sizeof(after)), false);
}

static void gicc_apr_records_active_priorities(struct kunit *test)
{
	gicc_judge(test, gicc_apr);
}

/* ------------------------------------------------------------------ */

static void gicc_split(struct gic_cpu *c)
{
	unsigned int irq = c->q->irq;
	u32 ctlr = gicc_read(c, GIC_CPU_CTRL);

	/* The same bit in both views (4.4.1) */
	gicc_write(c, GIC_CPU_CTRL, ctlr | GIC_CPU_CTRL_EOImodeNS);
	gicc_pend(c, irq);
	gic_check(c, "GICC_IAR (4.4.4)", gicc_read(c, GIC_CPU_INTACK), irq);
	gicc_write(c, GIC_CPU_EOI, irq);
	gic_check(c, "GICC_RPR is idle after GICC_EOIR, EOImode 1 (3.2.1)", gicc_is_idle(c), true);
	gic_check(c, "GICD_ISACTIVER after GICC_EOIR, EOImode 1 (3.2.1)", gicc_is_active(c, irq),
		  true);
	gicc_write(c, GIC_CPU_DEACTIVATE, irq);
	gic_check(c, "GICD_ISACTIVER after GICC_DIR (4.4.15)", gicc_is_active(c, irq), false);

	gicc_write(c, GIC_CPU_CTRL, ctlr & ~GIC_CPU_CTRL_EOImodeNS);
	gicc_pend(c, irq);
	gic_check(c, "GICC_IAR (4.4.4)", gicc_read(c, GIC_CPU_INTACK), irq);
	gicc_write(c, GIC_CPU_EOI, irq);
	gic_check(c, "GICD_ISACTIVER after GICC_EOIR, EOImode 0 (3.2.1)", gicc_is_active(c, irq),
		  false);
	gicc_write(c, GIC_CPU_CTRL, ctlr);
}

static void gicc_require_dir(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	if (gic->cpu_size < GIC_CPU_DEACTIVATE + 4)
		gic_skip(test, "%pOF: the CPU interface's range of %pa bytes has no GICC_DIR",
			 gic->np, &gic->cpu_size);
}

static void gicc_eoi_mode_splits_drop_and_deactivation(struct kunit *test)
{
	gicc_require_dir(test);
	gicc_judge(test, gicc_split);
}

/* The first CPU acknowledges, the last one deactivates. */
static void gicc_dir(struct gic_cpu *c)
{
	unsigned int irq = c->q->irq;
	u32 ctlr = gicc_read(c, GIC_CPU_CTRL);

	gicc_write(c, GIC_CPU_CTRL, ctlr | GIC_CPU_CTRL_EOImodeNS);
	if (!c->nr) {
		gicc_pend(c, irq);
		gic_check(c, "GICC_IAR (4.4.4)", gicc_read(c, GIC_CPU_INTACK), irq);
		gicc_write(c, GIC_CPU_EOI, irq);
	}
	gic_meet(c);
	gic_check(c, "GICD_ISACTIVER before GICC_DIR (4.4.15)", gicc_is_active(c, irq), true);
	gic_meet(c);
	if (c->nr == c->q->nr_cpus - 1)
		gicc_write(c, GIC_CPU_DEACTIVATE, irq);
	gic_meet(c);
	gic_check(c, "GICD_ISACTIVER after GICC_DIR of another CPU (4.4.15)",
		  gicc_is_active(c, irq), false);
	gicc_write(c, GIC_CPU_CTRL, ctlr);
}

static void gicc_dir_may_come_from_another_cpu(struct kunit *test)
{
	gicc_require_dir(test);
	gic_require_cpus(test, 2);
	gic_expect_checked(test, gic_quiesce(test, gicc_dir, gic_spare_irq(test, 0), 0));
}

/* ------------------------------------------------------------------ */

static void gicc_disabled(struct gic_cpu *c)
{
	u32 ctlr = gicc_read(c, GIC_CPU_CTRL);
	u32 groups = GIC_CPU_CTRL_EnableGrp0 | GIC_CPU_CTRL_EnableGrp1;

	gicc_write(c, GIC_CPU_CTRL, ctlr & ~groups);
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_IAR, the CPU interface disabled in GICC_CTLR (4.4.1)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_INT_SPURIOUS);
	gicc_write(c, GIC_CPU_CTRL, ctlr);
	gic_check(c, "GICC_IAR, the CPU interface enabled again (4.4.1)",
		  gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gic_eoi(c, c->q->irq);
}

static void gicc_enable_gates_the_interface(struct kunit *test)
{
	gicc_judge(test, gicc_disabled);
}

/* For all CPUs at once, so all are held. */
static void gicd_disabled(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	u32 ctlr = readl(gic->dist + GIC_DIST_CTRL);

	gic_meet(c);
	if (!c->nr) {
		writel(0, gic->dist + GIC_DIST_CTRL);
		gic_settle(gic);
		gicc_pend(c, c->q->irq);
	}
	gic_meet(c);
	gic_check(c, "GICC_IAR, forwarding disabled in GICD_CTLR (4.3.1)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_INT_SPURIOUS);
	gic_meet(c);
	if (c->nr)
		return;
	writel(ctlr, gic->dist + GIC_DIST_CTRL);
	gic_settle(gic);
	gic_check(c, "GICC_IAR, forwarding enabled again (4.3.1)", gicc_read(c, GIC_CPU_INTACK),
		  c->q->irq);
	gic_eoi(c, c->q->irq);
}

static void gicd_enable_gates_forwarding(struct kunit *test)
{
	gic_expect_checked(test, gic_quiesce(test, gicd_disabled, gic_spare_irq(test, 0), 0));
}

static void gicc_bank(struct gic_cpu *c)
{
	u32 bpr = gicc_read(c, GIC_CPU_BINPOINT);

	gicc_write(c, GIC_CPU_PRIMASK, 0x10 * (c->nr + 1));
	gicc_write(c, GIC_CPU_BINPOINT, 4 + c->nr % 4);
	gic_meet(c);
	gic_check(c, "GICC_PMR, each CPU wrote its own (4.4.2)", gicc_read(c, GIC_CPU_PRIMASK),
		  0x10 * (c->nr + 1));
	gic_check(c, "GICC_BPR, each CPU wrote its own (4.4.3)", gicc_read(c, GIC_CPU_BINPOINT),
		  4 + c->nr % 4);
	gic_meet(c);
	gicc_write(c, GIC_CPU_BINPOINT, bpr);
}

static void gicc_registers_are_banked(struct kunit *test)
{
	gic_require_cpus(test, 2);
	gicc_require_bpr(test);
	gic_expect_checked(test, gic_quiesce(test, gicc_bank, 0, 0));
}

/* ------------------------------------------------------------------ */

static void gicc_no_target(struct gic_cpu *c)
{
	gicc_target(c, 0);
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_IAR of an SPI without a target (4.3.12)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_INT_SPURIOUS);
	gicc_target(c, BIT(c->ifnr));
	gic_check(c, "GICC_IAR of an SPI that was given a target (4.3.12)",
		  gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gic_eoi(c, c->q->irq);
}

static void gicd_spi_without_target_waits(struct kunit *test)
{
	gic_require_targets(test);
	gicc_judge(test, gicc_no_target);
}

static void gicc_target_lost(struct gic_cpu *c)
{
	gicc_pend(c, c->q->irq);
	gicc_target(c, 0);
	gic_check(c, "GICC_IAR of a pending SPI that lost its target (4.3.12)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_INT_SPURIOUS);
	gicc_target(c, BIT(c->ifnr));
	gic_check(c, "GICC_IAR of a pending SPI that got its target back (4.3.12)",
		  gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gic_eoi(c, c->q->irq);
}

static void gicd_pending_spi_outlives_its_target(struct kunit *test)
{
	gic_require_targets(test);
	gicc_judge(test, gicc_target_lost);
}

static void gicc_absent(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	gic_dist_set_byte(gic, GIC_DIST_TARGET, c->q->irq, 0xff);
	gic_check(c, "GICD_ITARGETSR written 0xff: the CPU interfaces that are there (4.3.12)",
		  gic_dist_byte(gic, GIC_DIST_TARGET, c->q->irq), GENMASK(gic->nr_cpu_ifs - 1, 0));
}

static void gicd_targets_of_absent_interfaces_are_raz_wi(struct kunit *test)
{
	gic_require_targets(test);
	gicc_judge(test, gicc_absent);
}

/* ------------------------------------------------------------------ */

static void gicd_write_groups(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	bool nonsecure = gic->security && !gic->secure;
	void __iomem *reg;
	unsigned int irq;
	u32 bit, old;

	for_each_set_bit(irq, gic->spare, gic->nr_irqs) {
		reg = gic->dist + GIC_DIST_IGROUP + irq / 32 * 4;
		bit = BIT(irq % 32);
		old = readl(reg);
		writel(old ^ bit, reg);
		if (nonsecure)
			gic_check(c, "GICD_IGROUPR, non-secure access: RAZ/WI (4.3.4)",
				  readl(reg), 0);
		else
			gic_check(c, "GICD_IGROUPR, one bit inverted (4.3.4)",
				  readl(reg), old ^ bit);
		writel(old, reg);
	}
}

/* Without the security extensions GICD_IGROUPR is optional. */
static void gicd_groups_belong_to_the_secure_view(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	if (!gic->security)
		gic_skip(test, "GICD_TYPER.SecurityExtn is 0: there is one view");
	gicc_judge(test, gicd_write_groups);
}

/*
 * Group 0 in each view: to the secure one it is there; non-secure software
 * finds nothing of it. Under U-Boot's PSCI SGI 15 is one, which is never sent.
 */
static void gicd_group0(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	bool nonsecure = gic->security && !gic->secure;
	u8 pri = gic_dist_byte(gic, GIC_DIST_PRI, 15);
	u32 enabled;

	gic_dist_set_byte(gic, GIC_DIST_PRI, 15, 0x50);
	if (!nonsecure) {
		gic_check(c, "GICD_IPRIORITYR of SGI 15 written 0x50, secure access (4.3.11)",
			  gic_dist_byte(gic, GIC_DIST_PRI, 15), 0x50);
		gic_dist_set_byte(gic, GIC_DIST_PRI, 15, pri);
		return;
	}
	gic_check(c, "GICD_IPRIORITYR of Group 0, non-secure access: RAZ/WI (4.3.11)",
		  gic_dist_byte(gic, GIC_DIST_PRI, 15), 0);
	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, 15);
	enabled = gic_dist_bit(gic, GIC_DIST_ENABLE_SET, 15);
	gic_check(c, "GICD_ISENABLER0 of Group 0, non-secure access: RAZ/WI (4.3.5)", enabled, 0);
	if (enabled)
		gic_dist_poke(gic, GIC_DIST_ENABLE_CLEAR, 15);
}

static void gicd_probe_sgi15(struct gic_cpu *c)
{
	u8 pri = gic_dist_byte(c->q->gic, GIC_DIST_PRI, 15);

	gic_dist_set_byte(c->q->gic, GIC_DIST_PRI, 15, 0xff);
	c->val[0] = gic_dist_byte(c->q->gic, GIC_DIST_PRI, 15);
	gic_dist_set_byte(c->q->gic, GIC_DIST_PRI, 15, pri);
}

static void gicd_group0_is_hidden_from_nonsecure(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	struct gic_quiesce *q;

	if (!gic->security)
		gic_skip(test, "GICD_TYPER.SecurityExtn is 0: there is one view");
	q = gic_polled(test, gicd_probe_sgi15, 0, 0);
	if (!gic->secure && q->cpus[0].val[0])
		gic_skip(test, "firmware has left SGI 15 in Group 1");
	gicc_judge(test, gicd_group0);
}

/* A Group 1 interrupt in the secure view, beside Linux's own of Group 0 */
static void gicc_as_group1(struct gic_cpu *c, void (*fn)(struct gic_cpu *c))
{
	struct gic_group1 old = gic_make_group1(c);

	gicc_pend(c, c->q->irq);
	fn(c);
	gic_end_group1(c, old);
}

static void gicc_ackctl(struct gic_cpu *c)
{
	gic_check(c, "GICC_HPPIR of a Group 1 interrupt, AckCtl 0 (4.4.7)",
		  gicc_read(c, GIC_CPU_HIGHPRI), GICC_HIDDEN);
	gic_check(c, "GICC_IAR of a Group 1 interrupt, AckCtl 0 (4.4.4)",
		  gicc_read(c, GIC_CPU_INTACK), GICC_HIDDEN);
	gicc_write(c, GIC_CPU_CTRL, gicc_read(c, GIC_CPU_CTRL) | GIC_CPU_CTRL_AckCtl);
	gic_check(c, "GICC_IAR of a Group 1 interrupt, AckCtl 1 (4.4.4)",
		  gicc_read(c, GIC_CPU_INTACK), c->q->irq);
	gic_eoi(c, c->q->irq);
}

static void gicc_group1_ackctl(struct gic_cpu *c)
{
	gicc_as_group1(c, gicc_ackctl);
}

static void gicc_aliased(struct gic_cpu *c)
{
	gic_check(c, "GICC_AHPPIR of a Group 1 interrupt (4.4.11)", gicc_read(c, GICC_AHPPIR),
		  c->q->irq);
	gic_check(c, "GICC_AIAR of a Group 1 interrupt (4.4.9)", gicc_read(c, GICC_AIAR),
		  c->q->irq);
	gic_check(c, "GICC_AIAR while it is active (4.4.9)", gicc_read(c, GICC_AIAR),
		  GICC_INT_SPURIOUS);
	gicc_write(c, GICC_AEOIR, c->q->irq);
	gic_check(c, "GICD_ISACTIVER after GICC_AEOIR (4.4.10)", gicc_is_active(c, c->q->irq),
		  false);
}

static void gicc_group1_aliased(struct gic_cpu *c)
{
	gicc_as_group1(c, gicc_aliased);
}

/* 0x80 is acknowledged, then 0x60 pends: what GICC_AIAR gives depends on the binary point. */
static void gicc_try_to_preempt(struct gic_cpu *c, const char *what, bool preempts)
{
	u32 iar;

	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_AIAR of a Group 1 interrupt (4.4.9)", gicc_read(c, GICC_AIAR),
		  c->q->irq);
	gicc_pend_urgent(c, c->q->irq2);
	iar = gicc_read(c, GICC_AIAR);
	gic_check(c, what, iar, preempts ? c->q->irq2 : GICC_INT_SPURIOUS);
	/* Were it left running, this CPU would get no interrupt any more. */
	if (iar == c->q->irq2)
		gicc_write(c, GICC_AEOIR, iar);
	gicc_write(c, GICC_AEOIR, c->q->irq);
	gic_dist_poke(c->q->gic, GIC_DIST_PENDING_CLEAR, c->q->irq2);
}

static void gicc_cbpr(struct gic_cpu *c)
{
	void __iomem *group = c->q->gic->dist + GIC_DIST_IGROUP + c->q->irq2 / 32 * 4;
	u32 old = readl(group), bpr = gicc_read(c, GIC_CPU_BINPOINT);
	u32 abpr = gicc_read(c, GIC_CPU_ALIAS_BINPOINT), ctlr = gicc_read(c, GIC_CPU_CTRL);

	writel(old | BIT(c->q->irq2 % 32), group);
	gicc_write(c, GIC_CPU_BINPOINT, 7);
	gicc_write(c, GIC_CPU_ALIAS_BINPOINT, 0);
	gicc_try_to_preempt(c, "GICC_AIAR of 0x60 while 0x80 runs, GICC_ABPR least, CBPR 0 (4.4.1)",
			    true);
	gicc_write(c, GIC_CPU_CTRL, ctlr | GIC_CPU_CTRL_CBPR);
	gicc_try_to_preempt(c, "GICC_AIAR of 0x60 while 0x80 runs, GICC_BPR 7, CBPR 1 (4.4.1)",
			    false);
	gicc_write(c, GIC_CPU_CTRL, ctlr);
	gicc_write(c, GIC_CPU_ALIAS_BINPOINT, abpr);
	gicc_write(c, GIC_CPU_BINPOINT, bpr);
	writel(old, group);
}

static void gicc_group1_cbpr(struct gic_cpu *c)
{
	gicc_as_group1(c, gicc_cbpr);
}

/* Non-secure software has one group, and nothing that tells two apart. */
static void gicc_nonsecure_raz_wi(struct gic_cpu *c, const char *what, u32 bit)
{
	u32 ctlr = gicc_read(c, GIC_CPU_CTRL);

	gicc_write(c, GIC_CPU_CTRL, ctlr | bit);
	gic_check(c, what, gicc_read(c, GIC_CPU_CTRL), ctlr);
	gicc_write(c, GIC_CPU_CTRL, ctlr);
}

static void gicc_nonsecure_ackctl(struct gic_cpu *c)
{
	gicc_nonsecure_raz_wi(c, "GICC_CTLR.AckCtl, non-secure access: RAZ/WI (4.4.1)",
			      GIC_CPU_CTRL_AckCtl);
}

static void gicc_nonsecure_cbpr(struct gic_cpu *c)
{
	gicc_nonsecure_raz_wi(c, "GICC_CTLR.CBPR, non-secure access: RAZ/WI (4.4.1)",
			      GIC_CPU_CTRL_CBPR);
}

static void gicc_nonsecure_aliased(struct gic_cpu *c)
{
	gicc_pend(c, c->q->irq);
	gic_check(c, "GICC_AHPPIR, non-secure access: RAZ (4.4.11)", gicc_read(c, GICC_AHPPIR), 0);
	gic_check(c, "GICC_AIAR, non-secure access: RAZ (4.4.9)", gicc_read(c, GICC_AIAR), 0);
	gic_check(c, "GICC_ABPR, non-secure access: RAZ (4.4.8)",
		  gicc_read(c, GIC_CPU_ALIAS_BINPOINT), 0);
	gic_check(c, "GICD_ISACTIVER after that (4.4.9)", gicc_is_active(c, c->q->irq), false);
}

static void gicc_judge_by_view(struct kunit *test, void (*secure)(struct gic_cpu *c),
			       void (*nonsecure)(struct gic_cpu *c))
{
	struct gic_dut *gic = gic_kunit_dut(test);

	if (!gic->security)
		gic_skip(test, "GICD_TYPER.SecurityExtn is 0: there is one view");
	gicc_judge(test, gic->secure ? secure : nonsecure);
}

static void gicc_group1_wants_ackctl(struct kunit *test)
{
	gicc_judge_by_view(test, gicc_group1_ackctl, gicc_nonsecure_ackctl);
}

static void gicc_cbpr_shares_the_binary_point(struct kunit *test)
{
	gicc_judge_by_view(test, gicc_group1_cbpr, gicc_nonsecure_cbpr);
}

static void gicc_aliases_serve_group1(struct kunit *test)
{
	gicc_judge_by_view(test, gicc_group1_aliased, gicc_nonsecure_aliased);
}

/* What each CPU saw as it came online, printed then as "GICv2 early check" */
static void gicc_early_check_found_no_fault(struct kunit *test)
{
	struct gic_early_result r;
	struct device_node *xen = of_find_compatible_node(NULL, NULL, "xen,xen");
	int cpu;

	of_node_put(xen);
	if (!IS_ENABLED(CONFIG_ARM_GIC_EARLY_CHECK))
		gic_skip(test, "CONFIG_ARM_GIC_EARLY_CHECK is not set");
	if (xen)
		gic_skip(test, "the GIC is Xen's: there is no early check");
	for_each_online_cpu(cpu) {
		r = gic_early_result(cpu);
		gic_expect_ok(test, r.checks > 0, "CPU%d came online without a check", cpu);
		gic_expect(test, r.faults, 0,
			   "CPU%d: %u of %u early checks failed, see \"GICv2 early check\" above",
			   cpu, r.faults, r.checks);
	}
}

static struct kunit_case gic_cpu_cases[] = {
	KUNIT_CASE(gicc_early_check_found_no_fault),
	KUNIT_CASE(gicc_nothing_pends_when_idle),
	KUNIT_CASE(gicc_pending_is_acknowledged_and_ended),
	KUNIT_CASE(gicc_none_of_many_is_lost),
	KUNIT_CASE(gicc_hppir_carries_the_source),
	KUNIT_CASE(gicc_hppir_does_not_heed_the_priority_mask),
	KUNIT_CASE(gicc_eoi_of_spurious_is_ignored),
	KUNIT_CASE(gicc_higher_priority_preempts),
	KUNIT_CASE(gicc_equal_priority_waits),
	KUNIT_CASE(gicc_binary_point_groups_priorities),
	KUNIT_CASE(gicc_binary_point_has_a_minimum),
	KUNIT_CASE(gicc_priority_mask_has_the_bits_of_priorities),
	KUNIT_CASE(gicc_apr_records_active_priorities),
	KUNIT_CASE(gicc_eoi_mode_splits_drop_and_deactivation),
	KUNIT_CASE(gicc_dir_may_come_from_another_cpu),
	KUNIT_CASE(gicc_enable_gates_the_interface),
	KUNIT_CASE(gicd_enable_gates_forwarding),
	KUNIT_CASE(gicc_registers_are_banked),
	KUNIT_CASE(gicd_active_by_software_is_held_back),
	KUNIT_CASE(gicd_spi_without_target_waits),
	KUNIT_CASE(gicd_pending_spi_outlives_its_target),
	KUNIT_CASE(gicd_targets_of_absent_interfaces_are_raz_wi),
	KUNIT_CASE(gicd_groups_belong_to_the_secure_view),
	KUNIT_CASE(gicd_group0_is_hidden_from_nonsecure),
	KUNIT_CASE(gicc_group1_wants_ackctl),
	KUNIT_CASE(gicc_cbpr_shares_the_binary_point),
	KUNIT_CASE(gicc_aliases_serve_group1),
	{}
};

static struct kunit_suite gic_cpu_suite = {
	.name = "gic_cpu_interface",
	.suite_init = gic_kunit_suite_init,
	.suite_exit = gic_kunit_suite_exit,
	.init = gic_kunit_init,
	.test_cases = gic_cpu_cases,
};

kunit_test_suite(gic_cpu_suite);
