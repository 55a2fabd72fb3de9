#include "support/protection_model.h"

#include "cpu/data.h"

/* ---- The model of a segment register load (PRM 6.3, 17 MOV) ---- */

static bool ss_rpl_is_not_cpl(const struct model_case *c)
{
    return c->rpl != c->cpl;
}
static bool ss_is_not_writable_data(const struct model_case *c)
{
    return !model_is_writable_data(c->type);
}
static bool ss_dpl_is_not_cpl(const struct model_case *c)
{
    return c->dpl != c->cpl;
}
static bool is_not_readable(const struct model_case *c)
{
    return !model_is_readable(c->type);
}
static bool is_beyond_privilege(const struct model_case *c)
{
    return !model_is_conforming(c->type) && (c->rpl > c->dpl || c->cpl > c->dpl);
}
static bool is_absent(const struct model_case *c)
{
    return !c->present;
}

static const struct model_rule stack_rules[] = {
    {"SS: RPL = CPL", ss_rpl_is_not_cpl, EXC_GP, CODE_SELECTOR},
    {"SS: writable data", ss_is_not_writable_data, EXC_GP, CODE_SELECTOR},
    {"SS: DPL = CPL", ss_dpl_is_not_cpl, EXC_GP, CODE_SELECTOR},
    {"SS: present", is_absent, EXC_SS, CODE_SELECTOR},
};

static const struct model_rule data_rules[] = {
    {"data or readable code", is_not_readable, EXC_GP, CODE_SELECTOR},
    {"max(CPL, RPL) <= DPL", is_beyond_privilege, EXC_GP, CODE_SELECTOR},
    {"present", is_absent, EXC_NP, CODE_SELECTOR},
};

static void check_load(struct cpu_testbed *bed, enum segment_number number,
                       const struct model_case *c)
{
    u16 selector = (u16)(BED_FREE_SELECTOR | c->rpl);
    struct model_selectors selectors = {.selector = selector};
    const struct model_rule *rule = number == SEG_SS
                                        ? model_judge(stack_rules, ARRAY_COUNT(stack_rules), c)
                                        : model_judge(data_rules, ARRAY_COUNT(data_rules), c);
    u16 access = model_access(c->type, c->dpl, c->present);
    cpu_testbed_enter_ring(bed, c->cpl);
    cpu_testbed_set_segment(bed, BED_FREE_SELECTOR, 0x12345678, 0x4321, access);
    struct segment before = bed->cpu.segs[number];
    bool loaded = segment_load(&bed->cpu, number, selector);
    model_compare(&bed->cpu, loaded, rule, &selectors, c);
    const struct segment *now = &bed->cpu.segs[number];
    if (loaded) {
        ck_assert_uint_eq(now->selector, selector);
        ck_assert_uint_eq(now->base, 0x12345678);
        ck_assert_uint_eq(now->limit, 0x4321);
        ck_assert_uint_eq(now->access, access | SEG_ACCESSED);
        ck_assert_uint_eq(cpu_testbed_access(bed, selector), access | SEG_ACCESSED);
    } else {
        ck_assert_mem_eq(now, &before, sizeof before);
        ck_assert_uint_eq(cpu_testbed_access(bed, selector), access);
    }
}

START_TEST(segment_load_follows_the_model_for_every_descriptor)
{
    static const enum segment_number numbers[] = {SEG_SS, SEG_DS, SEG_GS};
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned i = 0; i < ARRAY_COUNT(numbers); i++)
        for (unsigned n = 0; n < 4 * 4 * 4 * 2 * 32; n++)
            check_load(bed, numbers[i],
                       &(struct model_case){.type = n & 31,
                                            .present = n >> 5 & 1,
                                            .cpl = n >> 6 & 3,
                                            .rpl = n >> 8 & 3,
                                            .dpl = n >> 10 & 3});
    model_report("segment_load_stack", "8E|17|0F B2", 4 * 4 * 4 * 2 * 32);
    model_report("segment_load_data", "8E|07|1F|0F A1|0F A9|C4|C5|0F B4|0F B5",
                 2 * 4 * 4 * 4 * 2 * 32);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Selectors ---- */

