/* A program that tries the processor's walls without the kernel's help: every selector, gate and port, and the
   instructions that are ring 0's. Each must end in a signal, and change nothing. */
#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/memcheck.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER_CS 0x0f
#define USER_DS 0x17
#define GDT_ENTRIES 256
#define LDT_ENTRIES 4 /* one beyond the last */

static int status_of(void (*action)(unsigned), unsigned value)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		action(value);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

#define ATTEMPT(name, text) \
	static void name(unsigned value) \
	{ \
		(void) value; \
		__asm__ volatile(text : : : "eax", "edx", "ecx", "memory"); \
	}

ATTEMPT(do_cli, "cli")
ATTEMPT(do_sti, "sti")
ATTEMPT(do_hlt, "hlt")
ATTEMPT(do_cr0, "movl %%cr0, %%eax; movl %%eax, %%cr0")
ATTEMPT(do_cr2, "movl %%cr2, %%eax")
ATTEMPT(do_cr3, "xorl %%eax, %%eax; movl %%eax, %%cr3")
ATTEMPT(do_dr7, "xorl %%eax, %%eax; movl %%eax, %%dr7")
ATTEMPT(do_lgdt, "lgdt 0")
ATTEMPT(do_lidt, "lidt 0")
ATTEMPT(do_lldt, "movw $0x28, %%ax; lldt %%ax")
ATTEMPT(do_ltr, "movw $0x20, %%ax; ltr %%ax")
ATTEMPT(do_lmsw, "smsw %%ax; lmsw %%ax")
ATTEMPT(do_clts, "clts")
ATTEMPT(do_iret_ring0, "pushfl; pushl $0x08; pushl $0; iret")
ATTEMPT(do_lret_ring0, "pushl $0x08; pushl $0; lret")
ATTEMPT(do_iret_task, "pushfl; orl $0x4000, (%%esp); popfl; iret")
ATTEMPT(do_stack_away, "movl $0xfffffff0, %%esp; pushl %%eax")
ATTEMPT(do_stack_call, "movl $0xc0000010, %%esp; movl $20, %%eax; int $0x80; ud2")

static const struct attempt {
	const char *name;
	void (*action)(unsigned);
} attempts[] = {
	{"CLI", do_cli}, {"STI", do_sti}, {"HLT", do_hlt}, {"MOV CR0", do_cr0}, {"MOV from CR2", do_cr2},
	{"MOV CR3", do_cr3}, {"MOV DR7", do_dr7}, {"LGDT", do_lgdt}, {"LIDT", do_lidt}, {"LLDT", do_lldt},
	{"LTR", do_ltr}, {"LMSW", do_lmsw}, {"CLTS", do_clts}, {"IRET to ring 0", do_iret_ring0},
	{"RETF to ring 0", do_lret_ring0}, {"IRET to a task before", do_iret_task},
	/* these two need a processor that checks limits, or pages as the wall */
	{"a stack beyond the space", do_stack_away}, {"a system call without a stack", do_stack_call},
};

static void check_attempts(void)
{
	char fact[64];

	for (unsigned i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		int status = status_of(attempts[i].action, 0);

		sprintf(fact, "%s is a signal", attempts[i].name);
		if (!tap_ok(status == SIGSEGV || status == SIGILL, fact))
			printf("# status %d\n", status);
	}
}

static void load_es(unsigned selector)
{
	__asm__ volatile("movw %w0, %%es; movb %%es:0, %%al" : : "r"(selector) : "eax");
}

static void load_ss(unsigned selector)
{
	__asm__ volatile("movl %%ss, %%edx; movw %w0, %%ss; movw %%dx, %%ss" : : "r"(selector) : "edx");
}

static int is_ours(unsigned selector)
{
	return (selector | 3) == USER_CS || (selector | 3) == USER_DS;
}

