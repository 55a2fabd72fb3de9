#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "cpu/block_cache.h"

#include <stdio.h>
#include <sys/resource.h>

/* The cache of decoded code at its borders: full, out of modes, out of the host's memory; and
   instructions that fault where a block's fast parts end. What is cached must never show. */

#define DATA 0x200000u
#define PLACE(bed, address, ...)                                             \
    do {                                                                     \
        static const u8 code[] = {__VA_ARGS__};                              \
        memory_write_bytes(&(bed)->memory, address, code, (u32)sizeof code); \
    } while (0)

static struct cpu_testbed *bed_in_ring(unsigned ring, enum cpu_level level)
{
    struct cpu_testbed *bed = cpu_testbed_new(level);
    cpu_testbed_enter_ring(bed, ring);
    return bed;
}

/* ---- More code than the cache holds ---- */

#define CHAIN 0x10000u
#define CHAIN_JUMPS (BLOCK_POOL_BLOCKS + 0x1000u)

/* Each JMP to the next instruction is a block; INC EAX and a jump to the start end the chain. */
static void write_chain(struct cpu_testbed *bed, u16 jump)
{
    for (u32 i = 0; i < CHAIN_JUMPS; i++)
        cpu_testbed_write16(bed, CHAIN + 2 * i, jump);
    u32 end = CHAIN + 2 * CHAIN_JUMPS;
    bed->memory.ram[end] = 0x40;
    bed->memory.ram[end + 1] = 0xe9;
    cpu_testbed_write32(bed, end + 2, CHAIN - (end + 6));
}

START_TEST(blocks_beyond_the_pool_begin_a_new_one)
{
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    bed->cpu.regs[REG_EAX] = 0;
    write_chain(bed, 0x00eb);
    cpu_set_eip(&bed->cpu, CHAIN);
    cpu_run(&bed->cpu, 3 * (CHAIN_JUMPS + 2) + 5);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 3);
    ck_assert_uint_eq(bed->cpu.eip, CHAIN + 10);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(blocks_that_share_a_bucket_die_one_by_one)
{
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    u32 count = 2 * BLOCK_HASH_BUCKETS;
    bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_ECX] = 0;
    write_chain(bed, 0x00eb);
    cpu_set_eip(&bed->cpu, CHAIN);
    cpu_run(&bed->cpu, count);
    for (u32 i = 0; i < count; i += 3) /* every third jump becomes INC ECX, NOP */
        memory_write(&bed->memory, CHAIN + 2 * i, 2, 0x9041);
    cpu_set_eip(&bed->cpu, CHAIN);
    cpu_run(&bed->cpu, bed->clock.now + count + count / 3 + 1);
    ck_assert_uint_eq(bed->cpu.regs[REG_ECX], (count + 2) / 3);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Targets that share a place among the remembered jumps ---- */

/* XOR EAX,400h; JMP EAX: by turns to INC ECX and INC EDX, each with a JMP back. */
START_TEST(blocks_that_share_a_remembered_jump_take_turns)
{
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    struct cpu *cpu = &bed->cpu;
    u32 one = BED_CODE + 0x10, other = one ^ 0x400;
    ck_assert_uint_eq(blocks_jump_slot(one), blocks_jump_slot(other));
    PLACE(bed, BED_CODE, 0x35, 0x00, 0x04, 0x00, 0x00, 0xff, 0xe0);
    PLACE(bed, one, 0x41, 0xeb, 0xed);
    PLACE(bed, other, 0x42, 0xe9, 0xea, 0xfb, 0xff, 0xff);
    cpu->regs[REG_EAX] = one;
    cpu->regs[REG_ECX] = cpu->regs[REG_EDX] = cpu->regs[REG_EBX] = 0;
    cpu_run(cpu, 800);
    ck_assert_uint_eq(cpu->regs[REG_ECX], 100);
    ck_assert_uint_eq(cpu->regs[REG_EDX], 100);
    memory_write(&bed->memory, one, 1, 0x43); /* INC EBX */
    cpu_run(cpu, 1600);
    ck_assert_uint_eq(cpu->regs[REG_ECX], 100);
    ck_assert_uint_eq(cpu->regs[REG_EBX], 100);
    ck_assert_uint_eq(cpu->regs[REG_EDX], 200);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Jumps that a register leads ---- */

#define TARGET (BED_CODE + 0x100) /* JMP BED_CODE */
#define ROUNDS 50u

static void write_jump(struct cpu_testbed *bed, unsigned form, unsigned reg)
{
    u8 table[] = {0xff, 0x24, (u8)(0x85 | reg << 3), 12, 0, 0, 0}; /* JMP [reg*4+12] */
    u8 direct[] = {0xff, (u8)((form == 1 ? 0xe0 : 0xd0) | reg)};   /* JMP reg, CALL reg */
    memory_write_bytes(&bed->memory, BED_CODE, form == 0 ? table : direct, form == 0 ? 7 : 2);
    bed->cpu.regs[reg] = form == 0 ? DATA / 4 : TARGET;
    cpu_testbed_write32(bed, DATA, BED_CODE);
    cpu_testbed_write32(bed, DATA + 12, TARGET);
}

START_TEST(blocks_jump_where_the_register_leads)
{
    unsigned reg = (unsigned)_i % 8, form = (unsigned)_i / 8;
    if (reg == REG_ESP)
        return;
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    u32 pushed = form == 2 ? 4 * (ROUNDS + 1) : 0, top = bed->cpu.regs[REG_ESP];
    PLACE(bed, TARGET, 0xe9, 0xfb, 0xfe, 0xff, 0xff);
    write_jump(bed, form, reg);
    cpu_run(&bed->cpu, 2 * ROUNDS + 1);
    ck_assert_uint_eq(bed->cpu.eip, TARGET);
    ck_assert_uint_eq(bed->cpu.fault_count, 0);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], top - pushed);
    for (u32 at = 4; at <= pushed; at += 4)
        ck_assert_uint_eq(cpu_testbed_read32(bed, top - at), BED_CODE + 2);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Loops that lie in their block several times ---- */

