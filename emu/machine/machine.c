#include "machine/machine.h"

#include "base/hash.h"
#include "machine/cmos.h"
#include "machine/firmware.h"
#include "machine/wiring.h"

#include <assert.h>
#include <stdlib.h>

#define DEFAULT_RAM (16u * MIB)

bool machine_init(struct machine *machine, const struct machine_config *config, struct error *error)
{
    *machine = (struct machine){.config = *config};
    u32 ram_size = config->ram_size ? config->ram_size : DEFAULT_RAM;
    machine->config.ram_size = ram_size;
    if (!firmware_check(config, error))
        return false;
    clock_init(&machine->clock, config->rate);
    machine->config.rate = machine->clock.rate;
    ports_init(&machine->ports, config->log);
    if (!memory_init(&machine->memory, ram_size, error))
        return false;
    struct cpu_wiring wiring = {.memory = &machine->memory,
                                .ports = &machine->ports,
                                .clock = &machine->clock,
                                .log = config->log};
    if (!cpu_init(&machine->cpu, &wiring, config->level, error)) {
        memory_free(&machine->memory);
        return false;
    }
    machine->video_memory = calloc(1, VGA_MEMORY_SIZE);
    if (!machine->video_memory) {
        machine_free(machine);
        return error_set(error, "out of memory for the display");
    }
    wiring_connect(machine);
    input_init(&machine->input, &machine->clock,
               &(struct input_chips){
                   &machine->keyboard,
                   &machine->mouse,
                   {config->serial_absent ? NULL : &machine->uart,
                    config->serial2_present ? &machine->uart2 : NULL},
               });
    cmos_fill(machine);
    machine_reset(machine);
    frames_init(machine);
    return true;
}

void machine_free(struct machine *machine)
{
    free(machine->video_memory);
    cpu_free(&machine->cpu);
    memory_free(&machine->memory);
}

void machine_reset(struct machine *machine)
{
    log_line(machine->config.log, LOG_RESET, "reset");
    machine->reset_requested = machine->exit_requested = machine->power_off = false;
    machine->exit_code = 0;
    pic_reset(&machine->pic);
    pit_reset(&machine->pit);
    rtc_reset(&machine->rtc);
    dma_reset(&machine->dma);
    keyboard_reset(&machine->keyboard);
    mouse_reset(&machine->mouse);
    kbc_reset(&machine->kbc);
    port61_reset(&machine->port61);
    speaker_reset(&machine->speaker);
    port92_reset(&machine->port92);
    uart_reset(&machine->uart);
    uart_reset(&machine->uart2);
    lpt_reset(&machine->lpt);
    fw_cfg_reset(&machine->fw_cfg);
    vga_reset(&machine->vga);
    ide_reset(&machine->ide[0]);
    ide_reset(&machine->ide[1]);
    fdc_reset(&machine->fdc);
    debug_ports_reset(&machine->debug_ports);
    direct_boot_reset(&machine->direct_boot);
    firmware_reset(machine);
    cpu_reset(&machine->cpu);
}

/* What the shutdown byte says of the reset that follows: these codes come back to a program. */
static bool reset_is_announced(const struct machine *machine)
{
    enum { SHUTDOWN_BYTE = 0x0f, FIRST_JUMP = 0x09, LAST_JUMP = 0x0c, JUMP_WITH_EOI = 0x05 };
    u8 code = rtc_peek(&machine->rtc, SHUTDOWN_BYTE);
    return code == JUMP_WITH_EOI || (code >= FIRST_JUMP && code <= LAST_JUMP);
}

/*
 * The processor's own RESET pin, which the 8042, port 92h and a shutdown cycle pulse: the chips go
 * on as they are, so that a 286 program can leave protected mode by it. The board opens gate A20,
 * or the reset vector could not be reached. Firmware in shadow RAM expects QEMU's board, where any
 * other reset is one of the whole machine and brings the ROM's copies back.
 */
static void reset_processor(struct machine *machine)
{
    machine->reset_requested = false;
    if (machine->config.reset_ends_run && !reset_is_announced(machine)) {
        machine->power_off = true;
        return;
    }
    if (machine->config.shadow_ram && !reset_is_announced(machine)) {
        machine_reset(machine);
        return;
    }
    log_line(machine->config.log, LOG_RESET, "reset of the processor");
    kbc_open_a20(&machine->kbc);
    cpu_reset(&machine->cpu);
}

void machine_press_reset(struct machine *machine)
{
    if (machine->input.tap.closed)
        return;
    input_note(&machine->input, INPUT_RESET, "", 0);
    machine_reset(machine);
}

void machine_request_stop(struct machine *machine)
{
    cpu_request_stop(&machine->cpu);
}

/* What chips asked for since the last look; true when machine_run must come back with *stop. */
static bool asked_to_stop(struct machine *machine, enum machine_stop *stop)
{
    if (machine->exit_requested)
        *stop = MACHINE_STOP_EXIT;
    else if (machine->power_off)
        *stop = MACHINE_STOP_POWER_OFF;
    else
        return false;
    return true;
}

/* Nothing can happen before the next event: the clock jumps. */
static void skip_idle_time(struct machine *machine, u64 until)
{
    u64 next = machine->clock.next;
    machine->clock.now = next < until ? next : until;
}

