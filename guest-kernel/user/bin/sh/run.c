#include "sh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char **word_array(const struct word *words, int *count)
{
	const struct word *word;
	char **array;

	*count = 0;
	for (word = words; word; word = word->next)
		++*count;
	array = arena_take((*count + 1) * sizeof *array);
	*count = 0;
	for (word = words; word; word = word->next)
		array[(*count)++] = word->text;
	return array;
}

/* A file with an x bit and no known header is a script for this shell. */
static void exec_script(const char *path, char **argv, char **environment)
{
	struct stat status;
	char **full;
	int count = 0;

	if (stat(path, &status) < 0 || !(status.st_mode & 0111)) {
		errno = EACCES;
		return;
	}
	while (argv[count])
		count++;
	full = arena_take((count + 2) * sizeof *full);
	full[0] = "sh";
	full[1] = (char *) path;
	for (int i = 1; i < count; i++)
		full[i + 1] = argv[i];
	execve("/bin/sh", full, environment);
}

static void try_exec(const char *path, char **argv, char **environment)
{
	execve(path, argv, environment);
	if (errno == ENOEXEC)
		exec_script(path, argv, environment);
}

static int exec_along_path(char **argv, char **environment)
{
	const char *path = var_get("PATH");
	int error = ENOENT;

	if (!path)
		path = "/bin:/usr/bin";
	for (;; path++) {
		size_t length = strcspn(path, ":");
		struct text full = {0};

		for (size_t i = 0; i < length; i++)
			text_add(&full, path[i]);
		text_add_string(&full, length ? "/" : "./");
		text_add_string(&full, argv[0]);
		try_exec(text_end(&full), argv, environment);
		if (errno != ENOENT && errno != ENOTDIR)
			error = errno;
		path += length;
		if (!*path)
			return error;
	}
}

void run_exec(char **argv)
{
	char **environment = var_environment();
	int error;

	fflush(stdout);
	if (strchr(argv[0], '/')) {
		try_exec(argv[0], argv, environment);
		error = errno;
	} else {
		error = exec_along_path(argv, environment);
	}
	sh_message(argv[0], error == ENOENT ? "not found" : strerror(error));
	_exit(error == ENOENT ? 127 : 126);
}

static void trace(char **argv)
{
	fprintf(stderr, "+");
	for (; *argv; argv++)
		fprintf(stderr, " %s", *argv);
	fprintf(stderr, "\n");
}

/* The leading NAME=value words. Answers the first other word. */
static const struct word *assign(const struct word *words, int export)
{
	for (; words; words = words->next) {
		size_t length = var_assignment(words->text);
		char *name;

		if (!length)
			break;
		name = arena_copy(words->text, length);
		var_set(name, expand_text(words->text + length + 1));
		if (export)
			var_export(name);
	}
	return words;
}

static const struct word *skip_assignments(const struct word *words)
{
	while (words && var_assignment(words->text))
		words = words->next;
	return words;
}

static struct function *find_function(const char *name)
{
	struct function *f = shell.functions;

	while (f && strcmp(f->name, name))
		f = f->next;
	return f;
}

static int call_function(struct function *function, int argc, char **argv)
{
	char **arguments = shell.arguments;
	int count = shell.argument_count, status;

	argv[0] = arguments[0];
	shell.arguments = argv;
	shell.argument_count = argc - 1;
	status = run_node(function->body);
	shell.arguments = arguments;
	shell.argument_count = count;
	shell.returning = 0;
	return status;
}

/* A builtin or a function: in this process, its redirections undone afterwards. */
static int run_inside(struct node *node, struct function *function, int argc, char **argv)
{
	struct saved_fd *saved = NULL;
	int keep = argc == 1 && !strcmp(argv[0], "exec");
	int status = 1;

	if (redirect_apply(node->redirects, keep ? NULL : &saved) == 0)
		status = function ? call_function(function, argc, argv)
				  : builtin_find(argv[0])(argc, argv);
	fflush(stdout);
	redirect_restore(saved);
	return status;
}

static void run_outside_child(struct node *node, char **argv)
{
	assign(node->words, 1);
	if (redirect_apply(node->redirects, NULL) < 0)
		_exit(1);
	run_exec(argv);
}

static int run_outside(struct node *node, char **argv)
{
	struct job *job = job_new(node);
	pid_t pid;

	if (!job)
		return 1;
	pid = job_fork(job, 1);
	if (pid == 0)
		run_outside_child(node, argv);
	if (pid < 0) {
		job->number = 0;
		return 1;
	}
	return job_wait(job);
}

