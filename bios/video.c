/* INT 10h: the numbers of the services. */
#include "video.h"

static void get_cursor(struct registers *r)
{
    r->ecx.x = bda.cursor_shape;
    r->edx.x = bda.cursor[r->ebx.h & 7];
}

static void get_mode(struct registers *r)
{
    r->eax.l = bda.video_mode;
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
    case 0x34: /* cursor emulation: 0 = on */
        bda.video_control = (bda.video_control & (u8)~1) | (on & 1);
        break;
    case 0x36: /* refresh: 0 = on */
        outb(SEQUENCER, 1);
        outb(SEQUENCER + 1, (u8)((inb(SEQUENCER + 1) & ~0x20) | (on & 1) << 5));
        break;
    case 0x30: /* scan lines of text modes: always 400 */
    case 0x31:
    case 0x32:
    case 0x33:
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
    }
}
