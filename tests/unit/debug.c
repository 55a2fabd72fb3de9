#include "debug/breakpoint.h"
#include "debug/describe.h"
#include "debug/expression.h"
#include "debug/registers.h"
#include "debug/symbols.h"
#include "support/cpu_testbed.h"
#include "support/suite.h"

#include <math.h>
#include <string.h>

static struct symbols test_symbols(void)
{
    static const char text[] = "00001000 T start\n00001800 T main\n  garbage\n0000beef D task\n";
    struct symbols symbols;
    ck_assert(symbols_parse(&symbols, text, strlen(text), NULL));
    return symbols;
}

START_TEST(symbols_find_by_name_and_nearest)
{
    struct symbols symbols = test_symbols();
    u32 address;
    ck_assert_uint_eq(symbols.count, 3);
    ck_assert(symbols_find(&symbols, "main", 4, &address));
    ck_assert_uint_eq(address, 0x1800);
    ck_assert(!symbols_find(&symbols, "mai", 3, &address));
    ck_assert_str_eq(symbols_at(&symbols, 0x17ff)->name, "start");
    ck_assert_ptr_null(symbols_at(&symbols, 0xfff));
    symbols_free(&symbols);
    struct error error;
    ck_assert(!symbols_parse(&symbols, "no symbols\n", 11, &error));
}
END_TEST

struct expression_row {
    const char *text;
    u32 value;
};
static const struct expression_row good[] = {
    {"16", 16},       {"0x10", 16},       {"10h", 16},     {"0xffffffff", 0xffffffff},
    {"2+3*4", 14},    {"(2+3)*4", 20},    {"1<<4|1", 17},  {"-1", 0xffffffff},
    {"~0&0xff", 255}, {"100/7%4", 2},     {"eax", 0x1234}, {"$eax+1", 0x1235},
    {"%ah", 0x12},    {"main+4", 0x1804}, {"0+64*4", 256}, {"0x5cb8+13*8", 0x5d20},
    {"8-2-1", 5},     {"1<<40", 0},       {"1+1==2", 1},   {"3<=2||2>=3", 0},
    {"1<2&&2>1", 1},  {"1|2==2", 1},      {"4!=4", 0},     {"7&3<4", 1},
};
static const char *const bad[] = {"",      "0x",  "1+",   "4294967296", "(1",         "nothing",
                                  "$nope", "1/0", "0x1g", "[",          "12345678:0", "@"};

START_TEST(expression_values)
{
    static struct cpu cpu;
    cpu.regs[REG_EAX] = 0x1234;
    struct symbols symbols = test_symbols();
    struct expression_scope scope = {&cpu, &symbols};
    struct expression_value value;
    struct error error;
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        const char *text = good[i].text;
        ck_assert_msg(expression_evaluate(&scope, &text, &value, &error), "%s: %s", good[i].text,
                      error.text);
        ck_assert_msg(*text == 0, "%s: '%s' was left", good[i].text, text);
        ck_assert_msg(value.value == good[i].value, "%s = %u", good[i].text, value.value);
    }
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        const char *text = bad[i];
        error.text[0] = 0;
        ck_assert_msg(!expression_evaluate(&scope, &text, &value, &error), "%s was taken", bad[i]);
        ck_assert_msg(error.text[0], "%s: no message", bad[i]);
    }
    symbols_free(&symbols);
}
END_TEST

START_TEST(expression_deep_nesting_is_refused)
{
    static struct cpu cpu;
    char deep[4001];
    memset(deep, '(', 4000);
    deep[4000] = 0;
    const char *text = deep;
    struct expression_scope scope = {&cpu, NULL};
    struct expression_value value;
    ck_assert(!expression_evaluate(&scope, &text, &value, NULL));
}
END_TEST

START_TEST(expression_logical_addresses)
{
    static struct cpu cpu;
    cpu.segs[SEG_DS].base = 0x10000;
    cpu.segs[SEG_DS].selector = 0x1000;
    struct expression_scope scope = {&cpu, NULL};
    struct expression_value value;
    struct error error;
    u32 linear;
    const char *text = "ds:0x3004";
    ck_assert(expression_evaluate(&scope, &text, &value, &error));
    ck_assert(value.logical && value.segment == SEG_DS);
    ck_assert(expression_linear(&cpu, &value, &linear, &error));
    ck_assert_uint_eq(linear, 0x13004);
    text = "f000:fff0"; /* real mode: selector * 16 */
    ck_assert(expression_evaluate(&scope, &text, &value, &error));
    ck_assert(expression_linear(&cpu, &value, &linear, &error));
    ck_assert_uint_eq(linear, 0xffff0);
}
END_TEST

START_TEST(registers_parts_read_and_write_their_own_bits)
{
    static struct cpu cpu;
    cpu.regs[REG_EBX] = 0x11223344;
    const struct register_row *bh = register_named("bh", 2), *bx = register_named("BX", 2);
    ck_assert_uint_eq(bh->get(&cpu, bh->number), 0x33);
    bh->set(&cpu, bh->number, 0xaa);
    ck_assert_uint_eq(cpu.regs[REG_EBX], 0x1122aa44);
    bx->set(&cpu, bx->number, 0x5566);
    ck_assert_uint_eq(cpu.regs[REG_EBX], 0x11225566);
    ck_assert_ptr_null(register_named("ebxx", 4));
}
END_TEST

