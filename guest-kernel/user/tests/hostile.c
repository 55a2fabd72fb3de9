/* A program that gives the kernel bad pointers: to every system call, in the place of every argument, and inside
   the blocks that arguments point to. Each attempt is a child; it may fail or die, the kernel must go on
   and its books must agree. What a program tries without the kernel's help is in breakout.c. */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/memcheck.h>
#include <sys/stat.h>
#include <sys/taskinfo.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS 96 /* a few beyond the last, 94 */
#define PROGRAM "/bin/true"
#define TERMINAL "/dev/tty3"
#define CANARY 0x5eed1234u

static unsigned canary = CANARY;
static int pipe_ends[2];

/* Calls not tried: none takes a pointer. */
static const struct spared {
	unsigned char number;
	const char *why;
} spared[] = {
	{__NR_fork, "its child would go on as an attacker of its own"},
	{__NR_sync, "takes nothing, and is slow"},
	{__NR_pause, "takes nothing, and waits for ever"},
	{__NR_sigsuspend, "takes masks, and waits for ever"},
};

static int is_spared(int number)
{
	for (unsigned i = 0; i < sizeof spared / sizeof *spared; i++)
		if (spared[i].number == number)
			return 1;
	return 0;
}

/* Calls that refuse others than root before they look at a pointer. */
static int needs_root(int number)
{
	return number == __NR_mount || number == __NR_umount || number == __NR_chroot ||
	       number == __NR_stime || number == __NR_settimeofday || number == __NR_sethostname ||
	       number == __NR_setgroups;
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

/* The other arguments: a file's number and sizes, or a path in each place. */
static const unsigned long fillers[][3] = {
	{0, 100, 4096},
	{(unsigned long) PROGRAM, (unsigned long) PROGRAM, 8},
};

/* Where the pointer goes: each of three arguments, and all words of a block that it points to. */
#define PLACES 6

static int is_sound(void)
{
	struct memcheck m;

	return memcheck(&m) == 0 && !m.lost_frames && !m.bad_frames && !m.lost_swap && !m.bad_swap &&
	       !m.bad_regions;
}

/* A file, as 0, with which a call gets as far as its pointers. */
static void open_file_for(int number)
{
	int ends[2];

	if (number == __NR_write) {
		pipe(ends); /* soon full */
		dup2(ends[1], 0);
	} else {
		open(number == __NR_ioctl ? TERMINAL : PROGRAM, number == __NR_ioctl ? O_RDWR : O_RDONLY);
	}
}

static void attempt_call(int number, unsigned long bad, int place, const unsigned long *filler)
{
	unsigned long arguments[3] = {filler[0], filler[1], filler[2]}, block[8];

	for (int i = 0; i < 8; i++)
		block[i] = bad;
	arguments[place % 3] = place < 3 ? bad : (unsigned long) block;
	if (number == __NR_waitpid && fork() == 0)
		_exit(0); /* somebody to wait for */
	call(number, arguments[0], arguments[1], arguments[2]);
}

/* One child for a call tries the pointers in all places; dying, it leaves the rest to the next one. */
static int attack(int number, unsigned from, int place, const unsigned long *filler)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		int progress = pipe_ends[1];

		close(0);
		close(1);
		close(2);
		open_file_for(number);
		if (!needs_root(number))
			setuid(100); /* or names made of garbage would become files, and init get signals */
		for (unsigned i = from; i < NR_BAD; i++) {
			char n = i;

			write(progress, &n, 1);
			attempt_call(number, bad_pointers[i], place, filler);
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

#define MOST_TICKS 4 /* of the processor: who unmaps his own text runs through pages of zeros for long */

static int is_idle(const struct taskinfo *t)
{
	return t->state == 1 || t->state == 4 || t->utime + t->stime > MOST_TICKS;
}

/* Kills the children of parent that sleep, or are stopped, at two looks: they would do so for ever. */
static void watch(pid_t parent)
{
	struct timeval tick;
	struct taskinfo t;
	pid_t idle[64] = {0};

	while (getppid() == parent) {
		for (int slot = 0; slot < 64; slot++) {
			if (taskinfo(slot, &t) < 0 || t.ppid != parent || t.pid == getpid() || !is_idle(&t)) {
				idle[slot] = 0;
				continue;
			}
			if (idle[slot] == t.pid)
				kill(t.pid, SIGKILL);
			idle[slot] = t.pid;
		}
		tick.tv_sec = 0;
		tick.tv_usec = 10000;
		select(0, NULL, NULL, NULL, &tick);
	}
	_exit(0);
}

/* A call in one place with one filler, all pointers. */
static int check_place(int number, int place, const unsigned long *filler)
{
	unsigned from = 0;
	int died = 0;

	while (from < NR_BAD) {
		int status = attack(number, from, place, filler);
		unsigned last = last_tried();

		died += status != 0;
		from = status ? last + 1 : NR_BAD;
	}
	return died;
}

/* Every command of a terminal, with bad pointers as what it reads or writes. */
static int check_ioctl(void)
{
	int died = 0;

	for (unsigned long command = 0x5400; command < 0x5420; command++) {
		unsigned long filler[] = {0, command, 0};

		died += check_place(__NR_ioctl, 2, filler);
	}
	return died;
}

/* -1, or the call after which something was wrong. */
static int check_calls(int places)
{
	int died = check_ioctl();
	long now = time(NULL);
	struct utsname name;

	uname(&name);
	for (int number = 0; number < CALLS; number++) {
		if (is_spared(number))
			continue;
		for (int place = 0; place < places; place++)
			for (unsigned i = 0; i < sizeof fillers / sizeof *fillers; i++)
				died += check_place(number, place, fillers[i]);
		if (canary != CANARY || !is_sound())
			return number;
	}
	stime(&now); /* what the calls have made of the clock, within a minute, and of the name */
	call(__NR_sethostname, (long) name.nodename, strlen(name.nodename), 0);
	printf("# %d children died of it\n", died);
	return -1;
}

/* Programs of others than root may not stop the machine, set its clock or name, or change its mounts. */
static int others_are_refused(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		long now = 1;

		setuid(100);
		_exit((call(__NR_reboot, 1, 0, 0) != -EPERM) + (call(__NR_stime, (long) &now, 0, 0) != -EPERM) * 2 +
		      (call(__NR_sethostname, (long) "x", 1, 0) != -EPERM) * 4 +
		      (call(__NR_umount, (long) "/dev/hd1", 0, 0) != -EPERM) * 8 +
		      (call(__NR_kill, 1, SIGKILL, 0) != -EPERM) * 16);
	}
	waitpid(pid, &status, 0);
	return status;
}

int main(int argc, char *argv[])
{
	pid_t parent = getpid(), watcher;
	int number;

	signal(SIGPIPE, SIG_IGN);
	if (pipe(pipe_ends) < 0 || chdir("/") < 0)
		return 1;
	fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK);
	watcher = fork();
	if (watcher == 0)
		watch(parent);
	nice(14); /* so that the watcher need not wait for our time slices */
	number = check_calls(argc > 1 ? atoi(argv[1]) : PLACES);
	kill(watcher, SIGKILL);
	waitpid(watcher, NULL, 0);
	if (!tap_same(number, -1, "bad pointers to every system call harm nobody"))
		printf("# after call %d\n", number);
	tap_same(others_are_refused(), 0, "what is root's alone is refused to others");
	tap_same(canary, CANARY, "the test's own memory is untouched");
	tap_ok(is_sound(), "every frame, swap page and region is accounted for");
	return tap_end();
}
