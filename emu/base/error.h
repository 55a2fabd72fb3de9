#ifndef GLASS386_BASE_ERROR_H
#define GLASS386_BASE_ERROR_H

#include "base/types.h"

/* A host error: one line that names the file or option, the value found and what was expected.
   Functions that can meet one return bool and take a struct error as their last parameter. */
struct error {
    char text[400];
};

/* Sets the text and returns false, so that `return error_set(error, ...)` reads as it acts.
   A null error is allowed: the text is then lost. */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " before the text that is there; returns false. */
bool error_prefix(struct error *error, const char *prefix);

#endif
