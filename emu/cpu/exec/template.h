#ifndef GLASS386_CPU_EXEC_TEMPLATE_H
#define GLASS386_CPU_EXEC_TEMPLATE_H

#include "cpu/exec/handler.h"
#include "cpu/exec/hot.h"

/* What the handler templates (*.inc) are written in. A template is included once for each width and
   each shape of the memory operand; SHAPE is

     plain   no memory operand
     base    register + displacement              fast: TLB and segment limit by one compare each,
     index   register + register * scale + disp.  fast  anything else goes to the slow instance
     wrap    16-bit address                       fast
     slow    any address, all checks, faults      slow: through data.h

   so that the handler of `add r32, [base + disp]` is add_reg_mem_32_base: the function reg_mem in
   binary.inc with OPERATION add, WIDTH 32, SHAPE base. */

#define TEMPLATE_JOIN_(a, b, c, d) a##_##b##_##c##_##d
#define TEMPLATE_JOIN(a, b, c, d) TEMPLATE_JOIN_(a, b, c, d)
#define TEMPLATE_PASTE_(a, b) a##b
#define TEMPLATE_PASTE(a, b) TEMPLATE_PASTE_(a, b)

#define HANDLER(form) \
    static struct op *TEMPLATE_JOIN(OPERATION, form, WIDTH, SHAPE)(HANDLER_PARAMETERS)

#define ALU TEMPLATE_PASTE(alu_, OPERATION)
/* The flags that ALU reads and sets; quiet.c has it set nothing. */
#define FLAGS &fr, &fx

/* op->dst and the like as a register of WIDTH bits. */
#define REGISTER(field) handler_get(cpu, op->field, WIDTH)
#define SET_REGISTER(field, value) handler_set(cpu, op->field, WIDTH, (value))

/* Offset of the memory operand by shape. */
ALWAYS_INLINE u32 template_register(struct cpu *cpu, unsigned offset)
{
    return handler_load(handler_register(cpu, offset), 32);
}
ALWAYS_INLINE u32 offset_base(struct cpu *cpu, const struct op *op)
{
    return template_register(cpu, op->base) + op->disp;
}
ALWAYS_INLINE u32 offset_index(struct cpu *cpu, const struct op *op)
{
    return template_register(cpu, op->base) +
           (template_register(cpu, op->index) << (op->form & OP_SCALE)) + op->disp;
}
ALWAYS_INLINE u32 offset_wrap(struct cpu *cpu, const struct op *op)
{
    return (u16)(handler_whole(cpu, op->base) + handler_whole(cpu, op->index) + op->disp);
}

/* Fast accesses: false on any miss, with nothing done. */
ALWAYS_INLINE bool fast_load(struct cpu *cpu, const struct segment *segment, u32 offset,
                             unsigned width, bool leads, u32 *value)
{
    u8 *at;
    if (!handler_find_load(cpu, segment, offset, width / 8, leads, &at))
        return false;
    *value = handler_load(at, width);
    return true;
}
ALWAYS_INLINE bool fast_read(struct cpu *cpu, const struct segment *segment, u32 offset,
                             unsigned width, u32 *value)
{
    return fast_load(cpu, segment, offset, width, false, value);
}
ALWAYS_INLINE bool fast_write(struct cpu *cpu, const struct segment *segment, u32 offset,
                              unsigned width, u32 value)
{
    u8 *at;
    if (!handler_find_write(cpu, segment, offset, width / 8, &at))
        return false;
    handler_store(at, width, value);
    return true;
}
ALWAYS_INLINE bool fast_modify(struct cpu *cpu, const struct segment *segment, u32 offset,
                               unsigned width, u8 **place, u32 *value)
{
    if (!handler_find_write(cpu, segment, offset, width / 8, place))
        return false;
    *value = handler_load(*place, width);
    return true;
}

/* The same without the buffer, of base RAM while paging is off: cpu.h. A store must not be near
   decoded code. */
ALWAYS_INLINE bool direct_reaches(const struct cpu *cpu, const struct segment *segment, u32 offset,
                                  u32 fast, u32 *linear)
{
    *linear = segment->base + offset;
    return offset < fast && *linear < cpu->direct_reach;
}
ALWAYS_INLINE bool direct_read(struct cpu *cpu, const struct segment *segment, u32 offset,
                               unsigned width, u32 *value)
{
    u32 linear;
    if (!direct_reaches(cpu, segment, offset, segment->fast_read, &linear))
        return false;
    *value = handler_load(cpu->direct_ram + linear, width);
    return true;
}
ALWAYS_INLINE bool direct_place(struct cpu *cpu, const struct segment *segment, u32 offset,
                                u8 **place)
{
    u32 linear;
    if (!direct_reaches(cpu, segment, offset, segment->fast_write, &linear) ||
        cpu->direct_guard[linear >> PAGE_SHIFT])
        return false;
    *place = cpu->direct_ram + linear;
    return true;
}
ALWAYS_INLINE bool direct_write(struct cpu *cpu, const struct segment *segment, u32 offset,
                                unsigned width, u32 value)
{
    u8 *place;
    if (!direct_place(cpu, segment, offset, &place))
        return false;
    handler_store(place, width, value);
    return true;
}
ALWAYS_INLINE bool direct_modify(struct cpu *cpu, const struct segment *segment, u32 offset,
                                 unsigned width, u8 **place, u32 *value)
{
    if (!direct_place(cpu, segment, offset, place))
        return false;
    *value = handler_load(*place, width);
    return true;
}

/* Slow accesses: false with cpu->fault set. Chips and inspectors may look at the clock and EIP. */
static inline void slow_begin(struct cpu *cpu, const struct op *op, s64 budget)
{
    handler_sync_clock(cpu, op, budget);
    cpu->eip = op->eip;
}
op_handler handler_next_slow;   /* RUN(op + 1), unless the run loop must look first */
op_handler handler_branch_slow; /* the same for a taken branch to op->to */
op_handler handler_go_to_eip_slow;

/* Goes to the slow instance of the same handler. */
op_handler hot_slow_instance;

#endif
