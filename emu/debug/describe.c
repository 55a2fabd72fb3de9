#include "debug/describe.h"

#include "cpu/decode.h"
#include "cpu/translate.h"

#include <ctype.h>

/* System types by number (PRM 6.3.2, table 6-1). */
static const char *const system_types[16] = {
    [0] = "reserved",
    [1] = "TSS (286)",
    [2] = "LDT",
    [3] = "TSS (286, busy)",
    [4] = "call gate (286)",
    [5] = "task gate",
    [6] = "interrupt gate (286)",
    [7] = "trap gate (286)",
    [8] = "reserved",
    [9] = "TSS (386)",
    [10] = "reserved",
    [11] = "TSS (386, busy)",
    [12] = "call gate (386)",
    [13] = "reserved",
    [14] = "interrupt gate (386)",
    [15] = "trap gate (386)",
};

static bool is_gate(u8 type)
{
    return type >= 4 && type != 8 && type != 9 && type != 10 && type != 11 && type != 13;
}

struct descriptor_fields descriptor_decode(u64 descriptor)
{
    u32 low = (u32)descriptor, high = (u32)(descriptor >> 32);
    struct descriptor_fields fields = {
        .base = low >> 16 | (high & 0xff) << 16 | (high & 0xff000000),
        .limit = (low & 0xffff) | (high & 0xf0000),
        .access = (u16)(high >> 8 & 0xf0ff),
        .selector = (u16)(low >> 16),
        .offset = (low & 0xffff) | (high & 0xffff0000),
        .parameters = high & 0x1f,
        .type = high >> 8 & 0xf,
        .dpl = high >> 13 & 3,
        .system = !(high >> 12 & 1),
        .present = high >> 15 & 1,
    };
    if (fields.access & SEG_GRANULAR)
        fields.limit = fields.limit << PAGE_SHIFT | PAGE_OFFSET_MASK;
    fields.gate = fields.system && is_gate(fields.type);
    if (fields.gate && fields.type < 8)
        fields.offset &= 0xffff;
    return fields;
}

const char *descriptor_type_name(const struct descriptor_fields *fields)
{
    if (fields->system)
        return system_types[fields->type];
    return fields->access & SEG_CODE ? "code" : "data";
}

static void describe_segment(struct text_out *out, u16 access)
{
    bool code = access & SEG_CODE, wide = access & SEG_BIG;
    text_out_string(out, code ? "execute" : "read");
    if (access & SEG_WRITABLE) /* the same bit makes code readable */
        text_out_string(out, code ? "/read" : "/write");
    if (access & SEG_EXPAND_DOWN) /* the same bit makes code conforming */
        text_out_string(out, code ? ", conforming" : ", expand-down");
    text_out_string(out, wide ? ", 32-bit" : ", 16-bit");
    if (access & SEG_ACCESSED)
        text_out_string(out, ", accessed");
}

void describe_descriptor(struct text_out *out, const struct descriptor_fields *fields)
{
    text_out_format(out, "%s, DPL %u", descriptor_type_name(fields), fields->dpl);
    if (fields->gate && fields->type == 5)
        text_out_format(out, ", TSS %04x", fields->selector);
    else if (fields->gate)
        text_out_format(out, ", to %04x:%08x", fields->selector, fields->offset);
    if (fields->gate && (fields->type & 7) == 4 && fields->parameters)
        text_out_format(out, ", %u parameters", fields->parameters);
    if (!fields->system) {
        text_out_string(out, ", ");
        describe_segment(out, fields->access);
    }
    if (!fields->present)
        text_out_string(out, ", NOT PRESENT");
}

void describe_page_entry(struct text_out *out, u32 entry, bool directory)
{
    text_out_format(out, "%s %s %s %s", entry & 1 ? "P" : "-", entry & 2 ? "RW" : "R-",
                    entry & 4 ? "US" : "S-", entry & 0x20 ? "A" : "-");
    if (!directory)
        text_out_string(out, entry & 0x40 ? " D" : " -");
}

struct bit_name {
    u32 bit;
    const char *name;
};

static const struct bit_name flag_names[] = {
    {FLAG_ID, "id"}, {FLAG_AC, "ac"}, {FLAG_VM, "vm"}, {FLAG_RF, "rf"}, {FLAG_NT, "nt"},
    {FLAG_OF, "of"}, {FLAG_DF, "df"}, {FLAG_IF, "if"}, {FLAG_TF, "tf"}, {FLAG_SF, "sf"},
    {FLAG_ZF, "zf"}, {FLAG_AF, "af"}, {FLAG_PF, "pf"}, {FLAG_CF, "cf"},
};

void describe_eflags(struct text_out *out, u32 eflags)
{
    for (size_t i = 0; i < ARRAY_COUNT(flag_names); i++) {
        bool set = eflags & flag_names[i].bit;
        char name[3] = {flag_names[i].name[0], flag_names[i].name[1], 0};
        for (char *c = name; set && *c; c++)
            *c = (char)toupper((unsigned char)*c);
        text_out_format(out, "%s ", name);
        if (flag_names[i].bit == FLAG_NT)
            text_out_format(out, "IOPL=%u ", (eflags & FLAG_IOPL) >> FLAG_IOPL_SHIFT);
    }
    out->length--;
    out->text[out->length] = 0;
}

static const struct bit_name cr0_names[] = {
    {CR0_PG, "PG"}, {CR0_CD, "CD"}, {CR0_NW, "NW"}, {CR0_AM, "AM"}, {CR0_WP, "WP"}, {CR0_NE, "NE"},
    {CR0_ET, "ET"}, {CR0_TS, "TS"}, {CR0_EM, "EM"}, {CR0_MP, "MP"}, {CR0_PE, "PE"},
};

void describe_cr0(struct text_out *out, u32 cr0)
{
    const char *between = "";
    for (size_t i = 0; i < ARRAY_COUNT(cr0_names); i++) {
        if (!(cr0 & cr0_names[i].bit))
            continue;
        text_out_format(out, "%s%s", between, cr0_names[i].name);
        between = " ";
    }
}

const char *describe_later_level(const struct cpu *cpu, u32 linear)
{
    static const char *const names[] = {"386", "486", "586", "686"};
    u8 bytes[DECODE_MAX_LENGTH];
    u32 count = 0;
    struct instruction instruction;
    struct opcode_index index;
    bool wide = cpu_protected(cpu) && !cpu_v86(cpu) && (cpu->segs[SEG_CS].access & SEG_BIG);
    while (count < sizeof bytes && translate_peek(cpu, linear + count, &bytes[count], 1))
        count++;
    for (unsigned level = cpu->level + 1u; level < ARRAY_COUNT(names); level++) {
        opcode_index_build(&index, (enum cpu_level)level);
        if (decode_instruction(&index, wide, 0, bytes, count, &instruction) == DECODE_OK)
            return names[level];
    }
    return NULL;
}
