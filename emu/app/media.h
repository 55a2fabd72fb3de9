#ifndef GLASS386_APP_MEDIA_H
#define GLASS386_APP_MEDIA_H

#include "app/options.h"
#include "machine/machine.h"

/* The disks, floppies and CDs of a machine, as the options say. */

struct media {
    struct disk_image images[MACHINE_DISKS]; /* by slot; sectors 0 = nothing there */
    u8 cdroms;                               /* as in struct machine_config */
    u8 floppy_types[2];
    u8 boot_order[3];
};

/* Opens what the options name, else the built-in disk; -kernel's file may be the floppy to boot.
   False with one line; close it then too. */
bool media_open(struct media *media, const struct options *options, bool kernel_is_floppy,
                struct error *error);
/* Flushes and closes; false when the host failed to store what the guest wrote. Harmless on a
   zeroed struct. */
bool media_close(struct media *media, struct error *error);

/* Tells the machine to be built. The struct must outlive it. */
void media_fill_config(struct media *media, const struct options *options,
                       struct machine_config *config);

/* True when no medium is named. */
bool media_is_built_in(const struct options *options);

#endif
