#include "debug/disassemble.h"
#include "monitor/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct monitor *monitor_create(struct machine *machine)
{
    struct monitor *monitor = calloc(1, sizeof *monitor);
    if (!monitor)
        return NULL;
    monitor->machine = machine;
    monitor->format = (struct format){1, 'x', 4};
    return monitor;
}

void monitor_destroy(struct monitor *monitor)
{
    if (!monitor)
        return;
    breakpoint_delete_all(&monitor->breakpoints, &monitor->machine->cpu);
    symbols_free(&monitor->symbols);
    free(monitor);
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

/* Letters, digits and '_'; one of "?" alone is a word too. */
static size_t command_word(const char *line)
{
    size_t length = 0;
    while (isalnum((unsigned char)line[length]) || line[length] == '_')
        length++;
    return length ? length : *line == '?';
}

static const char *skip_blanks(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

enum monitor_result monitor_execute(struct monitor *monitor, const char *line, struct text_out *out)
{
    struct error error;
    struct call call = {.monitor = monitor,
                        .cpu = &monitor->machine->cpu,
                        .out = out,
                        .error = &error,
                        .format = {1, monitor->format.letter, monitor->format.size}};
    line = skip_blanks(line);
    if (!*line || *line == '#')
        return MONITOR_OK;
    size_t length = command_word(line);
    const struct command *command =
        command_find(commands, command_count, line, length ? length : 1, "command", &error);
    if (!command)
        return command_failed(&call);
    return command_run(command, line + length, &call);
}

void write_where(struct monitor *monitor, struct text_out *out)
{
    const struct cpu *cpu = &monitor->machine->cpu;
    struct disassembly code;
    u32 linear = cpu_linear_eip(cpu);
    text_out_format(out, "[%08x] %04x:%08x ", linear, cpu->segs[SEG_CS].selector, cpu->eip);
    const struct symbol *symbol = symbols_at(&monitor->symbols, cpu->eip);
    if (symbol)
        text_out_format(out, "<%s+0x%x> ", symbol->name, cpu->eip - symbol->address);
    if (disassemble_at(cpu, linear, cpu->eip, &code))
        text_out_format(out, "%s\n", code.text);
    else
        text_out_string(out, "(no page is mapped here)\n");
}

void monitor_describe_stop(struct monitor *monitor, struct text_out *out)
{
    struct cpu *cpu = &monitor->machine->cpu;
    u32 number = breakpoint_note_hit(&monitor->breakpoints, cpu, cpu_linear_eip(cpu));
    if (number)
        text_out_format(out, "Breakpoint %u\n", number);
    if (cpu->halted)
        text_out_string(out, "halted, waiting for an interrupt before\n");
    write_where(monitor, out);
}
