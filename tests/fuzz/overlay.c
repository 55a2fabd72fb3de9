#include "devices/media/disk_overlay.h"

#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An overlay file with bytes of the input in it, or cut short: refused in one line and nothing
   changed, or its sectors can be read and written, and its base changes by a commit alone. First
   byte: how; second: where it is cut; then offset (2 bytes) and value, again and again. */

enum { BASE_SECTORS = 3 * DISK_CHUNK / DISK_SECTOR + 5, BASE_BYTES = BASE_SECTORS * DISK_SECTOR };
enum { HOW_RAW = 1, HOW_COMMIT = 2, HOW_CUT = 4, HOW_READ_ONLY = 8 };

static char folder[40] = "/dev/shm/fuzz-overlay.XXXXXX", base_path[56], file_path[56];
static u8 base[BASE_BYTES], sound[4 * DISK_CHUNK];
static size_t sound_size;

static void write_file(const char *path, const u8 *bytes, size_t size)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    FUZZ_REQUIRE(descriptor >= 0 && write(descriptor, bytes, size) == (ssize_t)size);
    close(descriptor);
}

static size_t read_file(const char *path, u8 *bytes, size_t most)
{
    int descriptor = open(path, O_RDONLY);
    FUZZ_REQUIRE(descriptor >= 0);
    ssize_t size = read(descriptor, bytes, most);
    FUZZ_REQUIRE(size >= 0);
    close(descriptor);
    return (size_t)size;
}

static void remove_files(void)
{
    unlink(base_path);
    unlink(file_path);
    rmdir(folder);
}

/* A sound overlay that has changed two of the base's four chunks. */
static void start(void)
{
    struct disk_image image;
    struct error error;
    u8 sector[DISK_SECTOR] = {0x5a};
    if (!mkdtemp(folder)) { /* no file system in memory: slower */
        strcpy(folder, "/tmp/fuzz-overlay.XXXXXX");
        FUZZ_REQUIRE(mkdtemp(folder));
    }
    atexit(remove_files);
    snprintf(base_path, sizeof base_path, "%s/base", folder);
    snprintf(file_path, sizeof file_path, "%s/file", folder);
    write_file(base_path, base, sizeof base);
    FUZZ_REQUIRE(disk_overlay_create(file_path, "base", &error));
    FUZZ_REQUIRE(disk_image_open(&image, file_path, 0, &error));
    FUZZ_REQUIRE(disk_image_write(&image, 3, 1, sector, &error));
    FUZZ_REQUIRE(disk_image_write(&image, BASE_SECTORS - 1, 1, sector, &error));
    disk_image_close(&image);
    sound_size = read_file(file_path, sound, sizeof sound);
}

static void check_line(const struct error *error)
{
    FUZZ_REQUIRE(error->text[0] && !strchr(error->text, '\n'));
}

static void use(struct disk_image *image)
{
    static u8 sectors[BASE_BYTES];
    struct error error = {""};
    FUZZ_REQUIRE(image->sectors == BASE_SECTORS);
    for (u32 sector = 0; sector < BASE_SECTORS; sector += 100) {
        u32 count = BASE_SECTORS - sector < 100 ? BASE_SECTORS - sector : 100;
        FUZZ_REQUIRE(disk_image_read(image, sector, count, sectors, &error) || error.text[0]);
        FUZZ_REQUIRE(disk_image_write(image, sector, 1, sectors, &error) || error.text[0]);
    }
}

/* The overlay's file as the input has it. */
static void make(const u8 *data, size_t size)
{
    static u8 bytes[sizeof sound];
    memcpy(bytes, sound, sound_size);
    size_t length = sound_size;
    if (data[0] & HOW_RAW) {
        length = size - 2 < sizeof bytes - 8 ? size - 2 + 8 : sizeof bytes;
        memcpy(bytes + 8, data + 2, length - 8);
    } else {
        for (size_t i = 2; i + 2 < size; i += 3)
            bytes[(data[i] | (size_t)data[i + 1] << 8) % 4200] = data[i + 2];
    }
    if (data[0] & HOW_CUT)
        length = length * data[1] / 256;
    write_file(file_path, bytes, length);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static u8 after[BASE_BYTES];
    struct disk_image image;
    struct error error = {""};
    u32 chunks;
    if (size < 2)
        return 0;
    if (!sound_size)
        start();
    make(data, size);
    bool commit = data[0] & HOW_COMMIT;
    if (commit && !disk_overlay_commit(file_path, &chunks, &error))
        check_line(&error);
    unsigned flags = data[0] & HOW_READ_ONLY ? DISK_READ_ONLY : 0;
    if (!commit && disk_overlay_is_one(file_path)) {
        if (disk_image_open(&image, file_path, flags, &error)) {
            use(&image);
            disk_image_close(&image);
        } else {
            check_line(&error);
        }
    }
    if (!commit)
        FUZZ_REQUIRE(read_file(base_path, after, sizeof after) == sizeof base &&
                     memcmp(after, base, sizeof base) == 0);
    else
        write_file(base_path, base, sizeof base);
    return 0;
}
