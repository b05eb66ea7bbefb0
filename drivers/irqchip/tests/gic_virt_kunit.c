// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 virtualization extensions, from a plain kernel: the list registers and
 * maintenance causes of GICH, the virtual CPU interface GICV.
 *
 *     GICH_LRn  --->  GICV_IAR  --->  GICV_EOIR  --->  GICH_LRn
 *     pending         active          inactive
 *
 * Both are memory-mapped and a virtual interrupt is taken only by a guest, so
 * that one CPU can play hypervisor and guest in turn and poll. Cases run on
 * every CPU with interrupts masked, start from an idle interface, and put back
 * what was there, for whoever owns HYP mode.
 */

#include "gic_kunit.h"

#include <linux/bitfield.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>

/* IHI 0048B 5.3.1; what arm-gic.h lacks, or has in some kernels alone */
#define GIC_HCR_LRENPIE			BIT(2)
#define GIC_HCR_VGRP0EIE		BIT(4)
#define GIC_HCR_VGRP0DIE		BIT(5)
#define GIC_HCR_VGRP1EIE		BIT(6)
#define GIC_HCR_VGRP1DIE		BIT(7)
#define GIC_HCR_EOICOUNT(n)		((u32)(n) << 27)

/* 5.3.2 */
#define GICH_VTR_LISTREGS(vtr)		(((vtr) & 0x3f) + 1)
#define GICH_VTR_PREBITS(vtr)		(((vtr) >> 26 & 0x7) + 1)
#define GICH_VTR_PRIBITS(vtr)		(((vtr) >> 29 & 0x7) + 1)

/* 5.3.4; in the order of the enables */
#define GIC_MISR_LRENP			BIT(2)
#define GIC_MISR_NP			BIT(3)
#define GIC_MISR_VGRP0E			BIT(4)
#define GIC_MISR_VGRP0D			BIT(5)
#define GIC_MISR_VGRP1E			BIT(6)
#define GIC_MISR_VGRP1D			BIT(7)

/* 5.5.9 to 5.5.11; the other registers of GICV lie where GICC has them */
#define GICV_AIAR			0x20
#define GICV_AEOIR			0x24
#define GICV_AHPPIR			0x28

#define GICV_CTLR_EOIMODE		BIT(9)
#define GICV_SPURIOUS			1023
/* Of the other group */
#define GICV_HIDDEN			1022
#define GICV_IDLE_PRIORITY		0xff

/* Virtual INTIDs; any will do, they are of no distributor. */
#define VINTID				42
#define VINTID2				43

/* 5.3.8: five bits of priority */
#define GICH_LR(intid, pri)		((u32)(pri) >> 3 << GICH_LR_PRIORITY_SHIFT | (intid))
#define GICH_LR_PENDING(intid, pri)	(GICH_LR(intid, pri) | GICH_LR_PENDING_BIT)
#define GICH_LR_ACTIVE(intid, pri)	(GICH_LR(intid, pri) | GICH_LR_ACTIVE_BIT)

#define GIC_VIRT_MAX_LRS		64

struct gic_virt_state {
	u32 hcr;
	u32 vmcr;
	u32 apr;
	u32 lr[GIC_VIRT_MAX_LRS];
};

/* What a case does on each CPU; cases run one at a time. */
static void (*gic_virt_fn)(struct gic_cpu *c);

static u32 gich_read(struct gic_cpu *c, u32 reg)
{
	return readl(c->q->gic->hyp + reg);
}

static void gich_write(struct gic_cpu *c, u32 reg, u32 val)
{
	writel(val, c->q->gic->hyp + reg);
}

static u32 gicv_read(struct gic_cpu *c, u32 reg)
{
	return readl(c->q->gic->virt + reg);
}

static void gicv_write(struct gic_cpu *c, u32 reg, u32 val)
{
	writel(val, c->q->gic->virt + reg);
}

static u32 gich_read_lr(struct gic_cpu *c, unsigned int n)
{
	return gich_read(c, GICH_LR0 + n * 4);
}

static void gich_write_lr(struct gic_cpu *c, unsigned int n, u32 val)
{
	gich_write(c, GICH_LR0 + n * 4, val);
}

static unsigned int gich_nr_lrs(struct gic_cpu *c)
{
	return GICH_VTR_LISTREGS(gich_read(c, GICH_VTR));
}

static u32 gich_lr_state(struct gic_cpu *c, unsigned int n)
{
	return gich_read_lr(c, n) & GICH_LR_STATE;
}

/* ------------------------------------------------------------------ */

static void gic_virt_read(struct gic_cpu *c, struct gic_virt_state *state)
{
	unsigned int i;

	state->hcr = gich_read(c, GICH_HCR);
	state->vmcr = gich_read(c, GICH_VMCR);
	state->apr = gich_read(c, GICH_APR);
	for (i = 0; i < gich_nr_lrs(c); i++)
		state->lr[i] = gich_read_lr(c, i);
}

/* Nothing is signalled, and no maintenance cause counts, before HCR comes last. */
static void gic_virt_write(struct gic_cpu *c, const struct gic_virt_state *state)
{
	unsigned int i;

	gich_write(c, GICH_HCR, 0);
	for (i = 0; i < gich_nr_lrs(c); i++)
		gich_write_lr(c, i, state->lr[i]);
	gich_write(c, GICH_APR, state->apr);
	gich_write(c, GICH_VMCR, state->vmcr);
	gich_write(c, GICH_HCR, state->hcr);
}

/* Enabled, all priorities let through, Group 0 signalled, nothing pending */
static void gic_virt_make_idle(struct gic_cpu *c)
{
	struct gic_virt_state idle = {
		.hcr = GICH_HCR_EN,
		.vmcr = GICH_VMCR_PRIMASK_MASK | GICH_VMCR_ENABLE_GRP0_MASK,
	};

	gic_virt_write(c, &idle);
}

static void gic_virt_cpu(struct gic_cpu *c)
{
	struct gic_virt_state before, after;
	unsigned int i;

	gic_virt_read(c, &before);
	gic_virt_make_idle(c);
	gic_virt_fn(c);
	gic_virt_write(c, &before);
	gic_virt_read(c, &after);
	gic_check(c, "GICH_HCR after the case", after.hcr, before.hcr);
	gic_check(c, "GICH_VMCR after the case", after.vmcr, before.vmcr);
	gic_check(c, "GICH_APR after the case", after.apr, before.apr);
	for (i = 0; i < gich_nr_lrs(c); i++)
		gic_check(c, "a GICH_LR after the case", after.lr[i], before.lr[i]);
}

static void gic_virt_require(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	if (gic->no_virt[0])
		gic_skip(test, "%pOF: %s", gic->np, gic->no_virt);
}

static void gic_virt_require_lrs(struct kunit *test, unsigned int nr)
{
	u32 vtr;

	gic_virt_require(test);
	vtr = readl(gic_kunit_dut(test)->hyp + GICH_VTR);
	if (GICH_VTR_LISTREGS(vtr) < nr)
		gic_skip(test, "there are %u list registers, this case needs %u",
			 GICH_VTR_LISTREGS(vtr), nr);
}

/* Run @fn on every CPU and judge what it checked. @irq is passed on. */
static void gic_virt(struct kunit *test, void (*fn)(struct gic_cpu *c), unsigned int irq)
{
	gic_virt_require(test);
	gic_virt_fn = fn;
	gic_expect_checked(test, gic_on_each_cpu(test, gic_virt_cpu, irq, 0));
}

/* The same with all CPUs held at once */
static void gic_virt_held(struct kunit *test, void (*fn)(struct gic_cpu *c))
{
	gic_virt_fn = fn;
	gic_expect_checked(test, gic_quiesce(test, gic_virt_cpu, 0, 0));
}

