/*
 * QTest of the Allwinner A31 (sun6i) boot ROM
 *
 * No CPU runs: what the ROM's model loads at reset and where CPU0 would go is
 * tested here, that CPUs go there is not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qemu/units.h"
#include "libqtest.h"
#include "qobject/qdict.h"

#define BROM_BASE               0xffff0000
#define BROM_CPU0_ENTRY         (BROM_BASE + 0x54)
#define BROM_FEL                0xffff0020

#define SRAM_A1                 0x00000000
#define SRAM_A1_SIZE            (32 * KiB)

#define CARD_SIZE               (1 * MiB)
#define EGON_OFFSET             (8 * KiB)
#define EGON_STAMP              0x5f0a6c39

/* Words of the header */
enum {
    EGON_JUMP,
    EGON_MAGIC0,
    EGON_MAGIC1,
    EGON_CHECKSUM,
    EGON_LENGTH,
    EGON_BOOT_MEDIA = 10,
};

typedef struct Card {
    char *path;
    uint32_t image[SRAM_A1_SIZE / sizeof(uint32_t) + 128];
} Card;

static void write_card(Card *card, size_t size)
{
    int fd = open(card->path, O_WRONLY | O_CLOEXEC);

    g_assert_cmpint(fd, !=, -1);
    g_assert_cmpint(ftruncate(fd, 0), ==, 0);
    g_assert_cmpint(pwrite(fd, card->image, sizeof(card->image), EGON_OFFSET),
                    ==, sizeof(card->image));
    g_assert_cmpint(ftruncate(fd, size), ==, 0);
    close(fd);
}

static void set_checksum(Card *card)
{
    uint32_t length = MIN(le32_to_cpu(card->image[EGON_LENGTH]),
                          sizeof(card->image));
    uint32_t sum = 0;

    card->image[EGON_CHECKSUM] = cpu_to_le32(EGON_STAMP);
    for (uint32_t i = 0; i < length / sizeof(uint32_t); i++) {
        sum += le32_to_cpu(card->image[i]);
    }
    card->image[EGON_CHECKSUM] = cpu_to_le32(sum);
}

static void make_image(Card *card, uint32_t length, uint32_t seed)
{
    for (uint32_t i = 0; i < ARRAY_SIZE(card->image); i++) {
        card->image[i] = cpu_to_le32(seed + i * 0x9e3779b9);
    }
    memcpy(&card->image[EGON_MAGIC0], "eGON.BT0", 8);
    card->image[EGON_LENGTH] = cpu_to_le32(length);
    set_checksum(card);
}

static Card *new_card(uint32_t length, uint32_t seed)
{
    Card *card = g_new0(Card, 1);
    int fd = g_file_open_tmp("allwinner-a31-brom-XXXXXX", &card->path, NULL);

    g_assert_cmpint(fd, !=, -1);
    close(fd);
    make_image(card, length, seed);
    write_card(card, CARD_SIZE);

    return card;
}

static void free_card(Card *card)
{
    unlink(card->path);
    g_free(card->path);
    g_free(card);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Card, free_card)

static QTestState *start(const Card *mmc0, const Card *mmc2)
{
    g_autoptr(GString) args = g_string_new("-M hummingbird-a31");

    if (mmc0) {
        g_string_append_printf(args, " -drive if=sd,index=0,format=raw,file=%s",
                               mmc0->path);
    }
    if (mmc2) {
        g_string_append_printf(args, " -drive if=sd,index=2,format=raw,file=%s",
                               mmc2->path);
    }

    return qtest_init(args->str);
}

static void assert_loaded(QTestState *qts, const Card *card,
                          uint32_t boot_media)
{
    uint32_t length = le32_to_cpu(card->image[EGON_LENGTH]);
    g_autofree uint32_t *expected = g_memdup2(card->image, length);
    g_autofree uint32_t *sram = g_malloc(length);

    expected[EGON_BOOT_MEDIA] = cpu_to_le32(boot_media);
    qtest_memread(qts, SRAM_A1, sram, length);
    g_assert_cmpmem(sram, length, expected, length);
    g_assert_cmphex(qtest_readl(qts, BROM_CPU0_ENTRY), ==, SRAM_A1);
}

