#include "cpu/access.h"
#include "cpu/block_cache.h"
#include "cpu/exec/exec.h"
#include "cpu/exec/operand.h"
#include "cpu/transfer.h"

/* Several iterations of a repeated string instruction at once (exec.h, string_run). */

#define ALIKE_PIECE 64u /* bytes that CMPS compares in one step */

static u32 index_register(const struct cpu *cpu, const struct op *op, unsigned number)
{
    return cpu->regs[number] & address_mask(op);
}

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

static struct element_run read_run(struct cpu *cpu, const struct op *op, unsigned segment,
                                   unsigned number)
{
    const struct segment *s = &cpu->segs[segment];
    u32 offset = index_register(cpu, op, number);
    u8 *at = handler_fast_read(cpu, segment, offset, op_width(op) / 8);
    if (!at)
        return (struct element_run){0};
    return (struct element_run){at,
                                elements_ahead(cpu, op, s->base + offset, offset, s->fast_read)};
}

/* A page with decoded code: what the run hits is forgotten first, if that is not the very code that
   runs. Programs begin with their pages cleared, and read, by such runs. */
static struct element_run code_run(struct cpu *cpu, const struct op *op, u32 linear, u32 count)
{
    u32 size = op_width(op) / 8, bytes = size * count, physical;
    if (!linear_code_store(cpu, linear, size, cpu->cpl == 3, &physical))
        return (struct element_run){0};
    u32 lowest = cpu->eflags & FLAG_DF ? physical - (bytes - size) : physical;
    if (!blocks_make_way(cpu, op, lowest, bytes))
        return (struct element_run){0};
    return (struct element_run){cpu->memory->ram + physical, count};
}

