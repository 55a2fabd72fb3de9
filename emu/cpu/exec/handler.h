#ifndef GLASS386_CPU_EXEC_HANDLER_H
#define GLASS386_CPU_EXEC_HANDLER_H

#include "cpu/data.h"
#include "cpu/exec/alu.h"
#include "cpu/op.h"

/* How handlers go from one op to the next.

   In the fast builds a handler calls the next one in tail position: `MUSTTAIL return RUN(op + 1);`
   becomes a jump, and the lazy flags and the budget stay in registers. With GLASS386_TRAMPOLINE (no
   optimisation, sanitizers, coverage) the same statement stores them in struct cpu and returns the
   next op to the loop in run.c. A null return ends the run in both. */

#define HANDLER_PARAMETERS \
    struct cpu *cpu, struct op *op, s64 budget, __attribute__((unused)) u32 spare, u64 fr, u32 fx
#define HANDLER_ARGUMENTS cpu, op, budget, handler_spare(), fr, fx

/* The fourth argument is nothing: on x86-64 it travels in ecx, the one register that counts shifts,
   and which handlers so may use without saving it. */
static inline u32 handler_spare(void)
{
    u32 whatever;
#ifdef __x86_64__
    __asm__("" : "=c"(whatever));
#else
    __asm__("" : "=r"(whatever));
#endif
    return whatever;
}

static inline void handler_save(struct cpu *cpu, u64 fr, u32 fx, s64 budget)
{
    cpu->lazy.result = fr;
    cpu->lazy.aux = fx;
    cpu->budget = budget;
}

#ifdef GLASS386_TRAMPOLINE
#define MUSTTAIL
static inline struct op *handler_pause(struct cpu *cpu, struct op *next, u64 fr, u32 fx, s64 budget)
{
    handler_save(cpu, fr, fx, budget);
    return next;
}
#define RUN(next) handler_pause(cpu, (next), fr, fx, budget)
#else
#ifdef __clang__
#define MUSTTAIL __attribute__((musttail))
#define RUN(next) (next)->fn(cpu, (next), budget, handler_spare(), fr, fx)
#else
#define MUSTTAIL
/* gcc would compute next + 1 beside next and move it at the end: it is told to forget the sum. And
   it would move the budget to another register and back, to have its register for itself. */
ALWAYS_INLINE struct op *handler_step(struct op *next, s64 *budget)
{
#ifdef __x86_64__
    __asm__("" : "+r"(next), "+d"(*budget));
#else
    (void)budget;
    __asm__("" : "+r"(next));
#endif
    return next;
}
#define RUN(next) (op = handler_step((next), &budget), op->fn(HANDLER_ARGUMENTS))
#endif
#endif

/* Before a handler to which others jump on a miss: neither inlined there nor changed for them. */
#ifdef __clang__
#define HANDLER_APART __attribute__((noinline))
#else
#define HANDLER_APART __attribute__((noipa))
#endif

/* Leaves the chain with cpu->eip at `op`; the ticks up to op's predecessor are already charged. */
op_handler handler_leave_here;
/* Leaves after the instruction that precedes `op` in its block, charging it. */
op_handler handler_leave_after;
/* Leaves with cpu->fault raised by `op`, charging it. */
op_handler handler_leave_fault;
/* Goes on at cpu->eip, whatever page it is in. */
op_handler handler_go_to_eip;

/* The tick before `op` retires; a chip that the instruction touches must see it. */
static inline void handler_sync_clock(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu->clock->now = cpu->slice_end - (u64)budget + op->n - 1;
}

/* Something asks the run loop to look before the next instruction. */
static inline bool handler_attention(const struct cpu *cpu)
{
    return cpu->attention || cpu->clock->next < cpu->target;
}

/* Registers by byte offset. The host is little endian. */
static inline u8 *handler_register(struct cpu *cpu, unsigned offset)
{
    return (u8 *)cpu + offset;
}

/* The segment of the op's memory operand. */
ALWAYS_INLINE const struct segment *handler_segment(const struct cpu *cpu, const struct op *op)
{
    u32 distance = op->form & (7u << OP_SEGMENT_SHIFT);
    return (const struct segment *)((const u8 *)cpu->segs + distance);
}

ALWAYS_INLINE const struct tlb_fast *handler_tlb_slot(const struct cpu *cpu, u32 linear)
{
    _Static_assert(sizeof(struct tlb_fast) == 16, "the slot's distance is its number shifted by 4");
    u32 distance = linear >> (PAGE_SHIFT - 4) & (TLB_DATA_ENTRIES - 1) << 4;
    return (const struct tlb_fast *)((const u8 *)cpu->fast_tlb + distance);
}

/* What is added to a linear address. Often it is the place of address 0: without paging, and in
   pages that kernels map onto themselves. The host guesses that, and need not wait for the slot,
   which helps where others wait for the address: of stores, and of loads that lead to the next. */
ALWAYS_INLINE u8 *handler_host(const struct cpu *cpu, const struct tlb_fast *slot)
{
    u8 *host = cpu->direct_ram;
    if (slot->addend != (u64)(uintptr_t)host)
        __asm__ volatile("" : "=r"(host) : "0"(slot->addend)); /* never without a branch */
    return host;
}

/* Host address of 1, 2 or 4 bytes that need no further check; false sends the caller to the slow
   instance. `leads`, a constant: the load is into the register that led there, and so the next one
   waits for it. */
