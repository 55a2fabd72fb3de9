/* A program that wants to do harm: bad pointers to every system call, wild jumps, privileged
   instructions, gates. Each attempt is a child; it may fail or die, the kernel must go on and its
   books must agree. */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/memcheck.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS 96 /* a few beyond the last */
#define SCRATCH "/tmp/hostile.tmp"
#define CANARY 0x5eed1234u

static unsigned canary = CANARY;
static int pipe_ends[2];

/* Calls not tried: none of them takes a pointer, and their purpose would end the test. */
static const struct spared {
	unsigned char number;
	const char *why;
} spared[] = {
	{__NR_exit, "ends the child"},
	{__NR_fork, "makes children that nobody waits for"},
	{__NR_pause, "waits for ever"},
	{__NR_kill, "sends signals to others"},
	{__NR_sync, "takes nothing, and is slow"},
	{__NR_setsid, "takes nothing"},
	{__NR_sigsuspend, "takes a mask, and waits for ever"},
	{__NR_reboot, "takes a number, and may stop the machine"},
};

static int is_spared(int number)
{
	for (unsigned i = 0; i < sizeof spared / sizeof *spared; i++)
		if (spared[i].number == number)
			return 1;
	return 0;
}

static int needs_root(int number)
{
	return number == __NR_mount || number == __NR_umount || number == __NR_chroot ||
	       number == __NR_stime || number == __NR_settimeofday;
}

static long call(long number, unsigned long a, unsigned long b, unsigned long c)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}

/* Kernel, other slots, ends of segments, pages that are not there, text, odd places. */
static unsigned long bad_pointers[] = {
	0, 1, 0xfff, 0x1000000, 0x3bfff000, 0x3ffffff, 0x3fffffe, 0x4000000, 0x4000001, 0x8000000,
	0x7fffffff, 0x80000000, 0xbffffffe, 0xbfffffff, 0xc0000000, 0xc0001000, 0xfffff000, 0xfffffffc,
	0xffffffff, 0x2fffffe,
};

#define NR_BAD (sizeof bad_pointers / sizeof *bad_pointers)

static int is_sound(void)
{
	struct memcheck m;

	return memcheck(&m) == 0 && !m.lost_frames && !m.bad_frames && !m.lost_swap && !m.bad_swap &&
	       !m.bad_regions;
}

/* One child for a call tries the pointers in all places; dying, it leaves the rest to the next one. */
static int attack(int number, unsigned from, int place)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		int progress = pipe_ends[1];

		close(0);
		close(1);
		close(2);
		open(SCRATCH, O_RDWR | O_CREAT, 0666); /* what calls that want a file get, as 0 */
		if (!needs_root(number))
			setuid(100); /* or names made of garbage would become files */
		for (unsigned i = from; i < NR_BAD; i++) {
			unsigned long p = bad_pointers[i];
			char n = i;

			write(progress, &n, 1);
			if (number == __NR_waitpid && fork() == 0)
				_exit(0); /* somebody to wait for */
			alarm(1);
			call(number, place == 0 ? p : 0, place == 1 ? p : place == 0 ? 0 : 100,
			     place == 2 ? p : 4096);
			alarm(0);
		}
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

/* What the children wrote: the last pointer that was tried. */
static unsigned last_tried(void)
{
	char buffer[64];
	int n = read(pipe_ends[0], buffer, sizeof buffer);

	return n > 0 ? (unsigned char) buffer[n - 1] : NR_BAD;
}

#define PATIENCE 3 /* pointers with which a call may wait for ever, at each place */

static int check_calls(void)
{
	int died = 0;
	long now = time(NULL);

	for (int number = 0; number < CALLS; number++) {
		if (is_spared(number))
			continue;
		for (int place = 0; place < 3; place++) {
			unsigned from = 0;
			int waits = 0;

			while (from < NR_BAD && waits < PATIENCE) {
				int status = attack(number, from, place);
				unsigned last = last_tried();

				died += status != 0;
				waits += WTERMSIG(status) == SIGALRM;
				from = status ? last + 1 : NR_BAD;
			}
		}
		if (canary != CANARY || !is_sound())
			return number;
	}
	stime(&now); /* what calls that set the clock have made of it, within a minute */
	printf("# %d children died of it\n", died);
	return -1;
}

