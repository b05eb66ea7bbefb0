// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 distributor: identification, counts against the device tree, read-only
 * and banked registers, read-back of every line that nobody uses.
 */

#include "gic_kunit.h"

#include <linux/bitfield.h>
#include <linux/cpu.h>
#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/of_address.h>

/*
 * GICD_IIDR (4.3.3) as read on silicon or in the technical reference manual.
 * An unknown one is a failure only if the implementer field is empty.
 */
static const struct gic_implementation {
	u32 iidr;
	u32 mask;
	const char *name;
	/* It has GICD_PPISR and GICD_SPISRn. */
	bool line_status;
} gic_implementations[] = {
	/* Logs of an Allwinner A31 and an A20 board, 2013; product 0x01 is the Cortex-A7's */
	{ 0x0100043b, 0xffffffff, "as read on an Allwinner A31", true },
	{ 0x0100143b, 0xffffffff, "as read on an Allwinner A20", true },
	/* GIC-400 TRM, 3.3.1: product 0x02 */
	{ 0x0200043b, 0xff000fff, "GIC-400", true },
	/* QEMU: hw/intc/arm_gic.c answers the implementer alone */
	{ GIC_KUNIT_IIDR_QEMU, 0xffffffff, "QEMU's arm_gic", false },
};

static const struct gic_implementation *gic_find_implementation(u32 iidr)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(gic_implementations); i++)
		if ((iidr & gic_implementations[i].mask) == gic_implementations[i].iidr)
			return &gic_implementations[i];
	return NULL;
}

/**
 * gic_require_line_status - skip a case if the GIC is not known to show its inputs
 * @test: the case
 *
 * What is at their place is IMPLEMENTATION DEFINED (4.1.2).
 */
void gic_require_line_status(struct kunit *test)
{
	u32 iidr = readl_relaxed(gic_kunit_dut(test)->dist + GIC_DIST_IIDR);
	const struct gic_implementation *impl = gic_find_implementation(iidr);

	if (!impl || !impl->line_status)
		gic_skip(test,
			 "GICD_IIDR %#010x is of no GIC known to have GICD_PPISR and GICD_SPISRn",
			 iidr);
}

static void gicd_iidr_is_known(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	u32 iidr = readl_relaxed(gic->dist + GIC_DIST_IIDR);
	const struct gic_implementation *impl = gic_find_implementation(iidr);

	gic_expect_ok(test, iidr & GICD_IIDR_IMPLEMENTER_MASK,
		      "GICD_IIDR %#010x names no implementer (4.3.3)", iidr);
	gic_info(test, "GICD_IIDR %#010x: %s\n", iidr,
		 impl ? impl->name : "not in the table; please report it");
}

static void gicd_pidr2_is_gicv2(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	gic_expect(test,
		   FIELD_GET(GIC_DIST_PIDR2_ARCHREV, readl_relaxed(gic->dist + GIC_DIST_PIDR2)),
		   2, "GICD_PIDR2.ArchRev is not 2 (4.3.18)");
}

static void gicd_identification_is_read_only(struct kunit *test)
{
	static const struct {
		u32 reg;
		const char *name;
	} regs[] = {
		{ GIC_DIST_CTR, "GICD_TYPER" },
		{ GIC_DIST_IIDR, "GICD_IIDR" },
		{ GIC_DIST_PIDR2, "GICD_PIDR2" },
	};
	struct gic_dut *gic = gic_kunit_dut(test);
	u32 old;
	int i;

	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		old = readl_relaxed(gic->dist + regs[i].reg);
		writel_relaxed(~old, gic->dist + regs[i].reg);
		gic_expect(test, readl_relaxed(gic->dist + regs[i].reg), old,
			   "%s is not read-only", regs[i].name);
	}
}

