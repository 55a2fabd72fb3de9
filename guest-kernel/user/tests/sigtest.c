/* Signals: handlers, registers kept, masks, default actions, alarm, stop and continue. */
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int caught, calls, depth, deepest;

static void count(int number)
{
	caught += number;
}

/* The first call raises the signal once more. */
static void nest(int number)
{
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (calls++ == 0)
		raise(number);
	depth--;
}

static void check_handlers(void)
{
	signal(SIGUSR1, count);
	raise(SIGUSR1);
	tap_same(caught, SIGUSR1, "a handler gets its number");
	raise(SIGUSR1);
	tap_same(caught, 2 * SIGUSR1, "and stays");
	signal(SIGUSR2, nest);
	raise(SIGUSR2);
	tap_same(deepest, 1, "a signal waits while its handler runs");
	tap_same(calls, 2, "and comes afterwards");
	signal(SIGUSR1, SIG_IGN);
	raise(SIGUSR1);
	tap_same(caught, 2 * SIGUSR1, "an ignored signal does nothing");
	tap_ok(signal(SIGKILL, count) == SIG_ERR && errno == EINVAL, "SIGKILL cannot be caught");
}

static int kept_registers(int pid)
{
	int ebx = 0x11111111, ecx = pid, edx, esi = 0x33333333, edi = 0x44444444, eax;

	__asm__ volatile("movl $37, %%eax\n\t"
			 "movl %%ecx, %%ebx\n\tmovl $10, %%ecx\n\tmovl $0x22222222, %%edx\n\t"
			 "int $0x80"
			 : "=&a"(eax), "+b"(ebx), "+c"(ecx), "=d"(edx), "+S"(esi), "+D"(edi)
			 :
			 : "memory");
	return eax == 0 && ebx == pid && ecx == 10 && edx == 0x22222222 && esi == 0x33333333 &&
	       edi == 0x44444444;
}

static void check_registers(void)
{
	caught = 0;
	signal(SIGUSR1, count);
	tap_ok(kept_registers(getpid()), "a handler leaves the registers as they were");
	tap_same(caught, SIGUSR1, "and did run");
}

static void check_masks(void)
{
	sigset_t set, old, pending;

	caught = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	tap_same(caught, 0, "a blocked signal waits");
	sigpending(&pending);
	tap_ok(sigismember(&pending, SIGUSR1), "and is pending");
	tap_ok(sigsuspend(&old) < 0 && errno == EINTR, "sigsuspend lets it in");
	tap_same(caught, SIGUSR1, "the handler ran");
	sigprocmask(SIG_SETMASK, NULL, &pending);
	tap_ok(sigismember(&pending, SIGUSR1), "the mask is back after sigsuspend");
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static int child_status(void (*action)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		action();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void divide(void)
{
	volatile int one = 7, zero = 0;

	one = one / zero;
}

static void bad_instruction(void)
{
	__asm__ volatile("ud2");
}

static void privileged(void)
{
	__asm__ volatile("cli");
}

static void end_by_term(void)
{
	raise(SIGTERM);
}

static void check_defaults(void)
{
	tap_same(child_status(divide), SIGFPE, "division by zero is SIGFPE");
	tap_same(child_status(bad_instruction), SIGILL, "an undefined instruction is SIGILL");
	tap_same(child_status(privileged), SIGSEGV, "a privileged instruction is SIGSEGV");
	tap_same(child_status(end_by_term), SIGTERM, "SIGTERM ends");
}

static void check_alarm(void)
{
	sigset_t set, old;

	caught = 0;
	signal(SIGALRM, count);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, &old); /* or a slow host lets it come before the wait for it */
	alarm(1);
	tap_ok(sigsuspend(&old) < 0 && errno == EINTR, "sigsuspend ends with EINTR");
	sigprocmask(SIG_SETMASK, &old, NULL);
	tap_same(caught, SIGALRM, "by an alarm");
	tap_same(sleep(1), 0, "sleep sleeps");
}

static void check_stop(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	kill(pid, SIGSTOP);
	tap_ok(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status), "SIGSTOP stops");
	tap_same(WSTOPSIG(status), SIGSTOP, "the status says by what");
	tap_same(waitpid(pid, &status, WNOHANG), 0, "a stopped child is not gone");
	kill(pid, SIGCONT);
	kill(pid, SIGKILL);
	tap_ok(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGKILL, "SIGKILL ends it");
	tap_ok(kill(pid, SIGTERM) < 0 && errno == ESRCH, "then there is no such process");
}

int main(void)
{
	check_handlers();
	check_registers();
	check_masks();
	check_defaults();
	check_alarm();
	check_stop();
	return tap_end();
}
