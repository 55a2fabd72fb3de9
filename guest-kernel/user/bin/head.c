/* head [-n lines | -lines] [file...] */
#include "tool.h"

#include <ctype.h>
#include <unistd.h>

static long lines = 10;
static int many, shown;

static int show(FILE *file, const char *name)
{
	long left = lines;
	int c;

	if (many)
		printf("%s==> %s <==\n", shown++ ? "\n" : "", name);
	while (left > 0 && (c = fgetc(file)) != EOF) {
		putchar(c);
		left -= c == '\n';
	}
	return 0;
}

int main(int argc, char *argv[])
{
	if (argc > 1 && argv[1][0] == '-' && isdigit(argv[1][1])) {
		lines = tool_number(argv[1] + 1);
		optind = 2;
	} else if (getopt(argc, argv, "n:") == 'n') {
		lines = tool_number(optarg);
	} else if (optind > 1) {
		tool_usage("[-n lines] [file...]");
	}
	many = argc - optind > 1;
	return tool_each_file(argc, argv, show);
}
