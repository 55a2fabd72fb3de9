/* Paging (PRM 5.2, 6.4, 9.8.14). The 386's supervisor may write everywhere: CR0.WP stays 0. */
#include "cpu.h"

FRAGMENT(read_page, "movl (%ebx), %eax");
FRAGMENT(write_page, "movl %eax, (%ebx)");
FRAGMENT(modify_page, "addl %eax, (%ebx)");

static void touch(u32 ring, const u8 *code, u32 linear)
{
    in.ebx = linear;
    in.eax = 0x11223344;
    run(ring, code);
}

static void expect_page_fault(u32 error, u32 linear, const u8 *at)
{
    expect("vector", out.vector, PF);
    expect("error code", out.error, error);
    expect("cr2", read_cr2(), linear);
    expect("eip", out.eip, (u32)at);
}

static void page_fault_tells_presence_access_and_ring(void)
{
    static const struct {
        u32 entry;
        u32 ring;
        const u8 *code;
        u32 error; /* ~0: none */
    } rows[] = {
        {U | W, 0, read_page, 0},     {U | W, 0, write_page, W},
        {U | W, 3, read_page, U},     {U | W, 3, write_page, U | W},
        {W | P, 3, read_page, U | P}, {W | P, 3, write_page, U | W | P},
        {U | P, 3, read_page, ~0u},   {U | P, 3, write_page, U | W | P},
        {P, 0, read_page, ~0u},       {P, 0, write_page, ~0u},
        {W | P, 1, read_page, ~0u},   {P, 2, write_page, ~0u},
    };
    paging_on();
    for (u32 i = 0; i < ARRAY_COUNT(rows); i++) {
        *page_entry(PAGE) = PAGE | rows[i].entry;
        flush();
        touch(rows[i].ring, rows[i].code, PAGE + 0x123);
        if (rows[i].error == ~0u)
            expect("vector", out.vector, DONE);
        else
            expect_page_fault(rows[i].error, PAGE + 0x123, rows[i].code);
    }
}

static void page_rights_are_those_of_both_levels(void)
{
    paging_on();
    *directory_entry(0x400000) = (*directory_entry(0) & ~(u32)W);
    flush();
    touch(3, read_page, 0x400000 + PAGE);
    expect("vector", out.vector, DONE);
    touch(3, write_page, 0x400000 + PAGE);
    expect_page_fault(U | W | P, 0x400000 + PAGE, write_page);
    *directory_entry(0x400000) = (*directory_entry(0) & ~(u32)U);
    flush();
    touch(3, read_page, 0x400000 + PAGE);
    expect_page_fault(U | P, 0x400000 + PAGE, read_page);
}

static void page_directory_without_an_entry_faults(void)
{
    paging_on();
    touch(0, write_page, 0xc0000010);
    expect_page_fault(W, 0xc0000010, write_page);
}

static void page_accessed_and_dirty_bits_are_set(void)
{
    paging_on();
    *directory_entry(0) &= ~(u32)A;
    *page_entry(PAGE) = PAGE | U | W | P;
    flush();
    touch(3, read_page, PAGE);
    expect("after a read", *page_entry(PAGE) & (A | D), A);
    expect("directory", *directory_entry(0) & A, A);
    touch(3, write_page, PAGE);
    expect("after a write", *page_entry(PAGE) & (A | D), A | D);
}

static void page_fault_sets_neither_bit(void)
{
    paging_on();
    *page_entry(PAGE) = PAGE | U | P;
    flush();
    touch(3, write_page, PAGE);
    expect("vector", out.vector, PF);
    expect("dirty", *page_entry(PAGE) & D, 0);
}

static void page_read_modify_write_needs_write_rights_first(void)
{
    paging_on();
    *page_entry(PAGE) = PAGE | U | P;
    flush();
    touch(3, modify_page, PAGE);
    expect_page_fault(U | W | P, PAGE, modify_page);
}

static void page_crossing_write_faults_before_its_first_byte(void)
{
    volatile u32 *last = (volatile u32 *)(PAGE + 0xffc);
    *last = 0xaaaaaaaa;
    paging_on();
    *page_entry(PAGE + 0x1000) = 0;
    flush();
    touch(3, write_page, PAGE + 0xffe);
    expect("vector", out.vector, PF);
    expect("cr2", read_cr2(), PAGE + 0x1000);
    expect("word", *last, 0xaaaaaaaa);
}

FRAGMENT(at_end_of_page, "nop");
static void page_fetch_fault_is_a_read(void)
{
    paging_on();
    *page_entry(PAGE) = 0;
    flush();
    in.eip = PAGE + 0x10;
    run(3, at_end_of_page);
    expect("vector", out.vector, PF);
    expect("error code", out.error, U);
    expect("cr2", read_cr2(), PAGE + 0x10);
    expect("eip", out.eip, PAGE + 0x10);
}

static int map_on_demand(struct frame *frame)
{
    if (frame->vector != PF)
        return 0;
    *page_entry(read_cr2()) = (read_cr2() & ~0xfffu) | U | W | P;
    return 1;
}

