#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#define ARGUMENTS_MAX 40

/* A command line that owns nothing: the strings live elsewhere, or in `text`. */
struct command {
    const char *words[ARGUMENTS_MAX + 1];
    unsigned count;
    const char *directory; /* to run in; null: here */
    const char *errors;    /* file for standard output and error; null: thrown away */
};

struct usage {
    double cpu, wall; /* seconds; cpu = user + system of the process and its children */
    double megabytes; /* largest resident set */
    int status;       /* of wait */
    bool timed_out;
};

void command_add(struct command *command, const char *word);

/* Starts the command with no input; -1 on failure. */
pid_t process_start(const struct command *command);

/* Waits for its end, at most so many seconds, then kills it. */
struct usage process_wait(pid_t pid, double started, double timeout);

/* Waits until the file contains the text; false when the process ends or time runs out first.
   Does not reap the process. */
bool process_await_text(pid_t pid, const char *file, const char *text, double timeout);

/* CPU seconds that a running process has used. */
double process_cpu_now(pid_t pid);

double seconds_now(void); /* monotonic */

/* The first `size - 1` bytes of a file as a string; false when there is none. */
bool file_read_text(const char *path, char *text, unsigned size);

#endif
