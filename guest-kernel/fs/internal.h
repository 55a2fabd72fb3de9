#ifndef _FS_INTERNAL_H
#define _FS_INTERNAL_H

#include <linux/fs.h>

/* Read and write, one pair for each kind of file; all return a byte count or minus errno. */
int file_read(struct m_inode *inode, struct file *filp, char *buf, int count);
int file_write(struct m_inode *inode, struct file *filp, char *buf, int count);
int block_read(int dev, off_t *pos, char *buf, int count);
int block_write(int dev, off_t *pos, char *buf, int count);
int read_pipe(struct m_inode *inode, char *buf, int count);
int write_pipe(struct m_inode *inode, char *buf, int count);
int pipe_ioctl(struct m_inode *inode, int cmd, unsigned long arg);
int rw_char(int rw, int dev, char *buf, int count, off_t *pos, unsigned flags);
int open_char(int dev, int flags); /* 0, or why this device cannot be opened */

/* buffer.c, inode.c: what must reach the disk, or the cache, before something that names it */
void write_block(int dev, int block);
void write_inode(struct m_inode *inode);

/* file_table.c */
struct file *get_filp(unsigned fd);  /* the open file, NULL when fd is none */
int get_free_fd(unsigned first);     /* a free slot at or above first, or minus errno */
struct file *get_empty_filp(void);   /* an unused row with f_count 1, NULL when all are taken */
void put_filp(struct file *filp);    /* gives one reference back */

/* A component of a path, copied out of user memory. */
struct component {
	int length; /* 0: the path ended with a slash */
	char text[NAME_LEN];
};

static inline int is_dot_dot(const struct component *name)
{
	return name->length == 2 && name->text[0] == '.' && name->text[1] == '.';
}

static inline int is_dot(const struct component *name)
{
	return name->length == 1 && name->text[0] == '.';
}

/* directory.c */
struct buffer_head *find_entry(struct m_inode **dir, struct component *name,
			       struct dir_entry **result);
int add_entry(struct m_inode *dir, const struct component *name, int inode_nr);
void clear_entry(struct m_inode *dir, struct buffer_head *bh, struct dir_entry *de);
int dir_is_empty(struct m_inode *inode);
int find_name(struct m_inode *dir, int nr, char name[NAME_LEN + 1]);

/* directory.c: what ".." does at the root and at the root of a mounted file system */
void step_up(struct m_inode **dir, struct component *name);

/* proc.c */
int proc_read_inode(struct m_inode *inode);
int proc_lookup(const struct m_inode *dir, const struct component *name);
int proc_read(struct m_inode *inode, struct file *file, char *buf, int count);

/* path.c: inodes learn in which directory they were found */
void note_directory(const struct m_inode *inode, const struct m_inode *dir);
void forget_name(const struct m_inode *inode);

/* namei.c */
struct m_inode *lookup(struct m_inode **dir, struct component *name);
#define MAY_EXEC 1
#define MAY_WRITE 2
#define MAY_READ 4

#define LINK_LIMIT 250 /* i_nlinks is one byte */

#endif
