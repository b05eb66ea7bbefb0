# The machines and devices that are built into QEMU; the rest stays out.
# The A31, and the other Allwinner SoCs: they share devices, and tests run on them
CONFIG_ALLWINNER_A10=y
CONFIG_ALLWINNER_A31=y
CONFIG_ALLWINNER_H3=y
CONFIG_ALLWINNER_R40=y
# Programs put into memory, for tests
CONFIG_GENERIC_LOADER=y
# What is plugged in
CONFIG_USB_HID=y
CONFIG_USB_HUB=y
CONFIG_USB_STORAGE_CLASSIC=y
