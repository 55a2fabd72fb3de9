#ifndef GLASS386_CPU_OP_H
#define GLASS386_CPU_OP_H

#include "cpu/cpu.h"

/* A decoded instruction, as the handlers see it. */

struct op;

/* A handler executes one op and goes on to the next. fr and fx are the lazy flags (flags.h), budget
   counts the ticks left when the block was entered. What it returns belongs to the dispatcher
   (exec/handler.h). */
typedef struct op *op_handler(struct cpu *cpu, struct op *op, s64 budget, u32 spare, u64 fr,
                              u32 fx);

struct op {
    op_handler *fn;
    union {
        struct {
            u32 imm;  /* immediate operand; first one when there are two */
            u32 disp; /* displacement; without a memory operand the second immediate */
        };
        struct op *to; /* hot branches: the op to go on at; stubs: their branch */
    };
    u8 dst, src;    /* registers of the operands, as byte offsets into struct cpu */
    u8 base, index; /* registers of the address, the same; the zero slot when there is none */
    u8 form;        /* OP_SCALE, OP_SEGMENT, OP_MEMORY, OP_ADDRESS16 */
    u8 n;           /* number of this instruction in its block, from 1: ticks to charge here */
    u16 kind;       /* hot ops: index of the slow handler (exec/hot.h); others: OP_ROW, OP_WIDTH */
    u32 eip;        /* of this instruction; the op that follows has that of the next one */
    u32 block;      /* first ops of kept blocks: the block's number */
};

_Static_assert(sizeof(struct op) == 32, "two ops share a cache line");

/* op.form. The segment is on top: times the size of struct segment, it is there without a shift. */
#define OP_SCALE 0x03u      /* index is shifted left by this */
#define OP_MEMORY 0x04u     /* the E operand is in memory */
#define OP_ADDRESS16 0x08u  /* offsets wrap at 64 K; CX, SI, DI count and point */
#define OP_SEGMENT_SHIFT 5u /* enum segment_number of the memory operand, 3 bits */

_Static_assert(sizeof(struct segment) == 1u << OP_SEGMENT_SHIFT, "form & E0h is a distance");

/* op.kind of ops that run a function of the opcode table */
#define OP_ROW 0x3ffu
#define OP_FUNCTION 0x400u /* always set; no kind of a hot op has it */
#define OP_WIDTH_SHIFT 14u

static inline unsigned op_segment(const struct op *op)
{
    return (unsigned)op->form >> OP_SEGMENT_SHIFT;
}

/* Operand size in bits: 8, 16 or 32. */
static inline unsigned op_width(const struct op *op)
{
    return 8u << (op->kind >> OP_WIDTH_SHIFT);
}

/* Offset of the memory operand in its segment. */
static inline u32 op_offset(const struct cpu *cpu, const struct op *op)
{
    const u8 *registers = (const u8 *)cpu;
    u32 base, index;
    memcpy(&base, registers + op->base, 4);
    memcpy(&index, registers + op->index, 4);
    u32 offset = base + (index << (op->form & OP_SCALE)) + op->disp;
    return op->form & OP_ADDRESS16 ? offset & 0xffffu : offset;
}

/* Byte offsets of registers in struct cpu. */
#define OP_REGISTER_ZERO ((u8)offsetof(struct cpu, zero))
static inline u8 op_register(unsigned number)
{
    return (u8)(4 * number);
}
static inline u8 op_register8(unsigned number)
{
    return (u8)(4 * (number & 3) + (number >> 2));
}

_Static_assert(offsetof(struct cpu, regs) == 0 && offsetof(struct cpu, zero) == 32,
               "register offsets start with struct cpu");

#endif
