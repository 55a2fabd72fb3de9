#include "gdb/stub_internal.h"
#include "gdb/target.h"

#include <stdlib.h>
#include <string.h>

#define SIGNAL_INT 2u
#define SIGNAL_TRAP 5u
#define SIGNAL_SEGV 11u
#define WATCH_LONGEST 65536u

static void send_frame(struct gdb *gdb)
{
    gdb->host.put(gdb->host.context, text_out_text(&gdb->frame), gdb->frame.length);
}

void gdb_send(struct gdb *gdb)
{
    text_out_clear(&gdb->frame);
    packet_write(&gdb->frame, text_out_text(&gdb->answer), gdb->answer.length);
    send_frame(gdb);
}

enum gdb_result gdb_reply(struct gdb *gdb, const char *text)
{
    text_out_clear(&gdb->answer);
    text_out_string(&gdb->answer, text);
    return GDB_OK;
}

/* ---- stops ---- */

static const char *watch_word(enum breakpoint_kind kind)
{
    return kind == BREAK_WRITE    ? "watch"
           : kind == BREAK_READ   ? "rwatch"
           : kind == BREAK_ACCESS ? "awatch"
                                  : NULL;
}

/* The address is one inside what gdb watches. */
static void write_watch(struct gdb *gdb, const struct breakpoint *met,
                        const struct breakpoint_hit *hit)
{
    u32 before = met->address - hit->address;
    u32 address = before < hit->size ? met->address : hit->address;
    text_out_format(&gdb->answer, "%s:%x;", watch_word(met->kind), address);
}

static void write_stop(struct gdb *gdb)
{
    struct breakpoint met;
    struct breakpoint_hit hit;
    text_out_clear(&gdb->answer);
    text_out_format(&gdb->answer, "T%02xthread:1;", gdb->signal);
    if (gdb->signal != SIGNAL_TRAP || !breakpoint_take_hit(gdb->breakpoints, &met, &hit) ||
        met.owner != BREAKPOINT_GDB)
        return;
    if (watch_word(met.kind))
        write_watch(gdb, &met, &hit);
    else if (gdb->tells_breaks)
        text_out_string(&gdb->answer, met.length ? "hwbreak:;" : "swbreak:;");
}

static u32 signal_of(const struct gdb *gdb, enum machine_stop stop)
{
    if (stop == MACHINE_STOP_TRIPLE_FAULT)
        return SIGNAL_SEGV;
    if (stop == MACHINE_STOP_BREAK || gdb->breakpoints->hit.number)
        return SIGNAL_TRAP;
    return SIGNAL_INT;
}

/* The answer to what let the machine run: stopped, or ended for good. */
static void answer_stop(struct gdb *gdb, enum machine_stop stop)
{
    gdb->running = false;
    gdb->signal = signal_of(gdb, stop);
    text_out_clear(&gdb->answer);
    if (stop == MACHINE_STOP_POWER_OFF)
        gdb_reply(gdb, "W00");
    else if (stop == MACHINE_STOP_EXIT)
        text_out_format(&gdb->answer, "W%02x", gdb->machine->exit_code & 0xff);
    else
        write_stop(gdb);
}

void gdb_stopped(struct gdb *gdb, enum machine_stop stop)
{
    if (!gdb->running)
        return;
    answer_stop(gdb, stop);
    gdb_send(gdb);
}

static enum gdb_result packet_why(struct gdb *gdb, const char *text)
{
    (void)text;
    write_stop(gdb);
    return GDB_OK;
}

/* ---- running ---- */

/* "c ADDR" goes on elsewhere. */
static void take_address(struct gdb *gdb, const char *text)
{
    u32 address;
    if (packet_number(&text, &address))
        cpu_set_eip(&gdb->machine->cpu, address);
}

static enum gdb_result step(struct gdb *gdb)
{
    enum machine_stop stop = breakpoint_step(gdb->breakpoints, gdb->machine);
    answer_stop(gdb, stop == MACHINE_STOP_TIME ? MACHINE_STOP_BREAK : stop);
    return GDB_OK;
}

/* The instruction that a breakpoint stands on goes first. */
static enum gdb_result resume(struct gdb *gdb)
{
    struct cpu *cpu = &gdb->machine->cpu;
    if (breakpoint_at(gdb->breakpoints, cpu_linear_eip(cpu))) {
        enum machine_stop stop = breakpoint_step(gdb->breakpoints, gdb->machine);
        if (stop != MACHINE_STOP_TIME) {
            answer_stop(gdb, stop);
            return GDB_OK;
        }
    }
    gdb->running = true;
    text_out_clear(&gdb->answer);
    return GDB_RESUME;
}

static enum gdb_result packet_continue(struct gdb *gdb, const char *text)
{
    take_address(gdb, text);
    return resume(gdb);
}

