#include "snapshot/timeline.h"

#include "snapshot/quiet.h"
#include "snapshot/snapshot.h"
#include "snapshot/timeline_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- events ---- */

bool timeline_add(struct timeline *timeline, u64 tick, enum input_kind kind, const void *bytes,
                  size_t count)
{
    if (timeline->count == timeline->capacity) {
        u32 capacity = timeline->capacity ? timeline->capacity * 2 : 64;
        struct timeline_event *events =
            realloc(timeline->events, capacity * sizeof *timeline->events);
        if (!events)
            return false;
        timeline->events = events;
        timeline->capacity = capacity;
    }
    u32 first = (u32)timeline->bytes.length;
    text_out_bytes(&timeline->bytes, bytes, count);
    if (timeline->bytes.failed)
        return false;
    timeline->events[timeline->count++] = (struct timeline_event){tick, kind, first, (u32)count};
    return true;
}

static void forget_moments_after(struct timeline *timeline, u64 tick)
{
    u32 kept = 0;
    for (u32 i = 0; i < timeline->moment_count; i++)
        if (timeline->moments[i].tick <= tick)
            timeline->moments[kept++] = timeline->moments[i];
        else
            text_out_free(&timeline->moments[i].bytes);
    timeline->moment_count = kept;
}

/* The tap of machine/input.h. Something new at an earlier moment begins another future. */
static void note(void *context, enum input_kind kind, const void *bytes, size_t count)
{
    struct timeline *timeline = context;
    if (timeline->feeding)
        return;
    if (timeline->next < timeline->count) {
        timeline->count = timeline->next;
        timeline->furthest = timeline->machine->clock.now;
        forget_moments_after(timeline, timeline->machine->clock.now);
        timeline_schedule(timeline);
    }
    if (!timeline_add(timeline, timeline->machine->clock.now, kind, bytes, count)) {
        timeline->lost = true;
        return;
    }
    timeline->next = timeline->count;
    if (timeline->write)
        recording_write_event(timeline, &timeline->events[timeline->count - 1]);
}

/* ---- feeding ---- */

static bool repeat_event(struct timeline *timeline, const struct timeline_event *event)
{
    struct machine *machine = timeline->machine;
    const char *bytes = text_out_text(&timeline->bytes) + event->first;
    char text[8192];
    if (event->kind == INPUT_RESET) {
        machine_press_reset(machine);
        return true;
    }
    if (event->kind != INPUT_MEDIUM)
        return input_repeat(&machine->input, event->kind, (const u8 *)bytes, event->count) ||
               error_set(&timeline->misfit, "tick %llu: the input does not fit the machine",
                         (unsigned long long)event->tick);
    size_t count = event->count < sizeof text ? event->count : sizeof text - 1;
    memcpy(text, bytes, count);
    text[count] = 0;
    return machine_repeat_change(machine, text, &timeline->misfit);
}

void timeline_schedule(struct timeline *timeline)
{
    bool more = timeline->next < timeline->count;
    input_schedule_repeat(&timeline->machine->input,
                          more ? timeline->events[timeline->next].tick : CLOCK_NEVER);
}

/* All that is due now; a misfit stops the machine. */
static void repeat(void *context)
{
    struct timeline *timeline = context;
    struct input_tap *tap = &timeline->machine->input.tap;
    bool closed = tap->closed, fits = true;
    timeline->feeding = true;
    tap->closed = false;
    while (fits && timeline->next < timeline->count &&
           timeline->events[timeline->next].tick <= timeline->machine->clock.now)
        fits = repeat_event(timeline, &timeline->events[timeline->next++]);
    tap->closed = closed;
    timeline->feeding = false;
    timeline_schedule(timeline);
    if (!fits)
        machine_request_stop(timeline->machine);
}

const char *timeline_misfit(const struct timeline *timeline)
{
    return timeline->misfit.text[0] ? timeline->misfit.text : NULL;
}

/* ---- moments ---- */

/* The oldest goes that was taken only to be near, but never the beginning; where all the others
   hold a change by hand, the past begins later. */
static void make_room(struct timeline *timeline)
{
    u32 oldest = 1;
    while (oldest < timeline->moment_count && timeline->moments[oldest].by_hand)
        oldest++;
    if (oldest == timeline->moment_count)
        oldest = 0;
    text_out_free(&timeline->moments[oldest].bytes);
    timeline->moment_count--;
    memmove(&timeline->moments[oldest], &timeline->moments[oldest + 1],
            (timeline->moment_count - oldest) * sizeof timeline->moments[0]);
}

