/* AH=1Bh: what the display is and can; AH=1Ch: its state into memory and back. */
#include "video.h"

/* RBIL table 00037, static functionality: all modes of the VGA, 200, 350 and 400 lines, eight font
   blocks of which two show at once; all services but the light pen. */
static ROM u8 abilities[16] = {0xff, 0xe0, 0x0f, 0, 0, 0, 0, 0x07, 8, 2, 0xff, 0x0e, 0, 0, 0, 0};

/* RBIL table 00036. */
struct description {
    struct far_pointer abilities;
    u8 data_area[30]; /* 40:49h-66h */
    u8 rows;
    u16 char_height;
    u8 display_code, other_display;
    u16 colors;
    u8 pages, scan_lines;
    u8 first_font, second_font;
    u8 flags;
    u8 reserved[3];
    u8 memory; /* 3 = 256 KB */
    u8 save_pointers;
    u8 rest[13];
} PACKED;

_Static_assert(sizeof(struct description) == 64, "the caller's buffer has 64 bytes");

static u16 colors_of(const struct video_mode __seg_gs *mode)
{
    switch (mode->model) {
    case MODEL_CGA2:
        return 4;
    case MODEL_CGA1:
        return 2;
    case MODEL_LINEAR:
        return 256;
    }
    return mode->number == 0x07 || mode->number == 0x0f ? 0 : mode->number == 0x11 ? 2 : 16;
}

static u8 scan_lines_of(const struct video_mode __seg_gs *mode)
{
    u16 lines =
        mode->model == MODEL_TEXT ? text_scan_lines() : (u16)(mode->rows * mode->char_height);

    return lines <= 200 ? 0 : lines == 350 ? 1 : lines == 400 ? 2 : 3;
}

static u8 flags_of(const struct video_mode __seg_gs *mode)
{
    u8 blinks = attribute_get(0x10) & 8 ? 0x20 : 0;
    u8 gray = bda.vga_flags & VGA_GRAY ? 2 : 0;
    u8 no_palette = bda.vga_flags & VGA_KEEP_PALETTE ? 8 : 0;
    u8 cursor = bda.video_control & 1 ? 0 : 0x10;

    return (u8)(1 | (mode->misc & 1 ? 0 : 4) | blinks | gray | no_palette | cursor);
}

static u8 fonts_read(void)
{
    outb(SEQUENCER, SEQUENCER_FONTS);
    return inb(SEQUENCER + 1);
}

void state_describe(struct registers *r)
{
    const struct video_mode __seg_gs *mode = mode_current();
    struct description d;
    u8 fonts = fonts_read();
    u16 page = mode->page_size;

    if (r->ebx.x != 0)
        return;
    for (u16 i = 0; i < sizeof(d); i++)
        ((u8 *)&d)[i] = 0;
    d.abilities = (struct far_pointer){(u16)(u32)abilities, rom_segment()};
    far_load(d.data_area, 0x40, 0x49, sizeof(d.data_area));
    d.rows = bda.rows_less_one + 1;
    d.char_height = bda.char_height;
    d.display_code = bda.display_code;
    d.colors = colors_of(mode);
    d.pages = mode->segment == 0xa000 ? (page ? (u8)(0x10000 / page) : 1) : (u8)(0x8000 / page);
    if (d.pages > 8)
        d.pages = 8;
    d.scan_lines = scan_lines_of(mode);
    d.first_font = (u8)((fonts & 3) | (fonts >> 2 & 4));
    d.second_font = (u8)((fonts >> 2 & 3) | (fonts >> 3 & 4));
    d.flags = flags_of(mode);
    d.memory = 3;
    far_store(r->es, r->edi.x, &d, sizeof(d));
    r->eax.l = 0x1b;
}

/* ---- saving ---- */

enum { CRTC_COUNT = 25, ATTRIBUTE_COUNT = 21, GRAPHICS_COUNT = 9, SEQUENCER_COUNT = 5 };

struct hardware {
    u8 sequencer_index, crtc_index, graphics_index, attribute_index, misc;
    u8 sequencer[SEQUENCER_COUNT], crtc[CRTC_COUNT], graphics[GRAPHICS_COUNT];
    u8 attribute[ATTRIBUTE_COUNT];
    u16 crtc_port;
} PACKED;

