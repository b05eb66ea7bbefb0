# SPDX-License-Identifier: GPL-2.0
"""Whether Xen could start is told from plain Linux, with a sentence for each thing that is not as it has to be."""

import re
import subprocess

import bsp
import pytest

from bad_dt import GIC, RANGES
from conftest import LOGS, TOP, run_board
from machine import PROMPT, Machine, dtb_of, tree_of, write_tree
from test_firmware import make_card, with_faulty_u_boot
from test_xen import BEHIND_R_INTC

BOARD = "hummingbird-a31"
ALONE = f"kunit.filter_glob={bsp.READINESS}"
NOT_SLOW = "kunit.filter=speed>slow"
CASES = re.findall(r"KUNIT_CASE\w*\((\w+)\)", (TOP / f"arch/arm/mach-sunxi/tests/{bsp.READINESS_MODULE}.c").read_text())
MODULES = ("kernel@44000000=4194304", "ramdisk@46000000=4194304")
TIMER, LRADC, WATCHDOG = "/timer", "/soc/lradc@1c22800", "/soc/watchdog@1c20ca0"
NO_PHANDLE = 0x7fff
# Of the maintenance interrupt, which nothing raises
MAINTENANCE_PPI = 9
SRAM_A1 = 0x4000
# Of a CPU that no firmware has been at
NO_CNTFRQ = ("xen_counter_has_its_frequency", "CNTFRQ is 0, which guests read")


def module(dt, kind, address, *size):
    dt.add("/chosen", f"module@{address:x}", {"compatible": f"{kind}\0multiboot,module", "reg": (address, *size)})


def failed(console, sentences):
    """Each sentence is there, and the cases that failed are those that have one. Others may say something meanwhile."""
    for case, words in sentences:
        assert re.search(rf"# {case}: EXPECTATION FAILED at .*\n(?:.*\n){{0,3}}?.*(?:{words})", console), f"{case}: {words}\n{console}"
    assert set(re.findall(r"    not ok \d+ (\w+)", console)) == {case for case, _ in sentences}, console


def said_without_firmware(name, change, append="", until=PROMPT):
    """By a board whose device tree CHANGE has been at."""
    dt = tree_of(BOARD)
    change(dt)
    with Machine(LOGS / f"{name}.log", board=BOARD, dtb=write_tree(dt, name), append=f"{append} {NOT_SLOW} {ALONE}") as machine:
        machine.expect(until)
    return machine.text


def test_a_board_that_was_started_for_xen(patched_u_boot):
    """With the device tree that Xen gets, from power-on."""
    dtb = bsp.BUILD / "tmp/readiness-xen.dtb"
    dtb.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([str(TOP / "scripts/xen-dtb"), "--guests", "2", *(f"--guest-module={m}" for m in MODULES), dtb_of(BOARD), dtb, "",
                    *MODULES], check=True, timeout=60)
    run = run_board("readiness-xen", "--board", BOARD, "--firmware", "u-boot-patched", "--dtb", dtb, "--slow", "--append", ALONE)
    assert run.passed() and f"PASS: {len(CASES)} passed, 0 failed, 0 skipped" in run.out, run


def test_a_board_whose_cpus_do_not_come_back(patched_u_boot):
    """And of one that never came"""
    run = run_board("readiness-psci", "--board", BOARD, "--firmware", "u-boot-patched", "--slow", "--fault", "cpu-dead-later",
                    "--append", f"{ALONE} maxcpus=3")
    failed(run.serial, [
        *(("xen_psci_stops_and_starts_cpus", rf"CPU{n} does not come back by PSCI, error -\d+: mend the firmware's CPU_ON")
          for n in (1, 2)),
        ("xen_psci_stops_and_starts_cpus", "CPU3 of the device tree is not online: mend the firmware's CPU_ON, or take maxcpus= off the command line"),
    ])


def without_much(dt):
    dt.set(TIMER, "interrupts", dt.cells(TIMER, "interrupts")[:9])
    dt.set(GIC, "reg", [cell for at, size in (*RANGES[:3], (RANGES[3][0], 0x1000)) for cell in (at, size)])
    dt.drop(GIC, "interrupts")
    dt.set(WATCHDOG, "compatible", "nobody,knows")
    dt.set(WATCHDOG, "interrupt-parent", (NO_PHANDLE,))
    dt.drop("/chosen", "stdout-path")
    (ccu,) = dt.cells("/soc/clock@1c20000", "phandle")
    dt.set("/soc/clock@1c20000", "#interrupt-cells", (3,))
    dt.set("/soc/clock@1c20000", "interrupt-controller", b"")
    dt.set(LRADC, "status", "okay")
    dt.set(LRADC, "interrupt-parent", (ccu,))
    module(dt, "multiboot,ramdisk", 0x44000000, 0x3000000)
    module(dt, "multiboot,device-tree", 0x46000000, 0x100000)
    module(dt, "xen,xsm-policy", 0x90000000, 0x100000)
    module(dt, "multiboot,ramdisk", 0x91000000)


