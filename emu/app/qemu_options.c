/* Reference: qemu-system-i386(1); Bochs User Manual 3.5 (command line). */
#include "app/qemu_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef bool become(struct options *options, const char *value, struct error *error);

struct qemu_option {
    const char *name;
    bool argument;
    const char *taken;   /* values that ask for what is so here anyway, with a blank around each;
                            "*": any; null: none */
    const char *nearest; /* here; null with `become` alone */
    become *become;      /* tried on values that are not `taken` */
};

/* ---- lists of key=value ---- */

/* Cuts the next word off a list with commas; two of them are one that belongs to the word. */
static char *next_word(char **list)
{
    char *word = *list, *to = word, *from = word;
    if (!*word)
        return NULL;
    for (; *from && (*from != ',' || from[1] == ','); from++) {
        *to++ = *from;
        from += *from == ',';
    }
    *list = from + (*from == ',');
    *to = 0;
    return word;
}

static bool is_one_of(const char *word, const char *list)
{
    char padded[80];
    if (strchr(word, ' ') || snprintf(padded, sizeof padded, " %s ", word) >= (int)sizeof padded)
        return false;
    return strstr(list, padded) != NULL;
}

/* ---- those that become ours ---- */

struct drive {
    const char *file, *interface;
    bool cd, read_only;
    int index, bus, unit; /* -1: not said */
    const char *cylinders, *heads, *sectors;
};

/* A digit as a number; anything else as one that no drive has. */
static int drive_number(const char *value)
{
    return value[0] >= '0' && value[0] <= '3' && !value[1] ? value[0] - '0' : 99;
}

static bool drive_word(struct drive *drive, const char *key, const char *value, struct error *error)
{
    const struct {
        const char *key, *values;
        bool *flag;
    } flags[] = {
        {"readonly", " on off ", &drive->read_only},
        {"read-only", " on off ", &drive->read_only},
        {"media", " cdrom disk ", &drive->cd},
    };
    const struct {
        const char *key;
        int *number;
    } numbers[] = {{"index", &drive->index}, {"bus", &drive->bus}, {"unit", &drive->unit}};
    const struct {
        const char *key, **text;
    } texts[] = {{"file", &drive->file},
                 {"cyls", &drive->cylinders},
                 {"heads", &drive->heads},
                 {"secs", &drive->sectors}};
    for (unsigned i = 0; i < ARRAY_COUNT(flags); i++)
        if (strcmp(key, flags[i].key) == 0 && is_one_of(value, flags[i].values)) {
            *flags[i].flag = strcmp(value, "on") == 0 || strcmp(value, "cdrom") == 0;
            return true;
        }
    for (unsigned i = 0; i < ARRAY_COUNT(numbers); i++)
        if (strcmp(key, numbers[i].key) == 0) {
            *numbers[i].number = drive_number(value);
            return true;
        }
    for (unsigned i = 0; i < ARRAY_COUNT(texts); i++)
        if (strcmp(key, texts[i].key) == 0) {
            *texts[i].text = value;
            return true;
        }
    if (strcmp(key, "if") == 0 && is_one_of(value, " ide floppy "))
        drive->interface = value;
    else if (!(strcmp(key, "format") == 0 && strcmp(value, "raw") == 0) &&
             !(strcmp(key, "snapshot") == 0 && strcmp(value, "off") == 0) &&
             !is_one_of(key, " id cache aio werror rerror discard detect-zeroes trans "))
        return error_set(error,
                         "%.60s=%.60s is not known here; expected file=F with if=ide|floppy, "
                         "index=N, media=disk|cdrom, readonly=on, format=raw, cyls=, heads=, secs= "
                         "(-hda, -fda and "
                         "-cdrom do the same)",
                         key, value);
    return true;
}

/* The first of our drives that is free, or the one that was said. */
static const char *drive_name(const struct options *options, const struct drive *drive)
{
    static const char *const floppies[] = {"fda", "fdb"};
    static const char *const disks[] = {"hda", "hdb", "hdc", "hdd"};
    bool floppy = strcmp(drive->interface, "floppy") == 0;
    int count = floppy ? 2 : 4;
    int number = drive->index >= 0 ? drive->index : drive->bus > 0 ? drive->bus * 2 : drive->unit;
    if (drive->index < 0 && drive->bus > 0 && drive->unit > 0)
        number += drive->unit;
    if (drive->cd && !floppy)
        return "cdrom";
    if (number < 0)
        for (number = 0; number < count - 1; number++)
            if (!options->disks[(floppy ? MACHINE_FDA : MACHINE_HDA) + number].given)
                break;
    if (number >= count)
        return NULL;
    return floppy ? floppies[number] : disks[number];
}

