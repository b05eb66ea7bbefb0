# SPDX-License-Identifier: GPL-2.0
"""Xen with Linux as dom0: from power-on through U-Boot's menu, over the UART that Xen keeps for itself."""

import functools
import hashlib
import re
import socket
import struct
import subprocess
import time

import bsp
import pytest
import verdict

from armhf import append_archive
from bad_dt import GIC, Dt
from conftest import LOGS, TOP, run_board
from machine import OUT, PROMPT, QUIET, Machine, initrd_with, root_with, tree_of
from test_boot import PROBED_BY_SELF_TEST, UNMODELLED
from test_firmware import UNMODELLED_FIRMWARE, copy_from, copy_to, make_card, remove_from, with_faulty_u_boot
from test_net import DHCP, HOST, checksum, http_port  # noqa: F401
from test_pmic import KEY_BOARD, KEYS, NO_KEY_MV, PEK

BOARD = "bpi-m2"
# Without the GIC's suites
QUICK = "kunit.enable=0"
# Xen's own console, and back
SWITCH = b"\x01\x01\x01"
# Of 128 that Xen keeps for dom0 (SERIAL_RX_SIZE); it drops what comes then, and says nothing
TYPED_AHEAD = 64
# What the board's own device tree has behind R_INTC, and works without
BEHIND_R_INTC = ("pinctrl@1c20800", "lradc@1c22800", "rtc@1f00000", "pinctrl@1f02c00")
R_INTC = "/soc/interrupt-controller@1f00c00"
# What dom0 can have of the memory
LEAST_MIB, MOST_MIB, MOST_MIB_BESIDE_FOUR = 128, 640, 512
# linux/input.h, for 32 bits
EVENT, KEY_POWER, KEY_VOLUMEUP = 16, 116, 115
# Of the GIC's cases, in a domain of Xen
JUDGED = 46


@pytest.fixture(scope="module", params=["xen", "xen-patched"])
def xen(request):
    """In dom0's shell."""
    with started(request.param, request.param, args=["-nic", "user"],
                 append="" if request.param == "xen-patched" else QUICK) as machine:
        until_shell(machine)
        yield machine


@functools.cache
def build(xen):
    subprocess.run([str(TOP / "scripts" / "build-xen"), *(["--patched"] if xen == "xen-patched" else [])], check=True,
                   timeout=1800)


@functools.cache
def dom0_initramfs():
    """With programs that wait for the RTC, and for others."""
    subprocess.run([str(TOP / "scripts" / "xen-tools")], check=True, timeout=600)
    out = bsp.BUILD / "tmp" / "dom0-test.cpio.gz"
    append_archive(OUT / "dom0.cpio.gz", root_with("xen", "rtcwake", "latency"), out)
    return out


def started(xen, name, change=None, args=(), append=QUICK, timeout=180, guests=0, board=BOARD, options=()):
    """From power-on, off a card with these OPTIONS; CHANGE(card) is made before. What guests are started with lies on the card.

    The console of Debian's Xen may wait for a key, for which patches/xen/0001 is.
    """
    build(xen)
    card = make_card(board, f"card-{name}", "--xen", xen, "--dom0-initramfs", dom0_initramfs(),
                     "--initramfs", initrd_with("guest", "latency"), "--guests", str(guests), *options,
                     *(["--append", append] if append else []))
    if change:
        change(card)
    return Machine(LOGS / f"{name}.log", board=board, card=card, args=["-snapshot", *args], timeout=timeout,
                   pace=TYPED_AHEAD, nudge="(XEN) " if xen == "xen" else None)


def change_file(card, name, change):
    """Of the card's FAT, where it is found by name."""
    copy = bsp.BUILD / "tmp" / f"changed-{name}"
    copy_from(card, name, copy)
    copy.write_bytes(change(copy.read_bytes()))
    copy_to(card, copy, name)


def until_shell(machine):
    """dom0's, which has no mark of Xen's before it."""
    machine.expect(rf"^(?!\(XEN\) ).*{PROMPT}")
    machine.console.sendall(b"\n")


