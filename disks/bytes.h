/* Little-endian stores and loads, on any host. */
#ifndef DISKS_BYTES_H
#define DISKS_BYTES_H

#include <stdint.h>

static inline void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void put32(uint8_t *at, uint32_t value)
{
    put16(at, value & 0xffff);
    put16(at + 2, value >> 16);
}

static inline void put64(uint8_t *at, uint64_t value)
{
    put32(at, (uint32_t)value);
    put32(at + 4, (uint32_t)(value >> 32));
}

static inline unsigned get16(const uint8_t *at)
{
    return at[0] | (unsigned)at[1] << 8;
}

#endif
