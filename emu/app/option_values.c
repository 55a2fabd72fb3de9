#define _GNU_SOURCE /* strptime, timegm */
#include "app/option_values.h"

#include "base/log.h"
#include "bus/clock.h"
#include "ui/ui.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPECTED(error, ...) error_set(error, __VA_ARGS__)

/* A whole number in decimal or 0x form and where it ends. */
static bool parse_number(const char *text, u64 *number, const char **end)
{
    char *stop;
    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    *number = strtoull(text, &stop, 0);
    *end = stop;
    return errno == 0;
}

static bool number_within(const char *text, u64 low, u64 high, u64 *number)
{
    const char *end;
    return parse_number(text, number, &end) && *end == 0 && *number >= low && *number <= high;
}

bool set_memory(struct options *options, const char *value, struct error *error)
{
    static const char suffixes[] = "kmg";
    const char *end;
    u64 number;
    unsigned shift = 20;
    if (strncmp(value, "size=", 5) == 0) /* as QEMU has it */
        value += 5;
    bool sane = parse_number(value, &number, &end) && number <= 0xffffffffu;
    if (sane && *end) {
        const char *suffix = strchr(suffixes, tolower((unsigned char)*end));
        sane = suffix && end[1] == 0;
        shift = sane ? 10u * (unsigned)(suffix - suffixes + 1) : 0;
    }
    if (sane)
        number <<= shift;
    if (!sane || number < MIB || number > 3ull * 1024 * MIB || number % PAGE_SIZE)
        return EXPECTED(error, "a size from 1M to 3G in steps of 4K (a plain number is in MiB)");
    options->ram_size = (u32)number;
    return true;
}

/* Index of a word in a list of words; -1 when it is not there. */
static int word_index(const char *word, const char *const *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return (int)i;
    return -1;
}

/* Cuts words that say nothing new off the end of a list with commas. */
static void cut_words(char *text, const char *const *words, unsigned count)
{
    char *comma;
    while ((comma = strrchr(text, ',')) && word_index(comma + 1, words, count) >= 0)
        *comma = 0;
}

bool set_cpu(struct options *options, const char *value, struct error *error)
{
    static const char *const names[] = {"386", "486", "586", "686"};
    int level = word_index(value, names, ARRAY_COUNT(names));
    if (level < 0)
        return EXPECTED(error, "386, 486, 586 or 686");
    options->cpu = (enum cpu_level)level;
    return true;
}

bool set_fpu(struct options *options, const char *value, struct error *error)
{
    static const char *const names[] = {"387", "none"};
    int kind = word_index(value, names, ARRAY_COUNT(names));
    if (kind < 0)
        return EXPECTED(error, "387 or none");
    options->fpu_absent = kind == 1;
    return true;
}

/* "C/H/S". */
static bool parse_geometry(const char *text, struct disk_geometry *geometry)
{
    u32 *const parts[] = {&geometry->cylinders, &geometry->heads, &geometry->sectors};
    for (unsigned i = 0; i < ARRAY_COUNT(parts); i++) {
        u64 number;
        if (!parse_number(text, &number, &text) || number > UINT32_MAX)
            return false;
        *parts[i] = (u32)number;
        if (*text++ != (i < 2 ? '/' : 0))
            return false;
    }
    return disk_geometry_possible(geometry);
}

/* Takes what says how a medium is used off the end of a file name, which may have commas, too. */
static bool cut_medium_words(struct medium *medium, struct error *error)
{
    static const char chs[] = "chs=";
    char *comma;
    while ((comma = strrchr(medium->path, ','))) {
        bool read_only = strcmp(comma + 1, "ro") == 0;
        bool geometry = strncmp(comma + 1, chs, strlen(chs)) == 0;
        if (!read_only && !geometry)
            break;
        if (geometry && !parse_geometry(comma + 1 + strlen(chs), &medium->geometry))
            return EXPECTED(error, "chs=CYLINDERS/HEADS/SECTORS, up to 16383/16/63");
        medium->read_only |= read_only;
        *comma = 0;
    }
    return medium->path[0] ||
           EXPECTED(error, "a file name, or a file name and ,ro or ,chs=CYLINDERS/HEADS/SECTORS");
}

bool set_medium(struct medium *medium, const char *value, struct error *error)
{
    size_t length = strlen(value);
    if (medium->given)
        return EXPECTED(error, "one image for a drive, and there is one already");
    if (length >= sizeof medium->path)
        return EXPECTED(error, "a file name of less than %zu letters", sizeof medium->path);
    memcpy(medium->path, value, length);
    medium->path[length] = 0;
    medium->given = cut_medium_words(medium, error);
    return medium->given;
}

