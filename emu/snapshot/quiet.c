#include "snapshot/quiet.h"

static void swallow_byte(void *context, u8 byte)
{
    (void)context;
    (void)byte;
}

static void swallow_sound(void *context, const s16 *samples, size_t count)
{
    (void)context;
    (void)samples;
    (void)count;
}

/* What is plugged in stays so: a printer that is away answers differently. */
void quiet_begin(struct quiet *quiet, struct machine *machine)
{
    struct machine_config *config = &machine->config;
    *quiet = (struct quiet){config->serial,     config->serial2,        config->debugcon,
                            machine->lpt.print, machine->speaker.write, machine->cpu.log,
                            machine->ports.log};
    config->serial.write = config->serial2.write = config->debugcon.write = swallow_byte;
    if (machine->speaker.write)
        machine->speaker.write = swallow_sound;
    if (machine->lpt.print)
        machine->lpt.print = swallow_byte;
    machine->cpu.log = machine->ports.log = NULL;
    machine->frames.held = true;
}

void quiet_end(const struct quiet *quiet, struct machine *machine)
{
    struct machine_config *config = &machine->config;
    config->serial = quiet->serial;
    config->serial2 = quiet->serial2;
    config->debugcon = quiet->debugcon;
    machine->speaker.write = quiet->sound;
    machine->lpt.print = quiet->print;
    machine->cpu.log = quiet->cpu_log;
    machine->ports.log = quiet->port_log;
    machine->frames.held = false;
}
