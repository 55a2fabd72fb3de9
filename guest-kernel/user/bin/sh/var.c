#include "sh.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct variable {
	struct variable *next;
	char *name;
	char *value; /* NULL: exported but not set */
	int exported;
};

static struct variable *variables; /* sorted by name */

static struct variable **place_of(const char *name)
{
	struct variable **link = &variables;

	while (*link && strcmp((*link)->name, name) < 0)
		link = &(*link)->next;
	return link;
}

static struct variable *find(const char *name)
{
	struct variable *v = *place_of(name);

	return v && !strcmp(v->name, name) ? v : NULL;
}

static struct variable *find_or_make(const char *name)
{
	struct variable **link = place_of(name), *v = *link;

	if (v && !strcmp(v->name, name))
		return v;
	v = calloc(1, sizeof *v);
	if (!v || !(v->name = strdup(name))) {
		sh_message(name, "no memory for variables");
		sh_exit(2);
	}
	v->next = *link;
	*link = v;
	return v;
}

const char *var_get(const char *name)
{
	struct variable *v = find(name);

	return v ? v->value : NULL;
}

void var_set(const char *name, const char *value)
{
	struct variable *v = find_or_make(name);
	char *copy = strdup(value);

	free(v->value);
	v->value = copy;
}

void var_unset(const char *name)
{
	struct variable **link = place_of(name), *v = *link;

	if (!v || strcmp(v->name, name))
		return;
	*link = v->next;
	free(v->name);
	free(v->value);
	free(v);
}

void var_export(const char *name)
{
	find_or_make(name)->exported = 1;
}

size_t var_name_length(const char *text)
{
	size_t n = 0;

	if (!isalpha(*text) && *text != '_')
		return 0;
	while (isalnum(text[n]) || text[n] == '_')
		n++;
	return n;
}

size_t var_assignment(const char *word)
{
	size_t length = var_name_length(word);

	return word[length] == '=' ? length : 0;
}

void var_import(char **environment)
{
	for (; environment && *environment; environment++) {
		size_t length = var_assignment(*environment);
		char *name;

		if (!length)
			continue;
		name = arena_copy(*environment, length);
		var_set(name, *environment + length + 1);
		var_export(name);
	}
}

void var_list(int exported_only)
{
	for (struct variable *v = variables; v; v = v->next)
		if (v->value && (v->exported || !exported_only))
			printf("%s%s=%s\n", exported_only ? "export " : "", v->name, v->value);
}

char **var_environment(void)
{
	struct variable *v;
	size_t count = 0;
	char **rows;

	for (v = variables; v; v = v->next)
		count += v->exported && v->value;
	rows = arena_take((count + 1) * sizeof *rows);
	count = 0;
	for (v = variables; v; v = v->next) {
		if (!v->exported || !v->value)
			continue;
		rows[count] = arena_take(strlen(v->name) + strlen(v->value) + 2);
		strcat(strcat(strcpy(rows[count++], v->name), "="), v->value);
	}
	return rows;
}
