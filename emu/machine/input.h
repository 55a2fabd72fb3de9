#ifndef GLASS386_MACHINE_INPUT_H
#define GLASS386_MACHINE_INPUT_H

#include "base/field.h"
#include "bus/clock.h"

/* The one door for input: keys and serial bytes wait here in the order in which they came and enter
   their chips at ticks that depend on guest time only. The queues are part of the machine's state.
 */

#define INPUT_QUEUE 4096u /* a power of two */

struct input_queue {
    u32 head, tail; /* free-running; tail - head entries wait */
    u8 bytes[INPUT_QUEUE];
};

struct input {
    struct input_queue keys;   /* scan set 1 bytes */
    struct input_queue serial; /* COM1 receive */
    u64 keys_due, serial_due;  /* ticks of the next delivery, CLOCK_NEVER when idle */
    struct clock_event keys_event, serial_event;
};

extern const struct field_table input_fields;

#endif