/* What LAR tells ring 3 of a selector: 0 when it may not know. */
static unsigned rights_of(unsigned selector)
{
	unsigned rights = 0;

	__asm__("larl %1, %0; jz 1f; xorl %0, %0; 1:" : "+r"(rights) : "r"(selector));
	return rights;
}

/* LAR, VERR and VERW answer for all 65,536 selectors without a fault. */
static int visible_selectors(void)
{
	int strangers = 0;

	for (unsigned selector = 0; selector <= 0xffff; selector++) {
		unsigned char readable, writable;

		__asm__("verr %w2; setz %0; verw %w2; setz %1" : "=q"(readable), "=q"(writable) : "r"(selector));
		if (!is_ours(selector) && (rights_of(selector) || readable || writable))
			strangers++;
	}
	return strangers;
}

/*
 * Loads every selector of both tables, asking for the rights of ring 0 and of ring 3. The null ones may be loaded
 * into ES; that reading through them is #GP is a check that QEMU lacks (with vm=private it leads to one's own space).
 */
static int loaded_selectors(void (*load)(unsigned))
{
	int strangers = 0;

	for (unsigned index = 0; index < GDT_ENTRIES; index++)
		for (unsigned low = 0; low < 8; low++) {
			unsigned selector = index << 3 | low;
			int is_local = low >> 2 & 1, rpl = low & 3, is_null = load == load_es && selector < 4;

			if (is_ours(selector) || is_null || (is_local && index >= LDT_ENTRIES))
				continue;
			if (rpl != 0 && rpl != 3)
				continue;
			if (status_of(load, selector) != SIGSEGV)
				strangers++;
		}
	return strangers;
}

/*
 * fork() keeps the parent's registers in the child's TSS, which lies behind its LDT. Were they inside the LDT's
 * limit, the child would find in entry 9 (or near it) a segment of all memory, made of EDX and EBX.
 */
static int child_of_registers(void)
{
	int status = -1, pid, as_child;

	__asm__ volatile("pushl %%ebx; movl $0x0000ffff, %%edx; movl $0x00cff200, %%ebx; int $0x80; popl %%ebx"
			 : "=a"(pid) : "0"(__NR_fork) : "edx", "memory");
	as_child = pid == 0;
	for (unsigned index = 3; as_child && index < 16; index++) {
		unsigned char writable;

		__asm__("verw %w1; setz %0" : "=q"(writable) : "r"(index << 3 | 7));
		if (writable)
			_exit(index);
	}
	if (as_child)
		_exit(0);
	waitpid(pid, &status, 0);
	return status;
}

static unsigned char code[16]; /* made by the two below, and run */

static void run_code(unsigned length)
{
	code[length] = 0xc3;
	((void (*)(void)) code)();
}

static void interrupt(unsigned vector)
{
	unsigned char text[] = {0xb8, 64, 0, 0, 0, 0xcd, vector}; /* MOV EAX, getppid; INT vector */

	memcpy(code, text, sizeof text);
	run_code(sizeof text);
}

static void far_call(unsigned selector)
{
	unsigned char text[] = {0x9a, 0, 0, 0, 0, selector & 0xff, selector >> 8};

	memcpy(code, text, sizeof text);
	run_code(sizeof text);
}

static void far_jump(unsigned selector)
{
	unsigned char text[] = {0xea, 0, 0, 0, 0, selector & 0xff, selector >> 8};

	memcpy(code, text, sizeof text);
	run_code(sizeof text);
}

/* 3, 4 and 80h are open (and 5, BOUND's); all others are gates of ring 0 alone. */
static void check_gates(void)
{
	int open = 0;

	for (unsigned vector = 0; vector < 256; vector++)
		if (vector < 3 || (vector > 5 && vector != 0x80))
			open += status_of(interrupt, vector) != SIGSEGV;
	tap_same(open, 0, "INT n is closed for each gate but four");
	tap_same(status_of(interrupt, 3), 0, "INT 3 is reported, and the program goes on");
	tap_same(status_of(interrupt, 0x80), 0, "INT 80h is a call");
}

