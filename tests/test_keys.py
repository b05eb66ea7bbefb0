# SPDX-License-Identifier: GPL-2.0
"""The bug of 2013: a key pressed at any moment from power-on to the login, and the console lives on.

A character in the UART makes it busy, a write to LCR then raises the busy-detect interrupt, and a driver that
never reads USR is left with a line that hears nothing, or with an interrupt that never ends.
"""

import concurrent.futures
import os
import random
import re
import subprocess
import time

import pytest

from conftest import LOGS, TOP
from machine import PROMPT, Machine, tree_of, write_tree
from test_firmware import make_card

BOARD = "bpi-m2"
BOOTS, KEYS = 200, 8
# Of the console's output from power-on to the shell, bytes; a key comes at one of them
OUTPUT = 17000
# Nothing said for so long: the board waits for somebody
SILENCE = 3
# A keyboard's, seconds
REPEAT = 0.03
ANSWERS = (
    # A key has stopped U-Boot, or its menu
    (re.compile(r"^=> [^\n]*\Z", re.M), b"\x03boot\n"),
    (re.compile(r"^Enter choice: [^\n]*\Z", re.M), b"\x151\n"),
)


def moments(seed):
    """Where in the output the keys of this boot come, and which they are."""
    chance = random.Random(seed)
    return sorted((chance.randrange(OUTPUT), chance.choice((b" ", b"k", b"\n"))) for _ in range(KEYS))


def press_until_shell(machine, keys):
    """Press KEYS at their moments; whether the shell's prompt came."""
    deadline = time.monotonic() + machine.timeout
    said = time.monotonic()
    while not re.search(PROMPT, machine.text):
        before = len(machine.text)
        if not machine.drain() or time.monotonic() > deadline:
            return False
        while keys and len(machine.text) >= keys[0][0]:
            machine.console.sendall(keys.pop(0)[1])
        if len(machine.text) > before:
            said = time.monotonic()
        elif time.monotonic() - said > SILENCE:
            said = time.monotonic()
            # U-Boot grumbles about a slow machine behind its prompt.
            asked = re.sub(r"cyclic function .*\n", "", machine.text)
            for pattern, answer in ANSWERS:
                if pattern.search(asked):
                    machine.console.sendall(answer)
    return True


def console_lives(machine):
    """Whether it hears what is typed, says what was asked for, and has its interrupt.

    Without that Linux still polls it now and then.
    """
    start = len(machine.text)
    machine.console.sendall(b"\x15\necho alive-$((6*7))\n")
    deadline = time.monotonic() + 30
    while not re.search(r"^alive-42$", machine.text[start:], re.M):
        if not machine.drain() or time.monotonic() > deadline:
            return False
    return "nobody cared" not in machine.text


def lives(name, image, seed):
    """Whether the console lives after a boot of IMAGE with the keys of SEED."""
    with Machine(LOGS / f"keys-{name}-{seed}.log", board=BOARD, card=image, args=["-snapshot"]) as machine:
        return press_until_shell(machine, moments(seed)) and console_lives(machine)


def ours():
    return ()


def unmodified():
    """The source as its authors ship it."""
    subprocess.run([str(TOP / "scripts" / "build-linux"), "lts-pristine"], check=True, timeout=3600)
    return "--kernel", "lts-pristine"


def ns16550a():
    """With the UART as one that has no USR, as the kernel of 2013 had it."""
    dt = tree_of(BOARD)
    dt.set("/soc/serial@1c28000", "compatible", "ns16550a")
    return "--dtb", str(write_tree(dt, "keys-ns16550a"))


@pytest.fixture(scope="module")
def card():
    made = {}

    def get(driver):
        if driver not in made:
            made[driver] = make_card(BOARD, f"keys-{driver.__name__}", "--append", "kunit.enable=0", *driver())
        return made[driver]
    return get


def deaf_after(card, driver, boots):
    """The seeds after whose boots the console did not live. A part of each boot U-Boot waits for keys."""
    image = card(driver)
    with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
        alive = list(pool.map(lambda seed: lives(driver.__name__, image, seed), range(boots)))
    return [seed for seed in range(boots) if not alive[seed]]


@pytest.mark.parametrize("driver, boots", [(ours, 3), pytest.param(ours, BOOTS, marks=pytest.mark.long),
                                           pytest.param(unmodified, BOOTS, marks=pytest.mark.long)])
def test_console_lives_whenever_a_key_is_pressed(card, record_property, driver, boots):
    deaf = deaf_after(card, driver, boots)
    record_property("the console lives", f"after {boots - len(deaf)} of {boots} boots, driver {driver.__name__}")
    assert deaf == []


@pytest.mark.long
def test_keys_at_random_silence_a_driver_that_never_reads_usr(card, record_property):
    """The same keys."""
    deaf = deaf_after(card, ns16550a, BOOTS)
    record_property("the console lives", f"after {BOOTS - len(deaf)} of {BOOTS} boots, driver ns16550a")
    assert deaf


@pytest.mark.long
def test_such_a_driver_lives_without_keys(card):
    """It is they that silence it."""
    with Machine(LOGS / "keys-none-ns16550a.log", board=BOARD, card=card(ns16550a), args=["-snapshot"]) as machine:
        machine.expect(PROMPT)
        assert console_lives(machine)


def key_at_the_driver(machine):
    """Keys held down while the kernel's driver takes the port: where 2013 it went wrong."""
    machine.expect(r"Starting kernel|Booting Linux")
    pressed = time.monotonic()
    deadline = pressed + 30
    while not re.search(PROMPT, machine.text) and time.monotonic() < deadline:
        if time.monotonic() - pressed > REPEAT:
            pressed = time.monotonic()
            machine.console.sendall(b"k")
        if not machine.drain():
            return


def test_console_lives_with_a_key_held_down(card):
    with Machine(LOGS / "keys-held-ours.log", board=BOARD, card=card(ours), args=["-snapshot"]) as machine:
        key_at_the_driver(machine)
        assert console_lives(machine)


def test_a_driver_that_never_reads_usr_loses_its_interrupt(card):
    """What the tests above are there to see."""
    with Machine(LOGS / "keys-held-ns16550a.log", board=BOARD, timeout=40, card=card(ns16550a), args=["-snapshot"]) as machine:
        key_at_the_driver(machine)
        assert not console_lives(machine)
