# SPDX-License-Identifier: GPL-2.0
"""The self-tests as modules for a kernel that is installed already, as the kernel's documentation has it."""

import os
import re
import shutil
import subprocess
from typing import NamedTuple

import bsp
import pytest

from conftest import LOGS, TOP
from machine import Machine, append_to_initrd, empty_root


class Module(NamedTuple):
    """Where it is documented and built, the sum that it prints, and one of its suites."""
    document: str
    folder: str
    verdict: str
    suite: str


MODULES = {
    "gic_kunit": Module("arch/arm/gic-kunit.rst", "drivers/irqchip",
                        r"gic_kunit: (\d+ passed, \d+ failed, \d+ skipped) so far", "gic_sgi"),
    "dw8250_kunit": Module("driver-api/serial/dw8250-kunit.rst", "drivers/tty/serial/8250",
                           r"# (dw8250: pass:\d+ fail:\d+ skip:\d+ total:\d+)", "dw8250"),
}


def build_module(name, tree):
    """What the document says to type in TREE; the kernel's build folder is ours, and so is its compiler."""
    text = (TOP / "Documentation" / MODULES[name].document).read_text()
    (command,) = re.findall(rf"^ +(make -C .* {name}\.ko)$", text, re.M)
    cross = os.environ.get("CROSS_COMPILE", "arm-linux-gnueabihf-")
    command = command.replace("/lib/modules/$(uname -r)/build", str(bsp.BUILD / "obj/lts")).replace("$PWD", str(tree))
    p = subprocess.run([*command.split(), "ARCH=arm", f"CROSS_COMPILE={cross}"], text=True, timeout=900,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert p.returncode == 0 and "warning:" not in p.stdout, p.stdout
    return tree / MODULES[name].folder / "tests" / f"{name}.ko"


@pytest.mark.parametrize("name", MODULES)
def test_it_runs_when_it_is_loaded(name):
    module = MODULES[name]
    tree = bsp.BUILD / "tmp" / "module-tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(bsp.BUILD / "src/lts" / module.folder, tree / module.folder)
    root = empty_root("module")
    shutil.copy(build_module(name, tree), root)
    with Machine(LOGS / f"module-{name}.log", initrd=append_to_initrd("module", root)) as board:
        board.expect(r"a31:\S*# ")
        built_in = re.findall(module.verdict, board.text)
        assert built_in and re.search(r"\b0 failed|fail:0\b", built_in[-1]), "the kernel has it built in as well"
        board.run(f"insmod /{name}.ko")
        loaded = re.findall(module.verdict, board.run("dmesg"))
        assert len(loaded) > len(built_in) and loaded[-1] == built_in[-1]
        assert module.suite in board.run("ls /sys/kernel/debug/kunit").split()
        board.run(f"rmmod {name}")
