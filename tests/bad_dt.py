# SPDX-License-Identifier: GPL-2.0
"""Fifty malformed device trees of one board, made from a seed.

Each is the Hummingbird's own tree with one thing wrong. What is wrong stands in TREES;
which node, address or number of several that would do is drawn from the seed.
"""

import random
import struct
from typing import Callable, NamedTuple

import libfdt

GIC = "/soc/interrupt-controller@1c81000"
# In the order of "reg"
GICD, GICC, GICH, GICV = range(4)
RANGES = ((0x1c81000, 0x1000), (0x1c82000, 0x2000), (0x1c84000, 0x2000), (0x1c86000, 0x2000))

RAM = (0x48000000, 0x50000000, 0x60000000)
# Of drivers that are always there: pin controller, timer, network
DEVICES = (0x1c20800, 0x1c20c00, 0x1c30000)
# Nothing is there: the CPU gets an external abort.
HOLES = (0x0c000000, 0x02800000, 0x18000000)
# The userspace of a run does without their drivers.
NODES = ("/soc/spi@1c68000", "/soc/i2c@1c2ac00", "/soc/i2c@1c2b400", "/soc/codec@1c22c00",
         "/soc/dma-controller@1c02000", "/soc/mmc@1c11000")
# Of the lines, INTID 32 to 159
SPIS = range(128)


class Dt:
    """A flattened tree, by paths and cells."""

    def __init__(self, blob, room=65536):
        self.fdt = libfdt.Fdt(blob)
        self.fdt.resize(len(blob) + room)

    def get(self, path, name):
        return bytes(self.fdt.getprop(self.fdt.path_offset(path), name))

    def cells(self, path, name):
        value = self.get(path, name)
        return struct.unpack(f">{len(value) // 4}I", value)

    def set(self, path, name, value):
        """VALUE is bytes, a string, or cells."""
        if isinstance(value, str):
            value = value.encode() + b"\0"
        elif not isinstance(value, bytes):
            value = struct.pack(f">{len(value)}I", *value)
        self.fdt.setprop(self.fdt.path_offset(path), name, value)

    def drop(self, path, name):
        self.fdt.delprop(self.fdt.path_offset(path), name)

    def remove(self, path):
        self.fdt.del_node(self.fdt.path_offset(path))

    def add(self, parent, name, props):
        """A new node, before its siblings."""
        self.fdt.add_subnode(self.fdt.path_offset(parent), name)
        for prop, value in props.items():
            self.set(f"{parent.rstrip('/')}/{name}", prop, value)

    def blob(self):
        self.fdt.pack()
        return bytes(self.fdt.as_bytearray())


# ---- what is wrong: functions that make a function of a tree and a generator ----


def prop(path, name, value):
    """VALUE may be a function of the generator."""
    return lambda dt, rng: dt.set(path, name, value(rng) if callable(value) else value)


def ranges(*change):
    """(which range, address or several to draw from or None, size or None)"""
    def edit(dt, rng):
        reg = [list(r) for r in RANGES]
        for index, base, size in change:
            if base is not None:
                reg[index][0] = rng.choice(base) if isinstance(base, tuple) else base
            if size is not None:
                reg[index][1] = size
        dt.set(GIC, "reg", [cell for r in reg for cell in r])
    return edit


def reg_cells(nr):
    return lambda dt, rng: dt.set(GIC, "reg", dt.cells(GIC, "reg")[:nr])


def named(spis):
    """A node that names lines; SPIS is a function of the generator."""
    return lambda dt, rng: dt.add("/", "lines", {
        "compatible": "test,lines", "interrupts": [cell for spi in spis(rng) for cell in (0, spi, 4)]})


def of_nodes(cells):
    """The interrupts of nodes; CELLS is a function of the generator and the old ones."""
    def edit(dt, rng):
        for node in NODES:
            dt.set(node, "interrupts", cells(rng, dt.cells(node, "interrupts")))
    return edit


def bridge(cells):
    """A node that passes interrupts on; CELLS is a function of the generator and the GIC's phandle."""
    return lambda dt, rng: dt.add("/", "bridge", {
        "#interrupt-cells": [1], "#address-cells": [0],
        "interrupt-map": cells(rng, dt.cells(GIC, "phandle")[0])})


def cpus(*regs):
    """More nodes of CPUs."""
    def edit(dt, rng):
        for nr, reg in enumerate(regs):
            dt.add("/cpus", f"cpu@{nr + 4}", {"device_type": "cpu", "compatible": "arm,cortex-a7", "reg": [reg]})
    return edit


