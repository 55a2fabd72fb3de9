#include "fuzz/fuzz.h"
#include "fuzz/small.h"
#include "snapshot/timeline.h"

#include <string.h>

/* Any lines behind a recording's head: refused in one line, or replayed without harm. A byte of
   input is a line at the next tick, a piece of one, or itself. */

#define LAST_TICK (24u * 97u + 100u)

static void keep(void *context, const char *line)
{
    text_out_string(context, line);
}

static void write_text(struct text_out *text, const u8 *data, size_t size)
{
    static const char *const lines[] = {
        "key 1e\n",      "key e048\n",   "key e11d45e19dc5\n",   "reset \n",
        "serial 6d0d\n", "serial2 00\n", "mouse 010002000001\n", "medium 66646120302030200a\n"};
    static const char *const pieces[] = {"1", "\n", "key ", "1e", "end ", " 0 0\n", "-"};
    for (size_t i = 0; i < size; i++)
        if (data[i] < 0xf0)
            text_out_format(text, "%zu %s", i * 97, lines[data[i] % ARRAY_COUNT(lines)]);
        else if (data[i] < 0xfc)
            text_out_string(text, pieces[data[i] % ARRAY_COUNT(pieces)]);
        else
            text_out_bytes(text, &data[i], 1);
}

static struct small_machine small;
static struct timeline *timeline;

static void start(void)
{
    if (small.start.length)
        small_machine_put_back(&small);
    else
        small_machine_init(&small, NULL);
    timeline = timeline_new(&small.machine);
    FUZZ_REQUIRE(timeline);
}

static void end(void)
{
    timeline_free(timeline);
    timeline = NULL;
}

/* The head of a recording of this machine. */
static void write_head(struct text_out *text)
{
    static char head[256];
    if (!head[0]) {
        timeline_record(timeline, keep, text);
        timeline_end_record(timeline);
        FUZZ_REQUIRE(strstr(text->text, "end "));
        memcpy(head, text->text, (size_t)(strstr(text->text, "end ") - text->text));
        text_out_clear(text);
    }
    text_out_string(text, head);
}

/* A timeline serves until its machine has run. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct text_out text = TEXT_OUT_EMPTY;
    struct error error = {""};
    bool known;
    if (!timeline)
        start();
    write_head(&text);
    write_text(&text, data, size < 24 ? size : 24);
    if (timeline_replay(timeline, text_out_text(&text), text.length, &error)) {
        machine_run(&small.machine, LAST_TICK);
        timeline_check_end(timeline, &known, &error);
        end();
    } else {
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    }
    text_out_free(&text);
    return 0;
}
