#include "unit/vga_bench.h"

START_TEST(vga_text_memory_splits_characters_and_attributes)
{
    static struct bench b;
    struct vga_text text;
    start(&b, &text_mode);
    vga_memory_write(&b.vga, 0xb8000 + 2 * (80 * 3 + 7), 2, 0x1741);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 3, 7), 0x1741);
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xb8000 + 2 * (80 * 3 + 7), 2), 0x1741);
    ck_assert_uint_eq(vga_memory_peek(&b.vga, 0xb8001 + 2 * (80 * 3 + 7)), 0x17);
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xa0000, 2), 0xffff); /* not in the window */
    vga_text(&b.vga, &text);
    ck_assert_uint_eq(text.columns, 80);
    ck_assert_uint_eq(text.rows, 25);
    ck_assert(!text.graphics);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 25, 0), 0);
}
END_TEST

START_TEST(vga_start_address_scrolls)
{
    static struct bench b;
    struct vga_text text;
    start(&b, &text_mode);
    vga_memory_write(&b.vga, 0xb8000 + 160, 2, 0x0742);
    set(&b, 0x3d4, 0x0d, 80);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 0, 0), 0x0742);
    set(&b, 0x3d4, 0x0f, 80 + 80 + 5);
    vga_text(&b.vga, &text);
    ck_assert_uint_eq(text.cursor_row, 1);
    ck_assert_uint_eq(text.cursor_column, 5);
    ck_assert(text.cursor_on);
    set(&b, 0x3d4, 0x0a, 0x2d);
    vga_text(&b.vga, &text);
    ck_assert(!text.cursor_on);
}
END_TEST

START_TEST(vga_line_compare_splits_the_screen)
{
    static struct bench b;
    start(&b, &text_mode);
    vga_memory_write(&b.vga, 0xb8000, 2, 0x0753);
    set(&b, 0x3d4, 0x0d, 160);
    set(&b, 0x3d4, 0x18, 10 * 16 - 1);
    set(&b, 0x3d4, 0x11, 0);
    set(&b, 0x3d4, 0x07, 0x0f);
    set(&b, 0x3d4, 0x09, 0x0f);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 10, 0), 0x0753);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 9, 0), 0);
}
END_TEST

/* Puts a glyph into plane 2 as a BIOS does. */
static void load_glyph(struct bench *bench, u8 character, u8 dots)
{
    set(bench, 0x3c4, 2, 4);
    set(bench, 0x3c4, 4, 6);
    set(bench, 0x3ce, 5, 0);
    set(bench, 0x3ce, 6, 4);
    for (u32 line = 0; line < 16; line++)
        poke(bench, 0xa0000 + character * 32u + line, dots);
    set(bench, 0x3c4, 2, 3);
    set(bench, 0x3c4, 4, 2);
    set(bench, 0x3ce, 5, 0x10);
    set(bench, 0x3ce, 6, 0x0e);
}

START_TEST(vga_draws_text_with_the_font_of_plane_2)
{
    static struct bench b;
    u32 width, height;
    start(&b, &text_mode);
    set(&b, 0x3d4, 0x0a, 0x20);
    load_glyph(&b, 'A', 0x81);
    load_glyph(&b, 0xc4, 0xff);
    vga_memory_write(&b.vga, 0xb8000, 4, 0x07c41e41); /* 'A' in 14 on 1, then a line in 7 on 0 */
    vga_picture_size(&b.vga, &width, &height);
    ck_assert_uint_eq(width, 720);
    ck_assert_uint_eq(height, 400);
    u32 *pixels = render(&b, 0, &width);
    ck_assert_uint_eq(pixels[0], grey(14));
    ck_assert_uint_eq(pixels[1], grey(1));
    ck_assert_uint_eq(pixels[7], grey(14));
    ck_assert_uint_eq(pixels[8], grey(1));  /* the ninth dot is background */
    ck_assert_uint_eq(pixels[17], grey(7)); /* but goes on in line graphics */
    ck_assert_uint_eq(pixels[18], grey(0));
    free(pixels);
}
END_TEST

