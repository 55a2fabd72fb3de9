#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int system(const char *command)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) < 0 ? -1 : status;
}

pid_t wait(int *status)
{
	return waitpid(-1, status, 0);
}
