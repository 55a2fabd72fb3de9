/* sort [-n] [-r] [-u] [-f] [-k field] [file...] */
#include "tool.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int numeric, reverse, unique, fold;
static long field = 1;
static char **lines;
static size_t count, room;

static const char *key_of(const char *line)
{
	for (long skip = field - 1; skip > 0; skip--) {
		while (isspace(*line))
			line++;
		while (*line && !isspace(*line))
			line++;
	}
	while (field > 1 && isspace(*line))
		line++;
	return line;
}

static int compare_folded(const char *one, const char *two)
{
	while (*one && tolower(*one) == tolower(*two))
		one++, two++;
	return tolower((unsigned char) *one) - tolower((unsigned char) *two);
}

static int compare_keys(const char *one, const char *two)
{
	if (numeric) {
		long a = atol(one), b = atol(two);

		return a < b ? -1 : a > b;
	}
	return fold ? compare_folded(one, two) : strcmp(one, two);
}

static int compare(const void *one, const void *two)
{
	const char *a = *(char *const *) one, *b = *(char *const *) two;
	int order = compare_keys(key_of(a), key_of(b));

	if (!order && !unique)
		order = strcmp(a, b);
	return reverse ? -order : order;
}

static int collect(FILE *file, const char *name)
{
	char *line;

	while ((line = tool_read_line(file))) {
		if (count == room) {
			size_t more = room ? room * 2 : 64;
			char **larger = realloc(lines, more * sizeof *lines);

			if (!larger)
				return tool_error(name);
			lines = larger;
			room = more;
		}
		lines[count++] = line;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	int option, code;

	while ((option = getopt(argc, argv, "nrufk:")) != -1) {
		if (option == '?')
			tool_usage("[-n] [-r] [-u] [-f] [-k field] [file...]");
		numeric |= option == 'n';
		reverse |= option == 'r';
		unique |= option == 'u';
		fold |= option == 'f';
		if (option == 'k')
			field = tool_number(optarg);
	}
	code = tool_each_file(argc, argv, collect);
	qsort(lines, count, sizeof *lines, compare);
	for (size_t i = 0; i < count; i++)
		if (!unique || i == 0 || compare(&lines[i - 1], &lines[i]))
			puts(lines[i]);
	return code;
}
