/* Quick save and load, and a step back in time: the monitor's commands, answered in the window. */
#include "app/session.h"

#include "snapshot/timeline.h"

#include <string.h>

#define QUICK_SNAPSHOT "glass386.snap"

static u64 a_second_ago(const struct clock *clock)
{
    u64 now = clock_now(clock);
    return now > clock->rate ? now - clock->rate : 0;
}

static const char *note_of(enum ui_event event)
{
    return event == UI_SAVE   ? "saved into " QUICK_SNAPSHOT
           : event == UI_LOAD ? "loaded from " QUICK_SNAPSHOT
                              : "a second back";
}

static void tell(struct session *session, const char *text)
{
    if (session->ui->display->tell)
        session->ui->display->tell(session->ui, text);
}

/* The machine's time is another one now: what was typed after it is undone, no key is held; pace
   and picture begin anew, and it goes on if it ran. */
static void begin_anew(struct session *session)
{
    timeline_forget_future(session->timeline);
    machine_release_keys(session->machine);
    session->frame_tick = session->keep_tick = 0;
    if (session->running)
        session_resume(session);
}

void session_quick(struct session *session, enum ui_event event)
{
    char line[80];
    struct text_out answer = TEXT_OUT_EMPTY;
    unsigned long long tick = a_second_ago(&session->machine->clock);
    if (event == UI_BACK)
        snprintf(line, sizeof line, "goto %llu", tick);
    else
        snprintf(line, sizeof line, "%s " QUICK_SNAPSHOT, event == UI_SAVE ? "savevm" : "loadvm");
    bool done = monitor_execute(session->monitor, line, &answer) == MONITOR_OK;
    if (!done)
        snprintf(line, sizeof line, "%.*s", (int)strcspn(text_out_text(&answer), "\n"),
                 text_out_text(&answer));
    tell(session, done ? note_of(event) : line);
    if (done && event != UI_SAVE)
        begin_anew(session);
    text_out_free(&answer);
}
