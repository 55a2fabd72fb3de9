/*
 * Path names: from a name in user memory to an inode, and the calls that change directories.
 *
 * A path is read through %fs, so that the same code walks a user's path and, with %fs set to
 * the kernel's segment, the text of a symbolic link. A component longer than 14 characters
 * means its first 14. A link is followed once for each component; the last component of a
 * link's own text is not followed further.
 */
#include "internal.h"
#include <asm/segment.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <sys/stat.h>

#define MAX_LINK_DEPTH 5 /* links within the text of links; the kernel stack is one page */

/* Access bits of an inode for the running task. An inode without links (a directory somebody
   removed under us) permits nothing. */
int permission(struct m_inode *inode, int mask)
{
	int mode = inode->i_mode;

	if (inode->i_dev && !inode->i_nlinks)
		return 0;
	if (is_proc(inode) && mask & MAY_WRITE)
		return 0;
	if (current->euid == inode->i_uid)
		mode >>= 6;
	else if (in_group_p(inode->i_gid))
		mode >>= 3;
	return (mode & mask & 7) == mask || suser();
}

/* Copies the component at *path and moves *path behind it and the slashes that follow. Answers
   whether a slash followed: then it names a directory to walk through. */
static int next_component(const char **path, struct component *name)
{
	int slash = 0;
	char c;

	name->length = 0;
	while ((c = get_fs_byte(*path)) && c != '/') {
		if (name->length < NAME_LEN)
			name->text[name->length++] = c;
		(*path)++;
	}
	while (get_fs_byte(*path) == '/') {
		slash = 1;
		(*path)++;
	}
	return slash;
}

static struct m_inode *walk(const char *path, struct m_inode *base, int follow, int depth);

/* What the symbolic link `inode` names, seen from `dir`; other inodes as they are. Takes over the
   reference to `inode`, not the one to `dir`. */
static struct m_inode *follow_link(struct m_inode *dir, struct m_inode *inode, int depth)
{
	struct buffer_head *bh = NULL;
	unsigned long fs;

	if (!inode || !S_ISLNK(inode->i_mode))
		return inode;
	if (depth < MAX_LINK_DEPTH && inode->i_zone[0] && inode->i_size < BLOCK_SIZE)
		bh = bread(inode->i_dev, inode->i_zone[0]);
	iput(inode);
	if (!bh)
		return NULL;
	fs = get_fs();
	set_fs(KERNEL_DS);
	inode = walk(bh->b_data, dir, 0, depth + 1);
	set_fs(fs);
	brelse(bh);
	return inode;
}

/* The inode a name stands for in *dir, a link not followed. */
struct m_inode *lookup(struct m_inode **dir, struct component *name)
{
	struct buffer_head *bh;
	struct m_inode *inode;
	struct dir_entry *de;
	int nr, dev;

	if (is_proc(*dir) && is_dot_dot(name))
		step_up(dir, name);
	if (is_proc(*dir)) {
		nr = proc_lookup(*dir, name);
		return nr ? iget(PROC_DEV, nr) : NULL;
	}
	if (!(bh = find_entry(dir, name, &de)))
		return NULL;
	nr = de->inode;
	dev = (*dir)->i_dev;
	brelse(bh);
	inode = iget(dev, nr);
	if (inode && !S_ISDIR(inode->i_mode))
		note_directory(inode, *dir);
	return inode;
}

/* Walks all directories of a path. Answers the last one; *name gets what is to be looked up in it,
   nothing when the path ends with a slash. */
static struct m_inode *walk_to_dir(const char *path, struct m_inode *base, struct component *name,
				   int depth)
{
	struct m_inode *dir = base ? base : current->pwd, *next;
	char c = get_fs_byte(path);

	if (c == '/') {
		dir = current->root;
		while (get_fs_byte(path) == '/')
			path++;
	} else if (!c) {
		return NULL; /* an empty path names nothing */
	}
	dir->i_count++;
	for (;;) {
		if (!S_ISDIR(dir->i_mode) || !permission(dir, MAY_EXEC)) {
			iput(dir);
			return NULL;
		}
		if (!next_component(&path, name))
			return dir;
		next = lookup(&dir, name);
		next = follow_link(dir, next, depth);
		iput(dir);
		if (!(dir = next))
			return NULL;
	}
}

