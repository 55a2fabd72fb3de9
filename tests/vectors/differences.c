#include "vectors/differences.h"

#include "base/bits.h"
#include "cpu/registers.h"

static bool is_prefix(u8 byte)
{
    return byte == 0x26 || byte == 0x2e || byte == 0x36 || byte == 0x3e || byte == 0xf0 ||
           byte == 0xf2 || byte == 0xf3;
}

static u32 prefix_count(const struct vector *vector)
{
    u32 count = 0;
    while (count < vector->code_length && is_prefix(vector->code[count]))
        count++;
    return count;
}

static bool has_lock(const struct vector *vector)
{
    u32 count = prefix_count(vector);
    return count > 0 && memchr(vector->code, 0xf0, count) != NULL;
}

/* The HLT behind the instruction is counted in code_length. */
static bool is_too_long(const struct vector *vector)
{
    return vector->code_length - 1 > 10 && vector->exception == EXC_GP;
}

/* MOV Ew,Sw and MOV Sw,Ew. */
static bool names_fs_or_gs(const struct vector *vector)
{
    u32 at = prefix_count(vector);
    u8 reg = vector->code[at + 1] >> 3 & 7;
    return (vector->code[at] & ~2) == 0x8c && (reg == SEG_FS || reg == SEG_GS);
}

/* SHL, SHR of a byte by 16 or 24. */
static bool turns_a_byte(const struct vector *vector)
{
    u32 opcode = vector->code[prefix_count(vector)];
    u32 count = opcode == 0xd2 ? vector->before[VECTOR_CX] : vector->code[vector->code_length - 2];
    return (opcode == 0xc0 || opcode == 0xd2) && (count & 31) > 8 && (count & 7) == 0;
}

static bool raises_de(const struct vector *vector)
{
    return vector->exception == EXC_DE;
}

static bool raises_gp(const struct vector *vector)
{
    return vector->exception == EXC_GP;
}

// clang-format off
const struct difference vector_differences[] = {
    /* Rules that the 386 has changed */
    {NULL, has_lock, DIFFERENCE_UD, 0, 1452,
     "LOCK before what a 386 does not lock is #UD (PRM 17 LOCK); the 80286 takes it anywhere"},
    {NULL, is_too_long, DIFFERENCE_ANY, 0, 11,
     "an instruction may have 15 bytes, on the 80286 10 (PRM 14.7)"},
    {"MOV", names_fs_or_gs, DIFFERENCE_ANY, 0, 8, "the 80286 has no FS and GS: #UD"},
    {NULL, raises_gp, DIFFERENCE_SS, 0, 35,
     "beyond the limit of SS a 386 raises 12 in real mode too, the 80286 13 (PRM Table 14-1)"},
    {"INS OUTS MOVS CMPS STOS LODS SCAS", raises_gp, DIFFERENCE_REGISTERS, 0, 98,
     "a string instruction that faults leaves SI, DI and CX alone, the 80286 has moved them (PRM 9.8)"},
    {"POPF IRET", NULL, DIFFERENCE_FLAGS, FLAG_IOPL | FLAG_NT, 422,
     "POPF and IRET load NT and IOPL in real mode, on the 80286 they stay 0 (PRM 14.7)"},

    /* Flags that the manuals leave undefined; emu/docs/UNDEFINED.md tells where ours come from. Ours
       agree with the 80286 in all the others. */
    {"SHL SHR", turns_a_byte, DIFFERENCE_FLAGS, FLAG_CF | FLAG_OF | FLAG_AF, 84,
     "CF and OF after a byte is shifted by 16 or 24: as if by 8 on a 386, 0 on the 80286"},
    {"SHL", NULL, DIFFERENCE_FLAGS, FLAG_AF, 2101, "AF after SHL: 1 on a 386"},
    {"DIV IDIV AAM", raises_de, DIFFERENCE_FLAGS, FLAGS_ARITHMETIC, 546,
     "the flags that #DE pushes: as they were, on the 80286 what the division left"},
    {"AAD", NULL, DIFFERENCE_FLAGS, FLAG_OF, 127, "OF after AAD: of the addition on a 386"},
};
// clang-format on

const u32 vector_difference_count = ARRAY_COUNT(vector_differences);