struct selector_row {
    const char *name;
    enum segment_number number;
    u16 selector;
    bool loads;
    u8 vector;
    u16 error;
};

static const struct selector_row selector_rows[] = {
    {"null DS", SEG_DS, 0, true, 0, 0},
    {"null DS with RPL 3", SEG_DS, 3, true, 0, 0},
    {"null SS", SEG_SS, 0, false, EXC_GP, 0},
    {"last entry of the GDT", SEG_DS, 0x1f8, true, 0, 0},
    {"beyond the GDT", SEG_DS, 0x200, false, EXC_GP, 0x200},
    {"beyond the GDT, SS", SEG_SS, 0x200, false, EXC_GP, 0x200},
    {"last entry of the LDT", SEG_ES, 0xfc, true, 0, 0},
    {"beyond the LDT", SEG_ES, 0x104, false, EXC_GP, 0x104},
    {"entry 0 of the LDT is not null", SEG_FS, 0x04, true, 0, 0},
};

START_TEST(segment_load_judges_the_selector)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_set_segment(bed, 0x1f8, 0, 0xfff, BED_DATA32);
    cpu_testbed_set_segment(bed, 0xfc, 0, 0xfff, BED_DATA32);
    cpu_testbed_set_segment(bed, 0x04, 0, 0xfff, BED_DATA32);
    for (unsigned i = 0; i < ARRAY_COUNT(selector_rows); i++) {
        const struct selector_row *row = &selector_rows[i];
        cpu_testbed_enter_ring(bed, 0);
        bool loaded = segment_load(&bed->cpu, row->number, row->selector);
        ck_assert_msg(loaded == row->loads, "%s", row->name);
        if (!loaded)
            ck_assert_msg(bed->cpu.fault.vector == row->vector &&
                              bed->cpu.fault.error == row->error,
                          "%s: %u(%04x)", row->name, bed->cpu.fault.vector, bed->cpu.fault.error);
    }
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(segment_load_without_an_ldt_faults)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    bed->cpu.ldtr = (struct segment){0};
    ck_assert(!segment_load(&bed->cpu, SEG_DS, 0x0c));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.fault.error, 0x0c);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(segment_load_in_real_mode_keeps_the_limit)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0); /* 4 GB limits */
    cpu_set_cr0(&bed->cpu, 0);
    ck_assert(segment_load(&bed->cpu, SEG_DS, 0xb800));
    ck_assert_uint_eq(bed->cpu.segs[SEG_DS].base, 0xb8000);
    ck_assert_uint_eq(bed->cpu.segs[SEG_DS].limit, 0xffffffff);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(segment_load_in_v86_mode_gives_64_kilobytes_at_dpl_3)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_v86(bed, 0);
    ck_assert(segment_load(&bed->cpu, SEG_ES, 0x1234));
    ck_assert_uint_eq(bed->cpu.segs[SEG_ES].base, 0x12340);
    ck_assert_uint_eq(bed->cpu.segs[SEG_ES].limit, 0xffff);
    ck_assert_uint_eq(bed->cpu.segs[SEG_ES].access, 0xf3);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Limits and types of accesses (PRM 6.3.1) ---- */

struct access_row {
    const char *name;
    u16 access;
    u32 limit, offset;
    unsigned size;
    bool write, passes;
    u8 vector;
};

