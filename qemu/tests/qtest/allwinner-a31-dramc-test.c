/*
 * QTest of the Allwinner A31 (sun6i) DRAM controller
 *
 * Trains the PHYs as a boot loader does, then sets geometries that are not
 * those of the chips and looks where memory repeats.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/units.h"
#include "libqtest.h"
#include "qobject/qdict.h"

/* AHB1_GATE0 and AHB1_RESET0 of the CCU; bit 14 is the DRAM controller's */
#define CCU_AHB1_GATE0          0x01c20060
#define CCU_AHB1_RESET0         0x01c202c0
#define CCU_DRAM                (1u << 14)

#define COM_BASE                0x01c62000
#define CTL_BASE(n)             (0x01c63000 + 0x1000 * (n))
#define PHY_BASE(n)             (0x01c65000 + 0x1000 * (n))
#define DRAM_BASE               0x40000000

#define COM_CR                  (COM_BASE + 0x00)
#define COM_CCR                 (COM_BASE + 0x04)
#define COM_MDFSGCR             (COM_BASE + 0x11c)
#define CR_SEQUENCE             BIT(15)

#define CTL_SCTL(n)             (CTL_BASE(n) + 0x04)
#define CTL_SSTAT(n)            (CTL_BASE(n) + 0x08)
#define CTL_MCMD(n)             (CTL_BASE(n) + 0x40)
#define CTL_TREFI(n)            (CTL_BASE(n) + 0xd0)
#define SCTL_INIT               0
#define SCTL_CFG                1
#define SCTL_GO                 2
#define SCTL_SLEEP              3
#define SCTL_WAKEUP             4
#define SSTAT_INIT_MEM          0
#define SSTAT_CONFIG            1
#define SSTAT_ACCESS            3
#define SSTAT_LOW_POWER         5

#define PHY_PIR(n)              (PHY_BASE(n) + 0x04)
#define PHY_PGCR(n)             (PHY_BASE(n) + 0x08)
#define PHY_PGSR(n)             (PHY_BASE(n) + 0x0c)
#define PHY_ACDLLCR(n)          (PHY_BASE(n) + 0x14)
#define PHY_DXGCR(n, lane)      (PHY_BASE(n) + 0x1c0 + 0x40 * (lane))
#define PHY_DXGSR0(n, lane)     (PHY_BASE(n) + 0x1c4 + 0x40 * (lane))
#define PHY_DXDLLCR(n, lane)    (PHY_BASE(n) + 0x1cc + 0x40 * (lane))
#define PIR_FIRST               0xe9    /* calibrate, initialize, train */
#define PIR_TRAIN               0x81
#define PIR_CLEAR               BIT(28)
#define PGCR_RANKS(n)           (((1 << (n)) - 1) << 18)
#define PGSR_LOCKED             0x03
#define PGSR_ALL                0x1f
#define PGSR_TRAINED            0x10
#define PGSR_ERROR              0x20
#define DLL_RELEASED            BIT(30)
#define DLL_DISABLED            BIT(31)

#define PATTERN                 0xaa55aa55

typedef struct Geometry {
    const char *name;
    const char *options;
    unsigned channels;
    unsigned lane_bits;
    unsigned row_bits;
    unsigned ranks;
} Geometry;

#define WIDTH_16 " -global allwinner-a31-dramc.bus-width=16"
#define RANKS_2 " -global allwinner-a31-dramc.ranks=2"
#define CHANNELS_1 " -global allwinner-a31-dramc.channels=1"

/* All chips have 8 banks, and 10 bits of column */
#define BANK_BITS               3
#define COLUMN_BITS             10

