/*
 * Memory sizes from the CMOS, as the AT and its followers kept them: 30h/31h (else 17h/18h)
 * kilobytes above 1 MB, 34h/35h units of 64 KB above 16 MB.
 */
#include "bios.h"

enum { KB_FROM_1M_TO_16M = 15 * 1024, MOST_88H_KB = 63 * 1024 };

static u16 cmos_word(u8 index)
{
    return (u16)(cmos_read(index) | cmos_read(index + 1) << 8);
}

static u32 extended_kb(void)
{
    u16 extended = cmos_word(0x30);

    return extended ? extended : cmos_word(0x17);
}

u32 memory_below_16m_kb(void)
{
    u32 kb = extended_kb();

    return kb < KB_FROM_1M_TO_16M ? kb : KB_FROM_1M_TO_16M;
}

u32 memory_above_16m_64k(void)
{
    u32 units = cmos_word(0x34);
    u32 kb = extended_kb();

    if (!units && kb > KB_FROM_1M_TO_16M)
        units = (kb - KB_FROM_1M_TO_16M) / 64;
    return units;
}

/* INT 11h: the equipment word. */
void equipment_int11(struct registers *r)
{
    r->eax.x = bda.equipment;
}

/* INT 12h: kilobytes below the extended data area. */
void memory_int12(struct registers *r)
{
    r->eax.x = bda.memory_kb;
}

struct map_entry {
    u32 base, length;
    u8 type; /* 1 usable, 2 reserved */
};

enum { MAP_USABLE = 1, MAP_RESERVED = 2, MAP_LAST = 3 };

static ROM struct map_entry low_map[MAP_LAST] = {
    {0, BASE_MEMORY_KB * 1024, MAP_USABLE},
    {BASE_MEMORY_KB * 1024, EBDA_KB * 1024, MAP_RESERVED},
    {0xf0000, 0x10000, MAP_RESERVED},
};

static u32 length_above_1m(void)
{
    u32 above = memory_above_16m_64k();

    return above ? (above << 16) + 0xf00000 : memory_below_16m_kb() << 10;
}

/* INT 15h AX=E820h: entry EBX to ES:DI, 20 bytes; false when there is no such entry. */
bool memory_map_entry(struct registers *r)
{
    u32 index = r->ebx.e;
    u32 last = length_above_1m() ? MAP_LAST : MAP_LAST - 1;
    struct map_entry entry = {0x100000, 0, MAP_USABLE};

    if (index > last || r->edx.e != 0x534d4150 || r->ecx.e < 20)
        return false;
    if (index < MAP_LAST) {
        entry.base = low_map[index].base;
        entry.length = low_map[index].length;
        entry.type = low_map[index].type;
    } else {
        entry.length = length_above_1m();
    }
    far_write32(r->es, r->edi.x, entry.base);
    far_write32(r->es, r->edi.x + 4, 0);
    far_write32(r->es, r->edi.x + 8, entry.length);
    far_write32(r->es, r->edi.x + 12, 0);
    far_write32(r->es, r->edi.x + 16, entry.type);
    r->eax.e = 0x534d4150; /* "SMAP" */
    r->ecx.e = 20;
    r->ebx.e = index == last ? 0 : index + 1;
    return true;
}
