#include "app/session.h"

#include "app/exit_codes.h"
#include "app/signals.h"
#include "bios/embedded_bios.h"
#include "debug/report.h"
#include "ui/png.h"
#include "ui/tty.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST_ERRORS_SHOWN 5u
#define MILLISECOND 1000000u
#define SLICE_NS (8u * MILLISECOND)    /* guest time between two looks at the host */
#define FRAME_NS (12u * MILLISECOND)   /* host time between two drawn frames, at least */
#define CATCH_UP_NS (4u * MILLISECOND) /* the same of a guest that keeps to host time */
#define POLL_NS (8u * MILLISECOND)     /* between two looks at keys and mouse, at least */
#define FRESH_NS (2u * MILLISECOND)    /* keys seen so lately are new enough for a slice */
#define REDRAW_NS (50u * MILLISECOND)  /* without a frame of a slow or stopped guest */
#define STOPPED_WAIT_NS (1000u * MILLISECOND)

static void complain(const char *text)
{
    fprintf(stderr, "glass386: %s\n", text);
}

static u64 guest_ns(const struct session *session)
{
    return clock_ticks_to_ns(&session->machine->clock, clock_now(&session->machine->clock));
}

/* ---- states ---- */

void session_end(struct session *session, int exit_code)
{
    if (!session->ended)
        session_tell_gdb(session);
    session->ended = true;
    session->exit_code = exit_code;
}

void session_resume(struct session *session)
{
    session->running = true;
    session->exit_code = EXIT_POWER_OFF;
    pacing_start(&session->pacing, guest_ns(session));
}

void session_stop(struct session *session, const char *note)
{
    struct text_out text = TEXT_OUT_EMPTY;
    bool prompt_stands = session->running && !session->wait_for_stop;
    session->running = false;
    session->wait_for_stop = false;
    session_tell_gdb(session);
    if (session->console) {
        session_focus_monitor(session);
        text_out_format(&text, "%s%s", prompt_stands ? "\n" : "", note ? note : "");
        monitor_describe_stop(session->monitor, &text);
        monitor_console_show(session->console, text_out_text(&text));
    }
    text_out_free(&text);
}

/* ---- running ---- */

static void triple_fault(struct session *session)
{
    struct text_out text = TEXT_OUT_EMPTY;
    report_triple_fault(session->machine, &text);
    session->exit_code = EXIT_TRIPLE_FAULT;
    if (session->gdb_here || (session->console && session->terminal_in)) {
        session_stop(session, text_out_text(&text));
    } else {
        tty_restore();
        fputs(text_out_text(&text), stderr);
        session_end(session, EXIT_TRIPLE_FAULT);
    }
    text_out_free(&text);
}

static void limit_reached(struct session *session)
{
    char text[120];
    snprintf(text, sizeof text, "stopped after %.6f guest seconds, %llu instructions: the limit",
             (double)guest_ns(session) / 1e9,
             (unsigned long long)clock_now(&session->machine->clock));
    tty_restore();
    complain(text);
    session_end(session, EXIT_LIMIT);
}

static u64 earlier(u64 a, u64 b)
{
    return a < b ? a : b;
}

/* With somebody watching, a slice ends where a frame may be taken. */
static u64 frame_or_slice_end(struct session *session)
{
    const struct clock *clock = &session->machine->clock;
    u64 end = clock_now(clock) + clock_ns_to_ticks(clock, SLICE_NS);
    if (session->ui->display == &display_none)
        return end;
    if (session->frame_tick <= clock_now(clock) || session->frame_tick > end * 2)
        session->frame_tick = machine_next_frame(session->machine);
    return earlier(end, session->frame_tick);
}

static void run_slice(struct session *session)
{
    struct clock *clock = &session->machine->clock;
    u64 until = frame_or_slice_end(session);
    until = earlier(until, earlier(session->limit, session_replay_end(session)));
    enum machine_stop stop = machine_run(session->machine, until);
    session->at_frame = clock_now(clock) == session->frame_tick;
    pacing_slice(&session->pacing, session->machine->cpu.halted);
    session->stop = stop;
    session_check_replay(session, stop);
    if (session->ended)
        return;
    switch (stop) {
    case MACHINE_STOP_TIME:
        if (clock_now(clock) >= session->limit)
            limit_reached(session);
        break;
    case MACHINE_STOP_BREAK:
    case MACHINE_STOP_REQUEST:
        session_stop(session, NULL);
        break;
    case MACHINE_STOP_POWER_OFF:
        session_end(session, EXIT_POWER_OFF);
        break;
    case MACHINE_STOP_EXIT:
        session_end(session, session->machine->exit_code);
        break;
    case MACHINE_STOP_TRIPLE_FAULT:
        triple_fault(session);
        break;
    }
}

