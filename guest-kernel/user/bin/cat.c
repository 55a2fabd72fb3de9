/* cat [-n] [file...] */
#include "tool.h"

#include <unistd.h>

static int number_lines;
static long line;

static int show(FILE *file, const char *name)
{
	int c, at_start = 1;

	(void) name;
	while ((c = fgetc(file)) != EOF) {
		if (at_start && number_lines)
			printf("%6ld\t", ++line);
		if (putchar(c) == EOF)
			return tool_error("stdout");
		at_start = c == '\n';
	}
	return 0;
}

int main(int argc, char *argv[])
{
	int option;

	while ((option = getopt(argc, argv, "n")) != -1) {
		if (option != 'n')
			tool_usage("[-n] [file...]");
		number_lines = 1;
	}
	return tool_each_file(argc, argv, show);
}
