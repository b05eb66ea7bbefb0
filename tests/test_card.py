# SPDX-License-Identifier: GPL-2.0
"""The card slot: cards come and go, and Linux sees it by the pin's interrupt."""

import hashlib
import random
import re
import shutil
import subprocess
import time

import bsp
import pytest

from conftest import LOGS, each_core_board, labgrid_shell
from machine import PROMPT, Machine, Qmp

CARD_MIB, ROOT_MIB, FILES = 4, 32, 4
# Its one partition, by a name that Linux waits for; a number is taken for there at once.
DISK_SIGNATURE, PARTITION_AT = 0x0A310A31, 1 << 20
ROOT = f"PARTUUID={DISK_SIGNATURE:08x}-01"
# A bound that only a hang breaks.
TIMEOUT = 60


def make_card(path, seed, mib=CARD_MIB):
    data = random.Random(seed).randbytes(mib << 20)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def cards(shell):
    return shell.run_check("ls /sys/block | grep mmcblk || true")


def wait_for_cards(shell, number):
    end = time.monotonic() + TIMEOUT
    while len(cards(shell)) != number:
        assert time.monotonic() < end, f"{number} cards expected, there is: {cards(shell)}"
        time.sleep(0.2)
    return cards(shell)


def wait_for_idle_controller(shell):
    end = time.monotonic() + TIMEOUT
    while shell.run_check("cat /sys/bus/platform/devices/1c0f000.mmc/power/runtime_status") != ["suspended"]:
        assert time.monotonic() < end
        time.sleep(0.2)


def controller_errors(shell):
    return [line for line in shell.run_check("dmesg") if re.search(r"1c0f000\.mmc: .*(error|failed)", line)]


def interrupts(shell):
    """How often the slot's pin interrupted."""
    row = [line for line in shell.run_check("cat /proc/interrupts") if re.search(r"1c0f000\.mmc cd", line)]
    assert len(row) == 1, row
    return sum(map(int, re.findall(r"\d+", row[0].split(":", 1)[1])[:4]))


@pytest.mark.parametrize("board", each_core_board())
def test_card_is_removed_and_inserted(board, tmp_path):
    LOGS.mkdir(parents=True, exist_ok=True)
    first, second = tmp_path / "first.img", tmp_path / "second.img"
    sums = {first: make_card(first, 1), second: make_card(second, 2)}
    extra = f"-drive if=sd,format=raw,file={first} -qmp unix:{tmp_path}/qmp,server=on,wait=off"
    with labgrid_shell(board, name=f"card-{board}", extra=extra, append="kunit.enable=0") as shell:
        qmp = Qmp(tmp_path / "qmp")

        def checksum():
            (name,) = wait_for_cards(shell, 1)
            return shell.run_check(f"sha256sum /dev/{name}", timeout=TIMEOUT)[0].split()[0]

        assert checksum() == sums[first]
        seen = interrupts(shell)
        qmp("eject", device="sd0")
        wait_for_cards(shell, 0)
        assert interrupts(shell) > seen

        # Another card than the one that was there: nothing is remembered.
        seen = interrupts(shell)
        qmp("blockdev-change-medium", device="sd0", filename=str(second), format="raw")
        assert checksum() == sums[second]
        assert interrupts(shell) > seen

        # Linux resets an idle controller; the card does not notice. If it did, Linux would start it anew.
        wait_for_idle_controller(shell)
        shell.run_check("echo 3 > /proc/sys/vm/drop_caches")
        trouble = controller_errors(shell)
        assert checksum() == sums[second]
        assert controller_errors(shell) == trouble


def make_root(image, folder):
    """A root file system: the initramfs' busybox and first process, and files with their checksums."""
    for name in ("bin", "data", "dev", "proc", "sys", "tmp"):
        (folder / name).mkdir(parents=True)
    shutil.copy(bsp.BUILD / "src/busybox/bin/busybox", folder / "bin")
    (folder / "bin/sh").symlink_to("busybox")
    shutil.copy(bsp.TOP / "boot/init", folder)
    with open(folder / "data/sums", "w") as sums:
        for n in range(FILES):
            sums.write(f"{make_card(folder / 'data' / str(n), n, 1)}  {n}\n")
    partition = folder.with_suffix(".ext4")
    with open(partition, "wb") as f:
        f.truncate(ROOT_MIB << 20)
    subprocess.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-d", folder, partition], check=True, timeout=60)
    config = folder.with_suffix(".cfg")
    config.write_text(f"""image {image.name} {{
        hdimage {{ disk-signature = {DISK_SIGNATURE:#x} }}
        partition root {{ partition-type = 0x83 offset = {PARTITION_AT} image = {partition} }}
    }}""")
    subprocess.run(["genimage", "--config", config, "--tmppath", folder.with_suffix(".tmp"), "--rootpath", folder,
                    "--inputpath", image.parent, "--outputpath", image.parent], check=True, timeout=60)
    with open(image, "r+b") as f:
        # A card's size is a power of two.
        f.truncate(2 * ROOT_MIB << 20)


def partition_of(image):
    """The file system alone, as the card has it now."""
    partition = image.with_suffix(".after")
    with open(image, "rb") as f:
        f.seek(PARTITION_AT)
        partition.write_bytes(f.read(ROOT_MIB << 20))
    return partition


@pytest.mark.parametrize("board", each_core_board())
def test_root_file_system(board, tmp_path):
    """Linux's root is on the card: read, written, and afterwards whole as the host sees it."""
    image = tmp_path / "root.img"
    make_root(image, tmp_path / "root")
    with Machine(LOGS / f"root-{board}.log", board=board, root=(image, ROOT), append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        assert machine.run("grep -o '^/dev/root / ext4 rw' /proc/mounts") == "/dev/root / ext4 rw"
        assert machine.run("cd /data && sha256sum -c sums; cd /").count(": OK") == FILES
        machine.run("cp -r /data /copy && sync && echo 3 >/proc/sys/vm/drop_caches")
        assert machine.run("cd /copy && sha256sum -c sums; cd /").count(": OK") == FILES
        machine.run("mount -o remount,ro /")
    after = partition_of(image)
    subprocess.run(["/sbin/e2fsck", "-f", "-n", after], check=True, timeout=60, stdout=subprocess.DEVNULL)
    copy = subprocess.run(["/sbin/debugfs", "-R", "cat /copy/0", after], check=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    assert copy == (tmp_path / "root/data/0").read_bytes()
