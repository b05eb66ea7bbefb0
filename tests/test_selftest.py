# SPDX-License-Identifier: GPL-2.0
"""The GIC self-test on a healthy machine, and the verdict a person reads."""

import re
import subprocess

import bsp
import pytest

from conftest import each_board, run_board
from test_boot import strange_accesses

SUITES = ("gic_distributor", "gic_sgi", "gic_ppi", "gic_spi", "gic_cpu_interface", "gic_virt")


@pytest.mark.parametrize("board", each_board("dtb"))
def test_verdict_is_pass(healthy, board):
    run = healthy(board)
    assert run.passed(), run
    assert int(re.search(r"(\d+) passed, 0 failed", run.out.splitlines()[-1])[1]) >= 30, run
    for suite in SUITES:
        assert re.search(rf"^  {suite} +[1-9]\d* passed +0 failed", run.out, re.M), run


def test_nothing_is_skipped_on_the_a31(healthy):
    run = healthy("hummingbird-a31")
    assert "0 skipped" in run.out.splitlines()[-1], run


def test_no_line_of_a_device_is_spare(healthy):
    """Not even one whose interrupt goes through a controller stacked on the GIC, and whose driver comes later."""
    dtb = bsp.BUILD / "out/lts" / f"{bsp.boards()['hummingbird-a31']['dtb']}.dtb"
    dts = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", str(dtb)], check=True, text=True,
                         capture_output=True, timeout=30).stdout
    named = set()
    for cells in re.findall(r"\binterrupts = <([^>]*)>", dts):
        cells = [int(cell, 16) for cell in cells.split()]
        # #interrupt-cells of arm,gic.yaml, and of the controllers beside it
        named |= {spi for kind, spi, _ in zip(*[iter(cells)] * 3) if kind == 0}
    assert 30 in named, "the LRADC's, through r_intc"
    assert f" {128 - len(named)} spare SPIs," in healthy("hummingbird-a31").serial


def test_both_manners_are_there(healthy):
    run = healthy("hummingbird-a31")
    for case in ("sgi_matrix_source_target_id", "sgi_live_every_pair",
                 "spi_retargeted_while_pending", "spi_live_affinity"):
        assert run.case(case) == "ok", run


def test_matrix_is_full(healthy):
    assert "4 sources x 4 targets x 7 IDs" in healthy("hummingbird-a31").serial


def test_latencies_are_printed(healthy):
    run = healthy("hummingbird-a31")
    for what in ("SGI", "SPI"):
        m = re.search(rf"latency {what}.*min (\d+) median (\d+) p99 (\d+) max (\d+) ns", run.out)
        assert m, run
        low, median, p99, high = map(int, m.groups())
        assert 0 < low <= median <= p99 <= high


@pytest.mark.long
@pytest.mark.parametrize("board", each_board("dtb"))
def test_mainline(healthy, board):
    run = healthy(board, "mainline")
    assert run.passed() and not strange_accesses(run.qemu), run


@pytest.mark.long
def test_healthy_machine_stays_healthy():
    for n in range(20):
        run = run_board("soak", "--board", "hummingbird-a31")
        assert run.status == 0, f"boot {n}: {run}"


def test_driver_that_prints_meanwhile_hides_nothing(healthy, tmp_path):
    """A driver's message in the middle of a suite's KTAP header is no news to the verdict."""
    import verdict
    serial = healthy("hummingbird-a31").log.read_bytes()
    header = re.compile(rb"^(\[ *\d+\.\d+\])     # Subtest: ", re.M)
    log = tmp_path / "interleaved.log"
    log.write_bytes(header.sub(rb"\1 sunxi-mmc 1c0f000.mmc: initialized\n\g<0>", serial))
    assert log.stat().st_size > len(serial)
    found = verdict.judge(log, bsp.kunit_py("lts"))
    assert found.passed and [s[0] for s in found.suites] == list(SUITES)