static enum gdb_result packet_step(struct gdb *gdb, const char *text)
{
    take_address(gdb, text);
    return step(gdb);
}

/* "C SIG;ADDR": there are no signals to give to a machine. */
static const char *behind_signal(const char *text)
{
    const char *semicolon = strchr(text, ';');
    return semicolon ? semicolon + 1 : "";
}

static enum gdb_result packet_continue_signal(struct gdb *gdb, const char *text)
{
    return packet_continue(gdb, behind_signal(text));
}

static enum gdb_result packet_step_signal(struct gdb *gdb, const char *text)
{
    return packet_step(gdb, behind_signal(text));
}

static enum gdb_result packet_actions_known(struct gdb *gdb, const char *text)
{
    (void)text;
    return gdb_reply(gdb, "vCont;c;C;s;S");
}

/* The first action is the one thread's. */
static enum gdb_result packet_actions(struct gdb *gdb, const char *text)
{
    switch (text[0] == ';' ? text[1] : 0) {
    case 'c':
    case 'C':
        return resume(gdb);
    case 's':
    case 'S':
        return step(gdb);
    default:
        return gdb_reply(gdb, BAD_ARGUMENT);
    }
}

/* bs, bc: the answer is that of a step or a run, "replaylog" where the past begins. */
static enum gdb_result go_back(struct gdb *gdb, bool step)
{
    enum machine_stop stop;
    bool beginning;
    if (!gdb->host.go_back(gdb->host.context, step, &stop, &beginning))
        return gdb_reply(gdb, BAD_ARGUMENT);
    answer_stop(gdb, stop);
    if (beginning)
        text_out_string(&gdb->answer, "replaylog:begin;");
    return GDB_OK;
}

static enum gdb_result packet_reverse(struct gdb *gdb, const char *text)
{
    bool step = *text == 's';
    return gdb->host.go_back && (step || *text == 'c') && !text[1] ? go_back(gdb, step)
                                                                   : gdb_reply(gdb, "");
}

static void note_change(struct gdb *gdb)
{
    if (gdb->host.changed)
        gdb->host.changed(gdb->host.context);
}

static enum gdb_result packet_interrupt(struct gdb *gdb, const char *text)
{
    (void)text;
    gdb_reply(gdb, "OK");
    return GDB_STOP;
}

static enum gdb_result packet_detach(struct gdb *gdb, const char *text)
{
    (void)text;
    gdb_reply(gdb, "OK");
    return GDB_DETACH;
}

static enum gdb_result packet_kill(struct gdb *gdb, const char *text)
{
    (void)text;
    text_out_clear(&gdb->answer);
    return GDB_KILL;
}

static enum gdb_result packet_kill_process(struct gdb *gdb, const char *text)
{
    (void)text;
    gdb_reply(gdb, "OK");
    return GDB_KILL;
}

/* ---- registers ---- */

static enum gdb_result packet_read_registers(struct gdb *gdb, const char *text)
{
    u8 bytes[16];
    (void)text;
    text_out_clear(&gdb->answer);
    for (unsigned i = 0; i < target_register_count(); i++) {
        target_register_read(&gdb->machine->cpu, i, bytes);
        packet_write_hex(&gdb->answer, bytes, target_register_size(i));
    }
    return GDB_OK;
}

/* All at once, in which those that cannot be set are passed over. */
static enum gdb_result packet_write_registers(struct gdb *gdb, const char *text)
{
    u8 bytes[16];
    for (unsigned i = 0; i < target_register_count(); i++) {
        unsigned size = target_register_size(i);
        if (packet_read_hex(text, bytes, size) != size)
            break;
        target_register_write(&gdb->machine->cpu, i, bytes);
        text += size * 2;
    }
    note_change(gdb);
    return gdb_reply(gdb, "OK");
}

static enum gdb_result packet_read_register(struct gdb *gdb, const char *text)
{
    u8 bytes[16];
    u32 number;
    if (!packet_number(&text, &number) || !target_register_size(number))
        return gdb_reply(gdb, BAD_ARGUMENT);
    target_register_read(&gdb->machine->cpu, number, bytes);
    text_out_clear(&gdb->answer);
    packet_write_hex(&gdb->answer, bytes, target_register_size(number));
    return GDB_OK;
}

static enum gdb_result packet_write_register(struct gdb *gdb, const char *text)
{
    u8 bytes[16];
    u32 number;
    if (!packet_number(&text, &number) || *text++ != '=')
        return gdb_reply(gdb, BAD_ARGUMENT);
    unsigned size = target_register_size(number);
    if (!size || packet_read_hex(text, bytes, size) != size ||
        !target_register_write(&gdb->machine->cpu, number, bytes))
        return gdb_reply(gdb, BAD_ARGUMENT);
    note_change(gdb);
    return gdb_reply(gdb, "OK");
}

