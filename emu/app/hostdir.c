#include "app/hostdir.h"

#include "app/kernel_boot.h"
#include "base/bits.h"
#include "files/fat.h"

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
#define ALIKE_MOST 1000u
#define ROOT_ENTRIES 512u
#define FOLDER_ENTRIES_MAX 65520u

struct folder_reader {
    const char *root; /* the folder's own path, without symbolic links */
    struct fat fs;
    struct volume volume;
    u64 bytes;        /* found while measuring */
    u32 root_entries; /* of the top folder */
    bool laying;
};

static int filter(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* By bytes, whatever the host's language. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool join(char *to, const char *folder, const char *name, struct error *error)
{
    int length = snprintf(to, PATH_SIZE, "%s/%s", folder, name);
    return (length > 0 && (unsigned)length < PATH_SIZE) ||
           error_set(error, "-hostdir: %.200s: a path that is too long", folder);
}

/* A link to a file counts as the file when that lies in the folder, too: what is outside stays
   there. */
static bool lies_inside(const struct folder_reader *reader, const char *path)
{
    char *real = realpath(path, NULL);
    size_t length = strlen(reader->root);
    bool inside =
        real && strncmp(real, reader->root, length) == 0 && (real[length] == '/' || length == 1);
    free(real);
    return inside;
}

/* The name on the disk: of letters that FAT has, and other than those before it, which may differ
   from it in case alone. */
static bool choose_name(struct folder_reader *reader, u32 folder, const char *name, char *chosen,
                        struct error *error)
{
    char clean[FAT_NAME_MAX];
    struct fat_file file;
    fat_name_clean(name, clean);
    const char *dot = strrchr(clean, '.');
    int base = (int)(dot && dot != clean ? dot - clean : (long)strlen(clean));
    strcpy(chosen, clean);
    for (unsigned number = 1; fat_find(&reader->fs, folder, chosen, strlen(chosen), &file);
         number++) {
        if (number > ALIKE_MOST)
            return error_set(error, "-hostdir: %.200s: more than %u names alike", name, ALIKE_MOST);
        snprintf(chosen, FAT_NAME_MAX, "%.*s~%u%s", base, clean, number, clean + base);
    }
    return true;
}

static bool read_folder(struct folder_reader *reader, const char *host, u32 folder, unsigned depth,
                        struct error *error);

static bool measure(struct folder_reader *reader, const char *host, u64 bytes, struct error *error)
{
    reader->bytes += (bytes + CLUSTER_MOST - 1) / CLUSTER_MOST * CLUSTER_MOST;
    return reader->bytes <= MOST_BYTES ||
           error_set(error,
                     "-hostdir: %.200s: with it there are more than %llu MB; expected a "
                     "smaller folder",
                     host, MOST_BYTES / MIB);
}

static bool lay_file(struct folder_reader *reader, const char *host, u32 folder, const char *name,
                     u64 most, struct error *error)
{
    size_t size;
    u8 *bytes = host_file_read(host, most, &size, error);
    u8 *entry =
        bytes ? fat_make_entry(&reader->fs, folder, name, strlen(name), FAT_ARCHIVE, error) : NULL;
    bool done = entry && fat_fill(&reader->fs, entry, bytes, size, error);
    free(bytes);
    return done;
}

/* A file or folder with its content. */
static bool take(struct folder_reader *reader, const char *host, u32 folder, const char *name,
                 const struct stat *status, unsigned depth, struct error *error)
{
    bool is_folder = S_ISDIR(status->st_mode);
    char chosen[FAT_NAME_MAX];
    u32 inside = 0;
    if (!reader->laying)
        return is_folder ? read_folder(reader, host, 0, depth + 1, error)
                         : measure(reader, host, (u64)status->st_size, error);
    reader->volume.time = (u32)status->st_mtime;
    if (!choose_name(reader, folder, name, chosen, error))
        return false;
    if (!is_folder)
        return lay_file(reader, host, folder, chosen, (u64)status->st_size, error);
    inside = fat_make_folder(&reader->fs, folder, chosen, strlen(chosen), error);
    return inside && read_folder(reader, host, inside, depth + 1, error);
}

static bool read_entry(struct folder_reader *reader, const char *host, u32 folder, const char *name,
                       unsigned depth, struct error *error)
{
    char path[PATH_SIZE];
    struct stat status, link;
    if (!join(path, host, name, error))
        return false;
    if (stat(path, &status) != 0 || lstat(path, &link) != 0)
        return true; /* a link to nothing */
    bool linked = S_ISLNK(link.st_mode);
    bool wanted = S_ISREG(status.st_mode) || (S_ISDIR(status.st_mode) && !linked);
    if (!wanted || (linked && !lies_inside(reader, path)))
        return true;
    return take(reader, path, folder, name, &status, depth, error);
}

/* Room for the folder's own entries, each with the longest name that it may come to. */
static bool measure_entries(struct folder_reader *reader, const char *host, struct dirent **entries,
                            int count, unsigned depth, struct error *error)
{
    u32 total = 2;
    for (int i = 0; i < count; i++)
        total += 2 + ((u32)strlen(entries[i]->d_name) + 5 + 12) / 13;
    if (depth > 0)
        return total < FOLDER_ENTRIES_MAX
                   ? measure(reader, host, (u64)total * FAT_ENTRY, error)
                   : error_set(error, "-hostdir: %.200s: %d files; expected a smaller folder", host,
                               count);
    reader->root_entries = total < ROOT_ENTRIES ? ROOT_ENTRIES : (total + 15) / 16 * 16;
    return reader->root_entries < FOLDER_ENTRIES_MAX ||
           error_set(error, "-hostdir: %.200s: %d files; expected a smaller folder", host, count);
}

static bool read_folder(struct folder_reader *reader, const char *host, u32 folder, unsigned depth,
                        struct error *error)
{
    struct dirent **entries;
    if (depth > MOST_DEPTH)
        return error_set(error, "-hostdir: %.200s: more than %u folders deep", host, MOST_DEPTH);
    int count = scandir(host, &entries, filter, by_name);
    if (count < 0)
        return error_set(error, "-hostdir: %.200s: %s", host, strerror(errno));
    bool done = reader->laying || measure_entries(reader, host, entries, count, depth, error);
    for (int i = 0; i < count; i++) {
        done = done && read_entry(reader, host, folder, entries[i]->d_name, depth, error);
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

enum { TABLE = 0x1be, TYPE_FAT16 = 6, HEADS = 16, TRACK = 63 };

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

static bool lay(struct folder_reader *reader, struct memory_disk *disk, const char *folder,
                struct error *error)
{
    u8 *partition = disk->bytes + (size_t)FIRST_SECTOR * DISK_SECTOR;
    reader->volume = (struct volume){
        .name = folder,
        .bytes = partition,
        .size = disk->size - (u64)FIRST_SECTOR * DISK_SECTOR,
        .hidden = FIRST_SECTOR,
    };
    reader->laying = true;
    put_table(disk);
    if (!fat_format(&reader->volume, 16, (u16)reader->root_entries, error))
        return false;
    return fat_open(&reader->fs, &reader->volume, error) &&
           read_folder(reader, folder, 0, 0, error);
}

static bool make_disk(struct folder_reader *reader, struct memory_disk **made, const char *folder,
                      struct error *error)
{
    const u64 cylinder = (u64)HEADS * TRACK * DISK_SECTOR;
    if (!read_folder(reader, folder, 0, 0, error))
        return false;
    u64 size = reader->bytes + reader->bytes / 64 + (u64)reader->root_entries * FAT_ENTRY + MIB;
    size = ((size < LEAST_BYTES ? LEAST_BYTES : size) + cylinder - 1) / cylinder * cylinder;
    struct memory_disk *disk = calloc(1, sizeof *disk + size);
    if (!disk)
        return error_set(error, "-hostdir: %.200s: not enough memory", folder);
    disk->size = size;
    *made = disk;
    return lay(reader, disk, folder, error);
}

bool hostdir_open(struct disk_image *image, const char *folder, struct error *error)
{
    struct memory_disk *disk = NULL;
    char *root = realpath(folder, NULL);
    if (!root)
        return error_set(error, "-hostdir: %.200s: %s; expected a folder", folder, strerror(errno));
    struct folder_reader reader = {.root = root};
    bool made = make_disk(&reader, &disk, folder, error);
    free(root);
    if (!made) {
        free(disk);
        return false;
    }
    struct disk_base base = {.read = disk_read, .close = disk_close, .state = disk};
    return disk_image_open_base(image, folder, &base, disk->size / DISK_SECTOR, error);
}
