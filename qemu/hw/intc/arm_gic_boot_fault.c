/*
 * Faults of the ARM GICv2 with which a kernel does not get as far as its tests
 *
 * For tests only, as arm_gic_fault.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/intc/arm_gic_fault.h"
#include "gic_internal.h"

/* Registers that do not take what is written, on CPUs from @from_cpu */
static const struct {
    GICFault fault;
    bool dist;
    hwaddr first;
    hwaddr last;
    int from_cpu;
} gic_boot_fault_stuck[] = {
    { GIC_FAULT_BOOT_GICD_CTLR,           true,  0x000,  0x003 },
    { GIC_FAULT_BOOT_GROUP1,              true,  0x080,  0x0ff },
    { GIC_FAULT_BOOT_GROUP0,              true,  0x080,  0x0ff },
    { GIC_FAULT_BOOT_ENABLE,              true,  0x100,  0x103 },
    { GIC_FAULT_SGI_ACTIVE_AT_BOOT,       true,  0x380,  0x383 },
    { GIC_FAULT_BOOT_ACTIVE,              true,  0x380,  0x383 },
    { GIC_FAULT_BOOT_ACTIVE_SPI,          true,  0x384,  0x3ff },
    { GIC_FAULT_BOOT_PRIORITY,            true,  0x400,  0x7ff },
    { GIC_FAULT_BOOT_SGIR,                true,  0xf00,  0xf03 },
    { GIC_FAULT_BOOT_GICC_CTLR,           false, 0x00,   0x03 },
    { GIC_FAULT_BOOT_GICC_CTLR_SECONDARY, false, 0x00,   0x03, 1 },
    { GIC_FAULT_BOOT_PMR,                 false, 0x04,   0x07 },
    { GIC_FAULT_BOOT_EOIR,                false, 0x10,   0x13 },
    { GIC_FAULT_BOOT_RUNNING,             false, 0xd0,   0xef },
    { GIC_FAULT_BOOT_DIR,                 false, 0x1000, 0x1003 },
    { GIC_FAULT_BOOT_DEAD,                true,  0x000,  0xfff },
    { GIC_FAULT_BOOT_DEAD,                false, 0x00,   0x1fff },
};

bool gic_boot_fault_loses_write(GICState *s, bool dist, int cpu, hwaddr offset)
{
    for (int i = 0; i < ARRAY_SIZE(gic_boot_fault_stuck); i++) {
        if (gic_fault(s, gic_boot_fault_stuck[i].fault) &&
            gic_boot_fault_stuck[i].dist == dist &&
            gic_boot_fault_stuck[i].first <= offset &&
            gic_boot_fault_stuck[i].last >= offset &&
            gic_boot_fault_stuck[i].from_cpu <= cpu) {
            return true;
        }
    }
    return false;
}

bool gic_boot_fault_read(GICState *s, bool dist, hwaddr offset, uint64_t *data)
{
    if (gic_fault(s, GIC_FAULT_BOOT_DEAD)) {
        *data = 0;
        return true;
    }
    if (gic_fault(s, GIC_FAULT_BOOT_TARGETS) && dist &&
        offset >= 0x800 && offset < 0x820) {
        *data = 0xffffffff;
        return true;
    }
    if (gic_fault(s, GIC_FAULT_BOOT_IAR) && !dist && offset == 0x0c) {
        *data = 1023;
        return true;
    }
    return false;
}

bool gic_boot_fault_loses_input(GICState *s, int irq, int cm, int level)
{
    if (irq >= GIC_INTERNAL) {
        return false;
    }
    return gic_fault(s, GIC_FAULT_BOOT_PPI) ||
           (gic_fault(s, GIC_FAULT_BOOT_PPI_SECONDARY) && cm != 1) ||
           (gic_fault(s, GIC_FAULT_BOOT_PPI_STUCK) && !level);
}

void gic_boot_fault_outputs(GICState *s, int *irq_level, int *fiq_level)
{
    if (gic_fault(s, GIC_FAULT_BOOT_FIQ)) {
        *fiq_level |= *irq_level;
        *irq_level = 0;
    } else if (gic_fault(s, GIC_FAULT_BOOT_IRQ)) {
        *irq_level = 0;
    }
}

void gic_boot_fault_reset(GICState *s)
{
    for (int i = 0; i < s->num_irq; i++) {
        if (gic_fault(s, GIC_FAULT_BOOT_GROUP1)) {
            GIC_DIST_SET_GROUP(i, ALL_CPU_MASK);
        }
        if (gic_fault(s, i >= GIC_INTERNAL ? GIC_FAULT_BOOT_ACTIVE_SPI :
                         i >= GIC_NR_SGIS ? GIC_FAULT_BOOT_ACTIVE :
                         GIC_FAULT_SGI_ACTIVE_AT_BOOT) &&
            i >= GIC_FAULT_FIRST_SGI) {
            GIC_DIST_SET_ACTIVE(i, ALL_CPU_MASK);
        }
    }
    if (gic_fault(s, GIC_FAULT_BOOT_PRIORITY)) {
        memset(s->priority1, 0xff, sizeof(s->priority1));
        memset(s->priority2, 0xff, sizeof(s->priority2));
    }
    if (gic_fault(s, GIC_FAULT_BOOT_RUNNING)) {
        for (int i = 0; i < s->num_cpu; i++) {
            s->running_priority[i] = 0;
        }
    }
}
