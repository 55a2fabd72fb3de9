/* Pipes: order, blocking, end of file, SIGPIPE. */
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOTAL 100000

static void writer(int fd)
{
	unsigned char buffer[777];
	int sent = 0;

	while (sent < TOTAL) {
		int n = TOTAL - sent < (int) sizeof buffer ? TOTAL - sent : (int) sizeof buffer;

		for (int i = 0; i < n; i++)
			buffer[i] = (sent + i) * 7;
		if (write(fd, buffer, n) != n)
			_exit(1);
		sent += n;
	}
	_exit(0);
}

static void check_stream(void)
{
	unsigned char buffer[1000];
	int fds[2], n, received = 0, wrong = 0, status;
	pid_t pid;

	pipe(fds);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		writer(fds[1]);
	}
	close(fds[1]);
	while ((n = read(fds[0], buffer, sizeof buffer)) > 0)
		for (int i = 0; i < n; i++)
			wrong += buffer[i] != (unsigned char) (received++ * 7);
	waitpid(pid, &status, 0);
	tap_same(received, TOTAL, "100,000 bytes pass through a pipe of one page");
	tap_same(wrong, 0, "in order");
	tap_same(n, 0, "end of file when the writer is gone");
	tap_same(status, 0, "the writer saw no error");
	close(fds[0]);
}

static void check_broken(void)
{
	int fds[2], status;
	pid_t pid;

	pipe(fds);
	close(fds[0]);
	pid = fork();
	if (pid == 0) {
		write(fds[1], "x", 1);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE,
	       "writing without a reader is SIGPIPE");
	signal(SIGPIPE, SIG_IGN);
	tap_ok(write(fds[1], "x", 1) < 0 && errno == EPIPE, "or EPIPE when that is ignored");
	signal(SIGPIPE, SIG_DFL);
	close(fds[1]);
}

static void check_small(void)
{
	char text[8] = "";
	int fds[2], count = -1;

	tap_same(pipe(fds), 0, "pipe");
	tap_same(write(fds[1], "hello", 5), 5, "5 bytes go in");
	tap_ok(ioctl(fds[0], FIONREAD, &count) == 0 && count == 5, "FIONREAD counts 5");
	tap_same(read(fds[0], text, 2), 2, "2 come out");
	tap_same(read(fds[0], text + 2, 6), 3, "then the other 3");
	tap_ok(!strcmp(text, "hello"), "the same bytes");
	tap_ok(lseek(fds[0], 0, SEEK_SET) < 0, "a pipe cannot seek");
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	check_small();
	check_stream();
	check_broken();
	return tap_end();
}
