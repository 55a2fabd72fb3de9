#ifndef GLASS386_CPU_FLAGS_H
#define GLASS386_CPU_FLAGS_H

#include "cpu/cpu.h"

/* The arithmetic flags, kept as the material they are made of. Handlers carry the two words in
   arguments: `fr` is lazy_flags.result, `fx` is lazy_flags.aux.

       CF        fr bit 32
       ZF        fr bits 0-31 all zero
       SF        fr bit 31 ^ bit 33 ^ bit 34
       PF        even parity of fr bits 0-7, ^ bit 35 ^ bit 36
       AF        (fx ^ fr) bit 4
       SF ^ OF   fx bit 31 ^ CF

   Arithmetic leaves bits 33-63 of fr all equal, so the corrections of SF and PF vanish; they exist
   because POPF, SAHF and IRET can load combinations that no result has, such as ZF with SF. */

#define FLAGS_RESULT_CARRY (1ull << 32)
#define FLAGS_RESULT_SIGN (1ull << 33)   /* SF is the opposite of bit 31 */
#define FLAGS_RESULT_PARITY (1ull << 35) /* PF is the opposite of the parity */

static inline bool flags_cf(u64 fr)
{
    return fr >> 32 & 1;
}
static inline bool flags_zf(u64 fr)
{
    return (u32)fr == 0;
}
static inline bool flags_sf(u64 fr)
{
    return (fr >> 31 ^ fr >> 33 ^ fr >> 34) & 1;
}
static inline bool flags_pf(u64 fr)
{
    u32 byte = (u32)fr & 0xff;
    byte ^= byte >> 4;
    return ((0x9669u >> (byte & 15)) ^ (u32)(fr >> 35) ^ (u32)(fr >> 36)) & 1;
}
static inline bool flags_af(u64 fr, u32 fx)
{
    return (fx ^ (u32)fr) >> 4 & 1;
}
/* SF != OF: "less" after a signed comparison. */
static inline bool flags_less(u64 fr, u32 fx)
{
    return (fx >> 31 ^ (u32)(fr >> 32)) & 1;
}
static inline bool flags_of(u64 fr, u32 fx)
{
    return flags_less(fr, fx) != flags_sf(fr);
}

/* The sixteen conditions of Jcc, SETcc and CMOVcc (PRM 17.2.2.11, table "tttn"). */
static inline __attribute__((always_inline)) bool flags_condition(unsigned condition, u64 fr,
                                                                  u32 fx)
{
    bool holds = false;
    switch (condition >> 1) {
    case 0:
        holds = flags_of(fr, fx);
        break;
    case 1:
        holds = flags_cf(fr);
        break;
    case 2:
        holds = flags_zf(fr);
        break;
    case 3:
        holds = flags_cf(fr) || flags_zf(fr);
        break;
    case 4:
        holds = flags_sf(fr);
        break;
    case 5:
        holds = flags_pf(fr);
        break;
    case 6:
        holds = flags_less(fr, fx);
        break;
    case 7:
        holds = flags_zf(fr) || flags_less(fr, fx);
        break;
    }
    return holds != (condition & 1);
}

/* The six flags at their places in EFLAGS. */
static inline u32 flags_compose(u64 fr, u32 fx)
{
    return (flags_cf(fr) ? FLAG_CF : 0) | (flags_pf(fr) ? FLAG_PF : 0) |
           (flags_af(fr, fx) ? FLAG_AF : 0) | (flags_zf(fr) ? FLAG_ZF : 0) |
           (flags_sf(fr) ? FLAG_SF : 0) | (flags_of(fr, fx) ? FLAG_OF : 0);
}

/* Material that composes to exactly these flags; equal flags give equal material. */
static inline struct lazy_flags flags_decompose(u32 eflags)
{
    bool cf = eflags & FLAG_CF, pf = eflags & FLAG_PF, af = eflags & FLAG_AF;
    bool zf = eflags & FLAG_ZF, sf = eflags & FLAG_SF, of = eflags & FLAG_OF;
    u64 result;
    if (zf)
        result = (sf ? FLAGS_RESULT_SIGN : 0) | (pf ? 0 : FLAGS_RESULT_PARITY);
    else
        result = (u64)sf << 31 | (pf ? 3 : 1);
    return (struct lazy_flags){
        .result = result | (u64)cf << 32,
        .aux = (u32)(sf != of) << 31 ^ (u32)cf << 31 ^ (u32)af << 4,
    };
}

/* A result (already sign-extended to 32 bits) with CF, OF and AF as told. */
static inline void flags_set(u64 *fr, u32 *fx, u32 result, bool cf, bool of, bool af)
{
    *fr = result | (u64)cf << 32;
    *fx = result ^ (u32)(cf != of) << 31 ^ (u32)af << 4;
}

/* CF and OF change, the other four stay. */
static inline void flags_set_cf_of(u64 *fr, u32 *fx, bool cf, bool of)
{
    bool less = flags_sf(*fr) != of;
    u32 af_bit = (*fx ^ (u32)*fr) & BIT(4);
    *fr = (*fr & ~FLAGS_RESULT_CARRY) | (u64)cf << 32;
    *fx = ((u32)*fr & BIT(4)) ^ af_bit ^ (u32)(less != cf) << 31;
}

/* Only CF changes. */
static inline void flags_set_cf(u64 *fr, u32 *fx, bool cf)
{
    flags_set_cf_of(fr, fx, cf, flags_of(*fr, *fx));
}

#endif
