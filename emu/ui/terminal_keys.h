#ifndef GLASS386_UI_TERMINAL_KEYS_H
#define GLASS386_UI_TERMINAL_KEYS_H

#include "base/types.h"
#include "machine/host.h"

/* Turns what a terminal sends (ECMA-48 and xterm's sequences) into keys of the guest. */

enum terminal_command {
    TERMINAL_NONE,
    TERMINAL_QUIT,    /* Ctrl-A x */
    TERMINAL_MONITOR, /* Ctrl-A c */
    TERMINAL_HELP,    /* Ctrl-A h */
};

struct terminal_keys {
    struct machine *machine;
    enum { KEYS_GROUND, KEYS_PREFIX, KEYS_ESCAPE, KEYS_CSI, KEYS_SS3 } state;
    char parameters[16]; /* of a control sequence, until its final byte */
    unsigned length;
    bool pasting;
};

/* Takes one byte. False: the guest's key queue is full, give the byte again later. */
bool terminal_keys_byte(struct terminal_keys *keys, u8 byte, enum terminal_command *command);

/* Nothing followed for a while: a lone ESC was the Escape key. */
void terminal_keys_idle(struct terminal_keys *keys);

#endif
