/* Descriptors, exceptions and page tables of the bench's program. */
#include "kernel.h"

#define MEGABYTES 16
#define PAGE 4096u
#define PRESENT 1u
#define WRITABLE 2u

extern u32 gdt[], idt[];
extern const u32 exception_stubs;
void system_call(void);
void user_end(void);
void exception(struct frame *frame);

struct tss task_main, task_other;
int (*exception_handlers[32])(struct frame *frame);
u32 resume; /* the stack to come back to, for entry.S */

static u8 kernel_stack[4096];
u8 user_stack[4096];
__asm__(".globl user_stack_end\n.set user_stack_end, user_stack + 4096");

static u32 directory[1024] __attribute__((aligned(4096)));
static u32 tables[MEGABYTES * 256] __attribute__((aligned(4096)));
static u32 window_table[1024] __attribute__((aligned(4096)));
static u8 window_frames[64 * 4096] __attribute__((aligned(4096)));

/* An interrupt gate (PRM 9.4) to the code segment. */
static void set_gate(u32 vector, u32 offset, u32 dpl)
{
    idt[vector * 2] = (u32)SELECTOR_CODE << 16 | (offset & 0xffff);
    idt[vector * 2 + 1] = (offset & 0xffff0000) | 0x8e00 | dpl << 13;
}

/* An available 32-bit task state segment (PRM 7.2). */
static void set_task(u32 selector, struct tss *tss)
{
    u32 base = (u32)tss;
    tss->io_map = sizeof *tss;
    gdt[selector / 4] = base << 16 | (sizeof *tss - 1);
    gdt[selector / 4 + 1] = (base & 0xff000000) | 0x8900 | (base >> 16 & 0xff);
}

void exception(struct frame *frame)
{
    if (exception_handlers[frame->vector] && exception_handlers[frame->vector](frame) == 0)
        return;
    print("exception ");
    print_hex(frame->vector);
    print(" at ");
    print_hex(frame->eip);
    print("\n");
    stop();
}

void system_init(void)
{
    for (u32 vector = 0; vector < 32; vector++)
        set_gate(vector, exception_stubs + vector * 16, 0);
    set_gate(0x80, (u32)system_call, 3);
    set_gate(0x81, (u32)user_end, 3);
    set_task(SELECTOR_TASK_MAIN, &task_main);
    set_task(SELECTOR_TASK_OTHER, &task_other);
    task_main.esp0 = (u32)kernel_stack + sizeof kernel_stack;
    task_main.ss0 = SELECTOR_DATA;
    task_main.cr3 = task_other.cr3 = (u32)directory;
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TASK_MAIN));
}

static void map_first_megabytes(void)
{
    for (u32 i = 0; i < MEGABYTES * 256; i++)
        tables[i] = i * PAGE | WRITABLE | PRESENT;
    for (u32 i = 0; i < MEGABYTES / 4; i++)
        directory[i] = (u32)(tables + i * 1024) | WRITABLE | PRESENT;
}

void window_map(u32 pages)
{
    u32 last = (u32)window_frames + sizeof window_frames - PAGE;
    for (u32 i = 0; i < pages; i++)
        window_table[i] = (last - i * PAGE) | WRITABLE | PRESENT;
    directory[WINDOW >> 22] = (u32)window_table | WRITABLE | PRESENT;
}

void paging_on(void)
{
    if (!directory[0])
        map_first_megabytes();
    __asm__ volatile("movl %0, %%cr3\n\t"
                     "movl %%cr0, %%eax\n\torl $0x80000000, %%eax\n\tmovl %%eax, %%cr0\n\t"
                     "jmp 1f\n1:"
                     :
                     : "r"(directory)
                     : "eax", "memory");
}

void paging_off(void)
{
    __asm__ volatile("movl %%cr0, %%eax\n\tandl $0x7fffffff, %%eax\n\tmovl %%eax, %%cr0\n\t"
                     "jmp 1f\n1:"
                     :
                     :
                     : "eax", "memory");
}

u32 *page_entry(u32 linear)
{
    return &tables[linear / PAGE];
}
