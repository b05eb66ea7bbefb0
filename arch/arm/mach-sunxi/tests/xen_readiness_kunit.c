// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xen readiness KUnit suite: whether an Allwinner A31 that runs Linux alone has
 * been started in a way, and described by a device tree, with which Xen and Linux
 * as its dom0 could run as well.
 *
 * Each case looks at one thing that Xen needs, and a failure says what to mend.
 * What goes wrong otherwise goes wrong in silence: Xen has no console yet, or dom0
 * lacks an interrupt and nobody says so. In dom0 itself the question is settled,
 * and all cases skip.
 *
 * What is needed stands in Xen's sources: arch/arm/{setup,smpboot,psci,time,gic-v2,
 * device,bootfdt}.c, arch/arm/platforms/sunxi.c and drivers/char/ns16550.c of 4.17.
 */

#include <kunit/test.h>

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/sizes.h>
#include <linux/smp.h>

#include <asm/arch_timer.h>
#include <asm/virt.h>

#include <dt-bindings/interrupt-controller/arm-gic.h>
#include <xen/xen.h>

/* GIC's registers in its device tree node, and the pages Xen maps them by */
enum { GICD, GICC, GICH, GICV, GIC_REGIONS };
/* Of the architected timer, in its node */
enum { SECURE_PPI, NONSECURE_PPI, VIRTUAL_PPI, HYP_PPI, TIMER_PPIS };
#define PPI_BASE		16
#define PPIS			16
/* Until what a timer does is seen in the distributor */
#define PEND_US			5

/* A31 manual, timers: value of timer 1, which Linux lets count down by 24 MHz */
#define TIMER1_VALUE		0x28
#define TIMER1_HZ		24000000
#define COMPARE_MS		20
/* Of the two clocks: one in 100 is less than any wrong choice of a frequency */
#define PERCENT			1
/* An emulator may stop a CPU between two reads. */
#define READ_TRIES		100
/* 20 us */
#define READ_TICKS		480

/* R_INTC's number of the NMI pin, which no other controller sees */
#define R_INTC_NMI		32
/* PIO behind R_INTC behind the GIC, and one to spare */
#define CONTROLLERS		4

