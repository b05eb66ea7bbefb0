# SPDX-License-Identifier: GPL-2.0
"""From power-on: boot ROM, unmodified U-Boot off a card, and a kernel in HYP mode."""

import contextlib
import hashlib
import lzma
import re
import shutil
import struct
import subprocess
import time

import bsp
import cycles
import pexpect
import pytest
import yaml

from conftest import BOOT_TIMEOUT, LOGS, TOP, run_board
from machine import PROMPT, Machine
from test_boot import PROBED_BY_SELF_TEST, UNMODELLED

SECTOR = 512
SPL = 8192
# Where scripts/sdcard has the FAT
PARTITION = 1 << 20
EGON_CHECKSUM, EGON_LENGTH = 12, 16
CHIP = {"A31": "Allwinner A31 (SUN6I)", "A31s": "Allwinner A31s (SUN6I)"}
# What U-Boot's reset and autoboot may take on a loaded machine
PROMPT_TIMEOUT = 60


def make_card(board, name, *options):
    """A card image of its own for a test, made as `make sdcard` does."""
    image = bsp.BUILD / "tmp" / f"{name}.img"
    subprocess.run([str(TOP / "scripts" / "sdcard"), *options, "--output", str(image), board],
                   check=True, timeout=120, stdout=subprocess.DEVNULL)
    return image


def copy_from(card, name, to):
    """A file of the card's FAT."""
    subprocess.run(["mcopy", "-o", "-i", f"{card}@@{PARTITION}", f"::{name}", to], check=True, timeout=60)


def copy_to(card, file, name):
    subprocess.run(["mcopy", "-o", "-i", f"{card}@@{PARTITION}", file, f"::{name}"], check=True, timeout=60)


def with_faulty_u_boot(card, board, fault):
    """A card whose U-Boot has one of patches/u-boot-faults."""
    patch = TOP / "patches" / "u-boot-faults" / fault
    subprocess.run([str(TOP / "scripts" / "build-uboot"), "--with", str(patch), board], check=True, timeout=1800)
    with open(card, "r+b") as f:
        f.seek(SPL)
        f.write((bsp.BUILD / "out" / "u-boot-test" / board / "u-boot-sunxi-with-spl.bin").read_bytes())


def remove_from(card, name):
    subprocess.run(["mdel", "-i", f"{card}@@{PARTITION}", f"::{name}"], check=True, timeout=60)


@pytest.fixture(scope="module")
def booted():
    """One run of each board from power-on to the verdict, shared by all."""
    runs = {}

    def get(board):
        if board not in runs:
            runs[board] = run_board(f"firmware-{board}", "--board", board, "--firmware", "u-boot")
        return runs[board]
    return get


# What a board's own U-Boot 2025.01 cannot do, and why: on hardware neither.
STOPS = {
    "colombus": "AXP_GPIO wants a PMIC, and its device tree has none",
}
SILENT = {
    "primo81": "its device tree has no serial port; the SPL does not read it",
}
SEES_NO_CARD = {
    "cs908": "its device tree has no card slot; the SPL does not read it",
    "mixtile-loftq": "the same",
}


def firmware_boards(*exceptions):
    """Boards with a U-Boot that are no exception. The first is in `make check`, an A31s is below anyway."""
    names = [name for name, row in bsp.boards().items() if row["uboot"] != "-"]
    return [pytest.param(name, marks=[] if n == 0 else pytest.mark.long) for n, name in enumerate(names)
            if not any(name in e for e in exceptions)]


BOARDS = firmware_boards(STOPS, SEES_NO_CARD)


@pytest.mark.parametrize("board", BOARDS)
def test_verdict_is_pass_from_power_on(booted, board):
    run = booted(board)
    assert run.passed(), run


@pytest.mark.parametrize("board", firmware_boards(STOPS, SEES_NO_CARD, SILENT))
def test_firmware_says_what_the_board_is(booted, board):
    run = booted(board)
    row = bsp.boards()[board]
    assert re.search(r"^U-Boot SPL 2025\.01 ", run.serial, re.M), run
    assert "DRAM: 1024 MiB" in run.serial
    assert re.search(r"^Trying to boot from MMC1$", run.serial, re.M)
    assert re.search(rf"^CPU:   {re.escape(CHIP[row['soc']])}$", run.serial, re.M)
    assert re.search(r"^DRAM:  1 GiB$", run.serial, re.M)