static struct m_inode *walk(const char *path, struct m_inode *base, int follow, int depth)
{
	struct component name;
	struct m_inode *dir = walk_to_dir(path, base, &name, depth), *inode;

	if (!dir || !name.length)
		return dir;
	inode = lookup(&dir, &name);
	if (follow)
		inode = follow_link(dir, inode, depth);
	iput(dir);
	if (inode)
		inode->i_atime = CURRENT_TIME;
	return inode;
}

struct m_inode *namei(const char *pathname)
{
	return walk(pathname, NULL, 1, 0);
}

struct m_inode *lnamei(const char *pathname)
{
	return walk(pathname, NULL, 0, 0);
}

static struct m_inode *dir_namei(const char *pathname, struct component *name)
{
	return walk_to_dir(pathname, NULL, name, 0);
}

/* Makes an inode of the given mode and enters it in `dir`; for devices, zone[0] gets `dev`. */
static int make_node(struct m_inode *dir, const struct component *name, int mode, int dev,
		     struct m_inode **result)
{
	struct m_inode *inode;
	int error;

	if (!permission(dir, MAY_WRITE))
		return -EACCES;
	if (!(inode = new_inode(dir->i_dev)))
		return -ENOSPC;
	inode->i_mode = mode;
	if (S_ISBLK(mode) || S_ISCHR(mode))
		inode->i_zone[0] = dev;
	inode->i_dirt = 1;
	write_inode(inode);
	if ((error = add_entry(dir, name, inode->i_num))) {
		inode->i_nlinks = 0;
		iput(inode);
		return error;
	}
	note_directory(inode, dir);
	*result = inode;
	return 0;
}

/* Is the file the program of some task? Its pages are still to be read from it. */
static int is_running(const struct m_inode *inode)
{
	for (int i = 0; i < NR_TASKS; i++)
		if (task[i] && (task[i]->executable == inode || task[i]->library == inode))
			return 1;
	return 0;
}

/* Checks an existing file against the open flags. */
static int may_open(struct m_inode *inode, int flag)
{
	static const unsigned char needs[4] = {MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE, 7};

	if (S_ISDIR(inode->i_mode) && (flag & O_ACCMODE))
		return -EISDIR;
	if ((flag & (O_ACCMODE | O_TRUNC)) && is_running(inode))
		return -ETXTBSY;
	if (!permission(inode, needs[flag & O_ACCMODE]))
		return -EACCES;
	return 0;
}

static int open_existing(struct m_inode *dir, struct m_inode *inode, int flag,
			 struct m_inode **result)
{
	int error = -EEXIST;

	if (!(flag & O_EXCL)) {
		if (!(inode = follow_link(dir, inode, 0)))
			return -ENOENT;
		error = may_open(inode, flag);
	}
	if (error) {
		iput(inode);
		return error;
	}
	inode->i_atime = CURRENT_TIME;
	if (flag & O_TRUNC)
		truncate(inode);
	*result = inode;
	return 0;
}

/* open()'s part of the work: finds or makes the file, checks the rights, truncates. */
int open_namei(const char *pathname, int flag, int mode, struct m_inode **result)
{
	struct m_inode *dir, *inode;
	struct component name;
	int error;

	if ((flag & O_TRUNC) && !(flag & O_ACCMODE))
		flag |= O_WRONLY;
	if (!(flag & O_CREAT))
		flag &= ~O_EXCL;
	mode = (mode & 0777 & ~current->umask) | S_IFREG;
	if (!(dir = dir_namei(pathname, &name)))
		return -ENOENT;
	if (!name.length) {
		error = flag & (O_ACCMODE | O_CREAT | O_TRUNC) ? -EISDIR : may_open(dir, flag);
		*result = dir;
		if (error)
			iput(dir);
		return error;
	}
	inode = lookup(&dir, &name);
	if (inode)
		error = open_existing(dir, inode, flag, result);
	else if (flag & O_CREAT)
		error = make_node(dir, &name, mode, 0, result);
	else
		error = -ENOENT;
	iput(dir);
	return error;
}

/* The directory for a new name that must not be there yet; NULL with *error set. */
static struct m_inode *dir_for_new(const char *path, struct component *name, int *error)
{
	struct m_inode *dir = dir_namei(path, name);
	struct buffer_head *bh;
	struct dir_entry *de;

