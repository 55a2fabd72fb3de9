/* Loads of segment registers and what the loaded segments allow (PRM 6.3, 17 MOV, LAR, LSL, VERR).
 */
#include "cpu.h"

#define SMALL 0x201000u

static void expect_fault(u32 vector, u32 error, const u8 *at)
{
    expect("vector", out.vector, vector);
    expect("error code", out.error, error);
    if (at)
        expect("eip", out.eip, (u32)at);
}

FRAGMENT(load_ds, "movw %ax, %ds");
FRAGMENT(load_ss, "movw %ax, %ss\n\tmovl %esp, %esp");
FRAGMENT(load_es, "movw %ax, %es");

struct load {
    u16 selector;
    u16 access; /* of a descriptor put there; 0 = none */
    u8 vector;
    u16 error;
};

static void try_loads(u32 ring, const u8 *code, const struct load *loads, u32 count)
{
    for (u32 i = 0; i < count; i++) {
        if (loads[i].access)
            set_segment(loads[i].selector, 0, 0xffffffff, loads[i].access);
        in.eax = loads[i].selector;
        run(ring, code);
        expect_fault(loads[i].vector, loads[i].error, loads[i].vector == DONE ? 0 : code);
    }
}

static void segment_data_load_faults_in_the_order_of_the_manual(void)
{
    static const struct load loads[] = {
        {3, 0, DONE, 0},                              /* null is allowed */
        {BEYOND + 3, 0, GP, BEYOND},                  /* outside the table */
        {FREE + 3, A_DATA, GP, FREE},                 /* DPL 0 from ring 3 */
        {FREE + 3, A_DATA | A_DPL(3), DONE, 0},       /* DPL 3 */
        {FREE + 3, A_CODE_ONLY | A_DPL(3), GP, FREE}, /* code that cannot be read */
        {FREE + 3, A_CODE | A_DPL(3), DONE, 0},       /* readable code */
        {FREE + 3, A_CODE, GP, FREE},                 /* its DPL counts */
        {FREE + 3, A_CONFORMING, DONE, 0},            /* conforming: it does not */
        {FREE + 3, 0x0089 | A_DPL(3), GP, FREE},      /* a TSS */
        {FREE + 3, A_DPL(3) | 0x4012, NP, FREE},      /* absent */
        {FREE + 3, 0x4012, GP, FREE},                 /* privilege comes before presence */
        {LOCAL_TABLE | 4, 0, GP, LOCAL_TABLE | 4},    /* no LDT */
    };
    try_loads(3, load_ds, loads, ARRAY_COUNT(loads));
    try_loads(3, load_es, loads, ARRAY_COUNT(loads));
}

static void segment_rpl_weakens_a_data_selector(void)
{
    static const struct load loads[] = {
        {FREE + 2, A_DATA | A_DPL(1), GP, FREE},
        {FREE + 1, A_DATA | A_DPL(1), DONE, 0},
    };
    try_loads(0, load_ds, loads, ARRAY_COUNT(loads));
}

static void segment_stack_load_faults_in_the_order_of_the_manual(void)
{
    static const struct load loads[] = {
        {0, 0, GP, 0},
        {BEYOND, 0, GP, BEYOND},
        {FREE + 1, A_DATA, GP, FREE},        /* RPL is not CPL */
        {FREE, A_DATA | A_DPL(1), GP, FREE}, /* DPL is not CPL */
        {FREE, A_READ_ONLY, GP, FREE},
        {FREE, A_CODE, GP, FREE},
        {FREE, 0x4012, SS, FREE}, /* absent: a stack fault */
        {FREE, A_DATA, DONE, 0},
    };
    try_loads(0, load_ss, loads, ARRAY_COUNT(loads));
}

static void segment_load_marks_the_descriptor_accessed(void)
{
    set_segment(FREE, 0, 0xfff, A_DATA);
    expect("before", access_byte(FREE), A_DATA & 0xff);
    in.eax = FREE;
    run(0, load_ds);
    expect("after", access_byte(FREE), (A_DATA & 0xff) | 1);
}

static void segment_load_that_faults_marks_nothing(void)
{
    set_segment(FREE, 0, 0xfff, A_DATA);
    in.eax = FREE + 3;
    run(3, load_ds);
    expect("vector", out.vector, GP);
    expect("access", access_byte(FREE), A_DATA & 0xff);
    expect("ds", out.ds & 0xffff, DATA(3));
}

static void segment_local_table_is_used_with_ti(void)
{
    load_ldt(LOCAL_TABLE);
    in.eax = 7;
    run(3, load_ds);
    expect_fault(DONE, 0, 0);
    in.eax = 7 + 4 * 8;
    run(3, load_ds);
    expect_fault(GP, 4 + 4 * 8, load_ds);
}