static void gicd_ranges_match_device_tree(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	struct resource dist, cpu, hyp;

	gic_expect_ok(test, gic->dist_size >= SZ_4K,
		      "%pOF: reg[0], the distributor, is %pa bytes long; it needs 0x1000", gic->np,
		      &gic->dist_size);
	gic_expect_ok(test, gic->cpu_size >= SZ_8K,
		      "%pOF: reg[1], the CPU interface, is %pa bytes long; it needs 0x2000 to reach GICC_DIR",
		      gic->np, &gic->cpu_size);
	gic_assert_ok(test, of_address_to_resource(gic->np, 0, &dist));
	gic_assert_ok(test, of_address_to_resource(gic->np, 1, &cpu));
	gic_expect(test, resource_overlaps(&dist, &cpu), false,
		   "%pOF: reg[0] overlaps reg[1]: %pR and %pR", gic->np, &dist, &cpu);
	/* A GIC without virtualization extensions has two ranges. */
	if (!of_address_to_resource(gic->np, 2, &hyp))
		gic_expect(test, gic->no_virt[0], false, "%pOF: %s", gic->np, gic->no_virt);
}

struct gic_named {
	struct kunit *test;
	unsigned int nr;
};

static void gic_expect_line(struct gic_dut *gic, struct device_node *np,
			    struct device_node *parent, u32 spi, void *data)
{
	struct gic_named *named = data;

	if (parent != gic->np)
		return;
	named->nr++;
	/* The number may be anything: not added to. */
	gic_expect_ok(named->test, spi < gic->nr_irqs - GIC_KUNIT_FIRST_SPI,
		      "%pOF: an interrupt is SPI %u, GICD_TYPER.ITLinesNumber ends at INTID %u, SPI %u",
		      np, spi, gic->nr_irqs - 1, gic->nr_irqs - 1 - GIC_KUNIT_FIRST_SPI);
}

static void gicd_typer_lines_cover_device_tree(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	struct gic_named named = { .test = test };

	gic_walk_named_spis(gic, gic_expect_line, &named);
	gic_expect_ok(test, named.nr > 0, "no node of the device tree names an SPI of %pOF",
		      gic->np);
}

static void gicd_typer_cpus_match_device_tree(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int nodes = 0;
	struct device_node *np;

	for_each_of_cpu_node(np)
		nodes++;
	gic_expect(test, gic->nr_cpu_ifs, nodes,
		   "GICD_TYPER.CPUNumber says %u CPU interfaces, the device tree has %u cpu nodes",
		   gic->nr_cpu_ifs, nodes);
}

static void gicd_lines_beyond_limit_are_raz_wi(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	void __iomem *reg;
	unsigned int irq;

	if (gic->nr_irqs >= GIC_KUNIT_MAX_IRQS)
		gic_skip(test, "this GIC implements all 1020 INTIDs: there is no line beyond");
	for (irq = gic->nr_irqs; irq < GIC_KUNIT_MAX_IRQS; irq += 32) {
		reg = gic->dist + GIC_DIST_ENABLE_SET + irq / 32 * 4;
		writel_relaxed(~0, reg);
		gic_expect(test, readl_relaxed(reg), 0,
			   "GICD_ISENABLER%u is beyond GICD_TYPER.ITLinesNumber and not RAZ/WI",
			   irq / 32);
	}
}

static void gicd_forwards_interrupts(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	gic_expect(test, readl_relaxed(gic->dist + GIC_DIST_CTRL) & GICD_ENABLE, true,
		   "GICD_CTLR: forwarding is disabled (4.3.1)");
	gic_expect(test, readl_relaxed(gic->cpu + GIC_CPU_CTRL) & GICC_ENABLE, true,
		   "GICC_CTLR: signalling is disabled (4.4.1)");
}

/* The other lines of the register are devices', which interrupt as they like. */
static u32 gic_spare_bits(struct gic_dut *gic, u32 reg, unsigned int irq)
{
	return readl_relaxed(gic->dist + reg + irq / 32 * 4) &
	       (u32)bitmap_read(gic->spare, rounddown(irq, 32), 32);
}

/*
 * Set and clear one bit of every spare line through a pair of registers, and
 * see that its spare neighbours stay:
 *
 *   SET  ... 0 0 [1] 0 ...  ->  both read 1
 *   CLR  ... 0 0 [1] 0 ...  ->  both read 0
 */
