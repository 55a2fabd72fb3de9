#define _GNU_SOURCE /* fopencookie, openpty */

#include "monitor/command.h"
#include "monitor/complete.h"

#include <errno.h>
#include <histedit.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

/* libedit wants to own a terminal: it sets its modes and reads it. The terminal here belongs to
   somebody else, who hands over bytes as they come. So libedit is given a pseudo-terminal to set
   modes on, characters out of a buffer, and a stream whose line feeds become what a raw terminal
   needs. */

#define PROMPT "(glass386) "
#define HISTORY_LINES 500
#define LINE_SIZE 1024u

struct monitor_console {
    struct monitor *monitor;
    int output;
    bool editing;

    EditLine *edit; /* null without editing */
    History *history;
    FILE *stream; /* to output, line feeds made CR LF */
    FILE *unread; /* libedit asks for one; characters come from next_character */
    int pty[2];
    const u8 *input; /* bytes that libedit may take now */
    size_t input_left;

    char line[LINE_SIZE]; /* without editing: typed so far */
    size_t length;
};

static void write_raw(int output, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(output, bytes, count);
        if (written < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (written <= 0)
            return; /* whoever listened has gone: the owner of the descriptor finds out */
        bytes += written;
        count -= (size_t)written;
    }
}

/* Line feeds become CR LF on a raw terminal. */
static void write_text(const struct monitor_console *console, const char *text, size_t count)
{
    if (!console->editing) {
        write_raw(console->output, text, count);
        return;
    }
    struct text_out out = TEXT_OUT_EMPTY;
    for (size_t i = 0; i < count; i++)
        text_out_bytes(&out, text[i] == '\n' ? "\r\n" : &text[i], text[i] == '\n' ? 2 : 1);
    write_raw(console->output, text_out_text(&out), out.length);
    text_out_free(&out);
}

static ssize_t stream_write(void *cookie, const char *bytes, size_t count)
{
    write_text(cookie, bytes, count);
    return (ssize_t)count;
}

static struct monitor_console *console_of(EditLine *edit)
{
    void *data = NULL;
    el_get(edit, EL_CLIENTDATA, &data);
    return data;
}

static char *prompt(EditLine *edit)
{
    static char text[] = PROMPT;
    (void)edit;
    return text;
}

/* libedit's way to read a character: 0 says that there is none. */
static int next_character(EditLine *edit, wchar_t *character)
{
    struct monitor_console *console = console_of(edit);
    if (console->input_left == 0)
        return 0;
    *character = *console->input++;
    console->input_left--;
    return 1;
}

static unsigned char complete(EditLine *edit, int character)
{
    const LineInfo *info = el_line(edit);
    struct text_out insert = TEXT_OUT_EMPTY, list = TEXT_OUT_EMPTY;
    unsigned char result = CC_ERROR;
    (void)character;
    complete_line(info->buffer, (size_t)(info->cursor - info->buffer), &insert, &list);
    if (insert.length > 0 && el_insertstr(edit, text_out_text(&insert)) == 0)
        result = CC_REFRESH;
    if (list.length > 0) {
        struct monitor_console *console = console_of(edit);
        write_text(console, "\n", 1);
        write_text(console, list.text, list.length);
        write_text(console, "\n", 1);
        result = CC_REDISPLAY;
    }
    text_out_free(&insert);
    text_out_free(&list);
    return result;
}

static bool open_pty(struct monitor_console *console, struct error *error)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    ioctl(console->output, TIOCGWINSZ, &size);
    if (openpty(&console->pty[0], &console->pty[1], NULL, NULL, &size) == 0)
        return true;
    console->pty[0] = console->pty[1] = -1;
    return error_set(error, "no pseudo-terminal for line editing: %s", strerror(errno));
}

/* Keys of the terminal that libedit does not bind itself (xterm's sequences). */
static const struct {
    const char *sequence, *command;
} keys[] = {
    {"\033[3~", "ed-delete-next-char"}, {"\033[H", "ed-move-to-beg"},  {"\033[F", "ed-move-to-end"},
    {"\033[1~", "ed-move-to-beg"},      {"\033[4~", "ed-move-to-end"},
};