static int open_transfers(void (*transfer)(unsigned))
{
	int open = 0;

	for (unsigned index = 0; index < GDT_ENTRIES; index++)
		for (unsigned rpl = 0; rpl < 4; rpl += 3)
			open += status_of(transfer, index << 3 | rpl) != SIGSEGV;
	return open;
}

static int faults;

/* Signals put their frame behind the number: mask, EAX, ECX, EDX, EFLAGS, EIP. */
static void skip_byte(int number)
{
	volatile long *arguments = (volatile long *) __builtin_frame_address(0) + 2;

	(void) number;
	arguments[6]++;
	faults++;
}

#define EACH_PORT(port) for (unsigned port = 0; port < 0x10000; port += port < 0x400 ? 1 : 0x101)

#define TRY_PORT(instruction) __asm__ volatile(instruction : : "a"(0), "d"(port), "S"(buffer), "D"(buffer) : "memory")

/* Each form is one byte long; those that do not fault are counted. */
static int open_ports(void)
{
	char buffer[8];
	int tried = 0;

	faults = 0;
	signal(SIGSEGV, skip_byte);
	EACH_PORT(port) {
		TRY_PORT("inb %%dx, %%al");
		TRY_PORT("inl %%dx, %%eax");
		TRY_PORT("outb %%al, %%dx");
		TRY_PORT("outl %%eax, %%dx");
		TRY_PORT("insb");
		TRY_PORT("outsb");
		tried += 6;
	}
	signal(SIGSEGV, SIG_DFL);
	printf("# %d accesses to ports\n", tried);
	return tried - faults;
}

/* EFLAGS: IOPL and IF do not change from ring 3. */
static int flags_hold(void)
{
	unsigned long before, after;

	__asm__ volatile("pushfl; popl %0; movl %0, %1; orl $0x3000, %1; andl $~0x200, %1; pushl %1; popfl;"
			 "pushfl; popl %1" : "=&r"(before), "=&r"(after));
	return (before & 0x3200) == 0x200 && (after & 0x3200) == 0x200;
}

static void open_or_end(unsigned which)
{
	static const char *const files[] = {"/dev/mem", "/dev/kmem", "/dev/port", "/dev/hd0", "/dev/hd1", "/dev/ram",
					    "/proc/1/mem"};

	setuid(100);
	if (which < sizeof files / sizeof *files)
		_exit(open(files[which], O_RDWR) >= 0 || open(files[which], O_RDONLY) >= 0);
}

/* /proc and the devices that show memory belong to their owners. */
static int open_files(void)
{
	int open = 0;

	for (unsigned i = 0; i < 7; i++)
		open += status_of(open_or_end, i) != 0;
	return open;
}

static int is_sound(struct memcheck *m)
{
	return memcheck(m) == 0 && !m->lost_frames && !m->bad_frames && !m->lost_swap && !m->bad_swap &&
	       !m->bad_regions;
}

int main(void)
{
	struct memcheck m;

	check_attempts();
	tap_same(visible_selectors(), 0, "LAR, VERR and VERW know no segment but our two");
	tap_same(loaded_selectors(load_es), 0, "no selector but ours can be read through ES");
	tap_same(loaded_selectors(load_ss), 0, "nor loaded into SS");
	tap_same(child_of_registers(), 0, "no descriptor can be made of registers");
	check_gates();
	tap_same(open_transfers(far_call), 0, "a far call through each entry of the GDT is SIGSEGV");
	tap_same(open_transfers(far_jump), 0, "so is a far jump");
	tap_same(open_ports(), 0, "ports are closed, to IN, OUT, INS and OUTS");
	tap_ok(flags_hold(), "POPF changes neither IOPL nor IF");
	tap_same(open_files(), 0, "others than root cannot open memory, ports or the disk");
	tap_ok(is_sound(&m), "every frame, swap page and region is accounted for");
	return tap_end();
}
