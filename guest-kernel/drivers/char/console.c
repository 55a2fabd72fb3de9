/*
 * The text screen: up to 8 consoles share the video memory; each scrolls in its part by moving the
 * CRTC's start address until the part ends and then by copying. With 32 KB and 80x25 a part holds
 * one screen and 96 bytes, so every scroll is a copy; with fewer or larger parts it is not.
 *
 * A character goes to the screen with interrupts off: echo comes from the keyboard's interrupt.
 * CRTC registers: 12, 13 start address, 14, 15 cursor (VGA: index port 3D4, monochrome 3B4).
 */
#include "console.h"
#include "char.h"
#include "queue.h"
#include <asm/io.h>
#include <linux/config.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <string.h>

/* Bytes of the parameter block that setup filled. */
#define PARAM(offset) (*(volatile unsigned char *)(PARAM_BASE + (offset)))
#define PARAM_CURSOR_X PARAM(0)
#define PARAM_CURSOR_Y PARAM(1)
#define PARAM_MODE PARAM(6)
#define PARAM_COLUMNS PARAM(7)
#define PARAM_EGA PARAM(10) /* 10h: neither EGA nor VGA */
#define PARAM_ROWS PARAM(14)

#define MODE_MONO 7
#define CRTC_START 12
#define CRTC_CURSOR 14

#define PIT_CHANNEL_2 0x42
#define PIT_COMMAND 0x43
#define PORT_B 0x61    /* bit 0: gate of channel 2, bit 1: speaker */
#define BEEP_DIVISOR 0x637 /* 1193182 Hz / 1591 = 750 Hz */

int nr_consoles;
int fg_console;
unsigned video_columns, video_rows;

static struct console consoles[MAX_CONSOLES];
static unsigned long video_start;
static unsigned short crtc_port;
static unsigned row_bytes, screen_bytes;
static int is_mono;
static int beeping;

static inline struct console *front(void)
{
	return consoles + fg_console;
}

static inline unsigned short *cell_at(const struct console *con, unsigned x, unsigned y)
{
	return (unsigned short *)(con->origin + y * row_bytes) + x;
}

static inline unsigned short blank(const struct console *con)
{
	return con->attribute << 8 | ' ';
}

static void fill_cells(unsigned short *at, unsigned short value, unsigned cells)
{
	while (cells--)
		*at++ = value;
}

/* Two registers, high byte first: a word offset into the video memory. */
static void crtc_write(unsigned char reg, unsigned long address)
{
	unsigned word = (address - video_start) >> 1;

	outb_p(reg, crtc_port);
	outb_p(word >> 8, crtc_port + 1);
	outb_p(reg + 1, crtc_port);
	outb_p(word, crtc_port + 1);
}

static void show_cursor(const struct console *con)
{
	if (con == front())
		crtc_write(CRTC_CURSOR, (unsigned long)cell_at(con, con->x, con->y));
}

static void show_origin(const struct console *con)
{
	if (con == front())
		crtc_write(CRTC_START, con->origin);
}

/* Puts the cursor at a column and row, moved inside the screen. */
void con_move(struct console *con, int x, int y)
{
	con->x = x < 0 ? 0 : x >= (int)video_columns ? video_columns - 1 : (unsigned)x;
	con->y = y < 0 ? 0 : y >= (int)video_rows ? video_rows - 1 : (unsigned)y;
	con->wrap_pending = 0;
}

/* The whole screen by one row: moves the origin while there is memory behind the screen. */
static void scroll_screen(struct console *con)
{
	if (con->origin + row_bytes + screen_bytes <= con->mem_end) {
		con->origin += row_bytes;
	} else {
		memmove((void *)con->mem_start, (void *)(con->origin + row_bytes),
			screen_bytes - row_bytes);
		con->origin = con->mem_start;
	}
	fill_cells(cell_at(con, 0, video_rows - 1), blank(con), video_columns);
	show_origin(con);
}

/* Moves the rows top..bottom-1 up; the rows that come free at the bottom are blank. */
void con_scroll_up(struct console *con, unsigned top, unsigned bottom, unsigned rows)
{
	if (top >= bottom)
		return;
	if (rows > bottom - top)
		rows = bottom - top;
	if (!top && bottom == video_rows && rows == 1) {
		scroll_screen(con);
		return;
	}
	memmove(cell_at(con, 0, top), cell_at(con, 0, top + rows),
		(bottom - top - rows) * row_bytes);
	fill_cells(cell_at(con, 0, bottom - rows), blank(con), rows * video_columns);
}

void con_scroll_down(struct console *con, unsigned top, unsigned bottom, unsigned rows)
{
	if (top >= bottom)
		return;
	if (rows > bottom - top)
		rows = bottom - top;
	memmove(cell_at(con, 0, top + rows), cell_at(con, 0, top),
		(bottom - top - rows) * row_bytes);
	fill_cells(cell_at(con, 0, top), blank(con), rows * video_columns);
}

/* Blanks cells from a position on, at most to the end of the screen. */
void con_clear(struct console *con, unsigned x, unsigned y, unsigned cells)
{
	unsigned left = (video_rows - y) * video_columns - x;

	fill_cells(cell_at(con, x, y), blank(con), cells < left ? cells : left);
}

void con_insert_chars(struct console *con, unsigned cells)
{
	unsigned short *at = cell_at(con, con->x, con->y);
	unsigned left = video_columns - con->x;

	if (cells > left)
		cells = left;
	memmove(at + cells, at, (left - cells) * 2);
	fill_cells(at, blank(con), cells);
}

