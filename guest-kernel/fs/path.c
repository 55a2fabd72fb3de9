/* From a directory back to its name. */
#include "internal.h"
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
