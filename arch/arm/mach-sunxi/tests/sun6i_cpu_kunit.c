// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU power KUnit suite: each CPU of an Allwinner A31 but the first is taken off
 * and brought back, once, and looked at before, in between and right afterwards.
 *
 *         on                      off                     again
 *   registers, WFI        registers of all          registers, bank of the
 *   idle and busy,        CPUs                       GIC, a call there and
 *   bank of the GIC                                  one back, timer, counter
 *
 * That is done before the first case, by CPU0; each case then judges one fact of
 * what was found. It is mach-sunxi's way to take CPUs off that is judged, with
 * CPUCFG and the PRCM under it. Where firmware has PSCI or CPUs do not go off at
 * all, all cases skip.
 */

#include <kunit/test.h>

#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>

#include <asm/cputype.h>

/* platsmp.c's, by the chip's number of a CPU */
#define CPUCFG_CPU_RST_CTRL(n)		(((n) + 1) * 0x40)
#define CPUCFG_CPU_RST_CTRL_RELEASED	0x3
#define CPUCFG_CPU_STATUS(n)		(((n) + 1) * 0x40 + 0x08)
#define CPUCFG_CPU_STATUS_STANDBYWFI	BIT(2)
#define CPUCFG_CPU_CLAMP_STATUS(n)	((n) * 0x40 + 0x64)
#define PRCM_CPU_PWROFF			0x100
#define PRCM_CPU_CLAMP(n)		((n) * 4 + 0x140)
#define PRCM_CPU_CLAMP_OPEN		0xff

#define CPUS				4
/* GICD's registers that each CPU has its own of, and GICC's that Linux sets */
#define BANK				11
/* A CPU that does not answer must not hang the test, a slow emulator does. */
#define WAIT_MS				500
/* An idle CPU has a tick now and then, a booting one has work. */
#define IDLE_TRIES			200
#define IDLE_US				1000
#define BUSY_LOOKS			50

/**
 * struct cpu_power - the registers of a CPU
 * @rst: CPUCFG, core reset; both bits set is released
 * @gated: PRCM, its outputs are clamped
 * @clamp: PRCM, its power switches; 0 is closed
 * @clamp_status: CPUCFG, what these are
 */
struct cpu_power {
	u32 rst;
	bool gated;
	u32 clamp;
	u32 clamp_status;
};

/**
 * struct cpu_record - what was found of a CPU
 * @cpu: which
 * @number: the chip's number of it
 * @on: its registers before
 * @wfi_idle: STANDBYWFI was seen set while it had nothing to do
 * @wfi_busy: and while it had
 * @bank: its registers of the GIC before
 * @gone: what remove_cpu() said
 * @off: registers of all these CPUs in between
 * @back: what add_cpu() said
 * @again: its registers afterwards
 * @bank_again: those of the GIC
 * @called: an SGI reached it
 * @calls: one that it sent reached CPU0
 * @time_sent: when CPU0 sent, by CPU0
 * @time_called: when it came, by this CPU
 * @time_back: when the answer came, by CPU0
 * @ticked: its timer's interrupt came
 * @pair_us: the time for off and on
 */
struct cpu_record {
	unsigned int cpu;
	unsigned int number;
	struct cpu_power on;
	bool wfi_idle;
	bool wfi_busy;
	u32 bank[BANK];
	int gone;
	struct cpu_power off[CPUS];
	int back;
	struct cpu_power again;
	u32 bank_again[BANK];
	bool called;
	bool calls;
	ktime_t time_sent;
	ktime_t time_called;
	ktime_t time_back;
	bool ticked;
	s64 pair_us;
};

static struct {
	void __iomem *cpucfg;
	void __iomem *prcm;
	void __iomem *gicd;
	void __iomem *gicc;
	struct cpumask there;
	/* Of those that go off and come back */
	struct cpu_record record[CPUS];
	unsigned int nr;
	/* Why there is nothing to judge, if so */
	const char *none;
} power;

static call_single_data_t there_csd[CPUS], back_csd[CPUS];
static struct completion there_done, back_done, tick_done;
static struct timer_list tick_timer;
static bool busy_wanted, busy_seen;

/* ------------------------------------------------------------------ */

/* On the CPU whose it is */
static void read_number(void *number)
{
	*(unsigned int *)number = MPIDR_AFFINITY_LEVEL(read_cpuid_mpidr(), 0);
}

static struct cpu_power power_of(const struct cpu_record *r)
{
	unsigned int n = r->number;

