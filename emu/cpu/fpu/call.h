#ifndef GLASS386_CPU_FPU_CALL_H
#define GLASS386_CPU_FPU_CALL_H

#include "cpu/fpu/fpu.h"
#include "cpu/op.h"

/* One coprocessor instruction under way. Private to fpu/. */
struct fpu_call {
    struct cpu *cpu;
    struct fpu *fpu;
    const struct op *op;
    struct float_env env;
    unsigned escape;  /* low three bits of the first byte */
    unsigned reg, rm; /* of ModRM */
};

/* Executes; false: cpu->fault is set (a memory operand) and nothing has changed. */
typedef bool fpu_function(struct fpu_call *call);

/* load.c */
fpu_function fpu_load_real, fpu_load_extended, fpu_load_integer, fpu_load_long, fpu_load_bcd;
fpu_function fpu_load_register, fpu_load_constant;
/* store.c */
fpu_function fpu_store_real, fpu_store_extended, fpu_store_integer, fpu_store_long, fpu_store_bcd;
fpu_function fpu_store_register;
/* operate.c */
fpu_function fpu_operate_memory, fpu_operate_register;
fpu_function fpu_change_sign, fpu_absolute, fpu_unary, fpu_binary, fpu_remainder, fpu_extract;
fpu_function fpu_tangent, fpu_sine, fpu_sine_cosine;
/* compare.c */
fpu_function fpu_compare_memory, fpu_compare_register, fpu_compare_both, fpu_unordered;
fpu_function fpu_unordered_both, fpu_test, fpu_examine, fpu_compare_flags, fpu_move_if;
/* control.c */
fpu_function fpu_nop, fpu_initialize, fpu_clear_exceptions, fpu_load_control, fpu_store_control;
fpu_function fpu_store_status, fpu_store_status_ax, fpu_load_environment, fpu_store_environment;
fpu_function fpu_save, fpu_restore;
fpu_function fpu_exchange, fpu_free, fpu_free_pop, fpu_step_up, fpu_step_down;

/* ---- Stack and status (fpu.c) ---- */

void fpu_set(struct fpu *fpu, unsigned i, struct float80 value);
void fpu_push(struct fpu *fpu, struct float80 value);
void fpu_pop(struct fpu *fpu);
static inline void fpu_set_top(struct fpu *fpu, unsigned top)
{
    fpu->status = (u16)((fpu->status & ~FPU_TOP) | (top & 7u) << FPU_TOP_SHIFT);
}
static inline void fpu_set_conditions(struct fpu *fpu, unsigned mask, unsigned value)
{
    fpu->status = (u16)((fpu->status & ~mask) | value);
}

/* Sets exception flags (and FPU_STACK_FAULT); an unmasked one sets ES and signals the error. */
void fpu_raise(struct cpu *cpu, u16 flags);
/* ES and B after flags or masks were loaded. */
void fpu_update_error(struct cpu *cpu);
/* Takes over what the arithmetic found, C1 too. False: unmasked, there is no result. */
bool fpu_settle(struct fpu_call *call);
/* Invalid operation on the stack; C1 tells overflow from underflow. True when masked. */
bool fpu_stack_fault(struct fpu_call *call, bool overflow);
/* ST(i) of an operand is empty: the masked response puts the indefinite into ST(destination). */
bool fpu_underflow_into(struct fpu_call *call, unsigned destination);
/* Settles and sets ST(i); false when there is no result. */
bool fpu_finish(struct fpu_call *call, unsigned i, struct float80 result);

/* ---- Memory operands (fpu.c): 2 to 10 bytes; false: fault ---- */

bool fpu_read(struct fpu_call *call, u8 *to, unsigned count);
bool fpu_write(struct fpu_call *call, const u8 *from, unsigned count);

/* A real or integer operand by the escape code: D8/D9 m32 real, DA/DB m32 integer, DC/DD m64 real,
   DE/DF m16 integer. *denormal: the 32- or 64-bit real was one. */
bool fpu_read_operand(struct fpu_call *call, struct float80 *value, bool *denormal);

#endif
