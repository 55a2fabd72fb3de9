#include "gdb/packet.h"

#define ESCAPE '}'
#define ESCAPED_BY 0x20u

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

void packet_reset(struct packet_reader *reader)
{
    reader->state = PACKET_IDLE;
    reader->count = 0;
}

static void begin(struct packet_reader *reader)
{
    reader->state = PACKET_DATA;
    reader->escaped = reader->too_long = false;
    reader->sum = 0;
    reader->count = 0;
}

static enum packet_event idle(struct packet_reader *reader, u8 byte)
{
    if (byte == '$')
        begin(reader);
    return byte == 0x03 ? PACKET_INTERRUPT : byte == '-' ? PACKET_REFUSED : PACKET_NOTHING;
}

/* A '$' in the middle begins anew: the end of the packet before was lost. */
static void data(struct packet_reader *reader, u8 byte)
{
    if (byte == '#') {
        reader->state = PACKET_HIGH;
        return;
    }
    if (byte == '$') {
        begin(reader);
        return;
    }
    reader->sum = (u8)(reader->sum + byte);
    if (byte == ESCAPE && !reader->escaped) {
        reader->escaped = true;
        return;
    }
    if (reader->count == PACKET_MAX)
        reader->too_long = true;
    else
        reader->data[reader->count++] = reader->escaped ? byte ^ ESCAPED_BY : byte;
    reader->escaped = false;
}

static enum packet_event finish(struct packet_reader *reader, u8 byte)
{
    int high = digit((char)reader->high), low = digit((char)byte);
    reader->state = PACKET_IDLE;
    reader->data[reader->count] = 0;
    if (high < 0 || low < 0 || high * 16 + low != reader->sum)
        return PACKET_DAMAGED;
    return reader->too_long ? PACKET_TOO_LONG : PACKET_WHOLE;
}

enum packet_event packet_take(struct packet_reader *reader, u8 byte)
{
    switch (reader->state) {
    case PACKET_IDLE:
        return idle(reader, byte);
    case PACKET_DATA:
        data(reader, byte);
        return PACKET_NOTHING;
    case PACKET_HIGH:
        reader->high = byte;
        reader->state = PACKET_LOW;
        return PACKET_NOTHING;
    case PACKET_LOW:
        return finish(reader, byte);
    }
    return PACKET_NOTHING;
}

void packet_write(struct text_out *out, const void *bytes, size_t count)
{
    const u8 *from = bytes;
    u8 sum = 0;
    text_out_string(out, "$");
    for (size_t i = 0; i < count; i++) {
        u8 pair[2] = {ESCAPE, from[i] ^ ESCAPED_BY};
        bool escape = from[i] == '$' || from[i] == '#' || from[i] == ESCAPE || from[i] == '*';
        const u8 *put = escape ? pair : &from[i];
        text_out_bytes(out, put, escape ? 2 : 1);
        sum = (u8)(sum + put[0] + (escape ? put[1] : 0));
    }
    text_out_format(out, "#%02x", sum);
}

void packet_write_hex(struct text_out *out, const void *bytes, size_t count)
{
    const u8 *from = bytes;
    for (size_t i = 0; i < count; i++)
        text_out_format(out, "%02x", from[i]);
}

size_t packet_read_hex(const char *text, u8 *bytes, size_t room)
{
    size_t count = 0;
    while (count < room) {
        int high = digit(text[0]), low = high < 0 ? -1 : digit(text[1]);
        if (low < 0)
            break;
        bytes[count++] = (u8)(high * 16 + low);
        text += 2;
    }
    return count;
}

bool packet_number(const char **text, u32 *value)
{
    u64 sum = 0;
    unsigned digits = 0;
    for (; digits < 16 && digit(**text) >= 0; digits++, (*text)++)
        sum = sum * 16 + (u64)digit(**text);
    *value = (u32)sum;
    return digits > 0;
}
