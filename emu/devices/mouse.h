#ifndef GLASS386_DEVICES_MOUSE_H
#define GLASS386_DEVICES_MOUSE_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"

#define MOUSE_QUEUE 16u

enum mouse_button { MOUSE_LEFT = 1, MOUSE_RIGHT = 2, MOUSE_MIDDLE = 4 };

/* What happened since the event before. */
struct mouse_event {
    s16 dx, dy; /* counts; right and down are positive, as on a screen */
    s8 wheel;   /* notches; towards the user is positive */
    u8 buttons; /* enum mouse_button: those that are down now */
};

struct mouse {
    u8 queue[MOUSE_QUEUE]; /* bytes on their way to the controller */
    u8 head, count;
    u8 sent[4]; /* the last answer or packet, for resend */
    u8 sent_count;
    u8 pending; /* command whose argument comes next; 0 none */
    u8 remote, wrap, enabled, double_scale;
    u8 resolution, rate; /* code 0-3; reports a second */
    u8 knock;            /* how far the rates 200, 100, 80 were set in a row */
    u8 wheel_on;         /* identity 3: packets of four bytes */
    u8 bad_commands;     /* refused in a row */
    u8 buttons, told_buttons;
    u8 unsent;         /* something happened that no packet has told */
    s32 dx, dy, wheel; /* counters since the last packet; up is positive in dy, as in packets */
    struct clock_event sample; /* when the next report may go */

    struct clock *clock;
    struct irq_line ready; /* tells the controller that a byte waits */
};

extern const struct field_table mouse_fields;

void mouse_init(struct mouse *mouse, struct clock *clock, struct irq_line ready);
void mouse_reset(struct mouse *mouse);

/* The wire to the controller; contexts struct mouse (shape of struct kbc_peripheral). */
bool mouse_take(void *context, u8 *byte);
void mouse_send(void *context, u8 byte);

/* Something the user did. False, with nothing taken, while a click before it waits to be told. */
bool mouse_move(struct mouse *mouse, const struct mouse_event *event);

/* Whether the guest has asked for reports. */
bool mouse_is_wanted(const struct mouse *mouse);

#endif
