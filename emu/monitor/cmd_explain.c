/* Why: the last fault in words, who wrote to an address, what changed in the page tables. */
#include "cpu/fault.h"
#include "debug/disassemble.h"
#include "debug/explain.h"
#include "debug/report.h"
#include "monitor/command.h"
#include "snapshot/timeline.h"

#include <stdlib.h>
#include <string.h>

/* ---- going there and back ---- */

/* Back where the question was asked, whatever came out of it. */
static bool return_to(struct call *call, u64 tick)
{
    struct error error;
    bool there = timeline_go(call->monitor->timeline, tick, &error);
    breakpoints_begin_anew(&call->monitor->breakpoints);
    if (!there)
        text_out_format(call->out, "%s\n", error.text);
    return there;
}

/* ---- explain ---- */

/* The exception that is `number` exceptions back, 1 the last; false when so many are not kept. */
static bool exception_back(const struct cpu *cpu, u32 number, struct fault_record *found)
{
    u32 kept = cpu->fault_count < FAULT_HISTORY ? cpu->fault_count : FAULT_HISTORY;
    for (u32 back = 1; back <= kept; back++) {
        const struct fault_record *record = &cpu->faults[(cpu->fault_count - back) % FAULT_HISTORY];
        if (!record->software && !record->external && --number == 0) {
            *found = *record;
            return true;
        }
    }
    return false;
}

static bool stands_at(const struct cpu *cpu, const struct fault_record *record)
{
    return cpu->segs[SEG_CS].selector == record->cs && cpu->eip == record->eip &&
           cpu->cpl == record->cpl;
}

static void write_explanation(struct call *call, const struct fault_record *record, bool there)
{
    struct explanation say;
    struct disassembly code;
    explain_fault(call->cpu, record, there, &say);
    if (disassemble_at(call->cpu, record->linear, record->eip, &code))
        put(call, "instruction", "  instruction  %s\n", code.text);
    put(call, "rule", "  rule         %s", say.rule);
    put(call, "source", " (%s)\n", say.source);
    put(call, "cause", "  likely       %s\n", say.cause);
    if (!say.look_at[0])
        return;
    put(call, "look_at", "  look at      %s", say.look_at);
    if (there && !call->cpu->shutdown)
        put(call, "moment", "; as it was then: goto %llu",
            (unsigned long long)call->monitor->machine->clock.now);
    text_out_string(call->out, "\n");
}

static void write_fault_head(struct call *call, const struct fault_record *record)
{
    size_t mark = call->out->length;
    report_fault(record, call->out);
    note_since(call, "fault", mark);
    note(call->monitor, "tick", "%llu", (unsigned long long)record->tick);
    note(call->monitor, "vector", "%u", record->fault.vector);
    text_out_string(call->out, "\n");
}

/* The processor stands where the chain began, and its registers are as they were. */
static enum monitor_result explain_shutdown(struct call *call)
{
    struct fault_record first;
    report_triple_fault(call->monitor->machine, call->out);
    text_out_string(call->out, "why:\n");
    u32 length = report_chain_length(call->cpu);
    for (u32 back = length; back > 0; back--) {
        if (!exception_back(call->cpu, back, &first) || (back != length && !first.fault.error))
            continue;
        put_row(call, "chain");
        write_fault_head(call, &first);
        write_explanation(call, &first, back == length);
    }
    text_out_string(call->out, "mend the first of these; the others follow from it\n");
    return MONITOR_OK;
}

/* Goes to the instruction that an earlier exception was met at, when the past is kept. */
static bool go_there(struct call *call, const struct fault_record *record)
{
    struct error unimportant;
    struct timeline *timeline = call->monitor->timeline;
    return timeline && timeline_go(timeline, record->tick, &unimportant) &&
           (stands_at(call->cpu, record) ||
            (record->tick > 0 && timeline_go(timeline, record->tick - 1, &unimportant) &&
             stands_at(call->cpu, record)));
}

enum monitor_result cmd_explain(struct call *call)
{
    struct fault_record record;
    struct expression_value number = {.value = 1};
    const char *text = call->arguments[0].text;
    u64 here = call->monitor->machine->clock.now;
    if (call->arguments[0].given && strcmp(text, "fault") != 0 &&
        !expression_of(call, text, &number))
        return command_failed(call);
    if (call->cpu->shutdown && !call->arguments[0].given)
        return explain_shutdown(call);
    if (!exception_back(call->cpu, number.value ? number.value : 1, &record)) {
        text_out_string(call->out, "no such exception is among the last events; 'info faults' "
                                   "lists them, 'break-fault' waits for one\n");
        return MONITOR_OK;
    }
    write_fault_head(call, &record);
    bool there = go_there(call, &record);
    write_explanation(call, &record, there);
    if (call->monitor->timeline && call->monitor->machine->clock.now != here &&
        !return_to(call, here))
        return command_failed(call);
    if (!there)
        text_out_string(call->out, "(by the tables as they are now: there is no way back to it)\n");
    return MONITOR_OK;
}

/* ---- who-wrote ---- */

