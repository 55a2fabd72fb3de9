/*
 * The VGA's standard modes as register values (IBM VGA Technical Reference; a register not in a row
 * is the same in every mode) and the order in which they are set.
 */
#include "video.h"

enum { CRTC_COUNT = 25, ATTRIBUTE_COUNT = 20 };

enum {
    CRTC_TEXT40,
    CRTC_TEXT80,
    CRTC_TEXT_MONO,
    CRTC_320,
    CRTC_640,
    CRTC_EGA320,
    CRTC_EGA640,
    CRTC_350,
    CRTC_480,
    CRTC_256
};

enum {
    ATTRIBUTES_TEXT,
    ATTRIBUTES_MONO,
    ATTRIBUTES_MONO_GRAPHICS,
    ATTRIBUTES_CGA4,
    ATTRIBUTES_CGA2,
    ATTRIBUTES_200,
    ATTRIBUTES_16,
    ATTRIBUTES_2,
    ATTRIBUTES_256
};

/* clang-format off */
static ROM u8 crtc_tables[][CRTC_COUNT] = {
    [CRTC_TEXT40] = {
        0x2d, 0x27, 0x28, 0x90, 0x2b, 0xa0, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0,
        0, 0, 0, 0x9c, 0x8e, 0x8f, 0x14, 0x1f, 0x96, 0xb9, 0xa3, 0xff},
    [CRTC_TEXT80] = {
        0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0,
        0, 0, 0, 0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff},
    [CRTC_TEXT_MONO] = {
        0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0,
        0, 0, 0, 0x9c, 0x8e, 0x8f, 0x28, 0x0f, 0x96, 0xb9, 0xa3, 0xff},
    [CRTC_320] = {
        0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80, 0xbf, 0x1f, 0x00, 0xc1, 0x00, 0x00, 0,
        0, 0, 0, 0x9c, 0x8e, 0x8f, 0x14, 0x00, 0x96, 0xb9, 0xa2, 0xff},
    [CRTC_640] = {
        0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0x00, 0xc1, 0x00, 0x00, 0,
        0, 0, 0, 0x9c, 0x8e, 0x8f, 0x28, 0x00, 0x96, 0xb9, 0xc2, 0xff},
    [CRTC_EGA320] = {
        0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80, 0xbf, 0x1f, 0x00, 0xc0, 0x00, 0x00, 0,
        0, 0, 0, 0x9c, 0x8e, 0x8f, 0x14, 0x00, 0x96, 0xb9, 0xe3, 0xff},
    [CRTC_EGA640] = {
        0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0x00, 0xc0, 0x00, 0x00, 0,
        0, 0, 0, 0x9c, 0x8e, 0x8f, 0x28, 0x00, 0x96, 0xb9, 0xe3, 0xff},
    [CRTC_350] = {
        0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0x00, 0x40, 0x00, 0x00, 0,
        0, 0, 0, 0x83, 0x85, 0x5d, 0x28, 0x0f, 0x63, 0xba, 0xe3, 0xff},
    [CRTC_480] = {
        0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0b, 0x3e, 0x00, 0x40, 0x00, 0x00, 0,
        0, 0, 0, 0xea, 0x8c, 0xdf, 0x28, 0x00, 0xe7, 0x04, 0xe3, 0xff},
    [CRTC_256] = {
        0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0x00, 0x41, 0x00, 0x00, 0,
        0, 0, 0, 0x9c, 0x8e, 0x8f, 0x28, 0x40, 0x96, 0xb9, 0xa3, 0xff},
};

/* Sixteen palette registers, then mode control, overscan, plane enable, pel panning. */
static ROM u8 attribute_tables[][ATTRIBUTE_COUNT] = {
    [ATTRIBUTES_TEXT] = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39,
        0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08},
    [ATTRIBUTES_MONO] = {
        0x00, 0x08, 0x08, 0x08, 0x08, 0x08, 0x08, 0x08, 0x10, 0x18,
        0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x0e, 0x00, 0x0f, 0x08},
    [ATTRIBUTES_MONO_GRAPHICS] = {
        0x00, 0x08, 0x00, 0x00, 0x18, 0x18, 0x00, 0x00, 0x00, 0x08,
        0x00, 0x00, 0x00, 0x18, 0x00, 0x00, 0x0b, 0x00, 0x05, 0x00},
    [ATTRIBUTES_CGA4] = {
        0x00, 0x13, 0x15, 0x17, 0x02, 0x04, 0x06, 0x07, 0x10, 0x11,
        0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x01, 0x00, 0x03, 0x00},
    [ATTRIBUTES_CGA2] = {
        0x00, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17,
        0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x01, 0x00, 0x01, 0x00},
    [ATTRIBUTES_200] = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x10, 0x11,
        0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x01, 0x00, 0x0f, 0x00},
    [ATTRIBUTES_16] = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39,
        0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x01, 0x00, 0x0f, 0x00},
    [ATTRIBUTES_2] = {
        0x00, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
        0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x01, 0x00, 0x0f, 0x00},
    [ATTRIBUTES_256] = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
        0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x41, 0x00, 0x0f, 0x00},
};

