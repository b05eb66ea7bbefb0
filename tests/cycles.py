# SPDX-License-Identifier: GPL-2.0
"""CPUs off and on, again and again, while the board has other things to do."""

import random
import re
import sys

import verdict

from machine import by_instructions, run_suites, tree_of, write_tree

BOARD = "hummingbird-a31"
# CPUs, off and on; in one command; until the GIC's suites have to pass
ROUND, HUNDRED = 20, 100
# Of each of the three that go off and come back
FEW, MANY = 12, 2000
PORT = "/soc/serial@1c28800"
# Of /proc/interrupts: the card's and the other port's
DEVICES = {"card": "sunxi-mmc", "port": "ttyS2"}


def device_tree():
    """The board's, with one more port, for data that nobody waits for."""
    dt = tree_of(BOARD)
    dt.set(PORT, "status", "okay")
    # Without an alias it would be ttyS0 if it comes first, and the console with it.
    dt.set("/aliases", "serial2", PORT)
    return write_tree(dt, "cycles")


# For Machine: the console is UART0
PORTS = ["-serial", "null", "-serial", "null"]
# Thousands of pairs: what they wait for by the clock costs nothing then, and another's work on the host changes
# nothing.
BY_INSTRUCTIONS = by_instructions("off")


class Load:
    """The card is read and the other port written, and their interrupts go from CPU to CPU."""

    def __init__(self, machine):
        self.machine = machine
        machine.run("stty -F /dev/ttyS2 115200 raw; (cat /dev/zero >/dev/ttyS2 &)")
        machine.run("(while [ -b /dev/mmcblk? ]; do echo 1 >/proc/sys/vm/drop_caches; "
                    "head -c 524288 /dev/mmcblk? >/dev/null; usleep 200000; done &)")
        self.seen = self.interrupts()

    def interrupts(self):
        """{device: (how often, number)}"""
        table = self.machine.run("cat /proc/interrupts")
        rows = {}
        for device, name in DEVICES.items():
            # Of the controllers one has a card.
            rows[device] = max((sum(map(int, counts.split())), int(number)) for number, counts in
                               re.findall(rf"^ *(\d+):((?: +\d+)+) .*{name}", table, re.M))
        return rows

    def move(self, order):
        """To CPUs of any choice; Linux takes them away from one that goes off."""
        for _, number in self.seen.values():
            self.machine.run(f"echo {1 << order.randrange(4):x} >/proc/irq/{number}/smp_affinity")

    def check(self):
        now = self.interrupts()
        assert all(now[device] > self.seen[device] for device in now), f"{self.seen}, then {now}"
        self.seen = now


def orders(order, first, second):
    """What to do with two CPUs: "01" is CPU1 off, "11" is CPU1 on."""
    return order.choice((f"0{first} 1{first} 0{second} 1{second}", f"0{first} 0{second} 1{first} 1{second}",
                         f"0{first} 0{second} 1{second} 1{first}"))


def pairs(machine, order):
    """ROUND CPUs off and on in random order, without a pause; one that came back dead would not go off again.

    The one who asks is on CPU0, which does the work for all, or on another. Returns the CPUs, each for one pair.
    """
    asker = order.choice((0, 0, 1, 2, 3))
    others = [cpu for cpu in (1, 2, 3) if cpu != asker]
    steps = " ".join(orders(order, *order.sample(others, 2)) for _ in range(ROUND // 2))
    machine.run(f"taskset {1 << asker:x} sh -c 'cd /sys/devices/system/cpu; "
                f"for n in {steps}; do echo ${{n%?}} >cpu${{n#?}}/online || exit; done'")
    assert machine.run("cat /sys/devices/system/cpu/online") == "0-3"
    return [int(step[1]) for step in steps.split() if step[0] == "0"]


# Linux 6.12 counts the fair server among the tasks of a CPU (inc_dl_tasks() in kernel/sched/deadline.c; the newest
# does not), and warns if that is enqueued as the CPU goes. No task is: the list that follows has the stopper alone.
FAIR_SERVER = re.compile(r"WARNING: .* sched_cpu_dying\+.*\n(?:.*\n)*?.*Dying CPU not properly vacated!\n(?:.*\n)*?"
                         r".*CPU\d enqueued tasks \(2 total\):\n.*pid: \d+, name: migration/\d(?:\n|\Z)(?!.*\tpid: )")


def cycle(machine, times, load=None):
    """TIMES of each CPU but the first; with LOAD the GIC's suites now and then."""
    order = random.Random("hotplug")
    # Most of the time of a pair is RCU's, which waits for ticks.
    machine.run("echo 1 >/sys/kernel/rcu_expedited")
    done = dict.fromkeys((1, 2, 3), 0)
    while min(done.values()) < times:
        if load:
            load.move(order)
        for cpu in pairs(machine, order):
            done[cpu] += 1
        log = FAIR_SERVER.sub("", machine.run("dmesg -c"))
        assert not verdict.TROUBLE.search(log) and not re.search("CPU.*(cleanly|failed)", log), log
        if load and sum(done.values()) % HUNDRED == 0:
            load.check()
            assert run_suites(machine, 1) == ""
            print(f"{done}, interrupts {load.seen}", file=sys.stderr, flush=True)
