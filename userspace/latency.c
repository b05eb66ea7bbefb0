// SPDX-License-Identifier: GPL-2.0
/*
 * latency [SAMPLES]: how late the timer and SGIs are for a program.
 *
 * timer: a thread of the highest priority sleeps on each CPU until a moment, and
 * is back later: the generic timer's PPI and the way to the thread.
 * SGI: a thread wakes one that sleeps on another CPU, which takes an SGI, each
 * on each other. A CPU that is alone has nobody to wake.
 *
 * It is the same in Linux without Xen, in dom0 and in a guest. SAMPLES are of
 * each CPU, and of each pair. A line for each kind, in nanoseconds; the last
 * tells how many SGIs the CPUs took meanwhile, by /proc/interrupts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SAMPLES		100
#define PRIORITY	90
/* Long enough for the other CPU to have nothing to do */
#define PAUSE_NS	1000000
#define NS		1000000000LL

struct distribution {
	long long *ns;
	size_t nr;
};

/* What two threads have in common */
static struct {
	_Atomic unsigned int sent;
	_Atomic unsigned int heard;
	_Atomic long long at;
	unsigned int samples;
	int cpu;
	struct distribution *d;
} pair;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

static void sleep_until(long long ns)
{
	struct timespec t = { .tv_sec = ns / NS, .tv_nsec = ns % NS };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static void stay_on(int cpu)
{
	struct sched_param p = { .sched_priority = PRIORITY };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
	if (sched_setscheduler(0, SCHED_FIFO, &p))
		die("sched_setscheduler");
}

static struct distribution room(size_t nr)
{
	struct distribution d = { .ns = calloc(nr, sizeof(*d.ns)) };

	if (!d.ns)
		die("calloc");
	return d;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

static void report(const char *what, struct distribution *d)
{
	qsort(d->ns, d->nr, sizeof(*d->ns), compare);
	printf("latency %s min %lld median %lld p99 %lld max %lld ns, %zu samples\n", what, d->ns[0],
	       d->ns[d->nr / 2], d->ns[d->nr * 99 / 100], d->ns[d->nr - 1], d->nr);
}

static void timer(int cpu, unsigned int samples, struct distribution *d)
{
	long long due;

	stay_on(cpu);
	while (samples--) {
		due = now() + PAUSE_NS;
		sleep_until(due);
		d->ns[d->nr++] = now() - due;
	}
}

static long futex(_Atomic unsigned int *word, int what, unsigned int value)
{
	return syscall(SYS_futex, word, what | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

static void *hear(void *unused)
{
	stay_on(pair.cpu);
	for (unsigned int n = 0; n < pair.samples; n++) {
		while (pair.sent == n)
			futex(&pair.sent, FUTEX_WAIT, n);
		pair.d->ns[pair.d->nr++] = now() - pair.at;
		pair.heard = n + 1;
	}
	return unused;
}

static void sgi(int from, int to, unsigned int samples, struct distribution *d)
{
	pthread_t other;

	pair.sent = pair.heard = 0;
	pair.samples = samples;
	pair.cpu = to;
	pair.d = d;
	if (pthread_create(&other, NULL, hear, NULL))
		die("pthread_create");
	stay_on(from);
	for (unsigned int n = 0; n < samples; n++) {
		do
			sleep_until(now() + PAUSE_NS);
		while (pair.heard != n);
		pair.at = now();
		pair.sent = n + 1;
		futex(&pair.sent, FUTEX_WAKE, 1);
	}
	pthread_join(other, NULL);
}

/* The rows of /proc/interrupts that are SGIs, of all CPUs */
static long sgis_taken(int cpus)
{
	FILE *f = fopen("/proc/interrupts", "r");
	char line[512], *at;
	long sum = 0;

	if (!f)
		die("/proc/interrupts");
	while (fgets(line, sizeof(line), f)) {
		at = strstr(line, "IPI");
		if (!at || !(at = strchr(at, ':')))
			continue;
		at++;
		for (int n = 0; n < cpus; n++)
			sum += strtol(at, &at, 10);
	}
	fclose(f);
	return sum;
}

int main(int argc, char **argv)
{
	unsigned int samples = argc > 1 ? strtoul(argv[1], NULL, 0) : SAMPLES;
	int cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct distribution timers, sgis;
	long taken;

	if (!samples) {
		fprintf(stderr, "usage: latency [SAMPLES]\n");
		return 2;
	}
	timers = room(samples * cpus);
	for (int cpu = 0; cpu < cpus; cpu++)
		timer(cpu, samples, &timers);
	report("timer", &timers);

	if (cpus == 1)
		return 0;
	sgis = room(samples * cpus * cpus);
	taken = sgis_taken(cpus);
	for (int from = 0; from < cpus; from++)
		for (int to = 0; to < cpus; to++)
			if (to != from)
				sgi(from, to, samples, &sgis);
	taken = sgis_taken(cpus) - taken;
	report("SGI", &sgis);
	printf("latency %ld SGIs taken for %zu\n", taken, sgis.nr);
	return 0;
}
