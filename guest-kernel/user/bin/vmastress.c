/* vmastress [count [seed]]: so many regions at once, by chance mapped, unmapped and protected; the
   kernel checks its list and tree, and searching must cost little. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/memcheck.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u
#define BASE 0x2000000u
#define PLACES 2048 /* every other page could be a region of its own */

static unsigned long seed = 386;

static unsigned random_below(unsigned limit)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % limit;
}

static char *place(unsigned i)
{
	return (char *) (BASE + i * PAGE);
}

static unsigned long number_of(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long value = 0;
	char *line;

	while (file && (line = tool_read_line(file))) {
		if (!strncmp(line, name, strlen(name)))
			value = strtoul(line + strlen(name) + 1, NULL, 10);
		free(line);
	}
	if (file)
		fclose(file);
	return value;
}

static int is_sound(const char *when)
{
	struct memcheck m;
	unsigned long wrong;

	if (memcheck(&m) < 0)
		return 0;
	wrong = m.lost_frames + m.bad_frames + m.lost_swap + m.bad_swap + m.bad_regions;
	printf("%s: %lu regions, %lu searches, %lu nodes seen%s\n", when, number_of("Regions:"),
	       number_of("Lookups:"), number_of("LookupSteps:"), wrong ? ", WRONG" : "");
	return !wrong;
}

static void step(void)
{
	char *at = place(random_below(PLACES));
	unsigned pages = 1 + random_below(4), rights = random_below(4);

	switch (random_below(3)) {
	case 0:
		mmap(at, pages * PAGE, rights, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	case 1:
		munmap(at, pages * PAGE);
		break;
	default:
		mprotect(at, pages * PAGE, rights);
	}
}

int main(int argc, char *argv[])
{
	unsigned count = argc > 1 ? tool_number(argv[1]) : 1000;
	int good = 1;

	if (argc > 2)
		seed = tool_number(argv[2]);
	for (unsigned i = 0; i < count && i < PLACES / 2; i++)
		if (mmap(place(i * 2), PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			return tool_error("mmap");
	good &= is_sound("mapped");
	for (unsigned i = 0; i < count && i < PLACES / 2; i++)
		*place(i * 2) = i;
	good &= is_sound("touched");
	for (unsigned i = 0; i < count * 4; i++)
		step();
	good &= is_sound("shuffled");
	munmap(place(0), (PLACES + 8) * PAGE);
	good &= is_sound("unmapped");
	return !good;
}
