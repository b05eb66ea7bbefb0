/*
 * Allwinner A31 (sun6i) DRAM controller
 *
 * Two channels, each with a protocol controller (CTL) and a PHY, and a common
 * part (COM) that distributes addresses to them. CTL and PHY are Synopsys'
 * uPCTL and PUBL, which Rockchip's RK3288 has too.
 *
 * A boot loader does not know what memory a board has. It trains for the
 * largest one and sees from the errors which ranks, byte lanes and channels
 * have chips. Then it sets geometries that are too large and looks at which
 * distance from its begin the memory repeats. So what the model has to get
 * right is training, and what an address means while the geometry in COM is
 * not that of the chips:
 *
 *   31                                                          0
 *   +---------+------+------------+------------+--------+------+
 *   | channel | rank |    bank    |    row     | column | lane |   SEQUENCE
 *   +---------+------+------------+------------+--------+------+
 *   | channel | rank |    row     |    bank    | column | lane |   otherwise
 *   +---------+------+------------+------------+--------+------+
 *
 * The fields are as wide as COM says. A chip ignores the lines for column, row
 * and bank that it does not have, so these repeat. A lane, rank or channel
 * that is not there does not answer, neither does a channel before it is set
 * up. What is above the highest field is ignored, so that memory also repeats
 * behind its end; U-Boot's get_ram_size() depends on it.
 *
 * While both geometries agree, all this is the identity, and the memory is
 * mapped directly. An access through the window's own callbacks is slow, but a
 * boot loader makes few of them while it looks for the size. Alias regions
 * would be fast, but where columns are too wide memory repeats within each
 * page, and that would take a hundred thousand of them.
 *
 * Not modelled: that the two channels are interleaved. The channel is the
 * highest bit of an address, and software can see the difference only in where
 * it finds again what it wrote in another setting. Timing, refresh, on-die
 * termination, built-in tests and the priorities of bus masters are stored.
 *
 * Where something is known from:
 *   [U] U-Boot, arch/arm/include/asm/arch-sunxi/dram_sun6i.h
 *   [R] U-Boot, arch/arm/include/asm/arch-rockchip/ddr_rk3288.h
 *   [I] inferred: from what U-Boot's arch/arm/mach-sunxi/dram_sun6i.c waits for
 *       and expects. SEQUENCE is from a comparison with the drivers for the
 *       A33 and the H3, which have the bit and probe either order.
 * Reset values are not known; the model has 0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-dramc.h"
#include "migration/vmstate.h"
#include "trace.h"

#define COM_CR                  0x000                   /* [U] */
#define COM_CR_RANK_SHIFT       0
#define COM_CR_RANK_LENGTH      2
#define COM_CR_BANK_SHIFT       2
#define COM_CR_BANK_LENGTH      2
#define COM_CR_ROW_SHIFT        4
#define COM_CR_ROW_LENGTH       4
#define COM_CR_PAGE_SHIFT       8
#define COM_CR_PAGE_LENGTH      4
#define COM_CR_BUSW_SHIFT       12
#define COM_CR_BUSW_LENGTH      2
#define COM_CR_SEQUENCE         BIT(15)
#define COM_CR_DDR3             (3 << 16)
#define COM_CR_CHANNEL_SHIFT    19
#define COM_CR_CHANNEL_LENGTH   1
#define COM_CR_UNKNOWN          (BIT(22) | BIT(20))
/* COM_CR counts rows from 1, banks from 4 and bytes in a page from 8 [U] */
#define COM_CR_ROW_BASE         1
#define COM_CR_BANK_BASE        2
#define COM_CR_PAGE_BASE        3
#define COM_CCR                 0x004                   /* [U] */
#define COM_CCR_CHANNEL_CLK(n)  BIT(n)
#define COM_CCR_MASTER_CLK      BIT(2)

#define CTL_SCTL                0x004                   /* [U] */
#define CTL_SCTL_INIT           0                       /* [R] */
#define CTL_SCTL_CFG            1                       /* [U] */
#define CTL_SCTL_GO             2                       /* [U] */
#define CTL_SCTL_SLEEP          3                       /* [R] */
#define CTL_SCTL_WAKEUP         4                       /* [R] */
#define CTL_SCTL_MASK           7
#define CTL_SSTAT               0x008                   /* [U] */
#define CTL_SSTAT_INIT_MEM      0                       /* [R] */
#define CTL_SSTAT_CONFIG        1                       /* [R] */
#define CTL_SSTAT_ACCESS        3                       /* [R] */
#define CTL_SSTAT_LOW_POWER     5                       /* [R] */
#define CTL_MCMD                0x040                   /* [U] */
#define CTL_MCMD_BUSY           BIT(31)                 /* [U] */

