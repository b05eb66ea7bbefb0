/*
 * Allwinner A31 (sun6i) Boot ROM
 *
 * The CPUs come out of reset in this ROM, at 0xffff0000. On CPU0 it loads a
 * program of at most 32 KiB from a card to address 0, which is SRAM A1, and
 * jumps to it; the other CPUs jump to the address in CPUCFG's PRIVATE0.
 *
 * The real ROM is not available, so this is a new one. Its few instructions do
 * the jumps. What takes a driver on hardware, the search of the cards, is done
 * by the model at each reset of the machine, when the devices have been reset
 * and before the CPUs run. It reads the medium, not through the controller, as
 * software finds the controller as it is after reset.
 *
 * Where a behaviour is known from:
 *   [U] U-Boot, include/sunxi_image.h, arch/arm/include/asm/arch-sunxi/spl.h
 *       and tools/sunxi_egon.c: the image, its checksum, the boot medium
 *   [W] linux-sunxi.org, "BROM", read on an A31s: limit of 32 KiB, stack
 *       pointer; and for the A31: card in slot 0 first, then what the boot
 *       select pins say. The boards have them say MMC2 [I].
 *   [L] Linux, arch/arm/mach-sunxi/platsmp.c: PRIVATE0
 *   [I] inferred
 *
 * Not modelled: other media (NAND, SPI NOR), boot partitions of an eMMC, the
 * FEL pin, and the protocol that FEL speaks over USB. A CPU that ends in FEL
 * waits there for ever.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "hw/arm/linux-boot-if.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-brom.h"
#include "system/block-backend.h"
#include "system/qtest.h"
#include "system/runstate.h"
#include "trace.h"

#define BROM_SIZE               (32 * KiB)

/* Where FEL starts; U-Boot's SPL returns to it if it finds nothing [W] */
#define BROM_FEL                0xffff0020
/* In the last word of aw_a31_brom_code[]: where CPU0 goes */
#define BROM_CPU0_ENTRY         0x54

/* On the card, and in memory */
#define EGON_OFFSET             (8 * KiB)               /* [U] */
#define EGON_ADDRESS            0x00000000              /* [U] */
#define EGON_MAX_LENGTH         (32 * KiB)              /* [W] */
#define EGON_BLOCK              512                     /* [U] */
#define EGON_MAGIC              "eGON.BT0"              /* [U] */
#define EGON_CHECKSUM_STAMP     0x5f0a6c39              /* [U] */

typedef struct QEMU_PACKED EgonHeader {
    uint32_t jump;
    char magic[8];
    uint32_t checksum;
    uint32_t length;
    uint32_t spl[5];
    uint32_t boot_media;
} EgonHeader;

QEMU_BUILD_BUG_ON(offsetof(EgonHeader, boot_media) != 0x28);

static const struct {
    const char *name;
    const char *property;
    uint32_t boot_media;                                /* [U] */
} aw_a31_brom_slots[AW_A31_BROM_NUM_SLOTS] = {
    { "MMC0", "mmc0", 0 },
    { "MMC2", "mmc2", 2 },
};

static const uint32_t aw_a31_brom_code[] = {
                    /* Exceptions, until software has its own vectors: */
    0xea000008,     /* 00: b     0x28           reset */
    0xea000005,     /* 04: b     0x20           undefined instruction */
    0xea000004,     /* 08: b     0x20           supervisor call */
    0xea000003,     /* 0c: b     0x20           prefetch abort */
    0xea000002,     /* 10: b     0x20           data abort */
    0xea000001,     /* 14: b     0x20 */
    0xea000000,     /* 18: b     0x20           IRQ */
    0xeaffffff,     /* 1c: b     0x20           FIQ */
                    /* FEL: */
    0xe320f003,     /* 20: wfi */
    0xeafffffd,     /* 24: b     0x20 */
                    /* Reset: */
    0xee100fb0,     /* 28: mrc   p15, 0, r0, c0, c0, 5   MPIDR */
    0xe2100003,     /* 2c: ands  r0, r0, #3 */
    0x159f0014,     /* 30: ldrne r0, [pc, #20]  the word at 4c */
    0x15900000,     /* 34: ldrne r0, [r0] */
    0x112fff10,     /* 38: bxne  r0             CPU1 to CPU3: to PRIVATE0 */
    0xe59fd00c,     /* 3c: ldr   sp, [pc, #12]  the word at 50 */
    0xe59f000c,     /* 40: ldr   r0, [pc, #12]  the word at 54 */
    0xe12fff30,     /* 44: blx   r0             CPU0: to the program or FEL */
    0xeafffff4,     /* 48: b     0x20 */
    0x01f01da4,     /* 4c: address of CPUCFG's PRIVATE0 [L] */
    0x00027fd8,     /* 50: stack, in SRAM B [W] */
    BROM_FEL,       /* 54: where CPU0 goes; see aw_a31_brom_set_entry() */
};

