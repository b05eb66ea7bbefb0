# SPDX-License-Identifier: GPL-2.0
"""Bad input: a clear sentence, nothing lost, and the kernel goes on."""

import importlib.machinery
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time

import bsp
import pytest

from conftest import TOP, run_board

DTB = bsp.BUILD / "out" / "lts" / "sun6i-a31-hummingbird.dtb"
GIC = "/soc/interrupt-controller@1c81000"


def make(*words):
    return subprocess.run(["make", "--no-print-directory", *words], cwd=TOP, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120)


@pytest.mark.parametrize("word, valid", [
    ("BOARD=toaster", list(bsp.boards())),
    ("KERNEL=2.4", list(bsp.KERNELS)),
    ("FAULT=gremlin", list(bsp.faults())),
    ("FIRMWARE=grub", list(bsp.FIRMWARES)),
])
def test_unknown_word_gets_the_list(word, valid):
    p = make("run", word)
    # make's own status for a failed recipe is 2 as well
    assert p.returncode == 2
    assert f"'{word.split('=')[1]}' does not exist; one of: {' '.join(valid)}" in p.stderr
    name, value = word.split("=")
    p = subprocess.run([str(TOP / "scripts" / "run"), f"--{name.lower()}", value],
                       text=True, capture_output=True, timeout=30)
    assert p.returncode == 2 and " ".join(valid) in p.stderr


@pytest.mark.parametrize("words, text", [
    (("IMAGE=card.img",), "IMAGE='card.img' needs FIRMWARE=u-boot"),
    (("FIRMWARE=u-boot", "IMAGE=/nonexistent.img"), "IMAGE='/nonexistent.img' is not there"),
    (("PTY=1",), "PTY='1' needs a terminal"),
    (("XEN=0",), "XEN='0' does not exist; one of: 1"),
    (("GUESTS=1",), "GUESTS='1' needs XEN=1"),
    (("XEN=1", "GUESTS=9"), "GUESTS='9' does not exist; one of: 0 1 2 3 4"),
    (("DOM0_MEM=256",), "DOM0_MEM='256' needs XEN=1"),
    (("XEN=1", "DOM0_MEM=half"), "DOM0_MEM='half' (--dom0-memory) is no number of MiB"),
    (("XEN=1", "DOM0_MEM=700", "GUESTS=3"), "DOM0_MEM=700 (--dom0-memory) does not fit; beside Xen and 3 guests dom0 can have 128 to 512 MiB"),
    (("XEN=1", "XEN_VERSION=4.20"), "XEN_VERSION='4.20' does not exist; one of: 4.17"),
])
def test_words_are_judged_before_anything_is_built(words, text):
    p = make("run", *words)
    assert p.returncode == 2
    assert text in p.stderr and "build" not in p.stdout


def test_guests_want_xen():
    p = subprocess.run([str(TOP / "scripts" / "run"), "--guests", "1"], text=True, capture_output=True, timeout=30)
    assert p.returncode == 2 and "GUESTS= (--guests) needs XEN=1 (--xen)" in p.stderr


def change_dtb(name, *edits):
    out = bsp.BUILD / "tmp" / f"{name}.dtb"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(DTB.read_bytes())
    for edit in edits:
        subprocess.run([edit[0], *edit[1](out)], check=True, timeout=30)
    return out


def test_short_gicc_range_is_named():
    dtb = change_dtb("short-gicc", ("fdtput", lambda f: [
        "-t", "x", f, GIC, "reg", "1c81000", "1000", "1c82000", "1000", "1c84000", "2000", "1c86000", "2000"]))
    run = run_board("short-gicc", "--dtb", dtb)
    assert run.status == 1, run
    assert list(run.failures()) == ["gicd_ranges_match_device_tree"], run
    assert re.search(r"interrupt-controller@1c81000: reg\[1\].*0x00001000.*it needs 0x2000", run.serial), run
    assert "a31-init: reached the end" in run.serial


def test_no_spare_line_is_named():
    lines = [word for spi in range(128) for word in ("0", str(spi), "4")]
    dtb = change_dtb("no-spare",
                     ("fdtput", lambda f: ["-p", "-t", "s", f, "/all-lines", "compatible", "test,all-lines"]),
                     ("fdtput", lambda f: ["-t", "u", f, "/all-lines", "interrupts", *lines]))
    run = run_board("no-spare", "--dtb", dtb)
    assert run.status == 0, run
    assert run.case("spi_every_spare_line_delivered_once") == "skip", run
    assert "leave 0 SPIs spare, this case needs 1" in run.serial
    assert run.case("sgi_matrix_source_target_id") == "ok", run
    assert "a31-init: reached the end" in run.serial


