#ifndef GLASS386_APP_QEMU_OPTIONS_H
#define GLASS386_APP_QEMU_OPTIONS_H

#include "app/options.h"

/* Options that hands know from QEMU (and the two of Bochs), beside our own. */

/* Name and whether it takes a value, by number from 0; null after the last. */
const char *qemu_option(unsigned number, bool *argument);
bool qemu_option_known(const char *name);

/* Becomes options of ours, or nothing where it asks for what this PC is anyway; else one line says
   what is nearest here. `value` is null for an option without one. */
bool qemu_option_set(struct options *options, const char *name, const char *value,
                     struct error *error);

#endif
