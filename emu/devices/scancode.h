#ifndef GLASS386_DEVICES_SCANCODE_H
#define GLASS386_DEVICES_SCANCODE_H

#include "base/types.h"

/* The 8042's translation of a scan set 2 code to set 1; codes without one map to themselves. */
u8 scancode_set2_to_set1(u8 code);

/* The set 2 code that the 8042 turns into this set 1 make code (1-7Fh); 0 when there is none. */
u8 scancode_set1_to_set2(u8 code);

#endif
