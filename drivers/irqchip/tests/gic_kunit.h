/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the GICv2 KUnit suites share.
 *
 * Section numbers in the suites are those of the ARM Generic Interrupt
 * Controller Architecture Specification, GICv2 (IHI 0048B).
 */
#ifndef __GIC_KUNIT_H
#define __GIC_KUNIT_H

#include <kunit/test.h>

#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/irqchip/arm-gic-common.h>
#include <linux/irqdomain.h>
#include <linux/of.h>

#include <xen/xen.h>

/* Peripheral ID2, IHI 0048B 4.3.18; arm-gic.h has no name for it */
#define GIC_DIST_PIDR2			0xfe8
#define GIC_DIST_PIDR2_ARCHREV		GENMASK(7, 4)

/* GICD_IIDR of QEMU's hw/intc/arm_gic.c, whatever SoC it is part of */
#define GIC_KUNIT_IIDR_QEMU		0x0000043b

#define GIC_KUNIT_MAX_CPUS		8	/* CPU interfaces of a GICv2 */
#define GIC_KUNIT_MAX_IRQS		1020
#define GIC_KUNIT_MAX_SUITES		8
#define GIC_KUNIT_FIRST_SPI		32
/* More interrupt parents than any device tree stacks */
#define GIC_KUNIT_MAX_DEPTH		32
/* The registers of one virtual interface, IHI 0048B 5.3 and 5.5 */
#define GIC_KUNIT_MIN_RANGE		0x200

/*
 * Linux uses SGI 0-7. SGI 15 belongs to firmware: U-Boot's PSCI for sunxi
 * powers off the CPU that raises it (arch/arm/cpu/armv7/sunxi/psci.c).
 */
#define GIC_KUNIT_FIRST_SGI		8
#define GIC_KUNIT_LAST_SGI		14
#define GIC_KUNIT_NR_SGIS		(GIC_KUNIT_LAST_SGI - GIC_KUNIT_FIRST_SGI + 1)
#define GIC_KUNIT_SGI_MASK		GENMASK(GIC_KUNIT_LAST_SGI, GIC_KUNIT_FIRST_SGI)

/*
 * While the system is quiesced, the interrupts under test have a higher
 * priority than those of Linux (GICD_INT_DEF_PRI, 0xa0) and GICC_PMR lets only
 * them through: Linux's own stay pending and are neither acknowledged nor lost.
 * Steps of 0x10 exist in every implementation and in the non-secure view.
 */
#define GIC_KUNIT_PRI_HIGH		0x60
#define GIC_KUNIT_PRI			0x80
#define GIC_KUNIT_PMR			0x90

/* GICD_SGIR, IHI 0048B 4.3.15 */
#define GIC_SGIR_LIST(mask, sgi)	(((u32)(mask) << 16) | (sgi))
#define GIC_SGIR_OTHERS(sgi)		((1U << 24) | (sgi))
#define GIC_SGIR_SELF(sgi)		((2U << 24) | (sgi))
#define GIC_SGIR_RESERVED(sgi)		((3U << 24) | (sgi))
#define GIC_SGIR_NSATT			BIT(15)

/*
 * The inputs of the distributor, IMPLEMENTATION DEFINED: Cortex-A7 TRM, 8.3.1,
 * and GIC-400 TRM, 3.3
 */
#define GIC_DIST_PPISR			0xd00
#define GIC_DIST_SPISR(irq)		(0xd04 + ((irq) - GIC_KUNIT_FIRST_SPI) / 32 * 4)

/* GICC_IAR, IHI 0048B 4.4.4 */
#define GIC_IAR_CPUID(iar)		(((iar) >> 10) & 0x7)
#define GIC_IAR(cpuid, intid)		(((u32)(cpuid) << 10) | (intid))

