/*
 * Allwinner A31 (sun6i) GMAC, the Ethernet controller
 *
 * A Synopsys DesignWare MAC 10/100/1000 of the 3.x series with normal
 * descriptors, which QEMU has as Nuvoton's. It was made without the registers
 * that tell its version and features: on an A20, whose GMAC is the same for
 * Linux and U-Boot, the former reports "Version ID not available" and "No HW
 * DMA feature register supported" [S].
 *
 * The PHY is a Realtek RTL8211E, for which U-Boot's configurations of the
 * boards have a driver; that it is this one of Realtek's is inferred.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/module.h"
#include "hw/net/allwinner-a31-gmac.h"
#include "hw/net/mii.h"
#include "hw/qdev-core.h"

static void aw_a31_gmac_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    NPCMGMACClass *c = NPCM_GMAC_CLASS(klass);

    c->version = 0;
    c->hw_feature = 0;
    c->phy_id = RTL8211E_PHYID1 << 16 | RTL8211E_PHYID2;
    dc->desc = "Allwinner A31 Ethernet controller";
}

static const TypeInfo aw_a31_gmac_types[] = {
    {
        .name = TYPE_AW_A31_GMAC,
        .parent = TYPE_NPCM_GMAC,
        .class_init = aw_a31_gmac_class_init,
    },
};

DEFINE_TYPES(aw_a31_gmac_types)