#define PHY_PIR                 0x004                   /* [U] */
#define PHY_PIR_INIT            BIT(0)                  /* [R] */
#define PHY_PIR_ZCAL            BIT(3)                  /* [R] */
#define PHY_PIR_DRAMINIT        BIT(6)                  /* [R] */
#define PHY_PIR_QSTRN           BIT(7)                  /* [R] */
#define PHY_PIR_CLRSR           BIT(28)                 /* [U], [R] */
#define PHY_PGCR                0x008                   /* [U] */
/* Bit 19 is rank 1 [U], so bit 18 is rank 0 [I] */
#define PHY_PGCR_RANK(n)        BIT(18 + (n))
#define PHY_PGSR                0x00c                   /* [U] */
#define PHY_PGSR_IDONE          BIT(0)                  /* [R] */
#define PHY_PGSR_DLDONE         BIT(1)                  /* [R] */
#define PHY_PGSR_ZCDONE         BIT(2)                  /* [R] */
#define PHY_PGSR_DIDONE         BIT(3)                  /* [R] */
#define PHY_PGSR_DTDONE         BIT(4)                  /* [R] */
#define PHY_PGSR_DTERR          BIT(5)                  /* [U], [R] */
#define PHY_ACDLLCR             0x014                   /* [U] */
/* One block for each byte lane */
#define PHY_DX(n, offset)       (0x1c0 + 0x40 * (n) + (offset))
#define DX_GCR                  0x00                    /* [U] */
#define DX_GCR_EN               BIT(0)                  /* [U] */
#define DX_GSR0                 0x04                    /* [U] */
#define DX_GSR0_DTDONE(rank)    BIT(0 + (rank))         /* [U] */
#define DX_GSR0_DTERR(rank)     BIT(4 + (rank))         /* [U] */
#define DX_GSR1                 0x08                    /* [U] */
#define DX_DLLCR                0x0c                    /* [U] */
#define DX_DQSTR                0x14                    /* [U] */
/* ACDLLCR and DX_DLLCR */
#define DLLCR_NRESET            BIT(30)                 /* [U] */
#define DLLCR_DISABLE           BIT(31)                 /* [U] */

#define NUM_LANES               4
#define NUM_RANKS               2

/* DDR3 chips have 8 banks, and these addresses on the boards looked at [I] */
#define CHIP_BANK_BITS          3
#define CHIP_COLUMN_BITS        10
#define CHIP_ROW_BITS_MIN       12
#define CHIP_ROW_BITS_MAX       16

#define REG(offset)             ((offset) / sizeof(uint32_t))

typedef struct AwA31DramcRegs {
    uint16_t first;
    uint16_t last;
    bool read_only;
} AwA31DramcRegs;

typedef struct AwA31DramcBlockType {
    const AwA31DramcRegs *regs;
    size_t num_regs;
    uint32_t (*read)(AwA31DramcBlock *b, hwaddr offset);
    void (*written)(AwA31DramcBlock *b, hwaddr offset, uint32_t value);
} AwA31DramcBlockType;

/* All registers are [U]. Those read-only are by their names [I]. */
static const AwA31DramcRegs aw_a31_dramc_com_regs[] = {
    { 0x000, 0x00c },                   /* CR, CCR, DBGCR, DBGCR1 */
    { 0x010, 0x02c },                   /* RMCR */
    { 0x030, 0x06c },                   /* MMCR */
    { 0x070, 0x084 },                   /* MBAGCR */
    { 0x088, 0x088 },                   /* MAER */
    { 0x100, 0x11c },                   /* MDFS... */
    { 0x13c, 0x13c },                   /* MDFSIVR */
    { 0x14c, 0x14c },                   /* MDFSTCR */
};

static const AwA31DramcRegs aw_a31_dramc_ctl_regs[] = {
    { CTL_SCTL, CTL_SCTL },
    { CTL_SSTAT, CTL_SSTAT, true },
    { CTL_MCMD, CTL_MCMD },
    { 0x04c, 0x04c, true },             /* CMDSTAT */
    { 0x050, 0x050 },                   /* CMDSTATEN */
    { 0x060, 0x060 },                   /* MRRCFG0 */
    { 0x064, 0x068, true },             /* MRRSTAT0, MRRSTAT1 */
    { 0x07c, 0x084 },                   /* MCFG1, MCFG, PPCFG */
    { 0x088, 0x088, true },             /* MSTAT */
    { 0x08c, 0x08c },                   /* LP2ZQCFG */
    { 0x094, 0x0ac, true },             /* DTUSTAT to DTUPRD3 */
    { 0x0b0, 0x0b0 },                   /* DTUAWDT */
    { 0x0c0, 0x0c0 },                   /* TOGCNT1U */
    { 0x0cc, 0x144 },                   /* TOGCNT100N, TREFI to TDPD */
    { 0x200, 0x220 },                   /* DTUWACTL to DTUWDM */
    { 0x224, 0x230, true },             /* DTURD */
    { 0x234, 0x234 },                   /* DTULFSRWD */
    { 0x238, 0x23c, true },             /* DTULFSRRD, DTUEAF */
    { 0x240, 0x254 },                   /* DFITCTLDLY to DFITPHYWRL */
    { 0x260, 0x264 },                   /* DFITRDDEN, DFITPHYRDL */
    { 0x270, 0x288 },                   /* DFITPHYUPD..., DFITCTRLUPD... */
    { 0x290, 0x298 },                   /* DFIUPDCFG to DFITCRLUPDI */
    { 0x2ac, 0x2ac },                   /* DFITRCFG0 */
    { 0x2b0, 0x2b0, true },             /* DFITRSTAT0 */
    { 0x2b4, 0x2bc },                   /* DFITRWRLVLEN to DFITRRDLVLGATEEN */
    { 0x2c4, 0x2c8 },                   /* DFISTCFG0, DFISTCFG1 */
    { 0x2d0, 0x2d4 },                   /* DFITDRAMCLKEN, DFITDRAMCLKDIS */
    { 0x2f0, 0x2f0 },                   /* DFILPCFG0 */
};

