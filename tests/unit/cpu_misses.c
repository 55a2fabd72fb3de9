#include "cpu/tlb.h"
#include "support/suite.h"
#include "support/twin.h"

/* Forms that a block does with a handler of their own, when they find their operand and when they
   do not: the page is absent, or the target lies beyond the code segment. Either way they must do
   what the stepped instruction does, faults with their frames included. */

#define TICKS 60u            /* shorter runs are not tuned */
#define FAR_AWAY 0x00500000u /* beyond CODE_LIMIT */
#define CODE_LIMIT 0x3fffffu
#define LANDING (BED_CODE + 0x40) /* INC EDX, JMP to itself */
#define ALIAS (TLB_CODE_ENTRIES * PAGE_SIZE)

struct form {
    const char *name;
    u8 length;
    u8 bytes[10];
};
#define FORM(name, ...)                    \
    {                                      \
        name, sizeof((u8[]){__VA_ARGS__}), \
        {                                  \
            __VA_ARGS__                    \
        }                                  \
    }

static const struct form forms[] = {
    FORM("JMP [ESI]", 0xff, 0x26),
    FORM("JMP [ESI+EBP*4]", 0xff, 0x24, 0xae),
    FORM("JMP [ESI*1+0]", 0xff, 0x24, 0x35, 0, 0, 0, 0),
    FORM("JMP EAX", 0xff, 0xe0),
    FORM("JMP EBX", 0xff, 0xe3),
    FORM("CALL [ESI]", 0xff, 0x16),
    FORM("CALL [ESI+EBP*4]", 0xff, 0x14, 0xae),
    FORM("CALL EAX", 0xff, 0xd0),
    FORM("CALL EBX", 0xff, 0xd3),
    FORM("PUSH [ESI]", 0xff, 0x36),
    FORM("PUSH [ESI+EBP*4]", 0xff, 0x34, 0xae),
    FORM("PUSH DS", 0x1e),
    FORM("POP DS", 0x1f),
    FORM("XCHG [ESI],EDX", 0x87, 0x16),
    FORM("MUL [ESI]", 0xf7, 0x26),
    FORM("IMUL EDX,[ESI]", 0x0f, 0xaf, 0x16),
    FORM("CMP [ESI],EBX; JZ", 0x39, 0x1e, 0x74, 0x01, 0x41),
    FORM("CMP EBX,[ESI]; JB", 0x3b, 0x1e, 0x72, 0x01, 0x41),
    FORM("CMP [ESI],5; JG", 0x83, 0x3e, 0x05, 0x7f, 0x01, 0x41),
    FORM("TEST [ESI],1; JNZ", 0xf7, 0x06, 0x01, 0, 0, 0, 0x75, 0x01, 0x41),
    FORM("CMP BL,[ESI+EBP*4]; JS", 0x3a, 0x1c, 0xae, 0x78, 0x01, 0x41),
    FORM("PUSH EAX, EBX, ECX", 0x50, 0x53, 0x51),
    FORM("PUSH EDI, ESI, EBX", 0x57, 0x56, 0x53),
    FORM("POP EBX, EDI", 0x5b, 0x5f),
    FORM("POP EBX, ESI", 0x5b, 0x5e),
    FORM("POP EBX, ESI, EDI; RET", 0x5b, 0x5e, 0x5f, 0xc3),
    FORM("POP EBX, EDI; RET", 0x5b, 0x5f, 0xc3),
    FORM("LEAVE", 0xc9),
    FORM("ADD EDX,[ESI]; XOR EDX,EDX", 0x03, 0x16, 0x31, 0xd2),
    FORM("ADD [BX],AL; XOR EDX,EDX", 0x67, 0x00, 0x07, 0x31, 0xd2),
};

static void put(u8 *code, const struct form *form)
{
    memset(code, 0x90, LANDING - BED_CODE);
    memcpy(code, form->bytes, form->length);
    memcpy(code + (LANDING - BED_CODE), "\x42\xeb\xfe", 3);
}

static struct twin make_twin(void)
{
    struct twin twin = twin_new();
    twin_miss_pages(&twin);
    for (unsigned i = 0; i < 2; i++)
        (i ? twin.whole : twin.stepped)->cpu.segs[SEG_CS].limit = CODE_LIMIT;
    return twin;
}

/* Where operand and stack lie, and the word that the form finds at either. */
static void compare(const struct twin *twin, const struct form *form, u32 operand, u32 stack,
                    u32 word)
{
    u8 code[0x48];
    struct twin_start start = {
        .name = form->name, .code = code, .length = sizeof code, .ticks = TICKS};
    put(code, form);
    start.regs[REG_EAX] = word;
    start.regs[REG_EBX] = word;
    start.regs[REG_ESI] = operand;
    start.regs[REG_EBP] = form->bytes[0] == 0xc9 ? stack : 0;
    start.regs[REG_ESP] = stack;
    for (unsigned i = 0; i < 8; i++)
        start.operands[i] = word;
    twin_compare(twin, &start);
}

START_TEST(cpu_forms_hit_and_miss_as_their_instructions_do)
{
    static const u32 operands[] = {TWIN_OPERANDS, TWIN_MISSING, TWIN_MISSING - 2};
    static const u32 stacks[] = {TWIN_OPERANDS + 16, TWIN_MISSING + 4, TWIN_MISSING - 4};
    static const u32 words[] = {LANDING, FAR_AWAY, BED_DATA_SELECTOR(0)};
    struct twin twin = make_twin();
    for (unsigned i = 0; i < ARRAY_COUNT(operands); i++)
        for (unsigned k = 0; k < ARRAY_COUNT(stacks); k++)
            for (unsigned n = 0; n < ARRAY_COUNT(words); n++)
                compare(&twin, &forms[_i], operands[i], stacks[k], words[n]);
    twin_free(&twin);
}
END_TEST