/* Only assignments or redirections: $? is that of the last command substituted in them, if any. */
static int run_without_command(struct node *node)
{
	struct saved_fd *saved = NULL;
	int failed;

	shell.status = 0;
	assign(node->words, 0);
	failed = redirect_apply(node->redirects, &saved) < 0;
	redirect_restore(saved);
	return failed ? 1 : shell.status;
}

static int run_command(struct node *node)
{
	const struct word *words = skip_assignments(node->words);
	struct function *function;
	int argc;
	char **argv;

	if (!words)
		return run_without_command(node);
	argv = word_array(expand_words(words), &argc);
	if (!argc)
		return run_without_command(node);
	if (shell.trace)
		trace(argv);
	function = find_function(argv[0]);
	if (!function && !builtin_find(argv[0]))
		return run_outside(node, argv);
	assign(node->words, 0);
	return run_inside(node, function, argc, argv);
}

/* In a child made for this node: no second fork is needed for a program. */
static void run_in_child(struct node *node)
{
	if (node->kind == NODE_COMMAND && skip_assignments(node->words)) {
		int argc;
		char **argv = word_array(expand_words(skip_assignments(node->words)), &argc);

		if (argc && !find_function(argv[0]) && !builtin_find(argv[0]))
			run_outside_child(node, argv);
	}
	if (node->kind == NODE_SUBSHELL) {
		if (redirect_apply(node->redirects, NULL) < 0)
			sh_exit(1);
		node = node->left;
	}
	sh_exit(node ? run_node(node) : 0);
}

static void stage_child(struct node *node, int input, int fds[2])
{
	if (input >= 0) {
		dup2(input, 0);
		close(input);
	}
	if (fds[1] >= 0) {
		dup2(fds[1], 1);
		close(fds[1]);
		close(fds[0]);
	}
	run_in_child(node);
}

/* Starts all stages of a pipeline (or a single node) in one job. */
static int start_stages(struct job *job, struct node *node, int foreground)
{
	int input = -1, fds[2];
	pid_t pid = 0;

	while (node) {
		int piped = node->kind == NODE_PIPE;

		fds[0] = fds[1] = -1;
		if (piped && pipe(fds) < 0) {
			sh_message("pipe", strerror(errno));
			break;
		}
		pid = job_fork(job, foreground);
		if (pid == 0)
			stage_child(piped ? node->left : node, input, fds);
		if (input >= 0)
			close(input);
		if (fds[1] >= 0)
			close(fds[1]);
		input = fds[0];
		if (pid < 0)
			break;
		node = piped ? node->right : NULL;
	}
	if (input >= 0)
		close(input);
	return job->count ? 0 : -1;
}

static int run_foreground(struct node *node)
{
	struct job *job = job_new(node);

	if (!job)
		return 1;
	if (start_stages(job, node, 1) < 0) {
		job->number = 0;
		return 1;
	}
	return job_wait(job);
}

static int run_background(struct node *node)
{
	struct redirect from_null = {.kind = REDIRECT_IN, .target = "/dev/null"};
	struct saved_fd *saved = NULL;
	struct job *job = job_new(node);
	int failed;

	if (!job)
		return 1;
	if (!shell.job_control)
		redirect_apply(&from_null, &saved);
	failed = start_stages(job, node, 0) < 0;
	redirect_restore(saved);
	if (failed) {
		job->number = 0;
		return 1;
	}
	shell.background = job->pids[job->count - 1];
	if (shell.interactive)
		fprintf(stderr, "[%d] %d\n", job->number, (int) shell.background);
	return 0;
}

static int run_condition(struct node *node)
{
	int status;

	shell.conditions++;
	status = run_node(node);
	shell.conditions--;
	return status;
}

/* Whether a loop ends after its body, by break, continue of an outer loop, return or ^C. */
static int leaves_loop(void)
{
	if (shell.leave_loops > 0) {
		shell.leave_loops--;
		if (shell.leave_loops > 0 || !shell.resume_loop)
			return 1;
		shell.resume_loop = 0;
	}
	return shell.returning || shell_interrupted;
}

static int run_loop(struct node *node)
{
	int status = 0;

	shell.loops++;
	while (!shell_interrupted) {
		int failed = run_condition(node->left) != 0;

		if (shell.returning || failed != (node->kind == NODE_UNTIL))
			break;
		status = run_node(node->right);
		if (leaves_loop())
			break;
	}
	shell.loops--;
	return status;
}

