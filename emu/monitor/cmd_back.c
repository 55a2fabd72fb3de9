/* Earlier moments: the same input brings the machine there again (snapshot/timeline.h). */
#include "monitor/command.h"
#include "snapshot/timeline.h"

static bool has_past(struct call *call)
{
    return call->monitor->timeline ||
           error_set(call->error, "nobody has kept what came in: there is no way back");
}

static enum monitor_result go(struct call *call, u64 tick)
{
    struct monitor *monitor = call->monitor;
    if (!has_past(call) || !timeline_go(monitor->timeline, tick, call->error))
        return command_failed(call);
    breakpoints_begin_anew(&monitor->breakpoints);
    text_out_format(call->out, "tick %llu\n", (unsigned long long)monitor->machine->clock.now);
    write_where(monitor, call->out);
    return MONITOR_OK;
}

/* More than 32 bits: decimal digits are taken as they are. */
bool parse_tick(const char *text, u64 *tick)
{
    *tick = 0;
    if (!*text)
        return false;
    for (; *text >= '0' && *text <= '9' && *tick < CLOCK_NEVER / 16; text++)
        *tick = *tick * 10 + (u64)(*text - '0');
    return *text == 0;
}

enum monitor_result cmd_goto(struct call *call)
{
    u64 tick;
    if (parse_tick(call->arguments[0].text, &tick))
        return go(call, tick);
    error_set(call->error,
              "'%.40s': expected a count of instructions; 'ptime' tells the present one",
              call->arguments[0].text);
    return command_failed(call);
}

enum monitor_result cmd_reverse_step(struct call *call)
{
    u64 now = call->monitor->machine->clock.now;
    u32 count = call->arguments[0].given ? call->arguments[0].value.value : 1;
    return go(call, count < now ? now - count : 0);
}

enum monitor_result cmd_reverse_continue(struct call *call)
{
    struct monitor *monitor = call->monitor;
    if (!has_past(call))
        return command_failed(call);
    bool found = timeline_go_to_last_stop(monitor->timeline, call->error);
    breakpoints_begin_anew(&monitor->breakpoints);
    if (!found && call->error->text[0])
        return command_failed(call);
    if (!found)
        text_out_string(call->out, "no breakpoint stops before here\n");
    text_out_format(call->out, "tick %llu\n", (unsigned long long)monitor->machine->clock.now);
    write_where(monitor, call->out);
    return MONITOR_OK;
}

void changed_by_hand(struct call *call)
{
    if (call->monitor->timeline)
        timeline_changed(call->monitor->timeline, true);
}