	return (struct cpu_power) {
		.rst = readl(power.cpucfg + CPUCFG_CPU_RST_CTRL(n)),
		.gated = readl(power.prcm + PRCM_CPU_PWROFF) & BIT(n),
		.clamp = readl(power.prcm + PRCM_CPU_CLAMP(n)),
		.clamp_status = readl(power.cpucfg + CPUCFG_CPU_CLAMP_STATUS(n)),
	};
}

static bool in_wfi(const struct cpu_record *r)
{
	return readl(power.cpucfg + CPUCFG_CPU_STATUS(r->number)) &
	       CPUCFG_CPU_STATUS_STANDBYWFI;
}

static bool wait_for(struct completion *done)
{
	return wait_for_completion_timeout(done, msecs_to_jiffies(WAIT_MS));
}

/* On the CPU whose bank it is */
static void read_bank(void *data)
{
	u32 *bank = data;
	unsigned int i;

	bank[0] = readl(power.gicd + GIC_DIST_ENABLE_SET);
	bank[1] = readl(power.gicc + GIC_CPU_CTRL);
	bank[2] = readl(power.gicc + GIC_CPU_PRIMASK);
	for (i = 0; i < BANK - 3; i++)
		bank[3 + i] = readl(power.gicd + GIC_DIST_PRI + i * 4);
}

/* With interrupts off, so nobody may wait for it for long */
static void spin(void *unused)
{
	ktime_t end = ktime_add_ms(ktime_get(), WAIT_MS);

	WRITE_ONCE(busy_seen, true);
	while (READ_ONCE(busy_wanted) && ktime_before(ktime_get(), end))
		cpu_relax();
}

/*
 * On CPU0: whether the other looks idle while it spins. Preempted by a task that
 * stops the machine, CPU0 would wait for the other and the other for CPU0.
 */
static bool wfi_while_busy(const struct cpu_record *r)
{
	call_single_data_t *csd = &there_csd[r->cpu];
	bool wfi = false;
	unsigned int i;

	WRITE_ONCE(busy_wanted, true);
	WRITE_ONCE(busy_seen, false);
	INIT_CSD(csd, spin, NULL);
	preempt_disable();
	if (!smp_call_function_single_async(r->cpu, csd)) {
		for (i = 0; i < WAIT_MS && !READ_ONCE(busy_seen); i++)
			mdelay(1);
		for (i = 0; i < BUSY_LOOKS && READ_ONCE(busy_seen); i++) {
			wfi |= in_wfi(r);
			udelay(1);
		}
	}
	WRITE_ONCE(busy_wanted, false);
	preempt_enable();

	return wfi;
}

static bool wfi_while_idle(const struct cpu_record *r)
{
	unsigned int i;

	for (i = 0; i < IDLE_TRIES; i++) {
		if (in_wfi(r))
			return true;
		usleep_range(IDLE_US, 2 * IDLE_US);
	}

	return false;
}

static void on_cpu0(void *record)
{
	struct cpu_record *r = record;

	r->calls = true;
	r->time_back = ktime_get();
	complete(&back_done);
}

static void on_that_cpu(void *record)
{
	struct cpu_record *r = record;
	unsigned int cpu = smp_processor_id();

	r->called = true;
	r->time_called = ktime_get();
	read_bank(r->bank_again);
	INIT_CSD(&back_csd[cpu], on_cpu0, r);
	smp_call_function_single_async(0, &back_csd[cpu]);
	complete(&there_done);
}

static void tick(struct timer_list *timer)
{
	complete(&tick_done);
}

static bool timer_runs_on(unsigned int cpu)
{
	bool ran;

	init_completion(&tick_done);
	timer_setup(&tick_timer, tick, 0);
	tick_timer.expires = jiffies + 1;
	add_timer_on(&tick_timer, cpu);
	ran = wait_for(&tick_done);
	timer_delete_sync(&tick_timer);

	return ran;
}

static void look_again(struct cpu_record *r)
{
	call_single_data_t *csd = &there_csd[r->cpu];

	r->again = power_of(r);
	init_completion(&there_done);
	init_completion(&back_done);
	INIT_CSD(csd, on_that_cpu, r);
	r->time_sent = ktime_get();
	if (smp_call_function_single_async(r->cpu, csd) || !wait_for(&there_done))
		return;
	wait_for(&back_done);
	r->ticked = timer_runs_on(r->cpu);
}

static void off_and_on(struct cpu_record *r)
{
	ktime_t begin;
	unsigned int i;

	r->on = power_of(r);
	r->wfi_idle = wfi_while_idle(r);
	r->wfi_busy = wfi_while_busy(r);
	smp_call_function_single(r->cpu, read_bank, r->bank, true);

	begin = ktime_get();
	r->gone = remove_cpu(r->cpu);
	for (i = 0; i < power.nr; i++)
		r->off[i] = power_of(&power.record[i]);
	r->back = add_cpu(r->cpu);
	r->pair_us = ktime_us_delta(ktime_get(), begin);
	if (!r->back)
		look_again(r);
}

