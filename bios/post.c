/*
 * Power-on: chips to their AT state, vectors, data area, screen, drives, option ROMs; then INT 19h.
 * Memory is sized, not tested: a boot takes a few milliseconds.
 */
#include "bios.h"

enum {
    MASK_MASTER = 0xb8, /* open: timer, keyboard, cascade, floppy */
    MASK_SLAVE = 0x9f,  /* open: coprocessor, first IDE channel; pointer.c opens the mouse's */

    END_OF_VECTORS = 0xff,
    EQUIPMENT_FPU = 2,
    EQUIPMENT_COLOR_80 = 0x20,
};

/* 8259A DS: ICW1 edge, cascade, ICW4; vectors 08h and 70h; slave on line 2; 8086 mode. */
static void init_interrupts(void)
{
    outb(0x20, 0x11);
    outb(0xa0, 0x11);
    outb(0x21, 0x08);
    outb(0xa1, 0x70);
    outb(0x21, 0x04);
    outb(0xa1, 0x02);
    outb(0x21, 0x01);
    outb(0xa1, 0x01);
    outb(0x21, MASK_MASTER);
    outb(0xa1, MASK_SLAVE);
}

/* Channel 0: mode 3, 18.2 Hz; 1: the AT's refresh, every 15 us; 2: a tone, gated off. */
static void init_timer(void)
{
    outb(0x43, 0x36);
    outb(0x40, 0);
    outb(0x40, 0);
    outb(0x43, 0x54);
    outb(0x41, 18);
    outb(0x43, 0xb6);
    outb(0x42, 0x33);
    outb(0x42, 0x05);
    outb(0x61, inb(0x61) & 0xfc);
}

/* Both controllers cleared; channel 4 cascades the first. */
static void init_dma(void)
{
    outb(0x0d, 0);
    outb(0xda, 0);
    outb(0xd6, 0xc0);
    outb(0xd4, 0);
}

static void init_vectors(void)
{
    for (u16 i = 0; i < 256; i++)
        vectors[i] = (struct far_pointer){(u16)(u32)nothing, ROM_SEGMENT};
    for (u16 i = 0x60; i < 0x68; i++)
        vectors[i] = (struct far_pointer){0, 0}; /* for users, who test for 0 */
    for (u16 i = 0; rom_vectors[i].number != END_OF_VECTORS; i++)
        vectors[rom_vectors[i].number] = (struct far_pointer){rom_vectors[i].offset, ROM_SEGMENT};
}

/* FNINIT clears the status word of a coprocessor that is there. */
static bool has_fpu(void)
{
    u16 status = 0x5a5a;

    __asm__ volatile("fninit\n\tfnstsw %0" : "+m"(status));
    return status == 0;
}

static void init_data_area(void)
{
    u16 reset_flag = bda.reset_flag;

    for (u16 i = 0; i < 256; i++)
        far_write8(0x40, i, 0);
    for (u16 i = 0; i < 256; i++)
        far_write8(EBDA_SEGMENT, i, 0);
    far_write8(EBDA_SEGMENT, 0, EBDA_KB);
    bda.reset_flag = reset_flag;
    bda.ebda_segment = EBDA_SEGMENT;
    bda.memory_kb = BASE_MEMORY_KB;
    bda.equipment = EQUIPMENT_COLOR_80 | (has_fpu() ? EQUIPMENT_FPU : 0);
}

/* A 386 without coprocessor: CR0.EM would trap FNINIT, so both bits are cleared first. */
static void init_fpu_control(void)
{
    u32 cr0;

    __asm__ volatile("movl %%cr0, %0" : "=r"(cr0));
    cr0 &= ~0xcu; /* EM, TS */
    __asm__ volatile("movl %0, %%cr0" : : "r"(cr0));
}

/* EFLAGS.ID can be changed where CPUID exists. */
static bool has_cpuid(void)
{
    u32 changed;

    __asm__ volatile("pushfl\n\tpopl %0\n\tmovl %0, %%ecx\n\txorl $0x200000, %0\n\t"
                     "pushl %0\n\tpopfl\n\tpushfl\n\tpopl %0\n\txorl %%ecx, %0"
                     : "=&a"(changed)
                     :
                     : "ecx", "cc");
    return changed & 0x200000;
}

