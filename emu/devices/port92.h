#ifndef GLASS386_DEVICES_PORT92_H
#define GLASS386_DEVICES_PORT92_H

#include "base/field.h"
#include "base/types.h"
#include "bus/irq.h"

struct port92 {
    u8 value; /* bit 0 fast reset, bit 1 fast A20 */

    struct irq_line a20;   /* true = open */
    struct irq_line reset; /* pulsed true, then false */
};

extern const struct field_table port92_fields;

void port92_init(struct port92 *port92);
void port92_reset(struct port92 *port92);

/* Port 92h; context struct port92. */
u32 port92_read(void *context, u16 port, unsigned size);
void port92_write(void *context, u16 port, unsigned size, u32 value);

#endif
