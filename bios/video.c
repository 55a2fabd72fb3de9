/* INT 10h: the numbers of the services. */
#include "video.h"

/* By POST, with interrupts off: vectors and what of the data area no mode sets. */
void video_init(struct registers *r)
{
    u16 segment = rom_segment();

    (void)r;
    vectors[0x10] = (struct far_pointer){(u16)(u32)int10_entry, segment};
    vectors[0x1f] = (struct far_pointer){(u16)((u32)font8x8 + 1024), segment};
    vectors[0x42] = vectors[0x10];
    vectors[0x43] = (struct far_pointer){(u16)(u32)font8x16, segment};
    bda.video_switches = 0xf9;
    bda.vga_flags = VGA_ACTIVE | VGA_400_LINES | 0x40;
    bda.display_code = 8;
    bda.video_control = 0x60; /* 256 KB */
    mode_set(3);
}

static void get_cursor(struct registers *r)
{
    r->ecx.x = bda.cursor_shape;
    r->edx.x = bda.cursor[r->ebx.h & 7];
}

static void get_mode(struct registers *r)
{
    r->eax.l = bda.video_mode | (bda.video_control & 0x80);
    r->eax.h = (u8)bda.columns;
    r->ebx.h = bda.page;
}

/* AH=0Bh: BH=0 border and background, BH=1 the three colors of mode 4. */
static void set_cga_colors(struct registers *r)
{
    u8 bright = bda.palette & 0x10;

    if (r->ebx.h == 0) {
        bda.palette = (bda.palette & 0x20) | (r->ebx.l & 0x1f);
        attribute_set(0x11, (u8)((r->ebx.l & 7) | (r->ebx.l & 8) << 1));
        if (bda.video_mode >= 4 && bda.video_mode <= 6)
            attribute_set(0, (u8)((r->ebx.l & 7) | (r->ebx.l & 8) << 1));
        return;
    }
    bda.palette = (bda.palette & 0x1f) | (r->ebx.l & 1) << 5;
    for (u8 i = 1; i < 4; i++)
        attribute_set(i, (u8)((i * 2 + (r->ebx.l & 1)) | bright));
}

static void set_bit(volatile u8 __seg_fs *flags, u8 bit, bool on)
{
    *flags = on ? *flags | bit : *flags & (u8)~bit;
}

/* AH=12h: the EGA's questions and switches, by BL. */
static void alternate_select(struct registers *r)
{
    u8 on = r->eax.l;

    switch (r->ebx.l) {
    case 0x10:
        r->ebx.h = bda.crtc == CRTC_MONO;
        r->ebx.l = 3; /* 256 KB */
        r->ecx.h = bda.video_switches >> 4;
        r->ecx.l = bda.video_switches & 15;
        return;
    case 0x30: /* scan lines of text modes from the next mode set on: 200, 350, 400 */
        if (on > 2)
            return;
        bda.vga_flags &= (u8) ~(VGA_200_LINES | VGA_400_LINES);
        bda.vga_flags |= on == 0 ? VGA_200_LINES : on == 2 ? VGA_400_LINES : 0;
        break;
    case 0x31: /* a mode's palette is loaded: 0 = yes */
        set_bit(&bda.vga_flags, VGA_KEEP_PALETTE, on);
        break;
    case 0x32: /* the memory answers: 0 = yes */
        outb(MISC_OUTPUT, (u8)((inb(MISC_READ) & ~2) | (on & 1 ? 0 : 2)));
        break;
    case 0x33: /* palettes become gray: 0 = yes */
        set_bit(&bda.vga_flags, VGA_GRAY, !on);
        break;
    case 0x34: /* cursor emulation: 0 = on */
        bda.video_control = (bda.video_control & (u8)~1) | (on & 1);
        break;
    case 0x36: /* refresh: 0 = on */
        outb(SEQUENCER, 1);
        outb(SEQUENCER + 1, (u8)((inb(SEQUENCER + 1) & ~0x20) | (on & 1) << 5));
        break;
    default:
        return;
    }
    r->eax.l = 0x12;
}

static void display_code(struct registers *r)
{
    if (r->eax.l == 0)
        r->ebx.x = bda.display_code;
    else if (r->eax.l == 1)
        bda.display_code = r->ebx.l;
    r->eax.l = 0x1a;
}

static void set_mode(struct registers *r)
{
    mode_set(r->eax.l);
    r->eax.l = bda.video_mode > 7 ? 0x20 : bda.video_mode == 6 ? 0x3f : 0x30;
}

void video_int10(struct registers *r)
{
    switch (r->eax.h) {
    case 0x00:
        set_mode(r);
        break;
    case 0x01:
        cursor_shape(r->ecx.x);
        break;
    case 0x02:
        cursor_set(r->ebx.h, r->edx.x);
        break;
    case 0x03:
        get_cursor(r);
        break;
    case 0x04: /* no light pen was triggered */
        r->eax.h = 0;
        break;
    case 0x05:
        page_select(r->eax.l);
        break;
    case 0x06:
    case 0x07:
        text_scroll(r, r->eax.h == 0x07);
        break;
    case 0x08:
        text_read(r);
        break;
    case 0x09:
    case 0x0a:
        text_write(r, r->eax.h == 0x09);
        break;
    case 0x0b:
        set_cga_colors(r);
        break;
    case 0x0c:
        pixel_write(r->ecx.x, r->edx.x, r->eax.l, r->ebx.h);
        break;
    case 0x0d:
        r->eax.l = pixel_read(r->ecx.x, r->edx.x, r->ebx.h);
        break;
    case 0x0e:
        text_teletype(r->eax.l, bda.page, r->ebx.l);
        break;
    case 0x0f:
        get_mode(r);
        break;
    case 0x10:
        palette_service(r);
        break;
    case 0x11:
        font_service(r);
        break;
    case 0x12:
        alternate_select(r);
        break;
    case 0x13:
        text_string(r);
        break;
    case 0x1a:
        display_code(r);
        break;
    case 0x1b:
        state_describe(r);
        break;
    case 0x1c:
        state_service(r);
        break;
    case 0x4f:
        vbe_service(r);
        break;
    }
}
