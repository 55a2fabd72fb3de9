/* kstack: how much of its kernel stack each task never used. */
#include "tool.h"

#include <sys/taskinfo.h>

#define NR_TASKS 64
#define STRUCTURE 1288 /* of the page's 4096 bytes, about: task_struct */

int main(void)
{
	struct taskinfo task;

	printf("  PID SLOT  FREE COMMAND\n");
	for (int slot = 0; slot < NR_TASKS; slot++)
		if (taskinfo(slot, &task) == 0)
			printf("%5d %4d %5lu %s\n", task.pid, slot, task.kstack_free, task.comm);
	printf("of %d bytes between task_struct and the page's end\n", 4096 - STRUCTURE);
	return 0;
}