START_TEST(vga_cursor_and_characters_blink_by_guest_time)
{
    static struct bench b;
    u32 width;
    u64 off = RATE / 70 * 9, hidden = RATE / 70 * 17;
    start(&b, &text_mode);
    load_glyph(&b, 'A', 0xff);
    vga_memory_write(&b.vga, 0xb8000 + 2, 2, 0x8741);
    set(&b, 0x3d4, 0x0a, 0);
    u32 *pixels = render(&b, 0, &width);
    ck_assert_uint_ne(vga_picture_stamp(&b.vga, 0), vga_picture_stamp(&b.vga, off));
    ck_assert_uint_eq(vga_picture_stamp(&b.vga, 0), vga_picture_stamp(&b.vga, 1000));
    ck_assert_uint_eq(pixels[9], grey(7));
    free(pixels);
    pixels = render(&b, hidden, &width);
    ck_assert_uint_eq(pixels[9], grey(0));
    free(pixels);
    vga_memory_write(&b.vga, 0xb8000, 2, 0x0720);
    pixels = render(&b, 0, &width);
    ck_assert_uint_eq(pixels[0], grey(7)); /* the cursor's first line */
    free(pixels);
    pixels = render(&b, off, &width);
    ck_assert_uint_eq(pixels[0], grey(0));
    free(pixels);
}
END_TEST

START_TEST(vga_version_counts_only_changes)
{
    static struct bench b;
    start(&b, &text_mode);
    poke(&b, 0xb8000, 'x');
    u64 before = b.vga.version;
    poke(&b, 0xb8000, 'x');
    set(&b, 0x3d4, 0x0c, 0);
    in(&b, 0x3da);
    ck_assert_uint_eq(b.vga.version, before);
    poke(&b, 0xb8000, 'y');
    ck_assert_uint_gt(b.vga.version, before);
}
END_TEST

START_TEST(vga_write_modes_combine_latches_and_masks)
{
    static struct bench b;
    start(&b, &mode_12h);
    poke(&b, 0xa0000, 0xff); /* all planes */
    peek(&b, 0xa0000);
    set(&b, 0x3ce, 8, 0x0f); /* bit mask */
    poke(&b, 0xa0000, 0x00);
    ck_assert_uint_eq(peek(&b, 0xa0000), 0xf0);
    set(&b, 0x3ce, 5, 1); /* mode 1 copies latches */
    poke(&b, 0xa0001, 0x00);
    set(&b, 0x3ce, 5, 0);
    ck_assert_uint_eq(peek(&b, 0xa0001), 0xf0);
    set(&b, 0x3ce, 5, 2); /* mode 2: a colour */
    set(&b, 0x3ce, 8, 0xff);
    poke(&b, 0xa0002, 0x05);
    set(&b, 0x3ce, 5, 0);
    ck_assert_uint_eq(peek(&b, 0xa0002), 0xff);
    set(&b, 0x3ce, 4, 1);
    ck_assert_uint_eq(peek(&b, 0xa0002), 0x00);
    set(&b, 0x3ce, 0, 0x02); /* mode 3: set/reset through the data as a mask */
    set(&b, 0x3ce, 5, 3);
    peek(&b, 0xa0003);
    poke(&b, 0xa0003, 0x3c);
    set(&b, 0x3ce, 5, 0);
    ck_assert_uint_eq(peek(&b, 0xa0003), 0x3c);
    set(&b, 0x3ce, 4, 0);
    ck_assert_uint_eq(peek(&b, 0xa0003), 0x00);
}
END_TEST

