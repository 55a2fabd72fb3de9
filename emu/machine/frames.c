/* The moments at which pictures are taken: with the beam at a picture's first line, what a program
   changed in the vertical retrace is in force, and what it draws while the beam runs is not begun.
 */
#include "machine/frames.h"

#include "machine/machine.h"

#define SHORTEST_NS 8000000u
#define LONGEST_NS 40000000u

u64 machine_next_frame(const struct machine *machine)
{
    const struct clock *clock = &machine->clock;
    u64 next = vga_next_picture(&machine->vga, clock->now + clock_ns_to_ticks(clock, SHORTEST_NS));
    u64 last = clock->now + clock_ns_to_ticks(clock, LONGEST_NS);
    return next < last ? next : last;
}

static void schedule(struct machine *machine)
{
    if (machine->config.frames.take)
        clock_schedule(&machine->clock, &machine->frames.begins, machine_next_frame(machine));
}

static void take(void *context, u64 now)
{
    struct machine *machine = context;
    (void)now;
    if (!machine->frames.held)
        machine->config.frames.take(machine->config.frames.context, machine);
    schedule(machine);
}

void frames_init(struct machine *machine)
{
    machine->frames.begins = (struct clock_event){
        .name = "frame", .when = CLOCK_NEVER, .fire = take, .context = machine};
    if (!machine->config.frames.take)
        return;
    clock_add(&machine->clock, &machine->frames.begins);
    schedule(machine);
}

void frames_after_load(struct machine *machine)
{
    schedule(machine);
}
