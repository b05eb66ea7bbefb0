/*
 * QTest of the Allwinner A31 (sun6i) Ethernet controller
 *
 * Frames go out to, and come in from, a socket of this program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/iov.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define CCU_BASE                0x01c20000
#define CCU_AHB1_GATE0          (CCU_BASE + 0x060)
#define CCU_AHB1_RESET0         (CCU_BASE + 0x2c0)
#define AHB1_GMAC               BIT(17)

#define GMAC_BASE               0x01c30000
#define GMAC_CONFIG             (GMAC_BASE + 0x0000)
#define GMAC_MII_ADDR           (GMAC_BASE + 0x0010)
#define GMAC_MII_DATA           (GMAC_BASE + 0x0014)
#define GMAC_VERSION            (GMAC_BASE + 0x0020)
#define GMAC_BUS_MODE           (GMAC_BASE + 0x1000)
#define GMAC_TX_POLL            (GMAC_BASE + 0x1004)
#define GMAC_RX_BASE            (GMAC_BASE + 0x100c)
#define GMAC_TX_BASE            (GMAC_BASE + 0x1010)
#define GMAC_STATUS             (GMAC_BASE + 0x1014)
#define GMAC_CONTROL            (GMAC_BASE + 0x1018)
#define GMAC_INTR_ENA           (GMAC_BASE + 0x101c)
#define GMAC_CUR_TX_DESC        (GMAC_BASE + 0x1048)
#define GMAC_CUR_RX_DESC        (GMAC_BASE + 0x104c)
#define GMAC_HW_FEATURE         (GMAC_BASE + 0x1058)

#define CONFIG_TX_RX            0x0000000c
#define BUS_MODE_RESET          BIT(0)
#define BUS_MODE_DEFAULT        0x00020100
#define CONTROL_START_TX        BIT(13)
#define CONTROL_START_RX        BIT(1)
#define STATUS_NORMAL           BIT(16)
#define STATUS_BUS_ERROR        BIT(13)
#define STATUS_RX_UNAVAILABLE   BIT(7)
#define STATUS_RX               BIT(6)
#define STATUS_TX_JABBER        BIT(3)
#define STATUS_TX_UNAVAILABLE   BIT(2)
#define STATUS_TX               BIT(0)
#define STATUS_CLEAR            0x0001ffff

#define MII_BUSY                BIT(0)
#define MII_WRITE               BIT(1)
#define MII_MAX_PHYS            32
/* Where the PHY is on every board */
#define PHY_ADDR                1
#define PHY_BMCR                0
#define PHY_BMSR                1
#define PHY_ID1                 2
#define PHY_ID2                 3
#define PHY_ANAR                4
#define PHY_ANLPAR              5
#define PHY_PAGE                31
#define BMCR_RESET              BIT(15)
#define BMCR_AUTONEG            BIT(12)
#define BMCR_POWER_DOWN         BIT(11)
#define BMCR_RESTART            BIT(9)
#define BMSR_AUTONEG_DONE       BIT(5)
#define BMSR_LINK               BIT(2)

/* Descriptors, "normal" ones */
#define DES0_OWN                BIT(31)
#define DES0_LENGTH(des0)       extract32(des0, 16, 14)
#define DES0_ERROR              BIT(15)
#define DES0_TX_JABBER          BIT(14)
#define DES0_RX_NO_DESC         BIT(14)
#define DES0_RX_FIRST           BIT(9)
#define DES0_RX_LAST            BIT(8)
#define DES1_TX_INTERRUPT       BIT(31)
#define DES1_TX_LAST            BIT(30)
#define DES1_TX_FIRST           BIT(29)
#define DES1_END_OF_RING        BIT(25)
#define DES1_CHAINED            BIT(24)
#define DES1_SIZE(n1, n2)       ((n2) << 11 | (n1))
#define MAX_SIZE                2047

/* SRAM A2, 80 KiB; the DRAM controller is not set up here */
#define RING                    0x00040000
#define OTHER_RING              0x0004a000
#define BUFFERS                 0x0004c000
/* No descriptor may be read from, or written to, a device */
#define GICD_BASE               0x01c81000
#define NOWHERE                 0x01d00000

