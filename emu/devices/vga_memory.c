/* The VGA's memory as the CPU sees it: four planes of 64 KB behind the graphics controller.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, Graphics
   Controller. */

#include "devices/vga.h"
#include "devices/vga_registers.h"

enum { ALL_PLANES = 15, NOTHING = 0xff };

#define PLANE(vga, number, offset) ((vga)->planes[(number)*VGA_PLANE_SIZE + (offset)])

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

/* Write: the planes an address reaches, and its offset in them. */
static u8 planes_written(const struct vga *vga, u32 address, u32 *offset)
{
    u8 mask = vga->sequencer[SEQ_MAP_MASK] & ALL_PLANES;
    u8 mode = vga->sequencer[SEQ_MEMORY_MODE];
    if (mode & MEMORY_CHAIN4) {
        *offset = address & ~3u;
        return mask & (u8)(1 << (address & 3));
    }
    if (!(mode & MEMORY_SEQUENTIAL)) {
        *offset = address & ~1u;
        return mask & (address & 1 ? 0x0a : 0x05);
    }
    *offset = address;
    return mask;
}

/* Read: the plane read mode 0 gives. */
static unsigned plane_read(const struct vga *vga, u32 address, u32 *offset)
{
    unsigned map = vga->graphics[GFX_READ_MAP] & 3u;
    if (vga->sequencer[SEQ_MEMORY_MODE] & MEMORY_CHAIN4) {
        *offset = address & ~3u;
        return address & 3;
    }
    if (vga->graphics[GFX_MODE] & MODE_ODD_EVEN) {
        *offset = address & ~1u;
        return (map & 2) | (address & 1);
    }
    *offset = address;
    return map;
}

/* Read mode 1: a bit is set where all planes that matter hold the colour to compare. */
static u8 compare_colours(const struct vga *vga, const u8 latch[4])
{
    u8 differs = 0;
    for (unsigned plane = 0; plane < 4; plane++) {
        if (!(vga->graphics[GFX_COLOR_DONT_CARE] >> plane & 1))
            continue;
        u8 wanted = vga->graphics[GFX_COLOR_COMPARE] >> plane & 1 ? 0xff : 0;
        differs |= latch[plane] ^ wanted;
    }
    return (u8)~differs;
}

static u8 look(const struct vga *vga, u32 physical, u8 latch[4])
{
    u32 address, offset;
    if (!in_window(vga, physical, &address))
        return NOTHING;
    unsigned plane = plane_read(vga, address, &offset);
    for (unsigned i = 0; i < 4; i++)
        latch[i] = PLANE(vga, i, offset);
    if (vga->graphics[GFX_MODE] & MODE_READ_COMPARE)
        return compare_colours(vga, latch);
    return latch[plane];
}

u8 vga_memory_peek(void *context, u32 physical)
{
    u8 latch[4];
    return look(context, physical, latch);
}

u32 vga_memory_read(void *context, u32 physical, unsigned size)
{
    struct vga *vga = context;
    u32 value = 0;
    for (unsigned i = 0; i < size; i++)
        value |= (u32)look(vga, physical + i, vga->latch) << (8 * i);
    return value;
}

static u8 rotate_right(u8 value, unsigned count)
{
    return (u8)(value >> count | value << (8 - count));
}

static u8 combine(unsigned function, u8 value, u8 latch)
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

static u8 filled(u8 bits, unsigned plane)
{
    return bits >> plane & 1 ? 0xff : 0;
}

/* The byte that write modes 0-3 send to one plane. */
static u8 plane_byte(const struct vga *vga, unsigned plane, u8 value)
{
    const u8 *gfx = vga->graphics;
    u8 latch = vga->latch[plane], mask = gfx[GFX_BIT_MASK];
    u8 rotated = rotate_right(value, gfx[GFX_DATA_ROTATE] & 7);
    u8 data = rotated;
    switch (gfx[GFX_MODE] & MODE_WRITE) {
    case 0:
        if (gfx[GFX_ENABLE_SET_RESET] >> plane & 1)
            data = filled(gfx[GFX_SET_RESET], plane);
        break;
    case 1:
        return latch;
    case 2:
        data = filled(value, plane);
        break;
    default:
        data = filled(gfx[GFX_SET_RESET], plane);
        mask &= rotated;
        break;
    }
    data = combine(gfx[GFX_DATA_ROTATE] >> 3 & 3, data, latch);
    return (u8)((data & mask) | (latch & ~mask));
}

/* Write mode 0 with nothing that alters the byte, as in text modes: plane_byte would return it. */
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
    for (u8 left = planes_written(vga, address, &offset); left; left &= (u8)(left - 1)) {
        unsigned plane = (unsigned)__builtin_ctz(left);
        u8 byte = as_is ? value : plane_byte(vga, plane, value);
        u8 *where = &PLANE(vga, plane, offset);
        vga->version += *where != byte;
        *where = byte;
    }
}

void vga_memory_write(void *context, u32 physical, unsigned size, u32 value)
{
    bool as_is = stores_as_is(context);
    for (unsigned i = 0; i < size; i++)
        write_byte(context, physical + i, (u8)(value >> (8 * i)), as_is);
}

struct memory_device vga_memory_device(struct vga *vga)
{
    return (struct memory_device){vga_memory_read, vga_memory_write, vga_memory_peek, vga};
}
