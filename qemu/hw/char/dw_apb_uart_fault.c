/*
 * Deliberate faults of the DesignWare APB UART, to prove that a self-test
 * catches them
 *
 * For tests only: -global dw-apb-uart.x-fault=NAME. No fault is the default and
 * changes nothing. This is not meant for upstream QEMU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/char/dw_apb_uart_fault.h"

static const char *const uart_fault_names[UART_FAULT_COUNT] = {
    /* the FIFOs hold 32 characters */
    [UART_FAULT_FIFO_32] = "uart-fifo-32",
    /* LSR.OE is never set */
    [UART_FAULT_OVERRUN_UNSEEN] = "uart-overrun-unseen",
    /* a full receive FIFO takes the new character and loses the oldest */
    [UART_FAULT_OVERRUN_DROPS_OLDEST] = "uart-overrun-drops-oldest",
    /* one in 100 characters that are received is not */
    [UART_FAULT_CHARACTER_LOST_AT_TIMES] = "uart-character-lost-at-times",
    /* characters have eight bits whatever LCR says */
    [UART_FAULT_WORD_LENGTH_IGNORED] = "uart-word-length-ignored",
    /* parity and second stop bit take no time */
    [UART_FAULT_BITS_COST_NOTHING] = "uart-bits-cost-nothing",
    /* a break is a framing error alone */
    [UART_FAULT_BREAK_UNSEEN] = "uart-break-unseen",
    /* LSR shows errors of characters that are not at the top of the FIFO */
    [UART_FAULT_ERRORS_AT_ONCE] = "uart-errors-at-once",
    /* the interrupt output is never asserted */
    [UART_FAULT_INTERRUPT_LOST] = "uart-interrupt-lost",
    /* received data available comes one character late */
    [UART_FAULT_TRIGGER_LATE] = "uart-trigger-late",
    /* there is no character time-out */
    [UART_FAULT_TIMEOUT_LOST] = "uart-timeout-lost",
    /* it comes after one character time */
    [UART_FAULT_TIMEOUT_EARLY] = "uart-timeout-early",
    /* THR empty does not end when IIR is read */
    [UART_FAULT_THRE_STICKS] = "uart-thre-sticks",
    /* IER.PTIME has no effect */
    [UART_FAULT_PTIME_IGNORED] = "uart-ptime-ignored",
    /* MSR[3:0] are never set */
    [UART_FAULT_MODEM_DELTA_LOST] = "uart-modem-delta-lost",
    /* MCR.AFCE: the transmitter does not heed CTS */
    [UART_FAULT_AUTO_CTS_IGNORED] = "uart-auto-cts-ignored",
    /* MCR.AFCE: RTS does not heed the receive FIFO */
    [UART_FAULT_AUTO_RTS_IGNORED] = "uart-auto-rts-ignored",
    /* USR.BUSY is never set, and nothing is refused */
    [UART_FAULT_NEVER_BUSY] = "uart-never-busy",
    /* LCR is written while busy */
    [UART_FAULT_LCR_WHILE_BUSY] = "uart-lcr-while-busy",
    /* so is the divisor */
    [UART_FAULT_DIVISOR_WHILE_BUSY] = "uart-divisor-while-busy",
    /* there is no busy-detect interrupt */
    [UART_FAULT_BUSY_DETECT_LOST] = "uart-busy-detect-lost",
    /* IER masks it */
    [UART_FAULT_BUSY_DETECT_MASKED] = "uart-busy-detect-masked",
    /* it has the highest priority */
    [UART_FAULT_BUSY_DETECT_FIRST] = "uart-busy-detect-first",
    /* reading IIR ends it */
    [UART_FAULT_BUSY_DETECT_ENDS_WITH_IIR] = "uart-busy-detect-ends-with-iir",
    /* reading USR does not end it */
    [UART_FAULT_BUSY_DETECT_STICKS] = "uart-busy-detect-sticks",
    /* HALT.HALT_TX has no effect */
    [UART_FAULT_HALT_TX_IGNORED] = "uart-halt-tx-ignored",
    /* HALT.FORCECFG has no effect */
    [UART_FAULT_FORCECFG_IGNORED] = "uart-forcecfg-ignored",
    /* HALT.LCRUP never clears itself */
    [UART_FAULT_LCRUP_STICKS] = "uart-lcrup-sticks",
    /* HALT.LCRUP empties the transmit FIFO */
    [UART_FAULT_FORCED_DROPS_FIFO] = "uart-forced-drops-fifo",
    /* SCR survives a reset */
    [UART_FAULT_RESET_KEEPS_SCRATCH] = "uart-reset-keeps-scratch",
};

bool uart_fault_realize(DWAPBUARTState *s, Error **errp)
{
    if (!s->fault_name) {
        return true;
    }
    for (int i = UART_FAULT_NONE + 1; i < UART_FAULT_COUNT; i++) {
        if (!strcmp(s->fault_name, uart_fault_names[i])) {
            s->fault = qemu_chr_fe_backend_connected(&s->chr) ?
                       UART_FAULT_NONE : i;
            return true;
        }
    }
    error_setg(errp, "the UART has no fault '%s'", s->fault_name);
    for (int i = UART_FAULT_NONE + 1; i < UART_FAULT_COUNT; i++) {
        error_append_hint(errp, "%s%s", i == 1 ? "Faults: " : " ",
                          uart_fault_names[i]);
    }
    error_append_hint(errp, "\n");
    return false;
}
