/*
 * What every part of the BIOS sees: the registers of a caller, the data area, and the three ways to
 * memory.
 *
 * All C here is compiled for 16-bit mode and runs on the caller's stack: SS = DS = ES, so that
 * plain pointers reach locals only. FS is 0 (vectors, data area at 400h), GS is F000h (constants in
 * this ROM). ROM data must be declared with ROM: bios.ld refuses plain .rodata, .data and .bss.
 */
#ifndef BIOS_H
#define BIOS_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

#define PACKED __attribute__((packed))
#define ROM const __seg_gs __attribute__((section(".rom")))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* A 32-bit register with its parts. */
union dword {
    u32 e;
    u16 x;
    struct {
        u8 l, h;
    };
};

/*
 * The caller as entry.S saved it; what a service changes here, the caller gets. The flags may be the
 * stack segment's last word: volatile keeps the compiler from reading them as half of a dword.
 */
struct registers {
    union dword edi, esi, ebp, saved_esp, ebx, edx, ecx, eax;
    u16 gs, fs, es, ds;
    u32 handler;
    u16 ip, cs;
    volatile u16 flags;
};

enum { CARRY_FLAG = 1, ZERO_FLAG = 0x40, INTERRUPT_FLAG = 0x200 };

struct far_pointer {
    u16 offset, segment;
} PACKED;

/* The data area at 0040:0000, with IBM's meaning of each field. */
struct data_area {
    u16 com[4], lpt[3], ebda_segment;               /* 00 */
    u16 equipment;                                  /* 10 */
    u8 post_flags;                                  /* 12 */
    u16 memory_kb;                                  /* 13 */
    u16 reserved15;                                 /* 15 */
    u8 shift, shift_pressed, alt_keypad;            /* 17 */
    u16 key_head, key_tail, key_buffer[16];         /* 1A */
    u8 floppy_calibrated, motor, motor_count;       /* 3E */
    u8 floppy_status, floppy_result[7];             /* 41 */
    u8 video_mode;                                  /* 49 */
    u16 columns, page_size, page_start;             /* 4A */
    u16 cursor[8], cursor_shape;                    /* 50 */
    u8 page;                                        /* 62 */
    u16 crtc;                                       /* 63 */
    u8 mode_control, palette;                       /* 65 */
    struct far_pointer resume;                      /* 67 */
    u8 last_interrupt;                              /* 6B */
    u32 ticks;                                      /* 6C */
    u8 midnight, break_flag;                        /* 70 */
    u16 reset_flag;                                 /* 72 */
    u8 disk_status, disk_count, disk_control, r77;  /* 74 */
    u8 lpt_timeout[4], com_timeout[4];              /* 78 */
    u16 key_start, key_end;                         /* 80 */
    u8 rows_less_one;                               /* 84 */
    u16 char_height;                                /* 85 */
    u8 video_control, video_switches, vga_flags;    /* 87 */
    u8 display_code, floppy_rate;                   /* 8A */
    u8 disk_state, disk_error, disk_interrupt, r8f; /* 8C */
    u8 floppy_media[4], floppy_track[2];            /* 90 */
    u8 key_flags, key_leds;                         /* 96 */
    struct far_pointer wait_flag;                   /* 98 */
    u32 wait_left;                                  /* 9C */
    u8 wait_active, ra1[7];                         /* A0 */
    struct far_pointer video_save;                  /* A8 */
} PACKED;

_Static_assert(sizeof(struct data_area) == 0xac, "the fields must lie where IBM put them");

/* Placed by bios.ld. */
extern struct far_pointer __seg_fs vectors[256];
extern volatile struct data_area __seg_fs bda;

enum {
    ROM_SEGMENT = 0xf000,
    EBDA_SEGMENT = 0x9fc0, /* its first 256 bytes are ours; boot sectors put stacks on the rest */
    EBDA_KB = 1,
    BASE_MEMORY_KB = 639,
    EBDA_DISK_TABLES = 0x3d, /* two of 16 bytes, for vectors 41h and 46h */
    EBDA_DRIVES = 0x60,
    EBDA_CD = 0xb0,
};

