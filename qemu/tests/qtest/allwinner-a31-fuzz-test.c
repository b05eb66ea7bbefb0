/*
 * QTest that throws random accesses at the Allwinner A31's devices
 *
 * Each block of the SoC gets a machine of its own, then all get one together.
 * Nothing is judged but that QEMU is still there in the end, so the test is
 * best run with QEMU built with sanitizers. The accesses come from a fixed
 * seed; environment variables choose another one and the number of accesses:
 *
 *   A31_FUZZ_SEED        32 bits, default 1
 *   A31_FUZZ_ITERATIONS  accesses to each block, default 2000
 *
 * With QTEST_LOG=1 libqtest prints every access.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"

#define RAM_BASE                0x40000000
#define CCU_BASE                0x01c20000
#define CCU_APB2_CFG            (CCU_BASE + 0x058)
#define PRCM_BASE               0x01f01400

/*
 * Where bus masters find something: addresses that random registers and
 * descriptors hold point there, so the words in it are descriptors too.
 */
#define POOL_BASE               (RAM_BASE + 0x100000)
#define POOL_WORDS              1024

typedef struct Window {
    const char *name;
    uint32_t base;
    uint32_t size;
} Window;

static const Window windows[] = {
    { "sramc",      0x01c00000, 0x1000 },
    { "dma",        0x01c02000, 0x1000 },
    { "mmc0",       0x01c0f000, 0x1000 },
    { "mmc1",       0x01c10000, 0x1000 },
    { "mmc2",       0x01c11000, 0x1000 },
    { "mmc3",       0x01c12000, 0x1000 },
    { "ss",         0x01c15000, 0x1000 },
    { "otg-phy",    0x01c19000, 0x1000 },
    { "usb0",       0x01c1a000, 0x1000 },
    { "usb1",       0x01c1b000, 0x1000 },
    { "usb2",       0x01c1c000, 0x1000 },
    { "ccu",        0x01c20000, 0x0400 },
    { "pio",        0x01c20800, 0x0400 },
    { "timer",      0x01c20c00, 0x0400 },
    { "lradc",      0x01c22800, 0x0400 },
    { "tzpc",       0x01c23400, 0x0400 },
    { "sid",        0x01c23800, 0x0400 },
    { "rtp",        0x01c25000, 0x0400 },
    { "uart0",      0x01c28000, 0x0400 },
    { "uart1",      0x01c28400, 0x0400 },
    { "uart5",      0x01c29400, 0x0400 },
    { "twi0",       0x01c2ac00, 0x0400 },
    { "twi3",       0x01c2b800, 0x0400 },
    { "gmac",       0x01c30000, 0x2000 },
    { "hstimer",    0x01c60000, 0x1000 },
    { "dram-com",   0x01c62000, 0x1000 },
    { "dram-ctl",   0x01c63000, 0x2000 },
    { "dram-phy",   0x01c65000, 0x2000 },
    { "spi0",       0x01c68000, 0x1000 },
    { "gicd",       0x01c81000, 0x1000 },
    { "gicc",       0x01c82000, 0x2000 },
    { "gich",       0x01c84000, 0x2000 },
    { "gicv",       0x01c86000, 0x2000 },
    { "rtc",        0x01f00000, 0x0400 },
    { "r-intc",     0x01f00c00, 0x0400 },
    { "prcm",       0x01f01400, 0x0400 },
    { "cpucfg",     0x01f01c00, 0x0400 },
    { "r-ir",       0x01f02000, 0x0400 },
    { "r-uart",     0x01f02800, 0x0400 },
    { "r-pio",      0x01f02c00, 0x0400 },
    { "p2wi",       0x01f03400, 0x0400 },
    { "sram",       0x00000000, 0x54000 },
    { "brom",       0xffff0000, 0x8000 },
};

static uint64_t env_number(const char *name, uint64_t value)
{
    const char *text = g_getenv(name);

    return text ? g_ascii_strtoull(text, NULL, 0) : value;
}

/* A word that a pool, and a register that takes an address, may hold */
static uint32_t random_address(GRand *rand)
{
    const Window *w = &windows[g_rand_int_range(rand, 0,
                                                ARRAY_SIZE(windows))];

    switch (g_rand_int_range(rand, 0, 8)) {
    case 0:
        /* A device: bus masters may well be told to write to it */
        return w->base + (g_rand_int_range(rand, 0, w->size) & ~3);
    case 1:
        /* The end of the largest RAM */
        return 0xbffffff0 + g_rand_int_range(rand, 0, 32);
    default:
        return POOL_BASE + 4 * g_rand_int_range(rand, 0, POOL_WORDS);
    }
}

static uint32_t random_value(GRand *rand)
{
    switch (g_rand_int_range(rand, 0, 8)) {
    case 0:
        return 0;
    case 1:
        return UINT32_MAX;
    case 2:
        return BIT(g_rand_int_range(rand, 0, 32));
    case 3:
        return g_rand_int_range(rand, 0, 256);
    case 4:
        return UINT32_MAX << g_rand_int_range(rand, 0, 32);
    case 5:
    case 6:
        return random_address(rand);
    default:
        return g_rand_int(rand);
    }
}

