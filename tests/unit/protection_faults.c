#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "cpu/data.h"
#include "cpu/fault.h"
#include "cpu/system.h"
#include "cpu/transfer.h"
#include "cpu/translate.h"

/* Faults in the middle of transfers: of the pages of tables and stacks, of limits, and of tables
   that may not be written. What has begun is then undone, or was not begun (PRM 9.8, 6.3). */

#define NEXT_EIP (BED_CODE + 7)
#define ENTRY 0x1234u
#define TABLE 0x180000u /* a page for the GDT, to be taken away */
#define FAR_PAGE 0x200000u
#define TARGET 0x88u

static struct cpu_testbed *paged_bed(enum cpu_level level, unsigned ring)
{
    struct cpu_testbed *bed = cpu_testbed_new(level);
    memory_write_bytes(&bed->memory, TABLE, bed->memory.ram + BED_GDT, BED_GDT_ENTRIES * 8);
    cpu_testbed_enter_ring(bed, ring);
    cpu_testbed_enable_paging(bed);
    bed->cpu.gdtr.base = TABLE;
    return bed;
}

static void set_page(struct cpu_testbed *bed, u32 linear, u32 entry)
{
    cpu_testbed_set_pte(bed, linear, entry);
    tlb_flush(&bed->cpu, true);
}

static void check_page_fault(const struct cpu *cpu, u32 address, u16 error)
{
    ck_assert_uint_eq(cpu->fault.vector, EXC_PF);
    ck_assert_uint_eq(cpu->fault.address, address);
    ck_assert_uint_eq(cpu->fault.error, error);
}

/* ---- Pages of descriptors ---- */

START_TEST(fault_of_a_descriptors_page_ends_the_question)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    bool ok = true;
    u32 answer = 7;
    u16 selector = BED_DATA_SELECTOR(3);
    u32 address = TABLE + (selector & ~7u);
    set_page(bed, TABLE, 0);
    ck_assert(!system_lar(&bed->cpu, selector, &ok, &answer));
    check_page_fault(&bed->cpu, address, 0);
    ck_assert(!system_lsl(&bed->cpu, selector, &ok, &answer));
    check_page_fault(&bed->cpu, address, 0);
    ck_assert(!system_verify(&bed->cpu, selector, true, &ok));
    check_page_fault(&bed->cpu, address, 0);
    ck_assert_uint_eq(answer, 7);
    cpu_testbed_free(bed);
}
END_TEST

/* With CR0.WP (486) a table in a read-only page cannot take an accessed bit. */
static struct cpu_testbed *write_protected_bed(unsigned ring)
{
    struct cpu_testbed *bed = paged_bed(CPU_486, ring);
    cpu_set_cr0(&bed->cpu, bed->cpu.cr0 | CR0_WP);
    set_page(bed, TABLE, TABLE | 5);
    return bed;
}

static void set_table_access(struct cpu_testbed *bed, u16 selector, u8 access)
{
    bed->memory.ram[TABLE + (selector & ~7u) + 5] = access;
}

static void check_protected_table(const struct cpu *cpu, u16 selector)
{
    check_page_fault(cpu, TABLE + (selector & ~7u) + 5, PF_WRITE | PF_PROTECTION);
}

START_TEST(fault_of_the_accessed_bit_leaves_the_segment)
{
    struct cpu_testbed *bed = write_protected_bed(0);
    struct segment before = bed->cpu.segs[SEG_DS];
    ck_assert(!segment_load(&bed->cpu, SEG_DS, BED_DATA_SELECTOR(1)));
    check_protected_table(&bed->cpu, BED_DATA_SELECTOR(1));
    ck_assert_mem_eq(&bed->cpu.segs[SEG_DS], &before, sizeof before);
    cpu_testbed_free(bed);
}
END_TEST

static void write_frame(struct cpu_testbed *bed, const u32 *elements, unsigned count)
{
    bed->cpu.regs[REG_ESP] -= 4 * count;
    for (unsigned i = 0; i < count; i++)
        cpu_testbed_write32(bed, bed->cpu.regs[REG_ESP] + 4 * i, elements[i]);
}

static void check_refused_return(struct cpu_testbed *bed, u16 marked)
{
    u32 esp = bed->cpu.regs[REG_ESP];
    ck_assert(!transfer_far_return(&bed->cpu, true, 0));
    check_protected_table(&bed->cpu, marked);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], esp);
    ck_assert_uint_eq(bed->cpu.cpl, 0);
    ck_assert_uint_eq(bed->cpu.segs[SEG_SS].selector, BED_DATA_SELECTOR(0));
}

