/* umount device: also takes its line out of /etc/mtab. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TABLE "/etc/mtab"

static void forget(const char *device)
{
	char *lines[64], *line;
	size_t length = strlen(device);
	int count = 0;
	FILE *table = fopen(TABLE, "r");

	if (!table)
		return;
	while (count < 64 && (line = tool_read_line(table)))
		if (strncmp(line, device, length) || line[length] != ' ')
			lines[count++] = line;
	fclose(table);
	table = fopen(TABLE, "w");
	for (int i = 0; table && i < count; i++)
		fprintf(table, "%s\n", lines[i]);
	if (table)
		fclose(table);
}

int main(int argc, char *argv[])
{
	if (argc != 2)
		tool_usage("device");
	if (umount(argv[1]) < 0)
		return tool_error(argv[1]);
	forget(argv[1]);
	return 0;
}
