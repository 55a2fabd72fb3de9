#include <signal.h>
#include <unistd.h>

static void wake(int number)
{
	(void) number;
}

/* Waits on SIGALRM, kept blocked until sigsuspend, so that an early alarm is not lost. */
unsigned int sleep(unsigned int seconds)
{
	sigset_t alarm_set, old_set, wait_set;
	struct sigaction action = {.sa_handler = wake}, old_action;
	unsigned int left;

	if (!seconds)
		return 0;
	sigemptyset(&alarm_set);
	sigaddset(&alarm_set, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm_set, &old_set);
	sigaction(SIGALRM, &action, &old_action);
	wait_set = old_set;
	sigdelset(&wait_set, SIGALRM);
	alarm(seconds);
	sigsuspend(&wait_set);
	left = alarm(0);
	sigaction(SIGALRM, &old_action, NULL);
	sigprocmask(SIG_SETMASK, &old_set, NULL);
	return left;
}
