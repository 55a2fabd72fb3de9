/* churn [rounds [seed]]: fork and exit, fork and exec, and copy-on-write in every interleaving of
   writes, forks and ends that a seed makes. With a seed given others may run at the same time, such as
   one that pushes all pages out to swap; then free frames are not compared. */
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/memcheck.h>
#include <sys/taskinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 24
#define DEPTH 4

static unsigned long seed = 386;

static unsigned random_below(unsigned limit)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % limit;
}

static unsigned long free_frames(void)
{
	struct meminfo m;

	return meminfo(&m) == 0 ? m.free_pages : 0;
}

static int is_sound(void)
{
	struct memcheck m;

	return memcheck(&m) == 0 && !m.lost_frames && !m.bad_frames && !m.lost_swap && !m.bad_swap &&
	       !m.bad_regions;
}

static int wait_for(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

static int fork_and_exit(int rounds, int with_exec)
{
	for (int i = 0; i < rounds; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			if (with_exec)
				execl("/bin/true", "true", (char *) 0);
			_exit(with_exec);
		}
		if (pid < 0 || wait_for(pid) != 0)
			return i;
	}
	return rounds;
}

/* The pages as this task must see them: what it knows beside what is there. */
static unsigned *memory;
static unsigned model[PAGES];

static int agrees(void)
{
	for (int i = 0; i < PAGES; i++)
		if (memory[i * (PAGE / 4)] != model[i] || memory[(i + 1) * (PAGE / 4) - 1] != ~model[i])
			return 0;
	return 1;
}

static void write_page(int i, unsigned value)
{
	model[i] = value;
	memory[i * (PAGE / 4)] = value;
	memory[(i + 1) * (PAGE / 4) - 1] = ~value;
}

/* Writes, forks and waits in an order of its own; 0 if all of the family saw what they wrote. */
static int live(int depth, unsigned long own_seed)
{
	pid_t children[8];
	int count = 0, bad = 0;

	seed = own_seed;
	for (int i = 0; i < 30; i++) {
		switch (random_below(4)) {
		case 0:
			if (depth < DEPTH && count < 2) {
				unsigned long child_seed = own_seed * 31 + i;
				pid_t pid = fork();

				if (pid == 0)
					_exit(live(depth + 1, child_seed));
				if (pid > 0)
					children[count++] = pid;
			}
			break;
		case 1:
			bad |= !agrees();
			break;
		default:
			write_page(random_below(PAGES), seed);
		}
	}
	bad |= !agrees();
	while (count)
		bad |= wait_for(children[--count]) != 0;
	return bad | !agrees();
}

static int interleavings(int rounds, unsigned long first)
{
	for (int i = 0; i < rounds; i++)
		if (live(0, first + i))
			return i;
	return rounds;
}

int main(int argc, char *argv[])
{
	int rounds = argc > 1 ? atoi(argv[1]) : 200;
	int alone = argc < 3;
	unsigned long before;

	memory = malloc((PAGES + 1) * PAGE);
	memory = (unsigned *) (((unsigned long) memory + PAGE - 1) & -PAGE);
	for (int i = 0; i < PAGES; i++)
		write_page(i, i);
	fork_and_exit(2, 1);
	before = free_frames();
	tap_same(fork_and_exit(rounds, 0), rounds, "fork and exit");
	tap_same(fork_and_exit(rounds / 4, 1), rounds / 4, "fork and exec");
	if (alone)
		tap_same(free_frames(), before, "cost no frame in the end");
	tap_same(interleavings(rounds / 10, alone ? 1000 : atoi(argv[2])), rounds / 10,
		 "copy-on-write in all orders");
	if (alone)
		tap_ok(is_sound(), "every frame, swap page and region is accounted for");
	return tap_end();
}