@pytest.mark.parametrize("board", BOARDS)
def test_spl_sets_the_voltages(booted, board):
    run = booted(board)
    assert "U-Boot SPL" in run.serial and "Failed to set core voltage" not in run.serial, run


@pytest.mark.parametrize("board", BOARDS)
def test_kernel_is_in_hyp_mode_with_four_cpus(booted, board):
    run = booted(board)
    assert "All CPU(s) started in HYP mode" in run.serial, run
    assert "Brought up 1 node, 4 CPUs" in run.serial
    assert re.search(r"psci: (PSCIv|Using PSCI v)", run.serial)


# What U-Boot touches although it is not modelled, and why; Linux's part is test_boot's.
UNMODELLED_FIRMWARE = {
    r"(hdmi|be0|tcon0): ": "no display; U-Boot looks for a monitor, and drives the VGA of the Hummingbird",
    r"pwm: unimplemented device": "no display; the panel's backlight",
    r"usb-otg: unimplemented device": "no OTG controller; U-Boot looks whether a tablet's port has something plugged in",
    r"allwinner-a31-sramc: no register at offset 0x004$":
        "U-Boot gives SRAM D to the OTG controller as on older SoCs; Linux has none on the A31 (drivers/usb/musb/sunxi.c)",
    r"SD: Optional CMD5(2)? not implemented": "how software asks for an SDIO card; a memory card answers nothing",
}


@pytest.mark.parametrize("board", BOARDS)
def test_no_access_outside_the_reviewed_list(booted, board):
    run = booted(board)
    known = re.compile("|".join((*UNMODELLED_FIRMWARE, *UNMODELLED, PROBED_BY_SELF_TEST)))
    strange = {line for line in run.qemu if not known.match(line)}
    assert run.qemu and not strange, "\n".join(sorted(strange)[:40])


@contextlib.contextmanager
def machine(name, board, image, memory="1G", extra=""):
    """The board with IMAGE in its slot, under labgrid; what it writes to the card is lost at the end."""
    from labgrid import Environment

    row = bsp.boards()[board]
    LOGS.mkdir(parents=True, exist_ok=True)
    config = {
        "targets": {"main": {"drivers": [
            {"QEMUDriver": {
                "qemu_bin": "qemu", "machine": row["machine"], "cpu": "cortex-a7", "memory": memory,
                "extra_args": f"-drive if=sd,format=raw,snapshot=on,file={image} -monitor none "
                              f"-d guest_errors,unimp -D {LOGS / name}.qemu.log {extra}"}},
            {"UBootDriver": {"prompt": "=> ", "login_timeout": PROMPT_TIMEOUT, "boot_timeout": PROMPT_TIMEOUT}},
            {"ShellDriver": {
                "prompt": r"a31:\S*[#$] ", "login_prompt": "no login here", "username": "",
                "login_timeout": BOOT_TIMEOUT}}]}},
        "tools": {"qemu": str(bsp.QEMU)},
    }
    path = bsp.BUILD / "env" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(config))
    target = Environment(str(path)).get_target("main")
    qemu = target.get_driver("QEMUDriver")
    qemu.on()
    target.qemu_log = LOGS / f"{name}.qemu.log"
    try:
        yield target
    finally:
        target.deactivate(qemu)


@pytest.mark.long
@pytest.mark.parametrize("board", firmware_boards(STOPS, SILENT))
def test_prompt(board):
    with machine(f"prompt-{board}", board, make_card(board, f"prompt-{board}")) as target:
        uboot = target.get_driver("UBootDriver")
        assert uboot.run_check("version")[0].startswith("U-Boot 2025.01")


@pytest.mark.long
@pytest.mark.parametrize("board", STOPS)
def test_loader_that_stops_by_itself(board):
    """If this one starts to work, the exception has to go."""
    with machine(f"stops-{board}", board, make_card(board, f"stops-{board}")) as target:
        console = target.get_driver("QEMUDriver")
        for line in (r"DRAM: 1024 MiB\r", r"DRAM:  1 GiB\r", r"initcall failed at call [0-9a-f]+ \(err=-19\)"):
            console.expect(line, timeout=PROMPT_TIMEOUT)


def board_of(soc):
    return next(name for name, row in bsp.boards().items() if row["soc"] == soc)


