/* ioctl(): pipes and terminals answer, everything else refuses. */
#include "internal.h"
#include <errno.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <linux/tty.h>
#include <sys/stat.h>

int sys_ioctl(unsigned fd, unsigned cmd, unsigned long arg)
{
	struct file *file = get_filp(fd);
	int dev, mode;

	if (!file)
		return -EBADF;
	if (file->f_inode->i_pipe)
		return file->f_mode & 1 ? pipe_ioctl(file->f_inode, cmd, arg) : -EBADF;
	mode = file->f_inode->i_mode;
	if (!S_ISCHR(mode) && !S_ISBLK(mode))
		return -EINVAL;
	dev = file->f_inode->i_zone[0];
	if (S_ISCHR(mode) && (MAJOR(dev) == 4 || MAJOR(dev) == 5))
		return tty_ioctl(dev, cmd, arg);
	return -ENOTTY;
}
