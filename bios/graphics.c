/* Dots, glyphs and scrolling in the graphics modes' four kinds of memory. */
#include "video.h"

enum { COLOR_XOR = 0x80, MODE_12H = 0x12 };

/* Planes of more than 64 KB, as VBE's large modes of sixteen colors have them. */
static bool planes_have_banks(void)
{
    return bda.video_mode == MODE_12H &&
           (u32)bda.columns * (bda.rows_less_one + 1u) * bda.char_height > 0x10000;
}

/* The offset in the window, which is put over the byte where it can be moved. */
static u16 open_window(u32 place)
{
    if (planes_have_banks())
        dispi_set(DISPI_BANK, (u16)(place >> 16));
    return (u16)place;
}

/* The byte that holds a line's first dot. */
static u32 line_start(const struct video_mode __seg_gs *mode, u16 y)
{
    switch (mode->model) {
    case MODEL_CGA1:
    case MODEL_CGA2: /* odd lines lie 8 KB higher */
        return (y & 1) * 0x2000 + (y >> 1) * 80u;
    case MODEL_LINEAR:
        return y * 320u;
    }
    return (u32)y * bda.columns; /* a VBE mode's line is longer than that of its kin */
}

static u8 bytes_per_column(const struct video_mode __seg_gs *mode)
{
    return mode->model == MODEL_LINEAR ? 8 : mode->model == MODEL_CGA2 ? 2 : 1;
}

static u16 page_start(const struct video_mode __seg_gs *mode, u8 page)
{
    return (u16)(mode->model == MODEL_PLANAR ? page * mode->page_size : 0);
}

/* A dot inside a byte of 8, 4 or 1 dots: how far to shift, and its mask. */
struct place {
    u32 offset;
    u8 shift, mask;
};

static struct place find_place(const struct video_mode __seg_gs *mode, u16 x, u16 y, u8 page)
{
    u32 start = line_start(mode, y) + page_start(mode, page);

    switch (mode->model) {
    case MODEL_CGA2:
        return (struct place){start + x / 4, (u8)(6 - x % 4 * 2), 3};
    case MODEL_LINEAR:
        return (struct place){start + x, 0, 0xff};
    }
    return (struct place){start + x / 8, (u8)(7 - x % 8), 1};
}

/* Set/reset gives the color, the bit mask the dot; the latches keep the rest. */
static void planar_write(u32 place, u8 bits, u8 color)
{
    u16 offset = open_window(place);

    vga_set(GRAPHICS, GRAPHICS_SET_RESET, color & 15);
    vga_set(GRAPHICS, GRAPHICS_ENABLE_SET_RESET, 15);
    vga_set(GRAPHICS, GRAPHICS_ROTATE, color & COLOR_XOR ? 0x18 : 0);
    vga_set(GRAPHICS, GRAPHICS_BIT_MASK, bits);
    far_read8(0xa000, offset);
    far_write8(0xa000, offset, 0xff);
    vga_set(GRAPHICS, GRAPHICS_BIT_MASK, 0xff);
    vga_set(GRAPHICS, GRAPHICS_ROTATE, 0);
    vga_set(GRAPHICS, GRAPHICS_ENABLE_SET_RESET, 0);
}

void pixel_write(u16 x, u16 y, u8 color, u8 page)
{
    const struct video_mode __seg_gs *mode = mode_current();
    struct place place = find_place(mode, x, y, page);
    u8 old, mask = (u8)(place.mask << place.shift);
    struct packed packed;

    if (mode->model == MODEL_TEXT)
        return;
    if (packed_find(&packed)) {
        packed_write(&packed, x, y, color);
        packed_end(&packed);
        return;
    }
    if (mode->model == MODEL_PLANAR) {
        planar_write(place.offset, mask, color);
        return;
    }
    if (mode->model == MODEL_LINEAR) { /* all eight bits are color here */
        far_write8(mode->segment, (u16)place.offset, color);
        return;
    }
    old = far_read8(mode->segment, (u16)place.offset);
    if (color & COLOR_XOR)
        old ^= (u8)((color & place.mask) << place.shift);
    else
        old = (u8)((old & ~mask) | (color & place.mask) << place.shift);
    far_write8(mode->segment, (u16)place.offset, old);
}

