#include "app/options.h"

#include "app/option_values.h"
#include "app/qemu_options.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one table: parser, -help, -print-config, machine{} of scripts and the manual page are its
 * readers. */
struct option_row {
    const char *name;
    const char *argument; /* null: none */
    const char *initial;  /* default in the form that can be typed; null: none */
    const char *help;     /* null: an alias that -help leaves out */
    option_setter *set;
    unsigned flags;
};

enum option_flags {
    MACHINE = 1, /* says what the machine is: scripts may give it to machine{} */
    IS_FILE = 2, /* a file name, which a configuration file gives from its own folder */
    REACHES = 4, /* writes, listens or runs on the host: not for a glass386.ini that came along */
};

// clang-format off
static const struct option_row rows[] = {
    {"m",        "SIZE",       "16M",  "guest RAM in MiB or with suffix K, M, G: 1M to 3G", set_memory, MACHINE},
    {"cpu",      "LEVEL",      "386",  "instruction set: 386, 486, 586 or 686", set_cpu, MACHINE},
    {"fpu",      "KIND",       "387",  "coprocessor: 387, or none = an empty socket", set_fpu, MACHINE},
    {"fda",      "FILE[,ro]",  NULL,   "first floppy; none = an empty drive, which is there in any case", set_fda, MACHINE | IS_FILE},
    {"fdb",      "FILE[,ro]",  NULL,   "second floppy, or none = an empty drive", set_fdb, MACHINE | IS_FILE},
    {"hda",      "FILE[,ro][,chs=C/H/S]", NULL, "first hard disk; without any medium, the built-in system. chs=: its cylinders, heads and sectors, by default as its partitions, its file system or its size say", set_hda, MACHINE | IS_FILE},
    {"hdb",      "FILE[,ro][,chs=C/H/S]", NULL, "second hard disk", set_hdb, MACHINE | IS_FILE},
    {"hdc",      "FILE[,ro][,chs=C/H/S]", NULL, "third hard disk", set_hdc, MACHINE | IS_FILE},
    {"hdd",      "FILE[,ro][,chs=C/H/S]", NULL, "fourth hard disk", set_hdd, MACHINE | IS_FILE},
    {"cdrom",    "FILE",       NULL,   "CD (an ISO 9660 image), or none = an empty drive", set_cdrom, MACHINE | IS_FILE},
    {"image",    "FILE[,ro][,chs=C/H/S]", NULL, "the same as an image without option: CD, floppy or hard disk by its content and size", set_image, MACHINE | IS_FILE},
    {"hostdir",  "FOLDER",     NULL,   "show a folder of the host as a hard disk (FAT16) that can only be read, on the first free of hda to hdd", set_hostdir, MACHINE | IS_FILE},
    {"boot",     "ORDER",      NULL,   "boot order: a floppy, c hard disk, d CD, such as dc; by default the first medium given, then the others", set_boot, MACHINE},
    {"snapshot", NULL,         NULL,   "keep all disk writes in memory", set_snapshot, MACHINE},
    {"disk-save","FILE",       NULL,   "keep the built-in system's disk in FILE, made when missing", set_disk_save, MACHINE | IS_FILE | REACHES},
    {"bios",     "FILE",       NULL,   "another BIOS than the built-in one: 64, 128 or 256 KB", set_bios, MACHINE | IS_FILE},
    {"vgabios",  "FILE",       NULL,   "another display BIOS than the one in the built-in BIOS, up to 64 KB", set_vgabios, MACHINE | IS_FILE},
    {"rtc",      "DATE",       NULL,   "date at power on: host, localtime or 1992-01-01T00:00:00, which it is otherwise", set_rtc, MACHINE},
    {"nvram",    "FILE",       NULL,   "keep the 128 bytes of the CMOS memory in FILE, made when missing", set_nvram, MACHINE | IS_FILE | REACHES},
    {"kernel",   "FILE",       NULL,   "start a Multiboot or Linux kernel, or a boot floppy's image, without a disk", set_kernel, MACHINE | IS_FILE},
    {"append",   "TEXT",       NULL,   "the kernel's command line", set_append, MACHINE},
    {"initrd",   "FILE[ WORDS][,...]", NULL, "its initial RAM disk, or its Multiboot modules", set_initrd, MACHINE | IS_FILE},
    {"display",  "KIND",       NULL,   "sdl[,aspect][,full-screen], terminal or none; by default the first that can be", set_display, 0},
    {"nographic",NULL,         NULL,   "-display none -serial mon:stdio", set_nographic, REACHES},
    {"serial",   "WHERE",      NULL,   "COM1: stdio, mon:stdio, null, file:F, unix:PATH, tcp:127.0.0.1:PORT or telnet:127.0.0.1:PORT; given twice, COM2 as well", set_serial, REACHES},
    {"parallel", "file:FILE",  NULL,   "a printer at LPT1 whose paper is FILE", set_parallel, MACHINE | REACHES},
    {"audio",    "wav:FILE",   NULL,   "what the speaker plays, in guest time", set_audio, MACHINE | REACHES},
    {"capture",  "FILE",       NULL,   "a film of the picture in guest time, written at the end: FILE.gif (exact up to 256 colours) or FILE.y4m", set_capture, MACHINE | IS_FILE | REACHES},
    {"debugcon", "WHERE",      "null", "port E9h: the same places", set_debugcon, REACHES},
    {"monitor",  "WHERE",      NULL,   "the monitor: stdio, unix:PATH, tcp:127.0.0.1:PORT, telnet:127.0.0.1:PORT, none", set_monitor, REACHES},
    {"S",        NULL,         NULL,   "start stopped, in the monitor", set_stopped, 0},
    {"s",        NULL,         NULL,   "the same as -gdb tcp:127.0.0.1:1234", set_gdb_usual, REACHES},
    {"gdb",      "WHERE",      NULL,   "let gdb look on ('target remote'): tcp:127.0.0.1:PORT, PORT alone or unix:PATH", set_gdb, REACHES},
    {"script",   "FILE",       NULL,   "run a Lua script (words after it are its arguments); its verdict is the exit code", set_script, IS_FILE | REACHES},
    {"restore",  "FILE",       NULL,   "start from a snapshot", set_restore, MACHINE | IS_FILE},
    {"record",   "FILE",       NULL,   "write down all that comes in (disk writes stay in memory, as with -snapshot)", set_record, IS_FILE | REACHES},
    {"replay",   "FILE",       NULL,   "run a recording again, bit for bit: the same options beside it; 14 when the end is another", set_replay, IS_FILE},
    {"speed",    "PACE",       NULL,   "real (guest time follows host time) or max", set_speed, 0},
    {"ips",      "N",          "100000000", "instructions in a guest second", set_rate, MACHINE},
    {"timeout",  "SECONDS",    NULL,   "stop after so much guest time and exit 8", set_timeout, 0},
    {"max-insns","N",          NULL,   "stop after so many instructions and exit 8", set_limit, 0},
    {"trace",    "LIST",       NULL,   "events to log: int, exc, cr3, task, mmu, io, disk, reset", set_trace, 0},
    {"log",      "FILE",       NULL,   "where they go instead of standard error", set_log, IS_FILE | REACHES},
    {"device",   "isa-debug-exit,iobase=0xf4", NULL, "accepted: the exit ports are always there", set_device, 0},
    {"debug-exit", NULL,       NULL,   "the same for port 501h", set_nothing, 0},
    {"reboot-on-triple-fault", NULL, NULL, "reset as real boards do, instead of explaining and exiting 4", set_reset_on_triple_fault, MACHINE},
    {"no-reboot", NULL,       NULL,   "end the run where the guest would reset itself", set_no_reboot, MACHINE},
    {"config",   "FILE",       NULL,   "options from FILE, lines of name = value; by default glass386.ini beside the image", set_config, 0},
    {"bochsrc",  "FILE",       NULL,   "options from a configuration of Bochs; what has no counterpart is named", set_bochsrc, 0},
    {"junit",    "FILE",       NULL,   "also write the outcome of -script to FILE, as JUnit XML", set_junit, IS_FILE | REACHES},
    {"print-config", NULL,     NULL,   "show what the options come to", set_print_config, 0},
    {"version",  NULL,         NULL,   "show the version", set_version, 0},
    {"help",     NULL,         NULL,   "show this text", set_help, 0},
    {"h",        NULL,         NULL,   NULL, set_help, 0},
};

