/*
 * Allwinner A31 (sun6i) CPU Configuration
 *
 * Holds the resets of the four cores. A secondary core runs if its power clamp
 * is open and its power is not gated off, both in the PRCM, and its reset here
 * is released; taking any of these away switches it off. It starts at the
 * reset vector, in the boot ROM, which jumps to the address in PRIVATE0. That
 * these and no other conditions count is inferred from the sequences in Linux
 * and U-Boot.
 *
 * What would go wrong on hardware is a guest error here: to take a core's reset
 * or power away while it runs, as an access that is under way never ends then,
 * or while its data cache is on, as what is dirty in there is lost (ARM DDI
 * 0464, individual processor shutdown); and to start a core a second time
 * without saying where.
 *
 * Where a register is known from:
 *   [L] Linux, arch/arm/mach-sunxi/platsmp.c
 *   [U] U-Boot, arch/arm/include/asm/arch-sunxi/cpucfg.h
 *   [M] from memory, and like the Allwinner H3's
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "hw/core/cpu.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/misc/allwinner-a31-cpucfg.h"
#include "migration/vmstate.h"
#include "system/runstate.h"
#include "target/arm/arm-powerctl.h"
#include "target/arm/cpu.h"
#include "target/arm/internals.h"
#include "trace.h"

#define CPUCFG_CPUS_RST         0x000                   /* [M] */
#define CPUCFG_CPU_BASE         0x040
#define CPUCFG_CPU_STRIDE       0x040
#define CPUCFG_SYS_RST          0x140                   /* [M] */
#define CPUCFG_CLK_GATING       0x144                   /* [M] */
#define CPUCFG_GEN_CTRL         0x184                   /* [L] */
#define CPUCFG_SUPER_STANDBY    0x1a0                   /* [M] */
#define CPUCFG_PRIVATE0         0x1a4                   /* [L] */
#define CPUCFG_PRIVATE1         0x1a8                   /* [L] */
#define CPUCFG_DBG_CTL0         0x1e0                   /* [L] */
#define CPUCFG_DBG_CTL1         0x1e4                   /* [L] */
#define CPUCFG_CNT64_CTRL       0x280                   /* [M] */
#define CPUCFG_CNT64_LOW        0x284                   /* [M] */
#define CPUCFG_CNT64_HIGH       0x288                   /* [M] */

/* In the block of each core, at CPUCFG_CPU_BASE + n * CPUCFG_CPU_STRIDE */
#define CPU_RST                 0x00                    /* [L] */
#define CPU_CTRL                0x04                    /* [L] */
#define CPU_STATUS              0x08                    /* [L] */
#define CPU_CLAMP_STATUS        0x24                    /* [L] */

#define CPU_RST_RELEASED        0x3                     /* [L] */
#define CPU_STATUS_WFI          BIT(2)                  /* [U] */

#define CNT64_CTRL_CLEAR        BIT(0)                  /* [M] */
#define CNT64_CTRL_LATCH        BIT(1)                  /* [M] */
#define CNT64_FREQ_HZ           24000000                /* [M] */

#define REG(offset)             ((offset) / sizeof(uint32_t))
#define CPU_REG(n, offset) \
    REG(CPUCFG_CPU_BASE + (n) * CPUCFG_CPU_STRIDE + (offset))

static void aw_a31_cpucfg_check_off(const AwA31CpuCfgCore *core, CPUState *cs)
{
    CPUARMState *env = cpu_env(cs);
    /* Of PL1, also when it is secure, and of Hyp mode */
    uint64_t sctlr = env->cp15.sctlr_el[MAX(arm_current_el(env), 1)];

    if (!cs->halted) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_CPUCFG
                      ": CPU%u is switched off while it runs\n", core->index);
    } else if (sctlr & SCTLR_C) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_CPUCFG
                      ": CPU%u is switched off with its data cache on\n",
                      core->index);
    }
}

static CPUState *aw_a31_cpucfg_core_cpu(const AwA31CpuCfgCore *core)
{
    return arm_get_cpu_by_id(core->index);
}

/*
 * Bring the power state of a core up to what the registers ask for.
 *
 * arm_set_cpu_on_and_reset() and arm_set_cpu_off() look at the power state at
 * once but change it later, in work that they queue on the core. Called from a
 * register write, a "release" soon after an "assert" would find the core still
 * on and be lost. So they are called from work on the core itself, one step at
 * a time: each step queues QEMU's work, and this function behind it, until
 * there is nothing left to do.
 */