static bool set_drive(struct options *options, enum machine_slot slot, const char *value,
                      struct error *error)
{
    if (!options->first_medium)
        options->first_medium = slot >= MACHINE_FDA ? 'a' : 'c';
    return set_medium(&options->disks[slot], value, error);
}

bool set_hda(struct options *options, const char *value, struct error *error)
{
    return set_drive(options, MACHINE_HDA, value, error);
}

bool set_hdb(struct options *options, const char *value, struct error *error)
{
    return set_drive(options, MACHINE_HDB, value, error);
}

bool set_hdc(struct options *options, const char *value, struct error *error)
{
    return set_drive(options, MACHINE_HDC, value, error);
}

bool set_hdd(struct options *options, const char *value, struct error *error)
{
    return set_drive(options, MACHINE_HDD, value, error);
}

/* Drives whose medium can be changed may be empty. */
static bool set_removable(struct medium *medium, const char *value, struct error *error)
{
    bool empty = strcmp(value, "none") == 0;
    bool set = set_medium(medium, value, error);
    if (set && medium->geometry.cylinders)
        return EXPECTED(error, "chs= for a hard disk only");
    if (set && empty)
        medium->path[0] = 0;
    return set;
}

bool set_fda(struct options *options, const char *value, struct error *error)
{
    if (!options->first_medium && strcmp(value, "none") != 0)
        options->first_medium = 'a';
    return set_removable(&options->disks[MACHINE_FDA], value, error);
}

bool set_fdb(struct options *options, const char *value, struct error *error)
{
    return set_removable(&options->disks[MACHINE_FDB], value, error);
}

bool set_cdrom(struct options *options, const char *value, struct error *error)
{
    if (!options->first_medium && strcmp(value, "none") != 0)
        options->first_medium = 'd';
    return set_removable(&options->cdrom, value, error);
}

/* Its content is looked at when it is opened. */
bool set_image(struct options *options, const char *value, struct error *error)
{
    if (options->image_count == OPTIONS_IMAGES_MAX)
        return EXPECTED(error, "at most %u images without option", OPTIONS_IMAGES_MAX);
    if (!set_medium(&options->images[options->image_count], value, error))
        return false;
    options->image_count++;
    return true;
}

/* Letters with or without commas between them, each once. */
bool set_boot(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"menu=off", "strict=on", "strict=off"};
    char order[sizeof options->boot] = "", letters[64];
    unsigned count = 0;
    snprintf(letters, sizeof letters, "%s", strncmp(value, "order=", 6) == 0 ? value + 6 : value);
    cut_words(letters, words, ARRAY_COUNT(words));
    value = letters;
    for (; *value; value++) {
        if (*value == ',' && count > 0 && value[1])
            continue;
        if (!strchr("acd", *value) || strchr(order, *value))
            return EXPECTED(error, "an order of a (floppy), c (hard disk) and d (CD), such as dc");
        order[count++] = *value;
    }
    if (!count)
        return EXPECTED(error, "an order of a (floppy), c (hard disk) and d (CD), such as dc");
    memcpy(options->boot, order, sizeof order);
    return true;
}

bool set_snapshot(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    options->snapshot = true;
    return true;
}

/* "1992-01-01T00:00:00" or its first ten letters, as the clock shows it. */
static bool parse_date(const char *text, s64 *seconds)
{
    struct tm date = {0};
    const char *end = strptime(text, "%Y-%m-%d", &date);
    if (end && *end)
        end = strptime(end, "T%H:%M:%S", &date);
    *seconds = end && !*end ? (s64)timegm(&date) : 0;
    return *seconds > 0;
}

/* QEMU's "base=" may stand before it, and its words for how guest time goes here anyway behind. The
 * host's clock is asked once, here. */
bool set_rtc(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"clock=vm", "driftfix=none"};
    char base[64];
    snprintf(base, sizeof base, "%s", strncmp(value, "base=", 5) == 0 ? value + 5 : value);
    cut_words(base, words, ARRAY_COUNT(words));
    value = base;
    time_t now = time(NULL);
    struct tm local;
    if (strcmp(value, "host") == 0 || strcmp(value, "utc") == 0)
        options->rtc_time = now;
    else if (strcmp(value, "localtime") == 0 && localtime_r(&now, &local))
        options->rtc_time = (s64)timegm(&local);
    else if (!parse_date(value, &options->rtc_time))
        return EXPECTED(error, "host, localtime or a date after 1970 such as 1992-01-01T00:00:00");
    return true;
}

/* KIND[,aspect][,full-screen]: what follows the kind is for a window. */
static bool set_display_words(struct options *options, const char *words)
{
    static const char aspect[] = ",aspect", full_screen[] = ",full-screen";
    while (*words) {
        bool is_aspect = strncmp(words, aspect, strlen(aspect)) == 0;
        if (!is_aspect && strncmp(words, full_screen, strlen(full_screen)) != 0)
            return false;
        options->display_aspect |= is_aspect;
        options->display_full_screen |= !is_aspect;
        words += is_aspect ? strlen(aspect) : strlen(full_screen);
        if (*words && *words != ',')
            return false;
    }
    return true;
}

