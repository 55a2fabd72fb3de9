#include "cpu/fault.h"
#include "monitor/command.h"

#include <string.h>

static void write_pic(struct text_out *out, const char *name, const struct pic *pic)
{
    text_out_format(out, "%s: irr=%02x isr=%02x imr=%02x elcr=%02x vectors %02x-%02x, ", name,
                    pic->irr, pic->isr, pic->imr, pic->elcr, pic->vector_base,
                    pic->vector_base + 7);
    int pending = pic_pending_input(pic);
    if (pending < 0)
        text_out_string(out, "nothing to serve\n");
    else
        text_out_format(out, "input %d waits\n", pending);
}

enum monitor_result info_pic(struct call *call)
{
    write_pic(call->out, "master", &call->monitor->machine->pic.master);
    write_pic(call->out, "slave ", &call->monitor->machine->pic.slave);
    return MONITOR_OK;
}

enum monitor_result info_time(struct call *call)
{
    const struct clock *clock = &call->monitor->machine->clock;
    u64 ns = clock_ticks_to_ns(clock, clock->now);
    text_out_format(call->out, "tick %llu = %llu.%09llu guest seconds (%u ticks a second)\n",
                    (unsigned long long)clock->now, (unsigned long long)(ns / 1000000000),
                    (unsigned long long)(ns % 1000000000), clock->rate);
    for (u32 i = 0; i < clock->event_count; i++)
        if (clock->events[i]->when != CLOCK_NEVER)
            text_out_format(call->out, "  in %llu ticks: %s\n",
                            (unsigned long long)(clock->events[i]->when - clock->now),
                            clock->events[i]->name);
    return MONITOR_OK;
}

static void write_fault(struct call *call, const struct fault_record *record)
{
    const char *kind = record->external ? "interrupt" : record->software ? "INT" : "exception";
    text_out_format(call->out, "tick %llu: %s %02x", (unsigned long long)record->tick, kind,
                    record->fault.vector);
    if (!record->external && !record->software)
        text_out_format(call->out, " %s %s", fault_mnemonic(record->fault.vector),
                        fault_name(record->fault.vector));
    if (record->fault.has_error)
        text_out_format(call->out, ", error code %04x", record->fault.error);
    if (!record->external && !record->software && record->fault.vector == EXC_PF)
        text_out_format(call->out, ", linear %08x", record->fault.address);
    text_out_format(call->out, ", at %04x:%08x CPL %u ", record->cs, record->eip, record->cpl);
    write_symbol(call, record->eip);
    text_out_string(call->out, "\n");
}

enum monitor_result info_faults(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    u32 kept = cpu->fault_count < FAULT_HISTORY ? cpu->fault_count : FAULT_HISTORY;
    for (u32 i = cpu->fault_count - kept; i != cpu->fault_count; i++)
        write_fault(call, &cpu->faults[i % FAULT_HISTORY]);
    text_out_format(call->out, "%u in all\n", cpu->fault_count);
    return MONITOR_OK;
}

#define ELEMENTS_SHOWN 16u

static void write_field(struct text_out *out, const struct field *field, const void *unit)
{
    text_out_format(out, "  %-20s", field->name);
    for (u32 i = 0; i < field->count && i < ELEMENTS_SHOWN; i++)
        text_out_format(out, " %0*llx", field->size * 2,
                        (unsigned long long)field_value(field, unit, i));
    text_out_string(out, field->count > ELEMENTS_SHOWN ? " ...\n" : "\n");
}

enum monitor_result info_unit(struct call *call)
{
    struct machine_unit units[MACHINE_MAX_UNITS];
    u32 count = machine_units(call->monitor->machine, units);
    const char *wanted = call->arguments[0].given ? call->arguments[0].text : NULL;
    for (u32 i = 0; i < count; i++) {
        const struct field_table *table = units[i].table;
        if (!wanted)
            text_out_format(call->out, "%s ", table->name);
        else if (strcmp(wanted, table->name) == 0) {
            for (u32 k = 0; k < table->count; k++)
                write_field(call->out, &table->fields[k], units[i].unit);
            return MONITOR_OK;
        }
    }
    if (!wanted) {
        text_out_string(call->out, "\n");
        return MONITOR_OK;
    }
    error_set(call->error, "no unit is called '%s'; 'info unit' lists them", wanted);
    return command_failed(call);
}
