// SPDX-License-Identifier: GPL-2.0-only
/*
 * A GICv2 that would hang the kernel is named before the kernel waits for it.
 *
 * The first thing Linux wants of the interrupt controller is its timer's
 * interrupt. Firmware that left a group locked or an interrupt active, a device
 * tree with a wrong range or an emulator with a bug all look the same then: the
 * kernel waits, and says nothing.
 *
 *   GICD_SGIR, timer       GICD_CTLR     GICC_CTLR, GICC_PMR
 *          |                   |               |
 *     GICD_ISPENDR ---> group, enabled ---> priority ---> IRQ ---> GICC_IAR
 *
 * So each CPU looks along this way as soon as its CPU interface is set up, with
 * interrupts masked: what Linux has just written is there, an SGI to itself and
 * the timer's PPI are pended, signalled, acknowledged and ended. Nothing is
 * printed unless something is wrong, and the boot goes on in any case.
 *
 * Section numbers are those of the GICv2 architecture, IHI 0048B.
 */

#define pr_fmt(fmt) "GICv2 early check: " fmt

#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/console.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/irq_work.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/irqchip/arm-gic-common.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/wordpart.h>

#include <asm/arch_timer.h>
#include <asm/virt.h>

#include <clocksource/arm_arch_timer.h>

#include "irq-gic-early.h"

/*
 * The last of Linux's eight SGIs, so firmware has to let Linux use it; a CPU
 * that is not online yet gets none from others.
 */
#define GIC_EARLY_SGI			7
#define GIC_EARLY_SGIR_SELF		(2U << 24)	/* TargetListFilter, 4.3.15 */

/* While an interrupt is tried, only it has a priority that GICC_PMR lets through. */
#define GIC_EARLY_PRI			0x20
#define GIC_EARLY_PMR			0x30
#define GIC_EARLY_IDLE_PRI		0xff		/* GICC_RPR, 4.4.6 */
#define GIC_EARLY_IIDR_ARCH		GENMASK(19, 16)	/* GICC_IIDR, 4.4.14 */

/* A few hundred ns a read: a fault costs some 100 us, and never hangs. */
#define GIC_EARLY_POLLS			500

/* ISR, ISR_EL1: what is signalled to this CPU, masked or not */
#define GIC_EARLY_ISR_F			BIT(6)
#define GIC_EARLY_ISR_I			BIT(7)

/* No driver has been seen yet, so it is looked up when CPU0 comes here. */
static bool gic_early_known;
static bool gic_early_xen;
static struct {
	bool virt;
	u32 ppis;
} gic_early_timer;

static DEFINE_PER_CPU(struct gic_early_result, gic_early_results);

static void gic_early_print(struct irq_work *work)
{
	if (console_trylock())
		console_unlock();
}

/*
 * A CPU that is not online yet cannot use the console, and with a broken GIC it
 * never will be: another one has to print what it found.
 */
static DEFINE_IRQ_WORK(gic_early_printer, gic_early_print);

/**
 * struct gic_early - the check on one CPU
 * @dist: distributor
 * @cpu: CPU interface
 * @result: where it is counted
 * @what: the interrupt that is being tried, or ""
 */
struct gic_early {
	void __iomem *dist;
	void __iomem *cpu;
	struct gic_early_result *result;
	char what[24];
};

static bool gic_early_judge(struct gic_early *e, const char *reg, u32 val, u32 mask,
			    u32 want, const char *why)
{
	e->result->checks++;
	if ((val & mask) == want)
		return true;
	e->result->faults++;
	pr_err("CPU%u: %s%s reads %#x, expected %#x in the bits %#x: %s\n",
	       smp_processor_id(), e->what, reg, val, want, mask, why);
	return false;
}

/* What takes effect in a moment is waited for. */
static bool gic_early_reads(struct gic_early *e, const char *name, void __iomem *reg,
			    u32 mask, u32 want, const char *why)
{
	unsigned int i;
	u32 val;

	for (i = 0; i < GIC_EARLY_POLLS; i++) {
		val = readl(reg);
		if ((val & mask) == want)
			break;
	}
	return gic_early_judge(e, name, val, mask, want, why);
}

