/*
 * Directories: files of 16-byte entries, an inode number (0 = free) and a name of up to 14
 * characters, shorter ones filled with NULs.
 */
#include "internal.h"
#include <errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <string.h>

static int same_name(const struct component *name, const struct dir_entry *de)
{
	return de->inode && !memcmp(name->text, de->name, name->length) &&
	       (name->length == NAME_LEN || !de->name[name->length]);
}

/* At the task's root .. stays there; at the root of a mounted file system it leaves from the
   directory that is covered. */
void step_up(struct m_inode **dir, struct component *name)
{
	struct super_block *sb;

	if (*dir == current->root) {
		name->length = 1;
		return;
	}
	if ((*dir)->i_num != ROOT_INO)
		return;
	sb = get_super((*dir)->i_dev);
	if (sb && sb->s_imount && sb->s_imount != *dir) {
		iput(*dir);
		*dir = sb->s_imount;
		(*dir)->i_count++;
	}
}

/* The entry at byte `offset` of a directory, in a buffer that *bh holds and that is exchanged when
   a new block begins; NULL for a hole or an unreadable block. */
static struct dir_entry *entry_at(struct m_inode *dir, unsigned long offset,
				  struct buffer_head **bh)
{
	if (!(offset & (BLOCK_SIZE - 1))) {
		int block = bmap(dir, offset >> BLOCK_SIZE_BITS);

		brelse(*bh);
		*bh = block ? bread(dir->i_dev, block) : NULL;
	}
	return *bh ? (struct dir_entry *)((*bh)->b_data + (offset & (BLOCK_SIZE - 1))) : NULL;
}

/* The buffer and entry of a name; NULL when it is not there. May change *dir for "..". */
struct buffer_head *find_entry(struct m_inode **dir, struct component *name,
			       struct dir_entry **result)
{
	struct buffer_head *bh = NULL;
	struct dir_entry *de;

	if (!name->length)
		return NULL;
	if (is_dot_dot(name))
		step_up(dir, name);
	for (unsigned long at = 0; at < (*dir)->i_size; at += sizeof(*de)) {
		de = entry_at(*dir, at, &bh);
		if (de && same_name(name, de)) {
			*result = de;
			return bh;
		}
	}
	brelse(bh);
	return NULL;
}

/* Puts a name into the first free entry or behind the last one. 0 or minus errno. The size is
   looked at only after the last sleep: another task may add names too. */
int add_entry(struct m_inode *dir, const struct component *name, int inode_nr)
{
	struct buffer_head *bh = NULL;
	struct dir_entry *de;
	unsigned long at;

	for (at = 0;; at += sizeof(*de)) {
		if (at >= dir->i_size && !create_block(dir, at >> BLOCK_SIZE_BITS)) {
			brelse(bh);
			return -ENOSPC;
		}
		de = entry_at(dir, at, &bh);
		if (de && (at >= dir->i_size || !de->inode))
			break;
		if (!de && at >= dir->i_size)
			return -EIO;
	}
	if (at >= dir->i_size)
		dir->i_size = at + sizeof(*de);
	memset(de, 0, sizeof(*de));
	memcpy(de->name, name->text, name->length);
	de->inode = inode_nr;
	bh->b_dirt = 1;
	brelse(bh);
	dir->i_mtime = dir->i_ctime = CURRENT_TIME;
	dir->i_dirt = 1;
	return 0;
}

void clear_entry(struct m_inode *dir, struct buffer_head *bh, struct dir_entry *de)
{
	de->inode = 0;
	bh->b_dirt = 1;
	dir->i_mtime = dir->i_ctime = CURRENT_TIME;
	dir->i_dirt = 1;
}

/* Nothing in it but "." and "..". */
int dir_is_empty(struct m_inode *inode)
{
	static const struct component dot = {1, "."}, dot_dot = {2, ".."};
	struct buffer_head *bh = NULL;
	struct dir_entry *de;
	int empty = 1;

	for (unsigned long at = 0; at < inode->i_size && empty; at += sizeof(*de)) {
		de = entry_at(inode, at, &bh);
		if (de && de->inode && !same_name(&dot, de) && !same_name(&dot_dot, de))
			empty = 0;
	}
	brelse(bh);
	return empty;
}

/* The name that a directory has for an inode number, in a NUL-padded text; 0 if it has none. */
int find_name(struct m_inode *dir, int nr, char name[NAME_LEN + 1])
{
	struct buffer_head *bh = NULL;
	struct dir_entry *de;
	int found = 0;

	memset(name, 0, NAME_LEN + 1);
	for (unsigned long at = 0; at < dir->i_size && !found; at += sizeof(*de)) {
		de = entry_at(dir, at, &bh);
		if (!de || de->inode != nr || de->name[0] == '.')
			continue;
		memcpy(name, de->name, NAME_LEN);
		found = 1;
	}
	brelse(bh);
	return found;
}
