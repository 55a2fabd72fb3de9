#include "snapshot/snapshot.h"

#include "fuzz/fuzz.h"
#include "fuzz/small.h"
#include "snapshot/container.h"

#include <stdlib.h>
#include <string.h>

/* A snapshot whose sections have bytes of the input in them, with checksums that are right; or the
   input as the file itself: refused in one line, or a machine that runs. First byte: which; then
   section, offset (2 bytes) and value, again and again. */

enum { SECTIONS_MAX = 64, HOW_RAW = 1, RUN_TICKS = 1000 };

struct saved_section {
    struct container_section plain;
    size_t at, size; /* where it lies, packed, in `sound` */
};

static struct small_machine small;
static struct disk_image disk;
static struct text_out sound;
static struct saved_section sections[SECTIONS_MAX];
static unsigned section_count;

static void start(void)
{
    struct container_reader reader;
    struct error error;
    bool more = true;
    FUZZ_REQUIRE(disk_image_open_blank(&disk, 300, &error));
    small_machine_init(&small, &disk);
    FUZZ_REQUIRE(disk_image_write(&disk, 200, 1, small.rom, &error));
    machine_run(&small.machine, 5000);
    FUZZ_REQUIRE(snapshot_write(&small.machine, &sound, &error));
    FUZZ_REQUIRE(container_open(&reader, sound.text, sound.length, &error));
    while (more) {
        struct saved_section *section = &sections[section_count];
        FUZZ_REQUIRE(section_count < SECTIONS_MAX);
        section->at = reader.position;
        FUZZ_REQUIRE(container_next(&reader, &section->plain, &more, &error));
        section->size = reader.position - section->at;
        section_count += more;
    }
}

/* The section's bytes with what the input says of section `number` in them; null: it says nothing.
 */
static u8 *change(unsigned number, const u8 *data, size_t size)
{
    const struct container_section *section = &sections[number].plain;
    u8 *plain = NULL;
    for (size_t at = 0; at + 3 < size; at += 4) {
        if (data[at] % section_count != number || !section->size)
            continue;
        if (!plain) {
            plain = malloc(section->size);
            FUZZ_REQUIRE(plain);
            memcpy(plain, section->bytes, section->size);
        }
        plain[(data[at + 1] | (size_t)data[at + 2] << 8) % section->size] = data[at + 3];
    }
    return plain;
}

static void put_changed(struct text_out *bytes, const u8 *data, size_t size)
{
    struct error error;
    container_begin(bytes);
    for (unsigned i = 0; i < section_count; i++) {
        const struct saved_section *section = &sections[i];
        u8 *plain = change(i, data, size);
        if (plain)
            FUZZ_REQUIRE(container_append(bytes, section->plain.name, section->plain.version, plain,
                                          section->plain.size, &error));
        else
            text_out_bytes(bytes, sound.text + section->at, section->size);
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
    if (snapshot_read(&small.machine, bytes.text, bytes.length, &error))
        machine_run(&small.machine, small.machine.clock.now + RUN_TICKS);
    else
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    text_out_free(&bytes);
    return 0;
}
