/* dup(), dup2(), fcntl(). */
#include "internal.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>

static int dup_from(unsigned fd, unsigned first)
{
	struct file *file = get_filp(fd);
	int new_fd;

	if (!file)
		return -EBADF;
	if ((new_fd = get_free_fd(first)) < 0)
		return new_fd;
	current->close_on_exec &= ~(1UL << new_fd);
	current->filp[new_fd] = file;
	file->f_count++;
	return new_fd;
}

int sys_dup(unsigned fd)
{
	return dup_from(fd, 0);
}

int sys_dup2(unsigned old_fd, unsigned new_fd)
{
	if (!get_filp(old_fd) || new_fd >= NR_OPEN)
		return -EBADF;
	if (old_fd == new_fd)
		return new_fd;
	if (current->filp[new_fd])
		sys_close(new_fd);
	return dup_from(old_fd, new_fd);
}

/* Record locks are not there: they answer -1 as 0.12 does. */
int sys_fcntl(unsigned fd, unsigned cmd, unsigned long arg)
{
	struct file *file = get_filp(fd);
	unsigned long bit = 1UL << (fd & 31);
	const unsigned changeable = O_APPEND | O_NONBLOCK;

	if (!file)
		return -EBADF;
	switch (cmd) {
	case F_DUPFD:
		return dup_from(fd, arg);
	case F_GETFD:
		return (current->close_on_exec & bit) != 0;
	case F_SETFD:
		current->close_on_exec &= ~bit;
		if (arg & FD_CLOEXEC)
			current->close_on_exec |= bit;
		return 0;
	case F_GETFL:
		return file->f_flags;
	case F_SETFL:
		file->f_flags = (file->f_flags & ~changeable) | (arg & changeable);
		return 0;
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return -1;
	default:
		return -EINVAL;
	}
}