void con_delete_chars(struct console *con, unsigned cells)
{
	unsigned short *at = cell_at(con, con->x, con->y);
	unsigned left = video_columns - con->x;

	if (cells > left)
		cells = left;
	memmove(at, at + cells, (left - cells) * 2);
	fill_cells(at + left - cells, blank(con), cells);
}

/* Video attribute of the rendition: on a colour screen bits 0-2 foreground, 3 bright, 4-6
   background, 7 blink; underlined text is cyan there, attribute 1 on a monochrome one. */
void con_set_attribute(struct console *con)
{
	/* ANSI counts red green blue from bit 0, the adapter blue green red. */
	static const unsigned char vga_colour[8] = {0, 4, 2, 6, 1, 5, 3, 7};
	unsigned char fg = vga_colour[con->foreground], bg = vga_colour[con->background], swap;

	if (is_mono) {
		fg = con->underline ? 1 : 7;
		bg = 0;
	} else if (con->underline) {
		fg = 3;
	}
	if (con->reverse) {
		swap = fg == 1 && is_mono ? 7 : fg;
		fg = bg;
		bg = swap;
	}
	con->attribute = fg | bg << 4 | (con->bold ? 0x08 : 0) | (con->blink ? 0x80 : 0);
}

/* Writes a character at the cursor. The cursor stays on the last column until one more comes. */
void con_put(struct console *con, unsigned char c)
{
	if (con->wrap_pending) {
		con->wrap_pending = 0;
		con->x = 0;
		if (con->y + 1 == con->bottom)
			con_scroll_up(con, con->top, con->bottom, 1);
		else if (con->y + 1 < video_rows)
			con->y++;
	}
	*cell_at(con, con->x, con->y) = con->attribute << 8 | c;
	if (con->x + 1 < video_columns)
		con->x++;
	else
		con->wrap_pending = 1;
}

/* A terminal's report, as if typed; con_write() hands it on when it is through with its queue. */
void con_answer(struct console *con, const char *text)
{
	while (*text)
		queue_put(tty_table[con - consoles].read_q, *text++);
	con->answered = 1;
}

/*
 * tty_struct.write of consoles: shows all that is queued, unless ^S stopped it. A letter is taken and
 * shown in one go: the echo of a key comes here from an interrupt and must not overtake it.
 */
void con_write(struct tty_struct *tty)
{
	struct console *con = consoles + (tty - tty_table);
	unsigned long flags = save_flags();
	int c;

	if (con >= consoles + nr_consoles)
		return;
	cli();
	while (!tty->stopped && (c = queue_get(tty->write_q)) >= 0) {
		vt_put(con, c);
		restore_flags(flags);
		cli();
	}
	show_cursor(con);
	restore_flags(flags);
	if (!tty->stopped)
		wake_up(&tty->write_q->proc_list);
	if (con->answered) {
		con->answered = 0;
		copy_to_cooked(tty);
	}
}

/* Kernel messages, on the console in front. */
void console_print(const char *text)
{
	unsigned long flags = save_flags();

	if (!nr_consoles)
		return;
	cli();
	for (; *text; text++) {
		if (*text == '\n')
			vt_put(front(), '\r');
		vt_put(front(), *text);
	}
	show_cursor(front());
	restore_flags(flags);
}

/* Brings a console (0..nr_consoles-1) to the front. */
void change_console(unsigned console)
{
	unsigned long flags = save_flags();

	if (console >= (unsigned)nr_consoles)
		return;
	cli();
	fg_console = console;
	show_origin(front());
	show_cursor(front());
	restore_flags(flags);
}

static void sysbeepstop(void)
{
	outb(inb_p(PORT_B) & 0xfc, PORT_B);
	beeping = 0;
}

/* 750 Hz for an eighth of a second; a beep during a beep changes nothing. */
void sysbeep(void)
{
	if (beeping)
		return;
	beeping = 1;
	outb(inb_p(PORT_B) | 3, PORT_B);
	outb_p(0xb6, PIT_COMMAND); /* channel 2, low then high byte, square wave */
	outb_p(BEEP_DIVISOR & 0xff, PIT_CHANNEL_2);
	outb(BEEP_DIVISOR >> 8, PIT_CHANNEL_2);
	add_timer(HZ / 8, sysbeepstop);
}

static unsigned long find_adapter(void)
{
	int is_ega = PARAM_EGA != 0x10;

	is_mono = PARAM_MODE == MODE_MONO;
	video_columns = PARAM_COLUMNS ? PARAM_COLUMNS : 80;
	video_rows = PARAM_ROWS ? PARAM_ROWS : 25;
	row_bytes = video_columns * 2;
	screen_bytes = video_rows * row_bytes;
	crtc_port = is_mono ? 0x3b4 : 0x3d4;
	video_start = is_mono ? 0xb0000 : 0xb8000;
	if (is_mono)
		return is_ega ? 0xb8000 : 0xb2000;
	return is_ega ? 0xc0000 : 0xbc000;
}

/* The first console takes the screen over as the BIOS left it, so that its text stays readable. */
static void init_console(struct console *con, unsigned long start, unsigned long size)
{
	con->mem_start = con->origin = start;
	con->mem_end = start + size;
	vt_reset(con);
	if (con != consoles)
		fill_cells((unsigned short *)start, blank(con), size / 2);
}

void con_init(void)
{
	unsigned long video_end = find_adapter(), share;
	int count = (video_end - video_start) / screen_bytes;

	if (count > MAX_CONSOLES)
		count = MAX_CONSOLES;
	if (count < 1)
		count = 1;
	share = (video_end - video_start) / count & ~1UL;
	for (int i = 0; i < count; i++)
		init_console(consoles + i, video_start + i * share, share);
	nr_consoles = count;
	con_move(consoles, PARAM_CURSOR_X, PARAM_CURSOR_Y);
	change_console(0);
}
