/* The DAC's start values, computed, and the palette services of AH=10h. */
#include "video.h"

enum { BROWN = 6, DAC_MOST = 0x3f };

static void dac_put(u8 red, u8 green, u8 blue)
{
    outb(DAC_DATA, red);
    outb(DAC_DATA, green);
    outb(DAC_DATA, blue);
}

/* Entry bits 0-2 are blue, green, red at two thirds; bits 3-5 the same at one third. */
static void load_ega(void)
{
    for (u8 i = 0; i < 64; i++)
        dac_put((u8)((i & 4 ? 0x2a : 0) + (i & 0x20 ? 0x15 : 0)),
                (u8)((i & 2 ? 0x2a : 0) + (i & 0x10 ? 0x15 : 0)),
                (u8)((i & 1 ? 0x2a : 0) + (i & 0x08 ? 0x15 : 0)));
}

/* A CGA color: bits 0-2 blue, green, red; dark yellow is shown brown. */
static void put_cga(u8 color, bool bright)
{
    u8 base = bright ? 0x15 : 0;

    if (color == BROWN && !bright)
        dac_put(0x2a, 0x15, 0);
    else
        dac_put((u8)((color & 4 ? 0x2a : 0) + base), (u8)((color & 2 ? 0x2a : 0) + base),
                (u8)((color & 1 ? 0x2a : 0) + base));
}

static void load_cga(void)
{
    for (u8 i = 0; i < 64; i++)
        put_cga(i & 7, i & 0x10);
}

/* Attribute values 00h, 08h, 10h, 18h of mode 7: black, normal, dark, bright. */
static void load_mono(void)
{
    static ROM u8 levels[] = {0x00, 0x2a, 0x00, 0x3f};

    for (u8 i = 0; i < 64; i++) {
        u8 level = levels[i >> 3 & 3];

        dac_put(level, level, level);
    }
}

/*
 * 24 hues around the circle from blue over red and green, in five levels: at each step one of the
 * three moves by one level while the others hold.
 */
static void load_hues(const u8 __seg_gs *levels)
{
    static ROM u8 moving[] = {0, 2, 1, 0, 2, 1}; /* red up, blue down, green up, red down, ... */
    u8 level[3] = {0, 0, 4};

    for (u8 step = 0; step < 24; step++) {
        u8 side = step / 4;

        dac_put(levels[level[0]], levels[level[1]], levels[level[2]]);
        level[moving[side]] += side & 1 ? -1 : 1;
    }
}

static void load_256(void)
{
    static ROM u8 grays[] = {0x00, 0x05, 0x08, 0x0b, 0x0e, 0x11, 0x14, 0x18,
                             0x1c, 0x20, 0x24, 0x28, 0x2d, 0x32, 0x38, 0x3f};
    static ROM u8 levels[][5] = {
        {0x00, 0x10, 0x1f, 0x2f, 0x3f}, {0x1f, 0x27, 0x2f, 0x37, 0x3f},
        {0x2d, 0x31, 0x36, 0x3a, 0x3f}, {0x00, 0x07, 0x0e, 0x15, 0x1c},
        {0x0e, 0x11, 0x15, 0x18, 0x1c}, {0x14, 0x16, 0x18, 0x1a, 0x1c},
        {0x00, 0x04, 0x08, 0x0c, 0x10}, {0x08, 0x0a, 0x0c, 0x0e, 0x10},
        {0x0b, 0x0c, 0x0d, 0x0f, 0x10},
    };

    for (u8 i = 0; i < 16; i++)
        put_cga(i & 7, i & 8);
    for (u8 i = 0; i < 16; i++)
        dac_put(grays[i], grays[i], grays[i]);
    for (u8 i = 0; i < ARRAY_SIZE(levels); i++)
        load_hues(levels[i]);
    for (u8 i = 0; i < 8; i++)
        dac_put(0, 0, 0);
}

/* 30 % red, 59 % green, 11 % blue (IBM, AH=10h AL=1Bh). */
void palette_to_gray(u16 first, u16 count)
{
    for (u16 i = first; i < first + count; i++) {
        u16 level;

        outb(DAC_READ_INDEX, (u8)i);
        level = (u16)(77 * (inb(DAC_DATA) & 0x3f));
        level += (u16)(151 * (inb(DAC_DATA) & 0x3f));
        level += (u16)(28 * (inb(DAC_DATA) & 0x3f));
        level = (u16)((level + 128) >> 8);
        outb(DAC_WRITE_INDEX, (u8)i);
        dac_put((u8)level, (u8)level, (u8)level);
    }
}

