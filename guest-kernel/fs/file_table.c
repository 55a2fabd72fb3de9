/* Open files: 64 rows for the whole system, shared after fork() and dup(). */
#include "internal.h"
#include <errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>

struct file file_table[NR_FILE];

struct file *get_filp(unsigned fd)
{
	return fd < NR_OPEN ? current->filp[fd] : NULL;
}

int get_free_fd(unsigned first)
{
	if (first >= NR_OPEN)
		return -EINVAL;
	for (unsigned fd = first; fd < NR_OPEN; fd++)
		if (!current->filp[fd])
			return fd;
	return -EMFILE;
}

struct file *get_empty_filp(void)
{
	for (struct file *filp = file_table; filp < file_table + NR_FILE; filp++) {
		if (filp->f_count)
			continue;
		filp->f_count = 1;
		filp->f_mode = filp->f_flags = 0;
		filp->f_inode = NULL;
		filp->f_pos = 0;
		return filp;
	}
	return NULL;
}

void put_filp(struct file *filp)
{
	if (!filp->f_count)
		panic("put_filp: file is not open");
	if (!--filp->f_count)
		iput(filp->f_inode);
}
