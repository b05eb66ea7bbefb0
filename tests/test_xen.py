# SPDX-License-Identifier: GPL-2.0
"""Xen with Linux as dom0: from power-on through U-Boot's menu, over the UART that Xen keeps for itself."""

import re
import subprocess
import time

import pytest

from conftest import LOGS, TOP
from machine import PROMPT, Machine
from test_boot import UNMODELLED
from test_firmware import UNMODELLED_FIRMWARE, make_card

BOARD = "bpi-m2"
# Xen's own console, and back
SWITCH = b"\x01\x01\x01"
QUIET = 10


@pytest.fixture(scope="module", params=["xen", "xen-patched"])
def xen(request):
    """In dom0's shell. Of Debian's Xen the console may wait for a key, for which patches/xen/0001 is."""
    patched = request.param == "xen-patched"
    subprocess.run([str(TOP / "scripts" / "build-xen"), *(["--patched"] if patched else [])], check=True, timeout=1800)
    card = make_card(BOARD, f"card-{request.param}", "--xen", request.param)
    with Machine(LOGS / f"{request.param}.log", board=BOARD, card=card, args=["-snapshot"]) as machine:
        until_shell(machine, keys=not patched)
        yield machine


def until_shell(machine, keys):
    deadline = time.monotonic() + machine.timeout
    said = time.monotonic()
    while not re.search(PROMPT, machine.text):
        before = len(machine.text)
        assert machine.drain() and time.monotonic() < deadline, f"no shell; read {machine.log}"
        if len(machine.text) > before:
            said = time.monotonic()
        elif keys and time.monotonic() - said > QUIET:
            said = time.monotonic()
            machine.console.sendall(b"\n")
    machine.console.sendall(b"\n")


def test_what_xen_found(xen):
    for line in (r"\(XEN\) Xen version 4\.17\.", r"\(XEN\) Generic Timer IRQ: .* Freq: 24000 KHz",
                 r"gic_dist_addr=0000000001c81000", r"gic_cpu_addr=0000000001c82000",
                 r"gic_hyp_addr=0000000001c84000", r"gic_vcpu_addr=0000000001c86000", r"gic_maintenance_irq=25",
                 r"\(XEN\) GICv2: 160 lines, 4 cpus", r"\(XEN\) Brought up 4 CPUs",
                 r"\(XEN\) \*\*\* LOADING DOMAIN 0 \*\*\*"):
        assert re.search(line, xen.text), line


def test_linux_is_dom0(xen):
    assert xen.run("cat /sys/hypervisor/type") == "xen"
    assert xen.run("cat /sys/devices/system/cpu/online") == "0-3"
    assert xen.run("cat /proc/cmdline").startswith("console=hvc0 ")


def test_console_switches_to_xen_and_back(xen):
    xen.console.sendall(SWITCH)
    xen.expect(r"Serial input to Xen")
    start = len(xen.text)
    xen.console.sendall(b"h")
    xen.expect(r"\(XEN\) .*key '\w' .*=> ", start)
    start = len(xen.text)
    xen.console.sendall(SWITCH)
    xen.expect(r"Serial input to DOM0", start)
    xen.console.sendall(b"\n")
    assert xen.run("echo $((6*7))") == "42"


# Xen ends an SGI with its number alone (gicv2_eoi_irq), not with the source that the acknowledge gave.
UNMODELLED_XEN = r"gic_check_sgi_source: SGI \d+ of CPU \d ended as if of CPU 0$"


def test_no_access_outside_the_reviewed_list(xen):
    known = re.compile("|".join((*UNMODELLED_FIRMWARE, *UNMODELLED, UNMODELLED_XEN)))
    log = xen.log.with_suffix(".qemu.log").read_text(errors="replace").splitlines()
    strange = {line for line in log if not known.match(line)}
    assert log and not strange, "\n".join(sorted(strange)[:40])


def test_reboot_resets_by_the_watchdog(xen):
    xen.console.sendall(b"reboot -f\n")
    xen.expect(r"\(XEN\) Hardware Dom0 shutdown: rebooting machine")
    # The last of them: with -no-reboot the reset is QEMU's end.
    assert xen.wait() == 0
