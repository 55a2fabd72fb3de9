/* FXSAVE and FXRSTOR: the whole state in one form for all modes, as the Pentium II has them, which
   has no XMM registers. Behind the first 160 bytes of the 512 nothing is written.

   Reference: SDM2, FXSAVE and FXRSTOR. */

#include "cpu/exec/exec.h"

#include "base/bits.h"
#include "cpu/data.h"
#include "cpu/fault.h"
#include "cpu/fpu/call.h"

enum {
    CONTROL = 0,
    STATUS = 2,
    USED = 4, /* a bit for each of R0 to R7 */
    OPCODE = 6,
    CODE_OFFSET = 8,
    CODE_SELECTOR = 12,
    DATA_OFFSET = 16,
    DATA_SELECTOR = 20,
    REGISTERS = 32, /* ST to ST(7), 16 bytes each */
    WRITTEN = 160,
    SIZE = 512,
    STEP = 4,
};

/* Neither waits nor tells of a pending error. */
static bool may_run(struct cpu *cpu, const struct op *op)
{
    u32 linear = cpu->segs[op_segment(op)].base + op_offset(cpu, op);
    if (!cpu->has_fpu)
        return fault_ud(cpu);
    if (cpu->cr0 & (CR0_EM | CR0_TS))
        return fault_raise(cpu, EXC_NM);
    return !(linear & 15) || fault_gp(cpu, 0);
}

static void put_state(const struct fpu *fpu, u8 *bytes)
{
    store_le16(bytes + CONTROL, fpu->control);
    store_le16(bytes + STATUS, fpu->status);
    bytes[USED] = fpu->used;
    store_le16(bytes + OPCODE, fpu->opcode);
    store_le32(bytes + CODE_OFFSET, fpu->code_offset);
    store_le16(bytes + CODE_SELECTOR, fpu->code_selector);
    store_le32(bytes + DATA_OFFSET, fpu->data_offset);
    store_le16(bytes + DATA_SELECTOR, fpu->data_selector);
    for (unsigned i = 0; i < 8; i++) {
        struct float80 value = fpu_get(fpu, i);
        store_le64(bytes + REGISTERS + 16 * i, value.mantissa);
        store_le16(bytes + REGISTERS + 16 * i + 8, value.exponent);
    }
}

/* ES and B follow from the rest; what ERROR# was tells fpu_update_error() of an edge. */
static void get_state(struct fpu *fpu, const u8 *bytes)
{
    u16 status = load_le16(bytes + STATUS) & (u16) ~(FPU_ERROR | FPU_BUSY);
    fpu->control = (u16)((load_le16(bytes + CONTROL) & FPU_CONTROL_KEPT) | FPU_CONTROL_ONES);
    fpu->status = (u16)(status | (fpu->status & FPU_ERROR));
    fpu->used = bytes[USED];
    fpu->opcode = load_le16(bytes + OPCODE) & 0x7ff;
    fpu->code_offset = load_le32(bytes + CODE_OFFSET);
    fpu->code_selector = load_le16(bytes + CODE_SELECTOR);
    fpu->data_offset = load_le32(bytes + DATA_OFFSET);
    fpu->data_selector = load_le16(bytes + DATA_SELECTOR);
    for (unsigned i = 0; i < 8; i++) {
        unsigned number = fpu_register(fpu, i);
        fpu->mantissa[number] = load_le64(bytes + REGISTERS + 16 * i);
        fpu->exponent[number] = load_le16(bytes + REGISTERS + 16 * i + 8);
    }
}

bool exec_fxsave(struct cpu *cpu, const struct op *op)
{
    unsigned segment = op_segment(op);
    u32 offset = op_offset(cpu, op);
    u8 bytes[WRITTEN] = {0};
    if (!may_run(cpu, op))
        return false;
    for (u32 i = 0; i < SIZE; i += STEP)
        if (!data_check_write(cpu, segment, offset + i, STEP))
            return false;
    put_state(&cpu->fpu, bytes);
    for (u32 i = 0; i < WRITTEN; i += STEP)
        if (!data_write_bytes(cpu, segment, offset + i, bytes + i, STEP))
            return false;
    return true;
}

bool exec_fxrstor(struct cpu *cpu, const struct op *op)
{
    unsigned segment = op_segment(op);
    u32 offset = op_offset(cpu, op);
    u8 bytes[SIZE];
    if (!may_run(cpu, op))
        return false;
    for (u32 i = 0; i < SIZE; i += STEP)
        if (!data_read_bytes(cpu, segment, offset + i, bytes + i, STEP))
            return false;
    get_state(&cpu->fpu, bytes);
    fpu_update_error(cpu);
    return true;
}
