# SPDX-License-Identifier: GPL-2.0
#
# What a person types; each step is one script in scripts/, each with one job.

BOARD		?= hummingbird-a31
KERNEL		?= lts
FAULT		?=
SLOW		?=
DTB		?=
PTY		?=
FIRMWARE	?= none
IMAGE		?=
XEN		?=
XEN_VERSION	?= 4.17
GUESTS		?=
DOM0_MEM	?=
KDIR		?=
QEMU_SRC	?=
CROSS_COMPILE	?= arm-linux-gnueabihf-

export CROSS_COMPILE KERNEL KDIR QEMU_SRC

PYTHON		:= /usr/bin/python3
KERNELS		:= lts mainline

ifneq ($(filter $(KERNEL),$(KERNELS)),$(KERNEL))
# scripts/run names the valid ones; nothing can be built for this one.
KERNEL_STEPS	:=
else
KERNEL_STEPS	:= linux initramfs
endif

# Whatever a run would do without it, a card has firmware.
CARD_FIRMWARE	:= $(or $(filter u-boot-patched,$(FIRMWARE)),u-boot)

# Somebody's card has everything on it but the emulator.
ifneq ($(IMAGE),)
RUN_STEPS	:= qemu
else ifneq ($(XEN),)
RUN_STEPS	:= build $(CARD_FIRMWARE) xen
else ifneq ($(filter u-boot u-boot-patched,$(FIRMWARE)),)
RUN_STEPS	:= build $(FIRMWARE)
else
RUN_STEPS	:= build
endif

.DEFAULT_GOAL	:= help
.DELETE_ON_ERROR:

.PHONY: help
help:	## this text
	@echo "Board-support package for the Allwinner A31/A31s (sun6i)"
	@echo
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  BOARD=$(BOARD)    one of: $$(awk '!/^#/ && NF { print $$1 }' configs/boards | xargs)"
	@echo "  KERNEL=$(KERNEL)              one of: $(KERNELS)"
	@echo "  FAULT=                  break the emulated GIC, UART or CPUs; one of: $$(awk '!/^#/ && NF { print $$1 }' configs/faults configs/uart-faults configs/cpu-faults | xargs)"
	@echo "  SLOW=1                  run the self-test's slow cases as well"
	@echo "  PTY=1                   the serial line on a terminal of its own, for picocom or gdb (docs/debugging.md)"
	@echo "  DTB=FILE                boot with this device tree instead of the board's"
	@echo "  FIRMWARE=$(FIRMWARE)           none: the kernel starts at once; u-boot: power-on, boot ROM, U-Boot, HYP mode;"
	@echo "                          u-boot-patched: the same with patches/u-boot"
	@echo "  XEN=1                   Xen with Linux as dom0 and xl, by U-Boot; with sdcard a menu entry for it (docs/xen.md)"
	@echo "  XEN_VERSION=$(XEN_VERSION)        of Debian's sources, the only one so far (docs/xen.md)"
	@echo "  DOM0_MEM=MIB            with XEN=1, how much of the board's memory is dom0's (384)"
	@echo "  GUESTS=N                with XEN=1, guests that Xen starts itself beside dom0, 0 to 4"
	@echo "  IMAGE=FILE              with FIRMWARE=u-boot, start from this card image instead (it is not written)"
	@echo "  KDIR=DIR                your own kernel source instead of the fetched one (it is cloned, not touched)"
	@echo "  QEMU_SRC=DIR            your own QEMU source, likewise"
	@echo "  CROSS_COMPILE=PREFIX    your own cross compiler ($(CROSS_COMPILE))"

# Words are judged before anything is installed, fetched or built.
.PHONY: words
words:
	@scripts/words "$(BOARD)" "$(KERNEL)" "$(FAULT)" "$(FIRMWARE)" "$(IMAGE)" "$(PTY)" "$(XEN)" "$(GUESTS)" "$(XEN_VERSION)" "$(DOM0_MEM)"

.PHONY: deps
deps: words	## install what is missing (Debian packages)
	@scripts/deps

.PHONY: fetch
fetch: deps	## download and unpack the sources; resumes
	@scripts/tree qemu "$(QEMU_SRC)"
	@scripts/tree $(KERNEL) "$(KDIR)"
	@scripts/fetch u-boot

.PHONY: qemu
qemu: deps	## build QEMU with the A31 machine
	@scripts/tree qemu "$(QEMU_SRC)"
	@scripts/series qemu
	@scripts/build-qemu

.PHONY: linux
linux: deps	## build the kernel (KERNEL=) with the series applied
	@scripts/tree $(KERNEL) "$(KDIR)"
	@scripts/series $(KERNEL)
	@scripts/build-linux $(KERNEL)

.PHONY: initramfs
initramfs: linux	## pack the initramfs
	@scripts/initramfs $(KERNEL)

.PHONY: build
build: qemu $(KERNEL_STEPS)	## all of the above

.PHONY: u-boot
u-boot: deps	## build the unmodified U-Boot of the board
	@scripts/fetch u-boot
	@scripts/build-uboot "$(BOARD)"

.PHONY: u-boot-patched
u-boot-patched: deps	## the same with the patches of patches/u-boot
	@scripts/fetch u-boot
	@scripts/build-uboot --patched "$(BOARD)"

.PHONY: xen
xen: initramfs
	@scripts/build-xen --patched
	@scripts/xen-tools

