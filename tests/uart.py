# SPDX-License-Identifier: GPL-2.0
"""A board with uart1 as a port of its own, and the other end of its line."""

import re
import threading

from machine import connect, tree_of, write_tree

BOARD = "hummingbird-a31"
OURS, GENERIC = "allwinner,sun6i-a31-uart", "snps,dw-apb-uart"
# A port that no board of the core uses, by the device tree and by the machine's order
PORT = "/soc/serial@1c28400"
# As in userspace/tty.h
PERIOD = 251
# What 10,000 changes take
MANY_BYTES, CHANGES = 500000, 10000
# More than the 1.1 MiB that the kernel keeps, for one who reads when all has come at 150 KB/s
PASTED = 3 << 19
BUSY_READER = f"-p 12000 -r {PASTED}"
# Counted in instructions the board is as fast as its line, whatever else this machine does: 4 ns each is no faster
# than silicon.
BY_INSTRUCTIONS = ("-icount", "shift=2,sleep=off")
# The same, and while the board sleeps the other end has the time, to send on
IN_TIME = ("-icount", "shift=2,sleep=on")
# Without the self-test, and without the write protection that would take most of a minute at the end of such a boot
QUICK = "kunit.enable=0 rodata=off"


def unchanged(_dt):
    """What else a test wants of the device tree: nothing."""


def tree(compatible, change=unchanged, kernel="lts"):
    """The board's device tree with uart1 enabled, a UART of this kind."""
    dt = tree_of(BOARD, kernel)
    names = [OURS, GENERIC] if compatible == OURS else [compatible]
    dt.set(PORT, "compatible", "\0".join(names))
    dt.set(PORT, "status", "okay")
    dt.set("/aliases", "serial1", PORT)
    change(dt)
    return write_tree(dt, f"uart-{kernel}-{compatible.split(',')[0]}-{change.__name__}")


class Line:
    """The other end of uart1."""

    def __init__(self, folder):
        self.path = folder / "uart1"
        self.data = b""
        self.stop = False

    def arguments(self):
        return ["-chardev", f"socket,id=uart1,path={self.path},server=on,wait=off", "-serial", "chardev:uart1"]

    def connect(self, machine, waits=True):
        """Unless it WAITS until there is room in the FIFO, it sends whatever RTS allows."""
        for what in () if waits else ("overrun", "rts-cts"):
            machine.qmp("qom-set", path="/machine/soc/uart[1]", property=what, value=True)
        self.sock = connect(self.path, machine.alive)
        self.sock.settimeout(0.2)
        # A time-out is a socket's own.
        self.out = self.sock.dup()
        self.out.settimeout(machine.timeout)

    def listen(self):
        while not self.stop:
            try:
                came = self.sock.recv(65536)
            except TimeoutError:
                continue
            if not came:
                return
            self.data += came

    def talk(self, data):
        self.out.sendall(data)


def counting(length):
    return bytes(i % PERIOD for i in range(length))


def talked(machine, line, command, data, answer):
    """COMMAND on the board while DATA comes in: the numbers of its ANSWER; what it sends is in line.data."""
    line.stop, line.data = False, b""
    listener = threading.Thread(target=line.listen)
    start = len(machine.text)
    machine.console.sendall(f"{command}; echo status''=$?\n".encode())
    machine.expect(r"^ready$", start)
    listener.start()
    try:
        line.talk(data)
        # A line that is not yet whole would match, too.
        said = machine.expect(rf"^{answer}\n", start).group(0)
        machine.expect(r"^status=0$", start)
    finally:
        line.stop = True
        listener.join()
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", said)}


def change_under_load(machine, line, count):
    """What ttychange said while COUNT bytes went each way."""
    return talked(machine, line, f"ttychange /dev/ttyS1 {count}", counting(count),
                  r"changes=\d+ failed=0 longest=\d+ us sent=\d+ received=\d+ wrong=\d+")


def flow(machine, line, arguments, data=b""):
    """What ttyflow said."""
    return talked(machine, line, f"ttyflow {arguments} /dev/ttyS1", data, r"sent=\d+ received=.* interrupts=\d+")