void palette_load(u8 kind)
{
    outb(DAC_MASK, 0xff);
    outb(DAC_WRITE_INDEX, 0);
    if (kind == PALETTE_EGA)
        load_ega();
    else if (kind == PALETTE_CGA)
        load_cga();
    else if (kind == PALETTE_MONO)
        load_mono();
    else
        load_256();
    if (bda.vga_flags & VGA_GRAY)
        palette_to_gray(0, 256);
}

static void set_all_registers(struct registers *r)
{
    for (u8 i = 0; i < 16; i++)
        attribute_set(i, far_read8(r->es, r->edx.x + i));
    attribute_set(0x11, far_read8(r->es, r->edx.x + 16));
}

static void get_all_registers(struct registers *r)
{
    for (u8 i = 0; i < 16; i++)
        far_write8(r->es, r->edx.x + i, attribute_get(i));
    far_write8(r->es, r->edx.x + 16, attribute_get(0x11));
}

static void set_dac_block(struct registers *r)
{
    outb(DAC_WRITE_INDEX, r->ebx.l);
    for (u16 i = 0; i < r->ecx.x * 3; i++)
        outb(DAC_DATA, far_read8(r->es, r->edx.x + i));
}

static void get_dac_block(struct registers *r)
{
    outb(DAC_READ_INDEX, r->ebx.l);
    for (u16 i = 0; i < r->ecx.x * 3; i++)
        far_write8(r->es, r->edx.x + i, inb(DAC_DATA));
}

static void get_dac(struct registers *r)
{
    outb(DAC_READ_INDEX, r->ebx.l);
    r->edx.h = inb(DAC_DATA);
    r->ecx.h = inb(DAC_DATA);
    r->ecx.l = inb(DAC_DATA);
}

/* AL=13h: the DAC's 256 entries are four pages of 64 or sixteen of 16 for the palette's codes. */
static void select_color_page(struct registers *r)
{
    u8 control = attribute_get(0x10);

    if (r->ebx.l == 0)
        attribute_set(0x10, (u8)((control & 0x7f) | r->ebx.h << 7));
    else if (r->ebx.l == 1)
        attribute_set(0x14, control & 0x80 ? r->ebx.h & 15 : (r->ebx.h & 3) << 2);
}

static void get_color_page(struct registers *r)
{
    u8 control = attribute_get(0x10), page = attribute_get(0x14) & 15;

    r->ebx.l = control >> 7;
    r->ebx.h = control & 0x80 ? page : page >> 2;
}

/* AL=10h-1Bh: the DAC. */
static void dac_service(struct registers *r)
{
    switch (r->eax.l) {
    case 0x10:
        outb(DAC_WRITE_INDEX, r->ebx.l);
        dac_put(r->edx.h, r->ecx.h, r->ecx.l);
        break;
    case 0x12:
        set_dac_block(r);
        break;
    case 0x13:
        select_color_page(r);
        break;
    case 0x15:
        get_dac(r);
        break;
    case 0x17:
        get_dac_block(r);
        break;
    case 0x18:
        outb(DAC_MASK, r->ebx.l);
        break;
    case 0x19:
        r->ebx.l = inb(DAC_MASK);
        break;
    case 0x1a:
        get_color_page(r);
        break;
    case 0x1b:
        palette_to_gray(r->ebx.x, r->ecx.x);
        break;
    }
}

/* AL=00h-09h: the attribute controller's palette. */
void palette_service(struct registers *r)
{
    switch (r->eax.l) {
    case 0x00:
        attribute_set(r->ebx.l & 0x1f, r->ebx.h);
        break;
    case 0x01:
        attribute_set(0x11, r->ebx.h);
        break;
    case 0x02:
        set_all_registers(r);
        break;
    case 0x03: /* bit 3 of the mode control: blinking or bright backgrounds */
        bda.mode_control = (u8)((bda.mode_control & ~0x20) | (r->ebx.l & 1) << 5);
        attribute_set(0x10, (u8)((attribute_get(0x10) & ~8) | (r->ebx.l & 1) << 3));
        break;
    case 0x07:
        r->ebx.h = attribute_get(r->ebx.l & 0x1f);
        break;
    case 0x08:
        r->ebx.h = attribute_get(0x11);
        break;
    case 0x09:
        get_all_registers(r);
        break;
    default:
        dac_service(r);
    }
}
