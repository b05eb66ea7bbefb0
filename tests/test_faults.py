# SPDX-License-Identifier: GPL-2.0
"""Every deliberate fault of the emulated GIC ends in a verdict that names it."""

import re
import subprocess

import bsp
import pytest

from conftest import TOP, run_board


SOURCES = {p: p.read_text() for p in (TOP / "drivers/irqchip/tests").glob("*_kunit.c")}


def suite_of(fault):
    """The suite that has the case of the fault's row."""
    case = f"KUNIT_CASE({bsp.faults()[fault]['case']}),"
    (source,) = (text for text in SOURCES.values() if case in text)
    return re.search(r'\.name = "(\w+)"', source)[1]


def check_named(fault, run):
    row = bsp.faults()[fault]
    assert run.status == 1, run
    assert run.out.rstrip().splitlines()[-1].startswith("FAIL: "), run
    # A broken GIC is a verdict, not a hang: the kernel goes on.
    assert "a31-init: reached the end" in run.serial, run
    assert row["case"] in run.failures(), run
    # The case may say more than one thing; one of them has to be this.
    assert re.search(row["words"], run.serial), f"/{row['words']}/ is not in {run.log}\n{run}"


@pytest.mark.parametrize("fault", bsp.suite_faults())
def test_fault_is_named(fault):
    """By the one suite whose business it is."""
    check_named(fault, run_board(f"fault-{fault}", "--fault", fault,
                                 "--append", f"kunit.filter_glob={suite_of(fault)}"))


def one_of_each_suite():
    """The others are long."""
    seen = set()
    for fault in bsp.suite_faults():
        marks = [pytest.mark.long] if suite_of(fault) in seen else []
        seen.add(suite_of(fault))
        yield pytest.param(fault, marks=marks)


@pytest.mark.parametrize("fault", one_of_each_suite())
def test_fault_ends_in_a_verdict(fault):
    """As `make run FAULT=` does it, with all suites."""
    check_named(fault, run_board(f"fault-whole-{fault}", "--fault", fault))


def test_table_names_what_qemu_knows():
    """configs/faults and the emulator have the same names."""
    p = subprocess.run([str(bsp.QEMU), "-M", "hummingbird-a31", "-display", "none",
                        "-global", "arm_gic.x-fault=help"],
                       capture_output=True, text=True, timeout=30)
    assert p.returncode != 0
    listed = re.search(r"^Faults: (.*)$", p.stderr, re.M).group(1).split()
    assert listed == list(bsp.faults())
