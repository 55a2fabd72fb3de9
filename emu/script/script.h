#ifndef GLASS386_SCRIPT_SCRIPT_H
#define GLASS386_SCRIPT_SCRIPT_H

#include "base/error.h"
#include "base/text_out.h"
#include "machine/machine.h"
#include "monitor/monitor.h"

/* Lua 5.4 scripts that drive machines (README.md). A script may have several machines; none of them
   waits for the host's clock. */

/* One line of machine{...}: an option's name and value. */
struct script_option {
    const char *name, *value;
};

/* A Lua text that is no file. */
struct script_text {
    const char *name, *text;
    size_t size;
};

/* What a script needs from above. */
struct script_host {
    void *context;
    /* A machine with these options; null with the reason. `serial` gets what COM1 sends. */
    struct machine *(*create)(void *context, const struct script_option *options, unsigned count,
                              const struct byte_sink *serial, struct error *error);
    /* Gives the machine's monitor the symbols that fit what it starts. */
    void (*name_addresses)(void *context, struct machine *machine, struct monitor *monitor);
    /* Flushes and closes it; false when the host failed to store what the guest wrote. */
    bool (*destroy)(void *context, struct machine *machine, struct error *error);
    bool (*screenshot)(const struct machine *machine, const char *path, struct error *error);
    /* 0x00RRGGBB words as a PNG. */
    bool (*picture)(const char *path, const u32 *pixels, u32 width, u32 height,
                    struct error *error);
    /* Recent faults in words, for failure reports. */
    void (*faults)(const struct machine *machine, unsigned count, struct text_out *out);
    u64 timeout_ns, limit_ticks; /* of each machine; 0 = none */
    const char *prelude;         /* the part of the binding that is written in Lua */
    size_t prelude_size;
    /* The scripts' global table `embedded`: name = text. Where `texts_run` is set, a script's path
       is one of these names. */
    const struct script_text *texts;
    unsigned text_count;
    bool texts_run;
};

enum script_outcome {
    SCRIPT_PASSED,
    SCRIPT_UNUSABLE, /* cannot be read or compiled */
    SCRIPT_FAILED,   /* an error, or a test that failed */
    SCRIPT_LIMIT,    /* a machine reached its limit */
};

/* Number of tests so far, over all scripts of a process: TAP counts them through. */
struct script_tally {
    unsigned tests, failed;
    struct text_out *cases; /* null, or what takes each test as a <testcase> of JUnit's XML */
};

enum script_outcome script_run(const struct script_host *host, const char *path, char **arguments,
                               unsigned argument_count, struct script_tally *tally);
/* An error outside every test, as a test case of its own. */
void script_put_case(struct text_out *cases, const char *script, const char *name,
                     const char *failure);
/* The TAP plan, once all scripts are done; nothing when there were no tests. */
void script_plan(const struct script_tally *tally);

#endif
