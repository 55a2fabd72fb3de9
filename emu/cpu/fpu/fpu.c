#include "cpu/fpu/call.h"

#include "cpu/exec/handler.h"
#include "cpu/fault.h"

/* The stack, the status word and how errors are signalled (387 PRM 2.1, 3.6). */

void fpu_reset(struct fpu *fpu)
{
    *fpu = (struct fpu){.control = FPU_CONTROL_INIT};
}

void fpu_after_load(struct fpu *fpu)
{
    u8 byte;
    memcpy(&byte, &fpu->latched, 1);
    fpu->latched = byte != 0;
    fpu->control = (fpu->control & FPU_CONTROL_KEPT) | FPU_CONTROL_ONES;
    fpu->opcode &= 0x7ffu;
}

/* ---- Registers ---- */

void fpu_set(struct fpu *fpu, unsigned i, struct float80 value)
{
    unsigned number = fpu_register(fpu, i);
    fpu->mantissa[number] = value.mantissa;
    fpu->exponent[number] = value.exponent;
    fpu->used |= (u8)(1u << number);
}

void fpu_push(struct fpu *fpu, struct float80 value)
{
    fpu_set_top(fpu, fpu_top(fpu) - 1);
    fpu_set(fpu, 0, value);
}

void fpu_pop(struct fpu *fpu)
{
    fpu->used &= (u8) ~(1u << fpu_top(fpu));
    fpu_set_top(fpu, fpu_top(fpu) + 1);
}

static unsigned tag_of(const struct fpu *fpu, unsigned number)
{
    if (!(fpu->used >> number & 1u))
        return 3;
    switch (float80_class((struct float80){fpu->mantissa[number], fpu->exponent[number]})) {
    case CLASS_NORMAL:
        return 0;
    case CLASS_ZERO:
        return 1;
    default:
        return 2;
    }
}

u16 fpu_tag_word(const struct fpu *fpu)
{
    unsigned tags = 0;
    for (unsigned number = 0; number < 8; number++)
        tags |= tag_of(fpu, number) << (2 * number);
    return (u16)tags;
}

/* ---- Errors ---- */

/* Without NE the error leaves the chip by ERROR# (FERR#), which the AT board latches for IRQ 13.
   The board also holds BUSY# meanwhile; here the processor does not stall on it. */
static void signal_error(struct cpu *cpu)
{
    if (cpu->cr0 & CR0_NE)
        return;
    cpu->fpu.latched = true;
    irq_set(&cpu->ferr, true);
}

void fpu_release_busy(struct cpu *cpu)
{
    cpu->fpu.latched = false;
    irq_set(&cpu->ferr, false);
}

void fpu_update_error(struct cpu *cpu)
{
    struct fpu *fpu = &cpu->fpu;
    bool before = fpu->status & FPU_ERROR;
    bool error = fpu->status & ~fpu->control & FLOAT_EXCEPTIONS;
    fpu->status &= (u16) ~(FPU_ERROR | FPU_BUSY);
    if (error)
        fpu->status |= FPU_ERROR | FPU_BUSY;
    if (error && !before)
        signal_error(cpu);
}

void fpu_raise(struct cpu *cpu, u16 flags)
{
    cpu->fpu.status |= flags;
    fpu_update_error(cpu);
}

bool fpu_settle(struct fpu_call *call)
{
    struct float_env *env = &call->env;
    bool failed = float_unmasked(env, FLOAT_BEFORE);
    if (failed) {
        env->raised &= FLOAT_BEFORE;
        env->up = false;
    }
    fpu_set_conditions(call->fpu, FPU_C1, env->up ? FPU_C1 : 0);
    if (env->raised)
        fpu_raise(call->cpu, env->raised);
    return !failed;
}

bool fpu_stack_fault(struct fpu_call *call, bool overflow)
{
    fpu_set_conditions(call->fpu, FPU_C1, overflow ? FPU_C1 : 0);
    fpu_raise(call->cpu, FLOAT_INVALID | FPU_STACK_FAULT);
    return call->fpu->control & FLOAT_INVALID;
}

bool fpu_underflow_into(struct fpu_call *call, unsigned destination)
{
    bool masked = fpu_stack_fault(call, false);
    if (masked)
        fpu_set(call->fpu, destination, FLOAT80_INDEFINITE);
    return masked;
}

bool fpu_finish(struct fpu_call *call, unsigned i, struct float80 result)
{
    bool done = fpu_settle(call);
    if (done)
        fpu_set(call->fpu, i, result);
    return done;
}

/* ---- Memory operands ---- */

/* The fast limit covers four bytes. */
static u32 last_dword(u32 offset, unsigned count)
{
    return count > 4 ? offset + count - 4 : offset;
}

bool fpu_read(struct fpu_call *call, u8 *to, unsigned count)
{
    struct cpu *cpu = call->cpu;
    unsigned segment = op_segment(call->op);
    u32 offset = op_offset(cpu, call->op), last = last_dword(offset, count);
    const u8 *fast = NULL;
    if (last >= offset && last < cpu->segs[segment].fast_read)
        fast = handler_fast_read(cpu, segment, offset, count);
    if (!fast)
        return data_read_bytes(cpu, segment, offset, to, count);
    memcpy(to, fast, count);
    return true;
}

bool fpu_write(struct fpu_call *call, const u8 *from, unsigned count)
{
    struct cpu *cpu = call->cpu;
    unsigned segment = op_segment(call->op);
    u32 offset = op_offset(cpu, call->op), last = last_dword(offset, count);
    u8 *fast = NULL;
    if (last >= offset && last < cpu->segs[segment].fast_write)
        fast = handler_fast_write(cpu, segment, offset, count);
    if (!fast)
        return data_write_bytes(cpu, segment, offset, from, count);
    memcpy(fast, from, count);
    return true;
}

bool fpu_read_operand(struct fpu_call *call, struct float80 *value, bool *denormal)
{
    static const u8 sizes[4] = {4, 4, 8, 2};
    u8 bytes[8] = {0};
    unsigned type = call->escape >> 1;
    *denormal = false;
    if (!fpu_read(call, bytes, sizes[type]))
        return false;
    if (type == 0)
        *value = float80_from_float32(load_le32(bytes), denormal);
    else if (type == 1)
        *value = float80_from_integer((s32)load_le32(bytes));
    else if (type == 2)
        *value = float80_from_float64(load_le64(bytes), denormal);
    else
        *value = float80_from_integer((s16)load_le16(bytes));
    return true;
}
