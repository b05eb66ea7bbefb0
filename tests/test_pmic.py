# SPDX-License-Identifier: GPL-2.0
"""The power management chip and the keys, as Linux sees them."""

import contextlib
import re

import pytest

from conftest import LOGS, each_core_board
from machine import PROMPT, Machine, initrd_with_debians

PEK = "axp20x-pek"

# The one board that has keys at the LRADC and a console: millivolts and codes from its device tree.
KEY_BOARD = "sina31s"
KEYS = {158: "KEY_VOLUMEUP", 349: "KEY_VOLUMEDOWN"}
NO_KEY_MV = 3000


class Board(Machine):
    """A board with a shell, and the hands of a person at its keys."""

    def __init__(self, test, board):
        super().__init__(LOGS / f"pmic-{test}-{board}.log", board=board, initrd=initrd_with_debians("evtest", "evtest"),
                         append="kunit.enable=0")
        self.expect(PROMPT)

    def set(self, path, prop, value):
        self.qmp("qom-set", path=path, property=prop, value=value)

    @contextlib.contextmanager
    def evtest(self, device):
        """Show on the console what the input device reports."""
        name = self.run(f"grep -l '^{re.escape(device)}$' /sys/class/input/event*/device/name")
        self.start = len(self.text)
        self.console.sendall(f"evtest /dev/input/{name.split('/')[4]}\n".encode())
        self.expect(r"^Testing \.\.\. \(interrupt to exit\)$", self.start)
        try:
            yield
        finally:
            end = len(self.text)
            self.console.sendall(b"\x03")
            self.expect(PROMPT, end)

    def keys(self, number):
        """All key events, as (name, 1 when pressed), once there are NUMBER."""
        event = r"^Event: .* \(EV_KEY\), code \d+ \((\w+)\), value (\d)$"
        at = self.start
        for _ in range(number):
            at = self.expect(event, at).end()
        self.expect("SYN_REPORT", at)
        return [(key, int(value)) for key, value in re.findall(event, self.text[self.start:], re.M)]


@pytest.fixture(scope="module", params=each_core_board())
def board(request):
    with Board("shell", request.param) as board:
        yield board


@pytest.fixture(params=each_core_board())
def board_to_switch_off(request):
    with Board("off", request.param) as board:
        yield board


def test_driver_finds_the_chip(board):
    log = board.run("dmesg")
    assert "AXP20x variant AXP221 found" in log and "AXP20X driver loaded" in log
    assert not re.search(r"(axp20x|p2wi)\S*:? .*(fail|error|timed? ?out|busy)", log, re.I), log


def test_regulators_are_within_their_limits(board):
    rows = board.run("cd /sys/class/regulator; for r in regulator.*; do echo $(cat $r/name "
                     "$r/microvolts $r/min_microvolts $r/max_microvolts 2>/dev/null); done; cd /")
    rows = [row.split() for row in rows.splitlines()]
    # Zero is no limit: those that the board's device tree only names.
    limits = {name: (int(low), int(now), int(high)) for name, now, low, high
              in (row for row in rows if len(row) == 4) if int(high)}
    assert len(limits) >= 5, rows
    for name, (low, now, high) in limits.items():
        assert low <= now <= high, name


def test_chip_has_the_voltages(board):
    """What the driver shows may be its cache; DCDC1 is 3.0 V and DCDC5 is 1.5 V on these boards."""
    bus = board.run("basename /sys/bus/i2c/devices/*-0068").split("-")[0]
    assert [board.run(f"i2cget -f -y {bus} 0x68 {reg}") for reg in ("0x21", "0x25")] == ["0x0e", "0x0a"]


def test_adapter_is_plugged_in(board):
    described = board.run("tr -d '\\000' </proc/device-tree/soc/i2c@1f03400/pmic@68/ac-power/status; echo") == "okay"
    online = board.run("cat /sys/class/power_supply/axp22x-ac/online 2>/dev/null || echo none")
    assert online == ("1" if described else "none")


def test_interrupt_is_the_nmi(board):
    assert re.search(r"sun6i-r-intc +32 ", board.run("cat /proc/interrupts"))


def test_power_key(board):
    with board.evtest(PEK):
        for n in range(1, 4):
            board.set("/machine/pmic", "power-key", True)
            assert board.keys(2 * n - 1)[-1] == ("KEY_POWER", 1)
            board.set("/machine/pmic", "power-key", False)
            assert board.keys(2 * n) == [("KEY_POWER", 1), ("KEY_POWER", 0)] * n


def test_system_powerdown_is_the_power_key(board):
    with board.evtest(PEK):
        board.qmp("system_powerdown")
        # A system that stood still for longer than the key was pressed sees no release.
        assert board.keys(1)[0] == ("KEY_POWER", 1)


def test_keys_at_the_lradc():
    expected = []
    with Board("lradc", KEY_BOARD) as board, board.evtest("1c22800.lradc"):
        for mv, key in KEYS.items():
            for value, volts in ((1, mv), (0, NO_KEY_MV)):
                board.set("/machine/soc/lradc", "lradc0", volts)
                expected.append((key, value))
                assert board.keys(len(expected)) == expected


def power_off(board):
    start = len(board.text)
    board.console.sendall(b"poweroff\n")
    assert board.wait() == 0
    assert not re.search("BUG|WARNING|Call trace", board.text[start:]), board.text[start:]


@pytest.mark.long
def test_power_off_ends_qemu(board_to_switch_off):
    power_off(board_to_switch_off)


def test_power_off_while_others_talk_to_the_chip(board_to_switch_off):
    """The other CPUs are in the middle of a transfer when it is time to go."""
    board_to_switch_off.run(
        "cd /sys/bus/iio/devices; adc=$PWD/$(ls | grep -m1 iio:device); cd /; "
        "for n in 0 1 2 3; do (while :; do cat $adc/in_temp_raw; done >/dev/null 2>&1 &); done")
    power_off(board_to_switch_off)
