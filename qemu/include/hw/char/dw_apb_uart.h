/*
 * Synopsys DesignWare APB UART, as configured by Allwinner
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_CHAR_DW_APB_UART_H
#define HW_CHAR_DW_APB_UART_H

#include "chardev/char-fe.h"
#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_DW_APB_UART "dw-apb-uart"
OBJECT_DECLARE_SIMPLE_TYPE(DWAPBUARTState, DW_APB_UART)

#define DW_APB_UART_IOSIZE      0x400
#define DW_APB_UART_FIFO_DEPTH  64

/* Input and output lines, the inverse of the pins: 1 is asserted */
#define DW_APB_UART_CTS         "cts"
#define DW_APB_UART_RTS         "rts"
#define DW_APB_UART_DTR         "dtr"

/* Characters with the flags of LSR that came with them */
typedef struct DWAPBUARTQueue {
    uint16_t entry[DW_APB_UART_FIFO_DEPTH];
    uint32_t head;
    uint32_t num;
} DWAPBUARTQueue;

struct DWAPBUARTState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    qemu_irq rts;
    qemu_irq dtr;
    CharBackend chr;
    Clock *clk;
    QEMUTimer *timer;
    guint watch_tag;

    /* Properties */
    bool overrun;
    bool rts_cts;
    uint16_t boot_divisor;
    uint32_t line_baud;
    uint32_t inject_parity;
    uint32_t inject_framing;
    uint32_t inject_overrun;

    /* A kernel is started directly: do what the boot loader would have done */
    bool linux_boot;

    uint8_t ier;
    uint8_t fcr;
    uint8_t lcr;
    uint8_t mcr;
    uint8_t msr;
    uint8_t scr;
    uint8_t halt;
    uint16_t divisor;
    /* What HALT.FORCECFG keeps until HALT.LCRUP applies it */
    uint8_t forced_lcr;
    uint16_t forced_divisor;

    /* LSR.OE; the other errors are with the characters */
    bool overrun_error;
    bool thre_pending;
    bool timeout_pending;
    bool busy_detect;
    /* Auto RTS: the receive FIFO has been filled to its trigger level */
    bool rts_held;
    bool cts;

    DWAPBUARTQueue tx;
    DWAPBUARTQueue rx;
    /* What the other end has to send */
    DWAPBUARTQueue line;

    /* In the shift registers */
    uint8_t tsr;
    uint16_t rsr;
    /* The receiver has been on since the start bit */
    bool rx_heard;

    /* Virtual time when they will be done, ns, or -1 */
    int64_t tx_done;
    int64_t rx_done;
    int64_t timeout_at;
    int64_t update_at;
    /* Of the last rate that was set: the other end has the same */
    int64_t line_char_ns;
};

#endif /* HW_CHAR_DW_APB_UART_H */
