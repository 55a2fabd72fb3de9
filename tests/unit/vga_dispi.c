/* The display interface: linear modes beside the VGA's own. */

#include "unit/vga_bench.h"

static void dispi(struct bench *bench, u16 index, u16 value)
{
    vga_dispi_write(&bench->vga, 0x1ce, 2, index);
    vga_dispi_write(&bench->vga, 0x1cf, 2, value);
}

static u16 dispi_value(struct bench *bench, u16 index)
{
    vga_dispi_write(&bench->vga, 0x1ce, 2, index);
    return (u16)vga_dispi_read(&bench->vga, 0x1cf, 2);
}

static void dispi_mode(struct bench *bench, u16 width, u16 height, u16 bits)
{
    dispi(bench, 4, 0);
    dispi(bench, 1, width);
    dispi(bench, 2, height);
    dispi(bench, 3, bits);
    dispi(bench, 4, 0x41);
}

START_TEST(vga_dispi_tells_what_it_can)
{
    static struct bench b;
    start(&b, &text_mode);
    ck_assert_uint_eq(dispi_value(&b, 0), 0xb0c5);
    dispi(&b, 0, 0xb0c2);
    ck_assert_uint_eq(dispi_value(&b, 0), 0xb0c2);
    dispi(&b, 0, 0x1234);
    ck_assert_uint_eq(dispi_value(&b, 0), 0xb0c2);
    dispi(&b, 4, 2);
    ck_assert_uint_eq(dispi_value(&b, 1), 1600);
    ck_assert_uint_eq(dispi_value(&b, 2), 1200);
    ck_assert_uint_eq(dispi_value(&b, 3), 32);
    ck_assert_uint_eq(dispi_value(&b, 10), VGA_MEMORY_SIZE / 65536);
    dispi_mode(&b, 800, 600, 16);
    dispi(&b, 1, 640); /* not while it is shown */
    ck_assert_uint_eq(dispi_value(&b, 1), 800);
    dispi(&b, 6, 1024);
    dispi(&b, 8, 1000);
    ck_assert_uint_eq(dispi_value(&b, 8), 224);
    ck_assert_uint_eq(dispi_value(&b, 7), VGA_MEMORY_SIZE / 2048);
}
END_TEST

START_TEST(vga_dispi_draws_every_depth)
{
    static struct bench b;
    static const struct {
        u16 bits;
        u32 raw, colour;
    } depths[] = {{8, 33, 0xff868686},
                  {15, 0x7c1f, 0xffff00ff},
                  {16, 0x07e0, 0xff00ff00},
                  {24, 0x123456, 0xff123456},
                  {32, 0x00abcdef, 0xffabcdef}};
    for (unsigned i = 0; i < ARRAY_COUNT(depths); i++) {
        u32 width, height, bytes = (depths[i].bits + 7u) / 8;
        start(&b, &text_mode);
        dispi_mode(&b, 1600, 1200, depths[i].bits);
        struct memory_device linear = vga_linear_device(&b.vga);
        u32 at = 0xe0000000 + (1199 * 1600 + 1599) * bytes;
        for (u32 byte = 0; byte < bytes; byte++)
            linear.write(&b.vga, at + byte, 1, depths[i].raw >> 8 * byte & 0xff);
        vga_picture_size(&b.vga, &width, &height);
        ck_assert_uint_eq(width, 1600);
        ck_assert_uint_eq(height, 1200);
        u32 *pixels = render(&b, 0, &width);
        ck_assert_uint_eq(pixels[1199 * 1600 + 1599], depths[i].colour);
        ck_assert_uint_eq(pixels[0], 0xff000000);
        free(pixels);
        ck_assert_uint_eq(linear.peek(&b.vga, at), depths[i].raw & 0xff);
    }
}
END_TEST

START_TEST(vga_dispi_banks_and_scrolls)
{
    static struct bench b;
    u32 width;
    start(&b, &mode_13h);
    dispi_mode(&b, 640, 480, 8);
    dispi(&b, 5, 3);
    vga_memory_write(&b.vga, 0xa0000 + 100, 2, 0x0504);
    ck_assert_uint_eq(b.memory[3 * 65536 + 100], 4);
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xa0000 + 100, 4), 0x0504);
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xb0000, 1), 0xff);
    dispi(&b, 6, 640 + 160);
    dispi(&b, 8, 100);
    dispi(&b, 9, 200);
    u32 *pixels = render(&b, 0, &width);
    u32 place = 3 * 65536 + 100, line = place / 800 - 200, x = place % 800 - 100;
    ck_assert_uint_eq(pixels[line * 640 + x], grey(4));
    ck_assert_uint_eq(pixels[line * 640 + x + 1], grey(5));
    free(pixels);
    dispi(&b, 4, 0);
    u32 height;
    vga_picture_size(&b.vga, &width, &height);
    ck_assert_uint_eq(height, 400);
}
END_TEST

START_TEST(vga_dispi_has_planar_modes_and_a_wide_dac)
{
    static struct bench b;
    u32 width;
    start(&b, &mode_12h);
    dispi_mode(&b, 1024, 768, 4);
    dispi(&b, 5, 1); /* line 512 begins at 65536 */
    set(&b, 0x3c4, 2, 0x05);
    poke(&b, 0xa0000, 0x80);
    u32 *pixels = render(&b, 0, &width);
    ck_assert_uint_eq(pixels[512 * 1024], grey(5));
    ck_assert_uint_eq(pixels[512 * 1024 + 1], grey(0));
    free(pixels);
    dispi_mode(&b, 320, 200, 8);
    dispi(&b, 4, 0x61);
    out(&b, 0x3c8, 0);
    out(&b, 0x3c9, 0xfe);
    out(&b, 0x3c9, 0x81);
    out(&b, 0x3c9, 0x07);
    pixels = render(&b, 0, &width);
    ck_assert_uint_eq(pixels[0], 0xfffe8107);
    free(pixels);
    dispi(&b, 4, 0x41);
    out(&b, 0x3c7, 0);
    ck_assert_uint_eq(in(&b, 0x3c9), 0x3e);
}
END_TEST

SUITE_MAIN("vga_dispi", vga_dispi_tells_what_it_can, vga_dispi_draws_every_depth,
           vga_dispi_banks_and_scrolls, vga_dispi_has_planar_modes_and_a_wide_dac)
