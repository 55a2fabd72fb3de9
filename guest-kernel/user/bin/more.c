/* more [file...]: a screen at a time. Space the next one, Enter a line, q the end. */
#include "tool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define SCREEN_LINES 24
#define SCREEN_COLUMNS 80

static int keys = -1;
static struct termios saved;
static int lines, column;

static void restore(void)
{
	if (keys >= 0)
		tcsetattr(keys, TCSANOW, &saved);
}

static int open_keys(void)
{
	struct termios raw;

	keys = open("/dev/tty", O_RDONLY);
	if (keys < 0)
		keys = dup(2);
	if (keys < 0 || tcgetattr(keys, &saved) < 0)
		return -1;
	raw = saved;
	raw.c_lflag &= ~(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	return tcsetattr(keys, TCSANOW, &raw);
}

/* Waits for a key at the foot of the screen. Answers 0 when the user wants no more. */
static int ask(void)
{
	char key = 'q';

	fputs("\033[7m--More--\033[m", stdout);
	fflush(stdout);
	while (read(keys, &key, 1) == 1) {
		if (key == ' ')
			lines = 0;
		else if (key == '\n' || key == '\r')
			lines--;
		else if (key != 'q')
			continue;
		break;
	}
	fputs("\r        \r", stdout);
	return key != 'q';
}

static int show(FILE *file, const char *name)
{
	int c;

	(void) name;
	while ((c = fgetc(file)) != EOF) {
		if (lines >= SCREEN_LINES && !ask()) {
			restore();
			exit(0);
		}
		putchar(c);
		column = c == '\t' ? (column | 7) + 1 : column + 1;
		if (c == '\n' || column >= SCREEN_COLUMNS) {
			column = 0;
			lines++;
		}
	}
	return 0;
}

static int copy(FILE *file, const char *name)
{
	int c;

	(void) name;
	while ((c = fgetc(file)) != EOF)
		putchar(c);
	return 0;
}

int main(int argc, char *argv[])
{
	int code;

	if (!isatty(1) || open_keys() < 0)
		return tool_each_file(argc, argv, copy);
	code = tool_each_file(argc, argv, show);
	restore();
	return code;
}