/* ------------------------------------------------------------------ */

static void gich_vtr_describes_list_registers(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	u32 vtr;

	gic_virt_require(test);
	vtr = readl(gic->hyp + GICH_VTR);
	gic_info(test, "GICH_VTR %#010x: %u list registers, %u priority bits, %u preemption bits\n",
		 vtr, GICH_VTR_LISTREGS(vtr), GICH_VTR_PRIBITS(vtr), GICH_VTR_PREBITS(vtr));
	/* The format of a list register has five. */
	gic_expect(test, GICH_VTR_PRIBITS(vtr), 5,
		   "GICH_VTR.PRIbits: virtual priorities have %u bits, not 5 (5.3.2)",
		   GICH_VTR_PRIBITS(vtr));
	gic_expect_ok(test, GICH_VTR_PREBITS(vtr) <= GICH_VTR_PRIBITS(vtr),
		      "GICH_VTR.PREbits: more preemption than priority bits (5.3.2)");
	gic_expect(test, vtr & GENMASK(25, 6), 0,
		   "GICH_VTR %#010x: reserved bits are set (5.3.2)", vtr);
}

/* Everything that a register holds, without a state so that nothing happens */
static u32 gich_lr_pattern(unsigned int n, bool hw)
{
	return hw ? GICH_LR_HW | (0x2aau - n) << GICH_LR_PHYSID_CPUID_SHIFT | GICH_LR(512 + n, 0x50)
		  : GICH_LR_GROUP1 | GICH_LR_EOI | 5u << GICH_LR_PHYSID_CPUID_SHIFT |
		    GICH_LR(511 - n, 0xa8);
}

static void gich_lrs_hold(struct gic_cpu *c, bool hw)
{
	unsigned int i;

	for (i = 0; i < gich_nr_lrs(c); i++)
		gich_write_lr(c, i, gich_lr_pattern(i, hw));
	for (i = 0; i < gich_nr_lrs(c); i++)
		gic_check(c, "a GICH_LR written with this (5.3.8)", gich_read_lr(c, i),
			  gich_lr_pattern(i, hw));
}

static void gich_lrs_read_back(struct gic_cpu *c)
{
	gich_lrs_hold(c, false);
	gich_lrs_hold(c, true);
}

static void gich_list_registers_read_back(struct kunit *test)
{
	gic_virt(test, gich_lrs_read_back, 0);
}

static void gich_lrs_beyond(struct gic_cpu *c)
{
	unsigned int nr = gich_nr_lrs(c), i;

	for (i = nr; i < GIC_VIRT_MAX_LRS; i++) {
		gich_write_lr(c, i, GICH_LR_PENDING(VINTID + i, 0));
		gic_check(c, "GICH_LR beyond GICH_VTR.ListRegs, written (5.3.8)",
			  gich_read_lr(c, i), 0);
	}
	gic_check(c, "GICV_IAR with a GICH_LR beyond GICH_VTR.ListRegs written pending (5.3.8)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
}

static void gich_list_registers_beyond_limit_are_raz_wi(struct kunit *test)
{
	gic_virt(test, gich_lrs_beyond, 0);
}

static void gich_hcr_bits(struct gic_cpu *c)
{
	u32 bits[] = { GICH_HCR_UIE, GIC_HCR_LRENPIE, GICH_HCR_NPIE, GIC_HCR_VGRP0EIE,
		       GIC_HCR_VGRP0DIE, GIC_HCR_VGRP1EIE, GIC_HCR_VGRP1DIE,
		       GIC_HCR_EOICOUNT(0x15), GIC_HCR_EOICOUNT(0x0a) };
	int i;

	/* Without GICH_HCR_EN: no interrupt comes of it. */
	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		gich_write(c, GICH_HCR, bits[i]);
		gic_check(c, "GICH_HCR written with this (5.3.1)", gich_read(c, GICH_HCR), bits[i]);
	}
}

static void gich_hcr_reads_back(struct kunit *test)
{
	gic_virt(test, gich_hcr_bits, 0);
}

static u32 gic_all_lrs(struct gic_cpu *c)
{
	return GENMASK(min(gich_nr_lrs(c), 32u) - 1, 0);
}

static void gich_elrsr(struct gic_cpu *c)
{
	u32 all = gic_all_lrs(c);
	int last = fls(all) - 1;

	gic_check(c, "GICH_ELRSR0, all list registers empty (5.3.6)",
		  gich_read(c, GICH_ELRSR0), all);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICH_ELRSR0, GICH_LR0 pending (5.3.6)", gich_read(c, GICH_ELRSR0),
		  all & ~BIT(0));
	gich_write_lr(c, last, GICH_LR_ACTIVE(VINTID2, 0x80));
	gic_check(c, "GICH_ELRSR0, the first pending and the last active (5.3.6)",
		  gich_read(c, GICH_ELRSR0), all & ~BIT(0) & ~BIT(last));
	gich_write_lr(c, 0, 0);
	gich_write_lr(c, last, GICH_LR(VINTID, 0x80) | GICH_LR_EOI);
	gic_check(c, "GICH_ELRSR0, the last inactive with its EOI to be seen (5.3.6)",
		  gich_read(c, GICH_ELRSR0), all & ~BIT(last));
}

static void gich_elrsr_shows_empty_list_registers(struct kunit *test)
{
	gic_virt(test, gich_elrsr, 0);
}

static void gich_eisr(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80) | GICH_LR_EOI);
	gic_check(c, "GICH_EISR0, pending (5.3.5)", gich_read(c, GICH_EISR0), 0);
	gic_check(c, "GICV_IAR (5.5.4)", gicv_read(c, GIC_CPU_INTACK), VINTID);
	gic_check(c, "GICH_EISR0, active (5.3.5)", gich_read(c, GICH_EISR0), 0);
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_check(c, "GICH_EISR0, ended, GICH_LR0.EOI set (5.3.5)",
		  gich_read(c, GICH_EISR0), BIT(0));
	gich_write_lr(c, 0, 0);
	gic_check(c, "GICH_EISR0, GICH_LR0 written 0 (5.3.5)", gich_read(c, GICH_EISR0), 0);
}

static void gich_eisr_shows_what_has_ended(struct kunit *test)
{
	gic_virt(test, gich_eisr, 0);
}

/* ------------------------------------------------------------------ */

/* The same state, in two places: the hypervisor's and the guest's */
static void gich_vmcr_reads(struct gic_cpu *c)
{
	u32 vmcr;

	gicv_write(c, GIC_CPU_PRIMASK, 0xa8);
	gicv_write(c, GIC_CPU_BINPOINT, 5);
	gicv_write(c, GIC_CPU_ALIAS_BINPOINT, 6);
	gicv_write(c, GIC_CPU_CTRL,
		   GIC_CPU_CTRL_EnableGrp1 | GIC_CPU_CTRL_CBPR | GICV_CTLR_EOIMODE);
	vmcr = gich_read(c, GICH_VMCR);
	gic_check(c, "GICH_VMCR.VMPriMask after GICV_PMR (5.3.3)",
		  FIELD_GET(GICH_VMCR_PRIMASK_MASK, vmcr), 0xa8 >> 3);
	gic_check(c, "GICH_VMCR.VMBP after GICV_BPR (5.3.3)",
		  FIELD_GET(GICH_VMCR_BINPOINT_MASK, vmcr), 5);
	gic_check(c, "GICH_VMCR.VMABP after GICV_ABPR (5.3.3)",
		  FIELD_GET(GICH_VMCR_ALIAS_BINPOINT_MASK, vmcr), 6);
	gic_check(c, "GICH_VMCR.VMGrp1En, VMCBPR, VEM after GICV_CTLR (5.3.3)",
		  vmcr & GENMASK(9, 0),
		  GICH_VMCR_ENABLE_GRP1_MASK | GICH_VMCR_CBPR_MASK | GICH_VMCR_EOI_MODE_MASK);
}

