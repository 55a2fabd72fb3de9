/* Recordings as text: a head, a line for each input, an end. */
#include "snapshot/timeline_internal.h"

#include "base/hash.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "glass386 recording 1"
#define LINE_MAX_BYTES 20000u

static const char *const kind_names[INPUT_KINDS] = {
    [INPUT_KEYS] = "key",    [INPUT_SERIAL] = "serial", [INPUT_SERIAL2] = "serial2",
    [INPUT_MOUSE] = "mouse", [INPUT_RESET] = "reset",   [INPUT_MEDIUM] = "medium",
};

/* Of the machine and of the images below its disks' changes. */
static bool state_hash(struct machine *machine, u64 *hash, struct error *error)
{
    *hash = machine_hash(machine);
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++) {
        u64 image = 0;
        if (!machine_has_medium(machine, slot))
            continue;
        if (!disk_image_base_hash(machine->config.disks[slot], &image, error))
            return false;
        *hash = hash_u64(hash_u64(*hash, slot), image);
    }
    return true;
}

/* ---- writing ---- */

static void write_state(struct timeline *timeline, const char *word)
{
    char line[128];
    struct error error;
    u64 hash = 0;
    state_hash(timeline->machine, &hash, &error);
    snprintf(line, sizeof line, "%s %" PRIu64 " %016" PRIx64 " %" PRId64 "\n", word,
             timeline->machine->clock.now, hash, timeline->machine->config.rtc_time);
    timeline->write(timeline->write_context, line);
}

void timeline_record(struct timeline *timeline, void (*write)(void *context, const char *line),
                     void *context)
{
    timeline->write = write;
    timeline->write_context = context;
    write(context, MAGIC "\n");
    write_state(timeline, "start");
}

void timeline_end_record(struct timeline *timeline)
{
    if (timeline->write)
        write_state(timeline, "end");
    timeline->write = NULL;
}

void recording_write_event(struct timeline *timeline, const struct timeline_event *event)
{
    struct text_out line = TEXT_OUT_EMPTY;
    const char *bytes = text_out_text(&timeline->bytes) + event->first;
    text_out_format(&line, "%" PRIu64 " %s ", event->tick, kind_names[event->kind]);
    for (u32 i = 0; i < event->count; i++)
        text_out_format(&line, "%02x", (u8)bytes[i]);
    text_out_string(&line, "\n");
    timeline->write(timeline->write_context, text_out_text(&line));
    text_out_free(&line);
}

/* ---- reading ---- */

struct reader {
    const char *at, *end;
    unsigned line;
    char text[2 * LINE_MAX_BYTES];
};

/* The next line into reader->text; false at the end, and for one that is too long or not ended. */
static bool next_line(struct reader *reader)
{
    const char *feed = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
    size_t length = feed ? (size_t)(feed - reader->at) : 0;
    if (!feed || length >= sizeof reader->text)
        return false;
    memcpy(reader->text, reader->at, length);
    reader->text[length] = 0;
    reader->at = feed + 1;
    reader->line++;
    return true;
}

static bool bad_line(const struct reader *reader, const char *expected, struct error *error)
{
    return error_set(error, "line %u: '%.60s': expected %s", reader->line, reader->text, expected);
}

struct state_line {
    u64 tick, hash;
    s64 rtc_time;
};

static bool read_state(const struct reader *reader, const char *word, struct state_line *state)
{
    char name[8];
    int end = 0;
    return sscanf(reader->text, "%7s %" SCNu64 " %" SCNx64 " %" SCNd64 "%n", name, &state->tick,
                  &state->hash, &state->rtc_time, &end) == 4 &&
           !reader->text[end] && strcmp(name, word) == 0;
}

static bool read_head(struct reader *reader, struct state_line *state, struct error *error)
{
    if (!next_line(reader) || strcmp(reader->text, MAGIC) != 0)
        return error_set(error, "expected a recording: its first line is '" MAGIC "'");
    if (!next_line(reader) || !read_state(reader, "start", state))
        return bad_line(reader, "start TICK HASH DATE", error);
    return true;
}

static struct reader *reader_new(const char *text, size_t length, struct error *error)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        error_set(error, "out of memory");
        return NULL;
    }
    reader->at = text;
    reader->end = text + length;
    return reader;
}

