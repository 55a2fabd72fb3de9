#include "support/suite.h"
#include "support/twin.h"

/* Every pair of an operation and a branch, and every run of pushes and pops, that a block does in
   one handler (exec/tune.h): with each condition and with operands around the borders, it must do
   what its instructions do one by one. In a run of one tick each instruction stands alone. */

#define TICKS 60u

struct form {
    const char *name;
    u8 length;
    u8 bytes[8];
};
#define FORM(name, ...)                    \
    {                                      \
        name, sizeof((u8[]){__VA_ARGS__}), \
        {                                  \
            __VA_ARGS__                    \
        }                                  \
    }

static const struct form forms[] = {
    FORM("CMP EAX,EBX", 0x39, 0xd8),
    FORM("CMP AL,BL", 0x38, 0xd8),
    FORM("CMP AX,BX", 0x66, 0x39, 0xd8),
    FORM("CMP EAX,5", 0x83, 0xf8, 0x05),
    FORM("CMP AL,80h", 0x3c, 0x80),
    FORM("TEST EAX,EBX", 0x85, 0xd8),
    FORM("TEST AL,BL", 0x84, 0xd8),
    FORM("TEST BL,BL", 0x84, 0xdb),
    FORM("TEST EAX,80000001h", 0xa9, 0x01, 0x00, 0x00, 0x80),
    FORM("TEST AL,81h", 0xa8, 0x81),
    FORM("DEC AL", 0xfe, 0xc8),
    FORM("DEC AX", 0x66, 0x48),
    FORM("INC EAX", 0x40),
    FORM("INC AL", 0xfe, 0xc0),
    FORM("SUB EAX,EBX", 0x29, 0xd8),
    FORM("SUB AL,BL", 0x28, 0xd8),
    FORM("SUB EAX,1", 0x83, 0xe8, 0x01),
    FORM("AND EAX,EBX", 0x21, 0xd8),
    FORM("AND EAX,7Fh", 0x83, 0xe0, 0x7f),
    FORM("AND AL,81h", 0x24, 0x81),
    FORM("OR EAX,EBX", 0x09, 0xd8),
    FORM("OR AL,BL", 0x08, 0xd8),
    FORM("CMP EAX,[ESI]", 0x3b, 0x06),
    FORM("CMP AL,[ESI]", 0x3a, 0x06),
    FORM("CMP EAX,[ESI+EBP*4]", 0x3b, 0x04, 0xae),
    FORM("CMP [ESI],EBX", 0x39, 0x1e),
    FORM("CMP [ESI],BL", 0x38, 0x1e),
    FORM("CMP [ESI+EBP*4],EBX", 0x39, 0x1c, 0xae),
    FORM("CMP [ESI],5", 0x83, 0x3e, 0x05),
    FORM("CMP byte [ESI],80h", 0x80, 0x3e, 0x80),
    FORM("CMP byte [ESI+EBP*4],80h", 0x80, 0x3c, 0xae, 0x80),
    FORM("TEST [ESI],80000001h", 0xf7, 0x06, 0x01, 0x00, 0x00, 0x80),
    FORM("TEST byte [ESI],81h", 0xf6, 0x06, 0x81),
    FORM("TEST byte [ESI+EBP*4],81h", 0xf6, 0x04, 0xae, 0x81),
};

/* With each first register: + register number, or times 9 for both operands. */
static const struct form register_forms[] = {
    FORM("CMP reg,5", 0x83, 0xf8, 0x05),
    FORM("CMP reg,EBX", 0x39, 0xd8),
    FORM("TEST reg,reg", 0x85, 0xc0),
    FORM("DEC reg", 0x48),
};

static const u32 values[][2] = {
    {0, 0},          {5, 5},       {4, 5},    {6, 5}, {0x7fffffff, 0xffffffff},
    {0x80000000, 1}, {0x80, 0x7f}, {2, 0x80},
};

