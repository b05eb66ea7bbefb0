// SPDX-License-Identifier: GPL-2.0
/*
 * rtcwake SECONDS [STATE]: set the alarm of /dev/rtc0, sleep in STATE (as in
 * /sys/power/state, "freeze" for one), and say what woke the system. Without
 * STATE nothing sleeps but this program. util-linux has one that can more;
 * busybox, as Debian builds it, has none.
 */
#include <fcntl.h>
#include <linux/rtc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* struct rtc_time has the first fields of struct tm */
static time_t seconds_of(const struct rtc_time *t)
{
	struct tm tm = {
		.tm_sec = t->tm_sec, .tm_min = t->tm_min, .tm_hour = t->tm_hour,
		.tm_mday = t->tm_mday, .tm_mon = t->tm_mon, .tm_year = t->tm_year,
	};

	return timegm(&tm);
}

static void time_of(time_t seconds, struct rtc_time *t)
{
	struct tm tm;

	gmtime_r(&seconds, &tm);
	*t = (struct rtc_time) {
		.tm_sec = tm.tm_sec, .tm_min = tm.tm_min, .tm_hour = tm.tm_hour,
		.tm_mday = tm.tm_mday, .tm_mon = tm.tm_mon, .tm_year = tm.tm_year,
	};
}

static int sleep_in(const char *state)
{
	int fd = open("/sys/power/state", O_WRONLY);
	ssize_t written = fd < 0 ? -1 : write(fd, state, strlen(state));

	close(fd);
	return written < 0;
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 0;
	int fd = open("/dev/rtc0", O_RDONLY);
	struct rtc_wkalrm alarm = { .enabled = 1 };
	struct rtc_time now;
	unsigned long events;
	time_t start;

	if (seconds <= 0) {
		fprintf(stderr, "usage: rtcwake SECONDS [STATE]\n");
		return 1;
	}
	if (fd < 0)
		return fail("rtcwake: /dev/rtc0");
	if (ioctl(fd, RTC_RD_TIME, &now))
		return fail("rtcwake: reading the time");
	start = seconds_of(&now);
	time_of(start + seconds, &alarm.time);
	if (ioctl(fd, RTC_WKALM_SET, &alarm))
		return fail("rtcwake: setting the alarm");
	if (argc > 2 && sleep_in(argv[2]))
		return fail("rtcwake: /sys/power/state");
	/* Returns at once if the alarm has been */
	if (read(fd, &events, sizeof(events)) != sizeof(events))
		return fail("rtcwake: waiting for the alarm");
	if (ioctl(fd, RTC_RD_TIME, &now))
		return fail("rtcwake: reading the time");
	printf("rtcwake: alarm %s after %ld s\n", events & RTC_AF ? "came" : "did not come",
	       (long)(seconds_of(&now) - start));
	return !(events & RTC_AF);
}
