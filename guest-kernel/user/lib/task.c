#include "tool.h"

#include <errno.h>
#include <sys/taskinfo.h>
#include <unistd.h>

#define NR_TASKS 64

int tool_task(pid_t pid, struct taskinfo *info)
{
	if (!pid)
		pid = getpid();
	for (int slot = 0; slot < NR_TASKS; slot++)
		if (taskinfo(slot, info) == 0 && info->pid == pid)
			return 0;
	errno = ESRCH;
	return -1;
}

unsigned long tool_resident(void)
{
	struct taskinfo info;

	return tool_task(0, &info) == 0 ? info.resident : 0;
}
