#ifndef GLASS386_APP_COMPUTER_H
#define GLASS386_APP_COMPUTER_H

#include "app/firmware.h"
#include "app/kernel_boot.h"
#include "app/media.h"
#include "app/options.h"
#include "app/peripherals.h"
#include "machine/machine.h"
#include "monitor/monitor.h"

/* A machine with everything that the options put into it: disks, firmware, event log, snapshot. */

struct computer {
    struct machine *machine;
    struct media media;
    struct kernel_boot *kernel; /* of -kernel; else null */
    struct firmware firmware;
    struct peripherals peripherals;
};

struct computer_wiring {
    struct byte_sink serial, serial2, debugcon;
    struct host_error_sink host_error;
    const struct log *log;
};

/* False with one line; everything is closed again then, and nothing on disk has changed. */
bool computer_build(struct computer *computer, const struct options *options,
                    const struct computer_wiring *wiring, struct error *error);
/* Flushes and closes the disks; false when the host failed to store what the guest wrote. Harmless
   on a zeroed struct. */
bool computer_free(struct computer *computer, struct error *error);

/* No disk is named: the built-in system starts. */
bool computer_is_built_in(const struct options *options);
/* Gives the monitor the built-in kernel's symbols. */
void computer_name_addresses(struct monitor *monitor);

#endif
