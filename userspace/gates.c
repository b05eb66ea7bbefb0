// SPDX-License-Identifier: GPL-2.0
/*
 * gates ROUNDS: open and shut the clock gate of UART5, which no board uses,
 * ROUNDS times, with its reset released, while the other CPUs read registers that this has nothing to
 * do with. Prints how often they read what cannot be there. Needs /dev/mem.
 */

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define READERS		3
#define PAGE		0x1000
/* CCU: APB2_GATE, APB2_RST */
#define CCU_PAGE	0x01c20000
#define APB2_GATE	0x06c
#define APB2_RST	0x2d8
#define APB2_UART5	(1u << 21)
/* CPU interface of the GIC: GICC_IIDR, product and architecture */
#define GICC_PAGE	0x01c82000
#define GICC_IIDR	0x0fc
/* P2WI: the line control register, whose lines are high while unused */
#define P2WI_PAGE	0x01f03000
#define P2WI_LCR	0x424

static volatile uint32_t *map(int mem, off_t page)
{
	void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, mem, page);

	if (p == MAP_FAILED)
		err(EXIT_FAILURE, "mmap of %#lx", (unsigned long)page);
	return p;
}

static void read_for_ever(volatile uint32_t *gicc, volatile uint32_t *p2wi)
{
	uint32_t iidr = gicc[GICC_IIDR / 4], lcr = p2wi[P2WI_LCR / 4];

	while (gicc[GICC_IIDR / 4] == iidr && p2wi[P2WI_LCR / 4] == lcr)
		;
}

int main(int argc, char **argv)
{
	volatile uint32_t *ccu, *gicc, *p2wi;
	pid_t reader[READERS];
	unsigned long rounds;
	int mem, wrong = 0;
	uint32_t gates, resets;

	if (argc != 2)
		errx(2, "usage: gates ROUNDS");
	rounds = strtoul(argv[1], NULL, 0);
	mem = open("/dev/mem", O_RDWR | O_SYNC);
	if (mem < 0)
		err(EXIT_FAILURE, "/dev/mem");
	ccu = map(mem, CCU_PAGE);
	gicc = map(mem, GICC_PAGE);
	p2wi = map(mem, P2WI_PAGE);

	for (int i = 0; i < READERS; i++) {
		reader[i] = fork();
		if (reader[i] < 0)
			err(EXIT_FAILURE, "fork");
		if (!reader[i]) {
			read_for_ever(gicc, p2wi);
			_exit(EXIT_FAILURE);
		}
	}
	gates = ccu[APB2_GATE / 4];
	resets = ccu[APB2_RST / 4];
	ccu[APB2_RST / 4] = resets | APB2_UART5;
	while (rounds--) {
		ccu[APB2_GATE / 4] = gates ^ APB2_UART5;
		ccu[APB2_GATE / 4] = gates;
	}
	ccu[APB2_RST / 4] = resets;
	for (int i = 0; i < READERS; i++) {
		int status;

		kill(reader[i], SIGTERM);
		waitpid(reader[i], &status, 0);
		/* It ended by itself, or by a bus error */
		wrong += !WIFSIGNALED(status) || WTERMSIG(status) != SIGTERM;
	}
	printf("gates: %d of %d readers saw what cannot be there\n", wrong, READERS);
	return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