#define MAX_DESCS               1024
#define FCS_LEN                 4
#define TIMEOUT_SECONDS         30

typedef struct Desc {
    uint32_t des[4];
} Desc;

typedef struct Gmac {
    QTestState *qts;
    int fd;
} Gmac;

static void open_gate(QTestState *qts)
{
    qtest_writel(qts, CCU_AHB1_GATE0, AHB1_GMAC);
    qtest_writel(qts, CCU_AHB1_RESET0, AHB1_GMAC);
}

static QTestState *start_open(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    open_gate(qts);

    return qts;
}

static Gmac gmac_start(void)
{
    int fds[2];
    Gmac g;

    g_assert_cmpint(socketpair(PF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    g.fd = fds[0];
    g.qts = qtest_initf("-M hummingbird-a31 -nic socket,id=net0,fd=%d", fds[1]);
    open_gate(g.qts);
    close(fds[1]);
    /* See the interrupt at its source, the GIC hides it from QTest */
    qtest_irq_intercept_out_named(g.qts, "/machine/soc/gmac", "sysbus-irq");

    return g;
}

static void gmac_stop(Gmac *g)
{
    qtest_quit(g->qts);
    close(g->fd);
}

/* As a driver does: reset, rings, interrupts, transmitter and receiver */
static void gmac_setup(Gmac *g, uint32_t tx_base, uint32_t rx_base)
{
    qtest_writel(g->qts, GMAC_BUS_MODE, BUS_MODE_RESET);
    g_assert_cmphex(qtest_readl(g->qts, GMAC_BUS_MODE) & BUS_MODE_RESET, ==, 0);
    qtest_writel(g->qts, GMAC_TX_BASE, tx_base);
    qtest_writel(g->qts, GMAC_RX_BASE, rx_base);
    qtest_writel(g->qts, GMAC_INTR_ENA,
                 STATUS_NORMAL | STATUS_RX | STATUS_TX);
    qtest_writel(g->qts, GMAC_CONTROL, CONTROL_START_TX | CONTROL_START_RX);
    qtest_writel(g->qts, GMAC_CONFIG, CONFIG_TX_RX);
    qtest_writel(g->qts, GMAC_STATUS, STATUS_CLEAR);
}

static void desc_write(Gmac *g, uint32_t addr, uint32_t des0, uint32_t des1,
                       uint32_t des2, uint32_t des3)
{
    Desc desc = {
        .des = {
            cpu_to_le32(des0), cpu_to_le32(des1),
            cpu_to_le32(des2), cpu_to_le32(des3),
        },
    };

    qtest_memwrite(g->qts, addr, &desc, sizeof(desc));
}

static uint32_t desc_status(Gmac *g, uint32_t addr)
{
    return qtest_readl(g->qts, addr);
}

static uint32_t wait_status(Gmac *g, uint32_t bits)
{
    gint64 end = g_get_monotonic_time() + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;
    uint32_t status;

    do {
        status = qtest_readl(g->qts, GMAC_STATUS);
    } while (!(status & bits) && g_get_monotonic_time() < end);
    g_assert_cmphex(status & bits, !=, 0);

    return status;
}

static uint8_t *make_frame(size_t len)
{
    uint8_t *frame = g_malloc(len);

    for (size_t i = 0; i < len; i++) {
        frame[i] = i * 7 + len;
    }

    return frame;
}

/* On the socket a frame follows its length */
static void send_frame(Gmac *g, const uint8_t *frame, uint32_t len)
{
    uint32_t be_len = cpu_to_be32(len);
    struct iovec iov[] = {
        { .iov_base = &be_len, .iov_len = sizeof(be_len) },
        { .iov_base = (void *)frame, .iov_len = len },
    };
    size_t total = iov_size(iov, ARRAY_SIZE(iov));

    g_assert_cmpint(iov_send(g->fd, iov, ARRAY_SIZE(iov), 0, total), ==, total);
}

static void expect_frame(Gmac *g, const uint8_t *frame, uint32_t len)
{
    g_autofree uint8_t *got = g_malloc(len);
    uint32_t be_len;

    g_assert_cmpint(recv(g->fd, &be_len, sizeof(be_len), MSG_WAITALL), ==,
                    sizeof(be_len));
    g_assert_cmpuint(be32_to_cpu(be_len), ==, len);
    g_assert_cmpint(recv(g->fd, got, len, MSG_WAITALL), ==, len);
    g_assert_cmpmem(got, len, frame, len);
}

static void expect_no_frame(Gmac *g)
{
    uint8_t byte;

    g_assert_cmpint(recv(g->fd, &byte, 1, MSG_DONTWAIT), ==, -1);
}

static uint16_t phy_read(QTestState *qts, unsigned phy, unsigned reg)
{
    qtest_writel(qts, GMAC_MII_ADDR, phy << 11 | reg << 6 | MII_BUSY);
    g_assert_cmphex(qtest_readl(qts, GMAC_MII_ADDR) & MII_BUSY, ==, 0);

    return qtest_readl(qts, GMAC_MII_DATA);
}

static void phy_write(QTestState *qts, unsigned phy, unsigned reg,
                      uint16_t value)
{
    qtest_writel(qts, GMAC_MII_DATA, value);
    qtest_writel(qts, GMAC_MII_ADDR,
                 phy << 11 | reg << 6 | MII_WRITE | MII_BUSY);
}

/* Without version and features stmmac takes normal descriptors */
static void test_ident(void)
{
    QTestState *qts = start_open();

    g_assert_cmphex(qtest_readl(qts, GMAC_VERSION), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GMAC_HW_FEATURE), ==, 0);
    qtest_writel(qts, GMAC_VERSION, 0x1037);
    qtest_writel(qts, GMAC_HW_FEATURE, ~0);
    g_assert_cmphex(qtest_readl(qts, GMAC_VERSION), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GMAC_HW_FEATURE), ==, 0);

    qtest_quit(qts);
}

