# SPDX-License-Identifier: GPL-2.0
"""Clocks: Linux's rates are those of the registers, and shut gates are shut."""

import re

import pytest

from conftest import LOGS
from machine import PROMPT, Machine, initrd_with
from test_boot import strange_accesses

CCU = 0x01c20000
OSC24M, OSC32K = 24_000_000, 32_768


def devmem(shell, address):
    return int(shell.run_check(f"devmem {address:#010x}")[-1], 16)


class Ccu:
    """The clock control unit by the formulas of the A31 user manual."""

    def __init__(self, shell):
        self.regs = {offset: devmem(shell, CCU + offset) for offset in (0x00, 0x28, 0x50, 0x54, 0x58, 0x88)}

    def field(self, offset, high, low):
        return self.regs[offset] >> low & (1 << high - low + 1) - 1

    def pll_cpu(self):
        n, k, m = self.field(0x00, 12, 8) + 1, self.field(0x00, 5, 4) + 1, self.field(0x00, 1, 0) + 1
        return OSC24M * n * k // m

    def pll_periph(self):
        return OSC24M * (self.field(0x28, 12, 8) + 1) * (self.field(0x28, 5, 4) + 1) // 2

    def cpu(self):
        return (OSC32K, OSC24M, self.pll_cpu(), self.pll_cpu())[self.field(0x50, 17, 16)]

    def axi(self):
        return self.cpu() // min(self.field(0x50, 2, 0) + 1, 4)

    def ahb1(self):
        pll = self.pll_periph() // (self.field(0x54, 7, 6) + 1)
        return (OSC32K, OSC24M, self.axi(), pll)[self.field(0x54, 13, 12)] >> self.field(0x54, 5, 4)

    def apb1(self):
        return self.ahb1() // (2, 2, 4, 8)[self.field(0x54, 9, 8)]

    def apb2(self):
        pll = self.pll_periph()
        source = (OSC32K, OSC24M, pll, pll)[self.field(0x58, 25, 24)]
        return (source >> self.field(0x58, 17, 16)) // (self.field(0x58, 4, 0) + 1)

    def mmc0(self):
        source = (OSC24M, self.pll_periph())[self.field(0x88, 25, 24)]
        return (source >> self.field(0x88, 17, 16)) // (self.field(0x88, 3, 0) + 1)

    NAMES = {"pll-cpu": pll_cpu, "pll-periph": pll_periph, "cpu": cpu, "axi": axi, "ahb1": ahb1,
             "apb1": apb1, "apb2": apb2, "mmc0": mmc0}

    def rates(self):
        return {name: formula(self) for name, formula in self.NAMES.items()}


def clk_summary(shell):
    """{clock: rate}; columns are name, three counts, rate."""
    rows = (re.match(r"\s*(\S+)\s+\d+\s+\d+\s+\d+\s+(\d+)\s", line)
            for line in shell.run_check("cat /sys/kernel/debug/clk/clk_summary", timeout=120))
    return {row.group(1): int(row.group(2)) for row in rows if row}


POLICY = "/sys/devices/system/cpu/cpufreq/policy0"


@pytest.fixture
def steady(shell):
    """The CPUs run at the highest frequency allowed, instead of changing it with their load."""
    (governor,) = shell.run_check(f"cat {POLICY}/scaling_governor")
    shell.run_check(f"echo performance > {POLICY}/scaling_governor")
    yield shell
    shell.run_check(f"echo {governor} > {POLICY}/scaling_governor")


def test_rates_match_the_dividers(steady):
    rates = Ccu(steady).rates()
    summary = clk_summary(steady)
    assert {name: summary.get(name) for name in rates} == rates
    # What the boot loader left and Linux relies on.
    assert rates["pll-periph"] == 600_000_000 and rates["ahb1"] == 200_000_000


def test_rates_follow_the_cpu_frequency(steady):
    """A divider that Linux changes itself, through all the steps that the device tree has."""
    steps = steady.run_check(f"cat {POLICY}/scaling_available_frequencies")[0].split()
    assert len(steps) > 1
    try:
        for khz in steps:
            steady.run_check(f"echo {khz} > {POLICY}/scaling_max_freq")
            rates = Ccu(steady).rates()
            summary = clk_summary(steady)
            assert {name: summary.get(name) for name in rates} == rates
            assert rates["cpu"] == int(khz) * 1000
    finally:
        steady.run_check(f"echo {max(steps, key=int)} > {POLICY}/scaling_max_freq")


# A block that no driver opens on these boards, by its first register
SHUT = {
    "spi0": (0x01c68000, "clock gate (AHB1_GATE0 bit 20) is shut"),
    "spdif": (0x01c21000, "clock gate (APB1_GATE bit 1) is shut"),
    "r-timer": (0x01f00800, "clock gate (APB0_GATE bit 2) is shut"),
}


@pytest.mark.parametrize("block", SHUT)
def test_access_behind_a_shut_gate_is_not_overlooked(shell, block):
    """What a driver that forgot its clock would do, done by hand."""
    address, reason = SHUT[block]
    before = strange_accesses(shell.qemu_log.read_text().splitlines())
    shell.run_check(f"devmem {address + 8:#010x} 32 0xffffffff")
    assert devmem(shell, address + 8) == 0
    after = strange_accesses(shell.qemu_log.read_text().splitlines())
    assert after - before == {f"{block}: accessed at offset 0x008 while its {reason}"}


def test_access_to_a_block_in_reset_is_not_overlooked(shell):
    gate, reset, bit, spi3 = CCU + 0x60, CCU + 0x2c0, 1 << 23, 0x01c6b000
    before = strange_accesses(shell.qemu_log.read_text().splitlines())
    assert not devmem(shell, reset) & bit
    shell.run_check(f"devmem {gate:#010x} 32 {devmem(shell, gate) | bit:#010x}")
    assert devmem(shell, spi3 + 4) == 0
    after = strange_accesses(shell.qemu_log.read_text().splitlines())
    assert after - before == {"spi3: accessed at offset 0x004 while its reset (AHB1_RESET0 bit 23) is held"}


def test_gate_that_moves_disturbs_no_other_cpu():
    """Without patches/qemu/0048 a CPU may find one device where another is, while the map of memory changes."""
    with Machine(LOGS / "gates.log", initrd=initrd_with("gates", "gates"), append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        assert "0 of 3 readers saw what cannot be there" in machine.run("gates 1000")
