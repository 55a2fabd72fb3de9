#ifndef GLASS386_CPU_CPU_H
#define GLASS386_CPU_CPU_H

#include "base/field.h"
#include "base/log.h"
#include "bus/clock.h"
#include "bus/irq.h"
#include "bus/memory.h"
#include "bus/ports.h"
#include "cpu/fpu/fpu.h"
#include "cpu/registers.h"
#include "cpu/tlb.h"

/* An i386 and what it remembers. Plain data; two of them may live in one process. */

enum cpu_level { CPU_386, CPU_486, CPU_586, CPU_686 };

/* A segment register with its hidden part (PRM 5.1.4). */
struct segment {
    u16 selector;
    u16 access; /* descriptor bits 40-55: type and DPL and P in 0-7, G D 0 AVL in 12-15; 0 = null */
    u32 base;
    u32 limit;      /* in bytes, granularity applied */
    u32 fast_read;  /* offset < fast_read: 1 to 4 bytes there may be read with no further check */
    u32 fast_write; /* the same for writes; 0 sends every access to the full checks */
    u32 padding[3]; /* 32 bytes: op.form gives the distance of a segment without a multiplication */
};

/* Bits of segment.access, which is bits 8-23 of a descriptor's high dword with 16-19 (limit) zero.
 */
#define SEG_ACCESSED 0x01u
#define SEG_WRITABLE 0x02u    /* data */
#define SEG_READABLE 0x02u    /* code */
#define SEG_EXPAND_DOWN 0x04u /* data */
#define SEG_CONFORMING 0x04u  /* code */
#define SEG_CODE 0x08u
#define SEG_NONSYSTEM 0x10u /* S = 1: code or data */
#define SEG_DPL_SHIFT 5u
#define SEG_DPL 0x60u
#define SEG_PRESENT 0x80u
#define SEG_BIG 0x4000u /* D or B */
#define SEG_GRANULAR 0x8000u

/* What a data segment register became when it was last loaded with a selector: as long as its
   descriptor has the same bytes, the same load at the same CPL gives the same. Derived. */
struct known_segment {
    u64 descriptor;
    u32 key; /* known_segment_key(); 0: nothing is known */
    struct segment segment;
};
#define KNOWN_SEGMENTS 16u
static inline u32 known_segment_key(u16 selector, unsigned cpl)
{
    return 1u << 31 | cpl << 16 | selector;
}

struct table_register {
    u32 base;
    u16 limit;
};

/* A guest fault on its way to delivery. Functions that can fault return bool: false means that
   cpu->fault tells what and nothing else of the guest's state has changed. */
struct fault {
    u8 vector;
    bool has_error;
    u16 error;
    u32 address; /* #PF: the linear address for CR2 */
};

/* Why cpu_run() came back. */
enum cpu_stop {
    CPU_STOP_TIME,     /* the tick was reached */
    CPU_STOP_HALT,     /* HLT: nothing to do until an interrupt */
    CPU_STOP_SHUTDOWN, /* triple fault: cpu->faults tells the chain of three */
    CPU_STOP_BREAK,    /* a breakpoint stands at CS:EIP, not yet executed */
    CPU_STOP_REQUEST,  /* somebody called cpu_request_stop() */
};

/* One line of the fault history: enough to explain it later. */
struct fault_record {
    struct fault fault;
    u64 tick;
    u16 cs;
    u32 eip, linear;
    u8 cpl;
    bool software, external; /* INT n; hardware interrupt */
};
#define FAULT_HISTORY 64u

/* What an `event` hook is told of, with the value beside it. */
enum cpu_event {
    CPU_EVENT_INT,       /* a software interrupt: its vector */
    CPU_EVENT_INTERRUPT, /* a hardware interrupt: its vector */
    CPU_EVENT_FAULT,     /* an exception: its vector */
    CPU_EVENT_TASK,      /* a task switch: the new TSS's selector */
    CPU_EVENT_CR3,       /* CR3 was loaded: its value */
    CPU_EVENT_MODE,      /* CR0.PE or CR0.PG changed: CR0 */
};