/* Held in reset it loses what was written; where it stands is seen by none */
static void test_gate(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_writel(qts, GMAC_TX_BASE, RING);
    g_assert_cmphex(qtest_readl(qts, GMAC_BUS_MODE), ==, 0);
    open_gate(qts);
    g_assert_cmphex(qtest_readl(qts, GMAC_BUS_MODE), ==, BUS_MODE_DEFAULT);
    g_assert_cmphex(qtest_readl(qts, GMAC_TX_BASE), ==, 0);

    qtest_writel(qts, GMAC_TX_BASE, RING);
    qtest_writel(qts, CCU_AHB1_GATE0, 0);
    g_assert_cmphex(qtest_readl(qts, GMAC_TX_BASE), ==, 0);
    qtest_writel(qts, CCU_AHB1_GATE0, AHB1_GMAC);
    g_assert_cmphex(qtest_readl(qts, GMAC_TX_BASE), ==, RING);
    qtest_writel(qts, CCU_AHB1_RESET0, 0);
    qtest_writel(qts, CCU_AHB1_RESET0, AHB1_GMAC);
    g_assert_cmphex(qtest_readl(qts, GMAC_TX_BASE), ==, 0);

    qtest_quit(qts);
}

static void test_phy(void)
{
    QTestState *qts = start_open();
    uint16_t bmcr = phy_read(qts, PHY_ADDR, PHY_BMCR);
    uint16_t anar = phy_read(qts, PHY_ADDR, PHY_ANAR);

    for (unsigned phy = 0; phy < MII_MAX_PHYS; phy++) {
        bool present = phy == PHY_ADDR;

        g_assert_cmphex(phy_read(qts, phy, PHY_ID1), ==,
                        present ? 0x001c : 0xffff);
        g_assert_cmphex(phy_read(qts, phy, PHY_ID2), ==,
                        present ? 0xc915 : 0xffff);
    }

    /* A write to nobody changes nothing; status cannot be written */
    phy_write(qts, 0, PHY_ANAR, 0);
    g_assert_cmphex(phy_read(qts, PHY_ADDR, PHY_ANAR), ==, anar);
    phy_write(qts, PHY_ADDR, PHY_ID1, 0);
    g_assert_cmphex(phy_read(qts, PHY_ADDR, PHY_ID1), ==, 0x001c);
    phy_write(qts, PHY_ADDR, PHY_BMSR, 0);
    g_assert_cmphex(phy_read(qts, PHY_ADDR, PHY_BMSR) & BMSR_LINK, ==,
                    BMSR_LINK);

    /* A reset ends at once and brings back the defaults */
    phy_write(qts, PHY_ADDR, PHY_ANAR, 0x0001);
    phy_write(qts, PHY_ADDR, PHY_BMCR, BMCR_RESET);
    g_assert_cmphex(phy_read(qts, PHY_ADDR, PHY_BMCR), ==, bmcr);
    g_assert_cmphex(phy_read(qts, PHY_ADDR, PHY_ANAR), ==, anar);

    qtest_quit(qts);
}

