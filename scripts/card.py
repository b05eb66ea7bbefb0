# SPDX-License-Identifier: GPL-2.0
"""Somebody's card image: what can be said of it before it is started, and a form that
QEMU takes. The file itself is never written."""

import contextlib
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

SECTOR = 512
# QEMU wants a power of two; a smaller card than this has no room for U-Boot.
SMALLEST = 1 << 20
PACKED = ((b"\x1f\x8b", "gunzip"), (b"\xfd7zXZ", "unxz"), (b"BZh", "bunzip2"),
          (b"\x28\xb5\x2f\xfd", "unzstd"), (b"PK\x03\x04", "unzip"))
GPT_PROTECTIVE = 0xee


class BadCard(Exception):
    """What is wrong, and what to do next."""

    def __init__(self, text, next_step):
        super().__init__(text)
        self.next_step = next_step


def partition_ends(head):
    """(name, first byte behind it) of what the card's tables speak of; HEAD is its first KiB."""
    if len(head) < 2 * SECTOR or head[510:512] != b"\x55\xaa":
        return
    for n in range(4):
        kind, start, count = struct.unpack_from("<4xB3xII", head, 446 + 16 * n)
        if kind and kind != GPT_PROTECTIVE:
            yield f"partition {n + 1}", (start + count) * SECTOR
    if head[SECTOR:SECTOR + 8] == b"EFI PART":
        backup, = struct.unpack_from("<Q", head, SECTOR + 32)
        yield "GUID partition table", (backup + 1) * SECTOR


def check(path):
    """Raise BadCard if PATH cannot be a whole card image."""
    if not path.is_file():
        raise BadCard(f"the card image {path} does not exist", "check IMAGE=")
    if not os.access(path, os.R_OK):
        raise BadCard(f"the card image {path} cannot be read", "check its permissions")
    with open(path, "rb") as f:
        head = f.read(2 * SECTOR)
    for magic, tool in PACKED:
        if head.startswith(magic):
            raise BadCard(f"the card image {path} is compressed", f"unpack it first: {tool} {path}")
    size = path.stat().st_size
    for name, end in partition_ends(head):
        if end > size:
            raise BadCard(f"the card image {path} has {size} bytes, but its {name} ends at {end}: it is truncated",
                          "get the whole image")


@contextlib.contextmanager
def for_qemu(path, folder):
    """PATH, or if its size is no power of two a larger copy of it in FOLDER, as long as it is needed."""
    size = path.stat().st_size
    wanted = max(SMALLEST, 1 << max(size - 1, 0).bit_length())
    if size == wanted:
        yield path
        return
    need = path.stat().st_blocks * 512
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < need:
        raise BadCard(f"{folder} has no room for a copy of {path} whose size is a power of two",
                      f"make room, or enlarge the image: truncate -s {wanted} {path}")
    fd, name = tempfile.mkstemp(suffix=".img", dir=folder)
    os.close(fd)
    try:
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(path), name], check=True)
        os.truncate(name, wanted)
        yield pathlib.Path(name)
    finally:
        os.unlink(name)
