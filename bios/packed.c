/*
 * Dots, letters and scrolling in VBE's modes of a byte or more a dot, through the window of 64 KB
 * at A0000h. Where a dot holds a color itself, the services' color numbers 0-15 are the CGA's.
 */
#include "video.h"

enum { WINDOW = 0xa000, COLOR_XOR = 0x80, NO_COLOR = 7, CHUNK = 64, MODE_13H = 0x13 };

bool packed_find(struct packed *packed)
{
    if (bda.video_mode != MODE_13H || !dispi_present() ||
        !(dispi_get(DISPI_ENABLE) & DISPI_ENABLED))
        return false;
    packed->bits = (u8)dispi_get(DISPI_BPP);
    packed->bytes = (packed->bits + 7) / 8;
    packed->pitch = dispi_get(DISPI_VIRTUAL_WIDTH) * packed->bytes;
    packed->bank = dispi_get(DISPI_BANK);
    packed->caller_bank = packed->bank;
    return packed->bits >= 8;
}

void packed_end(struct packed *packed)
{
    if (packed->bank != packed->caller_bank)
        dispi_set(DISPI_BANK, packed->caller_bank);
}

/* The window's offset of a byte of the memory. */
static u16 open_window(struct packed *packed, u32 at)
{
    u16 bank = (u16)(at >> 16);

    if (bank != packed->bank)
        dispi_set(DISPI_BANK, bank);
    packed->bank = bank;
    return (u16)at;
}

static u32 place_of(const struct packed *packed, u16 x, u16 y)
{
    return (u32)y * packed->pitch + (u32)x * packed->bytes;
}

/* A third, two thirds and the whole of what the bits of one color can hold. */
static u32 level(bool strong, bool bright, u8 bits)
{
    u32 most = (1u << bits) - 1;

    return (strong ? most * 2 / 3 : 0) + (bright ? most / 3 : 0);
}

/* Color number to what a dot holds; dark yellow is brown. */
static u32 dot_of(const struct packed *packed, u8 color)
{
    bool bright = color & 8;
    u8 width = packed->bits >= 24 ? 8 : 5;
    u8 green_width = packed->bits == 16 ? 6 : width;
    u32 red, green, blue;

    if (packed->bits == 8)
        return color;
    red = level(color & 4, bright, width);
    green = level(color & 2, bright, green_width);
    blue = level(color & 1, bright, width);
    if ((color & 15) == 6)
        green /= 2;
    return red << (width + green_width) | green << width | blue;
}

static u32 load_dot(struct packed *packed, u32 at)
{
    u32 dot = 0;

    for (u8 i = 0; i < packed->bytes; i++)
        dot |= (u32)far_read8(WINDOW, open_window(packed, at + i)) << 8 * i;
    return dot;
}

static void store_dot(struct packed *packed, u32 at, u32 dot)
{
    for (u8 i = 0; i < packed->bytes; i++, dot >>= 8)
        far_write8(WINDOW, open_window(packed, at + i), (u8)dot);
}

static bool is_exclusive(const struct packed *packed, u8 color)
{
    return packed->bits > 8 && color & COLOR_XOR;
}

void packed_write(struct packed *packed, u16 x, u16 y, u8 color)
{
    u32 at = place_of(packed, x, y), dot = dot_of(packed, color);

    if (is_exclusive(packed, color))
        dot ^= load_dot(packed, at);
    store_dot(packed, at, dot);
}

/* The color's number; NO_COLOR for what is none of the sixteen. */
u8 packed_read(struct packed *packed, u16 x, u16 y)
{
    u32 dot = load_dot(packed, place_of(packed, x, y));

    if (packed->bits == 8)
        return (u8)dot;
    for (u8 color = 0; color < 16; color++)
        if (dot_of(packed, color) == dot)
            return color;
    return NO_COLOR;
}

/* One line of a letter: `dots` from bit 7 on. */
void packed_row(struct packed *packed, u16 x, u16 y, u8 dots, u8 color, u8 paper)
{
    u32 at = place_of(packed, x, y);
    u32 ink = dot_of(packed, color), ground = dot_of(packed, paper);

    for (u8 i = 0; i < 8; i++, dots <<= 1, at += packed->bytes)
        if (is_exclusive(packed, color))
            store_dot(packed, at, load_dot(packed, at) ^ (dots & 0x80 ? ink : 0));
        else
            store_dot(packed, at, dots & 0x80 ? ink : ground);
}

/* Bytes from `at` to the end of its 64 KB, at most `most`. */
static u32 run_of(u32 at, u32 most)
{
    u32 left = 0x10000 - (at & 0xffff);

    return left < most ? left : most;
}

/* Inside one window in one go, else through the stack. */
static void copy_bytes(struct packed *packed, u32 to, u32 from, u32 bytes)
{
    u8 chunk[CHUNK];

    while (bytes) {
        u32 run = run_of(from, run_of(to, bytes));

        if (to >> 16 == from >> 16 && run > 1) {
            run &= ~1u;
            open_window(packed, to);
            far_copy_words(WINDOW, (u16)to, WINDOW, (u16)from, (u16)(run / 2));
        } else {
            run = run < CHUNK ? run : CHUNK;
            far_load(chunk, WINDOW, open_window(packed, from), (u16)run);
            far_store(WINDOW, open_window(packed, to), chunk, (u16)run);
        }
        to += run;
        from += run;
        bytes -= run;
    }
}

void packed_copy_line(struct packed *packed, u16 x, u16 to, u16 from, u16 dots)
{
    copy_bytes(packed, place_of(packed, x, to), place_of(packed, x, from),
               (u32)dots * packed->bytes);
}

void packed_fill_line(struct packed *packed, u16 x, u16 y, u16 dots, u8 color)
{
    u32 at = place_of(packed, x, y), dot = dot_of(packed, color);

    for (; dots; dots--, at += packed->bytes)
        store_dot(packed, at, dot);
}
