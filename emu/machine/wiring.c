#include "machine/wiring.h"

#include "machine/firmware.h"

#include <assert.h>

/* The whole machine on one screen: who answers at which port, which wire goes where. */

struct port_row {
    const char *name;
    u16 first, last;
    u8 widths;
    u32 (*read)(void *context, u16 port, unsigned size);
    void (*write)(void *context, u16 port, unsigned size, u32 value);
    size_t chip; /* offset in struct machine */
};
#define CHIP(member) offsetof(struct machine, member)
#define BYTES PORT_BYTE
#define WORDS (PORT_BYTE | PORT_WORD)
#define ANY (PORT_BYTE | PORT_WORD | PORT_DWORD)

/* The AT's coprocessor ports: any byte to F0h clears the latched error, to F1h also resets the
   coprocessor. Nothing answers a read. */
static u32 fpu_port_read(void *context, u16 port, unsigned size)
{
    (void)context;
    (void)port;
    (void)size;
    return 0xff;
}

static void fpu_port_write(void *context, u16 port, unsigned size, u32 value)
{
    struct cpu *cpu = context;
    (void)size;
    (void)value;
    fpu_release_busy(cpu);
    if (port == 0xf1)
        fpu_reset(&cpu->fpu);
}

/* clang-format off */
static const struct port_row port_rows[] = {
    {"dma",          0x000, 0x00f, BYTES, dma_read,         dma_write,         CHIP(dma)},
    {"pic master",   0x020, 0x021, BYTES, pic_read,         pic_write,         CHIP(pic.master)},
    {"pit",          0x040, 0x043, BYTES, pit_read,         pit_write,         CHIP(pit)},
    {"kbc data",     0x060, 0x060, BYTES, kbc_read,         kbc_write,         CHIP(kbc)},
    {"system port",  0x061, 0x061, BYTES, port61_read,      port61_write,      CHIP(port61)},
    {"kbc command",  0x064, 0x064, BYTES, kbc_read,         kbc_write,         CHIP(kbc)},
    {"rtc",          0x070, 0x071, BYTES, rtc_read,         rtc_write,         CHIP(rtc)},
    {"dma pages",    0x080, 0x08f, BYTES, dma_read,         dma_write,         CHIP(dma)},
    {"port 92",      0x092, 0x092, BYTES, port92_read,      port92_write,      CHIP(port92)},
    {"pic slave",    0x0a0, 0x0a1, BYTES, pic_read,         pic_write,         CHIP(pic.slave)},
    {"dma words",    0x0c0, 0x0df, BYTES, dma_read,         dma_write,         CHIP(dma)},
    {"console",      0x0e9, 0x0e9, BYTES, debug_ports_read, debug_ports_write, CHIP(debug_ports)},
    {"fpu busy",     0x0f0, 0x0f1, BYTES, fpu_port_read,    fpu_port_write,    CHIP(cpu)},
    {"exit",         0x0f4, 0x0f4, ANY,   debug_ports_read, debug_ports_write, CHIP(debug_ports)},
    {"ide 2 data",   0x170, 0x170, WORDS | PORT_DWORD, ide_data_read, ide_data_write, CHIP(ide[1])},
    {"ide 2",        0x171, 0x177, BYTES, ide_read,         ide_write,         CHIP(ide[1])},
    {"ide data",     0x1f0, 0x1f0, WORDS | PORT_DWORD, ide_data_read, ide_data_write, CHIP(ide[0])},
    {"ide",          0x1f1, 0x1f7, BYTES, ide_read,         ide_write,         CHIP(ide[0])},
    {"ide 2 control",0x376, 0x376, BYTES, ide_control_read, ide_control_write, CHIP(ide[1])},
    {"vga",          0x3b0, 0x3df, BYTES, vga_read,         vga_write,         CHIP(vga)},
    {"dispi",        0x1ce, 0x1d0, WORDS, vga_dispi_read,   vga_dispi_write,   CHIP(vga)},
    {"fdc",          0x3f2, 0x3f5, BYTES, fdc_read,         fdc_write,         CHIP(fdc)},
    {"ide control",  0x3f6, 0x3f6, BYTES, ide_control_read, ide_control_write, CHIP(ide[0])},
    {"fdc input",    0x3f7, 0x3f7, BYTES, fdc_read,         fdc_write,         CHIP(fdc)},
    {"lpt1",         0x378, 0x37a, BYTES, lpt_read,         lpt_write,         CHIP(lpt)},
    {"pic elcr",     0x4d0, 0x4d1, BYTES, pic_elcr_read,    pic_elcr_write,    CHIP(pic)},
    {"exit",         0x501, 0x501, ANY,   debug_ports_read, debug_ports_write, CHIP(debug_ports)},
    {"power",        0x604, 0x605, WORDS, debug_ports_read, debug_ports_write, CHIP(debug_ports)},
    {"shutdown",    0x8900,0x8900, BYTES, debug_ports_read, debug_ports_write, CHIP(debug_ports)},
};
static const struct port_row direct_boot_rows[] = {
    {"boot select",  0x503, 0x503, BYTES, direct_boot_read, direct_boot_write, CHIP(direct_boot)},
    {"boot words",   0x504, 0x504, PORT_DWORD, direct_boot_read, direct_boot_write, CHIP(direct_boot)},
};
static const struct port_row serial_row =
    {"com1",         0x3f8, 0x3ff, BYTES, uart_read,        uart_write,        CHIP(uart)};
