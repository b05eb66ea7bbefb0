// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 KUnit suites: the device under test, the quiesced system, the proof
 * that every case leaves what it may touch as it found it.
 *
 * Ways to look, kept apart:
 *
 *   live       the system runs; interrupts are requested, pended and delivered
 *              through the kernel's interrupt API. Judges irq-gic.c and the
 *              hardware together.
 *   quiesced   a worker on every CPU holds it with interrupts masked; the case
 *              polls GICC_IAR itself. Judges the registers alone.
 *   polled     the same on one CPU after the other, for what is its own; the
 *              rest of the system runs.
 *
 *      CPU0        CPU1        CPU2        CPU3
 *        |           |           |           |
 *        +-----------+- meet ----+-----------+    PMR lowered to 0x90, SGI 8-14 and
 *        |           |           |           |    the case's lines at priority 0x80
 *      fn(c)       fn(c)       fn(c)       fn(c)  may meet as often as it likes
 *        |           |           |           |
 *        +-----------+- meet ----+-----------+    leftovers drained, bank put back
 *
 * The case then judges what the CPUs recorded, in process context.
 */

#include "gic_kunit.h"

#include <linux/bitfield.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

/* What irq-gic.c drives (IRQCHIP_DECLARE there) and IHI 0048B describes */
static const char * const gic_compatibles[] = {
	"arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a7-gic", "qcom,msm-qgic2", NULL
};

/* Registers of the current CPU that no case may leave changed */
struct gic_bank {
	bool valid;
	u32 enable;
	u32 pending;
	u32 active;
	u32 config[2];
	u32 group;
	u8 pri[32];
	u32 pmr;
	u32 bpr;
	u32 ctlr;
};

struct gic_snapshot {
	u32 ctlr;
	u32 enable[32];
	u32 pending[32];
	u32 active[32];
	u32 group[32];
	u32 config[64];
	u32 pri[256];
	u32 target[256];
	struct gic_bank bank[GIC_KUNIT_MAX_CPUS];
};

static struct gic_snapshot gic_snapshots[2];

static struct {
	struct gic_dut dut;
	/* Why there is nothing to test, or NULL */
	const char *none;
	bool ready;
	/* What a case found; what it left is what the next one finds */
	struct gic_snapshot *before;
	struct gic_snapshot *after;
} gic_kunit;

/* Waits of this suite that ended without what they waited for */
static atomic_t gic_waits_lost;

/* ------------------------------------------------------------------ */

/*
 * KUnit's macros are a hundred bytes of code, text and data at each place. There
 * are hundreds of places: these are its macros in a few instructions.
 */

/**
 * gic_expect - judge a value and go on, as KUNIT_EXPECT_EQ_MSG()
 * @test: the case
 * @got: what was read or counted
 * @want: what was expected
 * @fmt: the behaviour, in the architecture's words
 */
void gic_expect(struct kunit *test, u32 got, u32 want, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	if (got == want)
		return;
	va_start(args, fmt);
	vaf.va = &args;
	gic_expect_ok(test, false, "%pV: expected %#x, got %#x", &vaf, want, got);
	va_end(args);
}

/**
 * gic_expect_ok - judge and go on, as KUNIT_EXPECT_TRUE_MSG()
 * @test: the case
 * @ok: whether it is as it should be
 * @fmt: what is not, in the architecture's words
 */
void gic_expect_ok(struct kunit *test, bool ok, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	if (ok)
		return;
	va_start(args, fmt);
	vaf.va = &args;
	KUNIT_FAIL(test, "%pV", &vaf);
	va_end(args);
}

/**
 * gic_assert - judge and end the case, as KUNIT_ASSERT_TRUE_MSG()
 * @test: the case
 * @ok: whether it is as the rest of the case needs it
 * @fmt: what is not
 */
void gic_assert(struct kunit *test, bool ok, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	if (ok)
		return;
	va_start(args, fmt);
	vaf.va = &args;
	KUNIT_FAIL_AND_ABORT(test, "%pV", &vaf);
	va_end(args);
}

/**
 * gic_skip - end the case as not judged, as kunit_skip()
 * @test: the case
 * @fmt: why
 */
void gic_skip(struct kunit *test, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	kunit_skip(test, "%pV", &vaf);
	va_end(args);
}

/**
 * gic_info - print a KTAP diagnostic, as kunit_info()
 * @test: the case
 * @fmt: the line, with its end
 */
void gic_info(struct kunit *test, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	kunit_info(test, "%pV", &vaf);
	va_end(args);
}

/**
 * gic_assert_succeeds - end the case if what it needs cannot be had
 * @test: the case
 * @err: 0 or a negative errno
 * @call: what returned it
 */
void gic_assert_succeeds(struct kunit *test, int err, const char *call)
{
	gic_assert(test, !err, "%s: error %d", call, err);
}

/**
 * gic_alloc - zeroed memory until the case ends
 * @test: the case; it ends if there is none
 * @size: bytes
 *
 * Return: the memory.
 */
void *gic_alloc(struct kunit *test, size_t size)
{
	void *mem = kunit_kzalloc(test, size, GFP_KERNEL);

	gic_assert(test, mem, "%zu bytes of memory cannot be had", size);
	return mem;
}

/* ------------------------------------------------------------------ */

/**
 * gic_dist_bit - one interrupt's bit of a register that has one for each
 * @gic: the GIC under test
 * @reg: offset of the first, as GIC_DIST_ENABLE_SET
 * @irq: INTID
 *
 * Return: the bit.
 */
bool gic_dist_bit(struct gic_dut *gic, u32 reg, unsigned int irq)
{
	return readl_relaxed(gic->dist + reg + irq / 32 * 4) & BIT(irq % 32);
}

/**
 * gic_dist_poke - write 1 to one interrupt's bit and 0 to the others
 * @gic: the GIC under test
 * @reg: offset of the first, of a register where 0 is without effect
 * @irq: INTID
 */
void gic_dist_poke(struct gic_dut *gic, u32 reg, unsigned int irq)
{
	writel_relaxed(BIT(irq % 32), gic->dist + reg + irq / 32 * 4);
}

/**
 * gic_dist_byte - one interrupt's byte of a register that has one for each
 * @gic: the GIC under test
 * @reg: offset of the first, as GIC_DIST_PRI, which allows byte accesses
 * @irq: INTID
 *
 * Return: the byte.
 */
u8 gic_dist_byte(struct gic_dut *gic, u32 reg, unsigned int irq)
{
	return readb_relaxed(gic->dist + reg + irq);
}

/**
 * gic_dist_set_byte - write one interrupt's byte
 * @gic: the GIC under test
 * @reg: as for gic_dist_byte()
 * @irq: INTID
 * @val: the byte
 */
void gic_dist_set_byte(struct gic_dut *gic, u32 reg, unsigned int irq, u8 val)
{
	writeb_relaxed(val, gic->dist + reg + irq);
}

/**
 * gic_is_edge - whether an interrupt is edge-triggered (GICD_ICFGR)
 * @gic: the GIC under test
 * @irq: INTID
 *
 * Return: false if it is level-sensitive.
 */
bool gic_is_edge(struct gic_dut *gic, unsigned int irq)
{
	return readl_relaxed(gic->dist + GIC_DIST_CONFIG + irq / 16 * 4) &
	       BIT(irq % 16 * 2 + 1);
}

/**
 * gic_set_edge - make an interrupt edge-triggered or level-sensitive
 * @gic: the GIC under test
 * @irq: INTID
 * @edge: which
 */
void gic_set_edge(struct gic_dut *gic, unsigned int irq, bool edge)
{
	void __iomem *reg = gic->dist + GIC_DIST_CONFIG + irq / 16 * 4;
	u32 bit = BIT(irq % 16 * 2 + 1);
	u32 val = readl_relaxed(reg);

	/* Lines of others are in it: not written without need */
	if (!(val & bit) == edge)
		writel_relaxed(val ^ bit, reg);
}

/**
 * gic_settle - wait until the CPU interfaces have seen what was written
 * @gic: the GIC under test
 */
void gic_settle(struct gic_dut *gic)
{
	readl(gic->dist + GIC_DIST_CTRL);
	udelay(GIC_KUNIT_SETTLE_US);
}

/**
 * gic_write_sgir - send an SGI, after what was written to memory before
 * @gic: the GIC under test
 * @sgir: GICD_SGIR
 */
void gic_write_sgir(struct gic_dut *gic, u32 sgir)
{
	writel(sgir, gic->dist + GIC_DIST_SOFTINT);
}

/* ------------------------------------------------------------------ */

/* What other CPUs are asked to do, and how many have not done it yet */
struct gic_call {
	void (*fn)(void *info);
	void *info;
	atomic_t left;
	struct completion done;
};

static DEFINE_PER_CPU(struct work_struct, gic_works);
static DEFINE_PER_CPU(call_single_data_t, gic_csds);
static struct gic_call gic_call;

static void gic_work(struct work_struct *work)
{
	gic_call.fn(gic_call.info);
	if (atomic_dec_and_test(&gic_call.left))
		complete(&gic_call.done);
}