static bool find_writer(struct call *call, u64 *tick)
{
    struct monitor *monitor = call->monitor;
    return timeline_go_to_last_stop(monitor->timeline, call->error) &&
           (*tick = monitor->machine->clock.now) > 0 &&
           timeline_go(monitor->timeline, *tick - 1, call->error);
}

/* With a watchpoint of its own alone, the others being put aside. */
enum monitor_result cmd_who_wrote(struct call *call)
{
    struct monitor *monitor = call->monitor;
    struct expression_value value;
    const char *text = call->arguments[0].text;
    bool physical = strncmp(text, "-p ", 3) == 0;
    struct breakpoint watch = {.kind = physical ? BREAK_PHYSICAL : BREAK_WRITE, .length = 1};
    u64 here = monitor->machine->clock.now, tick = 0;
    if (!expression_of(call, text + (physical ? 3 : 0), &value) ||
        !expression_linear(call->cpu, &value, &watch.address, call->error))
        return command_failed(call);
    if (!monitor->timeline) {
        error_set(call->error, "nobody has kept what came in: there is no way back");
        return command_failed(call);
    }
    struct breakpoints aside = monitor->breakpoints;
    breakpoint_delete_all(&monitor->breakpoints);
    call->error->text[0] = 0;
    bool added = breakpoint_add(&monitor->breakpoints, &watch, call->error) != NULL;
    bool found = added && find_writer(call, &tick);
    if (found) {
        text_out_format(call->out, "tick %llu: ", (unsigned long long)tick - 1);
        write_where(monitor, call->out);
    }
    monitor->breakpoints = aside;
    breakpoints_arm(&monitor->breakpoints);
    if (!added || !return_to(call, here) || (!found && call->error->text[0]))
        return command_failed(call);
    if (!found)
        text_out_format(call->out, "no instruction has written to %s %08x since the beginning\n",
                        physical ? "physical" : "linear", watch.address);
    return MONITOR_OK;
}

/* ---- diff-pages ---- */

/* All page table entries of the present directory: 4 MB on the host. */
#define ENTRIES (1024u * 1024u)

static u32 physical_dword(const struct call *call, u32 physical)
{
    u8 bytes[4];
    memory_peek(&call->monitor->machine->memory, physical, bytes, sizeof bytes);
    return (u32)bytes[0] | (u32)bytes[1] << 8 | (u32)bytes[2] << 16 | (u32)bytes[3] << 24;
}

static void collect(const struct call *call, u32 *entries)
{
    memset(entries, 0, ENTRIES * sizeof *entries);
    for (u32 i = 0; i < 1024 && cpu_paging(call->cpu); i++) {
        u32 table = physical_dword(call, (call->cpu->cr3 & 0xfffff000u) + i * 4);
        for (u32 k = 0; (table & 1) && k < 1024; k++)
            entries[i * 1024 + k] = physical_dword(call, (table & 0xfffff000u) + k * 4);
    }
}

#define DIFFERENCES_SHOWN 200u

static void write_differences(struct call *call, const u32 *before, const u32 *after)
{
    static const struct {
        u32 bit;
        const char *name;
    } bits[] = {{1, "P"}, {2, "RW"}, {4, "US"}, {0x20, "A"}, {0x40, "D"}};
    u32 count = 0;
    for (u32 i = 0; i < ENTRIES; i++) {
        if (before[i] == after[i] || ++count > DIFFERENCES_SHOWN)
            continue;
        text_out_format(call->out, "linear %08x: %08x -> %08x", i << PAGE_SHIFT, before[i],
                        after[i]);
        for (unsigned k = 0; k < ARRAY_COUNT(bits); k++)
            if ((before[i] ^ after[i]) & bits[k].bit)
                text_out_format(call->out, " %c%s", after[i] & bits[k].bit ? '+' : '-',
                                bits[k].name);
        if ((before[i] ^ after[i]) & 0xfffff000u)
            text_out_format(call->out, ", frame %08x -> %08x", before[i] & 0xfffff000u,
                            after[i] & 0xfffff000u);
        text_out_string(call->out, "\n");
    }
    text_out_format(call->out, "%u entries differ%s\n", count,
                    count > DIFFERENCES_SHOWN ? "; the first 200 are shown" : "");
}

static bool collect_at(struct call *call, const char *text, u32 *entries)
{
    u64 tick;
    if (!parse_tick(text, &tick))
        return error_set(call->error, "'%.40s': expected a count of instructions", text);
    if (!timeline_go(call->monitor->timeline, tick, call->error))
        return false;
    collect(call, entries);
    return true;
}

enum monitor_result cmd_diff_pages(struct call *call)
{
    u64 here = call->monitor->machine->clock.now;
    if (!call->monitor->timeline) {
        error_set(call->error, "nobody has kept what came in: there is no way back");
        return command_failed(call);
    }
    u32 *entries = malloc(2 * ENTRIES * sizeof *entries);
    bool done = entries || error_set(call->error, "out of memory");
    done = done && collect_at(call, call->arguments[0].text, entries) &&
           collect_at(call, call->arguments[1].text, entries + ENTRIES);
    if (done)
        write_differences(call, entries, entries + ENTRIES);
    free(entries);
    if (!return_to(call, here) || !done)
        return command_failed(call);
    return MONITOR_OK;
}
