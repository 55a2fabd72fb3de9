#include "gdb/gdb.h"

#include "fuzz/fuzz.h"
#include "gdb/packet.h"

#include <stdlib.h>
#include <string.h>

/* Any bytes from gdb's side: raw, and as the data of well-formed packets, cut at line feeds. Every
   answer is whole frames and acknowledgements, and the machine lives. */

static void put(void *context, const void *bytes, size_t count)
{
    text_out_bytes(context, bytes, count);
}

static void execute(void *context, const char *line, struct text_out *out)
{
    (void)context;
    text_out_string(out, line);
}

/* '+', '-', and $...#hh whose sums are right. */
static void check_answers(struct text_out *out)
{
    const u8 *at = (const u8 *)text_out_text(out), *end = at + out->length;
    while (at < end) {
        if (*at == '+' || *at == '-') {
            at++;
            continue;
        }
        u8 sum = 0;
        char digits[8];
        FUZZ_REQUIRE(*at == '$');
        for (at++; at < end && *at != '#'; at++)
            sum = (u8)(sum + *at);
        FUZZ_REQUIRE(end - at >= 3);
        memcpy(digits, at + 1, 2);
        digits[2] = 0;
        FUZZ_REQUIRE(strtoul(digits, NULL, 16) == sum);
        at += 3;
    }
    text_out_clear(out);
}

static void feed(struct gdb *gdb, struct machine *machine, const u8 *bytes, size_t count)
{
    while (count > 0) {
        size_t taken;
        enum gdb_result result = gdb_feed(gdb, bytes, count, &taken);
        FUZZ_REQUIRE(taken > 0 && taken <= count);
        bytes += taken;
        count -= taken;
        if (result == GDB_RESUME)
            gdb_stopped(gdb, machine_run(machine, machine->clock.now + 1000));
        else if (result == GDB_STOP)
            gdb_stopped(gdb, MACHINE_STOP_REQUEST);
    }
}

/* A packet that gdb might send: its first byte chooses the beginning, the rest becomes letters that
   arguments are made of. */
static void write_packet(struct text_out *frame, const u8 *data, size_t count)
{
    static const char *const beginnings[] = {
        "m", "M", "X",      "Z0,", "Z2,", "z", "P", "p",      "G",
        "c", "s", "vCont;", "C",   "b",   "D", "g", "qRcmd,", "qXfer:features:read:target.xml:",
        "?"};
    static const char letters[] = "0123456789abcdef0000000000000,,,,,,,,,::::;;;==csm";
    struct text_out packet = TEXT_OUT_EMPTY;
    text_out_string(&packet, beginnings[data[0] % ARRAY_COUNT(beginnings)]);
    for (size_t i = 1; i < count; i++)
        text_out_bytes(&packet, &letters[data[i] % (sizeof letters - 1)], 1);
    packet_write(frame, text_out_text(&packet), packet.length);
    text_out_free(&packet);
}

static bool go_back(void *context, bool step, enum machine_stop *stop, bool *beginning)
{
    (void)context;
    *stop = MACHINE_STOP_BREAK;
    *beginning = !step;
    return step;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static struct machine machine;
    static u8 rom[64 * KIB];
    struct breakpoints breakpoints;
    struct text_out out = TEXT_OUT_EMPTY, frame = TEXT_OUT_EMPTY;
    struct error error;
    const struct gdb_host host = {
        .context = &out, .put = put, .execute = execute, .go_back = go_back};
    memset(rom, 0x40, sizeof rom);
    struct machine_config config = {.ram_size = MIB, .bios = rom, .bios_size = sizeof rom};
    FUZZ_REQUIRE(machine_init(&machine, &config, &error));
    breakpoints_init(&breakpoints, &machine.cpu, NULL);
    struct gdb *gdb = gdb_open(&machine, &breakpoints, &host);
    FUZZ_REQUIRE(gdb);
    feed(gdb, &machine, data, size);
    check_answers(&out);
    gdb_reset(gdb);
    for (size_t at = 0; at < size;) {
        const u8 *line = memchr(data + at, '\n', size - at);
        size_t length = line ? (size_t)(line - data) - at : size - at;
        packet_write(&frame, data + at, length);
        if (length > 0)
            write_packet(&frame, data + at, length < 20 ? length : 20);
        at += length + 1;
    }
    feed(gdb, &machine, (const u8 *)text_out_text(&frame), frame.length);
    check_answers(&out);
    gdb_close(gdb);
    machine_free(&machine);
    text_out_free(&out);
    text_out_free(&frame);
    return 0;
}