static u32 gic_early_isr(void)
{
#ifdef CONFIG_ARM64
	return read_sysreg(isr_el1);
#else
	u32 isr;

	asm volatile("mrc p15, 0, %0, c12, c1, 0" : "=r" (isr));
	return isr;
#endif
}

static bool gic_early_signalled(struct gic_early *e)
{
	unsigned int i;
	u32 isr;

	for (i = 0; i < GIC_EARLY_POLLS; i++) {
		isr = gic_early_isr();
		if (isr & (GIC_EARLY_ISR_I | GIC_EARLY_ISR_F))
			break;
		/* Gives the GIC time. */
		readl(e->cpu + GIC_CPU_CTRL);
	}
	return gic_early_judge(e, "ISR", isr, GIC_EARLY_ISR_I | GIC_EARLY_ISR_F, GIC_EARLY_ISR_I,
			       isr & GIC_EARLY_ISR_F ? "it is pending, and signalled as FIQ" :
			       "it is pending, and not signalled to the CPU");
}

/* What gic_dist_init() and gic_cpu_init() wrote, as far as interrupts depend on it */
static const struct {
	const char *name;
	bool dist;
	u16 offset;
	u32 mask;
	u32 want;
	const char *why;
} gic_early_regs[] = {
	{ "GICD_CTLR", true, GIC_DIST_CTRL, GICD_ENABLE, GICD_ENABLE,
	  "the distributor forwards nothing" },
	{ "GICC_CTLR", false, GIC_CPU_CTRL, GICC_ENABLE, GICC_ENABLE,
	  "the CPU interface signals nothing" },
	{ "GICC_CTLR", false, GIC_CPU_CTRL, GIC_CPU_CTRL_FIQEn, 0,
	  "interrupts of Group 0, which a secure kernel uses, come as FIQ" },
	{ "GICC_PMR", false, GIC_CPU_PRIMASK, 0xf0, GICC_INT_PRI_THRESHOLD,
	  "the priority mask holds back what Linux uses" },
	{ "GICC_RPR", false, GIC_CPU_RUNNINGPRI, 0xff, GIC_EARLY_IDLE_PRI,
	  "something acknowledged before Linux still runs, nothing else comes" },
	{ "GICD_IPRIORITYR1", true, GIC_DIST_PRI + 4, ~0, REPEAT_BYTE_U32(GICD_INT_DEF_PRI),
	  "SGI 4-7 do not take it; if it reads 0, firmware keeps them in Group 0" },
	{ "GICD_IGROUPR0", true, GIC_DIST_IGROUP, BIT(GIC_EARLY_SGI + 1) - 1, 0,
	  "SGI 0-7 are in Group 1, which a secure kernel does not enable" },
	{ "GICD_ISACTIVER0", true, GIC_DIST_ACTIVE_SET, ~0, 0,
	  "active since before Linux, these do not come" },
};

static bool gic_early_check_regs(struct gic_early *e)
{
	unsigned int i;
	bool good = true;

	for (i = 0; i < ARRAY_SIZE(gic_early_regs); i++)
		good &= gic_early_reads(e, gic_early_regs[i].name,
					(gic_early_regs[i].dist ? e->dist : e->cpu) +
					gic_early_regs[i].offset, gic_early_regs[i].mask,
					gic_early_regs[i].want, gic_early_regs[i].why);
	return good;
}

/* "interrupts" of the timer's node at @which, by name if they have names: a bit of INTIDs, or 0 */
static u32 gic_early_timer_ppi(struct device_node *np, enum arch_timer_ppi_nr which)
{
	static const char * const names[ARCH_TIMER_MAX_TIMER_PPI] = {
		[ARCH_TIMER_PHYS_SECURE_PPI] = "sec-phys",
		[ARCH_TIMER_PHYS_NONSECURE_PPI] = "phys",
		[ARCH_TIMER_VIRT_PPI] = "virt",
		[ARCH_TIMER_HYP_PPI] = "hyp-phys",
		[ARCH_TIMER_HYP_VIRT_PPI] = "hyp-virt",
	};
	struct of_phandle_args args;
	int index = which;
	u32 ppi = 0;

	if (of_property_present(np, "interrupt-names"))
		index = of_property_match_string(np, "interrupt-names", names[which]);
	if (index < 0 || of_irq_parse_one(np, index, &args))
		return 0;
	if (args.args_count == 3 && args.args[0] == 1 && args.args[1] < 16)
		ppi = BIT(16 + args.args[1]);
	of_node_put(args.np);
	return ppi;
}