#define EXPECT(test, ok, fmt, ...)					\
	do {								\
		if (!(ok))						\
			KUNIT_FAIL(test, fmt, ##__VA_ARGS__);		\
	} while (0)

static struct device_node *gic_node(void)
{
	return of_find_compatible_node(NULL, NULL, "arm,gic-400");
}

static struct device_node *timer_node(void)
{
	return of_find_compatible_node(NULL, NULL, "arm,armv7-timer");
}

static struct device_node *psci_node(void)
{
	static const struct of_device_id psci[] = {
		{ .compatible = "arm,psci" },
		{ .compatible = "arm,psci-0.2" },
		{ .compatible = "arm,psci-1.0" },
		{}
	};

	return of_find_matching_node(NULL, psci);
}

/* ------------------------------------------------------------------ */

static bool is_a31(void)
{
	return of_machine_is_compatible("allwinner,sun6i-a31") ||
	       of_machine_is_compatible("allwinner,sun6i-a31s");
}

/* By that Xen chooses what it knows of the SoC. */
static void xen_knows_the_board(struct kunit *test)
{
	EXPECT(test, is_a31(),
	       "/: compatible with neither allwinner,sun6i-a31 nor -a31s, so Xen cannot reset the board and shows dom0 the page its console is in: add it");
}

static void xen_cpus_entered_hyp(struct kunit *test)
{
	EXPECT(test, !is_hyp_mode_mismatched(),
	       "some CPUs were started in HYP mode and some were not: Xen needs it of all, mend the firmware's PSCI");
	if (!is_hyp_mode_mismatched())
		EXPECT(test, is_hyp_mode_available(),
		       "the CPUs were not started in HYP mode, and Xen starts in no other: start from a U-Boot with CONFIG_ARMV7_VIRT, and without bootm_boot_mode=sec");
}

static void xen_psci_is_there(struct kunit *test)
{
	struct device_node *np = psci_node();
	const char *method = NULL;

	if (!np) {
		KUNIT_FAIL(test,
			   "no /psci in the device tree, and Xen starts no second CPU otherwise: start from a U-Boot with CONFIG_ARMV7_PSCI");
		return;
	}
	of_property_read_string(np, "method", &method);
	EXPECT(test, method && !strcmp(method, "smc"),
	       "%pOF: method is \"%s\", and Xen calls firmware by smc only: method = \"smc\"", np,
	       method ?: "");
	if (!of_device_is_compatible(np, "arm,psci-0.2") &&
	    !of_device_is_compatible(np, "arm,psci-1.0"))
		EXPECT(test, of_property_present(np, "cpu_on"),
		       "%pOF: PSCI 0.1 without the number of cpu_on starts no CPU: add cpu_on", np);
	of_node_put(np);
}

/* U-Boot's own loses some: see its patches. */
static void xen_psci_stops_and_starts_cpus(struct kunit *test)
{
	struct device_node *np = psci_node();
	unsigned int cpu;
	int error;

	of_node_put(np);
	if (!np)
		kunit_skip(test, "no /psci");
	for_each_present_cpu(cpu) {
		if (!cpu)
			continue;
		if (!cpu_online(cpu)) {
			KUNIT_FAIL(test,
				   "CPU%u of the device tree is not online: mend the firmware's CPU_ON, or take maxcpus= off the command line",
				   cpu);
			continue;
		}
		error = remove_cpu(cpu);
		if (error) {
			KUNIT_FAIL(test, "CPU%u does not go off, error %d: give /psci its cpu_off",
				   cpu, error);
			continue;
		}
		error = add_cpu(cpu);
		EXPECT(test, !error,
		       "CPU%u does not come back by PSCI, error %d: mend the firmware's CPU_ON, or its CPU_OFF that let it run on",
		       cpu, error);
	}
}

/* ------------------------------------------------------------------ */

static void read_frequency(void *frequency)
{
	*(u32 *)frequency = arch_timer_get_cntfrq();
}

static u32 frequency_of(unsigned int cpu)
{
	u32 hz = 0;

	smp_call_function_single(cpu, read_frequency, &hz, true);

	return hz;
}

static void xen_counter_has_its_frequency(struct kunit *test)
{
	struct device_node *np = timer_node();
	unsigned int boot = cpumask_first(cpu_online_mask), cpu;
	u32 first = frequency_of(boot), other, told;

	if (!first) {
		KUNIT_FAIL(test,
			   "CNTFRQ is 0, which guests read, and Xen where the device tree has no clock-frequency: let the firmware set it to 24000000");
		of_node_put(np);
		return;
	}
	for_each_online_cpu(cpu) {
		other = frequency_of(cpu);
		EXPECT(test, other == first,
		       "CNTFRQ of CPU%u: expected %u as on CPU%u, came %u: let the firmware set it on each CPU",
		       cpu, first, boot, other);
	}
	if (np && !of_property_read_u32(np, "clock-frequency", &told))
		EXPECT(test, told == first,
		       "%pOF: clock-frequency is %u, which Xen believes, and CNTFRQ %u, which guests read: correct the one that is not 24000000",
		       np, told, first);
	of_node_put(np);
}

/**
 * struct two_clocks - the same moment by two clocks
 * @counter: the architected timer's, counting up
 * @timer: timer 1 of the A31, counting down
 */
struct two_clocks {
	u64 counter;
	u32 timer;
};

/* Read close to each other; false if that did not come to pass */
static bool read_clocks(void __iomem *base, struct two_clocks *both)
{
	unsigned int n;

	for (n = 0; n < READ_TRIES; n++) {
		/* The physical one: the virtual one's offset is nobody's yet without HYP mode. */
		both->counter = __arch_counter_get_cntpct();
		both->timer = readl(base + TIMER1_VALUE);
		if (__arch_counter_get_cntpct() - both->counter < READ_TICKS)
			return true;
	}

	return false;
}

/* As Xen does: the device tree's, else CNTFRQ of the CPU it boots on */
static u32 believed_frequency(void)
{
	struct device_node *np = timer_node();
	u32 hz = frequency_of(cpumask_first(cpu_online_mask));

	if (np)
		of_property_read_u32(np, "clock-frequency", &hz);
	of_node_put(np);

	return hz;
}

static void xen_counter_keeps_time(struct kunit *test)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "allwinner,sun4i-a10-timer");
	void __iomem *base = np ? of_iomap(np, 0) : NULL;
	u32 hz = believed_frequency(), ticks;
	struct two_clocks before, after;
	bool both;
	u64 ns, due;

	of_node_put(np);
	if (!base)
		kunit_skip(test,
			   "the device tree has no allwinner,sun4i-a10-timer to compare with");
	if (!hz) {
		iounmap(base);
		kunit_skip(test, "neither CNTFRQ nor clock-frequency: nothing to compare by");
	}
	both = read_clocks(base, &before);
	msleep(COMPARE_MS);
	both = both && read_clocks(base, &after);
	iounmap(base);
	if (!both)
		kunit_skip(test, "too busy to read two clocks at once");

	ticks = before.timer - after.timer;
	due = div_u64((u64)ticks * NSEC_PER_SEC, TIMER1_HZ);
	ns = div_u64((after.counter - before.counter) * NSEC_PER_SEC, hz);
	EXPECT(test, abs_diff(ns, due) * 100 < due * PERCENT,
	       "while the A31's timer counts %llu ns, the counter counts %llu ns by the frequency of %u Hz that Xen takes: let it be 24000000 in clock-frequency of arm,armv7-timer, or without that in CNTFRQ",
	       due, ns, hz);
}

