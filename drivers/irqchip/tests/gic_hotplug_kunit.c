// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 over CPU hotplug: every CPU but the boot CPU is taken off and brought
 * back. Its bank is set up again with nothing left active, its SPIs move and
 * none that pends is lost, and its SGIs come with the right source.
 *
 * An interface whose CPU is off is an interface that takes nothing: what is
 * sent to it pends in the distributor (3.2.4) until there is one again.
 */

#include "gic_kunit.h"

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/percpu.h>

static bool gic_cpu_goes_off(unsigned int cpu)
{
	return cpu && cpu < GIC_KUNIT_MAX_CPUS && cpu_online(cpu) && cpu_is_hotpluggable(cpu);
}

static void gic_require_hotplug(struct kunit *test)
{
	unsigned int cpu;

	gic_require_cpus(test, 2);
	for_each_possible_cpu(cpu)
		if (gic_cpu_goes_off(cpu))
			return;
	gic_skip(test, "cpu_die is missing: the platform takes no CPU off");
}

static void gic_cpu_back(void *cpu)
{
	if (!cpu_online((unsigned long)cpu))
		add_cpu((unsigned long)cpu);
}

static void gic_cpu_off(struct kunit *test, unsigned int cpu)
{
	gic_assert_ok(test,
		      kunit_add_action_or_reset(test, gic_cpu_back, (void *)(unsigned long)cpu));
	gic_assert(test, !remove_cpu(cpu), "CPU%u cannot be taken off", cpu);
}

static void gic_cpu_on(struct kunit *test, unsigned int cpu)
{
	gic_assert(test, !add_cpu(cpu), "CPU%u does not come back", cpu);
}

/* What is expected of an SGI, for each CPU that goes off in turn */
static void gic_expect_of_each(struct kunit *test,
			       void (*fn)(struct kunit *test, unsigned int sgi, unsigned int cpu))
{
	unsigned int sgi, cpu;

	gic_require_hotplug(test);
	sgi = gic_sgi(test, 0);
	for_each_possible_cpu(cpu)
		if (gic_cpu_goes_off(cpu))
			fn(test, sgi, cpu);
}

static struct gic_cpu *gic_cpu_of(struct gic_quiesce *q, unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < q->nr_cpus; i++)
		if (q->cpus[i].cpu == cpu)
			return &q->cpus[i];
	return NULL;
}

/* ------------------------------------------------------------------ */

/* On the CPU that goes off next: its bank is to look used. */
static void gic_use_bank(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	if (c->cpu != c->q->irq2)
		return;
	gic_dist_set_byte(gic, GIC_DIST_PRI, c->q->irq, GIC_KUNIT_PRI);
	gic_dist_poke(gic, GIC_DIST_ACTIVE_SET, c->q->irq);
}

/* val: what irq-gic.c sets up, in the order of gic_bank_names[] */
static void gic_look_at_bank(struct gic_cpu *c)
{
	struct gic_dut *gic = c->q->gic;

	c->val[0] = readl(gic->dist + GIC_DIST_ENABLE_SET);
	c->val[1] = readl(gic->dist + GIC_DIST_IGROUP);
	c->val[2] = readl(gic->cpu + GIC_CPU_CTRL);
	c->val[3] = readl(gic->cpu + GIC_CPU_PRIMASK);
	c->val[4] = readl(gic->cpu + GIC_CPU_BINPOINT);
	c->val[5] = gic_dist_byte(gic, GIC_DIST_PRI, c->q->irq);
	c->val[6] = gic_dist_bit(gic, GIC_DIST_ACTIVE_SET, c->q->irq);
	c->val[7] = readl(gic->cpu + GIC_CPU_RUNNINGPRI);
}

static const char * const gic_bank_names[] = {
	"GICD_ISENABLER0", "GICD_IGROUPR0", "GICC_CTLR", "GICC_PMR", "GICC_BPR",
	"GICD_IPRIORITYR of an SGI", "GICD_ISACTIVER of an SGI", "GICC_RPR",
};

