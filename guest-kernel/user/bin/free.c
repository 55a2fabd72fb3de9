/* free [-v]: memory and swap in KB. -v shows where the zones of memory lie. */
#include "tool.h"

#include <sys/taskinfo.h>
#include <unistd.h>

#define PAGE_KB 4

static void show_zones(const struct meminfo *m)
{
	printf("kernel   %08x-%08lx\n", 0, m->kernel_end);
	printf("buffers  %08lx-%08lx  %lu blocks of 1 KB\n", m->kernel_end, m->buffer_end,
	       m->buffers);
	if (m->main_start > m->buffer_end)
		printf("ramdisk  %08lx-%08lx  %lu KB\n", m->buffer_end, m->main_start,
		       (m->main_start - m->buffer_end) / 1024);
	printf("main     %08lx-%08lx  %lu pages\n", m->main_start, m->memory_end, m->total_pages);
	printf("swapped  in %lu, out %lu pages\n", m->swap_ins, m->swap_outs);
	printf("up       %lu.%02lu s, %lu switches\n", m->uptime / 100, m->uptime % 100,
	       m->context_switches);
}

int main(int argc, char *argv[])
{
	struct meminfo m;
	int option, zones = 0;

	while ((option = getopt(argc, argv, "v")) != -1) {
		if (option == '?')
			tool_usage("[-v]");
		zones = 1;
	}
	if (meminfo(&m) < 0)
		return tool_error("meminfo");
	printf("          total     used     free   shared  buffers\n");
	printf("Mem:   %8lu %8lu %8lu %8lu %8lu\n", m.total_pages * PAGE_KB,
	       (m.total_pages - m.free_pages) * PAGE_KB, m.free_pages * PAGE_KB,
	       m.shared_pages * PAGE_KB, m.buffers);
	printf("Swap:  %8lu %8lu %8lu\n", m.swap_pages * PAGE_KB,
	       (m.swap_pages - m.free_swap_pages) * PAGE_KB, m.free_swap_pages * PAGE_KB);
	if (zones)
		show_zones(&m);
	return 0;
}