MIB = 1 << 20


def of_size(path, size):
    with path.open("wb") as f:
        f.truncate(size)
    return path


def big_tree(path):
    """As large as Xen takes, and U-Boot has to add to it."""
    dt = tree_of(BOARD, room=3 * MIB)
    dt.set("/chosen", "ballast", bytes(2 * MIB - 4096 - len(tree_of(BOARD).blob())))
    path.write_bytes(dt.blob())
    return path


@pytest.mark.parametrize("option, make, words", [
    ("--dom0-initramfs", lambda path: of_size(path, 61 * MIB), r"big has 63963136 bytes, and there are 62914560 for it at 0x46000000 in memory"),
    ("--initramfs", lambda path: of_size(path, 62 * MIB), r"the rest have \d+ bytes, and the card has 63963136 for them"),
    ("--dtb", big_tree, r"big has 209\d{4} bytes with what Xen is told there, which takes 2084864"),
], ids=("memory", "card", "device tree"))
def test_what_is_too_big_is_said_before_the_card_is_made(option, make, words, tmp_path):
    build("xen-patched")
    dom0_initramfs()
    p = subprocess.run([str(TOP / "scripts" / "sdcard"), "--xen", "xen-patched", option, make(tmp_path / "big"),
                        "--output", tmp_path / "card.img", BOARD], text=True, capture_output=True, timeout=120)
    assert p.returncode == 1 and re.search(rf"^sdcard: error: .*{words}\nsdcard: next: make ", p.stderr, re.M), p.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


CONSOLE = "/soc/serial@1c28000"


@pytest.mark.parametrize("change, words", [
    (lambda dt: dt.drop("/chosen", "stdout-path"), "/chosen has no stdout-path, where Xen looks for its console"),
    (lambda dt: dt.set("/chosen", "stdout-path", "serial9:115200n8"), "/chosen: stdout-path is 'serial9', which is no node"),
    (lambda dt: dt.set("/chosen", "stdout-path", GIC), f"{GIC}: stdout-path is no snps,dw-apb-uart"),
    (lambda dt: dt.set(CONSOLE, "status", "disabled"), f"{CONSOLE}: Xen's console is disabled"),
    (lambda dt: dt.drop(CONSOLE, "reg-shift"), f"{CONSOLE}: reg-shift is not 2, which Xen believes"),
    (lambda dt: dt.set("/chosen", "#size-cells", (2,)), "/chosen: #size-cells is not 1, and modules are described by one cell"),
    (lambda dt: dt.drop("/", "interrupt-parent"), "R_INTC has no interrupt-parent, nor has a node above it"),
], ids=("none", "alias", "other", "disabled", "shift", "cells", "parent"))
def test_device_tree_that_xen_has_no_console_with(change, words, tmp_path):
    dt = tree_of(BOARD)
    change(dt)
    tree = tmp_path / "spoiled.dtb"
    tree.write_bytes(dt.blob())
    p = subprocess.run([str(TOP / "scripts" / "xen-dtb"), tree, tmp_path / "xen.dtb", ""], text=True, capture_output=True, timeout=60)
    assert p.returncode == 1 and f"xen-dtb: error: {tree}: {words}\nxen-dtb: next: " in p.stderr, p.stderr
    assert not (tmp_path / "xen.dtb").exists()


def without(name):
    return lambda card: remove_from(card, name)


def in_tree(change):
    def edit(blob):
        dt = Dt(blob)
        change(dt)
        return dt.blob()

    return lambda card: change_file(card, "xen.dtb", edit)


KERNEL = "/chosen/module@44000000"


def kernel_elsewhere(dt):
    reg = dt.cells(KERNEL, "reg")
    dt.remove(KERNEL)
    dt.add("/chosen", "module@45000000", {"compatible": "multiboot,kernel\0multiboot,module", "reg": (0x45000000, reg[1])})


