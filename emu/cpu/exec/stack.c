#include "cpu/access.h"
#include "cpu/exec/exec.h"
#include "cpu/exec/operand.h"
#include "cpu/system.h"
#include "cpu/transfer.h"

/* Stack instructions that have no hot handler (PRM 17.2). The stack pointer is committed last, so
   that a fault leaves it as it was. */

bool exec_push(struct cpu *cpu, const struct op *op)
{
    u32 value, top = stack_top(cpu);
    if (!operand_read(cpu, op, op->dst, op_width(op), &value) ||
        !stack_push(cpu, &top, op_width(op), value))
        return false;
    stack_commit(cpu, top);
    return true;
}

/* An address that contains ESP is computed after the pop (PRM 17 POP). */
bool exec_pop(struct cpu *cpu, const struct op *op)
{
    u32 value, top = stack_top(cpu), old = cpu->regs[REG_ESP];
    if (!stack_pop(cpu, &top, op_width(op), &value))
        return false;
    stack_commit(cpu, top);
    if (operand_write(cpu, op, op->dst, op_width(op), value))
        return true;
    cpu->regs[REG_ESP] = old;
    return false;
}

bool exec_push_segment(struct cpu *cpu, const struct op *op)
{
    u32 top = stack_top(cpu);
    if (!stack_push(cpu, &top, op_width(op), cpu->segs[op->dst].selector))
        return false;
    stack_commit(cpu, top);
    return true;
}

/* The new stack pointer is of the old stack's size, also when SS itself is popped. */
bool exec_pop_segment(struct cpu *cpu, const struct op *op)
{
    u32 selector, top = stack_top(cpu), mask = stack_mask(cpu);
    if (!handler_data_read(cpu, SEG_SS, top, 16, &selector) ||
        !segment_load(cpu, op->dst, (u16)selector))
        return false;
    top += op_width(op) / 8;
    cpu->regs[REG_ESP] = (cpu->regs[REG_ESP] & ~mask) | (top & mask);
    if (op->dst == SEG_SS) {
        cpu->shadow = true;
        cpu->trap = false;
        cpu->attention = true;
    }
    return true;
}

/* Host memory of the stack's bytes from `lowest` on, when they need no check but one; else null. */
static u8 *stack_block(const struct cpu *cpu, u32 lowest, u32 bytes, bool write)
{
    const struct segment *ss = &cpu->segs[SEG_SS];
    u32 fast = write ? ss->fast_write : ss->fast_read;
    if (lowest >= fast || bytes > fast - lowest || bytes > stack_mask(cpu) - lowest)
        return NULL;
    return linear_host(cpu, ss->base + lowest, bytes, cpu->cpl == 3, write);
}

/* PUSHA and POPA of doublewords, mostly in one page. EDI lies lowest. */
#define ALL_BYTES 32u

static bool pusha_block(struct cpu *cpu)
{
    u32 lowest = (stack_top(cpu) - ALL_BYTES) & stack_mask(cpu);
    u8 *to = stack_block(cpu, lowest, ALL_BYTES, true);
    for (unsigned number = 0; to && number < 8; number++)
        store_le32(to + 4 * (REG_EDI - number), cpu->regs[number]);
    if (to)
        stack_commit(cpu, lowest);
    return to;
}

static bool popa_block(struct cpu *cpu)
{
    u32 lowest = stack_top(cpu);
    const u8 *from = stack_block(cpu, lowest, ALL_BYTES, false);
    for (unsigned number = 0; from && number < 8; number++)
        if (number != REG_ESP || cpu->level == CPU_386)
            cpu->regs[number] = load_le32(from + 4 * (REG_EDI - number));
    if (from)
        stack_commit(cpu, lowest + ALL_BYTES);
    return from;
}

bool exec_pusha(struct cpu *cpu, const struct op *op)
{
    u32 top = stack_top(cpu);
    if (operand_wide(op) && pusha_block(cpu))
        return true;
    for (unsigned number = REG_EAX; number <= REG_EDI; number++)
        if (!stack_push(cpu, &top, op_width(op), cpu->regs[number]))
            return false;
    stack_commit(cpu, top);
    return true;
}

/* The image of ESP is skipped; but on a 386 its upper half stays where the stack has 16 bits
   (emu/docs/UNDEFINED.md). */
bool exec_popa(struct cpu *cpu, const struct op *op)
{
    u32 values[8], top = stack_top(cpu);
    if (operand_wide(op) && popa_block(cpu))
        return true;
    for (unsigned number = 8; number-- > 0;)
        if (!stack_pop(cpu, &top, op_width(op), &values[number]))
            return false;
    for (unsigned number = REG_EAX; number <= REG_EDI; number++)
        if (number != REG_ESP || cpu->level == CPU_386)
            register_write(cpu, op_register(number), op_width(op), values[number]);
    stack_commit(cpu, top);
    return true;
}

/* VM and RF are pushed as 0 (PRM 17 PUSHF). */
bool exec_pushf(struct cpu *cpu, const struct op *op)
{
    u32 top = stack_top(cpu);
    u32 image = cpu_get_eflags(cpu) & ~(FLAG_VM | FLAG_RF);
    if (!system_pushf_allowed(cpu) || !stack_push(cpu, &top, op_width(op), image))
        return false;
    stack_commit(cpu, top);
    return true;
}

bool exec_popf(struct cpu *cpu, const struct op *op)
{
    u32 value, top = stack_top(cpu);
    if (!stack_pop(cpu, &top, op_width(op), &value) || !system_popf(cpu, value, operand_wide(op)))
        return false;
    stack_commit(cpu, top);
    return true;
}

/* Copies level - 1 frame pointers of the enclosing procedures, then pushes the new one. */
static bool push_display(struct cpu *cpu, u32 *top, unsigned width, u32 level, u32 frame)
{
    u32 from = cpu->regs[REG_EBP];
    for (u32 i = 1; i < level; i++) {
        u32 value;
        from = (from - width / 8) & stack_mask(cpu);
        if (!handler_data_read(cpu, SEG_SS, from, width, &value) ||
            !stack_push(cpu, top, width, value))
            return false;
    }
    return stack_push(cpu, top, width, frame);
}

bool exec_enter(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    u32 level = op->disp & 31, top = stack_top(cpu);
    if (!stack_push(cpu, &top, width, cpu->regs[REG_EBP]))
        return false;
    u32 frame = (cpu->regs[REG_ESP] & ~stack_mask(cpu)) | top;
    if (level > 0 && !push_display(cpu, &top, width, level, frame))
        return false;
    register_write(cpu, op_register(REG_EBP), width, frame);
    stack_commit(cpu, top - op->imm);
    return true;
}

bool exec_leave(struct cpu *cpu, const struct op *op)
{
    u32 value, top = cpu->regs[REG_EBP] & stack_mask(cpu);
    if (!stack_pop(cpu, &top, op_width(op), &value))
        return false;
    stack_commit(cpu, top);
    register_write(cpu, op_register(REG_EBP), op_width(op), value);
    return true;
}