def test_a_board_that_was_not():
    """No firmware, and a device tree for Xen with much that is wrong."""
    failed(said_without_firmware("readiness-without-much", without_much), [
        ("xen_cpus_entered_hyp", "the CPUs were not started in HYP mode, .* CONFIG_ARMV7_VIRT"),
        ("xen_psci_is_there", "no /psci in the device tree, .* CONFIG_ARMV7_PSCI"),
        NO_CNTFRQ,
        ("xen_timer_interrupts", "no PPI for the hypervisor's timer"),
        ("xen_gic_has_its_regions", "GICC has 0x2000 bytes and GICV 0x1000, with which Xen panics"),
        ("xen_gic_has_its_regions", "no maintenance interrupt, without which Xen panics"),
        ("xen_resets_by_the_watchdog", "no allwinner,sun6i-a31-wdt in the device tree"),
        ("xen_finds_its_console", "names no stdout-path"),
        *(("xen_passes_on_all_interrupts", f"{node}: its interrupts do not end at the GIC") for node in (LRADC, WATCHDOG)),
        *(("xen_passes_on_all_interrupts", f"/soc/{node}: its interrupts pass R_INTC and do not reach dom0")
          for node in BEHIND_R_INTC if node not in LRADC),
        ("xen_modules_are_in_memory", "(module@4[46]000000\\b.*){2} overlap"),
        ("xen_modules_are_in_memory", "module@90000000: 0x100000 bytes at 0x90000000 are not in the board's memory"),
        ("xen_modules_are_in_memory", "module@91000000: no address and size in reg, with which Xen panics"),
        ("xen_modules_are_in_memory", "no module multiboot,kernel"),
    ])


def other_console_and_timer(dt):
    """What /chosen names is no port, the virtual timer has the PPI of something else, and two clocks disagree."""
    dt.set(TIMER, "clock-frequency", (12000000,))
    # A timer that stands still, found before the other; Linux leaves it alone, as it has no interrupt
    dt.add("/soc", f"timer@{SRAM_A1:x}", {"compatible": "allwinner,sun4i-a10-timer", "reg": (SRAM_A1, 0x90)})
    interrupts = list(dt.cells(TIMER, "interrupts"))
    interrupts[7] = MAINTENANCE_PPI
    dt.set(TIMER, "interrupts", interrupts)
    dt.set("/chosen", "stdout-path", GIC)


def test_a_board_that_was_with_another_device_tree():
    """In HYP mode, where the virtual timer is nobody's."""
    dt = tree_of(BOARD)
    other_console_and_timer(dt)
    image = make_card(BOARD, "readiness-other", "--dtb", write_tree(dt, "readiness-other"), "--append", ALONE)
    with Machine(LOGS / "readiness-other.log", board=BOARD, card=image, args=["-snapshot"]) as machine:
        machine.expect(PROMPT)
    failed(machine.text, [
        ("xen_counter_has_its_frequency", "/timer: clock-frequency is 12000000, which Xen believes, and CNTFRQ 24000000, which guests read"),
        ("xen_counter_keeps_time", r"while the A31's timer counts 0 ns, the counter counts \d+ ns by the frequency of 12000000 Hz that Xen takes"),
        ("xen_timer_interrupts", r"CPU0: the virtual timer, which guests get, has INTID 25 .* does not pend"),
        ("xen_timer_interrupts", r"CPU3: the virtual timer, .* does not pend"),
        ("xen_finds_its_console", rf"{GIC}: stdout-path is no snps,dw-apb-uart"),
        ("xen_finds_its_console", rf"{GIC}: reg-shift is 0"),
        ("xen_can_name_the_consoles_clock", rf"{GIC}: no clocks for Xen to name"),
    ])


PSCI = "/psci"
CONSOLE = "/soc/serial@1c28000"


