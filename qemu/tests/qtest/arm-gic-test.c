/*
 * QTest of the GICv2: register accesses that went wrong once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "libqtest.h"

/* The same in the Allwinner H3 and A31 */
#define GICD_BASE               0x01c81000
#define GICC_BASE               0x01c82000

#define GICD_CTLR               (GICD_BASE + 0x000)
#define GICD_IIDR               (GICD_BASE + 0x008)
#define GICD_ISENABLER(irq)     (GICD_BASE + 0x100 + (irq) / 32 * 4)
#define GICD_ISPENDR(irq)       (GICD_BASE + 0x200 + (irq) / 32 * 4)
#define GICD_ISACTIVER(irq)     (GICD_BASE + 0x300 + (irq) / 32 * 4)
#define GICD_IPRIORITYR(irq)    (GICD_BASE + 0x400 + (irq))
#define GICD_ITARGETSR(irq)     (GICD_BASE + 0x800 + (irq))
#define GICD_ICFGR(irq)         (GICD_BASE + 0xc00 + (irq) / 16 * 4)
#define GICD_PPISR              (GICD_BASE + 0xd00)
#define GICD_SPISR(irq)         (GICD_BASE + 0xd04 + ((irq) - 32) / 32 * 4)
#define GICD_SGIR               (GICD_BASE + 0xf00)
#define GICD_CPENDSGIR0         (GICD_BASE + 0xf10)
#define GICD_SPENDSGIR0         (GICD_BASE + 0xf20)
#define GICC_CTLR               (GICC_BASE + 0x00)
#define GICC_PMR                (GICC_BASE + 0x04)
#define GICC_BPR                (GICC_BASE + 0x08)
#define GICC_IAR                (GICC_BASE + 0x0c)
#define GICC_EOIR               (GICC_BASE + 0x10)
#define GICC_HPPIR              (GICC_BASE + 0x18)
#define GICC_ABPR               (GICC_BASE + 0x1c)
#define GICC_APR(n)             (GICC_BASE + 0xd0 + 4 * (n))
#define GICC_NSAPR(n)           (GICC_BASE + 0xe0 + 4 * (n))
#define GICC_IIDR               (GICC_BASE + 0xfc)
#define GICC_IAR_SPURIOUS       1023

#define GICH_BASE               0x01c84000
#define GICH_OWN_HCR            (GICH_BASE + 0x000)
#define GICH_VTR                (GICH_BASE + 0x004)
#define GICH_OWN_VMCR           (GICH_BASE + 0x008)
#define GICH_OWN_LR(n)          (GICH_BASE + 0x100 + 4 * (n))
/* The same for each CPU; A31 only */
#define GICH_FRAME(cpu)         (0x01c85000 + 0x200 * (cpu))
#define GICH_HCR(cpu)           (GICH_FRAME(cpu) + 0x000)
#define GICH_VMCR(cpu)          (GICH_FRAME(cpu) + 0x008)
#define GICH_APR(cpu)           (GICH_FRAME(cpu) + 0x0f0)
#define GICH_LR(cpu, n)         (GICH_FRAME(cpu) + 0x100 + 4 * (n))

#define GICH_HCR_EN             1
#define GICH_VMCR_GRP0          (0x1fu << 27 | 1)
#define GICH_VMCR_GRP1          (0x1fu << 27 | 2)
#define GICH_VMCR_BOTH_GROUPS   (0x1fu << 27 | 3)
#define GICH_VMCR_EOIMODE       (1u << 9)
#define GICH_LR_PENDING         (1u << 28)
#define GICH_LR_STATE           (3u << 28)
#define GICH_LR_GROUP1          (1u << 30)
#define GICH_LR_HW              (1u << 31)

#define GICV_BASE               0x01c86000
#define GICV_BPR                (GICV_BASE + 0x08)
#define GICV_IAR                (GICV_BASE + 0x0c)
#define GICV_EOIR               (GICV_BASE + 0x10)
#define GICV_ABPR               (GICV_BASE + 0x1c)
#define GICV_AIAR               (GICV_BASE + 0x20)
#define GICV_IIDR               (GICV_BASE + 0xfc)
#define GICV_AEOIR              (GICV_BASE + 0x24)
#define GICV_AHPPIR             (GICV_BASE + 0x28)
#define GICV_DIR                (GICV_BASE + 0x1000)