/* Run @fn on all of @cpus, in process context: nothing is active on them. */
static void gic_call_cpus(const struct cpumask *cpus, void (*fn)(void *info), void *info)
{
	int cpu;

	gic_call.fn = fn;
	gic_call.info = info;
	atomic_set(&gic_call.left, cpumask_weight(cpus));
	init_completion(&gic_call.done);
	for_each_cpu(cpu, cpus) {
		INIT_WORK(per_cpu_ptr(&gic_works, cpu), gic_work);
		queue_work_on(cpu, system_highpri_wq, per_cpu_ptr(&gic_works, cpu));
	}
	wait_for_completion(&gic_call.done);
	for_each_cpu(cpu, cpus)
		flush_work(per_cpu_ptr(&gic_works, cpu));
}

static void gic_ipi(void *info)
{
	gic_call.fn(gic_call.info);
	atomic_dec_return_release(&gic_call.left);
}

/*
 * Run @fn on all CPUs, interrupts masked. As on_each_cpu(), but the wait says
 * that it is one: see gic_relax().
 */
static void gic_interrupt_cpus(void (*fn)(void *info), void *info)
{
	unsigned long flags;
	int cpu;

	preempt_disable();
	gic_call.fn = fn;
	gic_call.info = info;
	atomic_set(&gic_call.left, num_online_cpus() - 1);
	for_each_online_cpu(cpu) {
		if (cpu == smp_processor_id())
			continue;
		INIT_CSD(per_cpu_ptr(&gic_csds, cpu), gic_ipi, NULL);
		if (smp_call_function_single_async(cpu, per_cpu_ptr(&gic_csds, cpu)))
			atomic_dec(&gic_call.left);
	}
	local_irq_save(flags);
	fn(info);
	local_irq_restore(flags);
	/* Pairs with the release in gic_ipi(). */
	while (atomic_read_acquire(&gic_call.left))
		gic_relax();
	preempt_enable();
}

/**
 * gic_on_all_cpus - run a function on every CPU, interrupts masked
 * @fn: what each CPU does
 * @info: passed on
 */
void gic_on_all_cpus(void (*fn)(void *info), void *info)
{
	cpus_read_lock();
	gic_interrupt_cpus(fn, info);
	cpus_read_unlock();
}

/**
 * gic_percpu_enable - enable an SGI or PPI on this CPU, for gic_on_all_cpus()
 * @irq: the Linux irq number, cast
 */
void gic_percpu_enable(void *irq)
{
	enable_percpu_irq((unsigned long)irq, IRQ_TYPE_NONE);
}

/**
 * gic_percpu_disable - disable an SGI or PPI on this CPU, for gic_on_all_cpus()
 * @irq: the Linux irq number, cast
 */
void gic_percpu_disable(void *irq)
{
	disable_percpu_irq((unsigned long)irq);
}

/* ------------------------------------------------------------------ */

static struct irq_domain *gic_find_domain(struct device_node *np)
{
	struct irq_fwspec fwspec = { .fwnode = of_fwnode_handle(np) };

	return irq_find_matching_fwspec(&fwspec, DOMAIN_BUS_ANY);
}

/*
 * Whether the lines of @np are those of the GIC: its own, or of a controller
 * stacked on it that passes them on under their number, such as sun6i-r for
 * what wakes the system. One that has no domain yet may be.
 */
static bool gic_passes_on(struct gic_dut *gic, struct device_node *np)
{
	struct irq_domain *domain = gic_find_domain(np);

	if (!domain)
		return true;
	while (domain && domain != gic->domain)
		domain = domain->parent;
	return domain;
}

static void gic_mark_spi(struct gic_dut *gic, u32 spi)
{
	if (spi < GIC_KUNIT_MAX_IRQS - GIC_KUNIT_FIRST_SPI)
		__clear_bit(spi + GIC_KUNIT_FIRST_SPI, gic->spare);
}

/*
 * The lines that a bridge passes on: in "interrupt-map" our phandle, our unit
 * address and our three cells. A value that only looks like it costs a line.
 */
static void gic_mark_mapped(struct gic_dut *gic, struct device_node *np)
{
	int len = of_property_count_u32_elems(np, "interrupt-map"), i;
	u32 address = 0, handle, kind, spi;

	of_property_read_u32(gic->np, "#address-cells", &address);
	for (i = 0; i < len; i++) {
		if (!of_property_read_u32_index(np, "interrupt-map", i, &handle) &&
		    handle == gic->np->phandle &&
		    !of_property_read_u32_index(np, "interrupt-map", i + address + 1, &kind) &&
		    !of_property_read_u32_index(np, "interrupt-map", i + address + 2, &spi) &&
		    kind == 0)
			gic_mark_spi(gic, spi);
	}
}

/*
 * The interrupt parent of @np, with a reference. of_irq_parse_one() would do,
 * but never returns from parents that form a circle: nobody but this test looks
 * at nodes that no driver wants.
 */
static struct device_node *gic_irq_parent(struct device_node *np)
{
	struct device_node *next;
	int depth;
	u32 handle;

	of_node_get(np);
	for (depth = 0; np && depth < GIC_KUNIT_MAX_DEPTH; depth++) {
		if (of_property_read_u32(np, "interrupt-parent", &handle))
			next = of_get_parent(np);
		else
			next = of_find_node_by_phandle(handle);
		of_node_put(np);
		np = next;
		if (of_property_present(np, "#interrupt-cells"))
			return np;
	}
	of_node_put(np);
	return NULL;
}

/* The SPIs of "interrupts" at a parent of three cells as arm,gic.yaml has them */
static void gic_walk_interrupts(struct gic_dut *gic, struct device_node *np,
				gic_named_fn fn, void *data)
{
	int len = of_property_count_u32_elems(np, "interrupts"), i;
	struct device_node *parent;
	u32 cells, kind, spi;

	if (len <= 0)
		return;
	parent = gic_irq_parent(np);
	if (!parent)
		return;
	if (!of_property_read_u32(parent, "#interrupt-cells", &cells) && cells == 3) {
		for (i = 0; i + 3 <= len; i += 3) {
			of_property_read_u32_index(np, "interrupts", i, &kind);
			of_property_read_u32_index(np, "interrupts", i + 1, &spi);
			if (kind == 0)
				fn(gic, np, parent, spi, data);
		}
	}
	of_node_put(parent);
}

static void gic_walk_extended(struct gic_dut *gic, struct device_node *np,
			      gic_named_fn fn, void *data)
{
	struct of_phandle_args args;
	int i;

	for (i = 0; !of_parse_phandle_with_args(np, "interrupts-extended", "#interrupt-cells",
						i, &args); i++) {
		if (args.args_count == 3 && args.args[0] == 0)
			fn(gic, np, args.np, args.args[1], data);
		of_node_put(args.np);
	}
}

/**
 * gic_walk_named_spis - call a function for each SPI that a node names
 * @gic: the GIC under test
 * @fn: called with the node, the interrupt parent it names it at, and the
 *	number there, which nobody has judged
 * @data: passed on
 */
void gic_walk_named_spis(struct gic_dut *gic, gic_named_fn fn, void *data)
{
	struct device_node *np;

	for (np = of_find_all_nodes(NULL); np; np = of_find_all_nodes(np)) {
		/* The latter takes precedence. */
		if (of_property_present(np, "interrupts-extended"))
			gic_walk_extended(gic, np, fn, data);
		else
			gic_walk_interrupts(gic, np, fn, data);
	}
}

static void gic_mark_named(struct gic_dut *gic, struct device_node *np,
			   struct device_node *parent, u32 spi, void *data)
{
	if (gic_passes_on(gic, parent))
		gic_mark_spi(gic, spi);
}

/* MSI_TYPER of a GICv2m frame, as irq-gic-v2m.c has it */
#define GIC_V2M_TYPER			0x008
#define GIC_V2M_TYPER_BASE		GENMASK(25, 16)
#define GIC_V2M_TYPER_NUM		GENMASK(9, 0)

/* INTIDs, not SPIs, as arm,gic.yaml has them in the properties */
static void gic_mark_v2m(struct gic_dut *gic, struct device_node *np)
{
	void __iomem *frame;
	u32 base, num, typer;

	if (of_property_read_u32(np, "arm,msi-base-spi", &base) ||
	    of_property_read_u32(np, "arm,msi-num-spis", &num)) {
		/* Without its driver nobody sends these, and nobody knows that it is one. */
		frame = IS_ENABLED(CONFIG_ARM_GIC_V2M) ? of_iomap(np, 0) : NULL;
		if (!frame)
			return;
		typer = readl(frame + GIC_V2M_TYPER);
		iounmap(frame);
		base = FIELD_GET(GIC_V2M_TYPER_BASE, typer);
		num = FIELD_GET(GIC_V2M_TYPER_NUM, typer);
	}
	for (; num && base < GIC_KUNIT_MAX_IRQS; num--, base++)
		if (base >= GIC_KUNIT_FIRST_SPI)
			__clear_bit(base, gic->spare);
}

