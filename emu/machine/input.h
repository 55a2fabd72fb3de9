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

/* All that comes from outside while a machine runs; recordings hold these. */
enum input_kind {
    INPUT_KEYS,    /* one key event, scan set 1 */
    INPUT_SERIAL,  /* bytes for COM1 */
    INPUT_SERIAL2, /* COM2 */
    INPUT_MOUSE,   /* INPUT_MOUSE_BYTES: dx, dy (16 bits each), wheel, buttons */
    INPUT_RESET,   /* the RESET button */
    INPUT_MEDIUM,  /* another medium: "slot flags force file" */
    INPUT_KINDS
};
#define INPUT_MOUSE_BYTES 6u

/* Who keeps what comes in, and lets it come again. */
struct input_tap {
    /* Told of each that was accepted, between two instructions; null: nobody listens. */
    void (*note)(void *context, enum input_kind kind, const void *bytes, size_t count);
    /* The tick of input_schedule_repeat() has come. */
    void (*repeat)(void *context);
    void *context;
    bool closed; /* a recording is replayed: other input is taken and thrown away */
};

struct input {
    struct input_queue keys;            /* scan set 1 bytes */
    struct input_queue serial, serial2; /* COM1 and COM2 receive */
    struct input_queue mouse;           /* events of eight bytes */
    u8 mouse_buttons;                   /* of the last event queued */
    struct clock_event keys_event, serial_event, serial2_event, mouse_event; /* next deliveries */

    struct clock_event repeat_event;

    struct clock *clock;
    struct input_tap tap;
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
void input_note(const struct input *input, enum input_kind kind, const void *bytes, size_t count);
/* Calls tap.repeat at a tick, behind all that is due then; CLOCK_NEVER: not at all. */
void input_schedule_repeat(struct input *input, u64 tick);
/* What a tap was told of, again; false when it does not fit. Not of INPUT_RESET and INPUT_MEDIUM,
   which the machine takes. */
bool input_repeat(struct input *input, enum input_kind kind, const u8 *bytes, size_t count);
bool input_is_empty(const struct input *input);

#endif
