#ifndef GLASS386_CPU_STACK_FRAME_H
#define GLASS386_CPU_STACK_FRAME_H

#include "cpu/descriptor.h"

/* A stack on which a transfer builds or reads its frame before anything is committed: the current
   one, or the inner ring's. Private to cpu/. */
struct stack_frame {
    const struct segment *ss; /* the current one, or `inner` */
    struct segment inner;     /* another ring's, not committed yet */
    u32 esp; /* as the register will be; with a 16-bit stack only the low half moves */
    bool user;
    u16 error; /* code of the #SS when there is no room */
    /* Set by the checks below when all elements lie in one page that may be accessed directly: the
       host's copy of offset `direct_first`. Else null. */
    u8 *direct;
    u32 direct_first;
};

static inline void stack_frame_current(const struct cpu *cpu, struct stack_frame *frame)
{
    frame->ss = &cpu->segs[SEG_SS];
    frame->esp = cpu->regs[REG_ESP];
    frame->user = cpu->cpl == 3;
    frame->error = 0;
    frame->direct = NULL;
}
/* The stack of an inner ring, from the current TSS, with every check (PRM 6.3.4.1): #TS, #SS. */
bool stack_frame_inner(struct cpu *cpu, unsigned ring, struct stack_frame *frame);

/* Limit of `count` pushes (or pops) of `size` bytes: #SS. */
bool stack_frame_room_push(struct cpu *cpu, const struct stack_frame *frame, unsigned count,
                           unsigned size);
bool stack_frame_room_pop(struct cpu *cpu, struct stack_frame *frame, unsigned count,
                          unsigned size);

/* Offsets in the stack wrap here. */
static inline u32 stack_frame_mask(const struct stack_frame *frame)
{
    return frame->ss->access & SEG_BIG ? 0xffffffffu : 0xffffu;
}
/* ESP moved by `delta`; with a 16-bit stack its upper half stays. */
static inline u32 stack_frame_moved(const struct stack_frame *frame, u32 delta)
{
    u32 mask = stack_frame_mask(frame);
    return (frame->esp & ~mask) | ((frame->esp + delta) & mask);
}

/* The element at the top, in the host's copy. */
static inline void stack_frame_store(struct stack_frame *frame, u32 value, unsigned size)
{
    u8 *to = frame->direct + ((frame->esp & stack_frame_mask(frame)) - frame->direct_first);
    if (size == 4)
        store_le32(to, value);
    else
        store_le16(to, (u16)value);
}
static inline u32 stack_frame_load(const struct stack_frame *frame, unsigned size)
{
    const u8 *from = frame->direct + ((frame->esp & stack_frame_mask(frame)) - frame->direct_first);
    return size == 4 ? load_le32(from) : load_le16(from);
}
/* And in the guest's memory, wherever that is. */
void stack_frame_push_slow(struct cpu *cpu, struct stack_frame *frame, u32 value, unsigned size);
bool stack_frame_pop_slow(struct cpu *cpu, struct stack_frame *frame, u32 *value, unsigned size);

/* Paging of `count` pushes: after it stack_frame_push cannot fail. */
bool stack_frame_prepare(struct cpu *cpu, struct stack_frame *frame, unsigned count, unsigned size);
static inline void stack_frame_push(struct cpu *cpu, struct stack_frame *frame, u32 value,
                                    unsigned size)
{
    frame->esp = stack_frame_moved(frame, 0u - size);
    if (frame->direct)
        stack_frame_store(frame, value, size);
    else
        stack_frame_push_slow(cpu, frame, value, size);
}

/* Pops after a check of room: only a page fault can stop it. */
static inline bool stack_frame_pop(struct cpu *cpu, struct stack_frame *frame, u32 *value,
                                   unsigned size)
{
    if (frame->direct)
        *value = stack_frame_load(frame, size);
    else if (!stack_frame_pop_slow(cpu, frame, value, size))
        return false;
    frame->esp = stack_frame_moved(frame, size);
    return true;
}
/* Discards bytes, as RETF n does. */
static inline void stack_frame_release(struct stack_frame *frame, u32 bytes)
{
    frame->esp = stack_frame_moved(frame, bytes);
}

/* Makes the frame's stack the current one. The caller loads CS too, or keeps the stack's size: the
   code mode follows from both. */
static inline void stack_frame_commit(struct cpu *cpu, const struct stack_frame *frame)
{
    if (frame->ss != &cpu->segs[SEG_SS])
        cpu->segs[SEG_SS] = *frame->ss;
    cpu->regs[REG_ESP] = frame->esp;
}

#endif
