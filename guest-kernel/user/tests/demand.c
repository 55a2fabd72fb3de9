/* A program whose image is large loads only the pages it touches. */
#include "tap.h"

#include <string.h>
#include <sys/taskinfo.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 128
#define STEP 15 /* odd: pages of even and of odd number are touched */
#define TOUCHED ((PAGES + STEP - 1) / STEP)

/* In the file: PAGES pages of data, each beginning with 1 + its number. */
#define ROW(n) [n][0] = (n) + 1
#define ROWS4(n) ROW(n), ROW(n + 1), ROW(n + 2), ROW(n + 3)
#define ROWS(n) ROWS4(n), ROWS4(n + 4)
static int image[PAGES][PAGE / sizeof(int)] __attribute__((aligned(PAGE))) = {
	ROWS(0),  ROWS(8),  ROWS(16), ROWS(24), ROWS(32), ROWS(40),  ROWS(48),	ROWS(56),
	ROWS(64), ROWS(72), ROWS(80), ROWS(88), ROWS(96), ROWS(104), ROWS(112), ROWS(120),
};
/* volatile: the compiler must really read it */
static volatile char zeros[PAGES][PAGE] __attribute__((aligned(PAGE)));

static int own_info(struct taskinfo *info)
{
	for (int slot = 0; slot < 64; slot++)
		if (taskinfo(slot, info) == 0 && info->pid == getpid())
			return 1;
	return 0;
}

static unsigned long resident(void)
{
	struct taskinfo info;

	return own_info(&info) ? info.resident : 0;
}

int main(void)
{
	volatile int *page;
	unsigned long start = resident(), now;
	struct taskinfo before, after;
	int wrong = 0;

	printf("# resident at the start: %lu pages\n", start);
	tap_ok(start > 0 && start < PAGES / 4, "few pages of a large program are loaded at first");
	own_info(&before);
	start = resident();
	for (int i = 0; i < PAGES; i += STEP) {
		page = image[i];
		wrong += page[0] != i + 1;
	}
	own_info(&after);
	now = resident();
	tap_same(wrong, 0, "the pages that are touched hold what the file holds");
	tap_same(now - start, TOUCHED, "each touch loads one page");
	tap_same(after.maj_faults - before.maj_faults, TOUCHED, "from the disk");
	start = resident();
	for (int i = 0; i < PAGES; i += STEP)
		wrong += zeros[i][0] != 0 || zeros[i][PAGE - 1] != 0;
	tap_same(wrong, 0, "bss is zero");
	tap_same(resident() - start, TOUCHED, "bss takes frames only where it is touched");
	for (int i = 0; i < PAGES; i++)
		wrong += image[i][0] != i + 1 || image[i][PAGE / sizeof(int) - 1] != 0;
	tap_same(wrong, 0, "all of the image is right");
	return tap_end();
}
