#include "devices/speaker.h"
#include "devices/pit.h"
#include "devices/port61.h"
#include "support/suite.h"

#include <string.h>

#define RATE 10000000u

struct bench {
    struct clock clock;
    struct pit pit;
    struct port61 port61;
    struct speaker speaker;
    size_t written;
    s16 samples[2 * SPEAKER_RATE];
};

static void write_samples(void *context, const s16 *samples, size_t count)
{
    struct bench *bench = context;
    ck_assert_uint_le(bench->written + count, ARRAY_COUNT(bench->samples));
    memcpy(bench->samples + bench->written, samples, count * sizeof *samples);
    bench->written += count;
}

static struct bench *start(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    clock_init(&bench->clock, RATE);
    pit_init(&bench->pit, &bench->clock, (struct irq_line){NULL, NULL, 0});
    port61_init(&bench->port61, &bench->clock);
    speaker_init(&bench->speaker, &bench->clock);
    bench->port61.gate = (struct irq_line){pit_set_gate, &bench->pit, 2};
    bench->port61.speaker = (struct irq_line){speaker_set_open, &bench->speaker, 0};
    bench->pit.before_change = (struct irq_line){speaker_timer_changes, &bench->speaker, 0};
    bench->speaker.timer = (struct speaker_input){pit_high_clocks, &bench->pit, 2};
    bench->speaker.write = write_samples;
    bench->speaker.write_context = bench;
    speaker_listen(&bench->speaker);
    return bench;
}

static void run(struct bench *bench, double seconds)
{
    u64 end = bench->clock.now + (u64)(seconds * RATE);
    while (bench->clock.next <= end) {
        bench->clock.now = bench->clock.next;
        clock_run_due(&bench->clock);
    }
    bench->clock.now = end;
}

static void tone(struct bench *bench, u16 count)
{
    pit_write(&bench->pit, 0x43, 1, 0xb6);
    pit_write(&bench->pit, 0x42, 1, count & 0xff);
    pit_write(&bench->pit, 0x42, 1, count >> 8);
}

static unsigned rises(const struct bench *bench, size_t from)
{
    unsigned count = 0;
    for (size_t i = from + 1; i < bench->written; i++)
        count += bench->samples[i - 1] < 0 && bench->samples[i] >= 0;
    return count;
}

START_TEST(speaker_is_silent_while_closed)
{
    struct bench *b = start();
    tone(b, 1193);
    port61_write(&b->port61, 0x61, 1, 0x01); /* the gate alone */
    run(b, 0.5);
    speaker_catch_up(&b->speaker);
    ck_assert_uint_ge(b->written, SPEAKER_RATE / 2 - 1);
    for (size_t i = 0; i < b->written; i++)
        ck_assert_int_eq(b->samples[i], 0);
    free(b);
}
END_TEST

START_TEST(speaker_plays_the_timers_frequency)
{
    static const u16 counts[] = {11931, 1193, 298};
    static const unsigned hertz[] = {100, 1000, 4003};
    for (unsigned i = 0; i < ARRAY_COUNT(counts); i++) {
        struct bench *b = start();
        tone(b, counts[i]);
        port61_write(&b->port61, 0x61, 1, 0x03);
        run(b, 1.0);
        speaker_catch_up(&b->speaker);
        ck_assert_uint_ge(b->written, SPEAKER_RATE - 1);
        ck_assert_uint_le(b->written, SPEAKER_RATE);
        ck_assert_uint_ge(rises(b, 0), hertz[i] - 2);
        ck_assert_uint_le(rises(b, 0), hertz[i] + 2);
        free(b);
    }
}
END_TEST

START_TEST(speaker_follows_every_change)
{
    struct bench *b = start();
    tone(b, 1193);
    port61_write(&b->port61, 0x61, 1, 0x03);
    run(b, 0.25);
    tone(b, 2386); /* an octave lower */
    run(b, 0.25);
    speaker_catch_up(&b->speaker);
    size_t half = b->written / 2;
    unsigned low = rises(b, half);
    unsigned all = rises(b, 0);
    ck_assert_uint_ge(low, 123);
    ck_assert_uint_le(low, 127);
    ck_assert_uint_ge(all - low, 248);
    ck_assert_uint_le(all - low, 252);
    port61_write(&b->port61, 0x61, 1, 0x00);
    run(b, 0.5);
    size_t before = b->written;
    speaker_catch_up(&b->speaker);
    ck_assert_int_eq(b->samples[b->written - 1], 0);
    ck_assert_uint_le(rises(b, before + 480), 1); /* the filter comes to rest */
    free(b);
}
END_TEST

