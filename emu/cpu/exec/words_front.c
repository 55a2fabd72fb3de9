#include "cpu/access.h"
#include "cpu/descriptor.h"
#include "cpu/exec/dispatch.h"
#include "cpu/exec/exec.h"
#include "cpu/exec/front.h"
#include "cpu/exec/jump.h"
#include "cpu/exec/template.h"
#include "cpu/exec/words.h"

/* Before functions as front.c, for 16-bit code: words, 16-bit addresses, a 16-bit stack. Far
   pointers and segment registers are what real-mode programs are full of. */

/* Neither SS nor CS. In real and V86 mode a register that is as such loads leave it changes its
   selector and base only; in protected mode the selector must be known. */
ALWAYS_INLINE bool load_segment(struct cpu *cpu, unsigned number, u16 selector)
{
    const u16 loaded = SEG_PRESENT | SEG_NONSYSTEM | SEG_WRITABLE | SEG_ACCESSED;
    if (number == SEG_SS || number == SEG_CS || number >= SEG_COUNT)
        return false;
    struct segment *segment = &cpu->segs[number];
    bool real = !cpu_protected(cpu) && (segment->access & 0xfffu) == loaded;
    bool v86 = cpu_v86(cpu) && segment->access == (loaded | SEG_DPL) && segment->limit == 0xffff;
    if (!real && !v86)
        return segment_load_known(cpu, number, selector);
    segment->selector = selector;
    segment->base = (u32)selector << 4;
    return true;
}

ALWAYS_INLINE bool read_operand(struct cpu *cpu, const struct op *op, unsigned width, u32 *value)
{
    return fast_read(cpu, handler_segment(cpu, op), offset_wrap(cpu, op), width, value);
}

ALWAYS_INLINE bool push_word(struct cpu *cpu, u32 value)
{
    u32 top = (u16)(handler_whole(cpu, op_register(REG_ESP)) - 2);
    if (!fast_write(cpu, &cpu->segs[SEG_SS], top, 16, value))
        return false;
    handler_set(cpu, op_register(REG_ESP), 16, top);
    return true;
}

static struct op *segment_from_register(HANDLER_PARAMETERS)
{
    if (!load_segment(cpu, op->dst, (u16)handler_get(cpu, op->src, 16)))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

static struct op *segment_from_memory(HANDLER_PARAMETERS)
{
    u32 selector;
    if (!read_operand(cpu, op, 16, &selector) || !load_segment(cpu, op->dst, (u16)selector))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

static struct op *segment_to_register(HANDLER_PARAMETERS)
{
    if (op->src >= SEG_COUNT)
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    handler_set(cpu, op->dst, 16, cpu->segs[op->src].selector);
    MUSTTAIL return RUN(op + 1);
}

/* LES and its kin, by the segment. */
ALWAYS_INLINE bool load_pointer(struct cpu *cpu, const struct op *op, unsigned segment)
{
    u32 pointer;
    if (!read_operand(cpu, op, 32, &pointer) || !load_segment(cpu, segment, (u16)(pointer >> 16)))
        return false;
    handler_set(cpu, op->dst, 16, pointer);
    return true;
}

static struct op *pointer_es(HANDLER_PARAMETERS)
{
    if (!load_pointer(cpu, op, SEG_ES))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

static struct op *pointer_ds(HANDLER_PARAMETERS)
{
    if (!load_pointer(cpu, op, SEG_DS))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

static struct op *push_segment(HANDLER_PARAMETERS)
{
    if (!push_word(cpu, cpu->segs[op->dst].selector))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

static struct op *pop_segment(HANDLER_PARAMETERS)
{
    u32 top = handler_get(cpu, op_register(REG_ESP), 16), selector;
    if (!fast_read(cpu, &cpu->segs[SEG_SS], top, 16, &selector) ||
        !load_segment(cpu, op->dst, (u16)selector))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    handler_set(cpu, op_register(REG_ESP), 16, top + 2);
    MUSTTAIL return RUN(op + 1);
}

static struct op *push_memory(HANDLER_PARAMETERS)
{
    u32 value;
    if (!read_operand(cpu, op, 16, &value) || !push_word(cpu, value))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

static struct op *leave(HANDLER_PARAMETERS)
{
    u32 frame = handler_get(cpu, op_register(REG_EBP), 16), value;
    if (!fast_read(cpu, &cpu->segs[SEG_SS], frame, 16, &value))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    handler_set(cpu, op_register(REG_ESP), 16, frame + 2);
    handler_set(cpu, op_register(REG_EBP), 16, value);
    MUSTTAIL return RUN(op + 1);
}

/* The target of an indirect jump, within the CS limit. */
ALWAYS_INLINE bool read_target(struct cpu *cpu, const struct op *op, u32 *target)
{
    if (!(op->form & OP_MEMORY))
        *target = handler_get(cpu, op->dst, 16);
    else if (!read_operand(cpu, op, 16, target))
        return false;
    return *target <= cpu->segs[SEG_CS].limit;
}

static struct op *jump_indirect(HANDLER_PARAMETERS)
{
    u32 target;
    if (!read_target(cpu, op, &target))
        MUSTTAIL return dispatch_jump(HANDLER_ARGUMENTS);
    cpu->eip = target;
    budget -= op->n;
    MUSTTAIL return jump_to_eip(HANDLER_ARGUMENTS);
}

static struct op *call_indirect(HANDLER_PARAMETERS)
{
    u32 target;
    if (!read_target(cpu, op, &target) || !push_word(cpu, op[1].eip))
        MUSTTAIL return dispatch_jump(HANDLER_ARGUMENTS);
    cpu->eip = target;
    budget -= op->n;
    MUSTTAIL return jump_to_eip(HANDLER_ARGUMENTS);
}

struct word_front_row {
    exec_function *function;
    op_handler *plain, *memory;
    bool stacks; /* only on a 16-bit stack */
};

// clang-format off
static const struct word_front_row rows[] = {
    {exec_mov_to_segment,   segment_from_register, segment_from_memory, false},
    {exec_mov_from_segment, segment_to_register,   NULL,                false},
    {exec_les,              NULL,                  pointer_es,          false},
    {exec_lds,              NULL,                  pointer_ds,          false},
    {exec_push_segment,     push_segment,          NULL,                true},
    {exec_pop_segment,      pop_segment,           NULL,                true},
    {exec_push,             NULL,                  push_memory,         true},
    {exec_leave,            leave,                 NULL,                true},
    {exec_jmp_near,         jump_indirect,         jump_indirect,       false},
    {exec_call_near,        call_indirect,         call_indirect,       true},
};
// clang-format on

op_handler *front_word_handler(const struct instruction *in, bool stack32)
{
    if (in->width > 16 || !(in->op.form & OP_ADDRESS16))
        return NULL;
    if (in->row->function == exec_xchg)
        return word_exchange_handler(&in->op, in->width);
    if (in->width != 16)
        return NULL;
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        if (rows[i].function == in->row->function && !(rows[i].stacks && stack32))
            return in->op.form & OP_MEMORY ? rows[i].memory : rows[i].plain;
    return NULL;
}
