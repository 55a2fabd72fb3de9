#ifndef GLASS386_GDB_PACKET_H
#define GLASS386_GDB_PACKET_H

#include "base/text_out.h"
#include "base/types.h"

/* Frames of gdb's protocol: $data#checksum, '}' before an escaped byte, '+' and '-' between them.
 */

#define PACKET_MAX 16384u /* bytes of a packet's data; what qSupported tells gdb */

enum packet_event {
    PACKET_NOTHING,   /* more bytes are needed */
    PACKET_WHOLE,     /* data[0..count) is one, zero-terminated */
    PACKET_DAMAGED,   /* its checksum does not fit */
    PACKET_TOO_LONG,  /* it had more than PACKET_MAX bytes; they are lost */
    PACKET_REFUSED,   /* '-': the last answer came in damaged */
    PACKET_INTERRUPT, /* the byte 03h: stop the machine */
};

struct packet_reader {
    enum { PACKET_IDLE, PACKET_DATA, PACKET_HIGH, PACKET_LOW } state;
    bool escaped, too_long;
    u8 sum, high;
    size_t count;
    u8 data[PACKET_MAX + 1];
};

void packet_reset(struct packet_reader *reader);
enum packet_event packet_take(struct packet_reader *reader, u8 byte);

/* Appends data as a frame. */
void packet_write(struct text_out *out, const void *data, size_t count);

/* Two hexadecimal digits a byte, lower case. */
void packet_write_hex(struct text_out *out, const void *bytes, size_t count);
/* The number of bytes that `text` holds, at most `room`; stops at what is no pair of digits. */
size_t packet_read_hex(const char *text, u8 *bytes, size_t room);
/* Hexadecimal digits at *text, at most 16, and moves behind them; false when there are none. Of
   more than 32 bits the low ones count. */
bool packet_number(const char **text, u32 *value);

#endif
