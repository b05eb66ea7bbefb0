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
#define GICD_ISENABLER(irq)     (GICD_BASE + 0x100 + (irq) / 32 * 4)
#define GICD_ISPENDR(irq)       (GICD_BASE + 0x200 + (irq) / 32 * 4)
#define GICD_ISACTIVER(irq)     (GICD_BASE + 0x300 + (irq) / 32 * 4)
#define GICD_ITARGETSR(irq)     (GICD_BASE + 0x800 + (irq))
#define GICD_CPENDSGIR0         (GICD_BASE + 0xf10)
#define GICD_SPENDSGIR0         (GICD_BASE + 0xf20)
#define GICC_CTLR               (GICC_BASE + 0x00)
#define GICC_PMR                (GICC_BASE + 0x04)
#define GICC_IAR                (GICC_BASE + 0x0c)
#define GICC_EOIR               (GICC_BASE + 0x10)
#define GICC_HPPIR              (GICC_BASE + 0x18)
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
#define GICV_AEOIR              (GICV_BASE + 0x24)
#define GICV_AHPPIR             (GICV_BASE + 0x28)
#define GICV_DIR                (GICV_BASE + 0x1000)

#define NUM_CPUS                4

/* Without security extensions, so that qtest's accesses are let through */
static QTestState *start_enabled(void)
{
    QTestState *qts = qtest_init("-M orangepi-pc");

    qtest_writel(qts, GICD_CTLR, 1);
    qtest_writel(qts, GICD_ISENABLER(0), 0xffff);
    qtest_writel(qts, GICC_PMR, 0xff);
    qtest_writel(qts, GICC_CTLR, 1);

    return qts;
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
