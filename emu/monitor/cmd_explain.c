/* Why: the last fault in words, who wrote to an address, what changed in the page tables. */
#include "cpu/fault.h"
#include "debug/report.h"
#include "monitor/command.h"
#include "snapshot/timeline.h"

#include <stdlib.h>
#include <string.h>

/* ---- explain ---- */

static const struct fault_record *last_exception(const struct cpu *cpu)
{
    u32 kept = cpu->fault_count < FAULT_HISTORY ? cpu->fault_count : FAULT_HISTORY;
    for (u32 back = 1; back <= kept; back++) {
        const struct fault_record *record = &cpu->faults[(cpu->fault_count - back) % FAULT_HISTORY];
        if (!record->software && !record->external)
            return record;
    }
    return NULL;
}

/* Which entry to look at, as the command that shows it. */
static void write_hint(const struct fault *fault, struct text_out *out)
{
    if (fault->vector == EXC_PF)
        text_out_format(out, "look at: walk 0x%08x (PRM 9.8.14, 5.2)\n", fault->address);
    else if (fault->has_error && fault->error && fault->vector != EXC_DF)
        text_out_format(out, "look at: info %s 0x%x (PRM 9.7)\n",
                        fault->error & ERROR_IDT  ? "idt"
                        : fault->error & ERROR_TI ? "ldt"
                                                  : "gdt",
                        fault->error & ERROR_IDT ? fault->error >> 3 : fault->error & 0xfff8u);
    else if (fault->vector == EXC_GP || fault->vector == EXC_SS)
        text_out_string(out, "no selector is to blame: a limit, a type, or a right; 'sreg' shows "
                             "the segments, 'u' the instruction (PRM 6.3, 9.8.13)\n");
}

enum monitor_result cmd_explain(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    const struct fault_record *record = last_exception(cpu);
    if (cpu->shutdown)
        report_triple_fault(call->monitor->machine, call->out);
    else if (record)
        report_fault(record, call->out);
    else
        text_out_string(call->out, "no exception is among the last events\n");
    if (!record)
        return MONITOR_OK;
    if (!cpu->shutdown)
        text_out_string(call->out, "\n");
    write_hint(&record->fault, call->out);
    return MONITOR_OK;
}

/* ---- who-wrote ---- */

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
