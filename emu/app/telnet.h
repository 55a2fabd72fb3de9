#ifndef GLASS386_APP_TELNET_H
#define GLASS386_APP_TELNET_H

#include "base/types.h"

#include <stddef.h>

/* The little of Telnet that a serial line needs: it offers a line without local echo and
   with all eight bits, and takes the peer's negotiation out of what comes in. */

struct telnet {
    u8 state; /* where in a command the input is */
    bool binary, after_return;
};

#define TELNET_ESCAPE 255u /* of the data: sent twice */

extern const u8 telnet_greeting[];
extern const size_t telnet_greeting_size;

/* Takes commands out of `count` bytes that came; how many are left. */
size_t telnet_strip(struct telnet *telnet, u8 *bytes, size_t count);

#endif