struct turn_row {
    const char *name;
    u8 length, code[20];
};

/* ADD EAX, imm32 (0 at first); INC of that very constant; then the branch back, ECX times. */
#define TURN                                                                         \
    0x05, 0, 0, 0, 0, 0xff, 0x05, (BED_CODE + 1) & 0xff, (BED_CODE + 1) >> 8 & 0xff, \
        (BED_CODE + 1) >> 16, 0
static const struct turn_row turn_rows[] = {
    {"DEC, JNZ", 14, {TURN, 0x49, 0x75, 0xf2}},
    {"LOOP", 13, {TURN, 0xe2, 0xf3}},
    {"DEC, JZ out, JMP", 16, {TURN, 0x49, 0x74, 0x02, 0xeb, 0xf0}},
};
#define TURNS 100u

/* Every turn must see the constant that the one before has made, however the run is cut. */
START_TEST(blocks_unrolled_loop_takes_a_new_constant_in_each_turn)
{
    const struct turn_row *row = &turn_rows[_i];
    for (u64 slice = 1; slice < 1000; slice = 2 * slice + 1) {
        struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
        memcpy(bed->memory.ram + BED_CODE, row->code, row->length);
        memory_write(&bed->memory, BED_CODE + row->length, 1, 0xf4);
        bed->cpu.regs[REG_EAX] = 0;
        bed->cpu.regs[REG_ECX] = TURNS;
        cpu_set_eip(&bed->cpu, BED_CODE);
        while (cpu_run(&bed->cpu, bed->clock.now + slice) != CPU_STOP_HALT)
            ck_assert_msg(bed->clock.now < 10 * TURNS, "%s: no end", row->name);
        ck_assert_msg(bed->cpu.regs[REG_EAX] == TURNS * (TURNS - 1) / 2, "%s, slice %u: EAX %u",
                      row->name, (unsigned)slice, bed->cpu.regs[REG_EAX]);
        ck_assert_uint_eq(bed->cpu.regs[REG_ECX], 0);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* A byte near code that is at first data, then code, then both: INC EAX and INC ECX in turns. What
   the block cache knows of earlier stores there must not outlive the blocks. */
START_TEST(blocks_store_sees_code_that_was_data_before)
{
    static const u8 code[] = {
        0xc6, 0x05, 0x30, 0x80, 0, 0, 0x90, /* again: MOV BYTE [8030h], NOP */
        0xc6, 0x05, 0x30, 0x80, 0, 0, 0x40, /* MOV BYTE [8030h], INC EAX */
        0xe8, 0x1d, 0,    0,    0,          /* CALL 8030h */
        0xc6, 0x05, 0x30, 0x80, 0, 0, 0x41, /* MOV BYTE [8030h], INC ECX */
        0xe8, 0x11, 0,    0,    0,          /* CALL 8030h */
        0x4a, 0x75, 0xde,                   /* DEC EDX, JNZ again */
        0xf4,
    };
    for (u64 slice = 1; slice < 1000; slice = 2 * slice + 1) {
        struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
        memcpy(bed->memory.ram + BED_CODE, code, sizeof code);
        bed->memory.ram[BED_CODE + 0x31] = 0xc3;
        bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_ECX] = 0;
        bed->cpu.regs[REG_EDX] = TURNS;
        cpu_set_eip(&bed->cpu, BED_CODE);
        while (cpu_run(&bed->cpu, bed->clock.now + slice) != CPU_STOP_HALT)
            ck_assert_uint_lt(bed->clock.now, 20 * TURNS);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], TURNS);
        ck_assert_uint_eq(bed->cpu.regs[REG_ECX], TURNS);
        ck_assert_uint_eq(bed->clock.now, 11 * TURNS + 1);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- More code modes than the table holds: far jumps through segments of many limits ---- */

#define SEGMENTS 600u
#define FIRST_SEGMENT 64u
#define BIG_GDT 0x280000u

static void write_segments(struct cpu_testbed *bed)
{
    memory_write_bytes(&bed->memory, BIG_GDT, bed->memory.ram + BED_GDT, BED_GDT_ENTRIES * 8);
    for (u32 i = 0; i < SEGMENTS; i++) {
        u32 descriptor = BIG_GDT + 8 * (FIRST_SEGMENT + i);
        cpu_testbed_write32(bed, descriptor, 0x400 + i); /* limit in pages */
        cpu_testbed_write32(bed, descriptor + 4, 0x00c09a00);
        cpu_testbed_write32(bed, DATA + 6 * i, BED_CODE);
        cpu_testbed_write16(bed, DATA + 6 * i + 4, (u16)(8 * (FIRST_SEGMENT + i)));
    }
    bed->cpu.gdtr = (struct table_register){BIG_GDT, 8 * (FIRST_SEGMENT + SEGMENTS) - 1};
}

START_TEST(blocks_of_more_modes_than_the_table_holds)
{
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    write_segments(bed);
    PLACE(bed, BED_CODE, 0x83, 0xc3, 0x06, 0x40, 0xff, 0x6b,
          0xfa); /* add ebx,6; inc eax; jmp far */
    bed->cpu.regs[REG_EBX] = DATA;
    bed->cpu.regs[REG_EAX] = 0;
    cpu_run(&bed->cpu, 3 * SEGMENTS);
    ck_assert_uint_eq(bed->cpu.fault_count, 0);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], SEGMENTS);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].limit, (0x400 + SEGMENTS) * 0x1000 - 1);
    cpu_testbed_free(bed);
}
END_TEST