/* Into ES:EDI, `most` at most. */
static struct element_run write_run(struct cpu *cpu, const struct op *op, u32 most)
{
    const struct segment *s = &cpu->segs[SEG_ES];
    u32 offset = index_register(cpu, op, REG_EDI);
    u8 *at = handler_fast_write(cpu, SEG_ES, offset, op_width(op) / 8);
    if (offset >= s->fast_write)
        return (struct element_run){0};
    u32 ahead = elements_ahead(cpu, op, s->base + offset, offset, s->fast_write);
    u32 count = ahead < most ? ahead : most;
    return at ? (struct element_run){at, count} : code_run(cpu, op, s->base + offset, count);
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

static u32 movs_run(struct cpu *cpu, const struct op *op, u32 most)
{
    struct element_run to = write_run(cpu, op, most);
    struct element_run from = read_run(cpu, op, op_segment(op), REG_ESI);
    u32 count = least(most, least(to.count, from.count));
    if (count == 0)
        return 0;
    copy_run(cpu, op, to.at, from.at, count);
    advance_by(cpu, op, REG_ESI, count);
    advance_by(cpu, op, REG_EDI, count);
    return count;
}

static u32 stos_run(struct cpu *cpu, const struct op *op, u32 most)
{
    struct element_run to = write_run(cpu, op, most);
    u32 count = least(most, to.count);
    if (count == 0)
        return 0;
    fill_run(cpu, op, to.at, cpu->regs[REG_EAX], count);
    advance_by(cpu, op, REG_EDI, count);
    return count;
}

static u32 lods_run(struct cpu *cpu, const struct op *op, u32 most)
{
    struct element_run from = read_run(cpu, op, op_segment(op), REG_ESI);
    u32 count = least(most, from.count);
    if (count == 0)
        return 0;
    const u8 *last = from.at + (s64)step_of(cpu, op) * (count - 1);
    register_write(cpu, op_register(REG_EAX), op_width(op), handler_load(last, op_width(op)));
    advance_by(cpu, op, REG_ESI, count);
    return count;
}

/* Elements up to the first where being equal is not what REP goes on with. */
ALWAYS_INLINE u32 scan_elements(const u8 *at, u32 count, s32 step, unsigned width, u32 wanted,
                                bool while_equal)
{
    u32 done = 0;
    for (bool goes_on = true; goes_on && done < count; done++, at += step)
        goes_on = (handler_load(at, width) == wanted) == while_equal;
    return done;
}

/* The same of bytes upwards with REPNE: the length of a string, or a letter in it. */
static u32 find_byte(const u8 *at, u32 count, u32 wanted)
{
    const u8 *found = memchr(at, (int)wanted, count);
    return found ? (u32)(found - at) + 1 : count;
}

static u32 scas_run(struct cpu *cpu, const struct op *op, u32 most)
{
    unsigned width = op_width(op);
    u32 wanted = register_read(cpu, op_register(REG_EAX), width);
    bool equal = op->dst == REPEAT_Z;
    s32 step = step_of(cpu, op);
    struct element_run in = read_run(cpu, op, SEG_ES, REG_EDI);
    u32 count = least(most, in.count);
    if (count == 0)
        return 0;
    u32 done = width == 8 && step > 0 && !equal ? find_byte(in.at, count, wanted)
               : width == 8  ? scan_elements(in.at, count, step, 8, wanted, equal)
               : width == 16 ? scan_elements(in.at, count, step, 16, wanted, equal)
                             : scan_elements(in.at, count, step, 32, wanted, equal);
    u32 last = handler_load(in.at + (s64)step * (done - 1), width);
    alu_cmp(&cpu->lazy.result, &cpu->lazy.aux, width, wanted, last);
    advance_by(cpu, op, REG_EDI, done);
    return done;
}

/* Elements in whole pieces that are the same on both sides, less than `count`. */
static u32 alike_pieces(const u8 *a, const u8 *b, u32 count, u32 bytes)
{
    u32 done = 0, piece = ALIKE_PIECE / bytes;
    while (count - done > piece && memcmp(a, b, ALIKE_PIECE) == 0) {
        done += piece;
        a += ALIKE_PIECE;
        b += ALIKE_PIECE;
    }
    return done;
}

ALWAYS_INLINE u32 compare_elements(const u8 *a, const u8 *b, u32 count, s32 step, unsigned width,
                                   bool while_equal)
{
    u32 done = while_equal && step > 0 ? alike_pieces(a, b, count, width / 8) : 0;
    a += (s64)step * done;
    b += (s64)step * done;
    for (bool goes_on = true; goes_on && done < count; done++, a += step, b += step)
        goes_on = (handler_load(a, width) == handler_load(b, width)) == while_equal;
    return done;
}

static u32 cmps_run(struct cpu *cpu, const struct op *op, u32 most)
{
    unsigned width = op_width(op);
    bool equal = op->dst == REPEAT_Z;
    s32 step = step_of(cpu, op);
    struct element_run a = read_run(cpu, op, op_segment(op), REG_ESI);
    struct element_run b = read_run(cpu, op, SEG_ES, REG_EDI);
    u32 count = least(most, least(a.count, b.count));
    if (count == 0)
        return 0;
    u32 done = width == 8    ? compare_elements(a.at, b.at, count, step, 8, equal)
               : width == 16 ? compare_elements(a.at, b.at, count, step, 16, equal)
                             : compare_elements(a.at, b.at, count, step, 32, equal);
    s64 way = (s64)step * (done - 1);
    alu_cmp(&cpu->lazy.result, &cpu->lazy.aux, width, handler_load(a.at + way, width),
            handler_load(b.at + way, width));
    advance_by(cpu, op, REG_ESI, done);
    advance_by(cpu, op, REG_EDI, done);
    return done;
}

/* Upwards only, and where no permission map has to be asked. */
static bool port_run_allowed(const struct cpu *cpu)
{
    return io_is_free(cpu) && !(cpu->eflags & FLAG_DF);
}

static u32 ins_run(struct cpu *cpu, const struct op *op, u32 most)
{
    unsigned bytes = op_width(op) / 8;
    u16 port = (u16)cpu->regs[REG_EDX];
    if (!port_run_allowed(cpu))
        return 0;
    struct element_run to = write_run(cpu, op, most);
    u32 count = least(most, to.count);
    if (count > 0)
        count = ports_read_run(cpu->ports, port, bytes, to.at, count);
    advance_by(cpu, op, REG_EDI, count);
    return count;
}

static u32 outs_run(struct cpu *cpu, const struct op *op, u32 most)
{
    unsigned bytes = op_width(op) / 8;
    u16 port = (u16)cpu->regs[REG_EDX];
    if (!port_run_allowed(cpu))
        return 0;
    struct element_run from = read_run(cpu, op, op_segment(op), REG_ESI);
    u32 count = least(most, from.count);
    if (count > 0)
        count = ports_write_run(cpu->ports, port, bytes, from.at, count);
    advance_by(cpu, op, REG_ESI, count);
    return count;
}

u32 string_run(struct cpu *cpu, const struct op *op, exec_function *function, u32 most)
{
    static const struct {
        exec_function *function;
        u32 (*run)(struct cpu *cpu, const struct op *op, u32 most);
    } rows[] = {
        {exec_movs, movs_run}, {exec_stos, stos_run}, {exec_scas, scas_run}, {exec_cmps, cmps_run},
        {exec_lods, lods_run}, {exec_ins, ins_run},   {exec_outs, outs_run},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        if (rows[i].function == function)
            return rows[i].run(cpu, op, most);
    return 0;
}
