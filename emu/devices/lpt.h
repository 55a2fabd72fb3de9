#ifndef GLASS386_DEVICES_LPT_H
#define GLASS386_DEVICES_LPT_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"

/* A printer port with, perhaps, a printer on it. */
struct lpt {
    u8 data;    /* the lines D0-D7 */
    u8 control; /* bits 0-5 as written */
    u8 phase;   /* enum lpt_phase of the handshake */
    u8 irq_level;
    struct clock_event handshake; /* the printer's next move */

    struct clock *clock;
    struct irq_line irq;                   /* IRQ 7 */
    void (*print)(void *context, u8 byte); /* null: nothing is plugged in */
    void *print_context;
};

extern const struct field_table lpt_fields;

/* irq, print and print_context are set by the caller afterwards. */
void lpt_init(struct lpt *lpt, struct clock *clock);
void lpt_reset(struct lpt *lpt);

/* Three ports: data, status, control; context struct lpt. */
u32 lpt_read(void *context, u16 port, unsigned size);
void lpt_write(void *context, u16 port, unsigned size, u32 value);

#endif
