#include "host.h"

#include "process.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define LOOK_MICROSECONDS 500000

/* Seconds that the processors were not idle since the host started; proc(5), /proc/stat. */
static double busy_seconds(void)
{
    unsigned long long user, nice, system, idle, wait, irq, soft_irq, steal;
    FILE *file = fopen("/proc/stat", "r");
    if (!file)
        return -1;
    int read = fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system,
                      &idle, &wait, &irq, &soft_irq, &steal);
    fclose(file);
    if (read != 8)
        return -1;
    return (double)(user + nice + system + irq + soft_irq + steal) / (double)sysconf(_SC_CLK_TCK);
}

static double of_process(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Ours and that of the children that have ended. */
static double own_seconds(void)
{
    return of_process(RUSAGE_SELF) + of_process(RUSAGE_CHILDREN);
}

void host_load_start(struct host_load *load)
{
    *load = (struct host_load){seconds_now(), busy_seconds(), own_seconds()};
}

double host_load_others(const struct host_load *load)
{
    double busy = busy_seconds();
    if (busy < 0 || load->busy < 0)
        return -1;
    double others = busy - load->busy - (own_seconds() - load->own);
    return others > 0 ? others / (seconds_now() - load->start) : 0;
}

unsigned host_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}

void host_warn(void)
{
    struct host_load load;
    host_load_start(&load);
    usleep(LOOK_MICROSECONDS);
    double others = host_load_others(&load);
    if (others > HOST_QUIET)
        fprintf(stderr,
                "bench: the host is busy: other programs keep %.1f of its %u processors at work; "
                "only ratios will mean something\n",
                others, host_processors());
}
