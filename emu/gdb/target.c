#include "gdb/target.h"

#include "base/bits.h"
#include "cpu/fpu/call.h"
#include "cpu/translate.h"
#include "debug/registers.h"

#include <string.h>

enum { CORE, SYSTEM };

/* In the order of gdb's numbers: its core feature wants the first 32 so (i386, regnum 0 to 31). */
struct target_register {
    const char *name; /* of debug/registers.c, too */
    const char *type;
    u8 feature;
};

/* clang-format off */
static const struct target_register registers[] = {
    {"eax", "int32", CORE}, {"ecx", "int32", CORE}, {"edx", "int32", CORE}, {"ebx", "int32", CORE},
    {"esp", "data_ptr", CORE}, {"ebp", "data_ptr", CORE}, {"esi", "int32", CORE}, {"edi", "int32", CORE},
    {"eip", "code_ptr", CORE}, {"eflags", "eflags", CORE},
    {"cs", "int32", CORE}, {"ss", "int32", CORE}, {"ds", "int32", CORE}, {"es", "int32", CORE}, {"fs", "int32", CORE}, {"gs", "int32", CORE},
    {"st0", "i387_ext", CORE}, {"st1", "i387_ext", CORE}, {"st2", "i387_ext", CORE}, {"st3", "i387_ext", CORE},
    {"st4", "i387_ext", CORE}, {"st5", "i387_ext", CORE}, {"st6", "i387_ext", CORE}, {"st7", "i387_ext", CORE},
    {"fctrl", "int", CORE}, {"fstat", "int", CORE}, {"ftag", "int", CORE}, {"fiseg", "int", CORE},
    {"fioff", "int", CORE}, {"foseg", "int", CORE}, {"fooff", "int", CORE}, {"fop", "int", CORE},
    {"cr0", "uint32", SYSTEM}, {"cr2", "uint32", SYSTEM}, {"cr3", "uint32", SYSTEM}, {"cr4", "uint32", SYSTEM},
    {"ldtr", "uint32", SYSTEM}, {"tr", "uint32", SYSTEM},
    {"dr0", "uint32", SYSTEM}, {"dr1", "uint32", SYSTEM}, {"dr2", "uint32", SYSTEM}, {"dr3", "uint32", SYSTEM},
    {"dr6", "uint32", SYSTEM}, {"dr7", "uint32", SYSTEM},
};
/* clang-format on */

static const struct {
    const char *name;
    u8 bit;
} flags[] = {{"CF", 0},  {"", 1},    {"PF", 2},  {"AF", 4},  {"ZF", 6},
             {"SF", 7},  {"TF", 8},  {"IF", 9},  {"DF", 10}, {"OF", 11},
             {"NT", 14}, {"RF", 16}, {"VM", 17}, {"AC", 18}, {"ID", 21}};

#define ST0 16u
#define ST_SIZE 10u

static bool is_stack_register(unsigned number)
{
    return number >= ST0 && number < ST0 + 8;
}

unsigned target_register_count(void)
{
    return ARRAY_COUNT(registers);
}

unsigned target_register_size(unsigned number)
{
    return number >= ARRAY_COUNT(registers) ? 0 : is_stack_register(number) ? ST_SIZE : 4;
}

static const struct register_row *row_of(unsigned number)
{
    return register_named(registers[number].name, strlen(registers[number].name));
}

void target_register_read(const struct cpu *cpu, unsigned number, u8 *bytes)
{
    if (is_stack_register(number)) {
        struct float80 value = fpu_get(&cpu->fpu, number - ST0);
        store_le64(bytes, value.mantissa);
        store_le16(bytes + 8, value.exponent);
        return;
    }
    const struct register_row *row = row_of(number);
    store_le32(bytes, row->get(cpu, row->number));
}

bool target_register_write(struct cpu *cpu, unsigned number, const u8 *bytes)
{
    u8 present[ST_SIZE];
    target_register_read(cpu, number, present);
    if (memcmp(present, bytes, target_register_size(number)) == 0)
        return true;
    if (is_stack_register(number)) {
        struct float80 value = {.mantissa = load_le64(bytes), .exponent = load_le16(bytes + 8)};
        fpu_set(&cpu->fpu, number - ST0, value);
        return true;
    }
    const struct register_row *row = row_of(number);
    if (!row->set)
        return false;
    row->set(cpu, row->number, load_le32(bytes));
    return true;
}

/* ---- target.xml ---- */

static void describe_feature(unsigned feature, const char *name, struct text_out *out)
{
    text_out_format(out, "<feature name=\"%s\">\n", name);
    if (feature == CORE) {
        text_out_string(out, "<flags id=\"eflags\" size=\"4\">\n");
        for (unsigned i = 0; i < ARRAY_COUNT(flags); i++)
            text_out_format(out, "<field name=\"%s\" start=\"%u\" end=\"%u\"/>\n", flags[i].name,
                            flags[i].bit, flags[i].bit);
        text_out_string(out, "</flags>\n");
    }
    for (unsigned i = 0; i < ARRAY_COUNT(registers); i++)
        if (registers[i].feature == feature)
            text_out_format(out, "<reg name=\"%s\" bitsize=\"%u\" type=\"%s\" regnum=\"%u\"%s/>\n",
                            registers[i].name, target_register_size(i) * 8, registers[i].type, i,
                            i >= ST0 + 8 && i < ST0 + 16 ? " group=\"float\"" : "");
    text_out_string(out, "</feature>\n");
}

void target_describe(struct text_out *out)
{
    text_out_string(out, "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
                         "<target version=\"1.0\">\n<architecture>i386</architecture>\n");
    describe_feature(CORE, "org.gnu.gdb.i386.core", out);
    describe_feature(SYSTEM, "org.glass386.system", out);
    text_out_string(out, "</target>\n");
}

/* ---- memory ---- */

/* Bytes up to the end of the page, at most `count`. */
static u32 within_page(u32 linear, u32 count)
{
    u32 rest = PAGE_SIZE - (linear & PAGE_OFFSET_MASK);
    return rest < count ? rest : count;
}

u32 target_read(const struct cpu *cpu, u32 linear, u8 *to, u32 count)
{
    u32 done = 0;
    while (done < count) {
        u32 piece = within_page(linear + done, count - done);
        if (!translate_peek(cpu, linear + done, to + done, piece))
            break;
        done += piece;
    }
    return done;
}

bool target_write(struct cpu *cpu, u32 linear, const u8 *from, u32 count)
{
    for (u32 done = 0; done < count;) {
        u32 piece = within_page(linear + done, count - done);
        if (!translate_poke(cpu, linear + done, from + done, piece))
            return false;
        done += piece;
    }
    return true;
}