START_TEST(fault_of_the_accessed_bit_leaves_a_return_undone)
{
    struct cpu_testbed *bed = write_protected_bed(0);
    u32 same[] = {ENTRY, BED_CODE_SELECTOR(0)};
    write_frame(bed, same, 2);
    check_refused_return(bed, BED_CODE_SELECTOR(0));
    u32 outer[] = {ENTRY, BED_CODE_SELECTOR(3), BED_STACK(3), BED_DATA_SELECTOR(3)};
    write_frame(bed, outer, 4);
    check_refused_return(bed, BED_CODE_SELECTOR(3));
    set_table_access(bed, BED_CODE_SELECTOR(3), 0xfb); /* CS is marked: SS is next */
    check_refused_return(bed, BED_DATA_SELECTOR(3));
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fault_of_the_busy_bit_comes_before_the_task_switch)
{
    struct cpu_testbed *bed = write_protected_bed(0);
    bed->cpu.regs[REG_EAX] = 0x5555;
    ck_assert(!transfer_far_jump(&bed->cpu, BED_OTHER_TSS_SELECTOR, 0, true, NEXT_EIP));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_PF);
    ck_assert_uint_eq(bed->cpu.fault.error, PF_WRITE | PF_PROTECTION);
    ck_assert_uint_eq(bed->cpu.tr.selector, BED_TSS_SELECTOR);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 0x5555);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- The IDT and the I/O map ---- */

START_TEST(fault_of_the_idts_page_is_a_page_fault_of_the_supervisor)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    bed->cpu.idtr.base = FAR_PAGE;
    set_page(bed, FAR_PAGE, 0);
    ck_assert(!interrupt_software(&bed->cpu, 0x40, NEXT_EIP));
    check_page_fault(&bed->cpu, FAR_PAGE + 0x40 * 8, 0);
    ck_assert_uint_eq(bed->cpu.eip, BED_CODE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fault_of_the_io_maps_page_is_a_page_fault)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    bed->cpu.tr.base = FAR_PAGE - 0x68; /* the map lies in the next page */
    bed->cpu.tr.limit = 0x200;
    cpu_testbed_write16(bed, FAR_PAGE - 2, 0x68);
    set_page(bed, FAR_PAGE, 0);
    ck_assert(!io_permission(&bed->cpu, 0x10, 1));
    check_page_fault(&bed->cpu, FAR_PAGE + 2, 0);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fault_of_a_gates_offset_is_a_general_protection_of_zero)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 3);
    cpu_testbed_set_segment(bed, TARGET, 0, 0xfff, BED_CODE32);
    cpu_testbed_set_vector(bed, 0x40, 0xee, TARGET, 0x1000);
    ck_assert(!interrupt_software(&bed->cpu, 0x40, NEXT_EIP));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.fault.error, 0);
    ck_assert_uint_eq(bed->cpu.cpl, 3);
    cpu_testbed_free(bed);
}
END_TEST

/* The byte that tells INT3 from INT 3 is looked for without a fault. */
START_TEST(fault_of_v86_int_n_without_its_code_page_is_about_iopl)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_v86(bed, 0);
    cpu_testbed_enable_paging(bed);
    set_page(bed, BED_CODE, 0);
    ck_assert(!interrupt_software(&bed->cpu, EXC_BP, 2));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.fault.error, 0);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Stacks of far calls ---- */

START_TEST(fault_of_a_real_mode_calls_stack_changes_nothing)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_set_segment_real(&bed->cpu, SEG_SS, 0x2000);
    cpu_set_segment_real(&bed->cpu, SEG_CS, 0x1000);
    bed->cpu.regs[REG_ESP] = 3; /* the second word would lie at FFFFh */
    ck_assert(!transfer_far_call(&bed->cpu, 0x3000, 0, false, 5));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_SS);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 3);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].selector, 0x1000);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fault_of_a_v86_calls_page_changes_nothing)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_v86(bed, 3);
    cpu_testbed_enable_paging(bed);
    set_page(bed, BED_CODE, 0); /* where its stack is too */
    bed->cpu.regs[REG_ESP] = 0x800;
    ck_assert(!transfer_far_call(&bed->cpu, 0x3000, 0, false, 5));
    check_page_fault(&bed->cpu, BED_CODE + 0x7fe, PF_USER | PF_WRITE);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x800);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].selector, BED_CODE >> 4);
    cpu_testbed_free(bed);
}
END_TEST

