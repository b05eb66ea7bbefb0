/*
 * Allwinner A31 (sun6i) R_INTC, the interrupt controller of the CPUS domain
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_INTC_ALLWINNER_A31_R_INTC_H
#define HW_INTC_ALLWINNER_A31_R_INTC_H

#include "qom/object.h"
#include "hw/sysbus.h"

#define TYPE_AW_A31_R_INTC "allwinner-a31-r-intc"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31RIntcState, AW_A31_R_INTC)

#define AW_A31_R_INTC_IOSIZE    0x400
#define AW_A31_R_INTC_NUM_IRQ   2
#define AW_A31_R_INTC_NUM_MUX   4

/*
 * Input line: the level at the NMI pad, which a resistor pulls up. It is high
 * until a device drives it.
 */
#define AW_A31_R_INTC_NMI       "nmi"

struct AwA31RIntcState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;

    bool nmi_pad;
    bool nmi_latch;
    uint32_t ctrl;
    uint32_t enable[AW_A31_R_INTC_NUM_IRQ];
    uint32_t mux[AW_A31_R_INTC_NUM_MUX];
};

#endif /* HW_INTC_ALLWINNER_A31_R_INTC_H */
