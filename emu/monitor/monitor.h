#ifndef GLASS386_MONITOR_MONITOR_H
#define GLASS386_MONITOR_MONITOR_H

#include "base/error.h"
#include "base/text_out.h"
#include "base/types.h"
#include "machine/machine.h"

/* The monitor: one line in, text out, no descriptor and no terminal of its own. The interactive
   front end (struct monitor_console) turns bytes into lines; whoever owns the terminal or the
   socket feeds it. */

struct machine;
struct monitor;

enum monitor_result {
    MONITOR_OK,     /* done; the text is the answer */
    MONITOR_ERROR,  /* the text is one line that says what was wrong */
    MONITOR_RESUME, /* the machine shall run (until a breakpoint or a stop) */
    MONITOR_STOP,   /* the machine shall stop and stay stopped */
    MONITOR_QUIT,   /* the emulator shall end */
};

/* Null when the host has no memory. The machine outlives the monitor. */
struct monitor *monitor_create(struct machine *machine);
void monitor_destroy(struct monitor *monitor);

/* Executes one line and appends its answer to `out`. Called between two machine_run(); commands
   that step run the machine themselves. */
enum monitor_result monitor_execute(struct monitor *monitor, const char *line,
                                    struct text_out *out);

/* The breakpoints, which gdb and scripts share with the monitor. */
struct breakpoints;
struct breakpoints *monitor_breakpoints(struct monitor *monitor);

/* The past that goto and reverse-step go back to; without it they answer that there is none. */
struct timeline;
void monitor_set_timeline(struct monitor *monitor, struct timeline *timeline);

/* One instruction back, or back to the last moment at which a breakpoint stops; without one to the
   beginning. `*stop` is why it stands there, the breakpoint's hit to be taken as after a run. */
enum monitor_back { MONITOR_BACK_THERE, MONITOR_BACK_BEGINNING, MONITOR_BACK_FAILED };
enum monitor_back monitor_go_back(struct monitor *monitor, bool step, enum machine_stop *stop,
                                  struct error *error);

/* Where `log` switches classes; without it the command answers that there is none. */
struct log;
void monitor_set_log(struct monitor *monitor, struct log *log);

/* How `screendump` writes a picture; without it the command answers that there is no way to. */
typedef bool monitor_screenshot(const struct machine *machine, const char *path,
                                struct error *error);
void monitor_set_screenshot(struct monitor *monitor, monitor_screenshot *write);

/* How `draw` writes the 0x00RRGGBB words of a PNG; without it there are only SVGs. */
typedef bool monitor_picture(const char *path, const u32 *pixels, u32 width, u32 height,
                             struct error *error);
void monitor_set_picture(struct monitor *monitor, monitor_picture *write);

/* The picture that `draw` makes of "slots", "pdir" or "phys"; false with the reason when there is
   none. The caller frees it either way. */
struct picture;
bool monitor_draw(struct monitor *monitor, const char *what, struct picture *picture,
                  struct error *error);

/* Names for addresses, as nm prints them ("00001234 T name" lines): what `symbols FILE` reads. */
bool monitor_set_symbols(struct monitor *monitor, const char *text, size_t length,
                         struct error *error);

/* The machine came to a stop that the monitor did not cause itself (breakpoint, triple fault, a
   key): appends the line that says where it stands, such as the next instruction, for the console
   to show. After it MONITOR_RESUME continues past a breakpoint at CS:EIP. */
void monitor_describe_stop(struct monitor *monitor, struct text_out *out);

/* One person (or pipe) at a prompt. */
struct monitor_console;

struct monitor_console_config {
    int output;   /* descriptor that prompt, echo and answers are written to */
    bool editing; /* output is a terminal: line editing, history and completion by libedit */
};

struct monitor_console *monitor_console_open(struct monitor *monitor,
                                             const struct monitor_console_config *config,
                                             struct error *error);
void monitor_console_close(struct monitor_console *console);

/* Shows the prompt (with the line typed so far), or a text such as where the machine stopped and
   then the prompt. */
void monitor_console_prompt(struct monitor_console *console);
void monitor_console_show(struct monitor_console *console, const char *text);

/* Takes typed bytes and executes each line as it ends. Returns after the first line whose result is
   not MONITOR_OK or MONITOR_ERROR, with *taken bytes used (the rest is for later), or with
   MONITOR_OK when all are taken. The owner of a terminal has put its input into raw mode (no echo,
   carriage return ends a line as line feed does); its output processing stays on, so that "\n" is
   enough. */
enum monitor_result monitor_console_feed(struct monitor_console *console, const void *bytes,
                                         size_t count, size_t *taken);

#endif
