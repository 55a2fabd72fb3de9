/* bufstat: the buffer cache, where it lies and what it holds. */
#include "tool.h"

#include <sys/taskinfo.h>

int main(void)
{
	FILE *file = fopen("/proc/buffers", "r");
	struct meminfo m;
	char *line;

	if (!file)
		return tool_error("/proc/buffers");
	meminfo(&m);
	printf("cache    %08lx-%08lx, without 000a0000-00100000\n", m.kernel_end, m.buffer_end);
	printf("buffers  %lu of 1 KB = %lu bytes\n", m.buffers, m.buffers * 1024);
	while ((line = tool_read_line(file)))
		puts(line);
	return 0;
}
