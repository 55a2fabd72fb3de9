#include "cpu/exec/exec.h"
#include "cpu/exec/operand.h"

/* Decimal adjustments (PRM 17.2). Undefined flags: alu.h. */

static u32 al(const struct cpu *cpu)
{
    return cpu->regs[REG_EAX] & 0xff;
}
static void set_al(struct cpu *cpu, u32 value)
{
    register_write(cpu, op_register8(0), 8, value);
}
static u32 ah(const struct cpu *cpu)
{
    return cpu->regs[REG_EAX] >> 8 & 0xff;
}
static void set_ax(struct cpu *cpu, u32 high, u32 low)
{
    register_write(cpu, op_register(REG_EAX), 16, (high & 0xff) << 8 | (low & 0xff));
}
static void set_flags(struct cpu *cpu, u32 low, bool cf, bool af)
{
    flags_set(&cpu->lazy.result, &cpu->lazy.aux, alu_sign_extend(8, low), cf, false, af);
}

static bool carry(const struct cpu *cpu)
{
    return flags_cf(cpu->lazy.result);
}
static bool half_carry(const struct cpu *cpu)
{
    return flags_af(cpu->lazy.result, cpu->lazy.aux);
}

bool exec_daa(struct cpu *cpu, const struct op *op)
{
    (void)op;
    u32 old = al(cpu), value = old;
    bool af = (old & 15) > 9 || half_carry(cpu);
    bool cf = old > 0x99 || carry(cpu);
    if (af)
        value += 6;
    if (cf)
        value += 0x60;
    set_al(cpu, value);
    set_flags(cpu, value & 0xff, cf, af);
    return true;
}

bool exec_das(struct cpu *cpu, const struct op *op)
{
    (void)op;
    u32 old = al(cpu), value = old;
    bool af = (old & 15) > 9 || half_carry(cpu);
    bool high = old > 0x99 || carry(cpu);
    bool cf = high || (af && old < 6);
    if (af)
        value -= 6;
    if (high)
        value -= 0x60;
    set_al(cpu, value);
    set_flags(cpu, value & 0xff, cf, af);
    return true;
}

/* The 386 adjusts AX as a whole: the carry out of AL reaches AH besides the 1 that is added. */
bool exec_aaa(struct cpu *cpu, const struct op *op)
{
    (void)op;
    bool adjust = (al(cpu) & 15) > 9 || half_carry(cpu);
    u32 value = cpu->regs[REG_EAX] & 0xffff;
    if (adjust)
        value += 0x106;
    set_ax(cpu, value >> 8, value & 15);
    set_flags(cpu, al(cpu), adjust, adjust);
    return true;
}

bool exec_aas(struct cpu *cpu, const struct op *op)
{
    (void)op;
    bool adjust = (al(cpu) & 15) > 9 || half_carry(cpu);
    u32 value = cpu->regs[REG_EAX] & 0xffff;
    if (adjust)
        value -= 0x106;
    set_ax(cpu, value >> 8, value & 15);
    set_flags(cpu, al(cpu), adjust, adjust);
    return true;
}

bool exec_aam(struct cpu *cpu, const struct op *op)
{
    u32 base = op->imm, value = al(cpu);
    if (base == 0)
        return fault_raise(cpu, EXC_DE);
    set_ax(cpu, value / base, value % base);
    set_flags(cpu, value % base, false, false);
    return true;
}

bool exec_aad(struct cpu *cpu, const struct op *op)
{
    u32 value = (al(cpu) + ah(cpu) * op->imm) & 0xff;
    set_ax(cpu, 0, value);
    set_flags(cpu, value, false, false);
    return true;
}
