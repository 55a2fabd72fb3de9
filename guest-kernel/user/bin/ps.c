/* ps [-l]: the tasks of the machine. Sizes in KB. -l adds slot, group, faults and kernel stack. */
#include "tool.h"

#include <errno.h>
#include <sys/taskinfo.h>
#include <unistd.h>

#define NR_TASKS 64
#define PAGE_KB 4

static const char *terminal(const struct taskinfo *t)
{
	static char name[16];

	if (t->tty < 0)
		return "-";
	if (t->tty >= 64)
		sprintf(name, "ttyS%d", t->tty - 64);
	else
		sprintf(name, "tty%d", t->tty);
	return name;
}

static void show(const struct taskinfo *t, int detailed)
{
	char state = t->state >= 0 && t->state <= 4 ? "RSDZT"[t->state] : '?';
	unsigned long ticks = t->utime + t->stime;

	if (detailed)
		printf("%4d %5d %6lu %6lu %5lu ", t->slot, t->pgrp, t->min_faults, t->maj_faults,
		       t->kstack_free);
	printf("%5d %5d %-6s %c %6lu %6lu %6lu %3lu:%02lu.%02lu %s\n", t->pid, t->ppid, terminal(t),
	       state, t->resident * PAGE_KB, t->shared * PAGE_KB, t->swapped * PAGE_KB,
	       ticks / 6000, ticks / 100 % 60, ticks % 100, t->comm);
}

int main(int argc, char *argv[])
{
	struct taskinfo task;
	int option, detailed = 0;

	while ((option = getopt(argc, argv, "l")) != -1) {
		if (option == '?')
			tool_usage("[-l]");
		detailed = 1;
	}
	if (detailed)
		printf("SLOT  PGRP MINFLT MAJFLT KSTCK ");
	printf("  PID  PPID TTY    S    RES SHARED   SWAP      TIME COMMAND\n");
	for (int slot = 0; slot < NR_TASKS; slot++) {
		if (taskinfo(slot, &task) == 0)
			show(&task, detailed);
		else if (errno != ESRCH)
			return tool_error("taskinfo");
	}
	return 0;
}
