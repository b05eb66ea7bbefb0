# SPDX-License-Identifier: GPL-2.0
"""Judge a serial log: the kernel's own kunit.py parses, this sums up."""

import dataclasses
import json
import re
import subprocess
import sys
import tempfile

import bsp

STAMP = re.compile(r"^\[\s*(\d+\.\d+)\] ?")
# Skipped by the filter of bsp.left_out(): a case that skips says why.
LEFT_OUT = re.compile(r"\s+ok \d+ (\w+) # SKIP\s*$")
KTAP = re.compile(r"KTAP version|1\.\.\d|# |(not )?ok \d|\s+\S")
# What a kernel prints when something is wrong with it, whatever the tests say.
TROUBLE = re.compile(r"\bWARNING: |\bOops\b|Internal error:|\bBUG: |Kernel panic|"
                     r"rcu.*detected stall|Unhandled fault|INFO: task .* blocked")
# What each CPU sees of the GIC before the kernel depends on it; printed only if it is wrong.
EARLY = re.compile(r"^GICv2 early check: (CPU\d+: .*)$")
# The sum that the GIC's suites print, each after the ones before it
SUM = re.compile(r"^gic_kunit: (\d+) passed, (\d+) failed, (\d+) skipped so far")
# What Xen says on the line, for itself or for a guest that it has started
OF_XEN = "(XEN) "
XEN_TROUBLE = re.compile(r"^\(XEN\) (Panic on CPU|Assertion .* failed|Xen (BUG|WARN) at |Failed to bring up CPU|cpu\d+ init failed|"
                         r"CPU\d+ never came online)|^xen-tools: error: ")
PANIC = "(XEN) Panic on CPU"
# How the boot script says that it got there: to its end, or to the shell that it was to give.
END = "a31-init: reached the end"
SHELL = "a31-init: type 'poweroff' to end"


@dataclasses.dataclass
class Verdict:
    passed: bool
    suites: list       # (name, passed, failed, skipped)
    early: list        # what the early check printed
    failures: list     # (case, first line of its message)
    latencies: list
    left_out: int      # slow cases that were not asked for
    readiness: bool    # whether anybody asked if Xen could start
    trouble: list
    seconds: float     # of the board's time, first suite to last
    reached_end: bool
    parser: str

    def count(self, column):
        return sum(s[column] for s in self.suites)

    def summary(self, wall):
        out = ["", "Self-test verdict"]
        out += [f"  FAILED early: {line}" for line in self.early]
        for name, ok, bad, skip in self.suites:
            out.append(f"  {name:18} {ok:3} passed {bad:3} failed {skip:3} skipped")
        if not self.suites:
            out.append("  no test result in the log: the kernel never reached the self-test")
            out += [f"  kunit.py: {line}" for line in self.parser.splitlines() if line.strip()][-3:]
        if self.left_out:
            out.append(f"  {self.left_out} slow cases left out; SLOW=1 runs them")
        if not self.readiness:
            out.append("  whether Xen could start was not asked; FIRMWARE=u-boot asks, where there is a console")
        out += [f"  {line}" for line in self.latencies]
        out += [f"  FAILED {case}: {text}" for case, text in self.failures]
        out += [f"  TROUBLE {line}" for line in self.trouble[:5]]
        if self.suites and not self.reached_end:
            out.append("  the board never reached the end of its boot script")
        out.append(f"  {self.seconds:.2f} s of the board's time in the suites, {wall:.1f} s in all")
        word = "PASS" if self.passed else "FAIL"
        out.append(f"{word}: {self.count(1)} passed, {self.count(2)} failed, {self.count(3)} skipped")
        return "\n".join(out)


def lines_of(log):
    text = log.read_bytes().decode(errors="replace") if log.exists() else ""
    for line in text.replace("\r", "").split("\n"):
        m = STAMP.match(line)
        yield (float(m.group(1)) if m else None), STAMP.sub("", line)