/* Modes 0 and 2 are the gray twins of 1 and 3, mode 5 of 4; on a VGA they are the same. */
static ROM struct video_mode modes[] = {
    {0x00, MODEL_TEXT, 40, 25, 16, 0xb800, 0x0800,
     0x67, 0x08, 3, 2, CRTC_TEXT40, ATTRIBUTES_TEXT, PALETTE_EGA, 0x10, 0x0e, 0x00},
    {0x01, MODEL_TEXT, 40, 25, 16, 0xb800, 0x0800,
     0x67, 0x08, 3, 2, CRTC_TEXT40, ATTRIBUTES_TEXT, PALETTE_EGA, 0x10, 0x0e, 0x00},
    {0x02, MODEL_TEXT, 80, 25, 16, 0xb800, 0x1000,
     0x67, 0x00, 3, 2, CRTC_TEXT80, ATTRIBUTES_TEXT, PALETTE_EGA, 0x10, 0x0e, 0x00},
    {0x03, MODEL_TEXT, 80, 25, 16, 0xb800, 0x1000,
     0x67, 0x00, 3, 2, CRTC_TEXT80, ATTRIBUTES_TEXT, PALETTE_EGA, 0x10, 0x0e, 0x00},
    {0x04, MODEL_CGA2, 40, 25, 8, 0xb800, 0x4000,
     0x63, 0x09, 3, 2, CRTC_320, ATTRIBUTES_CGA4, PALETTE_CGA, 0x30, 0x0f, 0x00},
    {0x05, MODEL_CGA2, 40, 25, 8, 0xb800, 0x4000,
     0x63, 0x09, 3, 2, CRTC_320, ATTRIBUTES_CGA4, PALETTE_CGA, 0x30, 0x0f, 0x00},
    {0x06, MODEL_CGA1, 80, 25, 8, 0xb800, 0x4000,
     0x63, 0x01, 1, 6, CRTC_640, ATTRIBUTES_CGA2, PALETTE_CGA, 0x00, 0x0d, 0x00},
    {0x07, MODEL_TEXT, 80, 25, 16, 0xb000, 0x1000,
     0x66, 0x00, 3, 2, CRTC_TEXT_MONO, ATTRIBUTES_MONO, PALETTE_MONO, 0x10, 0x0a, 0x00},
    {0x0d, MODEL_PLANAR, 40, 25, 8, 0xa000, 0x2000,
     0x63, 0x09, 15, 6, CRTC_EGA320, ATTRIBUTES_200, PALETTE_CGA, 0x00, 0x05, 0x0f},
    {0x0e, MODEL_PLANAR, 80, 25, 8, 0xa000, 0x4000,
     0x63, 0x01, 15, 6, CRTC_EGA640, ATTRIBUTES_200, PALETTE_CGA, 0x00, 0x05, 0x0f},
    {0x0f, MODEL_PLANAR, 80, 25, 14, 0xa000, 0x8000,
     0xa2, 0x01, 15, 6, CRTC_350, ATTRIBUTES_MONO_GRAPHICS, PALETTE_MONO, 0x00, 0x05, 0x05},
    {0x10, MODEL_PLANAR, 80, 25, 14, 0xa000, 0x8000,
     0xa3, 0x01, 15, 6, CRTC_350, ATTRIBUTES_16, PALETTE_EGA, 0x00, 0x05, 0x0f},
    {0x11, MODEL_PLANAR, 80, 30, 16, 0xa000, 0x0000,
     0xe3, 0x01, 15, 6, CRTC_480, ATTRIBUTES_2, PALETTE_EGA, 0x00, 0x05, 0x0f},
    {0x12, MODEL_PLANAR, 80, 30, 16, 0xa000, 0x0000,
     0xe3, 0x01, 15, 6, CRTC_480, ATTRIBUTES_16, PALETTE_EGA, 0x00, 0x05, 0x0f},
    {0x13, MODEL_LINEAR, 40, 25, 8, 0xa000, 0x0000,
     0x63, 0x01, 15, 14, CRTC_256, ATTRIBUTES_256, PALETTE_256, 0x40, 0x05, 0x0f},
};
/* clang-format on */

