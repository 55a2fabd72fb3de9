#ifndef GLASS386_SNAPSHOT_TIMELINE_H
#define GLASS386_SNAPSHOT_TIMELINE_H

#include "base/text_out.h"
#include "machine/machine.h"

/* A machine's past: all input that came from outside, stamped with its tick, and snapshots to start
   again from. The same input at the same ticks gives the same run, so that a recording replays bit
   for bit, and any earlier moment can be gone back to.

   Changes by hand (the monitor's setpmem, a script's poke) are no input: timeline_changed() keeps
   the state after them. A recording that was made beside them ends in another state, and says so.
 */

struct timeline;

/* Listens to the machine's input from now on, which is the earliest moment to go back to. Null when
   the host has no memory. The machine outlives it. */
struct timeline *timeline_new(struct machine *machine);
void timeline_free(struct timeline *timeline);

/* The line about what of a replayed recording did not fit; null while all is well. The machine was
   asked to stop then. */
const char *timeline_misfit(const struct timeline *timeline);

/* ---- recordings (FORMAT.md): lines of text ---- */

/* Writes the head now, and a line for each input as it comes; `write` keeps them. */
void timeline_record(struct timeline *timeline, void (*write)(void *context, const char *line),
                     void *context);
/* The last line: tick and hash of the end. */
void timeline_end_record(struct timeline *timeline);

/* What a recording says of the machine that it was made on. */
struct recording_head {
    u64 tick, hash;
    s64 rtc_time; /* machine_config.rtc_time */
};
/* Reads the head of untrusted bytes. */
bool recording_read_head(const char *text, size_t length, struct recording_head *head,
                         struct error *error);

/* Takes a whole recording to replay; false when it is damaged, or made on a machine in another
   state. Until its end all other input is thrown away. */
bool timeline_replay(struct timeline *timeline, const char *text, size_t length,
                     struct error *error);
/* Tick at which the recording ends; CLOCK_NEVER when nothing is replayed. */
u64 timeline_replay_end(const struct timeline *timeline);
/* At that tick: whether the machine is in the state that was recorded. True also when the recording
   was cut off before its last line: `*known` is false then. */
bool timeline_check_end(struct timeline *timeline, bool *known, struct error *error);

/* ---- going back ---- */

/* The machine was just changed by hand. `at_once` keeps the state now
   (some milliseconds), so that one can go to both sides of the change; else the past begins at the
   next question about it. */
void timeline_changed(struct timeline *timeline, bool at_once);

/* Another state was loaded: the past begins now. Nothing while recording or replaying. */
void timeline_begin_anew(struct timeline *timeline);

/* The earliest tick that can be gone back to. */
u64 timeline_beginning(const struct timeline *timeline);

/* Remembers the present moment, so that it and what follows are come back to sooner; without it
   everything since the beginning is run again. False when the host has no memory. */
bool timeline_keep_moment(struct timeline *timeline);

/* What came in after now does not come again: another future begins. */
void timeline_forget_future(struct timeline *timeline);

/* Brings the machine to the state at an earlier tick, or a later one. What came in after it comes
   again, until something else does. Not while recording or replaying, and not where a disk's
   changes are in its file. */
bool timeline_go(struct timeline *timeline, u64 tick, struct error *error);
/* The last tick before now at which a breakpoint stands before an instruction or has been hit;
   false with no error's text when there is none. The machine is there then. */
bool timeline_go_to_last_stop(struct timeline *timeline, struct error *error);

#endif
