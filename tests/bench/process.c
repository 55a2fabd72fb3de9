#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_MICROSECONDS 1000
#define TEXT_MAX 65536

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void command_add(struct command *command, const char *word)
{
    if (command->count < ARGUMENTS_MAX)
        command->words[command->count++] = word;
    command->words[command->count] = NULL;
}

static void redirect(int fd, const char *path, int flags)
{
    int file = open(path, flags, 0644);
    if (file >= 0 && file != fd) {
        dup2(file, fd);
        close(file);
    }
}

pid_t process_start(const struct command *command)
{
    const char *errors = command->errors ? command->errors : "/dev/null";
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    redirect(0, "/dev/null", O_RDONLY);
    redirect(1, errors, O_WRONLY | O_CREAT | O_TRUNC);
    dup2(1, 2);
    if (command->directory && chdir(command->directory) != 0)
        _exit(127);
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    setenv("SDL_AUDIODRIVER", "dummy", 1);
    execvp(command->words[0], (char *const *)command->words);
    _exit(127);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

struct usage process_wait(pid_t pid, double started, double timeout)
{
    struct usage usage = {0, 0, 0, 0, false};
    struct rusage resources;
    while (wait4(pid, &usage.status, WNOHANG, &resources) == 0) {
        if (!usage.timed_out && seconds_now() - started > timeout) {
            usage.timed_out = true;
            kill(pid, SIGKILL);
        }
        usleep(POLL_MICROSECONDS);
    }
    usage.wall = seconds_now() - started;
    usage.cpu = seconds_of(resources.ru_utime) + seconds_of(resources.ru_stime);
    usage.megabytes = (double)resources.ru_maxrss / 1024;
    return usage;
}

bool process_await_text(pid_t pid, const char *file, const char *text, double timeout)
{
    static char seen[TEXT_MAX];
    double end = seconds_now() + timeout;
    siginfo_t info;
    while (seconds_now() < end) {
        if (file_read_text(file, seen, sizeof seen) && strstr(seen, text))
            return true;
        info.si_pid = 0;
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid)
            return false;
        usleep(POLL_MICROSECONDS);
    }
    return false;
}

double process_cpu_now(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

bool file_read_text(const char *path, char *text, unsigned size)
{
    FILE *file = fopen(path, "rb");
    text[0] = 0;
    if (!file)
        return false;
    size_t length = fread(text, 1, size - 1, file);
    fclose(file);
    text[length] = 0;
    return true;
}
