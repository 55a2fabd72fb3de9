/* What the workloads share: the table's row, the little machine below them, the output. */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef signed int s32;

#define NOINLINE __attribute__((noinline))
#define ARRAY_COUNT(array) (sizeof(array) / sizeof *(array))

/* Selectors of the GDT in entry.S. */
enum {
    SELECTOR_CODE = 0x08,
    SELECTOR_DATA = 0x10,
    SELECTOR_USER_CODE = 0x1b,
    SELECTOR_USER_DATA = 0x23,
    SELECTOR_TASK_MAIN = 0x28,
    SELECTOR_TASK_OTHER = 0x30,
    SELECTOR_DATA_AGAIN = 0x50,
    SELECTOR_CODE_AGAIN = 0x58,
};

struct workload {
    const char *name;
    u32 (*unit)(void); /* the same work and the same checksum each time */
    const char *(*setup)(
        void); /* once, before the first unit; answers why it must be skipped, or 0 */
};

/* The 32-bit task state segment (PRM 7.1). */
struct tss {
    u32 back_link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
    u32 eax, ecx, edx, ebx, esp, ebp, esi, edi, es, cs, ss, ds, fs, gs, ldt;
    u16 trap, io_map;
};

/* What an exception leaves on the stack, from the last pushed up. */
struct frame {
    u32 edi, esi, ebp, esp, ebx, edx, ecx, eax, vector, error, eip, cs, eflags;
};

extern struct tss task_main, task_other;

/* Returns 0 when it handled the exception; anything else ends the run with a message. */
extern int (*exception_handlers[32])(struct frame *frame);

/* system.c: called once by main. */
void load_tables(void);
void system_init(void);

/* Paging over the identity map of the first 16 MB. */
void paging_on(void);
void paging_off(void);
u32 *page_entry(u32 linear);
void window_map(u32 pages); /* pages from WINDOW up, backed in reverse order */
#define WINDOW 0x40000000u

static inline void tlb_flush(void)
{
    u32 value;
    __asm__ volatile("movl %%cr3, %0\n\tmovl %0, %%cr3" : "=r"(value) : : "memory");
}

static inline void outb(u16 port, u8 value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline u8 inb(u16 port)
{
    u8 value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/* main.c: to the first serial line and port E9h. */
void print(const char *text);
void print_hex(u32 value);
void print_decimal(u32 value);
void stop(void) __attribute__((noreturn));

/* entry.S */
u32 real_mode_work(void);                                  /* its checksum */
u32 user_run(u32 (*function)(u32 argument), u32 argument); /* in ring 3; what it returns */
void stack_switch(u32 *from, u32 to);
u32 far_calls(u32 count);
u32 modify_near(u32 count);
u32 modify_far(u32 count);

/* The workloads. */
u32 sieve(void), sieve_paged(void), sha(void), dhrystone(void), copy_loops(void), quicksort(void);
u32 matrix(void), byte_code(void), rep_large(void), rep_short(void), chase(void), tlb_flushes(void);
u32 page_faults(void), system_calls(void), stack_switches(void), task_switches(void);
u32 modify_near_unit(void), modify_far_unit(void), mandelbrot(void), nbody(void), port_io(void);
u32 vga_text(void), segments(void);
const char *chase_setup(void);
const char *x87_setup(void);

#endif
