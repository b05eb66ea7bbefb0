/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SUN6I_HOTPLUG_H
#define _SUN6I_HOTPLUG_H

#include <linux/types.h>

#ifdef CONFIG_HOTPLUG_CPU
void sun6i_hotplug_init(void __iomem *cpucfg, void __iomem *prcm);
void sun6i_cpu_die(unsigned int cpu);
int sun6i_cpu_kill(unsigned int cpu);
bool sun6i_cpu_can_disable(unsigned int cpu);
#else
static inline void sun6i_hotplug_init(void __iomem *cpucfg, void __iomem *prcm) { }
#endif

#endif