static void gic_expect_bank(struct kunit *test, unsigned int sgi, unsigned int cpu)
{
	struct gic_quiesce *before = gic_on_each_cpu(test, gic_look_at_bank, sgi, 0), *after;
	u32 is, was, boot;
	unsigned int i;

	gic_on_each_cpu(test, gic_use_bank, sgi, cpu);
	gic_cpu_off(test, cpu);
	gic_cpu_on(test, cpu);
	after = gic_on_each_cpu(test, gic_look_at_bank, sgi, 0);
	gic_assert(test, gic_cpu_of(after, cpu), "CPU%u is not back", cpu);
	for (i = 0; i < ARRAY_SIZE(gic_bank_names); i++) {
		is = gic_cpu_of(after, cpu)->val[i];
		was = gic_cpu_of(before, cpu)->val[i];
		gic_expect(test, is, was,
			   "CPU%u is back: %s reads %#x, and %#x before it was used", cpu,
			   gic_bank_names[i], is, was);
	}
	/* What all CPUs have in common */
	for (i = 1; i < 5; i++) {
		is = gic_cpu_of(after, cpu)->val[i];
		boot = after->cpus[0].val[i];
		gic_expect(test, is, boot, "CPU%u is back: %s reads %#x, and %#x on CPU%u", cpu,
			   gic_bank_names[i], is, boot, after->cpus[0].cpu);
	}
}

static void hotplug_bank_is_set_up_again(struct kunit *test)
{
	gic_expect_of_each(test, gic_expect_bank);
}

/* ------------------------------------------------------------------ */

struct gic_hotplug_spi {
	unsigned int irq;
	atomic_t count;
	int cpu;
};

static irqreturn_t gic_hotplug_handler(int irq, void *data)
{
	struct gic_hotplug_spi *spi = data;

	spi->cpu = smp_processor_id();
	/* Pairs with the acquire in gic_wait_handled(). */
	if (atomic_inc_return_release(&spi->count) == GIC_KUNIT_STORM)
		disable_irq_nosync(irq);
	return IRQ_HANDLED;
}

static void gic_hotplug_free(void *data)
{
	struct gic_hotplug_spi *spi = data;

	free_irq(spi->irq, spi);
}

static void gic_hotplug_pend(struct kunit *test, struct gic_hotplug_spi *spi)
{
	gic_assert_ok(test, irq_set_irqchip_state(spi->irq, IRQCHIP_STATE_PENDING, true));
}

/* The next one comes, and none after it. */
static void gic_hotplug_expect(struct kunit *test, struct gic_hotplug_spi *spi, int count,
			       const char *when, unsigned int cpu)
{
	gic_expect(test, gic_wait_handled(&spi->count, count), true,
		   "an SPI %s CPU%u is never handled", when, cpu);
	usleep_range(100, 200);
	gic_expect(test, atomic_read(&spi->count), count,
		   "an SPI %s CPU%u: handled %d times in all, pended %d times", when, cpu,
		   atomic_read(&spi->count), count);
}

/*
 * affinity CPUn    handled there
 * disabled, pended
 * CPUn off         moves with its pending state
 * enabled          handled on another CPU; pended again, too
 * CPUn on          affinity goes back: handled there
 */