static void gic_set_clear_readback(struct kunit *test, u32 set, u32 clear, const char *name)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int irq;
	u32 before;

	gic_spare_irq(test, 0);
	for_each_set_bit(irq, gic->spare, gic->nr_irqs) {
		/* Linux has no handler: it would never end what is signalled to it. */
		if (set == GIC_DIST_PENDING_SET && gic_dist_bit(gic, GIC_DIST_ENABLE_SET, irq)) {
			gic_expect_ok(test, false,
				      "GICD_ISENABLER: INTID %u is enabled, it cannot be pended here",
				      irq);
			continue;
		}
		if (set == GIC_DIST_ENABLE_SET)
			gic_assert_not_pending(test, irq);
		before = gic_spare_bits(gic, set, irq);
		gic_expect(test, before & BIT(irq % 32), false,
			   "GICD_IS%s: INTID %u is set before anybody set it", name, irq);

		gic_dist_poke(gic, set, irq);
		gic_expect(test, gic_spare_bits(gic, set, irq), before | BIT(irq % 32),
			   "GICD_IS%s: setting INTID %u does not read back alone", name, irq);
		gic_expect(test, gic_dist_bit(gic, clear, irq), true,
			   "GICD_IC%s: INTID %u is set and does not read so", name, irq);

		gic_dist_poke(gic, clear, irq);
		gic_expect(test, gic_spare_bits(gic, set, irq), before & ~BIT(irq % 32),
			   "GICD_IC%s: INTID %u cannot be cleared, or takes others along", name,
			   irq);
	}
}

static void gicd_enable_reads_back(struct kunit *test)
{
	gic_set_clear_readback(test, GIC_DIST_ENABLE_SET, GIC_DIST_ENABLE_CLEAR, "ENABLER");
}

static void gicd_pending_reads_back(struct kunit *test)
{
	gic_set_clear_readback(test, GIC_DIST_PENDING_SET, GIC_DIST_PENDING_CLEAR, "PENDR");
}

static void gicd_active_reads_back(struct kunit *test)
{
	gic_set_clear_readback(test, GIC_DIST_ACTIVE_SET, GIC_DIST_ACTIVE_CLEAR, "ACTIVER");
}

/* The lines are disabled, and nothing drives their inputs. */
static void gicd_line_status_is_not_what_pends(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	void __iomem *reg;
	unsigned int irq;
	u32 bit, before;

	gic_require_line_status(test);
	gic_spare_irq(test, 0);
	for_each_set_bit(irq, gic->spare, gic->nr_irqs) {
		reg = gic->dist + GIC_DIST_SPISR(irq);
		bit = BIT(irq % 32);
		if (gic_dist_bit(gic, GIC_DIST_ENABLE_SET, irq))
			continue;
		before = readl_relaxed(reg) & bit;
		gic_dist_poke(gic, GIC_DIST_PENDING_SET, irq);
		gic_expect(test, readl_relaxed(reg) & bit, before,
			   "GICD_SPISR: INTID %u, pended by software, changes what its input reads",
			   irq);
		gic_dist_poke(gic, GIC_DIST_PENDING_CLEAR, irq);
	}
}

static void gicd_writing_zero_changes_nothing(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int irq = gic_spare_irq(test, 0);

	gic_assert_not_pending(test, irq);
	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, irq);
	writel_relaxed(0, gic->dist + GIC_DIST_ENABLE_SET + irq / 32 * 4);
	writel_relaxed(0, gic->dist + GIC_DIST_ENABLE_CLEAR + irq / 32 * 4);
	gic_expect(test, gic_dist_bit(gic, GIC_DIST_ENABLE_SET, irq), true,
		   "GICD_ISENABLER: a write of zero cleared INTID %u (4.3.5)", irq);
	gic_dist_poke(gic, GIC_DIST_ENABLE_CLEAR, irq);
}

