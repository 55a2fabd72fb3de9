/* iandd: one segment for instructions and data. A function is written through DS and run through CS at
   the same offset. */
#include "tool.h"

static unsigned char code[] = {0xb8, 0, 0, 0, 0, 0xc3}; /* mov $value, %eax; ret */

int main(void)
{
	unsigned long value = 386;
	unsigned long (*function)(void) = (unsigned long (*)(void)) code;

	for (int i = 0; i < 4; i++)
		code[1 + i] = value >> 8 * i;
	printf("written at %p, run there: %lu\n", (void *) code, function());
	code[1]++;
	printf("changed, run again: %lu\n", function());
	return function() != 387;
}
