/* memcheck [-q]: the kernel counts the users of every frame and of the swap space anew. Exit code 1 when
   its books are wrong. -q prints only what is wrong. */
#include "tool.h"

#include <string.h>
#include <sys/memcheck.h>
#include <unistd.h>

#define TRIES 3

static unsigned long lost(const struct memcheck *m)
{
	return m->lost_frames + m->lost_swap;
}

/* A frame is nobody's while a call of another task, say one that waits for its page from swap, is about to
   map it: what is lost is still lost a second later. */
static int count(struct memcheck *m)
{
	int tries = 1, result = memcheck(m);

	while (result >= 0 && lost(m) && tries++ < TRIES) {
		sleep(1);
		result = memcheck(m);
	}
	return result;
}

int main(int argc, char *argv[])
{
	struct memcheck m;
	int quiet = argc > 1 && !strcmp(argv[1], "-q");
	unsigned long wrong;

	if (count(&m) < 0)
		return tool_error("memcheck");
	wrong = lost(&m) + m.bad_frames + m.bad_swap + m.bad_regions;
	if (!quiet) {
		printf("frames  %lu free, %lu of tasks, %lu of tables, %lu mapped, %lu of the kernel\n",
		       m.free_frames, m.task_frames, m.table_frames, m.page_frames, m.kernel_frames);
		printf("regions %lu in %lu frames\nswap    %lu pages\nbuffers %lu in use\n", m.regions,
		       m.region_frames, m.swap_used, m.busy_buffers);
	}
	if (wrong || !quiet)
		printf("lost    %lu frames, %lu swap; bad %lu frames, %lu swap, %lu regions\n",
		       m.lost_frames, m.lost_swap, m.bad_frames, m.bad_swap, m.bad_regions);
	return wrong != 0;
}
