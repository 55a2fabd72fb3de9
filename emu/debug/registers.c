#include "debug/registers.h"

#include <math.h>
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

/* ---- The coprocessor ---- */

double register_real(struct float80 value)
{
    double sign = float80_negative(value) ? -1.0 : 1.0;
    switch (float80_class(value)) {
    case CLASS_UNSUPPORTED:
    case CLASS_SIGNALING:
    case CLASS_QUIET:
        return (double)NAN;
    case CLASS_INFINITY:
        return sign * (double)INFINITY;
    default:
        return sign *
               ldexp((double)value.mantissa,
                     ((value.exponent & ~FLOAT80_SIGN) ? value.exponent & ~FLOAT80_SIGN : 1) -
                         FLOAT80_BIAS - 63);
    }
}
static double get_real(const struct cpu *cpu, unsigned number)
{
    return register_real(fpu_get(&cpu->fpu, number));
}
static u32 get_integer_part(const struct cpu *cpu, unsigned number)
{
    double value = get_real(cpu, number);
    bool fits = value > -2147483649.0 && value < 2147483648.0;
    return fits ? (u32)(s32)value : 0x80000000u;
}
enum fpu_word { FPU_CTRL, FPU_STAT, FPU_TAG, FPU_ISEG, FPU_IOFF, FPU_OSEG, FPU_OOFF, FPU_OP };
static u32 get_fpu(const struct cpu *cpu, unsigned number)
{
    const struct fpu *fpu = &cpu->fpu;
    const u32 values[] = {fpu->control,       fpu->status,      fpu_tag_word(fpu),
                          fpu->code_selector, fpu->code_offset, fpu->data_selector,
                          fpu->data_offset,   fpu->opcode};
    return values[number];
}
#define ST(name, number)                                   \
    {                                                      \
        name, 32, get_integer_part, NULL, number, get_real \
    }
#define PLAIN(name, bits, get, set, number) \
    {                                       \
        name, bits, get, set, number, NULL  \
    }

/* clang-format off */
const struct register_row register_rows[] = {
    PLAIN("eax", 32, get_dword, set_dword, REG_EAX), PLAIN("ecx", 32, get_dword, set_dword, REG_ECX),
    PLAIN("edx", 32, get_dword, set_dword, REG_EDX), PLAIN("ebx", 32, get_dword, set_dword, REG_EBX),
    PLAIN("esp", 32, get_dword, set_dword, REG_ESP), PLAIN("ebp", 32, get_dword, set_dword, REG_EBP),
    PLAIN("esi", 32, get_dword, set_dword, REG_ESI), PLAIN("edi", 32, get_dword, set_dword, REG_EDI),
    PLAIN("eip", 32, get_eip, set_eip, 0),           PLAIN("eflags", 32, get_flags, set_flags, 0),
    PLAIN("pc", 32, get_eip, set_eip, 0),            PLAIN("ip", 16, get_eip, NULL, 0),
    PLAIN("ax", 16, get_word, set_word, REG_EAX),    PLAIN("cx", 16, get_word, set_word, REG_ECX),
    PLAIN("dx", 16, get_word, set_word, REG_EDX),    PLAIN("bx", 16, get_word, set_word, REG_EBX),
    PLAIN("sp", 16, get_word, set_word, REG_ESP),    PLAIN("bp", 16, get_word, set_word, REG_EBP),
    PLAIN("si", 16, get_word, set_word, REG_ESI),    PLAIN("di", 16, get_word, set_word, REG_EDI),
    PLAIN("al", 8, get_byte, set_byte, 0),           PLAIN("cl", 8, get_byte, set_byte, 1),
    PLAIN("dl", 8, get_byte, set_byte, 2),           PLAIN("bl", 8, get_byte, set_byte, 3),
    PLAIN("ah", 8, get_byte, set_byte, 4),           PLAIN("ch", 8, get_byte, set_byte, 5),
    PLAIN("dh", 8, get_byte, set_byte, 6),           PLAIN("bh", 8, get_byte, set_byte, 7),
    PLAIN("es", 16, get_selector, NULL, SEG_ES),     PLAIN("cs", 16, get_selector, NULL, SEG_CS),
    PLAIN("ss", 16, get_selector, NULL, SEG_SS),     PLAIN("ds", 16, get_selector, NULL, SEG_DS),
    PLAIN("fs", 16, get_selector, NULL, SEG_FS),     PLAIN("gs", 16, get_selector, NULL, SEG_GS),
    PLAIN("ldtr", 16, get_ldtr, NULL, 0),            PLAIN("tr", 16, get_tr, NULL, 0),
    PLAIN("cr0", 32, get_control, set_control, 0),   PLAIN("cr2", 32, get_control, set_control, 2),
    PLAIN("cr3", 32, get_control, set_control, 3),   PLAIN("cr4", 32, get_control, NULL, 4),
    PLAIN("dr0", 32, get_debug, NULL, 0),            PLAIN("dr1", 32, get_debug, NULL, 1),
    PLAIN("dr2", 32, get_debug, NULL, 2),            PLAIN("dr3", 32, get_debug, NULL, 3),
    PLAIN("dr6", 32, get_debug, NULL, 6),            PLAIN("dr7", 32, get_debug, NULL, 7),
    PLAIN("fctrl", 16, get_fpu, NULL, FPU_CTRL),  PLAIN("fstat", 16, get_fpu, NULL, FPU_STAT),
    PLAIN("ftag", 16, get_fpu, NULL, FPU_TAG),    PLAIN("fop", 16, get_fpu, NULL, FPU_OP),
    PLAIN("fiseg", 16, get_fpu, NULL, FPU_ISEG),  PLAIN("fioff", 32, get_fpu, NULL, FPU_IOFF),
    PLAIN("foseg", 16, get_fpu, NULL, FPU_OSEG),  PLAIN("fooff", 32, get_fpu, NULL, FPU_OOFF),
    ST("st0", 0), ST("st1", 1), ST("st2", 2), ST("st3", 3), ST("st4", 4), ST("st5", 5), ST("st6", 6), ST("st7", 7),
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