/* 387 PRM 2.1: ST(n) counts from the top; gdb's names for the rest. */
START_TEST(registers_of_the_coprocessor_have_values)
{
    static struct cpu cpu;
    struct expression_scope scope = {.cpu = &cpu};
    struct expression_value value;
    struct error error;
    const struct register_row *st0 = register_named("st0", 3), *st1 = register_named("ST1", 3);
    fpu_reset(&cpu.fpu);
    cpu.fpu.status = 6u << FPU_TOP_SHIFT;
    cpu.fpu.used = 0xc0;
    cpu.fpu.mantissa[6] = 0xc90fdaa22168c235ull; /* pi */
    cpu.fpu.exponent[6] = 0x4000;
    cpu.fpu.mantissa[7] = 1ull << 63; /* -2^63 */
    cpu.fpu.exponent[7] = 0xc03e;
    ck_assert_double_eq(st0->real(&cpu, st0->number), 3.14159265358979311600);
    ck_assert_double_eq(st1->real(&cpu, st1->number), -9223372036854775808.0);
    ck_assert_uint_eq(st1->get(&cpu, st1->number), 0x80000000u); /* does not fit */
    const char *text = "st0 + fctrl - ftag";
    ck_assert(expression_evaluate(&scope, &text, &value, &error));
    ck_assert_uint_eq(value.value, (u32)(3 + 0x037f - 0x0fff));
    ck_assert_uint_eq(register_named("fstat", 5)->get(&cpu, register_named("fstat", 5)->number),
                      0x3000);
    ck_assert_double_eq(register_real((struct float80){1ull << 63, 0x7fff}), (double)INFINITY);
    ck_assert(isnan(register_real(FLOAT80_INDEFINITE)));
    ck_assert_double_eq(register_real((struct float80){0, 0x8000}), 0.0);
}
END_TEST

struct descriptor_row {
    u64 descriptor;
    const char *text;
    u32 base, limit;
};
/* The descriptors of Linux 0.12's tables. */
static const struct descriptor_row descriptors[] = {
    {0x00c09a0000000fff, "code, DPL 0, execute/read, 32-bit", 0, 0xffffff},
    {0x00c0920000000fff, "data, DPL 0, read/write, 32-bit", 0, 0xffffff},
    {0x10c0f30000003fff, "data, DPL 3, read/write, 32-bit, accessed", 0x10000000, 0x3ffffff},
    {0x00008b0205440068, "TSS (386, busy), DPL 0", 0x20544, 0x68},
    {0x0000ef0000087700, "trap gate (386), DPL 3, to 0008:00007700", 0, 0},
    {0x0000e50000300000, "task gate, DPL 3, TSS 0030", 0, 0},
    {0x0000160000000000, "data, DPL 0, read/write, expand-down, 16-bit, NOT PRESENT", 0, 0},
};

START_TEST(describe_descriptors)
{
    for (size_t i = 0; i < ARRAY_COUNT(descriptors); i++) {
        struct text_out out = TEXT_OUT_EMPTY;
        struct descriptor_fields fields = descriptor_decode(descriptors[i].descriptor);
        describe_descriptor(&out, &fields);
        ck_assert_str_eq(text_out_text(&out), descriptors[i].text);
        if (!fields.gate) {
            ck_assert_uint_eq(fields.base, descriptors[i].base);
            ck_assert_uint_eq(fields.limit, descriptors[i].limit);
        }
        text_out_free(&out);
    }
}
END_TEST

START_TEST(describe_flags_and_page_entries)
{
    struct text_out out = TEXT_OUT_EMPTY;
    describe_page_entry(&out, 0x00fa7067, false);
    ck_assert_str_eq(text_out_text(&out), "P RW US A D");
    text_out_clear(&out);
    describe_page_entry(&out, 0x00fde025, true);
    ck_assert_str_eq(text_out_text(&out), "P R- US A");
    text_out_clear(&out);
    describe_eflags(&out, FLAG_ZF | FLAG_IF | 3u << FLAG_IOPL_SHIFT);
    ck_assert_str_eq(text_out_text(&out), "id ac vm rf nt IOPL=3 of df IF tf sf ZF af pf cf");
    text_out_free(&out);
}
END_TEST

/* CMOV is of the 686, CPUID of the 586, BSWAP of the 486, 0F FF of nobody; what the 386 has, a
   later one has too. */
START_TEST(describe_the_processor_that_knows_an_instruction)
{
    static const struct {
        u8 bytes[3];
        enum cpu_level level;
        const char *expected;
    } rows[] = {
        {{0x0f, 0x45, 0xc6}, CPU_386, "686"}, {{0x0f, 0x45, 0xc6}, CPU_586, "686"},
        {{0x0f, 0xa2, 0x90}, CPU_386, "586"}, {{0x0f, 0xc8, 0x90}, CPU_386, "486"},
        {{0x0f, 0xff, 0x90}, CPU_386, NULL},  {{0x0f, 0x45, 0xc6}, CPU_686, NULL},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct cpu_testbed *bed = cpu_testbed_new(rows[i].level);
        cpu_testbed_enter_ring(bed, 0);
        for (u32 at = 0; at < sizeof rows[i].bytes; at++)
            memory_write(&bed->memory, 0x5000 + at, 1, rows[i].bytes[at]);
        const char *later = describe_later_level(&bed->cpu, 0x5000);
        if (rows[i].expected)
            ck_assert_str_eq(later, rows[i].expected);
        else
            ck_assert_ptr_null(later);
        cpu_testbed_free(bed);
    }
}
END_TEST

SUITE_MAIN("debug", symbols_find_by_name_and_nearest, expression_values,
           expression_deep_nesting_is_refused, expression_logical_addresses,
           registers_parts_read_and_write_their_own_bits, registers_of_the_coprocessor_have_values,
           describe_descriptors, describe_flags_and_page_entries,
           describe_the_processor_that_knows_an_instruction)
