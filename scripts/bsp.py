# SPDX-License-Identifier: GPL-2.0
"""Where things are, and the tables under configs/."""

import pathlib

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / "build"
QEMU = BUILD / "obj" / "qemu" / "qemu-system-arm"
KERNELS = ("lts", "mainline")
FIRMWARES = ("none", "u-boot")


def table(name, columns):
    """configs/NAME as {first column: {column: value}}; the last column takes the rest of the line."""
    rows = {}
    for line in (TOP / "configs" / name).read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            fields = line.split(None, len(columns) - 1)
            rows[fields[0]] = dict(zip(columns, fields))
    return rows


def boards():
    return table("boards", ("name", "soc", "machine", "dtb", "uboot", "model"))


def faults():
    return table("faults", ("name", "case", "words"))


def kunit_py(kernel):
    return BUILD / "src" / kernel / "tools" / "testing" / "kunit" / "kunit.py"


def short(path):
    """PATH as a person in the top folder would write it."""
    try:
        return str(pathlib.Path(path).absolute().relative_to(pathlib.Path.cwd()))
    except ValueError:
        return str(path)