@pytest.mark.parametrize("change, words", [
    (without("dom0.cpio.gz"), r"Xen does not start: a file is missing on the card, see above; make sdcard XEN=1 "),
    (in_tree(kernel_elsewhere), r"Xen does not start: in xen\.dtb no module is at 44000000 or none at 46000000, "),
    (in_tree(lambda dt: dt.set(KERNEL, "reg", (0x48000000, 0x400000))),
     r"\(XEN\) Panic on CPU 0:\n\(XEN\) Could not set up DOM0 guest OS"),
    (in_tree(lambda dt: dt.set("/chosen", "xen,xen-bootargs", "console=dtuart dom0_mem=2048M")),
     r"\(XEN\) Panic on CPU 0:\n\(XEN\) Failed to allocate requested dom0 memory"),
], ids=("file", "module", "address", "memory"))
def test_why_xen_or_dom0_does_not_start(change, words, request):
    """One sentence, never a silent line."""
    with started("xen-patched", f"not-{request.node.callspec.id}", change) as machine:
        machine.expect(f"^{words}")


def test_hyp_mode_that_is_not_entered_is_said_before_xen_is_silent():
    with started("xen-patched", "not-hyp") as machine:
        machine.expect("Hit any key")
        machine.console.sendall(b" ")
        machine.expect("^=> ")
        machine.type("setenv bootm_boot_mode sec; run bootcmd")
        machine.expect("^Xen does not start: bootm_boot_mode is sec, and Xen wants HYP mode; ")


def test_hyp_mode_that_the_script_does_not_know_of_is_said_by_xen():
    """As with a U-Boot that enters none: Xen's own word, of configs/xen. Debian's is silent."""
    with started("xen-patched", "not-hyp-by-hand") as machine:
        machine.expect("Hit any key")
        machine.console.sendall(b" ")
        machine.expect("^=> ")
        machine.type("setenv bootm_boot_mode sec; load mmc 0:1 ${fdt_addr_r} /xen.dtb; load mmc 0:1 ${kernel_addr_r} /xen; "
                     "bootz ${kernel_addr_r} - ${fdt_addr_r}")
        machine.expect(r"^- Xen must be entered in NS Hyp mode -\n(?:.*\n)?- Boot failed -")


@pytest.mark.long
def test_psci_that_is_not_there():
    """Xen's own words: it goes on, as dom0 does, with the CPU that there is."""
    with started("xen-patched", "not-psci", lambda card: with_faulty_u_boot(card, BOARD, "0002-arm-psci-not-told.patch")) as machine:
        for n in (1, 2, 3):
            machine.expect(rf"^\(XEN\) Failed to bring up CPU {n} \(error -19\)")
        until_shell(machine)
        assert machine.run("nproc") == "1"


def test_run_ends_at_the_sentence():
    """Not at its time-out, and says it again."""
    build("xen-patched")
    card = make_card(BOARD, "card-run-not", "--xen", "xen-patched", "--dom0-initramfs", dom0_initramfs())
    without("xen")(card)
    run = run_board("run-not", "--board", BOARD, "--firmware", "u-boot", "--card", card)
    assert run.status == 1 and "run: error: Xen does not start: a file is missing on the card" in run.out, run


@pytest.mark.parametrize("board", [name for name, row in bsp.boards().items() if row["console"] == "-"])
def test_board_without_a_port_for_xen_is_named(board):
    p = subprocess.run([str(TOP / "scripts" / "sdcard"), "--xen", "xen-patched", board], text=True, capture_output=True, timeout=60)
    assert p.returncode == 1 and f"the device tree of {board} has no serial port that is on" in p.stderr


def run_xen(board, *options):
    build("xen-patched")
    subprocess.run([str(TOP / "scripts" / "xen-tools")], check=True, timeout=600)
    return run_board("-".join(("run-xen", board, *(option.strip("-") for option in options))), "--board", board, "--xen", *options)


def test_run_gives_a_verdict_of_dom0():
    """On the board that is meant when none is named"""
    run = run_xen("hummingbird-a31")
    assert run.status == 0 and "PASS: dom0 has come up" in run.out, run.out
    assert "(XEN) Allocating 1:1 mappings totalling 384MB for dom0:" in run.serial


