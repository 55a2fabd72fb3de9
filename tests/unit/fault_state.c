#include "oracle/case.h"
#include "support/cpu_testbed.h"
#include "support/suite.h"

#include <stdio.h>

/* An instruction that faults leaves everything as it was (PRM 9.8): random instructions of every
   row, on pages of random rights. The IDT is empty, so that delivery writes nothing either. What
   may change: CR2, A and D bits, what repeats of a string instruction before have done. */

#define DIRECTORY 0x200000u
#define TABLE 0x201000u
#define DATA_PAGES (CASE_DATA_END >> PAGE_SHIFT)
#define CASES_PER_ROW 15u

struct runner {
    struct cpu_testbed *bed;
    struct opcode_index opcodes;
    struct random random;
    u64 image[512]; /* saved fields before */
    u8 memory[CASE_DATA_END];
    u32 faults[32];
};

/* ---- The machine ---- */

static void map_all(struct runner *r)
{
    cpu_testbed_write32(r->bed, DIRECTORY, TABLE | 7);
    for (u32 page = 0; page < 1024; page++)
        cpu_testbed_write32(r->bed, TABLE + page * 4, page << PAGE_SHIFT | 7);
}

static void map_data(struct runner *r)
{
    for (u32 page = 0; page < DATA_PAGES; page++) {
        u32 rights = random_chance(&r->random, 40) ? random_below(&r->random, 8) : 7;
        cpu_testbed_write32(r->bed, TABLE + page * 4, page << PAGE_SHIFT | rights);
    }
}

static void load_segment(struct cpu *cpu, enum segment_number number, const struct cpu_case *c)
{
    u16 selector = c->selectors[number];
    u16 access = (u16)(case_gdt[selector >> 3 & 15][1] >> 8 & 0xf0ff);
    if (c->mode == CASE_REAL)
        cpu_set_segment_real(cpu, number, selector);
    else
        cpu_set_segment_raw(cpu, number, selector, 0, ~0u, access);
}

static void load_case(struct runner *r, const struct cpu_case *c)
{
    struct cpu *cpu = &r->bed->cpu;
    bool strict = random_chance(&r->random, 50);
    memset(cpu->dr, 0, sizeof cpu->dr);
    cpu->halted = cpu->shutdown = cpu->shadow = cpu->delivering = false;
    cpu_set_cr0(cpu, CR0_ET);
    if (c->mode != CASE_REAL) {
        map_data(r);
        cpu_set_cr3(cpu, DIRECTORY);
        cpu_set_cr0(cpu, CR0_ET | CR0_PE | CR0_PG | (strict ? CR0_WP | CR0_AM : 0));
    }
    for (unsigned i = 0; i < SEG_COUNT; i++)
        load_segment(cpu, (enum segment_number)i, c);
    cpu_set_eflags(cpu, c->eflags | (random_chance(&r->random, 30) ? FLAG_AC : 0));
    memcpy(cpu->regs, c->regs, sizeof cpu->regs);
    cpu->gdtr = (struct table_register){CASE_GDT, CASE_GDT_ENTRIES * 8 - 1};
    cpu->idtr = (struct table_register){0, 0};
    cpu->ldtr = (struct segment){0};
    cpu->tr = (struct segment){.access = 0x8b, .limit = 0};
    cpu_set_eip(cpu, c->eip);
    memory_write_bytes(&r->bed->memory, case_code_linear(c), c->code, sizeof c->code);
}

/* ---- What was, and what is ---- */

