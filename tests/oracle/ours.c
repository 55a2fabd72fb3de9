#include "oracle/ours.h"

#include <string.h>

static u32 read_port(void *context, u16 port, unsigned size)
{
    (void)context;
    return case_port_value(port, size);
}

static void write_port(void *context, u16 port, unsigned size, u32 value)
{
    struct ours *ours = context;
    ours->port_writes = case_port_hash(ours->port_writes, port, size, value);
}

static u32 read_bus(void *context, u32 physical, unsigned size)
{
    (void)context;
    return case_bus_value(physical, size);
}

static void write_bus(void *context, u32 physical, unsigned size, u32 value)
{
    struct ours *ours = context;
    ours->bus_writes += case_bus_hash(physical, size, value);
}

static u8 peek_bus(void *context, u32 physical)
{
    (void)context;
    return (u8)case_bus_value(physical, 1);
}

bool ours_init(struct ours *ours, enum case_mode mode, enum cpu_level level, const u8 *memory)
{
    *ours = (struct ours){.mode = mode, .bed = cpu_testbed_new(level)};
    if (!ours->bed)
        return false;
    struct cpu *cpu = &ours->bed->cpu;
    cpu_testbed_fill_video_hole(ours->bed);
    memory_write_bytes(&ours->bed->memory, 0, memory, CASE_MEMORY);
    memory_map_device(&ours->bed->memory, "oracle", CASE_MEMORY, 0u - CASE_MEMORY,
                      &(struct memory_device){read_bus, write_bus, peek_bus, ours});
    ports_claim(&ours->bed->ports,
                &(struct port_range){.name = "oracle",
                                     .last = 0xffff,
                                     .widths = PORT_BYTE | PORT_WORD | PORT_DWORD,
                                     .read = read_port,
                                     .write = write_port,
                                     .context = ours});
    if (mode != CASE_REAL)
        cpu_set_cr0(cpu, cpu->cr0 | CR0_PE);
    ours->cr0 = cpu->cr0;
    return true;
}

void ours_free(struct ours *ours)
{
    cpu_testbed_free(ours->bed);
}

void ours_write(struct ours *ours, u32 physical, const void *bytes, u32 count)
{
    memory_write_bytes(&ours->bed->memory, physical, bytes, count);
}

static void load_segment(struct cpu *cpu, enum segment_number number, u16 selector,
                         enum case_mode mode)
{
    const u32 *row = case_gdt[selector >> 3 & 15];
    if (mode == CASE_REAL)
        cpu_set_segment_real(cpu, number, selector);
    else
        cpu_set_segment_raw(cpu, number, selector, 0, ~0u, (u16)(row[1] >> 8 & 0xf0ff));
}

static void load(struct ours *ours, const struct cpu_case *c)
{
    struct cpu *cpu = &ours->bed->cpu;
    cpu->halted = cpu->shutdown = cpu->shadow = cpu->delivering = false;
    if (cpu->cr0 != ours->cr0)
        cpu_set_cr0(cpu, ours->cr0);
    cpu_set_eflags(cpu, c->eflags);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        load_segment(cpu, (enum segment_number)i, c->selectors[i], c->mode);
    memcpy(cpu->regs, c->regs, sizeof cpu->regs);
    cpu->gdtr = (struct table_register){CASE_GDT, CASE_GDT_ENTRIES * 8 - 1};
    cpu->idtr = (struct table_register){0, 0};
    cpu->ldtr = (struct segment){0};
    cpu->tr = (struct segment){.access = 0x8b, .limit = 0};
    cpu_set_eip(cpu, c->eip);
    ours->port_writes = ours->bus_writes = 0;
}

static void read_back(const struct ours *ours, struct case_result *result)
{
    const struct cpu *cpu = &ours->bed->cpu;
    memcpy(result->regs, cpu->regs, sizeof result->regs);
    result->eip = cpu->eip;
    result->eflags = cpu_get_eflags(cpu);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        result->selectors[i] = cpu->segs[i].selector;
    result->gdtr_base = cpu->gdtr.base;
    result->gdtr_limit = cpu->gdtr.limit;
    result->idtr_base = cpu->idtr.base;
    result->idtr_limit = cpu->idtr.limit;
    result->port_writes = ours->port_writes;
    result->bus_writes = ours->bus_writes;
}

/* With an empty IDT, INT n ends in a fault that names the vector. */
static void read_fault(const struct ours *ours, u32 before, const struct cpu_case *c,
                       struct case_result *result)
{
    const struct cpu *cpu = &ours->bed->cpu;
    const struct fault *fault = &cpu->faults[before % FAULT_HISTORY].fault;
    const char *mnemonic = c->instruction.row ? c->instruction.row->mnemonic : "";
    bool interrupt = c->status == DECODE_OK &&
                     (strncmp(mnemonic, "INT", 3) == 0 || strcmp(mnemonic, "ICEBP") == 0);
    result->fault = cpu->fault_count == before ? -1 : fault->vector;
    if (result->fault < 0 || !interrupt)
        return;
    if (c->mode != CASE_REAL && fault->vector == EXC_GP && (fault->error & ERROR_IDT)) {
        result->software = true;
        result->fault = fault->error >> 3;
    } else if (c->mode == CASE_REAL && fault->vector == EXC_DF) {
        result->software = true;
        result->fault = strcmp(mnemonic, "INT") == 0    ? (int)c->instruction.op.imm
                        : strcmp(mnemonic, "INT3") == 0 ? EXC_BP
                        : strcmp(mnemonic, "INTO") == 0 ? EXC_OF
                                                        : EXC_DB;
    }
}

void ours_run(struct ours *ours, const struct cpu_case *c, struct case_result *result)
{
    struct cpu *cpu = &ours->bed->cpu;
    struct clock *clock = &ours->bed->clock;
    u32 before = cpu->fault_count;
    *result = (struct case_result){0};
    load(ours, c);
    unsigned limit = 1000;
    do
        cpu_run(cpu, clock->now + 1);
    while (case_repeats(c) && cpu->eip == c->eip && cpu->fault_count == before && --limit);
    read_back(ours, result);
    read_fault(ours, before, c, result);
}

#define STREAM_TICKS 1000000u /* many more than a stream without loops can take */

void ours_run_stream(struct ours *ours, const struct cpu_case *c, struct case_result *result)
{
    struct cpu *cpu = &ours->bed->cpu;
    u32 before = cpu->fault_count;
    *result = (struct case_result){0};
    load(ours, c);
    cpu_run(cpu, ours->bed->clock.now + STREAM_TICKS);
    read_back(ours, result);
    result->fault =
        cpu->fault_count == before ? -1 : cpu->faults[before % FAULT_HISTORY].fault.vector;
}
