/* strace program [argument...]: the system calls of a program and of its children, on stderr. */
#include "tool.h"

#include <string.h>
#include <sys/systrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCH 16

/* By number; how many arguments each has. */
static const struct {
	const char *name;
	int arguments;
} calls[] = {
	{"setup", 1}, {"exit", 1}, {"fork", 0}, {"read", 3}, {"write", 3}, {"open", 3},
	{"close", 1}, {"waitpid", 3}, {"creat", 2}, {"link", 2}, {"unlink", 1}, {"execve", 3},
	{"chdir", 1}, {"time", 1}, {"mknod", 3}, {"chmod", 2}, {"chown", 3}, {"break", 3},
	{"stat", 2}, {"lseek", 3}, {"getpid", 0}, {"mount", 3}, {"umount", 1}, {"setuid", 1},
	{"getuid", 0}, {"stime", 1}, {"ptrace", 3}, {"alarm", 1}, {"fstat", 2}, {"pause", 0},
	{"utime", 2}, {"stty", 3}, {"gtty", 3}, {"access", 2}, {"nice", 1}, {"ftime", 3},
	{"sync", 0}, {"kill", 2}, {"rename", 2}, {"mkdir", 2}, {"rmdir", 1}, {"dup", 1},
	{"pipe", 1}, {"times", 1}, {"prof", 3}, {"brk", 1}, {"setgid", 1}, {"getgid", 0},
	{"signal", 3}, {"geteuid", 0}, {"getegid", 0}, {"acct", 3}, {"phys", 3}, {"lock", 3},
	{"ioctl", 3}, {"fcntl", 3}, {"mpx", 3}, {"setpgid", 2}, {"ulimit", 3}, {"uname", 1},
	{"umask", 1}, {"chroot", 1}, {"ustat", 2}, {"dup2", 2}, {"getppid", 0}, {"getpgrp", 0},
	{"setsid", 0}, {"sigaction", 3}, {"sgetmask", 0}, {"ssetmask", 1}, {"setreuid", 2},
	{"setregid", 2}, {"sigsuspend", 3}, {"sigpending", 1}, {"sethostname", 2},
	{"setrlimit", 2}, {"getrlimit", 2}, {"getrusage", 2}, {"gettimeofday", 2},
	{"settimeofday", 2}, {"getgroups", 2}, {"setgroups", 2}, {"select", 1}, {"symlink", 2},
	{"lstat", 2}, {"readlink", 3}, {"uselib", 1}, {"taskinfo", 2}, {"reboot", 1},
	{"meminfo", 1}, {"mmap", 1}, {"munmap", 2}, {"mprotect", 3}, {"memcheck", 1},
	{"systrace", 3},
};

#define NR_CALLS ((int) (sizeof calls / sizeof *calls))

static const char *name_of(const struct trace_record *r)
{
	return r->number >= 0 && r->number < NR_CALLS ? calls[r->number].name : "?";
}

/* A call on its way in leaves its line open; its result closes it, if nothing came between. */
static int open_pid;

static void show_call(const struct trace_record *r)
{
	int count = r->number >= 0 && r->number < NR_CALLS ? calls[r->number].arguments : 3;

	if (open_pid)
		fprintf(stderr, " ...\n");
	fprintf(stderr, "%d %s(", r->pid, name_of(r));
	for (int i = 0; i < count; i++) {
		if (i == 0 && r->text[0])
			fprintf(stderr, "\"%s\"", r->text);
		else
			fprintf(stderr, "%s0x%lx", i ? ", " : "", (unsigned long) r->arguments[i]);
	}
	fprintf(stderr, ")");
	open_pid = r->pid;
}

static void show_result(const struct trace_record *r)
{
	if (open_pid && open_pid != r->pid)
		fprintf(stderr, " ...\n");
	if (open_pid != r->pid)
		fprintf(stderr, "%d ... %s", r->pid, name_of(r));
	if (r->result == -512 || r->result == -513) /* the kernel's own, never seen by the program */
		fprintf(stderr, " = ? interrupted, begins again\n");
	else if (r->result < 0 && r->result > -4096)
		fprintf(stderr, " = -1 %s\n", strerror(-r->result));
	else if (r->result > 0xffff || r->result < 0)
		fprintf(stderr, " = 0x%lx\n", (unsigned long) r->result);
	else
		fprintf(stderr, " = %ld\n", r->result);
	open_pid = 0;
}

int main(int argc, char *argv[])
{
	struct trace_record records[BATCH];
	int status = 0, count, ready[2];
	pid_t pid;

	if (argc < 2)
		tool_usage("program [argument...]");
	if (pipe(ready) < 0)
		return tool_error("pipe");
	pid = fork();
	if (pid == 0) {
		close(ready[0]);
		if (systrace(SYSTRACE_ME, NULL, 0) < 0)
			_exit(tool_error("systrace"));
		close(ready[1]);
		execvp(argv[1], argv + 1);
		_exit(tool_error(argv[1]));
	}
	close(ready[1]);
	read(ready[0], &count, sizeof count); /* ends when the child is being followed */
	while ((count = systrace(SYSTRACE_READ, records, BATCH)) > 0)
		for (int i = 0; i < count; i++)
			(records[i].leaving ? show_result : show_call)(&records[i]);
	if (open_pid)
		fprintf(stderr, " = ?\n");
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
