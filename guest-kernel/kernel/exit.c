/*
 * The end of a task: exit, waitpid, and what they leave to parents, children and process
 * groups. Also the sending of signals, which decides such ends.
 *
 * Family links: p_pptr is the parent, p_cptr its youngest child; the children of one parent
 * form a list from youngest to oldest through p_osptr (older), and back through p_ysptr.
 */

#include <errno.h>
#include <sys/wait.h>

#include <asm/segment.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <linux/tty.h>

#include "kernel.h"

#define BIT(sig) (1L << ((sig) - 1))
#define STOP_SIGNALS (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))

#define EACH_TASK(p, slot) \
	for ((slot) = 1; (slot) < NR_TASKS; (slot)++) \
		if (((p) = task[slot]) != NULL)

static void unlink_from_family(struct task_struct *p)
{
	if (p->p_osptr)
		p->p_osptr->p_ysptr = p->p_ysptr;
	if (p->p_ysptr)
		p->p_ysptr->p_osptr = p->p_osptr;
	else
		p->p_pptr->p_cptr = p->p_osptr;
}

/* Frees the slot and the page of a zombie that its parent has waited for. */
static void release(struct task_struct *p)
{
	int i;

	if (p == current)
		panic("task releasing itself");
	for (i = 1; i < NR_TASKS && task[i] != p; i++)
		;
	if (i == NR_TASKS)
		panic("trying to release a task without a slot");
	task[i] = NULL;
	unlink_from_family(p);
	free_page(p->tss.cr3); /* its own directory; page 0, the common one, is never freed */
	free_page((unsigned long)p);
}

/*
 * Makes sig pending, unless it would do nothing: such a signal must not end anybody's sleep.
 * EPERM unless privileged, root, of the same user, or SIGCONT within a session.
 */
int send_sig(long sig, struct task_struct *p, int privileged)
{
	if (!p)
		return -EINVAL;
	if (!privileged && current->euid != p->euid && !suser() &&
	    !(sig == SIGCONT && current->session == p->session))
		return -EPERM;
	if (p->state == TASK_ZOMBIE)
		return 0; /* its exit code is final */
	if (sig == SIGKILL || sig == SIGCONT) {
		if (p->state == TASK_STOPPED)
			p->state = TASK_RUNNING;
		p->exit_code = 0;
		p->signal &= ~STOP_SIGNALS;
	}
	if (STOP_SIGNALS & BIT(sig))
		p->signal &= ~BIT(SIGCONT);
	if (!ignores_signal(p, sig) || p->blocked & BIT(sig))
		p->signal |= BIT(sig);
	return 0;
}

int session_of_pgrp(int pgrp)
{
	struct task_struct *p;
	int i;

	EACH_TASK(p, i)
		if (p->pgrp == pgrp)
			return p->session;
	return -1;
}

/* Sends sig to every member of a group. 0 if at least one got it, else the error. */
int kill_pg(int pgrp, int sig, int privileged)
{
	struct task_struct *p;
	int result = -ESRCH;
	int i;

	if (sig < 1 || sig > 32 || pgrp <= 0)
		return -EINVAL;
	EACH_TASK(p, i) {
		int error;

		if (p->pgrp != pgrp)
			continue;
		error = send_sig(sig, p, privileged);
		if (!error || result == -ESRCH)
			result = error;
	}
	return result;
}

static int kill_proc(int pid, int sig)
{
	struct task_struct *p;
	int i;

	EACH_TASK(p, i)
		if (p->pid == pid)
			return send_sig(sig, p, 0);
	return -ESRCH;
}

/* kill(-1): everybody but init and the caller. */
static int kill_all(int sig)
{
	struct task_struct *p;
	int result = -ESRCH;
	int i;

	EACH_TASK(p, i)
		if (p->pid > 1 && p != current) {
			int error = send_sig(sig, p, 0);

			if (!error || result == -ESRCH)
				result = error;
		}
	return result;
}

int sys_kill(int pid, int sig)
{
	if (sig < 1 || sig > 32)
		return -EINVAL;
	if (pid == 0)
		return kill_pg(current->pgrp, sig, 0);
	if (pid == -1)
		return kill_all(sig);
	if (pid < 0)
		return kill_pg(-pid, sig, 0);
	return kill_proc(pid, sig);
}

/*
 * A group is orphaned when no member has a parent in another group of the same session (POSIX
 * 2.2.2.52).
 */
static int orphaned_without(int pgrp, const struct task_struct *leaving)
{
	struct task_struct *p;
	int i;

	EACH_TASK(p, i) {
		if (p == leaving || p->pgrp != pgrp || p->state == TASK_ZOMBIE ||
		    p->p_pptr->pid == 1)
			continue;
		if (p->p_pptr->pgrp != pgrp && p->p_pptr->session == p->session)
			return 0;
	}
	return 1;
}

int is_orphaned_pgrp(int pgrp)
{
	return orphaned_without(pgrp, NULL);
}

