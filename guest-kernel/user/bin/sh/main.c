/* sh [-ceix] [file | command] [arguments]: options, start, prompt. */
#include "sh.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct shell shell;
volatile int shell_interrupted;

void sh_message(const char *subject, const char *reason)
{
	fflush(stdout);
	fprintf(stderr, "sh: %s: %s\n", subject, reason);
}

void sh_exit(int status)
{
	fflush(stdout);
	_exit(status & 255);
}

/* "[/usr/root]# ", or PS1 as it is; "> " when a command goes on. */
void sh_prompt(int continued)
{
	const char *own = var_get(continued ? "PS2" : "PS1");
	char here[256];

	if (!continued)
		job_report();
	if (own)
		fprintf(stderr, "%s", own);
	else if (continued)
		fprintf(stderr, "> ");
	else
		fprintf(stderr, "[%s]%s ", getcwd(here, sizeof here) ? here : "?",
			geteuid() ? "$" : "#");
}

static int run_profile(void)
{
	if (access("/etc/profile", R_OK) < 0)
		return 0;
	return run_file("/etc/profile");
}

static int interactive_main(void)
{
	struct input input;
	int status;

	shell.interactive = 1;
	job_begin();
	input_push_file(&input, 0);
	if (shell.arguments[0][0] == '-')
		run_profile();
	status = run_input();
	fprintf(stderr, "exit\n");
	return status;
}

static int standard_input_main(void)
{
	struct input input;

	input_push_file(&input, 0);
	return run_input();
}

static int run_main(int argc, char **argv)
{
	int option, command = 0, interactive = 0;

	while ((option = getopt(argc, argv, "ceixs")) != -1) {
		command |= option == 'c';
		interactive |= option == 'i';
		shell.exit_on_error |= option == 'e';
		shell.trace |= option == 'x';
		if (option == '?')
			return 2;
	}
	argc -= optind;
	argv += optind;
	if (command) {
		if (!argc) {
			sh_message("-c", "a command is missing");
			return 2;
		}
		if (argc > 1) {
			shell.arguments = argv + 1;
			shell.argument_count = argc - 2;
		}
		return run_string(argv[0]);
	}
	if (argc) {
		shell.arguments = argv;
		shell.argument_count = argc - 1;
		return run_file(argv[0]);
	}
	return interactive || (isatty(0) && isatty(2)) ? interactive_main() : standard_input_main();
}

int main(int argc, char **argv)
{
	static char *no_arguments[] = {"sh", NULL};

	shell.pid = getpid();
	shell.arguments = no_arguments;
	if (argc && argv[0])
		no_arguments[0] = argv[0];
	var_import(environ);
	sh_exit(run_main(argc, argv));
}
