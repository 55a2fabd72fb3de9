#include "gdb/stub_internal.h"
#include "gdb/target.h"

#include <string.h>

enum gdb_result packet_supported(struct gdb *gdb, const char *text)
{
    gdb->tells_breaks = strstr(text, "swbreak+") != NULL;
    text_out_clear(&gdb->answer);
    text_out_format(&gdb->answer,
                    "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;swbreak+;hwbreak+;"
                    "vContSupported+",
                    PACKET_MAX);
    if (gdb->host.go_back)
        text_out_string(&gdb->answer, ";ReverseStep+;ReverseContinue+");
    return GDB_OK;
}

/* "OFFSET,LENGTH" of the description: 'm' with a piece, 'l' with the last one. */
enum gdb_result packet_description(struct gdb *gdb, const char *text)
{
    struct text_out whole = TEXT_OUT_EMPTY;
    u32 offset, length;
    if (!gdb_take_range(&text, &offset, &length))
        return gdb_reply(gdb, BAD_ARGUMENT);
    target_describe(&whole);
    if (offset > whole.length)
        offset = (u32)whole.length;
    u32 rest = (u32)whole.length - offset;
    if (length > PACKET_MAX / 2)
        length = PACKET_MAX / 2;
    gdb_reply(gdb, length < rest ? "m" : "l");
    text_out_bytes(&gdb->answer, text_out_text(&whole) + offset, length < rest ? length : rest);
    text_out_free(&whole);
    return GDB_OK;
}

enum gdb_result packet_no_acknowledge(struct gdb *gdb, const char *text)
{
    (void)text;
    gdb->no_acknowledge = true;
    return gdb_reply(gdb, "OK");
}

enum gdb_result packet_ok(struct gdb *gdb, const char *text)
{
    (void)text;
    return gdb_reply(gdb, "OK");
}

enum gdb_result packet_attached(struct gdb *gdb, const char *text)
{
    (void)text;
    return gdb_reply(gdb, "1");
}

enum gdb_result packet_thread(struct gdb *gdb, const char *text)
{
    (void)text;
    return gdb_reply(gdb, "QC1");
}

enum gdb_result packet_threads(struct gdb *gdb, const char *text)
{
    (void)text;
    return gdb_reply(gdb, "m1");
}

enum gdb_result packet_no_more_threads(struct gdb *gdb, const char *text)
{
    (void)text;
    return gdb_reply(gdb, "l");
}

#define OUTPUT_PIECE 2048u

/* `monitor LINE`: its text comes in pieces, then the end. */
enum gdb_result packet_monitor(struct gdb *gdb, const char *text)
{
    char line[1024];
    size_t length = packet_read_hex(text, (u8 *)line, sizeof line - 1);
    struct text_out out = TEXT_OUT_EMPTY;
    line[length] = 0;
    gdb->host.execute(gdb->host.context, line, &out);
    for (size_t at = 0; at < out.length; at += OUTPUT_PIECE) {
        size_t rest = out.length - at;
        gdb_reply(gdb, "O");
        packet_write_hex(&gdb->answer, text_out_text(&out) + at,
                         rest < OUTPUT_PIECE ? rest : OUTPUT_PIECE);
        gdb_send(gdb);
    }
    text_out_free(&out);
    return gdb_reply(gdb, "OK");
}
