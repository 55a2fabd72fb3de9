/* The little machine below the facts: descriptor tables, task states, pages, the interrupt
   controllers, and running a fragment until an exception ends it. */
#include "cpu.h"

struct frame in, out;
int (*on_exception)(struct frame *frame);
struct tss main_task, other_task, fault_task;
struct tss16 old_task;

/* entry.S */
extern const u8 exception_stubs[], real_stubs[];
void enter(struct frame *frame);
void enter_real(u16 offset);
void leave_task(void);
int exception(struct frame *frame);

#define VECTORS 0x82u
#define EXCEPTION_STUB 16u
#define REAL_STUB 8u
#define FRAME_FLAGS 2u

struct table_register {
    u16 limit;
    u32 base;
} __attribute__((packed));

static u64 gdt[0x40], ldt[4], idt[VECTORS];
static u32 page_directory[1024] __attribute__((aligned(4096)));
static u32 page_table[1024] __attribute__((aligned(4096)));
static u8 ring_stacks[4][4096] __attribute__((aligned(16)));
static u8 start_stack[4096] __attribute__((aligned(16)));
static u8 task_stacks[2][2048] __attribute__((aligned(16)));

static void fill(void *to, u8 value, u32 length)
{
    u8 *bytes = to;
    while (length--)
        *bytes++ = value;
}

/* ---- Descriptors ---- */

static u64 *entry_of(u16 selector)
{
    return (selector & 4 ? ldt : gdt) + (selector >> 3);
}

void set_segment(u16 selector, u32 base, u32 limit, u16 access)
{
    u32 granular = limit > 0xfffff ? 0x8000u : 0;
    if (granular)
        limit >>= 12;
    u32 low = base << 16 | (limit & 0xffff);
    u32 high = (base & 0xff000000u) | (base >> 16 & 0xff) | (limit & 0xf0000u) |
               (u32)(access | granular) << 8;
    *entry_of(selector) = (u64)high << 32 | low;
}

u8 access_byte(u16 selector)
{
    return (u8)(*entry_of(selector) >> 40);
}

static u64 gate(u8 access, u16 target, u32 offset, u32 count)
{
    u32 high = (offset & 0xffff0000u) | (u32)access << 8 | count;
    return (u64)high << 32 | (u32)target << 16 | (offset & 0xffff);
}

void set_call_gate(u16 selector, u8 access, u16 target, u32 offset, u32 count)
{
    *entry_of(selector) = gate(access, target, offset, count);
}

void set_vector(u8 vector, u8 access, u16 target, u32 offset)
{
    idt[vector] = gate(access, target, offset, 0);
}

void load_ldt(u16 selector)
{
    __asm__ volatile("lldt %0" : : "r"(selector));
}

static void prepare_gdt(void)
{
    struct table_register pointer = {sizeof gdt - 1, (u32)gdt};
    fill(gdt, 0, sizeof gdt);
    fill(ldt, 0, sizeof ldt);
    for (u32 ring = 0; ring < 4; ring++) {
        set_segment(CODE(ring), 0, 0xffffffff, A_CODE | A_DPL(ring));
        set_segment(DATA(ring), 0, 0xffffffff, A_DATA | A_DPL(ring));
    }
    set_segment(CODE16, 0x10000, 0xffff, 0x009a);
    set_segment(DATA16, 0x10000, 0xffff, 0x0092);
    set_segment(MAIN_TASK, (u32)&main_task, sizeof main_task - 1, 0x0089);
    set_segment(OTHER_TASK, (u32)&other_task, sizeof other_task - 1, 0x0089);
    set_segment(OLD_TASK, (u32)&old_task, sizeof old_task - 1, 0x0081);
    set_segment(FAULT_TASK, (u32)&fault_task, sizeof fault_task - 1, 0x0089);
    set_segment(LOCAL_TABLE, (u32)ldt, sizeof ldt - 1, 0x0082);
    set_segment(4, 0, 0xffffffff, A_DATA | A_DPL(3));
    __asm__ volatile("lgdt %0" : : "m"(pointer));
}

