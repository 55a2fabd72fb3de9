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

/* Executes the instruction that leads to the present moment once more, so that what stops behind it
   is met as on the way forward. */
static enum machine_stop meet_again(struct monitor *monitor)
{
    struct error unimportant;
    struct breakpoints *breakpoints = &monitor->breakpoints;
    u64 here = monitor->machine->clock.now;
    breakpoints_begin_anew(breakpoints);
    if (here <= timeline_beginning(monitor->timeline) ||
        breakpoint_at(breakpoints, cpu_linear_eip(&monitor->machine->cpu)))
        return MACHINE_STOP_BREAK;
    if (timeline_go(monitor->timeline, here - 1, &unimportant)) {
        breakpoints_begin_anew(breakpoints);
        breakpoint_step(breakpoints, monitor->machine);
    }
    if (monitor->machine->clock.now != here)
        timeline_go(monitor->timeline, here, &unimportant);
    return breakpoints->hit.number ? MACHINE_STOP_REQUEST : MACHINE_STOP_BREAK;
}

enum monitor_back monitor_go_back(struct monitor *monitor, bool step, enum machine_stop *stop,
                                  struct error *error)
{
    struct timeline *timeline = monitor->timeline;
    u64 now = monitor->machine->clock.now;
    *stop = MACHINE_STOP_BREAK;
    if (!timeline) {
        error_set(error, "nobody has kept what came in: there is no way back");
        return MONITOR_BACK_FAILED;
    }
    error->text[0] = 0;
    bool found = step ? now > timeline_beginning(timeline) && timeline_go(timeline, now - 1, error)
                      : timeline_go_to_last_stop(timeline, error);
    if (!found && error->text[0])
        return MONITOR_BACK_FAILED;
    if (found && !step)
        *stop = meet_again(monitor);
    else
        breakpoints_begin_anew(&monitor->breakpoints);
    if (found)
        return MONITOR_BACK_THERE;
    return timeline_go(timeline, timeline_beginning(timeline), error) ? MONITOR_BACK_BEGINNING
                                                                      : MONITOR_BACK_FAILED;
}

enum monitor_result cmd_reverse_continue(struct call *call)
{
    struct monitor *monitor = call->monitor;
    enum machine_stop stop;
    enum monitor_back back = monitor_go_back(monitor, false, &stop, call->error);
    if (back == MONITOR_BACK_FAILED)
        return command_failed(call);
    if (back == MONITOR_BACK_BEGINNING)
        text_out_string(call->out, "no breakpoint stops before here: this is the beginning\n");
    else
        write_stop_reason(monitor, call->out);
    text_out_format(call->out, "tick %llu\n", (unsigned long long)monitor->machine->clock.now);
    write_where(monitor, call->out);
    return MONITOR_OK;
}

void changed_by_hand(struct call *call)
{
    if (call->monitor->timeline)
        timeline_changed(call->monitor->timeline, true);
}