static void gic_mark_used(struct gic_dut *gic)
{
	struct device_node *np;
	unsigned int irq;

	/* A line that a node names may be driven by hardware at any time. */
	gic_walk_named_spis(gic, gic_mark_named, NULL);
	for (np = of_find_all_nodes(NULL); np; np = of_find_all_nodes(np))
		gic_mark_mapped(gic, np);
	for_each_available_child_of_node(gic->np, np)
		if (of_device_is_compatible(np, "arm,gic-v2m-frame"))
			gic_mark_v2m(gic, np);
	for (irq = GIC_KUNIT_FIRST_SPI; irq < gic->nr_irqs; irq++) {
		if (irq_find_mapping(gic->domain, irq) ||
		    gic_dist_bit(gic, GIC_DIST_ENABLE_SET, irq) ||
		    gic_dist_bit(gic, GIC_DIST_PENDING_SET, irq) ||
		    gic_dist_bit(gic, GIC_DIST_ACTIVE_SET, irq))
			__clear_bit(irq, gic->spare);
	}
}

/*
 * The bits that the priority of an interrupt keeps. Non-secure accesses to that
 * of a Group 0 interrupt are RAZ/WI (4.3.11): with none it may not be used.
 */
static u8 gic_probe_pri(struct gic_dut *gic, unsigned int irq)
{
	u8 old = gic_dist_byte(gic, GIC_DIST_PRI, irq), kept;

	gic_dist_set_byte(gic, GIC_DIST_PRI, irq, 0xff);
	kept = gic_dist_byte(gic, GIC_DIST_PRI, irq);
	gic_dist_set_byte(gic, GIC_DIST_PRI, irq, old);
	return kept;
}

static void gic_probe_bank(void *info)
{
	struct gic_dut *gic = info;
	unsigned int cpu = smp_processor_id(), sgi;
	u32 mask = 0, usable = 0;
	u8 kept;
	int i;

	for (sgi = GIC_KUNIT_FIRST_SGI; sgi <= GIC_KUNIT_LAST_SGI; sgi++) {
		kept = gic_probe_pri(gic, sgi);
		if (!kept)
			continue;
		/* The same on all CPUs that have one */
		WRITE_ONCE(gic->pri_mask, kept);
		usable |= BIT(sgi);
	}

	for (i = 0; i < 32; i++)
		mask |= gic_dist_byte(gic, GIC_DIST_TARGET, i);
	/* GICD_ITARGETSR is RAZ/WI in a uniprocessor implementation (4.3.12). */
	if (gic->nr_cpu_ifs == 1)
		mask = 1;
	if (cpu >= GIC_KUNIT_MAX_CPUS)
		return;
	gic->ifmask[cpu] = mask;
	gic->usable[cpu] = usable;
}

/* GICD_IGROUPR is RAZ/WI for non-secure accesses (4.3.4); that of SGIs is banked. */
static bool gic_probe_secure(struct gic_dut *gic)
{
	unsigned int irq = find_first_bit(gic->spare, gic->nr_irqs);
	void __iomem *reg;
	u32 old, new;

	if (!gic->security)
		return true;
	if (irq >= gic->nr_irqs)
		irq = GIC_KUNIT_FIRST_SGI;
	reg = gic->dist + GIC_DIST_IGROUP + irq / 32 * 4;
	preempt_disable();
	old = readl_relaxed(reg);
	writel_relaxed(old ^ BIT(irq % 32), reg);
	new = readl_relaxed(reg);
	writel_relaxed(old, reg);
	preempt_enable();
	return old != new;
}

/* One page at least: irq-gic.c drives GICs whose ranges are too short, too. */
static void __iomem *gic_map_range(struct gic_dut *gic, int index, resource_size_t *size)
{
	struct resource res;

	if (of_address_to_resource(gic->np, index, &res))
		return NULL;
	*size = resource_size(&res);
	return ioremap(res.start, max_t(size_t, *size, SZ_4K));
}

/* A CPU interface, physical or virtual, shows its GICC_IIDR there as well. */
static bool gic_is_mirrored(void __iomem *base, u32 offset)
{
	return readl(base + GIC_CPU_IDENT) == readl(base + offset + GIC_CPU_IDENT);
}

/*
 * Where pages are of 64 KiB, the first page of a CPU interface can be mirrored
 * up to the second one, which has GICC_DIR: that is behind 0x10000, not 0x1000
 * (gic_check_eoimode() in irq-gic.c).
 */
static void __iomem *gic_map_interface(struct gic_dut *gic, int index, resource_size_t *size)
{
	void __iomem *base = gic_map_range(gic, index, size);
	struct resource res;

	if (base && *size >= SZ_128K && gic_is_mirrored(base, 0xf000)) {
		iounmap(base);
		of_address_to_resource(gic->np, index, &res);
		*size -= 0xf000;
		return ioremap(res.start + 0xf000, *size);
	}
	if (base && *size >= SZ_8K && gic_is_mirrored(base, SZ_4K))
		*size = SZ_4K;
	return base;
}

/* The node that irq-gic.c took; one that is disabled may come before it. */
static void gic_find_node(struct gic_dut *gic)
{
	struct device_node *np;

	for (np = of_find_all_nodes(NULL); np; np = of_find_all_nodes(np)) {
		if (!of_device_compatible_match(np, gic_compatibles))
			continue;
		of_node_put(gic->np);
		gic->np = of_node_get(np);
		gic->domain = gic_find_domain(np);
		if (gic->domain) {
			of_node_put(np);
			return;
		}
	}
}

/*
 * Nobody uses GICH and GICV unless guests run, so that nobody has noticed yet if
 * their ranges are those of something else. What no register has to be read for
 * comes first: where nothing answers, a read is fatal.
 *
 * Returns what is wrong with the range, or NULL.
 */
