/* What the files of /proc say, one function for each, by the tables at the end. */
#include "proc.h"
#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sys.h>
#include <string.h>
#include <sys/taskinfo.h>

#define PAGE_KB (PAGE_SIZE / 1024)

/* The path of a region's file: of the program as it was called, else as mmap or uselib found it. */
static void print_path(struct proc_text *out, struct task_struct *p, const struct m_inode *inode)
{
	const char *path = inode == p->executable ? p->path : inode_path(inode);

	if (*path)
		proc_print(out, " %s%s", path, inode->i_nlinks ? "" : " (deleted)");
}

/* start-end, rights (p private, s shared), offset in the file, device, inode, path. */
static void print_maps(struct proc_text *out, struct task_struct *p)
{
	const struct vm_area_struct *a;
	const struct m_inode *inode;

	for (a = p->mm.mmap; a; a = a->vm_next) {
		inode = a->vm_inode;
		proc_print(out, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %d", a->vm_start, a->vm_end,
			   a->vm_flags & VM_READ ? 'r' : '-', a->vm_flags & VM_WRITE ? 'w' : '-',
			   a->vm_flags & VM_EXEC ? 'x' : '-', a->vm_flags & VM_SHARED ? 's' : 'p',
			   a->vm_offset, inode ? MAJOR(inode->i_dev) : 0,
			   inode ? MINOR(inode->i_dev) : 0, inode ? inode->i_num : 0);
		if (inode)
			print_path(out, p, inode);
		proc_print(out, "\n");
	}
}

static char state_of(const struct task_struct *p)
{
	return p->state >= 0 && p->state <= 4 ? "RSDZT"[p->state] : '?';
}

/* One line of numbers, for programs. */
static void print_stat(struct proc_text *out, struct task_struct *p)
{
	struct taskinfo info;

	read_taskinfo(p, &info);
	proc_print(out, "%ld (%s) %c %ld %ld %ld %d ", p->pid, p->comm, state_of(p),
		   p->p_pptr->pid, p->pgrp, p->session, p->tty);
	proc_print(out, "%lu %lu %ld %ld %ld %ld %ld %ld ", p->min_flt, p->maj_flt, p->utime,
		   p->stime, p->cutime, p->cstime, p->counter, p->priority);
	proc_print(out, "%ld %lu %lu %lx %lx %lx %lx %lx\n", p->start_time,
		   p->mm.total_vm * PAGE_SIZE, info.resident, p->start_code, p->end_code,
		   p->end_data, p->brk, p->start_stack);
}

static void print_status(struct proc_text *out, struct task_struct *p)
{
	struct taskinfo info;

	read_taskinfo(p, &info);
	proc_print(out, "Name:\t%s\nState:\t%c\nPid:\t%ld\nPPid:\t%ld\n", p->comm, state_of(p), p->pid,
		   p->p_pptr->pid);
	proc_print(out, "Uid:\t%d\t%d\t%d\nGid:\t%d\t%d\t%d\n", p->uid, p->euid, p->suid, p->gid,
		   p->egid, p->sgid);
	proc_print(out, "VmSize:\t%8lu kB\nVmRSS:\t%8lu kB\nVmShared:%7lu kB\nVmSwap:\t%8lu kB\n",
		   p->mm.total_vm * PAGE_KB, info.resident * PAGE_KB, info.shared * PAGE_KB,
		   info.swapped * PAGE_KB);
	proc_print(out, "VmPTE:\t%8lu kB\nRegions:\t%lu\nLookups:\t%lu\nLookupSteps:\t%lu\n",
		   (info.page_tables + (p->mm.pgd != NULL)) * PAGE_KB, p->mm.map_count,
		   p->mm.lookups, p->mm.steps);
	proc_print(out, "MinFaults:\t%lu\nMajFaults:\t%lu\n", p->min_flt, p->maj_flt);
	proc_print(out, "Base:\t%08lx\nDirectory:\t%08lx\nSigPnd:\t%08lx\nSigBlk:\t%08lx\n",
		   p->start_code, (unsigned long)p->mm.pgd, p->signal, p->blocked);
}

