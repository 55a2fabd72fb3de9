#ifndef GLASS386_APP_OPTIONS_H
#define GLASS386_APP_OPTIONS_H

#include "base/error.h"
#include "base/text_out.h"
#include "base/types.h"
#include "cpu/cpu.h"
#include "machine/machine.h"

/* The command line as data. Texts point into the arguments given, which must outlive them. */

struct medium {
    char path[4096]; /* "" = none */
    bool read_only;
    struct disk_geometry geometry; /* a hard disk's, as the user says; 0: by what the image holds */
    bool given; /* the drive is there, with "none" as its file without a medium */
};

#define OPTIONS_IMAGES_MAX 4u /* images without option */

/* Where bytes of a serial line, the debug console or the monitor come from and go to. */
enum channel_kind {
    CHANNEL_NULL,
    CHANNEL_STDIO,
    CHANNEL_FILE,
    CHANNEL_UNIX,
    CHANNEL_TCP,
    CHANNEL_TELNET
};
struct channel_spec {
    enum channel_kind kind;
    bool monitor; /* stdio shared with the monitor: mon:stdio */
    char path[512];
    u16 port;
};

enum speed { SPEED_DEFAULT, SPEED_REAL, SPEED_MAX };

/* What ends the parsing early. */
enum options_action { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_PRINT_CONFIG };

#define OPTIONS_SCRIPTS_MAX 64u
#define OPTIONS_COUNT_MAX 64u

struct options {
    u32 ram_size;
    enum cpu_level cpu;
    bool fpu_absent;
    struct medium disks[MACHINE_DISKS]; /* by enum machine_slot */
    struct medium cdrom;
    struct medium images[OPTIONS_IMAGES_MAX]; /* without option: what they are says their content */
    unsigned image_count;
    char boot[4];      /* of -boot: letters a, c, d; "" = the first medium given, then the others */
    char first_medium; /* a, c or d; 0 = an image without option, or none */
    bool snapshot;
    const char *disk_save, *bios, *vgabios;
    const char *parallel, *wav, *nvram, *capture;
    s64 rtc_time; /* seconds since 1970 at power on; 0 = the machine's fixed date */
    const char *kernel, *append, *initrd;
    const char *config, *bochsrc, *junit;
    const char *hostdir;
    const char *display; /* null: chosen by what the host has */
    bool display_aspect, display_full_screen;
    struct channel_spec serial, serial2, debugcon, monitor, gdb;
    unsigned serial_count;
    const char *serial_texts[2]; /* as typed; null: part of another option */
    bool monitor_given;
    bool start_stopped, reset_on_triple_fault, reset_ends_run;
    const char *restore, *record, *replay;
    enum speed speed;
    u32 rate;        /* ticks in a guest second */
    u64 timeout_ns;  /* guest time; 0 = none */
    u64 limit_ticks; /* -max-insns; 0 = none */
    u32 trace;       /* set of enum log_class */
    const char *log;
    const char *scripts[OPTIONS_SCRIPTS_MAX];
    unsigned script_count;
    char **script_arguments;
    unsigned script_argument_count;
    enum options_action action;
    const char
        *given[OPTIONS_COUNT_MAX]; /* by row of the table: the value as typed, for -print-config */
    u8 origin[OPTIONS_COUNT_MAX];  /* by row: 0 default or command line, else a file's number */
    struct option_text {
        struct option_text *next;
        char text[];
    } * texts; /* what came from files; freed by options_free */
};

/* Every option at its default. */
void options_init(struct options *options);

/* Parses main's arguments; false: one line in error names option, value and what was expected. */
bool options_parse(struct options *options, int argc, char **argv, struct error *error);

/* Sets one option by name as the command line would; a script's machine{} uses it too. */
bool options_set(struct options *options, const char *name, const char *value, struct error *error);

/* The same with a copy of the value that the options keep. */
bool options_set_copy(struct options *options, const char *name, const char *value,
                      struct error *error);

/* The same from a line of the file `from`, in whose folder file names are looked for; nothing
   happens when the command line, or a file with another `origin` (1 or more), has set it.
   `trusted`: it may be an option that writes, listens or runs on the host. */
bool options_set_from_file(struct options *options, const char *name, const char *value,
                           const char *from, u8 origin, bool trusted, struct error *error);
/* Frees what came from files. */
void options_free(struct options *options);

/* The option says what a machine is; the others say who looks at it. */
bool options_describe_machine(const char *name);

/* -help, and -print-config: "name = value" lines. */
void options_help(struct text_out *out);
void options_print(const struct options *options, struct text_out *out);

/* Names of the table's rows in order, null after the last. */
const char *options_name(unsigned row);

#endif
