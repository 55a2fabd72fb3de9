#ifndef GLASS386_DEVICES_KEYBOARD_H
#define GLASS386_DEVICES_KEYBOARD_H

#include "base/field.h"
#include "base/types.h"
#include "bus/irq.h"

#define KEYBOARD_QUEUE 32u

struct keyboard {
    u8 queue[KEYBOARD_QUEUE];
    u8 head, count;
    u8 pending; /* command whose argument comes next; 0 none */
    u8 enabled; /* scanning */
    u8 leds;    /* bit 0 scroll lock, 1 num lock, 2 caps lock */
    u8 scan_set;
    u8 typematic;
    u8 last_byte; /* for resend */

    struct irq_line ready; /* tells the controller that a byte waits */
};

extern const struct field_table keyboard_fields;

void keyboard_init(struct keyboard *keyboard, struct irq_line ready);
void keyboard_reset(struct keyboard *keyboard);

/* The wire to the controller; contexts struct keyboard (shape of struct kbc_peripheral). */
bool keyboard_take(void *context, u8 *byte);
void keyboard_send(void *context, u8 byte);

/* Whether a key event of `length` bytes would be taken. */
bool keyboard_has_room(const struct keyboard *keyboard, unsigned length);

/* A key event from outside: the bytes of its scan set 1 code, E0h and E1h prefixes included, 80h
   set for a release; at most 8. False, with nothing taken, when the queue has no room for all of
   it. A keyboard that was told not to scan takes it and forgets it. */
bool keyboard_key(struct keyboard *keyboard, const u8 *code, unsigned length);

#endif
