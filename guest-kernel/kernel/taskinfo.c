/*
 * What the kernel tells about itself: system calls 87 and 89 for ps and free, and the two
 * reports of the Scroll-Lock key.
 */

#include <errno.h>
#include <string.h>
#include <sys/taskinfo.h>

#include <asm/segment.h>
#include <linux/frame.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>

#include "kernel.h"

extern char end[]; /* first byte behind the kernel, from the linker script */

/* Bytes between the structure and the lowest stack byte ever used: those are still zero. */
unsigned long kernel_stack_free(const struct task_struct *p)
{
	const char *start = (const char *)(p + 1);
	const char *byte = start;

	while (byte < (const char *)p + PAGE_SIZE && *byte == 0)
		byte++;
	return byte - start;
}

static void count_table(const unsigned long *table, struct taskinfo *info)
{
	unsigned long frame;
	int i;

	for (i = 0; i < 1024; i++) {
		if (!table[i])
			continue;
		if (!(table[i] & PAGE_PRESENT)) {
			info->swapped++;
			continue;
		}
		info->resident++;
		frame = table[i] & ~(PAGE_SIZE - 1UL);
		if (frame < LOW_MEM || frame >= HIGH_MEMORY)
			continue;
		if (mem_map[MAP_NR(frame)] > 1 && mem_map[MAP_NR(frame)] != USED)
			info->shared++;
	}
}

/* Walks a task's directory entries. */
static void count_pages(const struct task_struct *p, struct taskinfo *info)
{
	const unsigned long *directory = user_directory(p);
	unsigned long i;

	for (i = 0; i < user_tables(); i++) {
		if (!(directory[i] & PAGE_PRESENT))
			continue;
		info->page_tables++;
		count_table((const unsigned long *)(directory[i] & PAGE_MASK), info);
	}
}

void read_taskinfo(const struct task_struct *p, struct taskinfo *info)
{
	int slot = 0;

	while (slot < NR_TASKS - 1 && task[slot] != p)
		slot++;
	memset(info, 0, sizeof(*info));
	info->slot = slot;
	info->pid = p->pid;
	info->ppid = p->p_pptr->pid;
	info->pgrp = p->pgrp;
	info->session = p->session;
	info->state = p->state;
	info->counter = p->counter;
	info->priority = p->priority;
	info->uid = p->uid;
	info->euid = p->euid;
	info->gid = p->gid;
	info->egid = p->egid;
	info->tty = p->tty;
	info->start_code = p->start_code;
	info->end_code = p->end_code;
	info->end_data = p->end_data;
	info->brk = p->brk;
	info->start_stack = p->start_stack;
	info->utime = p->utime;
	info->stime = p->stime;
	info->cutime = p->cutime;
	info->cstime = p->cstime;
	info->start_time = p->start_time;
	info->min_faults = p->min_flt;
	info->maj_faults = p->maj_flt;
	info->kstack_free = kernel_stack_free(p);
	info->signal = p->signal;
	info->blocked = p->blocked;
	memcpy(info->comm, p->comm, sizeof(info->comm));
	count_pages(p, info);
}

int sys_taskinfo(int slot, struct taskinfo *user)
{
	struct taskinfo info;

	if (slot < 0 || slot >= NR_TASKS)
		return -EINVAL;
	if (!task[slot])
		return -ESRCH;
	verify_area(user, sizeof(*user));
	if (!task[slot])
		return -ESRCH;
	read_taskinfo(task[slot], &info);
	memcpy_tofs(user, &info, sizeof(info));
	return 0;
}

static void count_frames(struct meminfo *info)
{
	unsigned long i;

	for (i = 0; i < PAGING_PAGES; i++) {
		if (mem_map[i] == USED)
			continue;
		info->total_pages++;
		if (!mem_map[i])
			info->free_pages++;
		else
			info->shared_pages += mem_map[i] - 1;
	}
}

void read_meminfo(struct meminfo *info)
{
	memset(info, 0, sizeof(*info));
	count_frames(info);
	info->kernel_end = (unsigned long)end;
	info->buffer_end = buffer_memory_end;
	info->main_start = main_memory_start;
	info->memory_end = HIGH_MEMORY;
	info->buffers = nr_buffers;
	info->swap_pages = swap_pages();
	info->free_swap_pages = free_swap_pages();
	info->swap_ins = swap_ins;
	info->swap_outs = swap_outs;
	info->uptime = jiffies;
	info->context_switches = context_switches;
}

int sys_meminfo(struct meminfo *user)
{
	struct meminfo info;

	verify_area(user, sizeof(*user));
	read_meminfo(&info);
	memcpy_tofs(user, &info, sizeof(info));
	return 0;
}

void show_mem(void)
{
	struct meminfo m;
	struct taskinfo t;
	int i;

	read_meminfo(&m);
	printk("Mem-info:\n%lu free pages of %lu\n%lu pages shared\n", m.free_pages, m.total_pages,
	       m.shared_pages);
	for (i = 1; i < NR_TASKS; i++) {
		if (!task[i])
			continue;
		memset(&t, 0, sizeof(t));
		count_pages(task[i], &t);
		printk("Process %ld: %lu pages, %lu shared\n", task[i]->pid,
		       t.resident + t.page_tables + 1, t.shared);
	}
}

void show_stat(void)
{
	static const char states[] = "RSDZT";
	const struct task_struct *p;
	int i;

	printk("Task-info:\n nr   pid state father child  stack    pc name\n");
	for (i = 0; i < NR_TASKS; i++) {
		p = task[i];
		if (!p)
			continue;
		printk("%3d %5ld   %c   %6ld %5ld %6lu %08lx %s%s\n", i, p->pid, states[p->state],
		       p->p_pptr->pid, p->p_cptr ? p->p_cptr->pid : -1, kernel_stack_free(p),
		       i ? user_frame(p)->eip : 0, p->comm, p == current ? " *" : "");
	}
}
