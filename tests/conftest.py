# SPDX-License-Identifier: GPL-2.0
"""Fixtures: boards under labgrid, and runs of `scripts/run` as a person makes them."""

import contextlib
import pathlib
import re
import subprocess
import sys

import pytest
import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "scripts"))

import bsp  # noqa: E402
import verdict  # noqa: E402

LOGS = bsp.BUILD / "logs" / "tests"
# Bounds that only a hung system breaks.
BOOT_TIMEOUT = 180


def each_board(*columns):
    """The boards for which upstream has all COLUMNS, as test parameters; those outside the core are long."""
    return [pytest.param(name, marks=[] if name in bsp.core_boards() else [pytest.mark.long])
            for name, row in bsp.boards().items() if "-" not in (row[c] for c in columns)]


def each_core_board():
    """The first board of each SoC, as test parameters; what both SoCs have alike is long for the second."""
    first, *others = bsp.core_boards()
    return [first, *(pytest.param(name, marks=pytest.mark.long) for name in others)]


# Boards that Linux has trouble with on hardware too: what it says, and why.
TROUBLED = {
    # Its device tree asks ELDO3 for 1.08 V, and the AXP221 has steps of 0.1 V. The regulators' driver gives up and,
    # if somebody has used one of them meanwhile, leaves with warnings.
    "primo81": r"WARNING: .* (regulator_unregister|_regulator_disable)\b",
}


def pytest_terminal_summary(terminalreporter):
    """What tests measured stands above their verdicts."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for what, value in report.user_properties:
            terminalreporter.write_line(f"{report.nodeid}: {what} {value}")


class Run:
    """What a finished `scripts/run` left behind."""

    def __init__(self, proc, log, board=None):
        self.board = board
        self.status, self.out, self.log = proc.returncode, proc.stdout, log
        self.serial = log.read_bytes().decode(errors="replace").replace("\r", "") if log.exists() else ""
        qemu_log = log.with_suffix(".qemu.log")
        self.qemu = qemu_log.read_text(errors="replace").splitlines() if qemu_log.exists() else []

    def __repr__(self):
        return f"<run status={self.status} log={self.log}>\n{self.out}"

    def case(self, name):
        """ok, not ok, skip or None; KTAP of the serial log."""
        m = re.search(rf"^\S* *\S* *(ok|not ok) \d+ {name}( # SKIP.*)?$",
                      re.sub(r"^\[ *\d+\.\d+\]", "", self.serial, flags=re.M), re.M)
        return None if not m else "skip" if m.group(2) else m.group(1)

    def trouble(self):
        """What is not known of the board."""
        known = TROUBLED.get(self.board)
        return [line for line in re.findall(r"^  TROUBLE (.*)$", self.out, re.M)
                if not (known and re.search(known, line))]

    def passed(self):
        """A pass but for known trouble of the board."""
        last = self.out.rstrip().splitlines()[-1]
        if self.board in TROUBLED and "TROUBLE" in self.out:
            return not self.trouble() and re.fullmatch(r"FAIL: [1-9]\d* passed, 0 failed, \d+ skipped", last)
        return self.status == 0 and re.fullmatch(r"PASS: [1-9]\d* passed, 0 failed, \d+ skipped", last)

    def failures(self):
        return dict(re.findall(r"^  FAILED (\w+): (.*)$", self.out, re.M))


def run_board(name, *args):
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    proc = subprocess.run([str(TOP / "scripts" / "run"), "--log", str(log), *map(str, args)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=BOOT_TIMEOUT * 2)
    return Run(proc, log, args[args.index("--board") + 1] if "--board" in args else None)


@pytest.fixture(scope="session")
def healthy():
    """One run of each board and kernel that a test asks for, shared by all."""
    runs = {}

    def get(board, kernel="lts"):
        if (board, kernel) not in runs:
            runs[board, kernel] = run_board(f"healthy-{board}-{kernel}", "--board", board,
                                            "--kernel", kernel)
        return runs[board, kernel]
    return get


@pytest.fixture(scope="session")
def patched_u_boot():
    """The firmware that takes CPUs off and brings them back, for the board that runs have by default."""
    subprocess.run(["make", "u-boot-patched", "BOARD=hummingbird-a31"], cwd=TOP, check=True, timeout=1800)


def labgrid_qemu_log(name):
    return LOGS / f"labgrid-{name}.qemu.log"


def labgrid_environment(board, kernel, name=None, extra="", append=""):
    """The board as a labgrid environment file, made from configs/boards."""
    out = bsp.BUILD / "out"
    row = bsp.boards()[board]
    name = name or f"{board}-{kernel}"
    config = {
        "targets": {"main": {"drivers": [
            {"QEMUDriver": {
                "qemu_bin": "qemu", "machine": row["machine"], "cpu": "cortex-a7", "memory": "1G",
                "kernel": "kernel", "dtb": "dtb",
                "boot_args": f"{bsp.console_arguments(board, bsp.FAST_BAUD)} rdinit=/init a31.mode=shell {append}".strip(),
                "extra_args": f"-initrd {out / 'initramfs.cpio.gz'} -no-reboot -monitor none "
                              f"-d guest_errors,unimp -D {labgrid_qemu_log(name)} {extra}"}},
            {"ShellDriver": {
                "prompt": r"a31:\S*[#$] ", "login_prompt": "no login here", "username": "",
                "login_timeout": BOOT_TIMEOUT}}]}},
        "tools": {"qemu": str(bsp.QEMU)},
        "images": {"kernel": str(out / kernel / "zImage"),
                   "dtb": str(out / kernel / f"{row['dtb']}.dtb")},
    }
    path = bsp.BUILD / "env" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(config))
    return path


@contextlib.contextmanager
def labgrid_shell(board, kernel="lts", **kwargs):
    from labgrid import Environment

    LOGS.mkdir(parents=True, exist_ok=True)
    env = Environment(str(labgrid_environment(board, kernel, **kwargs)))
    target = env.get_target("main")
    qemu = target.get_driver("QEMUDriver")
    qemu.on()
    driver = target.get_driver("ShellDriver")
    driver.board = board
    driver.qemu_log = labgrid_qemu_log(kwargs.get("name") or f"{board}-{kernel}")
    try:
        yield driver
    finally:
        target.deactivate(qemu)


def wait_until(shell, condition):
    """Ask the board once a second until CONDITION, a shell command, succeeds."""
    shell.run_check(f"for i in $(seq 60); do {condition} && break; sleep 1; done; {condition}", timeout=90)


@pytest.fixture(scope="module", params=each_board("dtb", "console"))
def shell(request):
    """A shell on the serial line of each board, through labgrid."""
    with labgrid_shell(request.param) as driver:
        yield driver