/* A broken GIC must not hang the kernel, a slow emulator is not broken. */
#define GIC_KUNIT_WAIT_NS		(500 * NSEC_PER_MSEC)
/* Between CPUs that are held nothing else can come. */
#define GIC_KUNIT_MEET_NS		NSEC_PER_SEC
/* Before a CPU is held it goes on with what it does, as long as the kernel lets it. */
#define GIC_KUNIT_HOLD_NS		(500 * NSEC_PER_MSEC)
#define GIC_KUNIT_HOLD_TRIES		20
/*
 * Once that many have been in vain in a suite, the GIC is broken and not slow:
 * the cases that are left would make it minutes.
 */
#define GIC_KUNIT_LONG_WAITS		8
#define GIC_KUNIT_SHORT_WAIT_NS		(10 * NSEC_PER_MSEC)
/* Told of one CPU in one case */
#define GIC_KUNIT_MAX_STRAYS		4
/*
 * More than any case sends: a line that comes this often does not stop by
 * itself, and its handler would never let the kernel go on.
 */
#define GIC_KUNIT_STORM			1024
/* Long enough for what must not come to come all the same. */
#define GIC_KUNIT_SETTLE_US		10

/**
 * struct gic_dut - the GIC under test
 * @np: its device tree node
 * @domain: its irq domain
 * @dist: distributor registers, mapped by the test itself
 * @cpu: CPU interface registers, mapped by the test itself
 * @dist_size: size of the distributor's range in the device tree, bytes
 * @cpu_size: size of the CPU interface's range in the device tree, bytes
 * @hyp: virtual interface control registers, or NULL
 * @virt: virtual CPU interface registers, or NULL
 * @no_virt: why @hyp and @virt are NULL, or empty
 * @hyp_size: size of the range of @hyp in the device tree, bytes
 * @virt_size: size of the range of @virt in the device tree, bytes
 * @nr_irqs: INTIDs this GIC implements, from GICD_TYPER
 * @nr_cpu_ifs: CPU interfaces it implements, from GICD_TYPER
 * @security: GICD_TYPER.SecurityExtn
 * @xen: it is what Xen shows to a domain
 * @secure: this kernel sees the secure view (or there is only one view)
 * @sgis: bit n: SGI n may be used from this security state
 * @pri_mask: implemented bits of a priority field as seen from here
 * @ifmask: CPU interface mask of each logical CPU, one bit set
 * @usable: bit n: SGI n may be used from this security state on that CPU
 * @spare: SPIs that no device tree node names and no driver has mapped
 * @nr_spare: bits set in @spare
 */
struct gic_dut {
	struct device_node *np;
	struct irq_domain *domain;
	void __iomem *dist;
	void __iomem *cpu;
	resource_size_t dist_size;
	resource_size_t cpu_size;
	void __iomem *hyp;
	void __iomem *virt;
	char no_virt[96];
	resource_size_t hyp_size;
	resource_size_t virt_size;
	unsigned int nr_irqs;
	unsigned int nr_cpu_ifs;
	bool security;
	bool xen;
	bool secure;
	u32 sgis;
	u8 pri_mask;
	u8 ifmask[GIC_KUNIT_MAX_CPUS];
	u32 usable[GIC_KUNIT_MAX_CPUS];
	DECLARE_BITMAP(spare, GIC_KUNIT_MAX_IRQS);
	unsigned int nr_spare;
};

/* The interrupts one CPU acknowledged in a quiesced run */
struct gic_seen {
	unsigned int nr;
	u32 iar[256];
};

struct gic_quiesce;

/**
 * struct gic_checked - what gic_check() found on one CPU
 * @nr: how often it was called
 * @nr_wrong: how often the values differed
 * @wrong: the first that did
 */
struct gic_checked {
	unsigned int nr;
	unsigned int nr_wrong;
	struct {
		const char *what;
		u32 got;
		u32 want;
	} wrong[8];
};

