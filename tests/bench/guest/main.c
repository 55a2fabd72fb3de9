/* Measures the system: reads which work and how often from a free sector of the disk, does it, says
   the checksum on the serial line and switches the machine off. Started by /etc/rc. */
#include "work.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

#define PARAMETERS_AT (600 * 512) /* in the first cylinder, behind the system */

static unsigned nothing(void)
{
    return 0;
}

static const struct work works[] = {
    {"system-nothing", nothing, NULL},
    {"fork-exit", fork_exit, NULL},
    {"fork-exec", fork_exec, NULL},
    {"pipe-ping-pong", pipe_ping_pong, NULL},
    {"fresh-heap", fresh_heap, NULL},
    {"file-copy", file_copy, file_copy_setup},
    {"sort-1mb", sort_megabyte, sort_megabyte_setup},
    {"script-500", script_500, NULL},
};

static const struct work *find(const char *name)
{
    for (unsigned i = 0; i < sizeof works / sizeof *works; i++)
        if (strcmp(works[i].name, name) == 0)
            return &works[i];
    return NULL;
}

/* "NAME COUNT\n"; count is the number behind the name. */
static const struct work *read_parameters(unsigned *count)
{
    static char text[513];
    int disk = open("/dev/hd0", O_RDONLY);
    char *space;

    if (disk < 0 || lseek(disk, PARAMETERS_AT, SEEK_SET) < 0 || read(disk, text, 512) != 512)
        return NULL;
    close(disk);
    space = strchr(text, ' ');
    if (!space)
        return NULL;
    *space = 0;
    *count = atoi(space + 1);
    return find(text);
}

/* The checksum of each unit must be that of the first. */
static unsigned repeat(const struct work *work, unsigned *count)
{
    unsigned first = 0;

    if (work->setup && work->setup() != 0)
        return *count = 0;
    for (unsigned i = 0; i < *count; i++) {
        unsigned checksum = work->unit();

        if (i == 0)
            first = checksum;
        if (checksum != first)
            return *count = 0;
    }
    return first;
}

int main(void)
{
    unsigned count = 0, asked, checksum = 0;
    const struct work *work = read_parameters(&count);
    FILE *line = fopen("/dev/ttyS0", "w");

    asked = count;
    if (work)
        checksum = repeat(work, &count);
    if (line && !work)
        fprintf(line, "unknown\n");
    else if (line)
        fprintf(line, "%s%s %u %08x\n%16s\n", count == asked ? "" : "differs ", work->name, count,
                checksum, ""); /* the power takes what the FIFO holds */
    if (line) {
        fflush(line);
        tcdrain(fileno(line));
    }
    reboot(REBOOT_POWER_OFF);
    return 1;
}