struct saved_data_area {
    u8 low[30]; /* 40:49h-66h */
    u8 high[7]; /* 40:84h-8Ah */
    struct far_pointer save, upper_font, font;
} PACKED;

enum { DAC_BYTES = 4 + 768, DISPI_BYTES = DISPI_COUNT * 2 };

static u16 part_size(u16 part)
{
    switch (part) {
    case STATE_HARDWARE:
        return sizeof(struct hardware);
    case STATE_DATA_AREA:
        return sizeof(struct saved_data_area);
    case STATE_DAC:
        return DAC_BYTES;
    case STATE_DISPI:
        return DISPI_BYTES;
    }
    return 0;
}

u16 state_size(u16 parts)
{
    u16 bytes = 0;

    for (u16 part = 1; part <= STATE_DISPI; part <<= 1)
        if (parts & part)
            bytes += part_size(part);
    return bytes;
}

static void read_indexed(u16 port, u8 *values, u8 count)
{
    for (u8 i = 0; i < count; i++) {
        outb(port, i);
        values[i] = inb(port + 1);
    }
}

static void write_indexed(u16 port, const u8 *values, u8 from, u8 count)
{
    for (u8 i = from; i < count; i++)
        vga_set(port, i, values[i]);
}

static void save_hardware(u16 segment, u16 offset)
{
    struct hardware h;

    h.sequencer_index = inb(SEQUENCER);
    h.crtc_index = inb(bda.crtc);
    h.graphics_index = inb(GRAPHICS);
    inb(bda.crtc + INPUT_STATUS_OF_CRTC);
    h.attribute_index = inb(ATTRIBUTE);
    h.misc = inb(MISC_READ);
    h.crtc_port = bda.crtc;
    read_indexed(SEQUENCER, h.sequencer, SEQUENCER_COUNT);
    read_indexed(bda.crtc, h.crtc, CRTC_COUNT);
    read_indexed(GRAPHICS, h.graphics, GRAPHICS_COUNT);
    for (u8 i = 0; i < ATTRIBUTE_COUNT; i++) {
        inb(bda.crtc + INPUT_STATUS_OF_CRTC);
        outb(ATTRIBUTE, i);
        h.attribute[i] = inb(ATTRIBUTE_READ);
    }
    inb(bda.crtc + INPUT_STATUS_OF_CRTC);
    outb(ATTRIBUTE, h.attribute_index);
    inb(bda.crtc + INPUT_STATUS_OF_CRTC);
    outb(SEQUENCER, h.sequencer_index);
    outb(bda.crtc, h.crtc_index);
    outb(GRAPHICS, h.graphics_index);
    far_store(segment, offset, &h, sizeof(h));
}

static void restore_hardware(u16 segment, u16 offset)
{
    struct hardware h;

    far_load(&h, segment, offset, sizeof(h));
    vga_set(SEQUENCER, 0, 1);
    write_indexed(SEQUENCER, h.sequencer, 1, SEQUENCER_COUNT);
    outb(MISC_OUTPUT, h.misc);
    vga_set(SEQUENCER, 0, h.sequencer[0]);
    vga_set(h.crtc_port, 0x11, 0); /* unlock registers 0-7 */
    write_indexed(h.crtc_port, h.crtc, 0, CRTC_COUNT);
    write_indexed(GRAPHICS, h.graphics, 0, GRAPHICS_COUNT);
    inb(h.crtc_port + INPUT_STATUS_OF_CRTC);
    for (u8 i = 0; i < ATTRIBUTE_COUNT; i++) {
        outb(ATTRIBUTE, i);
        outb(ATTRIBUTE, h.attribute[i]);
    }
    outb(ATTRIBUTE, h.attribute_index);
    inb(h.crtc_port + INPUT_STATUS_OF_CRTC);
    outb(SEQUENCER, h.sequencer_index);
    outb(h.crtc_port, h.crtc_index);
    outb(GRAPHICS, h.graphics_index);
}

