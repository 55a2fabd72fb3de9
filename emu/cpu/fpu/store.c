#include "cpu/fpu/call.h"

#include "base/bits.h"

/* What stores ST (387 PRM 4.1). The bytes are written before the state changes, so that a fault of
   the memory operand leaves the coprocessor as it was. */

/* Escape codes of the forms that pop have reg = 3 (real, integer), 6 (BCD), 7 (others). */
static bool pops(const struct fpu_call *call)
{
    return call->reg & 1 || call->reg == 6;
}

/* No byte is written when the exception is unmasked; unmasked overflow and underflow count too. */
static bool store(struct fpu_call *call, const u8 *bytes, unsigned count)
{
    struct float_env *env = &call->env;
    bool stores = !float_unmasked(env, FLOAT_EXCEPTIONS & ~FLOAT_PRECISION);
    if (!stores) {
        env->raised &= (u16)~FLOAT_PRECISION;
        env->up = false;
    }
    if (stores && !fpu_write(call, bytes, count))
        return false;
    fpu_settle(call);
    if (stores && pops(call))
        fpu_pop(call->fpu);
    return true;
}

/* ST is empty: the indefinite of the format is stored, when masked. */
static bool store_nothing(struct fpu_call *call, const u8 *indefinite, unsigned count)
{
    bool masked = call->fpu->control & FLOAT_INVALID;
    if (masked && !fpu_write(call, indefinite, count))
        return false;
    fpu_stack_fault(call, false);
    if (masked && pops(call))
        fpu_pop(call->fpu);
    return true;
}

/* Bytes of ST, or of the indefinite when it is empty. */
static bool finish(struct fpu_call *call, const u8 *bytes, unsigned count)
{
    return fpu_is_empty(call->fpu, 0) ? store_nothing(call, bytes, count)
                                      : store(call, bytes, count);
}

static struct float80 source(const struct fpu_call *call)
{
    return fpu_is_empty(call->fpu, 0) ? FLOAT80_INDEFINITE : fpu_get(call->fpu, 0);
}

/* FST, FSTP m32 (D9), m64 (DD). */
bool fpu_store_real(struct fpu_call *call)
{
    u8 bytes[8];
    if (call->escape == 1) {
        store_le32(bytes, float80_to_float32(&call->env, source(call)));
        return finish(call, bytes, 4);
    }
    store_le64(bytes, float80_to_float64(&call->env, source(call)));
    return finish(call, bytes, 8);
}

bool fpu_store_extended(struct fpu_call *call)
{
    u8 bytes[10];
    struct float80 value = source(call);
    store_le64(bytes, value.mantissa);
    store_le16(bytes + 8, value.exponent);
    return finish(call, bytes, 10);
}

/* FIST, FISTP m32 (DB), m16 (DF). */
bool fpu_store_integer(struct fpu_call *call)
{
    u8 bytes[4];
    unsigned count = call->escape == 3 ? 4 : 2;
    store_le32(bytes, (u32)float80_to_integer(&call->env, source(call), count * 8));
    return finish(call, bytes, count);
}

/* FISTP m64. */
bool fpu_store_long(struct fpu_call *call)
{
    u8 bytes[8];
    store_le64(bytes, float80_to_integer(&call->env, source(call), 64));
    return finish(call, bytes, 8);
}

bool fpu_store_bcd(struct fpu_call *call)
{
    u8 digits[10];
    float80_to_bcd(&call->env, source(call), digits);
    return finish(call, digits, 10);
}

/* FST ST(i), FSTP ST(i) (odd reg; the aliases of FSTP are D9 D8, DF D0, DF D8). The alias D9 D8
   pops an empty ST without a word. */
bool fpu_store_register(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    bool done;
    if (fpu_is_empty(fpu, 0) && call->escape == 1)
        done = fpu_settle(call);
    else if (fpu_is_empty(fpu, 0))
        done = fpu_underflow_into(call, call->rm);
    else
        done = fpu_finish(call, call->rm, fpu_get(fpu, 0));
    if (done && !(call->escape == 5 && call->reg == 2))
        fpu_pop(fpu);
    return true;
}
