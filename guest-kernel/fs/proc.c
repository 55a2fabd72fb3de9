/*
 * /proc: directories and inodes of the process file system, and reading them. What the files say is
 * made in proc_text.c. Everything is read-only: permission() never grants writing here.
 */
#include "proc.h"
#include <asm/segment.h>
#include <errno.h>
#include <linux/kernel.h>
#include <linux/sys.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#define LINE 300 /* the longest: all boot options */

static int slot_of(const struct m_inode *inode)
{
	return inode->i_num / PROC_INO_PER_TASK - 1;
}

static unsigned long pid_of(const struct m_inode *inode)
{
	return inode->i_zone[0] | (unsigned long)inode->i_zone[1] << 16;
}

struct task_struct *proc_task(const struct m_inode *inode)
{
	struct task_struct *p;

	if (inode->i_num < PROC_FIRST_TASK_INO)
		return NULL;
	p = task[slot_of(inode)];
	return p && (unsigned long)p->pid == pid_of(inode) ? p : NULL;
}

static int is_directory(int nr)
{
	return nr == ROOT_INO || (nr >= PROC_FIRST_TASK_INO && nr % PROC_INO_PER_TASK == 0);
}

static const struct proc_file *file_of(const struct m_inode *inode)
{
	if (inode->i_num < PROC_FIRST_TASK_INO)
		return &proc_root_files[inode->i_num - ROOT_INO - 1];
	return &proc_task_files[inode->i_num % PROC_INO_PER_TASK - 1];
}

/* Fills an inode; 0 for a task that is not there (any more). */
int proc_read_inode(struct m_inode *inode)
{
	struct task_struct *p = NULL;

	if (inode->i_num >= PROC_FIRST_TASK_INO) {
		if (slot_of(inode) >= NR_TASKS || !(p = task[slot_of(inode)]))
			return 0;
		inode->i_zone[0] = p->pid;
		inode->i_zone[1] = p->pid >> 16;
		inode->i_uid = p->euid;
		inode->i_gid = p->egid;
	}
	inode->i_mode = S_IFREG | 0444;
	if (is_directory(inode->i_num))
		inode->i_mode = S_IFDIR | 0555;
	else if (p && !file_of(inode)->print)
		inode->i_mode = S_IFREG | 0400; /* memory is its owner's affair */
	inode->i_nlinks = 1;
	inode->i_mtime = inode->i_atime = inode->i_ctime = CURRENT_TIME;
	return 1;
}

static int same(const struct component *name, const char *text)
{
	return (int)strlen(text) == name->length && !memcmp(text, name->text, name->length);
}

static int find_file(const struct proc_file *files, const struct component *name)
{
	int i;

	for (i = 0; files[i].name; i++)
		if (same(name, files[i].name))
			return i;
	return -1;
}

static int task_directory(int slot)
{
	return PROC_INO_PER_TASK * (slot + 1);
}

/* The directory of the task with a decimal pid, or of the asker for "self"; 0: no such. */
static int find_task(const struct component *name)
{
	char text[16];
	int slot;

	for (slot = 0; slot < NR_TASKS; slot++) {
		if (!task[slot])
			continue;
		sprintf(text, "%ld", task[slot]->pid);
		if (same(name, text) || (task[slot] == current && same(name, "self")))
			return task_directory(slot);
	}
	return 0;
}

/* The inode number of a name in a directory, 0 when there is none. */
int proc_lookup(const struct m_inode *dir, const struct component *name)
{
	int i;

	if (is_dot(name))
		return dir->i_num;
	if (is_dot_dot(name))
		return ROOT_INO;
	if (dir->i_num != ROOT_INO) {
		i = find_file(proc_task_files, name);
		return i >= 0 && proc_task(dir) ? dir->i_num + 1 + i : 0;
	}
	i = find_file(proc_root_files, name);
	return i >= 0 ? ROOT_INO + 1 + i : find_task(name);
}

/* Adds bytes to a text of which the reader wants a part. */
static void put(struct proc_text *out, const char *bytes, long length)
{
	if (out->skip >= length) {
		out->skip -= length;
		return;
	}
	bytes += out->skip;
	length -= out->skip;
	out->skip = 0;
	if (length > out->room - out->done)
		length = out->room - out->done;
	memcpy(out->buffer + out->done, bytes, length);
	out->done += length;
}

void proc_print(struct proc_text *out, const char *format, ...)
{
	char line[LINE];
	va_list args;
	int length;

	va_start(args, format);
	length = vsprintf(line, format, args);
	va_end(args);
	put(out, line, length);
}

static void put_entry(struct proc_text *out, int nr, const char *name)
{
	struct dir_entry entry;

	memset(&entry, 0, sizeof(entry));
	entry.inode = nr;
	memcpy(entry.name, name, strlen(name));
	put(out, (char *)&entry, sizeof(entry));
}

static void put_files(struct proc_text *out, const struct proc_file *files, int first)
{
	int i;

	for (i = 0; files[i].name; i++)
		put_entry(out, first + i, files[i].name);
}

static void put_directory(struct proc_text *out, const struct m_inode *dir)
{
	char text[16];
	int slot;

	put_entry(out, dir->i_num, ".");
	put_entry(out, ROOT_INO, "..");
	if (dir->i_num != ROOT_INO) {
		put_files(out, proc_task_files, dir->i_num + 1);
		return;
	}
	put_files(out, proc_root_files, ROOT_INO + 1);
	for (slot = 0; slot < NR_TASKS; slot++) {
		if (!task[slot])
			continue;
		sprintf(text, "%ld", task[slot]->pid);
		put_entry(out, task_directory(slot), text);
		if (task[slot] == current)
			put_entry(out, task_directory(slot), "self");
	}
}

/*
 * A task's memory: the page at the file position, as far as it goes. Swapped pages are read, pages
 * that were never touched are zeros; where there is no region, EIO.
 */
static int read_memory(struct task_struct *p, struct proc_text *out)
{
	unsigned long address = out->skip, offset = address % PAGE_SIZE;
	unsigned long *entry;

	if (address >= p->mm.task_size || !vma_at(p, address))
		return -EIO;
	if (out->room > (long)(PAGE_SIZE - offset))
		out->room = PAGE_SIZE - offset;
	entry = table_entry_of(p, address);
	if (entry && *entry & PAGE_PRESENT)
		copy_page(*entry & PAGE_MASK, (unsigned long)out->buffer);
	else if (entry && *entry)
		read_swap_page(*entry >> 1, out->buffer);
	out->done = out->room;
	return offset;
}

/* Makes the text in a frame; only the copying to the program, at the end, may sleep. */
static int make_text(const struct m_inode *inode, struct proc_text *out)
{
	struct task_struct *p = proc_task(inode);

	if (inode->i_num >= PROC_FIRST_TASK_INO && !p)
		return -ESRCH;
	if (is_directory(inode->i_num))
		put_directory(out, inode);
	else if (file_of(inode)->print)
		file_of(inode)->print(out, p);
	else
		return read_memory(p, out);
	return 0;
}

int proc_read(struct m_inode *inode, struct file *file, char *buf, int count)
{
	struct proc_text out = {NULL, file->f_pos, count < PAGE_SIZE ? count : PAGE_SIZE, 0};
	int offset;

	verify_area(buf, out.room);
	out.buffer = (char *)get_free_page();
	if (!out.buffer)
		return -ENOMEM;
	offset = make_text(inode, &out);
	if (offset >= 0) {
		memcpy_tofs(buf, out.buffer + offset, out.done);
		file->f_pos += out.done;
	}
	free_page((unsigned long)out.buffer);
	return offset < 0 ? offset : out.done;
}