static const struct port_row fw_cfg_row =
    {"fw_cfg",       0x510, 0x511, WORDS, fw_cfg_read,      fw_cfg_write,      CHIP(fw_cfg)};
static const struct port_row serial2_row =
    {"com2",         0x2f8, 0x2ff, BYTES, uart_read,        uart_write,        CHIP(uart2)};
/* clang-format on */

enum isa_irq {
    IRQ_TIMER = 0,
    IRQ_KEYBOARD = 1,
    IRQ_COM2 = 3,
    IRQ_COM1 = 4,
    IRQ_LPT1 = 7,
    IRQ_FLOPPY = 6,
    IRQ_RTC = 8,
    IRQ_VGA = 9, /* IRQ 2 of the bus */
    IRQ_MOUSE = 12,
    IRQ_FPU = 13,
    IRQ_IDE = 14,
    IRQ_IDE2 = 15
};

enum isa_dma { DMA_FLOPPY = 2 };

static void claim(struct machine *machine, const struct port_row *row)
{
    struct port_range range = {row->name,
                               row->first,
                               row->last,
                               row->widths,
                               row->read,
                               row->write,
                               (u8 *)machine + row->chip,
                               NULL,
                               NULL};
    ports_claim(&machine->ports, &range);
}

static void set_intr(void *context, unsigned number, bool level)
{
    (void)number;
    cpu_set_intr(context, level);
}

static u8 acknowledge(void *context)
{
    return pic_acknowledge(context);
}

/* The gate is open while either source holds it open. */
static void set_a20(void *context, unsigned source, bool level)
{
    struct machine *machine = context;
    u8 bit = (u8)(1u << source);
    machine->a20_sources = (u8)(level ? machine->a20_sources | bit : machine->a20_sources & ~bit);
    memory_set_a20(&machine->memory, machine->a20_sources != 0);
}

static void pulse_reset(void *context, unsigned number, bool level)
{
    struct machine *machine = context;
    (void)number;
    if (level)
        machine->reset_requested = true;
    cpu_request_stop(&machine->cpu);
}

static void guest_exit(void *context, u32 code)
{
    struct machine *machine = context;
    machine->exit_requested = true;
    machine->exit_code = code;
    cpu_request_stop(&machine->cpu);
}

static void guest_power_off(void *context)
{
    struct machine *machine = context;
    machine->power_off = true;
    cpu_request_stop(&machine->cpu);
}

static void guest_console(void *context, u8 byte)
{
    const struct machine *machine = context;
    if (machine->config.debugcon.write)
        machine->config.debugcon.write(machine->config.debugcon.context, byte);
}

static void serial_send(void *context, u8 byte)
{
    const struct machine *machine = context;
    if (machine->config.serial.write)
        machine->config.serial.write(machine->config.serial.context, byte);
}

static void serial2_send(void *context, u8 byte)
{
    const struct machine *machine = context;
    if (machine->config.serial2.write)
        machine->config.serial2.write(machine->config.serial2.context, byte);
}

