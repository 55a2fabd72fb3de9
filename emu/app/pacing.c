#include "app/pacing.h"

#include <time.h>

#define MILLISECOND 1000000u
#define BEHIND_MAX (50u * MILLISECOND)      /* farther behind, the debt is dropped */
#define BUSY_SLICES 4u                      /* a timer's interrupt alone is not work */
#define SPEED_INTERVAL (500u * MILLISECOND) /* between two measurements */

u64 pacing_host_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
}

void pacing_start(struct pacing *pacing, u64 guest_ns)
{
    pacing->guest_start = pacing->guest_mark = guest_ns;
    pacing->host_start = pacing->host_mark = pacing_host_ns();
}

static void measure_speed(struct pacing *pacing, u64 guest_ns, u64 host_ns)
{
    u64 interval = host_ns - pacing->host_mark;
    if (interval < SPEED_INTERVAL)
        return;
    pacing->speed =
        (unsigned)((double)(guest_ns - pacing->guest_mark) * 100 / (double)interval + 0.5);
    pacing->guest_mark = guest_ns;
    pacing->host_mark = host_ns;
}

void pacing_slice(struct pacing *pacing, bool idle)
{
    pacing->busy_slices = idle ? 0 : pacing->busy_slices + 1;
}

u64 pacing_wait(struct pacing *pacing, u64 guest_ns)
{
    u64 host_ns = pacing_host_ns();
    u64 guest = guest_ns - pacing->guest_start, host = host_ns - pacing->host_start;
    measure_speed(pacing, guest_ns, host_ns);
    if (pacing->pace == PACE_MAX)
        return 0;
    bool free_run = pacing->pace == PACE_IDLE && pacing->busy_slices >= BUSY_SLICES;
    bool together = host > guest + BEHIND_MAX || free_run;
    if (together) {
        pacing->guest_start = guest_ns;
        pacing->host_start = host_ns;
        return 0;
    }
    return guest > host ? guest - host : 0;
}
