#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

static int refuse(const char *program, const char *what)
{
	if (opterr)
		fprintf(stderr, "%s: %s: -%c\n", program, what, optopt);
	return '?';
}

int getopt(int argc, char *const argv[], const char *options)
{
	static const char *next = "";
	const char *row;

	if (!*next) {
		if (optind >= argc || argv[optind][0] != '-' || !argv[optind][1])
			return -1;
		if (!strcmp(argv[optind], "--")) {
			optind++;
			return -1;
		}
		next = argv[optind++] + 1;
	}
	optopt = *next++;
	row = optopt == ':' ? NULL : strchr(options, optopt);
	if (!row)
		return refuse(argv[0], "unknown option");
	if (row[1] != ':')
		return optopt;
	if (!*next && optind >= argc)
		return refuse(argv[0], "option needs a value");
	optarg = *next ? (char *) next : argv[optind++];
	next = "";
	return optopt;
}