/* What an outside hand wants to see. Hooks look only; those that give nothing back stop the machine
   by cpu_request_stop(), behind the instruction under way. Null: not wanted. */
struct cpu_hooks {
    /* An instruction stands on a marked address (cpu_set_breakpoints): true stops before it. */
    bool (*breakpoint)(void *context, u32 linear);
    void *context;
    /* Each data access and push or pop, at whatever cost: every access takes the slow path. */
    void (*access)(void *context, u32 linear, u32 size, bool write);
    void (*event)(void *context, enum cpu_event event, u32 value);
};

/* Lazy arithmetic flags (cpu-core.md 3.1; the flag functions are in cpu/flags.h):
   result: bits 0-31 the result sign-extended to 32 bits, bit 32 the carry;
   aux: a xor b (both sign-extended): with the result it yields AF and OF. */
struct lazy_flags {
    u64 result;
    u32 aux;
};

struct block_cache; /* cpu/blocks.h */

/* Pages of base RAM, 640 KB. */
#define DIRECT_PAGES 160u

struct cpu {
    /* First, so that handlers reach them with small displacements. */
    u32 regs[8];
    u32 zero; /* the register that addressing forms without base or index name; always 0 */
    u32 eip;
    struct lazy_flags lazy;
    u32 eflags; /* all but the six arithmetic flags, which are in `lazy` */
    struct segment segs[SEG_COUNT];
    s64 budget; /* ticks left in this slice; see exec/run.c */
    u64 slice_end;
    u64 target;       /* tick at which the run ends; a REP iterates no further */
    bool attention;   /* the run loop must look before the next instruction */
    u8 outcome;       /* enum cpu_outcome (exec/dispatch.h): why the handlers came back */
    bool trap;        /* the instruction under way ends in a single-step #DB */
    bool break_armed; /* the last run stopped at break_linear: its instruction goes first */
    u32 break_linear;
    struct tlb_fast *fast_tlb;     /* tlb.fast[cpl == 3] */
    struct remembered_jump *jumps; /* block_cache.h */
    u64 jump_key;                  /* generation and code mode of the jumps that hold, in 32-63 */

    /* direct_ram is the host's place of address 0 in RAM.
       Without paging a linear address is a physical one. Below direct_reach lies base RAM, whatever
       A20 says, of which 1 to 4 bytes may be accessed at direct_ram + linear when the segment
       permits it; stores must leave alone pages that are guarded: they or the next one hold decoded
       code. All derived, as `tlb.fast` (tlb.c, blocks.c). */
    u8 *direct_ram;
    u32 direct_reach;
    u32 direct_bytes, direct_regions; /* of base RAM, in a map of so many regions */
    u8 direct_guard[DIRECT_PAGES];

    u8 cpl;
    bool halted;
    bool shadow; /* STI, MOV SS, POP SS: no interrupt before the next instruction has ended */
    bool intr;   /* level of the INTR pin */
    bool nmi;    /* an NMI edge waits */
    bool nmi_blocked;
    bool stop_requested;
    bool shutdown;
    bool delivering; /* inside an exception's delivery: double-fault rules */
    u8 level;        /* enum cpu_level */
    bool has_fpu;    /* from the start; the machine may take the coprocessor out */

    u32 cr0, cr2, cr3, cr4;
    u32 dr[8];
    u32 debug_hits; /* DR6 bits of data breakpoints met: #DB at the next instruction boundary */
    u64 tsc_offset; /* 586: the time-stamp counter less the clock's ticks */
    u32 test[8];    /* TR6 and TR7, 486: TR3 to TR7; saved like dr[] */
    struct table_register gdtr, idtr;
    struct segment ldtr, tr;
    struct fault fault;
    struct fault_record faults[FAULT_HISTORY];
    u32 fault_count; /* total; the newest is faults[(fault_count - 1) % FAULT_HISTORY] */

    struct fpu fpu;

    struct tlb tlb;
    struct known_segment known[KNOWN_SEGMENTS]; /* by the low bits of the selector's index */
    struct block_cache *blocks;
    u32 code_mode; /* number of the (CS limit, CS.D, SS.B) tuple, part of every block's key */

