#ifndef GLASS386_TESTS_VGA_BENCH_H
#define GLASS386_TESTS_VGA_BENCH_H

/* A VGA with its memory and clock, and the registers of four modes. */

#include "devices/vga.h"

#include "support/suite.h"

#include <string.h>

#define RATE 100000000u

struct bench {
    struct clock clock;
    struct vga vga;
    u8 memory[VGA_MEMORY_SIZE];
};

static inline void out(struct bench *bench, u16 port, u8 value)
{
    vga_write(&bench->vga, port, 1, value);
}

static inline u8 in(struct bench *bench, u16 port)
{
    return (u8)vga_read(&bench->vga, port, 1);
}

static inline void set(struct bench *bench, u16 port, u8 index, u8 value)
{
    out(bench, port, index);
    out(bench, port + 1, value);
}

static inline void poke(struct bench *bench, u32 physical, u8 value)
{
    vga_memory_write(&bench->vga, physical, 1, value);
}

static inline u8 peek(struct bench *bench, u32 physical)
{
    return (u8)vga_memory_read(&bench->vga, physical, 1);
}

/* The register values of a mode: misc, sequencer 1-4, graphics 5-6, attribute 10h, then the CRTC.
 */
struct mode {
    u8 misc, sequencer[4], graphics_mode, graphics_misc, attribute_mode;
    u8 crtc[25];
};

static const struct mode text_mode __attribute__((unused)) = {
    0x67, {0x00, 0x03, 0x00, 0x02}, 0x10, 0x0e, 0x0c, {0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf,
                                                       0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0,    0,
                                                       0,    0,    0x9c, 0x8e, 0x8f, 0x28, 0x1f,
                                                       0x96, 0xb9, 0xa3, 0xff}};
static const struct mode mode_13h __attribute__((unused)) = {
    0x63, {0x01, 0x0f, 0x00, 0x0e}, 0x40, 0x05, 0x41, {0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf,
                                                       0x1f, 0x00, 0x41, 0,    0,    0,    0,
                                                       0,    0,    0x9c, 0x8e, 0x8f, 0x28, 0x40,
                                                       0x96, 0xb9, 0xa3, 0xff}};
static const struct mode mode_12h __attribute__((unused)) = {
    0xe3, {0x01, 0x0f, 0x00, 0x06}, 0x00, 0x05, 0x01, {0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0b,
                                                       0x3e, 0x00, 0x40, 0,    0,    0,    0,
                                                       0,    0,    0xea, 0x8c, 0xdf, 0x28, 0x00,
                                                       0xe7, 0x04, 0xe3, 0xff}};
static const struct mode mode_4 __attribute__((unused)) = {
    0x63, {0x09, 0x03, 0x00, 0x02}, 0x30, 0x0f, 0x01, {0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80, 0xbf,
                                                       0x1f, 0x00, 0xc1, 0,    0,    0,    0,
                                                       0,    0,    0x9c, 0x8e, 0x8f, 0x14, 0x00,
                                                       0x96, 0xb9, 0xa2, 0xff}};

static inline void set_attribute(struct bench *bench, u8 index, u8 value)
{
    in(bench, 0x3da);
    out(bench, 0x3c0, index);
    out(bench, 0x3c0, value);
}

static inline void set_mode(struct bench *bench, const struct mode *mode)
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
    set_attribute(bench, 0x13, mode->sequencer[0] & 1 ? 0 : 8);
    out(bench, 0x3c0, 0x20);
    out(bench, 0x3c8, 0);
    for (unsigned i = 0; i < 768; i++) /* colour n is (n, n, n) up to 63 */
        out(bench, 0x3c9, (u8)(i / 3));
}

static inline void start(struct bench *bench, const struct mode *mode)
{
    memset(bench, 0, sizeof *bench);
    clock_init(&bench->clock, RATE);
    vga_init(&bench->vga, &bench->clock, bench->memory);
    set_mode(bench, mode);
}

static inline u32 grey(u8 level)
{
    u32 value = (u32)(level << 2 | level >> 4);
    return 0xff000000 | value << 16 | value << 8 | value;
}

static inline u32 *render(struct bench *bench, u64 now, u32 *width)
{
    u32 height;
    vga_picture_size(&bench->vga, width, &height);
    u32 *pixels = malloc((size_t)*width * height * 4);
    vga_render(&bench->vga, now, pixels, *width);
    return pixels;
}

#endif
