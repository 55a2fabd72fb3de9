#include "cpu/eflags.h"
#include "cpu/exec/exec.h"
#include "cpu/exec/operand.h"
#include "cpu/transfer.h"

/* String instructions, one iteration each; REP is dispatch_string's (dispatch.c). Pages that the
   TLB knows are accessed directly, as in the hot handlers. */

static u32 index_register(const struct cpu *cpu, const struct op *op, unsigned number)
{
    return cpu->regs[number] & address_mask(op);
}

/* ESI or EDI, SI or DI, one element on. */
static void advance(struct cpu *cpu, const struct op *op, unsigned number)
{
    u32 step = op_width(op) / 8, mask = address_mask(op);
    u32 value = cpu->regs[number];
    u32 next = cpu->eflags & FLAG_DF ? value - step : value + step;
    cpu->regs[number] = (value & ~mask) | (next & mask);
}

static bool read_element(struct cpu *cpu, unsigned segment, u32 offset, unsigned width, u32 *value)
{
    const u8 *at = handler_fast_read(cpu, segment, offset, width / 8);
    if (!at)
        return handler_data_read(cpu, segment, offset, width, value);
    *value = handler_load(at, width);
    return true;
}

static bool write_element(struct cpu *cpu, unsigned segment, u32 offset, unsigned width, u32 value)
{
    u8 *at = handler_fast_write(cpu, segment, offset, width / 8);
    if (!at)
        return handler_data_write(cpu, segment, offset, width, value);
    handler_store(at, width, value);
    return true;
}

static bool read_source(struct cpu *cpu, const struct op *op, u32 *value)
{
    return read_element(cpu, op_segment(op), index_register(cpu, op, REG_ESI), op_width(op), value);
}

static bool read_destination(struct cpu *cpu, const struct op *op, u32 *value)
{
    return read_element(cpu, SEG_ES, index_register(cpu, op, REG_EDI), op_width(op), value);
}

static bool write_destination(struct cpu *cpu, const struct op *op, u32 value)
{
    return write_element(cpu, SEG_ES, index_register(cpu, op, REG_EDI), op_width(op), value);
}

bool exec_movs(struct cpu *cpu, const struct op *op)
{
    u32 value;
    if (!read_source(cpu, op, &value) || !write_destination(cpu, op, value))
        return false;
    advance(cpu, op, REG_ESI);
    advance(cpu, op, REG_EDI);
    return true;
}

bool exec_stos(struct cpu *cpu, const struct op *op)
{
    if (!write_destination(cpu, op, cpu->regs[REG_EAX]))
        return false;
    advance(cpu, op, REG_EDI);
    return true;
}

bool exec_lods(struct cpu *cpu, const struct op *op)
{
    u32 value;
    if (!read_source(cpu, op, &value))
        return false;
    register_write(cpu, op_register(REG_EAX), op_width(op), value);
    advance(cpu, op, REG_ESI);
    return true;
}

bool exec_cmps(struct cpu *cpu, const struct op *op)
{
    u32 first, second;
    if (!read_source(cpu, op, &first) || !read_destination(cpu, op, &second))
        return false;
    alu_cmp(&cpu->lazy.result, &cpu->lazy.aux, op_width(op), first, second);
    advance(cpu, op, REG_ESI);
    advance(cpu, op, REG_EDI);
    return true;
}

bool exec_scas(struct cpu *cpu, const struct op *op)
{
    unsigned width = op_width(op);
    u32 value;
    if (!read_destination(cpu, op, &value))
        return false;
    alu_cmp(&cpu->lazy.result, &cpu->lazy.aux, width,
            register_read(cpu, op_register(REG_EAX), width), value);
    advance(cpu, op, REG_EDI);
    return true;
}

/* The destination is checked before the port is read: a fault must not lose what the chip gave. */
bool exec_ins(struct cpu *cpu, const struct op *op)
{
    unsigned bytes = op_width(op) / 8;
    u16 port = (u16)cpu->regs[REG_EDX];
    u32 offset = index_register(cpu, op, REG_EDI);
    if (!io_permission(cpu, port, bytes) || !data_check_write(cpu, SEG_ES, offset, bytes))
        return false;
    u32 value = ports_read(cpu->ports, port, bytes);
    if (!write_element(cpu, SEG_ES, offset, op_width(op), value))
        return false;
    advance(cpu, op, REG_EDI);
    return true;
}

bool exec_outs(struct cpu *cpu, const struct op *op)
{
    unsigned bytes = op_width(op) / 8;
    u16 port = (u16)cpu->regs[REG_EDX];
    u32 value;
    if (!io_permission(cpu, port, bytes) || !read_source(cpu, op, &value))
        return false;
    ports_write(cpu->ports, port, bytes, value);
    advance(cpu, op, REG_ESI);
    return true;
}

/* ---- Several iterations at once ---- */

/* A run of elements, from one pointer register, that lie in one page which may be accessed
   directly: nothing can fault, no chip and no decoded code is touched. */
struct element_run {
    u8 *at;    /* host address of the first element */
    u32 count; /* 0: the next element needs the checks of a single iteration */
};

