/* The text screen in the terminal that the emulator was started from. What is shown is remembered;
   a frame sends only the cells that differ. */
#include "base/text_out.h"
#include "ui/terminal_keys.h"
#include "ui/tty.h"
#include "ui/ui.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* Alternate screen, bracketed paste; and back, with the pen and the cursor as usual. */
#define ENTER "\033[?1049h\033[?2004h\033[2J"
#define LEAVE "\033[0m\033[?25h\033[?2004l\033[?1049l"

#define ESCAPE_WAIT_NS 40000000u /* a sequence's bytes come faster than a person types */
#define NO_PEN 0xffffu
#define HELP "Ctrl-A and then: x quits, c monitor, Ctrl-A sends itself, h shows this line"

struct shown_cell {
    u16 glyph;
    u16 attribute; /* NO_PEN: unknown, must be drawn */
};

struct terminal {
    struct ui ui;
    struct terminal_keys keys;
    struct text_out out;
    struct text_screen screen;
    struct shown_cell shown[TEXT_SCREEN_MAX_ROWS][TEXT_SCREEN_MAX_COLUMNS];
    u32 rows, columns; /* of the terminal */
    u32 top, left;     /* cell of the screen in the terminal's corner */
    u32 pen_row, pen_column, pen_attribute;
    u64 version;
    bool stale, many_colours, help, suspended, closed;
    u8 held[256]; /* typed bytes that wait for room in the guest's queue */
    size_t held_count;
    u64 last_byte_ns;
    char status[240];
};

static u64 host_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
}

/* ---- drawing ---- */

/* VGA counts blue 1, green 2, red 4; ECMA-48 red 1, green 2, blue 4. */
static const u8 ansi_colours[8] = {0, 4, 2, 6, 1, 5, 3, 7};
/* The default VGA palette in xterm's 256 colours, which themes leave alone. */
static const u8 xterm_colours[16] = {16,  19, 34, 37, 124, 127, 130, 248,
                                     240, 63, 83, 87, 203, 207, 227, 231};

static void set_pen(struct terminal *terminal, u32 attribute)
{
    if (terminal->pen_attribute == attribute)
        return;
    terminal->pen_attribute = attribute;
    bool blinks = attribute & 0x80 && terminal->screen.blinks;
    u32 front = attribute & 15, back = attribute >> 4 & (terminal->screen.blinks ? 7 : 15);
    const char *start = blinks ? "\033[0;5" : "\033[0";
    if (terminal->many_colours)
        text_out_format(&terminal->out, "%s;38;5;%u;48;5;%um", start, xterm_colours[front],
                        xterm_colours[back]);
    else
        text_out_format(&terminal->out, "%s;%u;%um", start,
                        (front & 8 ? 90u : 30u) + ansi_colours[front & 7],
                        (back & 8 ? 100u : 40u) + ansi_colours[back & 7]);
}

static void move_pen(struct terminal *terminal, u32 row, u32 column)
{
    if (terminal->pen_row == row && terminal->pen_column == column)
        return;
    text_out_format(&terminal->out, "\033[%u;%uH", row + 1, column + 1);
    terminal->pen_row = row;
    terminal->pen_column = column;
}

/* UTF-8 of a character of the basic plane. */
static void put_glyph(struct text_out *out, u16 glyph)
{
    u8 bytes[3];
    size_t count = 0;
    if (glyph < 0x80) {
        bytes[count++] = (u8)glyph;
    } else if (glyph < 0x800) {
        bytes[count++] = (u8)(0xc0 | glyph >> 6);
        bytes[count++] = (u8)(0x80 | (glyph & 0x3f));
    } else {
        bytes[count++] = (u8)(0xe0 | glyph >> 12);
        bytes[count++] = (u8)(0x80 | (glyph >> 6 & 0x3f));
        bytes[count++] = (u8)(0x80 | (glyph & 0x3f));
    }
    text_out_bytes(out, bytes, count);
}

static u16 glyph_of(u8 character)
{
    u16 glyph = character ? machine_cp437_to_unicode(character) : ' ';
    return glyph < 0x20 || glyph == 0x7f ? ' ' : glyph;
}

static u32 smaller(u32 a, u32 b)
{
    return a < b ? a : b;
}

static void draw_cell(struct terminal *terminal, u32 row, u32 column)
{
    const struct text_screen *screen = &terminal->screen;
    const struct text_cell *cell =
        &screen->cells[(terminal->top + row) * screen->columns + terminal->left + column];
    struct shown_cell *shown = &terminal->shown[row][column];
    u16 glyph = glyph_of(cell->character);
    if (shown->glyph == glyph && shown->attribute == cell->attribute)
        return;
    move_pen(terminal, row, column);
    set_pen(terminal, cell->attribute);
    put_glyph(&terminal->out, glyph);
    *shown = (struct shown_cell){glyph, cell->attribute};
    terminal->pen_column++;
    /* Where the pen is after the last column differs between terminals. */
    if (terminal->pen_column >= terminal->columns)
        terminal->pen_row = NO_PEN;
}

