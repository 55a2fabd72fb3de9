#ifndef GLASS386_CPU_DEBUG_REGISTERS_H
#define GLASS386_CPU_DEBUG_REGISTERS_H

#include "cpu/cpu.h"

/* DR6 and DR7 (PRM 12.2). Private to cpu/. */
#define DR6_BD BIT(13)
#define DR6_BS BIT(14)
#define DR6_BT BIT(15)
#define DR6_WRITABLE 0xe00fu
#define DR6_ONES 0xffff0ff0u
#define DR7_GD BIT(13)
#define DR7_LOCAL 0x155u /* L0-L3 and LE: a task switch clears them */
#define DR7_WRITABLE 0xffff2fffu
#define DR7_ONES 0x400u

enum debug_access { DEBUG_EXECUTE = 0, DEBUG_WRITE = 1, DEBUG_READ_WRITE = 3 };

/* Breakpoint register n (0-3): enabled at all, and what for. */
static inline bool debug_enabled(const struct cpu *cpu, unsigned n)
{
    return cpu->dr[7] >> (2 * n) & 3;
}
static inline unsigned debug_kind(const struct cpu *cpu, unsigned n)
{
    return cpu->dr[7] >> (16 + 4 * n) & 3;
}

/* True when some register or an outside hand watches data: every access then takes the slow path.
 */
static inline bool debug_watches_data(const struct cpu *cpu)
{
    if (cpu->hooks.access)
        return true;
    for (unsigned n = 0; (cpu->dr[7] & 0xff) && n < 4; n++)
        if (debug_enabled(cpu, n) && debug_kind(cpu, n) != DEBUG_EXECUTE)
            return true;
    return false;
}

/* True when some register waits for an instruction: blocks are then decoded with checks. */
static inline bool debug_watches_code(const struct cpu *cpu)
{
    for (unsigned n = 0; (cpu->dr[7] & 0xff) && n < 4; n++)
        if (debug_enabled(cpu, n) && debug_kind(cpu, n) == DEBUG_EXECUTE)
            return true;
    return false;
}

/* The DR6 bits B0-B3 of the registers that wait for an instruction at this linear address. */
static inline u32 debug_code_hits(const struct cpu *cpu, u32 linear)
{
    u32 hits = 0;
    for (unsigned n = 0; (cpu->dr[7] & 0xff) && n < 4; n++)
        if (debug_enabled(cpu, n) && debug_kind(cpu, n) == DEBUG_EXECUTE && cpu->dr[n] == linear)
            hits |= BIT(n);
    return hits;
}

/* Bytes that a data breakpoint watches, from its address aligned to that many (PRM 12.2.3). */
static inline u32 debug_length(const struct cpu *cpu, unsigned n)
{
    static const u8 lengths[] = {1, 2, 1, 4};
    return lengths[cpu->dr[7] >> (18 + 4 * n) & 3];
}

/* Called for each data access that succeeded: breakpoints that it meets trap after the instruction
   (PRM 12.3.1.2). */
static inline void debug_note_access(struct cpu *cpu, u32 linear, u32 size, bool write)
{
    if (!debug_watches_data(cpu))
        return;
    if (cpu->hooks.access)
        cpu->hooks.access(cpu->hooks.context, linear, size, write);
    for (unsigned n = 0; n < 4; n++) {
        unsigned kind = debug_kind(cpu, n);
        u32 length = debug_length(cpu, n);
        u32 first = cpu->dr[n] & ~(length - 1);
        if (!debug_enabled(cpu, n) || !(write ? kind & DEBUG_WRITE : kind == DEBUG_READ_WRITE))
            continue;
        if (linear - first < length || first - linear < size)
            cpu->debug_hits |= BIT(n);
    }
    cpu->attention |= cpu->debug_hits != 0;
}

#endif