QEMU_BUILD_BUG_ON(sizeof(aw_a31_brom_code) != BROM_CPU0_ENTRY + 4);

static void aw_a31_brom_set_entry(AwA31BromState *s, uint32_t entry)
{
    uint8_t *rom = memory_region_get_ram_ptr(&s->rom);

    stl_le_p(rom + BROM_CPU0_ENTRY, entry);
    memory_region_set_dirty(&s->rom, BROM_CPU0_ENTRY, sizeof(entry));
}

/* The medium of the card in the slot of a controller, or NULL */
static BlockBackend *aw_a31_brom_card(AwSdHostState *host)
{
    BusState *bus = qdev_get_child_bus(DEVICE(host), "sd-bus");
    BusChild *kid = QTAILQ_FIRST(&bus->children);
    BlockBackend *blk = kid ? blk_by_dev(kid->child) : NULL;

    return blk && blk_is_available(blk) ? blk : NULL;
}

static uint32_t aw_a31_brom_checksum(const uint8_t *image, uint32_t length)
{
    uint32_t sum = EGON_CHECKSUM_STAMP -
                   ldl_le_p(image + offsetof(EgonHeader, checksum));

    for (uint32_t i = 0; i < length; i += sizeof(uint32_t)) {
        sum += ldl_le_p(image + i);
    }

    return sum;
}

/* Returns NULL, or what is wrong with the header */
static const char *aw_a31_brom_judge_header(const EgonHeader *header)
{
    uint32_t length = le32_to_cpu(header->length);

    if (buffer_is_zero(header, sizeof(*header))) {
        return "the card is empty at 8 KiB";
    }
    if (memcmp(header->magic, EGON_MAGIC, sizeof(header->magic))) {
        return "the card has no eGON.BT0 header at 8 KiB";
    }
    if (length > EGON_MAX_LENGTH) {
        return "the eGON.BT0 image is longer than 32 KiB";
    }
    if (length == 0 || length % EGON_BLOCK) {
        return "the length in the eGON.BT0 header is not a multiple of 512";
    }

    return NULL;
}

/*
 * Read the program into @image, which has room for EGON_MAX_LENGTH bytes.
 * Returns NULL, or what is wrong with the slot.
 */
static const char *aw_a31_brom_read(BlockBackend *blk, uint8_t *image,
                                    uint32_t *length)
{
    EgonHeader header;
    const char *fault;
    int64_t size;

    if (!blk) {
        return "no card";
    }

    size = blk_getlength(blk);
    if (size >= 0 && size < EGON_OFFSET + EGON_BLOCK) {
        return "the card ends before the eGON.BT0 header at 8 KiB";
    }
    if (size < 0 ||
        blk_pread(blk, EGON_OFFSET, sizeof(header), &header, 0) < 0) {
        return "the card cannot be read";
    }

    fault = aw_a31_brom_judge_header(&header);
    if (fault) {
        return fault;
    }

    *length = le32_to_cpu(header.length);
    if (size < EGON_OFFSET + *length) {
        return "the card ends within the eGON.BT0 image";
    }
    if (blk_pread(blk, EGON_OFFSET, *length, image, 0) < 0) {
        return "the card cannot be read";
    }
    if (aw_a31_brom_checksum(image, *length) !=
        ldl_le_p(image + offsetof(EgonHeader, checksum))) {
        return "the eGON.BT0 image has a wrong checksum";
    }

    return NULL;
}

