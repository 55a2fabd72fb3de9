#include "oracle/case.h"

#include <string.h>

const u32 case_gdt[CASE_GDT_ENTRIES][2] = {
    {0, 0},
    {0x0000ffff, 0x00cf9b00}, /* 08: code, ring 0 */
    {0x0000ffff, 0x00cf9300}, /* 10: data, ring 0 */
    {0x0000ffff, 0x00cffb00}, /* 18: code, ring 3 */
    {0x0000ffff, 0x00cff300}, /* 20: data, ring 3 */
    {0x00001fff, 0x0000f300}, /* 28: data of 16 bits, ring 3, 8 KB */
    {0x0000ffff, 0x00cff100}, /* 30: read-only data */
    {0x00000fff, 0x00c0f700}, /* 38: expand-down data */
    {0x0000ffff, 0x00cf9f00}, /* 40: conforming code */
    {0x0000ffff, 0x00cf7300}, /* 48: data, not present */
    {0x0000ffff, 0x00cff900}, /* 50: execute-only code, ring 3 */
    {0x0000ffff, 0x0000fb00}, /* 58: code of 16 bits, ring 3 */
    {0x200000ff, 0x00008210}, /* 60: LDT, empty memory */
    {0x0000ffff, 0x00cf7b00}, /* 68: code, not present */
    {0x0000ffff, 0x00008000}, /* 70: reserved type */
    {0x0000ffff, 0x0000fd00}, /* 78: conforming execute-only, ring 3 */
};

void case_fill_memory(u8 memory[CASE_MEMORY])
{
    struct random random = {386};
    memset(memory, 0, CASE_MEMORY);
    for (u32 i = 0; i < CASE_WINDOW; i++)
        memory[i] = (u8)random_value(&random);
    for (u32 i = 0; i < CASE_GDT_ENTRIES; i++) {
        store_le32(memory + CASE_GDT + i * 8, case_gdt[i][0]);
        store_le32(memory + CASE_GDT + i * 8 + 4, case_gdt[i][1]);
    }
}

u32 case_code_linear(const struct cpu_case *c)
{
    return (c->mode == CASE_REAL ? c->selectors[SEG_CS] * 16u : 0) + c->eip;
}

u32 case_stack_linear(const struct cpu_case *c)
{
    if (c->mode == CASE_REAL)
        return c->selectors[SEG_SS] * 16u + (c->regs[REG_ESP] & 0xffff);
    return c->regs[REG_ESP];
}

u32 case_port_value(u32 port, unsigned size)
{
    u32 value = port * 0x9e3779b1u + size;
    return size == 4 ? value : value & ((1u << 8 * size) - 1);
}

u32 case_port_hash(u32 hash, u32 port, unsigned size, u32 value)
{
    return (hash ^ port ^ size << 16 ^ value) * 0x01000193u + 1;
}

static u8 bus_byte(u32 physical)
{
    return (u8)(physical * 0x9e3779b1u >> 24);
}

u32 case_bus_value(u32 physical, unsigned size)
{
    u32 value = 0;
    for (unsigned i = 0; i < size; i++)
        value |= (u32)bus_byte(physical + i) << 8 * i;
    return value;
}

/* A sum, since processors may split what is not aligned as they like. */
u32 case_bus_hash(u32 physical, unsigned size, u32 value)
{
    u32 hash = 0;
    for (unsigned i = 0; i < size; i++)
        hash += ((physical + i) ^ (value >> 8 * i & 0xff) << 24) * 0x85ebca6bu + 1;
    return hash;
}

static u32 random_address(struct random *random, enum case_mode mode)
{
    return mode == CASE_REAL ? random_below(random, 0x10000) : random_below(random, CASE_DATA_END);
}

static void make_registers(struct cpu_case *c, struct random *random)
{
    for (unsigned i = 0; i < 8; i++)
        c->regs[i] =
            random_chance(random, 50) ? random_address(random, c->mode) : random_value(random);
    if (c->mode == CASE_REAL && random_chance(random, 50))
        for (unsigned i = 0; i < 8; i++)
            c->regs[i] &= 0xffff;
    c->regs[REG_ESP] = random_address(random, c->mode) & (random_chance(random, 90) ? ~3u : ~0u);
}

static void make_segments(struct cpu_case *c, struct random *random)
{
    for (unsigned i = 0; i < SEG_COUNT; i++)
        c->selectors[i] =
            (u16)(c->mode == CASE_REAL ? random_below(random, 0x400) : CASE_DATA(c->mode));
    c->selectors[SEG_CS] =
        (u16)(c->mode == CASE_REAL ? 0xe000 + random_below(random, 0x1000) : CASE_CODE(c->mode));
}

/* Frames for POPF, RETF, IRET and loads of segments: often selectors that exist. */
static u32 random_stack_word(struct random *random, enum case_mode mode)
{
    if (random_chance(random, 40))
        return random_value(random);
    if (random_chance(random, 50))
        return random_address(random, mode);
    return random_below(random, CASE_GDT_ENTRIES) * 8 + random_below(random, 4);
}

static u32 random_eflags(struct random *random)
{
    u32 any = FLAGS_ARITHMETIC | FLAG_DF | FLAG_IF | FLAG_IOPL | FLAG_NT;
    return (random_u32(random) & any) | FLAG_ALWAYS;
}

void case_decode(struct cpu_case *c, const struct opcode_index *opcodes)
{
    c->status = decode_instruction(opcodes, c->mode != CASE_REAL, c->eip, c->code, sizeof c->code,
                                   &c->instruction);
    /* Translators look at what follows: let it be harmless. */
    for (unsigned i = c->instruction.length; i > 0 && i < sizeof c->code; i++)
        c->code[i] = 0xf4;
}

bool case_repeats(const struct cpu_case *c)
{
    const struct opcode *row = c->instruction.row;
    return c->status == DECODE_OK && (row->attributes & OPCODE_STRING) &&
           c->instruction.op.dst != REPEAT_NONE;
}

void case_make_state(struct cpu_case *c, struct random *random, enum case_mode mode)
{
    c->mode = mode;
    c->keeps_memory = false;
    make_registers(c, random);
    make_segments(c, random);
    c->eflags = random_eflags(random);
    do
        c->eip = mode == CASE_REAL ? random_below(random, 0x10000)
                                   : CASE_CODE_START + random_below(random, 0x1f000);
    while ((c->eip & 0xffff) > 0xffe0);
    for (unsigned i = 0; i < ARRAY_COUNT(c->stack); i++)
        c->stack[i] = random_stack_word(random, mode);
}

void case_make(struct cpu_case *c, struct random *random, const struct opcode_index *opcodes,
               enum case_mode mode, u16 number)
{
    const struct opcode *row = &opcode_rows[number];
    const struct generate_options options = {.code32 = mode != CASE_REAL, .prefixes = true};
    case_make_state(c, random, mode);
    c->row = number;
    if (strcmp(row->mnemonic, "IRET") == 0)
        c->eflags &= ~FLAG_NT; /* no task switch */
    generate_instruction(random, row, &options, c->code);
    if (random_chance(random, 30) && mode != CASE_REAL)
        c->regs[random_below(random, 4)] = random_stack_word(random, mode);
    if (row->attributes & OPCODE_STRING)
        c->regs[REG_ECX] = random_below(random, 6);
    case_decode(c, opcodes);
    if ((row->attributes & OPCODE_STRING) && (c->instruction.op.form & OP_ADDRESS16))
        c->regs[REG_ECX] |= random_u32(random) & 0xffff0000u;
}