/* The number that makes remembered jumps stale comes round. */
START_TEST(blocks_forget_jumps_when_their_generation_wraps)
{
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    cpu_testbed_enable_paging(bed);
    PLACE(bed, BED_CODE, 0xe8, 0xfb, 0x0f, 0, 0, 0x43, /* call 9000h; inc ebx */
          0x0f, 0x20, 0xd9, 0x0f, 0x22, 0xd9,          /* mov ecx,cr3; mov cr3,ecx */
          0xeb, 0xf2);                                 /* jmp */
    PLACE(bed, 0x9000, 0x40, 0xc3);                    /* inc eax; ret */
    bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_EBX] = 0;
    cpu_run(&bed->cpu, 7 * 10);
    bed->cpu.blocks->jump_generation = 0u - 2 * BLOCK_MODES;
    cpu_run(&bed->cpu, 7 * 20);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 20);
    ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 20);
    ck_assert_uint_lt(bed->cpu.blocks->jump_generation, 20 * BLOCK_MODES);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Faults at the end of what is known ---- */

START_TEST(blocks_linked_jump_to_an_absent_second_page_faults_there)
{
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    cpu_testbed_enable_paging(bed);
    PLACE(bed, 0x20ff0, 0xeb, 0x0d); /* to the last byte of the page: MOV EAX, ... */
    bed->memory.ram[0x20fff] = 0xb8;
    cpu_testbed_set_pte(bed, 0x21000, 0);
    cpu_testbed_set_vector(bed, EXC_PF, 0x8e, BED_CODE_SELECTOR(0), BED_CODE);
    cpu_set_eip(&bed->cpu, 0x20ff0);
    cpu_run(&bed->cpu, 2);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_PF);
    ck_assert_uint_eq(bed->cpu.cr2, 0x21000);
    ck_assert_uint_eq(bed->cpu.faults[0].eip, 0x20fff);
    ck_assert_uint_eq(bed->clock.now, 2);
    cpu_testbed_free(bed);
}
END_TEST