static int status_of(void (*action)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		action();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

#define ATTEMPT(name, text) \
	static void name(void) \
	{ \
		__asm__ volatile(text : : : "eax", "edx", "ecx", "memory"); \
	}

ATTEMPT(do_cli, "cli")
ATTEMPT(do_hlt, "hlt")
ATTEMPT(do_cr0, "movl %%cr0, %%eax; movl %%eax, %%cr0")
ATTEMPT(do_cr3, "xorl %%eax, %%eax; movl %%eax, %%cr3")
ATTEMPT(do_lgdt, "lgdt 0")
ATTEMPT(do_ltr, "movw $0x20, %%ax; ltr %%ax")
ATTEMPT(do_in, "movw $0x64, %%dx; inb %%dx, %%al")
ATTEMPT(do_clts, "clts")
ATTEMPT(do_int_timer, "int $0x20")
ATTEMPT(do_int_page, "int $0x0e")
ATTEMPT(do_tss_jump, "ljmp $0x20, $0")
ATTEMPT(do_kernel_call, "lcall $0x08, $0")
ATTEMPT(do_kernel_ss, "movw $0x10, %%ax; movw %%ax, %%ss")
ATTEMPT(do_iret_ring0, "pushfl; pushl $0x08; pushl $0; iret")
ATTEMPT(do_stack_away, "movl $0xfffffff0, %%esp; pushl %%eax")
ATTEMPT(do_stack_call, "movl $0xc0000010, %%esp; movl $20, %%eax; int $0x80; ud2")

static const struct attempt {
	const char *name;
	void (*action)(void);
} attempts[] = {
	{"CLI", do_cli}, {"HLT", do_hlt}, {"MOV CR0", do_cr0}, {"MOV CR3", do_cr3}, {"LGDT", do_lgdt},
	{"LTR", do_ltr}, {"IN", do_in}, {"CLTS", do_clts}, {"INT 20h", do_int_timer},
	{"INT 0Eh", do_int_page}, {"a jump to a TSS", do_tss_jump}, {"a call to the kernel", do_kernel_call},
	{"the kernel's stack segment", do_kernel_ss}, {"IRET to ring 0", do_iret_ring0},
	{"a stack beyond the space", do_stack_away}, {"a system call without a stack", do_stack_call},
};

/* EFLAGS: IOPL and IF do not change from ring 3. */
static int flags_hold(void)
{
	unsigned long before, after;

	__asm__ volatile("pushfl; popl %0; movl %0, %1; orl $0x3000, %1; andl $~0x200, %1; pushl %1; popfl;"
			 "pushfl; popl %1" : "=&r"(before), "=&r"(after));
	return (before & 0x3200) == 0x200 && (after & 0x3200) == 0x200;
}

/* /proc and /dev/mem belong to their owners. */
static int mem_is_closed(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		setuid(100);
		_exit((open("/dev/mem", O_RDONLY) >= 0) + (open("/dev/port", O_RDWR) >= 0) * 2 +
		      (open("/proc/1/mem", O_RDONLY) >= 0) * 4 + (open("/dev/hd0", O_RDWR) >= 0) * 8);
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

int main(void)
{
	int number;

	signal(SIGPIPE, SIG_IGN);
	if (pipe(pipe_ends) < 0 || chdir("/") < 0)
		return 1;
	fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK);
	number = check_calls();
	if (!tap_same(number, -1, "bad pointers to every system call harm nobody"))
		printf("# after call %d\n", number);
	for (unsigned i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		char fact[64];
		int status = status_of(attempts[i].action);

		sprintf(fact, "%s is a signal", attempts[i].name);
		if (!tap_ok(status == SIGSEGV || status == SIGILL, fact))
			printf("# status %d\n", status);
	}
	tap_ok(flags_hold(), "POPF changes neither IOPL nor IF");
	tap_ok(mem_is_closed(), "others than root cannot open memory, ports or the disk");
	unlink(SCRATCH);
	tap_same(canary, CANARY, "the test's own memory is untouched");
	tap_ok(is_sound(), "every frame, swap page and region is accounted for");
	return tap_end();
}