/* ---- memory ---- */

/* "ADDR,LENGTH" and what stands behind it. */
bool gdb_take_range(const char **text, u32 *address, u32 *length)
{
    return packet_number(text, address) && *(*text)++ == ',' && packet_number(text, length);
}

static enum gdb_result packet_read_memory(struct gdb *gdb, const char *text)
{
    u8 bytes[PACKET_MAX / 2];
    u32 address, length;
    if (!gdb_take_range(&text, &address, &length))
        return gdb_reply(gdb, BAD_ARGUMENT);
    if (length > sizeof bytes)
        length = sizeof bytes;
    u32 count = target_read(&gdb->machine->cpu, address, bytes, length);
    if (count == 0 && length > 0)
        return gdb_reply(gdb, BAD_ADDRESS);
    text_out_clear(&gdb->answer);
    packet_write_hex(&gdb->answer, bytes, count);
    return GDB_OK;
}

static enum gdb_result packet_write_memory(struct gdb *gdb, const char *text)
{
    u8 bytes[PACKET_MAX / 2];
    u32 address, length;
    if (!gdb_take_range(&text, &address, &length) || *text++ != ':' || length > sizeof bytes ||
        packet_read_hex(text, bytes, length) != length)
        return gdb_reply(gdb, BAD_ARGUMENT);
    bool written = target_write(&gdb->machine->cpu, address, bytes, length);
    note_change(gdb);
    return gdb_reply(gdb, written ? "OK" : BAD_ADDRESS);
}

/* The same with the bytes as they are. */
static enum gdb_result packet_write_binary(struct gdb *gdb, const char *text)
{
    const char *end = (const char *)gdb->reader.data + gdb->reader.count;
    u32 address, length;
    if (!gdb_take_range(&text, &address, &length) || *text++ != ':' ||
        (size_t)(end - text) != length)
        return gdb_reply(gdb, BAD_ARGUMENT);
    bool written = target_write(&gdb->machine->cpu, address, (const u8 *)text, length);
    note_change(gdb);
    return gdb_reply(gdb, written ? "OK" : BAD_ADDRESS);
}

/* ---- breakpoints ---- */

/* "TYPE,ADDR,KIND": 0 and 1 stop before an instruction, 2 behind a write, 3 a read, 4 either. */
static bool take_breakpoint(const char *text, struct breakpoint *wanted)
{
    static const enum breakpoint_kind kinds[] = {BREAK_CODE, BREAK_CODE, BREAK_WRITE, BREAK_READ,
                                                 BREAK_ACCESS};
    u32 type;
    *wanted = (struct breakpoint){.owner = BREAKPOINT_GDB};
    if (!packet_number(&text, &type) || type >= ARRAY_COUNT(kinds) || *text++ != ',' ||
        !gdb_take_range(&text, &wanted->address, &wanted->length))
        return false;
    wanted->kind = kinds[type];
    if (wanted->kind == BREAK_CODE)
        wanted->length = type; /* tells one from the other */
    return wanted->kind == BREAK_CODE || (wanted->length >= 1 && wanted->length <= WATCH_LONGEST);
}

static struct breakpoint *find(struct gdb *gdb, const struct breakpoint *wanted)
{
    for (u32 i = 0; i < gdb->breakpoints->count; i++) {
        struct breakpoint *breakpoint = &gdb->breakpoints->list[i];
        if (breakpoint->owner == BREAKPOINT_GDB && breakpoint->kind == wanted->kind &&
            breakpoint->address == wanted->address && breakpoint->length == wanted->length)
            return breakpoint;
    }
    return NULL;
}

static enum gdb_result packet_insert(struct gdb *gdb, const char *text)
{
    struct breakpoint wanted;
    struct error error;
    if (!take_breakpoint(text, &wanted))
        return gdb_reply(gdb, BAD_ARGUMENT);
    bool there = find(gdb, &wanted) || breakpoint_add(gdb->breakpoints, &wanted, &error);
    return gdb_reply(gdb, there ? "OK" : BAD_ARGUMENT);
}

static enum gdb_result packet_remove(struct gdb *gdb, const char *text)
{
    struct breakpoint wanted;
    if (!take_breakpoint(text, &wanted))
        return gdb_reply(gdb, BAD_ARGUMENT);
    const struct breakpoint *breakpoint = find(gdb, &wanted);
    if (breakpoint)
        breakpoint_delete(gdb->breakpoints, breakpoint->number);
    return gdb_reply(gdb, "OK");
}

/* ---- packets ---- */

struct packet_row {
    const char *prefix;
    enum gdb_result (*handle)(struct gdb *gdb, const char *rest);
    bool whole; /* nothing follows */
};

