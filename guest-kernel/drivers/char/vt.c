/*
 * The terminal that programs see: VT102 in the extent of 0.12. Control characters, ESC and CSI
 * sequences are rows of tables; a sequence that is in no table has no effect.
 */
#include "console.h"
#include "char.h"
#include <linux/kernel.h>
#include <string.h>

enum vt_state {
	VT_TEXT,
	VT_ESC,
	VT_CSI,          /* ESC [ */
	VT_PARAMETERS,   /* its numbers */
	VT_SKIP_ONE,     /* ESC [ [ x and ESC # x: one more character, ignored */
	VT_CHARSET_0,    /* ESC ( */
	VT_CHARSET_1,    /* ESC ) */
};

/* Parameter i; `otherwise` when it is missing or 0. */
static unsigned parameter(const struct console *con, unsigned i, unsigned otherwise)
{
	return i < con->count && con->parameters[i] ? con->parameters[i] : otherwise;
}

static void line_feed(struct console *con)
{
	con->wrap_pending = 0;
	if (con->y + 1 == con->bottom)
		con_scroll_up(con, con->top, con->bottom, 1);
	else if (con->y + 1 < video_rows)
		con->y++;
}

static void reverse_line_feed(struct console *con)
{
	con->wrap_pending = 0;
	if (con->y == con->top)
		con_scroll_down(con, con->top, con->bottom, 1);
	else if (con->y)
		con->y--;
}

static void next_line(struct console *con)
{
	con->x = 0;
	line_feed(con);
}

static void save_cursor(struct console *con)
{
	con->saved_x = con->x;
	con->saved_y = con->y;
}

static void restore_cursor(struct console *con)
{
	con_move(con, con->saved_x, con->saved_y);
}

static void identify(struct console *con)
{
	con_answer(con, "\033[?1;2c");
}

static void default_rendition(struct console *con)
{
	con->foreground = 7;
	con->background = 0;
	con->bold = con->underline = con->blink = con->reverse = 0;
	con_set_attribute(con);
}

/* State after ESC c and at boot; the screen's contents stay. */
void vt_reset(struct console *con)
{
	con->state = VT_TEXT;
	con->question = con->charset = 0;
	con->graphics[0] = 0;
	con->graphics[1] = 1;
	con->count = 0;
	con->top = 0;
	con->bottom = video_rows;
	con->saved_x = con->saved_y = 0;
	default_rendition(con);
	con_move(con, 0, 0);
}

static void reset_and_clear(struct console *con)
{
	vt_reset(con);
	con_clear(con, 0, 0, video_rows * video_columns);
}

static void csi_up(struct console *con)
{
	con_move(con, con->x, (int)con->y - (int)parameter(con, 0, 1));
}

static void csi_down(struct console *con)
{
	con_move(con, con->x, con->y + parameter(con, 0, 1));
}

static void csi_right(struct console *con)
{
	con_move(con, con->x + parameter(con, 0, 1), con->y);
}

static void csi_left(struct console *con)
{
	con_move(con, (int)con->x - (int)parameter(con, 0, 1), con->y);
}

static void csi_next_line(struct console *con)
{
	con_move(con, 0, con->y + parameter(con, 0, 1));
}

static void csi_previous_line(struct console *con)
{
	con_move(con, 0, (int)con->y - (int)parameter(con, 0, 1));
}

static void csi_column(struct console *con)
{
	con_move(con, parameter(con, 0, 1) - 1, con->y);
}

static void csi_row(struct console *con)
{
	con_move(con, con->x, parameter(con, 0, 1) - 1);
}

static void csi_position(struct console *con)
{
	con_move(con, parameter(con, 1, 1) - 1, parameter(con, 0, 1) - 1);
}

/* 0 from the cursor to the end, 1 from the start to the cursor, 2 all of `cells`, which begin at
   row y, column 0 and have the cursor `before` cells into them. */
