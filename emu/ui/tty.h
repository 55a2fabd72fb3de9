#ifndef GLASS386_UI_TTY_H
#define GLASS386_UI_TTY_H

#include "base/error.h"
#include "base/types.h"

/* The one controlling terminal of the process. Whatever way the process ends or stops (return,
   exit, signal, crash, SIGTSTP), the terminal is as it was found. */

/* Puts standard input into raw mode: bytes come as typed, without echo. With `signals`, ^C and
   ^\ still raise their signals. `enter` and `leave` are written to standard output now, on the way
   out, and around a stop; they must be string constants. Does nothing when standard input is not a
   terminal. */
bool tty_raw(bool signals, const char *enter, const char *leave, struct error *error);

/* Back to how it was found. */
void tty_restore(void);

bool tty_is_raw(void);

/* True once after the process was stopped and continued: the screen must be drawn anew. */
bool tty_was_continued(void);

#endif
