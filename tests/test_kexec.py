# SPDX-License-Identifier: GPL-2.0
"""Another kernel without a reset: kexec, and what a crash leaves for Debian's crash to read."""

import re
import subprocess

import bsp
import pytest
import verdict

from conftest import LOGS, TOP
from machine import PROMPT, Machine, initrd_with_debians
from test_cpus import model_said
from test_firmware import copy_from, make_card

BOARD = "hummingbird-a31"
FIRMWARE = ("none", "u-boot-patched")
TIMES, LONG = 2, 50
# Of a CPU that reads all the time; or, between two of them, in user space, of which crash has the address alone
IN_A_READ = r" vfs_read at |^ *START: \(null\) at [0-9a-f]+$"
MOUNT = "mount -t vfat /dev/mmcblk?p1 /mnt"
LOAD = "--initrd=/mnt/initramfs.cpio.gz"


def start(name, firmware, kernel="lts", append="", args=()):
    """The board with Debian's kexec and makedumpfile, and a card that has on it what kexec wants."""
    initrd = initrd_with_debians("kdump", "kexec", "makedumpfile")
    append = f"kunit.enable=0 {append}".strip()
    card = make_card(BOARD, name, "--kernel", kernel, "--initramfs", initrd, "--append", append,
                     *(["--firmware", firmware] if firmware != "none" else []))
    how = {"append": append, "initrd": initrd, "args": ["-drive", f"if=sd,format=raw,file={card}", *args]}
    if firmware != "none":
        how = {"card": card, "args": args}
    return card, Machine(LOGS / f"{name}.log", board=BOARD, kernel=kernel, **how)


def mode(log):
    """How the kernel was started, which the next one has to be too."""
    return re.search(r"CPU: All CPU\(s\) started in \w+ mode", log).group()


@pytest.mark.parametrize("firmware, times", [("none", TIMES), *(pytest.param(firmware, LONG, marks=pytest.mark.long)
                                                               for firmware in FIRMWARE)])
def test_kexec_into_the_same_kernel(firmware, times, patched_u_boot):
    _, machine = start(f"kexec-{firmware}-{times}", firmware, args=["-snapshot"])
    with machine:
        machine.expect(PROMPT)
        first = mode(machine.run("dmesg"))
        for n in range(times):
            machine.run(MOUNT)
            machine.run(f"kexec -l /mnt/zImage {LOAD} --command-line=\"$(sed 's/ kexec=.*//' /proc/cmdline) kexec={n}\"")
            machine.run("umount /mnt")
            begin = len(machine.text)
            machine.console.sendall(b"kexec -e\n")
            machine.expect(PROMPT, machine.expect("^a31-init: ", begin).end())
            assert machine.run("cat /proc/cmdline").endswith(f" kexec={n}")
            assert machine.run("cat /sys/devices/system/cpu/online") == "0-3"
            log = machine.run("dmesg")
            assert mode(log) == first and not verdict.TROUBLE.search(log), log
    assert not model_said(machine.log)


@pytest.mark.long
def test_linux_as_it_is_loads_no_kernel_without_psci():
    """It cannot be on one CPU alone: none goes off."""
    kernel = "lts-pristine"
    subprocess.run([str(TOP / "scripts" / "build-linux"), kernel], check=True, timeout=3600)
    _, machine = start("kexec-pristine", "none", kernel, args=["-snapshot"])
    with machine:
        machine.expect(PROMPT)
        assert machine.run("ls /sys/devices/system/cpu/cpu1/online 2>&1; true").endswith("No such file or directory")
        machine.run(MOUNT)
        assert "Invalid argument" in machine.run(f"kexec -l /mnt/zImage {LOAD} --command-line=x 2>&1; true")
        assert machine.run("cat /sys/kernel/kexec_loaded") == "0"


def crash(vmcore, *commands):
    """What Debian's crash says of VMCORE, run by QEMU: it is a program for ARM as the kernel is."""
    folder = bsp.BUILD / "src/kdump"
    p = subprocess.run(["qemu-arm", "-L", folder, folder / "usr/bin/crash", "-s",
                        bsp.BUILD / "obj/lts-kdump/vmlinux", vmcore],
                       input="".join(f"{c}\n" for c in (*commands, "quit")), text=True, timeout=600,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert p.returncode == 0, p.stdout
    return p.stdout


@pytest.fixture(scope="module")
def kernel_with_debug_information():
    subprocess.run([str(TOP / "scripts" / "build-linux"), "lts-kdump"], check=True, timeout=3600)
    return "lts-kdump"


@pytest.mark.long
@pytest.mark.parametrize("firmware", FIRMWARE)
@pytest.mark.parametrize("cpu", (0, 2))
def test_crash_leaves_the_stacks_of_all_cpus(firmware, cpu, kernel_with_debug_information, patched_u_boot,
                                             tmp_path):
    card, machine = start(f"kdump-{firmware}-{cpu}", firmware, kernel_with_debug_information, "crashkernel=128M")
    with machine:
        machine.expect(PROMPT)
        machine.run(MOUNT)
        machine.run(f"kexec -p /mnt/zImage {LOAD} "
                    "--command-line=\"$(sed 's/crashkernel=[^ ]*//' /proc/cmdline) maxcpus=1 reset_devices\"")
        machine.run("umount /mnt")
        assert machine.run("cat /sys/kernel/kexec_crash_loaded") == "1"
        # Something to be found on each of the others, in the kernel
        for other in {0, 1, 2, 3} - {cpu}:
            machine.run(f"(taskset {1 << other:x} dd if=/dev/zero of=/dev/null bs=64M &)")
        # They have begun by then.
        machine.run("sleep 2")
        begin = len(machine.text)
        machine.console.sendall(f"taskset {1 << cpu:x} sh -c 'echo c >/proc/sysrq-trigger'\n".encode())
        begin = machine.expect("Loading crashdump kernel", begin).end()
        begin = machine.expect(rf"Booting Linux on physical CPU 0x{cpu}\b", begin).end()
        machine.expect(PROMPT, machine.expect("^a31-init: ", begin).end())
        machine.run(MOUNT)
        machine.run("makedumpfile -c -d 31 /proc/vmcore /mnt/vmcore")
        machine.run("umount /mnt")
        machine.console.sendall(b"reboot -f\n")
        assert machine.wait() == 0
    vmcore = tmp_path / "vmcore"
    copy_from(card, "vmcore", vmcore)
    said = crash(vmcore, "sys", "bt -a -t")
    assert re.search(r"PANIC: .*sysrq triggered crash", said) and re.search(r"CPUS: 4 ", said), said
    # By what is found on them: crash's unwinder does not begin in the first instructions of a function.
    stacks = re.findall(r"^PID: \d+ +TASK: \w+ +CPU: (\d) +COMMAND: \"(.*)\"\n((?:(?!PID).*\n)*)", said, re.M)
    assert [(int(number), command) for number, command, _ in stacks] == [
        (n, "sh" if n == cpu else "dd") for n in range(4)], said
    for number, _, stack in stacks:
        assert re.search(r" panic at " if int(number) == cpu else IN_A_READ, stack, re.M), said
