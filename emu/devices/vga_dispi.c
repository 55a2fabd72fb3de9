/* The Bochs display interface: modes of any size in 4 (planes), 8, 15, 16, 24 and 32 bits a pixel,
   set by sixteen-bit registers behind ports 1CEh and 1CFh; the memory is seen at the linear frame
   buffer or through a window of 64 KB at A0000h.

   Modelled: identity B0C5h, all registers, 8-bit DAC. Not modelled: EDID.

   Reference: Bochs's "VBE Display API" (vbe_display_api.txt). */

#include "base/bits.h"
#include "devices/vga_registers.h"

#include <string.h>

enum {
    ID_FIRST = 0xb0c0,
    ID_LAST = 0xb0c5,
    PORT_INDEX = 0x1ce,
    NOTHING = 0xffff,
};

static bool depth_exists(u32 bits)
{
    return bits == 4 || bits == 8 || bits == 15 || bits == 16 || bits == 24 || bits == 32;
}

/* Planes are a quarter of the memory each. */
static u32 bytes_in_reach(const struct vga *vga)
{
    return dispi_linear(vga) ? VGA_MEMORY_SIZE : VGA_MEMORY_SIZE / 4;
}

static u16 at_most(u32 value, u32 limit)
{
    return (u16)(value < limit ? value : limit);
}

/* Whole lines that fit, and the offsets at which the picture still lies in the memory. */
static void clamp_view(struct vga *vga)
{
    u16 *dispi = vga->dispi;
    u32 widest = bytes_in_reach(vga) / dispi[DISPI_YRES] * 8 / dispi_pixel_bits(vga);
    if (widest > 8184)
        widest = 8184;
    if (dispi[DISPI_VIRTUAL_WIDTH] < dispi[DISPI_XRES])
        dispi[DISPI_VIRTUAL_WIDTH] = dispi[DISPI_XRES];
    dispi[DISPI_VIRTUAL_WIDTH] = at_most(dispi[DISPI_VIRTUAL_WIDTH], widest);
    if (dispi[DISPI_BPP] == 4)
        dispi[DISPI_VIRTUAL_WIDTH] &= (u16)~7;
    dispi[DISPI_VIRTUAL_HEIGHT] = at_most(bytes_in_reach(vga) / dispi_pitch(vga), 0xffff);
    dispi[DISPI_X_OFFSET] =
        at_most(dispi[DISPI_X_OFFSET], (u32)dispi[DISPI_VIRTUAL_WIDTH] - dispi[DISPI_XRES]);
    dispi[DISPI_Y_OFFSET] =
        at_most(dispi[DISPI_Y_OFFSET], (u32)dispi[DISPI_VIRTUAL_HEIGHT] - dispi[DISPI_YRES]);
}

void vga_dispi_clamp(struct vga *vga)
{
    u16 *dispi = vga->dispi;
    if (dispi[DISPI_ID] < ID_FIRST || dispi[DISPI_ID] > ID_LAST)
        dispi[DISPI_ID] = ID_LAST;
    if (!depth_exists(dispi[DISPI_BPP]))
        dispi[DISPI_BPP] = 8;
    dispi[DISPI_XRES] = at_most(dispi[DISPI_XRES] < 8 ? 8 : dispi[DISPI_XRES], DISPI_MAX_XRES);
    dispi[DISPI_XRES] &= (u16)~7;
    dispi[DISPI_YRES] = at_most(dispi[DISPI_YRES] < 1 ? 1 : dispi[DISPI_YRES], DISPI_MAX_YRES);
    dispi[DISPI_BANK] = at_most(dispi[DISPI_BANK], VGA_MEMORY_SIZE / (64 * KIB) - 1);
    dispi[DISPI_MEMORY_64K] = VGA_MEMORY_SIZE / (64 * KIB);
    if (!(dispi[DISPI_ENABLE] & DISPI_8BIT_DAC))
        for (size_t i = 0; i < sizeof vga->dac; i++)
            vga->dac[i] &= 0x3f;
    clamp_view(vga);
}

