/* mapdemo: regions come, merge, split and go; the kernel's list after each step. */
#include "tool.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)

static int show(const char *what)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char *line;

	if (!maps)
		return tool_error("/proc/self/maps");
	printf("%s (%lu pages resident)\n", what, tool_resident());
	while ((line = tool_read_line(maps))) {
		printf("  %s\n", line);
		free(line);
	}
	fclose(maps);
	return 0;
}

static char *map(char *where, int pages, int rights)
{
	return mmap(where, pages * PAGE, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void)
{
	char *a, *b;

	if (show("at the start"))
		return 1;
	a = map(NULL, 256, RW);
	show("1 MB mapped");
	for (int i = 0; i < 8; i++)
		a[i * PAGE] = 1;
	show("8 pages touched");
	b = map(a + 256 * PAGE, 16, RW);
	show("a neighbour with equal rights: merged");
	map(b + 16 * PAGE, 16, PROT_READ);
	show("a neighbour that cannot be written: apart");
	munmap(a + 4 * PAGE, 2 * PAGE);
	show("2 pages unmapped in the middle: split");
	mprotect(a, 4 * PAGE, PROT_READ);
	show("4 pages made read-only");
	munmap(a, 288 * PAGE);
	show("all unmapped");
	return 0;
}
