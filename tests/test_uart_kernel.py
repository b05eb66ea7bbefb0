# SPDX-License-Identifier: GPL-2.0
"""What the kernel does with the A31's UARTs: FIFO, rates, and new line settings while data flows.

The same kernel with a device tree that calls them snps,dw-apb-uart alone, as all have it so far, does what every
DesignWare UART gets. Where that loses something it is shown here as well, so that a test that cannot fail is noticed.
"""

import re
import time

import pytest

import bsp
from conftest import LOGS
from machine import PROMPT, Machine, initrd_with
from uart import (BUSY_READER, BY_INSTRUCTIONS, CHANGES, GENERIC, IN_TIME, MANY_BYTES, OURS, PASTED, PORT, QUICK, Line,
                  change_under_load, counting, flow, tree, unchanged)

# A generic one as well, but its clock is not turned off at each change, which makes it idle
CLOCKED = "starfive,jh7100-uart"
PORT_ADDRESS = 0x1c28400
LCR, MCR = PORT_ADDRESS + 0xc, PORT_ADDRESS + 0x10
MCR_RTS = 1 << 1
BYTES = 60000
# For a port that takes long over each change
FEW_BYTES = 2500
# A clock of the CCU's driver that include/dt-bindings does not name
CLK_APB2 = 22


@pytest.fixture(scope="module")
def initrd():
    return initrd_with("uart-kernel", "ttychange", "ttyflow")


# What the generic driver does to a port that is never idle is not the same in 7.2, which may take minutes for it.
only_lts = pytest.mark.parametrize("board", ["lts"], indirect=True)


@pytest.fixture(params=["lts", pytest.param("mainline", marks=pytest.mark.long)])
def board(request, initrd, tmp_path):
    """A function that starts a board with uart1 of this kind, and a line to it.

    A fault shows on a UART without a line only.
    """
    machines = []

    def start(kind, *args, change=unchanged, fault=None, waits=True):
        line = Line(tmp_path)
        machine = Machine(LOGS / f"uart-{request.node.name}.log", initrd=initrd, kernel=request.param,
                          dtb=tree(kind, change, request.param), append=QUICK,
                          args=[*args, *(["-global", bsp.fault_option(fault)] if fault else line.arguments())])
        machines.append(machine)
        machine.expect(PROMPT)
        if not fault:
            line.connect(machine, waits)
        return machine, line

    yield start
    for machine in machines:
        machine.close()


def test_fifo_is_known(board):
    """Without that it is measured, by what the port sends to itself with interrupts off."""
    machine, _ = board(OURS)
    assert machine.run("cat /sys/class/tty/ttyS1/xmit_fifo_size") == "64"
    # U6_16550A is what the measuring finds.
    assert re.search(r"ttyS1 at MMIO \S+ \(irq = \d+, base_baud = 1500000\) is a 16550A$", machine.text, re.M)