static void compare(const struct twin *twin, const char *name, const u8 *code, u32 length,
                    const u32 *operands)
{
    struct twin_start start = {.name = name, .code = code, .length = length, .ticks = TICKS};
    for (unsigned i = 0; i < 8; i++)
        start.regs[i] = operands[0];
    start.regs[REG_EBX] = operands[1];
    start.regs[REG_ESI] = TWIN_OPERANDS;
    start.regs[REG_EBP] = 4;
    start.regs[REG_ESP] = BED_STACK(0);
    for (unsigned i = 0; i < 8; i++)
        start.operands[i] = operands[i & 1];
    twin_compare(twin, &start);
}

/* OPERATION; Jcc over; INC ECX; over: JMP to the start. */
static void compare_conditions(const struct twin *twin, const struct form *form, unsigned added,
                               const u32 *operands)
{
    for (unsigned condition = 0; condition < 16; condition++) {
        u8 code[16];
        u32 length = form->length;
        memcpy(code, form->bytes, length);
        code[form->length > 1 ? 1 : 0] = (u8)(code[form->length > 1 ? 1 : 0] + added);
        code[length++] = (u8)(0x70 | condition);
        code[length++] = 1;
        code[length++] = 0x41;
        code[length] = 0xeb;
        code[length + 1] = (u8)(0u - length - 2);
        compare(twin, form->name, code, length + 2, operands);
    }
}

START_TEST(cpu_pairs_do_what_their_instructions_do)
{
    struct twin twin = twin_new();
    for (unsigned i = 0; i < ARRAY_COUNT(values); i++)
        compare_conditions(&twin, &forms[_i], 0, values[i]);
    twin_free(&twin);
}
END_TEST

START_TEST(cpu_pairs_with_a_fixed_register_do_what_their_instructions_do)
{
    const struct form *form = &register_forms[_i / 8];
    unsigned reg = (unsigned)_i % 8;
    unsigned added = form->bytes[0] == 0x85 ? reg * 9 : reg;
    struct twin twin = twin_new();
    for (unsigned i = 0; i < ARRAY_COUNT(values); i += 2)
        compare_conditions(&twin, form, added, values[i]);
    twin_free(&twin);
}
END_TEST

/* EAX to EBX in turns from `first` on; then the registers that functions save, EBX last. */
#define SAVED 4u
static u8 pushed_register(unsigned count, unsigned first, unsigned i)
{
    static const u8 saved[] = {REG_EBP, REG_EDI, REG_ESI, REG_EBX};
    return first == SAVED ? saved[(i + 4 * count - count) % 4] : (u8)((first + i) % 4);
}

/* CALL over a loop's JMP to: pushes, pops of the same registers, RET n. */
static u32 write_routine(u8 *code, unsigned count, unsigned first, bool release)
{
    static const u8 call[] = {0xe8, 2, 0, 0, 0, 0xeb, 0xf9};
    u32 length = sizeof call;
    memcpy(code, call, sizeof call);
    for (unsigned i = 0; i < count; i++)
        code[length++] = (u8)(0x50 | pushed_register(count, first, i));
    for (unsigned i = count; i > 0; i--)
        code[length++] = (u8)(0x58 | pushed_register(count, first, i - 1));
    code[length++] = release ? 0xc2 : 0xc3;
    if (release) {
        code[length++] = 8;
        code[length++] = 0;
    }
    return length;
}

START_TEST(cpu_runs_of_pushes_and_pops_do_what_their_instructions_do)
{
    struct twin twin = twin_new();
    for (unsigned count = 1; count <= 9; count++)
        for (unsigned first = 0; first <= SAVED; first++)
            for (unsigned release = 0; release < 2; release++) {
                u8 code[48];
                u32 length = write_routine(code, count, first, release);
                compare(&twin, "pushes and pops", code, length, values[first]);
            }
    twin_free(&twin);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpu_pairs");
    TCase *cases = tcase_create("pairs");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, cpu_pairs_do_what_their_instructions_do, 0, (int)ARRAY_COUNT(forms));
    tcase_add_loop_test(cases, cpu_pairs_with_a_fixed_register_do_what_their_instructions_do, 0,
                        (int)ARRAY_COUNT(register_forms) * 8);
    tcase_add_test(cases, cpu_runs_of_pushes_and_pops_do_what_their_instructions_do);
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