static void gicd_priority_reads_back(struct kunit *test)
{
	static const u8 patterns[] = { 0x00, 0xff, 0x50, 0xa0, 0xf0, 0x10 };
	struct gic_dut *gic = gic_kunit_dut(test);
	u8 old, before, after;
	unsigned int irq, i;

	gic_spare_irq(test, 0);
	for_each_set_bit(irq, gic->spare, gic->nr_irqs) {
		old = gic_dist_byte(gic, GIC_DIST_PRI, irq);
		before = gic_dist_byte(gic, GIC_DIST_PRI, irq - 1);
		for (i = 0; i < ARRAY_SIZE(patterns); i++) {
			gic_dist_set_byte(gic, GIC_DIST_PRI, irq, patterns[i]);
			gic_expect(test, gic_dist_byte(gic, GIC_DIST_PRI, irq),
				   patterns[i] & gic->pri_mask,
				   "GICD_IPRIORITYR: INTID %u does not keep %#04x (4.3.11)", irq,
				   patterns[i]);
		}
		after = gic_dist_byte(gic, GIC_DIST_PRI, irq - 1);
		gic_expect(test, after, before,
			   "GICD_IPRIORITYR: writing INTID %u changed INTID %u", irq, irq - 1);
		gic_dist_set_byte(gic, GIC_DIST_PRI, irq, old);
	}
}

/* Both kinds of access are allowed to these (4.1.4); others' lines are only read. */
static void gicd_byte_and_word_accesses_agree(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 offset;
	} regs[] = {
		{ "GICD_IPRIORITYR", GIC_DIST_PRI },
		{ "GICD_ITARGETSR", GIC_DIST_TARGET },
	};
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int irq, i;
	u32 word, byte;

	for (i = 0; i < ARRAY_SIZE(regs); i++)
		for (irq = GIC_KUNIT_FIRST_SPI; irq < gic->nr_irqs; irq++) {
			word = readl(gic->dist + regs[i].offset + irq / 4 * 4);
			byte = gic_dist_byte(gic, regs[i].offset, irq);
			gic_expect(test, byte, word >> irq % 4 * 8 & 0xff,
				   "%s of INTID %u: a byte is not that of its word (4.1.4)",
				   regs[i].name, irq);
		}
}

/* A word of priorities: no driver changes them, so those of others stay as they are. */
static void gicd_priority_takes_words(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int irq = gic_spare_irq(test, gic->nr_spare - 1), shift = irq % 4 * 8;
	void __iomem *reg = gic->dist + GIC_DIST_PRI + irq / 4 * 4;
	u32 old = readl(reg), word = (old & ~(0xffU << shift)) | 0x50U << shift;

	writel(word, reg);
	gic_expect(test, readl(reg), word,
		   "GICD_IPRIORITYR of INTID %u does not take a word (4.1.4)", irq);
	writel(old, reg);
}

static void gicd_priority_has_enough_levels(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	/* 16 levels; 32 with the security extensions, 16 of them non-secure (3.3, 3.5) */
	u8 least = gic->security && gic->secure ? 0xf8 : 0xf0;

	gic_expect(test, gic->pri_mask & least, least,
		   "GICD_IPRIORITYR implements %#04x, the least is %#04x", gic->pri_mask, least);
	gic_expect(test, (u8)(gic->pri_mask | (gic->pri_mask - 1)), 0xff,
		   "GICD_IPRIORITYR: unimplemented bits of %#04x are not the low ones",
		   gic->pri_mask);
}

static void gicd_config_reads_back(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int irq;
	u32 before, off;
	bool edge;

	gic_spare_irq(test, 0);
	for_each_set_bit(irq, gic->spare, gic->nr_irqs) {
		off = irq / 16 * 4;
		edge = gic_is_edge(gic, irq);
		before = readl_relaxed(gic->dist + GIC_DIST_CONFIG + off);
		gic_set_edge(gic, irq, !edge);
		gic_expect(test, readl_relaxed(gic->dist + GIC_DIST_CONFIG + off),
			   before ^ BIT(irq % 16 * 2 + 1),
			   "GICD_ICFGR: INTID %u does not become %s-triggered alone (4.3.13)",
			   irq, edge ? "level" : "edge");
		gic_set_edge(gic, irq, edge);
	}
}