/* Names of the contract that wait for their part of the machine. */
static const char *const later[] = {
    "exam", "report",
};

// clang-format on

#define NAMES_MAX 160u /* ours and QEMU's */

_Static_assert(ARRAY_COUNT(rows) <= OPTIONS_COUNT_MAX, "struct options.given is too small");

const char *options_name(unsigned row)
{
    return row < ARRAY_COUNT(rows) ? rows[row].name : NULL;
}

static const struct option_row *row_named(const char *name)
{
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static bool is_later(const char *name)
{
    for (unsigned i = 0; i < ARRAY_COUNT(later); i++)
        if (strcmp(later[i], name) == 0)
            return true;
    return false;
}

/* ---- the nearest name ---- */

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* Levenshtein's distance of the first 31 characters. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[32];
    unsigned width = (unsigned)strnlen(b, 31);
    for (unsigned i = 0; i <= width; i++)
        row[i] = i;
    for (unsigned y = 1; *a && y < 32; a++, y++) {
        unsigned diagonal = row[0];
        row[0] = y;
        for (unsigned x = 1; x <= width; x++) {
            unsigned above = row[x];
            row[x] = least(above + 1, row[x - 1] + 1, diagonal + (*a != b[x - 1]));
            diagonal = above;
        }
    }
    return row[width];
}