static const Geometry geometries[] = {
    { "2-channels/512M", "-M hummingbird-a31 -m 512M", 2, 2, 13, 1 },
    { "2-channels/1G", "-M hummingbird-a31 -m 1G", 2, 2, 14, 1 },
    { "2-channels/2G", "-M hummingbird-a31 -m 2G", 2, 2, 15, 1 },
    { "1-channel/512M", "-M bpi-m2 -m 512M", 1, 2, 14, 1 },
    { "1-channel/1G", "-M bpi-m2 -m 1G", 1, 2, 15, 1 },
    { "1-channel/2G", "-M bpi-m2 -m 2G", 1, 2, 16, 1 },
    { "1-channel/a31", "-M hummingbird-a31 -m 1G" CHANNELS_1, 1, 2, 15, 1 },
    { "16-bits/2-channels", "-M hummingbird-a31 -m 1G" WIDTH_16, 2, 1, 15, 1 },
    { "16-bits/1-channel", "-M bpi-m2 -m 512M" WIDTH_16, 1, 1, 15, 1 },
    { "2-ranks/2-channels", "-M hummingbird-a31 -m 2G" RANKS_2, 2, 2, 14, 2 },
    { "2-ranks/1-channel", "-M bpi-m2 -m 1G" RANKS_2, 1, 2, 14, 2 },
    { "2-ranks/16-bits", "-M bpi-m2 -m 2G" RANKS_2 WIDTH_16, 1, 1, 16, 2 },
};

static uint32_t cr_value(unsigned channels, unsigned lane_bits,
                         unsigned column_bits, unsigned row_bits,
                         unsigned bank_bits, unsigned ranks)
{
    return (channels - 1) << 19 | 3 << 16 | ((1 << lane_bits) - 1) << 12 |
           (lane_bits + column_bits - 3) << 8 | (row_bits - 1) << 4 |
           (bank_bits - 2) << 2 | (ranks - 1);
}

static uint32_t cr_of_chips(const Geometry *g)
{
    return cr_value(g->channels, g->lane_bits, COLUMN_BITS, g->row_bits,
                    BANK_BITS, g->ranks);
}

static void release_dlls(QTestState *qts, unsigned n)
{
    qtest_writel(qts, PHY_ACDLLCR(n), DLL_RELEASED);
    for (unsigned lane = 0; lane < 4; lane++) {
        qtest_writel(qts, PHY_DXGCR(n, lane), 1);
        qtest_writel(qts, PHY_DXDLLCR(n, lane), DLL_RELEASED);
    }
}

static void to_access_state(QTestState *qts, unsigned n)
{
    qtest_writel(qts, CTL_SCTL(n), SCTL_CFG);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(n)), ==, SSTAT_CONFIG);
    qtest_writel(qts, CTL_SCTL(n), SCTL_GO);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(n)), ==, SSTAT_ACCESS);
}

/* Training as for the largest memory finds out what there is */
static void train_largest(QTestState *qts, unsigned n, const Geometry *g)
{
    release_dlls(qts, n);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(n)), ==, PGSR_LOCKED);
    qtest_writel(qts, PHY_PGCR(n), PGCR_RANKS(2));
    qtest_writel(qts, PHY_PIR(n), PIR_CLEAR);
    qtest_writel(qts, PHY_PIR(n), PIR_FIRST);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(n)) & PGSR_ALL, ==, PGSR_ALL);

    for (unsigned lane = 0; lane < 4; lane++) {
        bool lane_there = n < g->channels && lane < 1 << g->lane_bits;
        uint32_t gsr0 = 0x03;

        gsr0 |= lane_there ? 0 : 0x10;
        gsr0 |= lane_there && g->ranks == 2 ? 0 : 0x20;
        g_assert_cmphex(qtest_readl(qts, PHY_DXGSR0(n, lane)), ==, gsr0);
    }
}

/* Training of what there is finds no error */
static void train_chips(QTestState *qts, unsigned n, const Geometry *g)
{
    for (unsigned lane = 1 << g->lane_bits; lane < 4; lane++) {
        qtest_writel(qts, PHY_DXGCR(n, lane), 0);
        qtest_writel(qts, PHY_DXDLLCR(n, lane), DLL_DISABLED);
    }
    qtest_writel(qts, PHY_PGCR(n), PGCR_RANKS(g->ranks));
    qtest_writel(qts, PHY_PIR(n), PIR_CLEAR);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(n)), ==, PGSR_LOCKED);
    qtest_writel(qts, PHY_PIR(n), PIR_TRAIN);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(n)), ==,
                    PGSR_LOCKED | PGSR_TRAINED);
}

