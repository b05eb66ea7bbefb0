/*
 * Allwinner A31 (sun6i) DRAM controller
 *
 * QEMU interface:
 *  + sysbus MMIO regions 0 to 4: the registers of COM, CTL0, CTL1, PHY0, PHY1
 *  + sysbus MMIO region 5: the window through which CPUs and bus masters see
 *    the DRAM
 *  + QOM property "ram": link to the memory that the DRAM chips hold
 *  + QOM property "channels": how many channels have chips, 1 or 2
 *  + QOM property "bus-width": data bits of a channel, 16 or 32
 *  + QOM property "ranks": chip selects in use on each channel, 1 or 2
 *  + QOM property "initialized": set up after reset, as by a boot loader
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_MISC_ALLWINNER_A31_DRAMC_H
#define HW_MISC_ALLWINNER_A31_DRAMC_H

#include "qemu/units.h"
#include "exec/memory.h"
#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_AW_A31_DRAMC "allwinner-a31-dramc"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31DramcState, AW_A31_DRAMC)

#define AW_A31_DRAMC_IOSIZE         0x1000
#define AW_A31_DRAMC_WINDOW_SIZE    (2 * GiB)
#define AW_A31_DRAMC_NUM_CHANNELS   2
#define AW_A31_DRAMC_NUM_REGS       (0x300 / sizeof(uint32_t))

/* The sysbus MMIO regions */
enum {
    AW_A31_DRAMC_COM,
    AW_A31_DRAMC_CTL0,
    AW_A31_DRAMC_CTL1,
    AW_A31_DRAMC_PHY0,
    AW_A31_DRAMC_PHY1,
    AW_A31_DRAMC_NUM_BLOCKS,

    AW_A31_DRAMC_WINDOW = AW_A31_DRAMC_NUM_BLOCKS,
};

/* What an address consists of */
enum {
    AW_A31_DRAM_LANE,           /* byte within the data bus */
    AW_A31_DRAM_COLUMN,
    AW_A31_DRAM_ROW,
    AW_A31_DRAM_BANK,
    AW_A31_DRAM_RANK,
    AW_A31_DRAM_CHANNEL,
    AW_A31_DRAM_NUM_FIELDS,
};

typedef struct AwA31DramGeometry {
    uint8_t bits[AW_A31_DRAM_NUM_FIELDS];
} AwA31DramGeometry;

typedef struct AwA31DramcBlock {
    MemoryRegion iomem;
    AwA31DramcState *dramc;
    const char *name;
    const struct AwA31DramcBlockType *type;
    unsigned channel;

    uint32_t regs[AW_A31_DRAMC_NUM_REGS];
} AwA31DramcBlock;

struct AwA31DramcState {
    SysBusDevice parent_obj;

    AwA31DramcBlock block[AW_A31_DRAMC_NUM_BLOCKS];
    MemoryRegion window;
    MemoryRegion ram_alias;
    AddressSpace ram_as;

    MemoryRegion *ram;
    uint8_t channels;
    uint8_t bus_width;
    uint8_t ranks;
    bool initialized;

    /* That of the chips; COM has the one that software set */
    AwA31DramGeometry geometry;
    /* The chips on this channel have had their initialization sequence */
    bool chips_ready[AW_A31_DRAMC_NUM_CHANNELS];
};

#endif /* HW_MISC_ALLWINNER_A31_DRAMC_H */