static void check_link(QTestState *qts, bool link, bool negotiated)
{
    uint16_t bmsr = phy_read(qts, PHY_ADDR, PHY_BMSR);

    g_assert_cmpint(!!(bmsr & BMSR_LINK), ==, link);
    g_assert_cmpint(!!(bmsr & BMSR_AUTONEG_DONE), ==, negotiated);
    g_assert_cmpint(!!phy_read(qts, PHY_ADDR, PHY_ANLPAR), ==, negotiated);
}

static void set_link(QTestState *qts, bool up)
{
    qtest_qmp_assert_success(qts, "{ 'execute': 'set_link', 'arguments': "
                                  "{ 'name': 'net0', 'up': %i } }", up);
}

static void test_link(void)
{
    Gmac g = gmac_start();
    QTestState *qts = g.qts;

    check_link(qts, true, true);
    phy_write(qts, PHY_ADDR, PHY_BMCR, 0);
    check_link(qts, true, false);
    phy_write(qts, PHY_ADDR, PHY_BMCR, BMCR_AUTONEG | BMCR_RESTART);
    g_assert_cmphex(phy_read(qts, PHY_ADDR, PHY_BMCR), ==, BMCR_AUTONEG);
    check_link(qts, true, true);

    phy_write(qts, PHY_ADDR, PHY_BMCR, BMCR_AUTONEG | BMCR_POWER_DOWN);
    check_link(qts, false, false);
    phy_write(qts, PHY_ADDR, PHY_BMCR, BMCR_AUTONEG);
    check_link(qts, true, true);

    /* Neither the guest nor a reset plug the cable in again */
    set_link(qts, false);
    check_link(qts, false, false);
    phy_write(qts, PHY_ADDR, PHY_BMCR, BMCR_AUTONEG | BMCR_RESTART);
    check_link(qts, false, false);
    qtest_system_reset(qts);
    open_gate(qts);
    check_link(qts, false, false);
    set_link(qts, true);
    check_link(qts, true, true);

    gmac_stop(&g);
}

