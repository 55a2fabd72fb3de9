/* Bochs's configuration as options of ours: media, boot order, memory, firmware, processor, clock,
   serial and parallel ports, port E9h, display. Every other line is named in a note.

   Reference: the Bochs User Manual, chapter 4.3 (bochsrc). */

#include "app/config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define VALUE_MAX 1000u

struct directive {
    const char *name;
    bool (*apply)(struct bochs_reader *reader, const char *name, char *words, struct error *error);
};

static void note(struct bochs_reader *reader, const char *what, const char *why)
{
    text_out_format(reader->notes, "%s:%u: %.100s: ignored: %s\n", reader->file, reader->line, what,
                    why);
}

/* The value of `key` in "key=value, key="value"" to *value; false when it is not there. */
static bool parameter(const char *words, const char *key, char *value)
{
    size_t length = strlen(key);
    for (const char *at = words; at;) {
        while (isspace((unsigned char)*at) || *at == ',')
            at++;
        if (strncmp(at, key, length) == 0 && at[length] == '=') {
            at += length + 1;
            bool quoted = *at == '"';
            at += quoted;
            size_t size = strcspn(at, quoted ? "\"" : ",");
            while (size && !quoted && isspace((unsigned char)at[size - 1]))
                size--;
            snprintf(value, VALUE_MAX, "%.*s", (int)(size < VALUE_MAX ? size : VALUE_MAX - 1), at);
            return true;
        }
        at = strchr(at, ',');
    }
    return false;
}

static bool parameter_is(const char *words, const char *key, const char *expected)
{
    char value[VALUE_MAX];
    return parameter(words, key, value) && strcmp(value, expected) == 0;
}

static bool floppy(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    static const char *const keys[] = {"1_44", "1_2",  "2_88", "720k", "360k",
                                       "320k", "180k", "160k", "image"};
    char path[VALUE_MAX + 4];
    const char *drive = strcmp(name, "floppya") == 0 ? "fda" : "fdb";
    for (unsigned i = 0; i < ARRAY_COUNT(keys); i++)
        if (parameter(words, keys[i], path)) {
            if (parameter_is(words, "write_protected", "1"))
                strcat(path, ",ro");
            if (parameter_is(words, "status", "ejected"))
                strcpy(path, "none");
            return reader->set(reader, drive, path, error);
        }
    note(reader, name, "no image is named");
    return true;
}

/* cylinders=, heads= and spt=, where they are said; 0 cylinders: Bochs finds out. */
static void add_geometry(const char *words, char *path)
{
    char cylinders[VALUE_MAX], heads[VALUE_MAX], sectors[VALUE_MAX];
    size_t length = strlen(path);
    if (parameter(words, "cylinders", cylinders) && parameter(words, "heads", heads) &&
        parameter(words, "spt", sectors) && strcmp(cylinders, "0") != 0)
        snprintf(path + length, VALUE_MAX + 80 - length, ",chs=%.20s/%.20s/%.20s", cylinders, heads,
                 sectors);
}

static bool disk(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    static const char *const drives[] = {"hda", "hdb", "hdc", "hdd"};
    char path[VALUE_MAX + 80];
    unsigned drive = (name[3] == '1' ? 2u : 0u) + (strstr(name, "slave") ? 1u : 0u);
    if (name[3] > '1') {
        note(reader, name, "there are two channels here, ata0 and ata1");
        return true;
    }
    bool cd = parameter_is(words, "type", "cdrom");
    if (!parameter(words, "path", path)) {
        note(reader, name, "no path is named");
        return true;
    }
    char mode[VALUE_MAX];
    if (parameter(words, "mode", mode) && strcmp(mode, "flat") != 0) {
        note(reader, name, "only mode=flat is read here");
        return true;
    }
    if (parameter_is(words, "status", "ejected"))
        strcpy(path, "none");
    if (!cd)
        add_geometry(words, path);
    return reader->set(reader, cd ? "cdrom" : drives[drive], path, error);
}

