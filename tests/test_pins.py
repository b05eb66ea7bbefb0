# SPDX-License-Identifier: GPL-2.0
"""Pins of one port, asked for by two drivers at once, share the port's supply; pins set before any driver asks."""

from conftest import LOGS
from machine import PROMPT, Machine, initrd_with, tree_of, write_tree

ROUNDS = 20
CARD_DETECT = 4     # PA4, in the port that the Ethernet pins are in

R_PIO = "/soc/pinctrl@1f02c00"
# PL_CFG1, of PL8 the lowest three bits: 0 is input, 1 output, 7 off, as after reset
PL_CFG1 = 0x1f02c04
HOG = 0xa31


def test_port_supply_is_shared():
    """Without patches/linux/0006 the count of the supply's users underflows, or a supply is lost."""
    with Machine(LOGS / "pins.log", board="bpi-m2", initrd=initrd_with("pins", "pins"), append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        # What follows is read at the end; on the serial line it would only take long.
        machine.run("dmesg -n 1")
        machine.run("cd /sys/bus/platform/drivers; echo 1c0f000.mmc > sunxi-mmc/unbind")
        machine.run("[ ! -e sun7i-dwmac/1c30000.ethernet ] || echo 1c30000.ethernet > sun7i-dwmac/unbind")
        machine.run(f"pins /dev/gpiochip0 {CARD_DETECT} & true")
        # The log would not hold it all, so it is emptied in each round.
        said = machine.run(
            f"for i in $(seq {ROUNDS}); do for what in bind unbind; do"
            " echo 1c30000.ethernet > sun7i-dwmac/$what; done;"
            " dmesg -c | grep -E 'WARNING|refcount|already present'; done; true")
        machine.run("kill %1")
    assert said.strip() == ""


def test_hog_of_a_gated_port():
    """Without patches/linux/0007 it is written before the clock of the registers is on, and lost."""
    dt = tree_of("hummingbird-a31")
    dt.add(R_PIO, "hog-pins", {"pins": "PL8", "function": "gpio_out", "phandle": [HOG]})
    dt.set(R_PIO, "pinctrl-names", "default")
    dt.set(R_PIO, "pinctrl-0", [HOG])
    with Machine(LOGS / "pins-hog.log", dtb=write_tree(dt, "pins-hog"), append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        assert int(machine.run(f"devmem {PL_CFG1}"), 16) & 7 == 1
    assert "r-pio: accessed" not in (LOGS / "pins-hog.qemu.log").read_text()
