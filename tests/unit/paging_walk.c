#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "cpu/data.h"
#include "cpu/system.h"
#include "cpu/translate.h"

#define PAGE 0x200000u /* where the tests look */
#define ACCESSED 0x20u
#define DIRTY 0x40u

static struct cpu_testbed *paged_bed(enum cpu_level level, unsigned ring)
{
    struct cpu_testbed *bed = cpu_testbed_new(level);
    cpu_testbed_enter_ring(bed, ring);
    cpu_testbed_enable_paging(bed);
    return bed;
}

/* ---- Rights: every combination of directory and table entry (PRM 6.4, Table 6-5) ---- */

struct rights_case {
    unsigned pde, pte; /* low three bits: P, R/W, U/S */
    bool user, write, protect_supervisor;
};

/* The error code, or -1 when the access is allowed. */
static int expected_error(const struct rights_case *c)
{
    unsigned both = c->pde & c->pte;
    int error = (c->write ? 2 : 0) | (c->user ? 4 : 0);
    if (!(both & 1))
        return error;
    bool write_ok = (both & 2) || (!c->user && !c->protect_supervisor);
    bool user_ok = (both & 4) || !c->user;
    return user_ok && (write_ok || !c->write) ? -1 : error | 1;
}

static void check_rights(struct cpu_testbed *bed, const struct rights_case *c)
{
    u32 pde = (BED_PAGE_DIRECTORY + PAGE_SIZE) | c->pde;
    cpu_testbed_enter_ring(bed, c->user ? 3 : 0);
    cpu_testbed_set_pte(bed, PAGE, PAGE | c->pte);
    cpu_testbed_write32(bed, BED_PAGE_DIRECTORY, pde);
    bed->cpu.cr0 = CR0_PE | CR0_PG | (c->protect_supervisor ? CR0_WP : 0);
    tlb_flush(&bed->cpu, true);
    u32 value = 0;
    bool passed = c->write ? data_write32(&bed->cpu, SEG_DS, PAGE + 0x10, 1)
                           : data_read32(&bed->cpu, SEG_DS, PAGE + 0x10, &value);
    int error = expected_error(c);
    ck_assert_msg(passed == (error < 0), "pde %u pte %u user %d write %d wp %d", c->pde, c->pte,
                  c->user, c->write, c->protect_supervisor);
    u32 pde_now = cpu_testbed_read32(bed, BED_PAGE_DIRECTORY);
    if (passed) {
        ck_assert_uint_eq(pde_now, pde | ACCESSED);
        ck_assert_uint_eq(cpu_testbed_pte(bed, PAGE),
                          PAGE | c->pte | ACCESSED | (c->write ? DIRTY : 0));
    } else {
        ck_assert_uint_eq(bed->cpu.fault.vector, EXC_PF);
        ck_assert_int_eq(bed->cpu.fault.error, error);
        ck_assert_uint_eq(bed->cpu.fault.address, PAGE + 0x10);
        ck_assert_uint_eq(pde_now, pde);
        ck_assert_uint_eq(cpu_testbed_pte(bed, PAGE), PAGE | c->pte);
    }
}

START_TEST(paging_rights_are_the_tighter_of_directory_and_table)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_486);
    cpu_testbed_enter_ring(bed, 0);
    cpu_testbed_enable_paging(bed);
    for (unsigned n = 0; n < 8 * 8 * 8; n++)
        check_rights(bed, &(struct rights_case){.pde = n & 7,
                                                .pte = n >> 3 & 7,
                                                .user = n >> 6 & 1,
                                                .write = n >> 7 & 1,
                                                .protect_supervisor = n >> 8 & 1});
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_386_has_no_write_protection_of_the_supervisor)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 0);
    cpu_set_cr0(&bed->cpu, bed->cpu.cr0 | CR0_WP);
    ck_assert_uint_eq(bed->cpu.cr0 & CR0_WP, 0);
    cpu_testbed_set_pte(bed, PAGE, PAGE | 5);
    ck_assert(data_write8(&bed->cpu, SEG_DS, PAGE, 1));
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Accesses across pages ---- */