static void gic_hotplug_spi_of(struct kunit *test, struct gic_hotplug_spi *spi, unsigned int hwirq,
			       unsigned int cpu)
{
	struct gic_dut *gic = gic_kunit_dut(test);
	int count = atomic_read(&spi->count);
	u8 target;

	gic_assert_ok(test, irq_set_affinity(spi->irq, cpumask_of(cpu)));
	gic_hotplug_pend(test, spi);
	gic_hotplug_expect(test, spi, ++count, "with affinity", cpu);
	gic_expect(test, spi->cpu, cpu, "INTID %u with affinity CPU%u is handled on CPU%d", hwirq,
		   cpu, spi->cpu);

	disable_irq(spi->irq);
	gic_hotplug_pend(test, spi);
	gic_cpu_off(test, cpu);
	target = gic_dist_byte(gic, GIC_DIST_TARGET, hwirq);
	gic_expect(test, target & gic->ifmask[cpu], 0,
		   "GICD_ITARGETSR of INTID %u is %#x, and CPU%u is off", hwirq, target, cpu);
	enable_irq(spi->irq);
	gic_hotplug_expect(test, spi, ++count, "that pends as it moves from", cpu);
	gic_hotplug_pend(test, spi);
	gic_hotplug_expect(test, spi, ++count, "that has moved from", cpu);

	gic_cpu_on(test, cpu);
	gic_assert_ok(test, irq_set_affinity(spi->irq, cpumask_of(cpu)));
	gic_hotplug_pend(test, spi);
	gic_hotplug_expect(test, spi, ++count, "that is given back to", cpu);
	gic_expect(test, spi->cpu, cpu,
		   "INTID %u was given back to CPU%u and is handled on CPU%d", hwirq, cpu,
		   spi->cpu);
}

static void hotplug_spi_moves_and_returns(struct kunit *test)
{
	struct gic_hotplug_spi *spi = gic_alloc(test, sizeof(*spi));
	unsigned int hwirq, cpu;

	gic_require_hotplug(test);
	hwirq = gic_spare_irq(test, 0);
	spi->irq = gic_map(test, hwirq, IRQ_TYPE_EDGE_RISING);
	/* disable_irq() is to reach the GIC at once. */
	irq_set_status_flags(spi->irq, IRQ_DISABLE_UNLAZY);
	gic_assert_ok(test, request_irq(spi->irq, gic_hotplug_handler, 0, "gic_kunit", spi));
	gic_assert_ok(test, kunit_add_action_or_reset(test, gic_hotplug_free, spi));
	for_each_possible_cpu(cpu)
		if (gic_cpu_goes_off(cpu))
			gic_hotplug_spi_of(test, spi, hwirq, cpu);
}

/* ------------------------------------------------------------------ */

/* From every CPU to every CPU */
static void gic_hotplug_broadcast(struct gic_cpu *c)
{
	struct gic_quiesce *q = c->q;
	unsigned int i;
	u32 all = 0;

	for (i = 0; i < q->nr_cpus; i++)
		all |= BIT(q->cpus[i].ifnr);
	gic_write_sgir(q->gic, GIC_SGIR_LIST(all, q->irq));
	gic_meet(c);
	gic_collect(c, q->nr_cpus);
}

static void gic_expect_sgis(struct kunit *test, unsigned int sgi, unsigned int cpu)
{
	u32 want[GIC_KUNIT_MAX_CPUS];
	struct gic_quiesce *q;
	unsigned int i;

	gic_cpu_off(test, cpu);
	gic_cpu_on(test, cpu);
	q = gic_quiesce(test, gic_hotplug_broadcast, sgi, 0);
	gic_assert(test, gic_cpu_of(q, cpu), "CPU%u is not back", cpu);
	for (i = 0; i < q->nr_cpus; i++)
		want[i] = GIC_IAR(q->cpus[i].ifnr, sgi);
	for (i = 0; i < q->nr_cpus; i++)
		gic_expect_seen(test, &q->cpus[i], want, q->nr_cpus,
				"SGI from every CPU to all, one of them back (4.3.15)");
}

static void hotplug_sgis_right_afterwards(struct kunit *test)
{
	gic_expect_of_each(test, gic_expect_sgis);
}

/*
 * On the CPU that goes off next: the SGI is to pend and not to be signalled,
 * until irq-gic.c gives it a priority again. Firmware may still wait for the
 * CPU's WFI, which what is signalled would end: U-Boot's PSCI for sunxi does,
 * on CPU0 and for ever (sunxi_cpu_power_off()).
 */