#define NUM_CPUS                4

#define GIC_PATH                "/machine/soc/gic"

/* Without security extensions, so that qtest's accesses are let through */
static QTestState *start_enabled_with(const char *args)
{
    QTestState *qts = qtest_initf("-M orangepi-pc %s", args);

    qtest_writel(qts, GICD_CTLR, 1);
    qtest_writel(qts, GICD_ISENABLER(0), 0xffff);
    qtest_writel(qts, GICC_PMR, 0xff);
    qtest_writel(qts, GICC_CTLR, 1);

    return qts;
}

static QTestState *start_enabled(void)
{
    return start_enabled_with("");
}

static void test_identification(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, GICD_IIDR), ==, 0x0100043b);
    g_assert_cmphex(qtest_readb(qts, GICD_IIDR + 3), ==, 0x01);
    g_assert_cmphex(qtest_readl(qts, GICC_IIDR), ==, 0x0002043b);
    g_assert_cmphex(qtest_readl(qts, GICV_IIDR), ==, 0x0002043b);
    g_assert_cmphex(qtest_readl(qts, GICH_VTR), ==, 0x90000003);
    g_assert_cmphex(qtest_readl(qts, GICH_OWN_VMCR), ==, 0x004c0000);
    qtest_quit(qts);

    /* Others are as they were. */
    qts = qtest_init("-M orangepi-pc");
    g_assert_cmphex(qtest_readl(qts, GICD_IIDR), ==, 0x0000043b);
    qtest_quit(qts);
}

static void check_binary_points(unsigned bits, unsigned bpr, unsigned num_aprs)
{
    g_autofree char *args =
        g_strdup_printf("-global arm_gic.num-priority-bits=%u", bits);
    QTestState *qts = start_enabled_with(args);

    g_assert_cmphex(qtest_readl(qts, GICC_BPR), ==, bpr);
    g_assert_cmphex(qtest_readl(qts, GICC_ABPR), ==, bpr + 1);
    qtest_writel(qts, GICC_BPR, 7);
    qtest_writel(qts, GICC_ABPR, 7);
    g_assert_cmphex(qtest_readl(qts, GICC_BPR), ==, 7);
    g_assert_cmphex(qtest_readl(qts, GICC_ABPR), ==, 7);
    qtest_writel(qts, GICC_BPR, 0);
    qtest_writel(qts, GICC_ABPR, 0);
    g_assert_cmphex(qtest_readl(qts, GICC_BPR), ==, bpr);
    g_assert_cmphex(qtest_readl(qts, GICC_ABPR), ==, bpr + 1);

    for (unsigned n = 0; n < 4; n++) {
        qtest_writel(qts, GICC_NSAPR(n), 1);
        g_assert_cmphex(qtest_readl(qts, GICC_NSAPR(n)), ==, n < num_aprs);
        qtest_writel(qts, GICC_NSAPR(n), 0);
    }

    /* The least urgent priority above the mask, active: the last bit but one */
    qtest_writeb(qts, GICD_IPRIORITYR(0), 0xff);
    g_assert_cmphex(qtest_readb(qts, GICD_IPRIORITYR(0)), ==,
                    0xff & (0xff << (8 - bits)));
    g_assert_cmphex(qtest_readl(qts, GICC_PMR), ==,
                    0xff & (0xff << (8 - bits)));
    qtest_writeb(qts, GICD_IPRIORITYR(0), 0xff << (bpr + 2));
    qtest_writel(qts, GICD_SPENDSGIR0, 0x00000001);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GICC_APR(num_aprs - 1)), ==, 1u << 30);
    qtest_writel(qts, GICC_EOIR, 0);
    g_assert_cmphex(qtest_readl(qts, GICC_APR(num_aprs - 1)), ==, 0);

    qtest_quit(qts);
}