# How many changes go with the bytes is a matter of how they come, and varies more the fewer there are.
@pytest.mark.parametrize("count, changes", [(MANY_BYTES // 5, CHANGES // 10), pytest.param(MANY_BYTES, CHANGES, marks=pytest.mark.long)])
def test_nothing_is_lost_by_new_settings(board, count, changes):
    machine, line = board(OURS, *BY_INSTRUCTIONS, waits=False)
    said = change_under_load(machine, line, count)
    print(said)
    assert said["changes"] >= changes
    assert (said["received"], said["wrong"], said["sent"]) == (count, 0, count), said
    assert line.data == counting(count)
    assert "HALT does not complete" not in machine.run("dmesg")


@only_lts
def test_a_generic_port_loses_by_new_settings(board):
    """So that the test above is known to notice."""
    machine, line = board(GENERIC, *BY_INSTRUCTIONS)
    said = change_under_load(machine, line, FEW_BYTES)
    print(said, len(line.data))
    assert said["received"] < FEW_BYTES and line.data != counting(FEW_BYTES)


def test_the_fifo_saves_interrupts(board):
    """A KiB is 32 times half of it received, and 16 times all of it sent."""
    machine, line = board(OURS, *BY_INSTRUCTIONS, waits=False)
    for direction, data, at_most in (("r", counting(BYTES), 32), ("s", b"", 17)):
        said = flow(machine, line, f"-{direction} {BYTES}", data)
        assert said["sent"] + said["received"] == BYTES
        assert 0 < said["interrupts"] <= at_most * BYTES / 1024, direction


def lsr_reads(machine):
    trace = machine.log.with_suffix(".qemu.log").read_text()
    return len(re.findall(r"dw_apb_uart_read \S*uart\[1\]\S* offset 0x14 ", trace))


def test_characters_move_in_bursts(board):
    """And are not asked for one by one: LSR is read when an interrupt comes, and once more to see that nothing is left."""
    machine, line = board(OURS, *BY_INSTRUCTIONS, "-trace", "dw_apb_uart_read", waits=False)
    for direction, data in (("r", counting(BYTES)), ("s", b"")):
        before = lsr_reads(machine)
        said = flow(machine, line, f"-{direction} {BYTES}", data)
        assert said["sent"] + said["received"] == BYTES
        # Closing a port waits until LSR says that all is sent.
        assert lsr_reads(machine) - before < 4 * said["interrupts"], direction


# Below that the driver takes each character as it comes.
FULL_FIFO_BAUD = 2400


def test_a_character_in_error_is_marked_among_others(board):
    """It waits in the FIFO behind those that are not, and neither they nor it may change places."""
    machine, line = board(OURS)
    machine.run(f"exec 3<>/dev/ttyS1; stty -F /dev/ttyS1 {FULL_FIFO_BAUD} raw -echo inpck parmrk")
    sent = bytes(range(0x30, 0x30 + 41))
    where = 0
    # The interrupt comes with the 32nd, after 130 ms; a machine that is busy may come too late.
    for _ in range(10):
        machine.run(f"(head -c {len(sent) + 2} </dev/ttyS1 | od -An -v -tx1 >/tmp/came) & true")
        line.talk(sent[:-1])
        time.sleep(0.06)
        machine.qmp("qom-set", path="/machine/soc/uart[1]", property="inject-parity", value=1)
        line.talk(sent[-1:])
        came = bytes.fromhex(machine.run("wait; cat /tmp/came"))
        where = came.index(b"\xff\0")
        assert came[:where] + came[where + 2:] == sent
        if 0 < where < 31:
            break
    assert 0 < where < 31


def unhandled(machine):
    """Interrupts of uart1 that nobody had a reason for, and when the last one was."""
    (number,) = re.findall(r"^ *(\d+): .* ttyS1$", machine.run("cat /proc/interrupts"), re.M)
    return re.findall(r"^(?:last_)?unhandled .*$", machine.run(f"cat /proc/irq/{number}/spurious"), re.M)


def test_an_error_is_handled_when_it_comes(board):
    """Alone in the FIFO, where the read of LSR ends its interrupt, and long before the one of four characters' time."""
    machine, line = board(OURS)
    machine.run(f"exec 3<>/dev/ttyS1; stty -F /dev/ttyS1 {FULL_FIFO_BAUD} raw -echo inpck parmrk")
    before = unhandled(machine)
    for sent in b"abc":
        machine.qmp("qom-set", path="/machine/soc/uart[1]", property="inject-parity", value=1)
        line.talk(bytes([sent]))
        assert machine.run("head -c 3 <&3 | od -An -v -tx1").split() == ["ff", "00", f"{sent:02x}"]
    assert unhandled(machine) == before


def in_rs485(dt):
    dt.set(PORT, "linux,rs485-enabled-at-boot-time", b"")


def test_what_rs485_does_not_hear_leaves_no_mark(board):
    """An error in what comes while the port sends is not that of the answer's first character."""
    machine, line = board(OURS, change=in_rs485)
    machine.run(f"exec 3<>/dev/ttyS1; stty -F /dev/ttyS1 {FULL_FIFO_BAUD} raw -echo inpck parmrk")
    machine.run("(cat <&3 >/tmp/came) & true")
    # More than a FIFO, so that there is an interrupt in the middle of it
    machine.run("(head -c 200 /dev/zero >&3) & usleep 100000")
    for _ in range(5):
        machine.qmp("qom-set", path="/machine/soc/uart[1]", property="inject-parity", value=1)
        line.talk(b"!")
        time.sleep(0.1)
    machine.run("wait %2; sleep 1")
    line.talk(b"answer")
    came = bytes.fromhex(machine.run("sleep 1; kill %1; od -An -v -tx1 /tmp/came"))
    assert came.endswith(b"answer") and not came.endswith(b"\xff\0answer"), came


@pytest.mark.long
def test_nothing_pasted_is_lost_with_flow_control(board):
    """RTS falls by hardware when the FIFO fills, and by software when nobody reads."""
    machine, line = board(OURS, *IN_TIME, waits=False)
    said = flow(machine, line, f"-c {BUSY_READER}", counting(PASTED))
    assert (said["received"], said["wrong"], said["overruns"], said["full"]) == (PASTED, 0, 0, 0)


@pytest.mark.long
def test_what_is_lost_without_flow_control_is_counted(board):
    machine, line = board(OURS, *IN_TIME, waits=False)
    said = flow(machine, line, BUSY_READER, counting(PASTED))
    lost = PASTED - said["received"]
    # An overrun of the FIFO is one for however many characters, and a NUL among those received, if there is room.
    assert lost > 0 and lost - 64 * said["overruns"] <= said["full"] <= lost + said["overruns"]
    shown = machine.run("grep ^1: /proc/tty/driver/serial*")
    assert said["full"] and f" bo:{said['full']}" in shown, shown


def test_rates(board):
    """24 MHz divided by 16 and a whole number; what is further away than 1.5 % is refused, and the port says so."""
    machine, _ = board(OURS)
    machine.run("exec 3<>/dev/ttyS1")
    for rate in (50, 9600, 57600, 115200, 500000, 1500000):
        machine.run(f"stty -F /dev/ttyS1 {rate}")
        assert machine.run("stty -F /dev/ttyS1 | head -1").startswith(f"speed {rate} baud")
    machine.run("stty -F /dev/ttyS1 115200")
    for rate in (230400, 460800, 921600, 4000000):
        machine.run(f"stty -F /dev/ttyS1 {rate} 2>/dev/null; stty -F /dev/ttyS1 {rate} 2>/dev/null; true")
        assert machine.run("stty -F /dev/ttyS1 | head -1").startswith("speed 115200 baud")
        assert machine.run(f"dmesg | grep -c 'ttyS1: 24000000 Hz gives no {rate} baud, using 115200'") == "1"


def divisor_writes(machine):
    """How often LCR of uart1 was written with DLAB."""
    trace = machine.log.with_suffix(".qemu.log").read_text()
    return len(re.findall(r"dw_apb_uart_write .*uart\[1\]\S* .*0x0*c\b.*0x0*[89a-f][0-9a-f]\b", trace))


def test_divisor_is_left_alone(board):
    """A change of anything else does not write the divisor of a port, of whatever kind."""
    machine, _ = board(GENERIC, "-trace", "dw_apb_uart_write")
    machine.run("exec 3<>/dev/ttyS1; stty -F /dev/ttyS1 115200 raw -echo")
    before = divisor_writes(machine)
    machine.run("stty -F /dev/ttyS1 inpck; stty -F /dev/ttyS1 cstopb; stty -F /dev/ttyS1 crtscts")
    assert divisor_writes(machine) == before
    machine.run("stty -F /dev/ttyS1 57600")
    assert divisor_writes(machine) > before


def of_apb2(dt):
    """A driver that comes late wants another parent for apb2: the 32 kHz oscillator."""
    ccu = dt.cells("/soc/clock@1c20000", "phandle")[0]
    rtc = dt.cells("/soc/rtc@1f00000", "phandle")[0]
    late = "/soc/i2c@1c2ac00"
    dt.set(late, "status", "okay")
    dt.set(late, "assigned-clocks", (ccu, CLK_APB2))
    dt.set(late, "assigned-clock-parents", (rtc, 0))


def apb2_rate(machine):
    return machine.run("cat /sys/kernel/debug/clk/apb2/clk_rate")


def test_nobody_changes_the_clock(board):
    machine, _ = board(OURS, change=of_apb2)
    assert apb2_rate(machine) == "24000000"
    assert "failed to reparent apb2" in machine.run("dmesg")


def test_halt_that_never_completes(board):
    """The port says so once, and goes on like any other of its kind."""
    machine, _ = board(OURS, fault="uart-lcrup-sticks")
    machine.run("exec 3<>/dev/ttyS1")
    for rate in (9600, 57600, 1500000, 115200):
        machine.run(f"stty -F /dev/ttyS1 {rate} raw -echo")
        assert machine.run("stty -F /dev/ttyS1 | head -1").startswith(f"speed {rate} baud")
    assert machine.run("dmesg | grep -c 'ttyS1: HALT does not complete'") == "1"
    machine.run("echo alive >&3; sleep 1")
    assert " tx:6 " in machine.run("grep ^1: /proc/tty/driver/serial*")


def test_rts_goes_back_after_rs485(board):
    """A port that autoconfig has looked at knows that it has no interrupt for the empty shift register."""
    machine, _ = board(GENERIC, change=in_rs485)
    # A character takes long enough for the interrupt of the empty FIFO to come before it is out.
    machine.run("exec 3<>/dev/ttyS1; stty -F /dev/ttyS1 300 raw -echo")
    # 3 s of them, so that it is seen on a slow machine, too
    idle, busy, again = re.findall(r"^0x[0-9A-F]{8}$", machine.run(
        f"devmem {MCR} 32; printf %090d >&3; usleep 200000; devmem {MCR} 32; sleep 5; devmem {MCR} 32"), re.M)
    assert (int(idle, 16) ^ int(busy, 16)) & MCR_RTS, (idle, busy)
    assert again == idle


DRIVER = "/sys/bus/platform/drivers/dw-apb-uart"


def test_interrupt_that_never_ends(board):
    """The port is shut down and says so once, the console lives; the block's reset ends it."""
    machine, _ = board(OURS, fault="uart-busy-detect-sticks")
    use = "exec 3<>/dev/ttyS1 && stty -F /dev/ttyS1 300 raw -echo && echo something long >&3"
    machine.run(use)
    # Refused, as it is busy
    machine.run(f"devmem {LCR} 32 3; sleep 1")
    for _ in range(2):
        assert "Input/output error" in machine.run(f"exec 3>&-; {use} || true; sleep 1; echo more >&3 || true")
    assert machine.run("dmesg | grep -c 'ttyS1: interrupt without end'") == "1"

    machine.run(f"exec 3>&-; cd {DRIVER}; echo 1c28400.serial >unbind; echo 1c28400.serial >bind; cd /; {use}; sleep 1")
    # What it sent before is counted as well.
    assert " tx:30 " in machine.run("grep ^1: /proc/tty/driver/serial*")


def without_clocks(dt):
    dt.drop(PORT, "clocks")


def without_resets(dt):
    dt.drop(PORT, "resets")


def without_reg(dt):
    dt.drop(PORT, "reg")


def without_reg_shift(dt):
    dt.drop(PORT, "reg-shift")


def without_reg_io_width(dt):
    dt.drop(PORT, "reg-io-width")


def as_a_16550(dt):
    dt.set(PORT, "snps,uart-16550-compatible", b"")


@pytest.mark.parametrize("change, words", [
    (without_resets, "1c28400.serial: error -ENODEV: no answer, are its resets and clocks in the device tree?"),
    *(pytest.param(*row, marks=pytest.mark.long) for row in (
        (without_clocks, "1c28400.serial: error -EINVAL: clock rate not defined"),
        (without_reg, "serial@1c28400: error -EINVAL: no registers defined"),
        (without_reg_shift, "1c28400.serial: error -EINVAL: reg-shift is 0, not 2"),
        (without_reg_io_width, "1c28400.serial: error -EINVAL: reg-io-width is not 4"),
        (as_a_16550, "1c28400.serial: error -EINVAL: it is not snps,uart-16550-compatible"))),
])
def test_port_that_is_described_wrongly(board, change, words):
    """It is named, it is not there, and the console is."""
    machine, _ = board(OURS, change=change)
    assert machine.run("dmesg").count(words) == 1
    assert "1: uart:unknown" in machine.run("cat /proc/tty/driver/serial*")


def without_interrupts(dt):
    dt.drop(PORT, "interrupts")


def test_port_without_an_interrupt_is_polled(board):
    machine, _ = board(OURS, change=without_interrupts)
    assert "1c28400.serial: error -ENXIO: IRQ index 0 not found" in machine.run("dmesg")
    machine.run("exec 3<>/dev/ttyS1; stty -F /dev/ttyS1 115200 raw -echo; echo hello >&3; sleep 1")
    assert " tx:6 " in machine.run("grep ^1: /proc/tty/driver/serial*")


@pytest.mark.long
@only_lts
def test_settings_that_did_not_stick(board):
    """A port that hears one character after the other is never idle; it says so once, and again when it was well."""
    machine, line = board(CLOCKED, *IN_TIME, waits=False)
    told = "dmesg | grep -c 'ttyS1: new line settings did not stick' || true"
    machine.run("exec 3<>/dev/ttyS1; stty -F /dev/ttyS1 2400 raw -echo")
    for times in ("1", "2"):
        # For seconds
        line.talk(bytes(1000))
        machine.run("sleep 1; stty -F /dev/ttyS1 cstopb; stty -F /dev/ttyS1 -cstopb; stty -F /dev/ttyS1 cstopb")
        assert machine.run(told) == times
        machine.run("sleep 5; stty -F /dev/ttyS1 -cstopb")
        assert machine.run(told) == times


@only_lts
@pytest.mark.parametrize("kind, first", [(OURS, "7c"), (GENERIC, "8")])
def test_a_boot_loaders_interrupt_is_ended(board, kind, first):
    """As in 2013: LCR was written while a key came in, before anybody had opened the port.

    USR (0x7c), which ends that, is read before anything looks at IIR (0x8); by a generic port it is not.
    """
    machine, line = board(kind, "-trace", "dw_apb_uart_read", "-trace", "dw_apb_uart_refused")
    # So that it has a rate, and a clock
    machine.run("stty -F /dev/ttyS1 115200; echo on >/sys/bus/platform/devices/1c28400.serial/power/control")
    line.talk(b"k")
    machine.run(f"sleep 1; devmem {LCR} 32 3; exec 3<>/dev/ttyS1")
    trace = machine.log.with_suffix(".qemu.log").read_text()
    # The last time that LCR was refused, what was read from then on
    *_, after = re.split(r"dw_apb_uart_refused .*uart\[1\].*LCR", trace)
    assert re.search(r"uart\[1\] offset 0x(7c|8) ", after)[1] == first, after[:2000]


R_PORT = "/soc/serial@1f02800"


def with_r_uart(dt):
    dt.set(R_PORT, "status", "okay")
    dt.set("/aliases", "serial2", R_PORT)


def test_r_uart(board):
    """It has APB0's 12 MHz, of which 115200 baud cannot be made."""
    machine, _ = board(OURS, change=with_r_uart)
    assert re.search(r"1f02800.serial: ttyS2 at MMIO 0x1f02800 \(irq = \d+, base_baud = 750000\) is a 16550A", machine.text)
    machine.run("exec 3<>/dev/ttyS2; stty -F /dev/ttyS2 57600 raw -echo; echo hello >&3; sleep 1")
    assert " tx:6 " in machine.run("grep ^2: /proc/tty/driver/serial*")
    machine.run("stty -F /dev/ttyS2 115200 2>/dev/null || true")
    assert machine.run("dmesg | grep -c 'ttyS2: 12000000 Hz gives no 115200 baud, using 57600'") == "1"
