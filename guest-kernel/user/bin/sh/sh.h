/* The shell: input -> lex -> parse -> a tree of nodes -> run, which expands words, starts jobs. */
#ifndef SH_H
#define SH_H

#include <stddef.h>
#include <sys/types.h>

/* --- memory that lives as long as the command it was made for (arena.c) --- */

struct arena_mark {
	struct arena_chunk *chunk;
	size_t used;
};

void *arena_take(size_t size);
char *arena_copy(const char *text, size_t length);
struct arena_mark arena_mark(void);
void arena_release(struct arena_mark mark);
/* What was taken so far stays: a function's body outlives the line that defines it. */
void arena_pin(void);

/* A text that grows in the arena. */
struct text {
	char *bytes;
	size_t length, room;
};

void text_add(struct text *text, char c);
void text_add_string(struct text *text, const char *string);
/* The bytes with a NUL; never NULL. */
char *text_end(struct text *text);

/* --- the tree (parse.c) --- */

struct word {
	char *text; /* as typed, quotes and dollars included */
	struct word *next;
};

enum redirect_kind {
	REDIRECT_IN,	   /* < file */
	REDIRECT_OUT,	   /* > file */
	REDIRECT_APPEND,   /* >> file */
	REDIRECT_BOTH,	   /* <> file */
	REDIRECT_SAME,	   /* <& n and >& n */
	REDIRECT_DOCUMENT, /* << word: the lines that follow */
};

struct redirect {
	enum redirect_kind kind;
	int fd;
	char *target;
	int literal; /* a document whose word was quoted is not expanded */
	struct redirect *next;
};

enum node_kind {
	NODE_COMMAND,	 /* words, redirects */
	NODE_PIPE,	 /* left | right */
	NODE_AND,	 /* left && right */
	NODE_OR,	 /* left || right */
	NODE_NOT,	 /* ! left */
	NODE_SEQUENCE,	 /* left ; right */
	NODE_BACKGROUND, /* left & */
	NODE_SUBSHELL,	 /* ( left ) */
	NODE_GROUP,	 /* { left } */
	NODE_IF,	 /* if left; then right; else other */
	NODE_WHILE,	 /* while left; do right */
	NODE_UNTIL,
	NODE_FOR,	/* for name in words; do right */
	NODE_CASE,	/* case name in items */
	NODE_FUNCTION,	/* name() left */
};

struct case_item {
	struct word *patterns;
	struct node *body;
	struct case_item *next;
};

struct node {
	enum node_kind kind;
	struct node *left, *right, *other;
	struct word *words;
	struct redirect *redirects;
	char *name;
	int has_list; /* for: "in" was given */
	struct case_item *items;
};

enum parse_result { PARSE_COMMAND, PARSE_EMPTY, PARSE_END, PARSE_ERROR };

/* One complete command line, as many input lines as it needs. */
enum parse_result parse_line(struct node **node);

/* --- tokens (lex.c) --- */

enum token {
	TOKEN_END,
	TOKEN_NEWLINE,
	TOKEN_WORD,
	TOKEN_SEMICOLON,
	TOKEN_CASE_END, /* ;; */
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_BACKGROUND,
	TOKEN_PIPE,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_REDIRECT,
};

struct lexer {
	enum token token;
	char *word;			     /* TOKEN_WORD */
	enum redirect_kind redirect;	     /* TOKEN_REDIRECT, */
	int redirect_fd;		     /* its descriptor */
	struct redirect *documents;	     /* << whose lines are still to be read */
	const char *error;		     /* set once; from then on every token is TOKEN_END */
};

extern struct lexer lexer;

void lex_begin(void);
void lex_next(void);
void lex_fail(const char *reason);

/* --- where commands come from (input.c) --- */

struct input {
	struct input *previous;
	const char *string; /* or NULL: */
	int fd;
	int terminal;
	int position, count;
	int lines; /* read for the present command: 0 = prompt, else continuation prompt */
	char buffer[512];
};

void input_push_string(struct input *input, const char *string);
void input_push_file(struct input *input, int fd);
void input_pop(void);
/* The next character, or -1 at the end or when ^C came. */
int input_next(void);
void input_back(void);
void input_begin_command(void);
/* After ^C: forget the rest of the line. */
void input_discard(void);