static void gich_vmcr_shows_the_virtual_interface(struct kunit *test)
{
	gic_virt(test, gich_vmcr_reads, 0);
}

static void gich_vmcr_writes(struct gic_cpu *c)
{
	gich_write(c, GICH_VMCR, FIELD_PREP(GICH_VMCR_PRIMASK_MASK, 0x58 >> 3) |
		   FIELD_PREP(GICH_VMCR_BINPOINT_MASK, 4) |
		   FIELD_PREP(GICH_VMCR_ALIAS_BINPOINT_MASK, 5) |
		   GICH_VMCR_ENABLE_GRP0_MASK | GICH_VMCR_ACK_CTL_MASK);
	gic_check(c, "GICV_PMR after GICH_VMCR.VMPriMask (5.3.3)",
		  gicv_read(c, GIC_CPU_PRIMASK), 0x58);
	gic_check(c, "GICV_BPR after GICH_VMCR.VMBP (5.3.3)", gicv_read(c, GIC_CPU_BINPOINT), 4);
	gic_check(c, "GICV_ABPR after GICH_VMCR.VMABP (5.3.3)",
		  gicv_read(c, GIC_CPU_ALIAS_BINPOINT), 5);
	gic_check(c, "GICV_CTLR after GICH_VMCR.VMGrp0En, VMAckCtl (5.3.3)",
		  gicv_read(c, GIC_CPU_CTRL), GIC_CPU_CTRL_EnableGrp0 | GIC_CPU_CTRL_AckCtl);
}

static void gich_vmcr_sets_the_virtual_interface(struct kunit *test)
{
	gic_virt(test, gich_vmcr_writes, 0);
}

static void gicv_minimum(struct gic_cpu *c)
{
	u32 min = 7 - GICH_VTR_PREBITS(gich_read(c, GICH_VTR));

	gicv_write(c, GIC_CPU_BINPOINT, 0);
	gicv_write(c, GIC_CPU_ALIAS_BINPOINT, 0);
	gic_check(c, "GICV_BPR written 0: the minimum that GICH_VTR.PREbits allows (5.5.3)",
		  gicv_read(c, GIC_CPU_BINPOINT), min);
	gic_check(c, "GICV_ABPR written 0: that plus 1 (5.5.8)",
		  gicv_read(c, GIC_CPU_ALIAS_BINPOINT), min + 1);
}

static void gicv_binary_points_have_a_minimum(struct kunit *test)
{
	gic_virt(test, gicv_minimum, 0);
}

static void gicv_iidr(struct gic_cpu *c)
{
	gic_check(c, "GICV_IIDR, beside GICC_IIDR (5.5.13)", gicv_read(c, GIC_CPU_IDENT),
		  readl(c->q->gic->cpu + GIC_CPU_IDENT));
}

static void gicv_iidr_is_that_of_gicc(struct kunit *test)
{
	gic_virt(test, gicv_iidr, 0);
}

