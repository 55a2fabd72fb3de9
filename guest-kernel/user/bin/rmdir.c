#include "tool.h"

#include <unistd.h>

int main(int argc, char *argv[])
{
	int code = 0;

	if (argc < 2)
		tool_usage("directory...");
	for (int i = 1; i < argc; i++)
		if (rmdir(argv[i]) < 0)
			code |= tool_error(argv[i]);
	return code;
}