void vga_dispi_reset(struct vga *vga)
{
    memset(vga->dispi, 0, sizeof vga->dispi);
    vga->dispi_index = 0;
    vga_dispi_clamp(vga);
}

static void enable(struct vga *vga, u16 value)
{
    bool was_on = dispi_enabled(vga);
    vga->dispi[DISPI_ENABLE] = value;
    if (dispi_enabled(vga) && !was_on) {
        vga->dispi[DISPI_VIRTUAL_WIDTH] = vga->dispi[DISPI_XRES];
        vga->dispi[DISPI_X_OFFSET] = vga->dispi[DISPI_Y_OFFSET] = vga->dispi[DISPI_BANK] = 0;
        if (!(value & DISPI_KEEP_MEMORY))
            memset(vga->memory, 0, VGA_MEMORY_SIZE);
    }
    vga_dispi_clamp(vga);
}

/* The size cannot change under a picture that is shown. */
static void write_register(struct vga *vga, u16 index, u16 value)
{
    switch (index) {
    case DISPI_ID:
        if (value < ID_FIRST || value > ID_LAST)
            return;
        break;
    case DISPI_XRES:
    case DISPI_YRES:
    case DISPI_BPP:
        if (dispi_enabled(vga))
            return;
        break;
    case DISPI_ENABLE:
        enable(vga, value);
        return;
    case DISPI_BANK:
        vga->dispi[DISPI_BANK] = at_most(value, VGA_MEMORY_SIZE / (64 * KIB) - 1);
        return;
    case DISPI_VIRTUAL_WIDTH:
    case DISPI_X_OFFSET:
    case DISPI_Y_OFFSET:
        break;
    default: /* the others follow from these */
        return;
    }
    vga->dispi[index] = value;
    if (dispi_enabled(vga))
        vga_dispi_clamp(vga);
}

static u16 read_register(const struct vga *vga, u16 index)
{
    static const u16 most[] = {
        [DISPI_XRES] = DISPI_MAX_XRES, [DISPI_YRES] = DISPI_MAX_YRES, [DISPI_BPP] = DISPI_MAX_BPP};
    if (index >= VGA_DISPI_REGISTERS)
        return NOTHING;
    if ((vga->dispi[DISPI_ENABLE] & DISPI_CAPABILITIES) && index >= DISPI_XRES &&
        index <= DISPI_BPP)
        return most[index];
    return vga->dispi[index];
}

u32 vga_dispi_read(void *context, u16 port, unsigned size)
{
    const struct vga *vga = context;
    u16 value = port == PORT_INDEX ? vga->dispi_index : read_register(vga, vga->dispi_index);
    return size == 1 ? value & 0xff : value;
}

void vga_dispi_write(void *context, u16 port, unsigned size, u32 value)
{
    struct vga *vga = context;
    (void)size;
    if (port == PORT_INDEX) {
        vga->dispi_index = (u16)value;
        return;
    }
    write_register(vga, vga->dispi_index, (u16)value);
    vga->version++;
}

/* The linear frame buffer. */

static u32 linear_read(void *context, u32 physical, unsigned size)
{
    const struct vga *vga = context;
    const u8 *from = vga->memory + (physical - VGA_LINEAR_ADDRESS);
    return size == 4 ? load_le32(from) : size == 2 ? load_le16(from) : *from;
}

static void linear_write(void *context, u32 physical, unsigned size, u32 value)
{
    struct vga *vga = context;
    u8 *to = vga->memory + (physical - VGA_LINEAR_ADDRESS);
    if (size == 4)
        store_le32(to, value);
    else if (size == 2)
        store_le16(to, (u16)value);
    else
        *to = (u8)value;
    vga->version++;
}

static u8 linear_peek(void *context, u32 physical)
{
    const struct vga *vga = context;
    return vga->memory[physical - VGA_LINEAR_ADDRESS];
}

struct memory_device vga_linear_device(struct vga *vga)
{
    return (struct memory_device){linear_read, linear_write, linear_peek, vga};
}