START_TEST(vga_set_reset_rotate_and_functions)
{
    static struct bench b;
    start(&b, &mode_12h);
    set(&b, 0x3ce, 0, 0x0a);
    set(&b, 0x3ce, 1, 0x0f);
    poke(&b, 0xa0000, 0x12);
    set(&b, 0x3ce, 5, 0x08); /* read mode 1 */
    set(&b, 0x3ce, 7, 0x0f);
    set(&b, 0x3ce, 2, 0x0a);
    ck_assert_uint_eq(peek(&b, 0xa0000), 0xff);
    set(&b, 0x3ce, 2, 0x0b);
    ck_assert_uint_eq(peek(&b, 0xa0000), 0x00);
    set(&b, 0x3ce, 5, 0);
    set(&b, 0x3ce, 1, 0);
    set(&b, 0x3ce, 3, 0x18 | 4); /* exclusive or, rotated by four */
    peek(&b, 0xa0000);
    poke(&b, 0xa0000, 0xf0);
    ck_assert_uint_eq(peek(&b, 0xa0000), 0x0f);
    set(&b, 0x3ce, 4, 1);
    ck_assert_uint_eq(peek(&b, 0xa0000), 0xf0);
}
END_TEST

START_TEST(vga_map_mask_protects_planes)
{
    static struct bench b;
    start(&b, &mode_12h);
    set(&b, 0x3c4, 2, 0x04);
    poke(&b, 0xa0000, 0x99);
    ck_assert_uint_eq(peek(&b, 0xa0000), 0);
    set(&b, 0x3ce, 4, 2);
    ck_assert_uint_eq(peek(&b, 0xa0000), 0x99);
}
END_TEST

START_TEST(vga_draws_mode_13h)
{
    static struct bench b;
    u32 width, height;
    start(&b, &mode_13h);
    vga_picture_size(&b.vga, &width, &height);
    ck_assert_uint_eq(width, 640);
    ck_assert_uint_eq(height, 400);
    for (u32 i = 0; i < 6; i++)
        poke(&b, 0xa0000 + 320 * 199 + i, (u8)(10 + i));
    ck_assert_uint_eq(peek(&b, 0xa0000 + 320 * 199 + 5), 15);
    u32 *pixels = render(&b, 0, &width);
    for (u32 i = 0; i < 6; i++)
        for (u32 dot = 0; dot < 4; dot++) /* two dots wide, two lines high */
            ck_assert_uint_eq(pixels[640 * (398 + dot / 2) + 2 * i + dot % 2], grey((u8)(10 + i)));
    free(pixels);
}
END_TEST

START_TEST(vga_draws_planar_and_cga_modes)
{
    static struct bench b;
    u32 width, height;
    start(&b, &mode_12h);
    vga_picture_size(&b.vga, &width, &height);
    ck_assert_uint_eq(width, 640);
    ck_assert_uint_eq(height, 480);
    set(&b, 0x3c4, 2, 0x0a);
    poke(&b, 0xa0000 + 80, 0x40);
    u32 *pixels = render(&b, 0, &width);
    ck_assert_uint_eq(pixels[640 + 1], grey(10));
    ck_assert_uint_eq(pixels[640 + 2], grey(0));
    free(pixels);
    start(&b, &mode_4);
    vga_picture_size(&b.vga, &width, &height);
    ck_assert_uint_eq(width, 640);
    ck_assert_uint_eq(height, 400);
    poke(&b, 0xb8000 + 0x2000 + 1, 0x1b); /* dots 4-7 of line 1: 0 1 2 3 */
    pixels = render(&b, 0, &width);
    for (u8 i = 0; i < 4; i++)
        for (u32 dot = 0; dot < 4; dot++)
            ck_assert_uint_eq(pixels[640 * (2 + dot / 2) + 8 + 2 * i + dot % 2], grey(i));
    free(pixels);
}
END_TEST

START_TEST(vga_crtc_protection_and_flip_flop)
{
    static struct bench b;
    start(&b, &text_mode);
    ck_assert_uint_eq(b.vga.crtc[0x11] & 0x80, 0x80);
    set(&b, 0x3d4, 0x00, 0x11);
    set(&b, 0x3d4, 0x07, 0xff);
    ck_assert_uint_eq(b.vga.crtc[0x00], 0x5f);
    ck_assert_uint_eq(b.vga.crtc[0x07], 0x1f);
    in(&b, 0x3da);
    out(&b, 0x3c0, 0x30);
    ck_assert_uint_eq(in(&b, 0x3c1), 0x0c);
    in(&b, 0x3da);
    out(&b, 0x3c0, 0x2b);
    ck_assert_uint_eq(in(&b, 0x3c0), 0x2b);
}
END_TEST

