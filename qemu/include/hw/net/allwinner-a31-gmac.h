/*
 * Allwinner A31 (sun6i) GMAC, the Ethernet controller
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_NET_ALLWINNER_A31_GMAC_H
#define HW_NET_ALLWINNER_A31_GMAC_H

#include "hw/net/npcm_gmac.h"

/* Its state is that of the device it is made of: NPCMGMACState */
#define TYPE_AW_A31_GMAC "allwinner-a31-gmac"

#endif /* HW_NET_ALLWINNER_A31_GMAC_H */
