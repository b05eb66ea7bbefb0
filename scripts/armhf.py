# SPDX-License-Identifier: GPL-2.0
"""Programs for the board: compiled here, or Debian's with the libraries they want; and archives for its initramfs."""

import gzip
import os
import re
import shutil
import subprocess

# Of programs of ours for dom0
CFLAGS = ("-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror")


def cross(*args):
    """Run the cross compiler; what it printed."""
    compiler = f"{os.environ.get('CROSS_COMPILE', 'arm-linux-gnueabihf-')}gcc"
    return subprocess.run([compiler, *map(str, args)], check=True, stdout=subprocess.PIPE, text=True,
                          timeout=120).stdout.strip()


def libraries(program, folder, found=None):
    """{name: file} of the shared libraries below FOLDER that PROGRAM wants, and of those that they want."""
    found = {} if found is None else found
    dynamic = subprocess.run([cross("-print-prog-name=readelf"), "-d", program], check=True, stdout=subprocess.PIPE,
                             text=True, timeout=60).stdout
    for name in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if name not in found:
            found[name] = next(folder.rglob(name))
            libraries(found[name], folder, found)
    return found


def copy_libraries(program, folder, root):
    """Those, into ROOT's lib, by the names they are wanted by."""
    for name, file in libraries(program, folder).items():
        shutil.copy(file, root / "lib" / name)


def append_archive(initramfs, root, out):
    """INITRAMFS, and behind it everything below ROOT, as OUT: the kernel unpacks one after the other."""
    files = sorted(str(path.relative_to(root)) for path in root.rglob("*"))
    archive = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet", "-R", "0:0", "--reproducible"], cwd=root,
                             input="\n".join(files).encode(), capture_output=True, check=True, timeout=60).stdout
    out.write_bytes(initramfs.read_bytes() + gzip.compress(archive, mtime=0))
