/*
 * Allwinner A31/A31s (sun6i) System on Chip
 *
 * A quad core Cortex-A7 of 2012/2013. The A31s is the same die in a smaller
 * package.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_ALLWINNER_A31_H
#define HW_ARM_ALLWINNER_A31_H

#include "qom/object.h"
#include "hw/adc/allwinner-a31-lradc.h"
#include "hw/char/dw_apb_uart.h"
#include "hw/cpu/a15mpcore.h"
#include "hw/gpio/allwinner-a31-pio.h"
#include "hw/i2c/allwinner-a31-p2wi.h"
#include "hw/i2c/allwinner-i2c.h"
#include "hw/intc/allwinner-a31-r-intc.h"
#include "hw/misc/allwinner-a31-brom.h"
#include "hw/misc/allwinner-a31-ccu.h"
#include "hw/misc/allwinner-a31-cpucfg.h"
#include "hw/misc/allwinner-a31-dramc.h"
#include "hw/misc/allwinner-a31-prcm.h"
#include "hw/misc/allwinner-a31-sramc.h"
#include "hw/misc/allwinner-a31-ss.h"
#include "hw/misc/allwinner-a31-tzpc.h"
#include "hw/net/allwinner-a31-gmac.h"
#include "hw/rtc/allwinner-rtc.h"
#include "hw/sd/allwinner-sdhost.h"
#include "hw/timer/allwinner-a10-pit.h"
#include "hw/usb/allwinner-a31-usb-phy.h"
#include "hw/usb/hcd-ehci.h"
#include "hw/usb/hcd-ohci.h"
#include "hw/watchdog/allwinner-wdt.h"
#include "target/arm/cpu.h"

/* The blocks that have a place in the memory map, without the unimplemented */
enum {
    AW_A31_DEV_SRAM_A1,
    AW_A31_DEV_SRAM_D,
    AW_A31_DEV_SRAM_B,
    AW_A31_DEV_SRAM_A2,
    AW_A31_DEV_SRAMC,
    AW_A31_DEV_MMC0,
    AW_A31_DEV_MMC1,
    AW_A31_DEV_MMC2,
    AW_A31_DEV_MMC3,
    AW_A31_DEV_SS,
    AW_A31_DEV_USB_PHY,
    AW_A31_DEV_EHCI0,
    AW_A31_DEV_OHCI0,
    AW_A31_DEV_USB_PMU1,
    AW_A31_DEV_EHCI1,
    AW_A31_DEV_OHCI1,
    AW_A31_DEV_USB_PMU2,
    AW_A31_DEV_OHCI2,
    AW_A31_DEV_CCU,
    AW_A31_DEV_PIO,
    AW_A31_DEV_TIMER,
    AW_A31_DEV_WDT,
    AW_A31_DEV_LRADC,
    AW_A31_DEV_TZPC,
    AW_A31_DEV_UART0,
    AW_A31_DEV_UART1,
    AW_A31_DEV_UART2,
    AW_A31_DEV_UART3,
    AW_A31_DEV_UART4,
    AW_A31_DEV_UART5,
    AW_A31_DEV_TWI0,
    AW_A31_DEV_TWI1,
    AW_A31_DEV_TWI2,
    AW_A31_DEV_TWI3,
    AW_A31_DEV_GMAC,
    AW_A31_DEV_DRAM_COM,
    AW_A31_DEV_DRAM_CTL0,
    AW_A31_DEV_DRAM_CTL1,
    AW_A31_DEV_DRAM_PHY0,
    AW_A31_DEV_DRAM_PHY1,
    AW_A31_DEV_MPCORE,
    AW_A31_DEV_RTC,
    AW_A31_DEV_R_INTC,
    AW_A31_DEV_PRCM,
    AW_A31_DEV_CPUCFG,
    AW_A31_DEV_R_UART,
    AW_A31_DEV_R_PIO,
    AW_A31_DEV_P2WI,
    AW_A31_DEV_SDRAM,
    AW_A31_DEV_BROM,
};

#define AW_A31_NUM_CPUS         4
#define AW_A31_NUM_EHCIS        2
#define AW_A31_NUM_MMCS         4
#define AW_A31_NUM_OHCIS        3
#define AW_A31_NUM_TWIS         4
#define AW_A31_NUM_UARTS        6
#define AW_A31_NUM_SRAMS        4

extern const hwaddr allwinner_a31_memmap[];

#define TYPE_AW_A31 "allwinner-a31"
OBJECT_DECLARE_SIMPLE_TYPE(AwA31State, AW_A31)

struct AwA31State {
    DeviceState parent_obj;

    ARMCPU cpus[AW_A31_NUM_CPUS];
    A15MPPrivState mpcore;
    MemoryRegion sram[AW_A31_NUM_SRAMS];
    /* What the CPUs see in Secure state: the system memory, and SRAM B */
    MemoryRegion secure_memory;

    AwA31BromState brom;
    AwA31CcuState ccu;
    AwA31CpuCfgState cpucfg;
    AwA31DramcState dramc;
    AwA31LradcState lradc;
    EHCISysBusState ehci[AW_A31_NUM_EHCIS];
    NPCMGMACState gmac;
    OHCISysBusState ohci[AW_A31_NUM_OHCIS];
    AwA31P2wiState p2wi;
    AwA31PioState pio;
    AwA31PioState r_pio;
    AwA31PrcmState prcm;
    AwA31RIntcState r_intc;
    AwA31SramcState sramc;
    AwA31SsState ss;
    AwA31TzpcState tzpc;
    AwA31UsbPhyState usb_phy;
    AwA10PITState timer;
    AwRtcState rtc;
    AwSdHostState mmc[AW_A31_NUM_MMCS];
    AwWdtState wdt;
    AWI2CState twi[AW_A31_NUM_TWIS];
    DWAPBUARTState uart[AW_A31_NUM_UARTS];
    DWAPBUARTState r_uart;
};

#endif /* HW_ARM_ALLWINNER_A31_H */