static void test_binary_points(void)
{
    check_binary_points(5, 2, 1);
    check_binary_points(6, 1, 2);
    check_binary_points(8, 0, 4);
}

/* What qtest sees of the A31's is the non-secure view. */
static void test_nonsecure_binary_point(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    g_assert_cmphex(qtest_readl(qts, GICC_BPR), ==, 3);
    qtest_writel(qts, GICC_BPR, 0);
    g_assert_cmphex(qtest_readl(qts, GICC_BPR), ==, 3);

    qtest_quit(qts);
}

static void test_reserved_filter(void)
{
    QTestState *qts = start_enabled();

    qtest_writel(qts, GICD_SGIR, 3u << 24 | 0xff << 16 | 1);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, GICC_IAR_SPURIOUS);
    g_assert_cmphex(qtest_readl(qts, GICD_SPENDSGIR0), ==, 0);
    /* NSATT is for the security extensions. */
    qtest_writel(qts, GICD_SGIR, 2u << 24 | 1u << 15 | 1);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, 1);

    qtest_quit(qts);
}

static void check_ended_as(uint32_t iar, bool logged)
{
    g_autofree char *log = NULL, *args = NULL, *text = NULL;
    int fd = g_file_open_tmp("arm-gic-test-XXXXXX", &log, NULL);
    QTestState *qts;

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    args = g_strdup_printf("-d guest_errors -D %s", log);
    qts = start_enabled_with(args);

    qtest_writel(qts, GICD_SPENDSGIR0, 0x00000400);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, 0x0801);
    qtest_writel(qts, GICC_EOIR, iar);
    /* It has ended all the same. */
    g_assert_cmphex(qtest_readl(qts, GICD_ISACTIVER(1)), ==, 0);
    qtest_quit(qts);

    g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
    g_assert_cmpint(!!strstr(text, "SGI 1 of CPU 2 ended as if of CPU 0"), ==,
                    logged);
    unlink(log);
}

static void test_sgi_source(void)
{
    check_ended_as(0x0801, false);
    check_ended_as(0x0001, true);
}

static void test_fixed_ppis(void)
{
    QTestState *qts = start_enabled_with("-global arm_gic.has-fixed-ppis=on");

    qtest_writel(qts, GICD_ICFGR(0), 0);
    g_assert_cmphex(qtest_readl(qts, GICD_ICFGR(0)), ==, 0xaaaaaaaa);
    qtest_writel(qts, GICD_ICFGR(16), 0xaaaaaaaa);
    g_assert_cmphex(qtest_readl(qts, GICD_ICFGR(16)), ==, 0x55540000);
    g_assert_cmphex(qtest_readl(qts, GICD_ICFGR(32)), ==, 0x55555555);
    qtest_writel(qts, GICD_ICFGR(32), 0x00000002);
    g_assert_cmphex(qtest_readl(qts, GICD_ICFGR(32)), ==, 0x55555557);
    qtest_quit(qts);

    /* Others are as they were. */
    qts = start_enabled();
    qtest_writel(qts, GICD_ICFGR(16), 0xaaaaaaaa);
    g_assert_cmphex(qtest_readl(qts, GICD_ICFGR(16)), ==, 0xaaaaaaaa);
    g_assert_cmphex(qtest_readl(qts, GICD_ICFGR(32)), ==, 0);
    qtest_quit(qts);
}

/* The inputs, not what pends */
static void test_line_status(void)
{
    const unsigned spi = 32 + 100, ppi = 16 + 11, num_spis = 128;
    const unsigned own_ppi = num_spis + ppi;
    QTestState *qts = start_enabled_with("-global arm_gic.has-line-status=on");

    qtest_writel(qts, GICD_ISPENDR(spi), 1u << spi % 32);
    qtest_writel(qts, GICD_ISPENDR(ppi), 1u << ppi % 32);
    g_assert_cmphex(qtest_readl(qts, GICD_SPISR(spi)), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GICD_PPISR), ==, 0);

    qtest_set_irq_in(qts, GIC_PATH, NULL, spi - 32, 1);
    qtest_set_irq_in(qts, GIC_PATH, NULL, own_ppi, 1);
    g_assert_cmphex(qtest_readl(qts, GICD_SPISR(spi)), ==, 1u << spi % 32);
    g_assert_cmphex(qtest_readl(qts, GICD_PPISR), ==, 1u << (ppi - 16));

    qtest_set_irq_in(qts, GIC_PATH, NULL, spi - 32, 0);
    qtest_set_irq_in(qts, GIC_PATH, NULL, own_ppi, 0);
    g_assert_cmphex(qtest_readl(qts, GICD_SPISR(spi)), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GICD_PPISR), ==, 0);

    qtest_quit(qts);
}

