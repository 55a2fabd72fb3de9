#ifndef GLASS386_GDB_STUB_INTERNAL_H
#define GLASS386_GDB_STUB_INTERNAL_H

#include "gdb/gdb.h"
#include "gdb/packet.h"

/* Shared by stub.c and queries.c only. */

#define BAD_ADDRESS "E0e"
#define BAD_ARGUMENT "E16"

struct gdb {
    struct machine *machine;
    struct breakpoints *breakpoints;
    struct gdb_host host;
    struct packet_reader reader;
    struct text_out answer; /* data of the packet to be sent */
    struct text_out frame;  /* the last one sent, for a peer that asks for it again */
    bool no_acknowledge;
    bool tells_breaks; /* gdb knows swbreak and hwbreak in stop replies */
    bool running;
    u32 signal;
};

/* Makes a text the answer; GDB_OK. */
enum gdb_result gdb_reply(struct gdb *gdb, const char *text);
/* Sends the answer. */
void gdb_send(struct gdb *gdb);
/* "ADDR,LENGTH"; *text is behind it. */
bool gdb_take_range(const char **text, u32 *address, u32 *length);

/* queries.c: the packets that ask about the stub and its one thread, and the monitor's line. */
enum gdb_result packet_supported(struct gdb *gdb, const char *text),
    packet_description(struct gdb *gdb, const char *text),
    packet_no_acknowledge(struct gdb *gdb, const char *text),
    packet_ok(struct gdb *gdb, const char *text),
    packet_attached(struct gdb *gdb, const char *text),
    packet_thread(struct gdb *gdb, const char *text),
    packet_threads(struct gdb *gdb, const char *text),
    packet_no_more_threads(struct gdb *gdb, const char *text),
    packet_monitor(struct gdb *gdb, const char *text);

#endif