static int has_stopped_jobs(int pgrp)
{
	struct task_struct *p;
	int i;

	EACH_TASK(p, i)
		if (p->pgrp == pgrp && p->state == TASK_STOPPED)
			return 1;
	return 0;
}

/* Stopped members of a group that just became orphaned would stay stopped for ever. */
static void continue_orphans(int pgrp)
{
	kill_pg(pgrp, SIGHUP, 1);
	kill_pg(pgrp, SIGCONT, 1);
}

static void notify_parent(struct task_struct *p)
{
	struct task_struct *parent = p->p_pptr;

	if (parent == task[0])
		return;
	send_sig(SIGCHLD, parent, 1);
	wake_up(&parent->wait_chldexit);
}

/* Our children become init's. */
static void forget_children(void)
{
	struct task_struct *init = task[1];
	struct task_struct *p;

	while ((p = current->p_cptr) != NULL) {
		unlink_from_family(p);
		p->p_pptr = init;
		p->p_ysptr = NULL;
		p->p_osptr = init->p_cptr;
		if (p->p_osptr)
			p->p_osptr->p_ysptr = p;
		init->p_cptr = p;
		if (p->state == TASK_ZOMBIE)
			notify_parent(p);
		if (p->pgrp != current->pgrp && p->session == current->session &&
		    has_stopped_jobs(p->pgrp) && orphaned_without(p->pgrp, current))
			continue_orphans(p->pgrp);
	}
}

/* A session dies with its leader: hang up the terminal, and take it from the other members. */
static void end_session(void)
{
	struct task_struct *p;
	int i;

	if (current->tty >= 0) {
		struct tty_struct *tty = TTY_TABLE(current->tty);

		if (tty->pgrp > 0)
			kill_pg(tty->pgrp, SIGHUP, 1);
		tty->pgrp = 0;
		tty->session = 0;
	}
	EACH_TASK(p, i)
		if (p->session == current->session)
			p->tty = -1;
}

static void close_files(void)
{
	int i;

	for (i = 0; i < NR_OPEN; i++)
		if (current->filp[i])
			sys_close(i);
	iput(current->pwd);
	current->pwd = NULL;
	iput(current->root);
	current->root = NULL;
	iput(current->executable);
	current->executable = NULL;
	iput(current->library);
	current->library = NULL;
}

/* error_code is the status for waitpid: exit code << 8, or the number of the signal that killed. */
void do_exit(long error_code)
{
	struct task_struct *parent = current->p_pptr;

	if (current->pid <= 1)
		panic("init died");
	write_back(0, ~0UL);
	free_page_tables(current);
	free_regions(current);
	close_files();
	if (last_task_used_math == current)
		last_task_used_math = NULL;
	current->exit_code = error_code;
	if (current->leader)
		end_session();
	if (parent->pgrp != current->pgrp && parent->session == current->session &&
	    has_stopped_jobs(current->pgrp) && orphaned_without(current->pgrp, current))
		continue_orphans(current->pgrp);
	forget_children();
	trace_exit();
	current->state = TASK_ZOMBIE;
	notify_parent(current);
	for (;;)
		schedule();
}

int sys_exit(int code)
{
	do_exit((code & 0xff) << 8);
}

/* pid > 0: that child; 0: any of our group; -1: any; < -1: any of group -pid. */
static int wanted(const struct task_struct *p, int pid)
{
	if (pid > 0)
		return p->pid == pid;
	if (pid == 0)
		return p->pgrp == current->pgrp;
	if (pid == -1)
		return 1;
	return p->pgrp == -pid;
}

static int reap(struct task_struct *p, unsigned long *status)
{
	long pid = p->pid;
	int exit_code = p->exit_code;

	current->cutime += p->utime + p->cutime;
	current->cstime += p->stime + p->cstime;
	release(p);
	if (status)
		put_fs_long(exit_code, status);
	return pid;
}

/* The child to report now, or NULL; *found tells whether there is any child to wait for. */
static struct task_struct *find_child(int pid, int options, int *found)
{
	struct task_struct *p;

	*found = 0;
	for (p = current->p_cptr; p; p = p->p_osptr) {
		if (!wanted(p, pid))
			continue;
		*found = 1;
		if (p->state == TASK_ZOMBIE)
			return p;
		if (p->state == TASK_STOPPED && options & WUNTRACED && p->exit_code)
			return p;
	}
	return NULL;
}

int sys_waitpid(int pid, unsigned long *status, int options)
{
	struct task_struct *p;
	int found;

	if (status)
		verify_area(status, 4);
	for (;;) {
		p = find_child(pid, options, &found);
		if (p)
			break;
		if (!found)
			return -ECHILD;
		if (options & WNOHANG)
			return 0;
		if (current->signal & ~current->blocked)
			return -EINTR;
		interruptible_sleep_on(&current->wait_chldexit);
	}
	if (p->state == TASK_ZOMBIE)
		return reap(p, status);
	if (status)
		put_fs_long((p->exit_code << 8) | 0x7f, status);
	p->exit_code = 0; /* a stop is reported once */
	return p->pid;
}