static bool take_moment(struct timeline *timeline, struct error *error)
{
    struct text_out bytes = TEXT_OUT_EMPTY;
    if (!snapshot_write_moment(timeline->machine, &bytes, error)) {
        text_out_free(&bytes);
        return false;
    }
    if (timeline->moment_count == TIMELINE_MOMENTS)
        make_room(timeline);
    timeline->moments[timeline->moment_count++] = (struct timeline_moment){
        .tick = timeline->machine->clock.now, .next = timeline->next, .bytes = bytes};
    return true;
}

/* The past begins at the present state. */
static void begin_here(struct timeline *timeline)
{
    struct error error;
    while (timeline->moment_count > 0)
        text_out_free(&timeline->moments[--timeline->moment_count].bytes);
    timeline->count = timeline->next = 0;
    text_out_clear(&timeline->bytes);
    timeline_schedule(timeline);
    timeline->changed = false;
    timeline->furthest = timeline->machine->clock.now;
    timeline->lost = !take_moment(timeline, &error);
}

void timeline_begin_anew(struct timeline *timeline)
{
    if (!timeline->write && !timeline->replaying)
        begin_here(timeline);
}

void timeline_forget_future(struct timeline *timeline)
{
    u64 now = timeline->machine->clock.now;
    if (timeline->next < timeline->count) {
        timeline->count = timeline->next;
        timeline_schedule(timeline);
    }
    timeline->furthest = now;
    forget_moments_after(timeline, now);
}

void timeline_changed(struct timeline *timeline, bool at_once)
{
    struct error error;
    u64 now = timeline->machine->clock.now;
    timeline_forget_future(timeline);
    timeline->changed |= !at_once;
    if (timeline->changed)
        return;
    for (u32 i = 0; i < timeline->moment_count; i++)
        if (timeline->moments[i].tick == now) { /* of before the change */
            text_out_free(&timeline->moments[i].bytes);
            timeline->moments[i] = timeline->moments[--timeline->moment_count];
        }
    if (take_moment(timeline, &error))
        timeline->moments[timeline->moment_count - 1].by_hand = true;
    else
        timeline->lost = true;
}

bool timeline_keep_moment(struct timeline *timeline)
{
    struct error error;
    if (timeline->changed)
        begin_here(timeline);
    else if (timeline->next < timeline->count || !take_moment(timeline, &error))
        return false;
    timeline->changed = false;
    return !timeline->lost;
}

/* The latest moment at or before a tick; null when there is none. */
static const struct timeline_moment *moment_before(const struct timeline *timeline, u64 tick)
{
    const struct timeline_moment *best = NULL;
    for (u32 i = 0; i < timeline->moment_count; i++)
        if (timeline->moments[i].tick <= tick && (!best || timeline->moments[i].tick > best->tick))
            best = &timeline->moments[i];
    return best;
}

u64 timeline_beginning(const struct timeline *timeline)
{
    u64 tick = CLOCK_NEVER;
    for (u32 i = 0; i < timeline->moment_count; i++)
        if (timeline->moments[i].tick < tick)
            tick = timeline->moments[i].tick;
    return tick;
}

static bool load_moment(struct timeline *timeline, const struct timeline_moment *moment,
                        struct error *error)
{
    if (!snapshot_read(timeline->machine, text_out_text(&moment->bytes), moment->bytes.length,
                       error))
        return false;
    timeline->next = moment->next;
    timeline_schedule(timeline);
    return true;
}

/* ---- going back ---- */

static bool may_go(struct timeline *timeline, struct error *error)
{
    const struct machine *machine = timeline->machine;
    if (timeline->write || timeline->replaying)
        return error_set(error, "not while a recording is made or replayed");
    if (timeline->lost)
        return error_set(error, "the host had no memory to keep all that came in");
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++)
        if (machine_has_medium(machine, slot) && !machine->config.disks[slot]->overlay &&
            !machine->config.disks[slot]->read_only)
            return error_set(error,
                             "%s: its changes are in its file; expected -snapshot at the start, "
                             "to go back",
                             machine_slot_name(slot));
    if (timeline->changed)
        begin_here(timeline);
    if (timeline->furthest < machine->clock.now)
        timeline->furthest = machine->clock.now;
    return true;
}

