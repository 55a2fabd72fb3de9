#ifndef GLASS386_MACHINE_FRAMES_H
#define GLASS386_MACHINE_FRAMES_H

#include "bus/clock.h"

/* Gives machine_config.frames each picture as it begins. No part of the state: nothing in the guest
   can tell whether somebody takes pictures. */
struct machine;

struct frames {
    bool held; /* what runs was seen before: nobody takes it */
    struct clock_event begins;
};

void frames_init(struct machine *machine);
/* The guest's time has changed. */
void frames_after_load(struct machine *machine);

#endif
