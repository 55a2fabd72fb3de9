/* The VGA's memory as the CPU sees it at A0000h-BFFFFh: four planes behind the graphics controller,
   or 64 KB of the memory in the display interface's linear modes.

   The bytes of one offset in the four planes lie side by side, so that the graphics controller's
   work on all four is work on one word.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, Graphics
   Controller; FreeVGA, "VGA/SVGA Video Programming--Accessing the Display Memory". */

#include "base/bits.h"
#include "devices/vga.h"
#include "devices/vga_registers.h"

enum { ALL_PLANES = 15, NOTHING = 0xff };

/* FFh in the byte of each plane whose bit is set. */
static u32 planes_of(u8 bits)
{
    u32 spread =
        ((u32)bits & 1) | ((u32)bits & 2) << 7 | ((u32)bits & 4) << 14 | ((u32)bits & 8) << 21;
    return spread * 0xff;
}

static u32 all_planes(u8 byte)
{
    return byte * 0x01010101u;
}

static u8 *word_at(const struct vga *vga, u32 offset)
{
    return vga->memory + (size_t)offset * 4;
}

/* The window that GFX_MISCELLANEOUS bits 2-3 open, and the address within. */
static bool in_window(const struct vga *vga, u32 physical, u32 *address)
{
    static const struct {
        u32 first, size;
    } windows[] = {{0xa0000, 0x20000}, {0xa0000, 0x10000}, {0xb0000, 0x8000}, {0xb8000, 0x8000}};
    unsigned number = vga->graphics[GFX_MISCELLANEOUS] >> 2 & 3;
    *address = (physical - windows[number].first) & 0xffff;
    return (vga->misc & MISC_RAM) && physical >= windows[number].first &&
           physical - windows[number].first < windows[number].size;
}

/* The display interface's bank moves the window through the memory, or through the planes. */
static u32 bank_of(const struct vga *vga)
{
    return dispi_enabled(vga) ? (u32)vga->dispi[DISPI_BANK] << 16 : 0;
}

/* The byte of a linear mode behind an address of A0000h-AFFFFh; null elsewhere. */
static u8 *linear_byte(const struct vga *vga, u32 physical)
{
    u32 address = physical - 0xa0000;
    return address < 0x10000 ? vga->memory + bank_of(vga) + address : NULL;
}

static u32 plane_bank(const struct vga *vga)
{
    return bank_of(vga) & (VGA_MEMORY_SIZE / 4 - 1);
}

/* In the odd/even modes address bit 0 chooses the planes. At the planes it is then another one's:
   bit 16 where the window is 128 KB, else the page bit of the miscellaneous register, turned round
   (every mode of the BIOS sets it, and has its text at even offsets). Unverified on hardware: that
   without GFX_MISCELLANEOUS's bit it stays. */
static u32 odd_even_offset(const struct vga *vga, u32 physical, u32 address)
{
    u8 gfx = vga->graphics[GFX_MISCELLANEOUS];
    if (!(gfx & MISCELLANEOUS_CHAIN_ODD_EVEN))
        return address;
    u32 page = gfx & MISCELLANEOUS_MAP ? !(vga->misc & MISC_ODD_EVEN_PAGE) : physical >> 16 & 1;
    return (address & ~1u) | page;
}

/* Write: the planes an address reaches, and its offset in them. */
static u8 planes_written(const struct vga *vga, u32 physical, u32 address, u32 *offset)
{
    u8 mask = vga->sequencer[SEQ_MAP_MASK] & ALL_PLANES;
    u8 mode = vga->sequencer[SEQ_MEMORY_MODE];
    if (mode & MEMORY_CHAIN4) {
        *offset = address & ~3u;
        return mask & (u8)(1 << (address & 3));
    }
    if (!(mode & MEMORY_SEQUENTIAL)) {
        *offset = odd_even_offset(vga, physical, address);
        return mask & (address & 1 ? 0x0a : 0x05);
    }
    *offset = address + plane_bank(vga);
    return mask;
}

/* Read: the plane read mode 0 gives. */
static unsigned plane_read(const struct vga *vga, u32 physical, u32 address, u32 *offset)
{
    unsigned map = vga->graphics[GFX_READ_MAP] & 3u;
    if (vga->sequencer[SEQ_MEMORY_MODE] & MEMORY_CHAIN4) {
        *offset = address & ~3u;
        return address & 3;
    }
    if (vga->graphics[GFX_MODE] & MODE_ODD_EVEN) {
        *offset = odd_even_offset(vga, physical, address);
        return (map & 2) | (address & 1);
    }
    *offset = address + plane_bank(vga);
    return map;
}

/* Read mode 1: a bit is set where all planes that matter hold the colour to compare. */
static u8 compare_colours(const struct vga *vga, u32 latch)
{
    u32 differs = (latch ^ planes_of(vga->graphics[GFX_COLOR_COMPARE])) &
                  planes_of(vga->graphics[GFX_COLOR_DONT_CARE]);
    return (u8) ~(differs | differs >> 8 | differs >> 16 | differs >> 24);
}

static u8 look(const struct vga *vga, u32 physical, u32 *latch)
{
    u32 address, offset;
    if (dispi_linear(vga)) {
        const u8 *byte = linear_byte(vga, physical);
        return byte ? *byte : NOTHING;
    }
    if (!in_window(vga, physical, &address))
        return NOTHING;
    unsigned plane = plane_read(vga, physical, address, &offset);
    *latch = load_le32(word_at(vga, offset));
    if (vga->graphics[GFX_MODE] & MODE_READ_COMPARE)
        return compare_colours(vga, *latch);
    return (u8)(*latch >> 8 * plane);
}

