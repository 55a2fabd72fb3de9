#ifndef GLASS386_MACHINE_CMOS_H
#define GLASS386_MACHINE_CMOS_H

#include "machine/machine.h"

/* Fills the CMOS memory: the cells of config.nvram, then what a set-up program would have told of
   this machine, then the checksum. */
void cmos_fill(struct machine *machine);

#endif
