/* vmstat [seconds [count]]: memory, swap and faults; the second and later lines are differences. */
#include "tool.h"

#include <string.h>
#include <sys/taskinfo.h>
#include <unistd.h>

#define NR_TASKS 64
#define PAGE_KB 4

struct sample {
	struct meminfo memory;
	unsigned long tasks, min_faults, maj_faults;
};

static void take(struct sample *s)
{
	struct taskinfo task;

	memset(s, 0, sizeof *s);
	meminfo(&s->memory);
	for (int slot = 1; slot < NR_TASKS; slot++) {
		if (taskinfo(slot, &task) < 0)
			continue;
		s->tasks++;
		s->min_faults += task.min_faults;
		s->maj_faults += task.maj_faults;
	}
}

static void show(const struct sample *now, const struct sample *then)
{
	const struct meminfo *m = &now->memory, *o = &then->memory;

	printf("%5lu %7lu %7lu %7lu %6lu %6lu %7ld %7ld %7lu\n", now->tasks, m->free_pages * PAGE_KB,
	       m->shared_pages * PAGE_KB, (m->swap_pages - m->free_swap_pages) * PAGE_KB,
	       m->swap_ins - o->swap_ins, m->swap_outs - o->swap_outs,
	       (long) (now->min_faults - then->min_faults), (long) (now->maj_faults - then->maj_faults),
	       m->context_switches - o->context_switches);
}

int main(int argc, char *argv[])
{
	struct sample now, then;
	long seconds = argc > 1 ? tool_number(argv[1]) : 0;
	long count = argc > 2 ? tool_number(argv[2]) : seconds ? 0x7fffffff : 1;

	printf("TASKS  FREEKB SHAREKB  SWAPKB SWAPIN SWPOUT  MINFLT  MAJFLT  SWITCH\n");
	memset(&then, 0, sizeof then);
	while (count-- > 0) {
		take(&now);
		show(&now, &then);
		then = now;
		if (count)
			sleep(seconds);
	}
	return 0;
}