/* "help" when none is near. */
static const char *nearest_name(const char *name)
{
    const char *best = "help";
    unsigned best_distance = 4; /* farther ones only puzzle */
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
        unsigned away = distance(name, rows[i].name);
        if (away < best_distance && away < strlen(rows[i].name)) {
            best_distance = away;
            best = rows[i].name;
        }
    }
    return best;
}

/* ---- setting ---- */

static bool set_row(struct options *options, const struct option_row *row, const char *value,
                    struct error *error)
{
    struct error expected = {""};
    if (row->set(options, value, &expected)) {
        options->given[row - rows] = value ? value : "on";
        return true;
    }
    return error_set(error, "-%s: '%.150s': expected %.200s", row->name, value, expected.text);
}

static bool unknown(const char *name, struct error *error)
{
    if (is_later(name))
        return error_set(error, "-%s: not available yet", name);
    const char *nearest = nearest_name(name);
    return error_set(error, "-%.60s: there is no such option; %s -%s", name,
                     strcmp(nearest, "help") == 0 ? "all are shown by" : "the nearest one is",
                     nearest);
}

/* "on" and "off" (or nothing) are the values of an option without argument. */
static bool flag_value(const struct option_row *row, const char *value, bool *on,
                       struct error *error)
{
    *on = !value || strcmp(value, "on") == 0;
    if (*on || strcmp(value, "off") == 0)
        return true;
    return error_set(error, "-%s: '%.150s': expected on or off", row->name, value);
}

bool options_describe_machine(const char *name)
{
    const struct option_row *row = row_named(name);
    return row && row->flags & MACHINE;
}

bool options_set(struct options *options, const char *name, const char *value, struct error *error)
{
    const struct option_row *row = row_named(name);
    bool on;
    if (!row)
        return qemu_option_known(name) ? qemu_option_set(options, name, value, error)
                                       : unknown(name, error);
    if (row->argument)
        return value ? set_row(options, row, value, error)
                     : error_set(error, "-%s: expected %s after it", name, row->argument);
    if (!flag_value(row, value, &on, error))
        return false;
    return !on || set_row(options, row, NULL, error);
}

/* A copy that lives as long as the options. */
static const char *keep(struct options *options, const char *folder, int folder_length,
                        const char *value)
{
    size_t size = (size_t)folder_length + strlen(value) + 1;
    struct option_text *text = malloc(sizeof *text + size);
    if (!text)
        return NULL;
    snprintf(text->text, size, "%.*s%s", folder_length, folder, value);
    text->next = options->texts;
    options->texts = text;
    return text->text;
}

bool options_set_copy(struct options *options, const char *name, const char *value,
                      struct error *error)
{
    const char *kept = keep(options, "", 0, value);
    return kept ? options_set(options, name, kept, error)
                : error_set(error, "-%s: not enough memory", name);
}

void options_free(struct options *options)
{
    while (options->texts) {
        struct option_text *next = options->texts->next;
        free(options->texts);
        options->texts = next;
    }
}

static bool may_come_from_file(const struct option_row *row, bool trusted, struct error *error)
{
    if (row->set == set_config || row->set == set_bochsrc || row->set == set_help ||
        row->set == set_version || row->set == set_print_config)
        return error_set(error, "-%s: only on the command line", row->name);
    if (row->flags & REACHES && !trusted)
        return error_set(error,
                         "-%s: expected -config with this file's name, since it reaches "
                         "beyond the machine",
                         row->name);
    return true;
}

