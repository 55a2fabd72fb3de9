/* What the facts share: the frame of an exception, descriptors, pages, and the ways to run code. */
#ifndef GUEST_CPU_H
#define GUEST_CPU_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define ARRAY_COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- A fact: its name tells what holds, its function expects ---- */

struct fact {
    const char *name;
    void (*check)(void);
};
#define FACT(function)      \
    {                       \
#function, function \
    }

struct group {
    const struct fact *facts;
    u32 count;
};
#define GROUP(array)              \
    {                             \
        array, ARRAY_COUNT(array) \
    }
extern const struct group real_group, segment_group, transfer_group, gate_group, task_group;
extern const struct group page_group, v86_group, debug_group, x87_group;

/* The first expectation that does not hold fails the fact. */
void expect(const char *what, u32 found, u32 wanted);
void skip(const char *why);

/* ---- Exceptions ---- */

enum {
    DE = 0,
    DB = 1,
    BP = 3,
    OF = 4,
    BR = 5,
    UD = 6,
    NM = 7,
    DF = 8,
    TS = 10,
    NP = 11,
    SS = 12,
    GP = 13,
    PF = 14,
    MF = 16,
    IRQ0 = 0x70,
    IRQ13 = 0x7d,
    DONE = 0x81, /* the INT that ends each fragment: nothing was raised */
};

#define CF 0x0001u
#define ZF 0x0040u
#define TF 0x0100u
#define IF 0x0200u
#define NT 0x4000u
#define RF 0x10000u
#define VM 0x20000u
#define IOPL(n) ((u32)(n) << 12)

/* What an exception leaves on the stack, from the last pushed up; the last six only when there was
   a change of stack, the last four only from virtual-8086 mode. */
struct frame {
    u32 gs, fs, es, ds;
    u32 edi, esi, ebp, handler_esp, ebx, edx, ecx, eax;
    u32 vector, error, eip, cs, eflags;
    u32 esp, ss, v86_es, v86_ds, v86_fs, v86_gs;
};

/* ---- Running code ---- */

/* Code that a fact runs; the INT behind it ends the run. 16 bits: for real and V86 mode. */
#define FRAGMENT(name, text) \
    extern const u8 name[];  \
    __asm__(".text\n" #name ":\n" text "\n\tint $0x81\n")
#define FRAGMENT16(name, text)                                              \
    extern const u8 name[];                                                 \
    __asm__(".section .real, \"ax\"\n.code16\n" #name ":\n" text "\n\tint " \
            "$0x81\n.code32\n.text\n")

/* Registers before a run (zero again after it; segments that are zero get the ring's own) and what
   ended it. */
extern struct frame in, out;
void run(u32 ring, const void *code);
void run_v86(const void *code); /* segments that are zero get 1000h, where fragments are */
void run_real(const void *code);
/* ESP as it was when the exception came, where no stack was changed. */
u32 out_esp(void);
/* Called for each exception; nonzero: return to the fragment, with the frame as it now is. */
extern int (*on_exception)(struct frame *frame);

/* Real mode: registers before, and what ended it. */
struct real_state {
    u32 eax, ecx, edx, ebx, ebp, esi, edi;
    u16 ds, es, ss, sp, vector, ip, cs, flags;
};
extern struct real_state real_in, real_out;
extern u16 real_segments; /* selector whose limits the data segments take to real mode */
extern u16 real_idt_limit;
#define REAL_SEGMENT 0x1000u
#define REAL_OFFSET(label) ((u16)(u32)(label))

/* ---- Descriptors ---- */

#define CODE(ring) (0x08u + 0x10u * (ring) + (ring))
#define DATA(ring) (0x10u + 0x10u * (ring) + (ring))
#define CODE16 0x48u      /* 16-bit code at 10000h */
#define DATA16 0x50u      /* and data */
#define MAIN_TASK 0x58u   /* the current one */
#define OTHER_TASK 0x60u  /* a 386 task */
#define OLD_TASK 0x68u    /* a 286 task */
#define FAULT_TASK 0x70u  /* runs on an exception with a task gate */
#define LOCAL_TABLE 0x78u /* LDT: entry 0 (selector 4) is data */
#define FREE 0x80u        /* 80h to F8h are a fact's own */
#define FREE2 0x88u
#define BEYOND 0x200u /* past the end of the GDT */

/* Access bits 0-7 as in the descriptor, 14 = D or B; DPL 0 and present. */
#define A_CODE 0x409au
#define A_CODE_ONLY 0x4098u /* not readable */
#define A_CONFORMING 0x409eu
#define A_DATA 0x4092u
#define A_READ_ONLY 0x4090u
#define A_DOWN 0x4096u
#define A_DPL(n) ((n) << 5)
#define A_PRESENT 0x80u

void set_segment(u16 selector, u32 base, u32 limit, u16 access);
u8 access_byte(u16 selector);
void set_call_gate(u16 selector, u8 access, u16 target, u32 offset, u32 count);
void set_vector(u8 vector, u8 access, u16 target, u32 offset);
void load_ldt(u16 selector);

/* The 32-bit task state segment (PRM 7.1). */
struct tss {
    u32 back_link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
    u32 eax, ecx, edx, ebx, esp, ebp, esi, edi, es, cs, ss, ds, fs, gs, ldt;
    u16 trap, io_map;
    u8 map[0x400];
};
struct tss16 {
    u16 back_link, sp0, ss0, sp1, ss1, sp2, ss2, ip, flags;
    u16 ax, cx, dx, bx, sp, bp, si, di, es, cs, ss, ds, ldt;
};
extern struct tss main_task, other_task, fault_task;
extern struct tss16 old_task;
/* Ready to run code in ring 0. */
void task_prepare(struct tss *tss, const void *code);

/* ---- Pages: the first 4 MB onto themselves, everything allowed ---- */

#define PAGE 0x200000u /* a page for experiments; the next one too */
enum { P = 1, W = 2, U = 4, A = 0x20, D = 0x40 };
void paging_on(void);
u32 *page_entry(u32 linear);
u32 *directory_entry(u32 linear);
void flush(void);

/* ---- Ports and registers ---- */

/* A byte of memory by its address; the compiler takes low addresses for null pointers. */
static inline volatile u8 *byte_at(u32 linear)
{
    __asm__("" : "+r"(linear));
    return (volatile u8 *)linear;
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
#define READ_REGISTER(name)                                              \
    static inline u32 read_##name(void)                                  \
    {                                                                    \
        u32 value;                                                       \
        __asm__ volatile("movl %%" #name ", %0" : "=r"(value));          \
        return value;                                                    \
    }                                                                    \
    static inline void write_##name(u32 value)                           \
    {                                                                    \
        __asm__ volatile("movl %0, %%" #name : : "r"(value) : "memory"); \
    }
READ_REGISTER(cr0)
READ_REGISTER(cr2)
READ_REGISTER(cr3)
READ_REGISTER(dr0)
READ_REGISTER(dr6)
READ_REGISTER(dr7)
static inline u16 task_register(void)
{
    u16 value;
    __asm__ volatile("str %0" : "=r"(value));
    return value;
}

/* The timer's interrupt comes once, about a millisecond from now. */
void timer_start(void);
void interrupts_end(void); /* mask all, tell both chips */
void irq13_enable(void);

/* machine.c: everything as each fact finds it. */
void machine_prepare(void);
#endif
