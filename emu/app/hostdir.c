#include "app/hostdir.h"

#include "app/kernel_boot.h"
#include "base/bits.h"
#include "files/fat.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_BYTES (512ull * MIB)
#define LEAST_BYTES (20ull * MIB) /* less would be FAT12 */
#define CLUSTER_MOST 16384u       /* bytes, of the largest disk made here */
#define MOST_DEPTH 16u
#define FIRST_SECTOR 63u
#define PATH_SIZE 4096u

struct folder_reader {
    struct volume volume;
    u64 bytes; /* found while measuring */
    bool laying;
};

static bool wanted(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int filter(const struct dirent *entry)
{
    return wanted(entry);
}

/* By bytes, whatever the host's language. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* "NAME.EXT", or "NAME~n.EXT" of what letters there are; n from 1 up until the name is free. */
static void dos_name(const char *name, unsigned number, char *to)
{
    u8 letters[11];
    char base[9] = "", extension[4] = "", tail[8];
    const char *dot = strrchr(name, '.');
    size_t count = 0;
    if (!number && fat_short_name(name, strlen(name), letters)) {
        snprintf(to, 13, "%s", name);
        return;
    }
    int tail_length = snprintf(tail, sizeof tail, "~%u", number ? number % 100000 : 1);
    for (const char *at = name; *at && at != dot && count < 8u - (unsigned)tail_length; at++)
        if (isalnum((unsigned char)*at) || *at == '_' || *at == '-')
            base[count++] = *at;
    memcpy(base + count, tail, (size_t)tail_length);
    count = 0;
    for (const char *at = dot ? dot + 1 : ""; *at && count < 3; at++)
        if (isalnum((unsigned char)*at))
            extension[count++] = *at;
    snprintf(to, 13, extension[0] ? "%s.%s" : "%s", base, extension);
}

static bool join(char *to, const char *folder, const char *name, struct error *error)
{
    int length = snprintf(to, PATH_SIZE, "%s/%s", folder, name);
    return (length > 0 && (unsigned)length < PATH_SIZE) ||
           error_set(error, "-hostdir: %.200s: a path that is too long", folder);
}

struct name_search {
    const char *name;
    bool found;
};

static void look_for(void *context, const struct file_entry *entry)
{
    struct name_search *search = context;
    search->found = search->found || strcasecmp(entry->name, search->name) == 0;
}

/* A path in the volume, in `inside`, that nobody has taken. */
static bool choose_path(struct folder_reader *reader, const char *inside, const char *name,
                        char *path, struct error *error)
{
    char short_name[13];
    for (unsigned number = 0; number < 1000; number++) {
        dos_name(name, number, short_name);
        struct name_search search = {short_name, false};
        if (!fat16.list(&reader->volume, inside[0] ? inside : "/", look_for, &search, error))
            return false;
        if (!search.found)
            return join(path, inside, short_name, error);
    }
    return error_set(error, "-hostdir: %.200s: more than 1000 names alike", name);
}

static bool read_folder(struct folder_reader *reader, const char *host, const char *inside,
                        unsigned depth, struct error *error);

static bool read_file(struct folder_reader *reader, const char *host, const char *path,
                      const struct stat *status, struct error *error)
{
    size_t size;
    reader->bytes += ((u64)status->st_size + CLUSTER_MOST - 1) / CLUSTER_MOST * CLUSTER_MOST;
    if (!reader->laying)
        return reader->bytes <= MOST_BYTES ||
               error_set(error,
                         "-hostdir: %.200s: with it there are more than %llu MB; expected a "
                         "smaller folder",
                         host, MOST_BYTES / MIB);
    u8 *bytes = host_file_read(host, (size_t)status->st_size, &size, error);
    reader->volume.time = (u32)status->st_mtime;
    bool done = bytes && fat16.put(&reader->volume, path, bytes, size, error);
    free(bytes);
    return done;
}

static bool read_entry(struct folder_reader *reader, const char *host, const char *inside,
                       const char *name, unsigned depth, struct error *error)
{
    char host_path[PATH_SIZE], path[PATH_SIZE] = "";
    struct stat status, link;
    if (!join(host_path, host, name, error))
        return false;
    if (stat(host_path, &status) != 0 || lstat(host_path, &link) != 0)
        return true; /* a link to nothing */
    bool folder = S_ISDIR(link.st_mode);
    if (!folder && !S_ISREG(status.st_mode))
        return true;
    if (reader->laying && !choose_path(reader, inside, name, path, error))
        return false;
    if (!folder)
        return read_file(reader, host_path, path, &status, error);
    reader->bytes += CLUSTER_MOST;
    reader->volume.time = (u32)status.st_mtime;
    return (!reader->laying || fat16.make_folder(&reader->volume, path, error)) &&
           read_folder(reader, host_path, path, depth + 1, error);
}

static bool read_folder(struct folder_reader *reader, const char *host, const char *inside,
                        unsigned depth, struct error *error)
{
    struct dirent **entries;
    if (depth > MOST_DEPTH)
        return error_set(error, "-hostdir: %.200s: more than %u folders deep", host, MOST_DEPTH);
    int count = scandir(host, &entries, filter, by_name);
    if (count < 0)
        return error_set(error, "-hostdir: %.200s: %s", host, strerror(errno));
    bool done = true;
    for (int i = 0; i < count; i++) {
        done = done && read_entry(reader, host, inside, entries[i]->d_name, depth, error);
        free(entries[i]);
    }
    free(entries);
    return done;
}

/* ---- the disk ---- */

struct memory_disk {
    u64 size;
    u8 bytes[];
};

static bool disk_read(void *state, u64 sector, u32 count, u8 *to, struct error *error)
{
    const struct memory_disk *disk = state;
    (void)error;
    memcpy(to, disk->bytes + sector * DISK_SECTOR, (size_t)count * DISK_SECTOR);
    return true;
}

static void disk_close(void *state)
{
    free(state);
}

enum { TABLE = 0x1be, TYPE_FAT16 = 6, HIDDEN_SECTORS = 28, HEADS = 16, TRACK = 63 };

/* Head, sector with the cylinder's bits 8-9, cylinder. */
static void put_chs(u8 *to, u32 lba)
{
    u32 cylinder = lba / (HEADS * TRACK);
    if (cylinder > 1023) {
        memcpy(to, "\376\377\377", 3);
        return;
    }
    to[0] = (u8)(lba / TRACK % HEADS);
    to[1] = (u8)((lba % TRACK + 1) | (cylinder >> 8) << 6);
    to[2] = (u8)cylinder;
}

static void put_table(struct memory_disk *disk)
{
    u8 *entry = disk->bytes + TABLE;
    u32 sectors = (u32)(disk->size / DISK_SECTOR) - FIRST_SECTOR;
    put_chs(entry + 1, FIRST_SECTOR);
    entry[4] = TYPE_FAT16;
    put_chs(entry + 5, FIRST_SECTOR + sectors - 1);
    store_le32(entry + 8, FIRST_SECTOR);
    store_le32(entry + 12, sectors);
    store_le16(disk->bytes + 510, 0xaa55);
}

static bool lay(struct memory_disk *disk, const char *folder, struct error *error)
{
    u8 *partition = disk->bytes + (size_t)FIRST_SECTOR * DISK_SECTOR;
    struct folder_reader reader = {
        .volume = {folder, partition, disk->size - (u64)FIRST_SECTOR * DISK_SECTOR, 0},
        .laying = true,
    };
    put_table(disk);
    if (!fat16.format(&reader.volume, error))
        return false;
    store_le32(partition + HIDDEN_SECTORS, FIRST_SECTOR);
    return read_folder(&reader, folder, "", 0, error);
}

bool hostdir_open(struct disk_image *image, const char *folder, struct error *error)
{
    struct folder_reader measure = {.laying = false};
    const u64 cylinder = (u64)HEADS * TRACK * DISK_SECTOR;
    if (!read_folder(&measure, folder, "", 0, error))
        return false;
    u64 size = measure.bytes + measure.bytes / 64 + MIB;
    size = ((size < LEAST_BYTES ? LEAST_BYTES : size) + cylinder - 1) / cylinder * cylinder;
    struct memory_disk *disk = calloc(1, sizeof *disk + size);
    if (!disk)
        return error_set(error, "-hostdir: %.200s: not enough memory", folder);
    disk->size = size;
    if (!lay(disk, folder, error)) {
        free(disk);
        return false;
    }
    struct disk_base base = {.read = disk_read, .close = disk_close, .state = disk};
    return disk_image_open_base(image, folder, &base, size / DISK_SECTOR, error);
}