/* Bit 1 alone moves the cone, the timer being stopped with its output high. */
START_TEST(speaker_is_moved_by_hand)
{
    struct bench *b = start();
    tone(b, 1193);
    for (unsigned i = 0; i < 100; i++) {
        port61_write(&b->port61, 0x61, 1, i & 1 ? 0x00 : 0x02);
        run(b, 0.001);
    }
    speaker_catch_up(&b->speaker);
    ck_assert_uint_ge(rises(b, 0), 48);
    ck_assert_uint_le(rises(b, 0), 51);
    free(b);
}
END_TEST

/* Pulses of mode 0 at a high rate: their width is the level. */
START_TEST(speaker_hears_pulse_width)
{
    struct bench *b = start();
    s32 most = 0, least = 0;
    port61_write(&b->port61, 0x61, 1, 0x03);
    pit_write(&b->pit, 0x43, 1, 0x90); /* mode 0, low byte */
    for (unsigned i = 0; i < 1600; i++) {
        bool loud = i / 8 & 1; /* 16 kHz pulses make a wave of 1 kHz */
        pit_write(&b->pit, 0x42, 1, loud ? 10 : 60);
        run(b, 1.0 / 16000);
    }
    speaker_catch_up(&b->speaker);
    for (size_t i = b->written / 2; i < b->written; i++) {
        most = b->samples[i] > most ? b->samples[i] : most;
        least = b->samples[i] < least ? b->samples[i] : least;
    }
    ck_assert_int_gt(most, 1000);
    ck_assert_int_lt(least, -1000);
    free(b);
}
END_TEST

START_TEST(speaker_samples_do_not_depend_on_when_one_looks)
{
    struct bench *once = start(), *often = start();
    struct bench *both[] = {once, often};
    for (unsigned i = 0; i < 2; i++) {
        tone(both[i], 777);
        port61_write(&both[i]->port61, 0x61, 1, 0x03);
    }
    run(once, 0.3);
    for (unsigned i = 0; i < 300; i++) {
        run(often, 0.001);
        speaker_catch_up(&often->speaker);
    }
    speaker_catch_up(&once->speaker);
    ck_assert_uint_eq(once->written, often->written);
    ck_assert_int_eq(memcmp(once->samples, often->samples, once->written * sizeof(s16)), 0);
    free(once);
    free(often);
}
END_TEST

START_TEST(speaker_gives_kept_samples_to_late_comers)
{
    struct bench *b = start();
    static s16 got[SPEAKER_KEPT];
    u64 position = 0;
    tone(b, 1193);
    port61_write(&b->port61, 0x61, 1, 0x03);
    run(b, 0.1);
    size_t first = speaker_take(&b->speaker, &position, got, 100);
    ck_assert_uint_eq(first, 100);
    ck_assert_int_eq(memcmp(got, b->samples, 100 * sizeof(s16)), 0);
    run(b, 1.0);
    ck_assert_uint_eq(speaker_take(&b->speaker, &position, got, SPEAKER_KEPT), SPEAKER_KEPT);
    ck_assert_uint_eq(position, b->written);
    ck_assert_int_eq(memcmp(got, b->samples + b->written - SPEAKER_KEPT, sizeof got), 0);
    ck_assert_uint_eq(speaker_take(&b->speaker, &position, got, 1), 0);
    free(b);
}
END_TEST

SUITE_MAIN("speaker", speaker_is_silent_while_closed, speaker_plays_the_timers_frequency,
           speaker_follows_every_change, speaker_is_moved_by_hand, speaker_hears_pulse_width,
           speaker_samples_do_not_depend_on_when_one_looks,
           speaker_gives_kept_samples_to_late_comers)