static void gicv_idle(struct gic_cpu *c)
{
	gic_check(c, "GICV_IAR, nothing pends (5.5.4)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
	gic_check(c, "GICV_HPPIR, nothing pends (5.5.7)",
		  gicv_read(c, GIC_CPU_HIGHPRI), GICV_SPURIOUS);
	gic_check(c, "GICV_RPR, nothing is active (5.5.6)", gicv_read(c, GIC_CPU_RUNNINGPRI),
		  GICV_IDLE_PRIORITY);
}

static void gicv_nothing_pends_when_idle(struct kunit *test)
{
	gic_virt(test, gicv_idle, 0);
}

/* ------------------------------------------------------------------ */

/*
 *   GICH_LR0   pending  --IAR-->  active  --EOIR-->  inactive
 *   GICV_RPR    0xff               0x80               0xff
 */
static void gicv_one(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_HPPIR of a pending interrupt (5.5.7)",
		  gicv_read(c, GIC_CPU_HIGHPRI), VINTID);
	gic_check(c, "GICV_IAR of a pending interrupt (5.5.4)",
		  gicv_read(c, GIC_CPU_INTACK), VINTID);
	gic_check(c, "GICH_LR0.State after GICV_IAR (5.2.1)",
		  gich_lr_state(c, 0), GICH_LR_ACTIVE_BIT);
	gic_check(c, "GICV_RPR while it is active (5.5.6)", gicv_read(c, GIC_CPU_RUNNINGPRI), 0x80);
	gic_check(c, "GICV_IAR while it is active (5.5.4)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_check(c, "GICH_LR0.State after GICV_EOIR (5.2.1)", gich_lr_state(c, 0), 0);
	gic_check(c, "GICV_RPR after GICV_EOIR (5.5.6)", gicv_read(c, GIC_CPU_RUNNINGPRI),
		  GICV_IDLE_PRIORITY);
	gic_check(c, "GICV_IAR after GICV_EOIR (5.5.4)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
}

static void gicv_pending_is_acknowledged_and_ended(struct kunit *test)
{
	gic_virt(test, gicv_one, 0);
}

static void gicv_sgi(struct gic_cpu *c)
{
	u32 iar = GIC_IAR(5, 3);

	gich_write_lr(c, 0, GICH_LR_PENDING(iar, 0x80));
	gic_check(c, "GICV_IAR of SGI 3 from CPU interface 5 (5.5.4)",
		  gicv_read(c, GIC_CPU_INTACK), iar);
	gicv_write(c, GIC_CPU_EOI, iar);
	gic_check(c, "GICH_LR0.State after GICV_EOIR of an SGI (5.5.5)", gich_lr_state(c, 0), 0);
}

static void gicv_sgi_carries_its_source(struct kunit *test)
{
	gic_virt(test, gicv_sgi, 0);
}

static void gicv_again(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_IAR (5.5.4)", gicv_read(c, GIC_CPU_INTACK), VINTID);
	gich_write_lr(c, 0, gich_read_lr(c, 0) | GICH_LR_PENDING_BIT);
	gic_check(c, "GICV_IAR of one that pends while it is active (5.2.1)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_check(c, "GICH_LR0.State, pending and active, after GICV_EOIR (5.2.1)",
		  gich_lr_state(c, 0), GICH_LR_PENDING_BIT);
	gic_check(c, "GICV_IAR of one that pended while it was active (5.2.1)",
		  gicv_read(c, GIC_CPU_INTACK), VINTID);
}

static void gicv_pended_while_active_comes_again(struct kunit *test)
{
	gic_virt(test, gicv_again, 0);
}

static void gicv_active(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_ACTIVE(VINTID, 0x80));
	gic_check(c, "GICV_HPPIR of an active interrupt (5.2.1)", gicv_read(c, GIC_CPU_HIGHPRI),
		  GICV_SPURIOUS);
	gic_check(c, "GICV_IAR of an active interrupt (5.2.1)", gicv_read(c, GIC_CPU_INTACK),
		  GICV_SPURIOUS);
}

static void gicv_active_is_not_signalled(struct kunit *test)
{
	gic_virt(test, gicv_active, 0);
}

static void gicv_empty(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR(VINTID, 0x80));
	gic_check(c, "GICV_IAR of a list register without a state (5.2.1)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
}

static void gicv_inactive_is_not_signalled(struct kunit *test)
{
	gic_virt(test, gicv_empty, 0);
}

/* Whichever list register has it */
static void gicv_order(struct gic_cpu *c)
{
	unsigned int last = gich_nr_lrs(c) - 1, n;

	for (n = 0; n <= last; n += last) {
		gich_write_lr(c, n, GICH_LR_PENDING(VINTID2, 0x40));
		gich_write_lr(c, last - n, GICH_LR_PENDING(VINTID, 0xa0));
		gic_check(c, "GICV_IAR with priorities 0xa0 and 0x40 pending (5.2.1)",
			  gicv_read(c, GIC_CPU_INTACK), VINTID2);
		gicv_write(c, GIC_CPU_EOI, VINTID2);
		gic_check(c, "GICV_IAR with priority 0xa0 left (5.2.1)",
			  gicv_read(c, GIC_CPU_INTACK), VINTID);
		gicv_write(c, GIC_CPU_EOI, VINTID);
	}
}

static void gicv_higher_priority_first(struct kunit *test)
{
	gic_virt_require_lrs(test, 2);
	gic_virt(test, gicv_order, 0);
}

static void gicv_pmr(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gicv_write(c, GIC_CPU_PRIMASK, 0x80);
	gic_check(c, "GICV_IAR of priority 0x80 with GICV_PMR 0x80 (5.5.2)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
	gicv_write(c, GIC_CPU_PRIMASK, 0x88);
	gic_check(c, "GICV_IAR of priority 0x80 with GICV_PMR 0x88 (5.5.2)",
		  gicv_read(c, GIC_CPU_INTACK), VINTID);
}

static void gicv_priority_mask_holds_back(struct kunit *test)
{
	gic_virt(test, gicv_pmr, 0);
}

static void gicv_running(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_IAR (5.5.4)", gicv_read(c, GIC_CPU_INTACK), VINTID);
	gich_write_lr(c, 1, GICH_LR_PENDING(VINTID2, 0x80));
	gic_check(c, "GICV_IAR of priority 0x80 while 0x80 runs (5.5.6)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
	gich_write_lr(c, 1, GICH_LR_PENDING(VINTID2, 0x78));
	gic_check(c, "GICV_IAR of priority 0x78 while 0x80 runs (5.5.6)",
		  gicv_read(c, GIC_CPU_INTACK), VINTID2);
	gic_check(c, "GICV_RPR, preempted (5.5.6)", gicv_read(c, GIC_CPU_RUNNINGPRI), 0x78);
	gicv_write(c, GIC_CPU_EOI, VINTID2);
	gic_check(c, "GICV_RPR, back from preemption (5.5.6)",
		  gicv_read(c, GIC_CPU_RUNNINGPRI), 0x80);
	gic_check(c, "GICH_LR0.State of the one preempted (5.2.1)", gich_lr_state(c, 0),
		  GICH_LR_ACTIVE_BIT);
}

static void gicv_higher_priority_preempts(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	u32 vtr;

	gic_virt_require_lrs(test, 2);
	vtr = readl(gic->hyp + GICH_VTR);
	if (GICH_VTR_PREBITS(vtr) < 5)
		gic_skip(test, "GICH_VTR %#010x: this case needs 5 preemption bits", vtr);
	gic_virt(test, gicv_running, 0);
}

/* GICV_BPR 5: bits 7 to 6 decide on preemption. */
static void gicv_groups(struct gic_cpu *c)
{
	gicv_write(c, GIC_CPU_BINPOINT, 5);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0xb0));
	gic_check(c, "GICV_IAR (5.5.4)", gicv_read(c, GIC_CPU_INTACK), VINTID);
	gich_write_lr(c, 1, GICH_LR_PENDING(VINTID2, 0x88));
	gic_check(c, "GICV_IAR of priority 0x88 while 0xb0 runs, GICV_BPR 5 (5.5.3)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
	gich_write_lr(c, 1, GICH_LR_PENDING(VINTID2, 0x78));
	gic_check(c, "GICV_IAR of priority 0x78 while 0xb0 runs, GICV_BPR 5 (5.5.3)",
		  gicv_read(c, GIC_CPU_INTACK), VINTID2);
}

static void gicv_binary_point_groups_priorities(struct kunit *test)
{
	gic_virt_require_lrs(test, 2);
	gic_virt(test, gicv_groups, 0);
}

/* 0xb0 is acknowledged, then 0x78 pends, both of Group 1. */
static void gicv_try_to_preempt(struct gic_cpu *c, u32 ctlr, const char *what, u32 want)
{
	u32 iar;

	gicv_write(c, GIC_CPU_CTRL, ctlr);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0xb0) | GICH_LR_GROUP1);
	gic_check(c, "GICV_AIAR of a Group 1 interrupt (5.5.9)", gicv_read(c, GICV_AIAR), VINTID);
	gich_write_lr(c, 1, GICH_LR_PENDING(VINTID2, 0x78) | GICH_LR_GROUP1);
	iar = gicv_read(c, GICV_AIAR);
	gic_check(c, what, iar, want);
	if (iar == VINTID2)
		gicv_write(c, GICV_AEOIR, iar);
	gicv_write(c, GICV_AEOIR, VINTID);
	gich_write_lr(c, 1, 0);
}

static void gicv_cbpr(struct gic_cpu *c)
{
	u32 ctlr = GIC_CPU_CTRL_EnableGrp0 | GIC_CPU_CTRL_EnableGrp1;

	gicv_write(c, GIC_CPU_BINPOINT, 7);
	gicv_write(c, GIC_CPU_ALIAS_BINPOINT, 0);
	gicv_try_to_preempt(c, ctlr,
			    "GICV_AIAR of 0x78 while 0xb0 runs, GICV_ABPR least, CBPR 0 (5.5.1)",
			    VINTID2);
	gicv_try_to_preempt(c, ctlr | GIC_CPU_CTRL_CBPR,
			    "GICV_AIAR of 0x78 while 0xb0 runs, GICV_BPR 7, CBPR 1 (5.5.1)",
			    GICV_SPURIOUS);
}

static void gicv_cbpr_shares_the_binary_point(struct kunit *test)
{
	gic_virt_require_lrs(test, 2);
	gic_virt(test, gicv_cbpr, 0);
}

static void gicv_split(struct gic_cpu *c)
{
	gicv_write(c, GIC_CPU_CTRL, GIC_CPU_CTRL_EnableGrp0 | GICV_CTLR_EOIMODE);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_IAR (5.5.4)", gicv_read(c, GIC_CPU_INTACK), VINTID);
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_check(c, "GICV_RPR after GICV_EOIR, GICV_CTLR.EOImode 1 (5.5.5)",
		  gicv_read(c, GIC_CPU_RUNNINGPRI), GICV_IDLE_PRIORITY);
	gic_check(c, "GICH_LR0.State after GICV_EOIR, GICV_CTLR.EOImode 1 (5.5.5)",
		  gich_lr_state(c, 0), GICH_LR_ACTIVE_BIT);
	gicv_write(c, GIC_CPU_DEACTIVATE, VINTID);
	gic_check(c, "GICH_LR0.State after GICV_DIR (5.5.14)", gich_lr_state(c, 0), 0);
}

static void gicv_eoi_mode_splits_drop_and_deactivation(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	gic_virt_require(test);
	if (gic->virt_size < GIC_CPU_DEACTIVATE + 4)
		gic_skip(test, "%pOF: GICV's range of %pa bytes has no GICV_DIR", gic->np,
			 &gic->virt_size);
	gic_virt(test, gicv_split, 0);
}

static void gicv_spurious_eoi(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_IAR (5.5.4)", gicv_read(c, GIC_CPU_INTACK), VINTID);
	gicv_write(c, GIC_CPU_EOI, GICV_SPURIOUS);
	gic_check(c, "GICV_RPR after GICV_EOIR of 1023 (5.5.5)",
		  gicv_read(c, GIC_CPU_RUNNINGPRI), 0x80);
	gic_check(c, "GICH_HCR.EOICount after GICV_EOIR of 1023 (5.5.5)",
		  gich_read(c, GICH_HCR), GICH_HCR_EN);
}

