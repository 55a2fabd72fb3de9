/* test expression, [ expression ]: 0 true, 1 false, 2 not an expression. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char **words;
static int left;

static int parse_or(void);

static void fail(const char *reason)
{
	tool_message("expression", reason);
	exit(2);
}

static const char *take(void)
{
	if (!left)
		fail("a word is missing");
	left--;
	return *words++;
}

static int at(const char *text)
{
	return left && !strcmp(*words, text);
}

static int file_test(char kind, const char *path)
{
	struct stat status;

	if (kind == 'L' || kind == 'h')
		return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
	if (kind == 'r' || kind == 'w' || kind == 'x')
		return access(path, kind == 'r' ? R_OK : kind == 'w' ? W_OK : X_OK) == 0;
	if (stat(path, &status) < 0)
		return 0;
	switch (kind) {
	case 'f':
		return S_ISREG(status.st_mode);
	case 'd':
		return S_ISDIR(status.st_mode);
	case 'b':
		return S_ISBLK(status.st_mode);
	case 'c':
		return S_ISCHR(status.st_mode);
	case 'p':
		return S_ISFIFO(status.st_mode);
	case 's':
		return status.st_size > 0;
	}
	return 1; /* e */
}

static int is_unary(const char *word)
{
	return word[0] == '-' && word[1] && !word[2] && strchr("efdbcpsrwxLhznt", word[1]);
}

static int unary(char kind, const char *word)
{
	switch (kind) {
	case 'z':
		return !*word;
	case 'n':
		return *word != 0;
	case 't':
		return isatty(tool_number(word));
	}
	return file_test(kind, word);
}

static const char *const binaries[] = {"=", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"};

static int binary_at(const char *word)
{
	for (int i = 0; i < 8; i++)
		if (!strcmp(word, binaries[i]))
			return i;
	return -1;
}

static int binary(int operation, const char *one, const char *two)
{
	long a, b;

	if (operation < 2)
		return !strcmp(one, two) == (operation == 0);
	a = tool_number(one);
	b = tool_number(two);
	switch (operation) {
	case 2:
		return a == b;
	case 3:
		return a != b;
	case 4:
		return a < b;
	case 5:
		return a <= b;
	case 6:
		return a > b;
	}
	return a >= b;
}

static int parse_primary(void)
{
	const char *word = take();

	if (left >= 2 && binary_at(*words) >= 0) {
		int operation = binary_at(take());

		return binary(operation, word, take());
	}
	if (!strcmp(word, "!") && left)
		return !parse_primary();
	if (!strcmp(word, "(") && left) {
		int value = parse_or();

		if (strcmp(take(), ")"))
			fail(") is missing");
		return value;
	}
	if (left && is_unary(word) && !at("-a") && !at("-o"))
		return unary(word[1], take());
	return *word != 0;
}

static int parse_and(void)
{
	int value = parse_primary();

	while (at("-a")) {
		take();
		value &= parse_primary();
	}
	return value;
}

static int parse_or(void)
{
	int value = parse_and();

	while (at("-o")) {
		take();
		value |= parse_and();
	}
	return value;
}

int main(int argc, char *argv[])
{
	int value;

	words = argv + 1;
	left = argc - 1;
	if (!strcmp(tool_name(), "[")) {
		if (!left || strcmp(argv[argc - 1], "]"))
			fail("] is missing");
		left--;
	}
	if (!left)
		return 1;
	value = parse_or();
	if (left)
		fail("too many words");
	return !value;
}
