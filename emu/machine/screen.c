#include "machine/machine.h"

bool machine_text_screen(const struct machine *machine, struct text_screen *screen)
{
    struct vga_text text;
    vga_text(&machine->vga, &text);
    if (text.graphics || !text.columns || !text.rows)
        return false;
    screen->columns =
        text.columns < TEXT_SCREEN_MAX_COLUMNS ? text.columns : TEXT_SCREEN_MAX_COLUMNS;
    screen->rows = text.rows < TEXT_SCREEN_MAX_ROWS ? text.rows : TEXT_SCREEN_MAX_ROWS;
    screen->blinks = text.blinks;
    screen->cell_width = text.cell_width;
    screen->cell_height = text.cell_height;
    screen->cursor_row = text.cursor_row;
    screen->cursor_column = text.cursor_column;
    screen->cursor_visible =
        text.cursor_on && text.cursor_row < screen->rows && text.cursor_column < screen->columns;
    struct text_cell *cell = screen->cells;
    for (u32 row = 0; row < screen->rows; row++)
        for (u32 column = 0; column < screen->columns; column++) {
            u16 value = vga_text_cell(&machine->vga, row, column);
            *cell++ = (struct text_cell){(u8)value, (u8)(value >> 8)};
        }
    return true;
}

void machine_frame_size(const struct machine *machine, u32 *width, u32 *height)
{
    vga_picture_size(&machine->vga, width, height);
}

void machine_frame_render(const struct machine *machine, u32 *pixels)
{
    u32 width, height;
    vga_picture_size(&machine->vga, &width, &height);
    vga_render(&machine->vga, machine->clock.now, pixels, width);
}

void machine_frame_border(const struct machine *machine, struct frame_border *border)
{
    struct vga_border of_vga;
    vga_border(&machine->vga, &of_vga);
    *border = (struct frame_border){.left = of_vga.left,
                                    .right = of_vga.right,
                                    .top = of_vga.top,
                                    .bottom = of_vga.bottom,
                                    .colour = of_vga.colour};
}

u64 machine_time_ns(const struct machine *machine)
{
    return clock_ticks_to_ns(&machine->clock, machine->clock.now);
}

u64 machine_frame_version(const struct machine *machine)
{
    return vga_picture_stamp(&machine->vga, machine->clock.now);
}