static const AwA31DramcRegs aw_a31_dramc_phy_regs[] = {
    { PHY_PIR, PHY_PGCR },
    { PHY_PGSR, PHY_PGSR, true },
    { 0x010, 0x05c },                   /* DLLGCR to DTD1 */
    { 0x0c0, 0x0d4 },                   /* DCUAR to DCUTPR */
    { 0x0d8, 0x0dc, true },             /* DCUSR0, DCUSR1 */
    { 0x100, 0x120 },                   /* BISTRR to BISTUPDR */
    { 0x124, 0x140, true },             /* BISTGSR to BISTFWR1 */
    { 0x180, 0x184 },                   /* ZQ0CR0, ZQ0CR1 */
    { 0x188, 0x18c, true },             /* ZQ0SR0, ZQ0SR1 */
    { PHY_DX(0, DX_GCR), PHY_DX(0, DX_GCR) },
    { PHY_DX(0, DX_GSR0), PHY_DX(0, DX_GSR1), true },
    { PHY_DX(0, DX_DLLCR), PHY_DX(0, DX_DQSTR) },
    { PHY_DX(1, DX_GCR), PHY_DX(1, DX_GCR) },
    { PHY_DX(1, DX_GSR0), PHY_DX(1, DX_GSR1), true },
    { PHY_DX(1, DX_DLLCR), PHY_DX(1, DX_DQSTR) },
    { PHY_DX(2, DX_GCR), PHY_DX(2, DX_GCR) },
    { PHY_DX(2, DX_GSR0), PHY_DX(2, DX_GSR1), true },
    { PHY_DX(2, DX_DLLCR), PHY_DX(2, DX_DQSTR) },
    { PHY_DX(3, DX_GCR), PHY_DX(3, DX_GCR) },
    { PHY_DX(3, DX_GSR0), PHY_DX(3, DX_GSR1), true },
    { PHY_DX(3, DX_DLLCR), PHY_DX(3, DX_DQSTR) },
};

/* The fields of an address, from the lowest */
static const uint8_t aw_a31_dram_sequence[AW_A31_DRAM_NUM_FIELDS] = {
    AW_A31_DRAM_LANE, AW_A31_DRAM_COLUMN, AW_A31_DRAM_ROW, AW_A31_DRAM_BANK,
    AW_A31_DRAM_RANK, AW_A31_DRAM_CHANNEL,
};

static const uint8_t aw_a31_dram_interleaved[AW_A31_DRAM_NUM_FIELDS] = {
    AW_A31_DRAM_LANE, AW_A31_DRAM_COLUMN, AW_A31_DRAM_BANK, AW_A31_DRAM_ROW,
    AW_A31_DRAM_RANK, AW_A31_DRAM_CHANNEL,
};

static uint32_t *aw_a31_dramc_com(AwA31DramcState *s)
{
    return s->block[AW_A31_DRAMC_COM].regs;
}

static uint32_t *aw_a31_dramc_ctl(AwA31DramcState *s, unsigned channel)
{
    return s->block[AW_A31_DRAMC_CTL0 + channel].regs;
}

static uint32_t *aw_a31_dramc_phy(AwA31DramcState *s, unsigned channel)
{
    return s->block[AW_A31_DRAMC_PHY0 + channel].regs;
}

static AwA31DramGeometry aw_a31_dramc_programmed(AwA31DramcState *s)
{
    uint32_t cr = aw_a31_dramc_com(s)[REG(COM_CR)];
    unsigned page = extract32(cr, COM_CR_PAGE_SHIFT, COM_CR_PAGE_LENGTH) +
                    COM_CR_PAGE_BASE;
    /* 0, 1 and 3 for 8, 16 and 32 bits; 8 is not known to work */
    unsigned lane = 31 - clz32(extract32(cr, COM_CR_BUSW_SHIFT,
                                         COM_CR_BUSW_LENGTH) + 1);
    AwA31DramGeometry programmed = {
        .bits = {
            [AW_A31_DRAM_LANE] = lane,
            [AW_A31_DRAM_COLUMN] = page - lane,
            [AW_A31_DRAM_ROW] =
                extract32(cr, COM_CR_ROW_SHIFT, COM_CR_ROW_LENGTH) +
                COM_CR_ROW_BASE,
            [AW_A31_DRAM_BANK] =
                extract32(cr, COM_CR_BANK_SHIFT, COM_CR_BANK_LENGTH) +
                COM_CR_BANK_BASE,
            [AW_A31_DRAM_RANK] =
                32 - clz32(extract32(cr, COM_CR_RANK_SHIFT,
                                     COM_CR_RANK_LENGTH)),
            [AW_A31_DRAM_CHANNEL] =
                extract32(cr, COM_CR_CHANNEL_SHIFT, COM_CR_CHANNEL_LENGTH),
        },
    };

    return programmed;
}

