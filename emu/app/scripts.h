#ifndef GLASS386_APP_SCRIPTS_H
#define GLASS386_APP_SCRIPTS_H

#include "app/options.h"

/* Runs the -script files one after another; the exit code of the worst outcome. */
int scripts_run(const struct options *options);

/* The same, but the paths are names of texts, all of which scripts find in the table `embedded`. */
struct script_text;
int scripts_run_texts(const struct options *options, const struct script_text *texts,
                      unsigned count);

#endif