def with_other_faults(dt):
    """No A31 by its name, firmware that Xen does not call, three regions, a console that is off, a guest that is not whole."""
    dt.set("/", "compatible", "nobody,knows")
    dt.set(CONSOLE, "status", "disabled")
    # Off, so that Linux does not call it
    dt.add("/", "psci", {"compatible": "arm,psci", "method": "hvc", "status": "disabled"})
    dt.set(GIC, "reg", [cell for at, size in (*RANGES[:2], (RANGES[2][0] + 0x800, 0x800)) for cell in (at, size)])
    dt.add("/chosen", "guest", {"compatible": "xen,domain", "#address-cells": (1,), "#size-cells": (1,), "memory": (98304,)})
    module(dt, "multiboot,kernel", 0x44000000, 0x400000)
    dt.add("/chosen/guest", "module@44000000", {"compatible": "multiboot,ramdisk\0multiboot,module", "reg": (0x44000000, 0x400000)})
    dt.add("/chosen/guest", "module@44200000", {"compatible": "multiboot,ramdisk\0multiboot,module", "reg": (0x44200000, 0x400000)})


def test_a_board_that_was_not_named():
    """By its early console, as it has no other; that wants its clock."""
    failed(said_without_firmware("readiness-other-faults", with_other_faults, "keep_bootcon clk_ignore_unused",
                                 rf"\] (?:not )?ok \d+ {bsp.READINESS}$"), [
        ("xen_knows_the_board", "/: compatible with neither allwinner,sun6i-a31 nor -a31s"),
        ("xen_cpus_entered_hyp", "the CPUs were not started in HYP mode"),
        ("xen_psci_is_there", f'{PSCI}: method is "hvc", and Xen calls firmware by smc only'),
        ("xen_psci_is_there", f"{PSCI}: PSCI 0.1 without the number of cpu_on"),
        NO_CNTFRQ,
        ("xen_gic_has_its_regions", f"{GIC}: no GICV, and Xen needs four regions"),
        ("xen_gic_has_its_regions", f"{GIC}: GICH at 0x01c84800 does not begin with a page"),
        ("xen_finds_its_console", f"{CONSOLE}: stdout-path is disabled, and Xen says nothing"),
        *(("xen_passes_on_all_interrupts", f"/soc/{node}: its interrupts pass R_INTC and do not reach dom0")
          for node in BEHIND_R_INTC if node not in LRADC),
        ("xen_guests_are_whole", "(/chosen/guest/module@44[02]00000\\b.*){2} overlap"),
        ("xen_guests_are_whole", "/chosen/module@44000000 and /chosen/guest/module@44200000 overlap"),
        ("xen_guests_are_whole", "/chosen/guest has no module multiboot,kernel"),
        ("xen_guests_are_whole", "/chosen/guest: no memory of 64 bits, in KiB, without which Xen panics"),
        ("xen_guests_are_whole", "/chosen/guest: no cpus, without which Xen panics"),
    ])


@pytest.mark.long
def test_a_board_whose_firmware_sets_up_cpu0_alone():
    """The others come in SVC mode, and without a frequency."""
    card = make_card(BOARD, "readiness-cpu0-alone", "--append", f"{ALONE} {NOT_SLOW}")
    with_faulty_u_boot(card, BOARD, "0001-arm-nonsec-cpu0-alone.patch")
    with Machine(LOGS / "readiness-cpu0-alone.log", board=BOARD, card=card, args=["-snapshot"]) as machine:
        machine.expect(PROMPT)
    failed(machine.text, [
        ("xen_cpus_entered_hyp", "some CPUs were started in HYP mode and some were not: .* mend the firmware's PSCI"),
        *(("xen_counter_has_its_frequency", f"CNTFRQ of CPU{n}: expected 24000000 as on CPU0, came 0: let the firmware set it on each")
          for n in (1, 2, 3)),
    ])


@pytest.mark.long
def test_a_kernel_that_cannot_be_dom0():
    subprocess.run([str(TOP / "scripts/build-linux"), "lts-no-dom0"], check=True, timeout=3600)
    with Machine(LOGS / "readiness-no-dom0.log", board=BOARD, kernel="lts-no-dom0", append=f"{NOT_SLOW} {ALONE}") as machine:
        machine.expect(PROMPT)
    failed(machine.text, [
        ("xen_cpus_entered_hyp", "the CPUs were not"),
        ("xen_psci_is_there", "no /psci"),
        NO_CNTFRQ,
        ("xen_kernel_can_be_dom0", "CONFIG_XEN_GNTDEV is not set, which dom0 needs: add it"),
    ])