START_TEST(vga_dac_counts_through_components)
{
    static struct bench b;
    start(&b, &text_mode);
    out(&b, 0x3c8, 200);
    for (u8 i = 1; i <= 6; i++)
        out(&b, 0x3c9, i);
    ck_assert_uint_eq(in(&b, 0x3c7), 0);
    out(&b, 0x3c7, 201);
    ck_assert_uint_eq(in(&b, 0x3c7), 3);
    ck_assert_uint_eq(in(&b, 0x3c9), 4);
    ck_assert_uint_eq(in(&b, 0x3c9), 5);
    ck_assert_uint_eq(in(&b, 0x3c9), 6);
}
END_TEST

START_TEST(vga_dac_changes_a_colour_with_its_third_component)
{
    static struct bench b;
    start(&b, &text_mode);
    out(&b, 0x3c7, 200);
    u8 before = in(&b, 0x3c9);
    ck_assert_uint_ne(before, 21);
    for (u8 components = 2; components <= 3; components++) {
        out(&b, 0x3c8, 200);
        for (u8 i = 0; i < components; i++)
            out(&b, 0x3c9, 21);
        out(&b, 0x3c7, 200);
        ck_assert_uint_eq(in(&b, 0x3c9), components == 3 ? 21 : before);
    }
}
END_TEST

START_TEST(vga_retrace_comes_seventy_times_a_second)
{
    static struct bench b;
    unsigned retraces = 0;
    bool before = false;
    start(&b, &text_mode);
    for (unsigned i = 0; i < 100000; i++) {
        b.clock.now += RATE / 100000;
        bool now = in(&b, 0x3da) & 8;
        retraces += now && !before;
        before = now;
    }
    ck_assert_uint_ge(retraces, 69);
    ck_assert_uint_le(retraces, 71);
}
END_TEST

START_TEST(vga_monochrome_ports_answer_when_selected)
{
    static struct bench b;
    start(&b, &text_mode);
    ck_assert_uint_eq(in(&b, 0x3b4), 0xff);
    out(&b, 0x3c2, 0x66);
    ck_assert_uint_eq(in(&b, 0x3d4), 0xff);
    set(&b, 0x3b4, 0x0f, 0x21);
    ck_assert_uint_eq(in(&b, 0x3b5), 0x21);
}
END_TEST

/* The 8 x 16 text mode with dots of 9 as `text_mode`; each glyph line of 'A' is its number. */
static void load_numbered_glyph(struct bench *bench, u8 character, u32 block)
{
    set(bench, 0x3c4, 2, 4);
    set(bench, 0x3c4, 4, 6);
    set(bench, 0x3ce, 5, 0);
    set(bench, 0x3ce, 6, 4);
    for (u32 line = 0; line < 16; line++)
        poke(bench, 0xa0000 + block * 0x4000 + character * 32u + line, (u8)(line << 3));
    set(bench, 0x3c4, 2, 3);
    set(bench, 0x3c4, 4, 2);
    set(bench, 0x3ce, 5, 0x10);
    set(bench, 0x3ce, 6, 0x0e);
}

/* The number a glyph line shows: dots 1-4 of the cell at x. */
static unsigned number_at(const u32 *pixels, u32 width, u32 x, u32 y, u32 ink)
{
    unsigned value = 0;
    for (unsigned i = 1; i < 5; i++)
        value = value << 1 | (pixels[y * width + x + i] == ink);
    return value;
}

