/* Who is typed at: standard input belongs to the serial line, the monitor or the display, and
   Ctrl-A leads from one to another. */
#include "app/session.h"

#include "app/exit_codes.h"
#include "machine/host.h"
#include "ui/tty.h"

#include <string.h>
#include <unistd.h>

#define CTRL_A 0x01
#define CTRL_C 0x03

#define SERIAL_HELP                                                                              \
    "\nCtrl-A x quits, Ctrl-A c switches between serial line and monitor, Ctrl-A h shows this, " \
    "Ctrl-A Ctrl-A sends Ctrl-A\n"
#define PLAIN_HELP "\nCtrl-A x quits, Ctrl-A h shows this, Ctrl-A Ctrl-A sends Ctrl-A\n"

/* The monitor shares standard input with the serial line or, while it is stopped, with the terminal
   display. */
static bool monitor_shares_stdio(const struct session *session)
{
    return session->serial.spec.monitor || session->ui->display == &display_terminal;
}

/* ---- the console ---- */

static bool console_at(struct session *session, int output, bool editing, struct error *error)
{
    struct monitor_console_config config = {.output = output, .editing = editing};
    session->console = monitor_console_open(session->monitor, &config, error);
    return session->console != NULL;
}

bool session_open_console(struct session *session, struct error *error)
{
    const struct channel_spec *spec = &session->options->monitor;
    channel_init(&session->control);
    if (spec->kind != CHANNEL_NULL && !channel_open(&session->control, "-monitor", spec, error))
        return false;
    bool stdio = spec->kind == CHANNEL_STDIO || monitor_shares_stdio(session);
    if (stdio &&
        !console_at(session, STDOUT_FILENO, isatty(STDOUT_FILENO) && session->terminal_in, error))
        return false;
    return true;
}

void session_close_console(struct session *session)
{
    if (session->console)
        monitor_console_close(session->console);
    session->console = NULL;
    channel_close(&session->control);
}

/* A console on a socket lives as long as its peer. */
static void follow_peer(struct session *session)
{
    if (session->control.listener < 0)
        return;
    if (session->console && session->control.input < 0) {
        monitor_console_close(session->console);
        session->console = NULL;
        session->control_held.count = 0;
    }
    if (!session->console && session->control.input >= 0 &&
        console_at(session, session->control.output, false, NULL))
        monitor_console_prompt(session->console);
}

bool session_has_controller(const struct session *session)
{
    if (session->ui->display != &display_none || session->control.listener >= 0 ||
        session->gdb_channel.listener >= 0)
        return true;
    if (session->serial.spec.monitor)
        return !session->serial.at_end || session->control_held.count;
    return session->console && (!session->control.at_end || session->control_held.count);
}

/* ---- focus ---- */

void session_focus_monitor(struct session *session)
{
    if (session->focus == FOCUS_MONITOR || !monitor_shares_stdio(session))
        return;
    if (session->focus == FOCUS_DISPLAY) {
        session->ui->display->suspend(session->ui, true);
        tty_raw(false, "", "", NULL);
    }
    session->focus = FOCUS_MONITOR;
}

static void focus_back(struct session *session)
{
    if (session->focus != FOCUS_MONITOR || !monitor_shares_stdio(session))
        return;
    session->focus = session->serial.spec.monitor ? FOCUS_SERIAL : FOCUS_DISPLAY;
    if (session->focus == FOCUS_DISPLAY)
        session->ui->display->suspend(session->ui, false);
}

/* ---- the monitor ---- */

static void act_on(struct session *session, enum monitor_result result)
{
    switch (result) {
    case MONITOR_OK:
    case MONITOR_ERROR:
        break;
    case MONITOR_RESUME:
        session->wait_for_stop = !session->terminal_in && session->control.listener < 0;
        session_resume(session);
        focus_back(session);
        if (!session->wait_for_stop && session->focus != FOCUS_SERIAL &&
            session->focus != FOCUS_DISPLAY)
            monitor_console_prompt(session->console);
        break;
    case MONITOR_STOP: /* the answer has said where it stands */
        session->running = false;
        session->stop = MACHINE_STOP_REQUEST;
        session_tell_gdb(session);
        monitor_console_prompt(session->console);
        break;
    case MONITOR_QUIT:
        session_end(session, session->exit_code);
        break;
    }
}

static void drop_front(struct held_input *held, size_t count)
{
    held->count -= count;
    memmove(held->bytes, held->bytes + count, held->count);
}

static void feed_console(struct session *session)
{
    struct held_input *held = &session->control_held;
    while (held->count && session->console && !session->ended &&
           !(session->wait_for_stop && session->running)) {
        size_t taken = 0;
        enum monitor_result result =
            monitor_console_feed(session->console, held->bytes, held->count, &taken);
        drop_front(held, taken);
        act_on(session, result);
        if (taken == 0)
            break;
    }
}

