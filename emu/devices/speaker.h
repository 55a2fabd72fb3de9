#ifndef GLASS386_DEVICES_SPEAKER_H
#define GLASS386_DEVICES_SPEAKER_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"

#define SPEAKER_RATE 48000u    /* samples in a guest second */
#define SPEAKER_TIMER 1193182u /* Hz of the timer's input clock */
#define SPEAKER_KEPT 32768u    /* the last samples, for who comes by now and then; a power of two */

/* How long somebody's output pin is high within a span of the timer's input clocks. */
struct speaker_input {
    u64 (*high_clocks)(void *context, unsigned number, u64 from, u64 to);
    void *context;
    unsigned number;
};

struct speaker {
    u8 open; /* port 61h bit 1 */

    /* Sound on its way out; nothing of it can be seen by the guest, so nothing of it is saved. */
    const struct clock *clock;
    struct speaker_input timer;
    void (*write)(void *context, const s16 *samples, size_t count); /* every sample once; null = no
                                                                       sound is made by itself */
    void *write_context;
    bool listened;       /* somebody takes samples: until then none are made */
    u64 done;            /* timer clocks that are in samples already */
    u64 first, produced; /* numbers of the oldest sample kept and of the next; 0 at power on */
    u64 high;            /* clocks of the sample begun in which the speaker was pushed out */
    s32 last_level;      /* for the filter that takes the constant part away */
    s64 filtered;
    s16 kept[SPEAKER_KEPT];
};

extern const struct field_table speaker_fields;

/* timer, write and write_context are set by the caller afterwards. */
void speaker_init(struct speaker *speaker, const struct clock *clock);
void speaker_reset(struct speaker *speaker);

/* irq_line targets (context struct speaker): the switch between timer and speaker; and the pulse
   that comes before the timer changes. */
void speaker_set_open(void *context, unsigned number, bool level);
void speaker_timer_changes(void *context, unsigned number, bool level);

/* Begins to make samples, from now on. */
void speaker_listen(struct speaker *speaker);
/* Makes the samples that are due. */
void speaker_catch_up(struct speaker *speaker);
/* Copies samples from number *position on, which moves; samples no longer kept are passed over. The
   count copied: 0 when none is there yet. */
size_t speaker_take(struct speaker *speaker, u64 *position, s16 *samples, size_t count);

#endif