    /* Wiring, never saved. */
    struct memory *memory;
    struct ports *ports;
    struct clock *clock;
    const struct log *log;
    struct cpu_hooks hooks;
    const u32 *breakpoints; /* linear addresses, owned by whoever set them */
    u32 breakpoint_count;
    struct irq_line ferr;                       /* x87 error without CR0.NE: IRQ 13 of an AT */
    u8 (*interrupt_acknowledge)(void *context); /* INTA cycle: gives the vector */
    void *interrupt_context;
};

/* Wiring is given once; false when the host has no memory for the block cache. */
struct cpu_wiring {
    struct memory *memory;
    struct ports *ports;
    struct clock *clock;
    const struct log *log;
    u8 (*interrupt_acknowledge)(void *context);
    void *interrupt_context;
};
bool cpu_init(struct cpu *cpu, const struct cpu_wiring *wiring, enum cpu_level level,
              struct error *error);
void cpu_free(struct cpu *cpu);

/* RESET pin (PRM 10.1): EIP FFF0h, CS F000h with base FFFF0000h, real mode, EDX = identification.
 */
void cpu_reset(struct cpu *cpu);

/* Family, model and stepping: what EDX holds after RESET, and CPUID tells. */
u32 cpu_identification(const struct cpu *cpu);

/* Runs until clock->now == until, exactly, or until something in enum cpu_stop comes first. Keeps
   clock->now exact whenever a port or a device page is touched, and at return. An attempted
   instruction counts one tick, also when it faults; delivering an interrupt counts none. The
   clock's `next` may move earlier while it runs (a chip was programmed): it then stops there. */
enum cpu_stop cpu_run(struct cpu *cpu, u64 until);

/* From any callback: come back at the next instruction boundary with CPU_STOP_REQUEST. */
void cpu_request_stop(struct cpu *cpu);

/* Pins. */
void cpu_set_intr(struct cpu *cpu, bool level);
void cpu_raise_nmi(struct cpu *cpu);

/* EFLAGS as a whole, composed and decomposed (no side effects on mode: for inspectors and loading).
 */
u32 cpu_get_eflags(const struct cpu *cpu);
void cpu_set_eflags(struct cpu *cpu, u32 eflags);

/* Gives the hooks. */
void cpu_set_hooks(struct cpu *cpu, const struct cpu_hooks *hooks);

/* Breakpoints at linear addresses; the array must live until the next call. */
void cpu_set_breakpoints(struct cpu *cpu, const u32 *linear, u32 count);

/* Sets what an outside hand (a loader, a debugger, a test) may set between runs and keeps all
   derived state (privilege, fast limits, code mode, TLB) consistent. */
void cpu_set_eip(struct cpu *cpu, u32 eip);
void cpu_set_segment_real(struct cpu *cpu, enum segment_number number, u16 selector);
void cpu_set_segment_raw(struct cpu *cpu, enum segment_number number, u16 selector, u32 base,
                         u32 limit, u16 access);
void cpu_set_cr0(struct cpu *cpu, u32 value);
void cpu_set_cr3(struct cpu *cpu, u32 value);

/* Recomputes everything derived after the saved fields were loaded or poked. */
void cpu_after_load(void *cpu);
/* Normalises what may differ between build flavours (lazy flags); call before saving or hashing. */
void cpu_before_save(struct cpu *cpu);
extern const struct field_table cpu_fields;

static inline bool cpu_protected(const struct cpu *cpu)
{
    return cpu->cr0 & CR0_PE;
}
static inline bool cpu_v86(const struct cpu *cpu)
{
    return cpu->eflags & FLAG_VM;
}
static inline bool cpu_paging(const struct cpu *cpu)
{
    return cpu->cr0 & CR0_PG;
}
static inline void cpu_note_event(struct cpu *cpu, enum cpu_event event, u32 value)
{
    if (cpu->hooks.event)
        cpu->hooks.event(cpu->hooks.context, event, value);
}
static inline u32 cpu_linear_eip(const struct cpu *cpu)
{
    return cpu->segs[SEG_CS].base + cpu->eip;
}

#endif
