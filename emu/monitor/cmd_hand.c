/* What debuggers' hands type: callers, the stack, ports, memory into a file, commands from a file.
 */
#include "base/bits.h"
#include "cpu/translate.h"
#include "debug/stack_walk.h"
#include "monitor/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum monitor_result cmd_where(struct call *call)
{
    struct stack_walk walk = stack_walk_start(call->cpu);
    struct stack_call at;
    for (u32 depth = 0; stack_walk_next(&walk, &at); depth++) {
        put_row(call, "frames");
        put(call, "number", "#%-2u", depth);
        put(call, "eip", " %08x ", at.eip);
        write_code_symbol(call, at.eip);
        text_out_string(call->out, "\n");
    }
    return MONITOR_OK;
}

#define STACK_WORDS 16u
#define STACK_WORDS_MAX 1024u

enum monitor_result cmd_print_stack(struct call *call)
{
    const struct segment *ss = &call->cpu->segs[SEG_SS];
    u32 size = ss->access & SEG_BIG ? 4 : 2, mask = size == 4 ? ~0u : 0xffffu;
    u32 count = call->arguments[0].given ? call->arguments[0].value.value : STACK_WORDS;
    u32 offset = call->cpu->regs[REG_ESP] & mask;
    for (u32 i = 0; i < count && i < STACK_WORDS_MAX; i++, offset = (offset + size) & mask) {
        u8 bytes[4] = {0};
        put_row(call, "words");
        put(call, "selector", "%04x", ss->selector);
        put(call, "offset", ":%08x ", offset);
        if (!translate_peek(call->cpu, ss->base + offset, bytes, size)) {
            text_out_string(call->out, "no page is mapped here\n");
            break;
        }
        put(call, "value", "%0*x ", (int)size * 2, load_le32(bytes));
        write_code_symbol(call, load_le32(bytes));
        text_out_string(call->out, "\n");
    }
    return MONITOR_OK;
}

enum monitor_result cmd_time(struct call *call)
{
    put(call, "tick", "ptime: %llu\n", (unsigned long long)call->monitor->machine->clock.now);
    return MONITOR_OK;
}

/* ---- ports: as the guest would, with what comes of it ---- */

static bool port_argument(struct call *call, u16 *port)
{
    u32 value = call->arguments[0].value.value;
    *port = (u16)value;
    if (call->format.size == 8 || value > 0xffff)
        return error_set(call->error, "0x%x: expected a port, 0 to 0xffff, and /b, /h or /w",
                         value);
    return true;
}

static unsigned port_size(const struct call *call)
{
    return call->has_format ? call->format.size : 1;
}

enum monitor_result cmd_port_in(struct call *call)
{
    u16 port;
    if (!port_argument(call, &port))
        return command_failed(call);
    u32 value = ports_read(call->cpu->ports, port, port_size(call));
    changed_by_hand(call); /* reading may have an effect on a chip */
    put(call, "port", "port %04xh: ", port);
    put(call, "value", "0x%0*x\n", (int)port_size(call) * 2, value);
    return MONITOR_OK;
}

enum monitor_result cmd_port_out(struct call *call)
{
    u16 port;
    if (!port_argument(call, &port))
        return command_failed(call);
    ports_write(call->cpu->ports, port, port_size(call), call->arguments[1].value.value);
    changed_by_hand(call);
    return MONITOR_OK;
}

/* ---- memory into a file ---- */

#define SAVE_LONGEST (256u * MIB)

/* One byte; false where nothing is. */
static bool read_byte(const struct call *call, bool physical, u32 address, u8 *byte)
{
    const struct memory *memory = &call->monitor->machine->memory;
    if (!physical)
        return translate_peek(call->cpu, address, byte, 1);
    if (memory_region_of(memory, address)->kind == MEMORY_NONE)
        return false;
    memory_peek(memory, address, byte, 1);
    return true;
}

static bool copy_to_file(struct call *call, bool physical, u32 address, u32 count, FILE *file)
{
    for (u32 i = 0; i < count; i++) {
        u8 byte;
        if (!read_byte(call, physical, address + i, &byte))
            return error_set(call->error, "nothing is at %s %08x: %u bytes were written",
                             physical ? "physical" : "linear", address + i, i);
        if (fputc(byte, file) == EOF)
            return error_set(call->error, "cannot write: %s", strerror(errno));
    }
    return true;
}

