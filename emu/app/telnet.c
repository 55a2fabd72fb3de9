/* Reference: RFC 854 (commands, CR NUL), 856 (binary), 857 (echo), 858 (suppress go ahead). */
#include "app/telnet.h"

enum command { SE = 240, SB = 250, WILL = 251, WONT = 252, DO = 253, DONT = 254, IAC = 255 };
enum option { BINARY = 0, ECHO = 1, SUPPRESS_GO_AHEAD = 3 };
enum state { PLAIN, COMMAND, WILL_OPTION, WONT_OPTION, OTHER_OPTION, INSIDE, INSIDE_COMMAND };

const u8 telnet_greeting[] = {IAC, WILL, ECHO,   IAC, WILL, SUPPRESS_GO_AHEAD,
                              IAC, WILL, BINARY, IAC, DO,   BINARY};
const size_t telnet_greeting_size = sizeof telnet_greeting;

static enum state after_command(u8 byte)
{
    return byte == SB                   ? INSIDE
           : byte == WILL               ? WILL_OPTION
           : byte == WONT               ? WONT_OPTION
           : byte == DO || byte == DONT ? OTHER_OPTION
                                        : PLAIN;
}

/* True when the byte is data. */
static bool take(struct telnet *telnet, u8 byte)
{
    switch ((enum state)telnet->state) {
    case PLAIN:
        telnet->state = byte == IAC ? COMMAND : PLAIN;
        return byte != IAC;
    case COMMAND:
        telnet->state = byte == IAC ? PLAIN : after_command(byte);
        return byte == IAC;
    case WILL_OPTION:
    case WONT_OPTION:
        if (byte == BINARY)
            telnet->binary = telnet->state == WILL_OPTION;
        telnet->state = PLAIN;
        return false;
    case OTHER_OPTION:
        telnet->state = PLAIN;
        return false;
    case INSIDE:
        telnet->state = byte == IAC ? INSIDE_COMMAND : INSIDE;
        return false;
    case INSIDE_COMMAND:
        telnet->state = byte == SE ? PLAIN : INSIDE;
        return false;
    }
    return false;
}

size_t telnet_strip(struct telnet *telnet, u8 *bytes, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        u8 byte = bytes[i];
        if (!take(telnet, byte))
            continue;
        bool filler = !byte && telnet->after_return && !telnet->binary; /* a bare CR comes so */
        telnet->after_return = byte == '\r';
        if (!filler)
            bytes[kept++] = byte;
    }
    return kept;
}