static bool become_drive(struct options *options, const char *value, struct error *error)
{
    struct drive drive = {.interface = "ide", .index = -1, .bus = -1, .unit = -1};
    char words[4200], file[4200], *list = words, *word;
    if (snprintf(words, sizeof words, "%s", value) >= (int)sizeof words)
        return error_set(error, "expected a shorter list");
    while ((word = next_word(&list))) {
        char *equals = strchr(word, '=');
        if (!equals)
            return error_set(error, "'%.60s': expected file=F and other words with an =", word);
        *equals = 0;
        if (!drive_word(&drive, word, equals + 1, error))
            return false;
    }
    const char *name = drive_name(options, &drive);
    if (!drive.file || !drive.file[0] || !name)
        return error_set(error, drive.file ? "expected index 0 or 1 of floppies, 0 to 3 of disks"
                                           : "expected file=F in it, as -hda F has it");
    int length =
        snprintf(file, sizeof file, "%s%s", drive.file, drive.read_only && !drive.cd ? ",ro" : "");
    bool geometry = drive.cylinders || drive.heads || drive.sectors;
    if (geometry && !(drive.cylinders && drive.heads && drive.sectors))
        return error_set(error, "expected cyls=, heads= and secs= together");
    if (geometry)
        snprintf(file + length, sizeof file - (size_t)length, ",chs=%.20s/%.20s/%.20s",
                 drive.cylinders, drive.heads, drive.sectors);
    return options_set_copy(options, name, file, error);
}

/* -d: QEMU's names of what is logged. */
static bool become_trace(struct options *options, const char *value, struct error *error)
{
    static const struct {
        const char *qemu, *here;
    } classes[] = {{"int", "int,exc"}, {"cpu_reset", "reset"}, {"mmu", "mmu"},
                   {"page", "mmu"},    {"guest_errors", ""},   {"unimp", ""}};
    char words[200], list[200] = "", *at = words, *word;
    snprintf(words, sizeof words, "%s", value);
    while ((word = next_word(&at))) {
        unsigned i = 0;
        while (i < ARRAY_COUNT(classes) && strcmp(classes[i].qemu, word) != 0)
            i++;
        if (i == ARRAY_COUNT(classes))
            return error_set(error,
                             "'%.60s': expected int, cpu_reset, mmu, page, guest_errors or unimp "
                             "(-trace LIST has what is logged here)",
                             word);
        size_t length = strlen(list);
        snprintf(list + length, sizeof list - length, "%s%s", length ? "," : "", classes[i].here);
    }
    return !list[strspn(list, ",")] || options_set_copy(options, "trace", list, error);
}

/* -icount shift=N: an instruction takes 2^N nanoseconds. */
static bool become_rate(struct options *options, const char *value, struct error *error)
{
    char rate[24], *end;
    const char *digits = strncmp(value, "shift=", 6) == 0 ? value + 6 : value;
    unsigned long shift = strtoul(digits, &end, 10);
    if (end == digits || *end || shift > 10)
        return error_set(error, "expected shift=0 to shift=10; -ips N says it in instructions");
    snprintf(rate, sizeof rate, "%lu", 1000000000ul >> shift);
    return options_set_copy(options, "ips", rate, error);
}

static bool become_log(struct options *options, const char *value, struct error *error)
{
    return options_set(options, "log", value, error);
}

static bool become_restore(struct options *options, const char *value, struct error *error)
{
    return options_set(options, "restore", value, error);
}

static bool become_bochsrc(struct options *options, const char *value, struct error *error)
{
    return options_set(options, "bochsrc", value, error);
}

static bool become_terminal(struct options *options, const char *value, struct error *error)
{
    (void)value;
    return options_set(options, "display", "terminal", error);
}

static bool become_window(struct options *options, const char *value, struct error *error)
{
    (void)value;
    return options_set(options, "display", "sdl", error);
}

// clang-format off
#define NO_NETWORK "this machine has no network"
#define ONE_SOUND  "its only sound is the speaker: -audio wav:FILE"
#define FIRMWARE   "-bios FILE and -vgabios FILE take other firmware"
#define GEOMETRY   "-hda FILE,chs=CYLINDERS/HEADS/SECTORS says a geometry"

