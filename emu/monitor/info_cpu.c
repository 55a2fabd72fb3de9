#include "debug/describe.h"
#include "debug/registers.h"
#include "monitor/command.h"

static const char *const segment_names[SEG_COUNT] = {"es", "cs", "ss", "ds", "fs", "gs"};

static const char *mode_name(const struct cpu *cpu)
{
    if (!cpu_protected(cpu))
        return "real mode";
    if (cpu_v86(cpu))
        return "virtual-8086 mode";
    return cpu_paging(cpu) ? "protected mode, paging" : "protected mode";
}

static void write_general(struct call *call, const struct cpu *cpu)
{
    /* The order of every PC debugger. */
    static const u8 order[8] = {REG_EAX, REG_EBX, REG_ECX, REG_EDX,
                                REG_ESI, REG_EDI, REG_EBP, REG_ESP};
    for (unsigned i = 0; i < 8; i++) {
        const char *name = register_rows[order[i]].name;
        text_out_format(call->out, "%s=", name);
        put(call, name, "%08x", cpu->regs[order[i]]);
        text_out_string(call->out, i % 4 == 3 ? "\n" : " ");
    }
}

static void write_segment(struct call *call, const char *name, const struct segment *segment,
                          bool system)
{
    put_row(call, "segments");
    put(call, "name", "%-4s", name);
    put(call, "selector", " %04x", segment->selector);
    put(call, "base", " base=%08x", segment->base);
    put(call, "limit", " limit=%08x", segment->limit);
    put(call, "access", " access=%04x ", segment->access);
    if (!(segment->access & SEG_PRESENT)) {
        put(call, "kind", "%s\n", "null");
        return;
    }
    struct descriptor_fields fields = {.access = segment->access,
                                       .type = segment->access & 0xf,
                                       .dpl = segment->access >> SEG_DPL_SHIFT & 3,
                                       .system = system,
                                       .present = true};
    size_t mark = call->out->length;
    describe_descriptor(call->out, &fields);
    note_since(call, "kind", mark);
    text_out_string(call->out, "\n");
}

static void write_table_register(struct call *call, const char *name,
                                 const struct table_register *table)
{
    put_row(call, "tables");
    put(call, "name", "%s", name);
    put(call, "base", " base=%08x", table->base);
    put(call, "limit", " limit=%04x\n", table->limit);
}

enum monitor_result info_segments(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    if (dialect_segments(call))
        return MONITOR_OK;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        write_segment(call, segment_names[i], &cpu->segs[i], false);
    write_segment(call, "ldtr", &cpu->ldtr, true);
    write_segment(call, "tr", &cpu->tr, true);
    write_table_register(call, "gdtr", &cpu->gdtr);
    write_table_register(call, "idtr", &cpu->idtr);
    put_top(call);
    return MONITOR_OK;
}

enum monitor_result info_control(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    if (dialect_control(call))
        return MONITOR_OK;
    put(call, "cr0", "cr0=%08x ", cpu->cr0);
    describe_cr0(call->out, cpu->cr0);
    put(call, "cr2", "\ncr2=%08x page-fault linear address\n", cpu->cr2);
    put(call, "cr3", "cr3=%08x page directory at physical %08x\n", cpu->cr3,
        cpu->cr3 & ~PAGE_OFFSET_MASK);
    if (cpu->level >= CPU_586)
        put(call, "cr4", "cr4=%08x\n", cpu->cr4);
    return MONITOR_OK;
}

enum monitor_result info_debug(struct call *call)
{
    static const char *const names[8] = {"dr0", "dr1", "dr2", "dr3", NULL, NULL, "dr6", "dr7"};
    for (unsigned i = 0; i < 8; i++) {
        if (!names[i])
            continue;
        text_out_format(call->out, "%s=", names[i]);
        put(call, names[i], "%08x", call->cpu->dr[i]);
        text_out_string(call->out, i == 3 || i == 7 ? "\n" : " ");
    }
    return MONITOR_OK;
}

enum monitor_result info_registers(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    u32 eflags = cpu_get_eflags(cpu);
    if (dialect_registers(call))
        return MONITOR_OK;
    write_general(call, cpu);
    put(call, "eip", "eip=%08x", cpu->eip);
    put(call, "eflags", " eflags=%08x ", eflags);
    describe_eflags(call->out, eflags);
    text_out_string(call->out, "\n");
    info_segments(call);
    info_control(call);
    put(call, "mode", "%s", mode_name(cpu));
    put(call, "cpl", ", CPL %u\n", cpu->cpl);
    return MONITOR_OK;
}

enum monitor_result info_cpu(struct call *call)
{
    static const char *const levels[] = {"386", "486", "586", "686"};
    const struct cpu *cpu = call->cpu;
    put(call, "level", "%s", levels[cpu->level]);
    put(call, "mode", ", %s", mode_name(cpu));
    put(call, "cpl", ", CPL %u", cpu->cpl);
    text_out_format(call->out, "%s%s%s\n", cpu->halted ? ", halted" : "",
                    cpu->intr ? ", INTR high" : "",
                    cpu->shadow ? ", in the shadow of STI or MOV SS" : "");
    note(call->monitor, "halted", "%d", cpu->halted);
    note(call->monitor, "intr", "%d", cpu->intr);
    put(call, "faults", "%u exceptions and interrupts so far\n", cpu->fault_count);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}