bool set_display(struct options *options, const char *value, struct error *error)
{
    size_t kind = strcspn(value, ",");
    for (unsigned i = 0; i < display_count; i++) {
        const char *name = displays[i]->name;
        if (strlen(name) != kind || strncmp(name, value, kind) != 0)
            continue;
        options->display = name;
        if (!value[kind] || (displays[i]->resizable && set_display_words(options, value + kind)))
            return true;
    }
    EXPECTED(error, "one of");
    size_t length = strlen(error->text);
    for (unsigned i = 0; i < display_count; i++)
        length += (size_t)snprintf(error->text + length, sizeof error->text - length, "%s %s%s",
                                   i ? "," : "", displays[i]->name,
                                   displays[i]->resizable ? "[,aspect][,full-screen]" : "");
    return false;
}

bool set_nographic(struct options *options, const char *value, struct error *error)
{
    (void)value;
    options->display = "none";
    if (!set_serial(options, "mon:stdio", error))
        return false;
    options->serial_texts[options->serial_count - 1] = NULL;
    return true;
}

/* ---- back ends ---- */

/* Cuts what QEMU's hands add to a socket that listens and does not wait, which ours always does. */
static void cut_socket_words(char *text)
{
    static const char *const words[] = {"server", "server=on", "nowait", "wait=off", "nodelay"};
    cut_words(text, words, ARRAY_COUNT(words));
}

static bool tcp_address(struct channel_spec *spec)
{
    static const char *const hosts[] = {"", "localhost", "127.0.0.1"};
    char *colon = strrchr(spec->path, ':');
    u64 port;
    if (!colon || !number_within(colon + 1, 1, 65535, &port))
        return false;
    *colon = 0;
    spec->port = (u16)port;
    return word_index(spec->path, hosts, ARRAY_COUNT(hosts)) >= 0;
}

static const struct {
    const char *prefix;
    enum channel_kind kind;
    bool monitor, rest; /* rest: something must follow the prefix */
} back_ends[] = {
    {"stdio", CHANNEL_STDIO, false, false}, {"mon:stdio", CHANNEL_STDIO, true, false},
    {"null", CHANNEL_NULL, false, false},   {"none", CHANNEL_NULL, false, false},
    {"file:", CHANNEL_FILE, false, true},   {"unix:", CHANNEL_UNIX, false, true},
    {"tcp:", CHANNEL_TCP, false, true},     {"telnet:", CHANNEL_TELNET, false, true},
};

static bool parse_channel(struct channel_spec *spec, const char *value)
{
    for (unsigned i = 0; i < ARRAY_COUNT(back_ends); i++) {
        size_t length = strlen(back_ends[i].prefix);
        if (strncmp(value, back_ends[i].prefix, length) != 0)
            continue;
        const char *rest = value + length;
        if ((rest[0] != 0) != back_ends[i].rest || strlen(rest) >= sizeof spec->path)
            continue;
        *spec = (struct channel_spec){.kind = back_ends[i].kind, .monitor = back_ends[i].monitor};
        memcpy(spec->path, rest, strlen(rest) + 1);
        bool tcp = spec->kind == CHANNEL_TCP || spec->kind == CHANNEL_TELNET;
        if (spec->kind == CHANNEL_UNIX || tcp)
            cut_socket_words(spec->path);
        return !tcp || tcp_address(spec);
    }
    return false;
}

#define BACK_ENDS \
    "null, stdio, mon:stdio, file:FILE, unix:PATH, tcp:127.0.0.1:PORT or telnet:127.0.0.1:PORT"

bool set_serial(struct options *options, const char *value, struct error *error)
{
    if (options->serial_count == 2)
        return EXPECTED(error, "at most two serial lines");
    if (!parse_channel(options->serial_count ? &options->serial2 : &options->serial, value))
        return EXPECTED(error, BACK_ENDS);
    if (options->serial2.monitor)
        return EXPECTED(error, "mon:stdio for the first line only");
    options->serial_texts[options->serial_count++] = value;
    return true;
}

bool set_debugcon(struct options *options, const char *value, struct error *error)
{
    if (!parse_channel(&options->debugcon, value) || options->debugcon.monitor)
        return EXPECTED(error, "null, stdio, file:FILE, unix:PATH, tcp:127.0.0.1:PORT or "
                               "telnet:127.0.0.1:PORT");
    return true;
}