FRAGMENT(read_null, "movw %ax, %ds\nread_null_at:\n\tmovl (%ebx), %ecx");
extern const u8 read_null_at[];
static void segment_null_faults_when_it_is_used(void)
{
    in.ebx = PAGE;
    run(0, read_null);
    expect_fault(GP, 0, read_null_at);
}

FRAGMENT(write_ds, "movl %eax, (%ebx)");
FRAGMENT(read_ds, "movl (%ebx), %eax");
FRAGMENT(write_cs, "movl %eax, %cs:(%ebx)");
FRAGMENT(read_cs, "movl %cs:(%ebx), %eax");
static void segment_type_decides_on_reads_and_writes(void)
{
    set_segment(FREE, 0, 0xffffffff, A_READ_ONLY);
    in.ds = FREE;
    in.ebx = PAGE;
    run(0, write_ds);
    expect_fault(GP, 0, write_ds);
    in.ds = FREE;
    in.ebx = PAGE;
    run(0, read_ds);
    expect_fault(DONE, 0, 0);
    in.ebx = PAGE;
    run(0, write_cs);
    expect_fault(GP, 0, write_cs);
    set_segment(FREE2, 0, 0xffffffff, A_CODE_ONLY);
    in.cs = FREE2;
    in.ebx = PAGE;
    run(0, read_cs);
    expect_fault(GP, 0, read_cs);
}

static void segment_limit_covers_the_last_byte(void)
{
    set_segment(FREE, PAGE, 0xfff, A_DATA);
    in.ds = FREE;
    in.ebx = 0xffc;
    run(0, write_ds);
    expect_fault(DONE, 0, 0);
    in.ds = FREE;
    in.ebx = 0xffd;
    run(0, write_ds);
    expect_fault(GP, 0, write_ds);
    in.ds = FREE;
    in.ebx = 0xfffffffe; /* wraps around 4 GB */
    run(0, write_ds);
    expect_fault(GP, 0, write_ds);
}

static void segment_granular_limit_ends_with_a_page(void)
{
    set_segment(FREE, 0, 0x100fff, A_DATA);
    in.ds = FREE;
    in.ebx = 0x100ffc;
    run(0, read_ds);
    expect_fault(DONE, 0, 0);
    in.ds = FREE;
    in.ebx = 0x100ffd;
    run(0, read_ds);
    expect_fault(GP, 0, read_ds);
}

static void segment_that_expands_down_begins_above_its_limit(void)
{
    set_segment(FREE, PAGE, 0xfff, A_DOWN);
    in.ds = FREE;
    in.ebx = 0x1000;
    run(0, read_ds);
    expect_fault(DONE, 0, 0);
    in.ds = FREE;
    in.ebx = 0xfff;
    run(0, read_ds);
    expect_fault(GP, 0, read_ds);
    set_segment(FREE, PAGE, 0xfff, A_DOWN & 0xff); /* B = 0: up to FFFFh */
    in.ds = FREE;
    in.ebx = 0xfffd;
    run(0, read_ds);
    expect_fault(GP, 0, read_ds);
}

FRAGMENT(push_below, "movw %ax, %ss\n\tmovl $2, %esp\npush_below_at:\n\tpushl %ebx");
extern const u8 push_below_at[];
static void segment_limit_of_the_stack_is_a_stack_fault(void)
{
    set_segment(FREE + 3, PAGE, 0xfff, A_DATA | A_DPL(3));
    in.eax = FREE + 3;
    run(3, push_below);
    expect_fault(SS, 0, push_below_at);
    expect("esp", out.esp, 2);
}

FRAGMENT(run_off, "nop");
static void segment_fetch_beyond_the_code_limit_faults(void)
{
    set_segment(FREE, (u32)run_off, 0, A_CODE); /* one byte */
    in.cs = FREE;
    in.eip = 0;
    run(0, (const void *)0);
    expect("vector", out.vector, GP);
}

FRAGMENT(small_stack, "movw %ax, %ss\n\tmovl $0x12340010, %esp\n\tpushl %ebx\n\tmovl %esp, %ecx\n\t"
                      "movw %dx, %ss\n\tmovl %esi, %esp");
static void segment_stack_of_16_bits_moves_only_sp(void)
{
    set_segment(FREE + 3, SMALL, 0xffff, (A_DATA & 0xff) | A_DPL(3));
    in.eax = FREE + 3;
    in.edx = DATA(3);
    in.esi = PAGE;
    in.ebx = 0xabcd1234;
    run(3, small_stack);
    expect_fault(DONE, 0, 0);
    expect("esp", out.ecx, 0x1234000c);
    expect("stack", *(volatile u32 *)(SMALL + 0xc), 0xabcd1234);
}

