#include "fuzz/fuzz.h"
#include "snapshot/timeline.h"

#include <string.h>

/* Any lines behind a recording's head: refused in one line, or replayed without harm. Each byte of
   input chooses a piece of text; two in four are as they are. */

static void keep(void *context, const char *line)
{
    text_out_string(context, line);
}

static void write_text(struct text_out *text, const u8 *data, size_t size)
{
    static const char *const pieces[] = {"1",
                                         "9000 ",
                                         "\n",
                                         " key ",
                                         "1e",
                                         "serial ",
                                         "6d",
                                         "end ",
                                         " ",
                                         " reset \n",
                                         " 0 0\n",
                                         "2 mouse 010002000001\n",
                                         "3 medium 66646120302030200a\n"};
    for (size_t i = 0; i < size; i++)
        if (data[i] & 0x80)
            text_out_bytes(text, &data[i], 1);
        else
            text_out_string(text, pieces[data[i] % ARRAY_COUNT(pieces)]);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static struct machine machine;
    static u8 rom[64 * KIB];
    struct text_out text = TEXT_OUT_EMPTY;
    struct error error = {""};
    bool known;
    memset(rom, 0x40, sizeof rom);
    struct machine_config config = {.ram_size = MIB, .bios = rom, .bios_size = sizeof rom};
    FUZZ_REQUIRE(machine_init(&machine, &config, &error));
    struct timeline *timeline = timeline_new(&machine);
    FUZZ_REQUIRE(timeline);
    timeline_record(timeline, keep, &text);
    timeline_end_record(timeline);
    strstr(text.text, "end ")[0] = 0;
    text.length = strlen(text.text);
    write_text(&text, data, size);
    if (timeline_replay(timeline, text_out_text(&text), text.length, &error)) {
        machine_run(&machine, 20000);
        timeline_check_end(timeline, &known, &error);
    } else {
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    }
    timeline_free(timeline);
    machine_free(&machine);
    text_out_free(&text);
    return 0;
}
