#ifndef GLASS386_MACHINE_FIRMWARE_H
#define GLASS386_MACHINE_FIRMWARE_H

#include "machine/machine.h"

/* Where BIOS and display BIOS stand in memory. */

/* False with one line when an image has a size that no board takes. */
bool firmware_check(const struct machine_config *config, struct error *error);
/* Maps the images at wiring time; puts copies of them into shadow RAM at each reset. */
void firmware_map(struct machine *machine);
void firmware_reset(struct machine *machine);

#endif
