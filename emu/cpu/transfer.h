#ifndef GLASS386_CPU_TRANSFER_H
#define GLASS386_CPU_TRANSFER_H

#include "cpu/eflags.h"

/* Everything that changes CS, a segment register, the task or the privilege. The caller (a handler
   in exec/) has put EFLAGS in cpu->lazy and cpu->eflags, cpu->eip at the current instruction, and
   passes the offset of the next one. On success cpu->eip is the target and cpu->code_mode is
   current; on failure cpu->fault is set and the state is as before, except where the manual says
   otherwise. `wide` = 32-bit operand size. */

bool segment_load(struct cpu *cpu, unsigned number, u16 selector); /* MOV, POP, LDS...: not CS */

bool transfer_far_jump(struct cpu *cpu, u16 selector, u32 offset, bool wide, u32 next_eip);
bool transfer_far_call(struct cpu *cpu, u16 selector, u32 offset, bool wide, u32 next_eip);
bool transfer_far_return(struct cpu *cpu, bool wide, u16 release);        /* RETF n */
bool transfer_interrupt_return(struct cpu *cpu, bool wide, u32 next_eip); /* IRET in every mode */

/* INT n, INT3, INTO: software; checks the gate's DPL and, in V86 mode, IOPL. */
bool interrupt_software(struct cpu *cpu, u8 vector, u32 next_eip);
/* A hardware interrupt or NMI between instructions. Faults during delivery are delivered too;
   false only when the machine shuts down. */
bool interrupt_external(struct cpu *cpu, u8 vector);
/* Delivers cpu->fault with cpu->eip at the faulting instruction; applies the double-fault rules
   (PRM 9.8.8); false = triple fault: cpu->shutdown is set. */
bool interrupt_fault(struct cpu *cpu);

/* Task switch (PRM 7.5); `kind` decides busy bits, NT and back link. The new state is complete when
   it returns; a fault after the switch's commit point is reported in the new task, as the manual
   says. */
enum task_switch_kind { TASK_JUMP, TASK_CALL, TASK_RETURN, TASK_INTERRUPT };
bool task_switch(struct cpu *cpu, u16 tss_selector, enum task_switch_kind kind, u32 next_eip,
                 bool push_error, u32 error);

/* Ring 0 and ring n stack pointer from the current TSS. */
bool tss_stack(struct cpu *cpu, unsigned ring, u16 *ss, u32 *esp);
/* IN, OUT, INS, OUTS when CPL > IOPL or in V86 mode: the I/O permission bitmap (PRM 8.3.2). */
bool io_bitmap_allows(struct cpu *cpu, u16 port, unsigned size);
/* No map has to be asked. */
static inline bool io_is_free(const struct cpu *cpu)
{
    return !cpu_protected(cpu) || (!cpu_v86(cpu) && cpu->cpl <= eflags_iopl(cpu));
}
static inline bool io_permission(struct cpu *cpu, u16 port, unsigned size)
{
    return io_is_free(cpu) || io_bitmap_allows(cpu, port, size);
}

#endif
