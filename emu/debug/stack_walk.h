#ifndef GLASS386_DEBUG_STACK_WALK_H
#define GLASS386_DEBUG_STACK_WALK_H

#include "cpu/cpu.h"

/* Callers by the chain of saved EBPs that compilers leave (-fno-omit-frame-pointer). At the first
   two instructions of such a function (push ebp; mov ebp, esp) EBP is still the caller's. */

struct stack_call {
    u32 eip;   /* where it is, or where it goes on after its call */
    u32 frame; /* lowest stack address of its caller's: behind the return address; 0 of the first */
};

struct stack_walk {
    const struct cpu *cpu;
    struct stack_call next;
    u32 ebp;
    u32 depth;
    bool ended;
};

struct stack_walk stack_walk_start(const struct cpu *cpu);
/* The innermost first; false when there are no more, the stack is not mapped, or the chain does not
   go upwards. */
bool stack_walk_next(struct stack_walk *walk, struct stack_call *call);

#endif
