/* Where the parts of a process lie: code, stack, data, bss and heap, one address of each. */
#include <stdio.h>
#include <unistd.h>

int bss_var;
int data_var0 = 1;

int main(void)
{
	int stack_var0 = 2;
	int stack_var1 = 3;
	static int data_var1 = 4;
	char *b;

	printf("below are addresses of types of process's mem\n");
	printf("Text location:\n");
	printf("\tAddress of main(Code Segment):%p\n", (void *) main);
	printf("____________________________\n");
	printf("Stack Location:\n");
	printf("\tInitial end of stack:%p\n", (void *) &stack_var0);
	printf("\tnew end of stack:%p\n", (void *) &stack_var1);
	printf("____________________________\n");
	printf("Data Location:\n");
	printf("\tAddress of data_var(Data Segment):%p\n", (void *) &data_var0);
	printf("\tNew end of data_var(Data Segment):%p\n", (void *) &data_var1);
	printf("____________________________\n");
	printf("BSS Location:\n");
	printf("\tAddress of bss_var:%p\n", (void *) &bss_var);
	printf("____________________________\n");
	b = sbrk((ptrdiff_t) 0);
	printf("Heap Location:\n");
	printf("\tInitial end of heap:%p\n", (void *) b);
	brk(b + 4);
	b = sbrk((ptrdiff_t) 0);
	printf("\tNew end of heap:%p\n", (void *) b);
	return 0;
}
