#ifndef GLASS386_MACHINE_WIRING_H
#define GLASS386_MACHINE_WIRING_H

#include "machine/machine.h"

/* Connects chips, ports, memory and interrupt lines. Called once by machine_init. */
void wiring_connect(struct machine *machine);

#endif
