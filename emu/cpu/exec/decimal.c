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

/* AL + change or AL - change, with the flags of that but for CF and AF. */
static u32 adjust_al(struct cpu *cpu, bool up, u32 change, bool cf, bool af)
{
    u64 fr = 0;
    u32 fx = 0;
    u32 value = up ? alu_add(&fr, &fx, 8, al(cpu), change) : alu_sub(&fr, &fx, 8, al(cpu), change);
    flags_set(&cpu->lazy.result, &cpu->lazy.aux, alu_sign_extend(8, value), cf, flags_of(fr, fx),
              af);
    return value;
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
    bool af = (al(cpu) & 15) > 9 || half_carry(cpu);
    bool cf = al(cpu) > 0x99 || carry(cpu);
    set_al(cpu, adjust_al(cpu, true, (af ? 6u : 0) + (cf ? 0x60u : 0), cf, af));
    return true;
}

bool exec_das(struct cpu *cpu, const struct op *op)
{
    (void)op;
    bool af = (al(cpu) & 15) > 9 || half_carry(cpu);
    bool high = al(cpu) > 0x99 || carry(cpu);
    bool cf = high || (af && al(cpu) < 6);
    set_al(cpu, adjust_al(cpu, false, (af ? 6u : 0) + (high ? 0x60u : 0), cf, af));
    return true;
}

/* The 386 adjusts AX as a whole: the carry out of AL reaches AH besides the 1 that is added. */
static bool adjust_ax(struct cpu *cpu, bool up)
{
    bool adjust = (al(cpu) & 15) > 9 || half_carry(cpu);
    u32 ax = cpu->regs[REG_EAX] & 0xffff, change = adjust ? 0x106 : 0;
    adjust_al(cpu, up, change & 0xff, adjust, adjust);
    ax = up ? ax + change : ax - change;
    set_ax(cpu, ax >> 8, ax & 15);
    return true;
}

bool exec_aaa(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return adjust_ax(cpu, true);
}

bool exec_aas(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return adjust_ax(cpu, false);
}

bool exec_aam(struct cpu *cpu, const struct op *op)
{
    u32 base = op->imm, value = al(cpu);
    if (base == 0)
        return fault_raise(cpu, EXC_DE);
    set_ax(cpu, value / base, value % base);
    alu_logic(&cpu->lazy.result, &cpu->lazy.aux, 8, value % base);
    return true;
}

bool exec_aad(struct cpu *cpu, const struct op *op)
{
    u32 tens = alu_mask(8, ah(cpu) * op->imm);
    set_ax(cpu, 0, alu_add(&cpu->lazy.result, &cpu->lazy.aux, 8, al(cpu), tens));
    return true;
}