def removed(*paths):
    def edit(dt, rng):
        for path in paths:
            dt.remove(path)
    return edit


def decoy(dt, rng):
    """Another GIC, first in the tree, that no driver takes."""
    dt.add("/", "interrupt-controller@1", {
        "compatible": "arm,gic-400", "status": "disabled", "interrupt-controller": b"",
        "#interrupt-cells": [3], "reg": [1, 0x1000]})


def parents_in_a_circle(dt, rng):
    """Each is the other's interrupt parent, and neither a controller."""
    ring = (0x7001, 0x7002)
    for nr in (0, 1):
        dt.add("/", f"ring{nr}", {"phandle": [ring[nr]], "interrupt-parent": [ring[1 - nr]], "interrupts": [0, 3, 4]})


def maps_in_a_circle(dt, rng):
    """Each passes the interrupt on to the other."""
    ring = (0x7001, 0x7002)
    for nr in (0, 1):
        dt.add("/", f"ring{nr}", {"phandle": [ring[nr]], "#interrupt-cells": [1], "#address-cells": [0],
                                  "interrupt-map": [1, ring[1 - nr], 1]})
    dt.add("/", "rider", {"interrupt-parent": [ring[0]], "interrupts": [1]})


def mutation(dt, rng):
    """A property of the GIC's node, cut, lengthened, gone, or with a bit inverted."""
    name = rng.choice(("reg", "interrupts", "#interrupt-cells", "compatible", "phandle"))
    value = bytearray(dt.get(GIC, name))
    how = rng.choice(("cut", "more", "gone", "bit", "bit"))
    if how == "gone":
        dt.drop(GIC, name)
        return
    if how == "cut":
        value = value[:rng.randrange(len(value))]
    elif how == "more":
        value += rng.randbytes(rng.randrange(1, 40))
    else:
        value[rng.randrange(len(value))] ^= 1 << rng.randrange(8)
    dt.set(GIC, name, bytes(value))


class Tree(NamedTuple):
    """What is wrong, and what comes of it."""
    edit: Callable
    # Whether Linux reaches userspace with it when there is no self-test; None: who knows
    boots: bool
    # What the log says of it; "" if the self-test has no business with it, and passes
    words: str = ""
    # Boots in `make check`
    core: bool = False
    # What Linux touches because of it although it is not there
    touches: str = r"(?!)"


def stops(edit, core=False):
    return Tree(edit, False, core=core)


def boots(edit, words="", **more):
    return Tree(edit, True, words, **more)