u8 vga_memory_peek(void *context, u32 physical)
{
    u32 latch;
    return look(context, physical, &latch);
}

/* The text modes: even and odd addresses reach planes 0 and 1, whose bytes lie side by side. Where
   a word at an even address is in them; null: byte by byte. */
static u8 *text_word(const struct vga *vga, u32 physical, unsigned size, u8 map)
{
    u32 address;
    bool chained = vga->sequencer[SEQ_MEMORY_MODE] & (MEMORY_CHAIN4 | MEMORY_SEQUENTIAL);
    bool usual = (vga->graphics[GFX_MISCELLANEOUS] & MISCELLANEOUS_CHAIN_ODD_EVEN) &&
                 (vga->graphics[GFX_MISCELLANEOUS] & MISCELLANEOUS_MAP) &&
                 (vga->misc & MISC_ODD_EVEN_PAGE);
    if (size != 2 || (physical & 1) || chained || !usual || map != 3 ||
        !in_window(vga, physical, &address))
        return NULL;
    return word_at(vga, address);
}

/* Read mode 0 of planes 0 and 1. */
static u8 map_read(const struct vga *vga)
{
    const u8 *gfx = vga->graphics;
    bool pairs = (gfx[GFX_MODE] & (MODE_ODD_EVEN | MODE_READ_COMPARE)) == MODE_ODD_EVEN;
    return pairs && !(gfx[GFX_READ_MAP] & 2) ? 3 : 0;
}

u32 vga_memory_read(void *context, u32 physical, unsigned size)
{
    struct vga *vga = context;
    const u8 *word = dispi_linear(vga) ? NULL : text_word(vga, physical, size, map_read(vga));
    if (word) {
        memcpy(vga->latch, word, sizeof vga->latch);
        return load_le16(word);
    }
    u32 value = 0, latch = load_le32(vga->latch);
    for (unsigned i = 0; i < size; i++)
        value |= (u32)look(vga, physical + i, &latch) << (8 * i);
    store_le32(vga->latch, latch);
    return value;
}

static u8 rotate_right(u8 value, unsigned count)
{
    return (u8)(value >> count | value << (8 - count));
}

static u32 combine(unsigned function, u32 value, u32 latch)
{
    switch (function) {
    case 1:
        return value & latch;
    case 2:
        return value | latch;
    case 3:
        return value ^ latch;
    default:
        return value;
    }
}

/* The bytes that write modes 0-3 send to the four planes. */
static u32 planes_to_write(const struct vga *vga, u8 value)
{
    const u8 *gfx = vga->graphics;
    u32 latch = load_le32(vga->latch), set = planes_of(gfx[GFX_SET_RESET]), data;
    u8 rotated = rotate_right(value, gfx[GFX_DATA_ROTATE] & 7), mask = gfx[GFX_BIT_MASK];
    switch (gfx[GFX_MODE] & MODE_WRITE) {
    case 0: {
        u32 from_set = planes_of(gfx[GFX_ENABLE_SET_RESET]);
        data = (all_planes(rotated) & ~from_set) | (set & from_set);
        break;
    }
    case 1:
        return latch;
    case 2:
        data = planes_of(value);
        break;
    default:
        data = set;
        mask &= rotated;
        break;
    }
    u32 bits = all_planes(mask);
    return (combine(gfx[GFX_DATA_ROTATE] >> 3 & 3, data, latch) & bits) | (latch & ~bits);
}

/* Write mode 0 with nothing that alters the byte, as in text modes: planes_to_write would give it
   for each plane. */
static bool stores_as_is(const struct vga *vga)
{
    const u8 *gfx = vga->graphics;
    return (gfx[GFX_MODE] & MODE_WRITE) == 0 && (gfx[GFX_DATA_ROTATE] & 0x1f) == 0 &&
           (gfx[GFX_ENABLE_SET_RESET] & ALL_PLANES) == 0 && gfx[GFX_BIT_MASK] == 0xff;
}

static void write_byte(struct vga *vga, u32 physical, u8 value, bool as_is)
{
    u32 address, offset;
    if (!in_window(vga, physical, &address))
        return;
    u32 written = planes_of(planes_written(vga, physical, address, &offset));
    u8 *where = word_at(vga, offset);
    u32 old = load_le32(where);
    u32 data = as_is ? all_planes(value) : planes_to_write(vga, value);
    u32 word = (data & written) | (old & ~written);
    vga->version += word != old;
    store_le32(where, word);
}

static void write_linear(struct vga *vga, u32 physical, unsigned size, u32 value)
{
    for (unsigned i = 0; i < size; i++) {
        u8 *byte = linear_byte(vga, physical + i);
        if (byte)
            *byte = (u8)(value >> (8 * i));
    }
    vga->version++;
}

void vga_memory_write(void *context, u32 physical, unsigned size, u32 value)
{
    struct vga *vga = context;
    if (dispi_linear(context)) {
        write_linear(context, physical, size, value);
        return;
    }
    bool as_is = stores_as_is(context);
    u8 map = as_is ? vga->sequencer[SEQ_MAP_MASK] & ALL_PLANES : 0;
    u8 *word = text_word(vga, physical, size, map);
    if (word) {
        vga->version += load_le16(word) != (u16)value;
        store_le16(word, (u16)value);
        return;
    }
    for (unsigned i = 0; i < size; i++)
        write_byte(context, physical + i, (u8)(value >> (8 * i)), as_is);
}

struct memory_device vga_memory_device(struct vga *vga)
{
    return (struct memory_device){vga_memory_read, vga_memory_write, vga_memory_peek, vga};
}
