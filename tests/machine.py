# SPDX-License-Identifier: GPL-2.0
"""A board in QEMU with its console and QMP in the test's hands.

For tests that stop, save and load a machine, or want their own options; the others use labgrid.
"""

import contextlib
import functools
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

import bsp
from armhf import append_archive, copy_libraries, cross
from bad_dt import Dt

OUT = bsp.BUILD / "out"
PROMPT = r"a31:\S*# "
# A key that a terminal takes for itself, and shows to nobody
XON = b"\x11"
QUIET = 10
# The GIC's, in debugfs
SUITES = "/sys/kernel/debug/kunit/gic_*"


def append_to_initrd(name, root):
    """The initramfs, and behind it everything below ROOT."""
    out = bsp.BUILD / "tmp" / f"initramfs-{name}.cpio.gz"
    append_archive(OUT / "initramfs.cpio.gz", root, out)
    return out


def empty_root(name):
    root = bsp.BUILD / "tmp" / f"{name}-root"
    shutil.rmtree(root, ignore_errors=True)
    (root / "bin").mkdir(parents=True)
    return root


def root_with(name, *programs):
    """A folder with programs from userspace/, in bin."""
    root = empty_root(name)
    for program in programs:
        cross("-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static",
              "-o", root / "bin" / program, bsp.TOP / "userspace" / f"{program}.c")
    return root


def initrd_with(name, *programs):
    """The initramfs, and behind it in /bin programs from userspace/."""
    return append_to_initrd(name, root_with(name, *programs))


@functools.cache
def initrd_with_debians(name, *programs):
    """The initramfs, and behind it programs of what configs/sources calls NAME, with their libraries."""
    root = empty_root(name)
    subprocess.run([str(bsp.TOP / "scripts" / "fetch"), name], check=True, timeout=600)
    (root / "lib").mkdir()
    tree = bsp.BUILD / "src" / name
    for program in programs:
        path = next((tree / "usr").glob(f"*bin/{program}"))
        shutil.copy(path, root / "bin")
        copy_libraries(path, tree, root)
    return append_to_initrd(name, root)


def dtb_of(board, kernel="lts"):
    """The board's device tree, as the kernel has it."""
    return OUT / kernel / f"{bsp.boards()[board]['dtb']}.dtb"


def tree_of(board, kernel="lts", **options):
    """To be changed."""
    return Dt(dtb_of(board, kernel).read_bytes(), **options)


def write_tree(dt, name):
    path = bsp.BUILD / "tmp" / f"{name}.dtb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dt.blob())
    return path


class Qmp:
    """As little of QMP as is needed; events are kept. No command takes long, so an answer that does is none."""

    def __init__(self, path, alive=lambda: True):
        self.sock = connect(path, alive)
        self.sock.settimeout(60)
        self.file = self.sock.makefile("rw")
        self.events = []
        self.read()
        self("qmp_capabilities")

    def read(self):
        line = self.file.readline()
        if not line:
            raise EOFError("QEMU closed QMP")
        return json.loads(line)

    def __call__(self, command, **arguments):
        json.dump({"execute": command, "arguments": arguments}, self.file)
        self.file.write("\n")
        self.file.flush()
        while True:
            answer = self.read()
            if "event" in answer:
                self.events.append(answer["event"])
            elif "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")
            else:
                return answer["return"]

    def to_the_end(self):
        """All events, of a QEMU that ends."""
        with contextlib.suppress(EOFError):
            while True:
                self.events.append(self.read()["event"])
        return self.events


