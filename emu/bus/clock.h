#ifndef GLASS386_BUS_CLOCK_H
#define GLASS386_BUS_CLOCK_H

#include "base/types.h"

/* Guest time. One tick is one retired instruction (one iteration of a repeated string instruction);
   a fixed rate turns ticks into guest nanoseconds. Nothing here knows the host's time. */

#define CLOCK_NEVER UINT64_MAX
#define CLOCK_DEFAULT_RATE 100000000u /* ticks in a guest second */
#define CLOCK_MAX_EVENTS 64u

/* Something that is due at a tick. The owner keeps it in its own struct and adds it once at init;
   events due at the same tick fire in the order in which they were added. */
struct clock_event {
    const char *name;
    u64 when; /* CLOCK_NEVER while idle */
    void (*fire)(void *context, u64 now);
    void *context;
};

struct clock {
    u64 now;  /* ticks since power on; exact whenever a device can look */
    u64 next; /* tick of the earliest event, CLOCK_NEVER when none */
    u32 rate; /* ticks in a guest second */
    u32 event_count;
    struct clock_event *events[CLOCK_MAX_EVENTS];
};

void clock_init(struct clock *clock, u32 rate);
void clock_add(struct clock *clock, struct clock_event *event);

/* Arms an event for a tick (a tick that is past counts as now), or disarms it. */
void clock_schedule(struct clock *clock, struct clock_event *event, u64 when);
void clock_cancel(struct clock *clock, struct clock_event *event);

/* Fires all events with when <= now, in order of (when, order added). Each is disarmed first. */
void clock_run_due(struct clock *clock);

/* Recomputes `next` after events were loaded from a snapshot. */
void clock_refresh(struct clock *clock);

static inline u64 clock_now(const struct clock *clock)
{
    return clock->now;
}

/* Conversions, rounded down (to ns) and up (to ticks), exact for 2^64 ticks. */
u64 clock_ticks_to_ns(const struct clock *clock, u64 ticks);
u64 clock_ns_to_ticks(const struct clock *clock, u64 ns);

/* floor(value * multiply / divide) without overflow inside; for chips that count other frequencies.
 */
u64 clock_scale(u64 value, u64 multiply, u64 divide);

#endif
