# SPDX-License-Identifier: GPL-2.0
"""The self-test again and again on a running board: through debugfs beside busy devices, and as a module."""

import hashlib
import os
import random
import re
import shutil
import subprocess
import sys

import bsp
import pytest

from conftest import LOGS
from machine import OUT, SUITES, Machine, append_to_initrd, by_instructions, empty_root, run_suites
from test_net import DHCP, HOST, checksum, http_port  # noqa: F401

MIB = 1 << 20
# CPUs wait for each other at most a second, and on a busy host that runs their threads in turns a second is soon over.
BY_INSTRUCTIONS = by_instructions("on")
# What memory may go up or down by without being lost; a lost snapshot a run would be ten times that in 1,000 runs.
SLACK_KIB = 2048
PAGE_KIB = 4
# What a driver says that waited for an interrupt in vain, and what the kernel says
KTAP = re.compile(r"\s*(# |ok |not ok |KTAP|1\.\.)")
TROUBLE = re.compile(r"time[d ]*-?out|nobody cared|stall|BUG|WARNING|I/O error|lost", re.I)


def memory(machine):
    """(slab, in use), KiB, with nothing cached.

    Free pages that a CPU keeps for itself count as in use for Linux; how many these are changes as CPUs go off.
    """
    machine.run("sync; echo 3 > /proc/sys/vm/drop_caches; sleep 1")
    info = dict(re.findall(r"^(\w+): +(\d+) kB", machine.run("cat /proc/meminfo"), re.M))
    kept = sum(map(int, re.findall(r"^ +count: +(\d+)$", machine.run("cat /proc/zoneinfo"), re.M)))
    return int(info["Slab"]), int(info["MemTotal"]) - int(info["MemAvailable"]) - kept * PAGE_KIB


def expect_no_leak(before, after):
    assert all(b - a < SLACK_KIB for a, b in zip(before, after)), f"(slab, used) KiB: {before}, then {after}"


class Busy:
    """The board's card and network at work, each compared with what it should be."""

    def __init__(self, machine, port, card):
        self.machine = machine
        # Hosts are probed beside each other: which of them has the first number changes.
        self.work = {
            "net": (f"wget -q -O - http://{HOST}:{port}/2", checksum(2)),
            "card": (f"echo 1 > /proc/sys/vm/drop_caches; head -c {2 * MIB} /dev/mmcblk?",
                     hashlib.sha256(card.read_bytes()[:2 * MIB]).hexdigest())}
        machine.run(DHCP)

    def start(self):
        for name, (command, digest) in self.work.items():
            self.machine.run(f"( while [ ! -e /tmp/stop ]; do ( {command} ) | sha256sum | "
                             f"grep -q {digest} && echo good >> /tmp/{name} || echo bad >> /tmp/{name}; done ) & true")
        self.machine.run("for i in $(seq 120); do [ -e /tmp/net ] && [ -e /tmp/card ] && break; sleep 1; done; "
                         "[ -e /tmp/net ] && [ -e /tmp/card ]")

    def progress(self):
        """{name: how often it was right}; it has to be always."""
        counts = {}
        for name in self.work:
            assert self.machine.run(f"grep -c bad /tmp/{name}; true") == "0", name
            counts[name] = int(self.machine.run(f"grep -c good /tmp/{name}"))
        return counts

    def stop(self):
        self.machine.run("touch /tmp/stop; wait; rm /tmp/stop")


