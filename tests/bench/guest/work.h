#ifndef BENCH_WORK_H
#define BENCH_WORK_H

struct work {
    const char *name;
    unsigned (*unit)(void); /* the same work and the same checksum each time */
    int (*setup)(void);     /* once before; 0 = done */
};

unsigned fork_exit(void), fork_exec(void), pipe_ping_pong(void), fresh_heap(void);
unsigned file_copy(void), sort_megabyte(void), script_500(void);
int file_copy_setup(void), sort_megabyte_setup(void);

/* Runs a program with its output in a file (NULL: where it is); answers the exit status of wait. */
int run_program(char *const argv[], const char *output);

#endif