static void init_channels(QTestState *qts, const Geometry *g)
{
    qtest_writel(qts, COM_CCR, 0x7);
    for (unsigned n = 0; n < 2; n++) {
        train_largest(qts, n, g);
        if (n < g->channels) {
            train_chips(qts, n, g);
            to_access_state(qts, n);
        }
    }
}

static bool repeats(QTestState *qts, uint32_t distance)
{
    qtest_writel(qts, DRAM_BASE, 0);
    qtest_writel(qts, DRAM_BASE + distance, PATTERN);

    return qtest_readl(qts, DRAM_BASE) == PATTERN;
}

/* The chips ignore the lines for column, row and bank that they do not have */
static void check_mirrors(QTestState *qts, const Geometry *g, bool sequence,
                          unsigned column_bits, unsigned row_bits)
{
    unsigned row = g->lane_bits + column_bits + (sequence ? 0 : BANK_BITS);
    unsigned end = g->lane_bits + column_bits + row_bits + BANK_BITS;

    qtest_writel(qts, COM_CR, cr_value(1, g->lane_bits, column_bits, row_bits,
                                       BANK_BITS, 1) |
                              (sequence ? CR_SEQUENCE : 0));

    for (unsigned bit = 2; bit < 31; bit++) {
        bool expected = bit >= end;

        if (bit >= row && bit < row + row_bits) {
            expected = bit - row >= g->row_bits;
        } else if (bit < g->lane_bits + column_bits) {
            expected = bit >= g->lane_bits + COLUMN_BITS;
        }
        g_assert_cmpint(repeats(qts, 1U << bit), ==, expected);
    }
}

/* As U-Boot searches: columns first, then with the right page size the rows */
static void check_search(QTestState *qts, const Geometry *g)
{
    unsigned column = 7;
    unsigned row = 11;

    qtest_writel(qts, COM_CR, CR_SEQUENCE |
                 cr_value(1, g->lane_bits, 13 - g->lane_bits, 16, 3, 1));
    while (column < 20 && !repeats(qts, 1U << column)) {
        column++;
    }
    g_assert_cmpuint(column, ==, g->lane_bits + COLUMN_BITS);

    qtest_writel(qts, COM_CR, CR_SEQUENCE |
                 cr_value(1, g->lane_bits, COLUMN_BITS, 16, 3, 1));
    while (row < 16 && !repeats(qts, 1U << (column + row))) {
        row++;
    }
    g_assert_cmpuint(row, ==, g->row_bits);

    qtest_writel(qts, COM_CR, CR_SEQUENCE |
                 cr_value(1, g->lane_bits, COLUMN_BITS, row, 3, 1));
    g_assert_false(repeats(qts, 1U << (column + row + 2)));
}

/* Every address bit counts, and behind its end the memory repeats */
static void check_direct(QTestState *qts, const Geometry *g)
{
    unsigned bits = g->lane_bits + COLUMN_BITS + g->row_bits + BANK_BITS +
                    (g->ranks - 1) + (g->channels - 1);

    qtest_writel(qts, COM_CR, cr_of_chips(g));
    for (unsigned bit = 2; bit < 31; bit++) {
        g_assert_cmpint(repeats(qts, 1U << bit), ==, bit >= bits);
    }

    qtest_writeq(qts, DRAM_BASE + 0x1000, 0x0123456789abcdef);
    g_assert_cmphex(qtest_readb(qts, DRAM_BASE + 0x1002), ==, 0xab);
    g_assert_cmphex(qtest_readw(qts, DRAM_BASE + 0x1004), ==, 0x4567);
}

