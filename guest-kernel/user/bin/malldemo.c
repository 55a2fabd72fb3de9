/* malldemo: malloc hands out bytes of pages, free keeps them, and the kernel sees none of it. */
#include "tool.h"

#include <stdlib.h>
#include <sys/taskinfo.h>
#include <unistd.h>

#define BLOCKS 100
#define SIZE 16

static void *blocks[BLOCKS];

static void take(void)
{
	for (int i = 0; i < BLOCKS; i++) {
		blocks[i] = malloc(SIZE);
		*(char *) blocks[i] = i;
	}
}

static void give(void)
{
	for (int i = 0; i < BLOCKS; i++)
		free(blocks[i]);
}

static void show(const char *what)
{
	struct taskinfo task;

	if (tool_task(0, &task) == 0)
		printf("%-24s brk %08lx, %lu pages resident, %lu faults\n", what, task.brk, task.resident,
		       task.min_faults + task.maj_faults);
}

int main(void)
{
	show("at the start");
	show("again");
	take();
	show("100 blocks of 16 bytes");
	give();
	show("all freed");
	take();
	show("100 blocks again");
	give();
	return 0;
}
