#ifndef GLASS386_MACHINE_KEYS_H
#define GLASS386_MACHINE_KEYS_H

#include "base/types.h"

/* Names of keys, as QEMU's sendkey has them, with their scan set 1 codes, and how a US keyboard
   types a character. */

struct key_name {
    const char *name;
    u16 scancode; /* make code; 0xE0xx with prefix */
};
extern const struct key_name key_names[];
extern const u32 key_name_count;

/* 0 when the name is unknown. */
u16 key_named(const char *name, size_t length);

/* The key that types an ASCII character and whether shift or ctrl must be held; false when none
 * does. */
bool key_for_character(char character, u16 *scancode, bool *shift, bool *ctrl);

#endif