static void aw_a31_cpucfg_core_work(CPUState *cs, run_on_cpu_data data)
{
    AwA31CpuCfgCore *core = data.host_ptr;
    bool on = ARM_CPU(cs)->power_state != PSCI_OFF;

    if (on && (core->stopped || !core->running)) {
        trace_allwinner_a31_cpucfg_cpu_off(core->index);
        aw_a31_cpucfg_check_off(core, cs);
        arm_set_cpu_off(core->index);
    } else if (!on && core->running) {
        trace_allwinner_a31_cpucfg_cpu_on(core->index);
        arm_set_cpu_on_and_reset(core->index);
    } else {
        core->stopped = false;
        core->work_queued = false;
        return;
    }

    core->stopped = false;
    async_run_on_cpu(cs, aw_a31_cpucfg_core_work, data);
}

static void aw_a31_cpucfg_queue_work(AwA31CpuCfgCore *core)
{
    if (!core->work_queued) {
        core->work_queued = true;
        async_run_on_cpu(aw_a31_cpucfg_core_cpu(core), aw_a31_cpucfg_core_work,
                         RUN_ON_CPU_HOST_PTR(core));
    }
}

static void aw_a31_cpucfg_update_core(AwA31CpuCfgState *s, unsigned n)
{
    AwA31CpuCfgCore *core = &s->core[n];
    bool released = (s->regs[CPU_REG(n, CPU_RST)] & CPU_RST_RELEASED) ==
                    CPU_RST_RELEASED;
    bool running = released && allwinner_a31_prcm_cpu_powered(s->prcm, n);

    if (running == core->running) {
        return;
    }
    core->running = running;

    if (n == 0) {
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_CPUCFG
                      ": CPU0 cannot be switched %s\n", running ? "on" : "off");
        return;
    }

    core->stopped |= !running;
    if (!running) {
        core->entry_given = false;
    } else if (!core->entry_given) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_CPUCFG
                      ": CPU%u starts where it did before: PRIVATE0 has not "
                      "been written since it went off\n", n);
    }

    aw_a31_cpucfg_queue_work(core);
}

/*
 * The machine may be saved while work is queued on a core that has stopped
 * already, QEMU's own or that of this device. It is not saved; make good for
 * it when the machine runs again.
 */
static void aw_a31_cpucfg_vm_state_change(void *opaque, bool vm_running,
                                          RunState state)
{
    AwA31CpuCfgState *s = opaque;

    if (!vm_running) {
        return;
    }
    for (unsigned i = 1; i < AW_A31_CPUCFG_NUM_CPUS; i++) {
        AwA31CpuCfgCore *core = &s->core[i];
        ARMCPU *cpu = ARM_CPU(aw_a31_cpucfg_core_cpu(core));

        if (core->stopped || core->running != (cpu->power_state != PSCI_OFF)) {
            aw_a31_cpucfg_queue_work(core);
        }
    }
}

static void aw_a31_cpucfg_power_changed(void *opaque, int n, int level)
{
    aw_a31_cpucfg_update_core(AW_A31_CPUCFG(opaque), n);
}

static uint32_t aw_a31_cpucfg_core_status(const AwA31CpuCfgCore *core)
{
    CPUState *cs = aw_a31_cpucfg_core_cpu(core);

    /* A core that has no power is halted for QEMU, but it is not in WFI */
    if (ARM_CPU(cs)->power_state == PSCI_ON && cs->halted) {
        return CPU_STATUS_WFI;
    }
    return 0;
}

static uint64_t aw_a31_cpucfg_counter(const AwA31CpuCfgState *s)
{
    return muldiv64(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) - s->counter_start,
                    CNT64_FREQ_HZ, NANOSECONDS_PER_SECOND);
}

static void aw_a31_cpucfg_write_cnt64_ctrl(AwA31CpuCfgState *s, uint32_t value)
{
    if (value & CNT64_CTRL_CLEAR) {
        s->counter_start = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    }
    if (value & CNT64_CTRL_LATCH) {
        s->counter_latch = aw_a31_cpucfg_counter(s);
    }
    /* Both take no time, and software waits until they read 0 */
    s->regs[REG(CPUCFG_CNT64_CTRL)] =
        value & ~(CNT64_CTRL_CLEAR | CNT64_CTRL_LATCH);
}

static void aw_a31_cpucfg_bad_offset(hwaddr offset)
{
    qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_CPUCFG
                  ": no register at offset 0x%03" HWADDR_PRIx "\n", offset);
}

