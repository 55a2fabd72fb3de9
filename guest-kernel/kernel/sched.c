/*
 * The scheduler and what belongs to it: the task table, sleeping and waking, the timer
 * tick, the coprocessor's owner, and the small system calls about the current task.
 */

#include <errno.h>
#include <stddef.h>

#include <asm/io.h>
#include <asm/segment.h>
#include <asm/system.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>

#include "kernel.h"

#define BIT(sig) (1L << ((sig) - 1))
#define UNBLOCKABLE (BIT(SIGKILL) | BIT(SIGSTOP))

/* 8254 channel 0 as a divider: 1193180 Hz / 11931 = 100 Hz. */
#define PIT_CONTROL 0x43
#define PIT_CHANNEL0 0x40
#define PIT_MODE3_BINARY 0x36
#define LATCH (1193180 / HZ)

#define NR_TIMERS 64

#define CR0_EM 4

/* Task 0 is made here by hand: its page, and a stack it has in ring 3 and before that. */
union task_union {
	struct task_struct task;
	char stack[PAGE_SIZE];
};

#define RLIMIT_NONE {0x7fffffff, 0x7fffffff}

static union task_union init_task __attribute__((section(".data.page"), aligned(PAGE_SIZE))) = {
	.task = {
		.state = TASK_RUNNING,
		.counter = 15,
		.priority = 15,
		.groups = {NOGROUP},
		.p_pptr = &init_task.task,
		.rlim = {RLIMIT_NONE, RLIMIT_NONE, RLIMIT_NONE, RLIMIT_NONE, RLIMIT_NONE,
			 RLIMIT_NONE},
		.tty = -1,
		.umask = 0022,
		/* base 0, limit 640 KB, DPL 3: code, then data and stack */
		.ldt = {{0, 0}, {0x9f, 0x00c0fa00}, {0x9f, 0x00c0f200}},
		.tss = {
			.esp0 = PAGE_SIZE + (long)&init_task,
			.ss0 = KERNEL_DS,
			.es = USER_DS, .cs = USER_DS, .ss = USER_DS,
			.ds = USER_DS, .fs = USER_DS, .gs = USER_DS,
			.ldt = _LDT(0),
			.trace_bitmap = (long)0x80000000UL,
		},
		.comm = "idle",
		.mm.task_size = 0xa0000,
	},
};

_Static_assert(offsetof(struct task_struct, signal) == 12, "signal");
_Static_assert(offsetof(struct task_struct, start_code) == 536, "start_code");
_Static_assert(offsetof(struct task_struct, p_pptr) == 700, "p_pptr");
_Static_assert(offsetof(struct task_struct, rlim) == 756, "rlim");
_Static_assert(offsetof(struct task_struct, pwd) == 820, "pwd");
_Static_assert(offsetof(struct task_struct, ldt) == 920, "ldt");
_Static_assert(offsetof(struct task_struct, tss) == 944, "tss");
_Static_assert(offsetof(struct task_struct, comm) == 1156, "end of 0.12's task_struct");
_Static_assert(offsetof(struct task_struct, mm) == 1188, "mm");
_Static_assert(offsetof(struct task_struct, tracer) == 1220, "tracer");

unsigned long volatile jiffies;
unsigned long jiffies_offset;
unsigned long context_switches;
long startup_time;

struct task_struct *current = &init_task.task;
struct task_struct *last_task_used_math;
struct task_struct *task[NR_TASKS] = {&init_task.task};

static long user_stack[PAGE_SIZE / sizeof(long)];

const struct {
	long *esp;
	unsigned short ss;
} stack_start = {&user_stack[PAGE_SIZE / sizeof(long)], KERNEL_DS};

/*
 * The far jump to a TSS selector is the whole switch (PRM 7.5): the CPU stores every
 * register in the old TSS and loads the new one. CR0.TS is set by it; if the new task
 * still owns the coprocessor's registers, it may go on using them.
 */
static void switch_to(int n)
{
	struct {
		unsigned long offset;
		unsigned short selector;
	} target = {0, _TSS(n)};

	if (task[n] == current)
		return;
	context_switches++;
	current = task[n];
	__asm__ volatile("ljmp *%0" : : "m"(target) : "memory", "cc");
	if (last_task_used_math == current)
		clts();
}

