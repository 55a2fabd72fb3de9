#include "snapshot/snapshot.h"

#include "fuzz/fuzz.h"
#include "snapshot/container.h"

#include <stdlib.h>
#include <string.h>

/* A snapshot whose sections have bytes of the input in them, with checksums that are right; or the
   input as the file itself: refused in one line, or a machine that runs. First byte: which; then
   section, offset (2 bytes) and value, again and again. */

enum { SECTIONS_MAX = 64, HOW_RAW = 1 };

static struct machine machine;
static struct disk_image disk;
static struct text_out sound;
static struct container_section sections[SECTIONS_MAX];
static unsigned section_count;

static void start(void)
{
    static u8 rom[64 * KIB];
    struct container_reader reader;
    struct error error;
    bool more = true;
    memset(rom, 0x40, sizeof rom);
    FUZZ_REQUIRE(disk_image_open_blank(&disk, 300, &error));
    struct machine_config config = {
        .ram_size = MIB, .bios = rom, .bios_size = sizeof rom, .disks = {&disk}};
    FUZZ_REQUIRE(machine_init(&machine, &config, &error));
    FUZZ_REQUIRE(disk_image_write(&disk, 200, 1, rom, &error));
    machine_run(&machine, 5000);
    FUZZ_REQUIRE(snapshot_write(&machine, &sound, &error));
    FUZZ_REQUIRE(container_open(&reader, sound.text, sound.length, &error));
    while (more) {
        FUZZ_REQUIRE(section_count < SECTIONS_MAX);
        FUZZ_REQUIRE(container_next(&reader, &sections[section_count], &more, &error));
        section_count += more;
    }
}

static void put_changed(struct text_out *bytes, const u8 *data, size_t size)
{
    struct error error;
    container_begin(bytes);
    for (unsigned i = 0; i < section_count; i++) {
        struct container_section *section = &sections[i];
        u8 *plain = malloc(section->size + 1);
        FUZZ_REQUIRE(plain);
        memcpy(plain, section->bytes, section->size);
        for (size_t at = 0; at + 3 < size; at += 4)
            if (data[at] % section_count == i && section->size)
                plain[(data[at + 1] | (size_t)data[at + 2] << 8) % section->size] = data[at + 3];
        FUZZ_REQUIRE(
            container_append(bytes, section->name, section->version, plain, section->size, &error));
        free(plain);
    }
    FUZZ_REQUIRE(container_end(bytes, &error));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct text_out bytes = TEXT_OUT_EMPTY;
    struct error error = {""};
    struct snapshot_info info;
    if (size < 2)
        return 0;
    if (!section_count)
        start();
    if (data[0] & HOW_RAW) {
        text_out_bytes(&bytes, sound.text, 8);
        text_out_bytes(&bytes, data + 1, size - 1);
    } else {
        put_changed(&bytes, data + 1, size - 1);
    }
    if (!snapshot_parse_info(bytes.text, bytes.length, &info, &error))
        FUZZ_REQUIRE(error.text[0]);
    if (snapshot_read(&machine, bytes.text, bytes.length, &error))
        machine_run(&machine, machine.clock.now + 3000);
    else
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    text_out_free(&bytes);
    return 0;
}
