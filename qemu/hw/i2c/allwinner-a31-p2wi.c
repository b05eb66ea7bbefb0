/*
 * Allwinner A31 (sun6i) P2WI, Push-Pull Two Wire Interface
 *
 * A bus between the SoC and its one power management chip, with the wires of
 * I2C but another protocol: no slave address and no acknowledge, a parity bit
 * for each byte. The chip starts up speaking I2C; a write by I2C to one of its
 * registers, for which the controller has a register of its own, makes it
 * listen to P2WI. For QEMU the slave is an I2C device on a bus with no other.
 *
 * A transfer takes no time. There is no parity error, so a transfer only fails
 * if no slave is listening; that it then reports an error in the first byte is
 * inferred.
 *
 * Registers are those of Linux, drivers/i2c/busses/i2c-sun6i-p2wi.c. That each
 * byte of DATA has its own register address, in the same place in DADDR, and
 * that the reset bits clear themselves, is inferred. So is that PMCR holds the
 * slave's address as it goes over the wire, with the direction in bit 0: U-Boot
 * writes 0x68 to reach an AXP221, which other SoCs find at I2C address 0x34.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/arm/linux-boot-if.h"
#include "hw/i2c/i2c.h"
#include "hw/i2c/allwinner-a31-p2wi.h"
#include "hw/irq.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "trace.h"

#define P2WI_CTRL               0x00
#define P2WI_CCR                0x04
#define P2WI_INTE               0x08
#define P2WI_INTS               0x0c
#define P2WI_DADDR0             0x10
#define P2WI_DADDR1             0x14
#define P2WI_DLEN               0x18
#define P2WI_DATA0              0x1c
#define P2WI_DATA1              0x20
#define P2WI_LCR                0x24
#define P2WI_PMCR               0x28

#define CTRL_START_TRANS        BIT(7)
#define CTRL_ABORT_TRANS        BIT(6)
#define CTRL_GLOBAL_INT_ENB     BIT(1)
#define CTRL_SOFT_RST           BIT(0)

#define INTS_TRANS_ERR_BYTE0    BIT(8)
#define INTS_LOAD_BSY           BIT(2)
#define INTS_TRANS_ERR          BIT(1)
#define INTS_TRANS_OVER         BIT(0)
#define INTS_MASK               (INTS_LOAD_BSY | INTS_TRANS_ERR | \
                                 INTS_TRANS_OVER)
#define INTS_ERR_ID_MASK        0xff00

#define DLEN_READ               BIT(4)

/* Both lines are high while nobody uses them; like the TWI's, not checked */
#define LCR_RESET               0x3a

#define PMCR_INIT_SEND          BIT(31)
#define PMCR_I2C_READ           BIT(0)
/* What makes an AXP221 leave I2C: 0x3e to its register 0x3e (U-Boot) */
#define AXP221_MODE_REG         0x3e
#define AXP221_MODE_P2WI        0x3e

static void aw_a31_p2wi_update_irq(AwA31P2wiState *s)
{
    qemu_set_irq(s->irq, (s->ctrl & CTRL_GLOBAL_INT_ENB) &&
                         (s->ints & s->inte & INTS_MASK));
}

/* The slave, or NULL if the machine has none */
static I2CSlave *aw_a31_p2wi_slave(AwA31P2wiState *s)
{
    BusChild *kid = QTAILQ_FIRST(&BUS(s->bus)->children);

    return kid ? I2C_SLAVE(kid->child) : NULL;
}

static bool aw_a31_p2wi_write_slave(AwA31P2wiState *s, uint8_t address,
                                    uint8_t reg, uint8_t value)
{
    if (i2c_start_send(s->bus, address)) {
        return false;
    }
    i2c_send(s->bus, reg);
    i2c_send(s->bus, value);
    i2c_end_transfer(s->bus);

    return true;
}

static bool aw_a31_p2wi_read_slave(AwA31P2wiState *s, uint8_t address,
                                   uint8_t reg, uint8_t *value)
{
    if (i2c_start_send(s->bus, address)) {
        return false;
    }
    i2c_send(s->bus, reg);
    if (i2c_start_recv(s->bus, address)) {
        i2c_end_transfer(s->bus);
        return false;
    }
    *value = i2c_recv(s->bus);
    i2c_nack(s->bus);
    i2c_end_transfer(s->bus);

    return true;
}

static uint8_t aw_a31_p2wi_get_byte(const uint32_t *regs, unsigned i)
{
    return extract32(regs[i / 4], i % 4 * 8, 8);
}

