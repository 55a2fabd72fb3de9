#include "cpu/fpu/call.h"

#include "base/bits.h"
#include "cpu/fpu/round.h"

/* What pushes (387 PRM 4.1, 4.5). */

/* Room for a push is looked for before the operand is; true: done, with the masked response. */
static bool no_room(struct fpu_call *call)
{
    if (fpu_is_empty(call->fpu, 7))
        return false;
    if (fpu_stack_fault(call, true))
        fpu_push(call->fpu, FLOAT80_INDEFINITE);
    return true;
}

/* The unmasked denormal exception does not keep a load from happening. */
static bool push_result(struct fpu_call *call, struct float80 value)
{
    fpu_settle(call);
    if (!float_unmasked(&call->env, FLOAT_INVALID))
        fpu_push(call->fpu, value);
    return true;
}

/* FLD m32, m64. */
bool fpu_load_real(struct fpu_call *call)
{
    struct float80 value;
    bool denormal;
    if (!fpu_read_operand(call, &value, &denormal))
        return false;
    if (no_room(call))
        return true;
    float80_settle_nan(&call->env, value, &value);
    if (denormal)
        call->env.raised |= FLOAT_DENORMAL;
    return push_result(call, value);
}

/* FLD m80: any bits, no exception. */
bool fpu_load_extended(struct fpu_call *call)
{
    u8 bytes[10];
    if (!fpu_read(call, bytes, sizeof bytes))
        return false;
    if (no_room(call))
        return true;
    return push_result(call, (struct float80){load_le64(bytes), load_le16(bytes + 8)});
}

/* FILD m16, m32. */
bool fpu_load_integer(struct fpu_call *call)
{
    struct float80 value;
    bool denormal;
    if (!fpu_read_operand(call, &value, &denormal))
        return false;
    return no_room(call) || push_result(call, value);
}

/* FILD m64. */
bool fpu_load_long(struct fpu_call *call)
{
    u8 bytes[8];
    if (!fpu_read(call, bytes, sizeof bytes))
        return false;
    return no_room(call) || push_result(call, float80_from_integer((s64)load_le64(bytes)));
}

bool fpu_load_bcd(struct fpu_call *call)
{
    u8 digits[10];
    if (!fpu_read(call, digits, sizeof digits))
        return false;
    return no_room(call) || push_result(call, float80_from_bcd(digits));
}

bool fpu_load_register(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    if (!fpu_is_empty(fpu, call->rm))
        return no_room(call) || push_result(call, fpu_get(fpu, call->rm));
    if (fpu_stack_fault(call, false))
        fpu_push(fpu, FLOAT80_INDEFINITE);
    return true;
}

bool fpu_load_constant(struct fpu_call *call)
{
    return no_room(call) || push_result(call, float80_constant(&call->env, call->rm));
}