const struct video_mode __seg_gs *mode_find(u8 number)
{
    for (u8 i = 0; i < ARRAY_SIZE(modes); i++)
        if (modes[i].number == number)
            return &modes[i];
    return NULL;
}

const struct video_mode __seg_gs *mode_current(void)
{
    const struct video_mode __seg_gs *mode = mode_find(bda.video_mode);

    return mode ? mode : mode_find(3);
}

/* The attribute controller takes index and data at one port, in turn. */
void attribute_set(u8 index, u8 value)
{
    inb(bda.crtc + INPUT_STATUS_OF_CRTC);
    outb(ATTRIBUTE, index);
    outb(ATTRIBUTE, value);
    outb(ATTRIBUTE, ATTRIBUTE_SCREEN_ON);
}

u8 attribute_get(u8 index)
{
    u8 value;

    inb(bda.crtc + INPUT_STATUS_OF_CRTC);
    outb(ATTRIBUTE, index);
    value = inb(ATTRIBUTE_READ);
    inb(bda.crtc + INPUT_STATUS_OF_CRTC);
    outb(ATTRIBUTE, ATTRIBUTE_SCREEN_ON);
    return value;
}

/* What text modes of 200 and of 350 lines have otherwise than those of 400 (IBM: modes 0-3 and
   0*-3*). The display of mode 7 has no 200 lines. */
struct text_variant {
    u8 misc, clocking, char_height;
    u8 scan[3];     /* CRTC 09h-0Bh: cell, cursor */
    u8 vertical[3]; /* 10h-12h */
    u8 blank[2];    /* 15h, 16h */
    u8 attributes, palette;
};

/* clang-format off */
static ROM struct text_variant variants[] = {
    {0x63, 1, 8, {0xc7, 0x06, 0x07}, {0x9c, 0x8e, 0x8f}, {0x96, 0xb9}, ATTRIBUTES_200, PALETTE_CGA},
    {0xa3, 1, 14, {0x4d, 0x0b, 0x0c}, {0x83, 0x85, 0x5d}, {0x63, 0xba}, ATTRIBUTES_16, PALETTE_EGA},
};
/* clang-format on */

u16 text_scan_lines(void)
{
    return bda.vga_flags & VGA_200_LINES ? 200 : bda.vga_flags & VGA_400_LINES ? 400 : 350;
}

/* Null in graphics modes and with 400 lines. */
static const struct text_variant __seg_gs *variant_of(const struct video_mode __seg_gs *mode)
{
    u16 lines = text_scan_lines();

    if (mode->model != MODEL_TEXT || lines == 400 || (lines == 200 && mode->number == 7))
        return NULL;
    return &variants[lines == 350];
}

static bool is_mono(const struct video_mode __seg_gs *mode)
{
    return !(mode->misc & 1);
}

static u8 clocking_of(const struct video_mode __seg_gs *mode)
{
    const struct text_variant __seg_gs *variant = variant_of(mode);

    return variant && !is_mono(mode) ? variant->clocking | mode->clocking : mode->clocking;
}

static u8 char_height_of(const struct video_mode __seg_gs *mode)
{
    const struct text_variant __seg_gs *variant = variant_of(mode);

    return variant ? variant->char_height : mode->char_height;
}

static u8 misc_of(const struct video_mode __seg_gs *mode)
{
    const struct text_variant __seg_gs *variant = variant_of(mode);

    if (!variant)
        return mode->misc;
    return is_mono(mode) ? 0xa6 : variant->misc;
}

static u8 palette_of(const struct video_mode __seg_gs *mode)
{
    const struct text_variant __seg_gs *variant = variant_of(mode);

    return variant && !is_mono(mode) ? variant->palette : mode->palette;
}

static void vary_crtc(const struct video_mode __seg_gs *mode)
{
    const struct text_variant __seg_gs *variant = variant_of(mode);

    if (!variant)
        return;
    for (u8 i = 0; i < 3; i++) {
        vga_set(bda.crtc, CRTC_MAX_SCAN + i, variant->scan[i]);
        vga_set(bda.crtc, 0x10 + i, variant->vertical[i]);
    }
    vga_set(bda.crtc, 0x15, variant->blank[0]);
    vga_set(bda.crtc, 0x16, variant->blank[1]);
    if (is_mono(mode))
        vga_set(bda.crtc, 0x14, 0x0d);
}

