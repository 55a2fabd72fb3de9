/* malltest [rounds [seed]]: malloc, realloc and free in an order that a seed makes. No block overlaps
   another or loses a byte; what is freed is used again without a fault. */
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/taskinfo.h>
#include <unistd.h>

#define SLOTS 200
#define LARGEST 3000

static struct slot {
	unsigned char *block;
	unsigned size, mark;
} slots[SLOTS];

static unsigned long seed = 386;

static unsigned random_below(unsigned limit)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % limit;
}

static struct taskinfo self(void)
{
	struct taskinfo info = {0};

	for (int slot = 0; slot < 64; slot++)
		if (taskinfo(slot, &info) == 0 && info.pid == getpid())
			break;
	return info;
}

static int is_whole(const struct slot *s)
{
	for (unsigned i = 0; i < s->size; i++)
		if (s->block[i] != (unsigned char) (s->mark + i))
			return 0;
	return 1;
}

static void mark(struct slot *s)
{
	s->mark = random_below(256);
	for (unsigned i = 0; i < s->size; i++)
		s->block[i] = s->mark + i;
}

/* Mostly small blocks, as programs have them. */
static unsigned random_size(void)
{
	return random_below(4) ? 1 + random_below(100) : 1 + random_below(LARGEST);
}

static int step(struct slot *s)
{
	unsigned size = random_size(), kept;

	if (!is_whole(s))
		return 0;
	if (!s->block || random_below(4) == 0) {
		s->block = realloc(s->block, size);
		if (!s->block)
			return 0;
		kept = size < s->size ? size : s->size;
		s->size = kept;
		if (!is_whole(s))
			return 0;
		s->size = size;
		mark(s);
	} else {
		free(s->block);
		s->block = NULL;
		s->size = 0;
	}
	return 1;
}

static void free_all(void)
{
	for (int i = 0; i < SLOTS; i++) {
		free(slots[i].block);
		slots[i].block = NULL;
		slots[i].size = 0;
	}
}

static int churn(unsigned rounds)
{
	for (unsigned i = 0; i < rounds; i++)
		if (!step(&slots[random_below(SLOTS)]))
			return i;
	return rounds;
}

int main(int argc, char *argv[])
{
	int rounds = argc > 1 ? atoi(argv[1]) : 5000;
	unsigned long start = argc > 2 ? (unsigned long) atoi(argv[2]) : 386, used;
	struct taskinfo before, after;
	char *one, *large;

	seed = start;
	tap_same(churn(rounds), rounds, "no byte is lost in any order of calls");
	before = self();
	free_all();
	after = self();
	tap_same(after.brk, before.brk, "free leaves the heap's end where it is");
	tap_same(after.resident, before.resident, "and keeps the frames");
	seed = start;
	used = self().min_faults;
	tap_same(churn(rounds), rounds, "the same again");
	tap_same(self().min_faults, used, "costs no page fault");
	tap_same(self().brk, before.brk, "and no brk");
	free_all();
	large = malloc(self().brk - (unsigned long) slots - 20 * 1024);
	tap_ok(large != NULL, "neighbours were joined: one large block is to be had");
	tap_ok(self().brk <= before.brk + 16 * 4096, "of what was there already, nearly");
	free(large);
	one = malloc(1);
	tap_ok(one && ((unsigned long) one & 3) == 0, "blocks begin at words");
	tap_ok(malloc(0x7fffffff) == NULL, "more than there is is NULL");
	free(one);
	return tap_end();
}
