/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IRQ_GIC_EARLY_H
#define _IRQ_GIC_EARLY_H

#include <linux/io.h>

/**
 * struct gic_early_result - what the early check found on one CPU
 * @checks: comparisons made, over all times the CPU has come online
 * @faults: comparisons that differed, and printed a line each
 */
struct gic_early_result {
	unsigned int checks;
	unsigned int faults;
};

#ifdef CONFIG_ARM_GIC_EARLY_CHECK
void gic_early_check(void __iomem *dist, void __iomem *cpu, unsigned int nr_irqs);
struct gic_early_result gic_early_result(unsigned int cpu);
#else
static inline void gic_early_check(void __iomem *dist, void __iomem *cpu,
				   unsigned int nr_irqs)
{
}

static inline struct gic_early_result gic_early_result(unsigned int cpu)
{
	return (struct gic_early_result){};
}
#endif

#endif /* _IRQ_GIC_EARLY_H */
