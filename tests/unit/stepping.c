#include "oracle/stream.h"
#include "support/cpu_testbed.h"
#include "support/suite.h"

/* Running, running one instruction at a time and single-stepping by TF come to the same: random
   streams of ring 3, run in these three ways up to the #UD that ends them or an earlier fault. */

#define TSS 0x108000u
#define IDT 0x109000u
#define KERNEL_STACK 0x10b000u
#define HANDLERS 0x10c000u
#define IRET_HANDLER HANDLERS
#define HALT_HANDLER (HANDLERS + 0x10)
#define STREAMS 300u
#define STATES 4u

enum way { WHOLE, ONE_BY_ONE, TRAPPED, WAYS };

struct runner {
    struct cpu_testbed *beds[WAYS];
    struct opcode_index opcodes;
    u16 rows[512];
    u32 row_count;
    const u8 *memory;
    u32 traps;
};

/* Those that look at TF, or change it, are left out. */
static void find_rows(struct runner *r)
{
    for (u32 i = 0; i < opcode_row_count; i++)
        if (opcode_rows[i].level <= CPU_486 && stream_holds(&opcode_rows[i], CASE_FLAT3) &&
            strcmp(opcode_rows[i].mnemonic, "PUSHF") != 0 &&
            strcmp(opcode_rows[i].mnemonic, "POPF") != 0)
            r->rows[r->row_count++] = (u16)i;
}

/* #DB goes on, everything else halts; both in ring 0, on a stack of their own. */
static void build_tables(struct cpu_testbed *bed)
{
    struct memory *memory = &bed->memory;
    memory_write_bytes(memory, IRET_HANDLER, (const u8[]){0xcf}, 1);
    memory_write_bytes(memory, HALT_HANDLER, (const u8[]){0xf4}, 1);
    memory_write(memory, TSS + 4, 4, KERNEL_STACK);
    memory_write(memory, TSS + 8, 4, CASE_DATA(CASE_FLAT0));
    for (u32 vector = 0; vector < 32; vector++) {
        u32 handler = vector == EXC_DB ? IRET_HANDLER : HALT_HANDLER;
        memory_write(memory, IDT + vector * 8, 4, CASE_CODE(CASE_FLAT0) << 16 | (handler & 0xffff));
        memory_write(memory, IDT + vector * 8 + 4, 4, (handler & 0xffff0000u) | 0x8e00);
    }
}

static void load_state(struct cpu_testbed *bed, const struct runner *r, const struct stream *s,
                       const struct cpu_case *c, bool trapped)
{
    struct cpu *cpu = &bed->cpu;
    memory_write_bytes(&bed->memory, 0, r->memory, CASE_MEMORY);
    build_tables(bed);
    cpu_reset(cpu);
    cpu_set_cr0(cpu, cpu->cr0 | CR0_PE);
    cpu->gdtr = (struct table_register){CASE_GDT, CASE_GDT_ENTRIES * 8 - 1};
    cpu->idtr = (struct table_register){IDT, 0xff};
    cpu->ldtr = (struct segment){0};
    cpu->tr = (struct segment){.access = 0x8b, .base = TSS, .limit = 0x67};
    for (unsigned i = 0; i < SEG_COUNT; i++)
        cpu_set_segment_raw(cpu, (enum segment_number)i, c->selectors[i], 0, ~0u,
                            (u16)(case_gdt[c->selectors[i] >> 3][1] >> 8 & 0xf0ff));
    cpu_set_eflags(cpu, c->eflags | (trapped ? FLAG_TF : 0));
    memcpy(cpu->regs, c->regs, sizeof cpu->regs);
    cpu_set_eip(cpu, s->eip);
    memory_write_bytes(&bed->memory, s->eip, s->code, s->bytes + 4);
}

static void run(struct cpu_testbed *bed, u64 slice)
{
    enum cpu_stop stop = CPU_STOP_TIME;
    for (u32 limit = 100000; stop == CPU_STOP_TIME && limit; limit--)
        stop = cpu_run(&bed->cpu, bed->clock.now + slice);
    ck_assert_int_eq(stop, CPU_STOP_HALT);
}

/* The frame on the kernel's stack tells where it ended: (error), EIP, CS, EFLAGS, ESP, SS. */
static void check_frame(const struct cpu_testbed *a, const struct cpu_testbed *b, bool trapped)
{
    u32 top = a->cpu.regs[REG_ESP];
    ck_assert_uint_eq(top, b->cpu.regs[REG_ESP]);
    for (u32 at = top; at < KERNEL_STACK; at += 4) {
        u32 differs = cpu_testbed_read32(a, at) ^ cpu_testbed_read32(b, at);
        bool is_flags = at == KERNEL_STACK - 12;
        ck_assert_uint_eq(differs & ~(is_flags && trapped ? FLAG_TF : 0u), 0);
    }
}

/* Flags that are undefined at the end are the same too: both are ours. */
static void check_same(const struct cpu_testbed *a, const struct cpu_testbed *b, bool trapped)
{
    for (unsigned i = 0; i < 8; i++)
        ck_assert_uint_eq(a->cpu.regs[i], b->cpu.regs[i]);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        ck_assert_uint_eq(a->cpu.segs[i].selector, b->cpu.segs[i].selector);
    ck_assert_uint_eq(a->cpu.eip, b->cpu.eip);
    ck_assert_mem_eq(a->memory.ram, b->memory.ram, TSS);
    check_frame(a, b, trapped);
}

static void run_state(struct runner *r, const struct stream *s, const struct cpu_case *c)
{
    static const u64 slices[WAYS] = {100000, 1, 100000};
    u32 before = r->beds[TRAPPED]->cpu.fault_count;
    for (unsigned way = 0; way < WAYS; way++) {
        load_state(r->beds[way], r, s, c, way == TRAPPED);
        run(r->beds[way], slices[way]);
    }
    check_same(r->beds[WHOLE], r->beds[ONE_BY_ONE], false);
    check_same(r->beds[WHOLE], r->beds[TRAPPED], true);
    r->traps += r->beds[TRAPPED]->cpu.fault_count - before;
}

static struct runner *new_runner(const u8 *memory)
{
    struct runner *r = calloc(1, sizeof *r);
    r->memory = memory;
    for (unsigned way = 0; way < WAYS; way++) {
        r->beds[way] = cpu_testbed_new(CPU_486);
        cpu_testbed_fill_video_hole(r->beds[way]);
    }
    opcode_index_build(&r->opcodes, CPU_486);
    find_rows(r);
    return r;
}

START_TEST(stepping_equals_running_instruction_by_instruction)
{
    u8 *memory = malloc(CASE_MEMORY);
    struct random random = {386};
    struct stream stream;
    struct cpu_case c;
    case_fill_memory(memory);
    struct runner *r = new_runner(memory);
    for (u32 i = 0; i < STREAMS; i++) {
        stream_make(&stream, &random, &r->opcodes, CASE_FLAT3, r->rows, r->row_count);
        for (u32 n = 0; n < STATES; n++) {
            case_make_state(&c, &random, CASE_FLAT3);
            c.eflags &= ~FLAG_NT;
            run_state(r, &stream, &c);
        }
    }
    ck_assert_uint_gt(r->traps, STREAMS * STATES * 10);
    for (unsigned way = 0; way < WAYS; way++)
        cpu_testbed_free(r->beds[way]);
    free(r);
    free(memory);
}
END_TEST

SUITE_MAIN("stepping", stepping_equals_running_instruction_by_instruction)
