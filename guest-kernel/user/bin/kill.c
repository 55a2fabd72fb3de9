/* kill [-signal] pid..., kill -l. A negative pid (after --) means a process group. */
#include "tool.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	[SIGHUP] = "HUP",   [SIGINT] = "INT",	[SIGQUIT] = "QUIT",	[SIGILL] = "ILL",
	[SIGTRAP] = "TRAP", [SIGABRT] = "ABRT", [SIGUNUSED] = "UNUSED", [SIGFPE] = "FPE",
	[SIGKILL] = "KILL", [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV",	[SIGUSR2] = "USR2",
	[SIGPIPE] = "PIPE", [SIGALRM] = "ALRM", [SIGTERM] = "TERM",	[SIGSTKFLT] = "STKFLT",
	[SIGCHLD] = "CHLD", [SIGCONT] = "CONT", [SIGSTOP] = "STOP",	[SIGTSTP] = "TSTP",
	[SIGTTIN] = "TTIN", [SIGTTOU] = "TTOU",
};
#define COUNT ((int) (sizeof names / sizeof *names))

static int signal_number(const char *text)
{
	if (isdigit(*text))
		return tool_number(text);
	if (!strncmp(text, "SIG", 3))
		text += 3;
	for (int i = 1; i < COUNT; i++)
		if (!strcmp(names[i], text))
			return i;
	exit(1 + tool_message(text, "no such signal"));
}

static int list(void)
{
	for (int i = 1; i < COUNT; i++)
		printf(i % 8 && i < COUNT - 1 ? "%2d %-7s " : "%2d %s\n", i, names[i]);
	return 0;
}

int main(int argc, char *argv[])
{
	int number = SIGTERM, i = 1, code = 0;

	if (argc == 2 && !strcmp(argv[1], "-l"))
		return list();
	if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--"))
		number = signal_number(argv[i++] + 1);
	if (i < argc && !strcmp(argv[i], "--"))
		i++;
	if (i == argc)
		tool_usage("[-signal] pid... | -l");
	for (; i < argc; i++)
		if (kill(tool_number(argv[i]), number) < 0)
			code |= tool_error(argv[i]);
	return code;
}
