/* Processes, pipes and the heap. */
#include "work.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FORKS 20
#define TURNS 200
#define HEAP (1024 * 1024)
#define PAGE 4096

int run_program(char *const argv[], const char *output)
{
    static char *const environment[] = {"PATH=/bin:/usr/bin", "HOME=/", NULL};
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        if (output) {
            int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);

            dup2(fd, 1);
            close(fd);
        }
        execve(argv[0], argv, environment);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return status;
}

unsigned fork_exit(void)
{
    unsigned sum = 0;

    for (int i = 0; i < FORKS; i++) {
        int status = 0;
        pid_t pid = fork();

        if (pid == 0)
            _exit(i);
        waitpid(pid, &status, 0);
        sum = sum * 3 + status;
    }
    return sum;
}

unsigned fork_exec(void)
{
    static char *const argv[] = {"/bin/true", NULL};
    unsigned sum = 1;

    for (int i = 0; i < FORKS; i++)
        sum = sum * 3 + run_program(argv, NULL);
    return sum;
}

static void answer(int from, int to)
{
    unsigned char byte;

    while (read(from, &byte, 1) == 1) {
        byte = byte * 5 + 1;
        write(to, &byte, 1);
    }
    _exit(0);
}

unsigned pipe_ping_pong(void)
{
    int there[2], back[2], status;
    unsigned char byte = 1;
    unsigned sum = 0;
    pid_t pid;

    if (pipe(there) < 0 || pipe(back) < 0)
        return 0;
    pid = fork();
    if (pid == 0) {
        close(there[1]);
        close(back[0]);
        answer(there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);
    for (int i = 0; i < TURNS; i++) {
        write(there[1], &byte, 1);
        read(back[0], &byte, 1);
        sum = sum * 3 + byte;
    }
    close(there[1]);
    close(back[0]);
    waitpid(pid, &status, 0);
    return sum;
}

/* A child, so that the pages are given back. */
unsigned fresh_heap(void)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        volatile char *heap = sbrk(HEAP);

        for (int i = 0; i < HEAP; i += PAGE)
            heap[i] = i / PAGE;
        _exit(heap[HEAP - PAGE] & 0x7f);
    }
    waitpid(pid, &status, 0);
    return status + 1;
}