enum machine_stop machine_run(struct machine *machine, u64 until)
{
    struct clock *clock = &machine->clock;
    enum machine_stop stop;
    for (;;) {
        if (machine->reset_requested)
            reset_processor(machine);
        clock_run_due(clock);
        if (asked_to_stop(machine, &stop))
            return stop;
        if (clock->now >= until)
            return MACHINE_STOP_TIME;
        switch (cpu_run(&machine->cpu, clock->next < until ? clock->next : until)) {
        case CPU_STOP_TIME:
            break;
        case CPU_STOP_HALT:
            skip_idle_time(machine, until);
            break;
        case CPU_STOP_SHUTDOWN:
            if (!machine->config.reset_on_triple_fault && !reset_is_announced(machine))
                return MACHINE_STOP_TRIPLE_FAULT;
            machine->reset_requested = true;
            break;
        case CPU_STOP_BREAK:
            return MACHINE_STOP_BREAK;
        case CPU_STOP_REQUEST:
            if (!machine->reset_requested && !asked_to_stop(machine, &stop))
                return MACHINE_STOP_REQUEST;
            break;
        }
    }
}

/* A century and a half of guest time, so that nanoseconds fit in 64 bits with room to add. */
#define LAST_SECOND (1ull << 32)

static void clock_after_load(void *unit)
{
    struct clock *clock = unit;
    u64 last = LAST_SECOND * clock->rate;
    if (clock->now > last)
        clock->now = last;
}

static const struct field clock_rows[] = {FIELD(struct clock, now)};
static const struct field_table clock_fields =
    FIELD_TABLE("clock", 1, clock_rows, clock_after_load);

static const struct field machine_rows[] = {
    FIELD(struct machine, a20_sources), FIELD(struct machine, power_off),
    FIELD(struct machine, exit_requested), FIELD(struct machine, reset_requested),
    FIELD(struct machine, exit_code)};
static const struct field_table machine_fields = FIELD_TABLE("machine", 1, machine_rows, NULL);

u32 machine_units(struct machine *machine, struct machine_unit *units)
{
    cpu_before_save(&machine->cpu);
    const struct machine_unit all[] = {
        {&clock_fields, &machine->clock},       {&machine_fields, machine},
        {&cpu_fields, &machine->cpu},           {&pic_fields, &machine->pic},
        {&pit_fields, &machine->pit},           {&rtc_fields, &machine->rtc},
        {&dma_fields, &machine->dma},           {&kbc_fields, &machine->kbc},
        {&keyboard_fields, &machine->keyboard}, {&mouse_fields, &machine->mouse},
        {&port61_fields, &machine->port61},     {&port92_fields, &machine->port92},
        {&uart_fields, &machine->uart},         {&uart2_fields, &machine->uart2},
        {&lpt_fields, &machine->lpt},           {&speaker_fields, &machine->speaker},
        {&fw_cfg_fields, &machine->fw_cfg},     {&vga_fields, &machine->vga},
        {&ide_fields, &machine->ide[0]},        {&ide_secondary_fields, &machine->ide[1]},
        {&fdc_fields, &machine->fdc},           {&debug_ports_fields, &machine->debug_ports},
        {&input_fields, &machine->input},       {&direct_boot_fields, &machine->direct_boot},
    };
    static_assert(ARRAY_COUNT(all) <= MACHINE_MAX_UNITS, "MACHINE_MAX_UNITS is too small");
    for (u32 i = 0; i < ARRAY_COUNT(all); i++)
        units[i] = all[i];
    return ARRAY_COUNT(all);
}

void machine_after_load(struct machine *machine)
{
    machine->a20_sources &= 3;
    machine->cpu.level = (u8)machine->config.level; /* not for a file to change */
    memory_set_a20(&machine->memory, machine->a20_sources != 0);
    struct machine_unit units[MACHINE_MAX_UNITS];
    u32 count = machine_units(machine, units);
    for (u32 i = 0; i < count; i++)
        if (units[i].table->after_load)
            units[i].table->after_load(units[i].unit);
    clock_refresh(&machine->clock);
    frames_after_load(machine);
    cpu_set_intr(&machine->cpu, pic_output(&machine->pic));
    machine->vga.version++;
}

static u64 hash_unit(u64 hash, const struct machine_unit *unit)
{
    for (u32 i = 0; i < unit->table->count; i++) {
        const struct field *field = &unit->table->fields[i];
        for (u32 k = 0; k < field->count; k++)
            hash = hash_u64(hash, field_value(field, unit->unit, k));
    }
    return hash;
}

static u64 hash_disk(u64 hash, const struct disk_image *image)
{
    if (!image || !image->overlay)
        return hash;
    for (u32 chunk = disk_image_next_changed(image, 0); chunk < image->chunks;
         chunk = disk_image_next_changed(image, chunk + 1)) {
        hash = hash_u64(hash, chunk);
        hash = hash_bytes(hash, disk_image_changed_chunk(image, chunk), DISK_CHUNK);
    }
    return hash;
}

u64 machine_hash(struct machine *machine)
{
    struct machine_unit units[MACHINE_MAX_UNITS];
    u32 count = machine_units(machine, units);
    u64 hash = HASH_START;
    for (u32 i = 0; i < count; i++)
        hash = hash_unit(hash, &units[i]);
    hash = hash_bytes(hash, machine->memory.ram, machine->memory.ram_size);
    hash = hash_bytes(hash, machine->video_memory, VGA_MEMORY_SIZE);
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++)
        hash = hash_disk(hash, machine->config.disks[slot]);
    return hash;
}
