#include "tool.h"

#include <stdlib.h>
#include <string.h>

static const char from[] = "ntaerb\\", to[] = "\n\t\a\033\r\b\\";

static void put_escaped(const char *text)
{
	for (; *text; text++) {
		const char *place;

		if (*text != '\\' || !text[1]) {
			putchar(*text);
			continue;
		}
		text++;
		place = strchr(from, *text);
		if (place) {
			putchar(to[place - from]);
		} else if (*text == '0') {
			char *end;

			putchar(strtoul(text, &end, 8));
			text = end - 1;
		} else {
			printf("\\%c", *text);
		}
	}
}

int tool_echo(int argc, char *argv[])
{
	int newline = 1, escapes = 0, i = 1;

	for (; i < argc; i++) {
		if (!strcmp(argv[i], "-n"))
			newline = 0;
		else if (!strcmp(argv[i], "-e"))
			escapes = 1;
		else
			break;
	}
	for (; i < argc; i++) {
		if (escapes)
			put_escaped(argv[i]);
		else
			fputs(argv[i], stdout);
		if (i < argc - 1)
			putchar(' ');
	}
	if (newline)
		putchar('\n');
	return fflush(stdout) < 0;
}
