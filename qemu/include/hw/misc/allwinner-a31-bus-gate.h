/*
 * Allwinner A31 (sun6i) bus gate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_BUS_GATE_H
#define HW_MISC_ALLWINNER_A31_BUS_GATE_H

#include "qom/object.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_BUS_GATE "allwinner-a31-bus-gate"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31BusGateState, AW_A31_BUS_GATE)

/* Input lines: the block's bus clock runs; its reset is released */
#define AW_A31_BUS_GATE_CLOCK   "clock"
#define AW_A31_BUS_GATE_RESET_N "reset-n"

struct AwA31BusGateState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;

    /* Properties: the block's name, the size of its registers' window */
    char *block;
    uint64_t size;
    /* What the lines come from, for messages; no reset_name, no reset */
    char *clock_name;
    char *reset_name;
    /* The device that the reset resets, if it is modelled */
    DeviceState *target;

    bool clock;
    bool released;
    /* An access to the block was logged since the last change of the lines */
    bool reported;
};

#endif /* HW_MISC_ALLWINNER_A31_BUS_GATE_H */
