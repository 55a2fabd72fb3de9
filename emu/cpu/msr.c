#include "cpu/msr.h"

#include "cpu/fault.h"
#include "cpu/system.h"

u64 msr_time_stamp(const struct cpu *cpu)
{
    return cpu->clock->now + cpu->tsc_offset;
}

/* A P6 takes the low half of what is written and clears the high one; the Pentium takes all
   (SDM3 18.17, "Time-Stamp Counter"). */
static void write_time_stamp(struct cpu *cpu, u64 value)
{
    if (cpu->level >= CPU_686)
        value &= 0xffffffffu;
    cpu->tsc_offset = value - cpu->clock->now;
}

static u64 read_zero(const struct cpu *cpu)
{
    (void)cpu;
    return 0;
}

/* A P6's APIC that the firmware has switched off: CPUID shows none, and on the three-wire bus it
   stays off until reset, whatever is written (SDM3 11.4.3). Bit 8: the processor that booted. */
static u64 read_apic_base(const struct cpu *cpu)
{
    (void)cpu;
    return 0xfee00100;
}

static void ignore_write(struct cpu *cpu, u64 value)
{
    (void)cpu;
    (void)value;
}

/* `write` null: it can only be read. */
struct model_register {
    u32 number;
    u8 level;
    u64 (*read)(const struct cpu *cpu);
    void (*write)(struct cpu *cpu, u64 value);
};

static const struct model_register registers[] = {
    {0x00, CPU_586, read_zero, NULL},                  /* P5_MC_ADDR: no machine check was met */
    {0x01, CPU_586, read_zero, NULL},                  /* P5_MC_TYPE */
    {0x10, CPU_586, msr_time_stamp, write_time_stamp}, /* TIME_STAMP_COUNTER */
    {0x17, CPU_686, read_zero, NULL},                  /* PLATFORM_ID */
    {0x1b, CPU_686, read_apic_base, ignore_write},     /* APIC_BASE */
    {0x8b, CPU_686, read_zero, ignore_write},          /* BIOS_SIGN_ID: no microcode update */
};

static const struct model_register *find(const struct cpu *cpu, u32 number)
{
    for (unsigned i = 0; i < ARRAY_COUNT(registers); i++)
        if (registers[i].number == number && registers[i].level <= cpu->level)
            return &registers[i];
    return NULL;
}

bool msr_read(struct cpu *cpu, u32 number, u64 *value)
{
    const struct model_register *found = find(cpu, number);
    if (!system_ring0(cpu))
        return false;
    if (!found)
        return fault_gp(cpu, 0);
    *value = found->read(cpu);
    return true;
}

bool msr_write(struct cpu *cpu, u32 number, u64 value)
{
    const struct model_register *found = find(cpu, number);
    if (!system_ring0(cpu))
        return false;
    if (!found || !found->write)
        return fault_gp(cpu, 0);
    found->write(cpu, value);
    return true;
}
