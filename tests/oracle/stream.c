#include "oracle/stream.h"

#include "oracle/flag_use.h"

#include <string.h>

/* ---- What a stream holds ---- */

static bool is_named(const struct opcode *row, const char *names)
{
    size_t length = strlen(row->mnemonic);
    for (const char *at = names; (at = strstr(at, row->mnemonic)); at += length)
        if ((at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* Of the others the manual lets only protected mode execute some (PRM 17.2). */
bool stream_holds(const struct opcode *row, enum case_mode mode)
{
    static const char never[] =
        "HLT INT INT3 INTO ICEBP IRET RET RETF CALLF JMPF BOUND LES LDS LSS LFS LGS ESC WAIT "
        "FXSAVE FXRSTOR CPUID "
        "RDTSC RDMSR WRMSR RDPMC LLDT LTR LGDT LIDT LMSW SMSW CLTS LAR INVLPG INVD WBINVD "
        "CMPXCHG8B INS LOOPE LOOPNE";
    bool special = row->code >= 0x0f20 && row->code <= 0x0f26;
    bool indirect = row->code == 0xff && (row->group == 2 || row->group == 4);
    bool test_alias = (row->code & ~1) == 0xf6 && row->group == 1;
    if (special || indirect || test_alias || is_named(row, never))
        return false;
    if (mode == CASE_REAL)
        return !is_named(row, "SLDT STR VERR VERW LSL ARPL");
    return mode == CASE_FLAT0 || !is_named(row, "IN OUT INS OUTS CLI STI");
}

static bool has_operand(const struct opcode *row, enum operand operand)
{
    return row->operands[0] == operand || row->operands[1] == operand ||
           row->operands[2] == operand;
}

static bool is_relative(const struct opcode *row)
{
    return row->operands[0] == OPERAND_Jb || row->operands[0] == OPERAND_Jv;
}

static bool has_repeat(const u8 *code, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        if (code[i] == 0xf2 || code[i] == 0xf3)
            return true;
        else if (!memchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0", code[i], 9))
            return false;
    return false;
}

struct maker {
    struct stream *stream;
    struct random *random;
    const struct opcode_index *opcodes;
    u32 undefined;         /* before the part to come */
    u32 undefined_skipped; /* the same, along a jump that leaves out the part before */
    bool skips;            /* the last part is a jump over the part to come */
    bool was_skipped;      /* the last part was such */
    u32 jump_end;          /* offset behind the jump's displacement */
    u8 jump_size;          /* bytes of it */
};

static bool decode(const struct maker *m, const u8 *code, u32 available, struct instruction *out)
{
    u32 eip = m->stream->eip + m->stream->bytes;
    return decode_instruction(m->opcodes, m->stream->mode != CASE_REAL, eip, code, available,
                              out) == DECODE_OK;
}

/* Addresses and prefixes whose effect the other side is known to have wrong. */
static bool is_comparable(const struct maker *m, const struct instruction *i, const u8 *code)
{
    const struct opcode *row = i->row;
    bool real = m->stream->mode == CASE_REAL;
    bool string = row->attributes & OPCODE_STRING;
    bool memory = (i->op.form & OP_MEMORY) || string || is_named(row, "XLAT");
    if (!stream_holds(row, m->stream->mode) || (i->lock && is_named(row, "NEG")))
        return false;
    if (memory && real && !(i->op.form & OP_ADDRESS16))
        return false;
    if (memory && op_segment(&i->op) == SEG_CS && i->src_place != PLACE_MEMORY)
        return false;
    if (memory && op_segment(&i->op) == SEG_CS && is_named(row, "XCHG XADD CMPXCHG MOVS"))
        return false;
    if (!string && has_repeat(code, i->length))
        return false;
    if (row->code == 0x0f18 && !memory)
        return false;
    if (is_named(row, "POPA") && real && i->width == 32)
        return false;
    if (is_named(row, "ENTER") && i->width != (real ? 16 : 32))
        return false;
    if (is_relative(row) && i->width != (real ? 16 : 32))
        return false;
    for (u32 count = 0; count < 32; count++)
        if (generate_undefined_result(i, count) && has_operand(row, OPERAND_CL))
            return false;
    return !generate_undefined_result(i, 0);
}

u8 stream_prefixes(const u8 *code, unsigned length)
{
    u8 found = 0;
    for (unsigned at = 0; at < length; at++) {
        if (code[at] == 0x66)
            found |= STREAM_PREFIX_OPERAND;
        else if (code[at] == 0x67)
            found |= STREAM_PREFIX_ADDRESS;
        else if (code[at] == 0xf0)
            found |= STREAM_PREFIX_LOCK;
        else if (code[at] == 0xf2 || code[at] == 0xf3)
            found |= STREAM_PREFIX_REPEAT;
        else if (memchr("\x26\x2e\x36\x3e\x64\x65", code[at], 6))
            found |= STREAM_PREFIX_SEGMENT;
        else
            break;
    }
    return found;
}

/* The jump before gets its displacement: over these bytes. */
static void close_jump(struct maker *m, u32 length)
{
    u8 *displacement = m->stream->code + m->jump_end - m->jump_size;
    memset(displacement, 0, m->jump_size);
    displacement[0] = (u8)length;
}

static void append(struct maker *m, const struct instruction *i, const u8 *code)
{
    struct stream *s = m->stream;
    u32 before = m->undefined;
    s->parts[s->count++] = (struct stream_part){.offset = (u16)s->bytes,
                                                .row = i->row_number,
                                                .length = i->length,
                                                .prefixes = stream_prefixes(code, i->length),
                                                .skipped = m->skips,
                                                .undefined = before};
    memcpy(s->code + s->bytes, code, i->length);
    s->bytes += i->length;
    if (m->skips)
        close_jump(m, i->length);
    m->undefined = (before & ~flag_use_defines(i)) | flag_use_spoils(i);
    if (m->skips)
        m->undefined |= m->undefined_skipped;
    m->skips = false;
    if (!is_relative(i->row))
        return;
    m->jump_size = i->row->operands[0] == OPERAND_Jb ? 1 : i->width / 8;
    m->jump_end = s->bytes;
    m->undefined_skipped = m->undefined;
    bool is_call = i->row->code == 0xe8;
    bool always = i->row->code == 0xe9 || i->row->code == 0xeb;
    m->skips = !is_call && random_chance(m->random, always ? 20 : 60);
    if (!m->skips)
        close_jump(m, 0);
}

static bool add(struct maker *m, const u8 *code, u32 available)
{
    struct instruction i;
    if (!decode(m, code, available, &i) || !is_comparable(m, &i, code) ||
        (flag_use_reads(&i) & m->undefined))
        return false;
    append(m, &i, code);
    return true;
}

/* MOV ECX, a small number: B9 with an immediate of the code's width. */
static bool add_count(struct maker *m)
{
    u8 code[5] = {0xb9, (u8)random_below(m->random, 6)};
    return add(m, code, sizeof code);
}

static u16 random_selector(struct maker *m)
{
    if (m->stream->mode == CASE_REAL)
        return (u16)random_below(m->random, 0x400);
    return (u16)CASE_DATA(m->stream->mode);
}

/* A value for the segment register to come: MOV EAX or PUSH. */
static bool add_selector(struct maker *m, u8 opcode)
{
    u8 code[5] = {opcode};
    store_le16(code + 1, random_selector(m));
    return add(m, code, sizeof code);
}

/* MOV Sw, AX and POP Sw in the widths of the code, whatever the generator made. */
static bool add_segment_load(struct maker *m, const struct opcode *row)
{
    static const u8 registers[] = {SEG_ES, SEG_DS, SEG_FS, SEG_GS};
    if (m->skips)
        return false;
    if (row->code == 0x8e) {
        u8 reg = registers[random_below(m->random, ARRAY_COUNT(registers))];
        return add_selector(m, 0xb8) && add(m, (u8[]){0x8e, (u8)(0xc0 | reg << 3)}, 2);
    }
    if (row->operands[0] == OPERAND_SS)
        return false;
    bool two = row->code >> 8 == 0x0f;
    u8 code[2] = {two ? 0x0f : (u8)row->code, (u8)row->code};
    return add_selector(m, 0x68) && add(m, code, two ? 2 : 1);
}

static bool loads_segment(const struct opcode *row)
{
    return row->code == 0x8e ||
           (strcmp(row->mnemonic, "POP") == 0 && row->operands[0] >= OPERAND_ES);
}

static bool add_random(struct maker *m, const struct opcode *row)
{
    u8 code[GENERATE_BYTES];
    const struct generate_options options = {.code32 = m->stream->mode != CASE_REAL,
                                             .prefixes = true};
    if (loads_segment(row))
        return add_segment_load(m, row);
    generate_instruction(m->random, row, &options, code);
    if ((row->attributes & OPCODE_STRING) && has_repeat(code, sizeof code))
        return !m->skips && add_count(m) && add(m, code, sizeof code);
    if (is_named(row, "DIV IDIV") && random_chance(m->random, 75))
        return false;
    return add(m, code, sizeof code);
}

/* 0F 0B: #UD on every processor. */
static void finish(struct maker *m)
{
    struct stream *s = m->stream;
    if (m->skips)
        close_jump(m, 0);
    s->parts[s->count] = (struct stream_part){
        .offset = (u16)s->bytes, .length = 2, .row = OPCODE_NO_ROW, .undefined = m->undefined};
    memcpy(s->code + s->bytes, "\x0f\x0b\xf4\xf4", 4);
}

void stream_make(struct stream *stream, struct random *random, const struct opcode_index *opcodes,
                 enum case_mode mode, const u16 *rows, u32 row_count)
{
    struct cpu_case place;
    do
        case_make_state(&place, random, mode);
    while ((place.eip & 0xffff) + STREAM_BYTES > 0xffe0);
    *stream = (struct stream){.mode = mode, .eip = place.eip, .cs = place.selectors[SEG_CS]};
    struct maker m = {.stream = stream, .random = random, .opcodes = opcodes};
    while (stream->count + 2 <= STREAM_PARTS && stream->bytes + 40 <= STREAM_BYTES)
        add_random(&m, &opcode_rows[rows[random_below(random, row_count)]]);
    finish(&m);
}

const struct stream_part *stream_part_at(const struct stream *stream, u32 eip)
{
    for (u32 i = 0; i <= stream->count; i++)
        if (stream->eip + stream->parts[i].offset == eip)
            return &stream->parts[i];
    return NULL;
}

/* The same rules as when the parts were chosen. */
static bool reads_only_defined(struct stream *s, const struct opcode_index *opcodes)
{
    struct instruction i;
    u32 undefined = 0, skipped = 0;
    for (u32 n = 0; n < s->count; n++) {
        struct stream_part *part = &s->parts[n];
        decode_instruction(opcodes, s->mode != CASE_REAL, s->eip + part->offset,
                           s->code + part->offset, part->length, &i);
        if (flag_use_reads(&i) & undefined)
            return false;
        part->undefined = undefined;
        u32 after = (undefined & ~flag_use_defines(&i)) | flag_use_spoils(&i);
        if (part->skipped)
            after |= skipped;
        skipped = undefined = after;
    }
    s->parts[s->count].undefined = undefined;
    return true;
}

/* Before REP stands the MOV that keeps its count small. */
bool stream_drop(struct stream *stream, const struct opcode_index *opcodes, u32 part)
{
    const struct stream_part dropped = stream->parts[part], *next = &stream->parts[part + 1];
    if (dropped.skipped || part >= stream->count || next->skipped ||
        has_repeat(stream->code + next->offset, next->length))
        return false;
    u32 end = dropped.offset + dropped.length;
    memmove(stream->code + dropped.offset, stream->code + end, STREAM_BYTES - end);
    for (u32 i = part; i < stream->count; i++) {
        stream->parts[i] = stream->parts[i + 1];
        stream->parts[i].offset = (u16)(stream->parts[i].offset - dropped.length);
    }
    stream->count--;
    stream->bytes -= dropped.length;
    return reads_only_defined(stream, opcodes);
}