/* ---- standard input ---- */

static void hold(struct held_input *held, u8 byte)
{
    if (held->count < INPUT_HELD)
        held->bytes[held->count++] = byte;
}

static void show(const char *text)
{
    size_t length = strlen(text);
    if (write(STDERR_FILENO, text, length) < 0)
        return;
}

/* The display shows a machine that runs; the serial line may be looked at while the machine stands.
 */
static void switch_focus(struct session *session)
{
    if (session->focus != FOCUS_MONITOR) {
        session_focus_monitor(session);
        monitor_console_prompt(session->console);
    } else if (!session->running && session->ui->display == &display_terminal) {
        act_on(session, MONITOR_RESUME);
    } else {
        focus_back(session);
    }
}

static void prefix_byte(struct session *session, u8 byte, struct held_input *to)
{
    bool shared = session->serial.spec.monitor || session->focus == FOCUS_MONITOR;
    session->prefix = false;
    switch (byte) {
    case 'x':
    case 'x' & 0x1f:
        show("\n");
        session_end(session, session->exit_code);
        break;
    case 'h':
    case '?':
        show(shared ? SERIAL_HELP : PLAIN_HELP);
        break;
    case 'c':
        if (!shared)
            show("\nno monitor here: -serial mon:stdio shares this terminal with it\n");
        else
            switch_focus(session);
        break;
    case CTRL_A:
        hold(to, byte);
        break;
    default:
        break;
    }
}

/* Ctrl-A is taken from a person and from mon:stdio; a pipe's bytes pass as they are. */
static bool takes_prefix(const struct session *session)
{
    return session->terminal_in || session->serial.spec.monitor;
}

static void typed_byte(struct session *session, u8 byte)
{
    bool to_monitor = session->focus == FOCUS_MONITOR;
    bool second = session->serial2.spec.kind == CHANNEL_STDIO;
    struct held_input *line = second ? &session->serial2_held : &session->serial_held;
    struct held_input *to = to_monitor ? &session->control_held : line;
    if (session->prefix)
        prefix_byte(session, byte, to);
    else if (byte == CTRL_A && takes_prefix(session))
        session->prefix = true;
    else if (byte == CTRL_C && to_monitor && session->running && session->terminal_in)
        session_stop(session, "interrupted\n");
    else
        hold(to, byte);
}

static void read_channel(struct session *session, struct channel *channel, struct held_input *held)
{
    u8 bytes[512];
    size_t room = INPUT_HELD - held->count;
    if (room < sizeof bytes)
        return;
    size_t count = channel_read(channel, bytes, sizeof bytes);
    bool keyboard = channel->spec.kind == CHANNEL_STDIO;
    for (size_t i = 0; i < count; i++)
        if (keyboard)
            typed_byte(session, bytes[i]);
        else
            hold(held, bytes[i]);
}

/* While the terminal display lends standard input to the monitor, no channel reads it. */
static void read_lent_stdio(struct session *session)
{
    struct channel stdio;
    struct channel_spec spec = {.kind = CHANNEL_STDIO};
    if (session->focus != FOCUS_MONITOR || session->ui->display != &display_terminal)
        return;
    channel_open(&stdio, "-display terminal", &spec, NULL);
    read_channel(session, &stdio, &session->control_held);
    if (stdio.at_end)
        session_end(session, session->exit_code);
}

static void feed_line(struct session *session, unsigned line, struct held_input *held)
{
    if (held->count)
        drop_front(held, machine_serial_input(session->machine, line, held->bytes, held->count));
}

void session_poll_display(struct session *session)
{
    enum ui_event event = session->ui->display->poll(session->ui);
    if (event == UI_QUIT)
        session_end(session, session->exit_code);
    else if (event == UI_MONITOR && session->running)
        session_stop(session, NULL);
    else if (event == UI_MONITOR)
        session_resume(session);
    else if (event != UI_NOTHING)
        session_quick(session, event);
}

/* Takes a peer, and what it may say to a port that does not listen. */
static void drop_input(struct channel *channel)
{
    u8 bytes[64];
    while (channel_read(channel, bytes, sizeof bytes))
        continue;
}

void session_take_input(struct session *session)
{
    read_channel(session, &session->serial, &session->serial_held);
    read_channel(session, &session->serial2, &session->serial2_held);
    drop_input(&session->debugcon);
    read_channel(session, &session->control, &session->control_held);
    session_take_gdb(session);
    read_lent_stdio(session);
    follow_peer(session);
    feed_line(session, 0, &session->serial_held);
    feed_line(session, 1, &session->serial2_held);
    feed_console(session);
    if (!session->running && !session->ended && !session_has_controller(session))
        session_end(session, session->exit_code);
}