static bool boot(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    static const struct {
        const char *name;
        char letter;
    } media[] = {{"floppy", 'a'}, {"a", 'a'}, {"disk", 'c'}, {"c", 'c'}, {"cdrom", 'd'}};
    char order[8] = "", *rest;
    size_t count = 0;
    for (char *word = strtok_r(words, ", \t", &rest); word; word = strtok_r(NULL, ", \t", &rest)) {
        bool known = false;
        for (unsigned i = 0; i < ARRAY_COUNT(media) && count < 3; i++)
            if (strcmp(word, media[i].name) == 0) {
                order[count++] = media[i].letter;
                known = true;
            }
        if (!known)
            note(reader, name, "only floppy, disk and cdrom can be booted here");
    }
    return !count || reader->set(reader, "boot", order, error);
}

static bool memory(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    char guest[VALUE_MAX];
    if (strcmp(name, "megs") == 0)
        return reader->set(reader, "m", words, error);
    return !parameter(words, "guest", guest) || reader->set(reader, "m", guest, error);
}

/* Bochs's own images: every bochsrc names them, and what they do the built-in ones do, too. */
static bool is_bochs_rom(const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    return strncmp(name, "BIOS-bochs", 10) == 0 || strncasecmp(name, "vgabios", 7) == 0 ||
           strcmp(name, "bios.bin-1.13.0") == 0;
}

static bool rom(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    char file[VALUE_MAX];
    if (!parameter(words, "file", file) || strchr(file, '$') || is_bochs_rom(file)) {
        note(reader, name, "the built-in one is used (-bios and -vgabios take others)");
        return true;
    }
    return reader->set(reader, strcmp(name, "romimage") == 0 ? "bios" : "vgabios", file, error);
}

static const char *level_of(const char *model)
{
    static const struct {
        const char *part, *level;
    } levels[] = {{"386", "386"}, {"486", "486"}, {"pentium", "586"}, {"k6", "586"}};
    for (unsigned i = 0; i < ARRAY_COUNT(levels); i++)
        if (strstr(model, levels[i].part))
            return levels[i].level;
    return "686";
}

static bool processor(struct bochs_reader *reader, const char *name, char *words,
                      struct error *error)
{
    char value[VALUE_MAX];
    (void)name;
    if (parameter(words, "model", value) && !reader->set(reader, "cpu", level_of(value), error))
        return false;
    if (parameter(words, "ips", value) && !reader->set(reader, "ips", value, error))
        return false;
    return !parameter_is(words, "reset_on_triple_fault", "1") ||
           reader->set(reader, "reboot-on-triple-fault", NULL, error);
}

/* cpuid: level=5 says what a model says. */
static bool level(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    static const char *const levels[] = {"386", "486", "586", "686"};
    char value[VALUE_MAX];
    (void)name;
    if (!parameter(words, "level", value) || value[0] < '3' || value[0] > '6' || value[1])
        return true;
    return reader->set(reader, "cpu", levels[value[0] - '3'], error);
}

static bool rate(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    (void)name;
    return reader->set(reader, "ips", words, error);
}

/* time0=local, utc or seconds since 1970; sync=realtime or slowdown. */
static bool clock_options(struct bochs_reader *reader, const char *name, char *words,
                          struct error *error)
{
    char value[VALUE_MAX], date[32], *end;
    (void)name;
    bool paced = parameter_is(words, "sync", "realtime") || parameter_is(words, "sync", "slowdown");
    if (paced && !reader->set(reader, "speed", "real", error))
        return false;
    if (!parameter(words, "time0", value))
        return true;
    if (strcmp(value, "local") == 0)
        return reader->set(reader, "rtc", "localtime", error);
    if (strcmp(value, "utc") == 0)
        return reader->set(reader, "rtc", "host", error);
    time_t seconds = (time_t)strtoll(value, &end, 10);
    struct tm parts;
    if (*end || seconds < 1 || !gmtime_r(&seconds, &parts) ||
        !strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts))
        return error_set(error, "clock: time0=%.60s: expected local, utc or seconds since 1970",
                         value);
    return reader->set(reader, "rtc", date, error);
}