struct loop_row {
    const char *name;
    u8 code;
    u32 ecx;
    bool zero, jumps;
};
static const struct loop_row loop_rows[] = {
    {"LOOP taken", 0xe2, 2, false, true},    {"LOOP ends", 0xe2, 1, false, false},
    {"LOOPE taken", 0xe1, 2, true, true},    {"LOOPE, not equal", 0xe1, 2, false, false},
    {"LOOPE ends", 0xe1, 1, true, false},    {"LOOPNE taken", 0xe0, 2, false, true},
    {"LOOPNE, equal", 0xe0, 2, true, false}, {"LOOPNE ends", 0xe0, 1, false, false},
    {"JCXZ taken", 0xe3, 0, false, true},    {"JCXZ not taken", 0xe3, 1, false, false},
};

/* The target lies beyond the limit: a fault of the LOOP, which has then not counted (PRM 17). */
START_TEST(blocks_loop_to_beyond_the_limit_faults_only_when_taken)
{
    const struct loop_row *row = &loop_rows[_i];
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    u8 code[] = {row->code, 0x40, 0x90};
    memory_write_bytes(&bed->memory, BED_CODE, code, sizeof code);
    cpu_set_segment_raw(&bed->cpu, SEG_CS, BED_CODE_SELECTOR(0), 0, BED_CODE + 0x10, BED_CODE32);
    bed->cpu.regs[REG_ECX] = row->ecx;
    cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | (row->zero ? FLAG_ZF : 0));
    cpu_run(&bed->cpu, 1);
    u32 counted = row->jumps || row->code == 0xe3 ? row->ecx : row->ecx - 1;
    ck_assert_msg((bed->cpu.fault_count > 0) == row->jumps, "%s", row->name);
    ck_assert_msg(bed->cpu.regs[REG_ECX] == counted, "%s: ecx %u", row->name,
                  bed->cpu.regs[REG_ECX]);
    if (row->jumps)
        ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_GP);
    else
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE + 2);
    cpu_testbed_free(bed);
}
END_TEST

struct stack_row {
    const char *name;
    u8 length, code[4];
    u32 esp;
};
static const struct stack_row stack_rows[] = {
    {"POP EAX", 1, {0x58}, 0xffe},        {"POP [ESI]", 2, {0x8f, 0x06}, 0xffe},
    {"PUSHA", 1, {0x60}, 0x1b},           {"ENTER 0,0", 4, {0xc8, 0, 0, 0}, 3},
    {"ENTER 0,3", 4, {0xc8, 0, 0, 3}, 6}, {"PUSHF", 1, {0x9c}, 2},
};

/* A stack that ends within the operand: #SS(0), and ESP is as before. */
START_TEST(blocks_stack_instruction_beyond_the_limit_changes_nothing)
{
    const struct stack_row *row = &stack_rows[_i];
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    memory_write_bytes(&bed->memory, BED_CODE, row->code, row->length);
    cpu_set_segment_raw(&bed->cpu, SEG_SS, BED_DATA_SELECTOR(0), DATA, 0xfff, BED_DATA32);
    bed->cpu.regs[REG_ESP] = row->esp;
    bed->cpu.regs[REG_EBP] = 0x800;
    bed->cpu.regs[REG_ESI] = DATA;
    cpu_testbed_set_vector(bed, EXC_SS, 0x85, BED_OTHER_TSS_SELECTOR, 0); /* its own stack */
    cpu_run(&bed->cpu, 1);
    ck_assert_msg(bed->cpu.faults[0].fault.vector == EXC_SS, "%s", row->name);
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + 0x38), row->esp); /* in the old TSS */
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + 0x20), BED_CODE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(blocks_popf_that_sets_ac_checks_what_was_fast_before)
{
    struct cpu_testbed *bed = bed_in_ring(3, CPU_486);
    cpu_set_cr0(&bed->cpu, bed->cpu.cr0 | CR0_AM);
    PLACE(bed, BED_CODE, 0x8b, 0x06, 0x9c, 0x81, 0x0c, 0x24, 0, 0, 0x04, 0, /* mov; pushf; or AC */
          0x9d, 0x8b, 0x06);                                                /* popf; mov */
    bed->cpu.regs[REG_ESI] = DATA + 1;
    cpu_testbed_set_vector(bed, EXC_AC, 0x8e, BED_CODE_SELECTOR(0), BED_CODE);
    cpu_run(&bed->cpu, 5);
    ck_assert_uint_eq(bed->cpu.fault_count, 1);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_AC);
    ck_assert_uint_eq(bed->cpu.faults[0].eip, BED_CODE + 11);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(blocks_cmpxchg8b_needs_a_page_that_may_be_written)
{
    struct cpu_testbed *bed = bed_in_ring(3, CPU_586);
    cpu_testbed_enable_paging(bed);
    PLACE(bed, BED_CODE, 0x0f, 0xc7, 0x0e);
    bed->cpu.regs[REG_ESI] = DATA;
    bed->cpu.regs[REG_EAX] = 0x5555;
    cpu_testbed_set_pte(bed, DATA, DATA | 5);
    cpu_testbed_set_vector(bed, EXC_PF, 0x8e, BED_CODE_SELECTOR(0), BED_CODE);
    cpu_run(&bed->cpu, 1);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_PF);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.error, PF_PROTECTION | PF_WRITE | PF_USER);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 0x5555);
    cpu_testbed_free(bed);
}
END_TEST

