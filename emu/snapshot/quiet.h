#ifndef GLASS386_SNAPSHOT_QUIET_H
#define GLASS386_SNAPSHOT_QUIET_H

#include "machine/machine.h"

/* While a machine goes again where it has been, nobody shall hear or see it again: what leaves its
   serial lines, debug port, printer port and speaker, its pictures and its log. Its state does not
   depend on it. */

struct quiet {
    struct byte_sink serial, serial2, debugcon;
    void (*print)(void *context, u8 byte);
    void (*sound)(void *context, const s16 *samples, size_t count);
    const struct log *cpu_log, *port_log;
};

void quiet_begin(struct quiet *quiet, struct machine *machine);
void quiet_end(const struct quiet *quiet, struct machine *machine);

#endif
