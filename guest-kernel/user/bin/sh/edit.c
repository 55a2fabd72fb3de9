/* A line from a terminal, with editing and a history. The terminal is taken out of line mode only while the line is
   typed. Lines longer than the screen are right, but cannot be edited across its edge. */
#include "sh.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define HISTORY 32
#define CONTROL(letter) ((letter) - 'A' + 1)
#define ESCAPE 27
#define RUBOUT 127

/* What a key does, after its escape sequence is read. */
enum key { KEY_NONE = 256, KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_DELETE };

static struct termios line_mode; /* of the terminal, while it is in raw mode */
static char *history[HISTORY]; /* the oldest first */
static int remembered;

static struct line {
	char *bytes;
	int length, at, room;
	int recalled; /* index into history, remembered = the line itself */
} line;

static void out(const char *bytes, int n)
{
	if (n > 0)
		write(STDERR_FILENO, bytes, n);
}

static void out_many(char c, int n)
{
	while (n-- > 0)
		out(&c, 1);
}

/* The text from the cursor on, then blanks for what was there before, then back to the cursor. */
static void show_tail(int blanks)
{
	int n = line.length - line.at;

	out(line.bytes + line.at, n);
	out_many(' ', blanks);
	out_many('\b', n + blanks);
}

static void move_to(int at)
{
	if (at < line.at)
		out_many('\b', line.at - at);
	else
		out(line.bytes + line.at, at - line.at);
	line.at = at;
}

static void insert(char c)
{
	if (line.length >= line.room - 1) { /* one for the newline */
		out("\a", 1);
		return;
	}
	memmove(line.bytes + line.at + 1, line.bytes + line.at, line.length - line.at);
	line.bytes[line.at] = c;
	line.length++;
	out(&c, 1);
	line.at++;
	if (line.at < line.length)
		show_tail(0);
}

/* Takes the bytes from `from` to `to` away; the cursor goes there. */
static void cut(int from, int to)
{
	if (from == to)
		return;
	move_to(from);
	memmove(line.bytes + from, line.bytes + to, line.length - to);
	line.length -= to - from;
	show_tail(to - from);
}

static int word_start(void)
{
	int at = line.at;

	while (at && line.bytes[at - 1] == ' ')
		at--;
	while (at && line.bytes[at - 1] != ' ')
		at--;
	return at;
}

static void replace_by(const char *text)
{
	cut(0, line.length);
	while (*text)
		insert(*text++);
}

/* The line before or after in the history; below the youngest an empty one. */
static void recall(int step)
{
	int wanted = line.recalled + step;

	if (wanted < 0 || wanted > remembered)
		return;
	line.recalled = wanted;
	replace_by(wanted < remembered ? history[wanted] : "");
}

static void remember(void)
{
	char *copy;

	if (!line.length)
		return;
	line.bytes[line.length] = 0;
	if (remembered && !strcmp(history[remembered - 1], line.bytes))
		return;
	copy = malloc(line.length + 1);
	if (!copy)
		return;
	strcpy(copy, line.bytes);
	if (remembered == HISTORY) {
		free(history[0]);
		memmove(history, history + 1, (HISTORY - 1) * sizeof *history);
		remembered--;
	}
	history[remembered++] = copy;
}

/* One byte at a time: what follows the line belongs to the command that it starts. */
static int get_byte(int fd)
{
	unsigned char c;
	int n;

	do
		n = read(fd, &c, 1);
	while (n < 0 && errno == EINTR && !shell_interrupted);
	return n == 1 ? c : -1;
}

/* Behind ESC: [ or O, numbers, a letter or ~ (ECMA-48); the console's function keys have a second [. */
static int get_sequence(int fd)
{
	static const struct {
		char letter;
		int number, key;
	} keys[] = {
		{'A', 0, KEY_UP}, {'B', 0, KEY_DOWN}, {'C', 0, KEY_RIGHT}, {'D', 0, KEY_LEFT},
		{'H', 0, KEY_HOME}, {'F', 0, KEY_END}, {'Y', 0, KEY_END}, {'~', 1, KEY_HOME},
		{'~', 4, KEY_END}, {'~', 7, KEY_HOME}, {'~', 8, KEY_END}, {'~', 3, KEY_DELETE},
	};
	int c = get_byte(fd), number = 0;

	if (c != '[' && c != 'O')
		return c < 0 ? c : KEY_NONE;
	while ((c = get_byte(fd)) >= 0 && (c < '@' || c == '['))
		if (c >= '0' && c <= '9')
			number = number * 10 + c - '0';
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].letter == c && keys[i].number == number)
			return keys[i].key;
	return c < 0 ? c : KEY_NONE;
}

static void edit(int c)
{
	switch (c) {
	case CONTROL('A'): case KEY_HOME:
		move_to(0);
		return;
	case CONTROL('E'): case KEY_END:
		move_to(line.length);
		return;
	case CONTROL('B'): case KEY_LEFT:
		move_to(line.at ? line.at - 1 : 0);
		return;
	case CONTROL('F'): case KEY_RIGHT:
		move_to(line.at < line.length ? line.at + 1 : line.at);
		return;
	case CONTROL('P'): case KEY_UP:
		recall(-1);
		return;
	case CONTROL('N'): case KEY_DOWN:
		recall(+1);
		return;
	case CONTROL('H'): case RUBOUT:
		cut(line.at ? line.at - 1 : 0, line.at);
		return;
	case CONTROL('D'): case KEY_DELETE:
		cut(line.at, line.at < line.length ? line.at + 1 : line.at);
		return;
	case CONTROL('K'):
		cut(line.at, line.length);
		return;
	case CONTROL('U'):
		cut(0, line.at);
		return;
	case CONTROL('W'):
		cut(word_start(), line.at);
		return;
	case '\t':
		insert(' ');
		return;
	default:
		if (c >= ' ' && c < 256)
			insert(c);
	}
}

/* The bytes of the line with its newline, 0 at the end of input, -1 when ^C came. */
static int edit_line(int fd)
{
	for (;;) {
		int c = get_byte(fd);

		if (c == ESCAPE)
			c = get_sequence(fd);
		if (c < 0) {
			if (shell_interrupted)
				out("^C\n", 3);
			return shell_interrupted ? -1 : 0;
		}
		if (c == CONTROL('D') && !line.length)
			return 0;
		if (c == '\n' || c == '\r') {
			out("\n", 1);
			remember();
			line.bytes[line.length] = '\n';
			return line.length + 1;
		}
		edit(c);
	}
}

int edit_is_wanted(int fd)
{
	const char *term = var_get("TERM");
	struct termios mode;

	return term && strcmp(term, "dumb") && tcgetattr(fd, &mode) == 0 && mode.c_lflag & ICANON &&
	       mode.c_lflag & ECHO;
}

void edit_begin(int fd)
{
	struct termios raw;

	tcgetattr(fd, &line_mode);
	raw = line_mode;
	raw.c_lflag &= ~(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(fd, TCSANOW, &raw);
}

int edit_read(int fd, char *bytes, int room)
{
	int n;

	line.bytes = bytes;
	line.length = line.at = 0;
	line.room = room;
	line.recalled = remembered;
	n = edit_line(fd);
	tcsetattr(fd, TCSANOW, &line_mode);
	return n;
}
