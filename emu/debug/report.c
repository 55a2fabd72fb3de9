#include "debug/report.h"

#include "cpu/fault.h"
#include "cpu/translate.h"
#include "debug/describe.h"
#include "machine/machine.h"

#define BYTES_SHOWN 8u
#define CHAIN_MAX 6u /* a benign first fault, two that follow, #DF, the last one */

/* Error code of a page fault (PRM 9.8.14). */
static void page_fault_words(const struct fault *fault, struct text_out *out)
{
    text_out_format(out, "a %s by %s code to linear %08X, %s",
                    fault->error & PF_WRITE ? "write" : "read",
                    fault->error & PF_USER ? "user" : "supervisor", fault->address,
                    fault->error & PF_PROTECTION ? "which the page's rights forbid"
                                                 : "where no page is present");
}

/* Error code with a selector (PRM 9.7). */
static void selector_words(const struct fault *fault, struct text_out *out)
{
    u32 index = fault->error >> 3;
    if (fault->error == 0)
        text_out_string(out, "no selector is to blame");
    else if (fault->error & ERROR_IDT)
        text_out_format(out, "IDT gate %02Xh", index);
    else
        text_out_format(out, "selector %04X: %s entry %u", fault->error & 0xfffcu,
                        fault->error & ERROR_TI ? "LDT" : "GDT", index);
    if (fault->error & ERROR_EXT)
        text_out_string(out, ", met while an exception or interrupt was delivered");
}

void report_fault(const struct fault_record *record, struct text_out *out)
{
    const struct fault *fault = &record->fault;
    text_out_format(out, "%s %s at %04X:%08X, ring %u", fault_mnemonic(fault->vector),
                    fault_name(fault->vector), record->cs, record->eip, record->cpl);
    if (!fault->has_error)
        return;
    text_out_format(out, ", error code %04X: ", fault->error);
    if (fault->vector == EXC_PF)
        page_fault_words(fault, out);
    else if (fault->vector == EXC_DF)
        text_out_string(out, "it says nothing");
    else
        selector_words(fault, out);
}

static void code_bytes(const struct machine *machine, u32 linear, struct text_out *out)
{
    u8 byte;
    u32 i = 0;
    while (i < BYTES_SHOWN && translate_peek(&machine->cpu, linear + i, &byte, 1))
        text_out_format(out, "%s%02X", i++ ? " " : "     bytes there: ", byte);
    text_out_string(out, i ? "\n" : "     no bytes can be read there\n");
}

static const struct fault_record *record_back(const struct cpu *cpu, u32 back)
{
    if (back >= cpu->fault_count || back >= FAULT_HISTORY)
        return NULL;
    return &cpu->faults[(cpu->fault_count - 1 - back) % FAULT_HISTORY];
}

/* How many of the newest records belong to the shutdown: all of its faults struck at one
 * instruction. */
u32 report_chain_length(const struct cpu *cpu)
{
    const struct fault_record *last = record_back(cpu, 0), *record;
    u32 length = 0;
    while (length < CHAIN_MAX && (record = record_back(cpu, length)) &&
           record->tick == last->tick && !record->software && !record->external)
        length++;
    return length;
}

static const char *chain_role(const struct fault_record *record, bool first, bool last)
{
    if (first)
        return "first";
    if (last)
        return "then, while the double fault was delivered";
    return record->fault.vector == EXC_DF ? "which makes" : "then, while that one was delivered";
}

void report_triple_fault(const struct machine *machine, struct text_out *out)
{
    const struct cpu *cpu = &machine->cpu;
    u32 length = report_chain_length(cpu);
    text_out_format(out,
                    "triple fault: the processor met a fault while it delivered a double fault and "
                    "shut down, at tick %llu\n",
                    (unsigned long long)clock_now(&machine->clock));
    for (u32 back = length; back-- > 0;) {
        const struct fault_record *record = record_back(cpu, back);
        text_out_format(out, "  %s:\n     ", chain_role(record, back + 1 == length, back == 0));
        report_fault(record, out);
        text_out_string(out, "\n");
        if (back + 1 == length)
            code_bytes(machine, record->linear, out);
        const char *later =
            record->fault.vector == EXC_UD ? describe_later_level(cpu, record->linear) : NULL;
        if (later)
            text_out_format(out, "     a %s knows this instruction: try -cpu %s\n", later, later);
    }
    text_out_format(out, "  IDT %08X limit %04X, GDT %08X limit %04X, CR0 %08X, CR3 %08X\n",
                    cpu->idtr.base, cpu->idtr.limit, cpu->gdtr.base, cpu->gdtr.limit, cpu->cr0,
                    cpu->cr3);
}

void report_faults(const struct machine *machine, unsigned count, struct text_out *out)
{
    for (unsigned back = count; back-- > 0;) {
        const struct fault_record *record = record_back(&machine->cpu, back);
        if (!record)
            continue;
        text_out_format(out, "tick %llu: ", (unsigned long long)record->tick);
        if (record->software || record->external)
            text_out_format(out, "%s %02Xh at %04X:%08X", record->software ? "INT" : "interrupt",
                            record->fault.vector, record->cs, record->eip);
        else
            report_fault(record, out);
        text_out_string(out, "\n");
    }
}
