// SPDX-License-Identifier: GPL-2.0
/*
 * pins CHIP LINE: ask for a GPIO line and give it back, until killed.
 *
 * Asking for a line makes the pin controller prepare the pin, with all that
 * it shares among the pins of a port.
 */

#include <err.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct gpio_v2_line_request request = {
		.consumer = "pins",
		.num_lines = 1,
	};
	int chip;

	if (argc != 3)
		errx(2, "usage: pins CHIP LINE");
	chip = open(argv[1], O_RDWR);
	if (chip < 0)
		err(EXIT_FAILURE, "%s", argv[1]);
	request.offsets[0] = strtoul(argv[2], NULL, 0);
	for (;;) {
		if (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request))
			err(EXIT_FAILURE, "line %s: GPIO_V2_GET_LINE_IOCTL", argv[2]);
		close(request.fd);
	}
}