static uint32_t aw_a31_cpucfg_read_cpu(AwA31CpuCfgState *s, hwaddr offset)
{
    unsigned n = (offset - CPUCFG_CPU_BASE) / CPUCFG_CPU_STRIDE;

    switch ((offset - CPUCFG_CPU_BASE) % CPUCFG_CPU_STRIDE) {
    case CPU_RST:
    case CPU_CTRL:
        return s->regs[REG(offset)];
    case CPU_STATUS:
        return aw_a31_cpucfg_core_status(&s->core[n]);
    case CPU_CLAMP_STATUS:
        return allwinner_a31_prcm_cpu_clamp(s->prcm, n);
    default:
        aw_a31_cpucfg_bad_offset(offset);
        return 0;
    }
}

static void aw_a31_cpucfg_write_cpu(AwA31CpuCfgState *s, hwaddr offset,
                                    uint32_t value)
{
    unsigned n = (offset - CPUCFG_CPU_BASE) / CPUCFG_CPU_STRIDE;

    switch ((offset - CPUCFG_CPU_BASE) % CPUCFG_CPU_STRIDE) {
    case CPU_RST:
        s->regs[REG(offset)] = value & CPU_RST_RELEASED;
        aw_a31_cpucfg_update_core(s, n);
        break;
    case CPU_CTRL:
        s->regs[REG(offset)] = value;
        break;
    case CPU_STATUS:
    case CPU_CLAMP_STATUS:
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_AW_A31_CPUCFG
                      ": register at offset 0x%03" HWADDR_PRIx
                      " is read-only\n", offset);
        break;
    default:
        aw_a31_cpucfg_bad_offset(offset);
        break;
    }
}

static uint64_t aw_a31_cpucfg_read(void *opaque, hwaddr offset, unsigned size)
{
    AwA31CpuCfgState *s = opaque;
    uint32_t value = 0;

    switch (offset) {
    case CPUCFG_CPU_BASE ... CPUCFG_SYS_RST - 1:
        value = aw_a31_cpucfg_read_cpu(s, offset);
        break;
    case CPUCFG_CPUS_RST:
    case CPUCFG_SYS_RST:
    case CPUCFG_CLK_GATING:
    case CPUCFG_GEN_CTRL:
    case CPUCFG_SUPER_STANDBY:
    case CPUCFG_PRIVATE0:
    case CPUCFG_PRIVATE1:
    case CPUCFG_DBG_CTL0:
    case CPUCFG_DBG_CTL1:
    case CPUCFG_CNT64_CTRL:
        value = s->regs[REG(offset)];
        break;
    case CPUCFG_CNT64_LOW:
        value = s->counter_latch;
        break;
    case CPUCFG_CNT64_HIGH:
        value = s->counter_latch >> 32;
        break;
    default:
        aw_a31_cpucfg_bad_offset(offset);
        break;
    }

    trace_allwinner_a31_cpucfg_read(offset, value);

    return value;
}

static void aw_a31_cpucfg_write(void *opaque, hwaddr offset, uint64_t value,
                                unsigned size)
{
    AwA31CpuCfgState *s = opaque;

    trace_allwinner_a31_cpucfg_write(offset, value);

    switch (offset) {
    case CPUCFG_CPU_BASE ... CPUCFG_SYS_RST - 1:
        aw_a31_cpucfg_write_cpu(s, offset, value);
        break;
    case CPUCFG_CPUS_RST:
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_CPUCFG
                      ": the AR100 (CPUS) is not modelled\n");
        s->regs[REG(offset)] = value;
        break;
    case CPUCFG_SYS_RST:
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_CPUCFG
                      ": reset of the CPU system is not modelled\n");
        s->regs[REG(offset)] = value;
        break;
    case CPUCFG_PRIVATE0:
        s->regs[REG(offset)] = value;
        for (unsigned i = 0; i < AW_A31_CPUCFG_NUM_CPUS; i++) {
            s->core[i].entry_given = true;
        }
        break;
    case CPUCFG_CLK_GATING:
    case CPUCFG_GEN_CTRL:
    case CPUCFG_SUPER_STANDBY:
    case CPUCFG_PRIVATE1:
    case CPUCFG_DBG_CTL0:
    case CPUCFG_DBG_CTL1:
        s->regs[REG(offset)] = value;
        break;
    case CPUCFG_CNT64_CTRL:
        aw_a31_cpucfg_write_cnt64_ctrl(s, value);
        break;
    case CPUCFG_CNT64_LOW:
    case CPUCFG_CNT64_HIGH:
        qemu_log_mask(LOG_UNIMP, TYPE_AW_A31_CPUCFG
                      ": setting the 64-bit counter is not modelled\n");
        break;
    default:
        aw_a31_cpucfg_bad_offset(offset);
        break;
    }
}