@pytest.mark.parametrize("runs, step", [pytest.param(6, 3), pytest.param(1000, 10, marks=pytest.mark.long)])
def test_runs_beside_busy_devices(http_port, tmp_path, runs, step):  # noqa: F811
    """No case fails, no device loses an interrupt, no memory is lost."""
    card = tmp_path / "card.img"
    card.write_bytes(random.Random(0).randbytes(4 * MIB))
    devices = ["-nic", "user", "-drive", f"if=sd,format=raw,file={card}"]
    with Machine(LOGS / f"again-{runs}.log", args=BY_INSTRUCTIONS["args"] + devices,
                 append=BY_INSTRUCTIONS["append"]) as machine:
        machine.expect(r"a31:\S*# ")
        booted = len(machine.text)
        busy = Busy(machine, http_port, card)
        busy.start()
        # What is allocated once is there after the first.
        assert run_suites(machine, 2) == ""
        # A suite that finds nothing to test fails nothing.
        assert int(machine.run(f"cat {SUITES}/results | grep -v SKIP | grep -c '^    ok'")) > 100
        # What a card's page is now and a CPU's free page a moment later would be taken off twice.
        busy.stop()
        before, seen = memory(machine), busy.progress()
        busy.start()
        for done in range(step, runs + 1, step):
            assert run_suites(machine, step) == ""
            now = busy.progress()
            assert all(now[name] > seen[name] for name in now), f"nothing moved: {seen}, then {now}"
            seen = now
            print(f"{done} of {runs} runs, compared {now}", file=sys.stderr, flush=True)
        busy.stop()
        expect_no_leak(before, memory(machine))
        # The console has it all; the kernel's own buffer has the last runs only.
        said = [line for line in re.findall(r"^\[ *\d+\.\d+\] (.*)$", machine.text[booted:], re.M)
                if TROUBLE.search(line) and not KTAP.match(line)]
        assert not said, said


def build_with_module():
    """Linux with the self-test as a module, in an object folder of its own; the module's path."""
    src, obj, out = bsp.BUILD / "src" / "lts", bsp.BUILD / "obj" / "lts-module", OUT / "lts-module"
    prefix = os.environ.get("CROSS_COMPILE", "arm-linux-gnueabihf-")
    for folder in (obj, out):
        folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(bsp.BUILD / "obj" / "lts" / ".config", obj / ".config")
    make = ["make", "-C", str(src), f"O={obj}", "ARCH=arm", f"CROSS_COMPILE={prefix}", f"CC=ccache {prefix}gcc",
            f"-j{os.cpu_count()}"]
    with open(LOGS / "linux-module.log", "w") as log:
        subprocess.run([str(src / "scripts" / "config"), "--file", str(obj / ".config"), "--module",
                        "ARM_GIC_KUNIT_TEST"], check=True, timeout=60)
        for targets in (["olddefconfig"], ["zImage", "modules"]):
            subprocess.run([*make, *targets], check=True, stdout=log, stderr=log, timeout=3600)
    shutil.copy(obj / "arch/arm/boot/zImage", out)
    for dtb in (OUT / "lts").glob("*.dtb"):
        shutil.copy(dtb, out)
    return obj / "drivers" / "irqchip" / "tests" / "gic_kunit.ko"


@pytest.mark.long
def test_module_comes_and_goes():
    """Loading runs the suites; nothing is left after unloading, however often."""
    LOGS.mkdir(parents=True, exist_ok=True)
    module = build_with_module()
    root = empty_root("module")
    shutil.copy(module, root / "bin")
    with Machine(LOGS / "module.log", kernel="lts-module", initrd=append_to_initrd("module", root),
                 **BY_INSTRUCTIONS) as machine:
        machine.expect(r"a31:\S*# ")

        def once():
            machine.run("insmod /bin/gic_kunit.ko")
            results = machine.run(f"cat {SUITES}/results; test -e /sys/kernel/debug/gic_kunit/latency")
            machine.run("rmmod gic_kunit")
            assert len(re.findall(r"^    ok \d+ ", results, re.M)) > 100 and "not ok" not in results
            assert machine.run(f"ls -d /sys/kernel/debug/gic_kunit {SUITES} 2>/dev/null; true") == ""

        for _ in range(2):
            once()
        before = memory(machine)
        for _ in range(8):
            once()
        expect_no_leak(before, memory(machine))
        assert not re.search(r"WARNING|BUG|Oops|stall", machine.run("dmesg"))