/* The INTID of a timer; 0 if it has none */
static unsigned int timer_intid(unsigned int which)
{
	struct device_node *np = timer_node();
	struct of_phandle_args irq;
	unsigned int intid = 0;

	if (np && !of_irq_parse_one(np, which, &irq)) {
		if (irq.args_count == 3 && irq.args[0] == GIC_PPI && irq.args[1] < PPIS)
			intid = PPI_BASE + irq.args[1];
		of_node_put(irq.np);
	}
	of_node_put(np);

	return intid;
}

/**
 * struct virtual_timer - a look at a CPU's virtual timer
 * @gicd: the distributor
 * @intid: what it should pend
 * @pended: it did when it had expired
 * @stays: and when it was stopped again
 */
struct virtual_timer {
	void __iomem *gicd;
	unsigned int intid;
	bool pended;
	bool stays;
};

static bool pends(const struct virtual_timer *t)
{
	return readl(t->gicd + GIC_DIST_PENDING_SET) & BIT(t->intid);
}

/*
 * Without HYP mode the virtual timer is Linux's, but where the device tree says
 * that nobody has set up the CPUs' registers, as that of the A31 does.
 */
static bool is_linuxs_own(void)
{
	struct device_node *np = timer_node();
	bool is = !is_hyp_mode_available() &&
		  !of_property_read_bool(np, "arm,cpu-registers-not-fw-configured");

	of_node_put(np);

	return is;
}

/* On the CPU whose it is */
static void expire(void *data)
{
	struct virtual_timer *t = data;

	arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CVAL,
				  __arch_counter_get_cntvct());
	arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CTRL,
				  ARCH_TIMER_CTRL_ENABLE);
	udelay(PEND_US);
	t->pended = pends(t);
	arch_timer_reg_write_cp15(ARCH_TIMER_VIRT_ACCESS, ARCH_TIMER_REG_CTRL, 0);
	udelay(PEND_US);
	t->stays = pends(t);
}

static void xen_timer_interrupts(struct kunit *test)
{
	static const char * const names[TIMER_PPIS] = {
		"secure physical", "non-secure physical", "virtual", "hypervisor's"
	};
	struct device_node *np = gic_node();
	struct virtual_timer t = { .gicd = np ? of_iomap(np, GICD) : NULL };
	unsigned int cpu, n;

	of_node_put(np);
	KUNIT_ASSERT_TRUE_MSG(test, !!t.gicd, "no arm,gic-400 in the device tree");
	for (n = 0; n < TIMER_PPIS; n++)
		EXPECT(test, timer_intid(n),
		       "arm,armv7-timer has no PPI for the %s timer, and Xen wants all four: add it to interrupts",
		       names[n]);
	t.intid = timer_intid(VIRTUAL_PPI);
	for_each_online_cpu(cpu) {
		/* If so, all that runs here shows that it works. */
		if (!t.intid || is_linuxs_own())
			break;
		smp_call_function_single(cpu, expire, &t, true);
		EXPECT(test, t.pended && !t.stays,
		       "CPU%u: the virtual timer, which guests get, has INTID %u in the device tree; it %s there: check interrupts of arm,armv7-timer",
		       cpu, t.intid, t.pended ? "stays pending when stopped" : "does not pend");
	}
	iounmap(t.gicd);
}

/* ------------------------------------------------------------------ */

