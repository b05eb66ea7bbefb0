#!/usr/bin/env python3
#
# Functional test that boots a Linux kernel on two Allwinner A31 machines
# and uses a shell
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import subprocess

from qemu_test import LinuxKernelTest, Asset, skipIfMissingCommands
from qemu_test import exec_command_and_wait_for_pattern


class A31Machine(LinuxKernelTest):

    # linux-image-6.1.0-50-armmp_6.1.176-1_armhf.deb
    ASSET_KERNEL = Asset(
        ('https://snapshot.debian.org/file/'
         'ae5950a72772d73d3f2a2b045dbdfaf7c104f8ee'),
        'ddd1d8dd0c6beabb9eb96bcfab26549eb30c63331bae31de481ffae4af0e982a')
    KERNEL = '6.1.0-50-armmp'

    # busybox-static_1.35.0-4+deb12u1+b1_armhf.deb
    ASSET_BUSYBOX = Asset(
        ('https://snapshot.debian.org/file/'
         'a90d4d0faf10938cfa9b5287663e4ad910a81287'),
        '2f68dbeaebeda49f3cde34ac421d5add85fb1c837ff7c4a4971945340d9d66ff')

    def make_initrd(self):
        busybox = self.archive_extract(self.ASSET_BUSYBOX, format='deb',
                                       member='bin/busybox')
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
        kernel = self.archive_extract(
            self.ASSET_KERNEL, format='deb',
            member=f'boot/vmlinuz-{self.KERNEL}')
        dtb = self.archive_extract(
            self.ASSET_KERNEL, format='deb',
            member=f'usr/lib/linux-image-{self.KERNEL}/{dtb}')

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
