#include "oracle/flag_use.h"

#include "oracle/generate.h"

#include <string.h>

#define CF FLAG_CF
#define PF FLAG_PF
#define AF FLAG_AF
#define ZF FLAG_ZF
#define SF FLAG_SF
#define OF FLAG_OF
#define ALL FLAGS_ARITHMETIC
#define NEWER (FLAG_AC | FLAG_ID) /* an older processor has them not: after POPF they are open */

struct use {
    const char *mnemonic;
    u32 reads, defines;
};

/* Shifts by CL or 0 may define nothing; they are looked at apart. */
static const struct use table[] = {
    {"ADD", 0, ALL},
    {"SUB", 0, ALL},
    {"CMP", 0, ALL},
    {"NEG", 0, ALL},
    {"XADD", 0, ALL},
    {"CMPXCHG", 0, ALL},
    {"POPF", 0, ALL},
    {"ADC", CF, ALL},
    {"SBB", CF, ALL},
    {"AND", 0, ALL & ~AF},
    {"OR", 0, ALL & ~AF},
    {"XOR", 0, ALL & ~AF},
    {"TEST", 0, ALL & ~AF},
    {"INC", 0, ALL & ~CF},
    {"DEC", 0, ALL & ~CF},
    {"MUL", 0, CF | OF},
    {"IMUL", 0, CF | OF},
    {"BSF", 0, ZF},
    {"BSR", 0, ZF},
    {"BT", 0, CF},
    {"BTS", 0, CF},
    {"BTR", 0, CF},
    {"BTC", 0, CF},
    {"DAA", AF | CF, ALL & ~OF},
    {"DAS", AF | CF, ALL & ~OF},
    {"AAA", AF, AF | CF},
    {"AAS", AF, AF | CF},
    {"AAM", 0, SF | ZF | PF},
    {"AAD", 0, SF | ZF | PF},
    {"SAHF", 0, ALL & ~OF},
    {"LAHF", ALL & ~OF, 0},
    {"PUSHF", ALL, 0},
    {"SALC", CF, 0},
    {"CMC", CF, CF},
    {"CLC", 0, CF},
    {"STC", 0, CF},
    {"LOOPE", ZF, 0},
    {"LOOPNE", ZF, 0},
    {"ARPL", 0, ZF},
    {"LSL", 0, ZF},
    {"VERR", 0, ZF},
    {"VERW", 0, ZF},
    {"CMPXCHG8B", 0, ZF},
    {"RCL", CF, 0},
    {"RCR", CF, 0},
};

static const struct use *find(const struct opcode *row)
{
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++)
        if (strcmp(table[i].mnemonic, row->mnemonic) == 0)
            return &table[i];
    return NULL;
}

/* Jcc, SETcc, CMOVcc: the low four bits of the code are the condition (PRM 17.2.2). */
static u32 condition_reads(u16 code)
{
    static const u32 pairs[] = {OF, CF, ZF, CF | ZF, SF, PF, SF | OF, SF | OF | ZF};
    bool conditional = (code >= 0x70 && code <= 0x7f) || (code >= 0x0f40 && code <= 0x0f4f) ||
                       (code >= 0x0f80 && code <= 0x0f9f);
    return conditional ? pairs[code >> 1 & 7] : 0;
}

u32 flag_use_reads(const struct instruction *instruction)
{
    const struct use *use = find(instruction->row);
    u32 newer = strcmp(instruction->row->mnemonic, "PUSHF") == 0 ? NEWER : 0;
    return condition_reads(instruction->row->code) | (use ? use->reads : 0) | newer;
}

/* Unless repeated: a count of 0 leaves the flags as they were. */
static bool compares_strings(const struct instruction *instruction)
{
    return (instruction->row->attributes & OPCODE_REPZ) && instruction->op.dst == REPEAT_NONE;
}

/* Shifts and rotates by a count in the instruction that is not 0. */
static u32 shift_defines(const struct instruction *instruction)
{
    const struct opcode *row = instruction->row;
    u32 count = instruction->op.imm & 31;
    bool shifts = (row->code & 0xfe) == 0xc0 || (row->code & 0xfe) == 0xd0;
    bool doubles = row->code == 0x0fa4 || row->code == 0x0fac;
    if ((!shifts && !doubles) || (row->code >> 8 != 0 && !doubles) || count == 0)
        return 0;
    bool rotates = shifts && row->group < 4;
    u32 touched = rotates ? CF | OF : ALL;
    return touched & ~generate_undefined_flags(instruction, 0);
}

u32 flag_use_defines(const struct instruction *instruction)
{
    const struct use *use = find(instruction->row);
    if (compares_strings(instruction))
        return ALL;
    return (use ? use->defines : 0) | shift_defines(instruction);
}

u32 flag_use_spoils(const struct instruction *instruction)
{
    u32 spoiled = strcmp(instruction->row->mnemonic, "POPF") == 0 ? NEWER : 0;
    for (u32 count = 0; count < 32; count++)
        spoiled |= generate_undefined_flags(instruction, count);
    return spoiled;
}