static int run_for(struct node *node)
{
	struct arena_mark mark = arena_mark();
	char **values = shell.arguments + 1;
	int count = shell.argument_count, status = 0;

	if (node->has_list)
		values = word_array(expand_words(node->words), &count);
	shell.loops++;
	for (int i = 0; i < count; i++) {
		var_set(node->name, values[i]);
		status = run_node(node->right);
		if (leaves_loop())
			break;
	}
	shell.loops--;
	arena_release(mark);
	return status;
}

static int run_case(struct node *node)
{
	char *text = expand_text(node->name);

	for (struct case_item *item = node->items; item; item = item->next)
		for (struct word *pattern = item->patterns; pattern; pattern = pattern->next)
			if (pattern_matches(expand_pattern(pattern->text), text))
				return item->body ? run_node(item->body) : 0;
	return 0;
}

static int define_function(struct node *node)
{
	struct function *f = find_function(node->name);

	if (!f) {
		f = arena_take(sizeof *f);
		f->name = node->name;
		f->next = shell.functions;
		shell.functions = f;
	}
	f->body = node->left;
	arena_pin();
	return 0;
}

static int run_if(struct node *node)
{
	if (run_condition(node->left) == 0)
		return run_node(node->right);
	return node->other ? run_node(node->other) : 0;
}

static int run_and_or(struct node *node)
{
	int status = run_condition(node->left);

	return (status == 0) == (node->kind == NODE_AND) ? run_node(node->right) : status;
}

static int dispatch(struct node *node)
{
	switch (node->kind) {
	case NODE_COMMAND:
		return run_command(node);
	case NODE_PIPE:
	case NODE_SUBSHELL:
		return run_foreground(node);
	case NODE_AND:
	case NODE_OR:
		return run_and_or(node);
	case NODE_NOT:
		return !run_condition(node->left);
	case NODE_SEQUENCE:
		run_node(node->left);
		return run_node(node->right);
	case NODE_BACKGROUND:
		return run_background(node->left);
	case NODE_GROUP:
		return run_node(node->left);
	case NODE_IF:
		return run_if(node);
	case NODE_WHILE:
	case NODE_UNTIL:
		return run_loop(node);
	case NODE_FOR:
		return run_for(node);
	case NODE_CASE:
		return run_case(node);
	case NODE_FUNCTION:
		return define_function(node);
	}
	return 0;
}

static int is_compound(const struct node *node)
{
	return node->kind >= NODE_GROUP && node->kind != NODE_FUNCTION;
}

static int fails_shell(const struct node *node)
{
	if (!shell.exit_on_error || shell.conditions || !shell.status)
		return 0;
	return node->kind == NODE_COMMAND || node->kind == NODE_PIPE || node->kind == NODE_SUBSHELL;
}

int run_node(struct node *node)
{
	struct arena_mark mark = arena_mark();
	struct saved_fd *saved = NULL;

	if (!node || shell.leave_loops || shell.returning || shell_interrupted)
		return shell.status;
	if (is_compound(node) && node->redirects && redirect_apply(node->redirects, &saved) < 0) {
		redirect_restore(saved);
		return shell.status = 1;
	}
	shell.status = dispatch(node);
	if (saved) {
		fflush(stdout);
		redirect_restore(saved);
	}
	arena_release(mark);
	if (fails_shell(node))
		sh_exit(shell.status);
	return shell.status;
}

int run_input(void)
{
	for (;;) {
		struct arena_mark mark = arena_mark();
		struct node *node = NULL;
		enum parse_result result = parse_line(&node);

		if (result == PARSE_COMMAND)
			run_node(node);
		arena_release(mark);
		if (shell_interrupted && shell.interactive) {
			shell_interrupted = 0;
			shell.status = 130;
			shell.leave_loops = shell.resume_loop = 0;
			input_discard();
			continue;
		}
		if (result == PARSE_ERROR) {
			shell.status = 2;
			input_discard();
		}
		if (result == PARSE_END || shell.returning || shell_interrupted ||
		    (result == PARSE_ERROR && !shell.interactive))
			return shell.status;
	}
}

/* Commands from inside a command: the lexer's state is the outer one's again afterwards. */
static int run_pushed(void)
{
	struct lexer outer = lexer;
	int status;

	shell.status = 0;
	status = run_input();
	lexer = outer;
	input_pop();
	return status;
}

int run_string(const char *string)
{
	struct input input;

	input_push_string(&input, string);
	return run_pushed();
}

int run_file(const char *path)
{
	struct input input;
	int status, low = open(path, O_RDONLY), fd;

	if (low < 0) {
		sh_message(path, strerror(errno));
		return 127;
	}
	fd = fcntl(low, F_DUPFD, 10);
	close(low);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	input_push_file(&input, fd);
	status = run_pushed();
	close(fd);
	return status;
}