def connect(path, alive, timeout=60):
    deadline = time.monotonic() + timeout
    sock = socket.socket(socket.AF_UNIX)
    while True:
        try:
            sock.connect(str(path))
            return sock
        except OSError:
            if not alive() or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class Machine:
    """A running board. Use as a context; what the console said is in .text and in LOG.

    It starts with the kernel, or from CARD if there is one. ROOT is a card with the kernel's root file system,
    in place of the initramfs; DTB another device tree. Once it has said NUDGE a key is pressed in
    silence; a boot loader would take it for itself, and wait. What is typed is typed no further ahead of its echo
    than PACE characters.
    """

    def __init__(self, log, board="hummingbird-a31", mode="shell", kernel="lts", args=(), initrd=None, card=None,
                 root=None, dtb=None, incoming=None, text="", timeout=180, append="", nudge=None, pace=None):
        self.timeout, self.text, self.log = timeout, text, pathlib.Path(log)
        self.nudge, self.heard = nudge, time.monotonic()
        self.pace = pace
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="a31-"))
        row = bsp.boards()[board]
        cmd = [str(bsp.QEMU), "-M", row["machine"], "-display", "none", "-no-reboot", "-nodefaults",
               "-chardev", f"socket,id=con,path={self.folder}/con,server=on,wait=on", "-serial", "chardev:con",
               "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off",
               "-d", "guest_errors,unimp", "-D", str(self.log.with_suffix(".qemu.log")), *map(str, args)]
        if card:
            cmd += ["-drive", f"if=sd,format=raw,file={card}"]
        else:
            if root:
                image, name = root
                init = f"root={name} rootfstype=ext4 rootwait rw init=/init"
                cmd += ["-drive", f"if=sd,format=raw,file={image}"]
            else:
                init = "rdinit=/init"
                cmd += ["-initrd", str(initrd or OUT / "initramfs.cpio.gz")]
            cmd += ["-kernel", str(OUT / kernel / "zImage"), "-dtb", str(dtb or dtb_of(board, kernel)),
                    "-append", " ".join((bsp.console_arguments(board, bsp.FAST_BAUD), init, f"a31.mode={mode}",
                                         bsp.left_out(board, True, "none"), append)).strip()]
        if incoming:
            cmd += ["-incoming", f"file:{incoming}"]
        self.errors = open(self.log.with_suffix(".stderr.log"), "a")
        self.proc = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stderr=self.errors)
        try:
            self.console = connect(self.folder / "con", self.alive)
            self.console.settimeout(0.2)
            self.qmp = Qmp(self.folder / "qmp", self.alive)
        except (OSError, EOFError) as e:
            self.end()
            raise AssertionError(f"QEMU does not answer; read {self.errors.name}") from e

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def alive(self):
        return self.proc.poll() is None

    def close(self):
        self.end()
        self.drain()
        self.log.write_text(self.text)

    def end(self):
        if self.alive():
            self.proc.kill()
        self.proc.wait()
        self.errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def drain(self):
        """Take what the console has said; False if it will say no more."""
        try:
            data = self.console.recv(65536)
        except TimeoutError:
            if self.nudge and self.nudge in self.text and time.monotonic() - self.heard > QUIET:
                self.heard = time.monotonic()
                # The first prompt may be among what was dropped while the console stood still.
                self.console.sendall(XON if re.search(PROMPT, self.text) else b"\n")
            return True
        except OSError:
            return False
        self.heard = time.monotonic()
        self.text += data.decode(errors="replace").replace("\r", "")
        return bool(data)

    def expect(self, pattern, start=0):
        """Wait until the console has said PATTERN behind START; its match."""
        deadline = time.monotonic() + self.timeout
        while not (match := re.compile(pattern, re.M).search(self.text, start)):
            if not self.drain() or time.monotonic() > deadline:
                self.log.write_text(self.text)
                raise AssertionError(f"no /{pattern}/ on the console; read {self.log}")
        return match

    def type(self, line):
        """At a prompt that echoes."""
        start, pace = len(self.text), self.pace or len(line)
        deadline = time.monotonic() + self.timeout
        for at in range(0, len(line), pace):
            while len(self.text) - start < at and time.monotonic() < deadline and self.drain():
                pass
            self.console.sendall(line[at:at + pace].encode())
        self.console.sendall(b"\n")

    def run(self, command):
        """Type COMMAND at the prompt; what it printed. It has to succeed."""
        start = len(self.text)
        # What was typed comes back, wrapped: it must not look like what is waited for.
        self.type(f"echo out''put; {command}; echo status=$?")
        begin = self.expect(r"^output\n", start)
        status = self.expect(r"^status=(\d+)$", begin.end())
        self.expect(PROMPT, status.end())
        output = self.text[begin.end():status.start()].rstrip("\n")
        assert status.group(1) == "0", f"{command}: status {status.group(1)}\n{output}"
        return output

    def wait(self):
        """Until QEMU ends by itself; its status."""
        deadline = time.monotonic() + self.timeout
        while self.drain() and time.monotonic() < deadline:
            pass
        return self.proc.wait(max(1, deadline - time.monotonic()))

    def save(self, path):
        """Stop, save to PATH, end."""
        self.qmp("stop")
        self.qmp("migrate", uri=f"file:{path}")
        deadline = time.monotonic() + self.timeout
        while (status := self.qmp("query-migrate")["status"]) != "completed":
            assert status != "failed" and time.monotonic() < deadline, f"migration is '{status}'"
            time.sleep(0.05)
        self.qmp("quit")
        while self.drain():
            pass
        assert self.proc.wait(self.timeout) == 0

    def loaded(self):
        """Wait until a machine that was started with an incoming state has it, and let it run."""
        deadline = time.monotonic() + self.timeout
        while (status := self.qmp("query-status")["status"]) == "inmigrate":
            assert time.monotonic() < deadline, "the state was not loaded"
            time.sleep(0.05)
        if status != "running":
            self.qmp("cont")
        return self


def by_instructions(sleep):
    """For Machine: time goes by instructions, and SLEEP "on" lets the host keep up.

    Write protection, at the end of the boot, would take most of a minute this way.
    """
    return {"args": ["-icount", f"shift=3,sleep={sleep}"], "append": "rodata=off"}


def run_suites(machine, times):
    """Run all suites TIMES times; the cases that failed."""
    return machine.run(
        f"n=0; while [ $n -lt {times} ]; do n=$((n+1)); for s in {SUITES}; do echo 1 > $s/run; "
        "grep '^ *not ok' $s/results; done; done; true")
