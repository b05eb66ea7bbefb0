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
setenv find_dom0 'fdt addr ${fdt_addr_r} && fdt get value reg /chosen/module@@KERNEL@ reg && fdt get value reg /chosen/module@@RAMDISK@ reg'
setenv start_xen 'bootz ${kernel_addr_r} - ${fdt_addr_r}; echo "Xen does not start: U-Boot refuses it, see above"'
setenv no_hyp 'echo "Xen does not start: bootm_boot_mode is sec, and Xen wants HYP mode; reset, and at the prompt env delete bootm_boot_mode; saveenv"'
setenv no_file 'echo "Xen does not start: a file is missing on the card, see above; make sdcard XEN=1 makes it whole"'
setenv no_dom0 'echo "Xen does not start: in xen.dtb no module is at @KERNEL@ or none at @RAMDISK@, where dom0 is; make sdcard XEN=1 makes it whole"'
# With HYP mode not entered Xen says nothing at all; dom0's parts elsewhere it takes for damaged.
setenv localcmd 'if test "${bootm_boot_mode}" = sec; then run no_hyp; elif run load_dom0 && run load_guests && run load_xen; then if run find_dom0; then run start_xen; else run no_dom0; fi; else run no_file; fi'
sysboot ${devtype} ${devnum}:${distro_bootpart} any ${pxefile_addr_r} /menu.conf
