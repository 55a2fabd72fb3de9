#include "debug/disassemble.h"
#include "monitor/command.h"

#define NEXT_LIMIT 200000000u /* ticks that `next` waits for a call to return */

enum monitor_result cmd_quit(struct call *call)
{
    (void)call;
    return MONITOR_QUIT;
}

enum monitor_result cmd_stop(struct call *call)
{
    write_where(call->monitor, call->out);
    return MONITOR_STOP;
}

enum monitor_result cmd_reset(struct call *call)
{
    machine_reset(call->monitor->machine);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

enum machine_stop monitor_step_off(struct monitor *monitor)
{
    struct machine *machine = monitor->machine;
    breakpoint_arm(&monitor->breakpoints, &machine->cpu, false);
    enum machine_stop stop;
    do {
        u64 next = machine->clock.now + 1;
        if (machine->cpu.halted && machine->clock.next != CLOCK_NEVER && machine->clock.next > next)
            next = machine->clock.next + 1;
        stop = machine_run(machine, next);
    } while (stop == MACHINE_STOP_TIME && machine->cpu.halted &&
             machine->clock.next != CLOCK_NEVER);
    breakpoint_arm(&monitor->breakpoints, &machine->cpu, true);
    return stop;
}

static const char *stop_text(enum machine_stop stop)
{
    switch (stop) {
    case MACHINE_STOP_POWER_OFF:
        return "the guest switched the power off\n";
    case MACHINE_STOP_EXIT:
        return "the guest wrote the exit port\n";
    case MACHINE_STOP_TRIPLE_FAULT:
        return "triple fault: the machine is frozen ('info faults' shows the chain)\n";
    default:
        return NULL;
    }
}

/* Continues past a breakpoint at CS:EIP: that instruction is executed first. */
enum monitor_result cmd_continue(struct call *call)
{
    struct monitor *monitor = call->monitor;
    if (!breakpoint_at(&monitor->breakpoints, cpu_linear_eip(call->cpu)))
        return MONITOR_RESUME;
    const char *ended = stop_text(monitor_step_off(monitor));
    if (!ended)
        return MONITOR_RESUME;
    text_out_string(call->out, ended);
    return MONITOR_OK;
}

static u32 repeat_count(const struct call *call)
{
    const struct command_argument *argument = &call->arguments[0];
    return argument->given ? argument->value.value : 1;
}

enum monitor_result cmd_step(struct call *call)
{
    for (u32 left = repeat_count(call); left > 0; left--) {
        const char *ended = stop_text(monitor_step_off(call->monitor));
        if (ended) {
            text_out_string(call->out, ended);
            break;
        }
    }
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

/* Runs until the instruction behind a call is reached, or too long. */
static const char *run_behind(struct monitor *monitor, u32 linear)
{
    struct machine *machine = monitor->machine;
    const char *ended = stop_text(monitor_step_off(monitor));
    if (ended || cpu_linear_eip(&machine->cpu) == linear)
        return ended;
    struct breakpoint *behind = breakpoint_add(&monitor->breakpoints, &machine->cpu, linear, false);
    if (!behind)
        return "there are too many breakpoints\n";
    u32 number = behind->number;
    enum machine_stop stop = machine_run(machine, machine->clock.now + NEXT_LIMIT);
    breakpoint_delete(&monitor->breakpoints, &machine->cpu, number);
    if (stop == MACHINE_STOP_TIME)
        return "the call has not come back in 2 guest seconds; 'continue' runs on\n";
    return stop_text(stop);
}

static const char *next_one(struct monitor *monitor)
{
    const struct cpu *cpu = &monitor->machine->cpu;
    struct disassembly code;
    u32 linear = cpu_linear_eip(cpu);
    if (disassemble_at(cpu, linear, cpu->eip, &code) && code.call)
        return run_behind(monitor, linear + code.length);
    return stop_text(monitor_step_off(monitor));
}

enum monitor_result cmd_next(struct call *call)
{
    const char *ended = NULL;
    for (u32 left = repeat_count(call); left > 0 && !ended; left--)
        ended = next_one(call->monitor);
    if (ended)
        text_out_string(call->out, ended);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

static enum monitor_result add_breakpoint(struct call *call, bool temporary)
{
    u32 linear;
    if (!argument_linear(call, 0, &linear))
        return command_failed(call);
    const struct breakpoint *breakpoint =
        breakpoint_add(&call->monitor->breakpoints, call->cpu, linear, temporary);
    if (!breakpoint) {
        error_set(call->error, "there are %u breakpoints already: delete one", BREAKPOINTS_MAX);
        return command_failed(call);
    }
    text_out_format(call->out, "Breakpoint %u at linear %08x ", breakpoint->number, linear);
    write_symbol(call, linear);
    text_out_string(call->out, "\n");
    return MONITOR_OK;
}

enum monitor_result cmd_break(struct call *call)
{
    return add_breakpoint(call, false);
}

enum monitor_result cmd_tbreak(struct call *call)
{
    return add_breakpoint(call, true);
}

static enum monitor_result no_breakpoint(struct call *call, u32 number)
{
    error_set(call->error, "there is no breakpoint %u; 'info break' lists them", number);
    return command_failed(call);
}

enum monitor_result cmd_delete(struct call *call)
{
    u32 number = call->arguments[0].value.value;
    if (!call->arguments[0].given)
        breakpoint_delete_all(&call->monitor->breakpoints, call->cpu);
    else if (!breakpoint_delete(&call->monitor->breakpoints, call->cpu, number))
        return no_breakpoint(call, number);
    return MONITOR_OK;
}

static enum monitor_result set_enabled(struct call *call, bool enabled)
{
    u32 number = call->arguments[0].value.value;
    if (!breakpoint_enable(&call->monitor->breakpoints, call->cpu, number, enabled))
        return no_breakpoint(call, number);
    return MONITOR_OK;
}

enum monitor_result cmd_enable(struct call *call)
{
    return set_enabled(call, true);
}

enum monitor_result cmd_disable(struct call *call)
{
    return set_enabled(call, false);
}

enum monitor_result info_break(struct call *call)
{
    const struct breakpoints *set = &call->monitor->breakpoints;
    if (set->count == 0)
        text_out_string(call->out, "no breakpoints; 'break ADDRESS' sets one\n");
    for (u32 i = 0; i < set->count; i++) {
        const struct breakpoint *breakpoint = &set->list[i];
        text_out_format(call->out, "%3u  %s%s linear %08x  hit %llu times ", breakpoint->number,
                        breakpoint->enabled ? "on " : "off", breakpoint->temporary ? " once" : "",
                        breakpoint->linear, (unsigned long long)breakpoint->hits);
        write_symbol(call, breakpoint->linear);
        text_out_string(call->out, "\n");
    }
    return MONITOR_OK;
}
