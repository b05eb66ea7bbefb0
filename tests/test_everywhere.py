# SPDX-License-Identifier: GPL-2.0
"""The same self-test on machines other than ours, 32 and 64 bit: known deviations exactly, and nothing else."""

import operator
import re
import subprocess

import bsp
import everywhere
import pytest

from conftest import TOP

SOURCES = "".join(p.read_text() for p in (TOP / "drivers/irqchip/tests").glob("*_kunit.c"))
CASES = re.findall(r"KUNIT_CASE(?:_SLOW)?\((\w+)\)", SOURCES)
DEBIANS = "qemu-system-arm"
BACKPORT = bsp.BUILD / "src/qemu-debian/usr/bin"
OPERATORS = {">": operator.gt, "<": operator.lt}


def shows(row, cpus, interfaces):
    if row["when"] in ("always", "by-chance"):
        return True
    what, sign, number = re.fullmatch(r"(cpus|interfaces)([<>])(\d)", row["when"]).groups()
    return OPERATORS[sign]({"cpus": cpus, "interfaces": interfaces}[what], int(number))


def requirements(cpus, interfaces, el2):
    """What these machines lack: the only reasons there are to skip a case."""
    missing = {"GICD_TYPER.SecurityExtn is 0", "is of no GIC known to have GICD_PPISR"}
    if cpus == 1:
        missing |= {"1 CPUs are online, this case needs 2"}
    if interfaces == 1:
        missing |= {"GICD_ITARGETSR is RAZ/WI with one CPU interface"}
    if not el2:
        missing |= {"reg[2], GICH, is missing"}
    elif cpus > 1:
        missing |= {"QEMU's arm_gic aborts accesses to aliases"}
    return missing


def complaints(found, rows, cpus, interfaces, el2, lacks=frozenset()):
    """What differs from what is known; all of it."""
    if not found.ended or found.trouble:
        return [f"it did not get to its end: {found.trouble}; read {found.log}"]
    out = [f"{name} gave no result" for name in CASES if name not in found.states]
    expected = {row["case"]: row["words"] for row in rows if shows(row, cpus, interfaces)}
    chance = {row["case"] for row in rows if row["when"] == "by-chance"}
    for case, words in expected.items():
        if found.states.get(case) == "ok" and case not in chance:
            out.append(f"{case} is cured: remove its row")
        elif found.states.get(case) == "not ok" and not re.search(words, found.messages.get(case, ""), re.M):
            out.append(f"{case} fails, but not with /{words}/:\n{found.messages.get(case)}")
    out += [f"{case} fails, which is not known:\n{found.messages.get(case)}"
            for case in sorted(found.names("not ok") - expected.keys())]
    missing = requirements(cpus, interfaces, el2) | lacks
    reasons = {reason for name, reason in found.reasons.items() if reason and name in CASES}
    out += [f"skipped for no known reason: {reason}" for reason in sorted(reasons)
            if not any(known in reason for known in missing)]
    out += [f"nothing is skipped for '{known}'" for known in sorted(missing)
            if not any(known in reason for reason in reasons)]
    return out


def rows_of(version):
    return [row for row in bsp.deviations() if version in row["qemu"].split(",")]


def judge(name, machine, cpus, interfaces, el2, rows, lacks=frozenset()):
    found = everywhere.boot(name, machine)
    wrong = complaints(found, rows, cpus, interfaces, el2, lacks)
    assert not wrong, "\n".join([f"{found.log}:", *wrong])


def judge_virt(emulator, cpus, el2):
    version = everywhere.version(emulator)
    bits = 64 if "aarch64" in str(emulator) else 32
    judge(f"virt-{bits}-{version}-{cpus}-{'el2' if el2 else 'el1'}",
          everywhere.virt(cpus, el2, emulator), cpus, cpus, el2, rows_of(version))


def few_cpus_in_core(*core):
    return [pytest.param(cpus, el2, marks=[] if (cpus, el2) in core else [pytest.mark.long])
            for cpus in (1, 2, 4, 8) for el2 in (False, True)]


@pytest.mark.parametrize("cpus, el2", few_cpus_in_core((1, False), (4, True)))
def test_debians_qemu_virt(cpus, el2):
    judge_virt(DEBIANS, cpus, el2)


@pytest.mark.parametrize("cpus", [pytest.param(1, marks=pytest.mark.long), pytest.param(2, marks=pytest.mark.long), 4])
def test_debians_qemu_orangepi(cpus):
    judge(f"orangepi-7.2-{cpus}", everywhere.orangepi(cpus), cpus, 4, True, rows_of(everywhere.version(DEBIANS)))


