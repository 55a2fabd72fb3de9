#include "cpu/decode.h"

/* What one instruction's decoding carries along. */
struct decoder {
    const u8 *bytes;
    u32 available, at;
    bool short_of_bytes;
    bool operand32, address32;
    bool scales_base; /* a 386 */
    int segment;      /* override, or -1 */
    u8 repeat;
    bool has_modrm;
    u8 modrm;
    u8 opcode;
    struct instruction *out;
};

static u32 take(struct decoder *d, unsigned count)
{
    if (d->available - d->at < count) {
        d->short_of_bytes = true;
        return 0;
    }
    const u8 *p = d->bytes + d->at;
    d->at += count;
    return count == 1 ? *p : count == 2 ? load_le16(p) : load_le32(p);
}

static u32 sign_extend8(u32 value)
{
    return (u32)(s32)(s8)value;
}

static unsigned modrm_mod(const struct decoder *d)
{
    return d->modrm >> 6;
}
static unsigned modrm_reg(const struct decoder *d)
{
    return d->modrm >> 3 & 7u;
}
static unsigned modrm_rm(const struct decoder *d)
{
    return d->modrm & 7u;
}

/* Prefixes in any number and order; the last of a kind wins (PRM 17.2.1). */
static bool take_prefix(struct decoder *d, u8 byte)
{
    switch (byte) {
    case 0x26:
        d->segment = SEG_ES;
        return true;
    case 0x2e:
        d->segment = SEG_CS;
        return true;
    case 0x36:
        d->segment = SEG_SS;
        return true;
    case 0x3e:
        d->segment = SEG_DS;
        return true;
    case 0x64:
        d->segment = SEG_FS;
        return true;
    case 0x65:
        d->segment = SEG_GS;
        return true;
    case 0xf0:
        d->out->lock = true;
        return true;
    case 0xf2:
        d->repeat = REPEAT_NZ;
        return true;
    case 0xf3:
        d->repeat = REPEAT_Z;
        return true;
    }
    return false;
}

static void take_prefixes(struct decoder *d, bool code32)
{
    d->operand32 = d->address32 = code32;
    for (;;) {
        d->opcode = (u8)take(d, 1);
        if (d->short_of_bytes)
            return;
        if (d->opcode == 0x66)
            d->operand32 = !code32;
        else if (d->opcode == 0x67)
            d->address32 = !code32;
        else if (!take_prefix(d, d->opcode))
            return;
    }
}

static void set_memory(struct decoder *d, unsigned segment)
{
    struct op *op = &d->out->op;
    if (d->segment >= 0)
        segment = (unsigned)d->segment;
    op->form |= (u8)(OP_MEMORY | segment << OP_SEGMENT_SHIFT);
}

/* PRM table 17-2. */
static void take_address16(struct decoder *d)
{
    static const struct {
        u8 base, index, segment;
    } forms[8] = {
        {4 * REG_EBX, 4 * REG_ESI, SEG_DS},      {4 * REG_EBX, 4 * REG_EDI, SEG_DS},
        {4 * REG_EBP, 4 * REG_ESI, SEG_SS},      {4 * REG_EBP, 4 * REG_EDI, SEG_SS},
        {4 * REG_ESI, OP_REGISTER_ZERO, SEG_DS}, {4 * REG_EDI, OP_REGISTER_ZERO, SEG_DS},
        {4 * REG_EBP, OP_REGISTER_ZERO, SEG_SS}, {4 * REG_EBX, OP_REGISTER_ZERO, SEG_DS},
    };
    struct op *op = &d->out->op;
    unsigned mod = modrm_mod(d), rm = modrm_rm(d), segment = forms[rm].segment;
    op->base = forms[rm].base;
    op->index = forms[rm].index;
    if (mod == 0 && rm == 6) {
        op->base = OP_REGISTER_ZERO;
        op->disp = take(d, 2);
        segment = SEG_DS;
    } else if (mod == 1) {
        op->disp = sign_extend8(take(d, 1));
    } else if (mod == 2) {
        op->disp = take(d, 2);
    }
    set_memory(d, segment);
}

/* Base and index of an SIB byte. Without an index a scale has no meaning in the manuals; a 386
   scales the base (emu/docs/UNDEFINED.md). */
static unsigned take_sib(struct decoder *d)
{
    struct op *op = &d->out->op;
    unsigned sib = take(d, 1), index = sib >> 3 & 7u, base = sib & 7u;
    bool has_base = modrm_mod(d) != 0 || base != REG_EBP;
    if (has_base)
        op->base = op_register(base);
    if (index != REG_ESP) {
        op->index = op_register(index);
        op->form |= (u8)(sib >> 6);
    } else if (d->scales_base && has_base && sib >> 6) {
        op->index = op->base;
        op->form |= (u8)(sib >> 6);
        op->base = OP_REGISTER_ZERO;
    }
    return base;
}

