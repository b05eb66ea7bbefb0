# SPDX-License-Identifier: GPL-2.0
"""Every deliberate fault of the emulated GIC ends in a verdict that names it."""

import re
import subprocess

import bsp
import pytest

from conftest import run_board


@pytest.mark.parametrize("fault", bsp.faults())
def test_fault_is_named(fault):
    row = bsp.faults()[fault]
    run = run_board(f"fault-{fault}", "--fault", fault)
    assert run.status == 1, run
    assert run.out.rstrip().splitlines()[-1].startswith("FAIL: "), run
    # A broken GIC is a verdict, not a hang: the kernel goes on.
    assert "a31-init: reached the end" in run.serial, run
    failures = run.failures()
    assert row["case"] in failures, run
    # The case may say more than one thing; one of them has to be this.
    assert re.search(row["words"], run.serial), f"/{row['words']}/ is not in {run.log}\n{run}"


def test_table_names_what_qemu_knows():
    """configs/faults and the emulator have the same names."""
    p = subprocess.run([str(bsp.QEMU), "-M", "hummingbird-a31", "-display", "none",
                        "-global", "arm_gic.x-fault=help"],
                       capture_output=True, text=True, timeout=30)
    assert p.returncode != 0
    listed = re.search(r"^Faults: (.*)$", p.stderr, re.M).group(1).split()
    assert listed == list(bsp.faults())