/* A handler is entered at the same code limit as a jump. */
START_TEST(fault_of_a_real_mode_handler_beyond_the_limit_is_13)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_set_segment_raw(&bed->cpu, SEG_CS, 0x1000, 0x10000, 0xff, BED_CODE16);
    cpu_set_segment_real(&bed->cpu, SEG_SS, 0x2000);
    bed->cpu.idtr = (struct table_register){0, 0x3ff};
    bed->cpu.regs[REG_ESP] = 0x100;
    cpu_testbed_write32(bed, 0x40 * 4, 0x30000100);
    ck_assert(!interrupt_software(&bed->cpu, 0x40, 2));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x100);
    cpu_testbed_free(bed);
}
END_TEST

static struct cpu_testbed *gate_bed(u32 esp)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 3);
    bed->cpu.gdtr.base = BED_GDT;
    cpu_testbed_set_gate(bed, BED_FREE_SELECTOR, 0xec, BED_CODE_SELECTOR(0), ENTRY, 4);
    bed->cpu.regs[REG_ESP] = esp;
    return bed;
}

START_TEST(fault_of_gate_parameters_is_one_of_the_callers_stack)
{
    struct cpu_testbed *bed = gate_bed(0x1008);
    cpu_set_segment_raw(&bed->cpu, SEG_SS, BED_DATA_SELECTOR(3), 0, 0x1013, BED_DATA32 | SEG_DPL);
    ck_assert(!transfer_far_call(&bed->cpu, BED_FREE_SELECTOR, 0, true, NEXT_EIP));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_SS); /* three of four parameters fit */
    ck_assert_uint_eq(bed->cpu.fault.error, 0);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x1008);
    cpu_testbed_free(bed);

    bed = gate_bed(FAR_PAGE - 8);
    set_page(bed, FAR_PAGE, 0);
    ck_assert(!transfer_far_call(&bed->cpu, BED_FREE_SELECTOR, 0, true, NEXT_EIP));
    check_page_fault(&bed->cpu, FAR_PAGE, PF_USER);
    ck_assert_uint_eq(bed->cpu.cpl, 3);
    cpu_testbed_free(bed);
}
END_TEST

/* The outer stack's selector lies in a page of its own. */
START_TEST(fault_of_the_outer_stacks_page_leaves_a_return_undone)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 0);
    bed->cpu.gdtr.base = BED_GDT;
    u32 frame[] = {ENTRY, BED_CODE_SELECTOR(3), BED_STACK(3), BED_DATA_SELECTOR(3)};
    for (unsigned inside = 2; inside < 4; inside++) {
        set_page(bed, FAR_PAGE, FAR_PAGE | 7);
        bed->cpu.regs[REG_ESP] = FAR_PAGE - 4 * inside + sizeof frame;
        write_frame(bed, frame, 4);
        set_page(bed, FAR_PAGE, 0);
        ck_assert(!transfer_far_return(&bed->cpu, true, 0));
        check_page_fault(&bed->cpu, FAR_PAGE, 0);
        ck_assert_uint_eq(bed->cpu.regs[REG_ESP], FAR_PAGE - 4 * inside);
    }
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Task switches ---- */

START_TEST(fault_of_a_task_that_has_no_tss_to_be_saved_in)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    bed->cpu.tr.limit = 0x66;
    ck_assert(!transfer_far_jump(&bed->cpu, BED_OTHER_TSS_SELECTOR, 0, true, NEXT_EIP));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_TS);
    ck_assert_uint_eq(bed->cpu.fault.error, BED_TSS_SELECTOR);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fault_of_an_absent_task_gate_names_the_gate)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    cpu_testbed_set_gate(bed, BED_FREE_SELECTOR, 0x05, BED_OTHER_TSS_SELECTOR, 0, 0);
    ck_assert(!transfer_far_jump(&bed->cpu, BED_FREE_SELECTOR, 0, true, NEXT_EIP));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_NP);
    ck_assert_uint_eq(bed->cpu.fault.error, BED_FREE_SELECTOR);
    cpu_testbed_free(bed);
}
END_TEST