static void gic_hold_sgi_back(struct gic_cpu *c)
{
	if (c->cpu == c->q->irq2)
		gic_dist_set_byte(c->q->gic, GIC_DIST_PRI, c->q->irq, 0xff);
}

/* irq2: the interface of the CPU that is off */
static void gic_send_to_off(struct gic_cpu *c)
{
	if (!c->nr)
		gic_write_sgir(c->q->gic, GIC_SGIR_LIST(BIT(c->q->irq2), c->q->irq));
}

static DEFINE_PER_CPU(atomic_t, gic_hotplug_sgis);

static irqreturn_t gic_hotplug_sgi_handler(int irq, void *count)
{
	/* Pairs with the acquire in gic_wait_handled(). */
	if (atomic_inc_return_release(count) == GIC_KUNIT_STORM)
		disable_percpu_irq(irq);
	return IRQ_HANDLED;
}

static void gic_hotplug_sgi_free(void *irq)
{
	gic_on_all_cpus(gic_percpu_disable, irq);
	free_percpu_irq((unsigned long)irq, &gic_hotplug_sgis);
}

/*
 * Where SGIs are always enabled (4.3.5) it comes as soon as the CPU takes
 * interrupts, else when it is enabled.
 */
static void gic_expect_sgi_waits(struct kunit *test, unsigned int sgi, unsigned long irq,
				 unsigned int cpu)
{
	unsigned int i;

	for_each_possible_cpu(i)
		atomic_set(&per_cpu(gic_hotplug_sgis, i), 0);
	gic_on_each_cpu(test, gic_hold_sgi_back, sgi, cpu);
	gic_cpu_off(test, cpu);
	gic_on_each_cpu(test, gic_send_to_off, sgi, __ffs(gic_kunit_dut(test)->ifmask[cpu]));
	gic_cpu_on(test, cpu);
	gic_on_all_cpus(gic_percpu_enable, (void *)irq);
	gic_wait_handled(&per_cpu(gic_hotplug_sgis, cpu), 1);
	usleep_range(100, 200);
	for_each_online_cpu(i)
		gic_expect(test, atomic_read(&per_cpu(gic_hotplug_sgis, i)), i == cpu,
			   "SGI %u sent to CPU%u while that was off: handled %d times on CPU%u (3.2.4)",
			   sgi, cpu, atomic_read(&per_cpu(gic_hotplug_sgis, i)), i);
	gic_on_all_cpus(gic_percpu_disable, (void *)irq);
}

static void hotplug_sgi_waits_for_its_cpu(struct kunit *test)
{
	unsigned int sgi, cpu;
	unsigned long irq;

	gic_require_hotplug(test);
	sgi = gic_sgi(test, 0);
	irq = gic_map(test, sgi, IRQ_TYPE_EDGE_RISING);
	gic_assert_ok(test,
		      request_percpu_irq(irq, gic_hotplug_sgi_handler, "gic_kunit",
					 &gic_hotplug_sgis));
	gic_assert_ok(test, kunit_add_action_or_reset(test, gic_hotplug_sgi_free, (void *)irq));
	for_each_possible_cpu(cpu)
		if (gic_cpu_goes_off(cpu))
			gic_expect_sgi_waits(test, sgi, irq, cpu);
}

static struct kunit_case gic_hotplug_cases[] = {
	KUNIT_CASE_SLOW(hotplug_bank_is_set_up_again),
	KUNIT_CASE_SLOW(hotplug_spi_moves_and_returns),
	KUNIT_CASE_SLOW(hotplug_sgis_right_afterwards),
	KUNIT_CASE_SLOW(hotplug_sgi_waits_for_its_cpu),
	{}
};

static struct kunit_suite gic_hotplug_suite = {
	.name = "gic_hotplug",
	.suite_init = gic_kunit_suite_init,
	.suite_exit = gic_kunit_suite_exit,
	.init = gic_kunit_init,
	.test_cases = gic_hotplug_cases,
};

kunit_test_suite(gic_hotplug_suite);
