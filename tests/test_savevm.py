# SPDX-License-Identifier: GPL-2.0
"""A machine that is saved at any point goes on in another QEMU as if nothing had happened."""

import hashlib
import random
import time

import bsp
import pytest
import verdict

from conftest import LOGS
from machine import PROMPT, Machine, initrd_with
from test_firmware import make_card

# Where the boot to the verdict is cut, in the order in which they come.
CUTS = (
    "Booting Linux",
    "smp: Bringing up secondary CPUs",
    "devtmpfs: initialized",
    "clocksource: Switched",
    "sun6i-p2wi|axp20x-i2c",
    "sunxi-mmc",
    "# Subtest: gic_distributor",
    "# Subtest: gic_sgi",
    "ok [0-9]+ sgi_matrix_source_target_id",
    "# Subtest: gic_spi",
    "a31-init: .* CPUs online",
)

FIRMWARE_CUTS = (
    r"U-Boot SPL 2025",
    r"DRAM:",
    r"Trying to boot from MMC1",
    r"^U-Boot 2025",
    r"^MMC: ",
    r"Hit any key",
    r"Retrieving file",
    r"Starting kernel",
    r"Booting Linux",
    r"smp: Bringing up secondary CPUs",
    r"All CPU\(s\) started in HYP mode",
    r"# Subtest: gic_sgi",
)


def boot_with_cuts(name, tmp_path, cuts, **options):
    """Boot to the verdict. Each of CUTS waits for a point; there the boot goes on in a new QEMU."""
    log, state = LOGS / f"{name}.log", tmp_path / "state"
    log.with_suffix(".stderr.log").unlink(missing_ok=True)
    machine = Machine(log, mode="verdict", **options)
    try:
        for cut in cuts:
            cut(machine)
            machine.save(state)
            machine.close()
            machine = Machine(log, mode="verdict", incoming=state, text=machine.text, **options).loaded()
        status = machine.wait()
    finally:
        machine.close()
    found = verdict.judge(log, bsp.kunit_py("lts"))
    assert status == 0 and found.passed, f"{log}\n{found.summary(0)}"


def after(words):
    return lambda machine: machine.expect(words)


def soon(rand, seconds):
    def cut(machine):
        time.sleep(rand.uniform(0, seconds))
        machine.drain()
    return cut


def test_boot_is_saved_at_each_stage(tmp_path):
    boot_with_cuts("savevm-stages", tmp_path, [after(words) for words in CUTS])


def test_boot_from_the_card_is_saved_at_each_stage(tmp_path):
    """In the boot ROM or SPL, before it has said anything; in U-Boot; in its PSCI; in a kernel in HYP mode."""
    card = make_card("hummingbird-a31", "savevm", "--default", "verdict")
    cuts = [soon(random.Random(1), 0.05), *(after(words) for words in FIRMWARE_CUTS)]
    boot_with_cuts("savevm-card", tmp_path, cuts, card=card)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_boot_is_saved_at_random(tmp_path, seed):
    """Close together, as the CPUs start one after the other."""
    rand = random.Random(seed)
    boot_with_cuts(f"savevm-random-{seed}", tmp_path, [soon(rand, 0.2)] * 30)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_boot_from_the_card_is_saved_at_random(tmp_path, seed):
    rand = random.Random(seed)
    card = make_card("hummingbird-a31", "savevm", "--default", "verdict")
    boot_with_cuts(f"savevm-card-random-{seed}", tmp_path, [soon(rand, 0.1)] * 50, card=card)


def save_and_load(machine, tmp_path, **options):
    machine.save(tmp_path / "state")
    machine.close()
    return Machine(machine.log, incoming=tmp_path / "state", text=machine.text, **options).loaded()


def test_shell_goes_on(tmp_path):
    """Timers, the RTC's alarm and a transfer from the card that were under way come to their end."""
    card = tmp_path / "card"
    content = random.Random(1).randbytes(32 << 20)
    card.write_bytes(content)
    options = {"board": "bpi-m2", "append": "kunit.enable=0", "initrd": initrd_with("savevm", "rtcwake"),
               "args": ["-drive", f"if=sd,format=raw,file={card}", "-rtc", "clock=vm"]}
    machine = Machine(LOGS / "savevm-shell.log", **options)
    try:
        machine.expect(PROMPT)
        machine.run("marker=kept; : > /tmp/done")
        machine.run("{ sleep 4; echo timer >> /tmp/done; } & true")
        machine.run("{ rtcwake 4 > /tmp/alarm; echo alarm >> /tmp/done; } & true")
        # Linux numbers cards in the order in which their controllers happen to be ready.
        machine.run("until card=$(ls /sys/block | grep mmcblk); do sleep 1; done")
        machine.run("{ md5sum < /dev/$card > /tmp/sum; echo card >> /tmp/done; } & true")
        machine = save_and_load(machine, tmp_path, **options)
        machine.run("while [ $(grep -c . /tmp/done) -lt 3 ]; do sleep 1; done")
        assert machine.run("echo $marker") == "kept"
        assert machine.run("cat /tmp/sum").split()[0] == hashlib.md5(content).hexdigest()
        assert "alarm came" in machine.run("cat /tmp/alarm")
        assert machine.run("cat /sys/devices/system/cpu/online") == "0-3"
        assert not verdict.TROUBLE.search(machine.run("dmesg"))
    finally:
        machine.close()