def test_no_gic_is_named():
    """An A31 without its GIC takes no interrupt at all, so a machine that has another
    interrupt controller boots the same kernel: the suites say why and the kernel goes on."""
    run = run_board("no-gic", "--machine", "cubieboard",
                    "--dtb", bsp.BUILD / "out" / "lts" / "sun4i-a10-cubieboard.dtb",
                    "--append", "a31.machine=cubieboard")
    assert "the device tree has no GICv2 node" in run.serial, run
    assert run.case("sgi_matrix_source_target_id") == "skip", run
    assert "a31-init: reached the end" in run.serial, run
    # Nothing was judged, so there is no pass.
    assert run.status == 1 and "FAIL: 0 passed" in run.out, run


def test_a31_without_gic_node_times_out_with_its_last_words():
    dtb = change_dtb("gic-deleted", ("fdtput", lambda f: ["-r", f, GIC]))
    run = run_board("gic-deleted", "--dtb", dtb, "--timeout", "15")
    assert run.status == 1, run
    assert "did not end within 15 s; its last lines:" in run.out
    assert str(run.log.relative_to(TOP)) in run.out
    assert "never reached the self-test" in run.out


def test_kernel_that_never_gets_there():
    run = run_board("no-init", "--append", "rdinit=/nowhere panic=0 kunit.enable=0", "--timeout", "25")
    assert run.status == 1, run
    assert "its last lines:" in run.out and "Kernel panic" in run.out, run


def test_missing_device_tree_is_named():
    run = run_board("missing", "--dtb", "/nonexistent.dtb")
    assert run.status == 1 and "/nonexistent.dtb is missing" in run.out


@pytest.mark.parametrize("board", [name for name, row in bsp.boards().items() if row["dtb"] == "-"])
def test_board_without_device_tree_is_named(board):
    run = run_board("no-dtb", "--board", board)
    assert run.status == 1 and f"Linux has no device tree for {board}" in run.out


@pytest.mark.parametrize("board", [name for name, row in bsp.boards().items() if row["uboot"] == "-"])
def test_board_without_u_boot_is_named(board):
    p = subprocess.run([str(TOP / "scripts" / "build-uboot"), board], text=True, capture_output=True, timeout=60)
    assert p.returncode == 1 and f"U-Boot does not know {board}" in p.stderr


def test_truncated_log_is_no_pass(healthy, tmp_path):
    """A board that dies in the middle of the suites has not passed."""
    import verdict
    serial = healthy("hummingbird-a31").log.read_bytes()
    log = tmp_path / "cut.log"
    log.write_bytes(serial[:serial.index(b"Subtest: gic_spi")])
    assert not verdict.judge(log, bsp.kunit_py("lts")).passed


@pytest.mark.parametrize("more, up, trouble", [
    ("", False, []),
    ("(XEN) DOM1: a31-init: reached the end\n", False, []),
    ("(XEN) DOM1: [    1.000000] Kernel panic - not syncing\n", False, []),
    ("a31-init: reached the end\n", True, []),
    ("(XEN) Panic on CPU 0:\n(XEN) Could not set up DOM0 guest OS\n", False, ["(XEN) Panic on CPU 0: Could not set up DOM0 guest OS"]),
    ("(XEN) Panic on CPU 0:", False, ["(XEN) Panic on CPU 0:"]),
    ("a31-init: reached the end\n(XEN) CPU1 never came online\n", True, ["(XEN) CPU1 never came online"]),
    ("(XEN) cpu1 init failed (hwid 1): -19\n", False, ["(XEN) cpu1 init failed (hwid 1): -19"]),
    ("[    9.000000] Kernel panic - not syncing\n", False, ["Kernel panic - not syncing"]),
    ("xen-tools: error: the toolstack is not running\na31-init: reached the end\n", True, ["xen-tools: error: the toolstack is not running"]),
])
def test_dom0_is_judged_by_what_it_says_itself(more, up, trouble, tmp_path):
    """The guests of Xen say the same on the same line."""
    import verdict
    log = tmp_path / "dom0.log"
    log.write_text("(XEN) DOM1: [    0.000000] Kernel command line: console=ttyAMA0 rdinit=/init a31.mode=shell\n"
                   "[    5.000000] gic_kunit: 46 passed, 0 failed, 100 skipped so far\n" + more)
    assert verdict.judge_dom0(log, "verdict") == (up, trouble, (46, 0, 100))


