# SPDX-License-Identifier: GPL-2.0
#
# U-Boot's script on a card that has Xen. It shows the menu, in which Xen is a
# "local boot": U-Boot has no entry that loads two kernels, but runs localcmd
# for one of those. The entry's "append" is dom0's.
#
# Where dom0's parts and those of guests that Xen starts go also stands in xen.dtb (scripts/sdcard).

setenv card "${devtype} ${devnum}:${distro_bootpart}"
setenv load_dom0 'load ${card} @KERNEL@ /zImage && load ${card} @RAMDISK@ /dom0.cpio.gz'
setenv load_guests '@GUESTS@'
setenv load_xen 'load ${card} ${fdt_addr_r} /xen.dtb && load ${card} ${kernel_addr_r} /xen'
setenv localcmd 'run load_dom0 && run load_guests && run load_xen && bootz ${kernel_addr_r} - ${fdt_addr_r}; echo Xen does not start: a file is missing on the card or no kernel, see above'
sysboot ${devtype} ${devnum}:${distro_bootpart} any ${pxefile_addr_r} /menu.conf
