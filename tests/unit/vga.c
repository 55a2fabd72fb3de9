#include "devices/vga.h"

#include "support/suite.h"

#include <string.h>

#define RATE 100000000u

struct bench {
    struct clock clock;
    struct vga vga;
};

static void out(struct bench *bench, u16 port, u8 value)
{
    vga_write(&bench->vga, port, 1, value);
}

static u8 in(struct bench *bench, u16 port)
{
    return (u8)vga_read(&bench->vga, port, 1);
}

static void set(struct bench *bench, u16 port, u8 index, u8 value)
{
    out(bench, port, index);
    out(bench, port + 1, value);
}

static void poke(struct bench *bench, u32 physical, u8 value)
{
    vga_memory_write(&bench->vga, physical, 1, value);
}

static u8 peek(struct bench *bench, u32 physical)
{
    return (u8)vga_memory_read(&bench->vga, physical, 1);
}

/* The register values of a mode: misc, sequencer 1-4, graphics 5-6, attribute 10h, then the CRTC.
 */
struct mode {
    u8 misc, sequencer[4], graphics_mode, graphics_misc, attribute_mode;
    u8 crtc[25];
};

static const struct mode text_mode = {
    0x67, {0x00, 0x03, 0x00, 0x02}, 0x10, 0x0e, 0x0c, {0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf,
                                                       0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0,    0,
                                                       0,    0,    0x9c, 0x8e, 0x8f, 0x28, 0x1f,
                                                       0x96, 0xb9, 0xa3, 0xff}};
static const struct mode mode_13h = {
    0x63, {0x01, 0x0f, 0x00, 0x0e}, 0x40, 0x05, 0x41, {0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf,
                                                       0x1f, 0x00, 0x41, 0,    0,    0,    0,
                                                       0,    0,    0x9c, 0x8e, 0x8f, 0x28, 0x40,
                                                       0x96, 0xb9, 0xa3, 0xff}};
static const struct mode mode_12h = {
    0xe3, {0x01, 0x0f, 0x00, 0x06}, 0x00, 0x05, 0x01, {0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0b,
                                                       0x3e, 0x00, 0x40, 0,    0,    0,    0,
                                                       0,    0,    0xea, 0x8c, 0xdf, 0x28, 0x00,
                                                       0xe7, 0x04, 0xe3, 0xff}};
static const struct mode mode_4 = {
    0x63, {0x09, 0x03, 0x00, 0x02}, 0x30, 0x0f, 0x01, {0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80, 0xbf,
                                                       0x1f, 0x00, 0xc1, 0,    0,    0,    0,
                                                       0,    0,    0x9c, 0x8e, 0x8f, 0x14, 0x00,
                                                       0x96, 0xb9, 0xa2, 0xff}};

static void set_attribute(struct bench *bench, u8 index, u8 value)
{
    in(bench, 0x3da);
    out(bench, 0x3c0, index);
    out(bench, 0x3c0, value);
}

static void set_mode(struct bench *bench, const struct mode *mode)
{
    out(bench, 0x3c2, mode->misc);
    for (u8 i = 0; i < 4; i++)
        set(bench, 0x3c4, i + 1, mode->sequencer[i]);
    set(bench, 0x3d4, 0x11, 0);
    for (u8 i = 0; i < 25; i++)
        set(bench, 0x3d4, i, mode->crtc[i]);
    for (u8 i = 0; i < 9; i++)
        set(bench, 0x3ce, i, i == 8 ? 0xff : 0);
    set(bench, 0x3ce, 5, mode->graphics_mode);
    set(bench, 0x3ce, 6, mode->graphics_misc);
    for (u8 i = 0; i < 16; i++)
        set_attribute(bench, i, i);
    set_attribute(bench, 0x10, mode->attribute_mode);
    set_attribute(bench, 0x12, 0x0f);
    out(bench, 0x3c0, 0x20);
    out(bench, 0x3c8, 0);
    for (unsigned i = 0; i < 768; i++) /* colour n is (n, n, n) up to 63 */
        out(bench, 0x3c9, (u8)(i / 3));
}

static void start(struct bench *bench, const struct mode *mode)
{
    memset(bench, 0, sizeof *bench);
    clock_init(&bench->clock, RATE);
    vga_init(&bench->vga, &bench->clock);
    set_mode(bench, mode);
}

static u32 grey(u8 level)
{
    u32 value = (u32)(level << 2 | level >> 4);
    return 0xff000000 | value << 16 | value << 8 | value;
}

static u32 *render(struct bench *bench, u64 now, u32 *width)
{
    u32 height;
    vga_picture_size(&bench->vga, width, &height);
    u32 *pixels = malloc((size_t)*width * height * 4);
    vga_render(&bench->vga, now, pixels, *width);
    return pixels;
}

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
    ck_assert_uint_eq(width, 320);
    ck_assert_uint_eq(height, 200);
    for (u32 i = 0; i < 6; i++)
        poke(&b, 0xa0000 + 320 * 199 + i, (u8)(10 + i));
    ck_assert_uint_eq(peek(&b, 0xa0000 + 320 * 199 + 5), 15);
    u32 *pixels = render(&b, 0, &width);
    for (u32 i = 0; i < 6; i++)
        ck_assert_uint_eq(pixels[320 * 199 + i], grey((u8)(10 + i)));
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
    ck_assert_uint_eq(width, 320);
    ck_assert_uint_eq(height, 200);
    poke(&b, 0xb8000 + 0x2000 + 1, 0x1b); /* dots 4-7 of line 1: 0 1 2 3 */
    pixels = render(&b, 0, &width);
    for (u8 i = 0; i < 4; i++)
        ck_assert_uint_eq(pixels[320 + 4 + i], grey(i));
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

/* Any registers: the picture stays within its size and the planes. Numbers from a fixed generator.
 */
START_TEST(vga_any_registers_draw_within_bounds)
{
    static struct bench b;
    u32 seed = 386;
    for (unsigned round = 0; round < 60; round++) {
        start(&b, &text_mode);
        for (u32 i = 0; i < vga_fields.count - 1; i++) {
            const struct field *field = &vga_fields.fields[i];
            for (u32 byte = 0; byte < field->count; byte++) {
                seed = seed * 1664525 + 1013904223;
                ((u8 *)&b.vga)[field->offset + byte] = (u8)(seed >> 24);
            }
        }
        vga_fields.after_load(&b.vga);
        b.vga.attribute_index |= 0x20;
        b.vga.sequencer[1] &= 0xdf;
        u32 width;
        free(render(&b, seed, &width));
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
           vga_crtc_protection_and_flip_flop, vga_dac_counts_through_components,
           vga_retrace_comes_seventy_times_a_second, vga_monochrome_ports_answer_when_selected,
           vga_any_registers_draw_within_bounds)
