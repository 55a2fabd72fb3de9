#include "machine/firmware.h"

#include <string.h>

#define VIDEO_ROM 0xc0000u
#define LOW_TOP 0x100000u
/* Of the BIOS below 1 MB; the rest of a larger one is seen at 4 GB only. */
#define LOW_MOST (128u * KIB)
#define SHADOW_MOST (192u * KIB) /* in shadow RAM, above the display BIOS */

bool firmware_check(const struct machine_config *config, struct error *error)
{
    u32 size = config->bios_size, video = config->vgabios_size;
    if (size != 0 && size != 64 * KIB && size != 128 * KIB && size != 256 * KIB)
        return error_set(error, "a BIOS of %u bytes: expected 64, 128 or 256 KB", size);
    if (video > 64 * KIB || (video & PAGE_OFFSET_MASK) != 0)
        return error_set(error, "a display BIOS of %u bytes: expected up to 64 KB in steps of 4 KB",
                         video);
    return true;
}

static u32 low_size(const struct machine_config *config)
{
    u32 most = config->shadow_ram ? SHADOW_MOST : LOW_MOST;
    return config->bios_size < most ? config->bios_size : most;
}

static const u8 *low_bytes(const struct machine_config *config)
{
    return config->bios + config->bios_size - low_size(config);
}

static void map_roms(struct machine *machine)
{
    const struct machine_config *config = &machine->config;
    u32 size = low_size(config);
    if (config->vgabios_size)
        memory_map_rom(&machine->memory, "video bios", VIDEO_ROM, config->vgabios_size,
                       config->vgabios);
    if (size)
        memory_map_rom(&machine->memory, "bios", LOW_TOP - size, size, low_bytes(config));
}

static void map_shadow(struct machine *machine)
{
    const struct machine_config *config = &machine->config;
    memory_map_shadow(&machine->memory, VIDEO_ROM, LOW_TOP - VIDEO_ROM);
    if (config->vgabios_size)
        fw_cfg_add_file(
            &machine->fw_cfg,
            &(struct fw_cfg_file){"vgaroms/vgabios.bin", config->vgabios, config->vgabios_size});
}

void firmware_map(struct machine *machine)
{
    const struct machine_config *config = &machine->config;
    if (config->shadow_ram)
        map_shadow(machine);
    else
        map_roms(machine);
    if (config->bios_size)
        memory_map_rom(&machine->memory, "bios (top)", 0u - config->bios_size, config->bios_size,
                       config->bios);
}

void firmware_reset(struct machine *machine)
{
    const struct machine_config *config = &machine->config;
    u32 size = low_size(config);
    if (!config->shadow_ram)
        return;
    for (u32 page = VIDEO_ROM; page < LOW_TOP; page += PAGE_SIZE)
        memory_write_bytes(&machine->memory, page, (const u8[PAGE_SIZE]){0}, PAGE_SIZE);
    if (config->vgabios_size)
        memory_write_bytes(&machine->memory, VIDEO_ROM, config->vgabios, config->vgabios_size);
    if (size)
        memory_write_bytes(&machine->memory, LOW_TOP - size, low_bytes(config), size);
}
