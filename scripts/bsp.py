# SPDX-License-Identifier: GPL-2.0
"""Where things are, and the tables under configs/."""

import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / "build"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "sun6i-bsp"
QEMU = BUILD / "obj" / "qemu" / "qemu-system-arm"
KERNELS = ("lts", "mainline")
FIRMWARES = ("none", "u-boot", "u-boot-patched")
# The suite that fails on a board which was not started for Xen, and its file
READINESS, READINESS_MODULE = "xen_readiness", "xen_readiness_kunit"


def script(name, *args, out=None):
    """Run another one of scripts/, what it says going to OUT. Where it fails it has said why, and we end with it."""
    status = subprocess.run([str(TOP / "scripts" / name), *args], stdout=out).returncode
    if status:
        sys.exit(status)


def table(name, columns):
    """configs/NAME as {first column: {column: value}}; the last column takes the rest of the line."""
    rows = {}
    for line in (TOP / "configs" / name).read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            fields = line.split(None, len(columns) - 1)
            rows[fields[0]] = dict(zip(columns, fields))
    return rows


def boards():
    return table("boards", ("name", "soc", "machine", "dtb", "uboot", "console", "model"))


# The emulator's line has no cable: the most that 24 MHz gives, so that the time a boot
# takes is that of the kernel and not that of its messages.
FAST_BAUD = 1500000


def console_arguments(board, baud=115200):
    """What the kernel of BOARD needs on its command line to be heard."""
    if boards()[board]["console"] != "-":
        return f"console=ttyS0,{baud} earlycon"
    # Only the early console can use a UART that the device tree leaves disabled. It must
    # outlive a console that never comes, and its clock has no other user.
    return f"console=ttyS0,{baud} earlycon=uart8250,mmio32,0x1c28000,{baud}n8,24000000 keep_bootcon clk_ignore_unused"


def left_out(board, slow, firmware):
    """Kernel parameters that leave out cases nobody asked for; they show as skipped, so that they can be counted.

    SLOW ones may be asked for. A board without firmware has no HYP mode, and one without a port no console for Xen.
    """
    for_xen = firmware != "none" and boards()[board]["console"] != "-"
    filters = [*([] if slow else ["speed>slow"]), *([] if for_xen else [f"module!={READINESS_MODULE}"])]
    return f"kunit.filter={','.join(filters)} kunit.filter_action=skip" if filters else ""


def core_boards():
    """The first board of each SoC: what `make check` boots."""
    first = {}
    for name, row in boards().items():
        first.setdefault(row["soc"], name)
    return list(first.values())


def suite_sources():
    """The self-test's C files."""
    return [path for folder in ("arch", "drivers") for path in (TOP / folder).rglob("tests/*_kunit.c")]


def gic_faults():
    return table("faults", ("name", "case", "words"))


def uart_faults():
    return table("uart-faults", ("name", "case", "words"))


def cpu_faults():
    return table("cpu-faults", ("name", "case", "words"))


# What is broken, in QEMU's words and in a person's, and its table
FAULTY = (("arm_gic", "GIC", gic_faults), ("dw-apb-uart", "UART", uart_faults),
          ("allwinner-a31-cpucfg", "CPUs' power", cpu_faults))


def faults():
    """All of them; a name is of one device."""
    return {name: row for _, _, rows in FAULTY for name, row in rows().items()}


def fault_device(name):
    """(QEMU's word for it, a person's)"""
    return next((device, words) for device, words, rows in FAULTY if name in rows())


def fault_option(name):
    """QEMU's property that asks for it."""
    return f"{fault_device(name)[0]}.x-fault={name}"


def suite_faults():
    """Those that a case of the suites catches."""
    return {name: row for name, row in faults().items() if not row["case"].startswith("early")}


def early_faults():
    """Those that the early check catches."""
    return {name: row for name, row in faults().items() if row["case"].startswith("early")}


def deviations():
    """One dictionary a row: a case may differ from version to version."""
    columns = ("case", "qemu", "when", "words")
    return [dict(zip(columns, line.split(None, 3))) for line in (TOP / "configs" / "deviations").read_text().splitlines()
            if line.strip() and not line.startswith("#")]


def kunit_py(kernel):
    return BUILD / "src" / kernel / "tools" / "testing" / "kunit" / "kunit.py"


def short(path):
    """PATH as a person in the top folder would write it."""
    try:
        return str(pathlib.Path(path).absolute().relative_to(pathlib.Path.cwd()))
    except ValueError:
        return str(path)
