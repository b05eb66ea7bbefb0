# A 64-bit machine with a GICv2, for the self-test on a kernel for arm64
CONFIG_ARM_VIRT=y
