/* From a directory, or a file that was looked up, back to its name. */
#include "internal.h"
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <string.h>

/* The inode under which the directory above knows `dir`: of a mounted root, the one it covers. */
static int number_above(const struct m_inode *dir)
{
	struct super_block *sb = dir->i_num == ROOT_INO ? get_super(dir->i_dev) : NULL;

	return sb && sb->s_imount && sb->s_imount != dir ? sb->s_imount->i_num : dir->i_num;
}

/* Puts "/name" before what text holds from `start` on; the new start, 0 when there is no room. */
static unsigned prepend(char *text, unsigned start, const char *name)
{
	unsigned length = strlen(name);

	if (length + 1 > start)
		return 0;
	start -= length + 1;
	text[start] = '/';
	memcpy(text + start + 1, name, length);
	return start;
}

/*
 * Climbs to the root and asks each directory above for the name. A directory that was removed, or a path
 * that does not fit, answers `size`.
 */
unsigned directory_path(struct m_inode *dir, char *text, unsigned size)
{
	char name[NAME_LEN + 1];
	struct m_inode *above;
	unsigned start = size;
	int nr;

	dir->i_count++;
	while (start && dir != current->root) {
		struct component dot_dot = {2, ".."};

		nr = number_above(dir);
		above = lookup(&dir, &dot_dot);
		iput(dir);
		if (!(dir = above))
			return size;
		start = find_name(dir, nr, name) ? prepend(text, start, name) : 0;
	}
	iput(dir);
	if (!start)
		return size;
	if (start == size)
		text[--start] = '/';
	memmove(text, text + start, size - start);
	return size - start;
}

/*
 * By the inode's place in inode_table: the directory in which it was found last, by number on the same
 * device, and its path as it was when somebody last asked. 0.12's m_inode stays as it is.
 */
static struct {
	unsigned short directory;
	char path[62];
} names[NR_INODE];

void forget_name(const struct m_inode *inode)
{
	memset(&names[inode - inode_table], 0, sizeof(names[0]));
}

void note_directory(const struct m_inode *inode, const struct m_inode *dir)
{
	if (inode->i_dev == dir->i_dev)
		names[inode - inode_table].directory = dir->i_num;
}

/* Finds out an inode's path, for inode_path(). One that cannot be told, or is too long, is "". May sleep. */
void find_path(struct m_inode *inode)
{
	char *path = names[inode - inode_table].path;
	unsigned size = sizeof(names[0].path), end = size;
	int directory = names[inode - inode_table].directory;
	struct m_inode *dir = directory ? iget(inode->i_dev, directory) : NULL;
	char name[NAME_LEN + 1];

	if (dir && find_name(dir, inode->i_num, name))
		end = directory_path(dir, path, size);
	iput(dir);
	if (end == 1)
		end = 0; /* the root's "/" is the slash before the name */
	if (end + 1 + strlen(name) < size) {
		path[end] = '/';
		strcpy(path + end + 1, name);
	} else {
		path[0] = 0;
	}
}

const char *inode_path(const struct m_inode *inode)
{
	return names[inode - inode_table].path;
}
