#ifndef GLASS386_CPU_EXEC_OPERAND_H
#define GLASS386_CPU_EXEC_OPERAND_H

#include "cpu/exec/handler.h"
#include "cpu/fault.h"

/* Operands at run time, for functions that are not worth a handler for each form. Values are
   zero-extended to 32 bits. */

static inline u32 register_read(const struct cpu *cpu, unsigned offset, unsigned width)
{
    return handler_get(cpu, offset, width);
}
static inline void register_write(struct cpu *cpu, unsigned offset, unsigned width, u32 value)
{
    handler_set(cpu, offset, width, value);
}

/* AX, DX:AX or EDX:EAX. */
ALWAYS_INLINE u64 double_read(const struct cpu *cpu, unsigned width)
{
    if (width == 8)
        return register_read(cpu, op_register(REG_EAX), 16);
    return register_read(cpu, op_register(REG_EAX), width) |
           (u64)register_read(cpu, op_register(REG_EDX), width) << width;
}
ALWAYS_INLINE void double_write(struct cpu *cpu, unsigned width, u64 value)
{
    if (width == 8) {
        register_write(cpu, op_register(REG_EAX), 16, (u32)value);
        return;
    }
    register_write(cpu, op_register(REG_EAX), width, (u32)value);
    register_write(cpu, op_register(REG_EDX), width, (u32)(value >> width));
}

/* Quotient and remainder go to AL and AH, or to eAX and eDX. */
ALWAYS_INLINE void quotient_write(struct cpu *cpu, unsigned width, u32 quotient, u32 remainder)
{
    register_write(cpu, op_register(REG_EAX), width, quotient);
    if (width == 8)
        register_write(cpu, op_register8(4), 8, remainder);
    else
        register_write(cpu, op_register(REG_EDX), width, remainder);
}

/* The E operand: memory, or the register at byte offset `reg`. */
static inline bool operand_read(struct cpu *cpu, const struct op *op, unsigned reg, unsigned width,
                                u32 *value)
{
    if (op->form & OP_MEMORY)
        return handler_data_read(cpu, op_segment(op), op_offset(cpu, op), width, value);
    *value = register_read(cpu, reg, width);
    return true;
}
static inline bool operand_write(struct cpu *cpu, const struct op *op, unsigned reg, unsigned width,
                                 u32 value)
{
    if (op->form & OP_MEMORY)
        return handler_data_write(cpu, op_segment(op), op_offset(cpu, op), width, value);
    register_write(cpu, reg, width, value);
    return true;
}

/* Read now, store later without a fault. */
static inline bool operand_modify(struct cpu *cpu, const struct op *op, unsigned reg,
                                  unsigned width, struct data_ref *ref, u32 *value)
{
    if (op->form & OP_MEMORY)
        return data_modify(cpu, op_segment(op), op_offset(cpu, op), width / 8, ref, value);
    *value = register_read(cpu, reg, width);
    return true;
}
static inline void operand_store(struct cpu *cpu, const struct op *op, unsigned reg, unsigned width,
                                 const struct data_ref *ref, u32 value)
{
    if (op->form & OP_MEMORY)
        data_modify_store(cpu, ref, value);
    else
        register_write(cpu, reg, width, value);
}

/* Offsets wrap by the address size. */
static inline u32 address_mask(const struct op *op)
{
    return op->form & OP_ADDRESS16 ? 0xffffu : ~0u;
}

static inline bool operand_wide(const struct op *op)
{
    return op_width(op) == 32;
}

/* The stack: `top` is worked on and committed when nothing can fault any more. */
static inline u32 stack_mask(const struct cpu *cpu)
{
    return cpu->segs[SEG_SS].access & SEG_BIG ? ~0u : 0xffffu;
}
static inline u32 stack_top(const struct cpu *cpu)
{
    return cpu->regs[REG_ESP] & stack_mask(cpu);
}
static inline void stack_commit(struct cpu *cpu, u32 top)
{
    u32 mask = stack_mask(cpu);
    cpu->regs[REG_ESP] = (cpu->regs[REG_ESP] & ~mask) | (top & mask);
}
static inline bool stack_push(struct cpu *cpu, u32 *top, unsigned width, u32 value)
{
    *top = (*top - width / 8) & stack_mask(cpu);
    return handler_data_write(cpu, SEG_SS, *top, width, value);
}
static inline bool stack_pop(struct cpu *cpu, u32 *top, unsigned width, u32 *value)
{
    u32 from = *top;
    *top = (*top + width / 8) & stack_mask(cpu);
    return handler_data_read(cpu, SEG_SS, from, width, value);
}

#endif