/* The controller answers once the CCU has opened its clock and reset */
static void open_gate(QTestState *qts)
{
    qtest_writel(qts, CCU_AHB1_GATE0, CCU_DRAM);
    qtest_writel(qts, CCU_AHB1_RESET0, CCU_DRAM);
}

static QTestState *start(const char *options)
{
    QTestState *qts = qtest_init(options);

    open_gate(qts);

    return qts;
}

static void test_geometry(const void *data)
{
    const Geometry *g = data;
    QTestState *qts = start(g->options);

    init_channels(qts, g);
    check_search(qts, g);
    for (unsigned columns = 9; columns < 13; columns++) {
        for (unsigned rows = 12; rows < 17; rows++) {
            check_mirrors(qts, g, true, columns, rows);
            check_mirrors(qts, g, false, columns, rows);
        }
    }
    check_direct(qts, g);

    qtest_quit(qts);
}

/* A rank, channel or byte lane that is not there does not answer */
static void test_absent(void)
{
    const Geometry *g = &geometries[8];
    QTestState *qts = start(g->options);
    uint32_t half = 256 * MiB;

    g_assert_cmpstr(g->name, ==, "16-bits/1-channel");
    init_channels(qts, g);

    qtest_writel(qts, COM_CR, cr_value(1, 1, COLUMN_BITS, 14, 3, 2));
    qtest_writel(qts, DRAM_BASE, 0x11111111);
    qtest_writel(qts, DRAM_BASE + half, PATTERN);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE + half), ==, 0);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0x11111111);

    qtest_writel(qts, COM_CR, cr_value(2, 1, COLUMN_BITS, 14, 3, 1));
    qtest_writel(qts, DRAM_BASE + half, PATTERN);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE + half), ==, 0);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0x11111111);

    qtest_writel(qts, COM_CR, cr_value(1, 2, COLUMN_BITS, 15, 3, 1));
    qtest_writel(qts, DRAM_BASE, PATTERN);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, PATTERN & 0xffff);

    qtest_quit(qts);
}

static void test_not_set_up(void)
{
    const Geometry *g = &geometries[1];
    QTestState *qts = start(g->options);

    /* Each step but the last leaves the memory silent */
    qtest_writel(qts, DRAM_BASE, PATTERN);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0);
    qtest_writel(qts, COM_CR, cr_of_chips(g));
    qtest_writel(qts, DRAM_BASE, PATTERN);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0);
    for (unsigned n = 0; n < 2; n++) {
        to_access_state(qts, n);
    }
    qtest_writel(qts, DRAM_BASE, PATTERN);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0);
    qtest_writel(qts, COM_CCR, 0x7);
    train_largest(qts, 0, g);
    train_largest(qts, 1, g);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0);
    qtest_writel(qts, DRAM_BASE, PATTERN);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, PATTERN);

    /* Asleep, without clock */
    qtest_writel(qts, CTL_SCTL(1), SCTL_SLEEP);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(1)), ==, SSTAT_LOW_POWER);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE + 512 * MiB), ==, 0);
    qtest_writel(qts, DRAM_BASE + 512 * MiB, PATTERN);
    qtest_writel(qts, CTL_SCTL(1), SCTL_WAKEUP);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(1)), ==, SSTAT_ACCESS);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE + 512 * MiB), ==, 0);
    qtest_writel(qts, COM_CCR, 0x3);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0);
    qtest_writel(qts, COM_CCR, 0x7);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, PATTERN);

    /* Reset needs it all again, but takes nothing from the memory */
    qtest_system_reset(qts);
    open_gate(qts);
    g_assert_cmphex(qtest_readl(qts, COM_CR), ==, 0);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(0)), ==, SSTAT_INIT_MEM);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0);
    qtest_writel(qts, COM_CCR, 0x7);
    qtest_writel(qts, COM_CR, cr_of_chips(g));
    for (unsigned n = 0; n < 2; n++) {
        to_access_state(qts, n);
    }
    qtest_writel(qts, DRAM_BASE, 0x11111111);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, 0);
    train_largest(qts, 0, g);
    train_largest(qts, 1, g);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, PATTERN);

    qtest_quit(qts);
}

