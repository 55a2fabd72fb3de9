#ifndef _CONSOLE_H
#define _CONSOLE_H

#define NR_PARAMETERS 16

/* A virtual console: its share of the video memory, its cursor, and where the parser of escape
   sequences stands. Addresses are linear, which in the kernel are physical. */
struct console {
	unsigned long mem_start, mem_end; /* its share of the video memory */
	unsigned long origin;             /* address of the top left character */
	unsigned x, y;
	unsigned top, bottom;             /* scrolling region: rows top..bottom-1 */
	unsigned saved_x, saved_y;
	unsigned char foreground, background, bold, underline, blink, reverse;
	unsigned char attribute;          /* made of the line above */
	unsigned char answered;           /* a report waits in the terminal's read queue */
	unsigned char wrap_pending;       /* the last column is written: the next character wraps */
	/* vt.c */
	unsigned char state;
	unsigned char question;           /* the sequence began with ESC [ ? */
	unsigned char charset, graphics[2];
	unsigned parameters[NR_PARAMETERS], count;
};

extern unsigned video_columns, video_rows;

/* console.c: the screen */
void con_put(struct console *con, unsigned char c);
void con_move(struct console *con, int x, int y);
void con_scroll_up(struct console *con, unsigned top, unsigned bottom, unsigned rows);
void con_scroll_down(struct console *con, unsigned top, unsigned bottom, unsigned rows);
void con_clear(struct console *con, unsigned x, unsigned y, unsigned cells);
void con_insert_chars(struct console *con, unsigned cells);
void con_delete_chars(struct console *con, unsigned cells);
void con_set_attribute(struct console *con);
void con_answer(struct console *con, const char *text);

/* vt.c: the terminal */
void vt_reset(struct console *con);
void vt_put(struct console *con, unsigned char c);

#endif
