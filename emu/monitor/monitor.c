#include "debug/disassemble.h"
#include "monitor/command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct monitor *monitor_create(struct machine *machine)
{
    struct monitor *monitor = calloc(1, sizeof *monitor);
    if (!monitor)
        return NULL;
    monitor->machine = machine;
    monitor->format = (struct format){1, 'x', 4};
    breakpoints_init(&monitor->breakpoints, &machine->cpu, &monitor->symbols);
    return monitor;
}

void monitor_destroy(struct monitor *monitor)
{
    if (!monitor)
        return;
    breakpoint_delete_all(&monitor->breakpoints);
    symbols_free(&monitor->symbols);
    free(monitor);
}

struct breakpoints *monitor_breakpoints(struct monitor *monitor)
{
    return &monitor->breakpoints;
}

void monitor_set_timeline(struct monitor *monitor, struct timeline *timeline)
{
    monitor->timeline = timeline;
}

void monitor_set_screenshot(struct monitor *monitor, monitor_screenshot *write)
{
    monitor->screenshot = write;
}

bool monitor_set_symbols(struct monitor *monitor, const char *text, size_t length,
                         struct error *error)
{
    struct symbols symbols;
    if (!symbols_parse(&symbols, text, length, error))
        return false;
    symbols_free(&monitor->symbols);
    monitor->symbols = symbols;
    return true;
}

/* Letters, digits, '_', and a '-' before a letter; one of "?" alone is a word too. */
static size_t command_word(const char *line)
{
    size_t length = 0;
    while (isalnum((unsigned char)line[length]) || line[length] == '_' ||
           (length > 0 && line[length] == '-' && isalpha((unsigned char)line[length + 1])))
        length++;
    return length ? length : *line == '?';
}

static const char *skip_blanks(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

static const struct monitor_alias *alias_named(const struct monitor *monitor, const char *word,
                                               size_t length)
{
    for (u32 i = 0; i < MONITOR_ALIASES_MAX; i++)
        if (length > 0 && strlen(monitor->aliases[i].name) == length &&
            memcmp(monitor->aliases[i].name, word, length) == 0)
            return &monitor->aliases[i];
    return NULL;
}

static enum monitor_result execute(struct monitor *monitor, const char *line, struct text_out *out)
{
    struct error error;
    char replaced[1280];
    struct call call = {.monitor = monitor,
                        .cpu = &monitor->machine->cpu,
                        .out = out,
                        .error = &error,
                        .format = {1, monitor->format.letter, monitor->format.size}};
    line = skip_blanks(line);
    if (!*line || *line == '#')
        return MONITOR_OK;
    size_t length = command_word(line);
    const struct monitor_alias *alias = alias_named(monitor, line, length);
    if (alias) {
        snprintf(replaced, sizeof replaced, "%s%.1023s", alias->line, line + length);
        line = replaced;
        length = command_word(line);
    }
    const struct command *command =
        command_find(commands, command_count, line, length ? length : 1, "command", &error);
    if (!command)
        return command_failed(&call);
    return command_run(command, line + length, &call);
}

#define JSON_SUFFIX " -json"
#define LINE_LIMIT 2048u

/* What takes the rest of its line as it is: " -json" belongs to it. */
static bool keeps_its_line(const char *line)
{
    struct error error;
    line = skip_blanks(line);
    size_t length = command_word(line);
    const struct command *command =
        command_find(commands, command_count, line, length ? length : 1, "command", &error);
    return command && (command->handler == cmd_type ||
                       (command->handler == cmd_alias &&
                        strcmp(skip_blanks(line + length), &JSON_SUFFIX[1]) != 0));
}

/* The line without " -json" at its end; false when there is none. */
static bool cut_json(const char *line, char *command)
{
    size_t length = strlen(line), suffix = sizeof JSON_SUFFIX - 1;
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
    if (length < suffix || length >= LINE_LIMIT || keeps_its_line(line) ||
        strncmp(line + length - suffix, JSON_SUFFIX, suffix) != 0)
        return false;
    memcpy(command, line, length - suffix);
    command[length - suffix] = 0;
    return true;
}

enum monitor_result monitor_execute(struct monitor *monitor, const char *line, struct text_out *out)
{
    char command[LINE_LIMIT];
    struct text_out text = TEXT_OUT_EMPTY;
    struct json_record record = {.list = NULL}, *outer = monitor->record;
    bool json = cut_json(line, command);
    monitor->record = json ? &record : NULL;
    enum monitor_result result = execute(monitor, json ? command : line, json ? &text : out);
    monitor->record = outer;
    if (!json)
        return result;
    json_answer(&record, command, result != MONITOR_ERROR, text_out_text(&text), out);
    text_out_free(&text);
    return result;
}

void write_where(struct monitor *monitor, struct text_out *out)
{
    const struct cpu *cpu = &monitor->machine->cpu;
    struct disassembly code;
    u32 linear = cpu_linear_eip(cpu);
    text_out_format(out, "[%08x] %04x:%08x ", linear, cpu->segs[SEG_CS].selector, cpu->eip);
    note(monitor, "tick", "%llu", (unsigned long long)monitor->machine->clock.now);
    note(monitor, "linear", "%u", linear);
    note(monitor, "cs", "%u", cpu->segs[SEG_CS].selector);
    note(monitor, "eip", "%u", cpu->eip);
    const struct symbol *symbol = symbols_at(&monitor->symbols, cpu->eip);
    if (symbol && (monitor->own_symbols || cpu->segs[SEG_CS].base == 0))
        text_out_format(out, "<%s+0x%x> ", symbol->name, cpu->eip - symbol->address);
    if (disassemble_at(cpu, linear, cpu->eip, &code)) {
        text_out_format(out, "%s\n", code.text);
        note(monitor, "instruction", "%s", code.text);
    } else
        text_out_string(out, "(no page is mapped here)\n");
}

void monitor_describe_stop(struct monitor *monitor, struct text_out *out)
{
    write_stop_reason(monitor, out);
    if (monitor->machine->cpu.halted)
        text_out_string(out, "halted, waiting for an interrupt before\n");
    write_where(monitor, out);
}
