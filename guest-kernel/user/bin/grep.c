/* grep [-cilnqv] pattern [file...]: lines that match . * + ? [set] ^ $ and \ before any of them.
   0 some line did, 1 none, 2 trouble. */
#include "tool.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int count_only, fold, names_only, number, quiet, invert, many;
static const char *pattern;
static int found;

static int same(int a, int b)
{
	return fold ? tolower(a) == tolower(b) : a == b;
}

/* The end of the item that p begins with: a character, \c, or a set. */
static const char *item_end(const char *p)
{
	if (*p == '\\' && p[1])
		return p + 2;
	if (*p == '[') {
		const char *end = p + 1 + (p[1] == '^');

		end = *end ? strchr(end + 1, ']') : NULL;
		if (end)
			return end + 1;
	}
	return p + 1;
}

static int in_set(const char *p, const char *end, int c)
{
	int inverted = *p == '^', matched = 0;

	for (p += inverted; p < end; p++) {
		if (p + 2 < end && p[1] == '-') {
			matched |= c >= p[0] && c <= p[2];
			if (fold)
				matched |= toupper(c) >= p[0] && toupper(c) <= p[2];
			p += 2;
		} else {
			matched |= same(*p, c);
		}
	}
	return matched != inverted;
}

static int item_matches(const char *p, const char *end, int c)
{
	if (!c)
		return 0;
	if (*p == '\\' && end == p + 2)
		return same(p[1], c);
	if (*p == '[' && end > p + 1)
		return in_set(p + 1, end - 1, c);
	return *p == '.' || same(*p, c);
}

static int match_here(const char *p, const char *text)
{
	const char *end, *start = text;

	if (!*p)
		return 1;
	if (*p == '$' && !p[1])
		return !*text;
	end = item_end(p);
	if (*end == '?') {
		if (item_matches(p, end, *text) && match_here(end + 1, text + 1))
			return 1;
		return match_here(end + 1, text);
	}
	if (*end != '*' && *end != '+')
		return item_matches(p, end, *text) && match_here(end, text + 1);
	while (item_matches(p, end, *text))
		text++;
	for (start += *end == '+'; text >= start; text--)
		if (match_here(end + 1, text))
			return 1;
	return 0;
}

static int matches(const char *text)
{
	if (*pattern == '^')
		return match_here(pattern + 1, text);
	do
		if (match_here(pattern, text))
			return 1;
	while (*text++);
	return 0;
}

static void show(const char *name, long line_number, const char *line)
{
	if (many)
		printf("%s:", name);
	if (number)
		printf("%ld:", line_number);
	puts(line);
}

static int search(FILE *file, const char *name)
{
	long line_number = 0, count = 0;
	char *line;

	while ((line = tool_read_line(file))) {
		line_number++;
		if (matches(line) != invert) {
			count++;
			if (!count_only && !names_only && !quiet)
				show(name, line_number, line);
		}
		free(line);
	}
	found |= count > 0;
	if (names_only && count)
		puts(name);
	if (count_only && many)
		printf("%s:%ld\n", name, count);
	else if (count_only)
		printf("%ld\n", count);
	return 0;
}

int main(int argc, char *argv[])
{
	int option;

	while ((option = getopt(argc, argv, "cilnqv")) != -1) {
		if (option == '?')
			tool_usage("[-cilnqv] pattern [file...]");
		count_only |= option == 'c';
		fold |= option == 'i';
		names_only |= option == 'l';
		number |= option == 'n';
		quiet |= option == 'q';
		invert |= option == 'v';
	}
	if (optind == argc)
		tool_usage("[-cilnqv] pattern [file...]");
	pattern = argv[optind++];
	many = argc - optind > 1;
	if (tool_each_file(argc, argv, search))
		return 2;
	return !found;
}
