/*
 * Allwinner A31 (sun6i) LRADC, the ADC for keys
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ADC_ALLWINNER_A31_LRADC_H
#define HW_ADC_ALLWINNER_A31_LRADC_H

#include "qom/object.h"
#include "qemu/timer.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_LRADC "allwinner-a31-lradc"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31LradcState, AW_A31_LRADC)

#define AW_A31_LRADC_IOSIZE         0x400
#define AW_A31_LRADC_NUM_CHANNELS   2

typedef struct AwA31LradcChannel {
    /* Property "lradc0" or "lradc1": millivolts at the pin, to be set */
    uint32_t voltage;

    uint32_t phase;
    /* Samples taken in this phase, or in a row without a key in it */
    uint32_t samples;
    uint32_t conversions;
    uint32_t data;
} AwA31LradcChannel;

struct AwA31LradcState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    QEMUTimer sample;

    AwA31LradcChannel channel[AW_A31_LRADC_NUM_CHANNELS];
    uint32_t ctrl;
    uint32_t intc;
    uint32_t ints;
};

#endif /* HW_ADC_ALLWINNER_A31_LRADC_H */