bool options_set_from_file(struct options *options, const char *name, const char *value,
                           const char *from, u8 origin, bool trusted, struct error *error)
{
    const struct option_row *row = row_named(name);
    const char *slash = strrchr(from, '/');
    if (!row && qemu_option_known(name))
        return error_set(error, "-%s: only on the command line", name);
    if (!row)
        return unknown(name, error);
    const char *given = options->given[row - rows];
    u8 before = options->origin[row - rows];
    if (before != origin && given && (before || given != row->initial))
        return true;
    bool join = row->flags & IS_FILE && slash && value && value[0] != '/' && strcmp(value, "none");
    const char *kept =
        value ? keep(options, from, join ? (int)(slash + 1 - from) : 0, value) : NULL;
    if (value && !kept)
        return error_set(error, "-%s: not enough memory", name);
    if (!may_come_from_file(row, trusted, error) || !options_set(options, name, kept, error))
        return false;
    options->origin[row - rows] = origin;
    return true;
}

void options_init(struct options *options)
{
    memset(options, 0, sizeof *options);
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        if (rows[i].initial) {
            rows[i].set(options, rows[i].initial, NULL);
            options->given[i] = rows[i].initial;
        }
}

/* ---- the command line ---- */

/* An image given without option. */
static bool take_image(struct options *options, const char *value, struct error *error)
{
    struct error expected = {""};
    return set_image(options, value, &expected) ||
           error_set(error, "'%.200s': expected %.150s", value, expected.text);
}

/* Words after -script FILE up to the next option: more scripts when they end in .lua and no other
   word came before, else the scripts' arguments. "--" gives all the rest to the scripts. */
static bool take_script_words(struct options *options, int argc, char **argv, struct error *error)
{
    bool all = false;
    options->script_arguments = argv + optind;
    for (; optind < argc && (all || argv[optind][0] != '-' || !strcmp(argv[optind], "--"));
         optind++) {
        const char *word = argv[optind];
        size_t length = strlen(word);
        bool script =
            !options->script_argument_count && length > 4 && strcmp(word + length - 4, ".lua") == 0;
        if (!all && strcmp(word, "--") == 0) {
            all = true;
            if (!options->script_argument_count)
                options->script_arguments = argv + optind + 1;
        } else if (script && !all) {
            if (!set_script(options, word, error))
                return error_prefix(error, "-script");
            options->script_arguments = argv + optind + 1;
        } else {
            options->script_argument_count++;
        }
    }
    return true;
}

static void bare_name(const char *word, char *name, size_t size)
{
    while (*word == '-')
        word++;
    snprintf(name, size, "%.*s", (int)strcspn(word, "="), word);
}

static bool refuse(int result, const char *word, struct error *error)
{
    char name[64];
    bare_name(word, name, sizeof name);
    const struct option_row *row = row_named(name);
    if (result == ':' && qemu_option_known(name))
        return error_set(error, "-%s: expected a value after it", name);
    if (result == ':' && row)
        return error_set(error, "-%s: expected %s after it", name, row->argument);
    if (row)
        return error_set(error, "-%s: '%.150s': it takes no value", name, word);
    return unknown(name, error);
}

/* Our names, then QEMU's. */
static void fill_names(struct option *longs)
{
    bool argument;
    unsigned count = 0;
    for (; count < ARRAY_COUNT(rows); count++)
        longs[count] = (struct option){
            rows[count].name, rows[count].argument ? required_argument : no_argument, NULL, 0};
    for (unsigned i = 0; qemu_option(i, &argument) && count < NAMES_MAX; i++)
        longs[count++] = (struct option){qemu_option(i, &argument),
                                         argument ? required_argument : no_argument, NULL, 0};
}

/* The option that getopt found at `index` of the names. */
static bool take_option(struct options *options, const char *name, int index, struct error *error)
{
    return index < (int)ARRAY_COUNT(rows) ? set_row(options, &rows[index], optarg, error)
                                          : qemu_option_set(options, name, optarg, error);
}

