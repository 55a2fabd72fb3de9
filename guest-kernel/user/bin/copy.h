/* Copying a file's bytes, for cp and mv. */
#ifndef COPY_H
#define COPY_H

#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Answers 0, or 1 after a message. The new file gets the mode given, less the umask. */
static int copy_file(const char *from, const char *to, mode_t mode)
{
	char buffer[1024];
	int n = 0, code = 0, input = open(from, O_RDONLY), output;

	if (input < 0)
		return tool_error(from);
	output = open(to, O_WRONLY | O_CREAT | O_TRUNC, mode & 0777);
	if (output < 0) {
		code = tool_error(to);
		close(input);
		return code;
	}
	while ((n = read(input, buffer, sizeof buffer)) > 0) {
		if (write(output, buffer, n) != n) {
			code = tool_error(to);
			break;
		}
	}
	if (n < 0)
		code = tool_error(from);
	close(input);
	close(output);
	return code;
}

static int same_file(const struct stat *one, const struct stat *two)
{
	return one->st_dev == two->st_dev && one->st_ino == two->st_ino;
}

#endif