static void load_idt(void)
{
    struct table_register pointer = {sizeof idt - 1, (u32)idt};
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

static void prepare_idt(void)
{
    for (u32 vector = 0; vector < VECTORS; vector++)
        set_vector((u8)vector, 0x8e, CODE(0), (u32)exception_stubs + vector * EXCEPTION_STUB);
    set_vector(BP, 0xee, CODE(0), (u32)exception_stubs + BP * EXCEPTION_STUB);
    set_vector(DONE, 0xee, CODE(0), (u32)exception_stubs + DONE * EXCEPTION_STUB);
    load_idt();
}

static void prepare_tasks(void)
{
    fill(&main_task, 0, sizeof main_task);
    fill(&old_task, 0, sizeof old_task);
    fill(main_task.map, 0xff, sizeof main_task.map);
    main_task.io_map = sizeof main_task; /* no map */
    main_task.esp0 = (u32)ring_stacks[0] + sizeof ring_stacks[0];
    main_task.esp1 = (u32)ring_stacks[1] + sizeof ring_stacks[1];
    main_task.esp2 = (u32)ring_stacks[2] + sizeof ring_stacks[2];
    main_task.ss0 = DATA(0);
    main_task.ss1 = DATA(1);
    main_task.ss2 = DATA(2);
    task_prepare(&other_task, leave_task);
    task_prepare(&fault_task, leave_task);
    __asm__ volatile("lldt %w0; ltr %w1" : : "r"(0), "r"(MAIN_TASK));
}

void task_prepare(struct tss *tss, const void *code)
{
    fill(tss, 0, sizeof *tss);
    tss->eip = (u32)code;
    tss->eflags = FRAME_FLAGS;
    tss->esp = (u32)task_stacks[tss == &fault_task] + sizeof task_stacks[0];
    tss->cs = CODE(0);
    tss->ss = tss->ds = tss->es = tss->fs = tss->gs = DATA(0);
    tss->esp0 = tss->esp - sizeof task_stacks[0] / 2;
    tss->ss0 = DATA(0);
    tss->cr3 = (u32)page_directory;
    tss->io_map = sizeof *tss;
}

/* ---- Pages ---- */

static void prepare_pages(void)
{
    write_cr0(read_cr0() & ~0x80000000u);
    fill(page_directory, 0, sizeof page_directory);
    page_directory[0] = (u32)page_table | U | W | P;
    for (u32 i = 0; i < 1024; i++)
        page_table[i] = i << 12 | U | W | P;
    write_cr3((u32)page_directory);
}

void paging_on(void)
{
    write_cr0(read_cr0() | 0x80000000u);
}

u32 *page_entry(u32 linear)
{
    return &page_table[linear >> 12 & 0x3ff];
}

u32 *directory_entry(u32 linear)
{
    return &page_directory[linear >> 22];
}

void flush(void)
{
    write_cr3(read_cr3());
}

/* ---- Interrupt controllers and timer ---- */

static void prepare_interrupts(void)
{
    static const u8 words[][2] = {{0x20, 0x11}, {0xa0, 0x11}, {0x21, IRQ0}, {0xa1, IRQ0 + 8},
                                  {0x21, 4},    {0xa1, 2},    {0x21, 1},    {0xa1, 1},
                                  {0x21, 0xff}, {0xa1, 0xff}};
    for (u32 i = 0; i < ARRAY_COUNT(words); i++)
        outb(words[i][0], words[i][1]);
}

void timer_start(void)
{
    outb(0x43, 0x30); /* counter 0, both bytes, mode 0: an edge at the end */
    outb(0x40, 0xa9);
    outb(0x40, 0x04);
    outb(0x21, 0xfe);
}

void irq13_enable(void)
{
    outb(0x21, 0xfb);
    outb(0xa1, 0xdf);
}

void interrupts_end(void)
{
    outb(0x21, 0xff);
    outb(0xa1, 0xff);
    outb(0xa0, 0x20);
    outb(0x20, 0x20);
}

/* ---- Real mode's vectors ---- */

static void prepare_real_vectors(void)
{
    volatile u32 *table = (volatile u32 *)byte_at(0);
    for (u32 vector = 0; vector < VECTORS; vector++)
        table[vector] = REAL_SEGMENT << 16 | REAL_OFFSET(real_stubs + vector * REAL_STUB);
}

static void prepare_real_state(void)
{
    fill(&real_in, 0, sizeof real_in);
    real_in.ds = real_in.es = REAL_SEGMENT;
    real_in.ss = 0x5000;
    real_in.sp = 0xfff0;
    real_in.flags = FRAME_FLAGS;
    real_segments = DATA16;
    real_idt_limit = 0x3ff;
}

void machine_prepare(void)
{
    on_exception = 0;
    fill(&in, 0, sizeof in);
    __asm__ volatile("clts");
    write_dr7(0);
    write_dr6(0);
    prepare_pages();
    prepare_gdt();
    prepare_idt();
    prepare_tasks();
    prepare_real_vectors();
    prepare_real_state();
    prepare_interrupts();
}

/* ---- Running ---- */

/* Zero: the run is over. A task that was entered meanwhile is left for the main one. */
int exception(struct frame *frame)
{
    if (on_exception && on_exception(frame))
        return 1;
    const u32 *from = (const u32 *)frame;
    for (u32 i = 0; i < sizeof out / sizeof(u32); i++)
        ((u32 *)&out)[i] = from[i];
    return 0;
}

u32 out_esp(void)
{
    return out.handler_esp + 5 * sizeof(u32); /* vector, error, EIP, CS, EFLAGS */
}

static u32 chosen(u32 value, u32 otherwise)
{
    return value ? value : otherwise;
}

/* The frame lies at the top of a stack: in ring 0 the fragment's own stack follows below. */
static void start(const void *code)
{
    struct frame *frame = (struct frame *)(start_stack + sizeof start_stack - sizeof *frame);
    in.eip = chosen(in.eip, (u32)code);
    in.eflags |= FRAME_FLAGS;
    *frame = in;
    fill(&out, 0, sizeof out);
    enter(frame);
    on_exception = 0;
    fill(&in, 0, sizeof in);
}

void run(u32 ring, const void *code)
{
    in.cs = chosen(in.cs, CODE(ring));
    in.ds = chosen(in.ds, DATA(ring));
    in.es = chosen(in.es, DATA(ring));
    in.fs = chosen(in.fs, DATA(ring));
    in.gs = chosen(in.gs, DATA(ring));
    in.ss = chosen(in.ss, DATA(ring));
    in.esp = chosen(in.esp, (u32)ring_stacks[3] + sizeof ring_stacks[3]);
    start(code);
}

void run_v86(const void *code)
{
    in.eflags |= VM;
    in.cs = chosen(in.cs, REAL_SEGMENT);
    in.ss = chosen(in.ss, 0x5000);
    in.esp = chosen(in.esp, 0xfff0);
    in.v86_ds = chosen(in.v86_ds, REAL_SEGMENT);
    in.v86_es = chosen(in.v86_es, REAL_SEGMENT);
    in.v86_fs = chosen(in.v86_fs, REAL_SEGMENT);
    in.v86_gs = chosen(in.v86_gs, REAL_SEGMENT);
    in.ds = in.es = in.fs = in.gs = DATA(0);
    in.eip = chosen(in.eip, REAL_OFFSET(code));
    start(code);
}

void run_real(const void *code)
{
    fill(&real_out, 0, sizeof real_out);
    enter_real(REAL_OFFSET(code));
    load_idt();
    prepare_real_state();
}
