#include "cpu/exec/exec.h"
#include "cpu/exec/hot.h"
#include "cpu/exec/operand.h"

/* Bit tests, scans, and the flag instructions (PRM 17.2). Undefined flags: alu.h. */

enum bit_change { BIT_KEEP, BIT_SET, BIT_RESET, BIT_COMPLEMENT };

static u32 change_bit(enum bit_change change, u32 value, u32 bit)
{
    switch (change) {
    case BIT_SET:
        return value | bit;
    case BIT_RESET:
        return value & ~bit;
    case BIT_COMPLEMENT:
        return value ^ bit;
    default:
        return value;
    }
}

/* A register's bit number reaches beyond the operand when that is in memory: the word that holds
   the bit is accessed (PRM 17 BT). An immediate is taken modulo the operand size. */
static bool bit_test(struct cpu *cpu, const struct op *op, enum bit_change change)
{
    unsigned width = op_width(op);
    bool immediate = opcode_rows[op->kind & OP_ROW].operands[1] == OPERAND_Ib;
    u32 number = immediate ? op->imm : register_read(cpu, op->src, width);
    u32 value;
    struct data_ref ref;
    struct op at = *op;
    if (!immediate && (op->form & OP_MEMORY)) {
        s32 index = (s32)alu_sign_extend(width, number);
        at.disp += (u32)(index >> (width == 32 ? 5 : 4)) * (width / 8);
    }
    bool ok = change == BIT_KEEP ? operand_read(cpu, &at, op->dst, width, &value)
                                 : operand_modify(cpu, &at, op->dst, width, &ref, &value);
    if (!ok)
        return false;
    u32 bit = 1u << (number & (width - 1));
    if (change != BIT_KEEP)
        operand_store(cpu, &at, op->dst, width, &ref, change_bit(change, value, bit));
    alu_tested(&cpu->lazy.result, &cpu->lazy.aux, width, value, number);
    return true;
}

bool exec_bt(struct cpu *cpu, const struct op *op)
{
    return bit_test(cpu, op, BIT_KEEP);
}
bool exec_bts(struct cpu *cpu, const struct op *op)
{
    return bit_test(cpu, op, BIT_SET);
}
bool exec_btr(struct cpu *cpu, const struct op *op)
{
    return bit_test(cpu, op, BIT_RESET);
}
bool exec_btc(struct cpu *cpu, const struct op *op)
{
    return bit_test(cpu, op, BIT_COMPLEMENT);
}

static bool bit_scan(struct cpu *cpu, const struct op *op, bool forward)
{
    unsigned width = op_width(op);
    u32 value;
    if (!operand_read(cpu, op, op->src, width, &value))
        return false;
    alu_logic(&cpu->lazy.result, &cpu->lazy.aux, width, value);
    if (value != 0)
        register_write(cpu, op->dst, width,
                       (u32)(forward ? __builtin_ctz(value) : 31 - __builtin_clz(value)));
    return true;
}

bool exec_bsf(struct cpu *cpu, const struct op *op)
{
    return bit_scan(cpu, op, true);
}
bool exec_bsr(struct cpu *cpu, const struct op *op)
{
    return bit_scan(cpu, op, false);
}

static bool condition_holds(const struct cpu *cpu, unsigned condition)
{
    return flags_condition(condition, cpu->lazy.result, cpu->lazy.aux);
}

/* SETcc to memory; the register form is hot. */
bool exec_setcc(struct cpu *cpu, const struct op *op)
{
    unsigned condition = opcode_rows[op->kind & OP_ROW].code & 15u;
    return operand_write(cpu, op, op->dst, 8, condition_holds(cpu, condition));
}

/* The source is read, and may fault, whether the condition holds or not. */
bool exec_cmov(struct cpu *cpu, const struct op *op)
{
    unsigned condition = opcode_rows[op->kind & OP_ROW].code & 15u;
    u32 value;
    if (!operand_read(cpu, op, op->src, op_width(op), &value))
        return false;
    if (condition_holds(cpu, condition))
        register_write(cpu, op->dst, op_width(op), value);
    return true;
}

bool exec_sahf(struct cpu *cpu, const struct op *op)
{
    (void)op;
    u32 loaded = FLAGS_ARITHMETIC & ~FLAG_OF;
    u32 flags = flags_compose(cpu->lazy.result, cpu->lazy.aux);
    u32 ah = cpu->regs[REG_EAX] >> 8;
    cpu->lazy = flags_decompose((flags & ~loaded) | (ah & loaded));
    return true;
}

bool exec_lahf(struct cpu *cpu, const struct op *op)
{
    (void)op;
    register_write(cpu, op_register8(4), 8, cpu_get_eflags(cpu) | FLAG_ALWAYS);
    return true;
}

/* Undocumented: AL = CF ? FFh : 0. */
bool exec_salc(struct cpu *cpu, const struct op *op)
{
    (void)op;
    register_write(cpu, op_register8(0), 8, flags_cf(cpu->lazy.result) ? 0xff : 0);
    return true;
}

static bool set_carry(struct cpu *cpu, bool cf)
{
    flags_set_cf(&cpu->lazy.result, &cpu->lazy.aux, cf);
    return true;
}

bool exec_cmc(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return set_carry(cpu, !flags_cf(cpu->lazy.result));
}
bool exec_clc(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return set_carry(cpu, false);
}
bool exec_stc(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return set_carry(cpu, true);
}
bool exec_cld(struct cpu *cpu, const struct op *op)
{
    (void)op;
    cpu->eflags &= ~FLAG_DF;
    return true;
}
bool exec_std(struct cpu *cpu, const struct op *op)
{
    (void)op;
    cpu->eflags |= FLAG_DF;
    return true;
}
