/* seq [first [step]] last */
#include "tool.h"

int main(int argc, char *argv[])
{
	long first = 1, step = 1, last;

	if (argc < 2 || argc > 4)
		tool_usage("[first [step]] last");
	last = tool_number(argv[argc - 1]);
	if (argc > 2)
		first = tool_number(argv[1]);
	if (argc > 3)
		step = tool_number(argv[2]);
	if (!step)
		return tool_message(argv[2], "a step cannot be 0");
	for (; step > 0 ? first <= last : first >= last; first += step)
		printf("%ld\n", first);
	return 0;
}