/* PRM tables 17-3 and 17-4. */
static void take_address32(struct decoder *d)
{
    struct op *op = &d->out->op;
    unsigned mod = modrm_mod(d), base = modrm_rm(d);
    if (base == 4)
        base = take_sib(d);
    else if (mod != 0 || base != REG_EBP)
        op->base = op_register(base);
    unsigned segment = base == REG_ESP || base == REG_EBP ? SEG_SS : SEG_DS;
    if (mod == 0 && base == REG_EBP) {
        op->disp = take(d, 4);
        segment = SEG_DS;
    } else if (mod == 1) {
        op->disp = sign_extend8(take(d, 1));
    } else if (mod == 2) {
        op->disp = take(d, 4);
    }
    set_memory(d, segment);
}

static bool uses_modrm(const struct opcode *row)
{
    for (unsigned i = 0; i < ARRAY_COUNT(row->operands); i++)
        if (row->operands[i] >= OPERAND_Eb && row->operands[i] <= OPERAND_Sw)
            return true;
    return false;
}

/* CR, DR, TR moves have a register in rm whatever mod says. */
static bool ignores_mod(const struct opcode *row)
{
    return row->operands[0] == OPERAND_Rd || row->operands[1] == OPERAND_Rd;
}

static void take_modrm(struct decoder *d)
{
    if (!d->has_modrm)
        d->modrm = (u8)take(d, 1);
    d->has_modrm = true;
}

static u16 find_row(struct decoder *d, const struct opcode_index *index)
{
    unsigned map = 0;
    if (d->opcode == 0x0f) {
        map = 1;
        d->opcode = (u8)take(d, 1);
    }
    u16 row = index->map[map][d->opcode];
    if (row == OPCODE_NO_ROW || !(row & OPCODE_GROUP))
        return row;
    take_modrm(d);
    return index->groups[row & ~OPCODE_GROUP][modrm_reg(d)];
}

static void set_register(struct decoder *d, unsigned position, u8 offset)
{
    struct instruction *out = d->out;
    if (position == 0) {
        out->op.dst = offset;
        out->dst_place = PLACE_REGISTER;
    } else if (position == 1) {
        out->op.src = offset;
        out->src_place = PLACE_REGISTER;
    }
}

static void set_place(struct decoder *d, unsigned position, enum operand_place place)
{
    if (position == 0)
        d->out->dst_place = (u8)place;
    else if (position == 1)
        d->out->src_place = (u8)place;
}

static void set_immediate(struct decoder *d, unsigned position, u32 value)
{
    if (position == 1 && d->out->dst_place == PLACE_IMMEDIATE)
        d->out->op.disp = value;
    else
        d->out->op.imm = value;
    set_place(d, position, PLACE_IMMEDIATE);
}

/* The E operand: a register of `width` bits, or memory. */
static void set_modrm_operand(struct decoder *d, unsigned position, unsigned width)
{
    if (d->out->op.form & OP_MEMORY)
        set_place(d, position, PLACE_MEMORY);
    else
        set_register(d, position,
                     width == 8 ? op_register8(modrm_rm(d)) : op_register(modrm_rm(d)));
}

static void set_direct_memory(struct decoder *d, unsigned position)
{
    struct op *op = &d->out->op;
    op->disp = take(d, d->address32 ? 4 : 2);
    set_memory(d, SEG_DS);
    set_place(d, position, PLACE_MEMORY);
}

static void set_target(struct decoder *d, u32 displacement)
{
    /* Counted from the next instruction; nothing follows the displacement. */
    u32 target = d->out->op.eip + d->at + displacement;
    d->out->target = d->operand32 ? target : target & 0xffffu;
}

static void set_far_pointer(struct decoder *d)
{
    d->out->op.imm = take(d, d->operand32 ? 4 : 2);
    d->out->op.disp = take(d, 2);
    d->out->dst_place = PLACE_IMMEDIATE;
}