FRAGMENT(copy_pages, "rep movsl");
static void page_fault_in_a_rep_restarts_where_it_was(void)
{
    for (u32 i = 0; i < 8; i++)
        ((volatile u32 *)PAGE)[i] = i + 1;
    paging_on();
    *page_entry(PAGE + 0x1000) = 0;
    flush();
    in.esi = PAGE;
    in.edi = PAGE + 0x1000 - 4 * 4;
    in.ecx = 8;
    run(3, copy_pages);
    expect("vector", out.vector, PF);
    expect("ecx", out.ecx, 4);
    expect("esi", out.esi, PAGE + 16);
    expect("edi", out.edi, PAGE + 0x1000);
    in.esi = PAGE;
    in.edi = PAGE + 0x1000 - 4 * 4;
    in.ecx = 8;
    on_exception = map_on_demand;
    run(3, copy_pages);
    expect("vector", out.vector, DONE);
    expect("last", *(volatile u32 *)(PAGE + 0x100c), 8);
}

FRAGMENT(push_all, "pushal");
static void page_fault_in_pusha_leaves_esp(void)
{
    paging_on();
    *page_entry(PAGE) = 0;
    flush();
    in.esp = PAGE + 0x1008;
    run(3, push_all);
    expect("vector", out.vector, PF);
    expect("esp", out.esp, PAGE + 0x1008);
}

FRAGMENT(enter_deep, "enterl $16, $31");
static void page_fault_in_enter_of_31_levels_leaves_esp_and_ebp(void)
{
    paging_on();
    *page_entry(PAGE) = 0;
    flush();
    in.esp = PAGE + 0x1040; /* room for 16 of the 32 pushes */
    in.ebp = PAGE + 0x1f00;
    run(3, enter_deep);
    expect("vector", out.vector, PF);
    expect("cr2", read_cr2(), PAGE + 0xffc);
    expect("eip", out.eip, (u32)enter_deep);
    expect("esp", out.esp, PAGE + 0x1040);
    expect("ebp", out.ebp, PAGE + 0x1f00);
}

FRAGMENT(pop_to_absent, "popl 4(%ebx)");
static void page_fault_in_pop_to_memory_leaves_esp(void)
{
    paging_on();
    *page_entry(PAGE) = 0;
    flush();
    in.esp = PAGE + 0x1f00;
    in.ebx = PAGE;
    run(3, pop_to_absent);
    expect("vector", out.vector, PF);
    expect("cr2", read_cr2(), PAGE + 4);
    expect("esp", out.esp, PAGE + 0x1f00);
}

FRAGMENT(leave_from_absent, "leave");
static void page_fault_in_leave_leaves_esp_and_ebp(void)
{
    paging_on();
    *page_entry(PAGE) = 0;
    flush();
    in.esp = PAGE + 0x1f00;
    in.ebp = PAGE + 8;
    run(3, leave_from_absent);
    expect("vector", out.vector, PF);
    expect("esp", out.esp, PAGE + 0x1f00);
    expect("ebp", out.ebp, PAGE + 8);
}

FRAGMENT(exchange_read_only, "xchgl %eax, (%ebx)");
static void page_fault_in_xchg_leaves_the_register(void)
{
    paging_on();
    *page_entry(PAGE) = PAGE | P | U;
    flush();
    in.eax = 0x1234;
    in.ebx = PAGE;
    run(3, exchange_read_only);
    expect("vector", out.vector, PF);
    expect("error", out.error, 7);
    expect("eax", out.eax, 0x1234);
}

FRAGMENT(load_ds_gdt, "movw %ax, %ds");
static void page_fault_on_a_descriptor_is_the_supervisors(void)
{
    paging_on();
    set_segment(FREE, PAGE, 0xfff, 0x0082); /* an LDT on PAGE */
    load_ldt(FREE);
    *page_entry(PAGE) = 0;
    flush();
    in.eax = 7;
    run(3, load_ds_gdt);
    expect_page_fault(0, PAGE, load_ds_gdt);
    expect("ds", out.ds & 0xffff, DATA(3));
}

FRAGMENT(remap, "movl (%ebx), %eax\n\tmovl %ecx, (%edx)\n\tmovl %cr3, %esi\n\tmovl %esi, %cr3\n\t"
                "movl (%ebx), %edi");
static void page_new_mapping_holds_after_cr3(void)
{
    *(volatile u32 *)PAGE = 1;
    *(volatile u32 *)(PAGE + 0x1000) = 2;
    paging_on();
    in.ebx = PAGE;
    in.ecx = (PAGE + 0x1000) | U | W | P;
    in.edx = (u32)page_entry(PAGE);
    run(0, remap);
    expect("before", out.eax, 1);
    expect("after", out.edi, 2);
}

static const struct fact facts[] = {
    FACT(page_fault_tells_presence_access_and_ring),
    FACT(page_rights_are_those_of_both_levels),
    FACT(page_directory_without_an_entry_faults),
    FACT(page_accessed_and_dirty_bits_are_set),
    FACT(page_fault_sets_neither_bit),
    FACT(page_read_modify_write_needs_write_rights_first),
    FACT(page_crossing_write_faults_before_its_first_byte),
    FACT(page_fetch_fault_is_a_read),
    FACT(page_fault_in_a_rep_restarts_where_it_was),
    FACT(page_fault_in_pusha_leaves_esp),
    FACT(page_fault_in_enter_of_31_levels_leaves_esp_and_ebp),
    FACT(page_fault_in_pop_to_memory_leaves_esp),
    FACT(page_fault_in_leave_leaves_esp_and_ebp),
    FACT(page_fault_in_xchg_leaves_the_register),
    FACT(page_fault_on_a_descriptor_is_the_supervisors),
    FACT(page_new_mapping_holds_after_cr3),
};
const struct group page_group = GROUP(facts);
