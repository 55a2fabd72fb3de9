/* Cursor, pages, letters and scrolling: INT 10h AH=01h-0Ah, 0Eh, 13h. */
#include "video.h"

enum { BELL = 7, BACKSPACE = 8, LINE_FEED = 10, CARRIAGE_RETURN = 13, NORMAL = 7 };

static bool is_text(void)
{
    return mode_current()->model == MODEL_TEXT;
}

static void crtc_word(u8 index, u16 value)
{
    vga_set(bda.crtc, index, (u8)(value >> 8));
    vga_set(bda.crtc, index + 1, (u8)value);
}

/* Offset of a cell from the start of the video segment. */
static u16 cell_offset(u8 page, u8 column, u8 row)
{
    return (u16)(page * bda.page_size + (row * bda.columns + column) * 2);
}

void cursor_set(u8 page, u16 position)
{
    bda.cursor[page & 7] = position;
    if (page == bda.page && is_text())
        crtc_word(CRTC_CURSOR, cell_offset(page, (u8)position, position >> 8) / 2);
}

/*
 * Programs speak of the CGA's eight lines; on taller cells the shape is stretched unless bit 0 of
 * 40:87h switches that off. A one or two line cursor stays at the cell's foot.
 */
static u16 stretched(u16 shape)
{
    u8 start = shape >> 8 & 0x3f, end = shape & 0x1f;
    u16 height = bda.char_height;

    if (bda.video_control & 1 || height <= 8 || start > 7 || end > 7 || start > end)
        return shape;
    end = (u8)((end + 1) * height / 8 - 1);
    if (start + 1 >= (shape & 0x1f))
        start = end - 1;
    else
        start = (u8)((start + 1) * height / 8 - 1);
    if (height > 8 && end == height - 1 && start == end - 1) { /* as the mode tables have it */
        start--;
        end--;
    }
    return (u16)(start << 8 | end);
}

void cursor_shape(u16 shape)
{
    u16 lines = stretched(shape);

    bda.cursor_shape = shape;
    vga_set(bda.crtc, CRTC_CURSOR_START, (u8)(lines >> 8));
    vga_set(bda.crtc, CRTC_CURSOR_END, (u8)lines);
}

void page_select(u8 page)
{
    u16 start = (u16)(page * bda.page_size);

    if (page > 7)
        return;
    bda.page = page;
    bda.page_start = start;
    crtc_word(CRTC_START, is_text() ? start / 2 : start);
    cursor_set(page, bda.cursor[page]);
}

static void text_lines(const struct window *w, u8 rows, bool down, u16 blank)
{
    u16 segment = mode_current()->segment;
    u16 width = (u16)(w->right - w->left + 1);
    u16 height = (u16)(w->bottom - w->top + 1);

    for (u16 i = 0; i < height; i++) {
        u8 row = (u8)(down ? w->bottom - i : w->top + i);
        u16 to = cell_offset(bda.page, w->left, row);

        if (i + rows < height)
            far_copy_words(segment, to, segment,
                           cell_offset(bda.page, w->left, (u8)(down ? row - rows : row + rows)),
                           width);
        else
            far_fill_words(segment, to, blank, width);
    }
}

static void scroll(struct window *w, u8 rows, bool down, u8 attribute)
{
    if (w->bottom > bda.rows_less_one)
        w->bottom = bda.rows_less_one;
    if (w->right >= bda.columns)
        w->right = (u8)(bda.columns - 1);
    if (w->left > w->right || w->top > w->bottom)
        return;
    if (!rows || rows > w->bottom - w->top + 1)
        rows = w->bottom - w->top + 1;
    if (is_text())
        text_lines(w, rows, down, (u16)(attribute << 8 | ' '));
    else
        graphics_scroll(w, rows, down, attribute);
}

