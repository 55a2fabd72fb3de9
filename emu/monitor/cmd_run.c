#include "debug/disassemble.h"
#include "debug/stack_walk.h"
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
    machine_press_reset(call->monitor->machine);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

enum machine_stop monitor_step_off(struct monitor *monitor)
{
    return breakpoint_step(&monitor->breakpoints, monitor->machine);
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

/* Steps; true when the machine can go on and nothing was met, else the text says what. */
static bool step_on(struct call *call)
{
    const char *ended = stop_text(monitor_step_off(call->monitor));
    if (ended)
        text_out_string(call->out, ended);
    return !ended && !write_hit(call->monitor, call->out);
}

/* Continues past a breakpoint at CS:EIP: that instruction is executed first. */
enum monitor_result cmd_continue(struct call *call)
{
    struct monitor *monitor = call->monitor;
    if (!breakpoint_at(&monitor->breakpoints, cpu_linear_eip(call->cpu)))
        return MONITOR_RESUME;
    const char *ended = stop_text(monitor_step_off(monitor));
    if (!ended && !monitor->breakpoints.hit.number)
        return MONITOR_RESUME;
    if (ended)
        text_out_string(call->out, ended);
    else
        monitor_describe_stop(monitor, call->out);
    return MONITOR_OK;
}

static u32 repeat_count(const struct call *call)
{
    const struct command_argument *argument = &call->arguments[0];
    return argument->given ? argument->value.value : 1;
}

enum monitor_result cmd_step(struct call *call)
{
    for (u32 left = repeat_count(call); left > 0; left--)
        if (!step_on(call))
            break;
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

/* Runs until a linear address is reached with the stack pointer above `stack`, something else stops
   the machine, or it takes too long. True: it was reached. */
static bool run_to(struct call *call, u32 linear, u32 stack)
{
    struct monitor *monitor = call->monitor;
    struct machine *machine = monitor->machine;
    u64 end = machine->clock.now + NEXT_LIMIT;
    const struct breakpoint wanted = {.kind = BREAK_CODE, .address = linear};
    if (!step_on(call))
        return false;
    struct breakpoint *there = breakpoint_add(&monitor->breakpoints, &wanted, call->error);
    if (!there) {
        command_failed(call);
        return false;
    }
    u32 number = there->number;
    const char *ended = NULL;
    bool reached = false, met = false;
    while (!reached && !ended && !met) {
        reached = cpu_linear_eip(call->cpu) == linear && call->cpu->regs[REG_ESP] > stack;
        if (reached)
            break;
        enum machine_stop stop = breakpoint_at(&monitor->breakpoints, cpu_linear_eip(call->cpu))
                                     ? monitor_step_off(monitor)
                                     : machine_run(machine, end);
        ended = machine->clock.now >= end
                    ? "it has not come there in 2 guest seconds; 'continue' runs on\n"
                    : stop_text(stop);
        met = stop == MACHINE_STOP_REQUEST ||
              (stop == MACHINE_STOP_BREAK && cpu_linear_eip(call->cpu) != linear);
    }
    breakpoint_delete(&monitor->breakpoints, number);
    if (ended)
        text_out_string(call->out, ended);
    else if (met)
        write_hit(monitor, call->out);
    return reached;
}

static bool next_one(struct call *call)
{
    struct disassembly code;
    u32 linear = cpu_linear_eip(call->cpu);
    bool found = disassemble_at(call->cpu, linear, call->cpu->eip, &code);
    return found && code.call ? run_to(call, linear + code.length, 0) : step_on(call);
}

enum monitor_result cmd_next(struct call *call)
{
    for (u32 left = repeat_count(call); left > 0; left--)
        if (!next_one(call))
            break;
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

enum monitor_result cmd_until(struct call *call)
{
    u32 linear;
    if (!argument_linear(call, 0, &linear))
        return command_failed(call);
    run_to(call, linear, 0);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

/* The return address lies above the saved EBP of a function that has pushed it, at the top of the
   stack before. */
enum monitor_result cmd_finish(struct call *call)
{
    struct stack_walk walk = stack_walk_start(call->cpu);
    struct stack_call caller;
    if (!stack_walk_next(&walk, &caller) || !stack_walk_next(&walk, &caller)) {
        error_set(call->error, "no caller is known here: EBP leads to no return address");
        return command_failed(call);
    }
    run_to(call, call->cpu->segs[SEG_CS].base + caller.eip, caller.frame - 1);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

enum monitor_result run_for(struct call *call, u64 ticks)
{
    struct machine *machine = call->monitor->machine;
    u64 end = machine->clock.now + ticks;
    const char *ended = stop_text(monitor_step_off(call->monitor));
    if (!ended && !call->monitor->breakpoints.hit.number && machine->clock.now < end)
        ended = stop_text(machine_run(machine, end));
    if (ended)
        text_out_string(call->out, ended);
    write_stop_reason(call->monitor, call->out);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

/* As much guest time as so many instructions take; a halt takes its time, too. */
enum monitor_result cmd_step_ticks(struct call *call)
{
    return run_for(call, call->arguments[0].value.value);
}