	*error = -ENOENT;
	if (!dir)
		return NULL;
	if (name->length) {
		if (!(bh = find_entry(&dir, name, &de)))
			return dir;
		brelse(bh);
		*error = -EEXIST;
	}
	iput(dir);
	return NULL;
}

int sys_mknod(const char *path, int mode, int dev)
{
	struct m_inode *dir, *inode;
	struct component name;
	int error;

	if (!suser())
		return -EPERM;
	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	if (!S_ISREG(mode) && !S_ISCHR(mode) && !S_ISBLK(mode) && !S_ISFIFO(mode))
		return -EINVAL;
	if (!(dir = dir_for_new(path, &name, &error)))
		return error;
	error = make_node(dir, &name, mode, dev, &inode);
	if (!error)
		iput(inode);
	iput(dir);
	return error;
}

/* Cuts slashes at the end, which mkdir and rmdir accept: "a/" is looked up as "a". */
static struct m_inode *dir_namei_trimmed(const char *path, struct component *name, char *copy)
{
	unsigned long fs = get_fs();
	struct m_inode *dir;
	int length = 0;

	while (length < BLOCK_SIZE - 1 && (copy[length] = get_fs_byte(path + length)))
		length++;
	while (length > 1 && copy[length - 1] == '/')
		length--;
	copy[length] = 0;
	set_fs(KERNEL_DS);
	dir = dir_namei(copy, name);
	set_fs(fs);
	return dir;
}

static struct m_inode *dir_namei_of_directory(const char *path, struct component *name)
{
	struct m_inode *dir;
	char *copy = malloc(BLOCK_SIZE);

	if (!copy)
		return NULL;
	dir = dir_namei_trimmed(path, name, copy);
	free_s(copy, BLOCK_SIZE);
	return dir;
}

/* A new directory's first block: "." and "..". It is on the disk before anything names it. */
static int fill_new_dir(struct m_inode *inode, struct m_inode *dir)
{
	static const struct component dot = {1, "."}, dot_dot = {2, ".."};
	int error = add_entry(inode, &dot, inode->i_num);

	if (!error)
		error = add_entry(inode, &dot_dot, dir->i_num);
	if (error)
		return error;
	write_block(inode->i_dev, bmap(inode, 0));
	inode->i_nlinks = 2;
	inode->i_dirt = 1;
	write_inode(inode);
	return 0;
}

static int make_dir(struct m_inode *dir, struct component *name, int mode)
{
	struct m_inode *inode;
	int error;

	if (!permission(dir, MAY_WRITE))
		return -EACCES;
	if (dir->i_nlinks >= LINK_LIMIT)
		return -EMLINK;
	if (!(inode = new_inode(dir->i_dev)))
		return -ENOSPC;
	inode->i_mode = S_IFDIR | (mode & 0777 & ~current->umask);
	error = fill_new_dir(inode, dir);
	if (!error)
		error = add_entry(dir, name, inode->i_num);
	if (error)
		inode->i_nlinks = 0;
	iput(inode);
	if (error)
		return error;
	dir->i_nlinks++;
	dir->i_dirt = 1;
	return 0;
}

int sys_mkdir(const char *path, int mode)
{
	struct component name;
	struct m_inode *dir = dir_namei_of_directory(path, &name);
	struct buffer_head *bh;
	struct dir_entry *de;
	int error = -EEXIST;

	if (!dir)
		return -ENOENT;
	bh = find_entry(&dir, &name, &de);
	if (!bh && name.length)
		error = make_dir(dir, &name, mode);
	brelse(bh);
	iput(dir);
	return error;
}

/* In a sticky directory only the owners of the file and of the directory may remove a name. */
static int may_remove(struct m_inode *dir, struct m_inode *inode)
{
	if (!permission(dir, MAY_WRITE))
		return -EACCES;
	if ((dir->i_mode & S_ISVTX) && !suser() && current->euid != inode->i_uid &&
	    current->euid != dir->i_uid)
		return -EPERM;
	return 0;
}