static void gicv_eoi_of_spurious_is_ignored(struct kunit *test)
{
	gic_virt(test, gicv_spurious_eoi, 0);
}

/* ------------------------------------------------------------------ */

static void gicv_group0_gate(struct gic_cpu *c)
{
	gicv_write(c, GIC_CPU_CTRL, GIC_CPU_CTRL_EnableGrp1);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_IAR, GICV_CTLR.EnableGrp0 0 (5.5.1)", gicv_read(c, GIC_CPU_INTACK),
		  GICV_SPURIOUS);
	gicv_write(c, GIC_CPU_CTRL, GIC_CPU_CTRL_EnableGrp0);
	gic_check(c, "GICV_IAR, GICV_CTLR.EnableGrp0 1 (5.5.1)",
		  gicv_read(c, GIC_CPU_INTACK), VINTID);
}

static void gicv_group_enable_releases(struct kunit *test)
{
	gic_virt(test, gicv_group0_gate, 0);
}

static void gicv_disabled(struct gic_cpu *c)
{
	gicv_write(c, GIC_CPU_CTRL, 0);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_IAR, both groups disabled (5.5.1)", gicv_read(c, GIC_CPU_INTACK),
		  GICV_SPURIOUS);
}

static void gicv_disabled_interface_gives_nothing(struct kunit *test)
{
	gic_virt(test, gicv_disabled, 0);
}

static void gich_disabled(struct gic_cpu *c)
{
	gich_write(c, GICH_HCR, 0);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_IAR, GICH_HCR.En 0 (5.3.1)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_SPURIOUS);
	gich_write(c, GICH_HCR, GICH_HCR_EN);
	gic_check(c, "GICV_IAR, GICH_HCR.En 1 (5.3.1)", gicv_read(c, GIC_CPU_INTACK), VINTID);
}

static void gich_enable_gates_the_interface(struct kunit *test)
{
	gic_virt(test, gich_disabled, 0);
}

static void gicv_group1(struct gic_cpu *c)
{
	gicv_write(c, GIC_CPU_CTRL, GIC_CPU_CTRL_EnableGrp0 | GIC_CPU_CTRL_EnableGrp1);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80) | GICH_LR_GROUP1);
	gic_check(c, "GICV_HPPIR of a Group 1 interrupt, GICV_CTLR.AckCtl 0 (5.5.7)",
		  gicv_read(c, GIC_CPU_HIGHPRI), GICV_HIDDEN);
	gic_check(c, "GICV_IAR of a Group 1 interrupt, GICV_CTLR.AckCtl 0 (5.5.4)",
		  gicv_read(c, GIC_CPU_INTACK), GICV_HIDDEN);
	gic_check(c, "GICH_LR0.State after that (5.5.4)", gich_lr_state(c, 0), GICH_LR_PENDING_BIT);
	gicv_write(c, GIC_CPU_CTRL,
		   GIC_CPU_CTRL_EnableGrp0 | GIC_CPU_CTRL_EnableGrp1 | GIC_CPU_CTRL_AckCtl);
	gic_check(c, "GICV_IAR of a Group 1 interrupt, GICV_CTLR.AckCtl 1 (5.5.4)",
		  gicv_read(c, GIC_CPU_INTACK), VINTID);
}

static void gicv_group1_wants_ackctl(struct kunit *test)
{
	gic_virt(test, gicv_group1, 0);
}

static void gicv_aliased(struct gic_cpu *c)
{
	gicv_write(c, GIC_CPU_CTRL, GIC_CPU_CTRL_EnableGrp0 | GIC_CPU_CTRL_EnableGrp1);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gic_check(c, "GICV_AHPPIR of a Group 0 interrupt (5.5.11)", gicv_read(c, GICV_AHPPIR),
		  GICV_SPURIOUS);
	gic_check(c, "GICV_AIAR of a Group 0 interrupt (5.5.9)",
		  gicv_read(c, GICV_AIAR), GICV_SPURIOUS);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80) | GICH_LR_GROUP1);
	gic_check(c, "GICV_AHPPIR of a Group 1 interrupt (5.5.11)",
		  gicv_read(c, GICV_AHPPIR), VINTID);
	gic_check(c, "GICV_AIAR of a Group 1 interrupt (5.5.9)", gicv_read(c, GICV_AIAR), VINTID);
	gicv_write(c, GICV_AEOIR, VINTID);
	gic_check(c, "GICH_LR0.State after GICV_AEOIR (5.5.10)", gich_lr_state(c, 0), 0);
}

static void gicv_aliases_serve_group1(struct kunit *test)
{
	gic_virt(test, gicv_aliased, 0);
}

/* ------------------------------------------------------------------ */

static void gich_apr(struct gic_cpu *c)
{
	u32 prebits = GICH_VTR_PREBITS(gich_read(c, GICH_VTR));

	gic_check(c, "GICH_APR, nothing is active (5.3.7)", gich_read(c, GICH_APR), 0);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x50));
	gic_check(c, "GICV_IAR (5.5.4)", gicv_read(c, GIC_CPU_INTACK), VINTID);
	gic_check(c, "GICH_APR, priority 0x50 is active (5.3.7)", gich_read(c, GICH_APR),
		  BIT(0x50 >> (8 - prebits)));
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_check(c, "GICH_APR after GICV_EOIR (5.3.7)", gich_read(c, GICH_APR), 0);
}

static void gich_apr_records_active_priorities(struct kunit *test)
{
	gic_virt(test, gich_apr, 0);
}

static void gich_apr_back(struct gic_cpu *c)
{
	u32 prebits = GICH_VTR_PREBITS(gich_read(c, GICH_VTR));

	/* As when a guest comes back that was handling this */
	gich_write_lr(c, 0, GICH_LR_ACTIVE(VINTID, 0x60));
	gich_write(c, GICH_APR, BIT(0x60 >> (8 - prebits)));
	gic_check(c, "GICV_RPR after GICH_APR was written (5.3.7)",
		  gicv_read(c, GIC_CPU_RUNNINGPRI),
		  0x60);
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_check(c, "GICH_LR0.State after GICV_EOIR (5.2.1)", gich_lr_state(c, 0), 0);
	gic_check(c, "GICH_APR after GICV_EOIR (5.3.7)", gich_read(c, GICH_APR), 0);
}

static void gich_apr_restores_the_running_priority(struct kunit *test)
{
	gic_virt(test, gich_apr_back, 0);
}

static void gich_count_eoi(struct gic_cpu *c)
{
	u32 prebits = GICH_VTR_PREBITS(gich_read(c, GICH_VTR));

	/* Active, and its list register given to another */
	gich_write(c, GICH_APR, BIT(0x60 >> (8 - prebits)) | BIT(0x80 >> (8 - prebits)));
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_check(c, "GICH_HCR.EOICount after GICV_EOIR of what no list register has (5.3.1)",
		  gich_read(c, GICH_HCR), GICH_HCR_EN | GIC_HCR_EOICOUNT(1));
	gicv_write(c, GIC_CPU_EOI, VINTID2);
	gic_check(c, "GICH_HCR.EOICount after a second one (5.3.1)", gich_read(c, GICH_HCR),
		  GICH_HCR_EN | GIC_HCR_EOICOUNT(2));
	gic_check(c, "GICV_RPR after both (5.5.6)", gicv_read(c, GIC_CPU_RUNNINGPRI),
		  GICV_IDLE_PRIORITY);
}

static void gich_eoicount_counts_ends_without_list_register(struct kunit *test)
{
	gic_virt(test, gich_count_eoi, 0);
}

/* ------------------------------------------------------------------ */

static void gich_eoi_off(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80) | GICH_LR_EOI);
}