/* Where the machine has been nobody shall hear it go again, and no breakpoint shall stop it. */
static void run_quietly(struct timeline *timeline, u64 tick)
{
    struct cpu *cpu = &timeline->machine->cpu;
    const struct cpu_hooks hooks = cpu->hooks;
    const u32 *breakpoints = cpu->breakpoints;
    u32 count = cpu->breakpoint_count;
    void (*watch)(void *, u16, unsigned, bool) = cpu->ports->watch;
    cpu_set_hooks(cpu, &(struct cpu_hooks){0});
    cpu_set_breakpoints(cpu, NULL, 0);
    cpu->ports->watch = NULL;
    if (timeline->machine->clock.now < timeline->furthest) {
        struct quiet quiet;
        quiet_begin(&quiet, timeline->machine);
        machine_run(timeline->machine, tick < timeline->furthest ? tick : timeline->furthest);
        quiet_end(&quiet, timeline->machine);
    }
    if (timeline->machine->clock.now < tick)
        machine_run(timeline->machine, tick);
    cpu->ports->watch = watch;
    cpu_set_breakpoints(cpu, breakpoints, count);
    cpu_set_hooks(cpu, &hooks);
}

#define NEAR 20000000u /* ticks that are run again in no time */

bool timeline_go(struct timeline *timeline, u64 tick, struct error *error)
{
    if (!may_go(timeline, error))
        return false;
    const struct timeline_moment *moment = moment_before(timeline, tick);
    if (!moment)
        return error_set(error, "tick %llu lies before the beginning of what is kept, %llu",
                         (unsigned long long)tick,
                         (unsigned long long)timeline_beginning(timeline));
    struct error unimportant;
    u64 from = moment->tick;
    if (!load_moment(timeline, moment, error))
        return false;
    if (tick - from > 3 * (u64)NEAR) {
        run_quietly(timeline, tick - NEAR);
        take_moment(timeline, &unimportant);
    }
    run_quietly(timeline, tick);
    return true;
}

/* The last stop in [moment, end); CLOCK_NEVER when there is none. */
static u64 last_stop(struct timeline *timeline, u64 end)
{
    const struct clock *clock = &timeline->machine->clock;
    struct quiet quiet;
    u64 found = CLOCK_NEVER;
    quiet_begin(&quiet, timeline->machine);
    while (clock->now < end) {
        enum machine_stop stop = machine_run(timeline->machine, end);
        if (clock->now >= end || (stop != MACHINE_STOP_BREAK && stop != MACHINE_STOP_REQUEST))
            break;
        found = clock->now;
    }
    quiet_end(&quiet, timeline->machine);
    return found;
}

bool timeline_go_to_last_stop(struct timeline *timeline, struct error *error)
{
    u64 end = timeline->machine->clock.now, here = end;
    const struct timeline_moment *moment;
    error->text[0] = 0;
    if (!may_go(timeline, error))
        return false;
    while (end > 0 && (moment = moment_before(timeline, end - 1))) {
        u64 from = moment->tick;
        if (!load_moment(timeline, moment, error))
            return false;
        u64 found = last_stop(timeline, end);
        if (found != CLOCK_NEVER)
            return timeline_go(timeline, found, error);
        end = from;
    }
    timeline_go(timeline, here, error);
    return false;
}

/* ---- coming and going ---- */

struct timeline *timeline_new(struct machine *machine)
{
    struct error error;
    struct timeline *timeline = calloc(1, sizeof *timeline);
    if (!timeline)
        return NULL;
    timeline->machine = machine;
    timeline->end_tick = CLOCK_NEVER;
    if (!take_moment(timeline, &error)) {
        free(timeline);
        return NULL;
    }
    machine->input.tap = (struct input_tap){.note = note, .repeat = repeat, .context = timeline};
    return timeline;
}

void timeline_free(struct timeline *timeline)
{
    if (!timeline)
        return;
    timeline->machine->input.tap = (struct input_tap){.note = NULL};
    input_schedule_repeat(&timeline->machine->input, CLOCK_NEVER);
    for (u32 i = 0; i < timeline->moment_count; i++)
        text_out_free(&timeline->moments[i].bytes);
    text_out_free(&timeline->bytes);
    free(timeline->events);
    free(timeline);
}
