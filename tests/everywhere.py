# SPDX-License-Identifier: GPL-2.0
"""The self-test on machines other than ours: who they are, one boot, and its results case by case."""

import dataclasses
import re
import subprocess
import time

import bsp
import verdict

OUT = bsp.BUILD / "out"
LOGS = bsp.BUILD / "logs" / "tests"
SECURITY = "GICD_TYPER.SecurityExtn is 0"
CASE = re.compile(r"^    (?P<state>ok|not ok) \d+ (?P<name>\w+)(?: # SKIP (?P<reason>.*))?$")
# KUnit says nothing of a case between its messages and its result.
MESSAGE = re.compile(r"^    # (?P<name>\w+): (?:EXPECTATION|ASSERTION) FAILED")


@dataclasses.dataclass
class Machine:
    """How to start it: the emulator's options, and what the kernel needs to hear."""

    emulator: str
    options: list
    kernel: str = "lts"
    append: str = "console=ttyAMA0"

    @property
    def image(self):
        return OUT / self.kernel / ("Image" if self.kernel == "arm64" else "zImage")


def virt(cpus, el2, emulator="qemu-system-arm"):
    cpu, kernel = ("cortex-a57", "arm64") if "aarch64" in str(emulator) else ("cortex-a15", "lts")
    return Machine(emulator, ["-M", f"virt,gic-version=2,virtualization={'on' if el2 else 'off'}",
                              "-cpu", cpu, "-smp", str(cpus), "-m", "256", "-nic", "none"], kernel)


def orangepi(cpus, emulator="qemu-system-arm"):
    """It always has four; Linux starts CPUS of them."""
    return Machine(emulator, ["-M", "orangepi-pc", "-nic", "none",
                              "-dtb", str(OUT / "lts" / "sun8i-h3-orangepi-pc.dtb")],
                   append=f"console=ttyS0,115200 maxcpus={cpus}")


def raspi4b(cpus, emulator):
    return Machine(emulator, ["-M", "raspi4b", "-dtb", str(OUT / "arm64" / "bcm2711-rpi-4-b.dtb")],
                   "arm64", f"console=ttyAMA0 earlycon=pl011,mmio32,0xfe201000 maxcpus={cpus}")


def version(emulator):
    """The first two numbers of an emulator's version."""
    said = subprocess.run([str(emulator), "--version"], check=True, text=True, capture_output=True, timeout=30).stdout
    return re.search(r"version (\d+\.\d+)", said)[1]


class Results:
    """What a boot left on the console."""

    def __init__(self, log):
        self.log = log
        lines = [line for _, line in verdict.lines_of(log)]
        self.text = "\n".join(lines)
        self.states, self.reasons, self.messages = {}, {}, {}
        talking = None
        for line in lines:
            if found := CASE.match(line):
                talking = None
                self.states[found["name"]] = "skip" if found["reason"] else found["state"]
                self.reasons[found["name"]] = found["reason"]
            elif found := MESSAGE.match(line):
                talking = found["name"]
            if talking:
                self.messages[talking] = self.messages.get(talking, "") + line + "\n"
        self.trouble = [line for line in lines if verdict.TROUBLE.search(line)]
        self.ended = verdict.END in self.text

    def names(self, state):
        return {name for name, its in self.states.items() if its == state}


def boot(name, machine, append="", timeout=180):
    """Until the board has said all it has to say: not each of these machines can end by itself."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"everywhere-{name}.log"
    log.unlink(missing_ok=True)
    with log.with_suffix(".stderr.log").open("w") as errors:
        proc = subprocess.Popen([
            str(machine.emulator), *machine.options, "-display", "none", "-monitor", "none", "-no-reboot",
            "-kernel", str(machine.image), "-initrd", str(OUT / "initramfs.cpio.gz"), "-serial", f"file:{log}",
            "-append", f"{machine.append} rdinit=/init a31.mode=verdict {append}".strip()],
            stdin=subprocess.DEVNULL, stderr=errors)
        try:
            deadline = time.monotonic() + timeout
            while proc.poll() is None and time.monotonic() < deadline:
                said = log.read_bytes() if log.exists() else b""
                if verdict.END.encode() in said or b"Kernel panic" in said:
                    break
                time.sleep(0.2)
        finally:
            proc.kill()
            proc.wait()
    return Results(log)
