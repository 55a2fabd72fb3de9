/* pmap [pid]: the regions of a process and what of it has frames. */
#include "tool.h"

#include <stdlib.h>
#include <sys/taskinfo.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	long pid = argc > 1 ? tool_number(argv[1]) : getpid();
	unsigned long total = 0, start, end;
	struct taskinfo task;
	char path[32], *line, *rest;
	FILE *file;

	sprintf(path, "/proc/%ld/maps", pid);
	file = fopen(path, "r");
	if (!file || tool_task(pid, &task) < 0)
		return tool_error(path);
	printf("%ld: %s\n", pid, task.comm);
	while ((line = tool_read_line(file))) {
		start = strtoul(line, &rest, 16);
		end = strtoul(rest + 1, &rest, 16);
		printf("%08lx %7lu kB%s\n", start, (end - start) / 1024, rest);
		total += end - start;
		free(line);
	}
	printf("total    %7lu kB, %lu kB resident, %lu kB shared, %lu kB in swap\n", total / 1024,
	       task.resident * 4, task.shared * 4, task.swapped * 4);
	return 0;
}