static void aw_a31_p2wi_set_byte(uint32_t *regs, unsigned i, uint8_t value)
{
    regs[i / 4] = deposit32(regs[i / 4], i % 4 * 8, 8, value);
}

/* Send the write that PMCR holds, by I2C */
static void aw_a31_p2wi_send_init(AwA31P2wiState *s)
{
    uint8_t address = extract32(s->pmcr, 1, 7);
    uint8_t reg = extract32(s->pmcr, 8, 8);
    uint8_t value = extract32(s->pmcr, 16, 8);

    trace_allwinner_a31_p2wi_init_slave(address, reg, value);

    if (s->slave_ready || (s->pmcr & PMCR_I2C_READ)) {
        return;
    }
    if (aw_a31_p2wi_write_slave(s, address, reg, value)) {
        s->slave_ready = reg == AXP221_MODE_REG && value == AXP221_MODE_P2WI;
    }
}

static bool aw_a31_p2wi_transfer(AwA31P2wiState *s)
{
    I2CSlave *slave = aw_a31_p2wi_slave(s);
    unsigned length = extract32(s->dlen, 0, 3) + 1;

    if (!slave || !s->slave_ready) {
        return false;
    }

    for (unsigned i = 0; i < length; i++) {
        uint8_t reg = aw_a31_p2wi_get_byte(s->daddr, i);
        uint8_t value = aw_a31_p2wi_get_byte(s->data, i);

        if (s->dlen & DLEN_READ) {
            if (!aw_a31_p2wi_read_slave(s, slave->address, reg, &value)) {
                return false;
            }
            aw_a31_p2wi_set_byte(s->data, i, value);
        } else if (!aw_a31_p2wi_write_slave(s, slave->address, reg, value)) {
            return false;
        }
        trace_allwinner_a31_p2wi_transfer(s->dlen & DLEN_READ ? "read"
                                                              : "write",
                                          reg, value);
    }

    return true;
}

static void aw_a31_p2wi_soft_reset(AwA31P2wiState *s)
{
    s->ctrl = 0;
    s->ccr = 0;
    s->inte = 0;
    s->ints = 0;
    memset(s->daddr, 0, sizeof(s->daddr));
    s->dlen = 0;
    memset(s->data, 0, sizeof(s->data));
    s->lcr = LCR_RESET;
    s->pmcr = 0;
}

static void aw_a31_p2wi_write_ctrl(AwA31P2wiState *s, uint32_t value)
{
    if (value & CTRL_SOFT_RST) {
        aw_a31_p2wi_soft_reset(s);
        return;
    }

    /* There is never a transfer to abort */
    s->ctrl = value & CTRL_GLOBAL_INT_ENB;
    if (value & CTRL_START_TRANS) {
        s->ints &= ~INTS_ERR_ID_MASK;
        s->ints |= aw_a31_p2wi_transfer(s) ?
                   INTS_TRANS_OVER : INTS_TRANS_ERR | INTS_TRANS_ERR_BYTE0;
    }
}

static void aw_a31_p2wi_bad_offset(hwaddr offset)
{
    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_P2WI
                  ": no register at offset 0x%03" HWADDR_PRIx "\n", offset);
}

static uint64_t aw_a31_p2wi_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31P2wiState *s = opaque;
    uint32_t value = 0;

    switch (offset) {
    case P2WI_CTRL:
        value = s->ctrl;
        break;
    case P2WI_CCR:
        value = s->ccr;
        break;
    case P2WI_INTE:
        value = s->inte;
        break;
    case P2WI_INTS:
        value = s->ints;
        break;
    case P2WI_DADDR0:
    case P2WI_DADDR1:
        value = s->daddr[(offset - P2WI_DADDR0) / sizeof(uint32_t)];
        break;
    case P2WI_DLEN:
        value = s->dlen;
        break;
    case P2WI_DATA0:
    case P2WI_DATA1:
        value = s->data[(offset - P2WI_DATA0) / sizeof(uint32_t)];
        break;
    case P2WI_LCR:
        value = s->lcr;
        break;
    case P2WI_PMCR:
        value = s->pmcr;
        break;
    default:
        aw_a31_p2wi_bad_offset(offset);
        break;
    }

    trace_allwinner_a31_p2wi_read(offset, value);

    return value;
}

