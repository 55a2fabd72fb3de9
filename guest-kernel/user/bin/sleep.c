#include "tool.h"

#include <unistd.h>

int main(int argc, char *argv[])
{
	if (argc != 2)
		tool_usage("seconds");
	sleep(tool_number(argv[1]));
	return 0;
}