START_TEST(vga_preset_row_scan_and_panning_move_the_text_smoothly)
{
    static struct bench b;
    u32 width;
    start(&b, &text_mode);
    set(&b, 0x3d4, 0x0a, 0x20);
    load_numbered_glyph(&b, 'A', 0);
    for (u32 at = 0; at < 0x1000; at += 2)
        vga_memory_write(&b.vga, 0xb8000 + at, 2, 0x0f41);
    set(&b, 0x3d4, 0x08, 5);
    u32 *pixels = render(&b, 0, &width);
    for (u32 y = 0; y < 40; y++)
        ck_assert_uint_eq(number_at(pixels, width, 9, y, grey(15)), (y + 5) % 16);
    free(pixels);
    for (u8 panning = 0; panning < 9; panning++) { /* 8 is none, 0 one dot */
        set_attribute(&b, 0x13, panning);
        out(&b, 0x3c0, 0x20);
        pixels = render(&b, 0, &width);
        u32 left = panning < 8 ? panning + 1u : 0;
        ck_assert_uint_eq(number_at(pixels, width, 18 - left, 10, grey(15)), 15);
        free(pixels);
    }
}
END_TEST

START_TEST(vga_split_can_stand_still)
{
    static struct bench b;
    u32 width;
    start(&b, &text_mode);
    set(&b, 0x3d4, 0x0a, 0x20);
    load_numbered_glyph(&b, 'A', 0);
    for (u32 at = 0; at < 0x1000; at += 2)
        vga_memory_write(&b.vga, 0xb8000 + at, 2, 0x0f41);
    set(&b, 0x3d4, 0x11, 0);
    set(&b, 0x3d4, 0x07, 0x0f);
    set(&b, 0x3d4, 0x09, 0x0f);
    set(&b, 0x3d4, 0x18, 99); /* lines 100 and on begin anew, without preset */
    set(&b, 0x3d4, 0x08, 3);
    set_attribute(&b, 0x13, 3);
    set_attribute(&b, 0x10, 0x0c);
    out(&b, 0x3c0, 0x20);
    u32 *pixels = render(&b, 0, &width);
    ck_assert_uint_eq(number_at(pixels, width, 5, 99, grey(15)), (99 + 3) % 16);
    ck_assert_uint_eq(number_at(pixels, width, 5, 107, grey(15)), 7);
    free(pixels);
    set_attribute(&b, 0x10, 0x2c);
    out(&b, 0x3c0, 0x20);
    pixels = render(&b, 0, &width);
    ck_assert_uint_eq(number_at(pixels, width, 9, 107, grey(15)), 7);
    free(pixels);
}
END_TEST

START_TEST(vga_attribute_bit_3_chooses_between_two_fonts)
{
    static struct bench b;
    u32 width;
    start(&b, &text_mode);
    set(&b, 0x3d4, 0x0a, 0x20);
    load_numbered_glyph(&b, 'A', 1);
    set(&b, 0x3c4, 3, 0x04); /* A from block 1, B from block 0 */
    vga_memory_write(&b.vga, 0xb8000, 4, 0x07410f41);
    u32 *pixels = render(&b, 0, &width);
    ck_assert_uint_eq(number_at(pixels, width, 0, 9, grey(15)), 9);
    ck_assert_uint_eq(number_at(pixels, width, 9, 9, grey(7)), 0);
    free(pixels);
}
END_TEST

START_TEST(vga_underlines_where_the_register_says)
{
    static struct bench b;
    u32 width;
    start(&b, &text_mode);
    set(&b, 0x3d4, 0x0a, 0x20);
    vga_memory_write(&b.vga, 0xb8000, 4, 0x07200120);
    u32 *pixels = render(&b, 0, &width);
    ck_assert_uint_eq(pixels[13 * width], grey(0));
    free(pixels);
    set(&b, 0x3d4, 0x14, 13);
    pixels = render(&b, 0, &width);
    ck_assert_uint_eq(pixels[13 * width], grey(1));
    ck_assert_uint_eq(pixels[13 * width + 8], grey(1));
    ck_assert_uint_eq(pixels[13 * width + 9], grey(0));
    ck_assert_uint_eq(pixels[12 * width], grey(0));
    free(pixels);
}
END_TEST

