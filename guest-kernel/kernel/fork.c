/*
 * fork(): a second task that differs from the first in little more than its slot. Its page
 * holds a copy of the parent's task_struct; its 64 MB get the parent's pages, all made
 * read-only on both sides, so that the first to write pays for a copy (mm/memory.c).
 */

#include <errno.h>

#include <asm/segment.h>
#include <asm/system.h>
#include <linux/frame.h>
#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sched.h>
#include <linux/sys.h>

#include "kernel.h"

static long last_pid;

int user_range_is_valid(const void *user, unsigned long size)
{
	unsigned long start = (unsigned long)user;

	return start + size >= start && start + size <= current->mm.task_size;
}

unsigned long user_reach(const void *user, unsigned long n)
{
	unsigned long start = (unsigned long)user;

	if (n <= user_end && start <= user_end - n)
		return n;
	force_signal(SIGSEGV);
	return start < user_end ? user_end - start : 0;
}

/* Makes the pages of [start, end) ready for a write by the kernel: all of them, or those that are present. */
static void verify_pages(unsigned long start, unsigned long end, int all)
{
	int allowed;

	for (start &= PAGE_MASK; start < end; start += PAGE_SIZE) {
		allowed = may_access(start, FAULT_WRITE);
		if (!allowed)
			force_signal(SIGSEGV);
		if ((all && allowed) || page_is_present(start))
			write_verify(start);
	}
}

/*
 * Makes the pages of [user, user+size) present and the task's own, before the kernel writes
 * there. A range that leaves the segment, or may not be written, is a SIGSEGV for the task; the
 * system call may still write to the parts inside, so what is there of them must not belong to others
 * either. Behind 4 GB a range comes in again from below.
 */
void verify_area(void *user, int size)
{
	unsigned long start = (unsigned long)user;
	unsigned long end = start + size;
	unsigned long limit = current->mm.task_size;

	if (size <= 0)
		return;
	if (user_range_is_valid(user, size)) {
		verify_pages(start, end, 1);
		return;
	}
	force_signal(SIGSEGV);
	if (end < start) {
		verify_pages(0, end < limit ? end : limit, 0);
		end = limit;
	}
	verify_pages(start, end < limit ? end : limit, 0);
}

/* The child's segments: the parent's limits, based at its own place; then regions and pages. */
static int copy_mem(int nr, struct task_struct *p)
{
	unsigned long base = private_memory ? 0 : nr * TASK_SIZE;

	if (get_base(&current->ldt[LDT_DATA]) != get_base(&current->ldt[LDT_CODE]))
		panic("code and data of a task are apart");
	p->start_code = base;
	set_base(&p->ldt[LDT_CODE], base);
	set_base(&p->ldt[LDT_DATA], base);
	if (copy_regions(p))
		return -ENOMEM;
	if (copy_page_tables(p)) {
		free_page_tables(p);
		free_regions(p);
		return -ENOMEM;
	}
	return 0;
}

/* The child wakes up in ring 3 behind the INT 80h with the parent's registers and eax = 0. */
static void copy_registers(struct task_struct *p, const struct trap_frame *frame)
{
	unsigned short gs;

	__asm__("movw %%gs,%0" : "=r"(gs));
	p->tss.eip = frame->eip;
	p->tss.eflags = frame->eflags;
	p->tss.eax = 0;
	p->tss.ecx = frame->ecx;
	p->tss.edx = frame->edx;
	p->tss.ebx = frame->ebx;
	p->tss.esp = frame->esp;
	p->tss.ebp = frame->ebp;
	p->tss.esi = frame->esi;
	p->tss.edi = frame->edi;
	p->tss.es = frame->es & 0xffff;
	p->tss.cs = frame->cs & 0xffff;
	p->tss.ss = frame->ss & 0xffff;
	p->tss.ds = frame->ds & 0xffff;
	p->tss.fs = frame->fs & 0xffff;
	p->tss.gs = gs;
}

