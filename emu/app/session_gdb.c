/* gdb at the other end of a socket: a connection stops the machine, its end lets it go on. */
#include "app/session.h"

#include "app/exit_codes.h"
#include "gdb/gdb.h"
#include "snapshot/timeline.h"

#include <poll.h>
#include <string.h>

#define PEER_PATIENCE_MS 2000 /* for one that does not read */

static void put(void *context, const void *bytes, size_t count)
{
    struct session *session = context;
    struct channel *channel = &session->gdb_channel;
    const u8 *from = bytes;
    for (size_t i = 0; i < count; i++) {
        if (channel->count == CHANNEL_BUFFER && !channel_flush(channel))
            return;
        struct pollfd room = {channel->output, POLLOUT, 0};
        if (channel->count == CHANNEL_BUFFER && channel->output >= 0)
            poll(&room, 1, PEER_PATIENCE_MS);
        channel_put(channel, from[i]);
    }
}

/* Running and ending are gdb's to say. */
static void execute(void *context, const char *line, struct text_out *out)
{
    struct session *session = context;
    switch (monitor_execute(session->monitor, line, out)) {
    case MONITOR_RESUME:
        text_out_string(out, "gdb's own continue lets the machine run\n");
        break;
    case MONITOR_QUIT:
        session_end(session, session->exit_code);
        break;
    default:
        break;
    }
}

static bool go_back(void *context, bool step, enum machine_stop *stop, bool *beginning)
{
    struct session *session = context;
    struct error error;
    enum monitor_back back = monitor_go_back(session->monitor, step, stop, &error);
    *beginning = back == MONITOR_BACK_BEGINNING;
    return back != MONITOR_BACK_FAILED;
}

static void changed(void *context)
{
    struct session *session = context;
    timeline_changed(session->timeline, true);
}

bool session_open_gdb(struct session *session, struct error *error)
{
    const struct channel_spec *spec = &session->options->gdb;
    const struct gdb_host host = {session, put, execute, go_back, changed};
    if (spec->kind == CHANNEL_NULL)
        return true;
    session->gdb = gdb_open(session->machine, monitor_breakpoints(session->monitor), &host);
    if (!session->gdb)
        return error_set(error, "out of memory for -gdb");
    return channel_open(&session->gdb_channel, "-gdb", spec, error);
}

void session_close_gdb(struct session *session)
{
    gdb_close(session->gdb);
    session->gdb = NULL;
    channel_close(&session->gdb_channel);
}

static void act_on(struct session *session, enum gdb_result result)
{
    switch (result) {
    case GDB_OK:
        break;
    case GDB_RESUME:
    case GDB_DETACH:
        session_resume(session);
        break;
    case GDB_STOP:
        session->stop = MACHINE_STOP_REQUEST;
        session_stop(session, NULL);
        break;
    case GDB_KILL:
        session_end(session, session->exit_code);
        break;
    }
}

static void follow_peer(struct session *session)
{
    bool here = session->gdb_channel.input >= 0;
    if (here == session->gdb_here)
        return;
    session->gdb_here = here;
    gdb_reset(session->gdb);
    if (here && session->running)
        session_stop(session, NULL);
    else if (!here && !session->running)
        session_resume(session);
}

void session_take_gdb(struct session *session)
{
    u8 bytes[4096];
    if (!session->gdb)
        return;
    size_t count = channel_read(&session->gdb_channel, bytes, sizeof bytes), at = 0;
    follow_peer(session);
    while (at < count && !session->ended) {
        size_t taken;
        enum gdb_result result = gdb_feed(session->gdb, bytes + at, count - at, &taken);
        at += taken;
        act_on(session, result);
    }
}

void session_tell_gdb(struct session *session)
{
    if (session->gdb)
        gdb_stopped(session->gdb, session->stop);
}
