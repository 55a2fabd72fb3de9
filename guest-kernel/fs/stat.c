/* stat(), lstat(), fstat(), readlink(). */
#include "internal.h"
#include <asm/segment.h>
#include <errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <sys/stat.h>

static int copy_stat(struct m_inode *inode, struct stat *user)
{
	struct stat s = {
		.st_dev = inode->i_dev,
		.st_ino = inode->i_num,
		.st_mode = inode->i_mode,
		.st_nlink = inode->i_nlinks,
		.st_uid = inode->i_uid,
		.st_gid = inode->i_gid,
		.st_rdev = S_ISCHR(inode->i_mode) || S_ISBLK(inode->i_mode) ? inode->i_zone[0] : 0,
		.st_size = inode->i_pipe ? PIPE_SIZE(*inode) : inode->i_size,
		.st_atime = inode->i_atime,
		.st_mtime = inode->i_mtime,
		.st_ctime = inode->i_ctime,
	};

	verify_area(user, sizeof(s));
	memcpy_tofs(user, &s, sizeof(s));
	return 0;
}

static int stat_and_put(struct m_inode *inode, struct stat *user)
{
	if (!inode)
		return -ENOENT;
	copy_stat(inode, user);
	iput(inode);
	return 0;
}

int sys_stat(const char *path, struct stat *buf)
{
	return stat_and_put(namei(path), buf);
}

int sys_lstat(const char *path, struct stat *buf)
{
	return stat_and_put(lnamei(path), buf);
}

int sys_fstat(unsigned fd, struct stat *buf)
{
	struct file *file = get_filp(fd);

	if (!file || !file->f_inode)
		return -EBADF;
	return copy_stat(file->f_inode, buf);
}

/* Copies up to `size` bytes of the link's text, without an ending NUL; answers their number. */
int sys_readlink(const char *path, char *buf, int size)
{
	struct m_inode *inode;
	struct buffer_head *bh = NULL;

	if (size <= 0)
		return -EBADF;
	if (size > BLOCK_SIZE - 1)
		size = BLOCK_SIZE - 1;
	verify_area(buf, size);
	if (!(inode = lnamei(path)))
		return -ENOENT;
	if (!S_ISLNK(inode->i_mode)) {
		iput(inode);
		return -EINVAL;
	}
	if ((unsigned long)size > inode->i_size)
		size = inode->i_size;
	if (inode->i_zone[0])
		bh = bread(inode->i_dev, inode->i_zone[0]);
	iput(inode);
	if (!bh)
		return 0;
	memcpy_tofs(buf, bh->b_data, size);
	brelse(bh);
	return size;
}