bool set_monitor(struct options *options, const char *value, struct error *error)
{
    struct channel_spec *spec = &options->monitor;
    if (!parse_channel(spec, value) || spec->monitor || spec->kind == CHANNEL_FILE)
        return EXPECTED(error,
                        "stdio, unix:PATH, tcp:127.0.0.1:PORT, telnet:127.0.0.1:PORT or none");
    options->monitor_given = true;
    return true;
}

/* A port alone listens on 127.0.0.1, as everything does. */
bool set_gdb(struct options *options, const char *value, struct error *error)
{
    struct channel_spec *spec = &options->gdb;
    u64 port;
    if (number_within(value, 1, 65535, &port)) {
        *spec = (struct channel_spec){.kind = CHANNEL_TCP, .port = (u16)port};
        return true;
    }
    if (!parse_channel(spec, value) ||
        (spec->kind != CHANNEL_TCP && spec->kind != CHANNEL_UNIX && spec->kind != CHANNEL_NULL))
        return EXPECTED(error, "tcp:127.0.0.1:PORT, a port, unix:PATH or none");
    return true;
}

bool set_gdb_usual(struct options *options, const char *value, struct error *error)
{
    (void)value;
    return set_gdb(options, "1234", error);
}

/* ---- the run ---- */

bool set_nothing(struct options *options, const char *value, struct error *error)
{
    (void)options, (void)value, (void)error;
    return true;
}

bool set_stopped(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    options->start_stopped = true;
    return true;
}

bool set_reset_on_triple_fault(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    options->reset_on_triple_fault = true;
    return true;
}

bool set_no_reboot(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    options->reset_ends_run = true;
    return true;
}

bool set_script(struct options *options, const char *value, struct error *error)
{
    if (!value[0] || options->script_count == OPTIONS_SCRIPTS_MAX)
        return EXPECTED(error, "a Lua file (at most %u)", OPTIONS_SCRIPTS_MAX);
    options->scripts[options->script_count++] = value;
    return true;
}

bool set_speed(struct options *options, const char *value, struct error *error)
{
    static const char *const names[] = {"", "real", "max"};
    int speed = word_index(value, names, ARRAY_COUNT(names));
    if (speed <= SPEED_DEFAULT)
        return EXPECTED(error, "real or max");
    options->speed = (enum speed)speed;
    return true;
}

bool set_rate(struct options *options, const char *value, struct error *error)
{
    u64 rate;
    if (!number_within(value, 100000, 4000000000u, &rate))
        return EXPECTED(error, "instructions in a guest second, 100000 to 4000000000");
    options->rate = (u32)rate;
    return true;
}

bool set_timeout(struct options *options, const char *value, struct error *error)
{
    char *end;
    double seconds = strtod(value, &end);
    if (end == value || *end || !isfinite(seconds) || seconds < 1e-6 || seconds > 1e9)
        return EXPECTED(error, "guest seconds, more than 0, such as 30 or 0.5");
    options->timeout_ns = (u64)(seconds * 1e9);
    return true;
}

bool set_limit(struct options *options, const char *value, struct error *error)
{
    if (!number_within(value, 1, UINT64_MAX - 1, &options->limit_ticks))
        return EXPECTED(error, "a count of instructions, 1 or more");
    return true;
}

bool set_trace(struct options *options, const char *value, struct error *error)
{
    u32 classes = 0;
    for (const char *name = value; *name;) {
        size_t length = strcspn(name, ",");
        enum log_class class = log_class_named(name, length);
        if (class == LOG_CLASS_COUNT)
            return EXPECTED(error, "a list of int, exc, cr3, task, mmu, io, disk, reset");
        classes |= 1u << class;
        name += length;
        name += *name == ',';
    }
    options->trace = classes;
    return true;
}

/* The exit ports F4h and 501h are always there; the words that QEMU needs for them are accepted. */
bool set_device(struct options *options, const char *value, struct error *error)
{
    static const char device[] = "isa-debug-exit";
    (void)options;
    bool known = strncmp(value, device, sizeof device - 1) == 0;
    for (const char *p = value + sizeof device - 1; known && *p;) {
        u64 number;
        const char *end = p;
        if (strncmp(p, ",iobase=", 8) == 0)
            known = parse_number(p + 8, &number, &end) && (number == 0xf4 || number == 0x501);
        else if (strncmp(p, ",iosize=", 8) == 0)
            known = parse_number(p + 8, &number, &end) && number >= 1 && number <= 4;
        else
            known = false;
        p = end;
    }
    return known || EXPECTED(error, "isa-debug-exit, with iobase=0xf4 or 0x501");
}

/* ---- questions ---- */

static bool set_action(struct options *options, enum options_action action)
{
    options->action = action;
    return true;
}

bool set_help(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return set_action(options, OPTIONS_HELP);
}

bool set_version(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return set_action(options, OPTIONS_VERSION);
}

bool set_print_config(struct options *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    return set_action(options, OPTIONS_PRINT_CONFIG);
}