static bool let_pass(void *context, u32 linear)
{
    *(u32 *)context = linear;
    return false;
}

START_TEST(blocks_run_on_when_nobody_wants_to_break)
{
    struct cpu_testbed *bed = bed_in_ring(0, CPU_386);
    static const u32 place = BED_CODE + 1;
    u32 seen = 0;
    PLACE(bed, BED_CODE, 0x40, 0x40, 0x40);
    bed->cpu.regs[REG_EAX] = 0;
    bed->cpu.hooks = (struct cpu_hooks){.breakpoint = let_pass, .context = &seen};
    cpu_set_breakpoints(&bed->cpu, &place, 1);
    ck_assert_int_eq(cpu_run(&bed->cpu, 3), CPU_STOP_TIME);
    ck_assert_uint_eq(seen, place);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 3);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- No memory on the host ---- */

#if !defined(__SANITIZE_ADDRESS__)
static u64 address_space_in_use(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%llu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * 4096;
}

/* With less and less missing, each of the cache's parts is refused once; it says so and leaves
   nothing behind. */
START_TEST(blocks_without_the_hosts_memory_are_an_error)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct cpu_wiring wiring = {.memory = &bed->memory, .ports = &bed->ports, .clock = &bed->clock};
    u64 used = address_space_in_use();
    unsigned refused = 0;
    if (!used)
        used = 1ull << 30;
    for (u64 extra = 0; extra < 64 * MIB; extra += 256 * KIB) {
        struct cpu *cpu = calloc(1, sizeof *cpu);
        struct error error = {""};
        setrlimit(RLIMIT_AS, &(struct rlimit){used + extra, RLIM_INFINITY});
        bool made = cpu_init(cpu, &wiring, CPU_386, &error);
        setrlimit(RLIMIT_AS, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
        if (!made)
            ck_assert_str_eq(error.text, "the host has no memory for decoded code");
        refused += !made;
        cpu_free(cpu);
        cpu_free(cpu); /* harmless */
        free(cpu);
    }
    ck_assert_uint_gt(refused, 2);
    ck_assert_uint_lt(refused, 256);
    cpu_testbed_free(bed);
}
END_TEST
#endif

int main(void)
{
    Suite *suite = suite_create("cpu_blocks");
    TCase *cases = tcase_create("blocks");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, blocks_beyond_the_pool_begin_a_new_one);
    tcase_add_test(cases, blocks_that_share_a_bucket_die_one_by_one);
    tcase_add_test(cases, blocks_that_share_a_remembered_jump_take_turns);
    tcase_add_loop_test(cases, blocks_jump_where_the_register_leads, 0, 3 * 8);
    tcase_add_loop_test(cases, blocks_unrolled_loop_takes_a_new_constant_in_each_turn, 0,
                        ARRAY_COUNT(turn_rows));
    tcase_add_test(cases, blocks_store_sees_code_that_was_data_before);
    tcase_add_test(cases, blocks_of_more_modes_than_the_table_holds);
    tcase_add_test(cases, blocks_forget_jumps_when_their_generation_wraps);
    tcase_add_test(cases, blocks_linked_jump_to_an_absent_second_page_faults_there);
    tcase_add_loop_test(cases, blocks_loop_to_beyond_the_limit_faults_only_when_taken, 0,
                        (int)ARRAY_COUNT(loop_rows));
    tcase_add_loop_test(cases, blocks_stack_instruction_beyond_the_limit_changes_nothing, 0,
                        (int)ARRAY_COUNT(stack_rows));
    tcase_add_test(cases, blocks_popf_that_sets_ac_checks_what_was_fast_before);
    tcase_add_test(cases, blocks_cmpxchg8b_needs_a_page_that_may_be_written);
    tcase_add_test(cases, blocks_run_on_when_nobody_wants_to_break);
#if !defined(__SANITIZE_ADDRESS__)
    tcase_add_test(cases, blocks_without_the_hosts_memory_are_an_error);
#endif
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
