/* addrmap: tells where its variable lies and waits until somebody makes it 0 from outside. */
#include <stdio.h>

int first = 1; /* so that i does not begin its page */
volatile int i = 0x12345678;

int main(void)
{
	printf("the address of i is 0x%08lx\n", (unsigned long)&i);
	fflush(stdout);
	while (i)
		;
	return 0;
}
