/*
 * Signals: the calls that set actions and masks, and do_signal(), which runs on the way back
 * to ring 3 and either acts itself or makes the program call its handler.
 *
 * The handler finds on its stack, lowest first: the restorer to return to, the signal
 * number, the old mask (unless SA_NOMASK), eax, ecx, edx, eflags and the eip to go on at. The
 * restorer, a few instructions in the C library, puts them back; there is no system call
 * to return from a handler.
 */

#include <errno.h>

#include <asm/segment.h>
#include <linux/frame.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>

#include "kernel.h"

#define BIT(sig) (1L << ((sig) - 1))
#define BLOCKABLE (~(BIT(SIGKILL) | BIT(SIGSTOP)))

#define INT80_LENGTH 2 /* of the instruction that is repeated */

int sys_sgetmask(void)
{
	return current->blocked;
}

int sys_ssetmask(int mask)
{
	int old = current->blocked;

	current->blocked = mask & BLOCKABLE;
	return old;
}

int sys_sigpending(unsigned long *set)
{
	verify_area(set, 4);
	put_fs_long(current->blocked & current->signal, set);
	return 0;
}

/*
 * Waits with another mask. The call is repeated after the handler (ERESTARTNOINTR), with
 * restart = 1 and the mask to go back to put in its registers.
 */
int sys_sigsuspend(int restart, unsigned long old_mask, unsigned long set)
{
	struct trap_frame *frame = user_frame(current);

	if (restart) {
		current->blocked = old_mask & BLOCKABLE;
		return -EINTR;
	}
	frame->ebx = 1;
	frame->ecx = current->blocked;
	current->blocked = set & BLOCKABLE;
	while (!(current->signal & ~current->blocked))
		sys_pause();
	return -ERESTARTNOINTR;
}

/* Whether the signal would do nothing to p. */
int ignores_signal(const struct task_struct *p, int sig)
{
	void (*handler)(int) = p->sigaction[sig - 1].sa_handler;

	return handler == SIG_IGN || (handler == SIG_DFL && (sig == SIGCHLD || sig == SIGCONT));
}

static int may_set_action(int sig)
{
	return sig >= 1 && sig <= 32 && sig != SIGKILL && sig != SIGSTOP;
}

/* The old call: fires once, masks nothing. Returns the old handler. */
int sys_signal(int sig, long handler, long restorer)
{
	struct sigaction *action;
	long old;

	if (!may_set_action(sig))
		return -EINVAL;
	action = &current->sigaction[sig - 1];
	old = (long)action->sa_handler;
	action->sa_handler = (void (*)(int))handler;
	action->sa_mask = 0;
	action->sa_flags = SA_ONESHOT | SA_NOMASK;
	action->sa_restorer = (void (*)(void))restorer;
	if (ignores_signal(current, sig))
		current->signal &= ~BIT(sig);
	return old;
}

int sys_sigaction(int sig, const struct sigaction *new_action, struct sigaction *old_action)
{
	struct sigaction *action;
	struct sigaction old;

	if (!may_set_action(sig))
		return -EINVAL;
	action = &current->sigaction[sig - 1];
	old = *action;
	if (new_action) {
		memcpy_fromfs(action, new_action, sizeof(*action));
		if (!(action->sa_flags & (int)SA_NOMASK))
			action->sa_mask |= BIT(sig);
		if (ignores_signal(current, sig))
			current->signal &= ~BIT(sig);
	}
	if (old_action) {
		verify_area(old_action, sizeof(*old_action));
		memcpy_tofs(old_action, &old, sizeof(old));
	}
	return 0;
}

/*
 * A call that sleeping was cut short by this signal. It is repeated if the signal does
 * nothing, or is one of the job control signals 18..22 without SA_INTERRUPT.
 */
static void restart_call(struct trap_frame *frame, int sig)
{
	int flags = current->sigaction[sig - 1].sa_flags;

	if (frame->vector != 0x80)
		return;
	if (frame->eax != -ERESTARTSYS && frame->eax != -ERESTARTNOINTR)
		return;
	if (frame->eax == -ERESTARTSYS && !ignores_signal(current, sig) &&
	    (flags & SA_INTERRUPT || sig < SIGCONT || sig > SIGTTOU)) {
		frame->eax = -EINTR;
		return;
	}
	frame->eax = frame->error_code;
	frame->eip -= INT80_LENGTH;
}

static void stop(int sig)
{
	struct task_struct *parent = current->p_pptr;

	current->state = TASK_STOPPED;
	current->exit_code = sig;
	if (!(parent->sigaction[SIGCHLD - 1].sa_flags & SA_NOCLDSTOP))
		send_sig(SIGCHLD, parent, 1);
	wake_up(&parent->wait_chldexit);
}

/* Nobody to continue it: a terminal's stop signals are dropped in an orphaned group. */
static void default_action(int sig)
{
	switch (sig) {
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		if (is_orphaned_pgrp(current->pgrp))
			return;
		/* fall through */
	case SIGSTOP:
		stop(sig);
		return;
	default:
		do_exit(sig);
	}
}

/* Pushes the frame described above and turns ring 3 to the handler. */
static void call_handler(struct trap_frame *frame, int sig)
{
	struct sigaction *action = &current->sigaction[sig - 1];
	long values[8];
	long handler = (long)action->sa_handler;
	int n = 0;

	values[n++] = (long)action->sa_restorer;
	values[n++] = sig;
	if (!(action->sa_flags & SA_NOMASK))
		values[n++] = current->blocked;
	values[n++] = frame->eax;
	values[n++] = frame->ecx;
	values[n++] = frame->edx;
	values[n++] = frame->eflags;
	values[n++] = frame->eip;
	frame->esp -= n * sizeof(long);
	if (!user_range_is_valid((void *)frame->esp, n * sizeof(long)))
		do_exit(SIGSEGV);
	verify_area((void *)frame->esp, n * sizeof(long));
	memcpy_tofs((void *)frame->esp, values, n * sizeof(long));
	frame->eip = handler;
	current->blocked |= action->sa_mask;
	if (action->sa_flags & (int)SA_ONESHOT)
		action->sa_handler = SIG_DFL;
}

/*
 * Delivers one pending signal, the lowest number first. 1 if the caller must look again:
 * for more signals, or because the task has stopped.
 */
int do_signal(struct trap_frame *frame)
{
	unsigned long deliverable = current->signal & ~current->blocked;
	void (*handler)(int);
	int sig;

	if (!deliverable)
		return 0;
	sig = __builtin_ctzl(deliverable) + 1;
	current->signal &= ~BIT(sig);
	restart_call(frame, sig);
	handler = current->sigaction[sig - 1].sa_handler;
	if (ignores_signal(current, sig))
		return 1;
	if (handler == SIG_DFL)
		default_action(sig);
	else
		call_handler(frame, sig);
	return 1;
}