START_TEST(vga_cursor_has_shape_and_skew)
{
    static struct bench b;
    u32 width;
    start(&b, &text_mode);
    for (u32 at = 0; at < 160; at += 2)
        vga_memory_write(&b.vga, 0xb8000 + at, 2, 0x0720);
    set(&b, 0x3d4, 0x0a, 3);
    set(&b, 0x3d4, 0x0b, 5 | 1 << 5); /* one character later */
    u32 *pixels = render(&b, 0, &width);
    for (u32 y = 0; y < 16; y++)
        ck_assert_uint_eq(pixels[y * width + 9], grey(y >= 3 && y <= 5 ? 7 : 0));
    ck_assert_uint_eq(pixels[4 * width], grey(0));
    free(pixels);
    set(&b, 0x3d4, 0x0b, 2); /* ends before it starts: none */
    pixels = render(&b, 0, &width);
    for (u32 y = 0; y < 16; y++)
        ck_assert_uint_eq(pixels[y * width], grey(0));
    free(pixels);
}
END_TEST

START_TEST(vga_halved_clock_and_eight_dots_change_the_width)
{
    static struct bench b;
    u32 width, height;
    start(&b, &text_mode);
    set(&b, 0x3c4, 1, 0x01);
    vga_picture_size(&b.vga, &width, &height);
    ck_assert_uint_eq(width, 640);
    set(&b, 0x3d4, 0x11, 0);
    set(&b, 0x3d4, 0x01, 39);
    set(&b, 0x3c4, 1, 0x08);
    vga_picture_size(&b.vga, &width, &height);
    ck_assert_uint_eq(width, 720);
    struct vga_text text;
    vga_text(&b.vga, &text);
    ck_assert_uint_eq(text.columns, 40);
    for (u8 rows = 1; rows <= 3; rows++) { /* cells of 14, 9 and 8 lines: 28, 44 and 50 rows */
        static const u8 cell[] = {16, 14, 9, 8};
        set(&b, 0x3d4, 0x09, 0x40 | (cell[rows] - 1));
        vga_text(&b.vga, &text);
        ck_assert_uint_eq(text.rows, 400u / cell[rows]);
    }
    set(&b, 0x3d4, 0x09, 0xc7); /* 8 lines, each scanned twice */
    vga_text(&b.vga, &text);
    ck_assert_uint_eq(text.rows, 25);
}
END_TEST

/* Mode X: mode 13h with each plane by itself and 80 bytes a line. */
START_TEST(vga_unchained_256_colours_pan_and_split)
{
    static struct bench b;
    u32 width;
    start(&b, &mode_13h);
    set(&b, 0x3c4, 4, 0x06);
    set(&b, 0x3d4, 0x14, 0x00);
    set(&b, 0x3d4, 0x17, 0xe3);
    for (u8 plane = 0; plane < 4; plane++) {
        set(&b, 0x3c4, 2, (u8)(1 << plane));
        for (u32 at = 0; at < 160; at++)
            poke(&b, 0xa0000 + at, (u8)((4 * at + plane) & 63));
    }
    set(&b, 0x3d4, 0x0d, 80);
    u32 *pixels = render(&b, 0, &width);
    for (u32 x = 0; x < 320; x++)
        ck_assert_uint_eq(pixels[2 * x], grey((u8)((x + 320) & 63)));
    free(pixels);
    set_attribute(&b, 0x13, 6);
    out(&b, 0x3c0, 0x20);
    pixels = render(&b, 0, &width);
    ck_assert_uint_eq(pixels[0], grey(3));
    free(pixels);
    set(&b, 0x3ce, 4, 2);
    ck_assert_uint_eq(peek(&b, 0xa0003), 14);
}
END_TEST

START_TEST(vga_picture_begins_when_foretold)
{
    static struct bench b;
    start(&b, &text_mode);
    for (unsigned i = 0; i < 20; i++) {
        u64 picture = vga_next_picture(&b.vga, b.clock.now);
        ck_assert_uint_le(picture - b.clock.now, RATE / 69);
        b.clock.now = picture - 10;
        ck_assert_uint_eq(in(&b, 0x3da) & 1, 1);
        b.clock.now = picture;
        ck_assert_uint_eq(in(&b, 0x3da) & 9, 0);
        b.clock.now += RATE / 1000 * i;
    }
}
END_TEST

