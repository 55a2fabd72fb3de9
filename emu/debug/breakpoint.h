#ifndef GLASS386_DEBUG_BREAKPOINT_H
#define GLASS386_DEBUG_BREAKPOINT_H

#include "base/text_out.h"
#include "debug/symbols.h"
#include "machine/machine.h"

/* Breakpoints of all kinds: kept once, here, for monitor, gdb and scripts alike. They only look:
   the guest's bytes, registers and time are the same with and without them. */

#define BREAKPOINTS_MAX 64u

enum breakpoint_kind {
    BREAK_CODE,      /* before the instruction at a linear address */
    BREAK_WRITE,     /* behind an instruction that wrote to linear addresses */
    BREAK_READ,      /* ... that read there */
    BREAK_ACCESS,    /* ... that did either */
    BREAK_PHYSICAL,  /* ... that wrote to physical addresses */
    BREAK_PORT,      /* behind an access to an I/O port */
    BREAK_INTERRUPT, /* before the first instruction of an interrupt's handler */
    BREAK_FAULT,     /* the same of an exception */
    BREAK_TASK,      /* before the new task's first instruction */
    BREAK_CR3,       /* behind a load of CR3 */
    BREAK_MODE,      /* behind a change of CR0.PE or CR0.PG */
    BREAK_KINDS
};

#define BREAKPOINT_EVERY UINT32_MAX /* as a vector or a port: all of them */
#define BREAKPOINT_CONDITION 80u

enum breakpoint_owner { BREAKPOINT_PERSON, BREAKPOINT_GDB, BREAKPOINT_SCRIPT };

struct breakpoint {
    u32 number; /* as people see it, from 1 */
    enum breakpoint_kind kind;
    enum breakpoint_owner owner;
    u32 address; /* linear or physical address, port or vector */
    u32 length;  /* bytes, of those that watch memory */
    bool enabled, temporary;
    u64 hits;
    u32 value; /* of a watch: its first bytes when it was last looked at */
    char condition[BREAKPOINT_CONDITION]; /* BREAK_CODE: an expression that must not be 0; "" */
};

/* The stop that a hook has asked for. */
struct breakpoint_hit {
    u32 number; /* 0: none */
    u32 address, size, value;
    bool write;
};

struct breakpoints {
    struct breakpoint list[BREAKPOINTS_MAX];
    u32 count, last_number;
    u32 addresses[BREAKPOINTS_MAX]; /* what the CPU was given */
    struct breakpoint_hit hit;
    struct cpu *cpu;
    const struct symbols *symbols; /* of conditions; may be null */
};

void breakpoints_init(struct breakpoints *set, struct cpu *cpu, const struct symbols *symbols);

/* Adds a copy and gives it its number; null, with the line, when there are BREAKPOINTS_MAX already,
   or the condition cannot be evaluated. */
struct breakpoint *breakpoint_add(struct breakpoints *set, const struct breakpoint *wanted,
                                  struct error *error);
bool breakpoint_delete(struct breakpoints *set, u32 number);
bool breakpoint_enable(struct breakpoints *set, u32 number, bool enabled);
void breakpoint_delete_all(struct breakpoints *set);
/* Those of one owner only. */
void breakpoint_delete_owned(struct breakpoints *set, enum breakpoint_owner owner);
struct breakpoint *breakpoint_numbered(struct breakpoints *set, u32 number);

/* The enabled breakpoint before the instruction at an address, or null. */
struct breakpoint *breakpoint_at(struct breakpoints *set, u32 linear);

/* Why the machine stopped: counts the hit, drops a temporary one; false when no breakpoint was met.
   `*met` is a copy, and `*hit` what was accessed (of BREAK_CODE: nothing). */
bool breakpoint_take_hit(struct breakpoints *set, struct breakpoint *met,
                         struct breakpoint_hit *hit);

/* Gives the CPU what is enabled, once the list was changed by hand. */
void breakpoints_arm(struct breakpoints *set);
/* The machine is in another state now, by no instruction of its own: what was met is forgotten, and
   what is watched has new values. */
void breakpoints_begin_anew(struct breakpoints *set);

/* One instruction, whatever breakpoint stands on it; those that look at data and events hold. A
   halted CPU runs to its next interrupt. */
enum machine_stop breakpoint_step(struct breakpoints *set, struct machine *machine);

/* "write to linear 00001234, 4 bytes": what it waits for. */
void breakpoint_describe(const struct breakpoint *breakpoint, struct text_out *out);

#endif
