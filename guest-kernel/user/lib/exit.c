#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_AT_EXIT 32

static void (*at_exit[MAX_AT_EXIT])(void);
static int at_exit_count;

int atexit(void (*function)(void))
{
	if (at_exit_count == MAX_AT_EXIT)
		return -1;
	at_exit[at_exit_count++] = function;
	return 0;
}

/* Defined in stdio.c, which is linked in only where files are used. */
void __flush_files(void) __attribute__((weak));

void exit(int code)
{
	while (at_exit_count)
		at_exit[--at_exit_count]();
	if (__flush_files)
		__flush_files();
	_exit(code);
}

void abort(void)
{
	signal(SIGABRT, SIG_DFL);
	kill(getpid(), SIGABRT);
	_exit(127);
}