static void gich_eoi_on(struct gic_cpu *c)
{
	gicv_read(c, GIC_CPU_INTACK);
	gicv_write(c, GIC_CPU_EOI, VINTID);
}

static void gich_underflow_off(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
	gich_write_lr(c, 1, GICH_LR_PENDING(VINTID2, 0x80));
}

static void gich_underflow_on(struct gic_cpu *c)
{
	gich_write_lr(c, 1, 0);
}

static void gich_missing_off(struct gic_cpu *c)
{
	gich_write(c, GICH_HCR, gich_read(c, GICH_HCR) & ~GIC_HCR_EOICOUNT(0x1f));
}

static void gich_missing_on(struct gic_cpu *c)
{
	gich_write(c, GICH_HCR, gich_read(c, GICH_HCR) | GIC_HCR_EOICOUNT(1));
}

static void gich_pending_off(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80));
}

static void gich_pending_on(struct gic_cpu *c)
{
	gicv_read(c, GIC_CPU_INTACK);
}

static void gicv_no_group(struct gic_cpu *c)
{
	gicv_write(c, GIC_CPU_CTRL, 0);
}

static void gicv_both_groups(struct gic_cpu *c)
{
	gicv_write(c, GIC_CPU_CTRL, GIC_CPU_CTRL_EnableGrp0 | GIC_CPU_CTRL_EnableGrp1);
}

enum gich_cause { CAUSE_EOI, CAUSE_U, CAUSE_LRENP, CAUSE_NP,
		  CAUSE_GRP0E, CAUSE_GRP0D, CAUSE_GRP1E, CAUSE_GRP1D };

/**
 * struct gich_maintenance - a cause of the maintenance interrupt, 5.3.4
 * @off: make the cause go, or not be
 * @on: make it be
 * @hcr: what enables it in GICH_HCR; the EOI of a list register needs nothing
 * @misr: where it shows in GICH_MISR
 */
struct gich_maintenance {
	void (*off)(struct gic_cpu *c);
	void (*on)(struct gic_cpu *c);
	u32 hcr;
	u32 misr;
};

static const struct gich_maintenance gich_causes[] = {
	[CAUSE_EOI]	= { gich_eoi_off, gich_eoi_on, 0, GICH_MISR_EOI },
	[CAUSE_U]	= { gich_underflow_off, gich_underflow_on, GICH_HCR_UIE, GICH_MISR_U },
	[CAUSE_LRENP]	= { gich_missing_off, gich_missing_on, GIC_HCR_LRENPIE, GIC_MISR_LRENP },
	[CAUSE_NP]	= { gich_pending_off, gich_pending_on, GICH_HCR_NPIE, GIC_MISR_NP },
	[CAUSE_GRP0E]	= { gicv_no_group, gicv_both_groups, GIC_HCR_VGRP0EIE, GIC_MISR_VGRP0E },
	[CAUSE_GRP0D]	= { gicv_both_groups, gicv_no_group, GIC_HCR_VGRP0DIE, GIC_MISR_VGRP0D },
	[CAUSE_GRP1E]	= { gicv_no_group, gicv_both_groups, GIC_HCR_VGRP1EIE, GIC_MISR_VGRP1E },
	[CAUSE_GRP1D]	= { gicv_both_groups, gicv_no_group, GIC_HCR_VGRP1DIE, GIC_MISR_VGRP1D },
};

/* Off, on without its enable, on with it, off again */
static void gich_misr(struct gic_cpu *c)
{
	const struct gich_maintenance *m = &gich_causes[c->q->irq];

	gich_write(c, GICH_HCR, GICH_HCR_EN | m->hcr);
	m->off(c);
	gic_check(c, "GICH_MISR without the cause (5.3.4)", gich_read(c, GICH_MISR), 0);
	m->on(c);
	gic_check(c, "GICH_MISR with the cause (5.3.4)", gich_read(c, GICH_MISR), m->misr);
	if (m->hcr) {
		gich_write(c, GICH_HCR, gich_read(c, GICH_HCR) & ~m->hcr);
		gic_check(c, "GICH_MISR with the cause, not enabled in GICH_HCR (5.3.4)",
			  gich_read(c, GICH_MISR), 0);
		gich_write(c, GICH_HCR, gich_read(c, GICH_HCR) | m->hcr);
		gic_check(c, "GICH_MISR with the cause, enabled again (5.3.4)",
			  gich_read(c, GICH_MISR), m->misr);
	}
	m->off(c);
	gic_check(c, "GICH_MISR, the cause gone (5.3.4)", gich_read(c, GICH_MISR), 0);
}

static void gich_maintenance_eoi(struct kunit *test)
{
	gic_virt(test, gich_misr, CAUSE_EOI);
}

static void gich_maintenance_underflow(struct kunit *test)
{
	gic_virt_require_lrs(test, 2);
	gic_virt(test, gich_misr, CAUSE_U);
}

static void gich_maintenance_list_register_not_present(struct kunit *test)
{
	gic_virt(test, gich_misr, CAUSE_LRENP);
}

static void gich_maintenance_no_pending(struct kunit *test)
{
	gic_virt(test, gich_misr, CAUSE_NP);
}

static void gich_maintenance_group0_enabled(struct kunit *test)
{
	gic_virt(test, gich_misr, CAUSE_GRP0E);
}

static void gich_maintenance_group0_disabled(struct kunit *test)
{
	gic_virt(test, gich_misr, CAUSE_GRP0D);
}

static void gich_maintenance_group1_enabled(struct kunit *test)
{
	gic_virt(test, gich_misr, CAUSE_GRP1E);
}

static void gich_maintenance_group1_disabled(struct kunit *test)
{
	gic_virt(test, gich_misr, CAUSE_GRP1D);
}

/* ------------------------------------------------------------------ */

/* INTID of the maintenance interrupt, from the GIC's own node */
static unsigned int gic_maintenance(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	struct of_phandle_args args;

	gic_virt_require(test);
	if (of_irq_parse_one(gic->np, 0, &args))
		gic_skip(test, "%pOF has no maintenance interrupt", gic->np);
	of_node_put(args.np);
	/* #interrupt-cells of arm,gic.yaml: 1 is a PPI. */
	gic_assert(test, args.args_count == 3 && args.args[0] == 1 && args.args[1] < 16,
		   "%pOF: the maintenance interrupt is no PPI", gic->np);
	return args.args[1] + 16;
}

static void gich_pend_maintenance(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	gic_check(c, "GICD_ISPENDR0 of the maintenance interrupt, no cause (5.3.4)",
		  gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq), 0);
	gich_write(c, GICH_HCR, GICH_HCR_NPIE);
	gic_settle(gic);
	gic_check(c, "GICD_ISPENDR0 of the maintenance interrupt, a cause, GICH_HCR.En 0 (5.3.1)",
		  gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq), 0);
	gich_write(c, GICH_HCR, GICH_HCR_EN | GICH_HCR_NPIE);
	gic_settle(gic);
	gic_check(c, "GICD_ISPENDR0 of the maintenance interrupt, a cause, GICH_HCR.En 1 (5.3.4)",
		  gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq), 1);
	gich_write(c, GICH_HCR, GICH_HCR_EN);
	gic_settle(gic);
	gic_check(c, "GICD_ISPENDR0 of the maintenance interrupt, the cause gone (5.3.4)",
		  gic_dist_bit(gic, GIC_DIST_PENDING_SET, c->q->irq), 0);
}

static void gich_maintenance_pends_its_ppi(struct kunit *test)
{
	gic_virt(test, gich_pend_maintenance, gic_maintenance(test));
}

struct gich_live {
	bool begun;
	struct gic_virt_state before;
	u32 misr;
	atomic_t count;
};

static DEFINE_PER_CPU(struct gich_live, gich_live);
/* To put back what was there, when the case's own run may be gone; only read */
static struct gic_quiesce gich_live_run;
static struct gic_cpu gich_live_cpu;