/* ---- the host ---- */

static void flush_channels(struct session *session)
{
    peripherals_flush(&session->computer.peripherals);
    struct channel *channels[] = {&session->serial, &session->serial2, &session->debugcon,
                                  &session->gdb_channel, &session->control};
    for (unsigned i = 0; i < ARRAY_COUNT(channels) && !session->ended; i++)
        if (!channel_flush(channels[i])) {
            complain(channels[i]->error.text);
            session_end(session, EXIT_HOST_IO);
        }
}

/* A whole frame of a running guest, or what there is when none comes. */
static bool draw_now(const struct session *session, u64 now)
{
    u64 since = now - session->drawn_at;
    u64 least = session->pacing.pace == PACE_REAL ? CATCH_UP_NS : FRAME_NS;
    return (session->at_frame && session->running ? since >= least : since >= REDRAW_NS) ||
           (!session->running && since >= FRAME_NS);
}

/* Unless it was done within the last `since` nanoseconds. */
static void poll_display(struct session *session, u64 since)
{
    u64 now = pacing_host_ns();
    if (session->ended || now + POLL_NS < session->poll_due + since)
        return;
    session_poll_display(session);
    session->poll_due = now + POLL_NS;
}

/* Keys, then the picture. */
static void serve_display(struct session *session)
{
    poll_display(session, POLL_NS);
    u64 now = pacing_host_ns();
    if (session->ended || !draw_now(session, now))
        return;
    struct ui_status status = {session->running, session->pacing.speed};
    session->ui->display->draw(session->ui, &status);
    session->drawn_at = now;
}

/* Sleeps until `ns` have passed, the display is to be looked at or somebody types. */
static void wait_for_host(struct session *session, u64 ns)
{
    u64 now = pacing_host_ns();
    u64 poll_wait = now < session->poll_due ? session->poll_due - now : 0;
    const int descriptors[] = {channel_descriptor(&session->serial),
                               channel_descriptor(&session->serial2),
                               channel_descriptor(&session->debugcon),
                               channel_descriptor(&session->control),
                               channel_descriptor(&session->gdb_channel),
                               session->focus == FOCUS_MONITOR ? STDIN_FILENO : -1};
    struct pollfd set[ARRAY_COUNT(descriptors)];
    bool full = session->serial_held.count > INPUT_HELD / 2;
    for (unsigned i = 0; i < ARRAY_COUNT(set); i++)
        set[i] = (struct pollfd){full ? -1 : descriptors[i], POLLIN, 0};
    if (session->ui->display != &display_none && ns > poll_wait)
        ns = poll_wait;
    poll(set, ARRAY_COUNT(set), (int)((ns + MILLISECOND - 1) / MILLISECOND));
}

static void turn(struct session *session)
{
    session_take_input(session);
    u64 wait = STOPPED_WAIT_NS;
    if (session->running && !session->ended) {
        wait = pacing_wait(&session->pacing, guest_ns(session));
        if (wait < MILLISECOND / 2) {
            poll_display(session, FRESH_NS); /* what was typed since comes into this slice */
            wait = 0;
        }
    }
    if (!wait && session->running && !session->ended)
        run_slice(session), session_keep_moment(session);
    flush_channels(session);
    serve_display(session);
    if (wait && !session->ended)
        wait_for_host(session, wait);
    if (signals_pending())
        session_end(session, EXIT_POWER_OFF);
}

/* ---- setting up ---- */

static void write_log(void *context, enum log_class class, const char *line)
{
    fprintf(context, "[%s] %s\n", log_class_name(class), line);
}

static bool open_log(struct session *session, struct error *error)
{
    const char *path = session->options->log;
    session->log_file = path ? fopen(path, "w") : stderr;
    if (!session->log_file)
        return error_set(error, "-log: %.200s: cannot be written: %s", path, strerror(errno));
    session->log = (struct log){session->options->trace, write_log, session->log_file};
    return true;
}

/* Outputs are emptied when opened: none may be a medium or the firmware. */
static bool output_is_input(const struct options *options, const char *path)
{
    const char *const inputs[] = {options->disks[MACHINE_HDA].path,
                                  options->disks[MACHINE_HDB].path,
                                  options->disks[MACHINE_HDC].path,
                                  options->disks[MACHINE_HDD].path,
                                  options->disks[MACHINE_FDA].path,
                                  options->disks[MACHINE_FDB].path,
                                  options->cdrom.path,
                                  options->images[0].path,
                                  options->images[1].path,
                                  options->images[2].path,
                                  options->images[3].path,
                                  options->bios,
                                  options->vgabios,
                                  options->disk_save,
                                  options->restore};
    struct stat output, input;
    if (stat(path, &output) != 0 || !S_ISREG(output.st_mode))
        return false;
    for (unsigned i = 0; i < ARRAY_COUNT(inputs); i++)
        if (inputs[i] && inputs[i][0] && stat(inputs[i], &input) == 0 &&
            input.st_dev == output.st_dev && input.st_ino == output.st_ino)
            return true;
    return false;
}

