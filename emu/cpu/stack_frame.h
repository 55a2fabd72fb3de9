#ifndef GLASS386_CPU_STACK_FRAME_H
#define GLASS386_CPU_STACK_FRAME_H

#include "cpu/cpu.h"
#include "cpu/descriptor.h"

/* A stack on which a transfer builds or reads its frame before anything is committed: the current
   one, or the inner ring's. Private to cpu/. */
struct stack_frame {
    struct segment ss;
    u32 esp; /* as the register will be; with a 16-bit stack only the low half moves */
    bool user;
    u16 error; /* code of the #SS when there is no room */
    /* Set by the checks below when all elements lie in one page that may be accessed directly: the
       host's copy of offset `direct_first`. Else null. */
    u8 *direct;
    u32 direct_first;
};

void stack_frame_current(const struct cpu *cpu, struct stack_frame *frame);
/* The stack of an inner ring, from the current TSS, with every check (PRM 6.3.4.1): #TS, #SS. */
bool stack_frame_inner(struct cpu *cpu, unsigned ring, struct stack_frame *frame);

/* Limit of `count` pushes (or pops) of `size` bytes: #SS. */
bool stack_frame_room_push(struct cpu *cpu, const struct stack_frame *frame, unsigned count,
                           unsigned size);
bool stack_frame_room_pop(struct cpu *cpu, struct stack_frame *frame, unsigned count,
                          unsigned size);

/* Paging of `count` pushes: after it stack_frame_push cannot fail. */
bool stack_frame_prepare(struct cpu *cpu, struct stack_frame *frame, unsigned count, unsigned size);
void stack_frame_push(struct cpu *cpu, struct stack_frame *frame, u32 value, unsigned size);

/* Pops after a check of room: only a page fault can stop it. */
bool stack_frame_pop(struct cpu *cpu, struct stack_frame *frame, u32 *value, unsigned size);
/* Discards bytes, as RETF n does. */
void stack_frame_release(struct stack_frame *frame, u32 bytes);

/* Makes the frame's stack the current one. The caller loads CS too, or keeps the stack's size: the
   code mode follows from both. */
void stack_frame_commit(struct cpu *cpu, const struct stack_frame *frame);

#endif