/* A frame in two buffers of a ring's last descriptor, then one in a chain */
static void test_transmit(void)
{
    Gmac g = gmac_start();
    g_autofree uint8_t *frame = make_frame(3000);

    qtest_memwrite(g.qts, BUFFERS, frame, 3000);
    desc_write(&g, RING, DES0_OWN,
               DES1_TX_FIRST | DES1_TX_LAST | DES1_TX_INTERRUPT |
               DES1_END_OF_RING | DES1_SIZE(1000, 500),
               BUFFERS, BUFFERS + 1000);
    gmac_setup(&g, RING, RING);
    /* The DMA found it when it was started, and sent it */
    expect_frame(&g, frame, 1500);
    g_assert_cmphex(desc_status(&g, RING), ==, 0);
    g_assert_cmphex(qtest_readl(g.qts, GMAC_CUR_TX_DESC), ==, RING);
    g_assert_false(qtest_get_irq(g.qts, 0));

    desc_write(&g, RING, DES0_OWN,
               DES1_TX_FIRST | DES1_CHAINED | DES1_SIZE(2000, 0),
               BUFFERS, RING + 0x100);
    desc_write(&g, RING + 0x100, DES0_OWN,
               DES1_TX_LAST | DES1_TX_INTERRUPT | DES1_CHAINED |
               DES1_SIZE(1000, 0), BUFFERS + 2000, RING + 0x200);
    qtest_writel(g.qts, GMAC_TX_POLL, 1);
    expect_frame(&g, frame, 3000);
    g_assert_cmphex(desc_status(&g, RING), ==, 0);
    g_assert_cmphex(desc_status(&g, RING + 0x100), ==, 0);
    g_assert_cmphex(qtest_readl(g.qts, GMAC_CUR_TX_DESC), ==, RING + 0x200);

    /* The summary is cleared like the bits that it sums up */
    g_assert_cmphex(qtest_readl(g.qts, GMAC_STATUS) & STATUS_CLEAR, ==,
                    STATUS_NORMAL | STATUS_TX_UNAVAILABLE | STATUS_TX);
    g_assert_true(qtest_get_irq(g.qts, 0));
    qtest_writel(g.qts, GMAC_STATUS, STATUS_CLEAR);
    g_assert_false(qtest_get_irq(g.qts, 0));

    gmac_stop(&g);
}

