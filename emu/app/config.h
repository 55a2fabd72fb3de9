#ifndef GLASS386_APP_CONFIG_H
#define GLASS386_APP_CONFIG_H

#include "app/options.h"

/* Options from files: -config FILE, -bochsrc FILE, or, when neither is given, a glass386.ini in the
   folder of the first image. What stands on the command line wins, then -config, then -bochsrc.
   Lines of a configuration file are "name = value" as -print-config writes them, or "name" alone;
   # and ; begin comments. File names are taken from the configuration's own folder. A glass386.ini
   that was only found beside an image may say what the machine is, but not what writes, listens or
   runs on the host.

   Adds a line to *notes for each thing that a user should know. False with one line that names file
   and line. */
bool config_apply(struct options *options, struct text_out *notes, struct error *error);

/* bochsrc.c: one line of Bochs's configuration, given with `set`. */
struct bochs_reader {
    struct options *options;
    struct text_out *notes;
    const char *file;
    unsigned line;
    struct text_out ignored; /* names without counterpart, for one note at the end */
    bool (*set)(struct bochs_reader *reader, const char *name, const char *value,
                struct error *error);
};
bool bochsrc_line(struct bochs_reader *reader, char *text, struct error *error);

#endif
