/* Pages are shared after fork and copied by the first write of either side. */
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/taskinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 32

static char global = 'p';

static unsigned long free_pages(void)
{
	struct meminfo info;

	return meminfo(&info) == 0 ? info.free_pages : 0;
}

static int all_are(const char *memory, char value)
{
	for (int i = 0; i < PAGES; i++)
		if (memory[i * PAGE] != value)
			return 0;
	return 1;
}

/* The child's findings, one bit each. */
static int child(char *memory, unsigned long free_before)
{
	unsigned long start = free_pages(), cost;
	int good = 0;

	good |= all_are(memory, 'p') << 0;
	cost = start - free_pages();
	good |= (cost < PAGES / 4) << 1; /* reading copies nothing */
	good |= (free_before - start < PAGES / 2) << 2; /* nor does fork */
	for (int i = 0; i < PAGES; i++)
		memory[i * PAGE] = 'c';
	cost = start - free_pages();
	good |= (cost >= PAGES && cost < PAGES + 8) << 3;
	global = 'c';
	good |= (all_are(memory, 'c') && global == 'c') << 4;
	return good;
}

int main(void)
{
	char *memory = malloc((PAGES + 1) * PAGE);
	unsigned long before;
	int status = 0;
	pid_t pid;

	if (!tap_ok(memory != NULL, "memory for the test"))
		return tap_end();
	for (int i = 0; i < PAGES; i++)
		memory[i * PAGE] = 'p';
	before = free_pages();
	pid = fork();
	if (pid == 0)
		_exit(child(memory, before));
	waitpid(pid, &status, 0);
	status = WEXITSTATUS(status);
	tap_ok(status & 1, "the child sees the parent's values");
	tap_ok(status & 2, "reading them costs no frames");
	tap_ok(status & 4, "fork copies no pages");
	tap_ok(status & 8, "writing 32 pages costs 32 frames and a few");
	tap_ok(status & 16, "the child sees its own values");
	tap_ok(all_are(memory, 'p') && global == 'p', "the parent does not");
	tap_same(free_pages(), before, "the frames come back when the child ends");
	for (int i = 0; i < PAGES; i++)
		memory[i * PAGE] = 'q';
	tap_ok(all_are(memory, 'q'), "the parent can write again");
	return tap_end();
}