static void xen_gic_has_its_regions(struct kunit *test)
{
	static const char * const names[GIC_REGIONS] = { "GICD", "GICC", "GICH", "GICV" };
	struct device_node *np = gic_node();
	u64 size[GIC_REGIONS] = {};
	struct of_phandle_args irq;
	struct resource region;
	unsigned int n;
	bool own;

	KUNIT_ASSERT_NOT_NULL_MSG(test, np, "no arm,gic-400 in the device tree");
	for (n = 0; n < GIC_REGIONS; n++) {
		if (of_address_to_resource(np, n, &region)) {
			KUNIT_FAIL(test,
				   "%pOF: no %s, and Xen needs four regions: add it to reg",
				   np, names[n]);
			continue;
		}
		size[n] = resource_size(&region);
		EXPECT(test, PAGE_ALIGNED(region.start),
		       "%pOF: %s at %pa does not begin with a page: correct reg", np, names[n],
		       &region.start);
	}
	/* Xen takes a GICC of 4 KiB for one of 8. */
	if (size[GICC] && size[GICV])
		EXPECT(test, max_t(u64, size[GICC], SZ_8K) == size[GICV],
		       "%pOF: GICC has %#llx bytes and GICV %#llx, with which Xen panics: correct reg",
		       np, size[GICC], size[GICV]);
	own = !of_irq_parse_one(np, 0, &irq);
	if (own)
		of_node_put(irq.np);
	EXPECT(test, own && irq.args[0] == GIC_PPI,
	       "%pOF: no maintenance interrupt, without which Xen panics: add a PPI to interrupts",
	       np);
	of_node_put(np);
}

static void xen_resets_by_the_watchdog(struct kunit *test)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "allwinner,sun6i-a31-wdt");

	EXPECT(test, np,
	       "no allwinner,sun6i-a31-wdt in the device tree, and Xen resets the board by no other: add it");
	of_node_put(np);
}

static void xen_finds_its_console(struct kunit *test)
{
	u32 shift = 0;

	if (!of_stdout) {
		KUNIT_FAIL(test,
			   "/chosen names no stdout-path that exists, and Xen says nothing without: add it");
		return;
	}
	EXPECT(test, of_device_is_compatible(of_stdout, "snps,dw-apb-uart"),
	       "%pOF: stdout-path is no snps,dw-apb-uart, and Xen knows no other here: correct it",
	       of_stdout);
	EXPECT(test, of_device_is_available(of_stdout),
	       "%pOF: stdout-path is disabled, and Xen says nothing: status = \"okay\"", of_stdout);
	of_property_read_u32(of_stdout, "reg-shift", &shift);
	EXPECT(test, shift == 2,
	       "%pOF: reg-shift is %u, which Xen believes: <2>",
	       of_stdout, shift);
}

/*
 * Xen hides the UART. One with patches names its clocks in /hypervisor, which dom0
 * then keeps; with any other dom0 needs clk_ignore_unused.
 */
static void xen_can_name_the_consoles_clock(struct kunit *test)
{
	if (!of_stdout)
		kunit_skip(test, "no console");
	EXPECT(test, of_count_phandle_with_args(of_stdout, "clocks", "#clock-cells") > 0,
	       "%pOF: no clocks for Xen to name, so dom0 switches off what it does not know of and the console dies: add clocks, or give dom0 clk_ignore_unused",
	       of_stdout);
}

/* ------------------------------------------------------------------ */

static bool is_module(struct device_node *np)
{
	return of_device_is_compatible(np, "multiboot,module") ||
	       of_device_is_compatible(np, "xen,multiboot-module");
}

/* A guest that Xen starts itself */
static bool is_domain(struct device_node *np)
{
	return of_device_is_compatible(np, "xen,domain");
}

static bool is_for_xen(void)
{
	struct device_node *np;

	for_each_child_of_node(of_chosen, np) {
		if (is_module(np)) {
			of_node_put(np);
			return true;
		}
	}

	return false;
}

/* Of a controller its own, and so on: whether that ends at the GIC */
static bool ends_at_gic(struct device_node *controller, struct device_node *gic)
{
	struct device_node *np = of_node_get(controller);
	struct of_phandle_args irq;
	unsigned int n;
	bool is;

	for (n = 0; n < CONTROLLERS && np && np != gic; n++) {
		if (of_irq_parse_one(np, 0, &irq))
			irq.np = NULL;
		of_node_put(np);
		np = irq.np;
	}
	is = np == gic;
	of_node_put(np);

	return is;
}