@pytest.mark.parametrize("said, reason", [
    ("- Boot CPU booting -\r\n- Xen must be entered in NS Hyp mode -\r\n- Boot failed -\r\n", "Xen was not entered in HYP mode"),
    ("- Boot CPU booting -\n(XEN) Checking for initrd in /chosen\n", None),
    ("Xen does not start: a file is missing\r\n", "Xen does not start: a file is missing"),
    ("\r\n=> ", "U-Boot found nothing to start, and waits at its prompt"),
    ("\n=> bootz", None),
])
def test_what_a_run_does_not_wait_for(said, reason, tmp_path):
    """Words behind which nothing comes."""
    spec = importlib.util.spec_from_loader("run", importlib.machinery.SourceFileLoader("run", str(TOP / "scripts" / "run")))
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    log = tmp_path / "board.log"
    log.write_bytes(said.encode())
    assert run.dead_end(log) == reason


@pytest.mark.parametrize("more, up", [("", False), ("a31-init: type 'poweroff' to end, Ctrl-A x to kill the emulator\n", True)])
def test_dom0_for_a_person_is_up_with_its_shell(more, up, tmp_path):
    """Not with its command line, which names the shell."""
    import verdict
    log = tmp_path / "dom0.log"
    log.write_text("[    0.000000] Kernel command line: console=hvc0 rdinit=/init a31.mode=shell\n"
                   "[    5.000000] gic_kunit: 46 passed, 0 failed, 100 skipped so far\n" + more)
    assert verdict.judge_dom0(log, "shell")[0] == up


def fetch(tmp_path, **env):
    """Fetch as on a new machine: an empty house, an empty cache."""
    house = tmp_path / "house"
    for folder in ("scripts", "configs"):
        shutil.copytree(TOP / folder, house / folder)
    return subprocess.run([str(house / "scripts" / "fetch"), "busybox"], text=True, capture_output=True,
                          timeout=300, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), **env})


def test_no_network_is_one_sentence(tmp_path):
    p = fetch(tmp_path, http_proxy="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9")
    assert p.returncode == 1
    assert re.search(r"^fetch: error: .*does not download$", p.stderr, re.M), p.stderr
    assert "check the network" in p.stderr


def test_no_space_is_one_sentence(tmp_path):
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "df").write_text("#!/bin/sh\necho Filesystem 1M-blocks Used Available\necho x 9 8 1\n")
    (fake / "df").chmod(0o755)
    p = fetch(tmp_path, PATH=f"{fake}:{os.environ['PATH']}")
    assert p.returncode == 1
    assert "has 1 MiB free, this step needs 200" in p.stderr


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_while_the_card_is_made_leaves_nothing(signum, tmp_path):
    folder = bsp.BUILD / "tmp"

    def all_there():
        return {*folder.glob(".sdcard.*"), *folder.glob("card-made-*.img")}

    # Of a run that was killed, which cannot take anything away
    before = all_there()

    def there():
        return all_there() - before

    with subprocess.Popen([str(TOP / "scripts" / "run"), "--firmware", "u-boot", "--log", str(tmp_path / "card-made.log")],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as p:
        deadline = time.monotonic() + 60
        while not there() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert there()
        p.send_signal(signum)
        _, said = p.communicate(timeout=60)
    assert p.returncode == 130 and "run: interrupted while the card was made" in said and "Traceback" not in said, said
    assert not there()


def test_impatient_ctrl_c_ends_the_board(tmp_path):
    """However often it is pressed: nothing is left, and the log is named."""
    log = tmp_path / "run.log"
    with subprocess.Popen([str(TOP / "scripts" / "run"), "--log", str(log)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as p:
        deadline = time.monotonic() + 60
        while not log.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        for n in range(50):
            p.send_signal((signal.SIGINT, signal.SIGTERM)[n % 2])
            time.sleep(0.001)
        _, said = p.communicate(timeout=60)
    assert p.returncode == 130 and "run: interrupted; the log so far is" in said and "Traceback" not in said, said
    assert str(log) not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, timeout=10).stdout
