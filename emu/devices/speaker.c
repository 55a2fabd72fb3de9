/* The PC's speaker: one bit that moves a cone, fed by timer channel 2 through port 61h.

   Modelled: samples as a function of guest time. Each is the share of its 20.8 us during which the
   cone is pushed out, so that programs that play samples by pulse width are heard as well; the
   constant part is filtered away, as air does it (a first-order high pass at 30 Hz). Not modelled:
   the cone's own resonance.

   Reference: IBM PC AT Technical Reference, System Board, speaker interface. */

#include "devices/speaker.h"

#include <string.h>

enum {
    FULL_LEVEL = 12000, /* of 32767: a square wave is loud */
    FILTER_SHIFT = 8,   /* 48 kHz / 2^8 / 2 pi = 30 Hz */
    FRACTION = 8,       /* bits behind the point of the filter's state */
    BATCH = 512,
};

static u64 timer_clocks(const struct clock *clock)
{
    return clock_scale(clock->now, SPEAKER_TIMER, clock->rate);
}

/* First timer clock of a sample. */
static u64 sample_start(u64 number)
{
    return clock_scale(number, SPEAKER_TIMER, SPEAKER_RATE);
}

static s16 filter(struct speaker *speaker, s32 level)
{
    speaker->filtered -= speaker->filtered / (1 << FILTER_SHIFT);
    speaker->filtered += (s64)(level - speaker->last_level) * (1 << FRACTION);
    speaker->last_level = level;
    return (s16)(speaker->filtered / (1 << FRACTION));
}

static void keep(struct speaker *speaker, s16 sample)
{
    speaker->kept[speaker->produced % SPEAKER_KEPT] = sample;
    speaker->produced++;
    if (speaker->produced - speaker->first > SPEAKER_KEPT)
        speaker->first = speaker->produced - SPEAKER_KEPT;
}

/* Ends the sample that spans `length` clocks. */
static s16 end_sample(struct speaker *speaker, u64 length)
{
    s32 level = (s32)(speaker->high * FULL_LEVEL / length);
    s16 sample = filter(speaker, level);
    speaker->high = 0;
    keep(speaker, sample);
    return sample;
}

static void add_clocks(struct speaker *speaker, u64 until)
{
    const struct speaker_input *timer = &speaker->timer;
    if (speaker->open && timer->high_clocks)
        speaker->high += timer->high_clocks(timer->context, timer->number, speaker->done, until);
    speaker->done = until;
}

/* At most BATCH samples; false when none was due. */
static bool make_batch(struct speaker *speaker, u64 now)
{
    s16 batch[BATCH];
    size_t count = 0;
    u64 start = sample_start(speaker->produced), end;
    while (count < BATCH && (end = sample_start(speaker->produced + 1)) <= now) {
        add_clocks(speaker, end);
        batch[count++] = end_sample(speaker, end - start);
        start = end;
    }
    if (count && speaker->write)
        speaker->write(speaker->write_context, batch, count);
    return count > 0;
}

void speaker_catch_up(struct speaker *speaker)
{
    u64 now = timer_clocks(speaker->clock);
    if (!speaker->listened)
        return;
    if (now < speaker->done) { /* another point of time was restored */
        speaker_listen(speaker);
        return;
    }
    while (make_batch(speaker, now))
        continue;
    if (speaker->done < now)
        add_clocks(speaker, now);
}

/* Samples are numbered from power on, so that equal moments have equal samples. */
void speaker_listen(struct speaker *speaker)
{
    u64 now = timer_clocks(speaker->clock);
    speaker->listened = true;
    speaker->produced = clock_scale(now, SPEAKER_RATE, SPEAKER_TIMER);
    speaker->first = speaker->produced;
    speaker->done = now;
    speaker->high = 0;
    speaker->last_level = 0;
    speaker->filtered = 0;
}

size_t speaker_take(struct speaker *speaker, u64 *position, s16 *samples, size_t count)
{
    size_t taken = 0;
    speaker_catch_up(speaker);
    if (*position < speaker->first || *position > speaker->produced)
        *position = speaker->first;
    while (taken < count && *position < speaker->produced)
        samples[taken++] = speaker->kept[(*position)++ % SPEAKER_KEPT];
    return taken;
}

void speaker_set_open(void *context, unsigned number, bool level)
{
    struct speaker *speaker = context;
    (void)number;
    if (speaker->open == level)
        return;
    speaker_catch_up(speaker);
    speaker->open = level;
}

void speaker_timer_changes(void *context, unsigned number, bool level)
{
    (void)number;
    if (level)
        speaker_catch_up(context);
}

void speaker_init(struct speaker *speaker, const struct clock *clock)
{
    memset(speaker, 0, sizeof *speaker);
    speaker->clock = clock;
}

void speaker_reset(struct speaker *speaker)
{
    speaker_set_open(speaker, 0, false);
}

static void after_load(void *unit)
{
    struct speaker *speaker = unit;
    speaker->open = speaker->open != 0;
}

static const struct field fields[] = {FIELD(struct speaker, open)};

const struct field_table speaker_fields = FIELD_TABLE("speaker", 1, fields, after_load);