/* For no reason but the wake-up, which Xen cannot make use of */
static bool is_behind_r_intc(const struct of_phandle_args *irq)
{
	return of_device_is_compatible(irq->np, "allwinner,sun6i-a31-r-intc") &&
	       irq->args_count == 3 && irq->args[0] == GIC_SPI && irq->args[1] != R_INTC_NMI;
}

static bool has_interrupts(struct device_node *np)
{
	return of_property_present(np, "interrupts") ||
	       of_property_present(np, "interrupts-extended");
}

static void xen_passes_on_all_interrupts(struct kunit *test)
{
	struct device_node *np, *gic = gic_node();
	bool for_xen = is_for_xen(), ends, behind;
	struct of_phandle_args irq;
	unsigned int n;

	KUNIT_ASSERT_NOT_NULL_MSG(test, gic, "no arm,gic-400 in the device tree");
	for_each_of_allnodes(np) {
		if (!of_device_is_available(np))
			continue;
		for (n = 0, ends = true, behind = false; !of_irq_parse_one(np, n, &irq); n++) {
			ends &= ends_at_gic(irq.np, gic);
			behind |= is_behind_r_intc(&irq);
			of_node_put(irq.np);
		}
		/* To a parent that is not there, or is no controller */
		ends &= n || !has_interrupts(np);
		EXPECT(test, ends,
		       "%pOF: its interrupts do not end at the GIC, so Xen drops them without a word: correct interrupt-parent",
		       np);
		if (!behind)
			continue;
		kunit_info(test, "%pOF is behind R_INTC\n", np);
		EXPECT(test, !for_xen,
		       "%pOF: its interrupts pass R_INTC and do not reach dom0: give it the GIC as interrupt-parent, by the same numbers",
		       np);
	}
	of_node_put(gic);
}

/* ------------------------------------------------------------------ */

#define NEEDS(symbol)	{ #symbol, IS_ENABLED(CONFIG_##symbol) }

static void xen_kernel_can_be_dom0(struct kunit *test)
{
	static const struct {
		const char *name;
		bool enabled;
	} symbols[] = {
		NEEDS(XEN), NEEDS(HVC_XEN), NEEDS(XEN_BACKEND),
		NEEDS(XEN_BLKDEV_BACKEND), NEEDS(XEN_NETDEV_BACKEND),
		NEEDS(XENFS), NEEDS(XEN_COMPAT_XENFS), NEEDS(XEN_DEV_EVTCHN),
		NEEDS(XEN_GNTDEV), NEEDS(XEN_GRANT_DEV_ALLOC),
		NEEDS(XEN_PRIVCMD), NEEDS(XEN_SYS_HYPERVISOR),
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(symbols); n++)
		EXPECT(test, symbols[n].enabled,
		       "CONFIG_%s is not set, which dom0 needs: add it to the configuration",
		       symbols[n].name);
}

/**
 * struct xen_module - what Xen is to find in memory
 * @start: its first byte
 * @size: bytes
 */
struct xen_module {
	u64 start;
	u64 size;
};

/* As Xen does, by the cells of /chosen or of what is above; false if reg is too short */
static bool read_module(struct device_node *np, struct xen_module *m)
{
	int len = 0, address = of_n_addr_cells(np), size = of_n_size_cells(np);
	const __be32 *reg = of_get_property(np, "reg", &len);

	if (!reg || len < (address + size) * (int)sizeof(*reg))
		return false;
	m->start = of_read_number(reg, address);
	m->size = of_read_number(reg + address, size);

	return true;
}

static bool is_in_memory(const struct xen_module *m)
{
	struct device_node *np;
	struct resource ram;
	bool is = false;
	int n;

	for_each_node_by_type(np, "memory")
		for (n = 0; !of_address_to_resource(np, n, &ram); n++)
			is |= m->start >= ram.start && m->start + m->size - 1 <= ram.end;

	return is;
}

/* Xen takes the first module that does not say what it is for the kernel. */
static bool may_be_kernel(struct device_node *np)
{
	static const char * const others[] = {
		"multiboot,ramdisk", "xen,linux-initrd", "multiboot,device-tree",
		"xen,xsm-policy",
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(others); n++)
		if (of_device_is_compatible(np, others[n]))
			return false;

	return true;
}

static bool is_same(const struct xen_module *a, const struct xen_module *b)
{
	return a->start == b->start && a->size == b->size;
}