START_TEST(paging_crossing_write_faults_before_a_byte_is_stored)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    cpu_testbed_set_pte(bed, PAGE + 0x1000, (PAGE + 0x1000) | 5);
    ck_assert(!data_write32(&bed->cpu, SEG_DS, PAGE + 0xffe, 0x11223344));
    ck_assert_uint_eq(bed->cpu.fault.address, PAGE + 0x1000);
    ck_assert_uint_eq(bed->cpu.fault.error, PF_PROTECTION | PF_WRITE | PF_USER);
    ck_assert_uint_eq(cpu_testbed_read16(bed, PAGE + 0xffe), 0);
    ck_assert_uint_eq(cpu_testbed_pte(bed, PAGE), PAGE | 7);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_crossing_access_joins_frames_that_are_not_neighbours)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    u32 value;
    cpu_testbed_set_pte(bed, PAGE + 0x1000, 0x300007);
    ck_assert(data_write32(&bed->cpu, SEG_DS, PAGE + 0xfff, 0x11223344));
    ck_assert_uint_eq(bed->memory.ram[PAGE + 0xfff], 0x44);
    ck_assert_uint_eq(bed->memory.ram[0x300000], 0x33);
    ck_assert_uint_eq(bed->memory.ram[0x300002], 0x11);
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE + 0xfff, &value));
    ck_assert_uint_eq(value, 0x11223344);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_modify_needs_write_rights_for_its_read)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    struct data_ref ref;
    u32 value;
    cpu_testbed_set_pte(bed, PAGE, PAGE | 5);
    ck_assert(!data_modify(&bed->cpu, SEG_DS, PAGE, 4, &ref, &value));
    ck_assert_uint_eq(bed->cpu.fault.error, PF_PROTECTION | PF_WRITE | PF_USER);
    cpu_testbed_set_pte(bed, PAGE, PAGE | 7);
    cpu_testbed_write32(bed, PAGE, 41);
    ck_assert(data_modify(&bed->cpu, SEG_DS, PAGE, 4, &ref, &value));
    data_modify_store(&bed->cpu, &ref, value + 1);
    ck_assert_uint_eq(cpu_testbed_read32(bed, PAGE), 42);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- The buffer ---- */

