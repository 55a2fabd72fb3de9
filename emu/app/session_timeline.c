/* -record and -replay, and the past that the monitor goes back to. */
#include "app/session.h"

#include "app/exit_codes.h"
#include "snapshot/timeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool check_options(const struct options *options, struct error *error)
{
    const char *option = options->record ? "-record" : "-replay";
    const char *with = options->record && options->replay ? "-replay"
                       : options->disk_save               ? "-disk-save"
                       : options->nvram                   ? "-nvram"
                                                          : NULL;
    return !with || error_set(error, "%s: expected no %s beside it", option, with);
}

#define RECORDING_LONGEST (256u * MIB)

static bool read_recording(const char *path, struct text_out *out, struct error *error)
{
    char piece[16384];
    size_t count;
    FILE *file = fopen(path, "r");
    if (!file)
        return error_set(error, "%.200s: %s", path, strerror(errno));
    while ((count = fread(piece, 1, sizeof piece, file)) > 0 && out->length < RECORDING_LONGEST)
        text_out_bytes(out, piece, count);
    bool failed = ferror(file) != 0 || out->failed || count > 0;
    fclose(file);
    return !failed || error_set(error, "%.200s: cannot be read, or is too long", path);
}

/* The date at power on is the recording's. Both leave the images as they are, so that the recording
   still fits them. */
bool session_prepare_timeline(struct session *session, struct options *options, struct error *error)
{
    struct recording_head head;
    if (!options->record && !options->replay)
        return true;
    options->snapshot = true;
    if (!check_options(options, error))
        return false;
    if (!options->replay)
        return true;
    if (!read_recording(options->replay, &session->recording, error) ||
        !recording_read_head(text_out_text(&session->recording), session->recording.length, &head,
                             error))
        return error_prefix(error, "-replay");
    options->rtc_time = head.rtc_time;
    return true;
}

static void write_line(void *context, const char *line)
{
    fputs(line, context);
    fflush(context);
}

static bool open_record(struct session *session, const char *path, struct error *error)
{
    session->record_file = fopen(path, "w");
    if (!session->record_file)
        return error_set(error, "-record: %.200s: cannot be written: %s", path, strerror(errno));
    timeline_record(session->timeline, write_line, session->record_file);
    return true;
}

bool session_open_timeline(struct session *session, struct error *error)
{
    const struct options *options = session->options;
    session->timeline = timeline_new(session->machine);
    if (!session->timeline)
        return error_set(error, "out of memory for what comes in");
    monitor_set_timeline(session->monitor, session->timeline);
    if (options->record)
        return open_record(session, options->record, error);
    if (!options->replay || timeline_replay(session->timeline, text_out_text(&session->recording),
                                            session->recording.length, error))
        return true;
    session->misfit = true;
    error_prefix(error, options->replay);
    return error_prefix(error, "-replay");
}

void session_close_timeline(struct session *session)
{
    if (session->record_file) {
        timeline_end_record(session->timeline);
        bool failed = ferror(session->record_file) != 0;
        if (fclose(session->record_file) != 0 || failed) {
            fprintf(stderr, "glass386: -record: %s\n", strerror(errno));
            session->exit_code = EXIT_HOST_IO;
        }
    }
    timeline_free(session->timeline);
    text_out_free(&session->recording);
}

#define KEEP_TICKS(clock) (10ull * (clock)->rate)
#define KEEP_SHARE 100u /* of the host's time: at most one part goes into it */

/* In a window, where a key goes back: the last half minute or so is near at hand. */
void session_keep_moment(struct session *session)
{
    const struct clock *clock = &session->machine->clock;
    u64 now = pacing_host_ns();
    if (!session->ui->display->resizable || session->options->replay || session->options->record ||
        clock_now(clock) < session->keep_tick || now < session->keep_due)
        return;
    timeline_keep_moment(session->timeline);
    session->keep_tick = clock_now(clock) + KEEP_TICKS(clock);
    session->keep_due = now + KEEP_SHARE * (pacing_host_ns() - now);
}

u64 session_replay_end(const struct session *session)
{
    return timeline_replay_end(session->timeline);
}

static void misfit(struct session *session, const char *text)
{
    fprintf(stderr, "glass386: -replay: %s\n", text);
    session_end(session, EXIT_MISMATCH);
}

void session_check_replay(struct session *session, enum machine_stop stop)
{
    char text[160];
    struct error error;
    bool known;
    u64 now = clock_now(&session->machine->clock), end = session_replay_end(session);
    bool over = stop >= MACHINE_STOP_POWER_OFF;
    if (timeline_misfit(session->timeline))
        misfit(session, timeline_misfit(session->timeline));
    else if (end == CLOCK_NEVER || (now < end && !over))
        return;
    else if (!timeline_check_end(session->timeline, &known, &error))
        misfit(session, error.text);
    else if (over && now != end && known)
        misfit(session, "the machine ended before the recording did");
    else {
        snprintf(text, sizeof text, "replayed to tick %llu, %s\n", (unsigned long long)now,
                 known ? "the same state as was recorded"
                       : "where the recording was cut off: there is no state to compare with");
        fprintf(stderr, "glass386: %s", text);
        if (!over && session->console && session->terminal_in)
            session_stop(session, NULL);
        else if (!over)
            session_end(session, EXIT_POWER_OFF);
    }
}
