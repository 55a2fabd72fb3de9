#ifndef GLASS386_APP_PACING_H
#define GLASS386_APP_PACING_H

#include "base/types.h"

/* Guest time against host time. Guest time is never bent: the run loop waits when the guest is
   ahead. A guest that is behind (host too slow, process stopped) is not hurried afterwards. */

enum pace {
    PACE_REAL, /* guest time follows host time */
    PACE_IDLE, /* a busy guest runs as fast as the host can, an idle one follows host time */
    PACE_MAX,  /* never wait */
};

struct pacing {
    enum pace pace;
    u64 guest_start, host_start; /* nanoseconds: a moment at which both stood together */
    u64 guest_mark, host_mark;   /* start of the interval that `speed` is measured over */
    unsigned busy_slices;        /* in a row, at whose end the guest was not idle */
    unsigned speed;              /* guest time in percent of host time */
};

u64 pacing_host_ns(void);

/* From now on the guest's time `guest_ns` belongs to the host's present. */
void pacing_start(struct pacing *pacing, u64 guest_ns);

/* A slice of guest time has run; at its end the guest was idle (halted) or not. */
void pacing_slice(struct pacing *pacing, bool idle);

/* Nanoseconds to wait before the guest may go on from `guest_ns`. */
u64 pacing_wait(struct pacing *pacing, u64 guest_ns);

#endif