/*
 * The timer that arm_arch_timer.c is going to take, as arch_timer_of_init() and
 * arch_timer_select_ppi() choose it. On 32-bit the PPI of the physical timer is
 * one of two, by the CPU's security state, and the driver requests both.
 */
static void gic_early_find_timer(struct device_node *np)
{
	u32 virt = gic_early_timer_ppi(np, ARCH_TIMER_VIRT_PPI);
	bool raw = IS_ENABLED(CONFIG_ARM) &&
		   of_property_read_bool(np, "arm,cpu-registers-not-fw-configured");

	if (is_kernel_in_hyp_mode()) {
		gic_early_timer.ppis = gic_early_timer_ppi(np, ARCH_TIMER_HYP_PPI);
	} else if (!raw && !is_hyp_mode_available() && virt) {
		gic_early_timer.ppis = virt;
		gic_early_timer.virt = true;
	} else {
		gic_early_timer.ppis = gic_early_timer_ppi(np, ARCH_TIMER_PHYS_NONSECURE_PPI);
		if (IS_ENABLED(CONFIG_ARM))
			gic_early_timer.ppis |= gic_early_timer_ppi(np, ARCH_TIMER_PHYS_SECURE_PPI);
	}
}

/* What the device tree says; without one the timer is left alone. */
static void gic_early_find(void)
{
	static const struct of_device_id timers[] = {
		{ .compatible = "arm,armv7-timer" },
		{ .compatible = "arm,armv8-timer" },
		{ }
	};
	struct device_node *np;

	gic_early_known = true;
	/* Xen's virtual GIC shows no pending state, and aborts a guest that clears it. */
	np = of_find_compatible_node(NULL, NULL, "xen,xen");
	gic_early_xen = np;
	of_node_put(np);
	for_each_matching_node(np, timers) {
		if (!of_device_is_available(np))
			continue;
		gic_early_find_timer(np);
		of_node_put(np);
		return;
	}
}

/* A timer whose compare value has passed asserts its PPI until it is stopped. */
static void gic_early_set_timer(bool on)
{
	u32 ctrl = on ? ARCH_TIMER_CTRL_ENABLE : 0;

	if (gic_early_timer.virt) {
		arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CVAL, 0);
		arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CTRL, ctrl);
	} else {
		arch_timer_reg_write_cp15(ARCH_TIMER_PHYS_ACCESS, ARCH_TIMER_REG_CVAL, 0);
		arch_timer_reg_write_cp15(ARCH_TIMER_PHYS_ACCESS, ARCH_TIMER_REG_CTRL, ctrl);
	}
	isb();
}

static bool gic_early_acknowledged(struct gic_early *e, unsigned int intid, u32 iar_want)
{
	u32 iar = readl(e->cpu + GIC_CPU_INTACK);
	bool good;

	good = gic_early_judge(e, "GICC_IAR", iar, ~0, iar_want,
			       "it was signalled, another one or none is acknowledged");
	if ((iar & GICC_IAR_INT_ID_MASK) >= 1020)
		return false;
	writel(iar, e->cpu + GIC_CPU_EOI);
	if (readl(e->cpu + GIC_CPU_CTRL) & GIC_CPU_CTRL_EOImodeNS)
		writel(iar, e->cpu + GIC_CPU_DEACTIVATE);
	return good &&
	       gic_early_reads(e, "GICC_RPR", e->cpu + GIC_CPU_RUNNINGPRI, 0xff,
			       GIC_EARLY_IDLE_PRI,
			       "its end does not drop the running priority, nothing else comes") &&
	       gic_early_reads(e, "GICD_ISACTIVER0", e->dist + GIC_DIST_ACTIVE_SET, BIT(intid), 0,
			       "its end does not deactivate it, it does not come again");
}

