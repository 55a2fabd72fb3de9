/* chmod mode file...: octal, or [ugoa][+-=][rwxst] parts with commas. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int bits_of(char right)
{
	switch (right) {
	case 'r':
		return 0444;
	case 'w':
		return 0222;
	case 'x':
		return 0111;
	case 's':
		return 06000;
	case 't':
		return 01000;
	}
	return -1;
}

static int who_of(char c)
{
	switch (c) {
	case 'u':
		return 04700;
	case 'g':
		return 02070;
	case 'o':
		return 01007;
	case 'a':
		return 07777;
	}
	return 0;
}

/* The mode after one part such as g+w. NULL when the text is no such part. */
static const char *apply_part(const char *p, int *mode)
{
	int who = 0, bits = 0;
	char operation;

	while (who_of(*p))
		who |= who_of(*p++);
	if (!who)
		who = 07777;
	operation = *p++;
	if (!operation || !strchr("+-=", operation))
		return NULL;
	for (; *p && *p != ','; p++) {
		if (bits_of(*p) < 0)
			return NULL;
		bits |= bits_of(*p) & who;
	}
	if (operation == '=')
		*mode &= ~(who & 0777);
	*mode = operation == '-' ? *mode & ~bits : *mode | bits;
	return *p ? p + 1 : p;
}

static int new_mode(const char *text, int old)
{
	char *end;
	long mode = strtol(text, &end, 8);

	if (end != text && !*end && mode >= 0 && mode <= 07777)
		return mode;
	while (text && *text)
		text = apply_part(text, &old);
	return text ? old : -1;
}

int main(int argc, char *argv[])
{
	int code = 0;

	if (argc < 3)
		tool_usage("mode file...");
	for (int i = 2; i < argc; i++) {
		struct stat status;
		int mode;

		if (stat(argv[i], &status) < 0) {
			code |= tool_error(argv[i]);
			continue;
		}
		mode = new_mode(argv[1], status.st_mode & 07777);
		if (mode < 0)
			return tool_message(argv[1], "not a mode");
		if (chmod(argv[i], mode) < 0)
			code |= tool_error(argv[i]);
	}
	return code;
}
