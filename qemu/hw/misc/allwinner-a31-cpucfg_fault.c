/*
 * Deliberate faults of the Allwinner A31's CPU configuration, to prove that a
 * self-test catches them
 *
 * For tests only: -global allwinner-a31-cpucfg.x-fault=NAME. No fault is the
 * default and changes nothing. This is not meant for upstream QEMU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/misc/allwinner-a31-cpucfg_fault.h"

static const char *const cpu_fault_names[CPU_FAULT_COUNT] = {
    /* of the last power switch the status says that it is open, for ever */
    [CPU_FAULT_CLAMP_STUCK] = "cpu-clamp-stuck",
    /* from the first time on that the CPU is off */
    [CPU_FAULT_CLAMP_STUCK_LATER] = "cpu-clamp-stuck-later",
    /* the status says that all are closed */
    [CPU_FAULT_CLAMP_READS_CLOSED] = "cpu-clamp-reads-closed",
    /* STANDBYWFI is never set */
    [CPU_FAULT_WFI_NEVER] = "cpu-wfi-never",
    /* it always is */
    [CPU_FAULT_WFI_ALWAYS] = "cpu-wfi-always",
    /* it is that of the CPU behind, and behind the last of CPU1 */
    [CPU_FAULT_STATUS_OF_NEXT] = "cpu-status-of-next",
    /* a CPU that is on stays on */
    [CPU_FAULT_OFF_IGNORED] = "cpu-off-ignored",
    /* a CPU that was off stays off */
    [CPU_FAULT_DEAD_LATER] = "cpu-dead-later",
    /* the reset reads as released */
    [CPU_FAULT_RESET_READS_RELEASED] = "cpu-reset-reads-released",
};

bool cpu_fault_realize(AwA31CpuCfgState *s, Error **errp)
{
    if (!s->fault_name) {
        return true;
    }
    for (int i = CPU_FAULT_NONE + 1; i < CPU_FAULT_COUNT; i++) {
        if (!strcmp(s->fault_name, cpu_fault_names[i])) {
            s->fault = i;
            return true;
        }
    }
    error_setg(errp, "CPUCFG has no fault '%s'", s->fault_name);
    for (int i = CPU_FAULT_NONE + 1; i < CPU_FAULT_COUNT; i++) {
        error_append_hint(errp, "%s%s", i == 1 ? "Faults: " : " ",
                          cpu_fault_names[i]);
    }
    error_append_hint(errp, "\n");
    return false;
}