static void print_meminfo(struct proc_text *out, struct task_struct *p)
{
	struct meminfo m;

	(void)p;
	read_meminfo(&m);
	proc_print(out, "MemTotal:  %8lu kB\nMemFree:   %8lu kB\nMemShared: %8lu kB\n",
		   m.total_pages * PAGE_KB, m.free_pages * PAGE_KB, m.shared_pages * PAGE_KB);
	proc_print(out, "Buffers:   %8lu kB\nSwapTotal: %8lu kB\nSwapFree:  %8lu kB\n", m.buffers,
		   m.swap_pages * PAGE_KB, m.free_swap_pages * PAGE_KB);
	proc_print(out, "Kernel:    00000000-%08lx\nCache:     %08lx-%08lx\n", m.kernel_end,
		   m.kernel_end, m.buffer_end);
	if (m.main_start > m.buffer_end)
		proc_print(out, "RamDisk:   %08lx-%08lx\n", m.buffer_end, m.main_start);
	proc_print(out, "Main:      %08lx-%08lx\n", m.main_start, m.memory_end);
}

static void print_swaps(struct proc_text *out, struct task_struct *p)
{
	(void)p;
	proc_print(out, "Device  Pages    Used  SwapIns SwapOuts\n");
	if (swap_pages())
		proc_print(out, "%02x:%02x %8lu %7lu %8lu %8lu\n", MAJOR(SWAP_DEV), MINOR(SWAP_DEV),
			   swap_pages(), swap_pages() - free_swap_pages(), swap_ins, swap_outs);
}

static void print_filesystems(struct proc_text *out, struct task_struct *p)
{
	(void)p;
	proc_print(out, "\tminix\nnodev\tproc\n");
}

static void print_cmdline(struct proc_text *out, struct task_struct *p)
{
	(void)p;
	proc_print(out, "%s\n", boot_options);
}

static struct proc_text *slabs_out;

static void print_slab(int size, int pages, int objects, int used)
{
	proc_print(slabs_out, "%5d %6d %8d %6d\n", size, pages, objects, used);
}

/* The sizes of the kernel's malloc(): each page holds objects of one. */
static void print_slabs(struct proc_text *out, struct task_struct *p)
{
	(void)p;
	proc_print(out, " size  pages  objects   used\n");
	slabs_out = out;
	malloc_report(print_slab);
}

static void print_system(struct proc_text *out, struct task_struct *p)
{
	struct meminfo m;
	unsigned long min_flt = 0, maj_flt = 0;
	int i, tasks = 0;

	(void)p;
	read_meminfo(&m);
	for (i = 1; i < NR_TASKS; i++) {
		if (!task[i])
			continue;
		min_flt += task[i]->min_flt;
		maj_flt += task[i]->maj_flt;
		tasks++;
	}
	proc_print(out, "uptime %lu\nswitches %lu\ntasks %d\nswap_ins %lu\nswap_outs %lu\n", m.uptime,
		   m.context_switches, tasks, m.swap_ins, m.swap_outs);
	proc_print(out, "min_faults %lu\nmaj_faults %lu\n", min_flt, maj_flt);
}

static void print_buffers(struct proc_text *out, struct task_struct *p)
{
	int used = 0, dirty = 0, locked = 0, busy = 0, i;

	(void)p;
	for (i = 0; i < nr_buffers; i++) {
		used += start_buffer[i].b_dev != 0;
		dirty += start_buffer[i].b_dirt;
		locked += start_buffer[i].b_lock;
		busy += start_buffer[i].b_count != 0;
	}
	proc_print(out, "total %d\nused %d\ndirty %d\nlocked %d\nbusy %d\n", nr_buffers, used, dirty,
		   locked, busy);
}

const struct proc_file proc_root_files[] = {
	{"meminfo", print_meminfo}, {"swaps", print_swaps}, {"filesystems", print_filesystems},
	{"cmdline", print_cmdline}, {"slabs", print_slabs}, {"stat", print_system},
	{"buffers", print_buffers}, {NULL, NULL},
};

/* mem has no text: it is the task's memory, at the file position. */
const struct proc_file proc_task_files[] = {
	{"maps", print_maps}, {"stat", print_stat}, {"status", print_status}, {"mem", NULL},
	{NULL, NULL},
};