static void test_spendsgir(void)
{
    QTestState *qts = start_enabled();

    /* SGI 1, as if from CPU 0 and CPU 2; nothing for SGI 0, 2 and 3 */
    qtest_writel(qts, GICD_SPENDSGIR0, 0x00000500);
    g_assert_cmphex(qtest_readl(qts, GICD_SPENDSGIR0), ==, 0x00000500);

    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, 0x0001);
    qtest_writel(qts, GICC_EOIR, 0x0001);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, 0x0801);
    qtest_writel(qts, GICC_EOIR, 0x0801);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, GICC_IAR_SPURIOUS);

    qtest_writel(qts, GICD_SPENDSGIR0, 0);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, GICC_IAR_SPURIOUS);

    /* Taken back from one of two sources, then from the other */
    qtest_writel(qts, GICD_SPENDSGIR0, 0x00000500);
    qtest_writel(qts, GICD_CPENDSGIR0, 0x00000100);
    g_assert_cmphex(qtest_readl(qts, GICD_SPENDSGIR0), ==, 0x00000400);
    qtest_writel(qts, GICD_CPENDSGIR0, 0x00000400);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, GICC_IAR_SPURIOUS);

    qtest_quit(qts);
}

/* An SPI for four CPUs, acknowledged by one */
static void test_spi_one_of_n(void)
{
    const unsigned spi = 32 + 100;
    QTestState *qts = start_enabled();

    qtest_writeb(qts, GICD_ITARGETSR(spi), (1 << NUM_CPUS) - 1);
    qtest_writel(qts, GICD_ISENABLER(spi), 1u << spi % 32);
    qtest_writel(qts, GICD_ISPENDR(spi), 1u << spi % 32);
    g_assert_cmphex(qtest_readl(qts, GICD_ISPENDR(spi)), ==, 1u << spi % 32);

    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, spi);
    g_assert_cmphex(qtest_readl(qts, GICD_ISPENDR(spi)), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GICD_ISACTIVER(spi)), ==, 1u << spi % 32);

    qtest_writel(qts, GICC_EOIR, spi);
    g_assert_cmphex(qtest_readl(qts, GICD_ISACTIVER(spi)), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, GICC_IAR_SPURIOUS);

    qtest_quit(qts);
}

/* The highest priority pending interrupt, whatever the mask lets through */
static void test_hppir(void)
{
    QTestState *qts = start_enabled();

    qtest_writel(qts, GICC_PMR, 0);
    qtest_writel(qts, GICD_SPENDSGIR0, 0x00000400);
    g_assert_cmphex(qtest_readl(qts, GICC_HPPIR), ==, 0x0801);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, GICC_IAR_SPURIOUS);
    qtest_writel(qts, GICC_PMR, 0xff);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, 0x0801);
    g_assert_cmphex(qtest_readl(qts, GICC_HPPIR), ==, GICC_IAR_SPURIOUS);

    qtest_quit(qts);
}

