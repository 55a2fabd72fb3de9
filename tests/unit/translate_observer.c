#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "cpu/data.h"
#include "cpu/translate.h"

#define PAGE 0x200000u

struct steps {
    struct translate_step step[12];
    unsigned count;
};

static void keep(void *context, const struct translate_step *step)
{
    struct steps *steps = context;
    ck_assert_ptr_nonnull(step->rule);
    ck_assert_ptr_nonnull(step->source);
    steps->step[steps->count++] = *step;
}

static void check_kinds(const struct steps *steps, const enum translate_step_kind *kinds,
                        unsigned count)
{
    ck_assert_uint_eq(steps->count, count);
    for (unsigned i = 0; i < count; i++)
        ck_assert_int_eq(steps->step[i].kind, kinds[i]);
}

static struct cpu_testbed *paged_bed(void)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 3);
    cpu_testbed_enable_paging(bed);
    return bed;
}

START_TEST(translate_shows_every_step_from_selector_to_byte)
{
    static const enum translate_step_kind kinds[] = {
        STEP_DESCRIPTOR, STEP_SEGMENT, STEP_LINEAR, STEP_TLB, STEP_PDE, STEP_PTE, STEP_PHYSICAL};
    struct cpu_testbed *bed = paged_bed();
    struct steps steps = {.count = 0};
    struct translation result;
    struct access access = {ACCESS_READ, 4, true};
    cpu_testbed_set_segment(bed, 0x93, PAGE, 0xfff, 0x40f2);
    cpu_testbed_set_pte(bed, PAGE, 0x300007);
    ck_assert(translate_selector(&bed->cpu, 0x93, 0x123, &access, keep, &steps, &result));
    check_kinds(&steps, kinds, ARRAY_COUNT(kinds));
    ck_assert_uint_eq(steps.step[0].address, BED_GDT + 0x90);
    ck_assert_uint_eq(steps.step[2].value, PAGE + 0x123);
    ck_assert(!steps.step[3].tlb_hit);
    ck_assert_uint_eq(steps.step[4].address, BED_PAGE_DIRECTORY);
    ck_assert_uint_eq(steps.step[5].value, 0x300007);
    ck_assert_uint_eq(result.linear, PAGE + 0x123);
    ck_assert_uint_eq(result.physical, 0x300123);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(translate_looks_without_touching)
{
    struct cpu_testbed *bed = paged_bed();
    struct translation result;
    struct access access = {ACCESS_WRITE, 4, true};
    struct tlb *before = malloc(sizeof *before);
    *before = bed->cpu.tlb;
    ck_assert(translate_linear(&bed->cpu, PAGE, &access, true, NULL, NULL, &result));
    ck_assert_uint_eq(cpu_testbed_pte(bed, PAGE), PAGE | 7);
    ck_assert_mem_eq(&bed->cpu.tlb, before, sizeof *before);
    free(before);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(translate_stops_at_the_step_that_fails)
{
    struct cpu_testbed *bed = paged_bed();
    struct steps steps = {.count = 0};
    struct translation result;
    struct access access = {ACCESS_WRITE, 1, true};
    cpu_testbed_set_pte(bed, PAGE, PAGE | 5);
    ck_assert(!translate_segment(&bed->cpu, SEG_DS, PAGE, &access, keep, &steps, &result));
    const struct translate_step *last = &steps.step[steps.count - 1];
    ck_assert_int_eq(last->kind, STEP_PTE);
    ck_assert(!last->passed);
    ck_assert_uint_eq(last->fault.vector, EXC_PF);
    ck_assert_uint_eq(result.fault.error, PF_PROTECTION | PF_WRITE | PF_USER);
    ck_assert(!result.valid);
    cpu_testbed_free(bed);
}
END_TEST

struct selector_row {
    const char *name;
    u16 selector, access;
    u8 vector;
    u16 error;
};

static const struct selector_row selector_rows[] = {
    {"null", 0x03, 0, EXC_GP, 0},
    {"beyond the table", 0x233, 0, EXC_GP, 0x230},
    {"a system descriptor", 0x90, 0x82, EXC_GP, 0x90},
    {"absent", 0x90, 0x4012, EXC_NP, 0x90},
};

START_TEST(translate_selector_names_what_a_load_would_raise)
{
    for (unsigned i = 0; i < ARRAY_COUNT(selector_rows); i++) {
        const struct selector_row *row = &selector_rows[i];
        struct cpu_testbed *bed = paged_bed();
        struct translation result;
        struct access access = {ACCESS_READ, 1, true};
        if (row->access)
            cpu_testbed_set_segment(bed, row->selector, 0, 0xfff, row->access);
        ck_assert(!translate_selector(&bed->cpu, row->selector, 0, &access, NULL, NULL, &result));
        ck_assert_msg(result.fault.vector == row->vector && result.fault.error == row->error, "%s",
                      row->name);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(translate_in_real_mode_is_times_sixteen)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct translation result;
    struct access access = {ACCESS_READ, 1, false};
    ck_assert(translate_selector(&bed->cpu, 0xb800, 0x10, &access, NULL, NULL, &result));
    ck_assert_uint_eq(result.physical, 0xb8010);
    ck_assert(!translate_selector(&bed->cpu, 0xb800, 0x10000, &access, NULL, NULL, &result));
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(translate_peek_and_poke_cross_pages)
{
    struct cpu_testbed *bed = paged_bed();
    const char text[] = "glass386 looks through";
    char back[sizeof text];
    cpu_testbed_set_pte(bed, PAGE + 0x1000, 0x300005); /* read-only, elsewhere */
    ck_assert(translate_poke(&bed->cpu, PAGE + 0xff8, text, sizeof text));
    ck_assert(translate_peek(&bed->cpu, PAGE + 0xff8, back, sizeof back));
    ck_assert_str_eq(back, text);
    ck_assert_mem_eq(bed->memory.ram + 0x300000, text + 8, sizeof text - 8);
    cpu_testbed_set_pte(bed, PAGE + 0x1000, 0);
    ck_assert(!translate_peek(&bed->cpu, PAGE + 0xff8, back, sizeof back));
    ck_assert(!translate_poke(&bed->cpu, 0x80000000, text, 1)); /* no such RAM */
    cpu_testbed_free(bed);
}
END_TEST

/* ---- The verdict of looking equals the verdict of doing ---- */

static u32 next_random(u32 *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void randomize(struct cpu_testbed *bed, u32 *seed)
{
    static const u16 accesses[] = {0x93, 0x91, 0x97, 0x4093, 0x4097, 0x9b, 0x99, 0};
    unsigned ring = next_random(seed) & 1 ? 3 : 0;
    cpu_testbed_enter_ring(bed, ring);
    cpu_set_cr0(&bed->cpu, CR0_PE | CR0_PG | (next_random(seed) & 1 ? CR0_WP : 0));
    cpu_set_segment_raw(&bed->cpu, SEG_DS, 0x93, PAGE + (next_random(seed) & 0x1fff),
                        next_random(seed) & 0x3fff, accesses[next_random(seed) & 7]);
    for (u32 page = PAGE; page < PAGE + 0x8000; page += PAGE_SIZE)
        cpu_testbed_set_pte(bed, page, page | (next_random(seed) & 7));
    if (next_random(seed) & 1)
        tlb_flush(&bed->cpu, true);
}

static void check_verdict(const struct translation *result, const struct cpu *cpu, bool looked,
                          bool done)
{
    ck_assert_int_eq(looked, done);
    if (done)
        return;
    ck_assert_uint_eq(result->fault.vector, cpu->fault.vector);
    ck_assert_uint_eq(result->fault.error, cpu->fault.error);
    ck_assert_uint_eq(result->fault.address, cpu->fault.address);
}

static void check_data(struct cpu_testbed *bed, u32 *seed)
{
    struct translation result;
    u8 byte = 0;
    u32 offset = next_random(seed) & 0x3fff;
    bool write = next_random(seed) & 1;
    struct access access = {write ? ACCESS_WRITE : ACCESS_READ, 1, bed->cpu.cpl == 3};
    bool looked = translate_segment(&bed->cpu, SEG_DS, offset, &access, NULL, NULL, &result);
    bool done = write ? data_write8(&bed->cpu, SEG_DS, offset, byte)
                      : data_read8(&bed->cpu, SEG_DS, offset, &byte);
    check_verdict(&result, &bed->cpu, looked, done);
}

static void check_fetch(struct cpu_testbed *bed, u32 *seed)
{
    struct translation result;
    u32 linear = PAGE + (next_random(seed) & 0x7fff), physical = 0;
    struct access access = {ACCESS_EXECUTE, 1, bed->cpu.cpl == 3};
    bool looked = translate_linear(&bed->cpu, linear, &access, true, NULL, NULL, &result);
    bool done = code_translate(&bed->cpu, linear, &physical);
    check_verdict(&result, &bed->cpu, looked, done);
    ck_assert(!done || physical == result.physical);
}

START_TEST(translate_agrees_with_the_cpu_on_random_states)
{
    for (unsigned level = CPU_386; level <= CPU_686; level++) {
        struct cpu_testbed *bed = cpu_testbed_new((enum cpu_level)level);
        u32 seed = 386 + level;
        cpu_testbed_enter_ring(bed, 0);
        cpu_testbed_enable_paging(bed);
        for (unsigned i = 0; i < 6000; i++) {
            randomize(bed, &seed);
            check_data(bed, &seed);
            check_fetch(bed, &seed);
        }
        cpu_testbed_free(bed);
    }
}
END_TEST

SUITE_MAIN("translate", translate_shows_every_step_from_selector_to_byte,
           translate_looks_without_touching, translate_stops_at_the_step_that_fails,
           translate_selector_names_what_a_load_would_raise,
           translate_in_real_mode_is_times_sixteen, translate_peek_and_poke_cross_pages,
           translate_agrees_with_the_cpu_on_random_states)