static const MemoryRegionOps aw_a31_cpucfg_ops = {
    .read = aw_a31_cpucfg_read,
    .write = aw_a31_cpucfg_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 4,
        .max_access_size = 4,
    },
    .impl = {
        .min_access_size = 4,
        .max_access_size = 4,
    },
};

/*
 * The cores themselves are reset by the machine, the secondary ones to "off".
 * No work is pending then: QEMU lets the CPUs finish theirs before it resets.
 */
static void aw_a31_cpucfg_reset_enter(Object *obj, ResetType type)
{
    AwA31CpuCfgState *s = AW_A31_CPUCFG(obj);

    memset(s->regs, 0, sizeof(s->regs));
    s->regs[REG(CPUCFG_SYS_RST)] = 0x1;                 /* [M] */
    s->regs[REG(CPUCFG_CLK_GATING)] = 0x10f;            /* [M] */
    s->regs[REG(CPUCFG_GEN_CTRL)] = 0x20;               /* [M] */
    s->regs[CPU_REG(0, CPU_RST)] = CPU_RST_RELEASED;

    for (unsigned i = 0; i < AW_A31_CPUCFG_NUM_CPUS; i++) {
        s->core[i].running = i == 0;
        s->core[i].stopped = false;
        s->core[i].entry_given = false;
    }

    s->counter_start = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    s->counter_latch = 0;
}

static void aw_a31_cpucfg_init(Object *obj)
{
    AwA31CpuCfgState *s = AW_A31_CPUCFG(obj);

    for (unsigned i = 0; i < AW_A31_CPUCFG_NUM_CPUS; i++) {
        s->core[i].index = i;
    }

    memory_region_init_io(&s->iomem, obj, &aw_a31_cpucfg_ops, s,
                          TYPE_AW_A31_CPUCFG, AW_A31_CPUCFG_IOSIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    qdev_init_gpio_in_named(DEVICE(obj), aw_a31_cpucfg_power_changed,
                            AW_A31_CPUCFG_CPU_POWER, AW_A31_CPUCFG_NUM_CPUS);
}

static void aw_a31_cpucfg_realize(DeviceState *dev, Error **errp)
{
    AwA31CpuCfgState *s = AW_A31_CPUCFG(dev);

    if (!s->prcm) {
        error_setg(errp, TYPE_AW_A31_CPUCFG " 'prcm' link not set");
        return;
    }

    qemu_add_vm_change_state_handler(aw_a31_cpucfg_vm_state_change,
                                     AW_A31_CPUCFG(dev));
}

static const VMStateDescription aw_a31_cpucfg_core_vmstate = {
    .name = TYPE_AW_A31_CPUCFG "-core",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(running, AwA31CpuCfgCore),
        VMSTATE_BOOL(stopped, AwA31CpuCfgCore),
        VMSTATE_BOOL(entry_given, AwA31CpuCfgCore),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription aw_a31_cpucfg_vmstate = {
    .name = TYPE_AW_A31_CPUCFG,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(regs, AwA31CpuCfgState, AW_A31_CPUCFG_NUM_REGS),
        VMSTATE_STRUCT_ARRAY(core, AwA31CpuCfgState, AW_A31_CPUCFG_NUM_CPUS, 1,
                             aw_a31_cpucfg_core_vmstate, AwA31CpuCfgCore),
        VMSTATE_INT64(counter_start, AwA31CpuCfgState),
        VMSTATE_UINT64(counter_latch, AwA31CpuCfgState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property aw_a31_cpucfg_properties[] = {
    DEFINE_PROP_LINK("prcm", AwA31CpuCfgState, prcm, TYPE_AW_A31_PRCM,
                     AwA31PrcmState *),
};

static void aw_a31_cpucfg_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = aw_a31_cpucfg_reset_enter;
    dc->realize = aw_a31_cpucfg_realize;
    dc->vmsd = &aw_a31_cpucfg_vmstate;
    dc->desc = "Allwinner A31 CPU configuration";
    device_class_set_props(dc, aw_a31_cpucfg_properties);
}

static const TypeInfo aw_a31_cpucfg_types[] = {
    {
        .name = TYPE_AW_A31_CPUCFG,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AwA31CpuCfgState),
        .instance_init = aw_a31_cpucfg_init,
        .class_init = aw_a31_cpucfg_class_init,
    },
};

DEFINE_TYPES(aw_a31_cpucfg_types)
