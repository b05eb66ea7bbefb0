# SPDX-License-Identifier: GPL-2.0
"""Malformed device trees: the self-test says what is wrong, and never takes the kernel with it.

What Linux does with the same tree and without the self-test is the measure: it may not
get less far, nor complain of more. BAD_DT_SEED=N makes the trees of another run.
"""

import os
import re
import signal
import subprocess
import time

import bad_dt
import bsp
import pytest
import verdict

from conftest import LOGS, TOP, Run, run_board
from test_boot import strange_accesses

DTB = bsp.BUILD / "out" / "lts" / "sun6i-a31-hummingbird.dtb"
SEED = int(os.environ.get("BAD_DT_SEED", "2013"))
# Longer than any pause in the log of a kernel that goes on
SILENCE = 6
BOUND = 90


def bare(line):
    """A line of the log without what differs from run to run."""
    line = re.sub(r"^\[ *\d+\.\d+\] ?", "", line)
    return re.sub(r"0x[0-9a-f]+|\b[0-9a-f]{8}\b|\d+", "N", line)


def until(name, dtb, over, *append):
    """Boot DTB until OVER(seconds of silence, run) or the end."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    log.unlink(missing_ok=True)
    proc = subprocess.Popen([str(TOP / "scripts" / "run"), "--log", str(log), "--dtb", str(dtb),
                             "--timeout", str(BOUND), "--append", " ".join(append)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    size, since = 0, time.monotonic()
    while proc.poll() is None:
        time.sleep(0.5)
        now = log.stat().st_size if log.exists() else 0
        if now != size:
            size, since = now, time.monotonic()
        if size and over(time.monotonic() - since, Run(proc, log)):
            proc.send_signal(signal.SIGTERM)
            break
    proc.communicate(timeout=30)
    return Run(proc, log)


def reference(name, dtb):
    """The same without the self-test, to its end or its last words."""
    return until(f"bad-dt-{name}-reference", dtb, lambda silent, _: silent > SILENCE, "kunit.enable=0")


def reached_end(run):
    return "a31-init: reached the end" in run.serial


def check_no_more_trouble(name, dtb, run):
    """WARN, oops and the like: at no place where there is none without the self-test."""
    def trouble(of):
        return {bare(line) for line in of.serial.splitlines() if verdict.TROUBLE.search(line)}
    if trouble(run):
        assert trouble(run) <= trouble(reference(name, dtb)), run


def check_boots(name, dtb, tree):
    run = run_board(f"bad-dt-{name}", "--dtb", dtb)
    assert reached_end(run), run
    check_no_more_trouble(name, dtb, run)
    strange = [line for line in strange_accesses(run.qemu) if not re.match(tree.touches, line)]
    assert not strange, run
    if tree.words:
        assert re.search(tree.words, run.serial, re.M), f"/{tree.words}/ is not in {run.log}\n{run}"
    else:
        assert run.passed(), run


def check_stops(name, dtb):
    """The kernel itself stops: it gets as far with the self-test, and its last words are the same."""
    ref = reference(name, dtb)
    assert ref.serial and not reached_end(ref), ref
    words = [bare(line) for line in ref.serial.splitlines() if line.strip()][-1]
    run = until(f"bad-dt-{name}", dtb, lambda _, now: words in map(bare, now.serial.splitlines()))
    assert words in map(bare, run.serial.splitlines()), f"never said '{words}'\n{run}"


def check_either(name, dtb):
    """As far as the kernel goes by itself."""
    run = until(f"bad-dt-{name}", dtb, lambda silent, _: silent > 3 * SILENCE)
    if reached_end(run):
        check_no_more_trouble(name, dtb, run)
    else:
        check_stops(name, dtb)


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if tree.core else [pytest.mark.long])
                                  for name, tree in bad_dt.TREES.items()])
def test_bad_device_tree(name):
    print(f"BAD_DT_SEED={SEED}")
    tree = bad_dt.TREES[name]
    dtb = bsp.BUILD / "tmp" / f"bad-dt-{name}.dtb"
    dtb.parent.mkdir(parents=True, exist_ok=True)
    dtb.write_bytes(bad_dt.make(name, DTB.read_bytes(), SEED))
    if tree.boots is None:
        check_either(name, dtb)
    elif tree.boots:
        check_boots(name, dtb, tree)
    else:
        check_stops(name, dtb)


def test_same_seed_makes_the_same_trees():
    blob = DTB.read_bytes()
    assert len(bad_dt.TREES) == 50
    trees = {seed: [bad_dt.make(name, blob, seed) for name in bad_dt.TREES] for seed in (SEED, SEED + 1)}
    assert trees[SEED] == [bad_dt.make(name, blob, SEED) for name in bad_dt.TREES]
    assert trees[SEED] != trees[SEED + 1]
    # Every tree differs from the board's own, and from the others.
    assert len({blob, *trees[SEED]}) == 51


def spare_lines(run):
    return int(re.search(r"(\d+) spare SPIs", run.serial)[1])


def test_lines_of_a_gicv2m_frame_are_not_spare(healthy):
    """It writes them itself, without a node that names them. Its numbers may be anything."""
    dt = bad_dt.Dt(DTB.read_bytes())
    dt.add(bad_dt.GIC, "v2m@0", {"compatible": "arm,gic-v2m-frame", "arm,msi-base-spi": [1016],
                                 "arm,msi-num-spis": [0xffffffff]})
    dt.add(bad_dt.GIC, "v2m@1", {"compatible": "arm,gic-v2m-frame", "arm,msi-base-spi": [0],
                                 "arm,msi-num-spis": [1020]})
    dtb = bsp.BUILD / "tmp" / "v2m.dtb"
    dtb.parent.mkdir(parents=True, exist_ok=True)
    dtb.write_bytes(dt.blob())
    run = run_board("v2m", "--dtb", dtb, "--append", "kunit.filter_glob=gic_distributor")
    assert spare_lines(healthy("hummingbird-a31")) > 0 and spare_lines(run) == 0, run
    assert reached_end(run), run