static bool aw_a31_brom_load(AwA31BromState *s, unsigned slot, uint8_t *image,
                             const char **fault)
{
    uint32_t length;

    *fault = aw_a31_brom_read(aw_a31_brom_card(s->mmc[slot]), image, &length);
    if (*fault) {
        trace_allwinner_a31_brom_reject(aw_a31_brom_slots[slot].name, *fault);
        return false;
    }

    trace_allwinner_a31_brom_load(aw_a31_brom_slots[slot].name, length);
    stl_le_p(image + offsetof(EgonHeader, boot_media),
             aw_a31_brom_slots[slot].boot_media);
    address_space_write(&s->memory_as, EGON_ADDRESS, MEMTXATTRS_UNSPECIFIED,
                        image, length);

    return true;
}

static void aw_a31_brom_reset_exit(Object *obj, ResetType type)
{
    AwA31BromState *s = AW_A31_BROM(obj);
    g_autofree uint8_t *image = NULL;
    const char *fault[AW_A31_BROM_NUM_SLOTS];

    /* Memory, this ROM's included, comes with the snapshot or the stream */
    if (s->linux_boot || type == RESET_TYPE_SNAPSHOT_LOAD ||
        runstate_check(RUN_STATE_INMIGRATE)) {
        return;
    }

    image = g_malloc(EGON_MAX_LENGTH);
    for (unsigned i = 0; i < AW_A31_BROM_NUM_SLOTS; i++) {
        if (aw_a31_brom_load(s, i, image, &fault[i])) {
            aw_a31_brom_set_entry(s, EGON_ADDRESS);
            return;
        }
    }

    aw_a31_brom_set_entry(s, BROM_FEL);
    if (!qtest_enabled()) {
        warn_report("nothing to boot: %s: %s; %s: %s; CPU0 waits in the boot "
                    "ROM's FEL mode, whose USB is not modelled",
                    aw_a31_brom_slots[0].name, fault[0],
                    aw_a31_brom_slots[1].name, fault[1]);
    }
}

static void aw_a31_brom_linux_init(ARMLinuxBootIf *obj, bool secure_boot)
{
    AW_A31_BROM(obj)->linux_boot = true;
}

static void aw_a31_brom_realize(DeviceState *dev, Error **errp)
{
    AwA31BromState *s = AW_A31_BROM(dev);
    uint8_t *rom;

    if (!s->memory_mr) {
        error_setg(errp, TYPE_AW_A31_BROM " 'memory' link not set");
        return;
    }
    for (unsigned i = 0; i < AW_A31_BROM_NUM_SLOTS; i++) {
        if (!s->mmc[i]) {
            error_setg(errp, TYPE_AW_A31_BROM " '%s' link not set",
                       aw_a31_brom_slots[i].property);
            return;
        }
    }

    if (!memory_region_init_rom(&s->rom, OBJECT(dev), TYPE_AW_A31_BROM,
                                BROM_SIZE, errp)) {
        return;
    }
    rom = memory_region_get_ram_ptr(&s->rom);
    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_brom_code); i++) {
        stl_le_p(rom + i * sizeof(uint32_t), aw_a31_brom_code[i]);
    }
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->rom);

    address_space_init(&s->memory_as, s->memory_mr, TYPE_AW_A31_BROM);
}

static const Property aw_a31_brom_properties[] = {
    DEFINE_PROP_LINK("memory", AwA31BromState, memory_mr, TYPE_MEMORY_REGION,
                     MemoryRegion *),
    DEFINE_PROP_LINK("mmc0", AwA31BromState, mmc[0], TYPE_AW_SDHOST,
                     AwSdHostState *),
    DEFINE_PROP_LINK("mmc2", AwA31BromState, mmc[1], TYPE_AW_SDHOST,
                     AwSdHostState *),
};

static void aw_a31_brom_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    ARMLinuxBootIfClass *albifc = ARM_LINUX_BOOT_IF_CLASS(klass);

    /* All that is loaded by -device loader is in memory after "hold" */
    rc->phases.exit = aw_a31_brom_reset_exit;
    albifc->arm_linux_init = aw_a31_brom_linux_init;
    dc->realize = aw_a31_brom_realize;
    dc->desc = "Allwinner A31 boot ROM";
    device_class_set_props(dc, aw_a31_brom_properties);
}

static const TypeInfo aw_a31_brom_types[] = {
    {
        .name = TYPE_AW_A31_BROM,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31BromState),
        .class_init = aw_a31_brom_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_ARM_LINUX_BOOT_IF },
            { },
        },
    },
};

DEFINE_TYPES(aw_a31_brom_types)
