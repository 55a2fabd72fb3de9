#ifndef GLASS386_APP_SCRIPTS_H
#define GLASS386_APP_SCRIPTS_H

#include "app/options.h"

/* Runs the -script files one after another; the exit code of the worst outcome. */
int scripts_run(const struct options *options);

#endif