static void map_changed(void *context)
{
    struct cpu *cpu = context;
    tlb_flush_fast(cpu);
    blocks_flush(cpu);
}

static struct irq_line irq_to_pic(struct machine *machine, enum isa_irq number)
{
    return (struct irq_line){pic_set_irq, &machine->pic, number};
}

static void connect_keyboard(struct machine *machine)
{
    struct kbc *kbc = &machine->kbc;
    kbc_init(kbc, &machine->clock);
    kbc->irq_keyboard = irq_to_pic(machine, IRQ_KEYBOARD);
    kbc->irq_mouse = irq_to_pic(machine, IRQ_MOUSE);
    kbc->a20 = (struct irq_line){set_a20, machine, 0};
    kbc->reset = (struct irq_line){pulse_reset, machine, 0};
    keyboard_init(&machine->keyboard, &machine->clock,
                  (struct irq_line){kbc_peripheral_ready, kbc, KBC_KEYBOARD});
    kbc->peripheral[KBC_KEYBOARD] =
        (struct kbc_peripheral){keyboard_take, keyboard_send, &machine->keyboard};
    mouse_init(&machine->mouse, &machine->clock,
               (struct irq_line){kbc_peripheral_ready, kbc, KBC_MOUSE});
    kbc->peripheral[KBC_MOUSE] = (struct kbc_peripheral){mouse_take, mouse_send, &machine->mouse};
}

/* Timer channel 2 goes through port 61h to the speaker. */
static_assert(SPEAKER_TIMER == PIT_FREQUENCY && SPEAKER_RATE == SOUND_RATE, "one clock, one rate");
static void connect_speaker(struct machine *machine)
{
    struct speaker *speaker = &machine->speaker;
    speaker_init(speaker, &machine->clock);
    speaker->timer = (struct speaker_input){pit_high_clocks, &machine->pit, 2};
    speaker->write = machine->config.sound.write;
    speaker->write_context = machine->config.sound.context;
    machine->pit.before_change = (struct irq_line){speaker_timer_changes, speaker, 0};
    machine->port61.speaker = (struct irq_line){speaker_set_open, speaker, 0};
    if (speaker->write)
        speaker_listen(speaker);
}

static void connect_system_ports(struct machine *machine)
{
    port61_init(&machine->port61, &machine->clock);
    machine->port61.gate = (struct irq_line){pit_set_gate, &machine->pit, 2};
    machine->port61.timer_output = (struct port61_input){pit_output, &machine->pit, 2};
    port92_init(&machine->port92);
    machine->port92.a20 = (struct irq_line){set_a20, machine, 1};
    machine->port92.reset = (struct irq_line){pulse_reset, machine, 0};
    debug_ports_init(&machine->debug_ports);
    machine->debug_ports.context = machine;
    machine->debug_ports.console = guest_console;
    machine->debug_ports.exit = guest_exit;
    machine->debug_ports.power_off = guest_power_off;
}

/* A CD-ROM drive beside the disks of its channel; two floppy drives on one cable. */
static void connect_drives(struct machine *machine)
{
    struct clock *clock = &machine->clock;
    struct machine_config *config = &machine->config;
    ide_init(&machine->ide[0], clock, irq_to_pic(machine, IRQ_IDE));
    ide_init(&machine->ide[1], clock, irq_to_pic(machine, IRQ_IDE2));
    for (unsigned channel = 0; channel < ARRAY_COUNT(machine->ide); channel++) {
        machine->ide[channel].host_error = config->host_error.report;
        machine->ide[channel].host_error_context = config->host_error.context;
        machine->ide[channel].log = config->log;
    }
    for (unsigned slot = MACHINE_HDA; slot <= MACHINE_HDD; slot++) {
        bool cdrom = config->cdroms >> slot & 1;
        (cdrom ? ide_attach_cdrom : ide_attach)(&machine->ide[slot / 2], slot & 1,
                                                config->disks[slot]);
    }
    fdc_init(&machine->fdc, clock, irq_to_pic(machine, IRQ_FLOPPY),
             (struct dma_line){dma_transfer, &machine->dma, DMA_FLOPPY});
    machine->fdc.host_error = config->host_error.report;
    machine->fdc.host_error_context = config->host_error.context;
    machine->fdc.log = config->log;
    for (unsigned drive = 0; drive < FDC_DRIVES; drive++)
        fdc_attach(&machine->fdc, drive, config->floppy_types[drive],
                   config->disks[MACHINE_FDA + drive]);
}