static uint32_t frame_check_sequence(const uint8_t *frame, size_t len)
{
    uint32_t crc = ~0;

    for (size_t i = 0; i < len; i++) {
        crc ^= frame[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }

    return ~crc;
}

static void check_received(Gmac *g, uint32_t addr, const uint8_t *frame,
                           size_t len)
{
    g_autofree uint8_t *got = g_malloc(len + FCS_LEN);

    qtest_memread(g->qts, addr, got, len + FCS_LEN);
    g_assert_cmpmem(got, len, frame, len);
    g_assert_cmphex((uint32_t)ldl_le_p(got + len), ==,
                    frame_check_sequence(frame, len));
}

static void test_receive(void)
{
    Gmac g = gmac_start();
    g_autofree uint8_t *small = make_frame(60);
    g_autofree uint8_t *big = make_frame(1514);

    /* One that is large enough; then one with two buffers, and one more */
    desc_write(&g, RING, DES0_OWN, DES1_SIZE(1600, 0), BUFFERS, 0);
    desc_write(&g, RING + 0x10, DES0_OWN, DES1_SIZE(600, 400),
               BUFFERS + 0x1000, BUFFERS + 0x1000 + 600);
    desc_write(&g, RING + 0x20, DES0_OWN, DES1_END_OF_RING | DES1_SIZE(600, 0),
               BUFFERS + 0x1000 + 1000, 0);
    gmac_setup(&g, NOWHERE, RING);

    send_frame(&g, small, 60);
    wait_status(&g, STATUS_RX);
    g_assert_true(qtest_get_irq(g.qts, 0));
    g_assert_cmphex(desc_status(&g, RING) & DES0_OWN, ==, 0);
    g_assert_cmpuint(DES0_LENGTH(desc_status(&g, RING)), ==, 60 + FCS_LEN);
    g_assert_cmphex(desc_status(&g, RING) &
                    (DES0_RX_FIRST | DES0_RX_LAST | DES0_ERROR), ==,
                    DES0_RX_FIRST | DES0_RX_LAST);
    check_received(&g, BUFFERS, small, 60);
    qtest_writel(g.qts, GMAC_STATUS, STATUS_CLEAR);
    g_assert_false(qtest_get_irq(g.qts, 0));

    send_frame(&g, big, 1514);
    wait_status(&g, STATUS_RX);
    g_assert_cmphex(desc_status(&g, RING + 0x10) &
                    (DES0_OWN | DES0_RX_FIRST | DES0_RX_LAST | DES0_ERROR), ==,
                    DES0_RX_FIRST);
    g_assert_cmphex(desc_status(&g, RING + 0x20) &
                    (DES0_OWN | DES0_RX_FIRST | DES0_RX_LAST | DES0_ERROR), ==,
                    DES0_RX_LAST);
    g_assert_cmpuint(DES0_LENGTH(desc_status(&g, RING + 0x20)), ==,
                     1514 + FCS_LEN);
    check_received(&g, BUFFERS + 0x1000, big, 1514);
    g_assert_cmphex(qtest_readl(g.qts, GMAC_CUR_RX_DESC), ==, RING);

    gmac_stop(&g);
}

/* A frame that comes early waits for the receiver, which is enabled last */
static void test_receive_early(void)
{
    Gmac g = gmac_start();
    g_autofree uint8_t *frame = make_frame(60);

    desc_write(&g, RING, DES0_OWN, DES1_SIZE(1600, 0), BUFFERS, 0);
    gmac_setup(&g, NOWHERE, RING);
    qtest_writel(g.qts, GMAC_CONFIG, 0);
    send_frame(&g, frame, 60);
    /* QEMU looks at its sockets at least once in each of these */
    for (unsigned i = 0; i < 20; i++) {
        g_assert_cmphex(qtest_readl(g.qts, GMAC_STATUS) & STATUS_RX, ==, 0);
        g_usleep(1000);
    }
    qtest_writel(g.qts, GMAC_CONFIG, CONFIG_TX_RX);
    wait_status(&g, STATUS_RX);
    check_received(&g, BUFFERS, frame, 60);

    gmac_stop(&g);
}

/* A frame that finds no descriptor, or not enough of them, is lost */
static void test_receive_no_descriptor(void)
{
    Gmac g = gmac_start();
    g_autofree uint8_t *frame = make_frame(1514);
    uint32_t status;

    desc_write(&g, RING, DES0_OWN, DES1_SIZE(1000, 0), BUFFERS, 0);
    desc_write(&g, RING + 0x10, 0, DES1_SIZE(1000, 0), BUFFERS + 1000, 0);
    gmac_setup(&g, NOWHERE, RING);

    send_frame(&g, frame, 1514);
    wait_status(&g, STATUS_RX);
    status = desc_status(&g, RING);
    g_assert_cmphex(status & (DES0_OWN | DES0_ERROR | DES0_RX_NO_DESC |
                              DES0_RX_FIRST | DES0_RX_LAST), ==,
                    DES0_ERROR | DES0_RX_NO_DESC | DES0_RX_FIRST |
                    DES0_RX_LAST);
    g_assert_cmphex(desc_status(&g, RING + 0x10), ==, 0);
    g_assert_cmphex(qtest_readl(g.qts, GMAC_STATUS) & STATUS_RX_UNAVAILABLE, ==,
                    STATUS_RX_UNAVAILABLE);
    qtest_writel(g.qts, GMAC_STATUS, STATUS_CLEAR);

    send_frame(&g, frame, 60);
    wait_status(&g, STATUS_RX_UNAVAILABLE);
    g_assert_cmphex(desc_status(&g, RING + 0x10), ==, 0);
    qtest_writel(g.qts, GMAC_STATUS, STATUS_CLEAR);

    /* The next one goes to where the process is waiting */
    desc_write(&g, RING + 0x10, DES0_OWN, DES1_SIZE(1000, 0),
               BUFFERS + 1000, 0);
    send_frame(&g, frame, 60);
    wait_status(&g, STATUS_RX);
    check_received(&g, BUFFERS + 1000, frame, 60);

    gmac_stop(&g);
}

/* The length of a received frame has 14 bits in the descriptor */
static void test_receive_too_long(void)
{
    Gmac g = gmac_start();
    g_autofree uint8_t *frame = make_frame(0x8000);

    for (unsigned i = 0; i < 32; i++) {
        desc_write(&g, RING + i * sizeof(Desc), DES0_OWN,
                   DES1_SIZE(MAX_SIZE, 0), BUFFERS, 0);
    }
    gmac_setup(&g, NOWHERE, RING);
    send_frame(&g, frame, 0x8000);
    send_frame(&g, frame, 60);
    wait_status(&g, STATUS_RX);
    g_assert_cmpuint(DES0_LENGTH(desc_status(&g, RING)), ==, 60 + FCS_LEN);

    gmac_stop(&g);
}

/* A long ring without room for anything */
static void test_receive_no_room(void)
{
    Gmac g = gmac_start();
    g_autofree uint8_t *frame = make_frame(60);

    for (unsigned i = 0; i < 2 * MAX_DESCS; i++) {
        desc_write(&g, RING + i * sizeof(Desc), DES0_OWN, 0, 0, 0);
    }
    gmac_setup(&g, NOWHERE, RING);
    send_frame(&g, frame, 60);
    wait_status(&g, STATUS_RX);
    g_assert_cmphex(desc_status(&g, RING + (MAX_DESCS - 1) * sizeof(Desc)) &
                    (DES0_OWN | DES0_ERROR | DES0_RX_LAST), ==,
                    DES0_ERROR | DES0_RX_LAST);
    g_assert_cmphex(desc_status(&g, RING + MAX_DESCS * sizeof(Desc)), ==,
                    DES0_OWN);

    gmac_stop(&g);
}

/* More than 64 KiB without an end, and then the end */
static void test_transmit_too_long(void)
{
    const unsigned count = 40;
    Gmac g = gmac_start();
    g_autofree uint8_t *frame = make_frame(60);
    uint32_t last = RING + (count - 1) * sizeof(Desc);

    for (unsigned i = 0; i < count; i++) {
        desc_write(&g, RING + i * sizeof(Desc), DES0_OWN,
                   (i == 0 ? DES1_TX_FIRST : 0) |
                   (i == count - 1 ? DES1_TX_LAST : 0) |
                   DES1_SIZE(MAX_SIZE, MAX_SIZE), BUFFERS, BUFFERS);
    }
    gmac_setup(&g, OTHER_RING, RING);
    qtest_memwrite(g.qts, BUFFERS, frame, 60);
    desc_write(&g, last + sizeof(Desc), DES0_OWN,
               DES1_TX_FIRST | DES1_TX_LAST | DES1_SIZE(60, 0), BUFFERS, 0);

    gmac_setup(&g, RING, OTHER_RING);
    /* It is not sent; the next one is */
    expect_frame(&g, frame, 60);
    g_assert_cmphex(desc_status(&g, last), ==, DES0_ERROR | DES0_TX_JABBER);

    gmac_stop(&g);
}

static void test_transmit_many(void)
{
    Gmac g = gmac_start();

    for (unsigned i = 0; i <= MAX_DESCS; i++) {
        desc_write(&g, RING + i * sizeof(Desc), DES0_OWN, DES1_SIZE(0, 0),
                   BUFFERS, BUFFERS);
    }
    gmac_setup(&g, RING, NOWHERE);
    g_assert_cmphex(desc_status(&g, RING + (MAX_DESCS - 1) * sizeof(Desc)), ==,
                    0);
    g_assert_cmphex(desc_status(&g, RING + MAX_DESCS * sizeof(Desc)), ==,
                    DES0_OWN);
    qtest_writel(g.qts, GMAC_TX_POLL, 1);
    g_assert_cmphex(desc_status(&g, RING + MAX_DESCS * sizeof(Desc)), ==, 0);

    gmac_stop(&g);
}

static void check_bus_error(Gmac *g)
{
    wait_status(g, STATUS_BUS_ERROR);
    qtest_writel(g->qts, GMAC_STATUS, STATUS_CLEAR);
}

/* DMA to and from where there is no memory stops the process, not QEMU */
static void test_bus_error(void)
{
    static const uint32_t bad[] = { NOWHERE, GICD_BASE, GMAC_BASE };
    Gmac g = gmac_start();
    g_autofree uint8_t *frame = make_frame(60);

    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        /* The descriptor is there */
        gmac_setup(&g, RING, bad[i]);
        qtest_writel(g.qts, GMAC_STATUS, STATUS_CLEAR);
        send_frame(&g, frame, 60);
        check_bus_error(&g);

        qtest_writel(g.qts, GMAC_BUS_MODE, BUS_MODE_RESET);
        qtest_writel(g.qts, GMAC_TX_BASE, bad[i]);
        qtest_writel(g.qts, GMAC_TX_POLL, 1);
        check_bus_error(&g);

        /* The buffer is there */
        desc_write(&g, RING, DES0_OWN, DES1_TX_FIRST | DES1_TX_LAST |
                   DES1_SIZE(60, 0), bad[i], 0);
        gmac_setup(&g, OTHER_RING, RING);
        send_frame(&g, frame, 60);
        check_bus_error(&g);
        g_assert_cmphex(desc_status(&g, RING), ==, DES0_OWN);

        qtest_writel(g.qts, GMAC_BUS_MODE, BUS_MODE_RESET);
        qtest_writel(g.qts, GMAC_TX_BASE, RING);
        qtest_writel(g.qts, GMAC_TX_POLL, 1);
        check_bus_error(&g);
        g_assert_cmphex(desc_status(&g, RING), ==, DES0_OWN);
        desc_write(&g, RING, 0, 0, 0, 0);
    }
    expect_no_frame(&g);

    gmac_stop(&g);
}

