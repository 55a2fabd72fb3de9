/* Port 92h, system control port A of the PS/2, as AT chip sets took it over.

   Modelled: bit 0, whose change from 0 to 1 pulses the processor's reset; bit 1, the fast A20 gate.
   Not modelled: the watchdog status, the lock of the security cells and the drive light; bits 2-7
   are kept and do nothing.

   Reference: PS/2 Hardware Interface Technical Reference, System Control Port A. */

#include "devices/port92.h"

#include <string.h>

enum { FAST_RESET = 0x01, A20 = 0x02 };

u32 port92_read(void *context, u16 port, unsigned size)
{
    const struct port92 *port92 = context;
    (void)port, (void)size;
    return port92->value;
}

void port92_write(void *context, u16 port, unsigned size, u32 value)
{
    struct port92 *port92 = context;
    (void)port, (void)size;
    bool pulse = (value & FAST_RESET) && !(port92->value & FAST_RESET);
    port92->value = (u8)value;
    irq_set(&port92->a20, value & A20);
    if (pulse) {
        irq_set(&port92->reset, true);
        irq_set(&port92->reset, false);
    }
}

void port92_init(struct port92 *port92)
{
    memset(port92, 0, sizeof *port92);
}

void port92_reset(struct port92 *port92)
{
    port92_write(port92, 0x92, 1, 0);
}

static const struct field fields[] = {FIELD(struct port92, value)};

const struct field_table port92_fields = FIELD_TABLE("port92", 1, fields, NULL);
