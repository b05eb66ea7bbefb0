# SPDX-License-Identifier: GPL-2.0
"""A GIC that would hang the boot is named before it does."""

import re

import bsp
import faults
import pytest

from conftest import LOGS, run_board

CORE = ("boot-pmr", "boot-gicc-ctlr-secondary", "boot-fiq", "boot-group0")
@pytest.mark.parametrize("fault", [pytest.param(f, marks=[] if f in CORE else [pytest.mark.long])
                                   for f in bsp.early_faults()])
def test_early_check_names(fault):
    """The first line it prints is about the fault, and the boot goes on from there."""
    first = faults.early_finding(fault, LOGS / f"early-{fault}.log")
    assert first, "it found nothing, or nothing came after it"
    assert re.match(bsp.faults()[fault]["words"], first), first


def test_a_hang_ends_in_a_verdict():
    """As a person sees it: no waiting for the time-out, the line in the summary, a bad status."""
    run = run_board("early-verdict", "--fault", "boot-irq")
    assert run.status == 1, run
    assert "the early check has found the GIC broken" in run.out, run
    assert re.search(r"^  FAILED early: CPU0: SGI 7 to itself: ISR reads 0x0", run.out, re.M), run
    assert run.out.rstrip().splitlines()[-1].startswith("FAIL: "), run


def test_silent_and_there_on_a_healthy_machine(healthy):
    """What says nothing has to have run all the same: the case counts its comparisons."""
    run = healthy("hummingbird-a31")
    assert "GICv2 early check" not in run.serial, run
    assert run.case("gicc_early_check_found_no_fault") == "ok", run
