/* The commands that must run inside the shell: a row each. */
#include "sh.h"
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int do_nothing(int argc, char **argv)
{
	(void) argc, (void) argv;
	return 0;
}

static int do_break(int argc, char **argv)
{
	int wanted = argc > 1 ? atoi(argv[1]) : 1;

	shell.leave_loops = wanted > shell.loops ? shell.loops : wanted;
	shell.resume_loop = argv[0][0] == 'c' && shell.leave_loops > 0;
	return 0;
}

static int do_cd(int argc, char **argv)
{
	const char *to = argc > 1 ? argv[1] : var_get("HOME");
	char here[256];

	if (to && !strcmp(to, "-"))
		to = var_get("OLDPWD");
	if (!to || chdir(to) < 0) {
		sh_message(to ? to : "cd", to ? strerror(errno) : "no directory set");
		return 1;
	}
	if (var_get("PWD"))
		var_set("OLDPWD", var_get("PWD"));
	var_set("PWD", getcwd(here, sizeof here) ? here : "?");
	return 0;
}

static int do_eval(int argc, char **argv)
{
	struct text text = {0};

	for (int i = 1; i < argc; i++) {
		text_add_string(&text, argv[i]);
		text_add(&text, ' ');
	}
	return run_string(text_end(&text));
}

static int do_exec(int argc, char **argv)
{
	if (argc > 1)
		run_exec(argv + 1);
	return 0;
}

static int do_exit(int argc, char **argv)
{
	sh_exit(argc > 1 ? atoi(argv[1]) : shell.status);
}

static int do_export(int argc, char **argv)
{
	if (argc == 1)
		var_list(1);
	for (int i = 1; i < argc; i++) {
		size_t length = var_name_length(argv[i]);
		char *name = arena_copy(argv[i], length);

		if (!length || (argv[i][length] && argv[i][length] != '=')) {
			sh_message(argv[i], "not a name");
			return 1;
		}
		if (argv[i][length])
			var_set(name, argv[i] + length + 1);
		var_export(name);
	}
	return 0;
}

static int do_fg(int argc, char **argv)
{
	return job_continue(argc > 1 ? argv[1] : NULL, argv[0][0] == 'f');
}

static int do_jobs(int argc, char **argv)
{
	(void) argc, (void) argv;
	return job_list();
}

/* One line, byte by byte: what follows it belongs to others. */
static int read_line(struct text *line)
{
	char c;

	while (read(0, &c, 1) == 1) {
		if (c == '\n')
			return 0;
		text_add(line, c);
	}
	return line->length ? 0 : 1;
}

static int do_read(int argc, char **argv)
{
	struct text line = {0};
	int status = read_line(&line);
	char *rest = text_end(&line);

	for (int i = 1; i < argc; i++) {
		char *field = rest + strspn(rest, " \t");
		size_t length = i < argc - 1 ? strcspn(field, " \t") : strlen(field);

		while (i == argc - 1 && length && strchr(" \t", field[length - 1]))
			length--;
		rest = field + length;
		var_set(argv[i], arena_copy(field, length));
	}
	return status;
}

static int do_return(int argc, char **argv)
{
	shell.returning = 1;
	return argc > 1 ? atoi(argv[1]) : shell.status;
}

/* Arguments must outlive the command that set them. */
static void set_arguments(int count, char **values)
{
	char **arguments = malloc((count + 2) * sizeof *arguments);

	if (!arguments)
		return;
	arguments[0] = shell.arguments[0];
	for (int i = 0; i < count; i++)
		arguments[i + 1] = strdup(values[i]);
	arguments[count + 1] = NULL;
	shell.arguments = arguments;
	shell.argument_count = count;
}

static int do_set(int argc, char **argv)
{
	int i = 1;

	if (argc == 1)
		var_list(0);
	for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
		int on = argv[i][0] == '-';

		if (!strcmp(argv[i], "--"))
			break;
		for (char *c = argv[i] + 1; *c; c++) {
			if (*c == 'e') {
				shell.exit_on_error = on;
			} else if (*c == 'x') {
				shell.trace = on;
			} else {
				sh_message(argv[i], "unknown option");
				return 2;
			}
		}
	}
	if (i < argc) {
		i += !strcmp(argv[i], "--");
		set_arguments(argc - i, argv + i);
	}
	return 0;
}

static int do_shift(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1;

	if (count < 0 || count > shell.argument_count)
		return 1;
	set_arguments(shell.argument_count - count, shell.arguments + 1 + count);
	return 0;
}

static int do_source(int argc, char **argv)
{
	int status;

	if (argc < 2) {
		sh_message(".", "a file is missing");
		return 2;
	}
	status = run_file(argv[1]);
	shell.returning = 0;
	return status;
}

static int do_umask(int argc, char **argv)
{
	int mask;

	if (argc > 1) {
		umask(strtol(argv[1], NULL, 8));
		return 0;
	}
	mask = umask(0);
	umask(mask);
	printf("%03o\n", mask);
	return 0;
}

static int do_unset(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		var_unset(argv[i]);
	return 0;
}

static int do_wait(int argc, char **argv)
{
	return job_wait_for(argc > 1 ? atoi(argv[1]) : -1);
}

static const struct row {
	const char *name;
	builtin *run;
} rows[] = {
	{":", do_nothing},
	{".", do_source},
	{"bg", do_fg},
	{"break", do_break},
	{"cd", do_cd},
	{"continue", do_break},
	{"echo", tool_echo},
	{"eval", do_eval},
	{"exec", do_exec},
	{"exit", do_exit},
	{"export", do_export},
	{"fg", do_fg},
	{"jobs", do_jobs},
	{"read", do_read},
	{"return", do_return},
	{"set", do_set},
	{"shift", do_shift},
	{"umask", do_umask},
	{"unset", do_unset},
	{"wait", do_wait},
};

builtin *builtin_find(const char *name)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!strcmp(rows[i].name, name))
			return rows[i].run;
	return NULL;
}