/* With those of PARENT before NP, or all. A guest may have one of dom0's. */
static void expect_no_overlap(struct kunit *test, struct device_node *parent,
			      struct device_node *np, const struct xen_module *m)
{
	struct device_node *before;
	struct xen_module other;

	for_each_child_of_node(parent, before) {
		if (before == np) {
			of_node_put(before);
			return;
		}
		if (!is_module(before) || !read_module(before, &other) ||
		    (np->parent != parent && is_same(m, &other)))
			continue;
		EXPECT(test, m->start + m->size <= other.start ||
		       other.start + other.size <= m->start,
		       "%pOF and %pOF overlap, and Xen starts what is left of them: move one",
		       before, np);
	}
}

/* Of dom0, which is described in /chosen, or of a guest */
static void expect_modules(struct kunit *test, struct device_node *domain)
{
	struct device_node *np;
	struct xen_module m;
	bool kernel = false;

	for_each_child_of_node(domain, np) {
		if (!is_module(np))
			continue;
		kernel |= may_be_kernel(np);
		if (!read_module(np, &m)) {
			KUNIT_FAIL(test,
				   "%pOF: no address and size in reg, with which Xen panics: correct reg",
				   np);
			continue;
		}
		EXPECT(test, m.size && is_in_memory(&m),
		       "%pOF: %#llx bytes at %#llx are not in the board's memory: correct reg, and where the boot loader puts them",
		       np, m.size, m.start);
		expect_no_overlap(test, domain, np, &m);
		if (domain != of_chosen)
			expect_no_overlap(test, of_chosen, np, &m);
	}
	EXPECT(test, kernel,
	       "%pOF has no module multiboot,kernel, and Xen nothing to start: add it", domain);
}

static void xen_modules_are_in_memory(struct kunit *test)
{
	if (!is_for_xen())
		kunit_skip(test, "the device tree names no modules, so it is none for Xen");
	expect_modules(test, of_chosen);
}

static void xen_guests_are_whole(struct kunit *test)
{
	unsigned int guests = 0;
	struct device_node *np;
	u64 memory;
	u32 cpus;

	for_each_child_of_node(of_chosen, np) {
		if (!is_domain(np))
			continue;
		guests++;
		expect_modules(test, np);
		EXPECT(test, !of_property_read_u32(np, "cpus", &cpus),
		       "%pOF: no cpus, without which Xen panics: add their number", np);
		EXPECT(test, !of_property_read_u64(np, "memory", &memory),
		       "%pOF: no memory of 64 bits, in KiB, without which Xen panics: add two cells",
		       np);
	}
	if (!guests)
		kunit_skip(test, "the device tree names no guests for Xen to start");
}

static int xen_readiness_init(struct kunit *test)
{
	struct device_node *ccu = of_find_compatible_node(NULL, NULL, "allwinner,sun6i-a31-ccu");

	of_node_put(ccu);
	/* One whose root node says something else is one all the same. */
	if (!ccu && !is_a31())
		kunit_skip(test, "this is no Allwinner A31");
	if (xen_domain())
		kunit_skip(test, "Xen is here already");

	return 0;
}

static struct kunit_case xen_readiness_cases[] = {
	KUNIT_CASE(xen_knows_the_board),
	KUNIT_CASE(xen_cpus_entered_hyp),
	KUNIT_CASE(xen_psci_is_there),
	KUNIT_CASE_SLOW(xen_psci_stops_and_starts_cpus),
	KUNIT_CASE(xen_counter_has_its_frequency),
	KUNIT_CASE(xen_counter_keeps_time),
	KUNIT_CASE(xen_timer_interrupts),
	KUNIT_CASE(xen_gic_has_its_regions),
	KUNIT_CASE(xen_resets_by_the_watchdog),
	KUNIT_CASE(xen_finds_its_console),
	KUNIT_CASE(xen_can_name_the_consoles_clock),
	KUNIT_CASE(xen_passes_on_all_interrupts),
	KUNIT_CASE(xen_kernel_can_be_dom0),
	KUNIT_CASE(xen_modules_are_in_memory),
	KUNIT_CASE(xen_guests_are_whole),
	{}
};

static struct kunit_suite xen_readiness_suite = {
	.name = "xen_readiness",
	.init = xen_readiness_init,
	.test_cases = xen_readiness_cases,
};

kunit_test_suite(xen_readiness_suite);