/* Most software uses aligned words, and most registers come first */
static uint32_t random_offset(GRand *rand, const Window *w)
{
    uint32_t limit = g_rand_int_range(rand, 0, 4) ? MIN(w->size, 0x100)
                                                  : w->size;
    uint32_t offset = g_rand_int_range(rand, 0, limit);

    return g_rand_int_range(rand, 0, 16) ? offset & ~3 : offset;
}

static void random_write(QTestState *qts, GRand *rand, uint32_t address)
{
    uint32_t value = random_value(rand);

    switch (g_rand_int_range(rand, 0, 16)) {
    case 0:
        qtest_writeb(qts, address, value);
        break;
    case 1:
        qtest_writew(qts, address, value);
        break;
    case 2:
        qtest_writeq(qts, address, (uint64_t)value << 32 | value);
        break;
    default:
        qtest_writel(qts, address, value);
        break;
    }
}

static void random_read(QTestState *qts, GRand *rand, uint32_t address)
{
    switch (g_rand_int_range(rand, 0, 16)) {
    case 0:
        qtest_readb(qts, address);
        break;
    case 1:
        qtest_readw(qts, address);
        break;
    case 2:
        qtest_readq(qts, address);
        break;
    default:
        qtest_readl(qts, address);
        break;
    }
}

/* Let clocks through, and devices out of reset */
static void open_gates(QTestState *qts)
{
    static const uint32_t gates[] = {
        CCU_BASE + 0x060, CCU_BASE + 0x064, CCU_BASE + 0x068, CCU_BASE + 0x06c,
        CCU_BASE + 0x088, CCU_BASE + 0x08c, CCU_BASE + 0x090, CCU_BASE + 0x094,
        CCU_BASE + 0x0cc, CCU_BASE + 0x100,
        CCU_BASE + 0x2c0, CCU_BASE + 0x2c4, CCU_BASE + 0x2c8, CCU_BASE + 0x2d0,
        CCU_BASE + 0x2d8,
        PRCM_BASE + 0x028, PRCM_BASE + 0x0b0,
    };

    for (unsigned i = 0; i < ARRAY_SIZE(gates); i++) {
        qtest_writel(qts, gates[i], UINT32_MAX);
    }
}

static void random_step(QTestState *qts, GRand *rand, const Window *w)
{
    uint32_t address = w->base + random_offset(rand, w);

    switch (g_rand_int_range(rand, 0, 256)) {
    case 0 ... 7:
        /* Up to 16 s: timers expire, and the watchdog bites */
        qtest_clock_step(qts, 1LL << g_rand_int_range(rand, 0, 35));
        break;
    case 8:
        qtest_system_reset(qts);
        open_gates(qts);
        break;
    case 9 ... 15:
        qtest_writel(qts, random_address(rand), random_value(rand));
        break;
    case 16 ... 127:
        random_read(qts, rand, address);
        break;
    default:
        random_write(qts, rand, address);
        break;
    }
}

static QTestState *start(void)
{
    /*
     * A card in each slot. The AXP221 must not end the run, and a device that
     * goes on for ever is to be found by whoever waits for this test.
     */
    return qtest_init("-M hummingbird-a31 -rtc clock=vm -no-shutdown "
        "-drive if=sd,index=0,driver=null-co,size=64M,read-zeroes=on "
        "-drive if=sd,index=1,driver=null-co,size=64M,read-zeroes=on "
        "-drive if=sd,index=2,driver=null-co,size=64M,read-zeroes=on "
        "-drive if=sd,index=3,driver=null-co,size=64M,read-zeroes=on");
}

static void fill_pool(QTestState *qts, GRand *rand)
{
    uint32_t pool[POOL_WORDS];

    for (unsigned i = 0; i < POOL_WORDS; i++) {
        pool[i] = cpu_to_le32(random_value(rand));
    }
    qtest_memwrite(qts, POOL_BASE, pool, sizeof(pool));
}

static void fuzz(const Window *first, unsigned count, uint64_t iterations)
{
    uint32_t seed = env_number("A31_FUZZ_SEED", 1);
    GRand *rand = g_rand_new_with_seed(seed ^ first->base);
    QTestState *qts = start();

    for (uint64_t i = 0; i < iterations; i++) {
        if (i % 256 == 0) {
            open_gates(qts);
            fill_pool(qts, rand);
        }
        random_step(qts, rand, &first[g_rand_int_range(rand, 0, count)]);
    }

    /* Somebody answers, and nobody died on the way out */
    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, CCU_APB2_CFG), ==, 0x01000000);
    qtest_quit(qts);
    g_rand_free(rand);
}

static void test_window(const void *data)
{
    fuzz(data, 1, env_number("A31_FUZZ_ITERATIONS", 2000));
}

static void test_all(void)
{
    fuzz(windows, ARRAY_SIZE(windows),
         10 * env_number("A31_FUZZ_ITERATIONS", 2000));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    for (unsigned i = 0; i < ARRAY_SIZE(windows); i++) {
        g_autofree char *path = g_strdup_printf("/allwinner-a31/fuzz/%s",
                                                windows[i].name);

        qtest_add_data_func(path, &windows[i], test_window);
    }
    qtest_add_func("/allwinner-a31/fuzz/all", test_all);

    return g_test_run();
}