/**
 * struct gic_line - what a quiesced case changes of an SPI or PPI
 * @pri: GICD_IPRIORITYR
 * @target: GICD_ITARGETSR
 * @edge: GICD_ICFGR
 * @enabled: GICD_ISENABLER
 */
struct gic_line {
	u8 pri;
	u8 target;
	bool edge;
	bool enabled;
};

/**
 * struct gic_group1 - what gic_make_group1() changes
 * @group: the line's word of GICD_IGROUPR
 * @dist_ctlr: GICD_CTLR
 * @cpu_ctlr: GICC_CTLR
 */
struct gic_group1 {
	u32 group;
	u32 dist_ctlr;
	u32 cpu_ctlr;
};

/**
 * struct gic_cpu - one CPU's part in a quiesced run
 * @q: the run
 * @nr: index among the CPUs that take part, from 0
 * @cpu: logical CPU number
 * @ifnr: number of its CPU interface, as GICC_IAR.CPUID reports it
 * @meets: how many rendezvous it has reached
 * @pmr: GICC_PMR, as it was before the case
 * @val: scratch for what a case reads on this CPU, judged afterwards
 * @seen: what it acknowledged
 * @checked: what it compared
 */
struct gic_cpu {
	struct gic_quiesce *q;
	unsigned int nr;
	unsigned int cpu;
	unsigned int ifnr;
	unsigned int meets;
	u32 pmr;
	u32 val[16];
	struct gic_seen seen;
	struct gic_checked checked;
};

/**
 * struct gic_quiesce - all CPUs held, interrupts masked, only the registers judge
 * @gic: the GIC under test
 * @fn: what each CPU does; it may not sleep, print or use KUnit assertions
 * @irq: the INTID a case uses, if any
 * @irq2: a second one
 * @alone: the CPUs run one after the other, the rest of the system is live
 * @nr_held: CPUs that are held, whether they take part or not
 * @held: CPUs that have come to be held, then have masked, then have finished
 * @arrived: CPUs that have reached the rendezvous so far
 * @ran: all CPUs were held, and the case has begun
 * @lost: a CPU did not come to a rendezvous in time
 * @nr_cpus: CPUs that take part
 * @cpus: one entry a CPU
 */
struct gic_quiesce {
	struct gic_dut *gic;
	void (*fn)(struct gic_cpu *c);
	unsigned int irq;
	unsigned int irq2;
	bool alone;
	unsigned int nr_held;
	atomic_t held;
	atomic_t arrived;
	bool ran;
	bool lost;
	unsigned int nr_cpus;
	struct gic_cpu cpus[GIC_KUNIT_MAX_CPUS];
};

/**
 * struct gic_latency - samples of one kind of delivery
 * @nr: samples taken
 * @ns: each sample in nanoseconds
 */
struct gic_latency {
	unsigned int nr;
	u32 ns[512];
};

/* What has no source CPU, in place of one */
enum gic_latency_source {
	GIC_LATENCY_SPI = GIC_KUNIT_MAX_CPUS,
	GIC_LATENCY_PPI,
	GIC_LATENCY_SOURCES,
};

typedef void (*gic_named_fn)(struct gic_dut *gic, struct device_node *np,
			     struct device_node *parent, u32 spi, void *data);

void gic_walk_named_spis(struct gic_dut *gic, gic_named_fn fn, void *data);

__printf(4, 5)
void gic_expect(struct kunit *test, u32 got, u32 want, const char *fmt, ...);
__printf(3, 4)
void gic_expect_ok(struct kunit *test, bool ok, const char *fmt, ...);
__printf(3, 4)
void gic_assert(struct kunit *test, bool ok, const char *fmt, ...);
__printf(2, 3) __noreturn
void gic_skip(struct kunit *test, const char *fmt, ...);
__printf(2, 3)
void gic_info(struct kunit *test, const char *fmt, ...);
void *gic_alloc(struct kunit *test, size_t size);
void gic_assert_succeeds(struct kunit *test, int err, const char *call);
#define gic_assert_ok(test, call) gic_assert_succeeds(test, call, #call)