static const char *gic_judge_range(struct gic_dut *gic, int index)
{
	struct resource res, other;
	int i;

	if (of_address_to_resource(gic->np, index, &res))
		return "is missing";
	if (resource_size(&res) < GIC_KUNIT_MIN_RANGE)
		return "is too short";
	if (region_intersects(res.start, resource_size(&res), IORESOURCE_MEM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return "lies in memory or in the registers of a driver";
	for (i = 0; i < index; i++)
		if (!of_address_to_resource(gic->np, i, &other) && resource_overlaps(&res, &other))
			return "overlaps another range of the GIC";
	/* The frames of a GIC are one block (GIC-400 TRM, 3.1), with pages of 64 KiB too. */
	if (!of_address_to_resource(gic->np, 0, &other) &&
	    max(res.start, other.start) - min(res.start, other.start) >= SZ_1M)
		return "is not where a GIC has it, within 1 MiB of the distributor";
	return NULL;
}

/* GICH_VTR: bits 25:6 are reserved, and no virtual priority has one bit (5.3.2). */
static bool gic_is_gich(struct gic_dut *gic)
{
	u32 vtr = readl(gic->hyp + GICH_VTR);

	return !(vtr & GENMASK(25, 6)) && vtr >> 29;
}

/* GICV_PMR is what GICH_VMCR.VMPriMask says (5.3.6). */
static bool gic_is_gicv(struct gic_dut *gic)
{
	static const u8 masks[] = { 0x80, 0x00 };
	unsigned long flags;
	bool same = true;
	u32 vmcr;
	int i;

	local_irq_save(flags);
	vmcr = readl(gic->hyp + GICH_VMCR);
	for (i = 0; i < ARRAY_SIZE(masks); i++) {
		writel((u32)masks[i] >> 3 << GICH_VMCR_PRIMASK_SHIFT, gic->hyp + GICH_VMCR);
		same &= readl(gic->virt + GIC_CPU_PRIMASK) == masks[i];
	}
	writel(vmcr, gic->hyp + GICH_VMCR);
	local_irq_restore(flags);
	return same;
}

static const char *gic_probe_gich(struct gic_dut *gic)
{
	const char *wrong = gic_judge_range(gic, 2);

	if (wrong)
		return wrong;
	gic->hyp = gic_map_range(gic, 2, &gic->hyp_size);
	return gic->hyp && gic_is_gich(gic) ? NULL : "does not answer like one";
}

static const char *gic_probe_gicv(struct gic_dut *gic)
{
	const char *wrong = gic_judge_range(gic, 3);

	if (wrong)
		return wrong;
	gic->virt = gic_map_interface(gic, 3, &gic->virt_size);
	return gic->virt && gic_is_gicv(gic) ? NULL : "does not answer like one";
}

/* Both or none: one is of no use to a case without the other. */
static void gic_probe_virt(struct gic_dut *gic)
{
	const char *name = "reg[2], GICH,", *wrong = gic_probe_gich(gic);

	if (!wrong) {
		name = "reg[3], GICV,";
		wrong = gic_probe_gicv(gic);
	}
	if (!wrong)
		return;
	snprintf(gic->no_virt, sizeof(gic->no_virt), "%s %s", name, wrong);
	if (gic->hyp)
		iounmap(gic->hyp);
	if (gic->virt)
		iounmap(gic->virt);
	gic->hyp = NULL;
	gic->virt = NULL;
}

static const char *gic_probe(struct gic_dut *gic)
{
	unsigned int i;
	u32 typer;

	gic_find_node(gic);
	if (!gic->np)
		return "the device tree has no GICv2 node (arm,gic-400 or alike)";
	if (!gic->domain)
		return "the GIC's node has no irq domain: irq-gic.c did not take it";

	gic->dist = gic_map_range(gic, 0, &gic->dist_size);
	if (!gic->dist)
		return "reg of the GIC's node has no distributor range that can be mapped";
	gic->cpu = gic_map_interface(gic, 1, &gic->cpu_size);
	if (!gic->cpu)
		return "reg of the GIC's node has no CPU interface range that can be mapped";
	gic_probe_virt(gic);

	typer = readl_relaxed(gic->dist + GIC_DIST_CTR);
	gic->nr_irqs = min(((typer & 0x1f) + 1) * 32, GIC_KUNIT_MAX_IRQS);
	gic->nr_cpu_ifs = ((typer >> 5) & 0x7) + 1;
	gic->security = typer & BIT(10);
	gic->xen = xen_domain();

	bitmap_set(gic->spare, GIC_KUNIT_FIRST_SPI, gic->nr_irqs - GIC_KUNIT_FIRST_SPI);
	gic_mark_used(gic);
	gic->secure = gic_probe_secure(gic);

	memset(gic->usable, 0xff, sizeof(gic->usable));
	gic_on_all_cpus(gic_probe_bank, gic);
	gic->sgis = GIC_KUNIT_SGI_MASK;
	for (i = 0; i < ARRAY_SIZE(gic->usable); i++)
		gic->sgis &= gic->usable[i];

	/* Secure firmware may keep SPIs to itself as well. */
	if (gic->security && !gic->secure)
		for_each_set_bit(i, gic->spare, gic->nr_irqs)
			if (!gic_probe_pri(gic, i))
				__clear_bit(i, gic->spare);
	gic->nr_spare = bitmap_weight(gic->spare, gic->nr_irqs);
	if (!gic->pri_mask && gic->nr_spare)
		gic->pri_mask = gic_probe_pri(gic, find_first_bit(gic->spare, gic->nr_irqs));
	return NULL;
}

/* ------------------------------------------------------------------ */

struct gic_bank_call {
	struct gic_dut *gic;
	struct gic_snapshot *snap;
};

static void gic_read_bank(void *info)
{
	struct gic_bank_call *call = info;
	struct gic_dut *gic = call->gic;
	unsigned int cpu = smp_processor_id(), i;
	struct gic_bank *b;

	if (cpu >= GIC_KUNIT_MAX_CPUS)
		return;
	b = &call->snap->bank[cpu];
	b->enable = readl_relaxed(gic->dist + GIC_DIST_ENABLE_SET);
	b->pending = readl_relaxed(gic->dist + GIC_DIST_PENDING_SET);
	b->active = readl_relaxed(gic->dist + GIC_DIST_ACTIVE_SET);
	b->group = readl_relaxed(gic->dist + GIC_DIST_IGROUP);
	b->config[0] = readl_relaxed(gic->dist + GIC_DIST_CONFIG);
	b->config[1] = readl_relaxed(gic->dist + GIC_DIST_CONFIG + 4);
	for (i = 0; i < ARRAY_SIZE(b->pri); i++)
		b->pri[i] = gic_dist_byte(gic, GIC_DIST_PRI, i);
	b->pmr = readl_relaxed(gic->cpu + GIC_CPU_PRIMASK);
	b->bpr = readl_relaxed(gic->cpu + GIC_CPU_BINPOINT);
	b->ctlr = readl_relaxed(gic->cpu + GIC_CPU_CTRL);
	b->valid = true;
}

static void gic_take_snapshot(struct gic_dut *gic, struct gic_snapshot *s)
{
	struct gic_bank_call call = { gic, s };
	unsigned int i;

	s->ctlr = readl_relaxed(gic->dist + GIC_DIST_CTRL);
	for (i = 1; i < DIV_ROUND_UP(gic->nr_irqs, 32); i++) {
		s->enable[i] = readl_relaxed(gic->dist + GIC_DIST_ENABLE_SET + i * 4);
		s->pending[i] = readl_relaxed(gic->dist + GIC_DIST_PENDING_SET + i * 4);
		s->active[i] = readl_relaxed(gic->dist + GIC_DIST_ACTIVE_SET + i * 4);
		s->group[i] = readl_relaxed(gic->dist + GIC_DIST_IGROUP + i * 4);
	}
	for (i = 2; i < DIV_ROUND_UP(gic->nr_irqs, 16); i++)
		s->config[i] = readl_relaxed(gic->dist + GIC_DIST_CONFIG + i * 4);
	for (i = 8; i < DIV_ROUND_UP(gic->nr_irqs, 4); i++) {
		s->pri[i] = readl_relaxed(gic->dist + GIC_DIST_PRI + i * 4);
		s->target[i] = readl_relaxed(gic->dist + GIC_DIST_TARGET + i * 4);
	}
	/* CPUs come and go: what one left behind earlier is not what it has now. */
	for (i = 0; i < ARRAY_SIZE(s->bank); i++)
		s->bank[i].valid = false;
	gic_on_all_cpus(gic_read_bank, &call);
}

/* GICD_IPRIORITYR and GICD_ITARGETSR: four interrupts a word */
static u8 gic_byte_of(const u32 *words, unsigned int irq)
{
	return words[irq / 4] >> irq % 4 * 8;
}

static void gic_expect_same(struct kunit *test, u32 old, u32 new, const char *what,
			    unsigned int irq)
{
	gic_expect(test, new, old, "the case did not leave %s of INTID %u as it found it", what,
		   irq);
}

static void gic_compare_spi(struct kunit *test, struct gic_dut *gic, unsigned int irq,
			    struct gic_snapshot *a, struct gic_snapshot *b)
{
	u32 bit = BIT(irq % 32), cfg = BIT(irq % 16 * 2 + 1);

	/* Linux changes neither once it has booted, on any line. */
	gic_expect_same(test, gic_byte_of(a->pri, irq), gic_byte_of(b->pri, irq),
			"GICD_IPRIORITYR", irq);
	gic_expect_same(test, a->group[irq / 32] & bit, b->group[irq / 32] & bit,
			"GICD_IGROUPR", irq);
	if (!test_bit(irq, gic->spare))
		return;
	gic_expect_same(test, a->enable[irq / 32] & bit, b->enable[irq / 32] & bit,
			"GICD_ISENABLER", irq);
	gic_expect_same(test, a->pending[irq / 32] & bit, b->pending[irq / 32] & bit,
			"GICD_ISPENDR", irq);
	gic_expect_same(test, a->active[irq / 32] & bit, b->active[irq / 32] & bit,
			"GICD_ISACTIVER", irq);
	gic_expect_same(test, a->config[irq / 16] & cfg, b->config[irq / 16] & cfg,
			"GICD_ICFGR", irq);
	gic_expect_same(test, gic_byte_of(a->target, irq), gic_byte_of(b->target, irq),
			"GICD_ITARGETSR", irq);
}

static void gic_expect_same_bank(struct kunit *test, u32 old, u32 new, const char *what, int cpu)
{
	gic_expect(test, new, old, "the case did not leave %s of CPU%d as it found it", what, cpu);
}

static void gic_compare_bank(struct kunit *test, int cpu, struct gic_bank *a, struct gic_bank *b)
{
	/* Linux's own SGIs and PPIs pend, and its timers are enabled, as they like. */
	u32 ours = GIC_KUNIT_SGI_MASK;
	int i;

	gic_expect_same_bank(test, a->enable & ours, b->enable & ours, "GICD_ISENABLER0", cpu);
	gic_expect_same_bank(test, a->pending & ours, b->pending & ours, "GICD_ISPENDR0", cpu);
	gic_expect_same_bank(test, a->active & ours, b->active & ours, "GICD_ISACTIVER0", cpu);
	gic_expect_same_bank(test, a->group, b->group, "GICD_IGROUPR0", cpu);
	gic_expect_same_bank(test, a->config[0], b->config[0], "GICD_ICFGR0", cpu);
	gic_expect_same_bank(test, a->config[1], b->config[1], "GICD_ICFGR1", cpu);
	gic_expect_same_bank(test, a->pmr, b->pmr, "GICC_PMR", cpu);
	gic_expect_same_bank(test, a->bpr, b->bpr, "GICC_BPR", cpu);
	gic_expect_same_bank(test, a->ctlr, b->ctlr, "GICC_CTLR", cpu);
	for (i = 0; i < ARRAY_SIZE(a->pri); i++)
		gic_expect(test, b->pri[i], a->pri[i],
			   "the case did not leave GICD_IPRIORITYR of INTID %d of CPU%d as it found it",
			   i, cpu);
}

static void gic_prove_restored(void *data)
{
	struct kunit *test = data;
	struct gic_dut *gic = gic_kunit_dut(test);
	struct gic_snapshot *a = gic_kunit.before, *b = gic_kunit.after;
	unsigned int irq;
	int cpu;

	gic_take_snapshot(gic, b);
	gic_expect(test, b->ctlr, a->ctlr, "the case did not leave GICD_CTLR as it found it");
	for (irq = GIC_KUNIT_FIRST_SPI; irq < gic->nr_irqs; irq++)
		gic_compare_spi(test, gic, irq, a, b);
	for (cpu = 0; cpu < GIC_KUNIT_MAX_CPUS; cpu++)
		if (a->bank[cpu].valid && b->bank[cpu].valid)
			gic_compare_bank(test, cpu, &a->bank[cpu], &b->bank[cpu]);
	swap(gic_kunit.before, gic_kunit.after);
}

/* As gic_info(), of the suite */
static __printf(2, 3) void gic_suite_info(struct kunit_suite *suite, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	kunit_info(suite, "%pV", &vaf);
	va_end(args);
}

/* One line for all suites, the last of its kind: KUnit has one for each. */
static void gic_kunit_sum_up(struct kunit_suite *suite)
{
	/* The last run of each: one that is run again through debugfs counts once. */
	static struct gic_kunit_sum {
		const char *suite;
		unsigned int passed;
		unsigned int failed;
		unsigned int skipped;
	} sums[GIC_KUNIT_MAX_SUITES];
	struct gic_kunit_sum all = {}, sum = { .suite = suite->name };
	struct kunit_case *c;
	int i;

	kunit_suite_for_each_test_case(suite, c) {
		sum.passed += c->status == KUNIT_SUCCESS;
		sum.failed += c->status == KUNIT_FAILURE;
		sum.skipped += c->status == KUNIT_SKIPPED;
	}
	for (i = 0; i < ARRAY_SIZE(sums); i++)
		if (!sums[i].suite || !strcmp(sums[i].suite, suite->name))
			break;
	if (i < ARRAY_SIZE(sums))
		sums[i] = sum;
	for (i = 0; i < ARRAY_SIZE(sums); i++) {
		all.passed += sums[i].passed;
		all.failed += sums[i].failed;
		all.skipped += sums[i].skipped;
	}
	pr_info("gic_kunit: %u passed, %u failed, %u skipped so far\n", all.passed, all.failed,
		all.skipped);
}

/**
 * gic_kunit_suite_exit - sum up, and give back what gic_kunit_suite_init() took
 * @suite: the suite that has run
 */
void gic_kunit_suite_exit(struct kunit_suite *suite)
{
	struct gic_dut *gic = &gic_kunit.dut;
	void __iomem *ranges[] = { gic->dist, gic->cpu, gic->hyp, gic->virt };
	int i;

	if (gic_kunit.ready)
		gic_kunit_sum_up(suite);
	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		if (ranges[i])
			iounmap(ranges[i]);
	of_node_put(gic->np);
	memset(&gic_kunit, 0, sizeof(gic_kunit));
}

/**
 * gic_kunit_suite_init - find the GIC, once for all suites
 * @suite: the suite about to run
 *
 * Return: 0; what is missing is said by each case, which then skips.
 */
int gic_kunit_suite_init(struct kunit_suite *suite)
{
	struct gic_dut *gic = &gic_kunit.dut;

	gic_kunit.before = &gic_snapshots[0];
	gic_kunit.after = &gic_snapshots[1];

	/*
	 * Lines come and go with drivers, so a run by modprobe or through
	 * debugfs looks again.
	 */
	atomic_set(&gic_waits_lost, 0);
	gic_kunit.none = gic_probe(gic);
	gic_kunit.ready = true;
	if (gic_kunit.none) {
		gic_suite_info(suite, "nothing to test: %s\n", gic_kunit.none);
		return 0;
	}
	gic_take_snapshot(gic, gic_kunit.before);
	gic_suite_info(suite,
		       "%pOF: %u INTIDs, %u CPU interfaces, %u spare SPIs, SGIs %#x, priorities %#04x, %s view\n",
		       gic->np, gic->nr_irqs, gic->nr_cpu_ifs, gic->nr_spare, gic->sgis,
		       gic->pri_mask,
		       !gic->security ? "only" : gic->secure ? "secure" : "non-secure");
	return 0;
}

/**
 * gic_kunit_init - before each case: skip if there is no GIC, or not all of one
 * @test: the case
 *
 * What the case finds is known from suite_init or from the end of the case
 * before. It is compared when the case and its clean-up actions are done:
 * actions run last in, first out, and this one is the first in.
 *
 * Return: 0 or a negative errno.
 */
int gic_kunit_init(struct kunit *test)
{
	const char *objection;

	if (!gic_kunit.ready || gic_kunit.none)
		gic_skip(test, "%s", gic_kunit.none ?: "the suite was not initialised");
	objection = gic_kunit.dut.xen ? gic_xen_objection(test->name) : NULL;
	if (objection)
		gic_skip(test, "%s", objection);
	test->priv = &gic_kunit.dut;
	return kunit_add_action(test, gic_prove_restored, test);
}

/**
 * gic_kunit_dut - the GIC under test
 * @test: the case
 *
 * Return: the GIC; a case that got past gic_kunit_init() has one.
 */
struct gic_dut *gic_kunit_dut(struct kunit *test)
{
	return test->priv;
}

/**
 * gic_spare_irq - the n-th SPI that nobody uses
 * @test: the case; it skips, by name, when there are not that many
 * @n: which, from 0
 *
 * Return: an INTID.
 */
unsigned int gic_spare_irq(struct kunit *test, unsigned int n)
{
	struct gic_dut *gic = gic_kunit_dut(test);

	if (n >= gic->nr_spare)
		gic_skip(test,
			 "%pOF: the device tree and drivers leave %u SPIs spare, this case needs %u",
			 gic->np, gic->nr_spare, n + 1);
	return find_nth_bit(gic->spare, gic->nr_irqs, n);
}

/**
 * gic_sgi - the n-th SGI that neither Linux nor firmware uses
 * @test: the case; it skips, by name, when there are not that many
 * @n: which, from 0
 *
 * Return: an INTID.
 */
unsigned int gic_sgi(struct kunit *test, unsigned int n)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	unsigned long sgis = gic->sgis;

	if (hweight_long(sgis) <= n)
		gic_skip(test,
			 "firmware leaves %lu SGIs from 8 to 14 to this security state, this case needs %u",
			 hweight_long(sgis), n + 1);
	return find_nth_bit(&sgis, BITS_PER_LONG, n);
}

/**
 * gic_require_targets - skip a case that writes GICD_ITARGETSR if it cannot be
 * @test: the case
 */
void gic_require_targets(struct kunit *test)
{
	if (gic_kunit_dut(test)->nr_cpu_ifs == 1)
		gic_skip(test, "GICD_ITARGETSR is RAZ/WI with one CPU interface (4.3.12)");
}

/**
 * gic_require_cpus - skip a case that tells nothing with fewer CPUs
 * @test: the case
 * @nr: how many have to be online
 */
void gic_require_cpus(struct kunit *test, unsigned int nr)
{
	if (num_online_cpus() < nr)
		gic_skip(test, "%u CPUs are online, this case needs %u", num_online_cpus(), nr);
}

/* ------------------------------------------------------------------ */

/* Count this CPU in and wait until @want have been; false if it takes longer than @ns. */
static bool gic_await(struct gic_quiesce *q, atomic_t *arrived, int want, u64 ns)
{
	u64 end = ktime_get_mono_fast_ns() + ns;

	/* A full barrier: what others did before they came is seen after this. */
	atomic_inc_return(arrived);
	while (atomic_read(arrived) < want) {
		if (READ_ONCE(q->lost) || ktime_get_mono_fast_ns() > end) {
			WRITE_ONCE(q->lost, true);
			break;
		}
		gic_relax();
	}
	/* Pairs with atomic_inc_return() above on the other CPUs. */
	smp_mb();
	return !READ_ONCE(q->lost);
}

/**
 * gic_meet - wait until every CPU of a quiesced run has come to this point
 * @c: this CPU's part
 *
 * Bounded: when a CPU does not come within a second, all later rendezvous of
 * the run return at once and gic_quiesce() fails the case.
 */
void gic_meet(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;

	if (q->alone)
		return;
	/*
	 * What this CPU did to the GIC is done before the others go on: the
	 * read returns after the writes before it (same device, Device memory).
	 */
	readl(q->gic->dist + GIC_DIST_CTRL);
	gic_await(q, &q->arrived, ++c->meets * q->nr_cpus, GIC_KUNIT_MEET_NS);
}

/**
 * gic_ack - acknowledge one interrupt on this CPU and record it
 * @c: this CPU's part
 *
 * Return: what GICC_IAR gave; INTID 1023 is not recorded.
 */
u32 gic_ack(struct gic_cpu *c)
{
	u32 iar = readl(c->q->gic->cpu + GIC_CPU_INTACK);

	if ((iar & GICC_IAR_INT_ID_MASK) < GIC_KUNIT_MAX_IRQS &&
	    c->seen.nr < ARRAY_SIZE(c->seen.iar))
		c->seen.iar[c->seen.nr++] = iar;
	return iar;
}

/**
 * gic_eoi - end an interrupt on this CPU: priority drop and deactivation
 * @c: this CPU's part
 * @iar: what gic_ack() returned
 *
 * With EOImode set, as when Linux was entered in HYP mode, GICC_EOIR drops the
 * priority only and GICC_DIR deactivates (3.2.1).
 */
void gic_eoi(struct gic_cpu *c, u32 iar)
{
	struct gic_dut *gic = c->q->gic;

	writel(iar, gic->cpu + GIC_CPU_EOI);
	if (readl_relaxed(gic->cpu + GIC_CPU_CTRL) & GIC_CPU_CTRL_EOImodeNS)
		writel(iar, gic->cpu + GIC_CPU_DEACTIVATE);
}

/* How long to wait for an interrupt, ns */
static u64 gic_patience(void)
{
	return atomic_read(&gic_waits_lost) < GIC_KUNIT_LONG_WAITS ? GIC_KUNIT_WAIT_NS
								   : GIC_KUNIT_SHORT_WAIT_NS;
}

/**
 * gic_collect - acknowledge and end interrupts until enough have come
 * @c: this CPU's part
 * @want: how many are expected; the wait for them is bounded
 *
 * Then looks for extras: whatever else is there is taken as well.
 */
void gic_collect(struct gic_cpu *c, unsigned int want)
{
	u64 end = ktime_get_mono_fast_ns() + gic_patience();
	bool settled = false;
	u32 iar;

	while (c->seen.nr < ARRAY_SIZE(c->seen.iar)) {
		iar = gic_ack(c);
		if ((iar & GICC_IAR_INT_ID_MASK) < GIC_KUNIT_MAX_IRQS) {
			gic_eoi(c, iar);
			want -= !!want;
			continue;
		}
		if (want && ktime_get_mono_fast_ns() < end) {
			gic_relax();
			continue;
		}
		if (settled)
			break;
		if (want)
			atomic_inc(&gic_waits_lost);
		udelay(GIC_KUNIT_SETTLE_US);
		settled = true;
	}
}

/**
 * gic_take_line - make an interrupt ready for a quiesced case
 * @gic: the GIC under test
 * @irq: INTID of an SPI, or of a PPI of this CPU
 * @target: GICD_ITARGETSR for an SPI
 *
 * It is disabled and has the tests' priority; an SPI is edge-triggered.
 *
 * Return: what gic_give_line_back() puts back.
 */
struct gic_line gic_take_line(struct gic_dut *gic, unsigned int irq, u8 target)
{
	struct gic_line old = {
		.enabled = gic_dist_bit(gic, GIC_DIST_ENABLE_SET, irq),
		.edge = gic_is_edge(gic, irq),
		.pri = gic_dist_byte(gic, GIC_DIST_PRI, irq),
		.target = gic_dist_byte(gic, GIC_DIST_TARGET, irq),
	};

	gic_dist_poke(gic, GIC_DIST_ENABLE_CLEAR, irq);
	gic_dist_set_byte(gic, GIC_DIST_PRI, irq, GIC_KUNIT_PRI);
	/* Of a PPI, one is fixed and the other read-only (4.3.12, 4.3.13). */
	if (irq >= GIC_KUNIT_FIRST_SPI) {
		gic_set_edge(gic, irq, true);
		gic_dist_set_byte(gic, GIC_DIST_TARGET, irq, target);
	}
	return old;
}

/**
 * gic_give_line_back - put back what gic_take_line() found; inactive, not pending
 * @gic: the GIC under test
 * @irq: INTID
 * @old: what gic_take_line() returned
 */
void gic_give_line_back(struct gic_dut *gic, unsigned int irq, struct gic_line old)
{
	gic_dist_poke(gic, GIC_DIST_ENABLE_CLEAR, irq);
	gic_dist_poke(gic, GIC_DIST_PENDING_CLEAR, irq);
	gic_dist_poke(gic, GIC_DIST_ACTIVE_CLEAR, irq);
	if (irq >= GIC_KUNIT_FIRST_SPI) {
		gic_set_edge(gic, irq, old.edge);
		gic_dist_set_byte(gic, GIC_DIST_TARGET, irq, old.target);
	}
	gic_dist_set_byte(gic, GIC_DIST_PRI, irq, old.pri);
	if (old.enabled)
		gic_dist_poke(gic, GIC_DIST_ENABLE_SET, irq);
}

static void __iomem *gic_group_reg(struct gic_cpu *c)
{
	return c->q->gic->dist + GIC_DIST_IGROUP + c->q->irq / 32 * 4;
}

/**
 * gic_make_group1 - put the case's line into Group 1, in the secure view
 * @c: this CPU's part
 *
 * Linux's own are in Group 0 there; the enables of the other group come with
 * the line and go with gic_end_group1().
 *
 * Return: what gic_end_group1() puts back.
 */
struct gic_group1 gic_make_group1(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	struct gic_group1 old = {
		.group = readl(gic_group_reg(c)),
		.dist_ctlr = readl(gic->dist + GIC_DIST_CTRL),
		.cpu_ctlr = readl(gic->cpu + GIC_CPU_CTRL),
	};

	writel(old.group | BIT(c->q->irq % 32), gic_group_reg(c));
	writel(old.dist_ctlr | GIC_CPU_CTRL_EnableGrp1, gic->dist + GIC_DIST_CTRL);
	writel(old.cpu_ctlr | GIC_CPU_CTRL_EnableGrp1, gic->cpu + GIC_CPU_CTRL);
	return old;
}

/**
 * gic_end_group1 - put back what gic_make_group1() found
 * @c: this CPU's part
 * @old: what gic_make_group1() returned
 */
void gic_end_group1(struct gic_cpu *c, struct gic_group1 old)
{
	struct gic_dut *gic = c->q->gic;

	writel(old.cpu_ctlr, gic->cpu + GIC_CPU_CTRL);
	writel(old.dist_ctlr, gic->dist + GIC_DIST_CTRL);
	gic_dist_poke(gic, GIC_DIST_PENDING_CLEAR, c->q->irq);
	writel(old.group, gic_group_reg(c));
}

/* Every CPU takes its own of a PPI; an SPI the first CPU, or one after the other. */
static bool gic_line_is_mine(struct gic_cpu *c, unsigned int irq)
{
	return irq >= 16 && (irq < GIC_KUNIT_FIRST_SPI || !c->nr || c->q->alone);
}

static void gic_quiesced_cpu(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;
	u32 enable = readl_relaxed(gic->dist + GIC_DIST_ENABLE_SET);
	unsigned int irqs[] = { c->q->irq, c->q->irq2 };
	struct gic_line old[ARRAY_SIZE(irqs)];
	u8 pri[GIC_KUNIT_NR_SGIS];
	u32 iar;
	int i;

	for (i = 0; i < GIC_KUNIT_NR_SGIS; i++) {
		pri[i] = gic_dist_byte(gic, GIC_DIST_PRI, GIC_KUNIT_FIRST_SGI + i);
		gic_dist_set_byte(gic, GIC_DIST_PRI, GIC_KUNIT_FIRST_SGI + i, GIC_KUNIT_PRI);
	}
	for (i = 0; i < ARRAY_SIZE(irqs); i++)
		if (gic_line_is_mine(c, irqs[i]))
			old[i] = gic_take_line(gic, irqs[i], BIT(c->ifnr));
	writel_relaxed(gic->sgis, gic->dist + GIC_DIST_ENABLE_SET);
	writel_relaxed(GIC_KUNIT_PMR, gic->cpu + GIC_CPU_PRIMASK);
	gic_meet(c);

	c->q->fn(c);

	gic_meet(c);
	for (i = 0; i < ARRAY_SIZE(irqs); i++)
		if (gic_line_is_mine(c, irqs[i]))
			gic_give_line_back(gic, irqs[i], old[i]);
	/* Xen aborts the access, and has what is left in list registers: it comes below. */
	if (gic->xen)
		writel_relaxed(GIC_KUNIT_PMR, gic->cpu + GIC_CPU_PRIMASK);
	for (i = 0; i < GIC_KUNIT_NR_SGIS && !gic->xen; i++)
		gic_dist_set_byte(gic, GIC_DIST_SGI_PENDING_CLEAR, GIC_KUNIT_FIRST_SGI + i, 0xff);
	/* What a broken GIC still delivers must not reach Linux. */
	for (i = 0; i < 64; i++) {
		iar = readl(gic->cpu + GIC_CPU_INTACK);
		if ((iar & GICC_IAR_INT_ID_MASK) >= GIC_KUNIT_MAX_IRQS)
			break;
		gic_eoi(c, iar);
	}
	writel_relaxed(gic->sgis & ~enable, gic->dist + GIC_DIST_ENABLE_CLEAR);
	for (i = 0; i < GIC_KUNIT_NR_SGIS; i++)
		gic_dist_set_byte(gic, GIC_DIST_PRI, GIC_KUNIT_FIRST_SGI + i, pri[i]);
	writel(c->pmr, gic->cpu + GIC_CPU_PRIMASK);
}

/*
 * All CPUs have to be here before the first masks its interrupts: until then
 * another may wait for its answer to an IPI, and could not come.
 */
static void gic_quiesced(void *data)
{
	struct gic_quiesce *q = data;
	unsigned long flags;
	unsigned int i;

	preempt_disable();
	if (gic_await(q, &q->held, q->nr_held, GIC_KUNIT_HOLD_NS)) {
		local_irq_save(flags);
		if (gic_await(q, &q->held, 2 * q->nr_held, GIC_KUNIT_MEET_NS)) {
			WRITE_ONCE(q->ran, true);
			for (i = 0; i < q->nr_cpus; i++)
				if (q->cpus[i].cpu == smp_processor_id())
					gic_quiesced_cpu(&q->cpus[i]);
		}
		/* None goes on before the last has put everything back. */
		gic_await(q, &q->held, 3 * q->nr_held, GIC_KUNIT_MEET_NS);
		local_irq_restore(flags);
	}
	preempt_enable();
}

static struct gic_quiesce *gic_new_run(struct kunit *test, void (*fn)(struct gic_cpu *c),
				       unsigned int irq, unsigned int irq2)
{
	struct gic_quiesce *q = gic_alloc(test, sizeof(*q));

	q->gic = gic_kunit_dut(test);
	q->fn = fn;
	q->irq = irq;
	q->irq2 = irq2;
	return q;
}

/*
 * What goes back into GICC_PMR is what was there before the case: were the
 * register not banked, a CPU could find what another one has written already.
 */
static void gic_enlist_cpus(struct kunit *test, struct gic_quiesce *q)
{
	u8 ifmask;
	int cpu;

	for_each_online_cpu(cpu) {
		struct gic_cpu *c = &q->cpus[q->nr_cpus];

		ifmask = cpu < GIC_KUNIT_MAX_CPUS ? q->gic->ifmask[cpu] : 0;
		if (hweight8(ifmask) != 1 || !gic_kunit.before->bank[cpu].valid)
			continue;
		c->q = q;
		c->nr = q->nr_cpus++;
		c->cpu = cpu;
		c->ifnr = __ffs(ifmask);
		c->pmr = gic_kunit.before->bank[cpu].pmr;
	}
}

static void gic_assert_run(struct kunit *test, struct gic_quiesce *q)
{
	gic_assert(test, q->nr_cpus > 0,
		   "GICD_ITARGETSR0-7 are one-hot on no CPU: its CPU interface is unknown (4.3.12)");
	gic_assert(test, !q->lost, "a CPU did not come to %s in time",
		   q->alone || q->ran ? "a rendezvous" : "be held");
}

/**
 * gic_quiesce - run a function on all CPUs with the system held
 * @test: the case
 * @fn: what each CPU does
 * @irq: INTID of a spare SPI or of the PPI the case uses, taken before @fn and
 *	given back after it; an SPI then targets the first CPU. Or an SGI. Or 0.
 * @irq2: a second one, likewise
 *
 * Return: the run, with what each CPU saw, to be judged.
 */
struct gic_quiesce *gic_quiesce(struct kunit *test, void (*fn)(struct gic_cpu *c),
				unsigned int irq, unsigned int irq2)
{
	struct gic_quiesce *q = gic_new_run(test, fn, irq, irq2);
	unsigned int tries;

	cpus_read_lock();
	gic_enlist_cpus(test, q);
	q->nr_held = num_online_cpus();
	/*
	 * A CPU may be in stop_machine(), which wants the others: all let go
	 * and try again, as long as none has begun.
	 */
	for (tries = 0; tries < GIC_KUNIT_HOLD_TRIES; tries++) {
		atomic_set(&q->held, 0);
		q->lost = false;
		gic_call_cpus(cpu_online_mask, gic_quiesced, q);
		if (q->ran || !q->lost)
			break;
	}
	cpus_read_unlock();

	gic_assert_run(test, q);
	return q;
}

static void gic_polled_cpu(void *info)
{
	unsigned long flags;

	local_irq_save(flags);
	gic_quiesced_cpu(info);
	local_irq_restore(flags);
}

/**
 * gic_polled - run a function on one CPU after the other, that CPU alone held
 * @test: the case
 * @fn: what each CPU does, as for gic_quiesce(); there is nobody to meet
 * @irq: as for gic_quiesce(); an SPI targets the CPU whose turn it is
 * @irq2: a second one, likewise
 *
 * In process context, unlike an IPI: nothing is active on the CPU. SPIs get a
 * mapping, so that one which a broken GIC sends to a CPU that is not held is
 * ended there instead of staying active for ever.
 *
 * Return: the run, with what each CPU recorded, to be judged.
 */
struct gic_quiesce *gic_polled(struct kunit *test, void (*fn)(struct gic_cpu *c),
			       unsigned int irq, unsigned int irq2)
{
	struct gic_quiesce *q = gic_new_run(test, fn, irq, irq2);
	unsigned int irqs[] = { irq, irq2 }, i, virq;

	for (i = 0; i < ARRAY_SIZE(irqs); i++) {
		if (irqs[i] < GIC_KUNIT_FIRST_SPI)
			continue;
		virq = gic_map(test, irqs[i], IRQ_TYPE_EDGE_RISING);
		gic_assert_ok(test, irq_set_irq_type(virq, IRQ_TYPE_EDGE_RISING));
	}
	q->alone = true;
	cpus_read_lock();
	gic_enlist_cpus(test, q);
	for (i = 0; i < q->nr_cpus; i++)
		gic_call_cpus(cpumask_of(q->cpus[i].cpu), gic_polled_cpu, &q->cpus[i]);
	cpus_read_unlock();

	gic_assert_run(test, q);
	return q;
}

static void gic_run_masked(void *info)
{
	struct gic_quiesce *q = info;
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < q->nr_cpus; i++)
		if (q->cpus[i].cpu == smp_processor_id())
			q->fn(&q->cpus[i]);
	local_irq_restore(flags);
}

