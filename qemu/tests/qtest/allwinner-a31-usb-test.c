/*
 * QTest of the Allwinner A31 (sun6i) USB host controllers and PHYs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define CCU_BASE                0x01c20000
#define CCU_AHB1_GATE0          (CCU_BASE + 0x060)
#define CCU_AHB1_RESET0         (CCU_BASE + 0x2c0)
/* EHCI0 and 1, OHCI0 to 2 */
#define AHB1_USB_HOSTS          0xec000000

#define PHY_BASE                0x01c19400
#define PHY_ISCR                (PHY_BASE + 0x00)
#define PHY_PHYCTL              (PHY_BASE + 0x04)
#define PHY_PHYTUNE             (PHY_BASE + 0x0c)
#define PHY_END                 (PHY_BASE + 0x10)
#define PMU_BASE(n)             (0x01c1a800 + 0x1000 * (n))

#define EHCI_BASE(n)            (0x01c1a000 + 0x1000 * (n))
#define EHCI_HCSPARAMS(n)       (EHCI_BASE(n) + 0x04)
#define EHCI_USBCMD(n)          (EHCI_BASE(n) + 0x10)
#define EHCI_CONFIGFLAG(n)      (EHCI_BASE(n) + 0x50)
#define EHCI_PORTSC(n)          (EHCI_BASE(n) + 0x54)
#define HCSPARAMS_N_PORTS(v)    extract32(v, 0, 4)
#define HCSPARAMS_N_CC(v)       extract32(v, 12, 4)
#define PORTSC_CONNECT          BIT(0)
#define PORTSC_OWNER            BIT(13)

#define OHCI_BASE(n)            (0x01c1a400 + 0x1000 * (n))
#define OHCI_REVISION(n)        (OHCI_BASE(n) + 0x00)
#define OHCI_FMINTERVAL(n)      (OHCI_BASE(n) + 0x34)
#define OHCI_RHDESCRIPTORA(n)   (OHCI_BASE(n) + 0x48)
#define OHCI_RHPORTSTATUS(n)    (OHCI_BASE(n) + 0x54)
#define RHPORTSTATUS_CONNECT    BIT(0)

#define NUM_EHCIS               2
#define NUM_OHCIS               3

static void open_gates(QTestState *qts)
{
    qtest_writel(qts, CCU_AHB1_GATE0, AHB1_USB_HOSTS);
    qtest_writel(qts, CCU_AHB1_RESET0, AHB1_USB_HOSTS);
}

static void test_phy(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    /* Linux changes bits of what it reads ... */
    qtest_writel(qts, PHY_ISCR, 0x00030000);
    g_assert_cmphex(qtest_readl(qts, PHY_ISCR), ==, 0x00030000);
    qtest_writel(qts, PHY_PHYTUNE, 0x12345678);
    g_assert_cmphex(qtest_readl(qts, PHY_PHYTUNE), ==, 0x12345678);
    for (unsigned i = 0; i < NUM_EHCIS; i++) {
        qtest_writel(qts, PMU_BASE(i), 0x701 + i);
    }
    for (unsigned i = 0; i < NUM_EHCIS; i++) {
        g_assert_cmphex(qtest_readl(qts, PMU_BASE(i)), ==, 0x701 + i);
    }

    /* ... of PHYCTL by the word and by the byte */
    qtest_writel(qts, PHY_PHYCTL, 0x00002a00);
    qtest_writeb(qts, PHY_PHYCTL, 0x81);
    g_assert_cmphex(qtest_readl(qts, PHY_PHYCTL), ==, 0x00002a81);
    g_assert_cmphex(qtest_readb(qts, PHY_PHYCTL), ==, 0x81);
    g_assert_cmphex(qtest_readb(qts, PHY_PHYCTL + 1), ==, 0x2a);

    /* Where no register is */
    qtest_writel(qts, PHY_END, ~0);
    g_assert_cmphex(qtest_readl(qts, PHY_END), ==, 0);
    qtest_writel(qts, PMU_BASE(0) + 4, ~0);
    g_assert_cmphex(qtest_readl(qts, PMU_BASE(0) + 4), ==, 0);

    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, PHY_ISCR), ==, 0);
    g_assert_cmphex(qtest_readl(qts, PHY_PHYCTL), ==, 0);
    g_assert_cmphex(qtest_readl(qts, PMU_BASE(1)), ==, 0);

    qtest_quit(qts);
}