@pytest.mark.long
@pytest.mark.parametrize("memory", [LEAST_MIB, MOST_MIB])
def test_dom0_with_the_least_and_the_most_memory(memory):
    """As scripts/lib.sh has it"""
    run = run_xen(BOARD, "--dom0-memory", str(memory), "--append", QUICK)
    assert f"(XEN) Allocating 1:1 mappings totalling {memory}MB for dom0:" in run.serial
    assert "a31-init: reached the end" in run.serial, run


@pytest.mark.long
def test_dom0_with_the_most_memory_beside_four_guests():
    """Five at once take long to boot."""
    memory = MOST_MIB_BESIDE_FOUR
    with started("xen-patched", "most-beside-four", guests=4, options=("--dom0-memory", str(memory)), timeout=900) as machine:
        machine.expect(rf"^\(XEN\) Allocating 1:1 mappings totalling {memory}MB for dom0:")
        until_shell(machine)
        assert len(machine.run("xl list").splitlines()) == 1 + 1 + 4


@pytest.mark.long
def test_run_gives_a_verdict_of_dom0_beside_a_guest():
    """And not of the guest, which says much the same."""
    run = run_xen(BOARD, "--guests", "1")
    assert "(XEN) DOM1: " in run.serial
    assert run.status == 0 and "PASS: dom0 has come up" in run.out, run.out


@pytest.mark.long
def test_mainline_is_dom0():
    run = run_xen(BOARD, "--kernel", "mainline")
    assert run.status == 0 and "PASS: dom0 has come up" in run.out, run.out


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


def test_what_xen_shows_of_the_gic_is_judged(xen):
    """Of all cases; what is not judged says why."""
    if xen.log.stem == "xen":
        assert "kunit: disabled" in xen.run("dmesg | grep kunit")
        return
    said = xen.run("cat /sys/kernel/debug/kunit/gic_*/results | grep -E '^ *(not )?ok ' | grep -v '^ok'")
    said = [line for line in said.splitlines() if line.strip()]
    reasons = re.findall(r"# SKIP ?(.*)$", "\n".join(said), re.M)
    sources = "".join(p.read_text() for p in bsp.suite_sources() if p.stem.startswith("gic_"))
    assert not [line for line in said if "not ok" in line], said
    assert len(said) == len(re.findall(r"KUNIT_CASE\w*\(", sources)) and len(said) - len(reasons) == JUDGED, said
    # Those that nobody asked for
    assert reasons.count("") == sources.count("KUNIT_CASE_SLOW("), said


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


def sha256(machine, what, command=""):
    """Of what is there, or what COMMAND gives; a driver may say something meanwhile."""
    (said,) = re.findall(r"^([0-9a-f]{64})  ", machine.run(f"{command}sha256sum {what}"), re.M)
    return said


def test_card_of_dom0_keeps_what_is_written(xen):
    """By DMA, to memory that is where dom0 takes it to be."""
    xen.run("dd if=/dev/urandom of=/tmp/data bs=64k count=16 2>/dev/null; mount -t vfat /dev/mmcblk?p1 /mnt; "
            "cp /tmp/data /mnt/data; umount /mnt; echo 3 >/proc/sys/vm/drop_caches; mount -t vfat /dev/mmcblk?p1 /mnt")
    assert sha256(xen, "/mnt/data") == sha256(xen, "/tmp/data")
    xen.run("umount /mnt")