/* Alarms and time-outs that are due; then whatever signal can end an interruptible sleep. */
static void wake_due(struct task_struct *p)
{
	if (p->timeout && p->timeout < jiffies) {
		p->timeout = 0;
		if (p->state == TASK_INTERRUPTIBLE)
			p->state = TASK_RUNNING;
	}
	if (p->alarm && p->alarm < jiffies) {
		p->signal |= BIT(SIGALRM);
		p->alarm = 0;
	}
	if (p->state == TASK_INTERRUPTIBLE && p->signal & ~(p->blocked & ~UNBLOCKABLE))
		p->state = TASK_RUNNING;
}

/* The runnable task with the largest counter, the higher slot on a tie; 0 if nobody can run. */
static int pick_next(void)
{
	int next, i;
	long best;

	for (;;) {
		next = 0;
		best = -1;
		for (i = NR_TASKS - 1; i > 0; i--) {
			if (!task[i] || task[i]->state != TASK_RUNNING)
				continue;
			if (task[i]->counter > best) {
				best = task[i]->counter;
				next = i;
			}
		}
		if (best != 0)
			return next;
		for (i = NR_TASKS - 1; i >= 0; i--)
			if (task[i])
				task[i]->counter = task[i]->counter / 2 + task[i]->priority;
	}
}

/* Gives the CPU to the task whose turn it is; returns when it is the caller's turn again. */
void schedule(void)
{
	int i;

	for (i = NR_TASKS - 1; i > 0; i--)
		if (task[i])
			wake_due(task[i]);
	switch_to(pick_next());
}

/*
 * The idle task's turn: nobody can run. A switch may come back on a decision made before an
 * interrupt woke somebody, so schedule() is asked until it leaves us here at once, with
 * interrupts off; then HLT waits for the next one.
 */
static void idle(void)
{
	unsigned long switches;

	cli();
	do {
		switches = context_switches;
		schedule();
	} while (switches != context_switches);
	sti_hlt();
}

int sys_pause(void)
{
	if (current == task[0]) {
		idle();
		return 0;
	}
	current->state = TASK_INTERRUPTIBLE;
	schedule();
	return -EINTR;
}

/*
 * A queue is one pointer: to the task that came last, or NULL when nobody has come since the
 * last wake_up(). Who else sleeps there is written in the tasks themselves, in waiting_on, so
 * that one whose sleep a signal ends can just go, whoever came before or after it.
 */
#define ANY_QUEUE ((struct task_struct **)~0UL)

static void sleep_in_state(struct task_struct **queue, int state)
{
	unsigned long flags = save_flags();

	if (current == task[0])
		panic("task[0] trying to sleep");
	cli();
	*queue = current;
	current->waiting_on = queue;
	current->state = state;
	schedule();
	current->waiting_on = NULL;
	restore_flags(flags);
}

void sleep_on(struct task_struct **queue)
{
	sleep_in_state(queue, TASK_UNINTERRUPTIBLE);
}

void interruptible_sleep_on(struct task_struct **queue)
{
	sleep_in_state(queue, TASK_INTERRUPTIBLE);
}

void join_queue(struct task_struct **queue)
{
	*queue = current;
	current->waiting_on = ANY_QUEUE;
}

void leave_queues(void)
{
	current->waiting_on = NULL;
}

void wake_up(struct task_struct **queue)
{
	struct task_struct *p;
	int i;

	if (!queue || !*queue)
		return;
	*queue = NULL;
	for (i = 1; i < NR_TASKS; i++) {
		p = task[i];
		if (!p || (p->waiting_on != queue && p->waiting_on != ANY_QUEUE))
			continue;
		if (p->state == TASK_INTERRUPTIBLE || p->state == TASK_UNINTERRUPTIBLE)
			p->state = TASK_RUNNING;
	}
}

/* One-shot timers in a list sorted by time; each holds the ticks after the one before it. */
static struct timer {
	long ticks;
	void (*function)(void);
	struct timer *next;
} timers[NR_TIMERS], *next_timer;