static void take_operand(struct decoder *d, unsigned position, enum operand operand)
{
    unsigned size = d->operand32 ? 4 : 2;
    switch (operand) {
    case OPERAND_None:
    case OPERAND_DX:
        break;
    case OPERAND_Eb:
        set_modrm_operand(d, position, 8);
        break;
    case OPERAND_Ew:
    case OPERAND_Ev:
    case OPERAND_M:
    case OPERAND_Ex:
        set_modrm_operand(d, position, 32);
        break;
    case OPERAND_Gb:
        set_register(d, position, op_register8(modrm_reg(d)));
        break;
    case OPERAND_Gw:
    case OPERAND_Gv:
        set_register(d, position, op_register(modrm_reg(d)));
        break;
    case OPERAND_Rd:
        set_register(d, position, op_register(modrm_rm(d)));
        break;
    case OPERAND_Cd:
    case OPERAND_Dd:
    case OPERAND_Td:
    case OPERAND_Sw:
        set_register(d, position, (u8)modrm_reg(d));
        break;
    case OPERAND_Zb:
        set_register(d, position, op_register8(d->opcode & 7u));
        break;
    case OPERAND_Zv:
    case OPERAND_Zd:
        set_register(d, position, op_register(d->opcode & 7u));
        break;
    case OPERAND_Ib:
        set_immediate(d, position, take(d, 1));
        break;
    case OPERAND_Iw:
        set_immediate(d, position, take(d, 2));
        break;
    case OPERAND_Iv:
        set_immediate(d, position, take(d, size));
        break;
    case OPERAND_Is:
        set_immediate(d, position, sign_extend8(take(d, 1)));
        break;
    case OPERAND_I1:
        set_immediate(d, position, 1);
        break;
    case OPERAND_Jb:
        set_target(d, sign_extend8(take(d, 1)));
        break;
    case OPERAND_Jv: {
        u32 displacement = take(d, size);
        set_target(d, d->operand32 ? displacement : (u32)(s32)(s16)displacement);
        break;
    }
    case OPERAND_Ap:
        set_far_pointer(d);
        break;
    case OPERAND_Ob:
    case OPERAND_Ov:
        set_direct_memory(d, position);
        break;
    case OPERAND_AL:
    case OPERAND_eAX:
        set_register(d, position, op_register(REG_EAX));
        break;
    case OPERAND_CL:
        set_register(d, position, op_register(REG_ECX));
        break;
    case OPERAND_ES:
    case OPERAND_CS:
    case OPERAND_SS:
    case OPERAND_DS:
    case OPERAND_FS:
    case OPERAND_GS:
        set_register(d, position, (u8)(operand - OPERAND_ES));
        break;
    }
}

/* Instructions with memory operands that no ModRM names: strings and XLAT. */
static void set_implied(struct decoder *d)
{
    struct op *op = &d->out->op;
    if (d->out->row->attributes & OPCODE_STRING)
        op->dst = d->repeat;
    if (!(op->form & OP_MEMORY)) {
        unsigned segment = d->segment >= 0 ? (unsigned)d->segment : SEG_DS;
        op->form |= (u8)(segment << OP_SEGMENT_SHIFT);
    }
    if (d->out->row->operands[0] == OPERAND_Ex)
        op->imm = (u32)(d->opcode & 7u) << 8 | d->modrm;
}

/* Only what reads and writes memory, and names it as its first operand (PRM 17 LOCK). */
static bool lock_allowed(const struct instruction *out, enum cpu_level level)
{
    u32 allowed = OPCODE_LOCK | (level == CPU_386 ? OPCODE_LOCK_386 : 0);
    return (out->row->attributes & allowed) && out->dst_place == PLACE_MEMORY;
}

static bool legal(const struct decoder *d, enum cpu_level level)
{
    const struct instruction *out = d->out;
    const struct opcode *row = out->row;
    if (out->lock && !lock_allowed(out, level))
        return false;
    for (unsigned i = 0; i < 2; i++)
        if (row->operands[i] == OPERAND_M && !(out->op.form & OP_MEMORY))
            return false;
    return true;
}

enum decode_status decode_instruction(const struct opcode_index *index, bool code32, u32 eip,
                                      const u8 *bytes, u32 available,
                                      struct instruction *instruction)
{
    *instruction = (struct instruction){
        .op = {.eip = eip, .base = OP_REGISTER_ZERO, .index = OP_REGISTER_ZERO}};
    struct decoder d = {.bytes = bytes,
                        .available = available,
                        .scales_base = index->level == CPU_386,
                        .segment = -1,
                        .out = instruction};
    take_prefixes(&d, code32);
    u16 number = d.short_of_bytes ? OPCODE_NO_ROW : find_row(&d, index);
    if (d.short_of_bytes)
        return DECODE_SHORT;
    if (number == OPCODE_NO_ROW)
        return DECODE_UNDEFINED;
    const struct opcode *row = &opcode_rows[number];
    instruction->row = row;
    instruction->row_number = number;
    instruction->width = row->attributes & OPCODE_BYTE ? 8 : d.operand32 ? 32 : 16;
    if (!d.address32)
        instruction->op.form |= OP_ADDRESS16;
    if (uses_modrm(row)) {
        take_modrm(&d);
        if (!d.short_of_bytes && modrm_mod(&d) != 3 && !ignores_mod(row)) {
            if (d.address32)
                take_address32(&d);
            else
                take_address16(&d);
        }
    }
    for (unsigned i = 0; i < ARRAY_COUNT(row->operands); i++)
        take_operand(&d, i, row->operands[i]);
    if (d.short_of_bytes)
        return DECODE_SHORT;
    set_implied(&d);
    instruction->length = (u8)d.at;
    return legal(&d, index->level) ? DECODE_OK : DECODE_UNDEFINED;
}