@pytest.fixture(scope="module")
def a31s():
    """An A31s board with a card of its own."""
    board = board_of("A31s")
    with machine("firmware-labgrid", board, make_card(board, "firmware-labgrid")) as target:
        yield target


@pytest.fixture
def uboot(a31s):
    """The board at U-Boot's prompt; before any test that wants Linux."""
    return a31s.get_driver("UBootDriver")


@pytest.fixture(scope="module")
def linux(a31s):
    """The board in Linux, started by U-Boot's own boot command."""
    uboot = a31s.get_driver("UBootDriver")
    uboot.boot("")
    a31s.deactivate(uboot)
    return a31s.get_driver("ShellDriver")


def changed_banner(image):
    """[(offset of a word in the SPL, its new value)]: the SPL spells its name in another way."""
    spl = bytearray(image.read_bytes()[SPL:SPL + 32 * 1024])
    at = spl.index(b"U-Boot SPL") + 2
    assert spl[at:at + 1] == b"B"
    spl[at:at + 1] = b"b"
    checksum, = struct.unpack_from("<I", spl, EGON_CHECKSUM)
    checksum = (checksum + (0x20 << 8 * (at % 4))) & 0xffffffff
    word, = struct.unpack_from("<I", spl, at & ~3)
    return [(at & ~3, word), (EGON_CHECKSUM, checksum)]


def test_chip_and_memory_at_the_prompt(uboot):
    info = "\n".join(uboot.run_check("bdinfo"))
    assert re.search(r"DRAM bank\s*= 0x0+\b", info), info
    assert re.search(r"-> size\s*= 0x0*40000000\b", info), info
    assert uboot.run_check("mmc dev 0")[-1] == "mmc0 is current device"


def test_serial_number_and_mac_are_the_power_chips(uboot):
    """They come from the AXP221, and are the same in every run."""
    assert uboot.run_check("env print serial# ethaddr") == ["serial#=1633008144556677", "ethaddr=02:81:44:55:66:77"]


def test_rewritten_loader_starts_after_reset(a31s, uboot):
    """What the guest writes where its loader is starts at the next reset, as on hardware."""
    address, first, count = 0x44000000, SPL // SECTOR, 64
    uboot.run_check(f"mmc read {address:x} {first:x} {count:x}")
    for offset, value in changed_banner(bsp.BUILD / "tmp" / "firmware-labgrid.img"):
        uboot.run_check(f"mw.l {address + offset:x} {value:x}")
    uboot.run_check(f"mmc write {address:x} {first:x} {count:x}")
    uboot.console.sendline("reset")
    _, _, match, _ = uboot.console.expect(r"U-[Bb]oot SPL 2025\.01", timeout=PROMPT_TIMEOUT)
    assert match.group() == b"U-boot SPL 2025.01"
    a31s.deactivate(uboot)
    a31s.activate(uboot)


def test_linux_from_the_card(linux):
    log = "\n".join(linux.run_check("dmesg"))
    assert "All CPU(s) started in HYP mode" in log
    assert "psci: Using PSCI v0.1" in log
    assert linux.run_check("cat /sys/devices/system/cpu/online") == ["0-3"]
    model = bsp.boards()[board_of("A31s")]["model"]
    assert linux.run_check("tr -d '\\000' < /proc/device-tree/model; echo") == [model]


def test_cpus_go_off_and_come_back(linux):
    for cpu in (1, 2, 3):
        linux.run_check(f"echo 0 > /sys/devices/system/cpu/cpu{cpu}/online")
        assert f"{cpu}" not in "".join(linux.run_check("cat /sys/devices/system/cpu/online")).replace("0-3", "")
        linux.run_check(f"echo 1 > /sys/devices/system/cpu/cpu{cpu}/online")
    assert linux.run_check("cat /sys/devices/system/cpu/online") == ["0-3"]


def test_secure_memory_refuses_linux(a31s, linux):
    """U-Boot's PSCI is in SRAM B, where Linux sees nothing and changes nothing."""
    assert linux.run_check("devmem 0x20000") == ["0x00000000"]
    linux.run_check("devmem 0x20000 32 0xffffffff")
    # The code there still works
    linux.run_check("echo 0 > /sys/devices/system/cpu/cpu1/online")
    linux.run_check("echo 1 > /sys/devices/system/cpu/cpu1/online")
    log = a31s.qemu_log.read_text()
    assert "non-secure read of SRAM B at offset 0x000 refused" in log
    assert "non-secure write of SRAM B at offset 0x000 refused" in log
    # The SPL opened the RTC
    assert "of the RTC" not in log


