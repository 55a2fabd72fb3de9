/* Process groups. With job control each pipeline is a group of its own, and the one in the
   foreground owns the terminal, so ^C and ^Z reach it and not the shell. */
#include "sh.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define MAX_JOBS 16

static struct job jobs[MAX_JOBS];
static struct termios terminal_state;

static const int ignored_signals[] = {SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};

static void on_interrupt(int number)
{
	(void) number;
	shell_interrupted = 1;
}

void job_begin(void)
{
	signal(SIGINT, on_interrupt);
	for (size_t i = 0; i < sizeof ignored_signals / sizeof *ignored_signals; i++)
		signal(ignored_signals[i], SIG_IGN);
	if (getpgrp() != getpid())
		setpgid(0, 0);
	shell.job_control = tcsetpgrp(0, getpgrp()) == 0;
	tcgetattr(0, &terminal_state);
}

static void describe(struct text *text, const struct node *node)
{
	static const char *const marks[] = {
		[NODE_PIPE] = " | ", [NODE_AND] = " && ", [NODE_OR] = " || "};

	switch (node->kind) {
	case NODE_COMMAND:
		for (struct word *word = node->words; word; word = word->next) {
			text_add_string(text, word->text);
			if (word->next)
				text_add(text, ' ');
		}
		return;
	case NODE_PIPE:
	case NODE_AND:
	case NODE_OR:
		describe(text, node->left);
		text_add_string(text, marks[node->kind]);
		describe(text, node->right);
		return;
	default:
		text_add_string(text, "(...)");
	}
}

struct job *job_new(const struct node *node)
{
	struct text text = {0};
	struct job *job = jobs;
	int number = 1;

	for (int i = 0; i < MAX_JOBS; i++)
		if (jobs[i].number >= number)
			number = jobs[i].number + 1;
	while (job < jobs + MAX_JOBS && job->number)
		job++;
	if (job == jobs + MAX_JOBS) {
		sh_message("jobs", "too many");
		return NULL;
	}
	memset(job, 0, sizeof *job);
	job->number = number;
	describe(&text, node);
	strncpy(job->text, text_end(&text), sizeof job->text - 1);
	return job;
}

static void begin_child(struct job *job, int foreground)
{
	if (shell.job_control) {
		setpgid(0, job->group);
		if (foreground)
			tcsetpgrp(0, getpgrp());
		for (size_t i = 0; i < sizeof ignored_signals / sizeof *ignored_signals; i++)
			signal(ignored_signals[i], SIG_DFL);
		signal(SIGINT, SIG_DFL);
	} else if (!foreground) {
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
	}
	memset(jobs, 0, sizeof jobs);
	shell.interactive = shell.job_control = 0;
}

pid_t job_fork(struct job *job, int foreground)
{
	pid_t pid;

	fflush(stdout);
	if (job->count == JOB_PROCESSES) {
		sh_message("pipe", "too many processes");
		return -1;
	}
	pid = fork();
	if (pid < 0) {
		sh_message("fork", strerror(errno));
		return -1;
	}
	if (pid == 0) {
		begin_child(job, foreground);
		return 0;
	}
	if (!job->group)
		job->group = pid;
	if (shell.job_control) {
		setpgid(pid, job->group);
		if (foreground)
			tcsetpgrp(0, job->group);
	}
	job->pids[job->count++] = pid;
	job->live++;
	return pid;
}

int status_of(int wait_status)
{
	if (WIFEXITED(wait_status))
		return WEXITSTATUS(wait_status);
	return 128 + (WIFSTOPPED(wait_status) ? WSTOPSIG(wait_status) : WTERMSIG(wait_status));
}

/* What ended a process by a signal, or NULL when that needs no words. */
static const char *end_of(int wait_status)
{
	static const char *const names[] = {
		[SIGQUIT] = "Quit",		 [SIGILL] = "Illegal instruction",
		[SIGTRAP] = "Trap",		 [SIGABRT] = "Aborted",
		[SIGFPE] = "Arithmetic error",	 [SIGKILL] = "Killed",
		[SIGSEGV] = "Segmentation fault", [SIGALRM] = "Alarm clock",
		[SIGTERM] = "Terminated",	 [SIGSTKFLT] = "Stack fault",
	};

	unsigned number = WTERMSIG(wait_status);

	if (WIFEXITED(wait_status) || number >= sizeof names / sizeof *names)
		return NULL;
	return names[number];
}