static void aw_a31_p2wi_write(void *opaque, hwaddr offset, uint64_t value,
                              unsigned size)
{
    AwA31P2wiState *s = opaque;

    trace_allwinner_a31_p2wi_write(offset, value);

    switch (offset) {
    case P2WI_CTRL:
        aw_a31_p2wi_write_ctrl(s, value);
        break;
    case P2WI_CCR:
        s->ccr = value;
        break;
    case P2WI_INTE:
        s->inte = value & INTS_MASK;
        break;
    case P2WI_INTS:
        s->ints &= ~(value & INTS_MASK);
        break;
    case P2WI_DADDR0:
    case P2WI_DADDR1:
        s->daddr[(offset - P2WI_DADDR0) / sizeof(uint32_t)] = value;
        break;
    case P2WI_DLEN:
        s->dlen = value;
        break;
    case P2WI_DATA0:
    case P2WI_DATA1:
        s->data[(offset - P2WI_DATA0) / sizeof(uint32_t)] = value;
        break;
    case P2WI_LCR:
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_P2WI
                      ": driving the lines by hand is not modelled\n");
        break;
    case P2WI_PMCR:
        s->pmcr = value & ~PMCR_INIT_SEND;
        if (value & PMCR_INIT_SEND) {
            aw_a31_p2wi_send_init(s);
        }
        break;
    default:
        aw_a31_p2wi_bad_offset(offset);
        break;
    }

    aw_a31_p2wi_update_irq(s);
}

static const MemoryRegionOps aw_a31_p2wi_ops = {
    .read = aw_a31_p2wi_read,
    .write = aw_a31_p2wi_write,
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

static void aw_a31_p2wi_reset_enter(Object *obj, ResetType type)
{
    AwA31P2wiState *s = AW_A31_P2WI(obj);
    I2CSlave *slave = aw_a31_p2wi_slave(s);

    aw_a31_p2wi_soft_reset(s);
    /* The PRCM can reset the controller alone: then the chip keeps its mode */
    if (slave && resettable_is_in_reset(OBJECT(slave))) {
        /* Linux relies on the boot loader for this */
        s->slave_ready = s->linux_boot;
    }
}

static void aw_a31_p2wi_reset_hold(Object *obj, ResetType type)
{
    aw_a31_p2wi_update_irq(AW_A31_P2WI(obj));
}

static void aw_a31_p2wi_linux_init(ARMLinuxBootIf *obj, bool secure_boot)
{
    AW_A31_P2WI(obj)->linux_boot = true;
}

static void aw_a31_p2wi_init(Object *obj)
{
    AwA31P2wiState *s = AW_A31_P2WI(obj);

    memory_region_init_io(&s->iomem, obj, &aw_a31_p2wi_ops, s,
                          TYPE_AW_A31_P2WI, AW_A31_P2WI_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    s->bus = i2c_init_bus(DEVICE(obj), AW_A31_P2WI_BUS);
}

static const VMStateDescription aw_a31_p2wi_vmstate = {
    .name = TYPE_AW_A31_P2WI,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(slave_ready, AwA31P2wiState),
        VMSTATE_UINT32(ctrl, AwA31P2wiState),
        VMSTATE_UINT32(ccr, AwA31P2wiState),
        VMSTATE_UINT32(inte, AwA31P2wiState),
        VMSTATE_UINT32(ints, AwA31P2wiState),
        VMSTATE_UINT32_ARRAY(daddr, AwA31P2wiState, 2),
        VMSTATE_UINT32(dlen, AwA31P2wiState),
        VMSTATE_UINT32_ARRAY(data, AwA31P2wiState, 2),
        VMSTATE_UINT32(lcr, AwA31P2wiState),
        VMSTATE_UINT32(pmcr, AwA31P2wiState),
        VMSTATE_END_OF_LIST()
    }
};

static void aw_a31_p2wi_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    ARMLinuxBootIfClass *albifc = ARM_LINUX_BOOT_IF_CLASS(klass);

    rc->phases.enter = aw_a31_p2wi_reset_enter;
    rc->phases.hold = aw_a31_p2wi_reset_hold;
    albifc->arm_linux_init = aw_a31_p2wi_linux_init;
    dc->vmsd = &aw_a31_p2wi_vmstate;
    dc->desc = "Allwinner A31 push-pull two wire interface";
}

static const TypeInfo aw_a31_p2wi_types[] = {
    {
        .name = TYPE_AW_A31_P2WI,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31P2wiState),
        .instance_init = aw_a31_p2wi_init,
        .class_init = aw_a31_p2wi_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_ARM_LINUX_BOOT_IF },
            { },
        },
    },
};

DEFINE_TYPES(aw_a31_p2wi_types)