static bool open_editor(struct monitor_console *console, struct error *error)
{
    cookie_io_functions_t functions = {.write = stream_write};
    HistEvent event;
    if (!open_pty(console, error))
        return false;
    console->stream = fopencookie(console, "w", functions);
    console->history = history_init();
    console->unread = fdopen(dup(console->pty[1]), "r");
    if (console->stream && console->history && console->unread)
        console->edit = el_init_fd("glass386", console->unread, console->stream, console->stream,
                                   console->pty[1], console->pty[1], console->pty[1]);
    if (!console->edit)
        return error_set(error, "line editing: out of memory");
    setvbuf(console->stream, NULL, _IOFBF, 4096);
    history(console->history, &event, H_SETSIZE, HISTORY_LINES);
    history(console->history, &event, H_SETUNIQUE, 1);
    el_set(console->edit, EL_CLIENTDATA, console);
    el_set(console->edit, EL_PROMPT, prompt);
    el_set(console->edit, EL_EDITOR, "emacs");
    el_set(console->edit, EL_GETCFN, next_character);
    el_set(console->edit, EL_HIST, history, console->history);
    el_wset(console->edit, EL_ADDFN, L"complete", L"complete a command", complete);
    el_set(console->edit, EL_BIND, "^I", "complete", NULL);
    el_set(console->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        el_set(console->edit, EL_BIND, keys[i].sequence, keys[i].command, NULL);
    return true;
}

struct monitor_console *monitor_console_open(struct monitor *monitor,
                                             const struct monitor_console_config *config,
                                             struct error *error)
{
    struct monitor_console *console = calloc(1, sizeof *console);
    if (!console) {
        error_set(error, "monitor: out of memory");
        return NULL;
    }
    console->monitor = monitor;
    console->output = config->output;
    console->editing = config->editing;
    console->pty[0] = console->pty[1] = -1;
    if (console->editing && !open_editor(console, error)) {
        monitor_console_close(console);
        return NULL;
    }
    return console;
}

void monitor_console_close(struct monitor_console *console)
{
    if (!console)
        return;
    if (console->edit)
        el_end(console->edit);
    if (console->history)
        history_end(console->history);
    if (console->stream)
        fclose(console->stream);
    if (console->unread)
        fclose(console->unread);
    for (unsigned i = 0; i < 2; i++)
        if (console->pty[i] >= 0)
            close(console->pty[i]);
    free(console);
}

/* Starts a new line in the editor, which draws the prompt. */
static void begin_line(struct monitor_console *console)
{
    if (console->edit) {
        el_set(console->edit, EL_UNBUFFERED, 1);
        fflush(console->stream);
    } else {
        write_text(console, PROMPT, strlen(PROMPT));
    }
}

static void end_line(struct monitor_console *console)
{
    if (console->edit) {
        el_set(console->edit, EL_UNBUFFERED, 0);
        fflush(console->stream);
    }
}

void monitor_console_prompt(struct monitor_console *console)
{
    if (console->edit)
        el_set(console->edit, EL_UNBUFFERED, 0);
    begin_line(console);
}

void monitor_console_show(struct monitor_console *console, const char *text)
{
    end_line(console);
    write_text(console, text, strlen(text));
    begin_line(console);
}

/* Enter alone repeats the line before. */
static const char *line_or_last(struct monitor *monitor, const char *line)
{
    if (line[strspn(line, " \t")] == 0)
        return monitor->last_line;
    if (strlen(line) < sizeof monitor->last_line)
        strcpy(monitor->last_line, line);
    return line;
}

static enum monitor_result execute(struct monitor_console *console, const char *line)
{
    struct text_out out = TEXT_OUT_EMPTY;
    enum monitor_result result =
        monitor_execute(console->monitor, line_or_last(console->monitor, line), &out);
    write_text(console, text_out_text(&out), out.length);
    text_out_free(&out);
    if (result == MONITOR_OK || result == MONITOR_ERROR)
        begin_line(console);
    return result;
}

/* One byte through libedit; true when it ended a line, which is copied out. */
static bool edit_byte(struct monitor_console *console, const u8 *byte, char *line)
{
    int count = 0;
    console->input = byte;
    console->input_left = 1;
    const char *text = el_gets(console->edit, &count);
    fflush(console->stream);
    if (!text || count <= 0 || (text[count - 1] != '\n' && text[count - 1] != '\r'))
        return false;
    size_t length = (size_t)count - 1 < LINE_SIZE - 1 ? (size_t)count - 1 : LINE_SIZE - 1;
    memcpy(line, text, length);
    line[length] = 0;
    end_line(console);
    if (length > 0) {
        HistEvent event;
        history(console->history, &event, H_ENTER, line);
    }
    return true;
}

static bool plain_byte(struct monitor_console *console, u8 byte, char *line)
{
    if (byte != '\n' && byte != '\r') {
        if (console->length < LINE_SIZE - 1)
            console->line[console->length++] = (char)byte;
        return false;
    }
    memcpy(line, console->line, console->length);
    line[console->length] = 0;
    console->length = 0;
    return true;
}

enum monitor_result monitor_console_feed(struct monitor_console *console, const void *bytes,
                                         size_t count, size_t *taken)
{
    const u8 *from = bytes;
    for (*taken = 0; *taken < count;) {
        char line[LINE_SIZE];
        u8 byte = from[(*taken)++];
        bool ended =
            console->edit ? edit_byte(console, &byte, line) : plain_byte(console, byte, line);
        if (!ended)
            continue;
        enum monitor_result result = execute(console, line);
        if (result != MONITOR_OK && result != MONITOR_ERROR)
            return result;
    }
    return MONITOR_OK;
}