static void test_spi_targets(void)
{
    const unsigned spi = 32 + 100;
    QTestState *qts = start_enabled();

    qtest_writeb(qts, GICD_ITARGETSR(spi), 0xff);
    g_assert_cmphex(qtest_readb(qts, GICD_ITARGETSR(spi)), ==,
                    (1 << NUM_CPUS) - 1);

    /* Pended without a target, and taken by the one that it is given */
    qtest_writeb(qts, GICD_ITARGETSR(spi), 0);
    qtest_writel(qts, GICD_ISENABLER(spi), 1u << spi % 32);
    qtest_writel(qts, GICD_ISPENDR(spi), 1u << spi % 32);
    g_assert_cmphex(qtest_readl(qts, GICD_ISPENDR(spi)), ==, 1u << spi % 32);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, GICC_IAR_SPURIOUS);
    qtest_writeb(qts, GICD_ITARGETSR(spi), 1);
    /* Losing it and getting it back changes nothing */
    qtest_writeb(qts, GICD_ITARGETSR(spi), 0);
    qtest_writeb(qts, GICD_ITARGETSR(spi), 1);
    g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, spi);

    qtest_quit(qts);
}

static void test_gich_frames(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    for (unsigned cpu = 0; cpu < NUM_CPUS; cpu++) {
        qtest_writel(qts, GICH_HCR(cpu), cpu << 1);
        qtest_writel(qts, GICH_VMCR(cpu), (cpu + 1) << 27 | 0x004c0000);
        qtest_writel(qts, GICH_APR(cpu), 0x100 << cpu);
        qtest_writel(qts, GICH_LR(cpu, 0), 0x10000000 + cpu);
        qtest_writel(qts, GICH_LR(cpu, 3), 0x10000010 + cpu);
    }
    for (unsigned cpu = 0; cpu < NUM_CPUS; cpu++) {
        g_assert_cmphex(qtest_readl(qts, GICH_HCR(cpu)), ==, cpu << 1);
        g_assert_cmphex(qtest_readl(qts, GICH_VMCR(cpu)), ==,
                        (cpu + 1) << 27 | 0x004c0000);
        g_assert_cmphex(qtest_readl(qts, GICH_APR(cpu)), ==, 0x100 << cpu);
        g_assert_cmphex(qtest_readl(qts, GICH_LR(cpu, 0)), ==,
                        0x10000000 + cpu);
        g_assert_cmphex(qtest_readl(qts, GICH_LR(cpu, 3)), ==,
                        0x10000010 + cpu);
    }

    qtest_quit(qts);
}

static void test_gich_last_lr(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");
    unsigned num_lrs = (qtest_readl(qts, GICH_VTR) & 0x3f) + 1;

    g_assert_cmpuint(num_lrs, ==, 4);
    qtest_writel(qts, GICH_OWN_LR(num_lrs), 0x10000001);
    g_assert_cmphex(qtest_readl(qts, GICH_OWN_LR(num_lrs)), ==, 0);

    qtest_quit(qts);
}

/* Five priority bits: no binary point below 2 */
static void test_gicv_binary_points(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_writel(qts, GICV_BPR, 0);
    qtest_writel(qts, GICV_ABPR, 0);
    g_assert_cmphex(qtest_readl(qts, GICV_BPR), ==, 2);
    g_assert_cmphex(qtest_readl(qts, GICV_ABPR), ==, 3);
    qtest_writel(qts, GICH_OWN_VMCR, 0);
    g_assert_cmphex(qtest_readl(qts, GICV_ABPR), ==, 3);

    qtest_quit(qts);
}

static void test_gicv_aliased(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_writel(qts, GICH_OWN_VMCR, GICH_VMCR_BOTH_GROUPS);
    qtest_writel(qts, GICH_OWN_HCR, GICH_HCR_EN);

    qtest_writel(qts, GICH_OWN_LR(0), GICH_LR_PENDING | 40);
    g_assert_cmphex(qtest_readl(qts, GICV_AHPPIR), ==, GICC_IAR_SPURIOUS);
    g_assert_cmphex(qtest_readl(qts, GICV_AIAR), ==, GICC_IAR_SPURIOUS);

    qtest_writel(qts, GICH_OWN_LR(0), GICH_LR_GROUP1 | GICH_LR_PENDING | 40);
    g_assert_cmphex(qtest_readl(qts, GICV_AHPPIR), ==, 40);
    g_assert_cmphex(qtest_readl(qts, GICV_AIAR), ==, 40);
    g_assert_cmphex(qtest_readl(qts, GICV_AIAR), ==, GICC_IAR_SPURIOUS);
    qtest_writel(qts, GICV_AEOIR, 40);
    g_assert_cmphex(qtest_readl(qts, GICH_OWN_LR(0)) & GICH_LR_STATE, ==, 0);

    qtest_quit(qts);
}

