/* echo [-n] [-e] [text...]: -e takes \n \t \a \r \b \e \\ and octal \0nn as escapes. */
#include "tool.h"

int main(int argc, char *argv[])
{
	return tool_echo(argc, argv);
}