/* The value of COM_CR for the geometry of the chips */
static uint32_t aw_a31_dramc_cr(const AwA31DramcState *s)
{
    const uint8_t *bits = s->geometry.bits;
    unsigned page = bits[AW_A31_DRAM_LANE] + bits[AW_A31_DRAM_COLUMN];
    unsigned lanes = 1 << bits[AW_A31_DRAM_LANE];
    uint32_t cr = COM_CR_UNKNOWN | COM_CR_DDR3;

    cr = deposit32(cr, COM_CR_RANK_SHIFT, COM_CR_RANK_LENGTH,
                   bits[AW_A31_DRAM_RANK]);
    cr = deposit32(cr, COM_CR_BANK_SHIFT, COM_CR_BANK_LENGTH,
                   bits[AW_A31_DRAM_BANK] - COM_CR_BANK_BASE);
    cr = deposit32(cr, COM_CR_ROW_SHIFT, COM_CR_ROW_LENGTH,
                   bits[AW_A31_DRAM_ROW] - COM_CR_ROW_BASE);
    cr = deposit32(cr, COM_CR_PAGE_SHIFT, COM_CR_PAGE_LENGTH,
                   page - COM_CR_PAGE_BASE);
    cr = deposit32(cr, COM_CR_BUSW_SHIFT, COM_CR_BUSW_LENGTH, lanes - 1);
    cr = deposit32(cr, COM_CR_CHANNEL_SHIFT, COM_CR_CHANNEL_LENGTH,
                   bits[AW_A31_DRAM_CHANNEL]);

    return cr;
}

static bool aw_a31_dramc_clocked(AwA31DramcState *s, unsigned channel)
{
    uint32_t clocks = COM_CCR_MASTER_CLK | COM_CCR_CHANNEL_CLK(channel);

    return (aw_a31_dramc_com(s)[REG(COM_CCR)] & clocks) == clocks;
}

/* Returns true if the channel's chips answer to an access */
static bool aw_a31_dramc_channel_up(AwA31DramcState *s, unsigned channel)
{
    return aw_a31_dramc_clocked(s, channel) && s->chips_ready[channel] &&
           aw_a31_dramc_ctl(s, channel)[REG(CTL_SSTAT)] == CTL_SSTAT_ACCESS;
}

/* Map the memory directly if that makes no difference */
static void aw_a31_dramc_update_mapping(AwA31DramcState *s)
{
    AwA31DramGeometry programmed = aw_a31_dramc_programmed(s);
    bool direct = !memcmp(&programmed, &s->geometry, sizeof(programmed));

    for (unsigned i = 0; i < s->channels; i++) {
        direct = direct && aw_a31_dramc_channel_up(s, i);
    }

    trace_allwinner_a31_dramc_mapping(direct, programmed.bits[AW_A31_DRAM_LANE],
                                      programmed.bits[AW_A31_DRAM_COLUMN],
                                      programmed.bits[AW_A31_DRAM_ROW],
                                      programmed.bits[AW_A31_DRAM_BANK],
                                      programmed.bits[AW_A31_DRAM_RANK],
                                      programmed.bits[AW_A31_DRAM_CHANNEL]);
    memory_region_set_enabled(&s->ram_alias, direct);
}

/* Returns true and sets *@ram_addr if there is memory at @addr of the window */
static bool aw_a31_dramc_translate(AwA31DramcState *s, hwaddr addr,
                                   hwaddr *ram_addr)
{
    AwA31DramGeometry programmed = aw_a31_dramc_programmed(s);
    const uint8_t *fields = aw_a31_dram_interleaved;
    uint64_t value[AW_A31_DRAM_NUM_FIELDS];
    unsigned shift = 0;

    if (aw_a31_dramc_com(s)[REG(COM_CR)] & COM_CR_SEQUENCE) {
        fields = aw_a31_dram_sequence;
    }

    *ram_addr = 0;
    for (unsigned i = 0; i < AW_A31_DRAM_NUM_FIELDS; i++) {
        unsigned field = fields[i];
        uint64_t mask = (1ULL << s->geometry.bits[field]) - 1;

        value[field] = addr & ((1ULL << programmed.bits[field]) - 1);
        addr >>= programmed.bits[field];
        *ram_addr |= (value[field] & mask) << shift;
        shift += s->geometry.bits[field];
    }

    return value[AW_A31_DRAM_LANE] >> s->geometry.bits[AW_A31_DRAM_LANE] == 0 &&
           value[AW_A31_DRAM_RANK] >> s->geometry.bits[AW_A31_DRAM_RANK] == 0 &&
           aw_a31_dramc_channel_up(s, value[AW_A31_DRAM_CHANNEL]);
}