/* Forms with memory, to be tried with every base or index and every other register. */
static const struct form moves[] = {
    FORM("MOV reg,[reg+4]", 0x8b, 0x40, 0x04),
    FORM("MOV [reg+4],reg", 0x89, 0x40, 0x04),
    FORM("MOVZX reg,byte [reg+4]", 0x0f, 0xb6, 0x40, 0x04),
    FORM("MOV reg,[TWIN_OPERANDS+reg*1]", 0x8b, 0x04, 0x05, 0, 0, 2, 0),
    FORM("MOV reg,[EDI+reg*1]", 0x8b, 0x04, 0x07),
    FORM("MOV reg,[ESP+reg*1]", 0x8b, 0x04, 0x04),
    FORM("MOV [EDI+reg*1],reg", 0x89, 0x04, 0x07),
    FORM("MOV byte,[reg+4]", 0x8a, 0x40, 0x04),
    FORM("MOV [reg+4],byte", 0x88, 0x40, 0x04),
    FORM("MOV byte,[EDI+reg*1]", 0x8a, 0x04, 0x07),
    FORM("MOV [EDI+reg*1],byte", 0x88, 0x04, 0x07),
    FORM("MOVZX reg,word [reg+4]", 0x0f, 0xb7, 0x40, 0x04),
    FORM("MOVSX reg,byte [reg+4]", 0x0f, 0xbe, 0x40, 0x04),
    FORM("ADD reg,[reg+4]", 0x03, 0x40, 0x04),
    FORM("SUB reg,[reg+4]", 0x2b, 0x40, 0x04),
    FORM("AND reg,[reg+4]", 0x23, 0x40, 0x04),
    FORM("OR reg,[reg+4]", 0x0b, 0x40, 0x04),
    FORM("XOR reg,[reg+4]", 0x33, 0x40, 0x04),
    FORM("ADD reg,[EDI+reg*1]", 0x03, 0x04, 0x07),
};

START_TEST(cpu_forms_with_two_fixed_registers_hit_and_miss)
{
    struct twin twin = make_twin();
    for (unsigned n = 0; n < 128; n++) {
        unsigned reg = n / 8 % 8, base = n % 8;
        bool missing = n >= 64;
        struct form form = moves[_i];
        unsigned modrm = form.bytes[0] == 0x0f ? 2 : 1;
        bool indexed = (form.bytes[1] & 7) == 4;
        if (base == REG_ESP || reg == REG_ESP)
            continue;
        form.bytes[modrm] = (u8)(form.bytes[modrm] | reg << 3 | (indexed ? 0 : base));
        if (indexed)
            form.bytes[2] = (u8)(form.bytes[2] | base << 3);
        u8 code[0x48];
        struct twin_start start = {
            .name = form.name, .code = code, .length = sizeof code, .ticks = TICKS};
        put(code, &form);
        for (unsigned i = 0; i < 8; i++)
            start.regs[i] = indexed ? TWIN_MISSING - TWIN_OPERANDS + i : TWIN_OPERANDS + i;
        start.regs[REG_EDI] = TWIN_OPERANDS;
        start.regs[REG_ESP] = TWIN_OPERANDS + 0x800;
        start.regs[base] = missing   ? indexed ? TWIN_MISSING - TWIN_OPERANDS : TWIN_MISSING
                           : indexed ? 8
                                     : TWIN_OPERANDS;
        for (unsigned i = 0; i < 8; i++)
            start.operands[i] = 0x01020304u * i;
        twin_compare(&twin, &start);
    }
    twin_free(&twin);
}
END_TEST

/* The first 4 MB once more above themselves: their pages share entries of the TLB with those below.
 */
static void map_alias(struct cpu_testbed *bed)
{
    u32 entry = cpu_testbed_read32(bed, BED_PAGE_DIRECTORY);
    cpu_testbed_write32(bed, BED_PAGE_DIRECTORY + 4 * (ALIAS >> 22), entry);
    bed->cpu.segs[SEG_CS].limit = ~0u;
}

START_TEST(cpu_code_pages_may_share_an_entry_of_the_tlb)
{
    enum { ROUTINE = 0x10 };
    u8 code[ROUTINE + 2] = {0xb8, 0, 0, 0, 0, 0xff, 0xd0, 0x40, 0xeb, 0xf6};
    struct twin twin = make_twin();
    map_alias(twin.whole);
    map_alias(twin.stepped);
    store_le32(code + 1, BED_CODE + ALIAS + ROUTINE); /* MOV EAX; CALL EAX; INC EAX; JMP back */
    memcpy(code + ROUTINE, "\x42\xc3", 2);            /* INC EDX; RET */
    struct twin_start start = {.name = "two pages",
                               .code = code,
                               .length = sizeof code,
                               .regs = {[REG_ESP] = BED_STACK(0)},
                               .ticks = 60};
    twin_compare(&twin, &start);
    ck_assert_uint_eq(twin.whole->cpu.regs[REG_EDX], 10);
    twin_free(&twin);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpu_misses");
    TCase *cases = tcase_create("misses");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, cpu_forms_hit_and_miss_as_their_instructions_do, 0,
                        (int)ARRAY_COUNT(forms));
    tcase_add_loop_test(cases, cpu_forms_with_two_fixed_registers_hit_and_miss, 0,
                        (int)ARRAY_COUNT(moves));
    tcase_add_test(cases, cpu_code_pages_may_share_an_entry_of_the_tlb);
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
