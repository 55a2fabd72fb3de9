#include "oracle/generate.h"

#include <string.h>

u32 random_value(struct random *random)
{
    static const u32 edges[] = {0,      1,    2,          0x0f,       0x10,       0x7f,
                                0x80,   0xff, 0x100,      0x7fff,     0x8000,     0xffff,
                                0x8001, 0x1f, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    u32 kind = random_below(random, 4);
    if (kind == 0)
        return edges[random_below(random, ARRAY_COUNT(edges))];
    if (kind == 1)
        return random_below(random, 256);
    return random_u32(random) >> random_below(random, 32) * (kind == 2);
}

bool generate_has_modrm(const struct opcode *row)
{
    for (unsigned i = 0; i < ARRAY_COUNT(row->operands); i++)
        if (row->operands[i] >= OPERAND_Eb && row->operands[i] <= OPERAND_Sw)
            return true;
    return row->group >= 0;
}

static bool has_operand(const struct opcode *row, enum operand operand)
{
    return row->operands[0] == operand || row->operands[1] == operand ||
           row->operands[2] == operand;
}

struct writer {
    struct random *random;
    u8 *at, *end;
    bool address32;
};

static void put(struct writer *w, u32 byte)
{
    if (w->at < w->end)
        *w->at++ = (u8)byte;
}

static void put_prefixes(struct writer *w, const struct opcode *row)
{
    static const u8 segments[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};
    if (random_chance(w->random, 20))
        put(w, segments[random_below(w->random, ARRAY_COUNT(segments))]);
    if (random_chance(w->random, 30))
        put(w, 0x66);
    if (random_chance(w->random, 20)) {
        put(w, 0x67);
        w->address32 = !w->address32;
    }
    if (random_chance(w->random, row->attributes & OPCODE_LOCK ? 20 : 2))
        put(w, 0xf0);
    if (random_chance(w->random, row->attributes & OPCODE_STRING ? 50 : 3))
        put(w, 0xf2 + random_below(w->random, 2));
}

/* Offsets that often meet memory: a window of 4 MB, or close to what a register holds. */
static void put_displacement(struct writer *w)
{
    u32 value = random_chance(w->random, 50) ? random_below(w->random, 0x400000)
                                             : (u32) - (s32)random_below(w->random, 64);
    if (!w->address32)
        value = random_u32(w->random);
    for (unsigned i = 0; i < (w->address32 ? 4u : 2u); i++)
        put(w, value >> (8 * i));
}

static void put_modrm(struct writer *w, const struct opcode *row, bool registers_only)
{
    bool memory =
        !registers_only && random_chance(w->random, has_operand(row, OPERAND_M) ? 97 : 70);
    u32 mod = memory ? random_below(w->random, 3) : 3;
    u32 reg = row->group >= 0 ? (u32)row->group : random_below(w->random, 8);
    u32 rm = random_below(w->random, 8);
    if (registers_only && rm == REG_ESP)
        rm = REG_EBX;
    if (registers_only && row->group < 0 && reg == REG_ESP)
        reg = REG_ESI;
    put(w, mod << 6 | reg << 3 | rm);
    u32 base = rm;
    if (mod == 3)
        return;
    if (w->address32 && rm == 4) {
        base = random_below(w->random, 8);
        u32 upper = random_below(w->random, 32);
        if ((upper & 7) == 4) /* without an index: a 386 scales the base, the other side does not */
            upper = 4;
        put(w, upper << 3 | base);
    }
    if (mod == 2 || (mod == 0 && (w->address32 ? base == 5 : rm == 6)))
        put_displacement(w);
}

void generate_instruction(struct random *random, const struct opcode *row,
                          const struct generate_options *options, u8 bytes[GENERATE_BYTES])
{
    for (unsigned i = 0; i < GENERATE_BYTES; i++)
        bytes[i] = (u8)random_value(random);
    struct writer w = {random, bytes, bytes + GENERATE_BYTES, options->code32};
    if (options->prefixes)
        put_prefixes(&w, row);
    if (options->operand16)
        put(&w, 0x66);
    if (row->code >> 8 == 0x0f)
        put(&w, 0x0f);
    put(&w, (row->code & 0xff) + (row->attributes & OPCODE_PLUS ? random_below(random, 8) : 0));
    if (generate_has_modrm(row))
        put_modrm(&w, row, options->registers_only);
    else if (has_operand(row, OPERAND_Ob) || has_operand(row, OPERAND_Ov))
        put_displacement(&w);
}

/* ---- What the manual leaves open ---- */

static bool is_one_of(const struct opcode *row, const char *names)
{
    size_t length = strlen(row->mnemonic);
    for (const char *at = names; (at = strstr(at, row->mnemonic)); at += length)
        if ((at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static u32 shift_count(const struct instruction *instruction, u32 cl)
{
    const struct opcode *row = instruction->row;
    if (has_operand(row, OPERAND_CL))
        return cl & 31;
    return has_operand(row, OPERAND_I1) ? 1 : instruction->op.imm & 31;
}

bool generate_undefined_result(const struct instruction *instruction, u32 cl)
{
    return is_one_of(instruction->row, "SHLD SHRD") &&
           shift_count(instruction, cl) > instruction->width;
}

/* Shifts by 0 change nothing; CF is told only up to the operand's width. */
static u32 undefined_after_shift(const struct instruction *instruction, u32 cl)
{
    u32 count = shift_count(instruction, cl);
    if (count == 0)
        return 0;
    u32 flags = count == 1 ? 0 : FLAG_OF;
    if (!is_one_of(instruction->row, "ROL ROR RCL RCR"))
        flags |= FLAG_AF;
    if (is_one_of(instruction->row, "SHL SHR") && count >= instruction->width)
        flags |= FLAG_CF;
    return generate_undefined_result(instruction, cl) ? FLAGS_ARITHMETIC : flags;
}

u32 generate_undefined_flags(const struct instruction *instruction, u32 cl)
{
    static const struct {
        const char *mnemonics;
        u32 flags;
    } table[] = {
        {"AND OR XOR TEST", FLAG_AF},
        {"MUL IMUL", FLAG_SF | FLAG_ZF | FLAG_AF | FLAG_PF},
        {"DIV IDIV", FLAGS_ARITHMETIC},
        {"BSF BSR", FLAGS_ARITHMETIC & ~FLAG_ZF},
        {"BT BTS BTR BTC", FLAG_OF | FLAG_SF | FLAG_AF | FLAG_PF},
        {"DAA DAS", FLAG_OF},
        {"AAA AAS", FLAG_OF | FLAG_SF | FLAG_ZF | FLAG_PF},
        {"AAM AAD", FLAG_OF | FLAG_AF | FLAG_CF},
    };
    if (is_one_of(instruction->row, "ROL ROR RCL RCR SHL SHR SAR SHLD SHRD"))
        return undefined_after_shift(instruction, cl);
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++)
        if (is_one_of(instruction->row, table[i].mnemonics))
            return table[i].flags;
    return 0;
}
