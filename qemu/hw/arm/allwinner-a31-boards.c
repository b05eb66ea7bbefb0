/*
 * Boards with an Allwinner A31 or A31s (sun6i)
 *
 * For QEMU the boards differ in the chip's marking and in the pin that tells
 * whether a card is in the slot; the machines are made from a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/arm/allwinner-a31.h"
#include "hw/arm/boot.h"
#include "hw/boards.h"
#include "hw/i2c/i2c.h"
#include "hw/irq.h"
#include "hw/misc/axp2xx.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/sd/sd.h"
#include "hw/sysbus.h"
#include "system/blockdev.h"
#include "system/runstate.h"

/* Its address on I2C, to which it listens until it is told about P2WI */
#define AXP221_ADDRESS  0x34

typedef struct AwA31Board {
    const char *machine;
    const char *name;
    uint8_t bonding_id;
    /* Card detect of MMC0: low when there is a card */
    int card_detect_pin;
} AwA31Board;

#define PIN(port, n)    AW_A31_PIO_PIN((port) - 'A', n)

/*
 * All that Linux or U-Boot know. Pins are those of Linux,
 * arch/arm/boot/dts/allwinner/sun6i-a31*.dts; where these have no card slot,
 * of the vendors' configurations (linux-sunxi's sunxi-boards). All boards have
 * their console on UART0.
 */
static const AwA31Board aw_a31_boards[] = {
    { MACHINE_TYPE_NAME("app4-evb1"), "Allwinner A31 APP4 EVB1",
      AW_A31_BONDING_A31, PIN('A', 8) },                /* vendor's A31_EVB */
    { MACHINE_TYPE_NAME("bpi-m2"), "Sinovoip Banana Pi BPI-M2",
      AW_A31_BONDING_A31S, PIN('A', 4) },
    { MACHINE_TYPE_NAME("colombus"), "WITS A31 Colombus",
      AW_A31_BONDING_A31, PIN('A', 8) },
    { MACHINE_TYPE_NAME("colorfly-e708-q1"), "Colorfly E708 Q1 tablet",
      AW_A31_BONDING_A31S, PIN('A', 8) },
    { MACHINE_TYPE_NAME("cs908"), "CSQ CS908 top set box",
      AW_A31_BONDING_A31S, PIN('A', 4) },               /* vendor */
    { MACHINE_TYPE_NAME("hummingbird-a31"), "Merrii A31 Hummingbird",
      AW_A31_BONDING_A31, PIN('A', 8) },
    { MACHINE_TYPE_NAME("inet-q972"), "iNet Q972 tablet",
      AW_A31_BONDING_A31S, PIN('A', 8) },
    { MACHINE_TYPE_NAME("mele-a1000g-quad"), "Mele A1000G Quad top set box",
      AW_A31_BONDING_A31, PIN('H', 22) },
    { MACHINE_TYPE_NAME("mele-i7"), "Mele I7 Quad top set box",
      AW_A31_BONDING_A31, PIN('H', 22) },
    { MACHINE_TYPE_NAME("mele-m9"), "Mele M9 top set box",
      AW_A31_BONDING_A31, PIN('H', 22) },
    { MACHINE_TYPE_NAME("mixtile-loftq"), "Mixtile LOFT-Q",
      AW_A31_BONDING_A31, PIN('C', 16) },               /* vendor */
    { MACHINE_TYPE_NAME("primo81"), "MSI Primo81 tablet",
      AW_A31_BONDING_A31S, PIN('A', 8) },
    { MACHINE_TYPE_NAME("sina31s"), "Sinlinx SinA31s",
      AW_A31_BONDING_A31S, PIN('A', 4) },
    { MACHINE_TYPE_NAME("yones-toptech-bs1078-v2"),
      "Yones TopTech BS1078 v2 tablet", AW_A31_BONDING_A31S, PIN('A', 8) },
};

