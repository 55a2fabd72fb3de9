#ifndef BENCH_EMULATORS_H
#define BENCH_EMULATORS_H

#include "process.h"
#include "workloads.h"

enum emulator_kind { EMULATOR_GLASS, EMULATOR_QEMU, EMULATOR_BOCHS };

#define EMULATORS_MAX 4
#define PATH_SIZE 512
#define LAST_WORDS 160

struct emulator {
    const char *name;
    enum emulator_kind kind;
    const char *path;
};

/* Where images come from and runs take place. */
struct workshop {
    char folder[PATH_SIZE]; /* private, removed at the end */
    const char *bare, *bench_disk, *disk;
};

bool workshop_open(struct workshop *shop);
void workshop_close(const struct workshop *shop);

/* Prepares a private image with "NAME COUNT" in its parameters' sector (null: the plain disk) and
   the command that runs it; `serial` gets the file that will hold the serial line's output. The
   strings live until the next call. False when the image cannot be made. */
bool emulator_command(const struct emulator *emulator, const struct workshop *shop,
                      enum medium medium, const char *name, unsigned count, struct command *command,
                      char serial[PATH_SIZE]);

/* The same, run to its end. `answer` gets the first line of the serial output. */
bool emulator_run(const struct emulator *emulator, const struct workshop *shop, enum medium medium,
                  const char *name, unsigned count, struct usage *usage, char answer[80]);

/* What an emulator that gave no answer wrote last: of its errors, else of its log. */
void emulator_last_words(const struct workshop *shop, char line[LAST_WORDS]);

#endif
