#ifndef GLASS386_MACHINE_MACHINE_H
#define GLASS386_MACHINE_MACHINE_H

#include "base/error.h"
#include "base/field.h"
#include "base/log.h"
#include "bus/clock.h"
#include "bus/memory.h"
#include "bus/ports.h"
#include "cpu/blocks.h"
#include "cpu/cpu.h"
#include "devices/debug_ports.h"
#include "devices/dma.h"
#include "devices/ide.h"
#include "devices/kbc.h"
#include "devices/keyboard.h"
#include "devices/media/disk_image.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/port61.h"
#include "devices/port92.h"
#include "devices/rtc.h"
#include "devices/uart.h"
#include "devices/vga.h"
#include "machine/host.h"
#include "machine/input.h"

/* The whole PC: the only layer that knows both CPU and devices. Created, run for a number of ticks,
   fed input, looked at, saved, destroyed; a thousand of them may live in one process. */

#define MACHINE_DISKS 2u /* hda, hdb: one IDE channel */

/* Where bytes that leave the machine go (serial lines, debug console). */
struct byte_sink {
    void (*write)(void *context, u8 byte);
    void *context;
};

struct machine_config {
    u32 ram_size; /* bytes, 1 MB to 3 GB; 0 = 16 MB */
    u32 rate;     /* ticks in a guest second; 0 = CLOCK_DEFAULT_RATE */
    enum cpu_level level;
    bool fpu_absent; /* an empty coprocessor socket */
    const u8 *bios;  /* ends at FFFFFh, and again at FFFFFFFFh; kept by the caller */
    u32 bios_size;   /* bytes: 64 KB, or 128 KB from E0000h */
    struct disk_image *disks[MACHINE_DISKS]; /* null = no drive; kept by the caller */
    bool boot_floppy_first;
    bool reset_on_triple_fault;
    struct byte_sink serial;   /* COM1 */
    bool serial_absent;        /* no UART at 3F8h at all */
    struct byte_sink debugcon; /* port E9h */
    const struct log *log;
};

enum machine_stop {
    MACHINE_STOP_TIME,         /* the tick was reached */
    MACHINE_STOP_BREAK,        /* a breakpoint stands at CS:EIP */
    MACHINE_STOP_REQUEST,      /* machine_request_stop() */
    MACHINE_STOP_POWER_OFF,    /* the guest switched the power off */
    MACHINE_STOP_EXIT,         /* the guest wrote the exit port: machine->exit_code */
    MACHINE_STOP_TRIPLE_FAULT, /* frozen in the state of the shutdown; cpu.faults has the chain */
};

struct machine {
    struct clock clock;
    struct memory memory;
    struct ports ports;
    struct cpu cpu;
    struct pic_pair pic;
    struct pit pit;
    struct rtc rtc;
    struct dma dma;
    struct kbc kbc;
    struct keyboard keyboard;
    struct port61 port61;
    struct port92 port92;
    struct uart uart;
    struct vga vga;
    struct ide ide;
    struct debug_ports debug_ports;
    struct input input;

    u8 a20_sources; /* bit 0: the 8042 holds A20 open, bit 1: port 92h does */
    u8 power_off, exit_requested, reset_requested; /* booleans that a snapshot may set */
    u32 exit_code; /* (v << 1) | 1, as QEMU's isa-debug-exit gives it */

    struct machine_config config;
};

/* Builds and resets the machine. False: one line says why; nothing to free. */
bool machine_init(struct machine *machine, const struct machine_config *config,
                  struct error *error);
void machine_free(struct machine *machine);

/* The RESET button: processor and chips; RAM and CMOS stay. */
void machine_reset(struct machine *machine);

/* Runs until clock.now == until or something in enum machine_stop comes first; while the CPU is
   halted the clock jumps from event to event. The same calls give the same run on every host. */
enum machine_stop machine_run(struct machine *machine, u64 until);

/* From any callback during machine_run: come back at the next instruction boundary. */
void machine_request_stop(struct machine *machine);

/* Every saved unit with its field table, in a fixed order: snapshots, hash and `info` walk it. */
struct machine_unit {
    const struct field_table *table;
    void *unit;
};
#define MACHINE_MAX_UNITS 32u
/* Fills units[MACHINE_MAX_UNITS]; returns the count. Calls what must precede a look at saved
 * fields. */
u32 machine_units(struct machine *machine, struct machine_unit *units);
/* After all units were loaded: re-derive what is not saved. */
void machine_after_load(struct machine *machine);

/* Hash of the whole state: units, RAM, changed disk chunks. Equal states, equal hashes, on every
 * host. */
u64 machine_hash(struct machine *machine);

#endif