/* Scrolls as little as keeps `cursor` within `room` of `size` cells. */
static u32 scroll(u32 first, u32 cursor, u32 room, u32 size)
{
    if (room >= size)
        return 0;
    if (cursor < first)
        first = cursor;
    if (cursor >= first + room)
        first = cursor - room + 1;
    return smaller(first, size - room);
}

static void draw_cursor(struct terminal *terminal)
{
    const struct text_screen *screen = &terminal->screen;
    u32 row = screen->cursor_row - terminal->top, column = screen->cursor_column - terminal->left;
    bool inside = row < terminal->rows && column < terminal->columns;
    if (screen->cursor_visible && inside) {
        move_pen(terminal, row, column);
        text_out_string(&terminal->out, "\033[?25h");
    } else {
        text_out_string(&terminal->out, "\033[?25l");
    }
}

static void draw_screen(struct terminal *terminal)
{
    struct text_screen *screen = &terminal->screen;
    terminal->top = scroll(terminal->top, screen->cursor_row, terminal->rows, screen->rows);
    terminal->left =
        scroll(terminal->left, screen->cursor_column, terminal->columns, screen->columns);
    u32 rows = smaller(terminal->rows, screen->rows);
    u32 columns = smaller(terminal->columns, screen->columns);
    for (u32 row = 0; row < rows; row++)
        for (u32 column = 0; column < columns; column++)
            draw_cell(terminal, row, column);
}

static void forget_shown(struct terminal *terminal)
{
    for (u32 row = 0; row < TEXT_SCREEN_MAX_ROWS; row++)
        for (u32 column = 0; column < TEXT_SCREEN_MAX_COLUMNS; column++)
            terminal->shown[row][column].attribute = NO_PEN;
    terminal->pen_row = terminal->pen_column = terminal->pen_attribute = NO_PEN;
    terminal->status[0] = 0;
    text_out_string(&terminal->out, "\033[0m\033[2J");
}

/* The terminal's size may change at any moment; a question costs less than a signal handler. */
static void measure(struct terminal *terminal)
{
    struct winsize size;
    u32 rows = 24, columns = 80;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
        rows = size.ws_row, columns = size.ws_col;
    if (rows != terminal->rows || columns != terminal->columns) {
        terminal->rows = rows;
        terminal->columns = columns;
        terminal->stale = true;
    }
}

/* Bytes of the first `columns` characters of a UTF-8 text. */
static int fitting_bytes(const char *text, u32 columns)
{
    int bytes = 0;
    while (text[bytes] && columns--)
        do
            bytes++;
        while (((u8)text[bytes] & 0xc0) == 0x80);
    return bytes;
}

static void draw_status(struct terminal *terminal, u32 row, const struct ui_status *status)
{
    char text[sizeof terminal->status], shape[64];
    u32 width, height;
    machine_frame_size(terminal->ui.machine, &width, &height);
    snprintf(shape, sizeof shape, " — graphics of %u x %u dots, not shown here", width, height);
    if (terminal->help)
        snprintf(text, sizeof text, "%s", HELP);
    else
        snprintf(text, sizeof text, "glass386 — %s%s — Ctrl-A x quits, Ctrl-A h helps",
                 status->running ? "running" : "stopped", terminal->screen.columns ? "" : shape);
    if (row >= terminal->rows || strcmp(text, terminal->status) == 0)
        return;
    memcpy(terminal->status, text, sizeof text);
    text_out_format(&terminal->out, "\033[%u;1H\033[0;7m%.*s\033[0m\033[K", row + 1,
                    fitting_bytes(text, terminal->columns), text);
    terminal->pen_row = terminal->pen_attribute = NO_PEN;
}

static void send(struct terminal *terminal)
{
    const char *text = text_out_text(&terminal->out);
    size_t left = terminal->out.length;
    while (left && !terminal->closed) {
        ssize_t count = write(STDOUT_FILENO, text, left);
        if (count < 0 && errno != EINTR && errno != EAGAIN)
            terminal->closed = true;
        if (count > 0)
            text += count, left -= (size_t)count;
    }
    text_out_clear(&terminal->out);
}