/* SRAM is not touched, and CPU0 goes to FEL */
static void assert_fel(QTestState *qts)
{
    uint8_t sram[64];

    g_assert_cmphex(qtest_readl(qts, BROM_CPU0_ENTRY), ==, BROM_FEL);
    qtest_memread(qts, SRAM_A1, sram, sizeof(sram));
    g_assert_true(buffer_is_zero(sram, sizeof(sram)));
}

static void test_rom(void)
{
    QTestState *qts = start(NULL, NULL);
    uint32_t reset = qtest_readl(qts, BROM_BASE);

    /* A branch, forwards and within the ROM */
    g_assert_cmphex(reset >> 13, ==, 0xea000000 >> 13);
    g_assert_cmphex(qtest_readl(qts, BROM_FEL), ==, 0xe320f003);
    assert_fel(qts);

    qtest_writel(qts, BROM_BASE, 0);
    qtest_writel(qts, BROM_CPU0_ENTRY, 0);
    g_assert_cmphex(qtest_readl(qts, BROM_BASE), ==, reset);
    assert_fel(qts);

    qtest_quit(qts);
}

static void test_mmc0(void)
{
    g_autoptr(Card) mmc0 = new_card(24 * KiB, 1);
    g_autoptr(Card) mmc2 = new_card(512, 2);
    QTestState *qts = start(mmc0, mmc2);

    assert_loaded(qts, mmc0, 0);

    qtest_quit(qts);
}

static void test_mmc2(void)
{
    g_autoptr(Card) mmc2 = new_card(512, 3);
    QTestState *qts = start(NULL, mmc2);

    assert_loaded(qts, mmc2, 2);

    qtest_quit(qts);
}

static void test_longest(void)
{
    g_autoptr(Card) mmc0 = new_card(SRAM_A1_SIZE, 4);
    QTestState *qts = start(mmc0, NULL);

    assert_loaded(qts, mmc0, 0);

    qtest_quit(qts);
}

static void zero_image(Card *card)
{
    memset(card->image, 0, sizeof(card->image));
}

static void other_magic(Card *card)
{
    card->image[EGON_MAGIC1] ^= cpu_to_le32(0x01000000);
    set_checksum(card);
}

static void other_checksum(Card *card)
{
    card->image[100] ^= cpu_to_le32(1);
}

static void no_length(Card *card)
{
    card->image[EGON_LENGTH] = 0;
    set_checksum(card);
}

static void odd_length(Card *card)
{
    card->image[EGON_LENGTH] = cpu_to_le32(8 * KiB + 4);
    set_checksum(card);
}

static void too_long(Card *card)
{
    card->image[EGON_LENGTH] = cpu_to_le32(SRAM_A1_SIZE + 512);
    set_checksum(card);
}

static void negative_length(Card *card)
{
    card->image[EGON_LENGTH] = cpu_to_le32(0xfffffe00);
    set_checksum(card);
}

static void nothing_wrong(Card *card)
{
}

static const struct {
    const char *name;
    void (*spoil)(Card *card);
    size_t card_size;
} spoilt[] = {
    { "empty",              zero_image,         CARD_SIZE },
    { "other-magic",        other_magic,        CARD_SIZE },
    { "other-checksum",     other_checksum,     CARD_SIZE },
    { "no-length",          no_length,          CARD_SIZE },
    { "odd-length",         odd_length,         CARD_SIZE },
    { "too-long",           too_long,           CARD_SIZE },
    { "negative-length",    negative_length,    CARD_SIZE },
    { "card-of-8k",         nothing_wrong,      8 * KiB },
    { "card-of-16k",        nothing_wrong,      16 * KiB },
    { "card-of-512",        nothing_wrong,      512 },
};

/* Each fault sends CPU0 to FEL, and to the other slot if that has an image */
static void test_spoilt(const void *data)
{
    size_t i = GPOINTER_TO_UINT(data);
    g_autoptr(Card) mmc0 = new_card(24 * KiB, 5);
    g_autoptr(Card) mmc2 = new_card(1 * KiB, 6);
    QTestState *qts;

    spoilt[i].spoil(mmc0);
    write_card(mmc0, spoilt[i].card_size);

    qts = start(mmc0, NULL);
    assert_fel(qts);
    qtest_quit(qts);

    qts = start(mmc0, mmc2);
    assert_loaded(qts, mmc2, 2);
    qtest_quit(qts);
}

