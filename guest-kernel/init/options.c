/*
 * The boot options: words in the last 256 bytes of setup, written by mkdisk --append or by the
 * program bootopt. Each is NAME or NAME=VALUE; unknown ones are named on the console and skipped.
 */

#include <string.h>

#include <linux/config.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/options.h>

char boot_options[BOOT_OPTIONS_SIZE];
int strict_memory;
int private_memory;
unsigned long option_memory_kb, option_ramdisk_kb;

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static unsigned long number(const char *text)
{
	unsigned long value = 0;

	while (*text >= '0' && *text <= '9' && value < 0x100000)
		value = value * 10 + (*text++ - '0');
	return value;
}

/* Rows end in '=' when a number follows. */
static const struct option {
	const char *word;
	int *flag;
	int value;
	unsigned long *number;
} options[] = {
	{"strict", &strict_memory, 1, NULL},
	{"vm=private", &private_memory, 1, NULL},
	{"vm=shared", &private_memory, 0, NULL},
	{"mem=", NULL, 0, &option_memory_kb},
	{"ramdisk=", NULL, 0, &option_ramdisk_kb},
};

#define NR_OPTIONS (sizeof(options) / sizeof(options[0]))

static int apply(const char *word, unsigned length)
{
	const struct option *o;
	unsigned n;

	for (o = options; o < options + NR_OPTIONS; o++) {
		n = strlen(o->word);
		if (memcmp(word, o->word, n < length ? n : length) || length < n)
			continue;
		if (o->number)
			*o->number = number(word + n);
		else if (length == n)
			*o->flag = o->value;
		else
			continue;
		return 1;
	}
	return 0;
}

/* Reads the words before setup's place is used for anything else. */
void read_boot_options(void)
{
	const char *at = boot_options;
	unsigned length;

	memcpy(boot_options, (char *)PARAM_BASE + 0x200 + BOOT_OPTIONS_OFFSET, BOOT_OPTIONS_SIZE);
	boot_options[BOOT_OPTIONS_SIZE - 1] = 0;
	while (*at) {
		for (length = 0; at[length] && !is_blank(at[length]); length++)
			;
		if (length)
			apply(at, length);
		at += at[length] ? length + 1 : length;
	}
}

/* Once there is a console: what was asked for, and what of it means nothing. */
void show_boot_options(void)
{
	const char *at = boot_options;
	unsigned length;

	if (*at)
		printk("Boot options: %s\n", boot_options);
	while (*at) {
		for (length = 0; at[length] && !is_blank(at[length]); length++)
			;
		if (length && !apply(at, length))
			printk("An unknown option: %s\n", at);
		at += at[length] ? length + 1 : length;
	}
}
