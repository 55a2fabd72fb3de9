#ifndef GLASS386_UI_CAPTURE_H
#define GLASS386_UI_CAPTURE_H

#include "base/error.h"
#include "machine/host.h"

/* -capture: a film of the guest's picture in guest time, so that it is the same on every host and
   at every speed, with a window or without. */

struct capture;

/* Whether a name's ending is one of those that are known: .gif or .y4m. */
bool capture_knows(const char *path);

/* Writes beside `path` until the end, when the file appears whole. Null with the reason. */
struct capture *capture_open(const char *path, struct error *error);
/* A picture begins; for machine_config.frames. */
void capture_take(void *context, const struct machine *machine);
/* The end at the machine's present time; null: nothing was ever run. False when the film could not
   be written: there is no file then. */
bool capture_close(struct capture *capture, const struct machine *machine, struct error *error);

#endif
