#ifndef GLASS386_APP_PERIPHERALS_H
#define GLASS386_APP_PERIPHERALS_H

#include "app/options.h"
#include "machine/machine.h"
#include "ui/capture.h"

#include <stdio.h>

/* What hangs on the machine besides disks and lines: the printer's paper, the sound's file, the
   film of the picture, the battery of the CMOS memory. */

#define NVRAM_SIZE 128u

struct peripherals {
    FILE *paper;          /* -parallel; null = nothing is plugged in */
    FILE *sound;          /* -audio wav:FILE */
    u64 sound_bytes;      /* of samples in it */
    struct capture *film; /* -capture; else null */
    const char *paper_path, *sound_path, *nvram_path;
    u8 nvram[NVRAM_SIZE];
    bool nvram_kept; /* the file was there */
};

/* Opens what the options name and puts it into the configuration. False with one line. */
bool peripherals_open(struct peripherals *peripherals, const struct options *options,
                      struct machine_config *config, struct error *error);

/* Ends the files; false with one line when the host failed to keep something. The machine may be
   null when it was never built: then nothing is written. */
bool peripherals_close(struct peripherals *peripherals, struct machine *machine,
                       struct error *error);

/* Writes out what has been printed and heard so far. */
void peripherals_flush(struct peripherals *peripherals);

#endif
