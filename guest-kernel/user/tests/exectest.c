/* exec: arguments, environment, files kept and closed, scripts, refusals. The new program is this
   one again. */
#include "tap.h"

#include <a.out.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF "/usr/tests/exectest"
#define BAD "/tmp/exectest.bad"
#define SCRIPT "/tmp/exectest.sh"

static char untouched[5000];

/* What the new program finds, one bit each. */
static int new_program(int argc, char *argv[])
{
	const char *value = getenv("EXECTEST");
	int good = 0, used = 0;
	struct sigaction action = {.sa_handler = SIG_DFL}, usr1, usr2;

	good |= (argc == 4 && !strcmp(argv[2], "two words") && !strcmp(argv[3], "")) << 0;
	good |= (value && !strcmp(value, "yes") && !getenv("PATH")) << 1;
	good |= (fcntl(8, F_GETFD) >= 0) << 2;
	good |= (fcntl(9, F_GETFD) < 0) << 3;
	for (int i = 0; i < (int) sizeof untouched; i++)
		used += untouched[i];
	good |= (used == 0) << 4;
	sigaction(SIGUSR1, &action, &usr1);
	sigaction(SIGUSR2, &action, &usr2);
	good |= (usr1.sa_handler == SIG_DFL && usr2.sa_handler == SIG_IGN) << 5;
	return good;
}

static void handler(int number)
{
	(void) number;
}

static int run(void (*prepare)(void), const char *path, char *const argv[], char *const envp[])
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (prepare)
			prepare();
		execve(path, argv, envp);
		_exit(100 + errno);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -status;
}

static void prepare_all(void)
{
	memset(untouched, 1, sizeof untouched);
	signal(SIGUSR1, handler);
	signal(SIGUSR2, SIG_IGN);
	dup2(1, 8);
	dup2(1, 9);
	fcntl(9, F_SETFD, FD_CLOEXEC);
}

static void make_file(const char *path, const void *bytes, int size, int mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	write(fd, bytes, size);
	close(fd);
	chmod(path, mode);
}

static void check_new_program(void)
{
	char *const argv[] = {"exectest", "child", "two words", "", NULL};
	char *const envp[] = {"A=b", "EXECTEST=yes", NULL};
	int good = run(prepare_all, SELF, argv, envp);

	if (!tap_ok(good >= 0 && good < 64, "the program runs"))
		printf("# status %d\n", good);
	tap_ok(good & 1, "with its arguments");
	tap_ok(good & 2, "and its environment");
	tap_ok(good & 4, "open files stay open");
	tap_ok(good & 8, "but for close-on-exec");
	tap_ok(good & 16, "bss is clean again");
	tap_ok(good & 32, "handlers are gone, ignored signals stay ignored");
}

static void check_scripts(void)
{
	static const char script[] = "#!/bin/sh -e\nfalse || exit $(( $1 + 2 ))\n";
	char *const argv[] = {"script", "40", NULL};
	char *const envp[] = {"PATH=/bin", NULL};

	make_file(SCRIPT, script, sizeof script - 1, 0755);
	tap_same(run(NULL, SCRIPT, argv, envp), 42,
		 "#! runs the interpreter with script and arguments");
	unlink(SCRIPT);
}

static void check_refusals(void)
{
	struct exec header = {.a_magic = OMAGIC, .a_text = 4096};
	char *const argv[] = {"bad", NULL};

	tap_same(run(NULL, "/no/such/file", argv, argv), 100 + ENOENT, "a missing file is ENOENT");
	tap_same(run(NULL, "/tmp", argv, argv), 100 + EACCES, "a directory is EACCES");
	make_file(BAD, &header, sizeof header, 0755);
	tap_same(run(NULL, BAD, argv, argv), 100 + ENOEXEC, "OMAGIC is ENOEXEC");
	header.a_magic = ZMAGIC;
	make_file(BAD, &header, sizeof header, 0755);
	tap_same(run(NULL, BAD, argv, argv), 100 + ENOEXEC,
		 "a file shorter than it says is ENOEXEC");
	header.a_text = 0x3100000;
	make_file(BAD, &header, sizeof header, 0755);
	tap_same(run(NULL, BAD, argv, argv), 100 + ENOEXEC, "more than 48 MB is ENOEXEC");
	make_file(BAD, "", 0, 0755);
	tap_same(run(NULL, BAD, argv, argv), 100 + ENOEXEC, "an empty file is ENOEXEC");
	unlink(BAD);
}

static void check_large_arguments(void)
{
	char *big = malloc(140000);
	char *argv[] = {"x", big, NULL};
	char *const envp[] = {NULL};
	int refusal;

	memset(big, 'x', 139999);
	big[139999] = 0;
	refusal = run(NULL, "/bin/true", argv, envp);
	tap_ok(refusal == 100 + ENOMEM || refusal == 100 + E2BIG,
	       "more than 128 KB of arguments are refused");
	big[100000] = 0;
	tap_same(run(NULL, "/bin/true", argv, envp), 0, "100 KB pass");
	free(big);
}

int main(int argc, char *argv[])
{
	if (argc > 1 && !strcmp(argv[1], "child"))
		return new_program(argc, argv);
	check_new_program();
	check_scripts();
	check_refusals();
	check_large_arguments();
	return tap_end();
}
