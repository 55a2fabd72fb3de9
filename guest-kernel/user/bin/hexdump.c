/* hexdump [-n bytes] [-s offset] [file...]: offset, 16 bytes in hex, the same as text. A row
   like the one before is shown as one star. */
#include "tool.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#define ROW 16

static long limit = 0x7fffffff, start;

static void show(long offset, const unsigned char *bytes, int count)
{
	printf("%08lx ", offset);
	for (int i = 0; i < ROW; i++) {
		if (i < count)
			printf("%s%02x", i == ROW / 2 ? "  " : " ", bytes[i]);
		else
			printf("%s  ", i == ROW / 2 ? "  " : " ");
	}
	printf("  |");
	for (int i = 0; i < count; i++)
		putchar(isprint(bytes[i]) ? bytes[i] : '.');
	printf("|\n");
}

static int skip(FILE *file)
{
	if (!start || fseek(file, start, SEEK_SET) == 0)
		return 1;
	for (long i = 0; i < start; i++)
		if (fgetc(file) == EOF)
			return 0;
	return 1;
}

static int dump(FILE *file, const char *name)
{
	unsigned char row[ROW], last[ROW];
	long offset = start, left = limit;
	int count, repeated = 0, first = 1;

	(void) name;
	if (!skip(file))
		return 0;
	while ((count = fread(row, 1, left < ROW ? left : ROW, file)) > 0) {
		if (!first && count == ROW && !memcmp(row, last, ROW)) {
			if (!repeated++)
				puts("*");
		} else {
			show(offset, row, count);
			repeated = 0;
		}
		memcpy(last, row, ROW);
		first = 0;
		offset += count;
		left -= count;
	}
	printf("%08lx\n", offset);
	return 0;
}

int main(int argc, char *argv[])
{
	int option;

	while ((option = getopt(argc, argv, "n:s:C")) != -1) {
		if (option == '?')
			tool_usage("[-n bytes] [-s offset] [file...]");
		if (option == 'n')
			limit = tool_number(optarg);
		if (option == 's')
			start = tool_number(optarg);
	}
	return tool_each_file(argc, argv, dump);
}