START_TEST(paging_tlb_keeps_a_mapping_until_it_is_flushed)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 0);
    u32 value;
    cpu_testbed_write32(bed, PAGE, 1);
    cpu_testbed_write32(bed, 0x300000, 2);
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    cpu_testbed_set_pte(bed, PAGE, 0x300007);
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    ck_assert_uint_eq(value, 1);
    ck_assert(system_write_control(&bed->cpu, 3, bed->cpu.cr3));
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    ck_assert_uint_eq(value, 2);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_first_write_after_a_read_sets_the_dirty_bit)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    u32 value;
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    ck_assert_uint_eq(cpu_testbed_pte(bed, PAGE), PAGE | 7 | ACCESSED);
    const struct tlb_fast *fast = &bed->cpu.fast_tlb[PAGE >> PAGE_SHIFT & (TLB_DATA_ENTRIES - 1)];
    ck_assert_uint_eq(fast->read_tag, PAGE);
    ck_assert_uint_eq(fast->write_tag, TLB_NO_TAG);
    ck_assert(data_write32(&bed->cpu, SEG_DS, PAGE, 1));
    ck_assert_uint_eq(cpu_testbed_pte(bed, PAGE), PAGE | 7 | ACCESSED | DIRTY);
    ck_assert_uint_eq(fast->write_tag, PAGE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_fast_entries_lead_to_the_page_and_never_to_code)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    const struct tlb_fast *fast = &bed->cpu.fast_tlb[PAGE >> PAGE_SHIFT & (TLB_DATA_ENTRIES - 1)];
    ck_assert(data_write32(&bed->cpu, SEG_DS, PAGE, 1));
    ck_assert_ptr_eq((u8 *)(uintptr_t)(fast->addend + PAGE + 5), bed->memory.ram + PAGE + 5);
    tlb_protect_code_page(&bed->cpu, PAGE + 0x80);
    ck_assert_uint_eq(fast->write_tag, PAGE | TLB_CODE);
    ck_assert_uint_eq(fast->read_tag, PAGE);
    bed->memory.code_chunks[PAGE >> PAGE_SHIFT] = 2;
    bed->memory.code_watch.written = NULL;
    ck_assert(data_write8(&bed->cpu, SEG_DS, PAGE, 1));
    ck_assert_uint_eq(fast->write_tag, PAGE | TLB_CODE);
    bed->memory.code_chunks[PAGE >> PAGE_SHIFT] = 0; /* the last code goes */
    ck_assert(data_write8(&bed->cpu, SEG_DS, PAGE, 1));
    ck_assert_uint_eq(fast->write_tag, PAGE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_a20_masks_the_physical_address)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u8 value;
    cpu_testbed_write32(bed, 0x80000, 0x11);
    cpu_testbed_write32(bed, 0x180000, 0x22);
    cpu_testbed_enter_ring(bed, 0);
    ck_assert(data_read8(&bed->cpu, SEG_DS, 0x180000, &value));
    ck_assert_uint_eq(value, 0x22);
    memory_set_a20(&bed->memory, false);
    tlb_flush_fast(&bed->cpu);
    ck_assert(data_read8(&bed->cpu, SEG_DS, 0x180000, &value));
    ck_assert_uint_eq(value, 0x11);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_code_entries_are_apart_from_data)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    u32 physical, value;
    ck_assert(code_translate(&bed->cpu, PAGE + 0x123, &physical));
    ck_assert_uint_eq(physical, PAGE + 0x123);
    cpu_testbed_set_pte(bed, PAGE, 0x300007);
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value)); /* walks: the data side is empty */
    ck_assert_uint_eq(cpu_testbed_pte(bed, PAGE), 0x300007 | ACCESSED);
    ck_assert(code_translate(&bed->cpu, PAGE, &physical));
    ck_assert_uint_eq(physical, PAGE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_fetch_from_a_supervisor_page_faults_in_ring_3)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    u32 physical;
    cpu_testbed_set_pte(bed, PAGE, PAGE | 3);
    ck_assert(!code_translate(&bed->cpu, PAGE, &physical));
    ck_assert_uint_eq(bed->cpu.fault.error, PF_PROTECTION | PF_USER);
    system_set_cpl(&bed->cpu, 0);
    ck_assert(code_translate(&bed->cpu, PAGE, &physical));
    system_set_cpl(&bed->cpu, 3);
    ck_assert(!code_translate(&bed->cpu, PAGE, &physical)); /* also when the buffer has it */
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_486_invlpg_forgets_one_page)
{
    struct cpu_testbed *bed = paged_bed(CPU_486, 0);
    u32 value, physical;
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE + 0x1000, &value));
    ck_assert(code_translate(&bed->cpu, PAGE, &physical));
    cpu_testbed_set_pte(bed, PAGE, 0x300007);
    cpu_testbed_set_pte(bed, PAGE + 0x1000, 0x300007);
    cpu_testbed_write32(bed, 0x300000, 386);
    ck_assert(system_invlpg(&bed->cpu, PAGE + 5));
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    ck_assert_uint_eq(value, 386);
    ck_assert(code_translate(&bed->cpu, PAGE, &physical));
    ck_assert_uint_eq(physical, 0x300000);
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE + 0x1000, &value));
    ck_assert_uint_eq(value, 0);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_686_global_pages_outlive_cr3)
{
    struct cpu_testbed *bed = paged_bed(CPU_686, 0);
    u32 value;
    ck_assert(system_write_control(&bed->cpu, 4, 0x80));
    cpu_testbed_set_pte(bed, PAGE, PAGE | 0x107);
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    cpu_testbed_set_pte(bed, PAGE, 0x300107);
    cpu_testbed_write32(bed, 0x300000, 386);
    cpu_set_cr3(&bed->cpu, bed->cpu.cr3);
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    ck_assert_uint_eq(value, 0);
    ck_assert(system_write_control(&bed->cpu, 4, 0));
    ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE, &value));
    ck_assert_uint_eq(value, 386);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(paging_586_maps_4_megabyte_pages)
{
    struct cpu_testbed *bed = paged_bed(CPU_586, 0);
    u32 value;
    cpu_testbed_write32(bed, 0x212344, 0xcafe);
    cpu_testbed_write32(bed, BED_PAGE_DIRECTORY + 4 * 0x100, 0x87); /* linear 40000000h */
    ck_assert(system_write_control(&bed->cpu, 4, 0x10));
    ck_assert(data_read32(&bed->cpu, SEG_DS, 0x40212344, &value));
    ck_assert_uint_eq(value, 0xcafe);
    ck_assert(data_write32(&bed->cpu, SEG_DS, 0x40212344, 1));
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_PAGE_DIRECTORY + 4 * 0x100),
                      0x87 | ACCESSED | DIRTY);
    cpu_testbed_free(bed);
}
END_TEST