static bool may_change(const char *field)
{
    static const char *const names[] = {"fault",    "faults",     "cr2", "tlb",
                                        "shutdown", "delivering", "dr"};
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++)
        if (strncmp(field, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static bool is_counter(const char *field, u32 number)
{
    return strcmp(field, "regs") == 0 &&
           (number == REG_ECX || number == REG_ESI || number == REG_EDI || number == REG_EAX);
}

static bool is_flag(const char *field)
{
    return strncmp(field, "lazy", 4) == 0;
}

static void remember(struct runner *r)
{
    struct cpu *cpu = &r->bed->cpu;
    u32 at = 0;
    cpu_before_save(cpu);
    for (u32 i = 0; i < cpu_fields.count; i++)
        for (u32 n = 0; n < cpu_fields.fields[i].count && !may_change(cpu_fields.fields[i].name);
             n++)
            r->image[at++] = field_value(&cpu_fields.fields[i], cpu, n);
    ck_assert_uint_lt(at, ARRAY_COUNT(r->image));
    memcpy(r->memory, r->bed->memory.ram, sizeof r->memory);
}

static void describe(const struct cpu_case *c, char *text, size_t size)
{
    int at = snprintf(text, size, "mode %u %s:", c->mode, opcode_rows[c->row].mnemonic);
    for (unsigned i = 0; i < sizeof c->code && at > 0 && (size_t)at < size; i++)
        at += snprintf(text + at, size - (size_t)at, " %02x", c->code[i]);
}

static void check_unchanged(struct runner *r, const struct cpu_case *c)
{
    struct cpu *cpu = &r->bed->cpu;
    bool repeats = case_repeats(c);
    bool may_store = repeats || strcmp(opcode_rows[c->row].mnemonic, "ENTER") == 0;
    char text[128];
    u32 at = 0;
    describe(c, text, sizeof text);
    cpu_before_save(cpu);
    for (u32 i = 0; i < cpu_fields.count; i++) {
        const struct field *field = &cpu_fields.fields[i];
        for (u32 n = 0; n < field->count && !may_change(field->name); n++, at++)
            ck_assert_msg(field_value(field, cpu, n) == r->image[at] ||
                              (repeats && (is_counter(field->name, n) || is_flag(field->name))),
                          "%s: %s[%u] is %llx, was %llx", text, field->name, n,
                          (unsigned long long)field_value(field, cpu, n),
                          (unsigned long long)r->image[at]);
    }
    ck_assert_msg(may_store || memcmp(r->memory, r->bed->memory.ram, sizeof r->memory) == 0,
                  "%s: memory has changed", text);
}

/* A repeat that was done has moved the pointers and the count together. */
static void check_repeats(const struct runner *r, const struct cpu_case *c)
{
    const struct instruction *i = &c->instruction;
    const u32 *regs = r->bed->cpu.regs;
    u32 mask = i->op.form & OP_ADDRESS16 ? 0xffff : ~0u, size = i->width / 8;
    u32 done = c->regs[REG_ECX] - regs[REG_ECX];
    u32 moved = (c->eflags & FLAG_DF ? 0 - done * size : done * size) & mask;
    u32 source = (regs[REG_ESI] - c->regs[REG_ESI]) & mask;
    u32 target = (regs[REG_EDI] - c->regs[REG_EDI]) & mask;
    char text[128];
    describe(c, text, sizeof text);
    ck_assert_msg(source == 0 || source == moved, "%s: esi", text);
    ck_assert_msg(target == 0 || target == moved, "%s: edi", text);
}

static void run_case(struct runner *r, enum case_mode mode, u16 row)
{
    struct cpu_case c;
    struct cpu *cpu = &r->bed->cpu;
    case_make(&c, &r->random, &r->opcodes, mode, row);
    c.eflags &= ~FLAG_NT;
    load_case(r, &c);
    remember(r);
    u32 before = cpu->fault_count;
    for (u32 limit = 100; limit && cpu->eip == c.eip && cpu->fault_count == before; limit--)
        cpu_run(cpu, r->bed->clock.now + 1);
    if (cpu->fault_count == before || cpu->faults[before % FAULT_HISTORY].software)
        return;
    u8 vector = cpu->faults[before % FAULT_HISTORY].fault.vector;
    r->faults[vector & 31]++;
    check_unchanged(r, &c);
    if (case_repeats(&c))
        check_repeats(r, &c);
}

static void run_level(enum cpu_level level)
{
    struct runner *r = calloc(1, sizeof *r);
    u8 *memory = malloc(CASE_MEMORY);
    r->bed = cpu_testbed_new(level);
    r->random.state = 386 + (u64)level * 2;
    opcode_index_build(&r->opcodes, level);
    cpu_testbed_fill_video_hole(r->bed);
    case_fill_memory(memory);
    map_all(r);
    for (u32 row = 0; row < opcode_row_count; row++) {
        memory_write_bytes(&r->bed->memory, 0, memory, CASE_MEMORY);
        for (u32 i = 0; opcode_rows[row].level <= level && i < 3 * CASES_PER_ROW; i++)
            run_case(r, (enum case_mode)(i % CASE_MODES), (u16)row);
    }
    static const u8 met[] = {EXC_DE, EXC_UD, EXC_SS, EXC_GP, EXC_PF};
    for (unsigned i = 0; i < ARRAY_COUNT(met); i++)
        ck_assert_msg(r->faults[met[i]] > 5, "vector %u came %u times", met[i], r->faults[met[i]]);
    ck_assert(level == CPU_386 || r->faults[EXC_AC] > 5);
    cpu_testbed_free(r->bed);
    free(memory);
    free(r);
}

START_TEST(fault_of_a_386_leaves_the_state_as_it_was)
{
    run_level(CPU_386);
}
END_TEST

START_TEST(fault_of_a_486_leaves_the_state_as_it_was)
{
    run_level(CPU_486);
}
END_TEST

START_TEST(fault_of_a_686_leaves_the_state_as_it_was)
{
    run_level(CPU_686);
}
END_TEST

SUITE_MAIN("fault_state", fault_of_a_386_leaves_the_state_as_it_was,
           fault_of_a_486_leaves_the_state_as_it_was, fault_of_a_686_leaves_the_state_as_it_was)