/*
 * A processor with a local APIC hears the 8259 only through LINT0, which is masked after reset: the
 * APIC is enabled and LINT0 set to ExtINT, LINT1 to NMI (SDM3 11.5.1).
 */
static void init_local_apic(void)
{
    enum { SPURIOUS = 0xfee000f0, LINT0 = 0xfee00350, LINT1 = 0xfee00360, HAS_APIC = 0x200 };
    u32 eax = 1, ebx, ecx = 0, edx;

    if (!has_cpuid())
        return;
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    if (!(edx & HAS_APIC))
        return;
    flat_write32(SPURIOUS, 0x1ff);
    flat_write32(LINT0, 0x8700);
    flat_write32(LINT1, 0x8400);
}

static u8 rom_checksum(u16 segment, u32 size)
{
    u8 sum = 0;

    for (; size; size -= 512, segment += 512 / 16) {
        u32 count = 512, from = 0;

        __asm__ volatile("pushw %%ds\n\tmovw %w3, %%ds\n1:\taddb (%%si), %0\n\tincw %%si\n\t"
                         "decw %%cx\n\tjnz 1b\n\tpopw %%ds"
                         : "+q"(sum), "+c"(count), "+S"(from)
                         : "r"(segment)
                         : "memory", "cc");
    }
    return sum;
}

static void call_rom(u16 segment)
{
    struct far_pointer entry = {3, segment};

    __asm__ volatile("pushal\n\tpushw %%ds\n\tpushw %%es\n\tpushw %%fs\n\tpushw %%gs\n\t"
                     "lcallw *(%0)\n\t"
                     "popw %%gs\n\tpopw %%fs\n\tpopw %%es\n\tpopw %%ds\n\tpopal"
                     :
                     : "a"(&entry)
                     : "memory", "cc");
}

/* 55h AAh, size in 512 bytes, entry at 3, byte sum 0; on 2 KB boundaries. */
static void call_option_roms(u16 from, u16 to)
{
    for (u32 segment = from; segment < to;) {
        u32 size = (u32)far_read8((u16)segment, 2) * 512;
        bool found =
            far_read16((u16)segment, 0) == 0xaa55 && size && !rom_checksum((u16)segment, size);

        if (found)
            call_rom((u16)segment);
        segment += found ? (size + 2047) / 2048 * 128 : 128;
    }
}

static void set_text_mode(void)
{
    u32 eax = 0x0003;

    __asm__ volatile("int $0x10" : "+a"(eax) : : "ebx", "ecx", "edx", "memory", "cc");
}

static void print_banner(void)
{
    PRINT("glass386 BIOS " BIOS_VERSION "\n");
    print_number(BASE_MEMORY_KB + EBDA_KB);
    PRINT(" KB + ");
    print_number(memory_below_16m_kb() + (memory_above_16m_64k() << 6));
    PRINT(" KB memory\n");
}

/*
 * The display's BIOS takes INT 10h over: at C0000h, or below this ROM in an image of 128 KB. Gives
 * the segment at which the search for further ROMs ends.
 */
static u16 call_video_rom(void)
{
    call_option_roms(0xc000, 0xc800);
    if (vectors[0x10].segment != ROM_SEGMENT)
        return 0xf000;
    call_option_roms(0xe000, 0xf000);
    return 0xe000;
}

void post(void)
{
    u16 other_roms_end;

    init_interrupts();
    init_timer();
    init_dma();
    init_fpu_control();
    init_local_apic();
    init_vectors();
    init_data_area();
    keyboard_init();
    a20_set(true);
    other_roms_end = call_video_rom();
    vectors[0x6d] = vectors[0x10]; /* as IBM's VGA has it */
    set_text_mode();
    print_banner();
    serial_init();
    pointer_init();
    clock_init();
    interrupts_on();
    floppy_init();
    disk_init();
    call_option_roms(0xc800, other_roms_end);
    bda.reset_flag = 0;
    for (;;)
        __asm__ volatile("int $0x19" : : : "memory", "cc", "eax", "ecx", "edx");
}