static u8 planar_read(struct place place)
{
    u16 offset = open_window(place.offset);
    u8 color = 0;

    for (u8 plane = 0; plane < 4; plane++) {
        vga_set(GRAPHICS, GRAPHICS_READ_PLANE, plane);
        color |= (u8)((far_read8(0xa000, offset) >> place.shift & 1) << plane);
    }
    vga_set(GRAPHICS, GRAPHICS_READ_PLANE, 0);
    return color;
}

u8 pixel_read(u16 x, u16 y, u8 page)
{
    const struct video_mode __seg_gs *mode = mode_current();
    struct place place = find_place(mode, x, y, page);
    struct packed packed;
    u8 color;

    if (mode->model == MODEL_TEXT)
        return 0;
    if (packed_find(&packed)) {
        color = packed_read(&packed, x, y);
        packed_end(&packed);
        return color;
    }
    if (mode->model == MODEL_PLANAR)
        return planar_read(place);
    return far_read8(mode->segment, (u16)place.offset) >> place.shift & place.mask;
}

/* A planar glyph row is one byte: background over all of it, then the dots. */
static void planar_row(u32 place, u8 dots, u8 color)
{
    if (!(color & COLOR_XOR))
        planar_write(place, 0xff, 0);
    if (dots)
        planar_write(place, dots, color);
}

/* A letter's rows: the CGA's upper half lies behind vector 1Fh. */
static struct far_pointer glyph_of(const struct video_mode __seg_gs *mode, u8 letter)
{
    bool upper = letter & 0x80 && (mode->model == MODEL_CGA1 || mode->model == MODEL_CGA2);
    struct far_pointer font = vectors[upper ? 0x1f : 0x43];

    font.offset += (upper ? letter & 0x7f : letter) * bda.char_height;
    return font;
}

static void packed_glyph(struct packed *packed, struct far_pointer glyph, u16 x, u16 top, u8 color,
                         u8 paper)
{
    for (u16 y = 0; y < bda.char_height; y++)
        packed_row(packed, x, top + y, far_read8(glyph.segment, glyph.offset + y), color, paper);
    packed_end(packed);
}

/* In mode 13h and VBE's packed modes the page's number is the background's color. */
void glyph_draw(u8 column, u8 row, u8 letter, u8 color, u8 page)
{
    const struct video_mode __seg_gs *mode = mode_current();
    struct far_pointer glyph = glyph_of(mode, letter);
    u16 height = bda.char_height;
    u16 top = row * height;
    u8 paper = mode->model == MODEL_LINEAR ? page : 0;
    struct packed packed;

    if (packed_find(&packed)) {
        packed_glyph(&packed, glyph, column * 8, top, color, paper);
        return;
    }
    for (u16 y = 0; y < height; y++) {
        u8 dots = far_read8(glyph.segment, glyph.offset + y);

        if (mode->model == MODEL_PLANAR) {
            planar_row(line_start(mode, top + y) + page_start(mode, page) + column, dots, color);
            continue;
        }
        for (u8 x = 0; x < 8; x++) {
            bool on = dots & 0x80 >> x;

            if (on || !(color & COLOR_XOR) || mode->model == MODEL_LINEAR)
                pixel_write(column * 8 + x, top + y, on ? color : paper, page);
        }
    }
}

/* The dots of a cell's line that differ from the background, color 0. */
static u8 cell_dots(u16 x, u16 y, u8 page)
{
    u8 dots = 0;

    for (u8 i = 0; i < 8; i++)
        dots = (u8)(dots << 1 | (pixel_read(x + i, y, page) != 0));
    return dots;
}

static bool glyph_shows(const struct video_mode __seg_gs *mode, u8 letter, const u8 *rows)
{
    struct far_pointer glyph = glyph_of(mode, letter);

    for (u16 y = 0; y < bda.char_height; y++)
        if (far_read8(glyph.segment, glyph.offset + y) != rows[y])
            return false;
    return true;
}

