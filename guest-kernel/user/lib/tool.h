/* What all utilities share: error messages of one shape and the walk over file arguments. */
#ifndef TOOL_H
#define TOOL_H

#include <stdio.h>

/* The last part of argv[0]. */
const char *tool_name(void);

/* Prints "name: subject: reason of errno" on stderr. Answers 1, the exit code that goes with it. */
int tool_error(const char *subject);

/* The same with a reason of its own. */
int tool_message(const char *subject, const char *reason);

/* Prints "usage: name ARGUMENTS" and exits with 2. */
void tool_usage(const char *arguments) __attribute__((noreturn));

/* Calls work(file, name) for each argument from argv[optind], or for stdin (named "-") if there is
   none. Files that cannot be opened are reported. Answers the exit code: the or of all answers. */
int tool_each_file(int argc, char *argv[], int (*work)(FILE *file, const char *name));

/* A number that fills the whole text, in C notation; anything else is reported and exits with 2. */
long tool_number(const char *text);

/* directory + "/" + last part of path, in a buffer that the next call reuses. */
const char *tool_join(const char *directory, const char *path);

/* The last part of a path, without trailing slashes counted. */
const char *tool_base(const char *path);

/* Whether the path leads to a directory. */
int tool_is_directory(const char *path);

/* Reads one line of any length without its newline; the caller frees it. NULL at the file's end. */
char *tool_read_line(FILE *file);

/* What the kernel says about a task, 0 being the caller. -1 with errno ESRCH when it is not there. */
struct taskinfo;
int tool_task(int pid, struct taskinfo *info);

/* Pages of the caller that have a frame. */
unsigned long tool_resident(void);

/* The command echo, for the program and for the shell. In the shell a broken pipe ends the loop that
   echoes, not one echo only. */
int tool_echo(int argc, char *argv[]);

#endif