/* ------------------------------------------------------------------ */

static void __iomem *map(const char *compatible, int index)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, compatible);
	void __iomem *base = np ? of_iomap(np, index) : NULL;

	of_node_put(np);

	return base;
}

static const char *map_all(void)
{
	struct device_node *np;
	unsigned int cpu;

	if (!of_machine_is_compatible("allwinner,sun6i-a31") &&
	    !of_machine_is_compatible("allwinner,sun6i-a31s"))
		return "this is no Allwinner A31";
	if (num_possible_cpus() > CPUS || !cpu_online(0))
		return "CPU0 is off, or there are more CPUs than an A31 has";
	power.cpucfg = map("allwinner,sun6i-a31-cpuconfig", 0);
	power.prcm = map("allwinner,sun6i-a31-prcm", 0);
	power.gicd = map("arm,gic-400", 0);
	power.gicc = map("arm,gic-400", 1);
	if (!power.cpucfg || !power.prcm || !power.gicd || !power.gicc)
		return "CPUCFG, PRCM or GIC is not in the device tree";
	np = of_find_compatible_node(NULL, NULL, "arm,psci");
	of_node_put(np);
	if (np)
		return "the CPUs are the firmware's, by PSCI";
	for_each_present_cpu(cpu)
		if (cpu && cpu_is_hotpluggable(cpu))
			return NULL;

	return "no CPU goes off";
}

static int sun6i_cpu_suite_init(struct kunit_suite *suite)
{
	cpumask_t before = current->cpus_mask;
	struct cpu_record *r;
	unsigned int cpu;

	memset(&power, 0, sizeof(power));
	power.none = map_all();
	if (power.none)
		return 0;

	/* That one stays, and does the looking. */
	set_cpus_allowed_ptr(current, cpumask_of(0));
	cpumask_copy(&power.there, cpu_online_mask);
	for_each_cpu(cpu, &power.there) {
		if (!cpu || !cpu_is_hotpluggable(cpu))
			continue;
		r = &power.record[power.nr++];
		r->cpu = cpu;
		smp_call_function_single(cpu, read_number, &r->number, true);
	}
	for (r = power.record; r < power.record + power.nr; r++)
		off_and_on(r);
	set_cpus_allowed_ptr(current, &before);

	return 0;
}

static void sun6i_cpu_suite_exit(struct kunit_suite *suite)
{
	iounmap(power.cpucfg);
	iounmap(power.prcm);
	iounmap(power.gicd);
	iounmap(power.gicc);
}

static int sun6i_cpu_init(struct kunit *test)
{
	if (power.none)
		kunit_skip(test, "%s", power.none);

	return 0;
}

#define EXPECT(test, ok, fmt, ...)					\
	do {								\
		if (!(ok))						\
			KUNIT_FAIL(test, fmt, ##__VA_ARGS__);		\
	} while (0)

/* ------------------------------------------------------------------ */

static void cpu_all_are_there(struct kunit *test)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		EXPECT(test, cpumask_test_cpu(cpu, &power.there),
		       "CPU%u of the device tree is not online", cpu);
}

/* The boot ROM sends it to a boot medium, not where it is told. */
static void cpu_first_stays(struct kunit *test)
{
	EXPECT(test, !cpu_is_hotpluggable(0), "CPU0 can be taken off, and could not come back");
}

static void cpu_status_shows_wfi(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++) {
		EXPECT(test, r->wfi_idle,
		       "CPUCFG, STANDBYWFI of CPU%u was never set while that was idle", r->cpu);
		EXPECT(test, !r->wfi_busy,
		       "CPUCFG, STANDBYWFI of CPU%u was set while that ran", r->cpu);
	}
}

static void expect_power(struct kunit *test, const struct cpu_power *p, unsigned int cpu,
			 const char *when)
{
	EXPECT(test, p->rst == CPUCFG_CPU_RST_CTRL_RELEASED,
	       "CPUCFG, RST_CTRL of CPU%u %s: expected 0x3, came %#x", cpu, when, p->rst);
	EXPECT(test, !p->gated, "PRCM, PWROFF of CPU%u %s is set", cpu, when);
	EXPECT(test, !p->clamp_status,
	       "CPUCFG, clamp status of CPU%u %s: expected 0, came %#x", cpu, when,
	       p->clamp_status);
}

static void cpu_has_power_before(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++)
		expect_power(test, &r->on, r->cpu, "that is on");
}

