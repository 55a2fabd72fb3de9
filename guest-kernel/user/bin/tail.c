/* tail [-f] [-n lines | -lines] [file...]: -f goes on with what is added to the last file. */
#include "tool.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

static long lines = 10;
static int follow, many, shown;

static void follow_file(FILE *file)
{
	for (;;) {
		int c = fgetc(file);

		if (c != EOF) {
			putchar(c);
			continue;
		}
		fflush(stdout);
		clearerr(file);
		sleep(1);
	}
}

static int show(FILE *file, const char *name)
{
	char **ring = calloc(lines + 1, sizeof *ring), *line;
	long at = 0, count = 0;

	if (!ring)
		return tool_error(name);
	if (many)
		printf("%s==> %s <==\n", shown++ ? "\n" : "", name);
	while ((line = tool_read_line(file))) {
		free(ring[at]);
		ring[at] = line;
		at = (at + 1) % (lines + 1);
		count++;
	}
	if (count > lines)
		count = lines;
	for (long i = count; i > 0; i--)
		puts(ring[(at + lines + 1 - i) % (lines + 1)]);
	for (long i = 0; i <= lines; i++)
		free(ring[i]);
	free(ring);
	if (follow)
		follow_file(file);
	return 0;
}

static void set_lines(const char *text)
{
	lines = tool_number(text);
	if (lines < 0 || lines > 1000000)
		lines = 0;
}

int main(int argc, char *argv[])
{
	int option;

	if (argc > 1 && argv[1][0] == '-' && isdigit(argv[1][1])) {
		set_lines(argv[1] + 1);
		optind = 2;
	}
	while ((option = getopt(argc, argv, "fn:")) != -1) {
		if (option == 'n')
			set_lines(optarg);
		else if (option == 'f')
			follow = 1;
		else
			tool_usage("[-f] [-n lines] [file...]");
	}
	many = argc - optind > 1;
	return tool_each_file(argc, argv, show);
}