/* The new task's stack has no room for the error code: a stack fault, in the new task. */
START_TEST(fault_of_the_error_codes_push_belongs_to_the_new_task)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u32 tss = BED_OTHER_TSS;
    cpu_testbed_enter_ring(bed, 3);
    cpu_testbed_set_segment(bed, TARGET, 0, 0xff, BED_DATA32);
    cpu_testbed_set_vector(bed, EXC_GP, 0x85, BED_OTHER_TSS_SELECTOR, 0);
    cpu_testbed_write32(bed, tss + 0x24, FLAG_ALWAYS);
    cpu_testbed_write32(bed, tss + 0x38, 2); /* ESP */
    cpu_testbed_write32(bed, tss + 0x4c, BED_CODE_SELECTOR(0));
    cpu_testbed_write32(bed, tss + 0x50, TARGET);
    cpu_testbed_set_vector(bed, EXC_SS, 0x0e, 0,
                           0); /* absent: #GP or #SS then #NP, a double fault */
    cpu_testbed_set_vector(bed, EXC_DF, 0x8e, BED_CODE_SELECTOR(0), ENTRY);
    fault_gp(&bed->cpu, 0x123);
    interrupt_fault(&bed->cpu);
    ck_assert_uint_eq(bed->cpu.tr.selector, BED_OTHER_TSS_SELECTOR);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.faults[1].fault.vector, EXC_SS);
    ck_assert_uint_eq(bed->cpu.faults[2].fault.vector, EXC_DF);
    cpu_testbed_free(bed);
}
END_TEST

/* A TSS may lie across two pages that are not neighbours in memory. */
START_TEST(fault_free_switch_reads_a_tss_across_pages)
{
    struct cpu_testbed *bed = paged_bed(CPU_386, 0);
    u32 tss = FAR_PAGE + 0x1000 - 0x30;
    bed->cpu.gdtr.base = BED_GDT;
    set_page(bed, FAR_PAGE + 0x1000, 0x300000 | 7);
    cpu_testbed_set_segment(bed, BED_OTHER_TSS_SELECTOR, tss, 0x67, 0x89);
    for (u32 offset = 0; offset < 0x68; offset += 4) {
        u32 value = offset >= 0x48 && offset < 0x60 ? BED_DATA_SELECTOR(0) : 0x1000 + offset;
        if (offset == 0x1c)
            value = bed->cpu.cr3;
        if (offset == 0x24)
            value = FLAG_ALWAYS;
        if (offset == 0x4c)
            value = BED_CODE_SELECTOR(0);
        if (offset == 0x60 || offset == 0x64)
            value = 0;
        cpu_testbed_write32(bed, offset < 0x30 ? tss + offset : 0x300000 + offset - 0x30, value);
    }
    ck_assert(transfer_far_jump(&bed->cpu, BED_OTHER_TSS_SELECTOR, 0, true, NEXT_EIP));
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 0x1028);
    ck_assert_uint_eq(bed->cpu.regs[REG_EDI], 0x1044);
    ck_assert_uint_eq(bed->cpu.segs[SEG_GS].selector, BED_DATA_SELECTOR(0));
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fault_names_are_those_of_the_manual)
{
    ck_assert_str_eq(fault_mnemonic(EXC_GP), "#GP");
    ck_assert_str_eq(fault_name(EXC_GP), "general protection");
    ck_assert_str_eq(fault_mnemonic(0x40), "INT");
    ck_assert_str_eq(fault_name(0x40), "interrupt");
}
END_TEST

SUITE_MAIN("fault", fault_of_a_descriptors_page_ends_the_question,
           fault_of_the_accessed_bit_leaves_the_segment,
           fault_of_the_accessed_bit_leaves_a_return_undone,
           fault_of_the_busy_bit_comes_before_the_task_switch,
           fault_of_the_idts_page_is_a_page_fault_of_the_supervisor,
           fault_of_the_io_maps_page_is_a_page_fault,
           fault_of_a_gates_offset_is_a_general_protection_of_zero,
           fault_of_v86_int_n_without_its_code_page_is_about_iopl,
           fault_of_a_real_mode_calls_stack_changes_nothing,
           fault_of_a_v86_calls_page_changes_nothing,
           fault_of_a_real_mode_handler_beyond_the_limit_is_13,
           fault_of_gate_parameters_is_one_of_the_callers_stack,
           fault_of_the_outer_stacks_page_leaves_a_return_undone,
           fault_of_a_task_that_has_no_tss_to_be_saved_in,
           fault_of_an_absent_task_gate_names_the_gate,
           fault_of_the_error_codes_push_belongs_to_the_new_task,
           fault_free_switch_reads_a_tss_across_pages, fault_names_are_those_of_the_manual)