/* The first comes of an interface without a pending interrupt, which then is off. */
static irqreturn_t gich_handler(int irq, void *data)
{
	struct gich_live *live = data;

	live->misr = gich_read(&gich_live_cpu, GICH_MISR);
	gich_write(&gich_live_cpu, GICH_HCR, 0);
	/* Off before the end of the interrupt, or it comes again */
	gich_read(&gich_live_cpu, GICH_MISR);
	if (atomic_inc_return_release(&live->count) == GIC_KUNIT_STORM)
		disable_percpu_irq(irq);
	return IRQ_HANDLED;
}

static void gich_live_begin(struct gic_cpu *c)
{
	struct gich_live *live = this_cpu_ptr(&gich_live);

	atomic_set(&live->count, 0);
	gic_virt_read(c, &live->before);
	gic_virt_make_idle(c);
	enable_percpu_irq(c->q->irq, IRQ_TYPE_NONE);
	live->begun = true;
	gich_write(c, GICH_HCR, GICH_HCR_EN | GICH_HCR_NPIE);
}

static void gich_live_end(void *irq)
{
	struct gich_live *live = this_cpu_ptr(&gich_live);

	if (!live->begun)
		return;
	gich_write(&gich_live_cpu, GICH_HCR, 0);
	disable_percpu_irq((unsigned long)irq);
	gic_virt_write(&gich_live_cpu, &live->before);
	live->begun = false;
}

static void gich_live_free(void *irq)
{
	gic_on_all_cpus(gich_live_end, irq);
	free_percpu_irq((unsigned long)irq, &gich_live);
}

static void gich_maintenance_is_handled_on_every_cpu(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned int hwirq = gic_maintenance(test), i;
	struct gic_quiesce *q;
	struct gich_live *live;
	long irq = irq_of_parse_and_map(gic->np, 0);
	int err;

	gic_assert(test, irq > 0, "INTID %u cannot be mapped", hwirq);
	gich_live_run.gic = gic;
	gich_live_cpu.q = &gich_live_run;
	err = request_percpu_irq(irq, gich_handler, "gic_kunit", &gich_live);
	if (err == -EBUSY)
		gic_skip(test, "the maintenance interrupt, INTID %u, is in use", hwirq);
	gic_assert(test, !err, "the maintenance interrupt, INTID %u, cannot be had", hwirq);
	gic_assert_ok(test, kunit_add_action_or_reset(test, gich_live_free, (void *)irq));

	q = gic_on_each_cpu(test, gich_live_begin, irq, 0);
	for (i = 0; i < q->nr_cpus; i++)
		gic_wait_handled(&per_cpu(gich_live, q->cpus[i].cpu).count, 1);
	/* Long enough for more than one, were there any */
	usleep_range(100, 200);

	for (i = 0; i < q->nr_cpus; i++) {
		live = per_cpu_ptr(&gich_live, q->cpus[i].cpu);
		gic_expect(test, atomic_read(&live->count), 1,
			   "maintenance interrupt, INTID %u, on CPU%u: expected once, came %d times",
			   hwirq, q->cpus[i].cpu, atomic_read(&live->count));
		gic_expect(test, live->misr, GIC_MISR_NP,
			   "GICH_MISR in the handler on CPU%u: expected %#lx, read %#x",
			   q->cpus[i].cpu, GIC_MISR_NP, live->misr);
	}
}

/* ------------------------------------------------------------------ */

/*
 * The virtual interface deactivates as non-secure software does: Group 1 only
 * (5.2.2). In the secure view that is another group than the line has.
 */
static bool gich_has_other_group(struct gic_dut *gic)
{
	return gic->security && gic->secure;
}

static struct gic_group1 gich_take_physical(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	struct gic_group1 old = {};

	if (gich_has_other_group(gic))
		old = gic_make_group1(c);
	gic_dist_poke(gic, GIC_DIST_ACTIVE_SET, c->q->irq);
	gich_write_lr(c, 0, GICH_LR_PENDING(VINTID, 0x80) | GICH_LR_HW |
		      c->q->irq << GICH_LR_PHYSID_CPUID_SHIFT);
	return old;
}

static void gich_give_physical_back(struct gic_cpu *c, struct gic_group1 old)
{
	struct gic_dut *gic = c->q->gic;

	gic_dist_poke(gic, GIC_DIST_ENABLE_CLEAR, c->q->irq);
	gic_dist_poke(gic, GIC_DIST_PENDING_CLEAR, c->q->irq);
	gic_dist_poke(gic, GIC_DIST_ACTIVE_CLEAR, c->q->irq);
	if (gich_has_other_group(gic))
		gic_end_group1(c, old);
}

static void gich_hw_end(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	unsigned int irq = c->q->irq;
	struct gic_group1 old = gich_take_physical(c);

	gic_check(c, "GICV_IAR of a hardware interrupt (5.5.4)",
		  gicv_read(c, GIC_CPU_INTACK), VINTID);
	gic_check(c, "GICD_ISACTIVER of its physical INTID (5.2.2)",
		  gic_dist_bit(gic, GIC_DIST_ACTIVE_SET, irq), 1);
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_settle(gic);
	gic_check(c, "GICH_LR0.State after GICV_EOIR (5.2.2)", gich_lr_state(c, 0), 0);
	gic_check(c, "GICD_ISACTIVER of its physical INTID after GICV_EOIR (5.2.2)",
		  gic_dist_bit(gic, GIC_DIST_ACTIVE_SET, irq), 0);
	gich_give_physical_back(c, old);
}

/* The physical interrupt has to reach the CPU, or not: hold it for that. */
static void gic_virt_physical(struct kunit *test, void (*fn)(struct gic_cpu *c))
{
	gic_virt_require(test);
	gic_virt_fn = fn;
	gic_expect_checked(test, gic_polled(test, gic_virt_cpu, gic_spare_irq(test, 0), 0));
}

static void gicv_end_deactivates_the_physical_interrupt(struct kunit *test)
{
	gic_virt_physical(test, gich_hw_end);
}

/* A physical interrupt that pends again waits until its virtual one has ended. */
static void gich_hw_again(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	unsigned int irq = c->q->irq;
	struct gic_group1 old = gich_take_physical(c);
	/* Group 1 pends, which a secure read does not acknowledge (4.4.4). */
	bool hidden = gich_has_other_group(gic);

	gic_dist_poke(gic, GIC_DIST_PENDING_SET, irq);
	gic_dist_poke(gic, GIC_DIST_ENABLE_SET, irq);
	gicv_read(c, GIC_CPU_INTACK);
	gic_settle(gic);
	gic_check(c, "GICC_IAR, the physical INTID active and pending (5.2.2)",
		  readl(gic->cpu + GIC_CPU_INTACK), GICC_INT_SPURIOUS);
	gicv_write(c, GIC_CPU_EOI, VINTID);
	gic_settle(gic);
	gic_check(c, "GICC_IAR, the physical INTID pending, after GICV_EOIR (5.2.2)",
		  readl(gic->cpu + GIC_CPU_INTACK), hidden ? GICV_HIDDEN : irq);
	if (!hidden)
		gic_eoi(c, irq);
	gich_give_physical_back(c, old);
}

static void gicv_end_releases_what_pends_again(struct kunit *test)
{
	gic_virt_physical(test, gich_hw_again);
}

/* ------------------------------------------------------------------ */

/*
 * GIC-400 TRM, table 3-1; the GICs of Cortex-A15 and Cortex-A7 have the same
 * map. Behind GICH as the CPU itself sees it lies that of every CPU interface:
 *
 *   0x1000  CPU interface 0
 *   0x1200  CPU interface 1 ...
 */
