// SPDX-License-Identifier: GPL-2.0
/*
 * Allwinner A31: CPUs that go off, without PSCI
 *
 *   the CPU that goes               the CPU that asked
 *   -----------------               ------------------
 *   GIC's CPU interface off
 *   caches off and clean,
 *   out of coherency
 *   wfi  ------ STANDBYWFI ------>  core in reset        CPUCFG, RST_CTRL
 *                                   outputs clamped      PRCM, PWROFF
 *                                   power switch open    PRCM, PWR_CLAMP
 *
 * Each step is there for the next:
 * - With its interface on, the GIC would wake the CPU by the next interrupt.
 * - A line that is dirty in the CPU's L1 is lost with its power, and a CPU that
 *   is in coherency is asked for its lines when it cannot answer any more.
 *   The Cortex-A7 MPCore's manual (ARM DDI 0464, individual processor shutdown)
 *   has this order, and WFI at its end.
 * - STANDBYWFI says that no access of the CPU is under way. One that is when
 *   the reset comes stays on the bus for ever.
 * - In reset the CPU's outputs are quiet, so that clamping them changes nothing
 *   others could see; once they are clamped the power may go.
 * Reset, clamp and power in this order is what the PSCI firmware of the A31 in
 * U-Boot (arch/arm/cpu/armv7/sunxi/psci.c) does, and mc_smp.c for the A80.
 *
 * CPU0 stays: its way out of the boot ROM leads to a boot medium, and not to the
 * address that the others are given.
 */

#include <linux/cacheflush.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/irqchip/arm-gic.h>

#include <asm/cp15.h>
#include <asm/cputype.h>
#include <asm/smp_plat.h>
#include <asm/virt.h>

#include "sun6i_hotplug.h"

#define CPUCFG_CPU_RST_CTRL_REG(n)	(((n) + 1) * 0x40)
#define CPUCFG_CPU_STATUS_REG(n)	(((n) + 1) * 0x40 + 0x08)
#define CPUCFG_CPU_STATUS_STANDBYWFI	BIT(2)	/* U-Boot, arch-sunxi/cpucfg.h */

#define PRCM_CPU_PWROFF_REG		0x100
#define PRCM_CPU_PWR_CLAMP_REG(n)	((n) * 4 + 0x140)
#define PRCM_CPU_PWR_CLAMP_OPEN		0xff

/* A CPU needs some microseconds to leave its caches; one that is stuck never does. */
#define SUN6I_WFI_POLL_US		100
#define SUN6I_WFI_TIMEOUT_US		(100 * USEC_PER_MSEC)
/* mc_smp.c waits that long between clamp and power switch */
#define SUN6I_PWROFF_US			20

static void __iomem *cpucfg_base;
static void __iomem *prcm_base;

/**
 * sun6i_hotplug_init() - tell where the registers are
 * @cpucfg: CPUCFG's, mapped for good
 * @prcm: the PRCM's, likewise
 *
 * No CPU goes off before that.
 */
void sun6i_hotplug_init(void __iomem *cpucfg, void __iomem *prcm)
{
	cpucfg_base = cpucfg;
	prcm_base = prcm;
}

/**
 * sun6i_cpu_die() - smp_operations.cpu_die, on the CPU that goes
 * @cpu: its logical number
 */
void sun6i_cpu_die(unsigned int cpu)
{
	gic_cpu_if_down(0);
	v7_exit_coherency_flush(louis);

	/* Something may wake it before its reset comes. */
	for (;;)
		wfi();
}

/**
 * sun6i_cpu_kill() - smp_operations.cpu_kill: take the power from a CPU
 * @cpu: its logical number
 *
 * CPUs come and go one at a time, so that nobody else changes PRCM_CPU_PWROFF.
 *
 * Return: 1, or 0 if the CPU has not come to rest. It is left on then.
 */
int sun6i_cpu_kill(unsigned int cpu)
{
	unsigned int n = MPIDR_AFFINITY_LEVEL(cpu_logical_map(cpu), 0);
	u32 reg;

	if (readl_poll_timeout(cpucfg_base + CPUCFG_CPU_STATUS_REG(n), reg,
			       reg & CPUCFG_CPU_STATUS_STANDBYWFI,
			       SUN6I_WFI_POLL_US, SUN6I_WFI_TIMEOUT_US)) {
		pr_err("CPU%u: is not in WFI after %ld ms, left on (CPUCFG status %#x)\n",
		       cpu, SUN6I_WFI_TIMEOUT_US / USEC_PER_MSEC, reg);
		return 0;
	}

	writel(0, cpucfg_base + CPUCFG_CPU_RST_CTRL_REG(n));
	reg = readl(prcm_base + PRCM_CPU_PWROFF_REG);
	writel(reg | BIT(n), prcm_base + PRCM_CPU_PWROFF_REG);
	udelay(SUN6I_PWROFF_US);
	writel(PRCM_CPU_PWR_CLAMP_OPEN, prcm_base + PRCM_CPU_PWR_CLAMP_REG(n));

	return 1;
}

/**
 * sun6i_cpu_can_disable() - smp_operations.cpu_can_disable
 * @cpu: the CPU's logical number
 *
 * In HYP mode the kernel is not secure, and ACTLR.SMP is not its to clear.
 *
 * Return: whether it can go off, and come back.
 */
bool sun6i_cpu_can_disable(unsigned int cpu)
{
	return cpucfg_base && !is_hyp_mode_available() &&
	       MPIDR_AFFINITY_LEVEL(cpu_logical_map(cpu), 0);
}
