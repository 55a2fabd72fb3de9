/*
 * select(): one task in several wait queues. Terminals and pipes can be waited for, other files
 * answer EBADF.
 */
#include "internal.h"
#include "../drivers/char/char.h"
#include <asm/segment.h>
#include <asm/system.h>
#include <errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <sys/stat.h>
#include <sys/time.h>

#define FOREVER 0xffffffffUL

struct sets {
	unsigned long in, out, ex;
};

/* One descriptor: what it can do now, and where to wait for each. */
struct readiness {
	struct sets now; /* 0 or 1 each */
	struct task_struct **in_queue, **out_queue;
};

static int look_at_tty(struct m_inode *inode, struct readiness *r)
{
	int dev = inode->i_zone[0];
	int minor = MAJOR(dev) == 5 ? current->tty : (int)MINOR(dev);
	struct tty_struct *tty = minor < 0 ? NULL : tty_of_minor(minor);

	if ((MAJOR(dev) != 4 && MAJOR(dev) != 5) || !tty)
		return -EBADF;
	r->now.in = tty_input_ready(minor);
	r->now.out = tty_output_ready(minor);
	r->now.ex = 0;
	r->in_queue = &tty->secondary->proc_list;
	r->out_queue = &tty->write_q->proc_list;
	return 0;
}

static int look_at(struct file *file, struct readiness *r)
{
	struct m_inode *inode = file ? file->f_inode : NULL;
	int alone;

	if (!inode)
		return -EBADF;
	if (S_ISCHR(inode->i_mode) && !inode->i_pipe)
		return look_at_tty(inode, r);
	if (!inode->i_pipe)
		return -EBADF;
	alone = inode->i_count < 2;
	r->now.in = !PIPE_EMPTY(*inode) || alone;
	r->now.out = !PIPE_FULL(*inode) || alone;
	r->now.ex = alone;
	r->in_queue = &PIPE_READ_WAIT(*inode);
	r->out_queue = &PIPE_WRITE_WAIT(*inode);
	return 0;
}

/* Fills *ready with what is ready of *asked, and joins their queues; answers their number. */
static int look_at_all(const struct sets *asked, struct sets *ready)
{
	struct readiness r;
	int count = 0, error;

	ready->in = ready->out = ready->ex = 0;
	for (int fd = 0; fd < NR_OPEN; fd++) {
		unsigned long bit = 1UL << fd;

		if (!((asked->in | asked->out | asked->ex) & bit))
			continue;
		if ((error = look_at(current->filp[fd], &r)))
			return error;
		ready->in |= asked->in & bit && r.now.in ? bit : 0;
		ready->out |= asked->out & bit && r.now.out ? bit : 0;
		ready->ex |= asked->ex & bit && r.now.ex ? bit : 0;
		count += !!(ready->in & bit) + !!(ready->out & bit) + !!(ready->ex & bit);
		if ((asked->in | asked->ex) & bit)
			join_queue(r.in_queue);
		if (asked->out & bit)
			join_queue(r.out_queue);
	}
	return count;
}

/* Waits until something is ready, a signal came, or jiffies reaches `until`. */
static int do_select(const struct sets *asked, struct sets *ready, unsigned long until)
{
	int count;

	for (;;) {
		cli();
		current->state = TASK_INTERRUPTIBLE;
		count = look_at_all(asked, ready);
		if (count || current->signal & ~current->blocked ||
		    (until != FOREVER && jiffies >= until))
			break;
		current->timeout = until == FOREVER ? 0 : until;
		schedule();
		current->timeout = 0;
		sti();
	}
	current->state = TASK_RUNNING;
	sti();
	leave_queues();
	return count;
}

static unsigned long get_set(unsigned long *user, unsigned long mask)
{
	return user ? get_fs_long(user) & mask : 0;
}

static void put_set(unsigned long *user, unsigned long value)
{
	if (!user)
		return;
	verify_area(user, 4);
	put_fs_long(value, user);
}

static unsigned long deadline(struct timeval *user)
{
	if (!user)
		return FOREVER;
	return jiffies + get_fs_long(&user->tv_sec) * HZ +
	       get_fs_long(&user->tv_usec) / (1000000 / HZ);
}

static void put_time_left(struct timeval *user, unsigned long until)
{
	unsigned long left = until > jiffies ? until - jiffies : 0;

	if (!user)
		return;
	verify_area(user, sizeof(*user));
	put_fs_long(left / HZ, &user->tv_sec);
	put_fs_long(left % HZ * (1000000 / HZ), &user->tv_usec);
}

/* The five arguments in user memory: n, in, out, exceptional, timeval; all pointers may be NULL. */
int sys_select(unsigned long *arguments)
{
	unsigned long n = get_fs_long(arguments);
	unsigned long *in = (void *)get_fs_long(arguments + 1);
	unsigned long *out = (void *)get_fs_long(arguments + 2);
	unsigned long *ex = (void *)get_fs_long(arguments + 3);
	struct timeval *time = (void *)get_fs_long(arguments + 4);
	unsigned long mask = n < 32 ? (1UL << n) - 1 : ~0UL, until = deadline(time);
	struct sets asked = {get_set(in, mask), get_set(out, mask), get_set(ex, mask)}, ready;
	int count = do_select(&asked, &ready, until);

	if (count < 0)
		return count;
	put_time_left(time, until);
	if (!count && current->signal & ~current->blocked)
		return -EINTR;
	put_set(in, ready.in);
	put_set(out, ready.out);
	put_set(ex, ready.ex);
	return count;
}
