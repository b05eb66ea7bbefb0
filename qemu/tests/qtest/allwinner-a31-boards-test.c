/*
 * QTest of the boards with an Allwinner A31 or A31s (sun6i)
 *
 * What a board's firmware sees of it: the marking of the SoC, the channels of
 * the DRAM controller that have memory, the pin that tells of a card.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"

#define CCU_AHB1_GATE0          0x01c20060
#define CCU_APB1_GATE           0x01c20068
#define CCU_AHB1_RESET0         0x01c202c0
#define AHB1_SS                 BIT(5)
#define AHB1_SDRAM              BIT(14)
#define APB1_PIO                BIT(5)

#define SS_CTL                  0x01c15000
#define BONDING_ID(value)       extract32(value, 16, 3)
#define BONDING_A31             4
#define BONDING_A31S            5

#define PIO_DAT(port)           (0x01c20800 + 0x24 * ((port) - 'A') + 0x10)

#define COM_CCR                 0x01c62004
#define PHY_BASE(n)             (0x01c65000 + 0x1000 * (n))
#define PHY_PIR(n)              (PHY_BASE(n) + 0x04)
#define PHY_PGCR(n)             (PHY_BASE(n) + 0x08)
#define PHY_ACDLLCR(n)          (PHY_BASE(n) + 0x14)
#define PHY_DX0GCR(n)           (PHY_BASE(n) + 0x1c0)
#define PHY_DX0GSR0(n)          (PHY_BASE(n) + 0x1c4)
#define PHY_DX0DLLCR(n)         (PHY_BASE(n) + 0x1cc)
#define GSR0_DONE               0x01
#define GSR0_ERROR              0x10

typedef struct Board {
    const char *machine;
    uint32_t bonding_id;
    char port;
    unsigned pin;
} Board;

static const Board boards[] = {
    { "app4-evb1", BONDING_A31, 'A', 8 },
    { "bpi-m2", BONDING_A31S, 'A', 4 },
    { "colombus", BONDING_A31, 'A', 8 },
    { "colorfly-e708-q1", BONDING_A31S, 'A', 8 },
    { "cs908", BONDING_A31S, 'A', 4 },
    { "hummingbird-a31", BONDING_A31, 'A', 8 },
    { "inet-q972", BONDING_A31S, 'A', 8 },
    { "mele-a1000g-quad", BONDING_A31, 'H', 22 },
    { "mele-i7", BONDING_A31, 'H', 22 },
    { "mele-m9", BONDING_A31, 'H', 22 },
    { "mixtile-loftq", BONDING_A31, 'C', 16 },
    { "primo81", BONDING_A31S, 'A', 8 },
    { "sina31s", BONDING_A31S, 'A', 4 },
    { "yones-toptech-bs1078-v2", BONDING_A31S, 'A', 8 },
};

static void open_gates(QTestState *qts)
{
    qtest_writel(qts, CCU_AHB1_RESET0, AHB1_SS | AHB1_SDRAM);
    qtest_writel(qts, CCU_AHB1_GATE0, AHB1_SS | AHB1_SDRAM);
    qtest_writel(qts, CCU_APB1_GATE, APB1_PIO);
}

/* Returns true if the lowest byte lane of channel @n has a chip */
static bool channel_has_memory(QTestState *qts, unsigned n)
{
    uint32_t result;

    qtest_writel(qts, COM_CCR, 0x7);
    qtest_writel(qts, PHY_ACDLLCR(n), BIT(30));
    qtest_writel(qts, PHY_DX0DLLCR(n), BIT(30));
    qtest_writel(qts, PHY_DX0GCR(n), 1);
    qtest_writel(qts, PHY_PGCR(n), BIT(18));
    qtest_writel(qts, PHY_PIR(n), 0xe9);
    result = qtest_readl(qts, PHY_DX0GSR0(n));
    g_assert_cmphex(result & ~GSR0_ERROR, ==, GSR0_DONE);

    return result == GSR0_DONE;
}

static void test_board(const void *data)
{
    const Board *board = data;
    QTestState *qts = qtest_initf("-M %s", board->machine);

    open_gates(qts);
    g_assert_cmpuint(BONDING_ID(qtest_readl(qts, SS_CTL)), ==,
                     board->bonding_id);
    g_assert_true(channel_has_memory(qts, 0));
    g_assert_cmpint(channel_has_memory(qts, 1), ==,
                    board->bonding_id == BONDING_A31);
    g_assert_cmphex(qtest_readl(qts, PIO_DAT(board->port)), ==,
                    BIT(board->pin));
    qtest_quit(qts);

    qts = qtest_initf("-M %s -drive if=sd,driver=null-co,size=64M,"
                      "read-zeroes=on", board->machine);
    open_gates(qts);
    g_assert_cmphex(qtest_readl(qts, PIO_DAT(board->port)), ==, 0);
    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    for (size_t i = 0; i < ARRAY_SIZE(boards); i++) {
        g_autofree char *path = g_strdup_printf("/allwinner-a31-boards/%s",
                                                boards[i].machine);

        qtest_add_data_func(path, &boards[i], test_board);
    }

    return g_test_run();
}
