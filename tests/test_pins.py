# SPDX-License-Identifier: GPL-2.0
"""Pins of one port, asked for by two drivers at once, share the port's supply."""

from conftest import LOGS
from machine import PROMPT, Machine, initrd_with

ROUNDS = 20
CARD_DETECT = 4     # PA4, in the port that the Ethernet pins are in


def test_port_supply_is_shared():
    """Without patches/linux/0006 the count of the supply's users underflows, or a supply is lost."""
    with Machine(LOGS / "pins.log", board="bpi-m2", initrd=initrd_with("pins", "pins")) as machine:
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
