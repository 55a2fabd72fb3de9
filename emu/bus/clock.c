#include "bus/clock.h"

#include <assert.h>

#define NS_PER_SECOND 1000000000u

__extension__ typedef unsigned __int128 u128;

void clock_init(struct clock *clock, u32 rate)
{
    *clock = (struct clock){.next = CLOCK_NEVER, .rate = rate ? rate : CLOCK_DEFAULT_RATE};
}

void clock_add(struct clock *clock, struct clock_event *event)
{
    assert(clock->event_count < CLOCK_MAX_EVENTS);
    event->when = CLOCK_NEVER;
    clock->events[clock->event_count++] = event;
}

static struct clock_event *earliest(const struct clock *clock)
{
    struct clock_event *first = NULL;
    for (u32 i = 0; i < clock->event_count; i++)
        if (clock->events[i]->when != CLOCK_NEVER &&
            (!first || clock->events[i]->when < first->when))
            first = clock->events[i];
    return first;
}

void clock_refresh(struct clock *clock)
{
    const struct clock_event *first = earliest(clock);
    clock->next = first ? first->when : CLOCK_NEVER;
}

void clock_schedule(struct clock *clock, struct clock_event *event, u64 when)
{
    bool was_first = event->when == clock->next;
    event->when = when;
    if (when <= clock->next)
        clock->next = when;
    else if (was_first)
        clock_refresh(clock);
}

void clock_cancel(struct clock *clock, struct clock_event *event)
{
    clock_schedule(clock, event, CLOCK_NEVER);
}

void clock_run_due(struct clock *clock)
{
    while (clock->next <= clock->now) {
        struct clock_event *event = earliest(clock);
        event->when = CLOCK_NEVER;
        clock_refresh(clock);
        event->fire(event->context, clock->now);
    }
}

u64 clock_scale(u64 value, u64 multiply, u64 divide)
{
    return (u64)((u128)value * multiply / divide);
}

u64 clock_ticks_to_ns(const struct clock *clock, u64 ticks)
{
    return clock_scale(ticks, NS_PER_SECOND, clock->rate);
}

u64 clock_ns_to_ticks(const struct clock *clock, u64 ns)
{
    return (u64)(((u128)ns * clock->rate + NS_PER_SECOND - 1) / NS_PER_SECOND);
}
