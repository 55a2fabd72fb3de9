#include "files/volume.h"

#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

/* Any bytes as a disk image, of which the first says how a sound image is damaged first: no verb
   reads or writes outside it or hangs, one that refuses says why, and one that succeeds leaves a
   sound file system. */

#define VOLUME_SIZE (96u * 1024u)

static void forget(void *context, const struct file_entry *entry)
{
    (void)context;
    FUZZ_REQUIRE(strlen(entry->name) < 256);
}

static void look(const struct file_system *system, const struct volume *volume)
{
    static const char *const paths[] = {"/", "/D", "/D/F", "/F"};
    for (unsigned i = 0; i < ARRAY_COUNT(paths); i++) {
        struct text_out bytes = TEXT_OUT_EMPTY;
        struct error error = {""};
        FUZZ_REQUIRE(system->list(volume, paths[i], forget, NULL, &error) || error.text[0]);
        FUZZ_REQUIRE(system->get(volume, paths[i], &bytes, &error) || error.text[0]);
        text_out_free(&bytes);
    }
}

static void change(const struct file_system *system, struct volume *volume)
{
    static const u8 content[5000] = {1};
    struct error error = {""};
    struct text_out problems = TEXT_OUT_EMPTY;
    bool sound = system->check(volume, &problems);
    FUZZ_REQUIRE(sound || problems.length);
    bool put = system->put(volume, "/NEW", content, sizeof content, &error);
    FUZZ_REQUIRE(put ? sound : error.text[0] != 0);
    if (put) {
        FUZZ_REQUIRE(system->check(volume, &problems));
        FUZZ_REQUIRE(system->remove(volume, "/NEW", &error));
        FUZZ_REQUIRE(system->check(volume, &problems));
    }
    text_out_free(&problems);
}

/* A small sound image with a folder and two files. */
static void make(u8 kind, struct volume *volume)
{
    static const u8 content[3000] = {7};
    const struct file_system *system = file_systems[kind % 3];
    struct error error;
    memset(volume->bytes, 0, volume->size);
    FUZZ_REQUIRE(system->format(volume, &error));
    FUZZ_REQUIRE(system->make_folder(volume, "/D", &error));
    FUZZ_REQUIRE(system->put(volume, "/D/F", content, sizeof content, &error));
    FUZZ_REQUIRE(system->put(volume, "/F", content, 20, &error));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    if (size < 2 || size > VOLUME_SIZE)
        return 0;
    struct volume volume = {"image", calloc(1, VOLUME_SIZE), VOLUME_SIZE, 0};
    struct error error;
    FUZZ_REQUIRE(volume.bytes != NULL);
    if (data[0] & 1) {
        make(data[1], &volume);
        for (size_t i = 2; i + 2 < size && i < 2 + 3 * (size_t)(data[0] >> 1 & 15); i += 3)
            volume.bytes[(data[i] | (size_t)data[i + 1] << 8) % (24 * 1024)] = data[i + 2];
    } else {
        volume.size = size & ~(size_t)511;
        memcpy(volume.bytes, data, size);
        volume.bytes = volume.size ? realloc(volume.bytes, volume.size) : volume.bytes;
    }
    u8 *bytes = volume.bytes;
    if (volume_find(&volume, data[0] >> 6 & 1, &error)) {
        const struct file_system *system = volume_recognise(&volume);
        if (system) {
            look(system, &volume);
            change(system, &volume);
        }
    }
    free(bytes);
    return 0;
}
