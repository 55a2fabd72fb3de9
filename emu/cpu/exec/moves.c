#include "cpu/exec/exec.h"
#include "cpu/exec/operand.h"
#include "cpu/transfer.h"

/* Moves that have no hot handler: segment registers, far pointers, exchanges (PRM 17.2). */

/* To a register, the upper half of a 32-bit one is zeroed (the 386 leaves it undefined). */
bool exec_mov_from_segment(struct cpu *cpu, const struct op *op)
{
    unsigned width = op->form & OP_MEMORY ? 16 : op_width(op);
    if (op->src >= SEG_COUNT)
        return fault_ud(cpu);
    return operand_write(cpu, op, op->dst, width, cpu->segs[op->src].selector);
}

bool exec_mov_to_segment(struct cpu *cpu, const struct op *op)
{
    u32 selector;
    if (op->dst >= SEG_COUNT || op->dst == SEG_CS)
        return fault_ud(cpu);
    if (!operand_read(cpu, op, op->src, 16, &selector) ||
        !segment_load(cpu, op->dst, (u16)selector))
        return false;
    if (op->dst == SEG_SS) {
        cpu->shadow = true;
        cpu->trap = false;
        cpu->attention = true; /* the stack's size, and with it the code mode, may be another */
    }
    return true;
}

/* LES and its kin: the selector follows the offset. */
static bool load_pointer(struct cpu *cpu, const struct op *op, unsigned segment)
{
    unsigned width = op_width(op);
    u32 from = op_offset(cpu, op), offset, selector;
    u32 second = from + width / 8; /* one operand: it does not wrap inside */
    if (!handler_data_read(cpu, op_segment(op), from, width, &offset) ||
        !handler_data_read(cpu, op_segment(op), second, 16, &selector) ||
        !segment_load(cpu, segment, (u16)selector))
        return false;
    register_write(cpu, op->dst, width, offset);
    if (segment == SEG_SS)
        cpu->attention = true;
    return true;
}

bool exec_les(struct cpu *cpu, const struct op *op)
{
    return load_pointer(cpu, op, SEG_ES);
}
bool exec_lds(struct cpu *cpu, const struct op *op)
{
    return load_pointer(cpu, op, SEG_DS);
}
bool exec_lss(struct cpu *cpu, const struct op *op)
{
    return load_pointer(cpu, op, SEG_SS);
}
bool exec_lfs(struct cpu *cpu, const struct op *op)
{
    return load_pointer(cpu, op, SEG_FS);
}
bool exec_lgs(struct cpu *cpu, const struct op *op)
{
    return load_pointer(cpu, op, SEG_GS);
}

bool exec_xchg(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    struct data_ref ref;
    u32 value;
    if (!operand_modify(cpu, op, op->dst, width, &ref, &value))
        return false;
    u32 source = register_read(cpu, op->src, width);
    register_write(cpu, op->src, width, value);
    operand_store(cpu, op, op->dst, width, &ref, source);
    return true;
}

bool exec_xlat(struct cpu *cpu, const struct op *op)
{
    u32 offset = (cpu->regs[REG_EBX] + (cpu->regs[REG_EAX] & 0xff)) & address_mask(op);
    u8 value;
    if (!data_read8(cpu, op_segment(op), offset, &value))
        return false;
    register_write(cpu, op_register8(0), 8, value);
    return true;
}

bool exec_bswap(struct cpu *cpu, const struct op *op)
{
    register_write(cpu, op->dst, 32, __builtin_bswap32(register_read(cpu, op->dst, 32)));
    return true;
}

bool exec_xadd(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    struct data_ref ref;
    u32 value;
    if (!operand_modify(cpu, op, op->dst, width, &ref, &value))
        return false;
    u32 source = register_read(cpu, op->src, width);
    u32 sum = alu_add(&cpu->lazy.result, &cpu->lazy.aux, width, value, source);
    register_write(cpu, op->src, width, value);
    operand_store(cpu, op, op->dst, width, &ref, sum);
    return true;
}

/* The destination is written in any case, with what it had when the comparison fails. */
bool exec_cmpxchg(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    struct data_ref ref;
    u32 value;
    if (!operand_modify(cpu, op, op->dst, width, &ref, &value))
        return false;
    u32 expected = register_read(cpu, op_register(REG_EAX), width);
    bool equal = expected == value;
    alu_cmp(&cpu->lazy.result, &cpu->lazy.aux, width, expected, value);
    operand_store(cpu, op, op->dst, width, &ref,
                  equal ? register_read(cpu, op->src, width) : value);
    if (!equal)
        register_write(cpu, op_register(REG_EAX), width, value);
    return true;
}

bool exec_cmpxchg8b(struct cpu *cpu, const struct op *op)
{
    unsigned segment = op_segment(op);
    u32 offset = op_offset(cpu, op);
    u8 bytes[8];
    if (!data_check_write(cpu, segment, offset, 8) ||
        !data_read_bytes(cpu, segment, offset, bytes, 8))
        return false;
    u64 value = load_le64(bytes);
    bool equal = value == ((u64)cpu->regs[REG_EDX] << 32 | cpu->regs[REG_EAX]);
    if (equal)
        store_le64(bytes, (u64)cpu->regs[REG_ECX] << 32 | cpu->regs[REG_EBX]);
    if (!data_write_bytes(cpu, segment, offset, bytes, 8))
        return false;
    if (!equal) {
        cpu->regs[REG_EAX] = (u32)value;
        cpu->regs[REG_EDX] = (u32)(value >> 32);
    }
    u32 flags = flags_compose(cpu->lazy.result, cpu->lazy.aux);
    cpu->lazy = flags_decompose((flags & ~FLAG_ZF) | (equal ? FLAG_ZF : 0));
    return true;
}

bool exec_nop(struct cpu *cpu, const struct op *op)
{
    (void)cpu;
    (void)op;
    return true;
}