static void aw_a31_dramc_no_answer(hwaddr addr, unsigned size,
                                   const char *access)
{
    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_DRAMC
                  ": no DRAM answers to a %s of %u bytes at offset 0x%08"
                  HWADDR_PRIx "\n", access, size, addr);
}

static uint64_t aw_a31_dramc_window_read(void *opaque, hwaddr addr,
                                         unsigned size)
{
    AwA31DramcState *s = opaque;
    uint64_t value = 0;
    bool answered = true;
    hwaddr ram_addr;

    for (unsigned i = 0; i < size; i++) {
        if (aw_a31_dramc_translate(s, addr + i, &ram_addr)) {
            uint64_t byte = address_space_ldub(&s->ram_as, ram_addr,
                                               MEMTXATTRS_UNSPECIFIED, NULL);

            value |= byte << (8 * i);
        } else {
            answered = false;
        }
    }

    if (!answered) {
        aw_a31_dramc_no_answer(addr, size, "read");
    }

    return value;
}

static void aw_a31_dramc_window_write(void *opaque, hwaddr addr, uint64_t value,
                                      unsigned size)
{
    AwA31DramcState *s = opaque;
    bool answered = true;
    hwaddr ram_addr;

    for (unsigned i = 0; i < size; i++) {
        if (aw_a31_dramc_translate(s, addr + i, &ram_addr)) {
            address_space_stb(&s->ram_as, ram_addr, value >> (8 * i),
                              MEMTXATTRS_UNSPECIFIED, NULL);
        } else {
            answered = false;
        }
    }

    if (!answered) {
        aw_a31_dramc_no_answer(addr, size, "write");
    }
}

static const MemoryRegionOps aw_a31_dramc_window_ops = {
    .read = aw_a31_dramc_window_read,
    .write = aw_a31_dramc_window_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 1,
        .max_access_size = 8,
    },
    .impl = {
        .min_access_size = 1,
        .max_access_size = 8,
    },
};

static void aw_a31_dramc_com_written(AwA31DramcBlock *b, hwaddr offset,
                                     uint32_t value)
{
    if (offset == COM_CR || offset == COM_CCR) {
        aw_a31_dramc_update_mapping(b->dramc);
    }
}

/* The states of the protocol controller [R]; passing through takes no time */
static const struct {
    uint8_t command;
    uint8_t from;
    uint8_t to;
} aw_a31_dramc_transitions[] = {
    { CTL_SCTL_CFG,     CTL_SSTAT_INIT_MEM,     CTL_SSTAT_CONFIG },
    { CTL_SCTL_INIT,    CTL_SSTAT_CONFIG,       CTL_SSTAT_INIT_MEM },
    { CTL_SCTL_GO,      CTL_SSTAT_CONFIG,       CTL_SSTAT_ACCESS },
    { CTL_SCTL_CFG,     CTL_SSTAT_ACCESS,       CTL_SSTAT_CONFIG },
    { CTL_SCTL_SLEEP,   CTL_SSTAT_ACCESS,       CTL_SSTAT_LOW_POWER },
    { CTL_SCTL_WAKEUP,  CTL_SSTAT_LOW_POWER,    CTL_SSTAT_ACCESS },
};

static void aw_a31_dramc_change_state(AwA31DramcBlock *b, unsigned command)
{
    uint32_t *state = &b->regs[REG(CTL_SSTAT)];

    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_dramc_transitions); i++) {
        if (aw_a31_dramc_transitions[i].command == command &&
            aw_a31_dramc_transitions[i].from == *state) {
            *state = aw_a31_dramc_transitions[i].to;
            aw_a31_dramc_update_mapping(b->dramc);
            return;
        }
    }

    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_DRAMC
                  ": %s: command %u is not for state %u\n",
                  b->name, command, *state);
}

static void aw_a31_dramc_ctl_written(AwA31DramcBlock *b, hwaddr offset,
                                     uint32_t value)
{
    switch (offset) {
    case CTL_SCTL:
        aw_a31_dramc_change_state(b, value & CTL_SCTL_MASK);
        break;
    case CTL_MCMD:
        b->regs[REG(CTL_MCMD)] &= ~CTL_MCMD_BUSY;
        break;
    }
}

static bool aw_a31_dramc_dll_locked(const uint32_t *dllcr)
{
    return (*dllcr & (DLLCR_DISABLE | DLLCR_NRESET)) == DLLCR_NRESET;
}

/* Locked are the DLLs of addresses and commands, and of each lane in use */
static bool aw_a31_dramc_phy_locked(AwA31DramcBlock *b)
{
    bool locked = aw_a31_dramc_clocked(b->dramc, b->channel) &&
                  aw_a31_dramc_dll_locked(&b->regs[REG(PHY_ACDLLCR)]);

    for (unsigned i = 0; i < NUM_LANES; i++) {
        if (b->regs[REG(PHY_DX(i, DX_GCR))] & DX_GCR_EN) {
            locked = locked &&
                aw_a31_dramc_dll_locked(&b->regs[REG(PHY_DX(i, DX_DLLCR))]);
        }
    }

    return locked;
}

