#ifndef GLASS386_GDB_GDB_H
#define GLASS386_GDB_GDB_H

#include "base/text_out.h"
#include "debug/breakpoint.h"
#include "machine/machine.h"

/* A stub of gdb's remote serial protocol: bytes in, bytes out, no socket of its own. The owner runs
   the machine and tells when it came to a stop. */

enum gdb_result {
    GDB_OK,
    GDB_RESUME, /* the machine shall run until gdb_stopped() */
    GDB_STOP,   /* it shall stop: gdb_stopped() follows */
    GDB_DETACH, /* gdb leaves; its breakpoints are gone, the machine shall run on */
    GDB_KILL,   /* the emulator shall end */
};

struct gdb_host {
    void *context;
    void (*put)(void *context, const void *bytes, size_t count); /* towards gdb */
    /* A line of the monitor; its answer is appended to `out`. */
    void (*execute)(void *context, const char *line, struct text_out *out);
    /* One instruction back, or (false) to the last stop before here. `*stop` as from machine_run();
       `*beginning`: there is no earlier moment. False, and nothing changed, when there is no way
       back. Null when there never is. */
    bool (*go_back)(void *context, bool step, enum machine_stop *stop, bool *beginning);
    /* gdb has changed a register or memory; may be null. */
    void (*changed)(void *context);
};

struct gdb;

/* Null when the host has no memory. Machine and breakpoints outlive it. */
struct gdb *gdb_open(struct machine *machine, struct breakpoints *breakpoints,
                     const struct gdb_host *host);
void gdb_close(struct gdb *gdb);

/* A peer has come, or has gone: what the last one asked for is forgotten. */
void gdb_reset(struct gdb *gdb);

/* Untrusted bytes from the peer. Returns after the first packet whose result is not GDB_OK, with
 *taken bytes used. */
enum gdb_result gdb_feed(struct gdb *gdb, const u8 *bytes, size_t count, size_t *taken);

/* The machine that gdb let run has stopped. */
void gdb_stopped(struct gdb *gdb, enum machine_stop stop);

#endif