/**
 * gic_on_each_cpu - run a function on all CPUs at once, system live
 * @test: the case
 * @fn: what each CPU does, interrupts masked; it may not sleep, meet or judge
 * @irq: passed on in struct gic_quiesce
 * @irq2: likewise
 *
 * In process context, unlike an IPI: nothing is active on the CPUs.
 *
 * Return: the run, with what each CPU recorded, to be judged.
 */
struct gic_quiesce *gic_on_each_cpu(struct kunit *test, void (*fn)(struct gic_cpu *c),
				    unsigned int irq, unsigned int irq2)
{
	struct gic_quiesce *q = gic_new_run(test, fn, irq, irq2);

	cpus_read_lock();
	gic_enlist_cpus(test, q);
	gic_call_cpus(cpu_online_mask, gic_run_masked, q);
	cpus_read_unlock();

	gic_assert_run(test, q);
	return q;
}

/**
 * gic_times_seen - how often a CPU acknowledged exactly this
 * @c: the CPU's part of a finished run
 * @iar: GICC_IAR value, source CPU included
 *
 * Return: a count.
 */
unsigned int gic_times_seen(struct gic_cpu *c, u32 iar)
{
	unsigned int i, n = 0;

	for (i = 0; i < c->seen.nr; i++)
		n += c->seen.iar[i] == iar;
	return n;
}