/* GICD_ICPENDR0 does nothing for SGIs (4.3.8); each has a byte, a bit a source (4.3.16). */
static void gic_early_clear_pending(struct gic_early *e, unsigned int intid)
{
	if (intid < 16)
		writel(0xffU << intid % 4 * 8,
		       e->dist + GIC_DIST_SGI_PENDING_CLEAR + intid / 4 * 4);
	else
		writel(BIT(intid), e->dist + GIC_DIST_PENDING_CLEAR);
}

/* Pend an SGI or PPI by software and see it come; @iar: what GICC_IAR has to give */
static bool gic_early_delivers(struct gic_early *e, unsigned int intid, u32 iar)
{
	/* Word access: not every interconnect has others (gic_enable_rmw_access()). */
	void __iomem *pri_reg = e->dist + GIC_DIST_PRI + intid / 4 * 4;
	u32 shift = intid % 4 * 8, pri = readl(pri_reg);
	u32 pmr = readl(e->cpu + GIC_CPU_PRIMASK);
	bool good;

	writel((pri & ~(0xffU << shift)) | GIC_EARLY_PRI << shift, pri_reg);
	writel(GIC_EARLY_PMR, e->cpu + GIC_CPU_PRIMASK);
	writel(BIT(intid), e->dist + GIC_DIST_ENABLE_SET);
	gic_early_clear_pending(e, intid);
	if (intid < 16)
		writel(GIC_EARLY_SGIR_SELF | intid, e->dist + GIC_DIST_SOFTINT);
	else
		writel(BIT(intid), e->dist + GIC_DIST_PENDING_SET);

	good = gic_early_reads(e, "GICD_ISENABLER0", e->dist + GIC_DIST_ENABLE_SET, BIT(intid),
			       BIT(intid), "it cannot be enabled") &&
	       gic_early_reads(e, "GICD_ISPENDR0", e->dist + GIC_DIST_PENDING_SET, BIT(intid),
			       BIT(intid), "software cannot make it pending") &&
	       gic_early_signalled(e) &&
	       gic_early_acknowledged(e, intid, iar);

	writel(BIT(intid), e->dist + GIC_DIST_ENABLE_CLEAR);
	gic_early_clear_pending(e, intid);
	writel(pri, pri_reg);
	writel(pmr, e->cpu + GIC_CPU_PRIMASK);
	return good;
}

/*
 * GICC_IAR.CPUID of this CPU: GICD_ITARGETSR0-7 say it, some of them in some
 * implementations only; RAZ with one CPU (4.3.12).
 */
static bool gic_early_cpuid(struct gic_early *e, u32 *cpuid)
{
	u32 mask = 0;
	int i;

	for (i = 0; i < 32; i += 4)
		mask |= readl(e->dist + GIC_DIST_TARGET + i);
	mask = (mask | mask >> 8 | mask >> 16 | mask >> 24) & 0xff;
	*cpuid = mask ? __ffs(mask) : 0;
	return gic_early_judge(e, "GICD_ITARGETSR0-7, together,", mask, mask & (mask - 1), 0,
			       "more than one CPU interface is this CPU's, or the range is not a distributor");
}

static void gic_early_check_timer(struct gic_early *e)
{
	u32 ppis = gic_early_timer.ppis, pending;
	unsigned int i, intid;

	if (!ppis)
		return;
	strscpy(e->what, "timer: ");
	gic_early_set_timer(true);
	for (i = 0, pending = 0; i < GIC_EARLY_POLLS && !pending; i++)
		pending = readl(e->dist + GIC_DIST_PENDING_SET) & ppis;
	gic_early_set_timer(false);
	if (!pending) {
		gic_early_judge(e, "GICD_ISPENDR0", pending, ppis, ppis,
				"it has expired, and no PPI of its own pends");
		return;
	}
	/* Edge-triggered, as some firmware configures it, it would stay. */
	writel(pending, e->dist + GIC_DIST_PENDING_CLEAR);
	if (!gic_early_reads(e, "GICD_ISPENDR0", e->dist + GIC_DIST_PENDING_SET, pending, 0,
			     "it is stopped, and its PPI still pends"))
		return;
	intid = __ffs(pending);
	snprintf(e->what, sizeof(e->what), "timer's PPI, INTID %u: ", intid);
	gic_early_reads(e, "GICD_IGROUPR0", e->dist + GIC_DIST_IGROUP, pending, 0,
			"it is in Group 1, which a secure kernel does not enable");
	gic_early_delivers(e, intid, intid);
}

