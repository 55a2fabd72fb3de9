#include "cpu/exec/x87.h"

#include "cpu/exec/dispatch.h"
#include "cpu/exec/template.h"
#include "cpu/fpu/normal.h"

/* The coprocessor instructions that programs are full of, on ordinary numbers: no stack fault, no
   exception but a masked loss of precision (fpu/normal.h). Everything else takes the way of
   exec_escape. */

/* ---- The state of the coprocessor ---- */

/* Neither #NM nor #MF would come. */
ALWAYS_INLINE bool ready(const struct cpu *cpu)
{
    return !(cpu->cr0 & (CR0_EM | CR0_TS)) && cpu->has_fpu && !(cpu->fpu.status & FPU_ERROR);
}

/* ST(i) of a register form. */
ALWAYS_INLINE unsigned operand(const struct op *op)
{
    return op->imm & 7u;
}

ALWAYS_INLINE bool both_used(const struct cpu *cpu, const struct op *op)
{
    return ready(cpu) && !fpu_is_empty(&cpu->fpu, 0) && !fpu_is_empty(&cpu->fpu, operand(op));
}

/* The pointers to the instruction, and what it leaves in the status word; C1 is 0 otherwise. */
ALWAYS_INLINE void note(struct cpu *cpu, const struct op *op, u16 status)
{
    struct fpu *fpu = &cpu->fpu;
    fpu->opcode = (u16)(op->imm & 0x7ff);
    fpu->code_selector = cpu->segs[SEG_CS].selector;
    fpu->code_offset = op->eip;
    fpu->status = (u16)((fpu->status & ~FPU_C1) | status);
}

ALWAYS_INLINE void note_memory(struct cpu *cpu, const struct op *op, u32 offset)
{
    cpu->fpu.data_selector = handler_segment(cpu, op)->selector;
    cpu->fpu.data_offset = offset;
}

ALWAYS_INLINE void set(struct fpu *fpu, unsigned i, struct float80 value)
{
    unsigned number = fpu_register(fpu, i);
    fpu->mantissa[number] = value.mantissa;
    fpu->exponent[number] = value.exponent;
}

ALWAYS_INLINE void finish(struct cpu *cpu, const struct op *op, unsigned i,
                          const struct normal *result)
{
    set(&cpu->fpu, i, result->value);
    note(cpu, op, result->status);
}

ALWAYS_INLINE void turn(struct fpu *fpu, unsigned top)
{
    fpu->status = (u16)((fpu->status & ~FPU_TOP) | (top & 7u) << FPU_TOP_SHIFT);
}

ALWAYS_INLINE void pop(struct fpu *fpu)
{
    unsigned top = fpu_top(fpu);
    fpu->used &= (u8) ~(1u << top);
    turn(fpu, top + 1);
}

ALWAYS_INLINE void push(struct cpu *cpu, const struct op *op, struct float80 value)
{
    struct fpu *fpu = &cpu->fpu;
    note(cpu, op, 0);
    turn(fpu, fpu_top(fpu) - 1);
    fpu->used |= (u8)(1u << fpu_top(fpu));
    set(fpu, 0, value);
}

/* ---- Memory operands ---- */

/* The fast limit covers the first four bytes; a larger operand's last four are looked at. */
ALWAYS_INLINE u32 last_bytes(u32 offset, unsigned bytes)
{
    return bytes > 4 ? offset + bytes - 4 : offset;
}

ALWAYS_INLINE bool find_read(const struct cpu *cpu, const struct segment *segment, u32 offset,
                             unsigned bytes, u8 **at)
{
    u32 last = last_bytes(offset, bytes);
    return last >= offset && last < segment->fast_read &&
           handler_find_read(cpu, segment, offset, bytes, at);
}

ALWAYS_INLINE bool find_write(const struct cpu *cpu, const struct segment *segment, u32 offset,
                              unsigned bytes, u8 **at)
{
    u32 last = last_bytes(offset, bytes);
    return last >= offset && last < segment->fast_write &&
           handler_find_write(cpu, segment, offset, bytes, at);
}

ALWAYS_INLINE bool load_real(const u8 *at, unsigned width, struct float80 *value)
{
    return width == 32 ? normal_from_pattern((u64)load_le32(at) << 32, 8, value)
                       : normal_from_pattern(load_le64(at), 11, value);
}