static void test_registers(void)
{
    QTestState *qts = start("-M hummingbird-a31");

    /* Stored, also the last of a block */
    qtest_writel(qts, COM_MDFSGCR, 0x12345678);
    g_assert_cmphex(qtest_readl(qts, COM_MDFSGCR), ==, 0x12345678);
    qtest_writel(qts, CTL_TREFI(1), 78);
    g_assert_cmphex(qtest_readl(qts, CTL_TREFI(1)), ==, 78);
    g_assert_cmphex(qtest_readl(qts, CTL_TREFI(0)), ==, 0);

    /* Not there */
    qtest_writel(qts, COM_BASE + 0x150, 1);
    g_assert_cmphex(qtest_readl(qts, COM_BASE + 0x150), ==, 0);
    qtest_writel(qts, CTL_BASE(0) + 0xffc, 1);
    g_assert_cmphex(qtest_readl(qts, CTL_BASE(0) + 0xffc), ==, 0);

    /* Read-only */
    qtest_writel(qts, CTL_SSTAT(0), SSTAT_ACCESS);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(0)), ==, SSTAT_INIT_MEM);
    qtest_writel(qts, PHY_PGSR(0), PGSR_ALL);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==, 0);

    /* A command is done at once */
    qtest_writel(qts, CTL_MCMD(0), 0x88000000);
    g_assert_cmphex(qtest_readl(qts, CTL_MCMD(0)), ==, 0x08000000);

    /* Commands that do not fit the state change nothing */
    qtest_writel(qts, CTL_SCTL(0), SCTL_GO);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(0)), ==, SSTAT_INIT_MEM);
    qtest_writel(qts, CTL_SCTL(0), SCTL_CFG);
    qtest_writel(qts, CTL_SCTL(0), SCTL_WAKEUP);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(0)), ==, SSTAT_CONFIG);
    qtest_writel(qts, CTL_SCTL(0), SCTL_INIT);
    g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(0)), ==, SSTAT_INIT_MEM);

    qtest_quit(qts);
}

/* The PHY needs its clock and the DLLs of all lanes in use */
static void test_phy_order(void)
{
    QTestState *qts = start("-M hummingbird-a31");

    release_dlls(qts, 0);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==, 0);
    qtest_writel(qts, PHY_PIR(0), PIR_FIRST);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==, 0);
    qtest_writel(qts, COM_CCR, 0x5);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==, PGSR_LOCKED);
    qtest_writel(qts, PHY_DXDLLCR(0, 3), DLL_RELEASED | DLL_DISABLED);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==, 0);
    qtest_writel(qts, PHY_DXGCR(0, 3), 0);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==, PGSR_LOCKED);

    /* Chips that are not initialized do not answer to training */
    qtest_writel(qts, PHY_PGCR(0), PGCR_RANKS(1));
    qtest_writel(qts, PHY_PIR(0), PIR_TRAIN);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==,
                    PGSR_LOCKED | PGSR_TRAINED | PGSR_ERROR);
    g_assert_cmphex(qtest_readl(qts, PHY_DXGSR0(0, 0)), ==, 0x11);
    g_assert_cmphex(qtest_readl(qts, PHY_DXGSR0(0, 3)), ==, 0);
    qtest_writel(qts, PHY_PIR(0), PIR_CLEAR | PIR_FIRST);
    g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==, PGSR_ALL);
    g_assert_cmphex(qtest_readl(qts, PHY_DXGSR0(0, 0)), ==, 0x01);

    qtest_quit(qts);
}