TREES = {
    # No GIC: the timers have no interrupt.
    "gic-gone": stops(removed(GIC)),
    "gic-incompatible": stops(prop(GIC, "compatible", lambda rng: rng.choice(
        ("arm,gic-v3", "allwinner,sun4i-a10-ic", "arm,gic-401", "")))),
    "gic-disabled": stops(prop(GIC, "status", "disabled"), core=True),
    "gic-decoy": boots(decoy),
    "gicd-in-ram": stops(ranges((GICD, RAM, None))),
    "gicd-in-device": stops(ranges((GICD, DEVICES, None))),
    "gicd-in-hole": stops(ranges((GICD, HOLES, None))),
    "gicd-empty": stops(ranges((GICD, None, 0))),
    "gicd-absurd": stops(ranges((GICD, None, 0xf0000000))),
    "gicd-short": boots(ranges((GICD, None, 0x100)), r"reg\[0\], the distributor, is 0x00000100 bytes long"),
    "gicd-over-gicc": boots(ranges((GICD, None, 0x3000)), r"reg\[0\] overlaps reg\[1\]"),
    "gicc-in-ram": stops(ranges((GICC, RAM, None))),
    "gicc-in-device": stops(ranges((GICC, DEVICES, None))),
    "gicc-in-hole": stops(ranges((GICC, HOLES, None))),
    "gicc-empty": stops(ranges((GICC, None, 0))),
    "gicc-is-gicd": stops(ranges((GICC, RANGES[GICD][0], None))),
    "gicc-short": boots(ranges((GICC, None, 0x1000)), r"reg\[1\], the CPU interface, is 0x00001000 bytes long"),
    "reg-one-range": stops(reg_cells(2)),
    "reg-cut": boots(reg_cells(7), r"SKIP .*reg\[3\], GICV, is missing"),
    "gich-missing": boots(reg_cells(4), r"SKIP .*reg\[2\], GICH, is missing"),
    "gich-in-ram": boots(ranges((GICH, RAM, None)), r"SKIP .*reg\[2\], GICH, lies in memory", core=True),
    "gich-in-device": boots(ranges((GICH, DEVICES, None)), r"SKIP .*reg\[2\], GICH, lies in memory or in"),
    "gich-in-hole": boots(ranges((GICH, HOLES, None)), r"SKIP .*reg\[2\], GIC., is not where a GIC has it"),
    "gich-absurd": boots(ranges((GICH, None, 0xf0000000)), r"SKIP .*reg\[2\]"),
    "gich-short": boots(ranges((GICH, None, 0x80)), r"SKIP .*reg\[2\], GICH, is too short"),
    "gich-is-gicc": boots(ranges((GICH, RANGES[GICC][0], None)), r"SKIP .*reg\[2\], GICH, overlaps"),
    "gicv-in-hole": boots(ranges((GICV, HOLES, None)), r"SKIP .*reg\[3\], GIC., is not where a GIC has it"),
    "gich-gicv-swapped": boots(ranges((GICH, RANGES[GICV][0], None), (GICV, RANGES[GICH][0], None)),
                               r"SKIP .*reg\[[23]\], GIC., does not answer"),
    "maintenance-missing": boots(lambda dt, rng: dt.drop(GIC, "interrupts"), r"SKIP .*no maintenance interrupt"),
    "maintenance-spi": boots(prop(GIC, "interrupts", [0, 9, 4]), r"the maintenance interrupt is no PPI"),
    "cells-2": stops(prop(GIC, "#interrupt-cells", [2])),
    "cells-absurd": stops(prop(GIC, "#interrupt-cells", lambda rng: [rng.randrange(5, 1 << 32)])),
    "nodes-cut": boots(of_nodes(lambda rng, old: old[:rng.randrange(3)])),
    "nodes-wild": boots(of_nodes(lambda rng, old: (rng.randrange(2, 1 << 32), rng.randrange(1 << 32), 4)),
                        core=True),
    "parent-nowhere": boots(lambda dt, rng: dt.set(rng.choice(NODES), "interrupt-parent", [0x4000])),
    "parent-circle": boots(parents_in_a_circle),
    "spare-none": boots(named(lambda rng: SPIS), r"leave 0 SPIs spare"),
    "spare-one": boots(named(lambda rng: rng.sample(SPIS, 127)), r"spare", core=True),
    "spare-twice": boots(named(lambda rng: rng.choices(SPIS, k=512)), r"spare"),
    "line-beyond": boots(named(lambda rng: [rng.randrange(128, 988)]), r"/lines: an interrupt is SPI \d+, GICD_TYPER",
                         core=True),
    "line-wraps": boots(named(lambda rng: [0xffffffff - rng.randrange(32)]),
                        r"/lines: an interrupt is SPI 42949672\d\d, GICD_TYPER"),
    "cpu-twice": boots(cpus(3), r"the device tree has 5 cpu nodes"),
    # platsmp.c takes any CPU's number for a register's.
    "cpu-beyond": boots(cpus(9, 0x100), r"the device tree has 6 cpu nodes",
                        touches=r"allwinner-a31-(cpucfg|prcm): (no register at offset 0x1|reset of the CPU)"),
    "cpu-32": boots(cpus(*range(4, 32)), r"the device tree has 32 cpu nodes", core=True),
    "cpu-none": boots(removed(*(f"/cpus/cpu@{n}" for n in range(4))), r"the device tree has 0 cpu nodes"),
    "cpu-method": boots(prop("/cpus", "enable-method", "test,spell"), r"SKIP 1 CPUs are online"),
    "map-garbage": boots(bridge(lambda rng, handle: [rng.randrange(1 << 32) for _ in range(rng.randrange(3, 30))]
                                + [handle, 0]), core=True),
    "map-cut": boots(bridge(lambda rng, handle: struct.pack(">3I", 1, handle, 0) + rng.randbytes(3))),
    "map-circle": boots(maps_in_a_circle),
    "mutation": Tree(mutation, None, core=True),
}


def make(name, blob, seed):
    """Tree NAME out of BLOB. The same seed makes the same tree, whatever else is made."""
    dt = Dt(blob)
    TREES[name].edit(dt, random.Random(f"{seed} {name}"))
    return dt.blob()
