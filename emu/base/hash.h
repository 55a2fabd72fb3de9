#ifndef GLASS386_BASE_HASH_H
#define GLASS386_BASE_HASH_H

#include "base/types.h"

/* FNV-1a over 64-bit words with a final mix: quick, the same on every host, not cryptographic. */
#define HASH_START 0xcbf29ce484222325ull

u64 hash_bytes(u64 hash, const void *bytes, size_t count);

static inline u64 hash_u64(u64 hash, u64 value)
{
    hash = (hash ^ value) * 0x100000001b3ull;
    return hash ^ hash >> 29;
}

#endif
