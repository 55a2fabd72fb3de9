#ifndef GLASS386_UI_KEYMAP_H
#define GLASS386_UI_KEYMAP_H

#include "base/types.h"

/* Scan set 1 make code of a USB HID keyboard usage (page 07h), which is what SDL's scancodes are;
   E0-prefixed keys are 0xE0xx, 0 = the PC keyboard has no such key. */
u16 keymap_scancode(unsigned usage);

#endif
