/* bootopt, bootopt -c, bootopt word...: shows, clears or sets the options of the next boot, which lie
   on the boot disk: bytes 256-511 of its fifth sector. */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DISK "/dev/hd0"
#define PLACE (4 * 512 + 256)
#define SIZE 256

static int transfer(int writing, char *text)
{
	int fd = open(DISK, writing ? O_RDWR : O_RDONLY), done;

	if (fd < 0)
		return tool_error(DISK);
	if (lseek(fd, PLACE, SEEK_SET) < 0)
		return tool_error(DISK);
	done = writing ? write(fd, text, SIZE) : read(fd, text, SIZE);
	close(fd);
	if (writing)
		sync();
	return done == SIZE ? 0 : tool_error(DISK);
}

int main(int argc, char *argv[])
{
	char text[SIZE + 1];
	unsigned used = 0;

	memset(text, 0, sizeof text);
	if (argc == 1) {
		if (transfer(0, text))
			return 1;
		puts(text);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "-c"))
		return transfer(1, text);
	for (int i = 1; i < argc; i++) {
		if (used + strlen(argv[i]) + 2 > SIZE)
			return tool_message(argv[i], "no room for more options");
		used += sprintf(text + used, "%s%s", i > 1 ? " " : "", argv[i]);
	}
	return transfer(1, text);
}