@contextlib.contextmanager
def console_of(firmware, name, *options, args=()):
    """The board, started by that U-Boot, in a shell."""
    name = f"cycles-{firmware}-{name}"
    card = make_card(cycles.BOARD, name, "--firmware", firmware, *options)
    with Machine(LOGS / f"{name}.log", board=cycles.BOARD, card=card, args=["-snapshot", *cycles.PORTS, *args]) as machine:
        machine.expect(PROMPT)
        machine.timeout = PROMPT_TIMEOUT
        yield machine


def test_no_cpu_is_lost_with_patched_u_boot(patched_u_boot):
    with console_of("u-boot-patched", "few", "--append", "kunit.enable=0") as machine:
        assert "U-Boot SPL 2025.01-patched" in machine.text
        cycles.cycle(machine, cycles.FEW)


@pytest.mark.long
def test_no_cpu_is_lost_under_load_with_patched_u_boot(patched_u_boot):
    how = cycles.BY_INSTRUCTIONS
    with console_of("u-boot-patched", "many", "--dtb", cycles.device_tree(), "--append", how["append"],
                    args=how["args"]) as machine:
        # All suites in one command
        machine.timeout = BOOT_TIMEOUT
        cycles.cycle(machine, cycles.MANY, cycles.Load(machine))


@pytest.mark.long
def test_u_boot_needs_its_patches():
    """Unmodified U-Boot changes a register of Linux's, or cuts the power of a CPU that is back."""
    with console_of("u-boot", "few", "--append", "kunit.enable=0") as machine:
        with pytest.raises(AssertionError):
            cycles.cycle(machine, cycles.MANY)
        # What a person sees of it
        for key in (b"9", b"w"):
            machine.qmp("chardev-send-break", id="con")
            time.sleep(1)
            machine.console.sendall(key)
        machine.expect(r"Oops|Internal error|bringup_cpu|Unable to handle")