/* The first row that fits; what fits none gets the empty answer, which says so to gdb. */
// clang-format off
static const struct packet_row packets[] = {
    {"?", packet_why, true},
    {"qSupported", packet_supported, false},
    {"QStartNoAckMode", packet_no_acknowledge, true},
    {"qXfer:features:read:target.xml:", packet_description, false},
    {"qRcmd,", packet_monitor, false},
    {"qAttached", packet_attached, false},
    {"qC", packet_thread, true},
    {"qfThreadInfo", packet_threads, true},
    {"qsThreadInfo", packet_no_more_threads, true},
    {"vCont?", packet_actions_known, true},
    {"vCont", packet_actions, false},
    {"vCtrlC", packet_interrupt, true},
    {"vKill", packet_kill_process, false},
    {"H", packet_ok, false},
    {"T", packet_ok, false},
    {"g", packet_read_registers, true},
    {"G", packet_write_registers, false},
    {"p", packet_read_register, false},
    {"P", packet_write_register, false},
    {"m", packet_read_memory, false},
    {"M", packet_write_memory, false},
    {"X", packet_write_binary, false},
    {"Z", packet_insert, false},
    {"z", packet_remove, false},
    {"c", packet_continue, false},
    {"C", packet_continue_signal, false},
    {"s", packet_step, false},
    {"S", packet_step_signal, false},
    {"b", packet_reverse, false},
    {"D", packet_detach, false},
    {"k", packet_kill, true},
};
// clang-format on

static enum gdb_result handle(struct gdb *gdb)
{
    const char *text = (const char *)gdb->reader.data;
    for (size_t i = 0; i < ARRAY_COUNT(packets); i++) {
        size_t length = strlen(packets[i].prefix);
        if (strncmp(text, packets[i].prefix, length) == 0 && !(packets[i].whole && text[length]))
            return packets[i].handle(gdb, text + length);
    }
    return gdb_reply(gdb, "");
}

static enum gdb_result take_packet(struct gdb *gdb)
{
    bool acknowledge = !gdb->no_acknowledge;
    if (acknowledge)
        gdb->host.put(gdb->host.context, "+", 1);
    enum gdb_result result = handle(gdb);
    if (result == GDB_DETACH)
        breakpoint_delete_owned(gdb->breakpoints, BREAKPOINT_GDB);
    if (result != GDB_RESUME)
        gdb_send(gdb);
    return result;
}

static enum gdb_result take_byte(struct gdb *gdb, u8 byte)
{
    switch (packet_take(&gdb->reader, byte)) {
    case PACKET_WHOLE:
        return take_packet(gdb);
    case PACKET_DAMAGED:
        gdb->host.put(gdb->host.context, "-", gdb->no_acknowledge ? 0 : 1);
        return GDB_OK;
    case PACKET_TOO_LONG:
        gdb->host.put(gdb->host.context, "+", gdb->no_acknowledge ? 0 : 1);
        gdb_reply(gdb, BAD_ARGUMENT);
        gdb_send(gdb);
        return GDB_OK;
    case PACKET_REFUSED:
        send_frame(gdb);
        return GDB_OK;
    case PACKET_INTERRUPT:
        return gdb->running ? GDB_STOP : GDB_OK;
    case PACKET_NOTHING:
        break;
    }
    return GDB_OK;
}

enum gdb_result gdb_feed(struct gdb *gdb, const u8 *bytes, size_t count, size_t *taken)
{
    enum gdb_result result = GDB_OK;
    for (*taken = 0; *taken < count && result == GDB_OK; (*taken)++)
        result = take_byte(gdb, bytes[*taken]);
    return result;
}

/* ---- coming and going ---- */

void gdb_reset(struct gdb *gdb)
{
    packet_reset(&gdb->reader);
    text_out_clear(&gdb->frame);
    gdb->no_acknowledge = gdb->tells_breaks = gdb->running = false;
    gdb->signal = SIGNAL_TRAP;
    breakpoint_delete_owned(gdb->breakpoints, BREAKPOINT_GDB);
}

struct gdb *gdb_open(struct machine *machine, struct breakpoints *breakpoints,
                     const struct gdb_host *host)
{
    struct gdb *gdb = calloc(1, sizeof *gdb);
    if (!gdb)
        return NULL;
    gdb->machine = machine;
    gdb->breakpoints = breakpoints;
    gdb->host = *host;
    gdb->signal = SIGNAL_TRAP;
    return gdb;
}

void gdb_close(struct gdb *gdb)
{
    if (!gdb)
        return;
    breakpoint_delete_owned(gdb->breakpoints, BREAKPOINT_GDB);
    text_out_free(&gdb->answer);
    text_out_free(&gdb->frame);
    free(gdb);
}