bool recording_read_head(const char *text, size_t length, struct recording_head *head,
                         struct error *error)
{
    struct state_line state;
    struct reader *reader = reader_new(text, length, error);
    if (!reader)
        return false;
    bool read = read_head(reader, &state, error);
    *head = (struct recording_head){state.tick, state.hash, state.rtc_time};
    free(reader);
    return read;
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_bytes(const char *text, u8 *bytes, size_t *count)
{
    for (*count = 0; text[0]; text += 2) {
        int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);
        if (low < 0 || *count == LINE_MAX_BYTES)
            return false;
        bytes[(*count)++] = (u8)(high * 16 + low);
    }
    return true;
}

static bool read_event(struct timeline *timeline, const struct reader *reader, u64 *tick,
                       struct error *error)
{
    static const char expected[] = "TICK key|serial|serial2|mouse|reset|medium BYTES";
    u8 bytes[LINE_MAX_BYTES];
    char name[8];
    int end = 0;
    size_t count;
    u64 at;
    unsigned kind = 0;
    if (sscanf(reader->text, "%" SCNu64 " %7s %n", &at, name, &end) != 2 || !end)
        return bad_line(reader, expected, error);
    while (kind < INPUT_KINDS && strcmp(kind_names[kind], name) != 0)
        kind++;
    if (kind == INPUT_KINDS || !read_bytes(reader->text + end, bytes, &count))
        return bad_line(reader, expected, error);
    if (at < *tick || at >= CLOCK_NEVER)
        return bad_line(reader, "a tick that is not before the line above", error);
    *tick = at;
    return timeline_add(timeline, at, (enum input_kind)kind, bytes, count) ||
           error_set(error, "out of memory");
}

/* What follows the head. */
static bool read_events(struct timeline *timeline, struct reader *reader, u64 tick,
                        struct error *error)
{
    struct state_line state;
    timeline->end_known = false;
    while (next_line(reader)) {
        if (read_state(reader, "end", &state)) {
            if (state.tick < tick || reader->at != reader->end)
                return bad_line(reader, "the last line, at no earlier tick", error);
            timeline->end_known = true;
            timeline->end_tick = state.tick;
            timeline->end_hash = state.hash;
            return true;
        }
        if (!read_event(timeline, reader, &tick, error))
            return false;
    }
    timeline->end_tick = tick; /* cut off: of what there is the last input is the end */
    return true;
}

static bool check_start(struct timeline *timeline, const struct state_line *state,
                        struct error *error)
{
    u64 hash;
    if (!state_hash(timeline->machine, &hash, error))
        return false;
    if (state->tick == timeline->machine->clock.now && state->hash == hash)
        return true;
    return error_set(error,
                     "it was made on another machine (hash %016" PRIx64 " at tick %" PRIu64
                     ", this one has %016" PRIx64
                     "): expected the same options, images and firmware as with -record",
                     state->hash, state->tick, hash);
}

bool timeline_replay(struct timeline *timeline, const char *text, size_t length,
                     struct error *error)
{
    struct state_line state = {0};
    struct reader *reader = reader_new(text, length, error);
    if (!reader)
        return false;
    timeline->count = timeline->next = 0;
    bool read = read_head(reader, &state, error) &&
                read_events(timeline, reader, state.tick, error) &&
                check_start(timeline, &state, error);
    free(reader);
    timeline->replaying = timeline->machine->input.tap.closed = read;
    if (!read)
        timeline->count = 0;
    timeline_schedule(timeline);
    return read;
}

u64 timeline_replay_end(const struct timeline *timeline)
{
    return timeline->replaying ? timeline->end_tick : CLOCK_NEVER;
}

bool timeline_check_end(struct timeline *timeline, bool *known, struct error *error)
{
    u64 hash;
    *known = timeline->end_known;
    timeline->replaying = timeline->machine->input.tap.closed = false;
    if (!timeline->end_known)
        return true;
    if (!state_hash(timeline->machine, &hash, error))
        return false;
    return hash == timeline->end_hash ||
           error_set(error,
                     "another state at tick %" PRIu64 ": hash %016" PRIx64 ", recorded %016" PRIx64,
                     timeline->end_tick, hash, timeline->end_hash);
}
