/* strace program [argument...]: the system calls of a program and of its children, on stderr. */
#include "tool.h"

#include <string.h>
#include <sys/systrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCH 16

static const char *const names[] = {
	"setup", "exit", "fork", "read", "write", "open", "close", "waitpid", "creat", "link", "unlink",
	"execve", "chdir", "time", "mknod", "chmod", "chown", "break", "stat", "lseek", "getpid", "mount",
	"umount", "setuid", "getuid", "stime", "ptrace", "alarm", "fstat", "pause", "utime", "stty",
	"gtty", "access", "nice", "ftime", "sync", "kill", "rename", "mkdir", "rmdir", "dup", "pipe",
	"times", "prof", "brk", "setgid", "getgid", "signal", "geteuid", "getegid", "acct", "phys", "lock",
	"ioctl", "fcntl", "mpx", "setpgid", "ulimit", "uname", "umask", "chroot", "ustat", "dup2",
	"getppid", "getpgrp", "setsid", "sigaction", "sgetmask", "ssetmask", "setreuid", "setregid",
	"sigsuspend", "sigpending", "sethostname", "setrlimit", "getrlimit", "getrusage", "gettimeofday",
	"settimeofday", "getgroups", "setgroups", "select", "symlink", "lstat", "readlink", "uselib",
	"taskinfo", "reboot", "meminfo", "mmap", "munmap", "mprotect", "memcheck", "systrace",
};

#define NR_NAMES ((int) (sizeof names / sizeof *names))

/* A call on its way in leaves its line open; its result closes it, if nothing came between. */
static int open_pid;

static void show_call(const struct trace_record *r)
{
	const char *name = r->number >= 0 && r->number < NR_NAMES ? names[r->number] : "?";

	if (open_pid)
		fprintf(stderr, " ...\n");
	fprintf(stderr, "%d %s(", r->pid, name);
	if (r->text[0])
		fprintf(stderr, "\"%s\"", r->text);
	else
		fprintf(stderr, "0x%lx", (unsigned long) r->arguments[0]);
	fprintf(stderr, ", 0x%lx, 0x%lx)", (unsigned long) r->arguments[1],
		(unsigned long) r->arguments[2]);
	open_pid = r->pid;
}

static void show_result(const struct trace_record *r)
{
	if (open_pid && open_pid != r->pid)
		fprintf(stderr, " ...\n");
	if (open_pid != r->pid)
		fprintf(stderr, "%d ... %s", r->pid,
			r->number >= 0 && r->number < NR_NAMES ? names[r->number] : "?");
	if (r->result < 0 && r->result > -4096)
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
