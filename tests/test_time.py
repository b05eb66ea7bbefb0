# SPDX-License-Identifier: GPL-2.0
"""The board's clocks: they agree with each other, and the RTC keeps time, alarms and memory."""

import re
import time

import pytest

from conftest import LOGS
from machine import PROMPT, Machine, initrd_with

@pytest.fixture(scope="module")
def initrd():
    return initrd_with("time", "clocks", "rtcwake")


def board(name, *args, **options):
    """A shell. On this board the SoC's RTC is rtc0; others have a second one, which is not modelled."""
    machine = Machine(LOGS / f"time-{name}.log", board="bpi-m2", args=args, append="kunit.enable=0", **options)
    machine.expect(PROMPT)
    return machine


def check_clocks(name, initrd, seconds):
    with board(name, initrd=initrd) as machine:
        machine.timeout += seconds
        said = machine.run(f"clocks {seconds}")
    # No firmware has written it.
    assert re.search(r"\bCNTFRQ is 0\b", said), said
    rows = re.findall(r"^clocks: (\w+) deviates (\S+) ppm, known to (\S+) ppm", said, re.M)
    assert [row[0] for row in rows] == ["timer", "cnt64", "rtc"], said
    for _, deviates, known in rows:
        assert float(known) < 50 and abs(float(deviates)) < 100, said


def test_clocks_agree(initrd):
    check_clocks("clocks", initrd, 3)


@pytest.mark.long
def test_clocks_agree_over_a_minute(initrd):
    check_clocks("clocks-long", initrd, 60)



def test_hwclock_reads_and_sets():
    with board("hwclock", "-rtc", "base=2031-05-06T07:08:00") as machine:
        assert re.search(r"^Tue May +6 07:(08|09|1.):.. 2031", machine.run("hwclock -r -u"))
        machine.run("date -u -s '2029-02-28 23:59:58'; hwclock -w -u; sleep 4")
        assert re.search(r"^Thu Mar +1 00:0.:.. 2029", machine.run("hwclock -r -u"))


def test_rtcwake_from_freeze(initrd):
    """Suspend to idle: the alarm's interrupt ends it."""
    with board("rtcwake", initrd=initrd) as machine:
        said = machine.run("rtcwake 5 freeze")
        assert re.search(r"alarm came after \d+ s", said), said
        dmesg = machine.run("dmesg")
        assert "PM: suspend entry (s2idle)" in dmesg and "PM: suspend exit" in dmesg
        assert machine.run("cat /sys/devices/system/cpu/online") == "0-3"
        # And once more without suspend
        assert "alarm came after" in machine.run("rtcwake 2")


def test_rtc_memory_survives_a_reboot():
    """The RTC has a supply of its own: a reset of the machine leaves it alone."""
    nvmem = "/sys/devices/platform/soc/1f00000.rtc/*/nvmem"
    with board("nvmem", "-action", "reboot=reset", "-rtc", "base=2031-05-06T07:08:00") as machine:
        assert machine.run(f"cat {nvmem} | wc -c") == "32"
        machine.run(f"printf 'survives%024d' 7 > $(ls {nvmem}); date -u -s '2029-02-03 04:05:06'; hwclock -w -u")
        booted = len(machine.text)
        machine.console.sendall(b"reboot -f\n")
        machine.expect(r"Booting Linux", booted)
        machine.expect(PROMPT, booted)
        machine.expect(PROMPT, machine.expect("a31-init: type", booted).end())
        assert machine.run(f"cat {nvmem}; echo") == f"survives{7:024d}"
        assert re.search(r"^Sat Feb +3 04:(05|06|07):.. 2029", machine.run("hwclock -r -u"))


def test_clocks_stand_still_with_the_machine():
    """-rtc clock=vm: what the machine is stopped for has not happened."""
    with board("stop", "-rtc", "clock=vm") as machine:
        def look():
            up, rtc = machine.run("cut -d' ' -f1 /proc/uptime; hwclock -r -u | tr -s ' ' | cut -d' ' -f4").split()
            hours, minutes, seconds = map(int, rtc.split(":"))
            return float(up), hours * 3600 + minutes * 60 + seconds

        start = time.monotonic()
        before = look()
        machine.qmp("stop")
        time.sleep(5)
        machine.qmp("cont")
        after = look()
        ran = time.monotonic() - start - 5
        assert 0 < after[0] - before[0] <= ran
        assert (after[1] - before[1]) % 86400 <= ran + 1
