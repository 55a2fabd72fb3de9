/* Test Anything Protocol for programs that check the kernel: a line for a fact, the plan last. */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>

static int tap_count, tap_failed;

static inline int tap_ok(int passed, const char *fact)
{
	tap_count++;
	tap_failed += !passed;
	printf("%sok %d - %s\n", passed ? "" : "not ", tap_count, fact);
	fflush(stdout);
	return passed;
}

static inline int tap_same(long got, long wanted, const char *fact)
{
	if (!tap_ok(got == wanted, fact))
		printf("# got %ld, wanted %ld\n", got, wanted);
	return got == wanted;
}

/* The exit code of main. */
static inline int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
