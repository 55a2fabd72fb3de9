#include "app/firmware.h"

#include "app/kernel_boot.h"
#include "bios/embedded_bios.h"

#include <stdlib.h>
#include <string.h>

#define BUILT_IN_SIZE 65536u
#define BIOS_MOST (256 * KIB)
#define VGABIOS_MOST (64 * KIB)
#define ROM_UNIT 512u /* in which an option ROM tells its size */

static bool read_bios(struct firmware *firmware, const char *path, struct machine_config *config,
                      struct error *error)
{
    size_t size;
    firmware->bios = host_file_read(path, BIOS_MOST, &size, error);
    if (!firmware->bios)
        return error_prefix(error, "-bios");
    if (size != 64 * KIB && size != 128 * KIB && size != BIOS_MOST)
        return error_set(error, "-bios: %.200s: %zu bytes; expected 65536, 131072 or 262144", path,
                         size);
    config->bios = firmware->bios;
    config->bios_size = (u32)size;
    return true;
}

/* Grows the image to whole pages. */
static bool pad(u8 **bytes, size_t size, size_t whole)
{
    u8 *larger = realloc(*bytes, whole);
    if (!larger)
        return false;
    memset(larger + size, 0xff, whole - size);
    *bytes = larger;
    return true;
}

static bool read_vgabios(struct firmware *firmware, const char *path, struct machine_config *config,
                         struct error *error)
{
    size_t size;
    firmware->vgabios = host_file_read(path, VGABIOS_MOST, &size, error);
    if (!firmware->vgabios)
        return error_prefix(error, "-vgabios");
    const u8 *rom = firmware->vgabios;
    if (size < ROM_UNIT || rom[0] != 0x55 || rom[1] != 0xaa || rom[2] * ROM_UNIT > size)
        return error_set(error,
                         "-vgabios: %.200s: expected an option ROM (55 AA, then its length in 512 "
                         "bytes)",
                         path);
    size_t whole = (size + PAGE_OFFSET_MASK) & ~(size_t)PAGE_OFFSET_MASK;
    if (!pad(&firmware->vgabios, size, whole))
        return error_set(error, "-vgabios: %.200s: out of memory", path);
    config->vgabios = firmware->vgabios;
    config->vgabios_size = (u32)whole;
    return true;
}

/* Firmware of others finds shadow RAM that its board has opened: what would open it are registers
   of a chip set, which this machine does not have. */
bool firmware_open(struct firmware *firmware, const struct options *options,
                   struct machine_config *config, struct error *error)
{
    *firmware = (struct firmware){NULL, NULL};
    config->bios = embedded_bios;
    config->bios_size = BUILT_IN_SIZE;
    config->vgabios = embedded_vgabios;
    config->vgabios_size = (u32)(embedded_vgabios_end - embedded_vgabios);
    config->shadow_ram = options->bios != NULL;
    return (!options->bios || read_bios(firmware, options->bios, config, error)) &&
           (!options->vgabios || read_vgabios(firmware, options->vgabios, config, error));
}

void firmware_close(struct firmware *firmware)
{
    free(firmware->bios);
    free(firmware->vgabios);
    *firmware = (struct firmware){NULL, NULL};
}
