#include "debug/registers.h"

#include <string.h>
#include <strings.h>

static u32 get_dword(const struct cpu *cpu, unsigned number)
{
    return cpu->regs[number];
}
static void set_dword(struct cpu *cpu, unsigned number, u32 value)
{
    cpu->regs[number] = value;
}
static u32 get_word(const struct cpu *cpu, unsigned number)
{
    return cpu->regs[number] & 0xffff;
}
static void set_word(struct cpu *cpu, unsigned number, u32 value)
{
    cpu->regs[number] = (cpu->regs[number] & 0xffff0000) | (value & 0xffff);
}
/* AL CL DL BL AH CH DH BH. */
static u32 get_byte(const struct cpu *cpu, unsigned number)
{
    return cpu->regs[number & 3] >> (number & 4 ? 8 : 0) & 0xff;
}
static void set_byte(struct cpu *cpu, unsigned number, u32 value)
{
    unsigned shift = number & 4 ? 8 : 0;
    u32 *whole = &cpu->regs[number & 3];
    *whole = (*whole & ~(0xffu << shift)) | (value & 0xff) << shift;
}
static u32 get_eip(const struct cpu *cpu, unsigned number)
{
    (void)number;
    return cpu->eip;
}
static void set_eip(struct cpu *cpu, unsigned number, u32 value)
{
    (void)number;
    cpu_set_eip(cpu, value);
}
static u32 get_flags(const struct cpu *cpu, unsigned number)
{
    (void)number;
    return cpu_get_eflags(cpu);
}
static void set_flags(struct cpu *cpu, unsigned number, u32 value)
{
    (void)number;
    cpu_set_eflags(cpu, value);
}
static u32 get_selector(const struct cpu *cpu, unsigned number)
{
    return cpu->segs[number].selector;
}
static u32 get_ldtr(const struct cpu *cpu, unsigned number)
{
    (void)number;
    return cpu->ldtr.selector;
}
static u32 get_tr(const struct cpu *cpu, unsigned number)
{
    (void)number;
    return cpu->tr.selector;
}
static u32 get_control(const struct cpu *cpu, unsigned number)
{
    const u32 values[] = {cpu->cr0, 0, cpu->cr2, cpu->cr3, cpu->cr4};
    return values[number];
}
static void set_control(struct cpu *cpu, unsigned number, u32 value)
{
    if (number == 0)
        cpu_set_cr0(cpu, value);
    else if (number == 3)
        cpu_set_cr3(cpu, value);
    else
        cpu->cr2 = value;
}
static u32 get_debug(const struct cpu *cpu, unsigned number)
{
    return cpu->dr[number];
}

/* clang-format off */
const struct register_row register_rows[] = {
    {"eax", 32, get_dword, set_dword, REG_EAX}, {"ecx", 32, get_dword, set_dword, REG_ECX},
    {"edx", 32, get_dword, set_dword, REG_EDX}, {"ebx", 32, get_dword, set_dword, REG_EBX},
    {"esp", 32, get_dword, set_dword, REG_ESP}, {"ebp", 32, get_dword, set_dword, REG_EBP},
    {"esi", 32, get_dword, set_dword, REG_ESI}, {"edi", 32, get_dword, set_dword, REG_EDI},
    {"eip", 32, get_eip, set_eip, 0},           {"eflags", 32, get_flags, set_flags, 0},
    {"pc", 32, get_eip, set_eip, 0},            {"ip", 16, get_eip, NULL, 0},
    {"ax", 16, get_word, set_word, REG_EAX},    {"cx", 16, get_word, set_word, REG_ECX},
    {"dx", 16, get_word, set_word, REG_EDX},    {"bx", 16, get_word, set_word, REG_EBX},
    {"sp", 16, get_word, set_word, REG_ESP},    {"bp", 16, get_word, set_word, REG_EBP},
    {"si", 16, get_word, set_word, REG_ESI},    {"di", 16, get_word, set_word, REG_EDI},
    {"al", 8, get_byte, set_byte, 0},           {"cl", 8, get_byte, set_byte, 1},
    {"dl", 8, get_byte, set_byte, 2},           {"bl", 8, get_byte, set_byte, 3},
    {"ah", 8, get_byte, set_byte, 4},           {"ch", 8, get_byte, set_byte, 5},
    {"dh", 8, get_byte, set_byte, 6},           {"bh", 8, get_byte, set_byte, 7},
    {"es", 16, get_selector, NULL, SEG_ES},     {"cs", 16, get_selector, NULL, SEG_CS},
    {"ss", 16, get_selector, NULL, SEG_SS},     {"ds", 16, get_selector, NULL, SEG_DS},
    {"fs", 16, get_selector, NULL, SEG_FS},     {"gs", 16, get_selector, NULL, SEG_GS},
    {"ldtr", 16, get_ldtr, NULL, 0},            {"tr", 16, get_tr, NULL, 0},
    {"cr0", 32, get_control, set_control, 0},   {"cr2", 32, get_control, set_control, 2},
    {"cr3", 32, get_control, set_control, 3},   {"cr4", 32, get_control, NULL, 4},
    {"dr0", 32, get_debug, NULL, 0},            {"dr1", 32, get_debug, NULL, 1},
    {"dr2", 32, get_debug, NULL, 2},            {"dr3", 32, get_debug, NULL, 3},
    {"dr6", 32, get_debug, NULL, 6},            {"dr7", 32, get_debug, NULL, 7},
};
/* clang-format on */
const u32 register_row_count = ARRAY_COUNT(register_rows);

const struct register_row *register_named(const char *name, size_t length)
{
    for (u32 i = 0; i < register_row_count; i++)
        if (strlen(register_rows[i].name) == length &&
            strncasecmp(register_rows[i].name, name, length) == 0)
            return &register_rows[i];
    return NULL;
}