/* SDM3 4.7: bit 3 of the error code; rights are told as they are. */
START_TEST(paging_586_refuses_reserved_bits_of_large_pages)
{
    struct cpu_testbed *bed = paged_bed(CPU_586, 0);
    u32 value, pde = BED_PAGE_DIRECTORY + 4 * 0x100;
    ck_assert(system_write_control(&bed->cpu, 4, 0x10));
    for (unsigned bit = 12; bit < 22; bit++) {
        cpu_testbed_write32(bed, pde, 0x87 | 1u << bit);
        ck_assert(!data_read32(&bed->cpu, SEG_DS, 0x40212344, &value));
        ck_assert_uint_eq(bed->cpu.fault.vector, EXC_PF);
        ck_assert_uint_eq(bed->cpu.fault.error, PF_PROTECTION | PF_RESERVED);
        ck_assert_uint_eq(cpu_testbed_read32(bed, pde), 0x87 | 1u << bit);
    }
    cpu_testbed_write32(bed, pde, 0x86 | 1u << 12); /* not present: nothing else is looked at */
    ck_assert(!data_read32(&bed->cpu, SEG_DS, 0x40212344, &value));
    ck_assert_uint_eq(bed->cpu.fault.error, 0);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Whatever happens, a fast entry allows no more than the rules ---- */

static u32 next_random(u32 *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void check_fast_tag(struct cpu_testbed *bed, u32 tag, u64 addend, bool user, bool write)
{
    struct access access = {write ? ACCESS_WRITE : ACCESS_READ, 1, user};
    struct translation result;
    if (tag == TLB_NO_TAG)
        return;
    tag &= ~TLB_CODE;
    ck_assert(translate_linear(&bed->cpu, tag, &access, true, NULL, NULL, &result));
    ck_assert_ptr_eq((u8 *)(uintptr_t)(addend + tag), bed->memory.ram + result.physical);
    if (write)
        ck_assert(result.rights & TLB_DIRTY);
}

static void check_fast_entries(struct cpu_testbed *bed)
{
    for (unsigned user = 0; user < 2; user++) {
        for (unsigned i = 0; i < TLB_DATA_ENTRIES; i++) {
            const struct tlb_fast *fast = &bed->cpu.tlb.fast[user][i];
            check_fast_tag(bed, fast->read_tag, fast->addend, user, false);
            check_fast_tag(bed, fast->write_tag, fast->addend, user, true);
        }
    }
}

static void do_something(struct cpu_testbed *bed, u32 *seed)
{
    u32 page = PAGE + (next_random(seed) % 300) * PAGE_SIZE, value = next_random(seed);
    struct cpu *cpu = &bed->cpu;
    switch (next_random(seed) % 12) {
    case 0:
        cpu_testbed_set_pte(bed, page, (page ^ (next_random(seed) & 7) << 12) | (value & 7));
        break;
    case 1:
        system_set_cpl(cpu, next_random(seed) & 1 ? 3 : 0);
        break;
    case 2:
        cpu_set_cr0(cpu, cpu->cr0 ^ CR0_WP);
        break;
    case 3:
        tlb_flush_page(cpu, page);
        break;
    case 4:
        if (next_random(seed) % 16 == 0)
            cpu_set_cr3(cpu, cpu->cr3);
        break;
    case 5:
        memory_set_a20(&bed->memory, next_random(seed) & 1);
        break;
    case 6:
    case 7:
    case 8:
        data_write32(cpu, SEG_DS, page + (next_random(seed) & 0xfff), 0);
        break;
    default:
        data_read32(cpu, SEG_DS, page + (next_random(seed) & 0xfff), &value);
        break;
    }
}

START_TEST(paging_fast_entries_never_allow_more_than_the_rules)
{
    struct cpu_testbed *bed = paged_bed(CPU_486, 3);
    u32 seed = 387;
    for (unsigned i = 0; i < 20000; i++) {
        do_something(bed, &seed);
        if (i % 8 == 0)
            check_fast_entries(bed);
    }
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Alignment check (486) ---- */

START_TEST(paging_486_alignment_check_needs_am_ac_and_ring_3)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_486);
    for (unsigned n = 0; n < 8; n++) {
        bool am = n & 1, ac = n & 2, user = n & 4;
        u32 value;
        cpu_testbed_enter_ring(bed, user ? 3 : 0);
        cpu_set_cr0(&bed->cpu, CR0_PE | (am ? CR0_AM : 0));
        cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | (ac ? FLAG_AC : 0));
        tlb_flush_fast(&bed->cpu);
        bool passed = data_read32(&bed->cpu, SEG_DS, PAGE + 2, &value);
        ck_assert_int_eq(passed, !(am && ac && user));
        if (!passed)
            ck_assert_uint_eq(bed->cpu.fault.vector, EXC_AC);
        ck_assert(data_read32(&bed->cpu, SEG_DS, PAGE + 4, &value));
    }
    cpu_testbed_free(bed);
}
END_TEST

