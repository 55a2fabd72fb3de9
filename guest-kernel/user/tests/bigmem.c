/* bigmem [MB [passes]]: touches so much memory and verifies it, page by page, twice. More than the machine
   has goes through swap. */
#include "tap.h"

#include <stdlib.h>
#include <sys/taskinfo.h>

#define PAGE 4096
#define PAGES_PER_MB 256

static unsigned *page_at(char *memory, int i)
{
	return (unsigned *) (memory + i * PAGE);
}

static void fill(char *memory, int pages, unsigned seed)
{
	for (int i = 0; i < pages; i++) {
		page_at(memory, i)[0] = seed + i;
		page_at(memory, i)[PAGE / 4 - 1] = ~(seed + i);
	}
}

static int wrong_pages(char *memory, int pages, unsigned seed)
{
	int wrong = 0;

	for (int i = 0; i < pages; i++)
		wrong += page_at(memory, i)[0] != seed + i ||
			 page_at(memory, i)[PAGE / 4 - 1] != ~(seed + i);
	return wrong;
}

int main(int argc, char *argv[])
{
	int pages = (argc > 1 ? atoi(argv[1]) : 1) * PAGES_PER_MB;
	struct meminfo before, after;
	char *memory;

	meminfo(&before);
	printf("# %d pages wanted, %lu free, %lu in swap\n", pages, before.free_pages,
	       before.free_swap_pages);
	memory = malloc((pages + 1) * PAGE);
	if (!tap_ok(memory != NULL, "the heap grows so far"))
		return tap_end();
	memory = (char *) (((unsigned long) memory + PAGE - 1) & -PAGE);
	fill(memory, pages, 0x12340000);
	tap_same(wrong_pages(memory, pages, 0x12340000), 0, "every page keeps its value");
	if (argc < 3 || atoi(argv[2]) > 1) {
		fill(memory, pages, 0x56780000);
		tap_same(wrong_pages(memory, pages, 0x56780000), 0, "and its second one");
	}
	meminfo(&after);
	printf("# swapped out %lu, in %lu\n", after.swap_outs - before.swap_outs,
	       after.swap_ins - before.swap_ins);
	if (pages > (int) before.free_pages)
		tap_ok(after.swap_outs > before.swap_outs && after.swap_ins > before.swap_ins,
		       "more than was free went through swap");
	return tap_end();
}
