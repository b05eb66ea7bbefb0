# SPDX-License-Identifier: GPL-2.0
"""The self-test as a module for a kernel that is installed already, as the kernel's documentation has it."""

import os
import re
import shutil
import subprocess

import bsp
import pytest

from conftest import LOGS, TOP
from machine import Machine, append_to_initrd, empty_root

DOCUMENT = TOP / "Documentation/arch/arm/gic-kunit.rst"


def build_module(tree):
    """What the document says to type in TREE; the kernel's build folder is ours, and so is its compiler."""
    (command,) = re.findall(r"^ +(make -C .* gic_kunit\.ko)$", DOCUMENT.read_text(), re.M)
    cross = os.environ.get("CROSS_COMPILE", "arm-linux-gnueabihf-")
    command = command.replace("/lib/modules/$(uname -r)/build", str(bsp.BUILD / "obj/lts")).replace("$PWD", str(tree))
    p = subprocess.run([*command.split(), "ARCH=arm", f"CROSS_COMPILE={cross}"], text=True, timeout=900,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert p.returncode == 0 and "warning:" not in p.stdout, p.stdout
    return tree / "drivers/irqchip/tests/gic_kunit.ko"


@pytest.fixture(scope="module")
def module():
    tree = bsp.BUILD / "tmp" / "module-tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(bsp.BUILD / "src/lts/drivers/irqchip", tree / "drivers/irqchip")
    return build_module(tree)


def test_it_runs_when_it_is_loaded(module):
    root = empty_root("module")
    shutil.copy(module, root)
    with Machine(LOGS / "module.log", initrd=append_to_initrd("module", root)) as board:
        board.expect(r"a31:\S*# ")
        built_in = re.findall(r"gic_kunit: (\d+ passed, 0 failed, \d+ skipped) so far", board.text)
        assert built_in, "the kernel has it built in as well"
        board.run("insmod /gic_kunit.ko")
        loaded = re.findall(r"gic_kunit: (\d+ passed, \d+ failed, \d+ skipped) so far", board.run("dmesg"))
        assert len(loaded) > len(built_in) and loaded[-1] == built_in[-1]
        suites = board.run("ls /sys/kernel/debug/kunit").split()
        assert "gic_sgi" in suites
        board.run("rmmod gic_kunit")