static void note_status(pid_t pid, int wait_status)
{
	for (struct job *job = jobs; job < jobs + MAX_JOBS; job++) {
		for (int i = 0; i < job->count; i++) {
			if (!job->number || job->pids[i] != pid)
				continue;
			if (WIFSTOPPED(wait_status)) {
				job->stopped = 1;
				job->status = wait_status;
				return;
			}
			job->live--;
			job->pids[i] = 0;
			if (i == job->count - 1)
				job->status = wait_status;
			return;
		}
	}
}

/* Takes one change of state. Answers whether there was one. */
static int take_change(int options)
{
	int wait_status;
	pid_t pid = waitpid(-1, &wait_status, options);

	if (pid <= 0)
		return pid < 0 && errno == EINTR && !(options & WNOHANG);
	note_status(pid, wait_status);
	return 1;
}

int job_wait(struct job *job)
{
	int status;

	while (job->live && !job->stopped)
		if (!take_change(shell.job_control ? WUNTRACED : 0))
			break;
	if (shell.job_control) {
		tcsetpgrp(0, getpgrp());
		if (job->stopped || !WIFEXITED(job->status))
			tcsetattr(0, TCSADRAIN, &terminal_state);
		else
			tcgetattr(0, &terminal_state);
	}
	status = status_of(job->status);
	if (job->stopped) {
		fprintf(stderr, "[%d] Stopped  %s\n", job->number, job->text);
		return status;
	}
	if (end_of(job->status))
		fprintf(stderr, "%s\n", end_of(job->status));
	if (shell.job_control && status == 128 + SIGINT)
		shell_interrupted = 1; /* ^C ends the loop around the program too */
	job->number = 0;
	return status;
}

int job_wait_for(pid_t pid)
{
	for (struct job *job = jobs; job < jobs + MAX_JOBS; job++) {
		for (int i = 0; i < job->count; i++) {
			int status;

			if (!job->number || (pid != -1 && job->pids[i] != pid))
				continue;
			while (job->live && !job->stopped && !shell_interrupted)
				if (!take_change(0))
					break;
			status = status_of(job->status);
			if (!job->live)
				job->number = 0;
			if (pid != -1)
				return status;
			break;
		}
	}
	return pid == -1 ? 0 : 127;
}

void job_report(void)
{
	while (take_change(WNOHANG | WUNTRACED))
		;
	for (struct job *job = jobs; job < jobs + MAX_JOBS; job++) {
		if (!job->number || job->live)
			continue;
		if (shell.interactive)
			fprintf(stderr, "[%d] %s  %s\n", job->number,
				end_of(job->status) ? end_of(job->status) : "Done", job->text);
		job->number = 0;
	}
}

int job_list(void)
{
	job_report();
	for (struct job *job = jobs; job < jobs + MAX_JOBS; job++)
		if (job->number)
			printf("[%d] %s  %d  %s\n", job->number,
			       job->stopped ? "Stopped" : "Running", (int) job->group, job->text);
	return 0;
}

static struct job *choose(const char *which)
{
	struct job *last = NULL;
	int number = which ? atoi(which + (*which == '%')) : 0;

	for (struct job *job = jobs; job < jobs + MAX_JOBS; job++) {
		if (!job->number || (number && job->number != number))
			continue;
		if (!last || job->number > last->number)
			last = job;
	}
	return last;
}

int job_continue(const char *which, int foreground)
{
	struct job *job = choose(which);

	if (!shell.job_control || !job) {
		sh_message(which ? which : "jobs", "no such job");
		return 1;
	}
	fprintf(stderr, "%s\n", job->text);
	if (foreground)
		tcsetpgrp(0, job->group);
	job->stopped = 0;
	kill(-job->group, SIGCONT);
	return foreground ? job_wait(job) : 0;
}