/**
 * gic_expect_seen - judge what a CPU acknowledged: each of these once, no more
 * @test: the case
 * @c: the CPU's part of a finished run
 * @iar: GICC_IAR values expected, source CPU included, all different
 * @nr: how many
 * @what: the behaviour, in the architecture's words
 */
void gic_expect_seen(struct kunit *test, struct gic_cpu *c, const u32 *iar,
		     unsigned int nr, const char *what)
{
	unsigned int i, j, n, wanted, strays = 0;

	for (i = 0; i < nr; i++) {
		n = gic_times_seen(c, iar[i]);
		gic_expect(test, n, 1,
			   "%s: INTID %u (GICC_IAR.CPUID %u) on CPU%u: expected once, came %u times",
			   what, iar[i] & GICC_IAR_INT_ID_MASK, GIC_IAR_CPUID(iar[i]), c->cpu, n);
	}
	/* A GIC that sends without end gives a few lines, not a log full. */
	for (i = 0; i < c->seen.nr && strays < GIC_KUNIT_MAX_STRAYS; i++) {
		wanted = 0;
		for (j = 0; j < nr; j++)
			wanted += c->seen.iar[i] == iar[j];
		strays += wanted != 1;
		gic_expect(test, wanted, 1,
			   "%s: CPU%u acknowledged INTID %u (GICC_IAR.CPUID %u), which was not sent to it",
			   what, c->cpu, c->seen.iar[i] & GICC_IAR_INT_ID_MASK,
			   GIC_IAR_CPUID(c->seen.iar[i]));
	}
}

