#include "base/hash.h"

#include "base/bits.h"

u64 hash_bytes(u64 hash, const void *bytes, size_t count)
{
    const u8 *p = bytes;
    size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++, p += 8)
        hash = hash_u64(hash, load_le64(p));
    for (size_t i = whole * 8; i < count; i++)
        hash = hash_u64(hash, *p++);
    return hash_u64(hash, count);
}
