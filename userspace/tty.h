/* SPDX-License-Identifier: GPL-2.0 */
/* What ttychange and ttyflow have in common */
#ifndef TTY_H
#define TTY_H

#include <poll.h>
#include <sys/ioctl.h>

/* What goes over the line counts from 0 to 250 and begins again. */
#define PERIOD		251
/* Nothing has moved for so long: nothing will. */
#define IDLE_MS		2000

/* tcdrain() would wait for ever on a port that has lost its interrupts. */
static inline void wait_sent(int fd)
{
	int queued = 1;

	for (int ms = 0; queued && ms < IDLE_MS; ms++) {
		ioctl(fd, TIOCOUTQ, &queued);
		poll(0, 0, 1);
	}
}

#endif /* TTY_H */