static void gicd_config_of_sgis_is_fixed(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	u32 old = readl_relaxed(gic->dist + GIC_DIST_CONFIG);
	/* The fields of Group 0 interrupts are RAZ/WI for non-secure accesses. */
	unsigned long sgis = gic->secure ? GENMASK(15, 0) : GENMASK(7, 0) | gic->sgis;
	unsigned int sgi;

	for_each_set_bit(sgi, &sgis, 16)
		gic_expect(test, gic_is_edge(gic, sgi), true,
			   "GICD_ICFGR0: SGI %u is not edge-triggered (4.3.13)", sgi);
	writel_relaxed(0, gic->dist + GIC_DIST_CONFIG);
	gic_expect(test, readl_relaxed(gic->dist + GIC_DIST_CONFIG), old,
		   "GICD_ICFGR0 is not read-only (4.3.13)");
	writel_relaxed(old, gic->dist + GIC_DIST_CONFIG);
}

static void gicd_targets_read_back(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int irq;
	u8 old, mask;
	int cpu;

	gic_require_targets(test);
	gic_spare_irq(test, 0);
	for_each_set_bit(irq, gic->spare, gic->nr_irqs) {
		old = gic_dist_byte(gic, GIC_DIST_TARGET, irq);
		for_each_online_cpu(cpu) {
			mask = gic->ifmask[cpu];
			gic_dist_set_byte(gic, GIC_DIST_TARGET, irq, mask);
			gic_expect(test, gic_dist_byte(gic, GIC_DIST_TARGET, irq), mask,
				   "GICD_ITARGETSR: INTID %u does not keep target CPU%d (4.3.12)",
				   irq, cpu);
		}
		gic_dist_set_byte(gic, GIC_DIST_TARGET, irq, old);
	}
}

static void gic_read_own_targets(struct gic_cpu *c)
{
	int i;

	for (i = 0; i < 32; i++)
		c->val[0] |= gic_dist_byte(c->q->gic, GIC_DIST_TARGET, i);
	/* Read-only: a write of the complement must not stick */
	writel_relaxed(~0, c->q->gic->dist + GIC_DIST_TARGET);
	for (i = 0; i < 4; i++)
		c->val[1] |= gic_dist_byte(c->q->gic, GIC_DIST_TARGET, i);
}

/*
 *            CPU0   CPU1   CPU2   CPU3
 *  TARGET0   0x01   0x02   0x04   0x08     one bit each, no two the same
 */
static void gicd_targets_of_sgis_and_ppis_are_banked(struct kunit *test)
{
	struct gic_quiesce *q;
	unsigned int i;
	u32 all = 0;

	gic_require_targets(test);
	q = gic_on_each_cpu(test, gic_read_own_targets, 0, 0);
	gic_expect(test, q->nr_cpus, num_online_cpus(),
		   "GICD_ITARGETSR0-7 are one-hot on %u of %u CPUs (4.3.12)", q->nr_cpus,
		   num_online_cpus());
	for (i = 0; i < q->nr_cpus; i++) {
		gic_expect_ok(test, is_power_of_2(q->cpus[i].val[0]),
			      "GICD_ITARGETSR0-7 of CPU%u read %#x, not one CPU interface (4.3.12)",
			      q->cpus[i].cpu, q->cpus[i].val[0]);
		gic_expect(test, all & q->cpus[i].val[0], false,
			   "GICD_ITARGETSR0-7 are not banked: CPU%u reads %#x like another (4.3.12)",
			   q->cpus[i].cpu, q->cpus[i].val[0]);
		all |= q->cpus[i].val[0];
	}
}