#define GICH_ALIAS(n)			(0x1000 + (n) * 0x200)

static const char * const gich_has_aliases[] = {
	"arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a7-gic", NULL
};

static void gich_alias_turn(struct gic_cpu *c)
{
	unsigned int other = __ffs(c->q->gic->ifmask[c->q->cpus[(c->nr + 1) % c->q->nr_cpus].cpu]);
	u32 vmcr = gich_read(c, GICH_VMCR), old;

	gich_write(c, GICH_ALIAS(c->ifnr) + GICH_LR0, GICH_LR(VINTID, 0x80));
	gic_check(c, "GICH_LR0 after a write to its alias (GIC-400 TRM 3.1)",
		  gich_read_lr(c, 0), GICH_LR(VINTID, 0x80));
	gich_write(c, GICH_ALIAS(c->ifnr) + GICH_VMCR, GICH_VMCR_ENABLE_GRP1_MASK);
	gic_check(c, "GICH_VMCR.VMGrp1En after a write to its alias (GIC-400 TRM 3.1)",
		  gich_read(c, GICH_VMCR) & GICH_VMCR_ENABLE_GRP1_MASK, GICH_VMCR_ENABLE_GRP1_MASK);
	if (other == c->ifnr)
		return;
	gich_write(c, GICH_VMCR, vmcr);
	old = gich_read(c, GICH_ALIAS(other) + GICH_VMCR);
	gich_write(c, GICH_ALIAS(other) + GICH_VMCR, old ^ GICH_VMCR_CBPR_MASK);
	gic_check(c, "GICH_VMCR by the alias of another CPU interface (GIC-400 TRM 3.1)",
		  gich_read(c, GICH_ALIAS(other) + GICH_VMCR), old ^ GICH_VMCR_CBPR_MASK);
	gic_check(c, "GICH_VMCR after a write to another CPU interface's alias (GIC-400 TRM 3.1)",
		  gich_read(c, GICH_VMCR), vmcr);
	gich_write(c, GICH_ALIAS(other) + GICH_VMCR, old);
}

/* Others are written to, so all are held and take turns. */
static void gich_alias(struct gic_cpu *c)
{
	unsigned int turn;

	for (turn = 0; turn < c->q->nr_cpus; turn++) {
		gic_meet(c);
		if (turn == c->nr)
			gich_alias_turn(c);
	}
	gic_meet(c);
}

static void gich_aliases_reach_every_interface(struct kunit *test)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	gic_virt_require(test);
	gic_require_cpus(test, 2);
	/* QEMU's has none, and says so by an external abort, which nobody here can catch. */
	if (readl_relaxed(gic->dist + GIC_DIST_IIDR) == GIC_KUNIT_IIDR_QEMU)
		gic_skip(test, "GICD_IIDR %#010x: QEMU's arm_gic aborts accesses to aliases",
			 GIC_KUNIT_IIDR_QEMU);
	/* With pages of 64 KiB they are elsewhere. */
	if (!of_device_compatible_match(gic->np, gich_has_aliases) ||
	    gic->hyp_size < GICH_ALIAS(GIC_KUNIT_MAX_CPUS) || gic->hyp_size >= SZ_64K)
		gic_skip(test, "%pOF: GICH's range of %pa bytes has no aliases", gic->np,
			 &gic->hyp_size);
	gic_virt_held(test, gich_alias);
}

/* Each CPU leaves something in its own, all meet, each looks at its own. */
static void gich_bank(struct gic_cpu *c)
{
	gich_write_lr(c, 0, GICH_LR(VINTID + c->nr, 0x80));
	gicv_write(c, GIC_CPU_PRIMASK, 0x08 * (c->nr + 1));
	gic_meet(c);
	gic_check(c, "GICH_LR0, each CPU wrote its own (5.1)", gich_read_lr(c, 0),
		  GICH_LR(VINTID + c->nr, 0x80));
	gic_check(c, "GICV_PMR, each CPU wrote its own (5.1)", gicv_read(c, GIC_CPU_PRIMASK),
		  0x08 * (c->nr + 1));
	gic_meet(c);
}

static void gich_registers_are_banked(struct kunit *test)
{
	gic_virt_require(test);
	gic_require_cpus(test, 2);
	gic_virt_held(test, gich_bank);
}

static struct kunit_case gic_virt_cases[] = {
	KUNIT_CASE(gich_vtr_describes_list_registers),
	KUNIT_CASE(gich_list_registers_read_back),
	KUNIT_CASE(gich_list_registers_beyond_limit_are_raz_wi),
	KUNIT_CASE(gich_hcr_reads_back),
	KUNIT_CASE(gich_elrsr_shows_empty_list_registers),
	KUNIT_CASE(gich_eisr_shows_what_has_ended),
	KUNIT_CASE(gich_registers_are_banked),
	KUNIT_CASE(gich_aliases_reach_every_interface),
	KUNIT_CASE(gich_vmcr_shows_the_virtual_interface),
	KUNIT_CASE(gich_vmcr_sets_the_virtual_interface),
	KUNIT_CASE(gicv_binary_points_have_a_minimum),
	KUNIT_CASE(gicv_iidr_is_that_of_gicc),
	KUNIT_CASE(gicv_nothing_pends_when_idle),
	KUNIT_CASE(gicv_pending_is_acknowledged_and_ended),
	KUNIT_CASE(gicv_sgi_carries_its_source),
	KUNIT_CASE(gicv_pended_while_active_comes_again),
	KUNIT_CASE(gicv_active_is_not_signalled),
	KUNIT_CASE(gicv_inactive_is_not_signalled),
	KUNIT_CASE(gicv_higher_priority_first),
	KUNIT_CASE(gicv_priority_mask_holds_back),
	KUNIT_CASE(gicv_higher_priority_preempts),
	KUNIT_CASE(gicv_binary_point_groups_priorities),
	KUNIT_CASE(gicv_cbpr_shares_the_binary_point),
	KUNIT_CASE(gicv_eoi_mode_splits_drop_and_deactivation),
	KUNIT_CASE(gicv_eoi_of_spurious_is_ignored),
	KUNIT_CASE(gicv_group_enable_releases),
	KUNIT_CASE(gicv_disabled_interface_gives_nothing),
	KUNIT_CASE(gich_enable_gates_the_interface),
	KUNIT_CASE(gicv_group1_wants_ackctl),
	KUNIT_CASE(gicv_aliases_serve_group1),
	KUNIT_CASE(gich_apr_records_active_priorities),
	KUNIT_CASE(gich_apr_restores_the_running_priority),
	KUNIT_CASE(gich_eoicount_counts_ends_without_list_register),
	KUNIT_CASE(gich_maintenance_eoi),
	KUNIT_CASE(gich_maintenance_underflow),
	KUNIT_CASE(gich_maintenance_list_register_not_present),
	KUNIT_CASE(gich_maintenance_no_pending),
	KUNIT_CASE(gich_maintenance_group0_enabled),
	KUNIT_CASE(gich_maintenance_group0_disabled),
	KUNIT_CASE(gich_maintenance_group1_enabled),
	KUNIT_CASE(gich_maintenance_group1_disabled),
	KUNIT_CASE(gich_maintenance_pends_its_ppi),
	KUNIT_CASE(gich_maintenance_is_handled_on_every_cpu),
	KUNIT_CASE(gicv_end_deactivates_the_physical_interrupt),
	KUNIT_CASE(gicv_end_releases_what_pends_again),
	{}
};

static struct kunit_suite gic_virt_suite = {
	.name = "gic_virt",
	.suite_init = gic_kunit_suite_init,
	.suite_exit = gic_kunit_suite_exit,
	.init = gic_kunit_init,
	.test_cases = gic_virt_cases,
};

kunit_test_suite(gic_virt_suite);
