/* The key table of the US layout. */
#ifndef BIOS_KEYS_H
#define BIOS_KEYS_H

#include "bios.h"

/* Bits of the first shift byte, 40:17h. */
enum {
    KEY_RIGHT_SHIFT = 1,
    KEY_LEFT_SHIFT = 2,
    KEY_SHIFT = 3,
    KEY_CONTROL = 4,
    KEY_ALT = 8,
    KEY_SCROLL = 0x10,
    KEY_NUM = 0x20,
    KEY_CAPS = 0x40,
    KEY_INSERT = 0x80,
};

/*
 * The code of a pressed key, 0 when it has none. modifiers are 40:17h; extended tells that E0h came
 * before. A low byte of F0h marks codes that only the enhanced services (AH=10h, 11h) give.
 */
u16 key_code(u8 scan, u8 modifiers, bool extended);

#endif