static void test_gicv_disabled_group(void)
{
    QTestState *qts = qtest_init("-M hummingbird-a31");

    qtest_writel(qts, GICH_OWN_VMCR, GICH_VMCR_GRP1);
    qtest_writel(qts, GICH_OWN_HCR, GICH_HCR_EN);
    qtest_writel(qts, GICH_OWN_LR(0), GICH_LR_PENDING | 40);
    g_assert_cmphex(qtest_readl(qts, GICV_IAR), ==, GICC_IAR_SPURIOUS);
    qtest_writel(qts, GICH_OWN_VMCR, GICH_VMCR_BOTH_GROUPS);
    g_assert_cmphex(qtest_readl(qts, GICV_IAR), ==, 40);

    qtest_quit(qts);
}

/*
 * A physical SPI that pends again before its virtual interrupt has ended, with
 * and without priority drop apart from deactivation
 */
static void test_gicv_deactivation(void)
{
    const unsigned spi = 32 + 100;
    QTestState *qts = start_enabled();

    qtest_writeb(qts, GICD_ITARGETSR(spi), 1);
    qtest_writel(qts, GICD_ISENABLER(spi), 1u << spi % 32);
    qtest_writel(qts, GICH_OWN_HCR, GICH_HCR_EN);

    for (int split = 0; split <= 1; split++) {
        qtest_writel(qts, GICD_ISACTIVER(spi), 1u << spi % 32);
        qtest_writel(qts, GICD_ISPENDR(spi), 1u << spi % 32);
        qtest_writel(qts, GICH_OWN_VMCR,
                     GICH_VMCR_GRP0 | (split ? GICH_VMCR_EOIMODE : 0));
        qtest_writel(qts, GICH_OWN_LR(0),
                     GICH_LR_HW | GICH_LR_PENDING | spi << 10 | 40);
        g_assert_cmphex(qtest_readl(qts, GICV_IAR), ==, 40);
        g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, GICC_IAR_SPURIOUS);

        qtest_writel(qts, GICV_EOIR, 40);
        if (split) {
            g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==,
                            GICC_IAR_SPURIOUS);
            qtest_writel(qts, GICV_DIR, 40);
        }
        g_assert_cmphex(qtest_readl(qts, GICD_ISACTIVER(spi)), ==, 0);
        g_assert_cmphex(qtest_readl(qts, GICC_IAR), ==, spi);
        qtest_writel(qts, GICC_EOIR, spi);
    }

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/arm-gic/identification", test_identification);
    qtest_add_func("/arm-gic/binary-points", test_binary_points);
    qtest_add_func("/arm-gic/nonsecure-binary-point",
                   test_nonsecure_binary_point);
    qtest_add_func("/arm-gic/reserved-filter", test_reserved_filter);
    qtest_add_func("/arm-gic/sgi-source", test_sgi_source);
    qtest_add_func("/arm-gic/fixed-ppis", test_fixed_ppis);
    qtest_add_func("/arm-gic/line-status", test_line_status);
    qtest_add_func("/arm-gic/spendsgir", test_spendsgir);
    qtest_add_func("/arm-gic/spi-one-of-n", test_spi_one_of_n);
    qtest_add_func("/arm-gic/hppir", test_hppir);
    qtest_add_func("/arm-gic/spi-targets", test_spi_targets);
    qtest_add_func("/arm-gic/gich-frames", test_gich_frames);
    qtest_add_func("/arm-gic/gich-last-lr", test_gich_last_lr);
    qtest_add_func("/arm-gic/gicv-binary-points", test_gicv_binary_points);
    qtest_add_func("/arm-gic/gicv-aliased", test_gicv_aliased);
    qtest_add_func("/arm-gic/gicv-disabled-group", test_gicv_disabled_group);
    qtest_add_func("/arm-gic/gicv-deactivation", test_gicv_deactivation);

    return g_test_run();
}
