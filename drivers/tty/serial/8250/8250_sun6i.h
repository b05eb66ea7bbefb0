/* SPDX-License-Identifier: GPL-2.0 */
/* Allwinner A31 (sun6i) UART: what its DesignWare block has and others have not */

#ifndef _SERIAL_8250_SUN6I_H_
#define _SERIAL_8250_SUN6I_H_

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/serial_reg.h>
#include <linux/types.h>

#include "8250_dwlib.h"

#define SUN6I_UART_REG_SHIFT		2U
#define SUN6I_UART_FIFO_SIZE		64U /* characters, each way */

/* Names and offsets as in the serial driver of Allwinner's kernel for the A31 */
#define SUN6I_UART_USR			0x7c /* Status Register, as in others of the family */
#define SUN6I_UART_RFL			0x84 /* Receive FIFO Level, likewise */
#define SUN6I_UART_HALT			0xa4
#define SUN6I_UART_HALT_FORCECFG	BIT(1) /* take LCR and the divisor while busy */
#define SUN6I_UART_HALT_LCRUP		BIT(2) /* apply what was taken, clears itself */

struct clk;
struct uart_8250_port;

#if IS_REACHABLE(CONFIG_SERIAL_8250_SUN6I)
int sun6i_uart_setup(struct uart_8250_port *up, struct clk *clk);
bool sun6i_uart_set_lcr(struct uart_port *p, u8 lcr);
#else
static inline int sun6i_uart_setup(struct uart_8250_port *up, struct clk *clk)
{
	return 0;
}

static inline bool sun6i_uart_set_lcr(struct uart_port *p, u8 lcr)
{
	return false;
}
#endif

/* Whether a register write is one of LCR and has been dealt with */
static inline bool sun6i_uart_write(struct uart_port *p, unsigned int offset, u32 value)
{
	struct dw8250_port_data *pd = p->private_data;

	return offset == UART_LCR && pd->sun6i && sun6i_uart_set_lcr(p, value);
}

#endif /* _SERIAL_8250_SUN6I_H_ */
