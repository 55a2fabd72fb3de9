#ifndef GLASS386_MACHINE_INPUT_H
#define GLASS386_MACHINE_INPUT_H

#include "base/field.h"
#include "bus/clock.h"
#include "devices/keyboard.h"
#include "devices/uart.h"

/* The one door for input: keys and serial bytes wait here in the order in which they came and enter
   their chips at ticks that depend on guest time only. The queues are part of the machine's state.
 */

#define INPUT_QUEUE 4096u /* a power of two */

struct input_queue {
    u32 head, tail; /* free-running; tail - head entries wait */
    u8 bytes[INPUT_QUEUE];
};

struct input {
    struct input_queue keys;                     /* scan set 1 bytes */
    struct input_queue serial;                   /* COM1 receive */
    struct clock_event keys_event, serial_event; /* the next deliveries */

    struct clock *clock;
    struct keyboard *keyboard;
    struct uart *uart;
};

extern const struct field_table input_fields;

void input_init(struct input *input, struct clock *clock, struct keyboard *keyboard,
                struct uart *uart);
/* One key event as its scan set 1 bytes; false, with nothing taken, when the queue has no room. */
bool input_key(struct input *input, const u8 *bytes, unsigned count);
/* How many of the bytes found room. */
size_t input_serial(struct input *input, const u8 *bytes, size_t count);

#endif