static void save_data_area(u16 segment, u16 offset)
{
    struct saved_data_area saved;

    far_load(saved.low, 0x40, 0x49, sizeof(saved.low));
    far_load(saved.high, 0x40, 0x84, sizeof(saved.high));
    saved.save = (struct far_pointer){bda.video_save.offset, bda.video_save.segment};
    saved.upper_font = vectors[0x1f];
    saved.font = vectors[0x43];
    far_store(segment, offset, &saved, sizeof(saved));
}

static void restore_data_area(u16 segment, u16 offset)
{
    struct saved_data_area saved;

    far_load(&saved, segment, offset, sizeof(saved));
    far_store(0x40, 0x49, saved.low, sizeof(saved.low));
    far_store(0x40, 0x84, saved.high, sizeof(saved.high));
    bda.video_save.offset = saved.save.offset;
    bda.video_save.segment = saved.save.segment;
    vectors[0x1f] = saved.upper_font;
    vectors[0x43] = saved.font;
}

static void save_dac(u16 segment, u16 offset)
{
    far_write8(segment, offset, inb(DAC_MASK));
    outb(DAC_READ_INDEX, 0);
    for (u16 i = 0; i < 768; i++)
        far_write8(segment, offset + 4 + i, inb(DAC_DATA));
}

static void restore_dac(u16 segment, u16 offset)
{
    outb(DAC_MASK, far_read8(segment, offset));
    outb(DAC_WRITE_INDEX, 0);
    for (u16 i = 0; i < 768; i++)
        outb(DAC_DATA, far_read8(segment, offset + 4 + i));
}

static void save_dispi(u16 segment, u16 offset)
{
    for (u16 i = 0; i < DISPI_COUNT; i++)
        far_write16(segment, offset + 2 * i, dispi_get(i));
}

/* The size before, the view after the mode is on. */
static void restore_dispi(u16 segment, u16 offset)
{
    u16 enable = far_read16(segment, offset + 2 * DISPI_ENABLE);

    dispi_set(DISPI_ENABLE, 0);
    for (u16 i = DISPI_XRES; i <= DISPI_BPP; i++)
        dispi_set(i, far_read16(segment, offset + 2 * i));
    dispi_set(DISPI_ENABLE, enable | DISPI_KEEP_MEMORY);
    if (enable & DISPI_ENABLED)
        for (u16 i = DISPI_BANK; i <= DISPI_Y_OFFSET; i++)
            dispi_set(i, far_read16(segment, offset + 2 * i));
}

void state_save(u16 parts, u16 segment, u16 offset)
{
    if (parts & STATE_HARDWARE)
        save_hardware(segment, offset);
    offset += state_size(parts & STATE_HARDWARE);
    if (parts & STATE_DATA_AREA)
        save_data_area(segment, offset);
    offset += state_size(parts & STATE_DATA_AREA);
    if (parts & STATE_DAC)
        save_dac(segment, offset);
    offset += state_size(parts & STATE_DAC);
    if (parts & STATE_DISPI)
        save_dispi(segment, offset);
}

/* The DAC last: its entries have eight bits in some modes of the display interface. */
void state_restore(u16 parts, u16 segment, u16 offset)
{
    u16 dac;

    if (parts & STATE_HARDWARE)
        restore_hardware(segment, offset);
    offset += state_size(parts & STATE_HARDWARE);
    if (parts & STATE_DATA_AREA)
        restore_data_area(segment, offset);
    offset += state_size(parts & STATE_DATA_AREA);
    dac = offset;
    offset += state_size(parts & STATE_DAC);
    if (parts & STATE_DISPI)
        restore_dispi(segment, offset);
    if (parts & STATE_DAC)
        restore_dac(segment, dac);
}

/* AL=0: BX = blocks of 64 bytes that the parts CX take; 1: to ES:BX; 2: from there. */
void state_service(struct registers *r)
{
    u16 parts = r->ecx.x & (STATE_HARDWARE | STATE_DATA_AREA | STATE_DAC);

    if (r->eax.l > 2 || !parts)
        return;
    if (r->eax.l == 0)
        r->ebx.x = (state_size(parts) + 63) / 64;
    else if (r->eax.l == 1)
        state_save(parts, r->es, r->ebx.x);
    else
        state_restore(parts, r->es, r->ebx.x);
    r->eax.l = 0x1c;
}
