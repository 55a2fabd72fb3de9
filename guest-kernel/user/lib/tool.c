#include "tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **__argv;

const char *tool_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

const char *tool_name(void)
{
	return tool_base(__argv[0] ? __argv[0] : "?");
}

int tool_message(const char *subject, const char *reason)
{
	fflush(stdout);
	fprintf(stderr, "%s: %s: %s\n", tool_name(), subject, reason);
	return 1;
}

int tool_error(const char *subject)
{
	return tool_message(subject, strerror(errno));
}

void tool_usage(const char *arguments)
{
	fprintf(stderr, "usage: %s %s\n", tool_name(), arguments);
	exit(2);
}

int tool_each_file(int argc, char *argv[], int (*work)(FILE *file, const char *name))
{
	int code = 0;

	if (optind >= argc)
		return work(stdin, "-");
	for (int i = optind; i < argc; i++) {
		FILE *file = strcmp(argv[i], "-") ? fopen(argv[i], "r") : stdin;

		if (!file) {
			code |= tool_error(argv[i]);
			continue;
		}
		code |= work(file, argv[i]);
		if (ferror(file))
			code |= tool_error(argv[i]);
		if (file != stdin)
			fclose(file);
	}
	return code;
}

long tool_number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 0);

	if (end == text || *end) {
		tool_message(text, "not a number");
		exit(2);
	}
	return value;
}

const char *tool_join(const char *directory, const char *path)
{
	static char joined[1024];

	snprintf(joined, sizeof joined, "%s/%s", strcmp(directory, "/") ? directory : "",
		 tool_base(path));
	return joined;
}

int tool_is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

char *tool_read_line(FILE *file)
{
	size_t used = 0, size = 128;
	char *line = malloc(size);

	while (line && fgets(line + used, size - used, file)) {
		char *larger;

		used += strlen(line + used);
		if (used && line[used - 1] == '\n') {
			line[used - 1] = 0;
			return line;
		}
		if (used + 1 < size)
			continue;
		larger = realloc(line, size *= 2);
		if (!larger)
			break;
		line = larger;
	}
	if (line && used)
		return line;
	free(line);
	return NULL;
}
