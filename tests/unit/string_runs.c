#include "support/cpu_testbed.h"
#include "support/random_guest.h"
#include "support/suite.h"

#include "base/bits.h"

/* A REP may do many iterations at once, but not seen from a tick: one that is run in a single go
   ends as one that is stopped after each iteration. */

#define LOWEST 0x20000u /* the segment under test: 64 KB and a little more */
#define AREA 0x14000u
#define ROUNDS 400u

struct guest {
    u8 code[4];
    u32 limit;
    u32 ecx, esi, edi, eax;
    bool backwards, paging;
    u32 missing; /* a page that is not present */
    u32 alike;   /* mostly the same bytes, for comparisons that go far: 1 of 4 guests; or random */
};

/* Prefixes and opcode: REP or REPNE, perhaps 66, perhaps 67, MOVS, STOS, LODS, CMPS or SCAS. */
static void choose_code(struct guest *guest, u64 *state)
{
    static const u8 opcodes[] = {0xa4, 0xa5, 0xaa, 0xab, 0xac, 0xad, 0xa6, 0xa7, 0xae, 0xaf};
    u32 bits = random_next(state);
    u8 repeat = bits & 4 ? 0xf2 : 0xf3;
    guest->code[0] = repeat;
    guest->code[1] = bits & 1 ? 0x66 : repeat;
    guest->code[2] = bits & 2 ? 0x67 : repeat;
    guest->code[3] = opcodes[(bits >> 3) % ARRAY_COUNT(opcodes)];
    guest->alike = bits >> 16;
}

/* Near a page's end, near the segment's and 64 K's end, overlapping, at the start, anywhere. */
static u32 choose_offset(u64 *state, u32 limit, u32 other)
{
    u32 at = random_next(state);
    switch (random_next(state) % 6) {
    case 4:
        return limit - at % 64;
    case 0:
        return (at & 0xf000) + 0xff0 + at % 32;
    case 1:
        return 0xfff0 + at % 32;
    case 2:
        return other + at % 16 - 8;
    case 3:
        return at % 16;
    default:
        return at % AREA;
    }
}

static struct guest choose_guest(u64 *state)
{
    struct guest guest = {0};
    choose_code(&guest, state);
    guest.limit = random_next(state) % 2 ? 0xffff : 0xf000 + random_next(state) % 0x4000;
    guest.esi = choose_offset(state, guest.limit, 0x8000);
    guest.edi = choose_offset(state, guest.limit, guest.esi);
    guest.ecx = random_next(state) % (random_next(state) % 2 ? 40 : 3000);
    guest.eax = random_next(state);
    guest.backwards = random_next(state) % 3 == 0;
    guest.paging = random_next(state) % 2;
    guest.missing = random_next(state) % 3 ? 0 : LOWEST + (random_next(state) % 20 << PAGE_SHIFT);
    return guest;
}

static void set_segments(struct cpu_testbed *bed, const struct guest *guest)
{
    static const u8 numbers[] = {SEG_DS, SEG_ES};
    for (unsigned i = 0; i < ARRAY_COUNT(numbers); i++)
        cpu_set_segment_raw(&bed->cpu, numbers[i], BED_FREE_SELECTOR, LOWEST + 0x232, guest->limit,
                            BED_DATA32 | SEG_ACCESSED);
}

/* Neighbours change places, so that the next linear page is never the next physical one. */
static void map_pages(struct cpu_testbed *bed, u32 missing)
{
    cpu_testbed_enable_paging(bed);
    for (u32 page = LOWEST; page < LOWEST + AREA; page += PAGE_SIZE)
        cpu_testbed_set_pte(bed, page, page == missing ? 0 : (page ^ PAGE_SIZE) | 7);
}

static u32 element(const struct guest *guest, u32 random)
{
    return guest->alike % 4 || random % 512 == 0 ? random : 0x20202020;
}

/* A fault ends in a HLT, and so does the instruction. */
static struct cpu_testbed *make_bed(const struct guest *guest, u64 seed)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u64 state = seed;
    for (u32 i = 0; i < AREA + 0x1000; i += 4)
        store_le32(bed->memory.ram + LOWEST + i, element(guest, random_next(&state)));
    memcpy(bed->memory.ram + BED_CODE, guest->code, sizeof guest->code);
    bed->memory.ram[BED_CODE + sizeof guest->code] = 0xf4;
    bed->memory.ram[BED_CODE + 16] = 0xf4;
    cpu_testbed_set_vector(bed, EXC_GP, 0x8e, BED_CODE_SELECTOR(0), BED_CODE + 16);
    cpu_testbed_set_vector(bed, EXC_PF, 0x8e, BED_CODE_SELECTOR(0), BED_CODE + 16);
    cpu_testbed_enter_ring(bed, 0);
    set_segments(bed, guest);
    if (guest->paging)
        map_pages(bed, guest->missing);
    bed->cpu.regs[REG_ECX] = guest->ecx;
    bed->cpu.regs[REG_ESI] = guest->esi;
    bed->cpu.regs[REG_EDI] = guest->edi;
    bed->cpu.regs[REG_EAX] = element(guest, guest->eax);
    cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | (guest->backwards ? FLAG_DF : 0));
    return bed;
}

static void run(struct cpu_testbed *bed, u32 slice)
{
    enum cpu_stop stop = CPU_STOP_TIME;
    while (stop == CPU_STOP_TIME)
        stop = cpu_run(&bed->cpu, bed->clock.now + slice);
    ck_assert_int_eq(stop, CPU_STOP_HALT);
}