START_TEST(vga_registers_have_only_their_bits)
{
    static struct bench b;
    start(&b, &text_mode);
    static const struct {
        u16 port;
        u8 index, bits;
    } rows[] = {{0x3c4, 0, 0x03}, {0x3c4, 1, 0x3d}, {0x3c4, 2, 0x0f}, {0x3c4, 3, 0x3f},
                {0x3c4, 4, 0x0e}, {0x3ce, 0, 0x0f}, {0x3ce, 3, 0x1f}, {0x3ce, 5, 0x7b},
                {0x3ce, 7, 0x0f}, {0x3ce, 8, 0xff}, {0x3c4, 5, 0},    {0x3ce, 9, 0}};
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
        set(&b, rows[i].port, rows[i].index, 0xff);
        ck_assert_uint_eq(in(&b, rows[i].port + 1), rows[i].bits);
    }
    static const struct {
        u8 index, bits;
    } attributes[] = {{0, 0x3f},    {0x10, 0xef}, {0x11, 0xff},
                      {0x12, 0x3f}, {0x13, 0x0f}, {0x14, 0x0f}};
    for (unsigned i = 0; i < ARRAY_COUNT(attributes); i++) {
        set_attribute(&b, attributes[i].index, 0xff);
        in(&b, 0x3da);
        out(&b, 0x3c0, attributes[i].index);
        ck_assert_uint_eq(in(&b, 0x3c1), attributes[i].bits);
    }
}
END_TEST

/* Any registers: the picture stays within its size and the planes. Numbers from a fixed generator.
 */
START_TEST(vga_any_registers_draw_within_bounds)
{
    static struct bench b;
    u32 seed = 386;
    for (unsigned round = 0; round < 60; round++) {
        start(&b, &text_mode);
        for (u32 i = 0; i < vga_fields.count; i++) {
            const struct field *field = &vga_fields.fields[i];
            for (u32 byte = 0; byte < field_image_size(field); byte++) {
                seed = seed * 1664525 + 1013904223;
                ((u8 *)&b.vga)[field->offset + byte] = (u8)(seed >> 24);
            }
        }
        vga_fields.after_load(&b.vga);
        b.vga.attribute_index |= 0x20;
        b.vga.sequencer[1] &= 0xdf;
        u32 width;
        free(render(&b, seed, &width));
        ck_assert_uint_gt(vga_next_picture(&b.vga, seed), seed);
        for (u16 port = 0x3b0; port < 0x3e0; port++) {
            in(&b, port);
            out(&b, port, (u8)seed);
        }
        for (u32 at = 0xa0000; at < 0xc0000; at += 4093) {
            vga_memory_write(&b.vga, at, 4, seed);
            vga_memory_read(&b.vga, at, 4);
        }
    }
}
END_TEST

SUITE_MAIN("vga", vga_text_memory_splits_characters_and_attributes, vga_start_address_scrolls,
           vga_line_compare_splits_the_screen, vga_draws_text_with_the_font_of_plane_2,
           vga_cursor_and_characters_blink_by_guest_time, vga_version_counts_only_changes,
           vga_write_modes_combine_latches_and_masks, vga_set_reset_rotate_and_functions,
           vga_map_mask_protects_planes, vga_draws_mode_13h, vga_draws_planar_and_cga_modes,
           vga_crtc_protection_and_flip_flop, vga_registers_have_only_their_bits,
           vga_dac_counts_through_components, vga_dac_changes_a_colour_with_its_third_component,
           vga_retrace_comes_seventy_times_a_second, vga_monochrome_ports_answer_when_selected,
           vga_preset_row_scan_and_panning_move_the_text_smoothly, vga_split_can_stand_still,
           vga_attribute_bit_3_chooses_between_two_fonts, vga_underlines_where_the_register_says,
           vga_cursor_has_shape_and_skew, vga_halved_clock_and_eight_dots_change_the_width,
           vga_unchained_256_colours_pan_and_split, vga_picture_begins_when_foretold,
           vga_any_registers_draw_within_bounds)
