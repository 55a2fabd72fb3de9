#ifndef GLASS386_BASE_TYPES_H
#define GLASS386_BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* For code that is written once and expanded for several constants. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

#define KIB 1024u
#define MIB (1024u * 1024u)

#define PAGE_SHIFT 12u
#define PAGE_SIZE 4096u
#define PAGE_OFFSET_MASK 0xfffu

#endif