ALWAYS_INLINE bool store_real(const struct cpu *cpu, unsigned width, u64 *pattern, u16 *status)
{
    const struct fpu *fpu = &cpu->fpu;
    struct float80 value = fpu_get(fpu, 0);
    if (fpu_is_empty(fpu, 0))
        return false;
    return width == 32 ? normal_to_pattern(fpu->control, value, 8, 23, pattern, status)
                       : normal_to_pattern(fpu->control, value, 11, 52, pattern, status);
}

ALWAYS_INLINE void put_pattern(u8 *at, unsigned width, u64 pattern)
{
    if (width == 16)
        store_le16(at, (u16)pattern);
    else if (width == 32)
        store_le32(at, (u32)pattern);
    else
        store_le64(at, pattern);
}

ALWAYS_INLINE u64 load_pattern(const u8 *at, unsigned width)
{
    return width == 16 ? load_le16(at) : width == 32 ? load_le32(at) : load_le64(at);
}

ALWAYS_INLINE s64 load_signed(const u8 *at, unsigned width)
{
    return (s64)(load_pattern(at, width) << (64 - width)) >> (64 - width);
}

ALWAYS_INLINE bool store_whole(const struct cpu *cpu, unsigned width, u64 *pattern, u16 *status)
{
    const struct fpu *fpu = &cpu->fpu;
    return !fpu_is_empty(fpu, 0) &&
           normal_to_integer(fpu->control, fpu_get(fpu, 0), width, pattern, status);
}

ALWAYS_INLINE struct float80 from_integer(s64 value)
{
    u64 magnitude = value < 0 ? 0 - (u64)value : (u64)value;
    if (magnitude == 0)
        return (struct float80){0, 0};
    unsigned shift = (unsigned)__builtin_clzll(magnitude);
    return (struct float80){magnitude << shift,
                            (u16)((FLOAT80_BIAS + 63 - shift) | (value < 0 ? FLOAT80_SIGN : 0))};
}

/* ---- Handlers ---- */

#define OPERATION add
#include "cpu/exec/x87_operation.inc"
#undef OPERATION
#define OPERATION mul
#include "cpu/exec/x87_operation.inc"
#undef OPERATION
#define OPERATION sub
#include "cpu/exec/x87_operation.inc"
#undef OPERATION
#define OPERATION subr
#include "cpu/exec/x87_operation.inc"
#undef OPERATION

#define OPERATION div
#include "cpu/exec/x87_operation.inc"
#undef OPERATION
#define OPERATION divr
#include "cpu/exec/x87_operation.inc"
#undef OPERATION

/* FCOM and its kind with an operand that is at hand. */
ALWAYS_INLINE bool compare_with(struct cpu *cpu, const struct op *op, struct float80 value)
{
    struct fpu *fpu = &cpu->fpu;
    u16 conditions;
    if (!normal_compare(fpu_get(fpu, 0), value, &conditions))
        return false;
    fpu->status &= (u16) ~(FPU_C0 | FPU_C2 | FPU_C3);
    note(cpu, op, conditions);
    return true;
}

#define OPERATION x87
#define WIDTH 16
#define SHAPE base
#define OFFSET offset_base
#include "cpu/exec/x87_integer.inc"
#undef SHAPE
#undef OFFSET
#define SHAPE index
#define OFFSET offset_index
#include "cpu/exec/x87_integer.inc"
#undef SHAPE
#undef OFFSET
#undef WIDTH
#define WIDTH 32
#define FOR_ADDRESS "cpu/exec/x87_move.inc"
#define NO_WRAP
#include "cpu/exec/each_address.inc"
#undef NO_WRAP
#undef FOR_ADDRESS
#undef WIDTH
#define WIDTH 64
#define FOR_ADDRESS "cpu/exec/x87_move.inc"
#define NO_WRAP
#include "cpu/exec/each_address.inc"
#undef NO_WRAP
#undef FOR_ADDRESS
#undef WIDTH
#undef OPERATION

/* FLD ST(i). */
static struct op *x87_load_register(HANDLER_PARAMETERS)
{
    struct fpu *fpu = &cpu->fpu;
    if (!ready(cpu) || fpu_is_empty(fpu, operand(op)) || !fpu_is_empty(fpu, 7))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    push(cpu, op, fpu_get(fpu, operand(op)));
    MUSTTAIL return RUN(op + 1);
}

