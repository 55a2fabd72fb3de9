#include "cpu/fault.h"
#include "monitor/command.h"

#include <string.h>

static void write_pic(struct call *call, const char *name, const struct pic *pic)
{
    put_row(call, "chips");
    put(call, "name", "%-6s:", name);
    put(call, "irr", " irr=%02x", pic->irr);
    put(call, "isr", " isr=%02x", pic->isr);
    put(call, "imr", " imr=%02x", pic->imr);
    put(call, "elcr", " elcr=%02x", pic->elcr);
    put(call, "vector", " vectors %02x-%02x, ", pic->vector_base, pic->vector_base + 7);
    int pending = pic_pending_input(pic);
    if (pending < 0)
        text_out_string(call->out, "nothing to serve\n");
    else
        put(call, "waits", "input %d waits\n", pending);
}

enum monitor_result info_pic(struct call *call)
{
    write_pic(call, "master", &call->monitor->machine->pic.master);
    write_pic(call, "slave", &call->monitor->machine->pic.slave);
    return MONITOR_OK;
}

enum monitor_result info_time(struct call *call)
{
    const struct clock *clock = &call->monitor->machine->clock;
    u64 ns = clock_ticks_to_ns(clock, clock->now);
    put(call, "tick", "tick %llu", (unsigned long long)clock->now);
    text_out_format(call->out, " = %llu.%09llu guest seconds",
                    (unsigned long long)(ns / 1000000000), (unsigned long long)(ns % 1000000000));
    note(call->monitor, "nanoseconds", "%llu", (unsigned long long)ns);
    put(call, "rate", " (%u ticks a second)\n", clock->rate);
    return info_events(call);
}

enum monitor_result info_events(struct call *call)
{
    const struct clock *clock = &call->monitor->machine->clock;
    for (u32 i = 0; i < clock->event_count; i++) {
        if (clock->events[i]->when == CLOCK_NEVER)
            continue;
        put_row(call, "events");
        put(call, "ticks",
            "  in %llu ticks:", (unsigned long long)(clock->events[i]->when - clock->now));
        put(call, "name", " %s\n", clock->events[i]->name);
    }
    return MONITOR_OK;
}

static void write_fault(struct call *call, const struct fault_record *record)
{
    const char *kind = record->external ? "interrupt" : record->software ? "INT" : "exception";
    bool exception = !record->external && !record->software;
    put_row(call, "faults");
    put(call, "tick", "tick %llu: ", (unsigned long long)record->tick);
    put(call, "kind", "%s", kind);
    put(call, "vector", " %02x", record->fault.vector);
    if (exception) {
        put(call, "mnemonic", " %s", fault_mnemonic(record->fault.vector));
        text_out_format(call->out, " %s", fault_name(record->fault.vector));
    }
    if (record->fault.has_error)
        put(call, "error", ", error code %04x", record->fault.error);
    if (exception && record->fault.vector == EXC_PF)
        put(call, "linear", ", linear %08x", record->fault.address);
    put(call, "cs", ", at %04x", record->cs);
    put(call, "eip", ":%08x", record->eip);
    put(call, "cpl", " CPL %u ", record->cpl);
    if (record->linear == record->eip || call->monitor->own_symbols)
        write_symbol(call, record->eip);
    text_out_string(call->out, "\n");
}

enum monitor_result info_faults(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    u32 kept = cpu->fault_count < FAULT_HISTORY ? cpu->fault_count : FAULT_HISTORY;
    for (u32 i = cpu->fault_count - kept; i != cpu->fault_count; i++)
        write_fault(call, &cpu->faults[i % FAULT_HISTORY]);
    put_top(call);
    put(call, "count", "%u in all\n", cpu->fault_count);
    return MONITOR_OK;
}

#define ELEMENTS_SHOWN 16u

static void write_field(struct call *call, const struct field *field, const void *unit)
{
    put_row(call, "fields");
    put(call, "name", "  %-20s", field->name);
    size_t mark = call->out->length + 1;
    for (u32 i = 0; i < field->count && i < ELEMENTS_SHOWN; i++)
        text_out_format(call->out, " %0*llx", field->size * 2,
                        (unsigned long long)field_value(field, unit, i));
    if (field->count == 1)
        note(call->monitor, "value", "%llu", (unsigned long long)field_value(field, unit, 0));
    else
        note_since(call, "values", mark);
    text_out_string(call->out, field->count > ELEMENTS_SHOWN ? " ...\n" : "\n");
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
                write_field(call, &table->fields[k], units[i].unit);
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
