/* Waiting, setting registers and the dialect, the log, snapshots by name. */
#include "monitor/command.h"

#include "base/bits.h"
#include "base/log.h"
#include "cpu/translate.h"
#include "debug/registers.h"
#include "snapshot/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum monitor_result failed(struct call *call, const char *text)
{
    error_set(call->error, "%s", text);
    return command_failed(call);
}

/* ---- set ---- */

static enum monitor_result set_dialect(struct call *call, const char *name)
{
    for (enum dialect dialect = 0; dialect < DIALECTS; dialect++)
        if (strcmp(name, dialect_names[dialect]) == 0) {
            call->monitor->dialect = dialect;
            return MONITOR_OK;
        }
    error_set(call->error, "'%.40s' is no dialect: hmp, bochs, gdb, or own", name);
    return command_failed(call);
}

/* "REGISTER [=] EXPRESSION", with gdb's $ and Bochs's form without it. */
enum monitor_result cmd_set(struct call *call)
{
    const char *name = call->arguments[0].text;
    const char *text = call->arguments[1].given ? call->arguments[1].text : "";
    struct expression_value value;
    if (strcmp(name, "dialect") == 0)
        return set_dialect(call, text);
    name += *name == '$' || *name == '%';
    size_t length = strcspn(name, "=");
    const struct register_row *row = register_named(name, length);
    if (name[length] == '=')
        text = name[length + 1] ? name + length + 1 : text;
    else
        text += *text == '=';
    while (*text == ' ')
        text++;
    if (!row)
        error_set(call->error, "no register is called '%.*s'; or use: set dialect hmp|bochs|gdb",
                  (int)length, name);
    else if (!row->set)
        error_set(call->error, "%s cannot be set: it follows from others", row->name);
    else if (expression_of(call, text, &value)) {
        row->set(call->cpu, row->number, value.value);
        changed_by_hand(call);
        return MONITOR_OK;
    }
    return command_failed(call);
}

/* ---- wait ---- */

#define WAIT_LONGEST 3600.0

/* Runs for so many guest seconds, or until something stops the machine. */
enum monitor_result cmd_wait(struct call *call)
{
    struct machine *machine = call->monitor->machine;
    char *end;
    const char *text = call->arguments[0].text;
    double seconds = strtod(text, &end);
    if (end == text || *end || !(seconds > 0 && seconds <= WAIT_LONGEST))
        return failed(call, "expected guest seconds, more than 0 and at most 3600, such as 0.5");
    u64 ticks = clock_ns_to_ticks(&machine->clock, (u64)(seconds * 1e9));
    return run_for(call, ticks);
}

/* ---- log ---- */

void monitor_set_log(struct monitor *monitor, struct log *log)
{
    monitor->log = log;
}

static bool parse_classes(const char *text, u32 *classes)
{
    *classes = 0;
    if (strcmp(text, "none") == 0)
        return true;
    while (*text) {
        size_t length = strcspn(text, ",");
        enum log_class class = log_class_named(text, length);
        if (class == LOG_CLASS_COUNT)
            return false;
        *classes |= BIT(class);
        text += length + (text[length] == ',');
    }
    return true;
}

static void write_classes(struct call *call)
{
    bool any = false;
    text_out_string(call->out, "logged:");
    size_t mark = call->out->length;
    for (enum log_class class = 0; class < LOG_CLASS_COUNT; class ++)
        if (call->monitor->log->classes & BIT(class)) {
            text_out_format(call->out, " %s", log_class_name(class));
            any = true;
        }
    text_out_string(call->out, any ? "" : " none");
    note_since(call, "logged", mark + 1);
    text_out_string(call->out, "\n");
}

enum monitor_result cmd_log(struct call *call)
{
    u32 classes;
    if (!call->monitor->log)
        return failed(call, "nobody takes a log here; 'trace LIST' prints events itself");
    if (call->arguments[0].given) {
        if (!parse_classes(call->arguments[0].text, &classes))
            return failed(call, "expected none, or of int,exc,cr3,task,mmu,io,disk,reset");
        call->monitor->log->classes = classes;
    }
    write_classes(call);
    return MONITOR_OK;
}

/* ---- snapshots by name ---- */

#define NAME_SUFFIX ".snap"

/* A word without '.' and '/' names a file of the working directory. */
void snapshot_path(const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s%s", name, strpbrk(name, "./") ? "" : NAME_SUFFIX);
}

enum monitor_result cmd_delvm(struct call *call)
{
    char path[1024];
    struct snapshot_info info;
    snapshot_path(call->arguments[0].text, path, sizeof path);
    if (!snapshot_read_info(path, &info, call->error))
        return command_failed(call);
    if (unlink(path) != 0) {
        error_set(call->error, "%s: cannot be deleted: %s", path, strerror(errno));
        return command_failed(call);
    }
    text_out_format(call->out, "deleted %s\n", path);
    return MONITOR_OK;
}

static void write_snapshot(struct call *call, const char *name, const struct snapshot_info *info)
{
    u64 ms = info->rate ? info->tick / (info->rate / 1000 ? info->rate / 1000 : 1) : 0;
    put_row(call, "snapshots");
    put(call, "file", "  %-24s", name);
    put(call, "ram_mb", " %4u MB", info->ram_size / MIB);
    put(call, "tick", "  tick %llu", (unsigned long long)info->tick);
    text_out_format(call->out, " = %llu.%03llu guest seconds\n", (unsigned long long)(ms / 1000),
                    (unsigned long long)(ms % 1000));
}

static int is_snapshot(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name), suffix = sizeof NAME_SUFFIX - 1;
    return length > suffix && strcmp(entry->d_name + length - suffix, NAME_SUFFIX) == 0;
}

enum monitor_result info_snapshots(struct call *call)
{
    struct dirent **names;
    struct snapshot_info info;
    u32 shown = 0;
    int count = scandir(".", &names, is_snapshot, alphasort);
    for (int i = 0; i < count; i++) {
        if (snapshot_read_info(names[i]->d_name, &info, call->error)) {
            write_snapshot(call, names[i]->d_name, &info);
            shown++;
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    put_top(call);
    put(call, "count", "%u in this directory; 'savevm NAME' makes one\n", shown);
    return MONITOR_OK;
}

/* ---- QEMU's short answer ---- */

enum monitor_result cmd_gva2gpa(struct call *call)
{
    struct access access = {ACCESS_READ, 1, false};
    struct translation result;
    u32 linear;
    if (!argument_linear(call, 0, &linear))
        return command_failed(call);
    if (!translate_linear(call->cpu, linear, &access, false, NULL, NULL, &result)) {
        error_set(call->error, "no page is mapped at linear %08x; 'walk 0x%x' shows why", linear,
                  linear);
        return command_failed(call);
    }
    put(call, "physical", "gpa: 0x%x\n", result.physical);
    return MONITOR_OK;
}