static void erase(struct console *con, unsigned y, unsigned before, unsigned cells)
{
	switch (parameter(con, 0, 0)) {
	case 0:
		con_clear(con, con->x, con->y, cells - before);
		break;
	case 1:
		con_clear(con, 0, y, before + 1);
		break;
	case 2:
		con_clear(con, 0, y, cells);
		break;
	}
}

static void csi_erase_display(struct console *con)
{
	erase(con, 0, con->y * video_columns + con->x, video_rows * video_columns);
}

static void csi_erase_line(struct console *con)
{
	erase(con, con->y, con->x, video_columns);
}

static void csi_insert_lines(struct console *con)
{
	con_scroll_down(con, con->y, con->bottom, parameter(con, 0, 1));
}

static void csi_delete_lines(struct console *con)
{
	con_scroll_up(con, con->y, con->bottom, parameter(con, 0, 1));
}

static void csi_delete_chars(struct console *con)
{
	con_delete_chars(con, parameter(con, 0, 1));
}

static void csi_insert_chars(struct console *con)
{
	con_insert_chars(con, parameter(con, 0, 1));
}

static void csi_scroll_region(struct console *con)
{
	unsigned top = parameter(con, 0, 1), bottom = parameter(con, 1, video_rows);

	if (top >= bottom || bottom > video_rows)
		return;
	con->top = top - 1;
	con->bottom = bottom;
	con_move(con, 0, 0);
}

static void one_rendition(struct console *con, unsigned number)
{
	if (number >= 30 && number <= 37) {
		con->foreground = number - 30;
		return;
	}
	if (number >= 40 && number <= 47) {
		con->background = number - 40;
		return;
	}
	switch (number) {
	case 0:
		default_rendition(con);
		break;
	case 1:
		con->bold = 1;
		break;
	case 4:
		con->underline = 1;
		break;
	case 5:
		con->blink = 1;
		break;
	case 7:
		con->reverse = 1;
		break;
	case 22:
		con->bold = 0;
		break;
	case 24:
		con->underline = 0;
		break;
	case 25:
		con->blink = 0;
		break;
	case 27:
		con->reverse = 0;
		break;
	case 38: /* default colour, underlined */
		con->foreground = 7;
		con->underline = 1;
		break;
	case 39:
		con->foreground = 7;
		con->underline = 0;
		break;
	case 48:
	case 49:
		con->background = 0;
		break;
	}
}

static void csi_rendition(struct console *con)
{
	for (unsigned i = 0; i < con->count; i++)
		one_rendition(con, con->parameters[i]);
	con_set_attribute(con);
}

