#ifndef GLASS386_DEBUG_BREAKPOINT_H
#define GLASS386_DEBUG_BREAKPOINT_H

#include "cpu/cpu.h"

/* Breakpoints at linear addresses: kept once, here, for monitor, gdb and scripts alike. They are
   checks on an address; the guest's bytes are never changed. */

#define BREAKPOINTS_MAX 64u

struct breakpoint {
    u32 number; /* as people see it, from 1 */
    u32 linear;
    bool enabled, temporary;
    u64 hits;
};

struct breakpoints {
    struct breakpoint list[BREAKPOINTS_MAX];
    u32 count, last_number;
    u32 addresses[BREAKPOINTS_MAX]; /* what the CPU was given */
};

/* The new breakpoint, or null when there are BREAKPOINTS_MAX already. */
struct breakpoint *breakpoint_add(struct breakpoints *set, struct cpu *cpu, u32 linear,
                                  bool temporary);
bool breakpoint_delete(struct breakpoints *set, struct cpu *cpu, u32 number);
bool breakpoint_enable(struct breakpoints *set, struct cpu *cpu, u32 number, bool enabled);
void breakpoint_delete_all(struct breakpoints *set, struct cpu *cpu);

/* Gives the CPU the enabled addresses, or none at all (to step off one). */
void breakpoint_arm(struct breakpoints *set, struct cpu *cpu, bool armed);

/* The enabled breakpoint at an address, or null. */
struct breakpoint *breakpoint_at(struct breakpoints *set, u32 linear);

/* The machine stopped at an address: counts the hit and drops a temporary one; the number, 0 if
 * none. */
u32 breakpoint_note_hit(struct breakpoints *set, struct cpu *cpu, u32 linear);

#endif