bool gic_dist_bit(struct gic_dut *gic, u32 reg, unsigned int irq);
void gic_dist_poke(struct gic_dut *gic, u32 reg, unsigned int irq);
u8 gic_dist_byte(struct gic_dut *gic, u32 reg, unsigned int irq);
void gic_dist_set_byte(struct gic_dut *gic, u32 reg, unsigned int irq, u8 val);
bool gic_is_edge(struct gic_dut *gic, unsigned int irq);
void gic_set_edge(struct gic_dut *gic, unsigned int irq, bool edge);
void gic_settle(struct gic_dut *gic);
void gic_write_sgir(struct gic_dut *gic, u32 sgir);

#ifdef CONFIG_XEN
const char *gic_xen_objection(const char *name);
#else
static inline const char *gic_xen_objection(const char *name)
{
	return NULL;
}
#endif

int gic_kunit_suite_init(struct kunit_suite *suite);
void gic_kunit_suite_exit(struct kunit_suite *suite);
int gic_kunit_init(struct kunit *test);
struct gic_dut *gic_kunit_dut(struct kunit *test);

void gic_on_all_cpus(void (*fn)(void *info), void *info);
void gic_percpu_enable(void *irq);
void gic_percpu_disable(void *irq);
struct gic_quiesce *gic_quiesce(struct kunit *test, void (*fn)(struct gic_cpu *c),
				unsigned int irq, unsigned int irq2);
struct gic_quiesce *gic_polled(struct kunit *test, void (*fn)(struct gic_cpu *c),
			       unsigned int irq, unsigned int irq2);
struct gic_group1 gic_make_group1(struct gic_cpu *c);
void gic_end_group1(struct gic_cpu *c, struct gic_group1 old);
struct gic_quiesce *gic_on_each_cpu(struct kunit *test, void (*fn)(struct gic_cpu *c),
				    unsigned int irq, unsigned int irq2);
struct gic_line gic_take_line(struct gic_dut *gic, unsigned int irq, u8 target);
void gic_give_line_back(struct gic_dut *gic, unsigned int irq, struct gic_line old);
void gic_meet(struct gic_cpu *c);
void gic_collect(struct gic_cpu *c, unsigned int want);
u32 gic_ack(struct gic_cpu *c);
void gic_eoi(struct gic_cpu *c, u32 iar);
unsigned int gic_times_seen(struct gic_cpu *c, u32 iar);
void gic_expect_seen(struct kunit *test, struct gic_cpu *c, const u32 *iar,
		     unsigned int nr, const char *what);

void gic_check(struct gic_cpu *c, const char *what, u32 got, u32 want);
void gic_expect_checked(struct kunit *test, struct gic_quiesce *q);

void gic_require_line_status(struct kunit *test);
void gic_require_targets(struct kunit *test);
void gic_require_cpus(struct kunit *test, unsigned int nr);
unsigned int gic_sgi(struct kunit *test, unsigned int n);
unsigned int gic_spare_irq(struct kunit *test, unsigned int n);
void gic_assert_not_pending(struct kunit *test, unsigned int irq);
unsigned int gic_map(struct kunit *test, unsigned int hwirq, unsigned int type);
bool gic_wait_handled(atomic_t *count, int want);
void gic_latency_add(struct gic_latency *lat, unsigned int source, unsigned int target,
		     u64 from, u64 to);
void gic_latency_report(struct kunit *test, const char *what, struct gic_latency *lat);

/*
 * For a loop that waits for another CPU. Hardware does not mind this hint, and
 * an emulator that runs one CPU at a time turns to the next at once; on 32 bit,
 * cpu_relax() does not have it.
 */
static inline void gic_relax(void)
{
	asm volatile("yield" : : : "memory");
}

#endif /* __GIC_KUNIT_H */
