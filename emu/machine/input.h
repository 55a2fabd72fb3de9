#ifndef GLASS386_MACHINE_INPUT_H
#define GLASS386_MACHINE_INPUT_H

#include "base/field.h"
#include "bus/clock.h"
#include "devices/keyboard.h"
#include "devices/mouse.h"
#include "devices/uart.h"

/* The one door for input: keys, mouse events and serial bytes wait here in the order in which they
   came and enter their chips at ticks that depend on guest time only. The queues are part of the
   machine's state. */

#define INPUT_QUEUE 4096u /* a power of two */
#define INPUT_LINES 2u    /* COM1, COM2 */

struct input_queue {
    u32 head, tail; /* free-running; tail - head entries wait */
    u8 bytes[INPUT_QUEUE];
};

/* Where bytes of one serial line go. */
struct input_line {
    struct input_queue *queue;
    struct clock_event *event;
    struct clock *clock;
    struct uart *uart; /* null: no such port */
};

struct input {
    struct input_queue keys;            /* scan set 1 bytes */
    struct input_queue serial, serial2; /* COM1 and COM2 receive */
    struct input_queue mouse;           /* events of eight bytes */
    u8 mouse_buttons;                   /* of the last event queued */
    struct clock_event keys_event, serial_event, serial2_event, mouse_event; /* next deliveries */

    struct clock *clock;
    struct keyboard *keyboard;
    struct mouse *mouse_chip;
    struct input_line line[INPUT_LINES];
};

extern const struct field_table input_fields;

struct input_chips {
    struct keyboard *keyboard;
    struct mouse *mouse;
    struct uart *uart[INPUT_LINES]; /* null: no such port */
};

void input_init(struct input *input, struct clock *clock, const struct input_chips *chips);
/* One key event as its scan set 1 bytes; false, with nothing taken, when the queue has no room. */
bool input_key(struct input *input, const u8 *bytes, unsigned count);
/* False, with nothing taken, when the queue has no room. */
bool input_mouse(struct input *input, const struct mouse_event *event);
/* How many of the bytes found room. */
size_t input_serial(struct input *input, unsigned line, const u8 *bytes, size_t count);
bool input_is_empty(const struct input *input);

#endif
