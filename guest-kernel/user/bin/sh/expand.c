#include "sh.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct expansion {
	int split;	  /* make several fields, with file names */
	int has_field;	  /* even an empty one, from quotes */
	int empty_at;	  /* "$@" without arguments makes no field */
	struct text field;
	struct word **tail;
};

static void expand_into(struct expansion *e, const char *p, int document);

static void emit(struct expansion *e, char c, int quoted)
{
	if (c == QUOTE_MARK || (quoted && strchr("*?[]\\-!", c)))
		text_add(&e->field, QUOTE_MARK);
	text_add(&e->field, c);
	e->has_field = 1;
}

static char *without_marks(const char *text)
{
	struct text clean = {0};

	for (; *text; text++) {
		if (*text == QUOTE_MARK && text[1])
			text++;
		text_add(&clean, *text);
	}
	return text_end(&clean);
}

static int has_wildcard(const char *text)
{
	for (; *text; text++) {
		if (*text == QUOTE_MARK && text[1])
			text++;
		else if (strchr("*?[", *text))
			return 1;
	}
	return 0;
}

static void end_field(struct expansion *e)
{
	char *text = text_end(&e->field);

	if (e->has_field && !(e->empty_at && !*text) &&
	    !(has_wildcard(text) && glob_names(text, &e->tail))) {
		struct word *word = arena_take(sizeof *word);

		word->text = without_marks(text);
		*e->tail = word;
		e->tail = &word->next;
	}
	e->has_field = e->empty_at = 0;
	memset(&e->field, 0, sizeof e->field);
}

static void emit_value(struct expansion *e, const char *value, int quoted)
{
	for (; *value; value++) {
		if (quoted || !e->split || !strchr(" \t\n", *value))
			emit(e, *value, quoted);
		else if (e->has_field)
			end_field(e);
	}
}

/* Past a group that began before p: the place behind its closing bracket. */
static const char *past_group(const char *p, char open, char close)
{
	int depth = 1;
	char quote = 0;

	for (; *p; p++) {
		if (*p == '\\' && quote != '\'' && p[1])
			p++;
		else if (quote)
			quote = *p == quote ? 0 : quote;
		else if (*p == '"' || *p == '\'' || *p == '`')
			quote = *p;
		else if (*p == open)
			depth++;
		else if (*p == close && --depth == 0)
			return p + 1;
	}
	return p;
}

