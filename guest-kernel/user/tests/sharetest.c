/* sharetest [seed]: three tasks write to one file through shared maps, in an order that the seed makes, with
   syncs and unmaps in between. Each must see what all wrote, and so must the file in the end. */
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/memcheck.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 24
#define WORDS (PAGE / 4)
#define TASKS 3
#define STEPS 300

static unsigned long seed = 386;
static int file;
static char name[32];

static unsigned random_below(unsigned limit)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % limit;
}

static unsigned *map(void)
{
	return mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
}

/* A task owns every third word; what it last wrote there it must always find. */
static int work(int number)
{
	unsigned *words = map(), model[PAGES] = {0};
	int bad = words == MAP_FAILED;

	seed += number * 7919;
	for (int i = 0; i < STEPS && !bad; i++) {
		int page = random_below(PAGES), at = page * WORDS + 3 * page + number;

		switch (random_below(16)) {
		case 0:
			sync();
			break;
		case 1:
			munmap(words, PAGES * PAGE);
			words = map();
			bad = words == MAP_FAILED;
			break;
		case 2: case 3: case 4: case 5: case 6:
			bad = words[at] != model[page];
			break;
		default:
			words[at] = model[page] = seed;
		}
	}
	for (int page = 0; page < PAGES && !bad; page++)
		words[page * WORDS + 3 * page + number] = (number << 16) + page;
	return bad;
}

static int wrong_words(const unsigned *words)
{
	int wrong = 0;

	for (int page = 0; page < PAGES; page++)
		for (int number = 0; number < TASKS; number++)
			wrong += words[page * WORDS + 3 * page + number] != (unsigned) (number << 16) + page;
	return wrong;
}

static int wrong_in_file(void)
{
	unsigned *words = malloc(PAGES * PAGE);
	int wrong;

	lseek(file, 0, SEEK_SET);
	if (read(file, words, PAGES * PAGE) != PAGES * PAGE)
		return -1;
	wrong = wrong_words(words);
	free(words);
	return wrong;
}

int main(int argc, char *argv[])
{
	int status, failed = 0;
	struct memcheck m;
	unsigned *words;
	pid_t pid;

	if (argc > 1)
		seed = atoi(argv[1]);
	sprintf(name, "/tmp/share.%d", getpid());
	file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	lseek(file, PAGES * PAGE - 1, SEEK_SET);
	write(file, "", 1);
	words = map();
	for (int number = 0; number < TASKS; number++) {
		while ((pid = fork()) < 0)
			sleep(1); /* a forkbomb has all slots; it ends */
		if (pid == 0)
			_exit(work(number));
	}
	while (wait(&status) > 0)
		failed += status != 0;
	tap_same(failed, 0, "three tasks find what they wrote to a shared map");
	tap_same(wrong_words(words), 0, "a fourth sees the writes of all");
	munmap(words, PAGES * PAGE);
	tap_same(wrong_in_file(), 0, "the file has them in the end");
	close(file);
	unlink(name);
	if (argc < 2) /* with a seed others run at the same time and hold frames in passing */
		tap_ok(memcheck(&m) == 0 && !m.lost_frames && !m.bad_frames && !m.lost_swap && !m.bad_swap,
		       "every frame and swap page is accounted for");
	return tap_end();
}
