#ifndef GLASS386_DEBUG_GUEST_H
#define GLASS386_DEBUG_GUEST_H

#include "cpu/cpu.h"
#include "debug/symbols.h"

/* What the guest's tables tell of its tasks. The hardware's part works on every guest: each TSS
   that the GDT describes. Where symbols name a Linux 0.12-style `task` array, its task_struct is
   read beside it. */

struct guest_task {
    u16 tss_selector, ldt_selector;
    u32 tss_base, ldt_base;
    bool busy, current;
    u32 eip, esp, cr3; /* of the TSS image: what the task had when it was last switched out */
    u16 cs;
    bool has_kernel_view;
    u32 state, counter, pid, father, end_code, end_data, brk, start_stack;
};

/* Fills at most `limit` tasks in order of their selectors; the number found. Looks only. */
u32 guest_tasks(const struct cpu *cpu, const struct symbols *symbols, struct guest_task *tasks,
                u32 limit);

/* "running", "interruptible", ... for a task_struct's state. */
const char *guest_task_state(u32 state);

#endif
