# SPDX-License-Identifier: GPL-2.0
"""Debian's own kernel, unmodified: from power-on through U-Boot to a shell, and out again."""

import subprocess

import pytest

import bsp
from conftest import LOGS, TOP, wait_until
from machine import PROMPT, Machine
from test_firmware import PROMPT_TIMEOUT, machine, make_card

# Long because it wants a download that the rest does not need.
pytestmark = pytest.mark.long
CARD_MIB = 4


@pytest.fixture(scope="module")
def card():
    subprocess.run([str(TOP / "scripts" / "debian-kernel")], check=True, timeout=1800)
    return lambda board: make_card(board, f"debian-{board}", "--kernel", "debian")


@pytest.fixture(scope="module", params=bsp.core_boards())
def board(request, card):
    """In Debian's kernel."""
    with machine(f"debian-{request.param}", request.param, card(request.param), extra="-nic user") as target:
        uboot = target.get_driver("UBootDriver")
        uboot.boot("")
        target.deactivate(uboot)
        target.shell = target.get_driver("ShellDriver")
        yield target


def said(board):
    return "\n".join(board.shell.run_check("dmesg"))


def test_it_is_debians(board):
    version = next((bsp.BUILD / "src/debian/lib/modules").iterdir()).name
    assert board.shell.run_check("uname -r") == [version]
    assert "debian-kernel@lists.debian.org" in said(board)


def test_four_cpus_in_hyp_mode(board):
    assert "CPU: All CPU(s) started in HYP mode." in said(board)
    assert board.shell.run_check("cat /sys/devices/system/cpu/online") == ["0-3"]


def test_no_oops_and_no_warning(board):
    log = said(board)
    assert not any(words in log for words in ("WARNING:", "BUG:", "Oops", "Unable to handle")), log


def test_card(board):
    """The FAT that it was started from, written and read; its number is that of the driver that was first."""
    shell = board.shell
    wait_until(shell, "[ -b /dev/mmcblk?p1 ]")
    (partition,) = shell.run_check("ls /dev/mmcblk?p1")
    shell.run_check(f"mount -t vfat {partition} /mnt && ls /mnt/zImage /mnt/extlinux/extlinux.conf")
    shell.run_check(f"dd if=/dev/urandom of=/mnt/data bs=1M count={CARD_MIB} 2>/dev/null", timeout=60)
    shell.run_check("sha256sum </mnt/data >/tmp/sum", timeout=60)
    shell.run_check("umount /mnt && echo 3 >/proc/sys/vm/drop_caches", timeout=60)
    shell.run_check(f"mount -t vfat {partition} /mnt && sha256sum </mnt/data | cmp - /tmp/sum", timeout=60)
    shell.run_check("umount /mnt")


def test_network(board):
    shell = board.shell
    shell.run_check("ifconfig eth0 up 10.0.2.15")
    wait_until(shell, "[ $(cat /sys/class/net/eth0/carrier) = 1 ]")
    assert any("4 packets received" in line for line in shell.run_check("ping -c 4 10.0.2.2", timeout=60))


def test_rtc(board):
    """The SoC's, wherever the board has a second one that is not modelled."""
    rtc = board.shell.run_check("dirname $(grep -l sun6i-rtc /sys/class/rtc/*/name)")[0]
    first, second = (int(board.shell.run_check(f"cat {rtc}/since_epoch; sleep 2")[0]) for _ in range(2))
    assert 2 <= second - first < 30


def test_reboot(board):
    """Through the watchdog's driver, or PSCI: it ends in U-Boot's SPL."""
    console = board.get_driver("QEMUDriver")
    console.sendline("reboot -f")
    console.expect(r"U-Boot SPL 2025\.01", timeout=PROMPT_TIMEOUT)


@pytest.mark.parametrize("name", bsp.core_boards())
def test_power_off(name, card):
    with Machine(LOGS / f"debian-off-{name}.log", board=name, card=card(name), args=["-snapshot"]) as machine:
        machine.expect(PROMPT)
        machine.console.sendall(b"poweroff -f\n")
        assert machine.wait() == 0