static int may_rmdir(struct m_inode *dir, struct m_inode *inode)
{
	int error = may_remove(dir, inode);

	if (error)
		return error;
	if (!S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	if (inode == dir)
		return -EPERM;
	if (inode->i_dev != dir->i_dev || inode->i_count > 1)
		return -EBUSY;
	return dir_is_empty(inode) ? 0 : -ENOTEMPTY;
}

static int may_unlink(struct m_inode *dir, struct m_inode *inode)
{
	int error = may_remove(dir, inode);

	return error ? error : S_ISDIR(inode->i_mode) ? -EPERM : 0;
}

/* Removes a name after `check` allowed it; the inode loses as many links as `links` says. Takes
   over the reference to `dir`. */
static int remove_name(struct m_inode *dir, struct component *name, int links,
		       int (*check)(struct m_inode *dir, struct m_inode *inode))
{
	struct buffer_head *bh = NULL;
	struct m_inode *inode = NULL;
	struct dir_entry *de;
	int error = -ENOENT;

	if (name->length && (bh = find_entry(&dir, name, &de)) &&
	    (inode = iget(dir->i_dev, de->inode)))
		error = check(dir, inode);
	if (!error && de->inode != inode->i_num)
		error = -ENOENT; /* another task was first */
	if (!error) {
		clear_entry(dir, bh, de);
		inode->i_nlinks = inode->i_nlinks > links ? inode->i_nlinks - links : 0;
		inode->i_ctime = CURRENT_TIME;
		inode->i_dirt = 1;
		if (S_ISDIR(inode->i_mode))
			dir->i_nlinks--;
	}
	brelse(bh);
	iput(inode);
	iput(dir);
	return error;
}

int sys_rmdir(const char *path)
{
	struct component name;
	struct m_inode *dir = dir_namei_of_directory(path, &name);

	if (!dir)
		return -ENOENT;
	if (is_dot(&name) || is_dot_dot(&name)) {
		iput(dir);
		return -EPERM;
	}
	return remove_name(dir, &name, 2, may_rmdir);
}

int sys_unlink(const char *path)
{
	struct component name;
	struct m_inode *dir = dir_namei(path, &name);

	return dir ? remove_name(dir, &name, 1, may_unlink) : -ENOENT;
}

/* The text is the path as given, up to 1023 bytes, in the link's first block. */
static int fill_link(struct m_inode *inode, const char *target)
{
	struct buffer_head *bh;
	int length = 0, block = create_block(inode, 0);

	if (!block)
		return -ENOSPC;
	if (!(bh = bread(inode->i_dev, block)))
		return -EIO;
	while (length < BLOCK_SIZE - 1 && (bh->b_data[length] = get_fs_byte(target + length)))
		length++;
	bh->b_data[length] = 0;
	bh->b_dirt = 1;
	brelse(bh);
	inode->i_size = length;
	inode->i_dirt = 1;
	return 0;
}

int sys_symlink(const char *target, const char *path)
{
	struct m_inode *dir, *inode;
	struct component name;
	int error;

	if (!(dir = dir_for_new(path, &name, &error)))
		return error;
	if (!permission(dir, MAY_WRITE)) {
		error = -EACCES;
	} else if (!(inode = new_inode(dir->i_dev))) {
		error = -ENOSPC;
	} else {
		inode->i_mode = S_IFLNK | (0777 & ~current->umask);
		error = fill_link(inode, target);
		write_inode(inode);
		if (!error)
			error = add_entry(dir, &name, inode->i_num);
		if (error)
			inode->i_nlinks = 0;
		iput(inode);
	}
	iput(dir);
	return error;
}

static int link_into(struct m_inode *dir, struct component *name, struct m_inode *inode)
{
	int error;

	if (dir->i_dev != inode->i_dev)
		return -EXDEV;
	if (!permission(dir, MAY_WRITE))
		return -EACCES;
	if (inode->i_nlinks >= LINK_LIMIT)
		return -EMLINK;
	if ((error = add_entry(dir, name, inode->i_num)))
		return error;
	inode->i_nlinks++;
	inode->i_ctime = CURRENT_TIME;
	inode->i_dirt = 1;
	return 0;
}

int sys_link(const char *old_path, const char *new_path)
{
	struct m_inode *inode = namei(old_path), *dir;
	struct component name;
	int error = -EPERM;

	if (!inode)
		return -ENOENT;
	if (!S_ISDIR(inode->i_mode) && (dir = dir_for_new(new_path, &name, &error))) {
		error = link_into(dir, &name, inode);
		iput(dir);
	}
	iput(inode);
	return error;
}