static void terminal_draw(struct ui *ui, const struct ui_status *status)
{
    struct terminal *terminal = (struct terminal *)ui;
    if (terminal->suspended)
        return;
    measure(terminal);
    if (tty_was_continued())
        terminal->stale = true;
    u64 version = machine_frame_version(ui->machine);
    bool same = !terminal->stale && version == terminal->version;
    u32 old_rows = terminal->screen.rows, old_columns = terminal->screen.columns;
    bool blinked = terminal->screen.blinks;
    bool text =
        same ? terminal->screen.columns != 0 : machine_text_screen(ui->machine, &terminal->screen);
    if (!text)
        terminal->screen = (struct text_screen){.rows = 0};
    if (terminal->stale || terminal->screen.rows != old_rows ||
        terminal->screen.columns != old_columns || terminal->screen.blinks != blinked)
        forget_shown(terminal);
    if (text && !same)
        draw_screen(terminal);
    /* Below the screen, or over its last row while help was asked for. */
    u32 row = smaller(terminal->screen.rows, terminal->help ? terminal->rows - 1 : NO_PEN);
    draw_status(terminal, row, status);
    if (terminal->out.length)
        draw_cursor(terminal);
    terminal->version = version;
    terminal->stale = false;
    send(terminal);
}

/* ---- typing ---- */

static void read_bytes(struct terminal *terminal)
{
    struct pollfd descriptor = {STDIN_FILENO, POLLIN, 0};
    size_t room = sizeof terminal->held - terminal->held_count;
    if (room == 0 || poll(&descriptor, 1, 0) <= 0)
        return;
    ssize_t count = read(STDIN_FILENO, terminal->held + terminal->held_count, room);
    if (count > 0) {
        terminal->held_count += (size_t)count;
        terminal->last_byte_ns = host_ns();
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
        terminal->closed = true;
    }
}

/* A key takes the help line away again: the row under it must be drawn anew. */
static void leave_help(struct terminal *terminal)
{
    terminal->stale = terminal->stale || terminal->help;
    terminal->help = false;
}

static enum ui_event take_bytes(struct terminal *terminal)
{
    size_t used = 0;
    enum terminal_command command = TERMINAL_NONE;
    while (used < terminal->held_count && command == TERMINAL_NONE) {
        if (!terminal_keys_byte(&terminal->keys, terminal->held[used], &command))
            break;
        leave_help(terminal);
        used++;
    }
    terminal->held_count -= used;
    memmove(terminal->held, terminal->held + used, terminal->held_count);
    if (command == TERMINAL_HELP)
        terminal->help = true;
    return command == TERMINAL_QUIT      ? UI_QUIT
           : command == TERMINAL_MONITOR ? UI_MONITOR
                                         : UI_NOTHING;
}

static enum ui_event terminal_poll(struct ui *ui)
{
    struct terminal *terminal = (struct terminal *)ui;
    if (terminal->suspended)
        return UI_NOTHING;
    read_bytes(terminal);
    enum ui_event event = take_bytes(terminal);
    if (terminal->held_count == 0 && host_ns() - terminal->last_byte_ns > ESCAPE_WAIT_NS)
        terminal_keys_idle(&terminal->keys);
    return terminal->closed ? UI_QUIT : event;
}

/* ---- the display ---- */

static bool available(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static void terminal_close(struct ui *ui)
{
    struct terminal *terminal = (struct terminal *)ui;
    tty_restore();
    text_out_free(&terminal->out);
    free(terminal);
}

static struct ui *terminal_open(struct machine *machine, const struct ui_settings *settings,
                                struct error *error)
{
    (void)settings;
    if (!available()) {
        error_set(error, "-display terminal: standard input and output must be a terminal");
        return NULL;
    }
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (!terminal) {
        error_set(error, "-display terminal: out of memory");
        return NULL;
    }
    const char *kind = getenv("TERM");
    terminal->ui = (struct ui){&display_terminal, machine};
    terminal->keys.machine = machine;
    terminal->many_colours = kind && strstr(kind, "256color");
    terminal->stale = true;
    if (!tty_raw(false, ENTER, LEAVE, error)) {
        terminal_close(&terminal->ui);
        return NULL;
    }
    return &terminal->ui;
}

static void terminal_suspend(struct ui *ui, bool suspended)
{
    struct terminal *terminal = (struct terminal *)ui;
    terminal->suspended = suspended;
    terminal->stale = true;
    if (suspended)
        tty_restore();
    else
        tty_raw(false, ENTER, LEAVE, NULL);
}

const struct display display_terminal = {
    .name = "terminal",
    .help = "the text screen in this terminal",
    .paced = true,
    .available = available,
    .open = terminal_open,
    .poll = terminal_poll,
    .draw = terminal_draw,
    .suspend = terminal_suspend,
    .close = terminal_close,
};
