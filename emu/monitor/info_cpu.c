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

static void write_general(struct text_out *out, const struct cpu *cpu)
{
    /* The order of every PC debugger. */
    static const u8 order[8] = {REG_EAX, REG_EBX, REG_ECX, REG_EDX,
                                REG_ESI, REG_EDI, REG_EBP, REG_ESP};
    for (unsigned i = 0; i < 8; i++)
        text_out_format(out, "%s=%08x%s", register_rows[order[i]].name, cpu->regs[order[i]],
                        i % 4 == 3 ? "\n" : " ");
}

static void write_segment(struct text_out *out, const char *name, const struct segment *segment,
                          bool system)
{
    text_out_format(out, "%-4s %04x base=%08x limit=%08x access=%04x ", name, segment->selector,
                    segment->base, segment->limit, segment->access);
    if (!(segment->access & SEG_PRESENT)) {
        text_out_string(out, "null\n");
        return;
    }
    struct descriptor_fields fields = {.access = segment->access,
                                       .type = segment->access & 0xf,
                                       .dpl = segment->access >> SEG_DPL_SHIFT & 3,
                                       .system = system,
                                       .present = true};
    describe_descriptor(out, &fields);
    text_out_string(out, "\n");
}

enum monitor_result info_segments(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        write_segment(call->out, segment_names[i], &cpu->segs[i], false);
    write_segment(call->out, "ldtr", &cpu->ldtr, true);
    write_segment(call->out, "tr", &cpu->tr, true);
    text_out_format(call->out, "gdtr base=%08x limit=%04x\nidtr base=%08x limit=%04x\n",
                    cpu->gdtr.base, cpu->gdtr.limit, cpu->idtr.base, cpu->idtr.limit);
    return MONITOR_OK;
}

enum monitor_result info_control(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    text_out_format(call->out, "cr0=%08x ", cpu->cr0);
    describe_cr0(call->out, cpu->cr0);
    text_out_format(call->out, "\ncr2=%08x page-fault linear address\n", cpu->cr2);
    text_out_format(call->out, "cr3=%08x page directory at physical %08x\n", cpu->cr3,
                    cpu->cr3 & ~PAGE_OFFSET_MASK);
    if (cpu->level >= CPU_586)
        text_out_format(call->out, "cr4=%08x\n", cpu->cr4);
    return MONITOR_OK;
}

enum monitor_result info_debug(struct call *call)
{
    for (unsigned i = 0; i < 8; i++)
        if (i != 4 && i != 5)
            text_out_format(call->out, "dr%u=%08x%s", i, call->cpu->dr[i],
                            i == 3 || i == 7 ? "\n" : " ");
    return MONITOR_OK;
}

enum monitor_result info_registers(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    u32 eflags = cpu_get_eflags(cpu);
    write_general(call->out, cpu);
    text_out_format(call->out, "eip=%08x eflags=%08x ", cpu->eip, eflags);
    describe_eflags(call->out, eflags);
    text_out_string(call->out, "\n");
    info_segments(call);
    info_control(call);
    text_out_format(call->out, "%s, CPL %u\n", mode_name(cpu), cpu->cpl);
    return MONITOR_OK;
}

enum monitor_result info_cpu(struct call *call)
{
    static const char *const levels[] = {"386", "486", "586", "686"};
    const struct cpu *cpu = call->cpu;
    text_out_format(call->out, "%s, %s, CPL %u%s%s%s\n", levels[cpu->level], mode_name(cpu),
                    cpu->cpl, cpu->halted ? ", halted" : "", cpu->intr ? ", INTR high" : "",
                    cpu->shadow ? ", in the shadow of STI or MOV SS" : "");
    text_out_format(call->out, "%u exceptions and interrupts so far\n", cpu->fault_count);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}
