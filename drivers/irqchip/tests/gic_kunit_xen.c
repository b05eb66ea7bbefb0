// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv2 KUnit suites in a domain of Xen: which cases its virtual GIC cannot be
 * judged by, and why.
 *
 * The distributor is Xen's, in software (xen/arch/arm/vgic-v2.c, vgic.c), the CPU
 * interface is GICV, filled by list registers. What is listed here was read in
 * Xen 4.17; what is not listed is judged.
 */

#include "gic_kunit.h"

#include <linux/glob.h>

/*
 * The first pattern that matches counts. Where a CPU is held with interrupts
 * masked nobody survives a data abort.
 */
static const struct {
	const char *why;
	const char *cases[12];
} gic_xen_reasons[] = {
	{ "GICH and GICV are Xen's", { "gich_*", "gicv_*" } },
	{ "Xen aborts an access to ICPIDR2, ISACTIVER, SPENDSGIR or with SGIR filter 3", {
		"gicd_pidr2_*", "gicd_identification_*", "gicd_active_*", "sgi_filter_reserved_*",
		"sgi_spendsgir_*", "ppi_active_*", "hotplug_bank_*" } },
	{ "Xen delivers SGIs without their source, and those of two sources as one", {
		"sgi_matrix_*", "sgi_filter_*", "sgi_broadcast", "sgi_two_*", "sgi_pending_*",
		"sgi_priority_*", "sgi_higher_*", "sgi_running_*", "sgi_disabled_*",
		"gicc_hppir_carries_*", "hotplug_sgis_*" } },
	{ "Xen gives an SPI one target, and does not move what pends or is active", {
		"gicd_spi_*", "gicd_pending_spi_*", "gicd_targets_of_absent_*", "spi_retargeted_*",
		"spi_active_*", "spi_live_affinity", "hotplug_spi_*" } },
	{ "Xen shows no pending and no active state, and clears none", {
		"gicd_pending_*", "gicc_pending_*", "gicc_eoi_*", "gicc_higher_*", "gicc_dir_*",
		"ppi_pending_*", "ppi_timer_pending_*", "spi_*_disabled_*", "spi_cleared_*",
		"spi_edge_again_*", "spi_live_disable_*" } },
	{ "Xen does not emulate it: CTLR, ICFGR0, levels, width of PMR, SGIs to an absent CPU", {
		"gicd_config_of_*", "gicd_enable_gates_*", "gicc_priority_*", "ppi_level_*",
		"hotplug_sgi_*" } },
};

/**
 * gic_xen_objection - why a case is not judged in a domain of Xen
 * @name: the case
 *
 * Return: the reason, or NULL if it is judged.
 */
const char *gic_xen_objection(const char *name)
{
	const char * const *pattern;
	int i;

	for (i = 0; i < ARRAY_SIZE(gic_xen_reasons); i++)
		for (pattern = gic_xen_reasons[i].cases; *pattern; pattern++)
			if (glob_match(*pattern, name))
				return gic_xen_reasons[i].why;
	return NULL;
}
