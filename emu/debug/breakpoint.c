#include "debug/breakpoint.h"

#include <string.h>

static bool stops_here(void *context, u32 linear)
{
    return breakpoint_at(context, linear) != NULL;
}

void breakpoint_arm(struct breakpoints *set, struct cpu *cpu, bool armed)
{
    u32 count = 0;
    cpu->hooks = (struct cpu_hooks){armed ? stops_here : NULL, set};
    for (u32 i = 0; armed && i < set->count; i++)
        if (set->list[i].enabled)
            set->addresses[count++] = set->list[i].linear;
    cpu_set_breakpoints(cpu, set->addresses, count);
}

struct breakpoint *breakpoint_add(struct breakpoints *set, struct cpu *cpu, u32 linear,
                                  bool temporary)
{
    if (set->count == BREAKPOINTS_MAX)
        return NULL;
    struct breakpoint *breakpoint = &set->list[set->count++];
    *breakpoint = (struct breakpoint){
        .number = ++set->last_number, .linear = linear, .enabled = true, .temporary = temporary};
    breakpoint_arm(set, cpu, true);
    return breakpoint;
}

static struct breakpoint *numbered(struct breakpoints *set, u32 number)
{
    for (u32 i = 0; i < set->count; i++)
        if (set->list[i].number == number)
            return &set->list[i];
    return NULL;
}

bool breakpoint_delete(struct breakpoints *set, struct cpu *cpu, u32 number)
{
    struct breakpoint *breakpoint = numbered(set, number);
    if (!breakpoint)
        return false;
    struct breakpoint *end = set->list + set->count;
    memmove(breakpoint, breakpoint + 1, (size_t)(end - breakpoint - 1) * sizeof *breakpoint);
    set->count--;
    breakpoint_arm(set, cpu, true);
    return true;
}

bool breakpoint_enable(struct breakpoints *set, struct cpu *cpu, u32 number, bool enabled)
{
    struct breakpoint *breakpoint = numbered(set, number);
    if (!breakpoint)
        return false;
    breakpoint->enabled = enabled;
    breakpoint_arm(set, cpu, true);
    return true;
}

void breakpoint_delete_all(struct breakpoints *set, struct cpu *cpu)
{
    set->count = 0;
    breakpoint_arm(set, cpu, true);
}

struct breakpoint *breakpoint_at(struct breakpoints *set, u32 linear)
{
    for (u32 i = 0; i < set->count; i++)
        if (set->list[i].enabled && set->list[i].linear == linear)
            return &set->list[i];
    return NULL;
}

u32 breakpoint_note_hit(struct breakpoints *set, struct cpu *cpu, u32 linear)
{
    struct breakpoint *breakpoint = breakpoint_at(set, linear);
    if (!breakpoint)
        return 0;
    u32 number = breakpoint->number;
    breakpoint->hits++;
    if (breakpoint->temporary)
        breakpoint_delete(set, cpu, number);
    return number;
}
