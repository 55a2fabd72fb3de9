#include "support/suite.h"

#include "cpu/decode.h"

/* Which encodings a 386 knows, stated once more from the opcode map of the manual (PRM appendix A
   and 17 LOCK), and held against the decoder: each code with each reg field of ModRM, with a
   register and with memory, with LOCK and without. That MOV names no CS and only six segment
   registers, the execution finds out (cpu_instructions.c). */

#define ALL 0xffu /* a bit for each reg field */
#define NONE 0u

struct form {
    u16 first, last; /* two-byte codes are 0F00h-0FFFh */
    u8 memory, reg;  /* reg fields that are legal with memory, and with a register */
};

static const struct form known[] = {
    {0x00, 0x25, ALL, ALL},       {0x27, 0x2d, ALL, ALL},
    {0x2f, 0x35, ALL, ALL},       {0x37, 0x3d, ALL, ALL},
    {0x3f, 0x61, ALL, ALL},       {0x62, 0x62, ALL, NONE}, /* BOUND */
    {0x63, 0x63, ALL, ALL},       {0x68, 0x8b, ALL, ALL},
    {0x8c, 0x8c, ALL, ALL},  /* MOV from Sw */
    {0x8d, 0x8d, ALL, NONE}, /* LEA */
    {0x8e, 0x8e, ALL, ALL},  /* MOV to Sw */
    {0x8f, 0x8f, 0x01, 0x01},     {0x90, 0xc3, ALL, ALL},
    {0xc4, 0xc5, ALL, NONE}, /* LES, LDS */
    {0xc6, 0xc7, 0x01, 0x01},     {0xc8, 0xef, ALL, ALL},
    {0xf1, 0xf1, ALL, ALL},       {0xf4, 0xfd, ALL, ALL},
    {0xfe, 0xfe, 0x03, 0x03},     {0xff, 0xff, 0x7f, 0x57}, /* far CALL and JMP from memory only */
    {0x0f00, 0x0f00, 0x3f, 0x3f}, {0x0f01, 0x0f01, 0x5f, 0x50},
    {0x0f02, 0x0f03, ALL, ALL},   {0x0f06, 0x0f06, ALL, ALL},
    {0x0f20, 0x0f24, ALL, ALL},   {0x0f26, 0x0f26, ALL, ALL},
    {0x0f80, 0x0fa1, ALL, ALL},   {0x0fa3, 0x0fa5, ALL, ALL},
    {0x0fa8, 0x0fa9, ALL, ALL},   {0x0fab, 0x0fad, ALL, ALL},
    {0x0faf, 0x0faf, ALL, ALL},   {0x0fb2, 0x0fb2, ALL, NONE}, /* LSS */
    {0x0fb3, 0x0fb3, ALL, ALL},   {0x0fb4, 0x0fb5, ALL, NONE}, /* LFS, LGS */
    {0x0fb6, 0x0fb7, ALL, ALL},   {0x0fba, 0x0fba, 0xf0, 0xf0},
    {0x0fbb, 0x0fbf, ALL, ALL},
};

/* ADD OR ADC SBB AND SUB XOR with the destination first; the groups; XCHG; BT BTS BTR BTC. */
static const struct form lockable[] = {
    {0x00, 0x01, ALL, NONE},     {0x08, 0x09, ALL, NONE},     {0x10, 0x11, ALL, NONE},
    {0x18, 0x19, ALL, NONE},     {0x20, 0x21, ALL, NONE},     {0x28, 0x29, ALL, NONE},
    {0x30, 0x31, ALL, NONE},     {0x80, 0x83, 0x7f, NONE},    {0x86, 0x87, ALL, NONE},
    {0xf6, 0xf7, 0x0c, NONE},    {0xfe, 0xff, 0x03, NONE},    {0x0fa3, 0x0fa3, ALL, NONE},
    {0x0fab, 0x0fab, ALL, NONE}, {0x0fb3, 0x0fb3, ALL, NONE}, {0x0fba, 0x0fba, 0xf0, NONE},
    {0x0fbb, 0x0fbb, ALL, NONE},
};

static bool holds(const struct form *forms, size_t count, u32 code, unsigned reg, bool memory)
{
    for (size_t i = 0; i < count; i++)
        if (code >= forms[i].first && code <= forms[i].last)
            return (memory ? forms[i].memory : forms[i].reg) >> reg & 1;
    return false;
}

static bool is_prefix(u32 code)
{
    return code < 0x100 &&
           (memchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3\x0f", (int)code, 12));
}

static bool decodes(const struct opcode_index *index, u32 code, u8 modrm, bool lock)
{
    struct instruction in;
    u8 bytes[24] = {0};
    unsigned at = 0;
    if (lock)
        bytes[at++] = 0xf0;
    if (code > 0xff)
        bytes[at++] = 0x0f;
    bytes[at++] = (u8)code;
    bytes[at] = modrm;
    return decode_instruction(index, true, 0, bytes, sizeof bytes, &in) == DECODE_OK;
}

START_TEST(decoder_knows_what_the_opcode_map_of_a_386_has)
{
    struct opcode_index index;
    opcode_index_build(&index, CPU_386);
    for (u32 code = 0; code <= 0x0fff; code = code == 0xff ? 0x0f00 : code + 1)
        for (unsigned reg = 0; reg < 8 && !is_prefix(code); reg++)
            for (unsigned memory = 0; memory < 2; memory++) {
                u8 modrm = (u8)(reg << 3 | (memory ? 0x06 : 0xc1)); /* [esi] or ecx */
                bool legal = holds(known, ARRAY_COUNT(known), code, reg, memory);
                bool locks = holds(lockable, ARRAY_COUNT(lockable), code, reg, memory);
                ck_assert_msg(decodes(&index, code, modrm, false) == legal,
                              "code %x /%u with %s must be %s", code, reg,
                              memory ? "memory" : "a register", legal ? "known" : "undefined");
                ck_assert_msg(decodes(&index, code, modrm, true) == locks,
                              "LOCK before code %x /%u with %s must be %s", code, reg,
                              memory ? "memory" : "a register", locks ? "known" : "undefined");
            }
}
END_TEST

SUITE_MAIN("cpu_legality", decoder_knows_what_the_opcode_map_of_a_386_has)
