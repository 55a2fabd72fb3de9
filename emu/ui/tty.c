/* Signal handlers and atexit functions get no argument: this file's static state is the terminal.
 */
#include "ui/tty.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct {
    struct termios found, raw;
    const char *enter, *leave;
    volatile sig_atomic_t active, continued;
    bool installed;
} tty;

/* Signals that end the process; each may have a handler of its own already, which runs afterwards.
 */
static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGPIPE};
static struct sigaction earlier[ARRAY_COUNT(fatal_signals)];

static void put(const char *text)
{
    size_t length = strlen(text);
    while (length) {
        ssize_t count = write(STDOUT_FILENO, text, length);
        if (count <= 0)
            return;
        text += count;
        length -= (size_t)count;
    }
}

/* Only calls that are safe in a signal handler. */
void tty_restore(void)
{
    if (!tty.active)
        return;
    tty.active = 0;
    put(tty.leave);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &tty.found);
}

static void enter_raw(void)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &tty.raw);
    put(tty.enter);
    tty.active = 1;
}

/* The earlier handler is put back and the signal comes again when this one returns. */
static void on_fatal(int number)
{
    int saved = errno;
    tty_restore();
    for (unsigned i = 0; i < ARRAY_COUNT(fatal_signals); i++)
        if (fatal_signals[i] == number)
            sigaction(number, &earlier[i], NULL);
    raise(number);
    errno = saved;
}

static void on_stop(int number)
{
    int saved = errno;
    (void)number;
    bool was_active = tty.active;
    tty_restore();
    raise(SIGSTOP);
    if (was_active)
        enter_raw();
    tty.continued = 1;
    errno = saved;
}

static void install(void)
{
    if (tty.installed)
        return;
    tty.installed = true;
    atexit(tty_restore);
    struct sigaction action = {.sa_handler = on_fatal};
    sigemptyset(&action.sa_mask);
    for (unsigned i = 0; i < ARRAY_COUNT(fatal_signals); i++) {
        sigaction(fatal_signals[i], NULL, &earlier[i]);
        if (earlier[i].sa_handler != SIG_IGN)
            sigaction(fatal_signals[i], &action, NULL);
    }
    action.sa_handler = on_stop;
    action.sa_flags = SA_RESTART;
    sigaction(SIGTSTP, &action, NULL);
}

bool tty_raw(bool signals, const char *enter, const char *leave, struct error *error)
{
    if (!isatty(STDIN_FILENO))
        return true;
    tty_restore();
    if (tcgetattr(STDIN_FILENO, &tty.found) != 0)
        return error_set(error, "terminal: its mode cannot be read: %s", strerror(errno));
    tty.raw = tty.found;
    cfmakeraw(&tty.raw);
    tty.raw.c_cc[VMIN] = 1;
    tty.raw.c_cc[VTIME] = 0;
    if (signals)
        tty.raw.c_lflag |= ISIG;
    tty.raw.c_oflag = tty.found.c_oflag; /* other writers (stderr) keep their line ends */
    tty.enter = enter;
    tty.leave = leave;
    install();
    enter_raw();
    return true;
}

bool tty_is_raw(void)
{
    return tty.active;
}

bool tty_was_continued(void)
{
    bool continued = tty.continued;
    tty.continued = 0;
    return continued;
}
