/* cmp one two: 0 the same, 1 they differ (where is said), 2 trouble. */
#include "tool.h"

int main(int argc, char *argv[])
{
	FILE *one, *two;
	long byte = 0, line = 1;
	int a, b;

	if (argc != 3)
		tool_usage("one two");
	one = fopen(argv[1], "r");
	two = fopen(argv[2], "r");
	if (!one || !two)
		return 2 * tool_error(argv[one ? 2 : 1]);
	do {
		a = fgetc(one);
		b = fgetc(two);
		byte++;
		if (a != b) {
			printf("%s %s differ: byte %ld, line %ld\n", argv[1], argv[2], byte, line);
			return 1;
		}
		line += a == '\n';
	} while (a != EOF);
	return 0;
}