static void wait_migration(QTestState *qts)
{
    const char *status;
    bool completed;

    do {
        QDict *reply = qtest_qmp_assert_success_ref(
            qts, "{ 'execute': 'query-migrate' }");

        status = qdict_get_try_str(reply, "status");
        g_assert_cmpstr(status, !=, "failed");
        completed = g_strcmp0(status, "completed") == 0;
        qobject_unref(reply);
        g_usleep(10000);
    } while (!completed);
}

/* The registers of the PHY are not those of the controller */
static void test_migration(void)
{
    g_autofree char *dir = g_dir_make_tmp("a31-gmac-XXXXXX", NULL);
    g_autofree char *file = g_strdup_printf("%s/state", dir);
    g_autofree char *uri = g_strdup_printf("file:%s", file);
    QTestState *qts = start_open();

    phy_write(qts, PHY_ADDR, PHY_BMCR, 0);
    phy_write(qts, PHY_ADDR, PHY_PAGE, 7);
    qtest_writel(qts, GMAC_TX_BASE, RING);
    qtest_qmp_assert_success(qts, "{ 'execute': 'migrate', 'arguments': "
                                  "{ 'uri': %s } }", uri);
    wait_migration(qts);
    qtest_quit(qts);

    qts = qtest_initf("-M hummingbird-a31 -incoming %s", uri);
    wait_migration(qts);
    g_assert_cmphex(phy_read(qts, PHY_ADDR, PHY_BMCR), ==, 0);
    g_assert_cmphex(phy_read(qts, PHY_ADDR, PHY_PAGE), ==, 7);
    check_link(qts, true, false);
    g_assert_cmphex(qtest_readl(qts, GMAC_TX_BASE), ==, RING);
    qtest_quit(qts);

    unlink(file);
    rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("allwinner-a31/gmac/ident", test_ident);
    qtest_add_func("allwinner-a31/gmac/gate", test_gate);
    qtest_add_func("allwinner-a31/gmac/phy", test_phy);
    qtest_add_func("allwinner-a31/gmac/link", test_link);
    qtest_add_func("allwinner-a31/gmac/transmit", test_transmit);
    qtest_add_func("allwinner-a31/gmac/transmit-too-long",
                   test_transmit_too_long);
    qtest_add_func("allwinner-a31/gmac/transmit-many", test_transmit_many);
    qtest_add_func("allwinner-a31/gmac/receive", test_receive);
    qtest_add_func("allwinner-a31/gmac/receive-early", test_receive_early);
    qtest_add_func("allwinner-a31/gmac/receive-no-descriptor",
                   test_receive_no_descriptor);
    qtest_add_func("allwinner-a31/gmac/receive-too-long",
                   test_receive_too_long);
    qtest_add_func("allwinner-a31/gmac/receive-no-room", test_receive_no_room);
    qtest_add_func("allwinner-a31/gmac/bus-error", test_bus_error);
    qtest_add_func("allwinner-a31/gmac/migration", test_migration);

    return g_test_run();
}