FRAGMENT(ask_lar, "movl $-1, %eax\n\tlarl %ecx, %eax\n\tpushfl\n\tpopl %ebx");
FRAGMENT(ask_lsl, "movl $-1, %eax\n\tlsll %ecx, %eax\n\tpushfl\n\tpopl %ebx");
FRAGMENT(ask_verr, "verr %cx\n\tpushfl\n\tpopl %ebx");
FRAGMENT(ask_verw, "verw %cx\n\tpushfl\n\tpopl %ebx");

/* Bits 16-19 of LAR's answer are undefined. */
static void ask(u32 ring, const u8 *code, u16 selector, u32 zero, u32 answer)
{
    in.ecx = selector;
    in.eflags = zero ? 0 : ZF;
    run(ring, code);
    expect_fault(DONE, 0, 0);
    expect("zf", (out.ebx & ZF) != 0, zero);
    if (code == ask_lar || code == ask_lsl)
        expect("answer", code == ask_lar && zero ? out.eax & 0xfff0ffff : out.eax, answer);
}

static void segment_lar_and_lsl_answer_only_what_is_visible(void)
{
    set_segment(FREE, 0x12345678, 0x00abcdef, A_DATA | A_DPL(3));
    ask(3, ask_lar, FREE + 3, 1, 0x00c0f200);
    ask(3, ask_lsl, FREE + 3, 1, 0x00abcfff);
    ask(3, ask_lar, DATA(0), 0, 0xffffffff);
    ask(3, ask_lsl, 0, 0, 0xffffffff);
    ask(3, ask_lsl, BEYOND, 0, 0xffffffff);
    set_call_gate(FREE2, 0xec, CODE(0), 0, 0);
    ask(0, ask_lar, FREE2, 1, 0x0000ec00);
    ask(0, ask_lsl, FREE2, 0, 0xffffffff); /* a gate has no limit */
    ask(0, ask_lsl, MAIN_TASK, 1, sizeof(struct tss) - 1);
}

static void segment_verr_and_verw_ask_for_access(void)
{
    ask(3, ask_verr, DATA(3), 1, 0);
    ask(3, ask_verw, DATA(3), 1, 0);
    ask(3, ask_verr, DATA(0), 0, 0);
    ask(0, ask_verw, CODE(0), 0, 0);
    ask(0, ask_verr, CODE(0), 1, 0);
    set_segment(FREE, 0, 0xfff, A_CODE_ONLY);
    ask(0, ask_verr, FREE, 0, 0);
    set_segment(FREE, 0, 0xfff, A_READ_ONLY);
    ask(0, ask_verw, FREE, 0, 0);
    ask(0, ask_verr, MAIN_TASK, 0, 0);
    ask(0, ask_verr, 0, 0, 0);
}

FRAGMENT(adjust, "arpl %cx, %ax\n\tpushfl\n\tpopl %ebx");
static void segment_arpl_raises_the_rpl(void)
{
    in.eax = 0x81;
    in.ecx = 3;
    run(3, adjust);
    expect("ax", out.eax, 0x83);
    expect("zf", out.ebx & ZF, ZF);
    in.eax = 0x83;
    in.ecx = 1;
    run(3, adjust);
    expect("ax", out.eax, 0x83);
    expect("zf", out.ebx & ZF, 0);
}

FRAGMENT(load_pointer, "lds (%ebx), %esi");
static void segment_load_of_a_pointer_that_faults_changes_neither_half(void)
{
    *(volatile u32 *)PAGE = 0x1234;
    *(volatile u32 *)(PAGE + 4) = BEYOND;
    in.ebx = PAGE;
    in.esi = 0x5555;
    run(0, load_pointer);
    expect_fault(GP, BEYOND, load_pointer);
    expect("esi", out.esi, 0x5555);
}

static const struct fact facts[] = {
    FACT(segment_data_load_faults_in_the_order_of_the_manual),
    FACT(segment_rpl_weakens_a_data_selector),
    FACT(segment_stack_load_faults_in_the_order_of_the_manual),
    FACT(segment_load_marks_the_descriptor_accessed),
    FACT(segment_load_that_faults_marks_nothing),
    FACT(segment_local_table_is_used_with_ti),
    FACT(segment_null_faults_when_it_is_used),
    FACT(segment_type_decides_on_reads_and_writes),
    FACT(segment_limit_covers_the_last_byte),
    FACT(segment_granular_limit_ends_with_a_page),
    FACT(segment_that_expands_down_begins_above_its_limit),
    FACT(segment_limit_of_the_stack_is_a_stack_fault),
    FACT(segment_fetch_beyond_the_code_limit_faults),
    FACT(segment_stack_of_16_bits_moves_only_sp),
    FACT(segment_lar_and_lsl_answer_only_what_is_visible),
    FACT(segment_verr_and_verw_ask_for_access),
    FACT(segment_arpl_raises_the_rpl),
    FACT(segment_load_of_a_pointer_that_faults_changes_neither_half),
};
const struct group segment_group = GROUP(facts);
