/*
 * Exceptions. One that ring 3 caused becomes a signal; one in the kernel is our own fault:
 * the registers are printed and the task ends, as nothing better can be done for it.
 */

#include <stddef.h>

#include <asm/segment.h>
#include <asm/system.h>
#include <linux/frame.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "kernel.h"

struct exception {
	const char *name;
	void (*entry)(void);
	int signal;
	int user_may_call; /* gate with DPL 3: INT n is allowed from ring 3 */
};

/* By vector, PRM 9.8. */
static const struct exception exceptions[] = {
	{"divide error", divide_error, SIGFPE, 0},
	{"debug", debug, SIGTRAP, 0},
	{"nmi", nmi, 0, 0},
	{"int3", int3, SIGTRAP, 1},
	{"overflow", overflow, SIGSEGV, 1},
	{"bounds", bounds, SIGSEGV, 1},
	{"invalid operand", invalid_op, SIGILL, 0},
	{"device not available", device_not_available, SIGFPE, 0},
	{"double fault", double_fault, SIGSEGV, 0},
	{"coprocessor segment overrun", coprocessor_segment_overrun, SIGFPE, 0},
	{"invalid TSS", invalid_TSS, SIGSEGV, 0},
	{"segment not present", segment_not_present, SIGSEGV, 0},
	{"stack segment", stack_segment, SIGSEGV, 0},
	{"general protection", general_protection, SIGSEGV, 0},
	{"page fault", page_fault, SIGSEGV, 0},
	{"reserved", reserved, SIGSEGV, 0},
	{"coprocessor error", coprocessor_error, SIGFPE, 0},
	{"alignment check", alignment_check, SIGSEGV, 0},
};

#define NR_EXCEPTIONS (sizeof(exceptions) / sizeof(exceptions[0]))
#define FIRST_IRQ_VECTOR 0x20

/* The offsets that entry.S names. */
_Static_assert(offsetof(struct trap_frame, ebx) == 16, "EBX");
_Static_assert(offsetof(struct trap_frame, edx) == 20, "EDX");
_Static_assert(offsetof(struct trap_frame, ecx) == 24, "ECX");
_Static_assert(offsetof(struct trap_frame, eax) == 28, "EAX");
_Static_assert(offsetof(struct trap_frame, cs) == 56, "CS_");

static unsigned long read_cr2(void)
{
	unsigned long linear;

	__asm__ volatile("movl %%cr2,%0" : "=r"(linear));
	return linear;
}

static void show_registers(const struct trap_frame *f, const char *name)
{
	const unsigned long *esp = (const unsigned long *)&f->esp;
	int slot = 0;
	int i;

	while (slot < NR_TASKS && task[slot] != current)
		slot++;
	printk("%s: %04lx\n", name, f->error_code & 0xffff);
	printk("EIP:    %04lx:%08lx\nEFLAGS: %08lx\n", f->cs & 0xffff, f->eip, f->eflags);
	if (FROM_USER(f))
		printk("ESP:    %04lx:%08lx\n", f->ss & 0xffff, f->esp);
	printk("eax: %08lx ebx: %08lx ecx: %08lx edx: %08lx\n", f->eax, f->ebx, f->ecx, f->edx);
	printk("esi: %08lx edi: %08lx ebp: %08lx cr2: %08lx\n", f->esi, f->edi, f->ebp, read_cr2());
	printk("Pid: %ld, process nr: %d (%s)\n", current->pid, slot, current->comm);
	if (FROM_USER(f))
		return;
	printk("Stack:");
	for (i = 0; i < 8; i++)
		printk(" %08lx", esp[i]);
	printk("\n");
}

/* Prints what happened and ends the task; without task 0 there is nothing to go on with. */
static void die(const struct trap_frame *frame, const char *name)
{
	show_registers(frame, name);
	if (current == task[0])
		panic("exception in task 0");
	do_exit(SIGSEGV);
}

/* A signal the program cannot turn away: without a handler of its own it dies of it. */
void force_signal(int sig)
{
	long bit = 1L << (sig - 1);

	if (current->sigaction[sig - 1].sa_handler == SIG_IGN || current->blocked & bit) {
		current->sigaction[sig - 1].sa_handler = SIG_DFL;
		current->blocked &= ~bit;
	}
	current->signal |= bit;
}

/* The rows of USER_ACCESS (asm/segment.h), collected by the linker. */
extern const struct user_access {
	long instruction, next;
} user_access_start[], user_access_end[];

/* A fault of the kernel at a program's pointer: skips the access. 0 if it was anything else. */
static int skip_user_access(struct trap_frame *frame)
{
	const struct user_access *a;

	for (a = user_access_start; a < user_access_end; a++)
		if (frame->eip == a->instruction) {
			frame->eip = a->next;
			force_signal(SIGSEGV);
			return 1;
		}
	return 0;
}

/*
 * The program, or the kernel through the program's pointer, was where it must not be. Of the kernel
 * alone, or of a CPU that does not enforce segment limits, it would be our own fault.
 */
static void refuse_access(struct trap_frame *frame)
{
	if (FROM_USER(frame))
		force_signal(SIGSEGV);
	else if (current == task[0] || !skip_user_access(frame))
		die(frame, "page fault");
}

static void do_page_fault(struct trap_frame *frame)
{
	unsigned long address = read_cr2() - current->start_code;

	if (current == task[0] || address >= space_size() ||
	    !may_access(address, frame->error_code))
		refuse_access(frame);
	else if (frame->error_code & FAULT_PRESENT)
		do_wp_page(frame->error_code, address);
	else
		do_no_page(frame->error_code, address);
}

/* Error bits of the 387 go to the task that used it last, which need not be the current one. */
static void do_coprocessor_error(void)
{
	clts();
	__asm__ volatile("fnclex");
	if (last_task_used_math)
		send_sig(SIGFPE, last_task_used_math, 1);
}

/* IRQ 13, an AT's way to report a 387 error: writing port F0h releases the BUSY line. */
void math_error_irq(void)
{
	__asm__ volatile("outb %%al,$0xf0" : : "a"(0));
	do_coprocessor_error();
}

/* Called by entry.S for vectors 0-31. */
void do_trap(struct trap_frame *frame)
{
	const struct exception *e;

	if ((unsigned long)frame->vector >= NR_EXCEPTIONS)
		panic("exception without a name");
	e = &exceptions[frame->vector];
	switch (frame->vector) {
	case 7:
		if (!math_state_restore())
			break;
		return;
	case 14:
		do_page_fault(frame);
		return;
	case 16:
		do_coprocessor_error();
		return;
	case 1:
	case 3:
		show_registers(frame, e->name);
		return;
	case 2:
		printk("nmi\n");
		return;
	}
	if (FROM_USER(frame) && current != task[0])
		force_signal(e->signal);
	else if (!skip_user_access(frame))
		die(frame, e->name);
}

/* Runs last on the way to ring 3 (entry.S): lets others run and delivers signals. */
void return_to_user(struct trap_frame *frame)
{
	do {
		if (current->state != TASK_RUNNING || current->counter == 0)
			schedule();
	} while (current != task[0] && do_signal(frame));
}

void trap_init(void)
{
	unsigned i;

	for (i = 0; i < NR_EXCEPTIONS; i++)
		set_gate(i, exceptions[i].user_may_call ? GATE_SYSTEM : GATE_TRAP,
			 exceptions[i].entry);
	for (; i < FIRST_IRQ_VECTOR; i++)
		set_trap_gate(i, reserved);
	irq_init();
}