static void cpu_goes_off(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++)
		EXPECT(test, !r->gone, "CPU%u does not go off: error %d", r->cpu, r->gone);
}

static void cpu_has_no_power_when_off(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++) {
		const struct cpu_power *p = &r->off[r - power.record];

		EXPECT(test, !p->rst, "CPUCFG, RST_CTRL of CPU%u that is off: expected 0, came %#x",
		       r->cpu, p->rst);
		EXPECT(test, p->gated, "PRCM, PWROFF of CPU%u that is off is not set", r->cpu);
		EXPECT(test, p->clamp == PRCM_CPU_CLAMP_OPEN,
		       "PRCM, clamp of CPU%u that is off: expected 0xff, came %#x", r->cpu,
		       p->clamp);
		EXPECT(test, p->clamp_status == PRCM_CPU_CLAMP_OPEN,
		       "CPUCFG, clamp status of CPU%u that is off: expected 0xff, came %#x", r->cpu,
		       p->clamp_status);
	}
}

static void cpu_others_keep_power(struct kunit *test)
{
	const struct cpu_record *r, *other;

	for (r = power.record; r < power.record + power.nr; r++)
		for (other = power.record; other < power.record + power.nr; other++)
			if (other != r && !other->back)
				expect_power(test, &r->off[other - power.record], other->cpu,
					     "while another is off");
}

static void cpu_comes_back(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++) {
		EXPECT(test, !r->back, "CPU%u does not come back: error %d", r->cpu, r->back);
		kunit_info(test, "CPU%u: off and on in %lld us\n", r->cpu, r->pair_us);
	}
}

static void cpu_has_power_afterwards(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++)
		if (!r->back)
			expect_power(test, &r->again, r->cpu, "that is back");
}

static void cpu_answers_sgis_afterwards(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++) {
		EXPECT(test, r->called,
		       "an SGI of CPU0's does not reach CPU%u that is back", r->cpu);
		EXPECT(test, r->calls,
		       "an SGI of CPU%u that is back does not reach CPU0", r->cpu);
	}
}

static void cpu_bank_is_as_before(struct kunit *test)
{
	const struct cpu_record *r;
	unsigned int i;

	for (r = power.record; r < power.record + power.nr; r++)
		for (i = 0; r->called && i < BANK; i++)
			EXPECT(test, r->bank_again[i] == r->bank[i],
			       "GIC, register %u of CPU%u's bank: expected %#x, came %#x", i,
			       r->cpu, r->bank[i], r->bank_again[i]);
}

static void cpu_timer_runs_afterwards(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++)
		EXPECT(test, r->ticked,
		       "the timer of CPU%u that is back does not interrupt", r->cpu);
}

static void cpu_counter_is_that_of_the_others(struct kunit *test)
{
	const struct cpu_record *r;

	for (r = power.record; r < power.record + power.nr; r++) {
		if (!r->calls)
			continue;
		EXPECT(test, ktime_compare(r->time_sent, r->time_called) <= 0,
		       "the counter of CPU%u that is back is behind CPU0's", r->cpu);
		EXPECT(test, ktime_compare(r->time_called, r->time_back) <= 0,
		       "the counter of CPU%u that is back is before CPU0's", r->cpu);
	}
}

static struct kunit_case sun6i_cpu_cases[] = {
	KUNIT_CASE(cpu_all_are_there),
	KUNIT_CASE(cpu_first_stays),
	KUNIT_CASE(cpu_status_shows_wfi),
	KUNIT_CASE(cpu_has_power_before),
	KUNIT_CASE(cpu_goes_off),
	KUNIT_CASE(cpu_has_no_power_when_off),
	KUNIT_CASE(cpu_others_keep_power),
	KUNIT_CASE(cpu_comes_back),
	KUNIT_CASE(cpu_has_power_afterwards),
	KUNIT_CASE(cpu_answers_sgis_afterwards),
	KUNIT_CASE(cpu_bank_is_as_before),
	KUNIT_CASE(cpu_timer_runs_afterwards),
	KUNIT_CASE(cpu_counter_is_that_of_the_others),
	{}
};

static struct kunit_suite sun6i_cpu_suite = {
	.name = "sun6i_cpu",
	.suite_init = sun6i_cpu_suite_init,
	.suite_exit = sun6i_cpu_suite_exit,
	.init = sun6i_cpu_init,
	.test_cases = sun6i_cpu_cases,
};

kunit_test_suite(sun6i_cpu_suite);

MODULE_DESCRIPTION("KUnit suite for the CPUs' power of the Allwinner A31");
MODULE_LICENSE("GPL");
