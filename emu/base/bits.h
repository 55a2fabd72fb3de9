#ifndef GLASS386_BASE_BITS_H
#define GLASS386_BASE_BITS_H

#include "base/types.h"

#include <string.h>

#define BIT(n) (1u << (n))

/* Bits [low, low + width) of value, shifted down; width 1 to 31. */
static inline u32 bits_extract(u32 value, unsigned low, unsigned width)
{
    return (value >> low) & ((1u << width) - 1u);
}

/* Little-endian loads and stores at any alignment: the guest's byte order on every host. */
static inline u16 load_le16(const void *from)
{
    const u8 *p = from;
    return (u16)(p[0] | p[1] << 8);
}

static inline u32 load_le32(const void *from)
{
    const u8 *p = from;
    return (u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

static inline u64 load_le64(const void *from)
{
    const u8 *p = from;
    return (u64)load_le32(p) | (u64)load_le32(p + 4) << 32;
}

static inline void store_le16(void *to, u16 value)
{
    u8 *p = to;
    p[0] = (u8)value;
    p[1] = (u8)(value >> 8);
}

static inline void store_le32(void *to, u32 value)
{
    u8 *p = to;
    store_le16(p, (u16)value);
    store_le16(p + 2, (u16)(value >> 16));
}

static inline void store_le64(void *to, u64 value)
{
    u8 *p = to;
    store_le32(p, (u32)value);
    store_le32(p + 4, (u32)(value >> 32));
}

#endif