/* What training tells of one rank of a lane */
static uint32_t aw_a31_dramc_train_rank(AwA31DramcBlock *b, unsigned lane,
                                        unsigned rank)
{
    const uint8_t *bits = b->dramc->geometry.bits;
    bool present = lane >> bits[AW_A31_DRAM_LANE] == 0 &&
                   rank >> bits[AW_A31_DRAM_RANK] == 0;

    if (present && b->dramc->chips_ready[b->channel]) {
        return DX_GSR0_DTDONE(rank);
    }

    return DX_GSR0_DTDONE(rank) | DX_GSR0_DTERR(rank);
}

/* Train all lanes and ranks that software thinks are there */
static void aw_a31_dramc_train(AwA31DramcBlock *b)
{
    uint32_t *pgsr = &b->regs[REG(PHY_PGSR)];

    for (unsigned lane = 0; lane < NUM_LANES; lane++) {
        uint32_t *gsr0 = &b->regs[REG(PHY_DX(lane, DX_GSR0))];

        if (!(b->regs[REG(PHY_DX(lane, DX_GCR))] & DX_GCR_EN)) {
            continue;
        }
        for (unsigned rank = 0; rank < NUM_RANKS; rank++) {
            if (b->regs[REG(PHY_PGCR)] & PHY_PGCR_RANK(rank)) {
                uint32_t result = aw_a31_dramc_train_rank(b, lane, rank);

                *gsr0 |= result;
                if (result & DX_GSR0_DTERR(rank)) {
                    *pgsr |= PHY_PGSR_DTERR;
                }
            }
        }
    }

    *pgsr |= PHY_PGSR_DTDONE;
}

static void aw_a31_dramc_clear_status(AwA31DramcBlock *b)
{
    b->regs[REG(PHY_PGSR)] = 0;
    for (unsigned i = 0; i < NUM_LANES; i++) {
        b->regs[REG(PHY_DX(i, DX_GSR0))] = 0;
    }
}

static void aw_a31_dramc_phy_init(AwA31DramcBlock *b, uint32_t pir)
{
    AwA31DramcState *s = b->dramc;

    if (!aw_a31_dramc_phy_locked(b)) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_DRAMC
                      ": %s: initialization without clock or DLLs\n",
                      b->name);
        return;
    }

    if (pir & PHY_PIR_ZCAL) {
        b->regs[REG(PHY_PGSR)] |= PHY_PGSR_ZCDONE;
    }
    if (pir & PHY_PIR_DRAMINIT) {
        b->regs[REG(PHY_PGSR)] |= PHY_PGSR_DIDONE;
        s->chips_ready[b->channel] = b->channel < s->channels;
        aw_a31_dramc_update_mapping(s);
    }
    if (pir & PHY_PIR_QSTRN) {
        aw_a31_dramc_train(b);
    }
}

static void aw_a31_dramc_phy_written(AwA31DramcBlock *b, hwaddr offset,
                                     uint32_t value)
{
    if (offset != PHY_PIR) {
        return;
    }

    /* Both are triggers [R] */
    b->regs[REG(PHY_PIR)] &= ~(PHY_PIR_CLRSR | PHY_PIR_INIT);
    if (value & PHY_PIR_CLRSR) {
        aw_a31_dramc_clear_status(b);
    }
    if (value & PHY_PIR_INIT) {
        aw_a31_dramc_phy_init(b, value);
    }
}

static uint32_t aw_a31_dramc_phy_read(AwA31DramcBlock *b, hwaddr offset)
{
    uint32_t value = b->regs[REG(offset)];

    /*
     * U-Boot finds these before it starts any initialization, and again after
     * one without DLLLOCK behind a CLRSR, so they are no latches [I].
     */
    if (offset == PHY_PGSR && aw_a31_dramc_phy_locked(b)) {
        value |= PHY_PGSR_IDONE | PHY_PGSR_DLDONE;
    }

    return value;
}

static uint32_t aw_a31_dramc_plain_read(AwA31DramcBlock *b, hwaddr offset)
{
    return b->regs[REG(offset)];
}

static const AwA31DramcBlockType aw_a31_dramc_com_type = {
    .regs = aw_a31_dramc_com_regs,
    .num_regs = ARRAY_SIZE(aw_a31_dramc_com_regs),
    .read = aw_a31_dramc_plain_read,
    .written = aw_a31_dramc_com_written,
};

static const AwA31DramcBlockType aw_a31_dramc_ctl_type = {
    .regs = aw_a31_dramc_ctl_regs,
    .num_regs = ARRAY_SIZE(aw_a31_dramc_ctl_regs),
    .read = aw_a31_dramc_plain_read,
    .written = aw_a31_dramc_ctl_written,
};

static const AwA31DramcBlockType aw_a31_dramc_phy_type = {
    .regs = aw_a31_dramc_phy_regs,
    .num_regs = ARRAY_SIZE(aw_a31_dramc_phy_regs),
    .read = aw_a31_dramc_phy_read,
    .written = aw_a31_dramc_phy_written,
};