static void gicd_targets_of_sgis_and_ppis_are_read_only(struct kunit *test)
{
	struct gic_quiesce *q = gic_on_each_cpu(test, gic_read_own_targets, 0, 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_ok(test, !(q->cpus[i].val[1] & (q->cpus[i].val[1] - 1)),
			      "GICD_ITARGETSR0 of CPU%u is writable (4.3.12)", q->cpus[i].cpu);
}

/* Every CPU writes its own value, all meet, every CPU reads it back. */
static void gic_bank_priority(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	u8 old = gic_dist_byte(gic, GIC_DIST_PRI, c->q->irq);

	gic_dist_set_byte(gic, GIC_DIST_PRI, c->q->irq, 0x10 * (c->nr + 2));
	gic_meet(c);
	c->val[0] = gic_dist_byte(gic, GIC_DIST_PRI, c->q->irq);
	gic_meet(c);
	gic_dist_set_byte(gic, GIC_DIST_PRI, c->q->irq, old);
}

static void gicd_priority_of_sgis_is_banked(struct kunit *test)
{
	struct gic_quiesce *q = gic_quiesce(test, gic_bank_priority, gic_sgi(test, 0), 0);
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		gic_expect(test, q->cpus[i].val[0], 0x10 * (i + 2),
			   "GICD_IPRIORITYR%u is not banked: CPU%u wrote %#x and reads %#x (4.3.11)",
			   q->irq / 4, q->cpus[i].cpu, 0x10 * (i + 2), q->cpus[i].val[0]);
}

/* Every CPU pends an SGI of its own on itself; all look at their own bank. */
static unsigned int gic_own_sgi(struct gic_quiesce *q, unsigned int nr)
{
	unsigned long sgis = q->gic->sgis;

	return find_nth_bit(&sgis, BITS_PER_LONG, nr % hweight_long(sgis));
}

static void gic_bank_pending(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	/* Nothing may be taken here, only looked at */
	writel_relaxed(0, gic->cpu + GIC_CPU_PRIMASK);
	gic_write_sgir(gic, GIC_SGIR_SELF(gic_own_sgi(c->q, c->nr)));
	gic_meet(c);
	c->val[0] = readl_relaxed(gic->dist + GIC_DIST_PENDING_SET) & gic->sgis;
}

static void gicd_pending_of_sgis_is_banked(struct kunit *test)
{
	struct gic_quiesce *q;
	unsigned int i;

	gic_sgi(test, 0);
	q = gic_quiesce(test, gic_bank_pending, 0, 0);
	for (i = 0; i < q->nr_cpus; i++)
		gic_expect(test, q->cpus[i].val[0], BIT(gic_own_sgi(q, i)),
			   "GICD_ISPENDR0: only SGI %u pends on CPU%u, which reads %#x (4.3.7)",
			   gic_own_sgi(q, i), q->cpus[i].cpu, q->cpus[i].val[0]);
}

static struct kunit_case gic_distributor_cases[] = {
	KUNIT_CASE(gicd_iidr_is_known),
	KUNIT_CASE(gicd_pidr2_is_gicv2),
	KUNIT_CASE(gicd_identification_is_read_only),
	KUNIT_CASE(gicd_ranges_match_device_tree),
	KUNIT_CASE(gicd_typer_lines_cover_device_tree),
	KUNIT_CASE(gicd_typer_cpus_match_device_tree),
	KUNIT_CASE(gicd_lines_beyond_limit_are_raz_wi),
	KUNIT_CASE(gicd_forwards_interrupts),
	KUNIT_CASE(gicd_enable_reads_back),
	KUNIT_CASE(gicd_pending_reads_back),
	KUNIT_CASE(gicd_active_reads_back),
	KUNIT_CASE(gicd_line_status_is_not_what_pends),
	KUNIT_CASE(gicd_writing_zero_changes_nothing),
	KUNIT_CASE(gicd_priority_reads_back),
	KUNIT_CASE(gicd_byte_and_word_accesses_agree),
	KUNIT_CASE(gicd_priority_takes_words),
	KUNIT_CASE(gicd_priority_has_enough_levels),
	KUNIT_CASE(gicd_config_reads_back),
	KUNIT_CASE(gicd_config_of_sgis_is_fixed),
	KUNIT_CASE(gicd_targets_read_back),
	KUNIT_CASE(gicd_targets_of_sgis_and_ppis_are_banked),
	KUNIT_CASE(gicd_targets_of_sgis_and_ppis_are_read_only),
	KUNIT_CASE(gicd_priority_of_sgis_is_banked),
	KUNIT_CASE(gicd_pending_of_sgis_is_banked),
	{}
};

static struct kunit_suite gic_distributor_suite = {
	.name = "gic_distributor",
	.suite_init = gic_kunit_suite_init,
	.suite_exit = gic_kunit_suite_exit,
	.init = gic_kunit_init,
	.test_cases = gic_distributor_cases,
};

kunit_test_suite(gic_distributor_suite);
