#include <errno.h>
#include <signal.h>
#include <unistd.h>

int __sigaction(int number, const struct sigaction *new_action, struct sigaction *old_action);
int __sigsuspend(int restarted, sigset_t old_set, sigset_t set);
sigset_t __sgetmask(void);
sigset_t __ssetmask(sigset_t set);
void __sigrestore(void);

/* Supplies the restorer. It expects the old mask in the frame, so SA_NOMASK is taken away. */
int sigaction(int number, const struct sigaction *new_action, struct sigaction *old_action)
{
	struct sigaction action;

	if (!new_action) {
		errno = EINVAL;
		return -1;
	}
	action = *new_action;
	action.sa_flags &= ~SA_NOMASK;
	action.sa_restorer = __sigrestore;
	return __sigaction(number, &action, old_action);
}

/* The handler stays, and its signal is blocked while it runs. */
sighandler_t signal(int number, sighandler_t handler)
{
	struct sigaction action = {.sa_handler = handler}, old;

	return sigaction(number, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old_set)
{
	sigset_t mask = __sgetmask();

	if (old_set)
		*old_set = mask;
	if (!set)
		return 0;
	switch (how) {
	case SIG_BLOCK:
		mask |= *set;
		break;
	case SIG_UNBLOCK:
		mask &= ~*set;
		break;
	case SIG_SETMASK:
		mask = *set;
		break;
	default:
		errno = EINVAL;
		return -1;
	}
	__ssetmask(mask);
	return 0;
}

/* The kernel restarts the call after the handler with the first two arguments changed, to put the
   old mask back. */
int sigsuspend(const sigset_t *set)
{
	return __sigsuspend(0, 0, *set);
}

int raise(int number)
{
	return kill(getpid(), number);
}

int killpg(pid_t group, int number)
{
	return kill(-group, number);
}

int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

int sigfillset(sigset_t *set)
{
	*set = ~0u;
	return 0;
}

static int valid(int number)
{
	if (number >= 1 && number <= NSIG)
		return 1;
	errno = EINVAL;
	return 0;
}

int sigaddset(sigset_t *set, int number)
{
	if (!valid(number))
		return -1;
	*set |= 1u << (number - 1);
	return 0;
}

int sigdelset(sigset_t *set, int number)
{
	if (!valid(number))
		return -1;
	*set &= ~(1u << (number - 1));
	return 0;
}

int sigismember(const sigset_t *set, int number)
{
	return valid(number) ? (int) (*set >> (number - 1) & 1) : -1;
}