.PHONY: sdcard
sdcard: build $(CARD_FIRMWARE) $(if $(XEN),xen)	## an image for the board's card, in build/sdcard
	@scripts/sdcard --kernel "$(KERNEL)" --firmware "$(CARD_FIRMWARE)" $(if $(DTB),--dtb "$(DTB)") \
		$(if $(XEN),--xen xen-patched) $(if $(GUESTS),--guests "$(GUESTS)") \
		$(if $(DOM0_MEM),--dom0-memory "$(DOM0_MEM)") "$(BOARD)"

.PHONY: run
run: $(RUN_STEPS)	## boot the board; a shell on a terminal, else the verdict
	@scripts/run --board "$(BOARD)" --kernel "$(KERNEL)" --firmware "$(FIRMWARE)" \
		$(if $(FAULT),--fault "$(FAULT)") $(if $(SLOW),--slow) $(if $(DTB),--dtb "$(DTB)") \
		$(if $(PTY),--pty) $(if $(XEN),--xen) $(if $(GUESTS),--guests "$(GUESTS)") \
		$(if $(DOM0_MEM),--dom0-memory "$(DOM0_MEM)") $(if $(IMAGE),--card "$(IMAGE)")

.PHONY: series
series: deps	## the Linux and QEMU series as mail, in build/mail
	@scripts/tree qemu "$(QEMU_SRC)"
	@scripts/tree $(KERNEL) "$(KDIR)"
	@scripts/series -o build/mail/linux-$(KERNEL) $(KERNEL)
	@scripts/series -o build/mail/qemu qemu

.PHONY: check-series
check-series: build	## the gates every patch has to pass
	@scripts/check-series lts mainline qemu

# For the tests: of the first board of each SoC, and of every one that U-Boot knows
CORE_UBOOTS	= $$(awk '!/^\#/ && NF && !seen[$$2]++ { print $$1 }' configs/boards)
ALL_UBOOTS	= $$(awk '!/^\#/ && NF && $$5 != "-" { print $$1 }' configs/boards)
.PHONY: firmware firmware-all
firmware: deps
	@scripts/fetch u-boot
	@for board in $(CORE_UBOOTS); do scripts/build-uboot $$board || exit; done

firmware-all: deps
	@scripts/fetch u-boot
	@for board in $(ALL_UBOOTS); do scripts/build-uboot $$board || exit; done

.PHONY: check check-all check-boot check-firmware check-selftest check-everywhere check-faults check-input check-net check-usb
.PHONY: check-pins check-pmic check-time check-debug check-fuzz check-xen check-cpus check-house
check: build firmware	## what CI runs: every capability once
	@scripts/check -m "not long"

# For the tests, which boot both
.PHONY: kernels
kernels: build
	@for k in lts mainline; do \
		own=; [ $$k != "$(KERNEL)" ] || own="$(KDIR)"; \
		scripts/tree $$k "$$own" && scripts/series $$k && scripts/build-linux $$k || exit; \
	done

check-all: kernels firmware-all	## with the long runs: mainline built and booted, every commit built, soak
	@scripts/check

check-boot: build	## boards boot to a shell
	@scripts/check tests/test_boot.py

check-firmware: build firmware-all	## boot ROM, U-Boot from a card, HYP mode
	@scripts/check tests/test_firmware.py tests/test_dram.py

check-selftest: build	## the self-test's verdict on a healthy machine
	@scripts/check tests/test_selftest.py

check-everywhere: build	## the self-test on QEMU's other machines, as a module too
	@scripts/check tests/test_everywhere.py tests/test_module.py

check-faults: build u-boot	## every fault is caught: the matrix of faults and cases
	@scripts/fault-matrix

check-input: build	## bad input gets a clear answer
	@scripts/check tests/test_input.py tests/test_bad_dt.py

check-net: build firmware	## network: DHCP, data both ways, the cable pulled
	@scripts/check tests/test_net.py

check-usb: build firmware	## USB storage at EHCI and OHCI
	@scripts/check tests/test_usb.py

check-pins: build firmware	## pins, the card slot, clock gates and resets
	@scripts/check tests/test_pins.py tests/test_card.py tests/test_clocks.py

check-pmic: build firmware	## power management chip, power key, keys, power-off
	@scripts/check tests/test_pmic.py

check-time: build firmware	## clocks, RTC, and saving the machine
	@scripts/check tests/test_time.py tests/test_savevm.py

check-debug: build u-boot	## debugging over the line: SysRq, kgdb, picocom, early output
	@scripts/check tests/test_debug.py

check-fuzz: build	## random accesses to every device, under sanitizers
	@scripts/check tests/test_fuzz.py

check-cpus: build firmware	## CPUs off and on without PSCI, kexec, a crash and its dump
	@scripts/check tests/test_cpus.py tests/test_kexec.py

check-xen: kernels firmware-all	## Xen, Linux as dom0, and guests
	@scripts/check tests/test_readiness.py tests/test_xen.py tests/test_guests.py

check-house: build	## layout, help, manifest
	@scripts/check tests/test_house.py

.PHONY: bench
bench: build u-boot	## measure: command to verdict, the suites' time, latencies, UART, CPUs, Xen
	@scripts/bench --board "$(BOARD)" --kernel "$(KERNEL)"
	@scripts/bench-uart --kernel "$(KERNEL)"
	@scripts/bench-cpus --kernel "$(KERNEL)"
	@scripts/bench-xen

.PHONY: clean
clean:	## remove build/ (downloads and compiler caches stay in the user's cache directory)
	rm -rf build
