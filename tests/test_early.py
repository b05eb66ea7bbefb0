# SPDX-License-Identifier: GPL-2.0
"""A GIC that would hang the boot is named before it does."""

import re
import signal
import subprocess
import time

import bsp
import pytest

from conftest import LOGS, TOP, run_board

CORE = ("boot-pmr", "boot-gicc-ctlr-secondary", "boot-fiq", "boot-group0")
LINE = re.compile(r"GICv2 early check: (CPU\d+: .*)\n")
# After CPU0's something else comes; for a CPU that gets no interrupt the others may wait for ever.
HEARD = re.compile(r"GICv2 early check: (CPU0: .*\n(?!.*GICv2 early check).*|CPU[1-9]: .*)\n")


def text_of(log):
    return log.read_bytes().decode(errors="replace").replace("\r", "") if log.exists() else ""


def first_finding(fault, seconds=120):
    """Boot with FAULT until the early check has spoken, and the kernel goes on as it can; what it said first."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"early-{fault}.log"
    log.unlink(missing_ok=True)
    firmware = "u-boot" if bsp.faults()[fault]["case"] == "early-hyp" else "none"
    proc = subprocess.Popen([str(TOP / "scripts/run"), "--fault", fault, "--firmware", firmware, "--log", str(log)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + seconds
        while not HEARD.search(text_of(log)) and proc.poll() is None and time.monotonic() < end:
            time.sleep(0.2)
    finally:
        proc.send_signal(signal.SIGTERM)
        proc.wait(30)
    assert HEARD.search(text_of(log)), f"the early check found nothing, or nothing came after it: {log}"
    return LINE.search(text_of(log))[1]


@pytest.mark.parametrize("fault", [pytest.param(f, marks=[] if f in CORE else [pytest.mark.long])
                                   for f in bsp.early_faults()])
def test_early_check_names(fault):
    """The first line it prints is about the fault, and the boot goes on from there."""
    first = first_finding(fault)
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
