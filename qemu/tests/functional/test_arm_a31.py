#!/usr/bin/env python3
#
# Functional test that boots a Linux kernel on two Allwinner A31 machines
# and uses a shell
#
# SPDX-License-Identifier: GPL-2.0-or-later

import glob
import os
import shutil
import subprocess
from unittest import skipUnless

from qemu_test import LinuxKernelTest, skipIfMissingCommands
from qemu_test import exec_command_and_wait_for_pattern

DEBS = os.getenv('QEMU_TEST_A31_DEBS')


@skipUnless(DEBS, "set QEMU_TEST_A31_DEBS to a folder with Debian's packages "
                  "linux-image-*-armmp and busybox-static for armhf")
class A31Machine(LinuxKernelTest):

    def package(self, pattern):
        packages = glob.glob(os.path.join(DEBS, pattern))
        self.assertEqual(len(packages), 1, f'{pattern} in {DEBS}: {packages}')
        return packages[0]

    def make_initrd(self):
        busybox = self.archive_extract(
            self.package('busybox-static_*_armhf.deb'), member='bin/busybox')
        root = self.scratch_file('root')
        os.mkdir(root)
        for folder in ('bin', 'proc'):
            os.mkdir(os.path.join(root, folder))
        shutil.copy(busybox, os.path.join(root, 'bin'))
        os.symlink('busybox', os.path.join(root, 'bin', 'sh'))

        initrd = self.scratch_file('initrd.cpio')
        subprocess.run(['cpio', '-o', '-H', 'newc', '--quiet', '-F', initrd],
                       input=b'bin\nbin/busybox\nbin/sh\nproc\n',
                       cwd=root, check=True)
        return initrd

    def boot(self, machine, dtb, model):
        self.set_machine(machine)
        package = self.package('linux-image-*-armmp_*_armhf.deb')
        name = os.path.basename(package).split('_')[0]
        kernel = self.archive_extract(
            package, member=name.replace('linux-image-', 'boot/vmlinuz-'))
        dtb = self.archive_extract(package, member=f'usr/lib/{name}/{dtb}')

        self.vm.add_args('-append', self.KERNEL_COMMON_COMMAND_LINE +
                         'console=ttyS0,115200 rdinit=/bin/sh',
                         '-no-reboot')
        self.launch_kernel(kernel, initrd=self.make_initrd(), dtb=dtb,
                           wait_for=f'Machine model: {model}')
        self.wait_for_console_pattern('Brought up 1 node, 4 CPUs')
        self.wait_for_console_pattern('/ # ')

        exec_command_and_wait_for_pattern(
            self, '/bin/busybox mount -t proc proc /proc', '/ # ')
        exec_command_and_wait_for_pattern(
            self, '/bin/busybox grep Hardware /proc/cpuinfo',
            'Allwinner sun6i (A31) Family')
        exec_command_and_wait_for_pattern(
            self, '/bin/busybox cat /proc/interrupts', 'Err:')

    @skipIfMissingCommands('cpio')
    def test_arm_hummingbird_a31(self):
        self.boot('hummingbird-a31', 'sun6i-a31-hummingbird.dtb',
                  'Merrii A31 Hummingbird')

    @skipIfMissingCommands('cpio')
    def test_arm_bpi_m2(self):
        self.boot('bpi-m2', 'sun6i-a31s-sinovoip-bpi-m2.dtb',
                  'Sinovoip BPI-M2')


if __name__ == '__main__':
    LinuxKernelTest.main()
