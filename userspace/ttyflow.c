// SPDX-License-Identifier: GPL-2.0
/*
 * ttyflow [-c] [-l] [-p MS] [-s BYTES] [-r BYTES] PORT: send and receive at
 * 1.5 Mbaud and tell what it cost.
 *
 *   -c	RTS and CTS hold the other end and us
 *   -l	what is sent comes in again, by the UART's loopback
 *   -p	begin to read after MS, as a reader that is busy
 *
 * What is sent counts from 0 to 250 and begins again, and so has what comes in.
 * Ends when all is through, or nothing has moved for two seconds. Prints
 *
 *   sent, received	bytes
 *   wrong		bytes received that were not the ones that were due
 *   overruns, full	what the driver has counted: of the receive FIFO, and
 *			characters without room in its buffer
 *   interrupts		of the port, on all CPUs
 */
#include <fcntl.h>
#include <linux/serial.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tty.h"

/* <asm/termios.h> has it, and cannot be had beside the C library's. */
#ifndef TIOCM_LOOP
#define TIOCM_LOOP	0x8000
#endif

#define CHUNK		4096

struct cost {
	struct serial_icounter_struct port;
	long interrupts;
};

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

/* The line ends with the port's name; a number for each CPU stands behind the interrupt's. */
static long interrupts(const char *name)
{
	FILE *f = fopen("/proc/interrupts", "r");
	char line[512], *p, *end;
	long sum = 0;

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		p = strrchr(line, ' ');
		if (!p || strcmp(p + 1, name))
			continue;
		p = strchr(line, ':') + 1;
		for (long n = strtol(p, &end, 10); end != p; n = strtol(p, &end, 10)) {
			sum += n;
			p = end;
		}
	}
	if (f)
		fclose(f);
	return sum;
}

static struct cost cost(int fd, const char *port)
{
	struct cost c;

	ioctl(fd, TIOCGICOUNT, &c.port);
	c.interrupts = interrupts(strrchr(port, '/') + 1);
	return c;
}

static int set(int fd, tcflag_t flow)
{
	struct termios t;

	if (tcgetattr(fd, &t))
		return -1;
	cfmakeraw(&t);
	t.c_cflag &= ~(CSTOPB | CRTSCTS);
	t.c_cflag |= CLOCAL | CREAD | flow;
	cfsetspeed(&t, B1500000);
	return tcsetattr(fd, TCSANOW, &t);
}

static long send_some(int fd, long sent, long bytes)
{
	static unsigned char pattern[PERIOD + CHUNK];
	long n = bytes - sent < CHUNK ? bytes - sent : CHUNK;

	/* Once: what it costs to send is to be seen. */
	for (long i = 0; !sent && i < PERIOD + CHUNK; i++)
		pattern[i] = i % PERIOD;
	n = n ? write(fd, pattern + sent % PERIOD, n) : 0;
	return n < 0 ? 0 : n;
}

int main(int argc, char **argv)
{
	long send = 0, receive = 0, pause = 0, sent = 0, received = 0, wrong = 0, moved;
	unsigned char in[CHUNK], due = 0;
	struct cost before, after;
	int opt, fd = -1, loop = 0;
	tcflag_t flow = 0;

	while ((opt = getopt(argc, argv, "clp:r:s:")) != -1) {
		switch (opt) {
		case 'c':
			flow = CRTSCTS;
			break;
		case 'l':
			loop = TIOCM_LOOP;
			break;
		case 'p':
			pause = atol(optarg);
			break;
		case 'r':
			receive = atol(optarg);
			break;
		case 's':
			send = atol(optarg);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind == 1 && strchr(argv[optind], '/'))
		fd = open(argv[optind], O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || set(fd, flow) || (loop && ioctl(fd, TIOCMBIS, &loop))) {
		perror("usage: ttyflow [-c] [-l] [-p MS] [-s BYTES] [-r BYTES] /dev/PORT");
		return 2;
	}
	tcflush(fd, TCIOFLUSH);
	before = cost(fd, argv[optind]);
	printf("ready\n");
	fflush(stdout);

	poll(NULL, 0, pause);
	moved = now_ms();
	while ((sent < send || received < receive) && now_ms() - moved < IDLE_MS) {
		struct pollfd p = { .fd = fd, .events = POLLIN | (sent < send ? POLLOUT : 0) };
		long n, m;

		poll(&p, 1, IDLE_MS);
		n = read(fd, in, sizeof(in));
		for (long i = 0; i < n; i++) {
			wrong += in[i] != due;
			due = (in[i] + 1) % PERIOD;
		}
		n = n > 0 ? n : 0;
		received += n;
		m = send_some(fd, sent, send);
		sent += m;
		if (n || m)
			moved = now_ms();
	}
	wait_sent(fd);
	after = cost(fd, argv[optind]);
	printf("sent=%ld received=%ld wrong=%ld overruns=%d full=%d interrupts=%ld\n",
	       sent, received, wrong, after.port.overrun - before.port.overrun,
	       after.port.buf_overrun - before.port.buf_overrun, after.interrupts - before.interrupts);
	return 0;
}