static bool port_e9(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    (void)name;
    return !parameter_is(words, "enabled", "1") || reader->set(reader, "debugcon", "stdio", error);
}

static bool gdb(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    char port[VALUE_MAX] = "1234";
    (void)name;
    parameter(words, "port", port);
    return !parameter_is(words, "enabled", "1") || reader->set(reader, "gdb", port, error);
}

/* The channels are always there, at the places of the first two. */
static bool channel(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    (void)error;
    if (name[3] > '1' && parameter_is(words, "enabled", "1"))
        note(reader, name, "there are two channels here, ata0 and ata1");
    return true;
}

static bool serial(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    char mode[VALUE_MAX] = "null", device[VALUE_MAX], value[VALUE_MAX + 8] = "null";
    if (!parameter_is(words, "enabled", "1"))
        return true;
    parameter(words, "mode", mode);
    bool named = parameter(words, "dev", device);
    if (strcmp(mode, "file") == 0 && named) {
        snprintf(value, sizeof value, "file:%s", device);
    } else if (strcmp(mode, "socket-server") == 0 && named && strrchr(device, ':')) {
        snprintf(value, sizeof value, "tcp:127.0.0.1%s", strrchr(device, ':'));
    } else if (strcmp(mode, "null") != 0) {
        note(reader, name, "of the modes only file, socket-server and null are known here");
        return true;
    }
    return reader->set(reader, "serial", value, error);
}

static bool parallel(struct bochs_reader *reader, const char *name, char *words,
                     struct error *error)
{
    char file[VALUE_MAX], value[VALUE_MAX + 8];
    (void)name;
    if (!parameter_is(words, "enabled", "1") || !parameter(words, "file", file))
        return true;
    snprintf(value, sizeof value, "file:%s", file);
    return reader->set(reader, "parallel", value, error);
}

static bool display(struct bochs_reader *reader, const char *name, char *words, struct error *error)
{
    words[strcspn(words, ", \t")] = 0;
    if (strcmp(words, "term") == 0)
        return reader->set(reader, "display", "terminal", error);
    if (strcmp(words, "nogui") == 0)
        return reader->set(reader, "display", "none", error);
    if (strncmp(words, "sdl", 3) != 0)
        note(reader, name, "the display is chosen by what the host has");
    return true;
}

static const struct directive directives[] = {
    // clang-format off
    {"floppya", floppy},         {"floppyb", floppy},
    {"ata0-master", disk},       {"ata0-slave", disk},
    {"ata1-master", disk},       {"ata1-slave", disk},
    {"ata2-master", disk},       {"ata2-slave", disk},
    {"ata3-master", disk},       {"ata3-slave", disk},
    {"ata0", channel},           {"ata1", channel},
    {"ata2", channel},           {"ata3", channel},
    {"boot", boot},              {"megs", memory},
    {"memory", memory},          {"romimage", rom},
    {"vgaromimage", rom},        {"cpu", processor},
    {"cpuid", level},            {"ips", rate},
    {"clock", clock_options},    {"gdbstub", gdb},
    {"com1", serial},            {"com2", serial},
    {"parport1", parallel},      {"display_library", display},
    {"port_e9_hack", port_e9},
    // clang-format on
};

bool bochsrc_line(struct bochs_reader *reader, char *text, struct error *error)
{
    char *colon = strchr(text, ':');
    if (!colon) {
        note(reader, text, "expected a name and a colon");
        return true;
    }
    *colon++ = 0;
    while (isspace((unsigned char)*colon))
        colon++;
    for (unsigned i = 0; i < ARRAY_COUNT(directives); i++)
        if (strcmp(text, directives[i].name) == 0)
            return directives[i].apply(reader, text, colon, error);
    text_out_format(&reader->ignored, "%s%s", reader->ignored.length ? ", " : "", text);
    return true;
}
