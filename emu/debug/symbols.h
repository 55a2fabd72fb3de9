#ifndef GLASS386_DEBUG_SYMBOLS_H
#define GLASS386_DEBUG_SYMBOLS_H

#include "base/error.h"
#include "base/types.h"

/* Names of addresses, from the lines that `nm` prints: "00001234 T name", or "00001234 name". The
   offsets are those that the program uses: for the guest kernel, offset = linear = physical. */

struct symbol {
    u32 address;
    const char *name; /* inside symbols.text */
};

struct symbols {
    struct symbol *table; /* by address */
    u32 count;
    char *text;
};

/* Reads untrusted text; lines that are no symbol are passed over. False when there is none at all.
 */
bool symbols_parse(struct symbols *symbols, const char *text, size_t length, struct error *error);
bool symbols_load(struct symbols *symbols, const char *path, struct error *error);
void symbols_free(struct symbols *symbols);

/* Address of a name; false when unknown. */
bool symbols_find(const struct symbols *symbols, const char *name, size_t length, u32 *address);

/* The symbol at or below an address, at most 64 KB below it; null when none. */
const struct symbol *symbols_at(const struct symbols *symbols, u32 address);

#endif
