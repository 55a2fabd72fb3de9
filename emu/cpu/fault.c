#include "cpu/fault.h"

#include "cpu/interrupt_class.h"

struct exception {
    const char *mnemonic, *name;
    enum exception_class class;
    bool is_fault; /* the saved EIP points at the instruction, RF is set in the saved EFLAGS */
};

/* PRM 9.9 and Table 9-3. #DB is not a fault here: its saved RF stays as it was (PRM 12.3.1.1). */
static const struct exception exceptions[] = {
    /* clang-format off */
    [EXC_DE]  = {"#DE", "divide error",                     CLASS_CONTRIBUTORY, true },
    [EXC_DB]  = {"#DB", "debug exception",                  CLASS_BENIGN,       false},
    [EXC_NMI] = {"NMI", "nonmaskable interrupt",            CLASS_BENIGN,       false},
    [EXC_BP]  = {"#BP", "breakpoint",                       CLASS_BENIGN,       false},
    [EXC_OF]  = {"#OF", "overflow",                         CLASS_BENIGN,       false},
    [EXC_BR]  = {"#BR", "bounds check",                     CLASS_BENIGN,       true },
    [EXC_UD]  = {"#UD", "invalid opcode",                   CLASS_BENIGN,       true },
    [EXC_NM]  = {"#NM", "coprocessor not available",        CLASS_BENIGN,       true },
    [EXC_DF]  = {"#DF", "double fault",                     CLASS_DOUBLE,       false},
    [EXC_MP]  = {"#MP", "coprocessor segment overrun",      CLASS_CONTRIBUTORY, false},
    [EXC_TS]  = {"#TS", "invalid task state segment",       CLASS_CONTRIBUTORY, true },
    [EXC_NP]  = {"#NP", "segment not present",              CLASS_CONTRIBUTORY, true },
    [EXC_SS]  = {"#SS", "stack exception",                  CLASS_CONTRIBUTORY, true },
    [EXC_GP]  = {"#GP", "general protection",               CLASS_CONTRIBUTORY, true },
    [EXC_PF]  = {"#PF", "page fault",                       CLASS_PAGE,         true },
    [15]      = {"#15", "reserved",                         CLASS_BENIGN,       false},
    [EXC_MF]  = {"#MF", "coprocessor error",                CLASS_BENIGN,       true },
    [EXC_AC]  = {"#AC", "alignment check",                  CLASS_BENIGN,       true },
    /* clang-format on */
};

enum exception_class exception_class_of(u8 vector)
{
    return vector < ARRAY_COUNT(exceptions) ? exceptions[vector].class : CLASS_BENIGN;
}

bool exception_sets_rf(u8 vector)
{
    return vector < ARRAY_COUNT(exceptions) && exceptions[vector].is_fault;
}

const char *fault_mnemonic(u8 vector)
{
    return vector < ARRAY_COUNT(exceptions) ? exceptions[vector].mnemonic : "INT";
}

const char *fault_name(u8 vector)
{
    return vector < ARRAY_COUNT(exceptions) ? exceptions[vector].name : "interrupt";
}

bool fault_raise(struct cpu *cpu, u8 vector)
{
    cpu->fault = (struct fault){.vector = vector};
    return false;
}

bool fault_raise_error(struct cpu *cpu, u8 vector, u16 error)
{
    cpu->fault = (struct fault){.vector = vector, .has_error = true, .error = error};
    return false;
}

bool fault_page(struct cpu *cpu, u32 linear, u16 error)
{
    cpu->fault =
        (struct fault){.vector = EXC_PF, .has_error = true, .error = error, .address = linear};
    return false;
}

void fault_note(struct cpu *cpu, const struct fault *fault, bool software, bool external)
{
    cpu->faults[cpu->fault_count++ % FAULT_HISTORY] = (struct fault_record){
        .fault = *fault,
        .tick = cpu->clock ? clock_now(cpu->clock) : 0,
        .cs = cpu->segs[SEG_CS].selector,
        .eip = cpu->eip,
        .linear = cpu_linear_eip(cpu),
        .cpl = cpu->cpl,
        .software = software,
        .external = external,
    };
    if (!external)
        cpu_note_event(cpu, CPU_EVENT_FAULT, fault->vector);
    log_line(cpu->log, LOG_EXC, "%s error %04x address %08x at %04x:%08x cpl %u",
             fault_mnemonic(fault->vector), fault->error, fault->address,
             cpu->segs[SEG_CS].selector, cpu->eip, cpu->cpl);
}
