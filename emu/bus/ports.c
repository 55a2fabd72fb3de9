#include "bus/ports.h"

#include <assert.h>
#include <string.h>

void ports_init(struct ports *ports, const struct log *log)
{
    ports->range_count = 0;
    ports->log = log;
    ports->watch = NULL;
    memset(ports->owner, PORTS_NONE, sizeof ports->owner);
    memset(ports->logged, 0, sizeof ports->logged);
}

void ports_claim(struct ports *ports, const struct port_range *range)
{
    assert(ports->range_count < PORTS_MAX_RANGES);
    u8 number = (u8)ports->range_count++;
    ports->ranges[number] = *range;
    for (u32 port = range->first; port <= range->last; port++)
        ports->owner[port] = number;
}

void ports_give_runs(struct ports *ports, u16 port, port_read_run *read, port_write_run *write)
{
    struct port_range *range = &ports->ranges[ports->owner[port]];
    range->read_run = read;
    range->write_run = write;
}

static const struct port_range *range_of(const struct ports *ports, u16 port)
{
    u8 number = ports->owner[port];
    return number == PORTS_NONE ? NULL : &ports->ranges[number];
}

static void log_unclaimed(struct ports *ports, u16 port, const char *verb)
{
    u8 *byte = &ports->logged[port >> 3];
    u8 bit = (u8)(1u << (port & 7));
    if (*byte & bit)
        return;
    *byte |= bit;
    log_line(ports->log, LOG_IO, "%s port %04xh: nobody is home", verb, port);
}

static void tell_watcher(const struct ports *ports, u16 port, unsigned size, bool write)
{
    if (ports->watch)
        ports->watch(ports->watch_context, port, size, write);
}

/* Bytes go to any range. */
static bool takes_whole(const struct port_range *range, unsigned size)
{
    return size == 1 || (range->widths & size);
}

static u32 read_byte(struct ports *ports, u16 port)
{
    const struct port_range *range = range_of(ports, port);
    if (range && range->read)
        return range->read(range->context, port, 1) & 0xff;
    log_unclaimed(ports, port, "read from");
    return 0xff;
}

u32 ports_read(struct ports *ports, u16 port, unsigned size)
{
    const struct port_range *range = range_of(ports, port);
    tell_watcher(ports, port, size, false);
    if (range && range->read && takes_whole(range, size)) {
        u32 whole = range->read(range->context, port, size);
        return size == 1 ? whole & 0xff : whole;
    }
    u32 value = 0;
    for (unsigned i = 0; i < size; i++)
        value |= read_byte(ports, (u16)(port + i)) << (8 * i);
    return value;
}

static void write_byte(struct ports *ports, u16 port, u8 value)
{
    const struct port_range *range = range_of(ports, port);
    if (range && range->write)
        range->write(range->context, port, 1, value);
    else
        log_unclaimed(ports, port, "write to");
}

void ports_write(struct ports *ports, u16 port, unsigned size, u32 value)
{
    const struct port_range *range = range_of(ports, port);
    tell_watcher(ports, port, size, true);
    if (range && range->write && takes_whole(range, size)) {
        range->write(range->context, port, size, value);
        return;
    }
    for (unsigned i = 0; i < size; i++)
        write_byte(ports, (u16)(port + i), (u8)(value >> (8 * i)));
}

u32 ports_read_run(struct ports *ports, u16 port, unsigned size, u8 *to, u32 count)
{
    const struct port_range *range = range_of(ports, port);
    if (ports->watch || !range || !range->read_run || !(range->widths & size))
        return 0;
    return range->read_run(range->context, size, to, count);
}

u32 ports_write_run(struct ports *ports, u16 port, unsigned size, const u8 *from, u32 count)
{
    const struct port_range *range = range_of(ports, port);
    if (ports->watch || !range || !range->write_run || !(range->widths & size))
        return 0;
    return range->write_run(range->context, size, from, count);
}