static void copy_coprocessor(struct task_struct *p)
{
	if (last_task_used_math != current)
		return;
	clts();
	__asm__ volatile("fnsave %0; frstor %0" : "+m"(p->tss.i387));
}

/* One more user for everything the child shares with its parent. */
static void share_files(struct task_struct *p)
{
	int i;

	for (i = 0; i < NR_OPEN; i++)
		if (p->filp[i])
			p->filp[i]->f_count++;
	if (p->pwd)
		p->pwd->i_count++;
	if (p->root)
		p->root->i_count++;
	if (p->executable)
		p->executable->i_count++;
	if (p->library)
		p->library->i_count++;
}

static void link_to_parent(struct task_struct *p)
{
	p->p_pptr = current;
	p->p_cptr = NULL;
	p->p_ysptr = NULL;
	p->p_osptr = current->p_cptr;
	if (p->p_osptr)
		p->p_osptr->p_ysptr = p;
	current->p_cptr = p;
}

/* What a new task starts with instead of its parent's values. */
static void reset_task(struct task_struct *p, int nr, unsigned long directory)
{
	p->state = TASK_UNINTERRUPTIBLE;
	p->pid = last_pid;
	p->counter = p->priority;
	p->signal = 0;
	p->alarm = 0;
	p->timeout = 0;
	p->leader = 0; /* of a session: not inherited */
	p->utime = p->stime = 0;
	p->cutime = p->cstime = 0;
	p->min_flt = p->maj_flt = 0;
	p->start_time = jiffies;
	p->wait_chldexit = NULL;
	p->waiting_on = NULL;
	p->mm.pgd = (unsigned long *)directory;
	p->start_code = private_memory ? 0 : nr * TASK_SIZE;
	p->tss.cr3 = directory;
	p->tss.back_link = 0;
	p->tss.esp0 = PAGE_SIZE + (long)p;
	p->tss.ss0 = KERNEL_DS;
	p->tss.ldt = _LDT(nr);
	p->tss.trace_bitmap = (long)0x80000000UL;
}

static int pid_in_use(long pid)
{
	int i;

	for (i = 0; i < NR_TASKS; i++)
		if (task[i] && (task[i]->pid == pid || task[i]->pgrp == pid))
			return 1;
	return 0;
}

/* Takes the next free process id and returns a free slot, or -EAGAIN. */
static int find_empty_process(void)
{
	int i;

	do {
		if (++last_pid < 1)
			last_pid = 1;
	} while (pid_in_use(last_pid));
	for (i = 1; i < NR_TASKS; i++)
		if (!task[i])
			return i;
	return -EAGAIN;
}

/* Makes p, a free page, a copy of the current task in slot nr. */
static int copy_process(int nr, struct task_struct *p, unsigned long directory,
			const struct trap_frame *frame)
{
	*p = *current; /* the structure only, not the kernel stack */
	reset_task(p, nr, directory);
	task[nr] = p;
	copy_registers(p, frame);
	copy_coprocessor(p);
	if (copy_mem(nr, p)) {
		task[nr] = NULL;
		free_page(directory);
		free_page((unsigned long)p);
		return -EAGAIN;
	}
	share_files(p);
	set_tss_desc(gdt + (nr << 1) + FIRST_TSS_ENTRY, &p->tss);
	set_ldt_desc(gdt + (nr << 1) + FIRST_LDT_ENTRY, &p->ldt);
	link_to_parent(p);
	p->state = TASK_RUNNING;
	return p->pid;
}

/*
 * The pages come first: getting them may sleep, and a slot that was found free must be taken at
 * once.
 */
int sys_fork(void)
{
	struct task_struct *p = (struct task_struct *)get_free_page();
	unsigned long directory = 0;
	int nr = -EAGAIN;

	if (!p)
		return -EAGAIN;
	if (!new_directory(&directory))
		nr = find_empty_process();
	if (nr < 0) {
		free_page(directory);
		free_page((unsigned long)p);
		return nr;
	}
	return copy_process(nr, p, directory, user_frame(current));
}