#define TYPE_AW_A31_MACHINE MACHINE_TYPE_NAME("allwinner-a31-board")
OBJECT_DECLARE_TYPE(AwA31MachineState, AwA31MachineClass, AW_A31_MACHINE)

struct AwA31MachineState {
    MachineState parent_obj;

    AwA31State soc;
    DeviceState *power_key;
    Notifier powerdown;
    struct arm_boot_info boot_info;
};

struct AwA31MachineClass {
    MachineClass parent_class;

    const AwA31Board *board;
};

/*
 * Unlike most boards without PSCI this one needs no pen in memory for the
 * secondary CPUs: CPUCFG keeps them off and gives them their address.
 */
static void aw_a31_write_secondary_boot(ARMCPU *cpu,
                                        const struct arm_boot_info *info)
{
}

static void aw_a31_secondary_cpu_reset(ARMCPU *cpu,
                                       const struct arm_boot_info *info)
{
}

static void aw_a31_check_options(MachineState *machine)
{
    switch (machine->ram_size) {
    case 512 * MiB:
    case 1 * GiB:
    case 2 * GiB:
        break;
    default:
        error_report("this machine can have 512 MiB, 1 GiB or 2 GiB of RAM");
        exit(EXIT_FAILURE);
    }

    if (machine->firmware) {
        error_report("this machine has no place for a BIOS image");
        exit(EXIT_FAILURE);
    }
}

static void aw_a31_attach_dram(AwA31State *soc, MachineState *machine,
                               const AwA31Board *board)
{
    object_property_set_link(OBJECT(soc), "dram", OBJECT(machine->ram),
                             &error_abort);
    /* The package of the A31s has no pins for the other one */
    if (board->bonding_id == AW_A31_BONDING_A31S) {
        qdev_prop_set_uint8(DEVICE(soc), "dram-channels", 1);
    }
    /* Any kernel needs memory, not only Linux; firmware sets it up itself */
    qdev_prop_set_bit(DEVICE(soc), "dram-initialized",
                      machine->kernel_filename != NULL);
}

static void aw_a31_attach_card(AwSdHostState *host, unsigned index)
{
    DriveInfo *dinfo = drive_get(IF_SD, 0, index);
    DeviceState *card;

    if (!dinfo) {
        return;
    }

    card = qdev_new(TYPE_SD_CARD);
    qdev_prop_set_drive_err(card, "drive", blk_by_legacy_dinfo(dinfo),
                            &error_fatal);
    qdev_realize_and_unref(card, qdev_get_child_bus(DEVICE(host), "sd-bus"),
                           &error_fatal);
}

static void aw_a31_attach_cards(AwA31State *soc, const AwA31Board *board)
{
    qemu_irq card_detect = qdev_get_gpio_in(DEVICE(&soc->pio),
                                            board->card_detect_pin);

    for (unsigned i = 0; i < AW_A31_NUM_MMCS; i++) {
        aw_a31_attach_card(&soc->mmc[i], i);
    }
    qdev_connect_gpio_out_named(DEVICE(&soc->mmc[0]), "card-inserted", 0,
                                qemu_irq_invert(card_detect));
}

static void aw_a31_powerdown(Notifier *notifier, void *data)
{
    AwA31MachineState *s = container_of(notifier, AwA31MachineState, powerdown);

    qemu_irq_raise(qdev_get_gpio_in(s->power_key, 0));
}

/*
 * The power management chip, whose interrupt goes to the NMI pad. The user's
 * "system_powerdown" is a short press of the key that the boards connect to it.
 */
static void aw_a31_create_pmic(AwA31MachineState *s)
{
    DeviceState *pmic = DEVICE(i2c_slave_new(TYPE_AXP221_PMU, AXP221_ADDRESS));

    object_property_add_child(OBJECT(s), "pmic", OBJECT(pmic));
    i2c_slave_realize_and_unref(I2C_SLAVE(pmic), s->soc.p2wi.bus,
                                &error_fatal);
    qdev_connect_gpio_out(pmic, 0,
                          qdev_get_gpio_in_named(DEVICE(&s->soc.r_intc),
                                                 AW_A31_R_INTC_NMI, 0));

    s->power_key = sysbus_create_simple("gpio-key", -1,
                                        qdev_get_gpio_in_named(pmic,
                                            AXP2XX_POWER_KEY, 0));
    s->powerdown.notify = aw_a31_powerdown;
    qemu_register_powerdown_notifier(&s->powerdown);
}

