#include "tool.h"

#include <unistd.h>

int main(void)
{
	char here[1024];

	if (!getcwd(here, sizeof here))
		return tool_error(".");
	puts(here);
	return 0;
}
