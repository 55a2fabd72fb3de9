/* ls [-1adilR] [file...] */
#include "tool.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SCREEN_COLUMNS 80

struct item {
	char *name; /* as shown */
	char *path;
	struct stat status;
};

struct list {
	struct item *items;
	size_t count, room;
};

static int one_column, all, as_file, inodes, detailed, recursive;

static int add(struct list *list, const char *name, const char *path)
{
	struct item *item;

	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 32;
		struct item *larger = realloc(list->items, room * sizeof *larger);

		if (!larger)
			return tool_error(path);
		list->items = larger;
		list->room = room;
	}
	item = &list->items[list->count];
	if (lstat(path, &item->status) < 0)
		return tool_error(path);
	item->name = strdup(name);
	item->path = strdup(path);
	list->count++;
	return 0;
}

static void drop(struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].path);
	}
	free(list->items);
}

static int by_name(const void *one, const void *two)
{
	return strcmp(((const struct item *) one)->name, ((const struct item *) two)->name);
}

static void show_mode(int mode)
{
	static const char kinds[] = "?pc?d?b?-?l?????";
	char text[] = "?rwxrwxrwx";

	text[0] = kinds[mode >> 12 & 15];
	for (int i = 0; i < 9; i++)
		if (!(mode & 0400 >> i))
			text[i + 1] = '-';
	if (mode & S_ISUID)
		text[3] = text[3] == 'x' ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = text[6] == 'x' ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = text[9] == 'x' ? 't' : 'T';
	printf("%s", text);
}

static void show_owner(int id)
{
	if (id)
		printf(" %-5d", id);
	else
		printf(" %-5s", "root");
}

static void show_details(const struct item *item)
{
	const struct stat *s = &item->status;
	char text[64];
	int length;

	show_mode(s->st_mode);
	printf(" %3d", s->st_nlink);
	show_owner(s->st_uid);
	show_owner(s->st_gid);
	if (S_ISCHR(s->st_mode) || S_ISBLK(s->st_mode))
		printf(" %3d,%4d", s->st_rdev >> 8, s->st_rdev & 255);
	else
		printf(" %8ld", s->st_size);
	strftime(text, sizeof text, "%Y-%m-%d %H:%M", localtime(&s->st_mtime));
	printf(" %s %s", text, item->name);
	if (S_ISLNK(s->st_mode) && (length = readlink(item->path, text, sizeof text - 1)) >= 0)
		printf(" -> %.*s", length, text);
	putchar('\n');
}

static void show_columns(const struct list *list)
{
	size_t width = 1, columns, rows;

	for (size_t i = 0; i < list->count; i++)
		if (strlen(list->items[i].name) > width)
			width = strlen(list->items[i].name);
	width += 2 + 6 * inodes;
	columns = width < SCREEN_COLUMNS ? SCREEN_COLUMNS / width : 1;
	rows = (list->count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < list->count; i += rows) {
			const struct item *item = &list->items[i];

			if (inodes)
				printf("%5d ", item->status.st_ino);
			if (i + rows < list->count)
				printf("%-*s", (int) (width - 6 * inodes), item->name);
			else
				printf("%s", item->name);
		}
		putchar('\n');
	}
}

static void show(struct list *list)
{
	qsort(list->items, list->count, sizeof *list->items, by_name);
	if (!detailed && !one_column) {
		show_columns(list);
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (inodes)
			printf("%5d ", list->items[i].status.st_ino);
		if (detailed)
			show_details(&list->items[i]);
		else
			puts(list->items[i].name);
	}
}

static int is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static int list_directory(const char *path, int titled)
{
	struct list list = {0};
	struct dirent *entry;
	DIR *directory = opendir(path);
	int code = 0;

	if (!directory)
		return tool_error(path);
	while ((entry = readdir(directory)))
		if (all || entry->d_name[0] != '.')
			code |= add(&list, entry->d_name, tool_join(path, entry->d_name));
	closedir(directory);
	if (titled)
		printf("%s:\n", path);
	show(&list);
	for (size_t i = 0; recursive && i < list.count; i++) {
		if (!S_ISDIR(list.items[i].status.st_mode) || is_dots(list.items[i].name))
			continue;
		putchar('\n');
		code |= list_directory(list.items[i].path, 1);
	}
	drop(&list);
	return code;
}

static int list_arguments(int argc, char *argv[])
{
	struct list files = {0};
	int code = 0, titled = argc - optind > 1 || recursive;

	for (int i = optind; i < argc; i++)
		if (as_file || !tool_is_directory(argv[i]))
			code |= add(&files, argv[i], argv[i]);
	if (files.count)
		show(&files);
	for (int i = optind; i < argc; i++) {
		if (as_file || !tool_is_directory(argv[i]))
			continue;
		if (files.count || (i > optind && titled))
			putchar('\n');
		code |= list_directory(argv[i], titled);
	}
	drop(&files);
	return code;
}

int main(int argc, char *argv[])
{
	int option;

	one_column = !isatty(1);
	while ((option = getopt(argc, argv, "1adilR")) != -1) {
		if (option == '?')
			tool_usage("[-1adilR] [file...]");
		one_column |= option == '1';
		all |= option == 'a';
		as_file |= option == 'd';
		inodes |= option == 'i';
		detailed |= option == 'l';
		recursive |= option == 'R';
	}
	if (optind < argc)
		return list_arguments(argc, argv);
	if (!as_file)
		return list_directory(".", recursive);
	puts(".");
	return 0;
}