/* FSTP ST(i). */
static struct op *x87_store_register(HANDLER_PARAMETERS)
{
    struct fpu *fpu = &cpu->fpu;
    if (!ready(cpu) || fpu_is_empty(fpu, 0))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    set(fpu, operand(op), fpu_get(fpu, 0));
    fpu->used |= (u8)(1u << fpu_register(fpu, operand(op)));
    note(cpu, op, 0);
    pop(fpu);
    MUSTTAIL return RUN(op + 1);
}

static struct op *x87_exchange(HANDLER_PARAMETERS)
{
    struct fpu *fpu = &cpu->fpu;
    if (!both_used(cpu, op))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    struct float80 value = fpu_get(fpu, 0);
    set(fpu, 0, fpu_get(fpu, operand(op)));
    set(fpu, operand(op), value);
    note(cpu, op, 0);
    MUSTTAIL return RUN(op + 1);
}

static struct op *x87_change_sign(HANDLER_PARAMETERS)
{
    struct fpu *fpu = &cpu->fpu;
    if (!ready(cpu) || fpu_is_empty(fpu, 0))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    fpu->exponent[fpu_top(fpu)] ^= FLOAT80_SIGN;
    note(cpu, op, 0);
    MUSTTAIL return RUN(op + 1);
}

static struct op *x87_drop_sign(HANDLER_PARAMETERS)
{
    struct fpu *fpu = &cpu->fpu;
    if (!ready(cpu) || fpu_is_empty(fpu, 0))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    fpu->exponent[fpu_top(fpu)] &= (u16)~FLOAT80_SIGN;
    note(cpu, op, 0);
    MUSTTAIL return RUN(op + 1);
}

/* FLD1 (D9 E8), FLDZ (D9 EE). */
static struct op *x87_load_constant(HANDLER_PARAMETERS)
{
    bool one = operand(op) == 0;
    if (!ready(cpu) || !fpu_is_empty(&cpu->fpu, 7))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    push(cpu, op, one ? (struct float80){1ull << 63, FLOAT80_BIAS} : (struct float80){0, 0});
    MUSTTAIL return RUN(op + 1);
}

/* FCOM, FUCOM and their popping forms: for normal numbers they are the same. */
ALWAYS_INLINE bool compare(struct cpu *cpu, const struct op *op)
{
    return both_used(cpu, op) && compare_with(cpu, op, fpu_get(&cpu->fpu, operand(op)));
}