static void read_output(struct text *output, int fd)
{
	char buffer[256];
	int n;

	while ((n = read(fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
		for (int i = 0; i < n; i++)
			text_add(output, buffer[i]);
	while (output->length && output->bytes[output->length - 1] == '\n')
		output->length--;
}

static void substitute_child(const char *command, int fds[2])
{
	close(fds[0]);
	dup2(fds[1], 1);
	close(fds[1]);
	shell.interactive = shell.job_control = 0;
	sh_exit(run_string(command));
}

static void command_output(struct expansion *e, const char *command, int quoted)
{
	struct text output = {0};
	int fds[2], status;
	pid_t pid;

	fflush(stdout);
	if (pipe(fds) < 0 || (pid = fork()) < 0) {
		sh_message("substitution", strerror(errno));
		return;
	}
	if (pid == 0)
		substitute_child(command, fds);
	close(fds[1]);
	read_output(&output, fds[0]);
	close(fds[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	shell.status = status_of(status);
	emit_value(e, text_end(&output), quoted);
}

static const char *number_text(long value)
{
	char digits[16];

	return arena_copy(digits, sprintf(digits, "%ld", value));
}

/* All positional parameters in one text, for $*. */
static const char *joined_arguments(void)
{
	struct text joined = {0};

	for (int i = 1; i <= shell.argument_count; i++) {
		if (i > 1)
			text_add(&joined, ' ');
		text_add_string(&joined, shell.arguments[i]);
	}
	return text_end(&joined);
}

static const char *parameter(const char *name)
{
	if (isdigit(*name)) {
		int n = atoi(name);

		return n <= shell.argument_count ? shell.arguments[n] : NULL;
	}
	switch (*name) {
	case '?':
		return number_text(shell.status);
	case '$':
		return number_text(shell.pid);
	case '!':
		return number_text(shell.background);
	case '#':
		return number_text(shell.argument_count);
	case '*':
	case '@':
		return shell.argument_count ? joined_arguments() : NULL;
	case '-':
		return shell.interactive ? "i" : "";
	}
	return var_get(name);
}

static void emit_arguments(struct expansion *e)
{
	for (int i = 1; i <= shell.argument_count; i++) {
		if (i > 1)
			end_field(e);
		e->has_field = 1;
		emit_value(e, shell.arguments[i], 1);
	}
	if (!shell.argument_count)
		e->empty_at = 1;
}

static void emit_parameter(struct expansion *e, const char *name, int quoted)
{
	const char *value;

	if (*name == '@' && quoted && e->split) {
		emit_arguments(e);
		return;
	}
	value = parameter(name);
	if (value)
		emit_value(e, value, quoted);
}

static size_t parameter_length(const char *p)
{
	size_t length = var_name_length(p);

	if (length)
		return length;
	return *p && (isdigit(*p) || strchr("?$!#*@-", *p)) ? 1 : 0;
}

/* ${name#pattern} and ${name%pattern}: the value without the shortest part that matches, or with
   the sign doubled the longest. */
static const char *trimmed(const char *value, const char *operation)
{
	int front = *operation == '#', longest = operation[1] == *operation;
	char *pattern = expand_pattern(operation + 1 + longest);
	size_t length = strlen(value);

	for (size_t i = 0; i <= length; i++) {
		size_t part = longest ? length - i : i;
		char *piece = front ? arena_copy(value, part) : (char *) value + length - part;

		if (!pattern_matches(pattern, piece))
			continue;
		return front ? value + part : arena_copy(value, length - part);
	}
	return value;
}

/* name, then an operation such as :-word. */
static void emit_operation(struct expansion *e, const char *name, const char *operation, int quoted)
{
	const char *value = parameter(name);
	int empty_counts = *operation == ':';

	if (*operation == '#' || *operation == '%') {
		emit_value(e, trimmed(value ? value : "", operation), quoted);
		return;
	}
	operation += empty_counts;
	if (empty_counts && value && !*value)
		value = NULL;
	switch (*operation++) {
	case '+':
		if (value)
			emit_value(e, expand_text(operation), quoted);
		return;
	case '-':
		break;
	case '=':
		if (!value)
			var_set(name, expand_text(operation));
		break;
	case '?':
		if (!value) {
			sh_message(name, *operation ? expand_text(operation) : "not set");
			if (!shell.interactive)
				sh_exit(1);
			return;
		}
		break;
	default:
		sh_message(name, "unknown operation in ${}");
		return;
	}
	emit_value(e, value ? value : expand_text(operation), quoted);
}

static void emit_braced(struct expansion *e, const char *body, int quoted)
{
	size_t length;
	char *name;

	if (*body == '#' && body[1]) {
		const char *value = parameter(body + 1);

		emit_value(e, number_text(value ? strlen(value) : 0), quoted);
		return;
	}
	length = parameter_length(body);
	while (isdigit(*body) && isdigit(body[length]))
		length++;
	name = arena_copy(body, length);
	if (!length)
		sh_message(body, "bad name in ${}");
	else if (!body[length])
		emit_parameter(e, name, quoted);
	else
		emit_operation(e, name, body + length, quoted);
}

/* At the character after a dollar. Answers what follows the expansion. */
static const char *expand_dollar(struct expansion *e, const char *p, int quoted)
{
	const char *end;
	size_t length;

	if (p[0] == '(' && p[1] == '(') {
		end = past_group(p + 1, '(', ')');
		if (end[-2] == ')' && end > p + 4) {
			char *inner = arena_copy(p + 2, end - p - 4);

			emit_value(e, number_text(arithmetic(expand_text(inner))), quoted);
			return end;
		}
	}
	if (*p == '(' || *p == '{') {
		char *inner;

		end = past_group(p + 1, *p, *p == '(' ? ')' : '}');
		inner = arena_copy(p + 1, end - p - 2);
		if (*p == '(')
			command_output(e, inner, quoted);
		else
			emit_braced(e, inner, quoted);
		return end;
	}
	length = parameter_length(p);
	if (length)
		emit_parameter(e, arena_copy(p, length), quoted);
	else
		emit(e, '$', quoted);
	return p + length;
}

static const char *expand_backquote(struct expansion *e, const char *p, int quoted)
{
	struct text command = {0};

	for (; *p && *p != '`'; p++) {
		if (*p == '\\' && p[1] && strchr("`\\$", p[1]))
			p++;
		text_add(&command, *p);
	}
	command_output(e, text_end(&command), quoted);
	return *p ? p + 1 : p;
}

static const char *expand_backslash(struct expansion *e, const char *p, int in_double)
{
	if (!*p) {
		emit(e, '\\', 1);
		return p;
	}
	if (in_double && !strchr("$`\"\\", *p))
		emit(e, '\\', 1);
	emit(e, *p, 1);
	return p + 1;
}

static const char *expand_home(struct expansion *e, const char *p)
{
	const char *home = var_get("HOME");

	if (*p != '~' || (p[1] && p[1] != '/') || !home)
		return p;
	emit_value(e, home, 1);
	return p + 1;
}

static void expand_into(struct expansion *e, const char *p, int document)
{
	int in_double = document;

	if (!document)
		p = expand_home(e, p);
	while (*p) {
		char c = *p++;

		if (c == '\\') {
			p = expand_backslash(e, p, in_double);
		} else if (c == '$') {
			p = expand_dollar(e, p, in_double);
		} else if (c == '`') {
			p = expand_backquote(e, p, in_double);
		} else if (c == '"' && !document) {
			in_double = !in_double;
			e->has_field = 1;
		} else if (c == '\'' && !in_double) {
			e->has_field = 1;
			while (*p && *p != '\'')
				emit(e, *p++, 1);
			p += *p != 0;
		} else {
			emit(e, c, in_double);
		}
	}
}

struct word *expand_words(const struct word *words)
{
	struct word *list = NULL;
	struct expansion e = {.split = 1, .tail = &list};

	for (; words; words = words->next) {
		expand_into(&e, words->text, 0);
		end_field(&e);
	}
	return list;
}

char *expand_pattern(const char *text)
{
	struct expansion e = {0};

	expand_into(&e, text, 0);
	return text_end(&e.field);
}

char *expand_text(const char *text)
{
	return without_marks(expand_pattern(text));
}

char *expand_document(const char *text)
{
	struct expansion e = {0};

	expand_into(&e, text, 1);
	return without_marks(text_end(&e.field));
}
