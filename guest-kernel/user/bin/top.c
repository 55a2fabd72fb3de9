/* top [-n count] [-d seconds]: the tasks by the time they took since the last look. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/taskinfo.h>
#include <unistd.h>

#define NR_TASKS 64

struct row {
	struct taskinfo task;
	unsigned long ticks; /* since the last look */
};

static struct row rows[NR_TASKS];
static unsigned long last_ticks[NR_TASKS];
static int last_pid[NR_TASKS];

static int take(void)
{
	int count = 0;

	for (int slot = 0; slot < NR_TASKS; slot++) {
		struct row *r = &rows[count];
		unsigned long ticks;

		if (taskinfo(slot, &r->task) < 0)
			continue;
		ticks = r->task.utime + r->task.stime;
		r->ticks = last_pid[slot] == r->task.pid ? ticks - last_ticks[slot] : ticks;
		last_ticks[slot] = ticks;
		last_pid[slot] = r->task.pid;
		count++;
	}
	return count;
}

static int by_ticks(const void *a, const void *b)
{
	const struct row *left = a, *right = b;

	return left->ticks == right->ticks ? left->task.pid - right->task.pid
					   : left->ticks < right->ticks ? 1 : -1;
}

static void show(int count)
{
	struct meminfo m;

	meminfo(&m);
	printf("\033[H\033[Jup %lu s, %d tasks, %lu switches, %lu of %lu KB free, %lu KB in swap\n\n",
	       m.uptime / 100, count, m.context_switches, m.free_pages * 4, m.total_pages * 4,
	       (m.swap_pages - m.free_swap_pages) * 4);
	printf("  PID S  TICKS  RESKB SHARKB SWAPKB  MINFLT  MAJFLT COMMAND\n");
	for (int i = 0; i < count && i < 20; i++) {
		const struct taskinfo *t = &rows[i].task;

		printf("%5d %c %6lu %6lu %6lu %6lu %7lu %7lu %s\n", t->pid, "RSDZT?"[t->state % 6],
		       rows[i].ticks, t->resident * 4, t->shared * 4, t->swapped * 4, t->min_faults,
		       t->maj_faults, t->comm);
	}
}

int main(int argc, char *argv[])
{
	long looks = 0x7fffffff, seconds = 2;
	int option, count;

	while ((option = getopt(argc, argv, "n:d:")) != -1) {
		if (option == 'n')
			looks = tool_number(optarg);
		else if (option == 'd')
			seconds = tool_number(optarg);
		else
			tool_usage("[-n count] [-d seconds]");
	}
	while (looks-- > 0) {
		count = take();
		qsort(rows, count, sizeof *rows, by_ticks);
		show(count);
		fflush(stdout);
		if (looks)
			sleep(seconds);
	}
	return 0;
}