/* SPIs: what firmware can have left such that no driver gets an interrupt */
static void gic_early_check_spis(struct gic_early *e, unsigned int nr_irqs)
{
	u32 active = 0, group1 = 0, pri = 0;
	unsigned int i;

	for (i = 32; i < nr_irqs; i += 32) {
		active |= readl(e->dist + GIC_DIST_ACTIVE_SET + i / 8);
		group1 |= readl(e->dist + GIC_DIST_IGROUP + i / 8);
	}
	for (i = 32; i < nr_irqs; i += 4)
		pri |= readl(e->dist + GIC_DIST_PRI + i);
	gic_early_judge(e, "GICD_ISACTIVERn, together,", active, ~0, 0,
			"SPIs active since before Linux do not come");
	gic_early_judge(e, "GICD_IGROUPRn, together,", group1, ~0, 0,
			"SPIs are in Group 1, which a secure kernel does not enable");
	/* Firmware may keep some of them. */
	gic_early_judge(e, "GICD_IPRIORITYRn, together,", pri, ~0,
			REPEAT_BYTE_U32(GICD_INT_DEF_PRI),
			"no SPI takes it; if it reads 0, firmware keeps all of them in Group 0");
}

/* One line for one fault: what cannot come is not sent. */
static void gic_early_check_cpu(struct gic_early *e, unsigned int nr_irqs)
{
	u32 iidr = readl(e->dist + GIC_DIST_IIDR), cpuid;
	bool good;

	/* Whoever made it, its maker is not 0 (4.3.3). */
	e->result->checks++;
	if (!(iidr & GICD_IIDR_IMPLEMENTER_MASK)) {
		e->result->faults++;
		pr_err("CPU%u: GICD_IIDR reads %#x, expected a maker: no distributor answers there\n",
		       smp_processor_id(), iidr);
		return;
	}
	/* What follows is GICv2, and others answer to irq-gic.c as well (4.4.14). */
	if (FIELD_GET(GIC_EARLY_IIDR_ARCH, readl(e->cpu + GIC_CPU_IDENT)) != 2)
		return;
	good = gic_early_check_regs(e);
	if (nr_irqs > 32)
		gic_early_check_spis(e, nr_irqs);
	if (!gic_early_cpuid(e, &cpuid) || !good)
		return;
	snprintf(e->what, sizeof(e->what), "SGI %u to itself: ", GIC_EARLY_SGI);
	if (gic_early_delivers(e, GIC_EARLY_SGI, cpuid << 10 | GIC_EARLY_SGI))
		gic_early_check_timer(e);
}

/**
 * gic_early_check - see whether this CPU gets interrupts, and say so if not
 * @dist: distributor, as irq-gic.c has just set it up
 * @cpu: CPU interface of this CPU, likewise
 * @nr_irqs: INTIDs whose SPIs are looked at as well; 32 for none, as on CPUs
 *	that start when devices may be in use
 *
 * Interrupts are masked and this CPU's timer is not in use yet; it is left
 * stopped. All else is left as it was. Under Xen nothing is checked: there the
 * GIC is Xen's, and not all of one.
 */
void gic_early_check(void __iomem *dist, void __iomem *cpu, unsigned int nr_irqs)
{
	struct gic_early_result *result = this_cpu_ptr(&gic_early_results);
	struct gic_early e = { .dist = dist, .cpu = cpu, .result = result };
	unsigned int faults = result->faults;

	if (!gic_early_known)
		gic_early_find();
	if (gic_early_xen)
		return;
	gic_early_check_cpu(&e, nr_irqs);
	if (result->faults != faults && !cpu_online(smp_processor_id()))
		irq_work_queue_on(&gic_early_printer, cpumask_first(cpu_online_mask));
}

/**
 * gic_early_result - what the early check found
 * @cpu: logical CPU number
 *
 * Return: the counts of that CPU, 0 checks if it never came online.
 */
struct gic_early_result gic_early_result(unsigned int cpu)
{
	return per_cpu(gic_early_results, cpu);
}
EXPORT_SYMBOL_GPL(gic_early_result);