/* Elements from `offset` on before the segment's, the address size's or the page's end. */
static u32 elements_ahead(const struct cpu *cpu, const struct op *op, u32 linear, u32 offset,
                          u32 limit)
{
    u32 size = op_width(op) / 8;
    u32 in_page = linear & PAGE_OFFSET_MASK;
    u32 page, address, segment;
    if (cpu->eflags & FLAG_DF) {
        page = in_page / size + 1;
        address = offset / size + 1;
        return page < address ? page : address;
    }
    page = (PAGE_SIZE - in_page) / size;
    segment = (limit - 1 - offset) / size + 1;
    if (segment < page)
        page = segment;
    address = op->form & OP_ADDRESS16 ? (0x10000u - offset) / size : page;
    return page < address ? page : address;
}

static struct element_run run_of(struct cpu *cpu, const struct op *op, unsigned segment,
                                 unsigned number, bool write)
{
    const struct segment *s = &cpu->segs[segment];
    u32 offset = index_register(cpu, op, number);
    u32 bytes = op_width(op) / 8;
    u8 *at = write ? handler_fast_write(cpu, segment, offset, bytes)
                   : handler_fast_read(cpu, segment, offset, bytes);
    if (!at)
        return (struct element_run){0};
    return (struct element_run){at, elements_ahead(cpu, op, s->base + offset, offset,
                                                   write ? s->fast_write : s->fast_read)};
}

static void advance_by(struct cpu *cpu, const struct op *op, unsigned number, u32 count)
{
    u32 step = op_width(op) / 8 * count, mask = address_mask(op);
    u32 value = cpu->regs[number];
    u32 next = cpu->eflags & FLAG_DF ? value - step : value + step;
    cpu->regs[number] = (value & ~mask) | (next & mask);
}

ALWAYS_INLINE void copy_elements(u8 *to, const u8 *from, u32 count, s32 step, unsigned width)
{
    for (; count > 0; count--, to += step, from += step)
        handler_store(to, width, handler_load(from, width));
}

static s32 step_of(const struct cpu *cpu, const struct op *op)
{
    s32 bytes = (s32)(op_width(op) / 8);
    return cpu->eflags & FLAG_DF ? -bytes : bytes;
}

/* An element may be read that this very run has written: only apart is it the same as one copy. */
static void copy_run(const struct cpu *cpu, const struct op *op, u8 *to, const u8 *from, u32 count)
{
    s32 step = step_of(cpu, op);
    u32 bytes = op_width(op) / 8 * count;
    bool apart = to + bytes <= from || from + bytes <= to;
    if (step > 0 && apart)
        memcpy(to, from, bytes);
    else if (op_width(op) == 8)
        copy_elements(to, from, count, step, 8);
    else if (op_width(op) == 16)
        copy_elements(to, from, count, step, 16);
    else
        copy_elements(to, from, count, step, 32);
}

/* The first element is stored, then what is filled doubles. */
static void fill_run(const struct cpu *cpu, const struct op *op, u8 *at, u32 value, u32 count)
{
    u32 size = op_width(op) / 8, bytes = size * count;
    u8 *lowest = cpu->eflags & FLAG_DF ? at - (bytes - size) : at;
    handler_store(lowest, op_width(op), value);
    for (u32 done = size; done < bytes; done *= 2)
        memcpy(lowest + done, lowest, done < bytes - done ? done : bytes - done);
}

static u32 least(u32 a, u32 b)
{
    return a < b ? a : b;
}

u32 string_movs_run(struct cpu *cpu, const struct op *op, u32 most)
{
    struct element_run to = run_of(cpu, op, SEG_ES, REG_EDI, true);
    struct element_run from = run_of(cpu, op, op_segment(op), REG_ESI, false);
    u32 count = least(most, least(to.count, from.count));
    if (count == 0)
        return 0;
    copy_run(cpu, op, to.at, from.at, count);
    advance_by(cpu, op, REG_ESI, count);
    advance_by(cpu, op, REG_EDI, count);
    return count;
}

u32 string_stos_run(struct cpu *cpu, const struct op *op, u32 most)
{
    struct element_run to = run_of(cpu, op, SEG_ES, REG_EDI, true);
    u32 count = least(most, to.count);
    if (count == 0)
        return 0;
    fill_run(cpu, op, to.at, cpu->regs[REG_EAX], count);
    advance_by(cpu, op, REG_EDI, count);
    return count;
}

/* Upwards only, and where no permission map has to be asked. */
static bool port_run_allowed(const struct cpu *cpu)
{
    bool permitted = !cpu_protected(cpu) || (!cpu_v86(cpu) && cpu->cpl <= eflags_iopl(cpu));
    return permitted && !(cpu->eflags & FLAG_DF);
}

u32 string_ins_run(struct cpu *cpu, const struct op *op, u32 most)
{
    unsigned bytes = op_width(op) / 8;
    u16 port = (u16)cpu->regs[REG_EDX];
    if (!port_run_allowed(cpu))
        return 0;
    struct element_run to = run_of(cpu, op, SEG_ES, REG_EDI, true);
    u32 count = least(most, to.count);
    if (count > 0)
        count = ports_read_run(cpu->ports, port, bytes, to.at, count);
    advance_by(cpu, op, REG_EDI, count);
    return count;
}

u32 string_outs_run(struct cpu *cpu, const struct op *op, u32 most)
{
    unsigned bytes = op_width(op) / 8;
    u16 port = (u16)cpu->regs[REG_EDX];
    if (!port_run_allowed(cpu))
        return 0;
    struct element_run from = run_of(cpu, op, op_segment(op), REG_ESI, false);
    u32 count = least(most, from.count);
    if (count > 0)
        count = ports_write_run(cpu->ports, port, bytes, from.at, count);
    advance_by(cpu, op, REG_ESI, count);
    return count;
}