static void check_same(const struct cpu_testbed *a, const struct cpu_testbed *b, u32 round)
{
    ck_assert_msg(a->clock.now == b->clock.now, "round %u: ticks", round);
    for (unsigned i = 0; i < 8; i++)
        ck_assert_msg(a->cpu.regs[i] == b->cpu.regs[i], "round %u: register %u", round, i);
    ck_assert_msg(cpu_get_eflags(&a->cpu) == cpu_get_eflags(&b->cpu), "round %u: flags", round);
    ck_assert_msg(a->cpu.cr2 == b->cpu.cr2, "round %u: CR2", round);
    ck_assert_msg(memcmp(a->memory.ram, b->memory.ram, a->memory.ram_size) == 0, "round %u: memory",
                  round);
}

START_TEST(string_runs_end_as_single_iterations_do)
{
    u64 state = 386;
    for (u32 round = 0; round < ROUNDS; round++) {
        struct guest guest = choose_guest(&state);
        struct cpu_testbed *whole = make_bed(&guest, round + 1);
        struct cpu_testbed *single = make_bed(&guest, round + 1);
        struct cpu_testbed *pieces = make_bed(&guest, round + 1);
        run(whole, 1000000);
        run(single, 1);
        run(pieces, 2 + round % 50);
        check_same(whole, single, round);
        check_same(whole, pieces, round);
        cpu_testbed_free(whole);
        cpu_testbed_free(single);
        cpu_testbed_free(pieces);
    }
}
END_TEST

/* ---- Runs over decoded code ---- */

#define PAGE_OF_CODE 0x30000u
#define SOURCE 0x50000u
#define INNER (PAGE_OF_CODE + 0x800) /* three bytes that the code jumps over */
#define OUTER (BED_CODE + 0x100)

/* Only instructions of one byte. */
static void fill_harmless(u8 *at, u32 count, u64 *state)
{
    static const u8 codes[] = {0x42, 0x43}; /* INC EDX, INC EBX */
    for (u32 i = 0; i < count; i++)
        at[i] = codes[random_next(state) % ARRAY_COUNT(codes)];
}

static void put_page(struct cpu_testbed *bed, u64 *state)
{
    u8 *ram = bed->memory.ram;
    fill_harmless(ram + PAGE_OF_CODE, PAGE_SIZE - 1, state);
    memset(ram + PAGE_OF_CODE + PAGE_SIZE - 1, 0xc3, PAGE_SIZE);
    memcpy(ram + INNER - 2, "\xeb\x03", 2);
    fill_harmless(ram + SOURCE - PAGE_SIZE, 2 * PAGE_SIZE, state);
}

/* CALL the page; CLD or STD; CALL `run`; CLD; CALL the page; HLT. */
static void put_calls(struct cpu_testbed *bed, u32 run, bool backwards)
{
    u8 code[] = {0xe8, 0, 0, 0, 0,   backwards ? 0xfd : 0xfc, 0xe8, 0, 0, 0, 0, 0xfc, 0xe8,
                 0,    0, 0, 0, 0xf4};
    store_le32(code + 1, PAGE_OF_CODE - (BED_CODE + 5));
    store_le32(code + 7, run - (BED_CODE + 11));
    store_le32(code + 13, PAGE_OF_CODE - (BED_CODE + 17));
    memcpy(bed->memory.ram + BED_CODE, code, sizeof code);
}

/* REP STOS or MOVS over a part of a page of code, from elsewhere or from that page itself. */
static struct cpu_testbed *bed_over_code(u64 seed)
{
    static const u8 opcodes[] = {0xaa, 0xab, 0xa4, 0xa5};
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u32 *regs = bed->cpu.regs;
    u64 state = seed;
    cpu_testbed_enter_ring(bed, 0);
    put_page(bed, &state);
    u8 repeat[] = {0xf3, opcodes[random_next(&state) % ARRAY_COUNT(opcodes)], 0xc3};
    u32 place = random_next(&state) % 2 ? INNER : OUTER;
    bool backwards = random_next(&state) % 3 == 0;
    put_calls(bed, place, backwards);
    memcpy(bed->memory.ram + place, repeat, sizeof repeat);
    u32 near = random_next(&state) % 3 ? INNER - 40 : PAGE_OF_CODE + 100;
    regs[REG_EDI] = near + random_next(&state) % 100 + (backwards ? 100 : 0);
    regs[REG_ESI] = SOURCE + random_next(&state) % 100;
    regs[REG_ECX] = random_next(&state) % 120;
    fill_harmless((u8 *)&regs[REG_EAX], 4, &state);
    return bed;
}

START_TEST(string_runs_over_code_end_as_single_iterations_do)
{
    static const u32 slices[] = {1u << 20, 5, 40};
    for (u32 round = 0; round < ROUNDS / 4; round++) {
        struct cpu_testbed *single = bed_over_code(round + 1);
        run(single, 1);
        for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
            struct cpu_testbed *whole = bed_over_code(round + 1);
            run(whole, slices[i]);
            check_same(whole, single, round);
            cpu_testbed_free(whole);
        }
        cpu_testbed_free(single);
    }
}
END_TEST

SUITE_MAIN("string_runs", string_runs_end_as_single_iterations_do,
           string_runs_over_code_end_as_single_iterations_do)
