#ifndef GLASS386_SNAPSHOT_TIMELINE_INTERNAL_H
#define GLASS386_SNAPSHOT_TIMELINE_INTERNAL_H

#include "snapshot/timeline.h"

/* Shared by timeline.c and recording.c only. */

struct timeline_event {
    u64 tick;
    enum input_kind kind;
    u32 first, count; /* its bytes in timeline.bytes */
};

#define TIMELINE_MOMENTS 8u

/* A snapshot to start again from. */
struct timeline_moment {
    u64 tick;
    u32 next;     /* timeline.next then */
    bool by_hand; /* the state after a change by hand: nothing before it leads here */
    struct text_out bytes;
};

struct timeline {
    struct machine *machine;
    struct timeline_event *events;
    u32 count, capacity;
    u32 next; /* index of the first event that is still to be fed */
    struct text_out bytes;
    bool feeding; /* the tap hears what is replayed */
    u64 furthest; /* tick: what came out up to there was heard */
    bool changed; /* by hand, some time since the newest moment */
    bool lost;    /* the host had no memory for an event */
    struct error misfit;

    struct timeline_moment moments[TIMELINE_MOMENTS]; /* [0] is the beginning; by tick, 0 = free */
    u32 moment_count;

    void (*write)(void *context, const char *line);
    void *write_context;

    bool replaying, end_known;
    u64 end_tick, end_hash;
};

/* Copies an event behind the others; false when the host has no memory. */
bool timeline_add(struct timeline *timeline, u64 tick, enum input_kind kind, const void *bytes,
                  size_t count);

/* The clock calls for the next event that is to come again. */
void timeline_schedule(struct timeline *timeline);

/* recording.c: the line of an event. */
void recording_write_event(struct timeline *timeline, const struct timeline_event *event);

#endif