static bool check_outputs(const struct options *options, struct error *error)
{
    const struct {
        const char *option, *path;
    } outputs[] = {
        {"-serial", options->serial.kind == CHANNEL_FILE ? options->serial.path : NULL},
        {"-serial", options->serial2.kind == CHANNEL_FILE ? options->serial2.path : NULL},
        {"-parallel", options->parallel},
        {"-audio", options->wav},
        {"-capture", options->capture},
        {"-debugcon", options->debugcon.kind == CHANNEL_FILE ? options->debugcon.path : NULL},
        {"-log", options->log},
        {"-record", options->record},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(outputs); i++)
        if (outputs[i].path && output_is_input(options, outputs[i].path))
            return error_set(error, "%s: %.200s: expected another file than the one that is read",
                             outputs[i].option, outputs[i].path);
    return true;
}

/* Standard input has one reader. */
static bool check_stdio(const struct options *options, struct error *error)
{
    const char *users[5];
    unsigned count = 0;
    if (options->serial.kind == CHANNEL_STDIO)
        users[count++] = "-serial stdio";
    if (options->serial2.kind == CHANNEL_STDIO)
        users[count++] = "-serial stdio";
    if (options->monitor.kind == CHANNEL_STDIO)
        users[count++] = "-monitor stdio";
    if (options->debugcon.kind == CHANNEL_STDIO)
        users[count++] = "-debugcon stdio";
    if (options->display && strcmp(options->display, "terminal") == 0)
        users[count++] = "-display terminal";
    return count < 2 || error_set(error, "%s: standard input and output are already used by %s",
                                  users[1], users[0]);
}

static bool stdio_taken(const struct options *options)
{
    return options->serial.kind == CHANNEL_STDIO || options->serial2.kind == CHANNEL_STDIO ||
           options->monitor.kind == CHANNEL_STDIO || options->debugcon.kind == CHANNEL_STDIO;
}

/* The display asked for, or the first one that can be opened here. */
static bool open_display(struct session *session, struct error *error)
{
    const struct options *options = session->options;
    const struct ui_settings settings = {embedded_font8x16, options->display_aspect,
                                         options->display_full_screen, session_side(session)};
    if (options->display) {
        const struct display *display = display_named(options->display);
        session->ui = display->open(session->machine, &settings, error);
        return session->ui != NULL;
    }
    for (unsigned i = 0; i < display_count && !session->ui; i++) {
        bool barred = displays[i] == &display_terminal && stdio_taken(options);
        if (!barred && displays[i]->available())
            session->ui = displays[i]->open(session->machine, &settings, error);
    }
    return session->ui != NULL;
}

/* -monitor stdio is the default beside a window when somebody sits at a terminal. */
static bool choose_monitor(struct session *session, struct options *options)
{
    const struct display *display = session->ui->display;
    if (!options->monitor_given && session->terminal_in && display->paced &&
        display != &display_terminal && !stdio_taken(options))
        options->monitor.kind = CHANNEL_STDIO;
    return true;
}

static bool prepare_terminal(struct session *session, struct error *error)
{
    const struct options *options = session->options;
    bool serial = options->serial.kind == CHANNEL_STDIO || options->serial2.kind == CHANNEL_STDIO;
    session->focus = session->ui->display == &display_terminal ? FOCUS_DISPLAY
                     : serial                                  ? FOCUS_SERIAL
                     : options->monitor.kind == CHANNEL_STDIO  ? FOCUS_MONITOR
                                                               : FOCUS_NONE;
    if (session->focus == FOCUS_DISPLAY || session->focus == FOCUS_NONE)
        return true;
    bool plain = session->focus == FOCUS_SERIAL && !options->serial.monitor;
    return tty_raw(plain, "", "", error);
}

static void choose_pace(struct session *session)
{
    const struct options *options = session->options;
    enum pace pace = session->ui->display->paced ? PACE_REAL : PACE_IDLE;
    if (options->speed == SPEED_REAL)
        pace = PACE_REAL;
    else if (options->speed == SPEED_MAX)
        pace = PACE_MAX;
    else if (pace == PACE_IDLE && session->limit != CLOCK_NEVER)
        pace = PACE_MAX;
    session->pacing.pace = pace;
}

static void choose_limit(struct session *session)
{
    const struct options *options = session->options;
    const struct clock *clock = &session->machine->clock;
    u64 time = options->timeout_ns ? clock_ns_to_ticks(clock, options->timeout_ns) : CLOCK_NEVER;
    u64 count = options->limit_ticks ? options->limit_ticks : CLOCK_NEVER;
    session->limit = time < count ? time : count;
}

