# SPDX-License-Identifier: GPL-2.0
"""The house: help, tables, manifest, series."""

import fnmatch
import os
import re
import subprocess

import bsp
import pytest

from conftest import LOGS, TOP


def test_help_names_every_target_and_word():
    out = subprocess.run(["make", "--no-print-directory", "help"], cwd=TOP, text=True,
                         capture_output=True, timeout=30).stdout
    for word in ("run", "sdcard", "u-boot", "check", "check-all", "check-firmware", "check-debug", "series", "check-series",
                 "bench", "deps", "clean", "IMAGE=FILE", "PTY=1", "none:", "u-boot:", "u-boot-patched:",
                 *bsp.boards(), *bsp.KERNELS, *bsp.faults()):
        assert re.search(rf"(^|\s){re.escape(word)}(\s|$)", out, re.M), word


def test_manifest_names_versions_and_hashes():
    text = (bsp.BUILD / "manifest").read_text()
    for name in ("lts", "qemu", "meson", "busybox"):
        row = re.search(rf"^{name}\t(\S+)\t(\S+)\t(\S+)\t.*:[0-9a-f]{{64}}", text, re.M)
        assert row, f"{name} is not in the manifest:\n{text}"
    assert re.search(r"^lts\ttrixie\tlinux\t6\.12\.", text, re.M)


def test_readme_table_of_boards_is_the_table():
    readme = (TOP / "README.md").read_text()
    for name, row in bsp.boards().items():
        dtb = "-" if row["dtb"] == "-" else f"{row['dtb']}.dtb"
        uboot = "-" if row["uboot"] == "-" else f"{row['uboot']}_defconfig"
        assert f"| `{name}` | {row['soc']} | {row['model']} | {dtb} | {uboot} |\n" in readme


def test_links_lead_somewhere():
    """From the README and between the documents, headings included."""
    for page in (TOP / "README.md", *(TOP / "docs").glob("*.md")):
        for target, heading in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", page.read_text()):
            other = page.parent / target if target else page
            assert other.is_file(), f"{page}: {target}"
            headings = re.findall(r"^#+ (.*)$", other.read_text(), re.M)
            assert not heading or heading in [re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings], \
                f"{page}: #{heading}"