bool options_parse(struct options *options, int argc, char **argv, struct error *error)
{
    struct option longs[NAMES_MAX + 1] = {{0}};
    fill_names(longs);
    opterr = 0;
    optind = 0;
    for (;;) {
        int index = -1, before = optind ? optind : 1;
        int result = getopt_long_only(argc, argv, "-:", longs, &index);
        bool done = true;
        if (result == -1)
            break;
        if (result == 1)
            done = take_image(options, optarg, error);
        else if (result != 0)
            done = refuse(result, argv[before], error);
        else
            done = take_option(options, longs[index].name, index, error);
        if (done && result == 0 && strcmp(longs[index].name, "script") == 0)
            done = take_script_words(options, argc, argv, error);
        if (!done)
            return false;
        if (options->action == OPTIONS_HELP || options->action == OPTIONS_VERSION)
            return true;
    }
    while (optind < argc)
        if (!take_image(options, argv[optind++], error))
            return false;
    return true;
}

/* ---- showing ---- */

void options_help(struct text_out *out)
{
    text_out_string(out, "glass386: a PC with an i386 that can be looked into\n\n"
                         "usage: glass386 [options] [image...]\n"
                         "       glass386 fs IMAGE[:PARTITION] ls|get|put|rm|mkdir|mkfs|check ...\n"
                         "       glass386 lab [NAME] [-exam] [-lang en|zh] [-report FILE.md]\n"
                         "With no disk it starts the built-in system.\n\n");
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
        char left[48];
        if (!rows[i].help)
            continue;
        snprintf(left, sizeof left, "-%s %s", rows[i].name,
                 rows[i].argument ? rows[i].argument : "");
        text_out_format(out, "  %-24s %s", left, rows[i].help);
        if (rows[i].initial)
            text_out_format(out, " [%s]", rows[i].initial);
        text_out_string(out, "\n");
    }
    text_out_string(out,
                    "\nExit codes: 0 powered off or tests passed, 2 bad usage or unusable file, "
                    "4 triple fault,\n6 a script's expectation failed, 8 a limit was reached, "
                    "12 host input or output failed,\n14 replay does not fit, 16 internal "
                    "error; odd: the guest wrote (v << 1) | 1 to port F4h.\n");
}

/* As a configuration file would be read again: with quotes where trimming would cut something. */
static void print_line(struct text_out *out, const char *name, const char *value)
{
    size_t length = strlen(value);
    bool quoted = !length || isspace((unsigned char)value[0]) || value[0] == '"' ||
                  isspace((unsigned char)value[length - 1]);
    text_out_format(out, quoted ? "%s = \"%s\"\n" : "%s = %s\n", name, value);
}

static void print_image(const struct medium *image, struct text_out *out)
{
    const struct disk_geometry *geometry = &image->geometry;
    text_out_format(out, "image = %s%s", image->path, image->read_only ? ",ro" : "");
    if (geometry->cylinders)
        text_out_format(out, ",chs=%u/%u/%u", geometry->cylinders, geometry->heads,
                        geometry->sectors);
    text_out_string(out, "\n");
}

/* Options that may be given more than once. */
static bool print_list(const struct options *options, const struct option_row *row,
                       struct text_out *out)
{
    if (row->set == set_serial)
        for (unsigned i = 0; i < options->serial_count; i++) {
            if (options->serial_texts[i])
                print_line(out, row->name, options->serial_texts[i]);
        }
    else if (row->set == set_script)
        for (unsigned i = 0; i < options->script_count; i++)
            print_line(out, row->name, options->scripts[i]);
    else if (row->set == set_image)
        for (unsigned i = 0; i < options->image_count; i++)
            print_image(&options->images[i], out);
    else
        return false;
    return true;
}

/* Which medium was given first is told by the order of boot, since a list here has its own. */
static void print_order(const struct options *options, struct text_out *out)
{
    char first = options->first_medium;
    if (first)
        text_out_format(out, "boot = %c%s\n", first,
                        first == 'c'   ? "ad"
                        : first == 'a' ? "cd"
                                       : "ca");
}

void options_print(const struct options *options, struct text_out *out)
{
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
        bool file = rows[i].set == set_config || rows[i].set == set_bochsrc;
        if (rows[i].set == set_print_config || file || print_list(options, &rows[i], out))
            continue;
        if (options->given[i])
            print_line(out, rows[i].name, options->given[i]);
        else if (rows[i].set == set_boot)
            print_order(options, out);
    }
}