static void test_hosts(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, EHCI_HCSPARAMS(0)), ==, 0);
    g_assert_cmphex(qtest_readl(qts, OHCI_REVISION(2)), ==, 0);

    open_gates(qts);
    for (unsigned i = 0; i < NUM_EHCIS; i++) {
        uint32_t params = qtest_readl(qts, EHCI_HCSPARAMS(i));

        g_assert_cmpuint(HCSPARAMS_N_PORTS(params), ==, 1);
        g_assert_cmpuint(HCSPARAMS_N_CC(params), ==, 1);
    }
    for (unsigned i = 0; i < NUM_OHCIS; i++) {
        g_assert_cmphex(qtest_readl(qts, OHCI_REVISION(i)), ==, 0x10);
        g_assert_cmpuint(qtest_readl(qts, OHCI_RHDESCRIPTORA(i)) & 0xff, ==, 1);
    }

    qtest_quit(qts);
}

/* EHCI takes the port from its companion, and gives it back */
static void test_companion(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31 "
                                 "-device usb-mouse,bus=usb-bus.1");

    open_gates(qts);
    g_assert_cmphex(qtest_readl(qts, OHCI_RHPORTSTATUS(1)) &
                    RHPORTSTATUS_CONNECT, ==, RHPORTSTATUS_CONNECT);
    qtest_writel(qts, EHCI_CONFIGFLAG(1), 1);
    g_assert_cmphex(qtest_readl(qts, EHCI_PORTSC(1)) & PORTSC_OWNER, ==, 0);
    g_assert_cmphex(qtest_readl(qts, EHCI_PORTSC(1)) & PORTSC_CONNECT, ==,
                    PORTSC_CONNECT);
    g_assert_cmphex(qtest_readl(qts, OHCI_RHPORTSTATUS(1)) &
                    RHPORTSTATUS_CONNECT, ==, 0);
    qtest_writel(qts, EHCI_PORTSC(1), PORTSC_OWNER);
    g_assert_cmphex(qtest_readl(qts, OHCI_RHPORTSTATUS(1)) &
                    RHPORTSTATUS_CONNECT, ==, RHPORTSTATUS_CONNECT);

    qtest_quit(qts);
}

static void wait_migration(QTestState *qts)
{
    bool completed;

    do {
        QDict *reply = qtest_qmp_assert_success_ref(
            qts, "{ 'execute': 'query-migrate' }");
        const char *status = qdict_get_try_str(reply, "status");

        g_assert_cmpstr(status, !=, "failed");
        completed = g_strcmp0(status, "completed") == 0;
        qobject_unref(reply);
        g_usleep(10000);
    } while (!completed);
}

static void test_migration(void)
{
    g_autofree char *dir = g_dir_make_tmp("a31-usb-XXXXXX", NULL);
    g_autofree char *file = g_strdup_printf("%s/state", dir);
    g_autofree char *uri = g_strdup_printf("file:%s", file);
    QTestState *qts = qtest_init("-M hummingbird-a31");

    open_gates(qts);
    qtest_writel(qts, PHY_PHYCTL, 0x00002a80);
    qtest_writel(qts, PMU_BASE(1), 0x701);
    qtest_writel(qts, EHCI_CONFIGFLAG(0), 1);
    qtest_writel(qts, OHCI_FMINTERVAL(2), 0x27772ede);
    qtest_qmp_assert_success(qts, "{ 'execute': 'migrate', 'arguments': "
                                  "{ 'uri': %s } }", uri);
    wait_migration(qts);
    qtest_quit(qts);

    qts = qtest_initf("-M hummingbird-a31 -incoming %s", uri);
    wait_migration(qts);
    g_assert_cmphex(qtest_readl(qts, PHY_PHYCTL), ==, 0x00002a80);
    g_assert_cmphex(qtest_readl(qts, PMU_BASE(0)), ==, 0);
    g_assert_cmphex(qtest_readl(qts, PMU_BASE(1)), ==, 0x701);
    g_assert_cmphex(qtest_readl(qts, EHCI_CONFIGFLAG(0)), ==, 1);
    g_assert_cmphex(qtest_readl(qts, OHCI_FMINTERVAL(2)), ==, 0x27772ede);
    qtest_quit(qts);

    unlink(file);
    rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("allwinner-a31/usb/phy", test_phy);
    qtest_add_func("allwinner-a31/usb/hosts", test_hosts);
    qtest_add_func("allwinner-a31/usb/companion", test_companion);
    qtest_add_func("allwinner-a31/usb/migration", test_migration);

    return g_test_run();
}
