# SPDX-License-Identifier: GPL-2.0
"""Boot with a deliberate fault of the emulated GIC or UART and say what caught it."""

import re
import signal
import subprocess
import time

import bsp

RUN = str(bsp.TOP / "scripts" / "run")
# Only a hung run takes longer.
TIMEOUT = 360

LINE = re.compile(r"GICv2 early check: (CPU\d+: .*)\n")
# After CPU0's something else comes; for a CPU that gets no interrupt the others may wait for ever.
HEARD = re.compile(r"GICv2 early check: (CPU0: .*\n(?!.*GICv2 early check).*|CPU[1-9]: .*)\n")


def text_of(log):
    return log.read_bytes().decode(errors="replace").replace("\r", "") if log.exists() else ""


def early_finding(fault, log, seconds=120):
    """Boot with FAULT until the early check has spoken, and the kernel goes on as it can; what it said first or None."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    firmware = "u-boot" if bsp.faults()[fault]["case"] == "early-hyp" else "none"
    proc = subprocess.Popen([RUN, "--fault", fault, "--firmware", firmware, "--log", str(log)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + seconds
        while not HEARD.search(text_of(log)) and proc.poll() is None and time.monotonic() < end:
            time.sleep(0.2)
    finally:
        proc.send_signal(signal.SIGTERM)
        proc.wait(30)
    return LINE.search(text_of(log))[1] if HEARD.search(text_of(log)) else None


def boot(log, *options):
    """A whole boot: its status and {case: message} of what failed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    proc = subprocess.run([RUN, "--log", str(log), *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT)
    return proc.returncode, dict(re.findall(r"^  FAILED (\w+): (.*)$", proc.stdout, re.M))


def needs(fault):
    """What a run needs to have the case of FAULT in it: taking CPUs off is slow."""
    return ("--slow",) if bsp.faults()[fault]["case"].startswith("hotplug_") else ()


def catchers(fault, log):
    """What caught FAULT by the words of its row: (yes or no, the cases that failed)."""
    row = bsp.faults()[fault]
    if row["case"].startswith("early"):
        found = early_finding(fault, log)
        return bool(found and re.match(row["words"], found)), ["early"] if found else []
    _, failed = boot(log, "--fault", fault, *needs(fault))
    return row["case"] in failed and bool(re.search(row["words"], text_of(log))), list(failed)
