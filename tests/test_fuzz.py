# SPDX-License-Identifier: GPL-2.0
"""Random register accesses and bus masters gone astray: QEMU lives on."""

import os
import re
import subprocess

import pytest

from conftest import TOP


def check_fuzz(*args, timeout, **env):
    p = subprocess.run([str(TOP / "scripts" / "check-fuzz"), *args], text=True, timeout=timeout,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **env})
    assert p.returncode == 0, p.stdout
    assert int(re.search(r"(\d+) blocks stood it", p.stdout).group(1)) > 40, p.stdout


def test_every_device_stands_random_accesses():
    check_fuzz("--fast", timeout=1800, A31_FUZZ_ITERATIONS="400")


@pytest.mark.long
def test_every_device_stands_random_accesses_under_sanitizers():
    check_fuzz(timeout=7200)
