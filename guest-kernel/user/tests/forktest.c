/* Forks until the task table is full, then reaps everybody. */
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <sys/taskinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#define NR_TASKS 64

static int used_slots(void)
{
	struct taskinfo info;
	int used = 0;

	for (int slot = 0; slot < NR_TASKS; slot++)
		used += taskinfo(slot, &info) == 0;
	return used;
}

int main(void)
{
	pid_t children[NR_TASKS];
	int before = used_slots(), count = 0, error, reaped = 0, ended = 0, status;

	while (count < NR_TASKS) {
		pid_t pid = fork();

		if (pid == 0)
			for (;;)
				pause();
		if (pid < 0)
			break;
		children[count++] = pid;
	}
	error = errno;
	printf("# %d slots were in use, %d children made\n", before, count);
	tap_same(before + count, NR_TASKS, "fork fails only when all 64 slots are used");
	tap_same(error, EAGAIN, "and then with EAGAIN");
	tap_same(used_slots(), NR_TASKS, "every slot has a task");
	for (int i = 0; i < count; i++)
		kill(children[i], SIGTERM);
	while (waitpid(-1, &status, 0) > 0) {
		reaped++;
		ended += WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
	}
	tap_same(reaped, count, "every child is reaped");
	tap_same(ended, count, "each was ended by SIGTERM");
	tap_same(errno, ECHILD, "then there is no child left");
	tap_same(used_slots(), before, "their slots are free again");
	return tap_end();
}
