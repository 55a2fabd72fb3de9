#include "cpu/exec/exec.h"
#include "cpu/exec/operand.h"

/* MUL IMUL DIV IDIV CBW CWD SHLD SHRD (PRM 17.2). Undefined flags: alu.h. */

bool exec_mul(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    u32 factor;
    if (!operand_read(cpu, op, op->dst, width, &factor))
        return false;
    u64 product = (u64)register_read(cpu, op_register(REG_EAX), width) * factor;
    double_write(cpu, width, product);
    alu_product(&cpu->lazy.result, &cpu->lazy.aux, width, product, product >> width != 0);
    return true;
}

static s64 signed_value(unsigned width, u32 value)
{
    return (s32)alu_sign_extend(width, value);
}

static bool fits(unsigned width, s64 product)
{
    return product == signed_value(width, (u32)product);
}

bool exec_imul(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    u32 factor;
    if (!operand_read(cpu, op, op->dst, width, &factor))
        return false;
    u32 accumulator = register_read(cpu, op_register(REG_EAX), width);
    s64 product = signed_value(width, accumulator) * signed_value(width, factor);
    double_write(cpu, width, (u64)product);
    alu_product(&cpu->lazy.result, &cpu->lazy.aux, width, (u64)product, !fits(width, product));
    return true;
}

bool exec_imul_3(struct cpu *cpu, const struct op *op)
{
    u32 factor;
    if (!operand_read(cpu, op, op->src, op_width(op), &factor))
        return false;
    register_write(cpu, op->dst, op_width(op),
                   alu_imul(&cpu->lazy.result, &cpu->lazy.aux, op_width(op), factor, op->imm));
    return true;
}

bool exec_div(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    u32 divisor;
    if (!operand_read(cpu, op, op->dst, width, &divisor))
        return false;
    u64 dividend = double_read(cpu, width);
    if (divisor == 0 || dividend / divisor >> width != 0)
        return fault_raise(cpu, EXC_DE);
    u32 quotient = (u32)(dividend / divisor), remainder = (u32)(dividend % divisor);
    quotient_write(cpu, width, quotient, remainder);
    alu_quotient(&cpu->lazy.result, &cpu->lazy.aux, width, quotient, remainder, divisor);
    return true;
}

/* 80..0h is a valid quotient since the 286 (PRM 17 IDIV). */
bool exec_idiv(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    u32 value;
    if (!operand_read(cpu, op, op->dst, width, &value))
        return false;
    s64 divisor = signed_value(width, value);
    u64 bits = double_read(cpu, width);
    s64 dividend = width == 8 ? (s16)bits : width == 16 ? (s32)bits : (s64)bits;
    if (divisor == 0 || (divisor == -1 && dividend == INT64_MIN))
        return fault_raise(cpu, EXC_DE);
    s64 quotient = dividend / divisor;
    if (!fits(width, quotient))
        return fault_raise(cpu, EXC_DE);
    u32 remainder = (u32)(dividend % divisor);
    quotient_write(cpu, width, (u32)quotient, remainder);
    alu_signed_quotient(&cpu->lazy.result, &cpu->lazy.aux, width, remainder, divisor);
    return true;
}

/* CBW, or CWDE with 32 bits. */
bool exec_cbw(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    u32 half = register_read(cpu, op_register(REG_EAX), width / 2);
    register_write(cpu, op_register(REG_EAX), width, alu_sign_extend(width / 2, half));
    return true;
}

/* CWD, or CDQ with 32 bits. */
bool exec_cwd(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    bool negative = alu_sign(width, register_read(cpu, op_register(REG_EAX), width));
    register_write(cpu, op_register(REG_EDX), width, negative ? ~0u : 0);
    return true;
}

static bool double_shift(struct cpu *cpu, const struct op *op, bool left, u32 count)
{
    unsigned width = op_width(op);
    struct data_ref ref;
    u32 value;
    if (!operand_modify(cpu, op, op->dst, width, &ref, &value))
        return false;
    u32 source = register_read(cpu, op->src, width);
    u64 *fr = &cpu->lazy.result;
    u32 *fx = &cpu->lazy.aux;
    value = left ? alu_shld(fr, fx, width, value, source, count & 31)
                 : alu_shrd(fr, fx, width, value, source, count & 31);
    operand_store(cpu, op, op->dst, width, &ref, value);
    return true;
}

bool exec_shld(struct cpu *cpu, const struct op *op)
{
    return double_shift(cpu, op, true, op->imm);
}
bool exec_shld_cl(struct cpu *cpu, const struct op *op)
{
    return double_shift(cpu, op, true, cpu->regs[REG_ECX]);
}
bool exec_shrd(struct cpu *cpu, const struct op *op)
{
    return double_shift(cpu, op, false, op->imm);
}
bool exec_shrd_cl(struct cpu *cpu, const struct op *op)
{
    return double_shift(cpu, op, false, cpu->regs[REG_ECX]);
}
