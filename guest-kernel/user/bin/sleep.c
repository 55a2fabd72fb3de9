/* sleep seconds: a stop and continue in between does not shorten it. */
#include "tool.h"

#include <unistd.h>

int main(int argc, char *argv[])
{
	unsigned left;

	if (argc != 2)
		tool_usage("seconds");
	for (left = tool_number(argv[1]); left; left = sleep(left))
		;
	return 0;
}