static const struct {
	char final;
	void (*run)(struct console *con);
} csi_table[] = {
	{'@', csi_insert_chars},
	{'A', csi_up},
	{'B', csi_down},
	{'C', csi_right},
	{'D', csi_left},
	{'E', csi_next_line},
	{'F', csi_previous_line},
	{'G', csi_column},
	{'H', csi_position},
	{'J', csi_erase_display},
	{'K', csi_erase_line},
	{'L', csi_insert_lines},
	{'M', csi_delete_lines},
	{'P', csi_delete_chars},
	{'`', csi_column},
	{'a', csi_right},
	{'d', csi_row},
	{'e', csi_down},
	{'f', csi_position},
	{'m', csi_rendition},
	{'r', csi_scroll_region},
	{'s', save_cursor},
	{'u', restore_cursor},
}, escape_table[] = {
	{'7', save_cursor},
	{'8', restore_cursor},
	{'D', line_feed},
	{'E', next_line},
	{'M', reverse_line_feed},
	{'Z', identify},
	{'c', reset_and_clear},
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static void run_csi(struct console *con, char final)
{
	for (unsigned i = 0; i < ROWS(csi_table); i++)
		if (csi_table[i].final == final)
			csi_table[i].run(con);
}

/* The character after ESC; answers the next state. */
static enum vt_state after_escape(struct console *con, unsigned char c)
{
	switch (c) {
	case '[':
		memset(con->parameters, 0, sizeof(con->parameters));
		con->count = 1;
		con->question = 0;
		return VT_CSI;
	case '#':
		return VT_SKIP_ONE;
	case '(':
		return VT_CHARSET_0;
	case ')':
		return VT_CHARSET_1;
	}
	for (unsigned i = 0; i < ROWS(escape_table); i++)
		if (escape_table[i].final == c)
			escape_table[i].run(con);
	return VT_TEXT;
}

static enum vt_state take_parameter(struct console *con, unsigned char c)
{
	unsigned *number = &con->parameters[con->count - 1];

	if (c >= '0' && c <= '9') {
		if (*number < 10000)
			*number = *number * 10 + c - '0';
		return VT_PARAMETERS;
	}
	if (c == ';') {
		if (con->count < NR_PARAMETERS)
			con->count++;
		return VT_PARAMETERS;
	}
	if (!con->question)
		run_csi(con, c);
	return VT_TEXT;
}

static enum vt_state after_csi(struct console *con, unsigned char c)
{
	if (c == '[')
		return VT_SKIP_ONE; /* a function key's code, echoed */
	if (c == '?') {
		con->question = 1;
		return VT_PARAMETERS;
	}
	return take_parameter(con, c);
}

static enum vt_state set_charset(struct console *con, int which, unsigned char c)
{
	if (c == '0' || c == 'B')
		con->graphics[which] = c == '0';
	return VT_TEXT;
}

/* VT100 line drawing, 60h..7Eh, in code page 437. */
static const unsigned char line_drawing[] = {
	0x04, 0xb1, 0x07, 0x07, 0x07, 0x07, 0xf8, 0xf1,
	0x07, 0x07, 0xd9, 0xbf, 0xda, 0xc0, 0xc5, 0xc4,
	0xc4, 0xc4, 0xc4, 0xc4, 0xc3, 0xb4, 0xc1, 0xc2,
	0xb3, 0xf3, 0xf2, 0xe3, 0xd8, 0x9c, 0x07,
};

static void put_text(struct console *con, unsigned char c)
{
	if (con->graphics[con->charset] && c >= 0x60 && c <= 0x7e)
		c = line_drawing[c - 0x60];
	con_put(con, c);
}

/* Characters below 32 and DEL act in every state; they answer whether c was one. */
static int control(struct console *con, unsigned char c)
{
	switch (c) {
	case 7:
		sysbeep();
		return 1;
	case 8:
		con_move(con, (int)con->x - 1, con->y);
		return 1;
	case 9:
		con_move(con, (con->x & ~7u) + 8, con->y);
		return 1;
	case 10:
	case 11:
	case 12:
		line_feed(con);
		return 1;
	case 13:
		con_move(con, 0, con->y);
		return 1;
	case 14:
	case 15:
		con->charset = c == 14;
		return 1;
	case 24:
	case 26:
		con->state = VT_TEXT;
		return 1;
	case 27:
		con->state = VT_ESC;
		return 1;
	case 127:
		con_move(con, (int)con->x - 1, con->y);
		con_clear(con, con->x, con->y, 1);
		return 1;
	}
	return c < 32;
}

/* One character of a console's output. */
void vt_put(struct console *con, unsigned char c)
{
	if (control(con, c))
		return;
	switch ((enum vt_state)con->state) {
	case VT_TEXT:
		put_text(con, c);
		break;
	case VT_ESC:
		con->state = after_escape(con, c);
		break;
	case VT_CSI:
		con->state = after_csi(con, c);
		break;
	case VT_PARAMETERS:
		con->state = take_parameter(con, c);
		break;
	case VT_SKIP_ONE:
		con->state = VT_TEXT;
		break;
	case VT_CHARSET_0:
		con->state = set_charset(con, 0, c);
		break;
	case VT_CHARSET_1:
		con->state = set_charset(con, 1, c);
		break;
	}
}
