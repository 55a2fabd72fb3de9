/* forkbomb: children until fork fails, then their end. Says how many there were and why no more. */
#include "tool.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NR_TASKS 64

int main(void)
{
	pid_t children[NR_TASKS], pid = 0;
	int count = 0, error;

	while (count < NR_TASKS && (pid = fork()) > 0)
		children[count++] = pid;
	error = errno;
	if (pid == 0)
		for (;;)
			pause();
	printf("%d children, then: %s (%d)\n", count, strerror(error), error);
	for (int i = 0; i < count; i++)
		kill(children[i], SIGKILL);
	for (int i = 0; i < count; i++)
		wait(NULL);
	return 0;
}