static struct op *x87_compare(HANDLER_PARAMETERS)
{
    if (!compare(cpu, op))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

static struct op *x87_compare_pop(HANDLER_PARAMETERS)
{
    if (!compare(cpu, op))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    pop(&cpu->fpu);
    MUSTTAIL return RUN(op + 1);
}

static struct op *x87_compare_both(HANDLER_PARAMETERS)
{
    if (!compare(cpu, op))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    pop(&cpu->fpu);
    pop(&cpu->fpu);
    MUSTTAIL return RUN(op + 1);
}

/* FTST (D9 E4). */
static struct op *x87_test(HANDLER_PARAMETERS)
{
    if (!ready(cpu) || fpu_is_empty(&cpu->fpu, 0) || !compare_with(cpu, op, (struct float80){0, 0}))
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

/* FNSTSW AX: runs with an error pending, and leaves the pointers. */
static struct op *x87_store_status(HANDLER_PARAMETERS)
{
    if ((cpu->cr0 & (CR0_EM | CR0_TS)) || !cpu->has_fpu)
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    handler_store((u8 *)&cpu->regs[REG_EAX], 16, cpu->fpu.status);
    MUSTTAIL return RUN(op + 1);
}

/* ---- Which for which code ---- */

struct x87_row {
    u8 escape, first, count; /* ModRM bytes; of a memory form: reg in `first`, and count 0 */
    op_handler *handlers[2]; /* of a memory form: base, index */
};

// clang-format off
#define REGISTERS(escape, first, handler) {escape, first, 8, {handler, NULL}}
#define SINGLE(escape, first, handler) {escape, first, 1, {handler, NULL}}
#define MEMORY(escape, reg, name) {escape, reg, 0, {name##_base, name##_index}}

static const struct x87_row rows[] = {
    MEMORY(0, 0, add_real_32), MEMORY(0, 1, mul_real_32), MEMORY(0, 4, sub_real_32), MEMORY(0, 5, subr_real_32),
    MEMORY(4, 0, add_real_64), MEMORY(4, 1, mul_real_64), MEMORY(4, 4, sub_real_64), MEMORY(4, 5, subr_real_64),
    MEMORY(1, 0, x87_load_32), MEMORY(1, 2, x87_store_32), MEMORY(1, 3, x87_store_pop_32),
    MEMORY(5, 0, x87_load_64), MEMORY(5, 2, x87_store_64), MEMORY(5, 3, x87_store_pop_64),
    MEMORY(0, 6, div_real_32), MEMORY(0, 7, divr_real_32), MEMORY(4, 6, div_real_64), MEMORY(4, 7, divr_real_64),
    MEMORY(0, 2, x87_compare_32), MEMORY(0, 3, x87_compare_pop_32),
    MEMORY(4, 2, x87_compare_64), MEMORY(4, 3, x87_compare_pop_64),
    MEMORY(7, 0, x87_load_integer_16), MEMORY(3, 0, x87_load_integer_32), MEMORY(7, 5, x87_load_integer_64),
    MEMORY(7, 2, x87_store_integer_16), MEMORY(7, 3, x87_store_integer_pop_16),
    MEMORY(3, 2, x87_store_integer_32), MEMORY(3, 3, x87_store_integer_pop_32), MEMORY(7, 7, x87_store_integer_pop_64),
    MEMORY(1, 5, x87_load_control_16), MEMORY(1, 7, x87_store_control_16),
    REGISTERS(0, 0xc0, x87_to_st_add), REGISTERS(0, 0xc8, x87_to_st_mul),
    REGISTERS(0, 0xe0, x87_to_st_sub), REGISTERS(0, 0xe8, x87_to_st_subr),
    REGISTERS(4, 0xc0, x87_to_sti_add), REGISTERS(4, 0xc8, x87_to_sti_mul),
    REGISTERS(4, 0xe0, x87_to_sti_sub), REGISTERS(4, 0xe8, x87_to_sti_subr),
    REGISTERS(6, 0xc0, x87_pop_add), REGISTERS(6, 0xc8, x87_pop_mul),
    REGISTERS(6, 0xe0, x87_pop_sub), REGISTERS(6, 0xe8, x87_pop_subr),
    REGISTERS(0, 0xf0, x87_to_st_div), REGISTERS(0, 0xf8, x87_to_st_divr),
    REGISTERS(4, 0xf0, x87_to_sti_div), REGISTERS(4, 0xf8, x87_to_sti_divr),
    REGISTERS(6, 0xf0, x87_pop_div), REGISTERS(6, 0xf8, x87_pop_divr),
    REGISTERS(1, 0xc0, x87_load_register), REGISTERS(1, 0xc8, x87_exchange),
    REGISTERS(5, 0xd8, x87_store_register),
    SINGLE(1, 0xe0, x87_change_sign), SINGLE(1, 0xe1, x87_drop_sign), SINGLE(1, 0xe4, x87_test),
    SINGLE(1, 0xe8, x87_load_constant), SINGLE(1, 0xee, x87_load_constant),
    REGISTERS(0, 0xd0, x87_compare), REGISTERS(0, 0xd8, x87_compare_pop),
    REGISTERS(5, 0xe0, x87_compare), REGISTERS(5, 0xe8, x87_compare_pop),
    SINGLE(6, 0xd9, x87_compare_both), SINGLE(2, 0xe9, x87_compare_both),
    SINGLE(7, 0xe0, x87_store_status),
};
// clang-format on

static bool matches(const struct x87_row *row, const struct op *op)
{
    unsigned escape = op->imm >> 8 & 7u, modrm = op->imm & 0xffu;
    if (row->escape != escape)
        return false;
    if (op->form & OP_MEMORY)
        return row->count == 0 && row->first == (modrm >> 3 & 7u);
    return modrm - row->first < row->count;
}

op_handler *x87_handler(const struct instruction *in)
{
    bool indexed = in->op.index != OP_REGISTER_ZERO;
    if ((in->op.form & OP_MEMORY) && (in->op.form & OP_ADDRESS16))
        return NULL;
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        if (matches(&rows[i], &in->op))
            return rows[i].handlers[in->op.form & OP_MEMORY ? indexed : 0];
    return NULL;
}