/**
 * gic_check - compare two values on a CPU where nothing can be judged
 * @c: this CPU's part
 * @what: which register, when, and the section of the specification
 * @got: what was read
 * @want: what was expected
 */
void gic_check(struct gic_cpu *c, const char *what, u32 got, u32 want)
{
	struct gic_checked *k = &c->checked;

	k->nr++;
	if (got == want)
		return;
	if (k->nr_wrong < ARRAY_SIZE(k->wrong)) {
		k->wrong[k->nr_wrong].what = what;
		k->wrong[k->nr_wrong].got = got;
		k->wrong[k->nr_wrong].want = want;
	}
	k->nr_wrong++;
}

/**
 * gic_expect_checked - judge what gic_check() found on all CPUs
 * @test: the case
 * @q: a finished run
 */
void gic_expect_checked(struct kunit *test, struct gic_quiesce *q)
{
	unsigned int i, n;

	for (i = 0; i < q->nr_cpus; i++) {
		struct gic_checked *k = &q->cpus[i].checked;

		gic_expect_ok(test, k->nr > 0, "CPU%u compared nothing", q->cpus[i].cpu);
		for (n = 0; n < min_t(unsigned int, k->nr_wrong, ARRAY_SIZE(k->wrong)); n++)
			gic_expect(test, k->wrong[n].got, k->wrong[n].want, "CPU%u: %s",
				   q->cpus[i].cpu, k->wrong[n].what);
	}
}

