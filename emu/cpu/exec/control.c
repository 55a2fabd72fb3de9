#include "cpu/exec/exec.h"
#include "cpu/exec/hot.h"
#include "cpu/exec/operand.h"
#include "cpu/transfer.h"

/* Control transfer that has no hot handler (PRM 17.2); the rules of far transfers and interrupts
   are in transfer.h. On success cpu->eip is the target. */

static bool near_target(struct cpu *cpu, const struct op *op, u32 *target)
{
    if (!operand_read(cpu, op, op->dst, op_width(op), target))
        return false;
    return *target <= cpu->segs[SEG_CS].limit || fault_gp(cpu, 0);
}

bool exec_jmp_near(struct cpu *cpu, const struct op *op)
{
    u32 target;
    if (!near_target(cpu, op, &target))
        return false;
    cpu->eip = target;
    return true;
}

bool exec_call_near(struct cpu *cpu, const struct op *op)
{
    u32 target, top = stack_top(cpu);
    if (!near_target(cpu, op, &target) || !stack_push(cpu, &top, op_width(op), op[1].eip))
        return false;
    stack_commit(cpu, top);
    cpu->eip = target;
    return true;
}

bool exec_jmp_far(struct cpu *cpu, const struct op *op)
{
    return transfer_far_jump(cpu, (u16)op->disp, op->imm, operand_wide(op), op[1].eip);
}

bool exec_call_far(struct cpu *cpu, const struct op *op)
{
    return transfer_far_call(cpu, (u16)op->disp, op->imm, operand_wide(op), op[1].eip);
}

static bool read_far_pointer(struct cpu *cpu, const struct op *op, u32 *offset, u32 *selector)
{
    unsigned width = op_width(op);
    u32 from = op_offset(cpu, op);
    u32 second = from + width / 8; /* one operand: it does not wrap inside */
    return handler_data_read(cpu, op_segment(op), from, width, offset) &&
           handler_data_read(cpu, op_segment(op), second, 16, selector);
}

bool exec_jmp_far_memory(struct cpu *cpu, const struct op *op)
{
    u32 offset, selector;
    return read_far_pointer(cpu, op, &offset, &selector) &&
           transfer_far_jump(cpu, (u16)selector, offset, operand_wide(op), op[1].eip);
}

bool exec_call_far_memory(struct cpu *cpu, const struct op *op)
{
    u32 offset, selector;
    return read_far_pointer(cpu, op, &offset, &selector) &&
           transfer_far_call(cpu, (u16)selector, offset, operand_wide(op), op[1].eip);
}

bool exec_retf(struct cpu *cpu, const struct op *op)
{
    return transfer_far_return(cpu, operand_wide(op), (u16)op->imm);
}

bool exec_iret(struct cpu *cpu, const struct op *op)
{
    return transfer_interrupt_return(cpu, operand_wide(op), op[1].eip);
}

/* The handler is entered with TF clear: the INT itself does not trap (PRM 12.3.1.4). */
static bool software_interrupt(struct cpu *cpu, const struct op *op, u8 vector)
{
    if (!interrupt_software(cpu, vector, op[1].eip))
        return false;
    cpu->trap = false;
    return true;
}

bool exec_int3(struct cpu *cpu, const struct op *op)
{
    return software_interrupt(cpu, op, EXC_BP);
}

bool exec_int(struct cpu *cpu, const struct op *op)
{
    return software_interrupt(cpu, op, (u8)op->imm);
}

/* Undocumented: like INT 1, used by in-circuit emulators. */
bool exec_icebp(struct cpu *cpu, const struct op *op)
{
    return software_interrupt(cpu, op, EXC_DB);
}

bool exec_into(struct cpu *cpu, const struct op *op)
{
    if (flags_of(cpu->lazy.result, cpu->lazy.aux))
        return software_interrupt(cpu, op, EXC_OF);
    cpu->eip = op[1].eip;
    return true;
}

bool exec_bound(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    u32 from = op_offset(cpu, op), lower, upper;
    u32 second = from + width / 8; /* one operand: it does not wrap inside */
    if (!handler_data_read(cpu, op_segment(op), from, width, &lower) ||
        !handler_data_read(cpu, op_segment(op), second, width, &upper))
        return false;
    s32 index = (s32)alu_sign_extend(width, register_read(cpu, op->dst, width));
    bool inside =
        index >= (s32)alu_sign_extend(width, lower) && index <= (s32)alu_sign_extend(width, upper);
    return inside || fault_raise(cpu, EXC_BR);
}

/* Would this branch be taken? The counter is looked at as LOOP will leave it. */
static bool branch_taken(const struct cpu *cpu, const struct op *op, unsigned hot)
{
    u32 count = cpu->regs[REG_ECX] & address_mask(op);
    u64 fr = cpu->lazy.result;
    switch (hot) {
    case HOT_JMP:
    case HOT_CALL:
        return true;
    case HOT_JCXZ:
        return count == 0;
    case HOT_LOOP:
        return count != 1;
    case HOT_LOOPE:
        return count != 1 && flags_zf(fr);
    case HOT_LOOPNE:
        return count != 1 && !flags_zf(fr);
    default:
        return flags_condition(hot - HOT_JCC, fr, cpu->lazy.aux);
    }
}

bool exec_branch_beyond_limit(struct cpu *cpu, const struct op *op)
{
    unsigned hot = opcode_rows[op->kind & OP_ROW].hot;
    if (branch_taken(cpu, op, hot))
        return fault_gp(cpu, 0);
    if (hot >= HOT_LOOPNE && hot <= HOT_LOOP) {
        u32 mask = address_mask(op), count = cpu->regs[REG_ECX];
        cpu->regs[REG_ECX] = (count & ~mask) | ((count - 1) & mask);
    }
    return true;
}