static const struct qemu_option table[] = {
    {"drive",        true,  NULL, NULL, become_drive},
    {"d",            true,  NULL, NULL, become_trace},
    {"D",            true,  NULL, NULL, become_log},
    {"icount",       true,  NULL, NULL, become_rate},
    {"loadvm",       true,  NULL, NULL, become_restore},
    {"f",            true,  NULL, NULL, become_bochsrc},
    {"curses",       false, NULL, NULL, become_terminal},
    {"sdl",          false, NULL, NULL, become_window},

    {"machine",      true,  " pc isapc accel=tcg pc,accel=tcg isapc,accel=tcg ", "it is one PC with an ISA bus, whose processor -cpu chooses", NULL},
    {"M",            true,  " pc isapc ",    "it is one PC with an ISA bus, whose processor -cpu chooses", NULL},
    {"accel",        true,  " tcg ",         "instructions are interpreted, as fast as -speed max allows", NULL},
    {"smp",          true,  " 1 cpus=1 ",    "there is one processor, which -cpu chooses", NULL},
    {"vga",          true,  " std ",         "the display is a VGA with Bochs's linear modes (QEMU's std), -display says where it is shown", NULL},
    {"net",          true,  " none ",        NO_NETWORK, NULL},
    {"nic",          true,  " none ",        NO_NETWORK, NULL},
    {"netdev",       true,  NULL,            NO_NETWORK, NULL},
    {"k",            true,  " en-us ",       "keys go by their place on the keyboard, whatever is printed on them", NULL},
    {"name",         true,  "*", NULL, NULL},
    {"balloon",      true,  " none ",        "the RAM is as large as -m says", NULL},
    {"global",       true,  " isa-debugcon.iobase=0xe9 ", "-debugcon is at port E9h, the exit ports at F4h and 501h", NULL},
    {"usb",          false, NULL,            "this machine has no USB", NULL},
    {"usbdevice",    true,  NULL,            "this machine has no USB; a PS/2 mouse is there in any case", NULL},
    {"nodefaults",   false, "*", NULL, NULL},
    {"no-user-config", false, "*", NULL, NULL},
    {"no-fd-bootchk", false, "*", NULL, NULL},
    {"no-acpi",      false, "*", NULL, NULL},
    {"no-hpet",      false, "*", NULL, NULL},
    {"no-kvm",       false, "*", NULL, NULL},
    {"singlestep",   false, "*", NULL, NULL},
    {"show-cursor",  false, "*", NULL, NULL},
    {"q",            false, "*", NULL, NULL},
    {"enable-kvm",   false, NULL,            "instructions are interpreted, as fast as -speed max allows", NULL},
    {"no-shutdown",  false, NULL,            "power off ends the run; -S and the monitor stop it before", NULL},
    {"action",       true,  NULL,            "the nearest ones are -no-reboot and -reboot-on-triple-fault", NULL},
    {"soundhw",      true,  " pcspk ",       ONE_SOUND, NULL},
    {"audiodev",     true,  NULL,            ONE_SOUND, NULL},
    {"acpitable",    true,  NULL,            "this machine has no ACPI", NULL},
    {"smbios",       true,  NULL,            "this machine has no SMBIOS", NULL},
    {"uuid",         true,  NULL,            "this machine has no SMBIOS to show it in", NULL},
    {"watchdog",     true,  NULL,            "the nearest one is -timeout", NULL},
    {"virtfs",       true,  NULL,            "-hostdir DIR shows a folder as a disk", NULL},
    {"fsdev",        true,  NULL,            "-hostdir DIR shows a folder as a disk", NULL},
    {"blockdev",     true,  NULL,            "the nearest ones are -drive and -hda", NULL},
    {"hdachs",       true,  NULL,            GEOMETRY, NULL},
    {"chardev",      true,  NULL,            "the nearest one is -serial", NULL},
    {"mon",          true,  NULL,            "the nearest one is -monitor", NULL},
    {"qmp",          true,  NULL,            "the nearest ones are -monitor, whose commands answer JSON with -json, and -script", NULL},
    {"qtest",        true,  NULL,            "the nearest one is -script", NULL},
    {"vnc",          true,  NULL,            "the nearest one is -display", NULL},
    {"spice",        true,  NULL,            "the nearest one is -display", NULL},
    {"full-screen",  false, NULL,            "Ctrl-Alt-F in the window does it", NULL},
    {"L",            true,  NULL,            FIRMWARE, NULL},
    {"pflash",       true,  NULL,            FIRMWARE, NULL},
    {"option-rom",   true,  NULL,            FIRMWARE, NULL},
    {"daemonize",    false, NULL,            "start it with & and -display none", NULL},
    {"pidfile",      true,  NULL,            "the shell's $! has the number", NULL},
    {"incoming",     true,  NULL,            "-restore FILE starts from a snapshot", NULL},
    {"dtb",          true,  NULL,            "a PC has no device tree", NULL},
};
// clang-format on

const char *qemu_option(unsigned number, bool *argument)
{
    if (number >= ARRAY_COUNT(table))
        return NULL;
    *argument = table[number].argument;
    return table[number].name;
}

static const struct qemu_option *option_named(const char *name)
{
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

bool qemu_option_known(const char *name)
{
    return option_named(name) != NULL;
}

bool qemu_option_set(struct options *options, const char *name, const char *value,
                     struct error *error)
{
    const struct qemu_option *option = option_named(name);
    struct error reason = {""};
    if (option->argument && !value)
        return error_set(error, "-%s: expected a value after it", name);
    if (option->taken && (option->taken[0] == '*' || is_one_of(value, option->taken)))
        return true;
    if (option->become) {
        if (option->become(options, value, &reason))
            return true;
        return error_set(error, "-%s%s%.150s: %.300s", name, value ? " " : "", value ? value : "",
                         reason.text);
    }
    return error_set(error, "-%s%s%.150s: there is no such option; %s", name, value ? " " : "",
                     value ? value : "", option->nearest);
}