static const struct {
    const char *name;
    const AwA31DramcBlockType *type;
    unsigned channel;
} aw_a31_dramc_blocks[AW_A31_DRAMC_NUM_BLOCKS] = {
    [AW_A31_DRAMC_COM]  = { "COM", &aw_a31_dramc_com_type },
    [AW_A31_DRAMC_CTL0] = { "CTL0", &aw_a31_dramc_ctl_type, 0 },
    [AW_A31_DRAMC_CTL1] = { "CTL1", &aw_a31_dramc_ctl_type, 1 },
    [AW_A31_DRAMC_PHY0] = { "PHY0", &aw_a31_dramc_phy_type, 0 },
    [AW_A31_DRAMC_PHY1] = { "PHY1", &aw_a31_dramc_phy_type, 1 },
};

static const AwA31DramcRegs *aw_a31_dramc_find(const AwA31DramcBlock *b,
                                               hwaddr offset)
{
    for (size_t i = 0; i < b->type->num_regs; i++) {
        const AwA31DramcRegs *regs = &b->type->regs[i];

        if (offset >= regs->first && offset <= regs->last) {
            return regs;
        }
    }

    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_DRAMC
                  ": %s: no register at offset 0x%03" HWADDR_PRIx "\n",
                  b->name, offset);
    return NULL;
}

static uint64_t aw_a31_dramc_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31DramcBlock *b = opaque;
    uint32_t value;

    if (!aw_a31_dramc_find(b, offset)) {
        return 0;
    }

    value = b->type->read(b, offset);
    trace_allwinner_a31_dramc_read(b->name, offset, value);

    return value;
}

static void aw_a31_dramc_write(void *opaque, hwaddr offset, uint64_t value,
                               unsigned size)
{
    AwA31DramcBlock *b = opaque;
    const AwA31DramcRegs *regs = aw_a31_dramc_find(b, offset);

    if (!regs) {
        return;
    }

    trace_allwinner_a31_dramc_write(b->name, offset, value);

    if (regs->read_only) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_DRAMC
                      ": %s: register at offset 0x%03" HWADDR_PRIx
                      " is read-only\n", b->name, offset);
        return;
    }

    b->regs[REG(offset)] = value;
    b->type->written(b, offset, value);
}

static const MemoryRegionOps aw_a31_dramc_ops = {
    .read = aw_a31_dramc_read,
    .write = aw_a31_dramc_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 4,
        .max_access_size = 4,
    },
    .impl = {
        .min_access_size = 4,
        .max_access_size = 4,
    },
};

/* The part of what a boot loader leaves that the model looks at */
static void aw_a31_dramc_boot_loader(AwA31DramcState *s)
{
    aw_a31_dramc_com(s)[REG(COM_CR)] = aw_a31_dramc_cr(s);
    aw_a31_dramc_com(s)[REG(COM_CCR)] = COM_CCR_MASTER_CLK;

    for (unsigned i = 0; i < s->channels; i++) {
        uint32_t *phy = aw_a31_dramc_phy(s, i);

        aw_a31_dramc_com(s)[REG(COM_CCR)] |= COM_CCR_CHANNEL_CLK(i);
        aw_a31_dramc_ctl(s, i)[REG(CTL_SSTAT)] = CTL_SSTAT_ACCESS;
        phy[REG(PHY_ACDLLCR)] = DLLCR_NRESET;
        for (unsigned j = 0; j < 1 << s->geometry.bits[AW_A31_DRAM_LANE]; j++) {
            phy[REG(PHY_DX(j, DX_GCR))] = DX_GCR_EN;
            phy[REG(PHY_DX(j, DX_DLLCR))] = DLLCR_NRESET;
        }
        s->chips_ready[i] = true;
    }
}

static void aw_a31_dramc_reset_enter(Object *obj, ResetType type)
{
    AwA31DramcState *s = AW_A31_DRAMC(obj);

    for (unsigned i = 0; i < AW_A31_DRAMC_NUM_BLOCKS; i++) {
        memset(s->block[i].regs, 0, sizeof(s->block[i].regs));
    }
    memset(s->chips_ready, 0, sizeof(s->chips_ready));

    if (s->initialized) {
        aw_a31_dramc_boot_loader(s);
    }
}

static void aw_a31_dramc_reset_hold(Object *obj, ResetType type)
{
    aw_a31_dramc_update_mapping(AW_A31_DRAMC(obj));
}

