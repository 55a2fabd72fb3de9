/* read(), write() and lseek(): the checks, then the function for the kind of file. */
#include "internal.h"
#include <errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEVICE_READ 0x10000 /* bytes at once of anything but a file */
#define MAY_BE_READ(filp) ((filp)->f_mode & 1)
#define MAY_BE_WRITTEN(filp) ((filp)->f_mode & 2)

int sys_lseek(unsigned fd, off_t offset, int origin)
{
	struct file *file = get_filp(fd);
	off_t from;

	if (!file || !file->f_inode || !IS_SEEKABLE(MAJOR(file->f_inode->i_dev)))
		return -EBADF;
	if (file->f_inode->i_pipe)
		return -ESPIPE;
	switch (origin) {
	case SEEK_SET:
		from = 0;
		break;
	case SEEK_CUR:
		from = file->f_pos;
		break;
	case SEEK_END:
		from = file->f_inode->i_size;
		break;
	default:
		return -EINVAL;
	}
	if (from + offset < 0)
		return -EINVAL;
	return file->f_pos = from + offset;
}

/* Bytes that a read of `count` can deliver at most: what verify_area() must look at. */
static int readable(struct m_inode *inode, struct file *file, int count)
{
	long left = MAX_DEVICE_READ;

	if (!inode->i_pipe && (S_ISDIR(inode->i_mode) || S_ISREG(inode->i_mode)))
		left = (long)inode->i_size - file->f_pos;
	if (left < 0)
		left = 0;
	return count < left ? count : left;
}

int sys_read(unsigned fd, char *buf, int count)
{
	struct file *file = get_filp(fd);
	struct m_inode *inode;

	if (count < 0 || !file || !(inode = file->f_inode))
		return -EINVAL;
	if (!MAY_BE_READ(file))
		return inode->i_pipe ? -EIO : -EBADF;
	if (is_proc(inode))
		return count ? proc_read(inode, file, buf, count) : 0;
	if (!(count = readable(inode, file, count)))
		return 0;
	verify_area(buf, count);
	if (inode->i_pipe)
		return read_pipe(inode, buf, count);
	if (S_ISCHR(inode->i_mode))
		return rw_char(READ, inode->i_zone[0], buf, count, &file->f_pos, file->f_flags);
	if (S_ISBLK(inode->i_mode))
		return block_read(inode->i_zone[0], &file->f_pos, buf, count);
	if (S_ISDIR(inode->i_mode) || S_ISREG(inode->i_mode))
		return file_read(inode, file, buf, count);
	return -EINVAL;
}

int sys_write(unsigned fd, char *buf, int count)
{
	struct file *file = get_filp(fd);
	struct m_inode *inode;

	if (count < 0 || !file || !(inode = file->f_inode))
		return -EINVAL;
	if (!MAY_BE_WRITTEN(file))
		return inode->i_pipe ? -EIO : -EBADF;
	if (!count)
		return 0;
	if (inode->i_pipe)
		return write_pipe(inode, buf, count);
	if (S_ISCHR(inode->i_mode))
		return rw_char(WRITE, inode->i_zone[0], buf, count, &file->f_pos, file->f_flags);
	if (S_ISBLK(inode->i_mode))
		return block_write(inode->i_zone[0], &file->f_pos, buf, count);
	if (S_ISREG(inode->i_mode))
		return file_write(inode, file, buf, count);
	return -EINVAL;
}
