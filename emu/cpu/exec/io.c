#include "cpu/exec/exec.h"
#include "cpu/exec/operand.h"
#include "cpu/transfer.h"

/* IN and OUT. The clock is exact while the chip is called; what the chip changes (an earlier event,
   INTR) is seen before the next instruction. */

static bool port_in(struct cpu *cpu, const struct op *op, u16 port)
{
    unsigned width = op_width(op);
    if (!io_permission(cpu, port, width / 8))
        return false;
    register_write(cpu, op_register(REG_EAX), width, ports_read(cpu->ports, port, width / 8));
    return true;
}

static bool port_out(struct cpu *cpu, const struct op *op, u16 port)
{
    unsigned width = op_width(op);
    if (!io_permission(cpu, port, width / 8))
        return false;
    ports_write(cpu->ports, port, width / 8, register_read(cpu, op_register(REG_EAX), width));
    return true;
}

bool exec_in(struct cpu *cpu, const struct op *op)
{
    return port_in(cpu, op, (u16)op->imm);
}
bool exec_out(struct cpu *cpu, const struct op *op)
{
    return port_out(cpu, op, (u16)op->imm);
}
bool exec_in_dx(struct cpu *cpu, const struct op *op)
{
    return port_in(cpu, op, (u16)cpu->regs[REG_EDX]);
}
bool exec_out_dx(struct cpu *cpu, const struct op *op)
{
    return port_out(cpu, op, (u16)cpu->regs[REG_EDX]);
}
