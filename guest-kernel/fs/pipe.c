/* Pipes: one page as a ring of 4095 bytes between two open files. */
#include "internal.h"
#include <asm/segment.h>
#include <errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <signal.h>
#include <sys/ioctl.h>

static inline int signal_pending(void)
{
	return (current->signal & ~current->blocked) != 0;
}

/* i_count is 2 while both ends are open. */
static inline int other_end_open(struct m_inode *inode)
{
	return inode->i_count == 2;
}

/* Bytes that can be copied in one piece at `place` when `total` may be used. */
static int run_length(int place, int total, int wanted)
{
	int run = PAGE_SIZE - place;

	if (run > total)
		run = total;
	return run < wanted ? run : wanted;
}

/* Waits for the first byte only. 0 = the writers are gone. */
int read_pipe(struct m_inode *inode, char *buf, int count)
{
	int done = 0, run;

	while (PIPE_EMPTY(*inode)) {
		wake_up(&PIPE_WRITE_WAIT(*inode));
		if (!other_end_open(inode))
			return 0;
		if (signal_pending())
			return -ERESTARTSYS;
		interruptible_sleep_on(&PIPE_READ_WAIT(*inode));
	}
	while (done < count && !PIPE_EMPTY(*inode)) {
		run = run_length(PIPE_TAIL(*inode), PIPE_SIZE(*inode), count - done);
		memcpy_tofs(buf + done, (char *)inode->i_size + PIPE_TAIL(*inode), run);
		PIPE_TAIL(*inode) = (PIPE_TAIL(*inode) + run) & (PAGE_SIZE - 1);
		done += run;
	}
	wake_up(&PIPE_WRITE_WAIT(*inode));
	return done;
}

static int broken_pipe(int done)
{
	send_sig(SIGPIPE, current, 1);
	return done ? done : -EPIPE;
}

/* Brings the pages of a chunk into memory, so that copying it does not sleep. */
static void touch(const char *buf, int count)
{
	get_fs_byte(buf);
	get_fs_byte(buf + count - 1);
}

static int writable_run(struct m_inode *inode, int wanted)
{
	return run_length(PIPE_HEAD(*inode), PAGE_SIZE - 1 - PIPE_SIZE(*inode), wanted);
}

/* Waits until all is in the ring. */
int write_pipe(struct m_inode *inode, char *buf, int count)
{
	int done = 0, run;

	while (done < count) {
		while (PIPE_FULL(*inode)) {
			wake_up(&PIPE_READ_WAIT(*inode));
			if (!other_end_open(inode))
				return broken_pipe(done);
			if (signal_pending())
				return done ? done : -ERESTARTSYS;
			interruptible_sleep_on(&PIPE_WRITE_WAIT(*inode));
		}
		if (!other_end_open(inode))
			return broken_pipe(done);
		touch(buf + done, writable_run(inode, count - done));
		run = writable_run(inode, count - done); /* another writer may have been first */
		memcpy_fromfs((char *)inode->i_size + PIPE_HEAD(*inode), buf + done, run);
		PIPE_HEAD(*inode) = (PIPE_HEAD(*inode) + run) & (PAGE_SIZE - 1);
		done += run;
	}
	wake_up(&PIPE_READ_WAIT(*inode));
	return done;
}

int pipe_ioctl(struct m_inode *inode, int cmd, unsigned long arg)
{
	if (cmd != FIONREAD)
		return -EINVAL;
	verify_area((void *)arg, 4);
	put_fs_long(PIPE_SIZE(*inode), (void *)arg);
	return 0;
}

/* fds[0] reads, fds[1] writes. */
int sys_pipe(unsigned long fds[2])
{
	struct m_inode *inode;
	struct file *file[2];
	int fd[2];

	verify_area(fds, 8);
	if ((fd[0] = get_free_fd(0)) < 0 || (fd[1] = get_free_fd(fd[0] + 1)) < 0)
		return -EMFILE;
	if (!(file[0] = get_empty_filp()))
		return -ENFILE;
	if (!(file[1] = get_empty_filp())) {
		file[0]->f_count = 0;
		return -ENFILE;
	}
	if (!(inode = get_pipe_inode())) {
		file[0]->f_count = file[1]->f_count = 0;
		return -ENFILE;
	}
	for (int end = 0; end < 2; end++) {
		file[end]->f_inode = inode;
		file[end]->f_mode = end + 1; /* 1 read, 2 write */
		current->filp[fd[end]] = file[end];
		current->close_on_exec &= ~(1UL << fd[end]);
		put_fs_long(fd[end], fds + end);
	}
	return 0;
}
