/* mount, mount device directory. The kernel keeps no list for programs: /etc/mtab is ours. */
#include "tool.h"

#include <unistd.h>

#define TABLE "/etc/mtab"

static int show_table(void)
{
	FILE *table = fopen(TABLE, "r");
	int c;

	if (!table)
		return tool_error(TABLE);
	while ((c = fgetc(table)) != EOF)
		putchar(c);
	return 0;
}

int main(int argc, char *argv[])
{
	FILE *table;

	if (argc == 1)
		return show_table();
	if (argc != 3)
		tool_usage("[device directory]");
	if (mount(argv[1], argv[2], 1) < 0)
		return tool_error(argv[1]);
	table = fopen(TABLE, "a");
	if (!table)
		return tool_error(TABLE);
	fprintf(table, "%s on %s\n", argv[1], argv[2]);
	return fclose(table) ? tool_error(TABLE) : 0;
}
