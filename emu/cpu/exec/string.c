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
