/*
 * Deliberate faults of the DesignWare APB UART, to prove that a self-test
 * catches them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_CHAR_DW_APB_UART_FAULT_H
#define HW_CHAR_DW_APB_UART_FAULT_H

#include "hw/char/dw_apb_uart.h"

/* What breaks is said in dw_apb_uart_fault.c, beside each name. */
typedef enum {
    UART_FAULT_NONE,
    UART_FAULT_FIFO_32,
    UART_FAULT_OVERRUN_UNSEEN,
    UART_FAULT_OVERRUN_DROPS_OLDEST,
    UART_FAULT_CHARACTER_LOST_AT_TIMES,
    UART_FAULT_WORD_LENGTH_IGNORED,
    UART_FAULT_BITS_COST_NOTHING,
    UART_FAULT_BREAK_UNSEEN,
    UART_FAULT_ERRORS_AT_ONCE,
    UART_FAULT_INTERRUPT_LOST,
    UART_FAULT_TRIGGER_LATE,
    UART_FAULT_TIMEOUT_LOST,
    UART_FAULT_TIMEOUT_EARLY,
    UART_FAULT_THRE_STICKS,
    UART_FAULT_PTIME_IGNORED,
    UART_FAULT_MODEM_DELTA_LOST,
    UART_FAULT_AUTO_CTS_IGNORED,
    UART_FAULT_AUTO_RTS_IGNORED,
    UART_FAULT_NEVER_BUSY,
    UART_FAULT_LCR_WHILE_BUSY,
    UART_FAULT_DIVISOR_WHILE_BUSY,
    UART_FAULT_BUSY_DETECT_LOST,
    UART_FAULT_BUSY_DETECT_MASKED,
    UART_FAULT_BUSY_DETECT_FIRST,
    UART_FAULT_BUSY_DETECT_ENDS_WITH_IIR,
    UART_FAULT_BUSY_DETECT_STICKS,
    UART_FAULT_HALT_TX_IGNORED,
    UART_FAULT_FORCECFG_IGNORED,
    UART_FAULT_LCRUP_STICKS,
    UART_FAULT_FORCED_DROPS_FIFO,
    UART_FAULT_RESET_KEEPS_SCRATCH,
    UART_FAULT_COUNT
} UARTFault;

static inline bool uart_fault(const DWAPBUARTState *s, UARTFault fault)
{
    return unlikely(s->fault == fault);
}

/* The last of every @n times, for faults that come and go. */
static inline bool uart_fault_one_in(DWAPBUARTState *s, unsigned int n,
                                     UARTFault fault)
{
    return uart_fault(s, fault) && ++s->fault_count % n == 0;
}

/**
 * uart_fault_realize: turn the property "x-fault" into a fault
 * @s: the UART; its fault_name may be NULL
 * @errp: set, with the list of names, when there is no such fault
 *
 * A UART with something at the other end of its line is a console, which has to
 * tell the verdict: it stays without fault.
 */
bool uart_fault_realize(DWAPBUARTState *s, Error **errp);

#endif
