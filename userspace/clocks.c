// SPDX-License-Identifier: GPL-2.0
/*
 * clocks SECONDS: compare the clocks of an A31 with each other.
 *
 * The generic timer's virtual counter, timer 1 of the sun4i timer block, which
 * Linux keeps running at 24 MHz, the 64-bit counter in CPUCFG, and the RTC,
 * whose unit is the second. All are read twice, SECONDS apart, each reading
 * between two of the generic timer. How far these two are apart is how well
 * the reading is known; a bad one, as when something else got the CPU
 * meanwhile, is thrown away and made again.
 *
 * Prints for each clock its deviation from the generic timer, and how well
 * that is known, in ppm. Needs /dev/mem and an arch_timer that user space may
 * read.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE		0x1000
#define TIMER_PAGE	0x01c20000
#define TIMER1_CUR	0xc28
#define RTC_PAGE	0x01f00000
#define RTC_HHMMSS	0x014
#define CPUCFG_PAGE	0x01f01000
#define CNT64_CTRL	0xe80
#define CNT64_LATCH	(1 << 1)
#define CNT64_LOW	0xe84
#define CNT64_HIGH	0xe88

#define HOSC_HZ		24000000.0
/* A reading is good if it is known to 20 us */
#define GOOD_TICKS	(HOSC_HZ * 20e-6)
#define TRIES		1000000

/* What a clock showed, and when, by the generic timer */
struct reading {
	double when;		/* middle of the two, in ticks */
	double known;		/* half of the distance of the two */
	uint64_t value;
};

static volatile uint32_t *timer, *rtc, *cpucfg;

static uint64_t counter(void)
{
	uint64_t value;

	asm volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r" (value) : : "memory");
	return value;
}

static uint32_t frequency(void)
{
	uint32_t value;

	asm volatile("mrc p15, 0, %0, c14, c0, 0" : "=r" (value));
	return value;
}

static uint64_t read_timer(void)
{
	/* It counts down */
	return ~timer[TIMER1_CUR / 4];
}

static uint64_t read_cnt64(void)
{
	uint32_t low;

	cpucfg[CNT64_CTRL / 4] = CNT64_LATCH;
	while (cpucfg[CNT64_CTRL / 4] & CNT64_LATCH)
		;
	low = cpucfg[CNT64_LOW / 4];
	return (uint64_t)cpucfg[CNT64_HIGH / 4] << 32 | low;
}

static uint64_t read_rtc(void)
{
	uint32_t hms = rtc[RTC_HHMMSS / 4];

	return (hms >> 16 & 0x1f) * 3600 + (hms >> 8 & 0x3f) * 60 + (hms & 0x3f);
}

static struct reading bracket(uint64_t before, uint64_t after, uint64_t value)
{
	return (struct reading) {
		.when = (before + after) / 2.0,
		.known = (after - before) / 2.0,
		.value = value,
	};
}

static struct reading look(uint64_t (*read)(void))
{
	struct reading best = { .known = 1e18 };
	int i;

	for (i = 0; i < TRIES && best.known > GOOD_TICKS; i++) {
		uint64_t before = counter();
		uint64_t value = read();
		struct reading now = bracket(before, counter(), value);

		if (now.known < best.known)
			best = now;
	}
	return best;
}

/* The moment at which the second changes; a few seconds may be missed */
static struct reading look_for_second(void)
{
	struct reading best = { .known = 1e18 };
	int i;

	for (i = 0; i < 10 && best.known > GOOD_TICKS; i++) {
		uint64_t before, last = counter();
		uint64_t old = read_rtc(), value;
		struct reading now;

		/* The second changed since before the last read but one */
		do {
			before = last;
			last = counter();
			value = read_rtc();
		} while (value == old);
		now = bracket(before, counter(), value);
		if (now.known < best.known)
			best = now;
	}
	return best;
}

/* Compare a clock of HZ that wraps at MODULUS (0: never) */
static void report(const char *name, const struct reading *a, const struct reading *b,
		   double hz, uint64_t modulus)
{
	uint64_t ticks = b->value - a->value;
	double expected = (b->when - a->when) / HOSC_HZ;
	double seconds;

	if (modulus && b->value < a->value)
		ticks += modulus;
	if (modulus)
		ticks %= modulus;
	seconds = ticks / hz;
	printf("clocks: %s deviates %.2f ppm, known to %.2f ppm, over %.3f s\n", name,
	       (seconds / expected - 1) * 1e6,
	       (a->known + b->known) / HOSC_HZ / expected * 1e6, expected);
}

static volatile uint32_t *map(int fd, off_t page)
{
	void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, page);

	if (p == MAP_FAILED) {
		perror("clocks: mapping /dev/mem");
		exit(1);
	}
	return p;
}

int main(int argc, char **argv)
{
	struct reading timer_a, timer_b, cnt64_a, cnt64_b, rtc_a, rtc_b;
	int seconds = argc > 1 ? atoi(argv[1]) : 0;
	int fd = open("/dev/mem", O_RDWR | O_SYNC);

	if (seconds <= 0 || fd < 0) {
		fprintf(stderr, "clocks: %s\n", fd < 0 ? "cannot open /dev/mem" : "usage: clocks SECONDS");
		return 1;
	}
	timer = map(fd, TIMER_PAGE);
	rtc = map(fd, RTC_PAGE);
	cpucfg = map(fd, CPUCFG_PAGE);

	rtc_a = look_for_second();
	timer_a = look(read_timer);
	cnt64_a = look(read_cnt64);
	sleep(seconds);
	timer_b = look(read_timer);
	cnt64_b = look(read_cnt64);
	rtc_b = look_for_second();

	printf("clocks: CNTFRQ is %u\n", frequency());
	report("timer", &timer_a, &timer_b, HOSC_HZ, 1ULL << 32);
	report("cnt64", &cnt64_a, &cnt64_b, HOSC_HZ, 0);
	report("rtc", &rtc_a, &rtc_b, 1, 24 * 60 * 60);
	return 0;
}
