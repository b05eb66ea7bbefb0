# SPDX-License-Identifier: GPL-2.0
"""Debugging over the serial line: each recipe of docs/debugging.md, with the tool that it names."""

import contextlib
import os
import re
import subprocess
import time

import bsp
import cycles
import pexpect
import pytest

from conftest import BOOT_TIMEOUT, LOGS, TOP
from machine import OUT, PROMPT, Machine, append_to_initrd, empty_root

EARLYCON = "earlycon=uart8250,mmio32,0x1c28000"
# Something for a breakpoint in a driver to stop
READ_THE_CLOCK = "while sleep 1; do hwclock -f /dev/rtc*; done >/dev/null &"
CLOCK_DRIVER = "sun6i_rtc_gettime"
# Without the self-test
QUICK = "kunit.enable=0"
DOCUMENT = (TOP / "docs" / "debugging.md").read_text()
NO_OUTPUT = (TOP / "docs" / "no-output.md").read_text()
GDB_PROMPT = r"\(gdb\) "


class Tool(pexpect.spawn):
    """A program on a terminal of its own, as a person has it; what it says is in LOG."""

    def __init__(self, name, command, *args):
        LOGS.mkdir(parents=True, exist_ok=True)
        super().__init__(str(command), list(map(str, args)), cwd=TOP, encoding="utf-8", codec_errors="replace",
                         env={**os.environ, "TERM": "dumb"}, timeout=BOOT_TIMEOUT, dimensions=(50, 200))
        self.logfile_read = open(LOGS / f"debug-{name}.log", "w")

    def close(self, force=True):
        super().close(force)
        if self.logfile_read:
            self.logfile_read.close()