ALWAYS_INLINE bool handler_find_load(const struct cpu *cpu, const struct segment *s, u32 offset,
                                     unsigned bytes, bool leads, u8 **at)
{
    u32 linear = s->base + offset;
    const struct tlb_fast *slot = handler_tlb_slot(cpu, linear);
    if (offset >= s->fast_read || slot->read_tag != ((linear + bytes - 1) & ~PAGE_OFFSET_MASK))
        return false;
    *at = (leads ? handler_host(cpu, slot) : (u8 *)(uintptr_t)slot->addend) + linear;
    return true;
}

ALWAYS_INLINE bool handler_find_read(const struct cpu *cpu, const struct segment *s, u32 offset,
                                     unsigned bytes, u8 **at)
{
    return handler_find_load(cpu, s, offset, bytes, false, at);
}

ALWAYS_INLINE bool handler_find_write(const struct cpu *cpu, const struct segment *s, u32 offset,
                                      unsigned bytes, u8 **at)
{
    u32 linear = s->base + offset;
    const struct tlb_fast *slot = handler_tlb_slot(cpu, linear);
    if (offset >= s->fast_write || slot->write_tag != ((linear + bytes - 1) & ~PAGE_OFFSET_MASK))
        return false;
    *at = handler_host(cpu, slot) + linear;
    return true;
}

/* The same as a pointer, null for a miss. */
ALWAYS_INLINE u8 *handler_fast_read(struct cpu *cpu, unsigned segment, u32 offset, unsigned bytes)
{
    u8 *at;
    return handler_find_read(cpu, &cpu->segs[segment], offset, bytes, &at) ? at : NULL;
}

ALWAYS_INLINE u8 *handler_fast_write(struct cpu *cpu, unsigned segment, u32 offset, unsigned bytes)
{
    u8 *at;
    return handler_find_write(cpu, &cpu->segs[segment], offset, bytes, &at) ? at : NULL;
}

/* Little-endian access to 1, 2 or 4 bytes at any host alignment; `width` is a constant. */
ALWAYS_INLINE u32 handler_load(const u8 *from, unsigned width)
{
    return width == 8 ? *from : width == 16 ? load_le16(from) : load_le32(from);
}

ALWAYS_INLINE void handler_store(u8 *to, unsigned width, u32 value)
{
    if (width == 8)
        *to = (u8)value;
    else if (width == 16)
        store_le16(to, (u16)value);
    else
        store_le32(to, value);
}

/* Words of registers are read and written as whole doublewords: x86-64 hosts pass a doubleword from
   a store to the next load of the same place in no time, a word in seven cycles, and a load of more
   bytes than were stored waits until the store is done. */
ALWAYS_INLINE u32 handler_whole(const struct cpu *cpu, unsigned offset)
{
    u32 whole = load_le32((const u8 *)cpu + offset);
    __asm__("" : "+r"(whole)); /* or the compilers would load what is used of it */
    return whole;
}

/* `whole` with its low `width` bits, 8 or 16, changed. */
ALWAYS_INLINE u32 handler_merge(u32 whole, unsigned width, u32 value)
{
#ifdef __x86_64__
    if (width == 16)
        __asm__("movw %w1, %w0" : "+r"(whole) : "r"(value));
    else
        __asm__("movb %b1, %b0" : "+r"(whole) : "r"(value));
    return whole;
#else
    u32 mask = width == 16 ? 0xffffu : 0xffu;
    return (whole & ~mask) | (value & mask);
#endif
}

ALWAYS_INLINE u32 handler_get(const struct cpu *cpu, unsigned offset, unsigned width)
{
    return width == 16 ? (u16)handler_whole(cpu, offset)
                       : handler_load((const u8 *)cpu + offset, width);
}

ALWAYS_INLINE void handler_set(struct cpu *cpu, unsigned offset, unsigned width, u32 value)
{
    if (width == 16)
        value = handler_merge(handler_whole(cpu, offset), width, value);
    handler_store((u8 *)cpu + offset, width == 16 ? 32 : width, value);
}

/* The fully checked accesses by width. They give away addresses of their own variables only, which
   end with them: a handler whose own variable's address escaped could not end in a jump, and a long
   run of slow handlers would fill the host's stack. */
ALWAYS_INLINE bool handler_data_read(struct cpu *cpu, unsigned segment, u32 offset, unsigned width,
                                     u32 *value)
{
    u8 byte = 0;
    u16 word = 0;
    u32 dword = 0;
    bool ok;
    if (width == 32) {
        ok = data_read32(cpu, segment, offset, &dword);
        *value = dword;
        return ok;
    }
    if (width == 16) {
        ok = data_read16(cpu, segment, offset, &word);
        *value = word;
        return ok;
    }
    ok = data_read8(cpu, segment, offset, &byte);
    *value = byte;
    return ok;
}

ALWAYS_INLINE bool handler_data_write(struct cpu *cpu, unsigned segment, u32 offset, unsigned width,
                                      u32 value)
{
    return width == 32   ? data_write32(cpu, segment, offset, value)
           : width == 16 ? data_write16(cpu, segment, offset, (u16)value)
                         : data_write8(cpu, segment, offset, (u8)value);
}

ALWAYS_INLINE bool handler_data_modify(struct cpu *cpu, unsigned segment, u32 offset,
                                       unsigned width, struct data_ref *place, u32 *value)
{
    struct data_ref own = {{0, 0}, 0, 0, NULL};
    u32 old = 0;
    bool ok = data_modify(cpu, segment, offset, width / 8, &own, &old);
    *place = own;
    *value = old;
    return ok;
}

ALWAYS_INLINE void handler_data_store_back(struct cpu *cpu, struct data_ref place, u32 value)
{
    struct data_ref own = place;
    data_modify_store(cpu, &own, value);
}

#endif