@pytest.mark.long
@pytest.mark.parametrize("memory, spl, proper", [("512M", "512 MiB", "512 MiB"), ("2G", "2048 MiB", "2 GiB")])
def test_memory_sizes(memory, spl, proper):
    board = board_of("A31")
    image = make_card(board, f"firmware-{memory}")
    with machine(f"firmware-{memory}", board, image, memory=memory) as target:
        console = target.get_driver("QEMUDriver")
        for line in (rf"DRAM: {spl}\r", rf"DRAM:  {proper}\r", "stop autoboot"):
            console.expect(line, timeout=PROMPT_TIMEOUT)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A card image whose menu ends the run by itself."""
    return make_card(board_of("A31s"), "firmware-good", "--default", "verdict", "--append", "kunit.enable=0")


def spoil(good, tmp_path, change):
    image = tmp_path / "card.img"
    with open(good, "rb") as f:
        head = bytearray(f.read(1 << 20))
    image.write_bytes(change(head))
    # As large as it was, and no larger on the disk
    with open(image, "r+b") as f:
        f.truncate(good.stat().st_size)
    return image


def empty(head):
    return bytes(len(head))


def no_header(head):
    return head[:SPL] + b"not a loader, but something" + head[SPL + 27:]


def wrong_checksum(head):
    head[SPL + 1000] ^= 1
    return head


def too_long(head):
    struct.pack_into("<I", head, SPL + EGON_LENGTH, 33 * 1024)
    return head


@pytest.mark.parametrize("change, words", [
    (empty, "MMC0: the card is empty at 8 KiB"),
    (no_header, "MMC0: the card has no eGON.BT0 header at 8 KiB"),
    (wrong_checksum, "MMC0: the eGON.BT0 image has a wrong checksum"),
    (too_long, "MMC0: the eGON.BT0 image is longer than 32 KiB"),
])
def test_card_without_a_loader_ends_early(good, tmp_path, change, words):
    image = spoil(good, tmp_path, change)
    run = run_board(f"firmware-{change.__name__}", "--board", board_of("A31s"), "--firmware", "u-boot",
                    "--card", image)
    assert run.status == 1, run
    assert run.out.count(f"{words}; MMC2: no card; CPU0 waits in the boot ROM's FEL mode") == 1, run


def no_partition(head):
    return bytes(SECTOR) + head[SECTOR:]


def test_card_without_a_system_ends_early(good, tmp_path):
    run = run_board("firmware-no-system", "--board", board_of("A31s"), "--firmware", "u-boot",
                    "--card", spoil(good, tmp_path, no_partition))
    assert run.status == 1, run
    assert "run: error: U-Boot found nothing to start, and waits at its prompt; its last lines:" in run.out, run


def test_no_card():
    p = subprocess.Popen([str(bsp.QEMU), "-M", "bpi-m2", "-display", "none", "-monitor", "none"],
                         stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        line = p.stderr.readline()
    finally:
        p.terminate()
        p.wait(30)
        p.stderr.close()
    assert "nothing to boot: MMC0: no card; MMC2: no card; CPU0 waits" in line


def bad_image(tmp_path, good, kind):
    image = tmp_path / "card.img"
    if kind == "missing":
        return image
    data = good.read_bytes()
    image.write_bytes({"truncated": data[:5 << 20], "compressed": lzma.compress(data[:1 << 16])}[kind])
    return image


@pytest.mark.parametrize("kind, words", [
    ("missing", "does not exist"),
    ("truncated", r"has 5242880 bytes, but its partition 1 ends at 66060288: it is truncated"),
    ("compressed", "is compressed"),
])
def test_image_that_cannot_be_whole(good, tmp_path, kind, words):
    run = run_board(f"firmware-{kind}", "--firmware", "u-boot", "--card", bad_image(tmp_path, good, kind))
    assert run.status == 1, run
    assert re.search(rf"^run: error: the card image \S+ {words}", run.out, re.M), run
    assert "run: next: " in run.out


def test_foreign_image_of_any_size_boots_and_is_not_written(good, tmp_path):
    """Somebody's card: no power of two, and no verdict is asked for."""
    image = tmp_path / "someone's card, really.img"
    shutil.copy(good, image)
    with open(image, "ab") as f:
        f.write(b"x" * SECTOR)
    before = hashlib.sha256(image.read_bytes()).hexdigest()
    run = run_board("firmware-foreign", "--board", board_of("A31s"), "--firmware", "u-boot", "--card", image)
    assert run.status == 0, run
    assert "U-Boot SPL 2025.01" in run.serial and "a31-init: reached the end" in run.serial
    assert "Self-test verdict" not in run.out
    assert hashlib.sha256(image.read_bytes()).hexdigest() == before
    assert not list((bsp.BUILD / "tmp").glob("tmp*.img"))


def test_prompt_on_a_terminal(good):
    """A person at the keyboard gets U-Boot's prompt, and its reset is no end."""
    child = pexpect.spawn(str(TOP / "scripts" / "run"),
                          ["--board", board_of("A31s"), "--firmware", "u-boot", "--card", str(good),
                           "--log", str(LOGS / "firmware-terminal.log")], timeout=PROMPT_TIMEOUT)
    child.expect("Hit any key to stop autoboot")
    child.send("\r")
    child.expect("=> ")
    child.send("reset\r")
    child.expect(r"U-Boot SPL 2025\.01")
    child.send("\x01x")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_card_image_is_reproducible_and_atomic(tmp_path):
    board = board_of("A31")
    first, second = (make_card(board, f"firmware-twice-{n}") for n in (1, 2))
    assert first.read_bytes() == second.read_bytes()
    p = subprocess.run([str(TOP / "scripts" / "sdcard"), "--dtb", "/nonexistent.dtb", "--output", str(first), board],
                       text=True, capture_output=True, timeout=60)
    assert p.returncode == 1 and "/nonexistent.dtb is missing" in p.stderr
    assert first.read_bytes() == second.read_bytes()
    assert not list(first.parent.glob(".sdcard.*"))


@pytest.mark.parametrize("options, words", [((), "kunit.filter=speed>slow kunit.filter_action=skip"), (("--slow",), "")])
def test_card_leaves_slow_cases_out(tmp_path, options, words):
    """In each entry, before what its maker adds."""
    card = make_card(board_of("A31"), "firmware-menu", *options, "--append", "kunit.enable=0")
    copy_from(card, "extlinux/extlinux.conf", tmp_path / "menu")
    entries = re.findall(r"a31\.mode=\w+ (.*?) ?kunit\.enable=0$", (tmp_path / "menu").read_text(), re.M)
    assert entries == [words, words]