u8 glyph_read(u8 column, u8 row, u8 page)
{
    const struct video_mode __seg_gs *mode = mode_current();
    u16 height = bda.char_height;
    u8 rows[32];

    if (height > sizeof(rows))
        return 0;
    for (u16 y = 0; y < height; y++)
        rows[y] = cell_dots(column * 8, row * height + y, page);
    if (glyph_shows(mode, ' ', rows)) /* the font's first empty letter is 0 */
        return ' ';
    for (u16 letter = 1; letter < 256; letter++)
        if (glyph_shows(mode, (u8)letter, rows))
            return (u8)letter;
    return 0;
}

static void copy_line(const struct video_mode __seg_gs *mode, u32 to, u32 from, u16 bytes)
{
    u32 first = from < to ? from : to, last = (from < to ? to : from) + bytes - 1;
    bool one_window = first >> 16 == last >> 16;

    open_window(from);
    for (u16 i = 0; i < bytes; i++) {
        u8 byte = far_read8(mode->segment, one_window ? (u16)(from + i) : open_window(from + i));

        far_write8(mode->segment, one_window ? (u16)(to + i) : open_window(to + i), byte);
    }
}

static void fill_line(const struct video_mode __seg_gs *mode, u32 to, u8 color, u16 bytes)
{
    static ROM u8 cga2[] = {0x00, 0x55, 0xaa, 0xff};
    u8 value = mode->model == MODEL_CGA2   ? cga2[color & 3]
               : mode->model == MODEL_CGA1 ? (color & 1 ? 0xff : 0)
                                           : color;

    for (u16 i = 0; i < bytes; i++)
        if (mode->model == MODEL_PLANAR)
            planar_write(to + i, 0xff, color & 15);
        else
            far_write8(mode->segment, (u16)(to + i), value);
}

static void packed_scroll(struct packed *packed, const struct window *window, u8 rows, bool down,
                          u8 color)
{
    u16 height = bda.char_height;
    u16 lines = (window->bottom - window->top + 1) * height, moved = rows * height;
    u16 dots = (window->right - window->left + 1) * 8, left = window->left * 8;
    u16 top = window->top * height;

    for (u16 i = 0; i < lines; i++) {
        u16 to = down ? top + lines - 1 - i : top + i;

        if (i < lines - moved)
            packed_copy_line(packed, left, to, down ? to - moved : to + moved, dots);
        else
            packed_fill_line(packed, left, to, dots, color);
    }
    packed_end(packed);
}

/* Write mode 1 carries all four planes through the latches. */
void graphics_scroll(const struct window *window, u8 rows, bool down, u8 color)
{
    const struct video_mode __seg_gs *mode = mode_current();
    u16 height = bda.char_height;
    u16 lines = (window->bottom - window->top + 1) * height;
    u16 moved = rows * height;
    u16 bytes = (window->right - window->left + 1) * bytes_per_column(mode);
    u16 left = window->left * bytes_per_column(mode) + page_start(mode, bda.page);
    u16 top = window->top * height;
    struct packed packed;

    if (packed_find(&packed)) {
        packed_scroll(&packed, window, rows, down, color);
        return;
    }
    if (mode->model == MODEL_PLANAR)
        vga_set(GRAPHICS, GRAPHICS_MODE, mode->graphics_mode | 1);
    for (u16 i = 0; i < lines - moved; i++) {
        u16 to = down ? top + lines - 1 - i : top + i;
        u16 from = down ? to - moved : to + moved;

        copy_line(mode, left + line_start(mode, to), left + line_start(mode, from), bytes);
    }
    vga_set(GRAPHICS, GRAPHICS_MODE, mode->graphics_mode);
    for (u16 i = 0; i < moved; i++) {
        u16 to = down ? top + i : top + lines - 1 - i;

        fill_line(mode, left + line_start(mode, to), color, bytes);
    }
}
