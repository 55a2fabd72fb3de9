/* brk only moves a number; frames come with the first touch. */
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/memcheck.h>
#include <sys/taskinfo.h>
#include <unistd.h>

#define PAGE 4096

static void own_info(struct taskinfo *info)
{
	for (int slot = 0; slot < 64; slot++)
		if (taskinfo(slot, info) == 0 && info->pid == getpid())
			return;
}

static unsigned long resident(void)
{
	struct taskinfo info = {0};

	own_info(&info);
	return info.resident;
}

/* Where the region of a byte of data ends, by /proc/self/maps. */
static char *region_end(const char *byte)
{
	static char text[1024];
	int fd = open("/proc/self/maps", O_RDONLY), length = read(fd, text, sizeof text - 1);
	char *line = text, *rest;

	close(fd);
	text[length > 0 ? length : 0] = 0;
	while (line && *line) {
		unsigned long first = strtoul(line, &rest, 16), end = strtoul(rest + 1, NULL, 16);

		if (first <= (unsigned long) byte && (unsigned long) byte < end)
			return (char *) end;
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NULL;
}

static void *end_of_space(void)
{
	struct memcheck mode;

	memcheck(&mode);
	return (void *) (mode.private_spaces ? 0xbffffffc : 0x3fffffc);
}

int main(void)
{
	char *start, *small[100];
	unsigned long before;
	struct taskinfo earlier, later;

	tap_ok(resident() > 0, "the task finds itself");
	start = sbrk(0);
	before = resident();
	tap_same(brk(start + (1 << 20)), 0, "brk by 1 MB");
	tap_ok((char *) sbrk(0) == start + (1 << 20), "the end of data moved");
	tap_ok(region_end(start - 1) >= start + (1 << 20), "and its region with it");
	tap_same(resident(), before, "no frame was given");
	own_info(&earlier);
	for (int i = 0; i < 10; i++)
		start[(3 * i + 1) * PAGE] = i;
	own_info(&later);
	tap_same(later.resident - before, 10, "10 touched pages are 10 frames");
	tap_same(later.min_faults - earlier.min_faults, 10, "and 10 faults");
	tap_same(brk(start), 0, "brk goes back");
	tap_ok(sbrk(0) == start && region_end(start - 1) < start + PAGE, "to where it was, and its region");
	tap_ok(brk(end_of_space()) < 0, "not beyond the stack");
	tap_ok(sbrk(0) == start, "a refused brk changes nothing");
	before = resident();
	for (int i = 0; i < 100; i++)
		small[i] = malloc(16);
	tap_ok((char *) sbrk(0) - start <= 2 * PAGE, "100 small blocks need one step of the heap");
	start = sbrk(0);
	for (int i = 0; i < 100; i++)
		free(small[i]);
	tap_ok(sbrk(0) == start, "free gives nothing back to the kernel");
	before = resident();
	for (int i = 0; i < 100; i++)
		small[i] = malloc(16);
	tap_same(resident(), before, "and malloc takes the same memory again");
	return tap_end();
}
