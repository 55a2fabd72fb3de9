/* Patterns: * ? [a-z] [!a-z]; a character behind QUOTE_MARK stands for itself. */
#include "sh.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PATH 256

static int next_literal(const char **pattern)
{
	if (**pattern == QUOTE_MARK && (*pattern)[1])
		++*pattern;
	return (unsigned char) *(*pattern)++;
}

/* At the character after [. Answers what follows ], or NULL when there is none. */
static const char *match_set(const char *pattern, int c, int *matched)
{
	int inverted = *pattern == '!', found = 0, first = 1;

	pattern += inverted;
	for (; *pattern != ']' || first; first = 0) {
		int low, high;

		if (!*pattern)
			return NULL;
		low = high = next_literal(&pattern);
		if (*pattern == '-' && pattern[1] && pattern[1] != ']') {
			pattern++;
			high = next_literal(&pattern);
		}
		found |= c >= low && c <= high;
	}
	*matched = found != inverted;
	return pattern + 1;
}

int pattern_matches(const char *pattern, const char *text)
{
	for (; *pattern; text++) {
		const char *after;
		int matched;

		if (*pattern == '*') {
			while (*pattern == '*')
				pattern++;
			for (;; text++) {
				if (pattern_matches(pattern, text))
					return 1;
				if (!*text)
					return 0;
			}
		}
		if (!*text)
			return 0;
		if (*pattern == '?') {
			pattern++;
		} else if (*pattern == '[' &&
			   (after = match_set(pattern + 1, (unsigned char) *text, &matched))) {
			if (!matched)
				return 0;
			pattern = after;
		} else if (next_literal(&pattern) != (unsigned char) *text) {
			return 0;
		}
	}
	return !*text;
}

struct glob {
	char path[MAX_PATH];
	struct word *first;
	int count;
};

static void add_sorted(struct glob *glob)
{
	struct word **link = &glob->first, *word = arena_take(sizeof *word);

	while (*link && strcmp((*link)->text, glob->path) < 0)
		link = &(*link)->next;
	word->text = arena_copy(glob->path, strlen(glob->path));
	word->next = *link;
	*link = word;
	glob->count++;
}

/* One part of the pattern up to a slash, as text for the pattern matcher. */
static char *take_part(const char **pattern)
{
	const char *start = *pattern;

	while (**pattern && **pattern != '/')
		++*pattern;
	return arena_copy(start, *pattern - start);
}

static int is_plain(const char *part)
{
	for (; *part; part++) {
		if (*part == QUOTE_MARK && part[1])
			part++;
		else if (strchr("*?[", *part))
			return 0;
	}
	return 1;
}

static void glob_part(struct glob *glob, size_t length, const char *pattern);

/* Name is appended to the path; the rest of the pattern is looked for below it. */
static void descend(struct glob *glob, size_t length, const char *name, const char *rest)
{
	struct stat status;
	size_t size = strlen(name);

	if (length + size + 2 > MAX_PATH)
		return;
	strcpy(glob->path + length, name);
	length += size;
	if (*rest) {
		if (stat(glob->path, &status) < 0 || !S_ISDIR(status.st_mode))
			return;
		while (*rest == '/' && length + 1 < MAX_PATH)
			glob->path[length++] = *rest++;
		glob->path[length] = 0;
		glob_part(glob, length, rest);
	} else if (lstat(glob->path, &status) == 0) {
		add_sorted(glob);
	}
}

static void glob_part(struct glob *glob, size_t length, const char *pattern)
{
	char *part = take_part(&pattern);
	struct dirent *entry;
	DIR *directory;

	if (!*part) {
		add_sorted(glob);
		return;
	}
	if (is_plain(part)) {
		char *plain = part, *to = part;

		while (*plain)
			*to++ = next_literal((const char **) &plain);
		*to = 0;
		descend(glob, length, part, pattern);
		return;
	}
	directory = opendir(length ? glob->path : ".");
	if (!directory)
		return;
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.' && part[0] != '.')
			continue;
		if (pattern_matches(part, entry->d_name))
			descend(glob, length, entry->d_name, pattern);
		glob->path[length] = 0;
	}
	closedir(directory);
}

int glob_names(const char *pattern, struct word ***tail)
{
	struct glob glob = {.count = 0};
	size_t length = 0;

	while (*pattern == '/' && length + 1 < MAX_PATH)
		glob.path[length++] = *pattern++;
	glob_part(&glob, length, pattern);
	for (**tail = glob.first; **tail; *tail = &(**tail)->next)
		;
	return glob.count;
}