static void connect_chips(struct machine *machine)
{
    struct clock *clock = &machine->clock;
    pic_init(&machine->pic, (struct irq_line){set_intr, &machine->cpu, 0});
    pit_init(&machine->pit, clock, irq_to_pic(machine, IRQ_TIMER));
    rtc_init(&machine->rtc, clock, irq_to_pic(machine, IRQ_RTC));
    dma_init(&machine->dma, &machine->memory);
    uart_init(&machine->uart, clock);
    machine->uart.irq = irq_to_pic(machine, IRQ_COM1);
    machine->uart.send = serial_send;
    machine->uart.send_context = machine;
    uart_init(&machine->uart2, clock);
    machine->uart2.irq = irq_to_pic(machine, IRQ_COM2);
    machine->uart2.send = serial2_send;
    machine->uart2.send_context = machine;
    lpt_init(&machine->lpt, clock);
    machine->lpt.irq = irq_to_pic(machine, IRQ_LPT1);
    machine->lpt.print = machine->config.printer.write;
    machine->lpt.print_context = machine->config.printer.context;
    vga_init(&machine->vga, clock, machine->video_memory);
    machine->vga.irq = irq_to_pic(machine, IRQ_VGA);
    connect_drives(machine);
}

static void connect_memory(struct machine *machine)
{
    struct memory_device vga = vga_memory_device(&machine->vga);
    memory_map_device(&machine->memory, "vga", 0xa0000, 0x20000, &vga);
    struct memory_device linear = vga_linear_device(&machine->vga);
    memory_map_device(&machine->memory, "frame buffer", VGA_LINEAR_ADDRESS, VGA_MEMORY_SIZE,
                      &linear);
    firmware_map(machine);
    machine->memory.code_watch = (struct memory_code_watch){blocks_code_written, &machine->cpu};
    machine->memory.map_changed = map_changed;
    machine->memory.map_changed_context = &machine->cpu;
}

/* An empty socket is seen at reset: CR0.ET stays 0 (PRM 11.1.2). */
static void connect_coprocessor(struct machine *machine)
{
    machine->cpu.ferr = irq_to_pic(machine, IRQ_FPU);
    if (machine->config.fpu_absent) {
        machine->cpu.has_fpu = false;
        cpu_reset(&machine->cpu);
    }
}

/* -kernel: an option ROM and the ports it talks to. */
static void connect_direct_boot(struct machine *machine)
{
    const struct machine_config *config = &machine->config;
    direct_boot_init(&machine->direct_boot, &machine->memory, config->kernel);
    if (!config->kernel)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(direct_boot_rows); i++)
        claim(machine, &direct_boot_rows[i]);
    memory_map_rom(&machine->memory, "boot rom", DIRECT_BOOT_ROM_AT, DIRECT_BOOT_ROM_SIZE,
                   config->kernel_rom);
}

void wiring_connect(struct machine *machine)
{
    connect_direct_boot(machine);
    connect_chips(machine);
    connect_keyboard(machine);
    connect_system_ports(machine);
    connect_speaker(machine);
    for (size_t i = 0; i < ARRAY_COUNT(port_rows); i++)
        claim(machine, &port_rows[i]);
    ports_give_runs(&machine->ports, 0x1f0, ide_data_read_run, ide_data_write_run);
    ports_give_runs(&machine->ports, 0x170, ide_data_read_run, ide_data_write_run);
    if (!machine->config.serial_absent)
        claim(machine, &serial_row);
    fw_cfg_init(&machine->fw_cfg, machine->memory.ram_size);
    if (machine->config.shadow_ram)
        claim(machine, &fw_cfg_row);
    if (machine->config.serial2_present)
        claim(machine, &serial2_row);
    connect_coprocessor(machine);
    machine->cpu.interrupt_acknowledge = acknowledge;
    machine->cpu.interrupt_context = &machine->pic;
    connect_memory(machine);
}
