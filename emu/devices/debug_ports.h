#ifndef GLASS386_DEVICES_DEBUG_PORTS_H
#define GLASS386_DEVICES_DEBUG_PORTS_H

#include "base/field.h"
#include "base/types.h"

struct debug_ports {
    u8 shutdown_matched; /* letters of "Shutdown" that came to port 8900h in a row */

    void *context; /* of the three callbacks, each of which may be null */
    void (*console)(void *context, u8 byte);
    void (*exit)(void *context, u32 code); /* code: (value written << 1) | 1 */
    void (*power_off)(void *context);
};

extern const struct field_table debug_ports_fields;

/* Callbacks are set by the caller afterwards. */
void debug_ports_init(struct debug_ports *ports);
void debug_ports_reset(struct debug_ports *ports);

/* Ports E9h, F4h, 501h, 604h-605h and 8900h; context struct debug_ports. F4h and 501h may be
   claimed with every width, 604h with words, the others with bytes. */
u32 debug_ports_read(void *context, u16 port, unsigned size);
void debug_ports_write(void *context, u16 port, unsigned size, u32 value);

#endif
