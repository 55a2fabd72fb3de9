/* Registers, segments and dumps as other debuggers print them, for hands and eyes that know these.

   References: the outputs of QEMU's monitor, of Bochs's debugger and of gdb. */
#include "base/bits.h"
#include "debug/describe.h"
#include "debug/registers.h"
#include "monitor/command.h"

#include <ctype.h>
#include <stdio.h>

const char *const dialect_names[DIALECTS] = {"own", "hmp", "bochs", "gdb"};

static enum dialect dialect_of(const struct call *call)
{
    return call->monitor->record ? DIALECT_OWN : call->monitor->dialect;
}

static const char *const segment_names[SEG_COUNT] = {"es", "cs", "ss", "ds", "fs", "gs"};

/* ---- registers ---- */

static const u8 bochs_order[8] = {REG_EAX, REG_EBX, REG_ECX, REG_EDX,
                                  REG_ESP, REG_EBP, REG_ESI, REG_EDI};
static const u8 gdb_order[8] = {REG_EAX, REG_ECX, REG_EDX, REG_EBX,
                                REG_ESP, REG_EBP, REG_ESI, REG_EDI};
static const u8 hmp_order[8] = {REG_EAX, REG_EBX, REG_ECX, REG_EDX,
                                REG_ESI, REG_EDI, REG_EBP, REG_ESP};

static void bochs_registers(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    u32 eflags = cpu_get_eflags(cpu);
    for (unsigned i = 0; i < 8; i++) {
        u32 value = cpu->regs[bochs_order[i]];
        text_out_format(call->out, "%s: 0x%08x %d\n", register_rows[bochs_order[i]].name, value,
                        (int)value);
    }
    text_out_format(call->out, "eip: 0x%08x\neflags 0x%08x: ", cpu->eip, eflags);
    describe_eflags(call->out, eflags);
    text_out_string(call->out, "\n");
}

static void gdb_row(struct call *call, const char *name, u32 value)
{
    char hex[16];
    snprintf(hex, sizeof hex, "0x%x", value);
    text_out_format(call->out, "%-14s %-18s %d\n", name, hex, (int)value);
}

static void gdb_registers(struct call *call)
{
    static const u8 segments[SEG_COUNT] = {SEG_CS, SEG_SS, SEG_DS, SEG_ES, SEG_FS, SEG_GS};
    const struct cpu *cpu = call->cpu;
    for (unsigned i = 0; i < 8; i++)
        gdb_row(call, register_rows[gdb_order[i]].name, cpu->regs[gdb_order[i]]);
    gdb_row(call, "eip", cpu->eip);
    gdb_row(call, "eflags", cpu_get_eflags(cpu));
    for (unsigned i = 0; i < SEG_COUNT; i++)
        gdb_row(call, segment_names[segments[i]], cpu->segs[segments[i]].selector);
}

/* A segment as 8 descriptor bytes again: what the hidden part was loaded from. */
static void descriptor_words(const struct segment *segment, u32 *low, u32 *high)
{
    u32 limit = segment->access & 0x8000 ? segment->limit >> 12 : segment->limit;
    *low = (segment->base & 0xffff) << 16 | (limit & 0xffff);
    *high = (segment->base & 0xff000000) | (u32)(segment->access & 0xf000) << 8 |
            (limit & 0xf0000) | (u32)(segment->access & 0xff) << 8 | (segment->base >> 16 & 0xff);
}

static void hmp_segment(struct call *call, const char *name, const struct segment *segment)
{
    u32 low, high;
    descriptor_words(segment, &low, &high);
    text_out_format(call->out, "%-3s=%04x %08x %08x %08x\n", name, segment->selector, segment->base,
                    segment->limit, high & 0xf0ff00);
}

static void hmp_segments(struct call *call)
{
    static const char *const names[SEG_COUNT] = {"ES", "CS", "SS", "DS", "FS", "GS"};
    const struct cpu *cpu = call->cpu;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        hmp_segment(call, names[i], &cpu->segs[i]);
    hmp_segment(call, "LDT", &cpu->ldtr);
    hmp_segment(call, "TR", &cpu->tr);
    text_out_format(call->out, "GDT=     %08x %08x\nIDT=     %08x %08x\n", cpu->gdtr.base,
                    cpu->gdtr.limit, cpu->idtr.base, cpu->idtr.limit);
}

static void hmp_control(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    text_out_format(call->out, "CR0=%08x CR2=%08x CR3=%08x CR4=%08x\n", cpu->cr0, cpu->cr2,
                    cpu->cr3, cpu->cr4);
}

static void hmp_registers(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    for (unsigned i = 0; i < 8; i++) {
        for (const char *c = register_rows[hmp_order[i]].name; *c; c++)
            text_out_format(call->out, "%c", toupper((unsigned char)*c));
        text_out_format(call->out, "=%08x%s", cpu->regs[hmp_order[i]], i % 4 == 3 ? "\n" : " ");
    }
    text_out_format(call->out, "EIP=%08x EFL=%08x CPL=%u HLT=%u\n", cpu->eip, cpu_get_eflags(cpu),
                    cpu->cpl, cpu->halted);
    hmp_segments(call);
    hmp_control(call);
}

typedef void look(struct call *call);

static bool print_by(struct call *call, look *const looks[DIALECTS])
{
    look *print = looks[dialect_of(call)];
    if (print)
        print(call);
    return print != NULL;
}