static void set_sequencer(const struct video_mode __seg_gs *mode)
{
    vga_set(SEQUENCER, 0, 1); /* synchronous reset while the clock changes */
    vga_set(SEQUENCER, 1, clocking_of(mode) | 0x20);
    vga_set(SEQUENCER, SEQUENCER_MAP_MASK, mode->map_mask);
    vga_set(SEQUENCER, SEQUENCER_FONTS, 0);
    vga_set(SEQUENCER, SEQUENCER_MEMORY, mode->memory);
    outb(MISC_OUTPUT, misc_of(mode));
    vga_set(SEQUENCER, 0, 3);
}

static void set_crtc(const struct video_mode __seg_gs *mode)
{
    vga_set(bda.crtc, 0x11, 0); /* unlock registers 0-7 */
    for (u8 i = 0; i < CRTC_COUNT; i++)
        vga_set(bda.crtc, i, crtc_tables[mode->crtc][i]);
    vary_crtc(mode);
}

static void set_graphics(const struct video_mode __seg_gs *mode)
{
    for (u8 i = 0; i < 5; i++)
        vga_set(GRAPHICS, i, 0);
    vga_set(GRAPHICS, GRAPHICS_MODE, mode->graphics_mode);
    vga_set(GRAPHICS, GRAPHICS_MISC, mode->graphics_misc);
    vga_set(GRAPHICS, 7, mode->graphics_care);
    vga_set(GRAPHICS, GRAPHICS_BIT_MASK, 0xff);
}

/* Mode control 08h instead of 01h: a variant's attributes come from a graphics mode's table. */
static void set_attributes(const struct video_mode __seg_gs *mode)
{
    const struct text_variant __seg_gs *variant = is_mono(mode) ? NULL : variant_of(mode);
    u8 table = variant ? variant->attributes : mode->attributes;

    inb(bda.crtc + INPUT_STATUS_OF_CRTC);
    for (u8 i = 0; i < ATTRIBUTE_COUNT; i++) {
        outb(ATTRIBUTE, i);
        outb(ATTRIBUTE, variant && i == 0x10 ? 0x08 : attribute_tables[table][i]);
    }
    outb(ATTRIBUTE, 0x14);
    outb(ATTRIBUTE, 0);
    outb(ATTRIBUTE, ATTRIBUTE_SCREEN_ON);
}

static void clear_memory(const struct video_mode __seg_gs *mode)
{
    if (mode->segment == 0xa000)
        for (u8 half = 0; half < 2; half++)
            far_fill_words((u16)(0xa000 + half * 0x800), 0, 0, 0x4000);
    else
        far_fill_words(mode->segment, 0, mode->model == MODEL_TEXT ? 0x0720 : 0, 0x4000);
}

static void set_data_area(const struct video_mode __seg_gs *mode, bool keep)
{
    bda.columns = mode->columns;
    bda.page_size = mode->page_size;
    bda.page_start = 0;
    bda.page = 0;
    for (u8 i = 0; i < 8; i++)
        bda.cursor[i] = 0;
    bda.cursor_shape = 0x0607;
    bda.rows_less_one = mode->rows - 1;
    bda.char_height = char_height_of(mode);
    bda.mode_control = mode->columns == 80 ? 0x29 : 0x28;
    bda.palette = 0x30;
    bda.video_control = (bda.video_control & 0x7f) | (keep ? 0x80 : 0);
}

static void set_fonts(const struct video_mode __seg_gs *mode)
{
    u8 height = char_height_of(mode);
    u16 font = height == 8    ? (u16)(u32)font8x8
               : height == 14 ? (u16)(u32)font8x14
                              : (u16)(u32)font8x16;

    vectors[0x43] = (struct far_pointer){font, rom_segment()};
    if (mode->model == MODEL_TEXT)
        font_load(rom_segment(), font, 0, 256, height, 0);
}

/* AL of AH=00h; bit 7 keeps what is in the memory. An unknown mode changes nothing. */
void mode_set(u8 number)
{
    const struct video_mode __seg_gs *mode = mode_find(number & 0x7f);
    bool keep = number & 0x80;

    if (!mode)
        return;
    dispi_set(DISPI_ENABLE, 0);
    bda.video_mode = mode->number;
    bda.crtc = mode->misc & 1 ? CRTC_COLOR : CRTC_MONO;
    set_sequencer(mode);
    set_crtc(mode);
    set_graphics(mode);
    set_attributes(mode);
    if (!(bda.vga_flags & VGA_KEEP_PALETTE))
        palette_load(palette_of(mode));
    set_data_area(mode, keep);
    if (!keep)
        clear_memory(mode);
    set_fonts(mode);
    vga_set(SEQUENCER, 1, clocking_of(mode));
}
