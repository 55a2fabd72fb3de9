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
#include "devices/fdc.h"
#include "devices/fw_cfg.h"
#include "devices/ide.h"
#include "devices/kbc.h"
#include "devices/keyboard.h"
#include "devices/lpt.h"
#include "devices/media/disk_image.h"
#include "devices/mouse.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/port61.h"
#include "devices/port92.h"
#include "devices/rtc.h"
#include "devices/speaker.h"
#include "devices/uart.h"
#include "devices/vga.h"
#include "machine/direct_boot.h"
#include "machine/frames.h"
#include "machine/host.h"
#include "machine/input.h"

/* The whole PC: the only layer that knows both CPU and devices. Created, run for a number of ticks,
   fed input, looked at, saved, destroyed; a thousand of them may live in one process. */

/* Places for media: two drives on each IDE channel, two floppy drives. */
enum machine_slot {
    MACHINE_HDA,
    MACHINE_HDB,
    MACHINE_HDC,
    MACHINE_HDD,
    MACHINE_FDA,
    MACHINE_FDB,
    MACHINE_SLOTS
};
#define MACHINE_DISKS 6u /* as many as slots */
_Static_assert(MACHINE_SLOTS == MACHINE_DISKS, "each slot has its disk");

/* What a BIOS tries to boot from; the numbers are those of CMOS cell 3Dh. */
enum machine_boot { MACHINE_BOOT_NONE, MACHINE_BOOT_FLOPPY, MACHINE_BOOT_DISK, MACHINE_BOOT_CD };

/* Where bytes that leave the machine go (serial lines, debug console). */
struct byte_sink {
    void (*write)(void *context, u8 byte);
    void *context;
};

/* Who hears that the host could not read or store a medium's sectors; the guest sees a bad sector.
 */
struct host_error_sink {
    void (*report)(void *context, const struct error *error);
    void *context;
};

/* Where the speaker's samples go, SOUND_RATE in a guest second, each once. */
struct sound_sink {
    void (*write)(void *context, const s16 *samples, size_t count);
    void *context;
};

/* Who sees each picture at machine_next_frame; it may look at the machine, and change nothing. */
struct frame_sink {
    void (*take)(void *context, const struct machine *machine);
    void *context;
};

struct machine_config {
    u32 ram_size; /* bytes, 1 MB to 3 GB; 0 = 16 MB */
    u32 rate;     /* ticks in a guest second; 0 = CLOCK_DEFAULT_RATE */
    enum cpu_level level;
    bool fpu_absent;   /* an empty coprocessor socket */
    const u8 *bios;    /* ends at FFFFFh, and again at FFFFFFFFh; kept by the caller */
    u32 bios_size;     /* bytes: 64, 128 or 256 KB; below 1 MB the last 128 KB of it */
    const u8 *vgabios; /* the display's option ROM at C0000h; null without, kept by the caller */
    u32 vgabios_size;  /* bytes, a multiple of 4 KB up to 64 KB */
    /* For firmware that expects an emulated board: C0000h-FFFFFh is RAM that can be written, with
       copies of both in it, and QEMU's fw_cfg answers. */
    bool shadow_ram;
    s64 rtc_time;    /* seconds since 1970 at power on; 0 = RTC_DEFAULT_TIME */
    const u8 *nvram; /* 128 bytes: CMOS cells 0Eh-7Fh as the battery kept them; null = blank */
    /* By slot; null = no hard disk. A floppy or CD-ROM drive always has its place, which is empty
       while image->sectors is 0. Kept by the caller. */
    struct disk_image *disks[MACHINE_DISKS];
    u8 cdroms;                        /* bit n: a CD-ROM drive is in slot n */
    u8 floppy_types[2];               /* enum floppy_type: drives A and B */
    u8 boot_order[3];                 /* enum machine_boot; all 0 = hard disk, then floppy */
    unsigned medium_flags;            /* enum disk_open_flags for media that are put in later */
    bool reset_on_triple_fault;       /* always so after a guest has set the CMOS's shutdown byte */
    bool reset_ends_run;              /* one that no shutdown byte announces is a power off */
    const struct kernel_plan *kernel; /* -kernel; null without, kept by the caller */
    const u8 *kernel_rom;             /* DIRECT_BOOT_ROM_SIZE bytes, with kernel only */
    struct byte_sink serial;          /* COM1 */
    bool serial_absent;               /* no UART at 3F8h at all */
    struct byte_sink serial2;         /* COM2 */
    bool serial2_present;             /* there is a UART at 2F8h */
    struct byte_sink printer;         /* LPT1; nothing is plugged in when `write` is null */
    struct sound_sink sound;
    struct frame_sink frames;
    struct byte_sink debugcon; /* port E9h */
    struct host_error_sink host_error;
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
    struct mouse mouse;
    struct port61 port61;
    struct port92 port92;
    struct uart uart, uart2; /* COM1, COM2 */
    struct lpt lpt;
    struct speaker speaker;
    struct fw_cfg fw_cfg; /* with shadow_ram only */
    struct vga vga;
    struct ide ide[2];
    struct fdc fdc;
    struct debug_ports debug_ports;
    struct input input;
    struct direct_boot direct_boot;
    struct frames frames;

    u8 *video_memory; /* VGA_MEMORY_SIZE bytes; untouched pages cost the host nothing */

    u8 a20_sources; /* bit 0: the 8042 holds A20 open, bit 1: port 92h does */
    u8 power_off, exit_requested;
    u8 reset_requested; /* of the processor; these are booleans that a snapshot may set */
    u32 exit_code;      /* (v << 1) | 1, as QEMU's isa-debug-exit gives it */

    struct machine_config config;
};

/* Builds and resets the machine. False: one line says why; nothing to free. */
bool machine_init(struct machine *machine, const struct machine_config *config,
                  struct error *error);
void machine_free(struct machine *machine);

/* "hda" ... "hdd", "fda", "fdb", and back: MACHINE_SLOTS when there is no such name; "cdrom" is the
   first CD-ROM drive, "a:" and "floppy0" are the first floppy drive. */
const char *machine_slot_name(enum machine_slot slot);
enum machine_slot machine_slot_named(const struct machine *machine, const char *name);

/* A hard disk, or a medium in its drive. */
static inline bool machine_has_medium(const struct machine *machine, unsigned slot)
{
    return machine->config.disks[slot] && machine->config.disks[slot]->sectors;
}

/* Puts a medium into a floppy or CD-ROM drive in place of what is there; a null file only takes it
   out. False, with nothing changed, for a file that cannot be used, a drive that cannot hold it,
   and a tray that the guest has locked (unless by force). */
bool machine_change_medium(struct machine *machine, enum machine_slot slot, const char *file,
                           unsigned flags, bool force, struct error *error);

/* The same from what a recording holds of it (enum input_kind). */
bool machine_repeat_change(struct machine *machine, const char *text, struct error *error);

/* Processor and chips begin anew; RAM and CMOS stay. */
void machine_reset(struct machine *machine);
/* The RESET button: the same from outside. */
void machine_press_reset(struct machine *machine);

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
