#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "cpu/registers.h"
#include "cpu/system.h"

/* Base RAM is accessed directly while nothing but segments stands between a program and memory
   (cpu->direct_reach), and stores there never miss decoded code (cpu->direct_guard). */

#define BASE_RAM 0xa0000u
#define DR7_WRITES_OF_0 0x00010001u /* L0, on writes of a byte */

static void note_access(void *context, u32 linear, u32 size, bool write)
{
    (void)linear, (void)size, (void)write;
    ++*(unsigned *)context;
}

START_TEST(direct_memory_ends_where_base_ram_does)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_486);
    ck_assert_uint_eq(bed->cpu.direct_reach, BASE_RAM - 3);
    ck_assert_ptr_eq(bed->cpu.direct_ram, bed->memory.ram);
    cpu_testbed_free(bed);
}
END_TEST

static u32 read_nothing(void *context, u32 physical, unsigned size)
{
    (void)context, (void)physical, (void)size;
    return 0;
}

START_TEST(direct_memory_ends_at_a_device_that_is_mapped_later)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct memory_device device = {.read = read_nothing};
    memory_map_device(&bed->memory, "window", 0x90000, PAGE_SIZE, &device);
    ck_assert_uint_eq(bed->cpu.direct_reach, 0x90000 - 3);
    memory_set_a20(&bed->memory, false);
    ck_assert_uint_eq(bed->cpu.direct_reach, 0x90000 - 3);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(direct_memory_is_off_when_an_access_needs_more)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_486);
    struct cpu *cpu = &bed->cpu;
    unsigned count = 0;
    u32 dr7 = cpu->dr[7];
    cpu_testbed_enter_ring(bed, 0);
    ck_assert_uint_gt(cpu->direct_reach, 0);
    cpu_testbed_enable_paging(bed);
    ck_assert_uint_eq(cpu->direct_reach, 0);
    cpu_set_cr0(cpu, cpu->cr0 & ~CR0_PG);
    ck_assert_uint_gt(cpu->direct_reach, 0);
    cpu_set_cr0(cpu, cpu->cr0 | CR0_AM);
    ck_assert_uint_eq(cpu->direct_reach, 0);
    cpu_set_cr0(cpu, cpu->cr0 & ~CR0_AM);
    ck_assert_uint_gt(cpu->direct_reach, 0);
    ck_assert(system_write_debug(cpu, 7, DR7_WRITES_OF_0));
    ck_assert_uint_eq(cpu->direct_reach, 0);
    ck_assert(system_write_debug(cpu, 7, dr7));
    ck_assert_uint_gt(cpu->direct_reach, 0);
    cpu_set_hooks(cpu, &(struct cpu_hooks){.context = &count, .access = note_access});
    ck_assert_uint_eq(cpu->direct_reach, 0);
    cpu_set_hooks(cpu, &(struct cpu_hooks){0});
    ck_assert_uint_gt(cpu->direct_reach, 0);
    cpu_set_cr0(cpu, cpu->cr0 | CR0_PG);
    cpu_reset(cpu);
    ck_assert_uint_gt(cpu->direct_reach, 0);
    cpu_testbed_free(bed);
}
END_TEST

/* Real mode, CS and DS as told, at CS:0. */
static void begin(struct cpu_testbed *bed, const u8 *code, u32 length, u16 data)
{
    memory_write_bytes(&bed->memory, BED_CODE, code, length);
    cpu_set_segment_real(&bed->cpu, SEG_CS, BED_CODE >> 4);
    cpu_set_segment_real(&bed->cpu, SEG_DS, data);
    cpu_set_eip(&bed->cpu, 0);
}

START_TEST(direct_stores_keep_off_pages_with_code_and_those_before_them)
{
    static const u8 loop[] = {0xeb, 0xfe};
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u32 page = BED_CODE >> PAGE_SHIFT;
    begin(bed, loop, sizeof loop, 0);
    cpu_run(&bed->cpu, bed->clock.now + 100);
    ck_assert(bed->cpu.direct_guard[page - 1]);
    ck_assert(bed->cpu.direct_guard[page]);
    ck_assert(!bed->cpu.direct_guard[page - 2]);
    ck_assert(!bed->cpu.direct_guard[page + 1]);
    /* The code goes: somebody else stores there. */
    memory_write(&bed->memory, BED_CODE, 2, 0x9090);
    ck_assert(!bed->cpu.direct_guard[page]);
    ck_assert(!bed->cpu.direct_guard[page - 1]);
    cpu_testbed_free(bed);
}
END_TEST

/* A loop counts AX up or down as its first byte says, INC or DEC, which a word store from the page
   before it changes in every turn: MOV [DI],BX; XOR BH,8; LOOP. */
