# SPDX-License-Identifier: GPL-2.0
"""Upstream's unmodified device trees boot to a shell, on every board."""

import re

import bsp
import pytest

from conftest import TOP, each_board, run_board


def test_shell_on_the_serial_line(shell):
    model = bsp.boards()[shell.board]["model"]
    assert shell.run_check("tr -d '\\000' < /proc/device-tree/model; echo") == [model]


def test_all_four_cpus_are_online(shell):
    assert shell.run_check("cat /sys/devices/system/cpu/online") == ["0-3"]


def test_processor_is_the_one_on_silicon(shell):
    info = "\n".join(shell.run_check("cat /proc/cpuinfo"))
    # r0p3, read on an A31 in 2013
    assert re.search(r"CPU part\s*: 0xc07", info) and re.search(r"CPU revision\s*: 3", info)


def test_kernel_is_in_secure_svc(shell):
    log = "\n".join(shell.run_check("dmesg"))
    assert "All CPU(s) started in SVC mode" in log
    assert "24.00MHz" in log


@pytest.mark.parametrize("suite", ["gic_sgi", "dw8250"])
def test_self_test_runs_again_by_debugfs(shell, suite):
    shell.run_check(f"echo any > /sys/kernel/debug/kunit/{suite}/run", timeout=60)
    results = "\n".join(shell.run_check(f"cat /sys/kernel/debug/kunit/{suite}/results"))
    assert re.search(rf"^ok 1 {suite}", results, re.M), results
    assert "not ok" not in results


def test_device_trees_are_upstreams_but_for_the_uarts():
    """Of what upstream has, our patches replace the UARTs' compatible and nothing else; R_UART they add."""
    gone, files = set(), set()
    for patch in (TOP / "patches" / "linux").glob("*.patch"):
        for part in patch.read_text().split("\ndiff --git a/")[1:]:
            if part.startswith("arch/arm/boot/dts"):
                files.add(part.split()[0])
                gone |= {line[1:].strip() for line in part.splitlines() if re.match(r"-(?!--)", line)}
    assert files == {"arch/arm/boot/dts/allwinner/sun6i-a31.dtsi"}
    assert gone == {'compatible = "snps,dw-apb-uart";'}


@pytest.mark.parametrize("board", each_board("dtb"))
def test_no_oops_and_no_warning(healthy, board):
    run = healthy(board)
    assert not run.trouble(), run
    assert "a31-init: reached the end" in run.serial, run


# The other boards of QEMU with devices that were mended for the A31, and their CPUs
OTHERS = {
    "cubieboard": ("sun4i-a10-cubieboard", 1),
    "orangepi-pc": ("sun8i-h3-orangepi-pc", 4),
    "bpim2u": ("sun8i-r40-bananapi-m2-ultra", 4),
}


@pytest.mark.parametrize("machine", OTHERS)
def test_other_allwinner_boards_boot(machine):
    """QEMU's functional tests of them want downloads that come and go; this is Linux to the end of its script."""
    dtb, cpus = OTHERS[machine]
    run = run_board(f"other-{machine}", "--machine", machine, "--dtb", bsp.BUILD / "out/lts" / f"{dtb}.dtb",
                    "--append", "kunit.enable=0")
    assert f", {cpus} CPUs online" in run.serial and "a31-init: reached the end" in run.serial, run
    assert not run.trouble(), run


# What the guest may touch although it is not modelled, and why.
UNMODELLED = {
    # how a line of QEMU's log starts: reason
    r"hstimer: unimplemented device": "the high speed timer; the generic timer is what Linux uses",
    r"r-ir: unimplemented device": "the infrared receiver; sunxi-cir writes its configuration at probe",
    # Both are Linux's, and would be the same on the board.
    r"r-ir: accessed at offset 0x034 while its clock gate ":
        "rc_register_device() sets the timeout before sunxi-cir has opened the gate; sunxi_ir_hw_init() does it again",
    r"uart0: accessed at offset 0x0.. while its clock gate ":
        "dw8250_set_termios() shuts the gate for a moment, to set the rate; now and then another CPU prints just then",
    r"rtp: unimplemented device": "the touch panel's ADC; its driver writes its configuration at probe",
}
# The self-test writes these on purpose, to see that they do not stick, looks whether GICC_IIDR is mirrored, and sends
# SGIs to targets that the architecture reserves.
PROBED_BY_SELF_TEST = (r"gic_dist_(write|read)b: Bad offset [0-9a-f]+$|gic_cpu_read: Bad offset 10fc$|"
                       r"gic_sgi_targets: Reserved target list filter$")


def strange_accesses(qemu_log):
    strange = set()
    for line in qemu_log:
        if any(re.match(known, line) for known in (*UNMODELLED, PROBED_BY_SELF_TEST)):
            continue
        strange.add(re.sub(r"0x[0-9a-f]{6,}", "0x…", line))
    return strange


@pytest.mark.parametrize("board", each_board("dtb"))
def test_no_access_outside_the_reviewed_list(healthy, board):
    strange = strange_accesses(healthy(board).qemu)
    assert not strange, "\n".join(sorted(strange)[:40])