static struct timer *free_timer(void)
{
	int i;

	for (i = 0; i < NR_TIMERS; i++)
		if (!timers[i].function)
			return &timers[i];
	panic("no more timers");
}

void add_timer(long ticks, void (*function)(void))
{
	struct timer **place = &next_timer;
	struct timer *timer;
	unsigned long flags = save_flags();

	cli();
	timer = free_timer();
	while (*place && (*place)->ticks <= ticks) {
		ticks -= (*place)->ticks;
		place = &(*place)->next;
	}
	timer->ticks = ticks;
	timer->function = function;
	timer->next = *place;
	*place = timer;
	if (timer->next)
		timer->next->ticks -= ticks;
	restore_flags(flags);
}

static void run_timers(void)
{
	void (*function)(void);

	if (!next_timer)
		return;
	next_timer->ticks--;
	while (next_timer && next_timer->ticks <= 0) {
		function = next_timer->function;
		next_timer->function = NULL;
		next_timer = next_timer->next;
		function();
	}
}

/*
 * The tick, every 10 ms. The switch itself happens on the way back to ring 3, never in the
 * kernel.
 */
void do_timer(int from_user)
{
	jiffies++;
	if (from_user)
		current->utime++;
	else
		current->stime++;
	run_timers();
	if (current->counter > 0)
		current->counter--;
}

/*
 * Exception 7: a coprocessor opcode after a task switch (CR0.TS). The registers are saved
 * for the task that used them last and loaded for this one, so tasks that never calculate
 * pay nothing. 0 without a coprocessor: then CR0.EM is set, and there is no emulator.
 */
int math_state_restore(void)
{
	unsigned long cr0;

	__asm__ volatile("movl %%cr0,%0" : "=r"(cr0));
	if (cr0 & CR0_EM)
		return 0;
	clts();
	if (last_task_used_math == current)
		return 1;
	__asm__ volatile("fwait");
	if (last_task_used_math)
		__asm__ volatile("fnsave %0" : "=m"(last_task_used_math->tss.i387));
	last_task_used_math = current;
	if (current->used_math) {
		__asm__ volatile("frstor %0" : : "m"(current->tss.i387));
	} else {
		__asm__ volatile("fninit");
		current->used_math = 1;
	}
	return 1;
}

int sys_alarm(long seconds)
{
	long left = current->alarm;

	if (left)
		left = (left - (long)jiffies) / HZ;
	current->alarm = seconds > 0 ? jiffies + HZ * seconds : 0;
	return left;
}

int sys_getpid(void)
{
	return current->pid;
}

int sys_getppid(void)
{
	return current->p_pptr->pid;
}

int sys_getuid(void)
{
	return current->uid;
}

int sys_geteuid(void)
{
	return current->euid;
}

int sys_getgid(void)
{
	return current->gid;
}

int sys_getegid(void)
{
	return current->egid;
}

int sys_nice(long increment)
{
	if (current->priority - increment > 0)
		current->priority -= increment;
	return 0;
}

/* EFLAGS.NT would make the next IRET a task switch; it must be clear in task 0. */
static void clear_nested_task(void)
{
	restore_flags(save_flags() & ~0x4000UL);
}

void sched_init(void)
{
	set_tss_desc(gdt + FIRST_TSS_ENTRY, &init_task.task.tss);
	set_ldt_desc(gdt + FIRST_LDT_ENTRY, &init_task.task.ldt);
	clear_nested_task();
	__asm__ volatile("ltr %0" : : "r"((unsigned short)_TSS(0)));
	__asm__ volatile("lldt %0" : : "r"((unsigned short)_LDT(0)));
	outb_p(PIT_MODE3_BINARY, PIT_CONTROL);
	outb_p(LATCH & 0xff, PIT_CHANNEL0);
	outb_p(LATCH >> 8, PIT_CHANNEL0);
	request_irq(IRQ_TIMER, NULL);
	request_irq(IRQ_FPU, math_error_irq);
	set_system_gate(0x80, system_call);
}