/* --- a line from a terminal (edit.c) --- */

/* Whether the terminal understands what editing needs: one in line mode with echo, and not TERM=dumb. */
int edit_is_wanted(int fd);
/* Takes the terminal out of line mode: before the prompt, so that nothing typed at it is echoed twice. */
void edit_begin(int fd);
/* Reads a line and puts the terminal back; its bytes with the newline, 0 at the end of input, -1 when ^C came. */
int edit_read(int fd, char *bytes, int room);

/* --- words to arguments (expand.c, arith.c, glob.c) --- */

#define QUOTE_MARK '\001' /* stands before a character that was quoted */

/* All expansions with splitting and file names. */
struct word *expand_words(const struct word *words);
/* One text: no splitting, no file names. */
char *expand_text(const char *text);
/* The same with quote marks left in, for case. */
char *expand_pattern(const char *text);
/* A << document: only $ and backquotes count. */
char *expand_document(const char *text);
/* The value of an integer expression; a bad one is reported and counts as 0. */
long arithmetic(const char *text);
int pattern_matches(const char *pattern, const char *text);
/* Adds the names that match at the end of a list; answers how many there were. */
int glob_names(const char *pattern, struct word ***tail);

/* --- variables (var.c) --- */

void var_import(char **environment);
const char *var_get(const char *name);
void var_set(const char *name, const char *value);
void var_unset(const char *name);
void var_export(const char *name);
void var_list(int exported_only);
/* The array for execve, in the arena. */
char **var_environment(void);
/* The length of the name that the text begins with; 0 = none. */
size_t var_name_length(const char *text);
/* The length of the name when the word is NAME=value, else 0. */
size_t var_assignment(const char *word);

struct function {
	struct function *next;
	char *name;
	struct node *body;
};

/* --- running (run.c, job.c, redirect.c, builtin.c) --- */

struct shell {
	int interactive;
	int job_control;
	int status; /* $? */
	pid_t pid;  /* $$ */
	pid_t background; /* $! */
	char **arguments; /* arguments[0] = $0 */
	int argument_count; /* $# */
	int exit_on_error, trace;
	int conditions;	  /* depth of tests whose failure is no error */
	int loops;	  /* depth of running loops */
	int leave_loops;  /* break or continue: how many to leave */
	int resume_loop;  /* continue: the outermost of them goes on */
	int returning;
	struct function *functions;
};

extern struct shell shell;
extern volatile int shell_interrupted; /* ^C came while no child was in the foreground */

int run_node(struct node *node);
/* All of the present input. Answers the last status. */
int run_input(void);
int run_string(const char *string);
int run_file(const char *path);
/* Replaces the shell; does not come back. */
void run_exec(char **argv) __attribute__((noreturn));
char **word_array(const struct word *words, int *count);

struct saved_fd {
	struct saved_fd *next;
	int fd, copy; /* copy -1: it was closed */
};

/* Applies redirections in order; with `saved`, redirect_restore undoes them. Answers 0, or -1 after
   a message. */
int redirect_apply(const struct redirect *redirects, struct saved_fd **saved);
void redirect_restore(struct saved_fd *saved);

#define JOB_PROCESSES 16

struct job {
	int number; /* 0 = free */
	pid_t group;
	pid_t pids[JOB_PROCESSES];
	int live;    /* processes not yet gone */
	int count;
	int stopped;
	int status;  /* of the last process */
	char text[64];
};

/* Takes over the terminal of an interactive shell and its signals. */
void job_begin(void);
struct job *job_new(const struct node *node);
/* Forks a process into the job: 0 in the child, which has the right group and signals. */
pid_t job_fork(struct job *job, int foreground);
/* Waits for a foreground job to end or stop and answers its status. */
int job_wait(struct job *job);
/* Waits for a process or (-1) for all. */
int job_wait_for(pid_t pid);
/* Reports jobs that ended or stopped since the last prompt. */
void job_report(void);
int job_list(void);
int job_continue(const char *which, int foreground);
int status_of(int wait_status);

/* The command's function, or NULL. */
typedef int builtin(int argc, char **argv);
builtin *builtin_find(const char *name);

void sh_message(const char *subject, const char *reason);
void sh_exit(int status) __attribute__((noreturn));
void sh_prompt(int continued);

#endif