def check_series(*args, timeout):
    p = subprocess.run([str(TOP / "scripts" / "check-series"), *args], text=True, timeout=timeout,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert p.returncode == 0, p.stdout
    assert "FAIL" not in p.stdout
    return p.stdout


@pytest.mark.parametrize("arguments", [("--no-dt", "lts"), ("qemu",), *(
    pytest.param((tree,), marks=pytest.mark.long) for tree in ("lts", "mainline"))], ids=" ".join)
def test_series_passes_its_gates(arguments):
    out = check_series(*arguments, timeout=3600)
    assert "git am of the mails gives the same tree" in out
    assert "checkpatch --strict is clean" in out


@pytest.mark.long
@pytest.mark.parametrize("tree", ("lts", "mainline", "qemu"))
def test_each_commit_builds(tree):
    assert "builds on its own" in check_series("--each", tree, timeout=7200)


def test_unclaimed_file_fails_the_gate():
    stray = TOP / "drivers" / "irqchip" / "tests" / "stray.c"
    stray.write_text("/* nobody claims this */\n")
    try:
        p = subprocess.run([str(TOP / "scripts" / "check-series"), "qemu"], text=True, timeout=600,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    finally:
        stray.unlink()
    assert p.returncode == 1 and "drivers/irqchip/tests/stray.c(0)" in p.stdout


def test_objections_of_xen_are_to_cases_that_are_there():
    """A pattern that matches nothing is of a case that has another name now."""
    cases = [case for p in bsp.suite_sources() for case in re.findall(r"KUNIT_CASE\w*\((\w+)\)", p.read_text())]
    strings = re.findall(r'"([^"]*)"', (TOP / "drivers/irqchip/tests/gic_kunit_xen.c").read_text())
    patterns = re.findall(r"(?<!\S)[a-z0-9*]+_[a-z0-9_*]+(?!\S)", " ".join(strings))
    assert len(patterns) > 40
    assert not [p for p in patterns if not fnmatch.filter(cases, p)]


# The fuzz is test_fuzz.py's.
QTESTS = sorted({p.stem for p in (TOP / "qemu" / "tests" / "qtest").glob("*-test.c")} - {"allwinner-a31-fuzz-test"})


@pytest.mark.parametrize("name", QTESTS)
def test_qtest_of_the_new_devices(name):
    subprocess.run([str(TOP / "scripts" / "build-qemu"), "qemu-system-arm", f"tests/qtest/{name}"],
                   check=True, timeout=3600)
    p = subprocess.run([str(bsp.BUILD / "obj/qemu/tests/qtest" / name), "--tap"],
                       cwd=bsp.BUILD / "obj/qemu", text=True, capture_output=True, timeout=300,
                       env={**os.environ, "QTEST_QEMU_BINARY": str(bsp.QEMU)})
    assert p.returncode == 0, p.stdout + p.stderr
    assert re.search(r"^ok ", p.stdout, re.M) and "not ok" not in p.stdout


@pytest.mark.long
def test_qemus_own_qtests_pass():
    """All that QEMU has for ARM boards, on all of its ARM boards."""
    built = bsp.BUILD / "obj/qemu-all"
    subprocess.run([str(TOP / "scripts" / "build-qemu"), "--all"], check=True, timeout=3600)
    # configure leaves out all ROMs, as Debian's source lacks some. Nuvoton's boards and PCI cards do not start
    # without; nothing looks into the cards'.
    src, roms = bsp.BUILD / "src/qemu", built / "qemu-bundle/usr/local/share/qemu"
    roms.mkdir(parents=True, exist_ok=True)
    (roms / "npcm7xx_bootrom.bin").write_bytes((src / "pc-bios/npcm7xx_bootrom.bin").read_bytes())
    for device in (src / "hw").rglob("*.c"):
        for rom in re.findall(r'romfile = "(.+\.rom)"', device.read_text()):
            (roms / rom).write_bytes(bytes(512))
    log = LOGS / "qtest-arm.log"
    with log.open("w") as out:
        p = subprocess.run([str(built / "pyvenv/bin/meson"), "test", "-C", str(built), "--suite", "qtest-arm"],
                           stdout=out, stderr=subprocess.STDOUT, timeout=3600, env={
            **os.environ, "PYTHONPATH": str(bsp.BUILD / "src/meson/usr/lib/python3/dist-packages")})
    said = log.read_text()
    assert p.returncode == 0, f"{log}:\n{said[-4000:]}"
    ran = dict(re.findall(r"qtest-arm/(\S+)\s+(OK|SKIP)\b", said))
    assert ran["npcm_gmac-test"] == ran["qos-test"] == ran["allwinner-a31-test"] == "OK", ran


@pytest.mark.long
def test_functional_test_of_the_machines(tmp_path):
    """As QEMU runs it, with Debian's packages of today."""
    for name in ("debian", "busybox"):
        subprocess.run([str(TOP / "scripts" / "fetch"), name], check=True, timeout=1800)
        newest = max((bsp.CACHE / "downloads" / name).glob("*/*.deb"), key=lambda p: p.stat().st_mtime)
        (tmp_path / newest.name).symlink_to(newest)
    src = bsp.BUILD / "src" / "qemu"
    # Debian 12 has no pycotap, which only formats the result.
    run = ("import sys, types, unittest; sys.modules['pycotap'] = types.ModuleType('pycotap'); "
           "unittest.main('test_arm_a31')")
    p = subprocess.run(["/usr/bin/python3", "-c", run], text=True, capture_output=True, timeout=600, cwd=tmp_path, env={
        **os.environ, "PYTHONPATH": f"{src}/python:{src}/tests/functional", "QEMU_TEST_A31_DEBS": str(tmp_path),
        "QEMU_BUILD_ROOT": str(tmp_path), "QEMU_TEST_QEMU_BINARY": str(bsp.QEMU)})
    assert p.returncode == 0 and re.search(r"^Ran 2 tests.*\n\nOK$", p.stderr, re.M), p.stdout + p.stderr


@pytest.mark.long
def test_device_tree_gate_sees_a_bad_property():
    """A commit that adds a property no binding knows is refused."""
    src = bsp.BUILD / "src" / "lts"
    path = "arch/arm/boot/dts/allwinner/sun6i-a31-hummingbird.dts"

    def git(*args, stdin=None, **env):
        return subprocess.run(["git", *args], cwd=src, check=True, text=True, capture_output=True, timeout=300,
                              input=stdin, env={**os.environ, **env}).stdout.strip()

    index = {"GIT_INDEX_FILE": str(bsp.BUILD / "tmp" / "bad-dt.index")}
    (bsp.BUILD / "tmp").mkdir(exist_ok=True)
    bad = git("show", f"pristine:{path}") + '\n&uart0 {\n\tallwinner,no-such-property;\n};\n'
    blob = git("hash-object", "-w", "--stdin", stdin=bad)
    git("read-tree", "pristine", **index)
    git("update-index", "--cacheinfo", f"100644,{blob},{path}", **index)
    commit = git("commit-tree", "-p", "pristine", "-m", "bad property", git("write-tree", **index))
    p = subprocess.run([str(TOP / "scripts" / "dt-check"), "lts", "pristine", commit], text=True, timeout=1800,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert p.returncode == 1 and "no-such-property" in p.stdout, p.stdout
