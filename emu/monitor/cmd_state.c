#include "monitor/command.h"
#include "snapshot/snapshot.h"
#include "snapshot/timeline.h"

#include <string.h>

static size_t word_length(const char *text)
{
    return strcspn(text, " \t");
}

static void write_row(struct call *call, const struct command *row, const char *before)
{
    int width = 30 - (int)strlen(before) - (int)strlen(row->name);
    put_row(call, *before == 'i' ? "topics" : "commands");
    text_out_string(call->out, before);
    put(call, "name", "%s", row->name);
    put(call, "arguments", " %-*s", width > 0 ? width : 1, row->arguments);
    put(call, "help", " %s", row->help);
    if (row->aliases)
        put(call, "aliases", " (also: %s)", row->aliases);
    text_out_string(call->out, "\n");
}

static void write_topics(struct call *call)
{
    for (u32 i = 0; i < info_topic_count; i++)
        write_row(call, &info_topics[i], "info ");
}

enum monitor_result cmd_info(struct call *call)
{
    const char *topic = call->arguments[0].text;
    if (!call->arguments[0].given) {
        write_topics(call);
        return MONITOR_OK;
    }
    if (*topic == '/') /* i/b PORT */
        return command_run(command_find(commands, command_count, "in", 2, "command", call->error),
                           topic, call);
    size_t length = word_length(topic);
    const struct command *row =
        command_find(info_topics, info_topic_count, topic, length, "topic", call->error);
    if (!row)
        return command_failed(call);
    struct call inner = *call;
    memset(inner.arguments, 0, sizeof inner.arguments);
    return command_run(row, topic + length, &inner);
}

enum monitor_result cmd_help(struct call *call)
{
    const char *word = call->arguments[0].text;
    const char *group = "";
    if (!call->arguments[0].given) {
        for (u32 i = 0; i < command_count; i++) {
            if (strcmp(group, commands[i].group) != 0)
                text_out_format(call->out, "%s:\n", group = commands[i].group);
            write_row(call, &commands[i], "  ");
        }
        text_out_string(
            call->out,
            "'help info' lists what 'info' can show. Enter repeats a line; -json at a line's end "
            "gives the answer as JSON.\n");
        return MONITOR_OK;
    }
    const struct command *row =
        command_find(commands, command_count, word, word_length(word), "command", call->error);
    if (!row)
        return command_failed(call);
    word += word_length(word);
    while (*word == ' ')
        word++;
    if (row->handler == cmd_info && *word) {
        row = command_find(info_topics, info_topic_count, word, word_length(word), "topic",
                           call->error);
        if (!row)
            return command_failed(call);
        write_row(call, row, "info ");
    } else if (row->handler == cmd_info)
        write_topics(call);
    else
        write_row(call, row, "");
    return MONITOR_OK;
}

enum monitor_result cmd_savevm(struct call *call)
{
    char path[1024];
    snapshot_path(call->arguments[0].text, path, sizeof path);
    if (!snapshot_save(call->monitor->machine, path, call->error))
        return command_failed(call);
    text_out_format(call->out, "saved to %s\n", path);
    return MONITOR_OK;
}

enum monitor_result cmd_loadvm(struct call *call)
{
    char path[1024];
    snapshot_path(call->arguments[0].text, path, sizeof path);
    if (!snapshot_load(call->monitor->machine, path, call->error))
        return command_failed(call);
    if (call->monitor->timeline)
        timeline_begin_anew(call->monitor->timeline);
    breakpoints_begin_anew(&call->monitor->breakpoints);
    write_where(call->monitor, call->out);
    return MONITOR_OK;
}

enum monitor_result cmd_screendump(struct call *call)
{
    const char *path = call->arguments[0].text;
    struct monitor *monitor = call->monitor;
    if (!monitor->screenshot)
        error_set(call->error, "this program was built without a way to write pictures");
    else if (monitor->screenshot(monitor->machine, path, call->error)) {
        text_out_format(call->out, "wrote %s\n", path);
        return MONITOR_OK;
    }
    return command_failed(call);
}

enum monitor_result cmd_symbols(struct call *call)
{
    struct symbols symbols;
    if (!symbols_load(&symbols, call->arguments[0].text, call->error))
        return command_failed(call);
    symbols_free(&call->monitor->symbols);
    call->monitor->symbols = symbols;
    call->monitor->own_symbols = true;
    text_out_format(call->out, "%u symbols\n", symbols.count);
    return MONITOR_OK;
}
