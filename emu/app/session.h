#ifndef GLASS386_APP_SESSION_H
#define GLASS386_APP_SESSION_H

#include "app/channel.h"
#include "app/computer.h"
#include "app/options.h"
#include "app/pacing.h"
#include "monitor/monitor.h"
#include "ui/ui.h"

#include <stdio.h>

/* One interactive run: a computer, the display, the serial line, the monitor, and the loop that
   turns between them. */

/* Standard input can be typed at by one of these at a time. */
enum focus { FOCUS_NONE, FOCUS_SERIAL, FOCUS_MONITOR, FOCUS_DISPLAY };

#define INPUT_HELD 4096u

/* Bytes that were read and wait until somebody takes them. */
struct held_input {
    size_t count;
    u8 bytes[INPUT_HELD];
};

struct gdb;
struct timeline;

struct session {
    const struct options *options;
    struct computer computer;
    struct machine *machine; /* computer.machine */
    struct log log;
    FILE *log_file;

    struct channel serial, serial2, debugcon, gdb_channel,
        control; /* control: the monitor's, unless it shares the serial's */
    struct held_input serial_held, serial2_held, control_held;

    struct monitor *monitor;
    struct monitor_console *console; /* null while nobody is connected */
    bool wait_for_stop;              /* a piped "continue": the next line waits for the stop */

    struct timeline *timeline;
    struct text_out recording; /* of -replay */
    FILE *record_file;         /* null without -record */
    bool misfit;               /* the recording was made on another machine */

    struct gdb *gdb; /* null without -gdb */
    bool gdb_here;   /* a peer is connected */

    struct ui *ui;
    enum focus focus;
    bool terminal_in, prefix; /* standard input is a terminal; its Ctrl-A was typed */

    struct pacing pacing;
    u64 limit;               /* tick at which -timeout or -max-insns ends the run */
    u64 frame_tick;          /* where the next frame can be taken */
    bool at_frame;           /* the last slice ended there */
    u64 drawn_at, poll_due;  /* host nanoseconds */
    u64 keep_tick, keep_due; /* when the next moment is remembered: guest tick, host nanoseconds */
    bool running, ended;
    enum machine_stop stop; /* why it stopped last */
    unsigned host_errors;   /* of disks; the first ones are shown */
    int exit_code;
};

/* Runs until something ends it; the process's exit code. */
int session_run(const struct options *options);

/* ---- between the session's own files ---- */

/* The pictures that a display can show beside the guest's. */
struct ui_side session_side(struct session *session);

void session_end(struct session *session, int exit_code);
void session_stop(struct session *session, const char *note); /* note may be null */
void session_resume(struct session *session);

/* session_console.c: standard input and the monitor. */
bool session_open_console(struct session *session, struct error *error);
void session_close_console(struct session *session);
void session_take_input(struct session *session);
void session_poll_display(struct session *session);
/* Standard input becomes the monitor's, when the monitor shares it with the serial line or the
 * display. */
void session_focus_monitor(struct session *session);
/* A person (or a pipe) could make a stopped machine go on. */
bool session_has_controller(const struct session *session);

/* session_quick.c: what the window's keys save, load and go back to. */
void session_quick(struct session *session, enum ui_event event);

/* session_timeline.c: before the machine is built, after, and at the end. */
bool session_prepare_timeline(struct session *session, struct options *options,
                              struct error *error);
bool session_open_timeline(struct session *session, struct error *error);
void session_close_timeline(struct session *session);
void session_keep_moment(struct session *session);     /* now and then, between two slices */
u64 session_replay_end(const struct session *session); /* CLOCK_NEVER without -replay */
/* The machine came back: a replay may be over, well or not. */
void session_check_replay(struct session *session, enum machine_stop stop);

/* session_gdb.c */
bool session_open_gdb(struct session *session, struct error *error);
void session_close_gdb(struct session *session);
void session_take_gdb(struct session *session);
/* The machine has stopped: gdb, if it waits for that, hears why. */
void session_tell_gdb(struct session *session);

#endif
