# SPDX-License-Identifier: GPL-2.0
"""USB storage is seen and read whole: at EHCI, and at its companion OHCI."""

import hashlib
import random
import re
import zlib

import pytest

from conftest import LOGS, labgrid_shell, wait_until
from machine import Machine
from test_firmware import make_card

MIB = 1 << 20
SPEED = {"ehci": "480", "ohci": "12"}
# A hub of QEMU's has full speed, and so has what is behind it: that is OHCI's.
WHERE = {
    "ehci": "-device usb-storage,drive=stick,serial=a31,bus=usb-bus.0,port=1",
    "ohci": "-device usb-hub,bus=usb-bus.0,port=1 "
            "-device usb-storage,drive=stick,serial=a31,bus=usb-bus.0,port=1.1",
}


@pytest.fixture(scope="module", params=(("hummingbird-a31", "ehci"), ("bpi-m2", "ohci")),
                ids=lambda p: "-".join(p))
def stick(request, tmp_path_factory):
    """A shell on a board with a USB stick at the host controller named."""
    board, host = request.param
    image = tmp_path_factory.mktemp("usb") / "stick.img"
    image.write_bytes(random.Random(host).randbytes(4 * MIB))
    with labgrid_shell(board, name=f"usb-{board}", append="kunit.enable=0",
                       extra=f"-drive if=none,id=stick,format=raw,file={image} {WHERE[host]}") as shell:
        shell.host, shell.image = host, image
        wait_until(shell, "[ -b /dev/sda ]")
        # .../usb1/1-1/1-1:1.0/host0/target0:0:0/0:0:0:0/block/sda
        shell.usb = shell.run_check("readlink -f /sys/block/sda/device/../../../..")[0]
        yield shell


def test_stick_is_where_it_was_put(stick):
    assert stick.run_check(f"cat {stick.usb}/serial") == ["a31"]
    assert stick.run_check(f"cat {stick.usb}/speed") == [SPEED[stick.host]]
    controller = {"ehci": "1c1a000.usb", "ohci": "1c1a400.usb"}[stick.host]
    assert f"/{controller}/" in stick.usb


def test_root_hubs_have_one_port(stick):
    assert set(stick.run_check("cat /sys/bus/usb/devices/usb*/maxchild")) == {"1"}


def test_content_is_read_whole(stick):
    want = hashlib.sha256(stick.image.read_bytes()).hexdigest()
    assert stick.run_check("sha256sum < /dev/sda", timeout=180) == [f"{want}  -"]


def test_what_is_written_arrives(stick):
    size = 64 * 1024
    stick.run_check("dd if=/dev/sda of=/dev/sda bs=64k count=1 seek=3 conv=fsync,notrunc 2>/dev/null", timeout=60)
    data = stick.image.read_bytes()
    assert data[3 * size:4 * size] == data[:size]


def test_content_is_read_whole_by_u_boot(tmp_path):
    """Where U-Boot starts USB by itself, to look for a keyboard."""
    image, address, name = tmp_path / "stick.img", 0x44000000, "usb-u-boot"
    image.write_bytes(random.Random(name).randbytes(MIB))
    args = f"-snapshot -drive if=none,id=stick,format=raw,file={image} {WHERE['ehci']}".split()
    with Machine(LOGS / f"{name}.log", board="bpi-m2", card=make_card("bpi-m2", name), args=args) as machine:
        machine.expect("Hit any key")
        machine.console.sendall(b" ")
        for command in ("usb storage", f"usb read {address:x} 0 {MIB // 512:x}", f"crc32 {address:x} {MIB:x}"):
            machine.expect(r"=> \Z")
            machine.console.sendall(f"{command}\n".encode())
            machine.expect(re.escape(command))
        machine.expect(rf"==> {zlib.crc32(image.read_bytes()):08x}")
        assert "Prod: QEMU HARDDISK" in machine.text and "2048 blocks read: OK" in machine.text
