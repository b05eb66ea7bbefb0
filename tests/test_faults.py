# SPDX-License-Identifier: GPL-2.0
"""Every deliberate fault of the emulated GIC, UART and CPUs ends in a verdict that names it."""

import os
import re
import subprocess

import bsp
import faults
import pytest

from conftest import TOP, run_board


SOURCES = {p: p.read_text() for p in bsp.suite_sources()}


def suite_of(fault):
    """The suite that has the case of the fault's row."""
    case = re.compile(rf"KUNIT_CASE(_SLOW)?\({bsp.faults()[fault]['case']}\),")
    (source,) = (text for text in SOURCES.values() if case.search(text))
    return re.search(r'\.name = "(\w+)"', source)[1]


def check_named(fault, run):
    row = bsp.faults()[fault]
    assert run.status == 1, run
    assert run.out.rstrip().splitlines()[-1].startswith("FAIL: "), run
    # A broken GIC is a verdict, not a hang: the kernel goes on.
    assert "a31-init: reached the end" in run.serial, run
    assert row["case"] in run.failures(), run
    # The case may say more than one thing; one of them has to be this.
    assert re.search(row["words"], run.serial), f"/{row['words']}/ is not in {run.log}\n{run}"


def each_fault():
    """Every twelfth is in `make check`."""
    return [pytest.param(name, marks=[pytest.mark.long] if n % 12 else []) for n, name in enumerate(bsp.suite_faults())]


@pytest.mark.parametrize("fault", each_fault())
def test_fault_is_named(fault, patched_u_boot):
    """By the one suite whose business it is."""
    check_named(fault, run_board(f"fault-{fault}", "--fault", fault, *faults.needs(fault),
                                 "--append", f"kunit.filter_glob={suite_of(fault)}"))


def one_of_each_suite():
    """One of them is in `make check`."""
    one, *others = {suite_of(fault): fault for fault in reversed(bsp.suite_faults())}.values()
    return [one, *(pytest.param(fault, marks=pytest.mark.long) for fault in others)]


@pytest.mark.parametrize("fault", one_of_each_suite())
def test_fault_ends_in_a_verdict(fault, patched_u_boot):
    """As `make run FAULT=` does it, with all suites."""
    check_named(fault, run_board(f"fault-whole-{fault}", "--fault", fault, *faults.needs(fault)))


def with_faults(rows, script, *args):
    """Run scripts/SCRIPT as if the faults were ROWS."""
    code = ("import bsp, runpy, sys\n"
            f"bsp.faults = bsp.gic_faults = lambda: {rows!r}\n"
            f"sys.argv = {[script, *args]!r}\n"
            f"runpy.run_path({str(TOP / 'scripts' / script)!r}, run_name='__main__')\n")
    return subprocess.run(["/usr/bin/python3", "-c", code], capture_output=True, text=True, timeout=400,
                          env=os.environ | {"PYTHONPATH": str(TOP / "scripts")})


def matrix(*args, timeout):
    return subprocess.run([str(TOP / "scripts/fault-matrix"), *args], capture_output=True, text=True, timeout=timeout)


def test_matrix_tells_caught_from_missed():
    """A row whose words nobody says is a fault that was missed."""
    p = matrix("--healthy", "0", "sgi-lost", timeout=400)
    assert p.returncode == 0 and "sgi_matrix_source_target_id*" in p.stdout, p
    assert "1 of 1 faults caught" in p.stdout, p
    p = with_faults({"sgi-lost": bsp.faults()["sgi-lost"] | {"words": "nobody says this"}},
                    "fault-matrix", "--healthy", "0")
    assert p.returncode == 1 and "sgi-lost                   MISSED" in p.stdout, p
    assert "0 of 1 faults caught" in p.stdout, p


@pytest.mark.long
def test_every_fault_is_caught_and_a_healthy_machine_passes():
    """The matrix as `make check-faults` prints it, after 50 boots without a fault."""
    p = matrix("--healthy", "50", timeout=3 * 3600)
    total = len(bsp.faults())
    assert p.stdout.rstrip().endswith(f"{total} of {total} faults caught, 0 of 50 healthy boots failed"), p.stdout
    assert p.returncode == 0


# A case that waits for what never comes waits 500 ms; a hundred cases wait more than once each.
DEAD = ("nothing-pends", "always-spurious", "secondary-dead", "reads-zero")


@pytest.mark.parametrize("fault", [pytest.param(fault, marks=[pytest.mark.long] if i else [])
                                   for i, fault in enumerate(DEAD)])
def test_dead_gic_costs_seconds(fault):
    """All suites, on a GIC that does not answer: the sum of all waits is bounded, too."""
    run = run_board(f"fault-dead-{fault}", "--fault", fault)
    check_named(fault, run)
    # 20 s on a loaded machine; without a bound of the sum it was 104 s there.
    assert float(re.search(r"^  (\S+) s of the board's time in the suites", run.out, re.M)[1]) < 60, run


def test_documentation_has_every_case_and_fault():
    p = with_faults(bsp.gic_faults(), "case-table", "--check")
    assert p.returncode == 0, p.stderr
    p = with_faults(bsp.gic_faults() | {"unheard-of": {"case": "gicd_iidr_is_known", "words": "x"}},
                    "case-table", "--check")
    assert p.returncode == 1 and "run scripts/case-table" in p.stderr, p


@pytest.mark.parametrize("device, rows", ((device, rows()) for device, _, rows in bsp.FAULTY))
def test_table_names_what_qemu_knows(device, rows):
    """configs/*faults and the emulator have the same names."""
    p = subprocess.run([str(bsp.QEMU), "-M", "hummingbird-a31", "-display", "none",
                        "-global", f"{device}.x-fault=help"],
                       capture_output=True, text=True, timeout=30)
    assert p.returncode != 0
    listed = re.search(r"^Faults: (.*)$", p.stderr, re.M).group(1).split()
    assert listed == list(rows)
