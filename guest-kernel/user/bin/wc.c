/* wc [-l] [-w] [-c] [file...]: lines, words and bytes. */
#include "tool.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

struct counts {
	long lines, words, bytes;
};

static int wanted[3]; /* lines, words, bytes */
static struct counts total;
static int files;

/* Columns, but a single count of stdin stands alone, for use in scripts. */
static void show(const struct counts *counts, const char *name)
{
	const long values[3] = {counts->lines, counts->words, counts->bytes};
	int named = strcmp(name, "-") != 0;
	int width = !named && wanted[0] + wanted[1] + wanted[2] == 1 ? 0 : 7;

	for (int i = 0; i < 3; i++)
		if (wanted[i])
			printf("%*ld", width, values[i]);
	printf("%s%s\n", named ? " " : "", named ? name : "");
}

static int count(FILE *file, const char *name)
{
	struct counts counts = {0};
	int c, in_word = 0;

	while ((c = fgetc(file)) != EOF) {
		counts.bytes++;
		counts.lines += c == '\n';
		if (!isspace(c) && !in_word)
			counts.words++;
		in_word = !isspace(c);
	}
	show(&counts, name);
	total.lines += counts.lines;
	total.words += counts.words;
	total.bytes += counts.bytes;
	files++;
	return 0;
}

int main(int argc, char *argv[])
{
	static const char options[] = "lwc";
	int option, code;

	while ((option = getopt(argc, argv, options)) != -1) {
		if (option == '?')
			tool_usage("[-l] [-w] [-c] [file...]");
		wanted[strchr(options, option) - options] = 1;
	}
	if (!wanted[0] && !wanted[1] && !wanted[2])
		wanted[0] = wanted[1] = wanted[2] = 1;
	code = tool_each_file(argc, argv, count);
	if (files > 1)
		show(&total, "total");
	return code;
}