/* A far call, a far return and an interrupt's frame in an inner ring, with ESP odd. */
static int vector_of(enum cpu_level level, unsigned ring, const u8 *code, u32 length, u32 esp)
{
    struct cpu_testbed *bed = cpu_testbed_new(level);
    struct cpu *cpu = &bed->cpu;
    cpu_testbed_enter_ring(bed, ring);
    cpu_set_cr0(cpu, cpu->cr0 | CR0_AM);
    cpu_set_eflags(cpu, FLAG_ALWAYS | FLAG_AC);
    cpu->regs[REG_ESP] = esp;
    memory_write_bytes(&bed->memory, BED_CODE, code, length);
    cpu_testbed_write32(bed, esp, BED_CODE + 0x40);
    cpu_testbed_write32(bed, esp + 4, BED_CODE_SELECTOR(ring));
    cpu_testbed_write32(bed, BED_TSS + 4, BED_STACK(0) | 2); /* the inner stack is never checked */
    cpu_testbed_set_vector(bed, 0x80, 0xee, BED_CODE_SELECTOR(0), BED_CODE + 0x80);
    cpu_run(cpu, bed->clock.now + 1);
    int vector = cpu->fault_count ? cpu->faults[0].fault.vector : -1;
    bool still = cpu->fault_count == 0 || cpu->faults[0].eip == BED_CODE;
    cpu_testbed_free(bed);
    return still ? vector : -2;
}

START_TEST(paging_486_alignment_of_frames_is_checked_in_ring_3)
{
    static const u8 call[] = {0x9a, 0x00, 0x90, 0x00, 0x00, BED_CODE_SELECTOR(3), 0x00};
    static const u8 retf[] = {0xcb}, call0[] = {0x9a, 0x00, 0x90, 0, 0, BED_CODE_SELECTOR(0), 0};
    static const u8 interrupt[] = {0xcd, 0x80};
    u32 even = BED_STACK(3) - 0x40, odd = even + 2;
    ck_assert_int_eq(vector_of(CPU_486, 3, call, sizeof call, odd), EXC_AC);
    ck_assert_int_eq(vector_of(CPU_486, 3, call, sizeof call, even), -1);
    ck_assert_int_eq(vector_of(CPU_386, 3, call, sizeof call, odd), -1);
    ck_assert_int_eq(vector_of(CPU_486, 0, call0, sizeof call0, odd), -1);
    ck_assert_int_eq(vector_of(CPU_486, 3, retf, sizeof retf, odd), EXC_AC);
    ck_assert_int_eq(vector_of(CPU_486, 3, retf, sizeof retf, even), -1);
    ck_assert_int_eq(vector_of(CPU_486, 3, interrupt, sizeof interrupt, odd), -1);
}
END_TEST

SUITE_MAIN("paging", paging_rights_are_the_tighter_of_directory_and_table,
           paging_386_has_no_write_protection_of_the_supervisor,
           paging_crossing_write_faults_before_a_byte_is_stored,
           paging_crossing_access_joins_frames_that_are_not_neighbours,
           paging_modify_needs_write_rights_for_its_read,
           paging_tlb_keeps_a_mapping_until_it_is_flushed,
           paging_first_write_after_a_read_sets_the_dirty_bit,
           paging_fast_entries_lead_to_the_page_and_never_to_code,
           paging_a20_masks_the_physical_address, paging_code_entries_are_apart_from_data,
           paging_fetch_from_a_supervisor_page_faults_in_ring_3, paging_486_invlpg_forgets_one_page,
           paging_686_global_pages_outlive_cr3, paging_586_maps_4_megabyte_pages,
           paging_fast_entries_never_allow_more_than_the_rules,
           paging_486_alignment_check_needs_am_ac_and_ring_3,
           paging_486_alignment_of_frames_is_checked_in_ring_3,
           paging_586_refuses_reserved_bits_of_large_pages)
