#ifndef GLASS386_DEVICES_KEYBOARD_H
#define GLASS386_DEVICES_KEYBOARD_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"
#include "devices/scancode.h"

#define KEYBOARD_QUEUE 32

struct keyboard {
    u8 queue[KEYBOARD_QUEUE];
    u8 head, count;
    u8 pending; /* command whose argument comes next; 0 none */
    u8 enabled; /* scanning */
    u8 leds;    /* bit 0 scroll lock, 1 num lock, 2 caps lock */
    u8 scan_set;
    u8 typematic; /* bits 6-5 delay, 4-0 rate */
    u8 last_byte; /* for resend */
    u8 down[32];  /* a bit for each key that is held: set 1 code, 80h added after E0h */
    u8 types[SCANCODE_SET3_COUNT]; /* enum scancode_key_type of each key of set 3 */
    u8 repeat_key;                 /* the key that repeats, numbered as in `down`; 0 = none */
    struct clock_event repeat;     /* its next make code */

    struct clock *clock;
    struct irq_line ready; /* tells the controller that a byte waits */
};

extern const struct field_table keyboard_fields;

void keyboard_init(struct keyboard *keyboard, struct clock *clock, struct irq_line ready);
void keyboard_reset(struct keyboard *keyboard);

/* The wire to the controller; contexts struct keyboard (shape of struct kbc_peripheral). */
bool keyboard_take(void *context, u8 *byte);
void keyboard_send(void *context, u8 byte);

/* Whether a key event would be taken; whether all that was typed has been sent. */
bool keyboard_has_room(const struct keyboard *keyboard);
bool keyboard_is_idle(const struct keyboard *keyboard);

/* A key event from outside: the scan set 1 bytes that name the key, 80h set for a release: one
   byte, two after E0h, three for E1 1D 45 (Pause). What goes to the host depends on scan set, Num
   Lock and the shift keys held. A key that is held already takes no second press: repeating is the
   keyboard's own business. False, with nothing taken, when the queue has no room. */
bool keyboard_key(struct keyboard *keyboard, const u8 *code, unsigned length);

#endif