START_TEST(a_store_over_the_end_of_a_page_reaches_code_in_the_next)
{
    static const u8 code[] = {0x40, 0x89, 0x1d, 0x80, 0xf7, 0x08, 0xe2, 0xf8};
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct cpu *cpu = &bed->cpu;
    begin(bed, code, sizeof code, (BED_CODE >> 4) - 0x10);
    cpu->regs[REG_EDI] = 0xff;
    cpu->regs[REG_EBX] = 0x48aa; /* DEC first: up, then down and up in turns */
    cpu->regs[REG_ECX] = 101;
    cpu->regs[REG_EAX] = 0x1000;
    cpu_run(cpu, bed->clock.now + 4 * 101);
    ck_assert_uint_eq(cpu->regs[REG_ECX] & 0xffff, 0);
    ck_assert_uint_eq(cpu->regs[REG_EAX] & 0xffff, 0x1001);
    ck_assert_uint_eq(bed->memory.ram[BED_CODE - 1], 0xaa);
    cpu_testbed_free(bed);
}
END_TEST

/* The hook that comes late sees the accesses of a loop that was already running directly. */
START_TEST(a_watch_sees_a_loop_that_ran_directly_before)
{
    static const u8 code[] = {0x88, 0x05, 0x8a, 0x0c, 0xeb, 0xfa}; /* MOV [DI],AL; MOV CL,[SI] */
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    unsigned count = 0;
    begin(bed, code, sizeof code, 0x2000);
    cpu_run(&bed->cpu, bed->clock.now + 300);
    cpu_set_hooks(&bed->cpu, &(struct cpu_hooks){.context = &count, .access = note_access});
    cpu_run(&bed->cpu, bed->clock.now + 300);
    ck_assert_uint_eq(count, 200);
    cpu_testbed_free(bed);
}
END_TEST

/* Paging turned on under a loop whose handlers are direct: the page that DS:0 means is another. */
START_TEST(paging_moves_what_a_running_loop_reads)
{
    static const u8 code[] = {0x8a, 0x0c, 0xeb, 0xfc}; /* MOV CL,[SI] */
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct cpu *cpu = &bed->cpu;
    memory_write_bytes(&bed->memory, BED_CODE, code, sizeof code);
    bed->memory.ram[0x20000] = 0x11;
    bed->memory.ram[0x30000] = 0x22;
    cpu_testbed_enter_v86(bed, 3);
    cpu_set_segment_real(cpu, SEG_CS, BED_CODE >> 4);
    cpu_set_segment_real(cpu, SEG_DS, 0x2000);
    cpu->regs[REG_ESI] = 0;
    cpu_set_eip(cpu, 0);
    cpu_run(cpu, bed->clock.now + 200);
    ck_assert_uint_eq(cpu->regs[REG_ECX] & 0xff, 0x11);
    cpu_testbed_enable_paging(bed);
    cpu_testbed_set_pte(bed, 0x20000, (cpu_testbed_pte(bed, 0x20000) & PAGE_OFFSET_MASK) | 0x30000);
    cpu_run(cpu, bed->clock.now + 200);
    ck_assert_uint_eq(cpu->regs[REG_ECX] & 0xff, 0x22);
    cpu_testbed_free(bed);
}
END_TEST

/* Handlers guess that a page lies where it seems to (handler_host): one that does not is still
   found, by stores and by loads into the register that led there. */
START_TEST(a_page_that_lies_elsewhere_is_stored_to_and_followed)
{
    /* MOV [EDI],EAX; MOV ESI,[ESI]; JMP */
    static const u8 code[] = {0x89, 0x07, 0x8b, 0x36, 0xeb, 0xfa};
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct cpu *cpu = &bed->cpu;
    memory_write_bytes(&bed->memory, BED_CODE, code, sizeof code);
    cpu_testbed_write32(bed, 0x30010, 0x20020); /* a ring of two, seen at 20010h */
    cpu_testbed_write32(bed, 0x30020, 0x20010);
    cpu_testbed_enter_ring(bed, 0);
    cpu_testbed_enable_paging(bed);
    cpu_testbed_set_pte(bed, 0x20000, (cpu_testbed_pte(bed, 0x20000) & PAGE_OFFSET_MASK) | 0x30000);
    cpu->regs[REG_EAX] = 0x12345678;
    cpu->regs[REG_EDI] = 0x20100;
    cpu->regs[REG_ESI] = 0x20010;
    cpu_run(cpu, bed->clock.now + 3 * 101);
    ck_assert_uint_eq(cpu->regs[REG_ESI], 0x20020);
    ck_assert_uint_eq(cpu_testbed_read32(bed, 0x30100), 0x12345678);
    ck_assert_uint_eq(cpu_testbed_read32(bed, 0x20100), 0);
    cpu_testbed_write32(bed, 0x30100, 0);
    cpu_run(cpu, bed->clock.now + 3 * 100);
    ck_assert_uint_eq(cpu_testbed_read32(bed, 0x30100), 0x12345678);
    ck_assert_uint_eq(cpu_testbed_read32(bed, 0x20100), 0);
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("cpu_direct", direct_memory_ends_where_base_ram_does,
           direct_memory_ends_at_a_device_that_is_mapped_later,
           direct_memory_is_off_when_an_access_needs_more,
           direct_stores_keep_off_pages_with_code_and_those_before_them,
           a_store_over_the_end_of_a_page_reaches_code_in_the_next,
           a_watch_sees_a_loop_that_ran_directly_before, paging_moves_what_a_running_loop_reads,
           a_page_that_lies_elsewhere_is_stored_to_and_followed)