/* Returns the path of something that -kernel takes, to be freed */
static char *create_kernel(void)
{
    const uint32_t image[16] = { PATTERN };
    char *path = NULL;
    int fd = g_file_open_tmp("allwinner-a31-dramc-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, image, sizeof(image)), ==, sizeof(image));
    close(fd);

    return path;
}

/* QEMU loads a kernel into memory that somebody has set up, at each reset */
static void test_kernel(void)
{
    g_autofree char *path = create_kernel();
    QTestState *qts;

    qts = qtest_initf("-M bpi-m2 -kernel %s", path);
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmphex(qtest_readl(qts, DRAM_BASE + 0x10000), ==, PATTERN);
        g_assert_cmphex(qtest_readl(qts, COM_CR) & 0xfffff, ==,
                        cr_of_chips(&geometries[4]));
        g_assert_cmphex(qtest_readl(qts, CTL_SSTAT(0)), ==, SSTAT_ACCESS);
        g_assert_cmphex(qtest_readl(qts, PHY_PGSR(0)), ==, PGSR_LOCKED);
        qtest_writel(qts, DRAM_BASE + 0x10000, 0);
        qtest_system_reset(qts);
        open_gate(qts);
    }
    qtest_quit(qts);

    unlink(path);
}

static void wait_for_migration(QTestState *qts)
{
    const char *status = "";
    QDict *info = NULL;

    while (!g_str_equal(status, "completed")) {
        qobject_unref(info);
        info = qtest_qmp_assert_success_ref(qts,
                                            "{ 'execute': 'query-migrate' }");
        status = qdict_get_try_str(info, "status") ?: "";
        g_assert_cmpstr(status, !=, "failed");
        g_usleep(1000);
    }
    qobject_unref(info);
}

/* In the middle of the search for the size, to where all had been set up */
static void test_migration(void)
{
    const Geometry *g = &geometries[1];
    g_autofree char *kernel = create_kernel();
    g_autofree char *dir = g_dir_make_tmp("allwinner-a31-dramc-XXXXXX", NULL);
    g_autofree char *uri = g_strdup_printf("file:%s/state", dir);
    unsigned column = g->lane_bits + COLUMN_BITS;
    QTestState *qts = start(g->options);

    init_channels(qts, g);
    qtest_writel(qts, COM_CR, cr_of_chips(g));
    qtest_writel(qts, DRAM_BASE, PATTERN);
    qtest_writel(qts, COM_CR, CR_SEQUENCE |
                 cr_value(1, g->lane_bits, COLUMN_BITS + 1, 16, 3, 1));
    qtest_qmp_assert_success(qts,
        "{ 'execute': 'migrate', 'arguments': { 'uri': %s } }", uri);
    wait_for_migration(qts);
    qtest_quit(qts);

    qts = qtest_initf("%s -kernel %s -incoming %s", g->options, kernel, uri);
    wait_for_migration(qts);
    g_assert_cmphex(qtest_readl(qts, DRAM_BASE), ==, PATTERN);
    g_assert_true(repeats(qts, 1U << column));
    g_assert_false(repeats(qts, 1U << (column + 1)));
    qtest_writel(qts, COM_CR, cr_of_chips(g));
    g_assert_false(repeats(qts, 1U << column));
    qtest_quit(qts);

    unlink(kernel);
    unlink(uri + strlen("file:"));
    rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/allwinner-a31-dramc/registers", test_registers);
    qtest_add_func("/allwinner-a31-dramc/phy-order", test_phy_order);
    qtest_add_func("/allwinner-a31-dramc/not-set-up", test_not_set_up);
    qtest_add_func("/allwinner-a31-dramc/absent", test_absent);
    qtest_add_func("/allwinner-a31-dramc/kernel", test_kernel);
    qtest_add_func("/allwinner-a31-dramc/migration", test_migration);

    for (size_t i = 0; i < ARRAY_SIZE(geometries); i++) {
        g_autofree char *path =
            g_strdup_printf("/allwinner-a31-dramc/geometry/%s",
                            geometries[i].name);

        qtest_add_data_func(path, &geometries[i], test_geometry);
    }

    return g_test_run();
}