static const struct access_row access_rows[] = {
    /* clang-format off */
    {"last byte",                          BED_DATA16, 0xff,       0xff,       1, true,  true,  0},
    {"one beyond",                         BED_DATA16, 0xff,       0x100,      1, true,  false, EXC_GP},
    {"word across the limit",              BED_DATA16, 0xff,       0xff,       2, false, false, EXC_GP},
    {"doubleword ending at the limit",     BED_DATA16, 0xff,       0xfc,       4, false, true,  0},
    {"doubleword across the limit",        BED_DATA16, 0xff,       0xfd,       4, false, false, EXC_GP},
    {"offset wraps at 4 GB",               BED_DATA32, 0xffffffff, 0xfffffffe, 4, false, false, EXC_GP},
    {"limit 0, byte 0",                    BED_DATA16, 0,          0,          1, true,  true,  0},
    {"limit 0, byte 1",                    BED_DATA16, 0,          1,          1, true,  false, EXC_GP},
    {"expand-down below",                  0x96,       0xff,       0xff,       1, true,  false, EXC_GP},
    {"expand-down first",                  0x96,       0xff,       0x100,      1, true,  true,  0},
    {"expand-down 16-bit last word",       0x96,       0xff,       0xfffe,     2, true,  true,  0},
    {"expand-down 16-bit beyond FFFF",     0x96,       0xff,       0xffff,     2, true,  false, EXC_GP},
    {"expand-down 32-bit above FFFF",      0x4096,     0xff,       0x20000,    4, true,  true,  0},
    {"read-only data, read",               0x90,       0xff,       0,          4, false, true,  0},
    {"read-only data, write",              0x90,       0xff,       0,          4, true,  false, EXC_GP},
    {"readable code, read",                0x9a,       0xff,       0,          4, false, true,  0},
    {"readable code, write",               0x9a,       0xff,       0,          4, true,  false, EXC_GP},
    {"execute-only code, read",            0x98,       0xff,       0,          4, false, false, EXC_GP},
    {"null selector",                      0,          0xff,       0,          1, false, false, EXC_GP},
    /* clang-format on */
};

static bool touch(struct cpu *cpu, enum segment_number number, const struct access_row *row)
{
    u8 bytes[4] = {0};
    return row->write ? data_write_bytes(cpu, number, row->offset, bytes, row->size)
                      : data_read_bytes(cpu, number, row->offset, bytes, row->size);
}

START_TEST(segment_access_checks_limit_and_type)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    for (unsigned i = 0; i < ARRAY_COUNT(access_rows); i++) {
        const struct access_row *row = &access_rows[i];
        cpu_set_segment_raw(&bed->cpu, SEG_DS, 0x80, 0x20000, row->limit, row->access);
        ck_assert_msg(touch(&bed->cpu, SEG_DS, row) == row->passes, "%s", row->name);
        if (!row->passes)
            ck_assert_uint_eq(bed->cpu.fault.vector, row->vector);
        if (!row->passes)
            ck_assert_uint_eq(bed->cpu.fault.error, 0);
    }
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(segment_limit_of_the_stack_is_a_stack_fault)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    cpu_set_segment_raw(&bed->cpu, SEG_SS, 0x80, 0, 0xff, BED_DATA16);
    ck_assert(!data_write16(&bed->cpu, SEG_SS, 0xff, 1));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_SS);
    cpu_testbed_free(bed);
}
END_TEST

/* Whatever is below the fast limit must pass the full check for 4 bytes. */
START_TEST(segment_fast_limits_never_allow_more_than_the_full_check)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    for (unsigned i = 0; i < ARRAY_COUNT(access_rows); i++) {
        const struct access_row *row = &access_rows[i];
        struct access_row probe = *row;
        struct segment *ds = &bed->cpu.segs[SEG_DS];
        probe.size = 4;
        cpu_set_segment_raw(&bed->cpu, SEG_DS, 0x80, 0x20000, row->limit, row->access);
        probe.offset = ds->fast_read - 1;
        probe.write = false;
        if (ds->fast_read)
            ck_assert_msg(touch(&bed->cpu, SEG_DS, &probe), "%s", row->name);
        probe.offset = ds->fast_write - 1;
        probe.write = true;
        if (ds->fast_write)
            ck_assert_msg(touch(&bed->cpu, SEG_DS, &probe), "%s", row->name);
    }
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("segment", segment_load_follows_the_model_for_every_descriptor,
           segment_load_judges_the_selector, segment_load_without_an_ldt_faults,
           segment_load_in_real_mode_keeps_the_limit,
           segment_load_in_v86_mode_gives_64_kilobytes_at_dpl_3,
           segment_access_checks_limit_and_type, segment_limit_of_the_stack_is_a_stack_fault,
           segment_fast_limits_never_allow_more_than_the_full_check)