void text_scroll(struct registers *r, bool down)
{
    struct window w = {r->ecx.l, r->ecx.h, r->edx.l, r->edx.h};

    scroll(&w, r->eax.l, down, r->ebx.h);
}

/* AH=08h; in graphics modes the letter whose glyph is seen, 0 when none is. */
void text_read(struct registers *r)
{
    u8 page = r->ebx.h;
    u16 position = bda.cursor[page & 7];

    r->eax.x = 0;
    if (!is_text())
        r->eax.l = glyph_read((u8)position, position >> 8, page);
    else
        r->eax.x =
            far_read16(mode_current()->segment, cell_offset(page, (u8)position, position >> 8));
}

static void put_cell(u8 page, u16 position, u8 letter, bool with_attribute, u8 attribute)
{
    u16 segment = mode_current()->segment;
    u16 offset = cell_offset(page, (u8)position, position >> 8);

    if (!is_text())
        glyph_draw((u8)position, position >> 8, letter, attribute, page);
    else if (with_attribute)
        far_write16(segment, offset, (u16)(attribute << 8 | letter));
    else
        far_write8(segment, offset, letter);
}

static u16 next_position(u16 position)
{
    if ((position & 0xff) + 1u < bda.columns)
        return position + 1;
    return (position & 0xff00) + 0x100;
}

/* AH=09h, 0Ah: CX times from the cursor on, which stays. */
void text_write(struct registers *r, bool with_attribute)
{
    u8 page = r->ebx.h;
    u16 position = bda.cursor[page & 7];

    for (u16 count = r->ecx.x; count; count--) {
        if (position >> 8 > bda.rows_less_one)
            break;
        put_cell(page, position, r->eax.l, with_attribute, r->ebx.l);
        position = next_position(position);
    }
}

static void bell(void)
{
    u8 gate = inb(0x61);

    outb(0x43, 0xb6);
    outb(0x42, 0x33);
    outb(0x42, 0x05);
    outb(0x61, gate | 3);
    wait_microseconds(100000);
    outb(0x61, gate & (u8)~3);
}

/* The line that scrolls in takes the color of the one before it. */
static u16 wrap(u8 page, u16 position)
{
    struct window all = {0, 0, (u8)(bda.columns - 1), bda.rows_less_one};
    u8 attribute = 0;

    if (position >> 8 <= bda.rows_less_one)
        return position;
    position = (u16)(bda.rows_less_one << 8 | (position & 0xff));
    if (is_text())
        attribute = far_read8(mode_current()->segment,
                              cell_offset(page, (u8)position, bda.rows_less_one) + 1);
    if (page == bda.page)
        scroll(&all, 1, false, attribute);
    return position;
}

static u16 advance(u8 letter, u8 page, u16 position, bool with_attribute, u8 attribute)
{
    switch (letter) {
    case BELL:
        bell();
        return position;
    case BACKSPACE:
        return position & 0xff ? position - 1 : position;
    case LINE_FEED:
        return wrap(page, position + 0x100);
    case CARRIAGE_RETURN:
        return position & 0xff00;
    }
    put_cell(page, position, letter, with_attribute, attribute);
    return wrap(page, next_position(position));
}

void text_teletype(u8 letter, u8 page, u8 color)
{
    cursor_set(page, advance(letter, page, bda.cursor[page & 7], false, color));
}

/* AH=13h: AL bit 0 moves the cursor, bit 1: an attribute follows each letter. */
void text_string(struct registers *r)
{
    u8 page = r->ebx.h, attribute = r->ebx.l;
    u16 saved = bda.cursor[page & 7], position = r->edx.x;
    u16 from = r->ebp.x;

    for (u16 count = r->ecx.x; count; count--) {
        u8 letter = far_read8(r->es, from++);

        if (r->eax.l & 2)
            attribute = far_read8(r->es, from++);
        position = advance(letter, page, position, true, attribute);
    }
    cursor_set(page, r->eax.l & 1 ? position : saved);
}