@pytest.fixture(scope="module")
def ours():
    return everywhere.boot("orangepi-ours", everywhere.orangepi(4, bsp.QEMU))


def test_our_qemu_has_no_other_deviation(ours):
    wrong = complaints(ours, rows_of("patched"), 4, 4, True)
    assert not wrong, "\n".join([f"{ours.log}:", *wrong])


def test_uart_suite_says_why_it_has_no_business_here(ours):
    """The H3's UARTs have the same compatible, and what they do nobody has read."""
    reasons = {reason for name, reason in ours.reasons.items() if name.startswith("uart_")}
    assert reasons == {"the device tree names no SoC whose UARTs are known"}, ours.log


@pytest.mark.parametrize("version", ("7.2", "10.0"))
def test_cured_deviation_is_noticed(ours, version):
    rows = rows_of(version)
    mended = [row["case"] for row in rows if row not in rows_of("patched") and row["when"] != "by-chance"]
    assert complaints(ours, rows, 4, 4, True) == [f"{case} is cured: remove its row" for case in mended]


@pytest.fixture(scope="module")
def arm64():
    subprocess.run([str(TOP / "scripts/build-linux"), "arm64"], check=True, timeout=3600)


@pytest.fixture(scope="module")
def backport():
    """A newer QEMU of Debian's, without our patches."""
    subprocess.run([str(TOP / "scripts/fetch"), "qemu-debian"], check=True, timeout=1800)


@pytest.mark.long
@pytest.mark.parametrize("cpus, el2", few_cpus_in_core())
def test_debians_qemu_virt_64_bit(arm64, cpus, el2):
    judge_virt("qemu-system-aarch64", cpus, el2)


@pytest.mark.long
@pytest.mark.parametrize("cpus, el2", few_cpus_in_core())
def test_newer_qemu_virt(backport, cpus, el2):
    judge_virt(BACKPORT / "qemu-system-arm", cpus, el2)


@pytest.mark.long
@pytest.mark.parametrize("cpus", (1, 2, 4))
def test_newer_qemu_orangepi(backport, cpus):
    emulator = BACKPORT / "qemu-system-arm"
    judge(f"orangepi-10.0-{cpus}", everywhere.orangepi(cpus, emulator), cpus, 4, True, rows_of(everywhere.version(emulator)))


@pytest.mark.long
@pytest.mark.parametrize("cpus, el2", few_cpus_in_core())
def test_newer_qemu_virt_64_bit(arm64, backport, cpus, el2):
    judge_virt(BACKPORT / "qemu-system-aarch64", cpus, el2)


@pytest.mark.long
@pytest.mark.parametrize("cpus", (1, 4))
def test_newer_qemu_raspi4b(arm64, backport, cpus):
    emulator = BACKPORT / "qemu-system-aarch64"
    # Its CPUs are started by a spin table, which takes none back.
    lacks = {"cpu_die is missing"} if cpus > 1 else set()
    judge(f"raspi4b-10.0-{cpus}", everywhere.raspi4b(cpus, emulator), cpus, 4, True,
          rows_of(everywhere.version(emulator)), lacks)


@pytest.mark.long
def test_our_qemu_has_no_other_deviation_64_bit(arm64):
    subprocess.run([str(TOP / "scripts/build-qemu"), "--aarch64"], check=True, timeout=7200)
    emulator = bsp.BUILD / "obj/qemu-aarch64/qemu-system-aarch64"
    judge("virt-64-ours", everywhere.virt(4, True, emulator), 4, 4, True, rows_of("patched"))


def defects():
    """The table of docs/qemu-gic-defects.md: (case, versions, what mends it)."""
    text = (TOP / "docs/qemu-gic-defects.md").read_text()
    return re.findall(r"^\|[^|]+\|[^|]+\| ((?:7\.2|10\.0|patched)[^|]*) \| `(\w+)` \| ([^|]+) \|$", text, re.M)


def test_documented_defects_are_the_deviations():
    assert sorted((case, versions.replace(" ", "")) for versions, case, _ in defects()) == \
        sorted((row["case"], row["qemu"]) for row in bsp.deviations())


def test_documented_defects_name_what_exists():
    for _, case, cure in defects():
        assert case in CASES
        if cure != "QEMU, by 10.0":
            assert (TOP / "patches/qemu" / cure.strip("`")).is_file(), cure
