/* Several tasks compute at once: each keeps its registers and flags over the task switches. */
#include "tap.h"

#include <sys/taskinfo.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 5
#define TICKS 60

static unsigned long switches(void)
{
	struct meminfo info;

	return meminfo(&info) == 0 ? info.context_switches : 0;
}

/* Steps a generator in registers that the compiler may not keep anywhere else. */
static unsigned step_in_registers(unsigned seed, int steps)
{
	unsigned a = seed, b = ~seed, c = seed * 3, d = seed ^ 0x5555, s = seed + 7, t = 1;

	__asm__ volatile("1:\n\t"
			 "addl %%ebx, %%eax\n\t"
			 "rcll $3, %%eax\n\t"
			 "xorl %%edx, %%ebx\n\t"
			 "adcl %%esi, %%edx\n\t"
			 "leal 1(%%esi,%%eax), %%esi\n\t"
			 "decl %%ecx\n\t"
			 "jnz 1b"
			 : "+a"(a), "+b"(b), "+d"(d), "+S"(s), "+c"(steps)
			 :
			 : "cc");
	return a ^ b ^ c ^ d ^ s ^ t;
}

static int work(unsigned seed)
{
	struct tms tms;
	clock_t end = times(&tms) + TICKS;
	unsigned wanted = step_in_registers(seed, 5000);

	do
		if (step_in_registers(seed, 5000) != wanted)
			return 1;
	while (times(&tms) < end);
	return 0;
}

int main(void)
{
	unsigned long before = switches();
	int good = 0, status;

	for (unsigned i = 0; i < WORKERS; i++)
		if (fork() == 0)
			_exit(work(0x12345 + 77777 * i));
	while (wait(&status) > 0)
		good += status == 0;
	tap_same(good, WORKERS, "5 tasks at once compute what each computes alone");
	tap_ok(switches() - before >= WORKERS, "the processor was switched between them");
	printf("# %lu switches\n", switches() - before);
	return tap_end();
}
