# SPDX-License-Identifier: GPL-2.0
"""CPUs of the A31 off and on by Linux alone, without PSCI, and what is said when they cannot."""

import random

import bsp
import cycles
import pytest
import verdict

from conftest import LOGS
from machine import PROMPT, Machine, tree_of, write_tree

BOARD = "hummingbird-a31"
NODES = {"/soc/prcm@1f01400": "Missing A31 PRCM node in the device tree",
         "/soc/cpucfg@1f01c00": "Missing A31 CPU config node in the device tree"}
# What the model has to say of a CPU that went off or came on in a way that hardware does not forgive
MODEL = "allwinner-a31-cpucfg: CPU"


def model_said(log):
    return [line for line in log.with_suffix(".qemu.log").read_text().splitlines() if MODEL in line]


def test_no_cpu_is_lost_without_psci():
    with Machine(LOGS / "cpus-few.log", append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        assert "psci" not in machine.run("dmesg")
        cycles.cycle(machine, cycles.FEW)
    assert not model_said(machine.log)


@pytest.mark.long
def test_no_cpu_is_lost_under_load_without_psci(tmp_path):
    card = tmp_path / "card.img"
    card.write_bytes(random.Random("card").randbytes(8 << 20))
    with Machine(LOGS / "cpus-many.log", board=cycles.BOARD, dtb=cycles.device_tree(), append=cycles.BY_INSTRUCTIONS["append"],
                 args=[*cycles.PORTS, *cycles.BY_INSTRUCTIONS["args"], "-drive", f"if=sd,format=raw,file={card}"]) as machine:
        machine.expect(PROMPT)
        cycles.cycle(machine, cycles.MANY, cycles.Load(machine))
    assert not model_said(machine.log)


@pytest.mark.parametrize("fault, order, words, online", [
    ("cpu-wfi-never", "0", "CPU1: is not in WFI after 100 ms, left on", "0,2-3"),
    ("cpu-clamp-stuck-later", "0 1", "CPU1: no power after 10 ms, left off", "0,2-3"),
])
def test_bounded_and_said_once(fault, order, words, online):
    """A CPU that does not rest, or has no power: the others go on."""
    with Machine(LOGS / f"cpus-{fault}.log", append="kunit.enable=0",
                 args=["-global", bsp.fault_option(fault)]) as machine:
        machine.expect(PROMPT)
        machine.run(f"for n in {order}; do echo $n >/sys/devices/system/cpu/cpu1/online; done; true")
        assert machine.run("cat /sys/devices/system/cpu/online") == online
        log = machine.run("dmesg")
        assert log.count(words) == 1 and not verdict.TROUBLE.search(log), log
        machine.run("echo 0 >/sys/devices/system/cpu/cpu3/online; taskset 4 true")


def test_cpu0_stays():
    """The boot ROM would send it to a boot medium."""
    with Machine(LOGS / "cpus-0.log", append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        assert machine.run("cd /sys/devices/system/cpu; for c in cpu*/online; do echo $c; done; cd /").split() == [
            f"cpu{n}/online" for n in (1, 2, 3)]


@pytest.mark.parametrize("node", NODES)
def test_one_cpu_and_one_message_without_a_node(node):
    name = node.split("/")[-1].split("@")[0]
    dt = tree_of(BOARD)
    dt.drop(node, "compatible")
    with Machine(LOGS / f"cpus-without-{name}.log", dtb=write_tree(dt, f"cpus-{name}"), append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        log = machine.run("dmesg")
        assert machine.run("cat /sys/devices/system/cpu/online") == "0"
    assert log.count(NODES[node]) == 1 and "failed to boot" not in log and "WARNING" not in log, log


# CPU1's, of CPUCFG
RST_CTRL = 0x1f01c80


def reset_cpu1(machine, first=""):
    """By CPU0, which may be all that is left to answer."""
    machine.console.sendall(f"{first}taskset 1 devmem {RST_CTRL:#x} 32 0; echo cut''.\n".encode())
    machine.expect(r"^cut\.$")


def test_model_sees_power_taken_from_a_cpu_that_runs():
    """It hangs then, which is what is to be seen; the test needs nothing more of it."""
    with Machine(LOGS / "cpus-cut.log", append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        machine.console.sendall(b"taskset 2 sh -c 'while :; do :; done' &\n")
        reset_cpu1(machine, "sleep 1; ")
    assert any("CPU1 is switched off while it runs" in line for line in model_said(machine.log))


def test_model_sees_a_data_cache_that_is_on():
    """In WFI by idling, which no reset comes after."""
    with Machine(LOGS / "cpus-cache.log", append="kunit.enable=0 isolcpus=1") as machine:
        machine.expect(PROMPT)
        reset_cpu1(machine)
    assert any("CPU1 is switched off with its data cache on" in line for line in model_said(machine.log))


def test_model_sees_a_start_without_an_address():
    with Machine(LOGS / "cpus-entry.log", append="kunit.enable=0") as machine:
        machine.expect(PROMPT)
        machine.run("echo 0 >/sys/devices/system/cpu/cpu1/online")
        # The clamp opened, the power given, the reset released, PRIVATE0 left alone
        for address, value in ((0x1f01544, 0), (0x1f01500, 0), (RST_CTRL, 3)):
            machine.run(f"devmem {address:#x} 32 {value:#x}")
        machine.run("sleep 1")
    assert any("CPU1 starts where it did before" in line for line in model_said(machine.log))