/* ------------------------------------------------------------------ */

/**
 * gic_assert_not_pending - end the case if an interrupt pends
 * @test: the case
 * @irq: INTID that the case is going to enable while the system is live
 *
 * With no handler, or one that cannot make it stop, the CPU that takes it
 * would do nothing else any more.
 */
void gic_assert_not_pending(struct kunit *test, unsigned int irq)
{
	gic_assert(test, !gic_dist_bit(gic_kunit_dut(test), GIC_DIST_PENDING_SET, irq),
		   "INTID %u pends before anybody pended it, so it is not enabled here", irq);
}

struct gic_mapping {
	struct gic_dut *gic;
	unsigned int hwirq;
	unsigned int virq;
	bool edge;
	u8 target;
};

static void gic_unmap(void *data)
{
	struct gic_mapping *map = data;

	/* GICD_ICFGR is shared with lines of others, so its driver's lock is wanted. */
	if (map->hwirq >= GIC_KUNIT_FIRST_SPI)
		irq_set_irq_type(map->virq, map->edge ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_LEVEL_HIGH);
	irq_dispose_mapping(map->virq);
	if (map->hwirq < GIC_KUNIT_FIRST_SPI)
		return;
	/* irq_set_affinity() has changed it. */
	gic_dist_set_byte(map->gic, GIC_DIST_TARGET, map->hwirq, map->target);
}

/**
 * gic_map - give a spare interrupt of the GIC a Linux irq for this case
 * @test: the case; it fails when there is none to be had
 * @hwirq: INTID of a spare SPI, or of an SGI from 8
 * @type: IRQ_TYPE_EDGE_RISING or IRQ_TYPE_LEVEL_HIGH; ignored for an SGI
 *
 * Return: the Linux irq number; the mapping ends with the case.
 */
unsigned int gic_map(struct kunit *test, unsigned int hwirq, unsigned int type)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	struct gic_mapping *map = gic_alloc(test, sizeof(*map));
	struct irq_fwspec fwspec = {
		.fwnode = gic->domain->fwnode,
		.param_count = 3,
		/* GIC_SPI: #interrupt-cells of arm,gic.yaml */
		.param = { 0, hwirq - GIC_KUNIT_FIRST_SPI, type },
	};

	gic_assert_not_pending(test, hwirq);
	if (hwirq < 16) {
		/* The form gic_irq_domain_translate() knows for SGIs */
		fwspec.param_count = 1;
		fwspec.param[0] = hwirq;
	}
	map->gic = gic;
	map->hwirq = hwirq;
	map->edge = gic_is_edge(gic, hwirq);
	map->target = gic_dist_byte(gic, GIC_DIST_TARGET, hwirq);
	map->virq = irq_create_fwspec_mapping(&fwspec);
	gic_assert(test, map->virq > 0, "INTID %u cannot be mapped", hwirq);
	gic_assert_ok(test, kunit_add_action_or_reset(test, gic_unmap, map));
	return map->virq;
}

/* ------------------------------------------------------------------ */

/**
 * gic_wait_handled - wait until a handler has run often enough; bounded
 * @count: what the handler increments with atomic_inc_return_release()
 * @want: how often
 *
 * Return: false after GIC_KUNIT_WAIT_NS, or less in a suite that has waited often
 * for what did not come.
 */
bool gic_wait_handled(atomic_t *count, int want)
{
	u64 end = ktime_get_mono_fast_ns() + gic_patience();

	while (atomic_read_acquire(count) < want) {
		if (ktime_get_mono_fast_ns() > end) {
			atomic_inc(&gic_waits_lost);
			return false;
		}
		gic_relax();
	}
	return true;
}

/*
 * All samples since the kernel, or the module, was loaded; bucket n counts
 * those from 2^n ns, bucket 0 those below 2 ns as well. Timing judges nothing:
 * this is to look at, in debugfs.
 */
static unsigned int gic_histogram[GIC_LATENCY_SOURCES][GIC_KUNIT_MAX_CPUS][32];

/**
 * gic_latency_add - take one sample
 * @lat: where
 * @source: CPU that sent it, GIC_LATENCY_SPI or GIC_LATENCY_PPI
 * @target: CPU that handled it
 * @from: when it was sent, ns
 * @to: when its handler ran, ns
 */
void gic_latency_add(struct gic_latency *lat, unsigned int source, unsigned int target,
		     u64 from, u64 to)
{
	u32 ns = min_t(u64, to - from, U32_MAX);

	if (lat->nr < ARRAY_SIZE(lat->ns))
		lat->ns[lat->nr++] = ns;
	if (source < GIC_LATENCY_SOURCES && target < GIC_KUNIT_MAX_CPUS)
		gic_histogram[source][target][ilog2(ns | 1)]++;
}

static int gic_cmp_u32(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : *(const u32 *)a > *(const u32 *)b;
}

/**
 * gic_latency_report - print a distribution as a KTAP diagnostic
 * @test: the case
 * @what: what was sent, from where to where
 * @lat: the samples; sorted by this call
 */
void gic_latency_report(struct kunit *test, const char *what, struct gic_latency *lat)
{
	gic_assert(test, lat->nr > 0, "%s: no interrupt came, nothing to measure", what);
	sort(lat->ns, lat->nr, sizeof(lat->ns[0]), gic_cmp_u32, NULL);
	gic_info(test, "latency %s: min %u median %u p99 %u max %u ns (%u samples)\n", what,
		 lat->ns[0], lat->ns[lat->nr / 2], lat->ns[lat->nr * 99 / 100],
		 lat->ns[lat->nr - 1], lat->nr);
}

static void gic_histogram_show(struct seq_file *m, unsigned int source, unsigned int target)
{
	unsigned int *count = gic_histogram[source][target], i;

	if (!memchr_inv(count, 0, sizeof(gic_histogram[source][target])))
		return;
	if (source < GIC_KUNIT_MAX_CPUS)
		seq_printf(m, "SGI CPU%u CPU%u", source, target);
	else
		seq_printf(m, "%s CPU%u", source == GIC_LATENCY_SPI ? "SPI" : "PPI", target);
	for (i = 0; i < ARRAY_SIZE(gic_histogram[source][target]); i++)
		if (count[i])
			seq_printf(m, " %lu:%u", BIT(i), count[i]);
	seq_putc(m, '\n');
}

/*
 * /sys/kernel/debug/gic_kunit/latency: one line for each pair of CPUs, or for
 * each CPU, of which there are samples; "1024:7" are seven from 1024 to 2047 ns.
 *
 *   SGI CPU0 CPU1 512:3 1024:7
 *   SPI CPU0 2048:16
 */
static int latency_show(struct seq_file *m, void *unused)
{
	unsigned int source, target;

	for (source = 0; source < GIC_LATENCY_SOURCES; source++)
		for (target = 0; target < GIC_KUNIT_MAX_CPUS; target++)
			gic_histogram_show(m, source, target);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(latency);

static struct dentry *gic_kunit_dir;

static int __init gic_kunit_module_init(void)
{
	gic_kunit_dir = debugfs_create_dir("gic_kunit", NULL);
	debugfs_create_file("latency", 0444, gic_kunit_dir, NULL, &latency_fops);
	return 0;
}
module_init(gic_kunit_module_init);

static void __exit gic_kunit_module_exit(void)
{
	debugfs_remove_recursive(gic_kunit_dir);
}
module_exit(gic_kunit_module_exit);

MODULE_DESCRIPTION("KUnit suites for ARM GICv2 interrupt controllers");
MODULE_LICENSE("GPL");