class Line:
    """A board whose serial line is a pty: QEMU's monitor on one terminal, picocom or gdb on another."""

    def __init__(self, name, append=""):
        self.label = name
        self.monitor = Tool(f"{name}-monitor", TOP / "scripts" / "run", "--pty", "--append", f"{QUICK} {append}",
                            "--log", LOGS / f"debug-{name}-serial.log")
        self.monitor.expect(r"char device redirected to (/dev/pts/\d+)")
        self.pty = self.monitor.match[1]
        self.monitor.expect_exact("(qemu) ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.monitor.sendline("quit")
        self.monitor.expect(pexpect.EOF)
        self.monitor.close()

    @contextlib.contextmanager
    def picocom(self, what):
        tool = Tool(f"{self.label}-picocom-{what}", "picocom", "-q", "-b", "115200", self.pty)
        with contextlib.closing(tool):
            yield tool
            # Leave, and the line as it is
            tool.sendcontrol("a")
            tool.sendcontrol("q")
            tool.expect(pexpect.EOF)

    def sysrq(self, terminal, key):
        """BREAK, then KEY; a pty carries no BREAK, so that it is QEMU's monitor that sends it."""
        self.monitor.sendline("chardev-send-break con")
        self.monitor.expect_exact("(qemu) ")
        terminal.send(key)


def prompt(terminal):
    """A shell that is alive: it reads, and it answers."""
    terminal.send("\r")
    terminal.expect(PROMPT)
    terminal.send("echo al''ive\r")
    terminal.expect(r"\balive\r+\n")
    terminal.expect(PROMPT)


def booted(terminal):
    """It may have been there before picocom was."""
    terminal.send("\r")
    terminal.expect(PROMPT)
    prompt(terminal)


@pytest.fixture(scope="module")
def line():
    with Line("line", "kgdboc=ttyS0") as line:
        yield line


def test_picocom_comes_and_goes(line):
    for visit in ("first", "second"):
        with line.picocom(visit) as terminal:
            booted(terminal)


def test_sysrq_by_break(line):
    with line.picocom("sysrq") as terminal:
        booted(terminal)
        line.sysrq(terminal, "h")
        terminal.expect(r"sysrq: HELP : .*sync\(s\)")
        # The first process has made the console quiet
        line.sysrq(terminal, "9")
        terminal.expect("sysrq: Loglevel set to 9")
        line.sysrq(terminal, "s")
        terminal.expect("Emergency Sync complete")
        line.sysrq(terminal, "l")
        terminal.expect("sysrq: Show backtrace of all active CPUs")
        cpus = set()
        while len(cpus) < 4:
            terminal.expect(r"NMI backtrace for cpu (\d)")
            cpus.add(terminal.match[1])
        prompt(terminal)
        terminal.send("dmesg -n 4\r")
        prompt(terminal)


def test_kdb(line):
    """The kernel's own debugger needs no tool at all."""
    with line.picocom("kdb") as terminal:
        booted(terminal)
        line.sysrq(terminal, "g")
        terminal.expect(r"\[\d\]kdb> ")
        terminal.send("set LINES=1000\r")
        terminal.expect(r"\[\d\]kdb> ")
        terminal.send("btc\r")
        terminal.expect(r"btc: cpu status: Currently on cpu \d")
        for cpu in range(4):
            terminal.expect(r"Stack traceback for pid")
        terminal.expect(r"\[\d\]kdb> ")
        terminal.send("go\r")
        prompt(terminal)


def gdb_says(gdb, command):
    """Type COMMAND of the document at gdb's prompt; what came before the next one."""
    typed = re.sub(r"pts/\d+", "pts/1", command)
    assert f"(gdb) {typed}\n" in DOCUMENT, typed
    gdb.sendline(command)
    gdb.expect(GDB_PROMPT)
    return gdb.before


@contextlib.contextmanager
def attached_gdb(line):
    """gdb on a board that waits for it."""
    with contextlib.closing(Tool(f"{line.label}-gdb", "gdb-multiarch", "-q", "-nx", OUT / "lts" / "vmlinux")) as gdb:
        gdb.expect(GDB_PROMPT)
        for setting in ("pagination off", "confirm off", "serial baud 115200"):
            gdb_says(gdb, f"set {setting}")
        said = gdb_says(gdb, f"target remote {line.pty}")
        assert "in kgdb_breakpoint ()" in said, said
        yield gdb
        gdb.sendline("quit")
        gdb.expect(pexpect.EOF)


def to_the_breakpoint(gdb):
    said = gdb_says(gdb, "continue")
    assert re.search(rf"Breakpoint 1, 0x\w+ in {CLOCK_DRIVER} \(\)", said), said


def program_counter(gdb):
    return int(re.search(r"\(.*\) (0x\w+)", gdb_says(gdb, "print $pc"))[1], 16)


def test_kgdb(line):
    with line.picocom("before-gdb") as terminal:
        booted(terminal)
        terminal.send(f"{READ_THE_CLOCK}\r")
        prompt(terminal)
        line.sysrq(terminal, "g")
        terminal.expect(r"kdb> ")
    with attached_gdb(line) as gdb:
        # The stand-ins for the processors come first. This one is in the interrupt that brought the BREAK.
        traces = gdb_says(gdb, "thread apply 1 2 3 4 backtrace")
        assert re.findall(r"shadowCPU(\d)", traces) == ["0", "1", "2", "3"], traces
        assert re.search(r" in __handle_sysrq \(\).* in gic_handle_irq \(\)", traces, re.S), traces
        assert "Breakpoint 1 at" in gdb_says(gdb, f"break {CLOCK_DRIVER}")
        to_the_breakpoint(gdb)
        trace = gdb_says(gdb, "backtrace")
        assert re.findall(r"^#\d+ .* in (\w+) \(\)", trace, re.M)[:5] == [
            CLOCK_DRIVER, "__rtc_read_time", "rtc_read_time", "rtc_dev_ioctl", "sys_ioctl"], trace
        traces = gdb_says(gdb, "monitor btc")
        assert traces.count("Stack traceback for pid") == 4, traces
        before = program_counter(gdb)
        gdb_says(gdb, "stepi")
        assert program_counter(gdb) == before + 4
        to_the_breakpoint(gdb)
        gdb_says(gdb, "delete")
        assert "detached" in gdb_says(gdb, "detach")
    with line.picocom("after-gdb") as terminal:
        prompt(terminal)
        terminal.send("kill $!\r")
        prompt(terminal)


def test_break_from_the_terminal_of_make_run():
    """Where the serial line and QEMU's monitor share a terminal, Ctrl-A b is a BREAK."""
    run = Tool("mux", TOP / "scripts" / "run", "--append", QUICK, "--log", LOGS / "debug-mux-serial.log")
    with contextlib.closing(run) as terminal:
        terminal.expect(PROMPT)
        terminal.sendcontrol("a")
        terminal.send("b")
        terminal.send("h")
        terminal.expect("sysrq: HELP : ")
        prompt(terminal)
        terminal.sendcontrol("a")
        terminal.send("x")
        terminal.expect(pexpect.EOF)


def test_busy_detect_at_u_boots_prompt():
    """The state of 2013: seen, not cured by looking at it, cured by a read of USR."""
    run = Tool("u-boot", TOP / "scripts" / "run", "--firmware", "u-boot", "--log", LOGS / "debug-u-boot-serial.log")

    def word(command):
        assert command in NO_OUTPUT, command
        run.send(f"{command}\r")
        run.expect(r"01c280\w\w: 000000(\w\w) ")
        value = run.match[1]
        run.expect("=> ")
        return value

    with contextlib.closing(run):
        run.expect("Hit any key to stop autoboot")
        run.send(" ")
        run.expect("=> ")
        assert word("md.l 01c28008 1") == "c1"
        # A host that is busy is late for a character of 87 us, now and then.
        provoke = "echo a; mw.l 01c2800c 3; md.l 01c28008 1"
        assert any(word(provoke) == "c7" for _ in range(50))
        assert word("md.l 01c28008 1") == "c7"
        word("md.l 01c2807c 1")
        assert word("md.l 01c28008 1") == "c1"
        run.sendcontrol("a")
        run.send("x")
        run.expect(pexpect.EOF)


PASSWORD = "mele"
# openssl passwd -6 -salt a31
PASSWD = "root:$6$a31$3jCddn9SQQPI.N4XYKYJisUewnM.FEnfPKhiyw.6yOgWWiCVvsvwk6RZmlu53MbEz5piR2aWT2HLn2gRF9wqa/:0:0::/:/bin/sh\n"


def test_login_while_another_port_streams():
    root = empty_root("login")
    (root / "etc").mkdir()
    (root / "etc" / "passwd").write_text(PASSWD)
    stream = bsp.BUILD / "tmp" / "debug-stream"
    with Machine(LOGS / "debug-login.log", initrd=append_to_initrd("login", root), dtb=cycles.device_tree(), append=QUICK,
                 args=["-serial", "null", "-chardev", f"file,id=uart2,path={stream}",
                       "-serial", "chardev:uart2"]) as board:
        board.expect(PROMPT)
        board.run("stty -F /dev/ttyS2 115200 raw; (seq 1 10000000 >/dev/ttyS2 &)")
        sizes = []
        for typed, answer in (("exec getty 115200 ttyS0", "login: "), ("root", "[Pp]assword: "),
                              (PASSWORD, r"[#$] "), ("i''d", "^uid=0"), ("echo al''ive", "^alive$")):
            start = len(board.text)
            board.console.sendall(f"{typed}\n".encode())
            board.expect(answer, start)
            sizes.append(stream.stat().st_size)
    assert sizes[-1] > sizes[0] > 0, f"nothing was streamed beside the login: {sizes}"
    numbers = stream.read_text().split("\n")[:-1]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


def early(name, append, words, seconds, *options, kernel="lts"):
    """What comes over the line until WORDS do, for SECONDS at most, and how long that took."""
    log = LOGS / f"debug-{name}-serial.log"
    log.unlink(missing_ok=True)
    proc = subprocess.Popen([str(bsp.QEMU), "-M", "hummingbird-a31", "-display", "none", "-nodefaults",
                             "-serial", f"file:{log}", "-kernel", str(OUT / kernel / "zImage"),
                             "-append", append, *map(str, options)], stdin=subprocess.DEVNULL)
    start = time.monotonic()
    try:
        while time.monotonic() - start < seconds and proc.poll() is None:
            said = log.read_text(errors="replace") if log.exists() else ""
            if re.search(words, said):
                break
            time.sleep(0.1)
    finally:
        proc.kill()
        proc.wait()
    return said, time.monotonic() - start


def test_earlycon_is_heard_before_the_driver():
    """A kernel that hangs before the UART has a driver, for its GIC is broken: the reason, or dead silence."""
    dead = ("-global", "arm_gic.x-fault=boot-irq", "-dtb", OUT / "lts" / "sun6i-a31-hummingbird.dtb")
    words = "GICv2 early check: .*"
    said, seconds = early("earlycon", f"console=ttyS0,115200 {EARLYCON}", words, BOOT_TIMEOUT, *dead)
    assert re.search(words, said) and "Booting Linux on physical CPU 0x0" in said, said
    said, _ = early("no-earlycon", "console=ttyS0,115200", ".", 5 + 3 * seconds, *dead)
    assert said == ""


@pytest.fixture(scope="session")
def debug_ll():
    subprocess.run([str(TOP / "scripts" / "build-linux"), "lts-debug-ll"], check=True, timeout=3600)


@pytest.mark.long
def test_debug_ll_is_heard_before_the_device_tree(debug_ll):
    """A kernel without a device tree: earlycon does not help, as its argument is in the device tree."""
    words = r"Error: invalid dtb and unrecognized/unsupported machine ID"
    said, seconds = early("debug-ll-no-dtb", EARLYCON, words, BOOT_TIMEOUT, kernel="lts-debug-ll")
    assert re.search(words, said), said
    said, _ = early("lts-no-dtb", EARLYCON, ".", 5 + 3 * seconds)
    assert said == ""


@pytest.mark.long
def test_debug_ll_boots(debug_ll):
    """With a device tree the same kernel comes up."""
    said, _ = early("debug-ll", f"console=ttyS0,115200 {EARLYCON} rdinit=/init a31.mode=verdict {QUICK}",
                    "a31-init: reached the end", BOOT_TIMEOUT, "-initrd", OUT / "initramfs.cpio.gz",
                    "-dtb", OUT / "lts-debug-ll" / "sun6i-a31-hummingbird.dtb", kernel="lts-debug-ll")
    assert "a31-init: reached the end" in said, said