static void test_reset_reads_again(void)
{
    g_autoptr(Card) card = new_card(24 * KiB, 7);
    QTestState *qts = start(card, NULL);
    uint32_t seed = 8;

    assert_loaded(qts, card, 0);

    /* What was in memory is no longer there */
    qtest_writel(qts, SRAM_A1 + 0x100, 0);
    qtest_system_reset(qts);
    assert_loaded(qts, card, 0);

    make_image(card, 16 * KiB, seed);
    write_card(card, CARD_SIZE);
    qtest_system_reset(qts);
    assert_loaded(qts, card, 0);

    other_checksum(card);
    write_card(card, CARD_SIZE);
    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, BROM_CPU0_ENTRY), ==, BROM_FEL);

    other_checksum(card);
    write_card(card, CARD_SIZE);
    qtest_system_reset(qts);
    assert_loaded(qts, card, 0);

    qtest_quit(qts);
}

static void test_eject(void)
{
    g_autoptr(Card) card = new_card(24 * KiB, 9);
    QTestState *qts = start(card, NULL);
    g_autofree char *reply = NULL;

    assert_loaded(qts, card, 0);
    reply = qtest_hmp(qts, "eject -f sd0");
    g_assert_cmpstr(reply, ==, "");
    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, BROM_CPU0_ENTRY), ==, BROM_FEL);

    qtest_quit(qts);
}

static void wait_for_status(QTestState *qts, const char *wanted)
{
    for (;;) {
        QDict *rsp = qtest_qmp(qts, "{ 'execute': 'query-migrate' }");
        QDict *info = qdict_get_qdict(rsp, "return");
        const char *status = qdict_get_try_str(info, "status");
        bool done = g_strcmp0(status, wanted) == 0;

        g_assert_cmpstr(status, !=, "failed");
        qobject_unref(rsp);
        if (done) {
            break;
        }
        g_usleep(1000);
    }
}

/* Memory comes with the stream, whatever the card says by then */
static void test_migration(void)
{
    g_autoptr(Card) card = new_card(24 * KiB, 10);
    g_autoptr(Card) as_it_was = new_card(24 * KiB, 10);
    g_autoptr(Card) stream = new_card(512, 0);
    g_autofree char *uri = g_strdup_printf("file:%s", stream->path);
    QTestState *qts = start(card, NULL);

    qtest_qmp_assert_success(qts, "{ 'execute': 'migrate', 'arguments': "
                             "{ 'uri': %s } }", uri);
    wait_for_status(qts, "completed");
    qtest_quit(qts);

    other_checksum(card);
    write_card(card, CARD_SIZE);
    qts = qtest_initf("-M hummingbird-a31 -incoming defer "
                      "-drive if=sd,format=raw,file=%s", card->path);
    qtest_qmp_assert_success(qts, "{ 'execute': 'migrate-incoming', "
                             "'arguments': { 'uri': %s } }", uri);
    wait_for_status(qts, "completed");
    assert_loaded(qts, as_it_was, 0);

    /* The next reset is one like any other */
    qtest_system_reset(qts);
    g_assert_cmphex(qtest_readl(qts, BROM_CPU0_ENTRY), ==, BROM_FEL);
    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/allwinner-a31/brom/rom", test_rom);
    qtest_add_func("/allwinner-a31/brom/mmc0", test_mmc0);
    qtest_add_func("/allwinner-a31/brom/mmc2", test_mmc2);
    qtest_add_func("/allwinner-a31/brom/longest", test_longest);
    for (size_t i = 0; i < ARRAY_SIZE(spoilt); i++) {
        g_autofree char *path = g_strdup_printf("/allwinner-a31/brom/spoilt/%s",
                                                spoilt[i].name);

        qtest_add_data_func(path, GUINT_TO_POINTER(i), test_spoilt);
    }
    qtest_add_func("/allwinner-a31/brom/reset-reads-again",
                   test_reset_reads_again);
    qtest_add_func("/allwinner-a31/brom/eject", test_eject);
    qtest_add_func("/allwinner-a31/brom/migration", test_migration);

    return g_test_run();
}
