/*
 * X-Powers AXP209 and AXP221, power management chips
 *
 * QEMU interface:
 *  + Unnamed GPIO output: the IRQ pin, low while there is an interrupt
 *  + Named GPIO input "power-key": high while the power key is pressed
 *  + QOM property "power-key": the same, to be set by the user
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_AXP2XX_H
#define HW_MISC_AXP2XX_H

#define TYPE_AXP2XX     "axp2xx_pmu"
#define TYPE_AXP209_PMU "axp209_pmu"
#define TYPE_AXP221_PMU "axp221_pmu"

#define AXP2XX_POWER_KEY "power-key"

#endif /* HW_MISC_AXP2XX_H */