def test_network_of_dom0(xen, http_port):  # noqa: F811
    """In, and what comes in out again."""
    xen.run(DHCP)
    assert sha256(xen, "-", f"wget -q -O - http://{HOST}:{http_port}/2 | ") == checksum(2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(xen.timeout)
        xen.type(f"wget -q -O - http://{HOST}:{http_port}/2 | nc {HOST} {server.getsockname()[1]}; echo se''nt")
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as data:
            connection.settimeout(xen.timeout)
            assert hashlib.sha256(data.read()).hexdigest() == checksum(2)
    xen.expect(PROMPT, xen.expect(r"^sent$").end())


# Of the board's time, at 32 ns an instruction, in which a console that lives says something
SILENCE = 10
INSTRUCTIONS_PER_S = 10**9 // 32


def says_all(machine, last):
    """Whether the console goes on until it has said LAST on a line; if not, it has been silent for long."""
    start = heard = len(machine.text)
    since = machine.qmp("query-replay")["icount"]
    while not re.search(rf"^{last}$", machine.text[start:], re.M):
        assert machine.drain(), f"QEMU has ended; read {machine.log}"
        now = machine.qmp("query-replay")["icount"]
        if len(machine.text) > heard:
            heard, since = len(machine.text), now
        elif now - since > SILENCE * INSTRUCTIONS_PER_S:
            return False
    return True


@pytest.mark.parametrize("which, lives", [("xen", False), ("xen-patched", True)])
def test_output_beside_busy_cpus(which, lives):
    """Which take turns here, as on a host with less of them: Xen's handler is interrupted anywhere.

    What Debian's Xen has to say it keeps, until a key is pressed.
    """
    with started(which, f"busy-{which}", args=["-icount", "shift=5,sleep=off"], append=f"{QUICK} rodata=off") as machine:
        until_shell(machine)
        machine.run("for n in $(seq 4); do (while :; do :; done) & done")
        machine.nudge = None
        machine.console.sendall(b"seq 100001 120000\n")
        assert says_all(machine, "120000") == lives
        if not lives:
            start = len(machine.text)
            machine.console.sendall(b"\n")
            machine.expect(r"^1\d{5}$", start)


def alarm(machine):
    """Whether the RTC's interrupt comes; if not, rtcwake is still waiting for it."""
    said = machine.run("timeout 10 rtcwake 2; echo ended: $?")
    assert ("alarm came after" in said) == ("ended: 0" in said) and ("ended: 0" in said or "ended: 143" in said), said
    return "ended: 0" in said


def card_taken(machine):
    """Whether the slot's pin interrupts when the card goes."""
    assert machine.run("ls /sys/block | grep -c mmcblk") == "1"
    machine.qmp("eject", device="sd0")
    return machine.run("for n in $(seq 10); do ls /sys/block | grep -q mmcblk || break; sleep 1; done; "
                       "ls /sys/block | grep -c mmcblk; true") == "0"


def key_comes(machine, device, path, prop, pressed, released):
    """The code of the key that an input device of dom0's says was pressed, if it does; it is held until then, or for ten seconds."""
    name = machine.run(f"grep -l '^{device}$' /sys/class/input/event*/device/name").split("/")[4]
    machine.run(f"(timeout 30 head -c {EVENT} /dev/input/{name} >/tmp/key) & sleep 1")
    machine.qmp("qom-set", path=path, property=prop, value=pressed)
    said = machine.run("for n in $(seq 10); do [ -s /tmp/key ] && break; sleep 1; done; od -An -tu2 /tmp/key").split()
    machine.qmp("qom-set", path=path, property=prop, value=released)
    return int(said[5]) if said else None


def test_power_key_of_dom0(xen):
    """By the NMI pin, which R_INTC alone sees"""
    assert key_comes(xen, PEK, "/machine/pmic", "power-key", True, False) == KEY_POWER


def lradc_key(machine):
    return key_comes(machine, "1c22800.lradc", "/machine/soc/lradc", "lradc0", next(iter(KEYS)), NO_KEY_MV)


def test_interrupts_behind_r_intc_reach_dom0(xen):
    assert alarm(xen)
    assert card_taken(xen)


def as_the_board_has_them(dt):
    (own,) = dt.cells(R_INTC, "phandle")
    for name in BEHIND_R_INTC:
        assert dt.cells(f"/soc/{name}", "interrupt-parent") != (own,)
        dt.set(f"/soc/{name}", "interrupt-parent", struct.pack(">I", own))


@pytest.mark.long
def test_keys_behind_r_intc_reach_dom0():
    with started("xen-patched", "xen-keys", board=KEY_BOARD) as machine:
        until_shell(machine)
        assert lradc_key(machine) == KEY_VOLUMEUP


@pytest.mark.long
def test_they_are_lost_with_the_boards_own_device_tree():
    """Neither the alarm nor the card nor a key, and nobody says a word of it."""
    with started("xen-patched", "xen-r-intc", in_tree(as_the_board_has_them), board=KEY_BOARD) as machine:
        until_shell(machine)
        assert lradc_key(machine) is None
        assert not alarm(machine)
        assert not card_taken(machine)
        assert not verdict.TROUBLE.search(machine.text)


# The manual's: of the CCU, APB2 gating register, UART0
GATES, UART0 = 0x1c2006c, 1 << 16


def uart_has_its_clock(machine):
    said = machine.qmp("human-monitor-command", **{"command-line": f"xp /1wx {GATES:#x}"})
    return bool(int(said.split()[-1], 16) & UART0)


def test_dom0_keeps_the_clock_of_xens_uart(xen):
    """Debian's Xen does not say which it is, and so needs an argument that keeps all."""
    told = "clk_ignore_unused" in xen.run("cat /proc/cmdline")
    clocks = xen.run("od -An -tx1 /proc/device-tree/hypervisor/clocks 2>/dev/null | wc -l")
    assert uart_has_its_clock(xen)
    assert (told, clocks) == ((True, "0") if xen.log.stem == "xen" else (False, "1"))


def test_without_either_the_console_dies():
    """At the end of dom0's boot, in the middle of a line: the UART has no clock."""
    def forget(menu):
        assert menu.count(b" clk_ignore_unused") == 1
        return menu.replace(b" clk_ignore_unused", b"")

    with started("xen", "xen-no-clock", lambda card: change_file(card, "menu.conf", forget)) as machine:
        machine.expect("LOADING DOMAIN 0")
        deadline = time.monotonic() + machine.timeout
        while uart_has_its_clock(machine):
            assert machine.drain() and time.monotonic() < deadline, f"the clock stays; read {machine.log}"
        start = len(machine.text)
        end = time.monotonic() + QUIET
        while time.monotonic() < end:
            machine.console.sendall(b"\n")
            assert machine.drain()
        # What is on its way when the clock goes
        assert len(machine.text) - start < 16, machine.text[start:]


# Xen ends an SGI with its number alone (gicv2_eoi_irq), not with the source that the acknowledge gave.
UNMODELLED_XEN = r"gic_check_sgi_source: SGI \d+ of CPU \d ended as if of CPU 0$"


def test_no_access_outside_the_reviewed_list(xen):
    known = re.compile("|".join((*UNMODELLED_FIRMWARE, *UNMODELLED, PROBED_BY_SELF_TEST, UNMODELLED_XEN)))
    log = xen.log.with_suffix(".qemu.log").read_text(errors="replace").splitlines()
    strange = {line for line in log if not known.match(line)}
    assert log and not strange, "\n".join(sorted(strange)[:40])


def test_plain_linux_is_in_the_menu_too():
    with started("xen-patched", "xen-plain") as machine:
        machine.expect("Enter choice: ")
        machine.console.sendall(b"2\r")
        machine.expect(PROMPT)
        assert machine.run("cat /proc/cmdline").startswith("console=ttyS0,")
        assert "All CPU(s) started in HYP mode" in machine.run("dmesg | grep HYP")
        machine.run("! [ -e /sys/hypervisor/type ] || ! grep xen /sys/hypervisor/type")


def test_reboot_resets_by_the_watchdog(xen):
    xen.console.sendall(b"reboot -f\n")
    xen.expect(r"\(XEN\) Hardware Dom0 shutdown: rebooting machine")
    # The last of them: with -no-reboot the reset is QEMU's end.
    assert xen.wait() == 0
    assert "WATCHDOG" in xen.qmp.to_the_end()
