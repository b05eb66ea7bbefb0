// SPDX-License-Identifier: GPL-2.0
/*
 * ttychange PORT BYTES: change the line settings of PORT all the time while
 * BYTES are sent and BYTES are received.
 *
 * What is sent counts from 0 to 250 and begins again, and so has what comes in.
 * Rate, stop bits and the check of parity change, which must cost no character;
 * the character keeps its eight bits. Prints how often settings were changed,
 * what the longest change took, how much came in, and how many bytes were not
 * the ones that were due. Ends when all is through, or nothing has moved for
 * two seconds. The status says whether all settings could be made.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tty.h"

#define CHUNK		512

static const struct {
	speed_t rate;
	tcflag_t cflag;
	tcflag_t iflag;
} settings[] = {
	{ B1500000, 0, 0 },
	{ B500000, 0, 0 },
	{ B1500000, CSTOPB, 0 },
	{ B1500000, CSTOPB, INPCK },
	{ B1500000, 0, INPCK },
};

static long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static int set(int fd, unsigned int n)
{
	struct termios t;

	if (tcgetattr(fd, &t))
		return -1;
	cfmakeraw(&t);
	t.c_cflag &= ~(CSTOPB | CRTSCTS);
	t.c_cflag |= CLOCAL | CREAD | settings[n].cflag;
	t.c_iflag = settings[n].iflag;
	cfsetspeed(&t, settings[n].rate);
	return tcsetattr(fd, TCSANOW, &t);
}

static long send_some(int fd, long sent, long bytes)
{
	unsigned char out[CHUNK];
	long n = bytes - sent < CHUNK ? bytes - sent : CHUNK;

	for (long i = 0; i < n; i++)
		out[i] = (sent + i) % PERIOD;
	n = n ? write(fd, out, n) : 0;
	return n < 0 ? 0 : n;
}

int main(int argc, char **argv)
{
	long bytes = argc > 2 ? atol(argv[2]) : 0, sent = 0, received = 0, wrong = 0;
	long changes = 0, longest = 0, moved = now_us(), failed = 0;
	int fd = argc > 2 ? open(argv[1], O_RDWR | O_NOCTTY | O_NONBLOCK) : -1;
	unsigned char in[CHUNK], due = 0;

	if (fd < 0 || set(fd, 0)) {
		perror(argc > 1 ? argv[1] : "usage: ttychange PORT BYTES");
		return 2;
	}
	tcflush(fd, TCIOFLUSH);
	printf("ready\n");
	fflush(stdout);

	while ((sent < bytes || received < bytes) && now_us() - moved < IDLE_MS * 1000L) {
		struct pollfd p = { .fd = fd, .events = POLLIN | (sent < bytes ? POLLOUT : 0) };
		long begin, n;

		poll(&p, 1, 2);
		n = read(fd, in, sizeof(in));
		for (long i = 0; i < n; i++) {
			wrong += in[i] != due;
			due = (in[i] + 1) % PERIOD;
		}
		received += n > 0 ? n : 0;
		begin = send_some(fd, sent, bytes);
		sent += begin;
		if (n > 0 || begin > 0)
			moved = now_us();

		begin = now_us();
		failed += set(fd, ++changes % (sizeof(settings) / sizeof(settings[0]))) != 0;
		begin = now_us() - begin;
		longest = begin > longest ? begin : longest;
	}
	wait_sent(fd);
	printf("changes=%ld failed=%ld longest=%ld us sent=%ld received=%ld wrong=%ld\n",
	       changes, failed, longest, sent, received, wrong);
	return failed != 0;
}
