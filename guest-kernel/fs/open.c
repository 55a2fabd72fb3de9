/* open(), close() and the calls that change what an inode says about itself. */
#include "internal.h"
#include <asm/segment.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <sys/stat.h>
#include <utime.h>

/* f_mode: bit 0 may read, bit 1 may write. */
static int mode_of_flags(int flag)
{
	static const unsigned char modes[4] = {1, 2, 3, 3};

	return modes[flag & O_ACCMODE];
}

static int open_device(struct m_inode *inode, int flag)
{
	if (S_ISCHR(inode->i_mode))
		return open_char(inode->i_zone[0], flag);
	if (S_ISBLK(inode->i_mode))
		check_disk_change(inode->i_zone[0]);
	return 0;
}

/* A full descriptor or file table answers EINVAL, as in 0.12. */
int sys_open(const char *path, int flag, int mode)
{
	struct m_inode *inode;
	struct file *file;
	int error, fd = get_free_fd(0);

	if (fd < 0 || !(file = get_empty_filp()))
		return -EINVAL;
	current->close_on_exec &= ~(1UL << fd);
	if ((error = open_namei(path, flag, mode, &inode))) {
		file->f_count = 0;
		return error;
	}
	if ((error = open_device(inode, flag))) {
		file->f_count = 0;
		iput(inode);
		return error;
	}
	file->f_mode = mode_of_flags(flag);
	file->f_flags = flag;
	file->f_inode = inode;
	current->filp[fd] = file;
	return fd;
}

int sys_creat(const char *path, int mode)
{
	return sys_open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int sys_close(unsigned fd)
{
	struct file *file = get_filp(fd);

	if (!file)
		return -EINVAL;
	current->close_on_exec &= ~(1UL << fd);
	current->filp[fd] = NULL;
	put_filp(file);
	return 0;
}

/* times NULL sets both to now. */
int sys_utime(const char *path, struct utimbuf *times)
{
	struct m_inode *inode = namei(path);

	if (!inode)
		return -ENOENT;
	if (current->euid != inode->i_uid && !permission(inode, MAY_WRITE)) {
		iput(inode);
		return -EACCES;
	}
	inode->i_atime = times ? get_fs_long(&times->actime) : (unsigned long)CURRENT_TIME;
	inode->i_mtime = times ? get_fs_long(&times->modtime) : (unsigned long)CURRENT_TIME;
	inode->i_dirt = 1;
	iput(inode);
	return 0;
}

/* Asks for the real user and group, unlike open(). */
int sys_access(const char *path, int mode)
{
	struct m_inode *inode = namei(path);
	int bits, allowed;

	if (!inode)
		return -ENOENT;
	mode &= 7;
	bits = inode->i_mode;
	if (current->uid == inode->i_uid)
		bits >>= 6;
	else if (in_group_p(inode->i_gid))
		bits >>= 3;
	allowed = (bits & mode) == mode;
	if (!current->uid) /* root needs some x bit to execute, nothing else */
		allowed = !(mode & MAY_EXEC) || (inode->i_mode & 0111) || S_ISDIR(inode->i_mode);
	iput(inode);
	return allowed ? 0 : -EACCES;
}

static int replace_directory(const char *path, struct m_inode **place)
{
	struct m_inode *inode = namei(path);

	if (!inode)
		return -ENOENT;
	if (!S_ISDIR(inode->i_mode)) {
		iput(inode);
		return -ENOTDIR;
	}
	iput(*place);
	*place = inode;
	return 0;
}

int sys_chdir(const char *path)
{
	return replace_directory(path, &current->pwd);
}

int sys_chroot(const char *path)
{
	return replace_directory(path, &current->root);
}

int sys_chmod(const char *path, int mode)
{
	struct m_inode *inode = namei(path);

	if (!inode)
		return -ENOENT;
	if (current->euid != inode->i_uid && !suser()) {
		iput(inode);
		return -EACCES;
	}
	inode->i_mode = (mode & 07777) | (inode->i_mode & ~07777);
	inode->i_ctime = CURRENT_TIME;
	inode->i_dirt = 1;
	iput(inode);
	return 0;
}

int sys_chown(const char *path, int uid, int gid)
{
	struct m_inode *inode = namei(path);

	if (!inode)
		return -ENOENT;
	if (!suser()) {
		iput(inode);
		return -EACCES;
	}
	inode->i_uid = uid;
	inode->i_gid = gid;
	inode->i_ctime = CURRENT_TIME;
	inode->i_dirt = 1;
	iput(inode);
	return 0;
}