def run_parser(lines, kunit_py):
    """Return (exit status, JSON or None, text) of kunit.py parse.

    A driver that probes meanwhile prints where it likes. A line of its between a
    suite's "KTAP version" and "# Subtest" makes kunit.py lose the suite's name and
    all results with it, so it is given KTAP and what is indented below it only.
    """
    with tempfile.NamedTemporaryFile(suffix=".json") as out, \
            tempfile.NamedTemporaryFile("w", suffix=".log") as log:
        log.writelines(f"{line}\n" for _, line in lines if KTAP.match(line))
        log.flush()
        p = subprocess.run([sys.executable, str(kunit_py), "parse", f"--json={out.name}", log.name],
                           capture_output=True, text=True, cwd=kunit_py.parents[3])
        try:
            data = json.load(open(out.name))
        except ValueError:
            data = None
    return p.returncode, data, p.stdout + p.stderr


def first_words(lines, case):
    """The message of a failed case: the sentence it was given, else what was compared."""
    taking, text = False, []
    for _, line in lines:
        line = line.strip()
        if line.startswith(f"# {case}: EXPECTATION FAILED") or line.startswith(f"# {case}: ASSERTION FAILED"):
            if text:
                break
            taking = True
        elif taking and re.match(r"(# |ok |not ok )", line):
            break
        elif taking and line:
            text.append(line)
    # KUnit prints the comparison first and the case's own sentence last.
    return text[-1] if text else "no message"


def reached_end(lines):
    """Whether the boot script of LINES came to its end, or to the shell that it was to give."""
    return any(END in line or SHELL in line for _, line in lines)


def trouble_in(lines):
    """What the kernel of LINES said that is wrong with it."""
    return [line for _, line in lines if TROUBLE.search(line)]


def xen_trouble_in(lines):
    """What Xen said that is wrong, or boot/xen-tools in dom0; why it panics stands in the line behind."""
    return [line + (lines[n + 1].removeprefix("(XEN)") if line.startswith(PANIC) and n + 1 < len(lines) else "")
            for n, line in enumerate(lines) if XEN_TROUBLE.match(line)]


def judge_dom0(log, entry):
    """Of LOG, with Xen's lines in it: whether dom0 came to the end of ENTRY, what is wrong, its GIC's last sum."""
    lines = list(lines_of(log))
    own = [(t, line) for t, line in lines if not line.startswith(OF_XEN)]
    end = {"verdict": END, "shell": SHELL}[entry]
    sums = [tuple(map(int, m.groups())) for _, line in own if (m := SUM.match(line))]
    return (any(end in line for _, line in own),
            trouble_in(own) + xen_trouble_in([line for _, line in lines]),
            sums[-1] if sums else (0, 0, 0))


def judge(log, kunit_py):
    """Read LOG and return a Verdict."""
    lines = list(lines_of(log))
    suites, failures = [], []
    status, data, text = run_parser(lines, kunit_py)
    left_out = {m[1] for _, line in lines if (m := LEFT_OUT.match(line))}
    readiness = True
    for group in (data or {}).get("sub_groups", []):
        names = {c["name"] for c in group["test_cases"]}
        if group["name"] == bsp.READINESS and names <= left_out:
            readiness = False
            left_out -= names
            continue
        states = [c["status"] for c in group["test_cases"] if c["name"] not in left_out]
        suites.append((group["name"], states.count("PASS"),
                       sum(s not in ("PASS", "SKIP") for s in states), states.count("SKIP")))
        failures += [(c["name"], first_words(lines, c["name"])) for c in group["test_cases"]
                     if c["status"] not in ("PASS", "SKIP")]
    stamps = [t for t, line in lines
              if t is not None and re.match(r"(KTAP version|(not )?ok \d+ )", line)]
    latencies = [re.sub(r"^\s*# \w+: ", "", line) for _, line in lines if "latency " in line]
    trouble = trouble_in(lines)
    end = reached_end(lines)
    ran = sum(s[1] for s in suites)
    early = [m[1] for _, line in lines if (m := EARLY.match(line))]
    return Verdict(passed=status == 0 and ran > 0 and not (early or failures or trouble) and end,
                   suites=suites, early=early, failures=failures, latencies=latencies, trouble=trouble,
                   left_out=len(left_out), readiness=readiness,
                   seconds=max(stamps) - min(stamps) if stamps else 0.0, reached_end=end, parser=text)
