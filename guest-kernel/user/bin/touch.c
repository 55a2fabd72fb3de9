/* touch file...: the time of now; a file that is not there is made. */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <utime.h>

int main(int argc, char *argv[])
{
	int code = 0;

	if (argc < 2)
		tool_usage("file...");
	for (int i = 1; i < argc; i++) {
		int fd;

		if (utime(argv[i], NULL) == 0)
			continue;
		fd = errno == ENOENT ? open(argv[i], O_WRONLY | O_CREAT, 0666) : -1;
		if (fd < 0)
			code |= tool_error(argv[i]);
		else
			close(fd);
	}
	return code;
}