static void aw_a31_machine_init(MachineState *machine)
{
    AwA31MachineState *s = AW_A31_MACHINE(machine);
    const AwA31Board *board = AW_A31_MACHINE_GET_CLASS(machine)->board;
    hwaddr ram_base = allwinner_a31_memmap[AW_A31_DEV_SDRAM];

    aw_a31_check_options(machine);

    object_initialize_child(OBJECT(machine), "soc", &s->soc, TYPE_AW_A31);
    qdev_prop_set_uint8(DEVICE(&s->soc), "bonding-id", board->bonding_id);
    aw_a31_attach_dram(&s->soc, machine, board);
    qdev_realize(DEVICE(&s->soc), NULL, &error_fatal);

    aw_a31_create_pmic(s);
    aw_a31_attach_cards(&s->soc, board);

    s->boot_info.loader_start = ram_base;
    s->boot_info.ram_size = machine->ram_size;
    /* The boards' loaders leave the CPUs in Secure state */
    s->boot_info.secure_boot = true;
    s->boot_info.psci_conduit = QEMU_PSCI_CONDUIT_DISABLED;
    s->boot_info.write_secondary_boot = aw_a31_write_secondary_boot;
    s->boot_info.secondary_cpu_reset_hook = aw_a31_secondary_cpu_reset;
    arm_load_kernel(&s->soc.cpus[0], machine, &s->boot_info);
}

static void aw_a31_machine_class_init(ObjectClass *oc, void *data)
{
    static const char * const valid_cpu_types[] = {
        ARM_CPU_TYPE_NAME("cortex-a7"),
        NULL
    };
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->init = aw_a31_machine_init;
    mc->block_default_type = IF_SD;
    /* Or there would be one in the third SD slot */
    mc->no_cdrom = 1;
    mc->min_cpus = AW_A31_NUM_CPUS;
    mc->max_cpus = AW_A31_NUM_CPUS;
    mc->default_cpus = AW_A31_NUM_CPUS;
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("cortex-a7");
    mc->valid_cpu_types = valid_cpu_types;
    mc->default_ram_size = 1 * GiB;
    mc->default_ram_id = "allwinner-a31.ram";
}

static void aw_a31_board_class_init(ObjectClass *oc, void *data)
{
    const AwA31Board *board = data;

    AW_A31_MACHINE_CLASS(oc)->board = board;
    MACHINE_CLASS(oc)->desc =
        g_strdup_printf("%s (Allwinner %s, Cortex-A7)", board->name,
                        board->bonding_id == AW_A31_BONDING_A31S ? "A31s"
                                                                 : "A31");
}

static const TypeInfo aw_a31_machine_info = {
    .name = TYPE_AW_A31_MACHINE,
    .parent = TYPE_MACHINE,
    .abstract = true,
    .instance_size = sizeof(AwA31MachineState),
    .class_size = sizeof(AwA31MachineClass),
    .class_init = aw_a31_machine_class_init,
};

static void aw_a31_boards_register_types(void)
{
    type_register_static(&aw_a31_machine_info);

    for (size_t i = 0; i < ARRAY_SIZE(aw_a31_boards); i++) {
        const TypeInfo info = {
            .name = aw_a31_boards[i].machine,
            .parent = TYPE_AW_A31_MACHINE,
            .class_init = aw_a31_board_class_init,
            .class_data = (void *)&aw_a31_boards[i],
        };

        type_register_static(&info);
    }
}

type_init(aw_a31_boards_register_types)