static inline void outb(u16 port, u8 value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outw(u16 port, u16 value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline u8 inb(u16 port)
{
    u8 value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline u8 far_read8(u16 segment, u16 offset)
{
    u8 value;

    __asm__ volatile("pushw %%fs\n\tmovw %w1, %%fs\n\tmovb %%fs:(%2), %0\n\tpopw %%fs"
                     : "=q"(value)
                     : "r"(segment), "r"((u32)offset)
                     : "memory");
    return value;
}

static inline void far_write8(u16 segment, u16 offset, u8 value)
{
    __asm__ volatile("pushw %%fs\n\tmovw %w0, %%fs\n\tmovb %2, %%fs:(%1)\n\tpopw %%fs"
                     :
                     : "r"(segment), "r"((u32)offset), "q"(value)
                     : "memory");
}

static inline u16 far_read16(u16 segment, u16 offset)
{
    u16 value;

    __asm__ volatile("pushw %%fs\n\tmovw %w1, %%fs\n\tmovw %%fs:(%2), %0\n\tpopw %%fs"
                     : "=r"(value)
                     : "r"(segment), "r"((u32)offset)
                     : "memory");
    return value;
}

static inline void far_write16(u16 segment, u16 offset, u16 value)
{
    __asm__ volatile("pushw %%fs\n\tmovw %w0, %%fs\n\tmovw %2, %%fs:(%1)\n\tpopw %%fs"
                     :
                     : "r"(segment), "r"((u32)offset), "r"(value)
                     : "memory");
}

static inline u32 far_read32(u16 segment, u16 offset)
{
    return far_read16(segment, offset) | (u32)far_read16(segment, offset + 2) << 16;
}

static inline void far_write32(u16 segment, u16 offset, u32 value)
{
    far_write16(segment, offset, (u16)value);
    far_write16(segment, offset + 2, (u16)(value >> 16));
}

/* INT 15h with AX, for a system that hooks it: AH=85h, 90h, 91h. False: carry (util.c). */
bool tell_system(u16 what);

/* Between memory anywhere and the stack (util.c). */
void far_load(void *to, u16 segment, u16 offset, u16 size);
void far_store(u16 segment, u16 offset, const void *from, u16 size);

/* Whole words, upwards; the ranges must not wrap (util.c). */
void far_copy_words(u16 to_segment, u16 to, u16 from_segment, u16 from, u16 words);
void far_fill_words(u16 segment, u16 offset, u16 value, u16 words);

static inline void interrupts_on(void)
{
    __asm__ volatile("sti" : : : "memory");
}

static inline void interrupts_off(void)
{
    __asm__ volatile("cli" : : : "memory");
}

/* Interrupts on and wait for one. */
static inline void wait_for_interrupt(void)
{
    __asm__ volatile("sti\n\thlt" : : : "memory");
}

static inline void set_flag(struct registers *r, u16 flag, bool on)
{
    r->flags = on ? r->flags | flag : r->flags & (u16)~flag;
}

u8 cmos_read(u8 index);
void cmos_write(u8 index, u8 value);
static inline u8 from_bcd(u8 value)
{
    return (u8)((value >> 4) * 10 + (value & 15));
}

/* Waits at least so long, by the refresh toggle of port 61h where that goes by time (util.c). */
void wait_microseconds(u32 microseconds);

/* print.c: text to the screen by INT 10h. */
void print_rom(const char __seg_gs *text);
void print_char(u8 letter);
void print_number(u32 value);
void print_hex(u32 value, u8 digits);
#define PRINT(literal)                          \
    do {                                        \
        static ROM char print_text[] = literal; \
        print_rom(print_text);                  \
    } while (0)

/* memory.c */
u32 memory_below_16m_kb(void); /* above 1 MB */
u32 memory_above_16m_64k(void);
bool memory_map_entry(struct registers *r);

/* a20.c */
bool a20_is_on(void);
bool a20_set(bool on);

/* keyboard.c */
void keyboard_init(void);

/* disk.c, floppy.c: the disk services behind INT 13h; drive is the BIOS number. */
void disk_init(void);
void disk_service(struct registers *r);
void disk_return(struct registers *r, u8 drive, u8 status);
void floppy_init(void);
void floppy_service(struct registers *r);

/* clock.c, serial.c, pointer.c */
void clock_init(void);
void event_wait(struct registers *r);
void pointer_init(void);
void pointer_service(struct registers *r);
void serial_init(void);

/* flat.S: a store anywhere in the 4 GB. */
void flat_write32(u32 physical, u32 value);

/* The C handlers behind the entries of entry.S. */
void equipment_int11(struct registers *r);
void memory_int12(struct registers *r);
void disk_int13(struct registers *r);
void serial_int14(struct registers *r);
void system_int15(struct registers *r);
void keyboard_int16(struct registers *r);
void printer_int17(struct registers *r);
void boot_int18(struct registers *r);
void boot_int19(struct registers *r);
void clock_int1a(struct registers *r);
void keyboard_irq(struct registers *r);
void clock_irq8(struct registers *r);
void pointer_irq12(struct registers *r);
void print_screen_int5(struct registers *r);
void fault_divide(struct registers *r);
void fault_opcode(struct registers *r);
void fault_coprocessor(struct registers *r);
void post(void) __attribute__((noreturn));

/* entry.S */
void boot_jump(u8 drive, u16 segment, u16 offset) __attribute__((noreturn));
extern const u8 __seg_gs nothing[], configuration_table[], diskette_table[];
struct rom_vector {
    u8 number;
    u16 offset;
} PACKED;
extern const struct rom_vector __seg_gs rom_vectors[];

#endif
