#ifndef GLASS386_BUS_PORTS_H
#define GLASS386_BUS_PORTS_H

#include "base/log.h"
#include "base/types.h"

/* The 64 K I/O ports. A range is claimed once, at wiring time. An access wider than its range takes
   is split into byte accesses at following ports, as on the ISA bus; nobody home reads all ones. */

enum port_width { PORT_BYTE = 1, PORT_WORD = 2, PORT_DWORD = 4 };

/* As many of `count` accesses of `size` bytes to a port of data as nothing comes of but the data,
   at once. 0: the next one must be made alone. */
typedef u32 port_read_run(void *context, unsigned size, u8 *to, u32 count);
typedef u32 port_write_run(void *context, unsigned size, const u8 *from, u32 count);

struct port_range {
    const char *name;
    u16 first, last;
    u8 widths; /* OR of enum port_width: the sizes the handlers take whole */
    u32 (*read)(void *context, u16 port, unsigned size);
    void (*write)(void *context, u16 port, unsigned size, u32 value);
    void *context;
    port_read_run *read_run; /* null: every access is made alone */
    port_write_run *write_run;
};

#define PORTS_MAX_RANGES 128u
#define PORTS_NONE 0xffu

struct ports {
    struct port_range ranges[PORTS_MAX_RANGES];
    u32 range_count;
    u8 owner[65536];      /* index into ranges, PORTS_NONE when nobody is home */
    u8 logged[65536 / 8]; /* unclaimed ports that were already logged */
    const struct log *log;
    /* Told of each access before it is made; null: not wanted. */
    void (*watch)(void *context, u16 port, unsigned size, bool write);
    void *watch_context;
};

void ports_init(struct ports *ports, const struct log *log);

/* Later ranges win where two overlap (8-bit IDE alternate status inside 3F0-3F7, say). */
void ports_claim(struct ports *ports, const struct port_range *range);

/* Lets the range that was claimed at a port move data in runs. */
void ports_give_runs(struct ports *ports, u16 port, port_read_run *read, port_write_run *write);

/* size is 1, 2 or 4. */
u32 ports_read(struct ports *ports, u16 port, unsigned size);
void ports_write(struct ports *ports, u16 port, unsigned size, u32 value);

/* Accesses to one port made at once, for repeated string instructions: how many were made. The
   bytes lie as in guest memory, upwards. */
u32 ports_read_run(struct ports *ports, u16 port, unsigned size, u8 *to, u32 count);
u32 ports_write_run(struct ports *ports, u16 port, unsigned size, const u8 *from, u32 count);

#endif