bool dialect_registers(struct call *call)
{
    static look *const looks[DIALECTS] = {[DIALECT_HMP] = hmp_registers,
                                          [DIALECT_BOCHS] = bochs_registers,
                                          [DIALECT_GDB] = gdb_registers};
    return print_by(call, looks);
}

/* ---- Bochs's sreg ---- */

static void bochs_kind(struct call *call, const struct segment *segment)
{
    u16 access = segment->access;
    bool code = access & SEG_CODE;
    text_out_format(call->out, "\t%s segment, base=0x%08x, limit=0x%08x, ", code ? "Code" : "Data",
                    segment->base, segment->limit);
    if (code)
        text_out_format(call->out, "%s, %sConforming%s, %u-bit\n",
                        access & SEG_WRITABLE ? "Execute/Read" : "Execute-Only",
                        access & SEG_EXPAND_DOWN ? "" : "Non-",
                        access & SEG_ACCESSED ? ", Accessed" : "", access & SEG_BIG ? 32u : 16u);
    else
        text_out_format(call->out, "%s%s%s\n", access & SEG_WRITABLE ? "Read/Write" : "Read-Only",
                        access & SEG_EXPAND_DOWN ? ", Expand-down" : "",
                        access & SEG_ACCESSED ? ", Accessed" : "");
}

static void bochs_segment(struct call *call, const char *name, const struct segment *segment)
{
    u32 low, high;
    descriptor_words(segment, &low, &high);
    text_out_format(call->out, "%s:0x%04x, dh=0x%08x, dl=0x%08x, valid=%u\n", name,
                    segment->selector, high, low, (segment->access & SEG_PRESENT) != 0);
}

static void bochs_segments(struct call *call)
{
    static const u8 order[SEG_COUNT] = {SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS};
    const struct cpu *cpu = call->cpu;
    for (unsigned i = 0; i < SEG_COUNT; i++) {
        const struct segment *segment = &cpu->segs[order[i]];
        bochs_segment(call, segment_names[order[i]], segment);
        if (segment->access & SEG_PRESENT)
            bochs_kind(call, segment);
    }
    bochs_segment(call, "ldtr", &cpu->ldtr);
    bochs_segment(call, "tr", &cpu->tr);
    text_out_format(call->out, "gdtr:base=0x%08x, limit=0x%x\nidtr:base=0x%08x, limit=0x%x\n",
                    cpu->gdtr.base, cpu->gdtr.limit, cpu->idtr.base, cpu->idtr.limit);
}

bool dialect_segments(struct call *call)
{
    static look *const looks[DIALECTS] = {
        [DIALECT_HMP] = hmp_segments, [DIALECT_BOCHS] = bochs_segments};
    return print_by(call, looks);
}

/* ---- control registers ---- */

/* Bochs names every bit of CR0: in capitals where it is set. */
static void bochs_control(struct call *call)
{
    static const struct {
        u32 bit;
        const char *clear, *set;
    } bits[] = {{CR0_PG, "pg", "PG"}, {CR0_CD, "cd", "CD"}, {CR0_NW, "nw", "NW"},
                {CR0_AM, "ac", "AC"}, {CR0_WP, "wp", "WP"}, {CR0_NE, "ne", "NE"},
                {CR0_ET, "et", "ET"}, {CR0_TS, "ts", "TS"}, {CR0_EM, "em", "EM"},
                {CR0_MP, "mp", "MP"}, {CR0_PE, "pe", "PE"}};
    const struct cpu *cpu = call->cpu;
    text_out_format(call->out, "CR0=0x%08x:", cpu->cr0);
    for (size_t i = 0; i < ARRAY_COUNT(bits); i++)
        text_out_format(call->out, " %s", cpu->cr0 & bits[i].bit ? bits[i].set : bits[i].clear);
    text_out_format(call->out, "\nCR2=page fault laddr=0x%08x\nCR3=0x%08x\n", cpu->cr2, cpu->cr3);
    text_out_format(call->out,
                    "    PCD=page-level cache disable=%u\n    PWT=page-level write-through=%u\n",
                    cpu->cr3 >> 4 & 1, cpu->cr3 >> 3 & 1);
}

bool dialect_control(struct call *call)
{
    static look *const looks[DIALECTS] = {
        [DIALECT_HMP] = hmp_control, [DIALECT_BOCHS] = bochs_control};
    return print_by(call, looks);
}

/* ---- dumps ---- */

void dialect_dump_address(struct call *call, u32 address, u32 index, u32 size)
{
    text_out_string(call->out, index ? "\n" : "");
    switch (dialect_of(call)) {
    case DIALECT_BOCHS:
        text_out_format(call->out, "%s0x%08x <bogus+%8u>:", index ? "" : "[bochs]:\n", address,
                        index * size);
        break;
    case DIALECT_GDB:
        text_out_format(call->out, "0x%x:", address);
        break;
    case DIALECT_HMP:
        text_out_format(call->out, "%016x:", address);
        break;
    default:
        text_out_format(call->out, "%08x:", address);
    }
}

const char *dialect_dump_gap(const struct call *call)
{
    enum dialect dialect = dialect_of(call);
    return dialect == DIALECT_BOCHS || dialect == DIALECT_GDB ? "\t" : " ";
}
