#ifndef GLASS386_APP_FIRMWARE_H
#define GLASS386_APP_FIRMWARE_H

#include "app/options.h"
#include "machine/machine.h"

/* The images of -bios and -vgabios, in one buffer each. */
struct firmware {
    u8 *bios, *vgabios; /* null when the built-in ones serve */
};

/* Reads what the options name, else takes the built-in BIOS, and puts it into the configuration.
   False with one line. */
bool firmware_open(struct firmware *firmware, const struct options *options,
                   struct machine_config *config, struct error *error);
void firmware_close(struct firmware *firmware);

#endif
