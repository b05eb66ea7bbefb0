# SPDX-License-Identifier: GPL-2.0
"""The network: an address by DHCP, data in both directions, the cable pulled; U-Boot starts Linux from it."""

import functools
import hashlib
import http.server
import random
import re
import shutil
import socket
import threading

import bsp
import pytest

from conftest import each_core_board, labgrid_shell, wait_until
from machine import OUT, Qmp
from test_firmware import machine, make_card

MIB = 1 << 20
# What QEMU's user network is, seen from the board: the host, and what DHCP gives.
HOST, ADDRESS = "10.0.2.2", "10.0.2.15"
UDHCPC_SCRIPT = r"""[ "$1" = bound ] || exit 0
ifconfig $interface $ip netmask $subnet && route add default gw $router"""
# At a shell's prompt: eth0 with an address
DHCP = (f"echo '{UDHCPC_SCRIPT}' > /tmp/udhcpc; chmod +x /tmp/udhcpc; ifconfig eth0 up; "
        "udhcpc -i eth0 -n -q -t 10 -s /tmp/udhcpc >/dev/null 2>&1")


@functools.lru_cache(maxsize=8)
def piece(n):
    """The N-th MiB of what the server serves; no two are alike."""
    return random.Random(n).randbytes(MIB)


def checksum(mib):
    digest = hashlib.sha256()
    for n in range(mib):
        digest.update(piece(n))
    return digest.hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """GET /N gives N MiB."""

    def do_GET(self):
        mib = int(self.path.strip("/"))
        self.send_response(200)
        self.send_header("Content-Length", str(mib * MIB))
        self.end_headers()
        for n in range(mib):
            self.wfile.write(piece(n))

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def http_port():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module", params=each_core_board())
def board(request, tmp_path_factory):
    """A shell on each board, with an address from the DHCP server."""
    qmp = tmp_path_factory.mktemp("qmp") / "socket"
    with labgrid_shell(request.param, name=f"net-{request.param}", append="kunit.enable=0",
                       extra=f"-nic user,id=net0 -qmp unix:{qmp},server=on,wait=off") as shell:
        shell.qmp = Qmp(qmp)
        shell.run_check(f"echo '{UDHCPC_SCRIPT}' > /tmp/udhcpc")
        shell.run_check("chmod +x /tmp/udhcpc && ifconfig eth0 up")
        # The link is found up by a poll once a second.
        shell.lease = "\n".join(shell.run_check("udhcpc -i eth0 -n -q -t 10 -s /tmp/udhcpc 2>&1", timeout=90))
        yield shell


def test_driver_finds_what_it_finds_on_silicon(board):
    """Read on an A20, which has the same controller; the PHY's address is in the device tree."""
    log = "\n".join(board.run_check("dmesg"))
    for words in ("Version ID not available", "DWMAC1000", "No HW DMA feature register supported",
                  "Normal descriptors"):
        assert re.search(rf"1c30000\.ethernet:\s+{words}", log), log
    assert re.search(r"eth0: PHY \[stmmac-0:01\] driver \[RTL8211E Gigabit Ethernet\]", log), log
    assert re.search(r"eth0: Link is Up - 1Gbps/Full", log), log


def test_address_by_dhcp(board):
    assert ADDRESS in board.lease
    assert any(f"inet addr:{ADDRESS}" in line for line in board.run_check("ifconfig eth0"))


def receive(board, port, mib, timeout):
    line = board.run_check(f"wget -q -O - http://{HOST}:{port}/{mib} | sha256sum", timeout=timeout)
    assert line == [f"{checksum(mib)}  -"]
    errors = "\n".join(board.run_check("ifconfig eth0"))
    assert re.search(r"RX packets:\d+ errors:0 ", errors) and re.search(r"TX packets:\d+ errors:0 ", errors), errors


def test_4_mib_arrive_whole(board, http_port):
    receive(board, http_port, 4, 120)


@pytest.mark.long
def test_100_mib_arrive_whole(board, http_port):
    receive(board, http_port, 100, 900)


def test_4_mib_go_out_whole(board):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(120)
        digest = hashlib.sha256()

        def serve():
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(65536):
                    digest.update(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        board.run_check("dd if=/dev/urandom of=/tmp/out bs=64k count=64 2>/dev/null")
        board.run_check(f"nc {HOST} {server.getsockname()[1]} < /tmp/out", timeout=120)
        thread.join(120)
    assert board.run_check("sha256sum < /tmp/out; rm /tmp/out") == [f"{digest.hexdigest()}  -"]


def carrier(board, wanted):
    """Wait until Linux says that there is a link, or none."""
    wait_until(board, f"[ $(cat /sys/class/net/eth0/carrier) = {wanted} ]")
    return board.run_check("cat /sys/class/net/eth0/carrier")


def test_cable_pulled_and_plugged_in_again(board, http_port):
    board.qmp("set_link", name="net0", up=False)
    try:
        assert carrier(board, 0) == ["0"]
    finally:
        board.qmp("set_link", name="net0", up=True)
    assert carrier(board, 1) == ["1"]
    receive(board, http_port, 1, 60)


@pytest.mark.parametrize("name", each_core_board())
def test_u_boot_starts_linux_from_the_network(name, tmp_path):
    """All that is needed of the card is U-Boot."""
    dtb = f"{bsp.boards()[name]['dtb']}.dtb"
    for file in (OUT / "lts" / "zImage", OUT / "lts" / dtb, OUT / "initramfs.cpio.gz"):
        shutil.copy(file, tmp_path)
    with machine(f"tftp-{name}", name, make_card(name, f"tftp-{name}"),
                 extra=f"-nic user,id=net0,tftp={tmp_path}") as target:
        uboot = target.get_driver("UBootDriver")
        uboot.run_check("setenv autoload no")
        assert f"DHCP client bound to address {ADDRESS}" in "\n".join(uboot.run_check("dhcp", timeout=60))
        for file, where in (("zImage", "kernel"), (dtb, "fdt"), ("initramfs.cpio.gz", "ramdisk")):
            said = "\n".join(uboot.run_check(f"tftpboot ${{{where}_addr_r}} {file}", timeout=120))
            assert f"Bytes transferred = {(tmp_path / file).stat().st_size} " in said, said
        uboot.run_check(f"setenv bootargs {bsp.console_arguments(name)} rdinit=/init a31.mode=shell kunit.enable=0")
        uboot.run_check("setenv bootcmd bootz '${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdt_addr_r}'")
        uboot.boot("")
        target.deactivate(uboot)
        shell = target.get_driver("ShellDriver")
        assert shell.run_check("cat /sys/devices/system/cpu/online") == ["0-3"]
        # U-Boot made it of the chip's serial number, and put it into the device tree.
        assert shell.run_check("cat /sys/class/net/eth0/address") == ["02:81:44:55:66:77"]