static bool open_monitor(struct session *session, struct error *error)
{
    session->monitor = monitor_create(session->machine);
    if (!session->monitor)
        return error_set(error, "out of memory for the monitor");
    monitor_set_screenshot(session->monitor, png_write_frame);
    monitor_set_picture(session->monitor, png_write);
    monitor_set_log(session->monitor, &session->log);
    if (computer_is_built_in(session->options))
        computer_name_addresses(session->monitor);
    return session_open_console(session, error);
}

/* Port E9h only sends. */
static bool open_debugcon(struct session *session, struct error *error)
{
    const struct channel_spec *spec = &session->options->debugcon;
    if (!channel_open(&session->debugcon, "-debugcon", spec, error))
        return false;
    if (spec->kind == CHANNEL_STDIO)
        session->debugcon.input = -1;
    return true;
}

/* The guest goes on with a bad sector, and its user is told why. */
static void disk_failed(void *context, const struct error *error)
{
    struct session *session = context;
    if (session->host_errors++ < HOST_ERRORS_SHOWN)
        complain(error->text);
}

static bool open_all(struct session *session, struct options *options, struct error *error)
{
    struct computer_wiring wiring = {
        .serial = {channel_put, &session->serial},
        .serial2 = {channel_put, &session->serial2},
        .debugcon = {channel_put, &session->debugcon},
        .host_error = {disk_failed, session},
        .log = &session->log,
    };
    session->options = options;
    session->terminal_in = isatty(STDIN_FILENO);
    channel_init(&session->serial);
    channel_init(&session->serial2);
    channel_init(&session->debugcon);
    channel_init(&session->control);
    channel_init(&session->gdb_channel);
    if (!check_stdio(options, error) || !check_outputs(options, error) ||
        !session_prepare_timeline(session, options, error) ||
        !computer_build(&session->computer, options, &wiring, error))
        return false;
    session->machine = session->computer.machine;
    return open_log(session, error) &&
           channel_open(&session->serial, "-serial", &options->serial, error) &&
           channel_open(&session->serial2, "-serial", &options->serial2, error) &&
           open_debugcon(session, error) && open_display(session, error) &&
           choose_monitor(session, options) && prepare_terminal(session, error) &&
           open_monitor(session, error) && session_open_timeline(session, error) &&
           session_open_gdb(session, error);
}

static void close_all(struct session *session)
{
    struct error error;
    session_close_gdb(session);
    session_close_timeline(session);
    session_close_console(session);
    if (session->monitor)
        monitor_destroy(session->monitor);
    channel_close(&session->serial);
    channel_close(&session->serial2);
    channel_close(&session->debugcon);
    if (session->ui)
        session->ui->display->close(session->ui);
    tty_restore();
    if (!computer_free(&session->computer, &error)) {
        complain(error.text);
        session->exit_code = EXIT_HOST_IO;
    }
    if (session->log_file && session->log_file != stderr)
        fclose(session->log_file);
}

static void greet(const struct session *session)
{
    if (!session->terminal_in || session->ui->display == &display_terminal)
        return;
    if (session->focus == FOCUS_SERIAL)
        complain("COM1 is this terminal; Ctrl-A x quits, Ctrl-A h helps");
    else if (session->focus == FOCUS_NONE && session->ui->display == &display_none)
        complain("running without a display; Ctrl-C ends (-serial stdio gives a shell here)");
}

static void run(struct session *session)
{
    greet(session);
    choose_limit(session);
    choose_pace(session);
    if (session->options->start_stopped)
        session_stop(session, NULL);
    else
        session_resume(session);
    if (!session->running && !session_has_controller(session)) {
        complain("-S: expected -monitor or a display beside it, or the machine could never start");
        session_end(session, EXIT_USAGE);
    } else if (session->running && session->focus == FOCUS_MONITOR && session->console) {
        monitor_console_prompt(session->console);
    }
    while (!session->ended)
        turn(session);
}

int session_run(const struct options *given)
{
    struct error error = {""};
    struct options options = *given;
    struct session *session = calloc(1, sizeof *session);
    if (!session) {
        complain("out of memory");
        return EXIT_INTERNAL;
    }
    signals_install();
    if (open_all(session, &options, &error)) {
        run(session);
    } else {
        tty_restore();
        complain(error.text);
        session->exit_code = session->misfit ? EXIT_MISMATCH : EXIT_USAGE;
    }
    close_all(session);
    int exit_code = session->exit_code;
    if (session->host_errors && exit_code == EXIT_POWER_OFF)
        exit_code = EXIT_HOST_IO;
    free(session);
    if (signals_pending())
        signals_die(signals_pending());
    return exit_code;
}
