#ifndef GLASS386_DEVICES_PORT61_H
#define GLASS386_DEVICES_PORT61_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"

/* The level of somebody's output pin, asked for when a program looks. */
struct port61_input {
    bool (*level)(void *context, unsigned number);
    void *context;
    unsigned number;
};

struct port61 {
    u8 value; /* bits 0-3 and 7 as written */

    const struct clock *clock;
    struct irq_line gate;             /* bit 0: gate of timer channel 2 */
    struct irq_line speaker;          /* bit 1: lets the timer's output through to the speaker */
    struct port61_input timer_output; /* bit 5: output of timer channel 2 */
};

extern const struct field_table port61_fields;

void port61_init(struct port61 *port61, const struct clock *clock);
void port61_reset(struct port61 *port61);

/* Port 61h; context struct port61. */
u32 port61_read(void *context, u16 port, unsigned size);
void port61_write(void *context, u16 port, unsigned size, u32 value);

#endif
