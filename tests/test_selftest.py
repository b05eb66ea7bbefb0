# SPDX-License-Identifier: GPL-2.0
"""The self-test on a healthy machine, and the verdict a person reads."""

import re
import subprocess

import bsp
import pytest

from conftest import each_board, run_board
from test_boot import strange_accesses

# The suites whose cases run without asking
SUITES = ("gic_distributor", "gic_sgi", "gic_ppi", "gic_spi", "gic_cpu_interface", "gic_virt", "dw8250")


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


def test_every_idle_uart_is_tested(healthy):
    """All but the console's: the ports that the board's device tree leaves disabled."""
    dtb = bsp.BUILD / "out/lts" / f"{bsp.boards()['hummingbird-a31']['dtb']}.dtb"
    dts = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", str(dtb)], check=True, text=True,
                         capture_output=True, timeout=30).stdout
    nodes = re.findall(r"\bserial@\w+ \{([^}]*)\}", dts)
    idle = sum('status = "disabled"' in node for node in nodes)
    assert len(nodes) >= 6 and idle == len(nodes) - 1
    assert f"# uart_every_port_carries_data: {idle} ports" in healthy("hummingbird-a31").serial


def test_latencies_are_printed(healthy):
    run = healthy("hummingbird-a31")
    for what in ("SGI", "SPI", "PPI"):
        m = re.search(rf"latency {what}.*min (\d+) median (\d+) p99 (\d+) max (\d+) ns", run.out)
        assert m, run
        low, median, p99, high = map(int, m.groups())
        assert 0 < low <= median <= p99 <= high


def test_slow_cases_are_counted(healthy):
    """What does not run without asking is said, and is not taken for passed or skipped."""
    run = healthy("hummingbird-a31")
    slow = sum(source.read_text().count("KUNIT_CASE_SLOW(") for source in bsp.suite_sources()
               if source.stem != bsp.READINESS_MODULE)
    assert f"  {slow} slow cases left out; SLOW=1 runs them" in run.out.splitlines(), run
    assert "  whether Xen could start was not asked; FIRMWARE=u-boot asks, where there is a console" in run.out.splitlines(), run


@pytest.mark.parametrize("firmware", ["none", "u-boot-patched"])
def test_cpus_that_go_off_and_come_back(patched_u_boot, firmware):
    """By Linux alone, and by PSCI."""
    run = run_board(f"hotplug-{firmware}", "--slow", "--firmware", firmware, "--append", "kunit.filter_glob=gic_hotplug")
    assert run.passed() and re.search(r"^  gic_hotplug +[1-9]\d* passed +0 failed +0 skipped", run.out, re.M), run


def test_latencies_are_kept_for_each_pair(shell):
    """In debugfs: as many samples of each pair, and of each CPU, as the cases take."""
    rows = {}
    for line in shell.run_check("cat /sys/kernel/debug/gic_kunit/latency"):
        kind, *cpus = re.findall(r"\b(?:SGI|SPI|PPI|CPU\d)\b", line)
        rows[kind, *cpus] = sum(int(n) for n in re.findall(r"\d+:(\d+)", line))
    cpus = [f"CPU{n}" for n in range(4)]
    assert rows == {**{("SGI", a, b): 6 for a in cpus for b in cpus},
                    **{(kind, a): 16 for kind in ("SPI", "PPI") for a in cpus}}


def test_filter_picks_cases():
    run = run_board("filter", "--append", "kunit.filter_glob=gic_sgi.sgi_filter_*")
    assert re.search(r"^  gic_sgi +3 passed", run.out, re.M) and run.out.splitlines()[-1].startswith("PASS: 3 "), run


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
    assert found.passed and {*SUITES} <= {s[0] for s in found.suites}