static void aw_a31_dramc_init(Object *obj)
{
    AwA31DramcState *s = AW_A31_DRAMC(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    for (unsigned i = 0; i < AW_A31_DRAMC_NUM_BLOCKS; i++) {
        AwA31DramcBlock *b = &s->block[i];

        b->dramc = s;
        b->name = aw_a31_dramc_blocks[i].name;
        b->type = aw_a31_dramc_blocks[i].type;
        b->channel = aw_a31_dramc_blocks[i].channel;
        memory_region_init_io(&b->iomem, obj, &aw_a31_dramc_ops, b,
                              TYPE_AW_A31_DRAMC, AW_A31_DRAMC_IOSIZE);
        sysbus_init_mmio(sbd, &b->iomem);
    }

    memory_region_init_io(&s->window, obj, &aw_a31_dramc_window_ops, s,
                          TYPE_AW_A31_DRAMC "-window",
                          AW_A31_DRAMC_WINDOW_SIZE);
    sysbus_init_mmio(sbd, &s->window);
}

/* Find chips that make up the memory there is */
static bool aw_a31_dramc_set_geometry(AwA31DramcState *s, Error **errp)
{
    uint64_t size = memory_region_size(s->ram);
    uint8_t *bits = s->geometry.bits;
    int row;

    bits[AW_A31_DRAM_LANE] = ctz32(s->bus_width / 8);
    bits[AW_A31_DRAM_COLUMN] = CHIP_COLUMN_BITS;
    bits[AW_A31_DRAM_BANK] = CHIP_BANK_BITS;
    bits[AW_A31_DRAM_RANK] = s->ranks - 1;
    bits[AW_A31_DRAM_CHANNEL] = s->channels - 1;

    row = ctz64(size) - bits[AW_A31_DRAM_LANE] - bits[AW_A31_DRAM_COLUMN] -
          bits[AW_A31_DRAM_BANK] - bits[AW_A31_DRAM_RANK] -
          bits[AW_A31_DRAM_CHANNEL];
    if (!is_power_of_2(size) || size > AW_A31_DRAMC_WINDOW_SIZE ||
        row < CHIP_ROW_BITS_MIN || row > CHIP_ROW_BITS_MAX) {
        error_setg(errp, "no DDR3 chips make %" PRIu64 " MiB with channels=%u,"
                   " bus-width=%u, ranks=%u", size / MiB, s->channels,
                   s->bus_width, s->ranks);
        return false;
    }
    bits[AW_A31_DRAM_ROW] = row;

    return true;
}

static void aw_a31_dramc_realize(DeviceState *dev, Error **errp)
{
    AwA31DramcState *s = AW_A31_DRAMC(dev);

    if (!s->ram) {
        error_setg(errp, TYPE_AW_A31_DRAMC " 'ram' link not set");
        return;
    }
    if (s->channels < 1 || s->channels > AW_A31_DRAMC_NUM_CHANNELS) {
        error_setg(errp, "channels must be 1 or 2");
        return;
    }
    if (s->bus_width != 16 && s->bus_width != 32) {
        error_setg(errp, "bus-width must be 16 or 32");
        return;
    }
    if (s->ranks < 1 || s->ranks > NUM_RANKS) {
        error_setg(errp, "ranks must be 1 or 2");
        return;
    }
    if (!aw_a31_dramc_set_geometry(s, errp)) {
        return;
    }

    address_space_init(&s->ram_as, s->ram, TYPE_AW_A31_DRAMC "-ram");
    memory_region_init_alias(&s->ram_alias, OBJECT(s),
                             TYPE_AW_A31_DRAMC "-direct", s->ram, 0,
                             memory_region_size(s->ram));
    memory_region_set_enabled(&s->ram_alias, false);
    memory_region_add_subregion(&s->window, 0, &s->ram_alias);
}

static int aw_a31_dramc_post_load(void *opaque, int version_id)
{
    aw_a31_dramc_update_mapping(opaque);

    return 0;
}

static const VMStateDescription aw_a31_dramc_block_vmstate = {
    .name = TYPE_AW_A31_DRAMC "-block",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, AwA31DramcBlock, AW_A31_DRAMC_NUM_REGS),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription aw_a31_dramc_vmstate = {
    .name = TYPE_AW_A31_DRAMC,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = aw_a31_dramc_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT_ARRAY(block, AwA31DramcState, AW_A31_DRAMC_NUM_BLOCKS, 1,
                             aw_a31_dramc_block_vmstate, AwA31DramcBlock),
        VMSTATE_BOOL_ARRAY(chips_ready, AwA31DramcState,
                           AW_A31_DRAMC_NUM_CHANNELS),
        VMSTATE_END_OF_LIST()
    }
};

static const Property aw_a31_dramc_properties[] = {
    DEFINE_PROP_LINK("ram", AwA31DramcState, ram, TYPE_MEMORY_REGION,
                     MemoryRegion *),
    DEFINE_PROP_UINT8("channels", AwA31DramcState, channels,
                      AW_A31_DRAMC_NUM_CHANNELS),
    DEFINE_PROP_UINT8("bus-width", AwA31DramcState, bus_width, 32),
    DEFINE_PROP_UINT8("ranks", AwA31DramcState, ranks, 1),
    DEFINE_PROP_BOOL("initialized", AwA31DramcState, initialized, false),
};

static void aw_a31_dramc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_dramc_reset_enter;
    rc->phases.hold = aw_a31_dramc_reset_hold;
    dc->realize = aw_a31_dramc_realize;
    dc->vmsd = &aw_a31_dramc_vmstate;
    dc->desc = "Allwinner A31 DRAM controller";
    device_class_set_props(dc, aw_a31_dramc_properties);
}

static const TypeInfo aw_a31_dramc_types[] = {
    {
        .name = TYPE_AW_A31_DRAMC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31DramcState),
        .instance_init = aw_a31_dramc_init,
        .class_init = aw_a31_dramc_class_init,
    },
};

DEFINE_TYPES(aw_a31_dramc_types)