static enum monitor_result save(struct call *call, bool physical, u32 address, u32 count,
                                const char *path)
{
    if (count == 0 || count > SAVE_LONGEST) {
        error_set(call->error, "%u bytes: expected 1 to %u", count, SAVE_LONGEST);
        return command_failed(call);
    }
    FILE *file = fopen(path, "wb");
    if (!file) {
        error_set(call->error, "%.200s: cannot be written: %s", path, strerror(errno));
        return command_failed(call);
    }
    bool saved = copy_to_file(call, physical, address, count, file);
    if (fclose(file) != 0 && saved)
        saved = error_set(call->error, "%.200s: %s", path, strerror(errno));
    if (!saved)
        return command_failed(call);
    text_out_format(call->out, "wrote %u bytes to %s\n", count, path);
    return MONITOR_OK;
}

/* The size is a word: a '/' behind an expression would divide it by the file's name. */
static enum monitor_result save_sized(struct call *call, bool physical)
{
    struct expression_value size;
    u32 address;
    if (!argument_linear(call, 0, &address) || !expression_of(call, call->arguments[1].text, &size))
        return command_failed(call);
    return save(call, physical, address, size.value, call->arguments[2].text);
}

enum monitor_result cmd_save_linear(struct call *call)
{
    return save_sized(call, false);
}

enum monitor_result cmd_save_physical(struct call *call)
{
    return save_sized(call, true);
}

/* Bochs's order; its file name stands in quotation marks. */
enum monitor_result cmd_write_memory(struct call *call)
{
    char path[256];
    u32 linear;
    const char *text = call->arguments[0].text;
    size_t length = strlen(text);
    bool quoted = length >= 2 && text[0] == '"' && text[length - 1] == '"';
    snprintf(path, sizeof path, "%.*s", (int)(quoted ? length - 2 : length), text + quoted);
    if (!argument_linear(call, 1, &linear))
        return command_failed(call);
    return save(call, false, linear, call->arguments[2].value.value, path);
}

/* ---- commands from a file ---- */

#define SOURCE_DEPTH_MAX 8u

/* Ends at the first line that is no success: its result is the whole one's. */
enum monitor_result cmd_source(struct call *call)
{
    struct monitor *monitor = call->monitor;
    const char *path = call->arguments[0].text;
    char line[1024];
    enum monitor_result result = MONITOR_OK;
    FILE *file = monitor->source_depth < SOURCE_DEPTH_MAX ? fopen(path, "r") : NULL;
    if (!file) {
        error_set(call->error, "%.200s: %s", path,
                  monitor->source_depth < SOURCE_DEPTH_MAX ? strerror(errno)
                                                           : "files that read files, too deep");
        return command_failed(call);
    }
    monitor->source_depth++;
    while (result == MONITOR_OK && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        result = monitor_execute(monitor, line, call->out);
    }
    monitor->source_depth--;
    fclose(file);
    return result;
}

/* ---- another name for a line ---- */

static enum monitor_result write_aliases(struct call *call)
{
    for (u32 i = 0; i < MONITOR_ALIASES_MAX; i++) {
        const struct monitor_alias *alias = &call->monitor->aliases[i];
        if (!alias->name[0])
            continue;
        put_row(call, "aliases");
        put(call, "name", "  %-15s", alias->name);
        put(call, "line", " %s\n", alias->line);
    }
    if (!call->monitor->aliases[0].name[0])
        text_out_string(call->out, "no aliases; 'alias NAME LINE' makes one\n");
    return MONITOR_OK;
}

enum monitor_result cmd_alias(struct call *call)
{
    struct monitor *monitor = call->monitor;
    if (!call->arguments[0].given)
        return write_aliases(call);
    if (!call->arguments[1].given) {
        error_set(call->error, "use: alias name line, or alias alone to list them");
        return command_failed(call);
    }
    const char *name = call->arguments[0].text, *line = call->arguments[1].text;
    struct monitor_alias *alias = NULL;
    for (u32 i = 0; i < MONITOR_ALIASES_MAX && !alias; i++)
        if (!monitor->aliases[i].name[0] || strcmp(monitor->aliases[i].name, name) == 0)
            alias = &monitor->aliases[i];
    if (!alias || strlen(name) >= sizeof alias->name || strlen(line) >= sizeof alias->line) {
        error_set(call->error, "expected at most %u aliases, names of %zu and lines of %zu letters",
                  MONITOR_ALIASES_MAX, sizeof alias->name - 1, sizeof alias->line - 1);
        return command_failed(call);
    }
    strcpy(alias->name, name);
    strcpy(alias->line, line);
    return MONITOR_OK;
}
