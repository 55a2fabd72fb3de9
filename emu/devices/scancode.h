#ifndef GLASS386_DEVICES_SCANCODE_H
#define GLASS386_DEVICES_SCANCODE_H

#include "base/types.h"

/* The 8042's translation of a scan set 2 code to set 1; codes without one map to themselves. */
u8 scancode_set2_to_set1(u8 code);

/* The set 2 code that the 8042 turns into this set 1 make code (1-7Fh); 0 when there is none. */
u8 scancode_set1_to_set2(u8 code);

/* The set 3 code of the key with this set 1 make code, `extended` by E0h or not; 0 for none. Pause
   is SCANCODE_SET3_PAUSE. */
u8 scancode_set1_to_set3(bool extended, u8 code);
#define SCANCODE_SET3_PAUSE 0x62
#define SCANCODE_SET3_COUNT 0x8eu /* codes are below */

/* What a key of set 3 does unless it is told otherwise. */
enum scancode_key_type { KEY_TYPEMATIC, KEY_MAKE_BREAK, KEY_MAKE, KEY_TYPEMATIC_MAKE_BREAK };
enum scancode_key_type scancode_set3_type(u8 code);

#endif
