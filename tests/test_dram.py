# SPDX-License-Identifier: GPL-2.0
"""An unmodified SPL sets up the DRAM controller and finds the memory that the board has."""

import re
import subprocess
import time

import bsp
import pytest

from conftest import BOOT_TIMEOUT, LOGS

SPL_SIZE = 32 * 1024
LONG = pytest.mark.long
ARRANGEMENTS = [
    # board, MiB, properties of the controller
    ("hummingbird-a31", 512, ()),
    ("hummingbird-a31", 1024, ()),
    ("hummingbird-a31", 2048, ()),
    ("bpi-m2", 512, ()),
    ("bpi-m2", 1024, ()),
    ("bpi-m2", 2048, ()),
    # An A31 with memory on one of its two channels: training alone tells.
    pytest.param("hummingbird-a31", 1024, ("channels=1",), marks=LONG),
    pytest.param("hummingbird-a31", 1024, ("bus-width=16",), marks=LONG),
    pytest.param("hummingbird-a31", 2048, ("ranks=2",), marks=LONG),
    pytest.param("bpi-m2", 512, ("bus-width=16",), marks=LONG),
    pytest.param("bpi-m2", 2048, ("bus-width=16", "ranks=2"), marks=LONG),
]


def qemu(board, mib, properties=()):
    cmd = [str(bsp.QEMU), "-M", bsp.boards()[board]["machine"], "-m", f"{mib}M",
           "-display", "none", "-monitor", "none"]
    for p in properties:
        cmd += ["-global", f"allwinner-a31-dramc.{p}"]
    return cmd


@pytest.fixture(scope="session")
def spl(tmp_path_factory):
    """The SPL of a board's U-Boot: the first part of what goes onto its card."""
    def get(board):
        image = bsp.BUILD / "out" / "u-boot" / board / "u-boot-sunxi-with-spl.bin"
        assert image.exists(), f"{image} is missing; next: scripts/build-uboot {board}"
        path = tmp_path_factory.mktemp("spl") / f"{board}.bin"
        path.write_bytes(image.read_bytes()[:SPL_SIZE])
        return path
    return get


@pytest.mark.parametrize("board, mib, properties", ARRANGEMENTS)
def test_spl_finds_the_memory(spl, board, mib, properties):
    LOGS.mkdir(parents=True, exist_ok=True)
    serial = LOGS / f"dram-{board}-{mib}-{'-'.join(properties) or 'plain'}.log"
    qemu_log = serial.with_suffix(".qemu.log")
    serial.unlink(missing_ok=True)
    # Without the boot ROM, so that nothing but the SPL's own work is judged.
    proc = subprocess.Popen([*qemu(board, mib, properties), "-serial", f"file:{serial}",
                             "-d", "guest_errors", "-D", str(qemu_log),
                             "-device", f"loader,file={spl(board)},addr=0,cpu-num=0"])
    try:
        deadline = time.monotonic() + BOOT_TIMEOUT
        text = ""
        while not re.search(r"MiB|anic|Timeout|error", text) and time.monotonic() < deadline:
            assert proc.poll() is None, f"QEMU ended with status {proc.returncode}"
            time.sleep(0.2)
            text = serial.read_text(errors="replace") if serial.exists() else ""
    finally:
        proc.kill()
        proc.wait()
    assert re.search(rf"^DRAM: {mib} MiB", text, re.M), text
    assert "dramc" not in qemu_log.read_text(), qemu_log


@pytest.mark.parametrize("board, mib, properties, words", [
    ("bpi-m2", 768, (), "this machine can have 512 MiB, 1 GiB or 2 GiB of RAM"),
    ("bpi-m2", 4096, (), "this machine can have 512 MiB, 1 GiB or 2 GiB of RAM"),
    ("bpi-m2", 2048, ("bus-width=16",),
     "no DDR3 chips make 2048 MiB with channels=1, bus-width=16, ranks=1"),
    ("bpi-m2", 1024, ("bus-width=8",), "bus-width must be 16 or 32"),
    ("bpi-m2", 1024, ("ranks=3",), "ranks must be 1 or 2"),
    ("hummingbird-a31", 1024, ("channels=3",), "channels must be 1 or 2"),
])
def test_memory_that_a_board_cannot_have_is_refused(board, mib, properties, words):
    p = subprocess.run([*qemu(board, mib, properties), "-S"], text=True, capture_output=True, timeout=60)
    assert p.returncode == 1
    errors = [line for line in p.stderr.splitlines() if "warning:" not in line]
    assert len(errors) == 1 and errors[0].endswith(words), p.stderr
