/* FAT12, FAT16 and FAT32 with long names. Every change goes to all copies of the table.

   Not handled: sectors other than 512 to 4096 bytes.

   Reference: Microsoft Extensible Firmware Initiative FAT32 File System Specification 1.03
   (it also tells FAT12 and FAT16), and the DOS boot sectors that came before it. */

#include "files/fat.h"

#include "base/bits.h"

#include <inttypes.h>
#include <string.h>

static bool recognise_width(const struct volume *volume, unsigned width)
{
    struct fat fs;
    return fat_open(&fs, volume, NULL) && fs.width == width;
}

static bool recognise_fat12(const struct volume *volume)
{
    return recognise_width(volume, 12);
}

static bool recognise_fat16(const struct volume *volume)
{
    return recognise_width(volume, 16);
}

static bool recognise_fat32(const struct volume *volume)
{
    return recognise_width(volume, 32);
}

/* ---- paths ---- */

/* The folder of the names in front of `end`. */
static bool walk(struct fat *fs, const char *path, const char *end, u32 *folder,
                 struct error *error)
{
    const char *at = path, *name;
    struct fat_file file;
    *folder = 0;
    for (size_t length; (length = path_next(&at, &name)) && name < end;) {
        if (!fat_find(fs, *folder, name, length, &file) ||
            !(file.entry[FAT_ATTRIBUTES] & FAT_FOLDER))
            return error_set(error, "%.100s: %.200s: there is no folder '%.*s'", fs->volume->name,
                             path, (int)length, name);
        *folder = fat_first(fs, file.entry);
    }
    return true;
}

struct place {
    u32 folder;
    const char *name;
    size_t length;
};

static bool walk_to_parent(struct fat *fs, const char *path, struct place *place,
                           struct error *error)
{
    const char *at = path, *next;
    size_t length = path_next(&at, &place->name);
    place->length = length;
    while ((length = path_next(&at, &next))) {
        place->name = next;
        place->length = length;
    }
    if (!place->length)
        return error_set(error, "%.100s: %.200s: expected a path that ends in a name",
                         fs->volume->name, path);
    return walk(fs, path, place->name, &place->folder, error);
}

/* ---- the verbs ---- */

static bool is_dots(const struct fat_file *file)
{
    return strcmp(file->name, ".") == 0 || strcmp(file->name, "..") == 0;
}

static bool list(const struct volume *volume, const char *path, file_visitor *visit, void *context,
                 struct error *error)
{
    struct fat fs;
    struct fat_file file;
    u32 folder;
    if (!fat_open(&fs, volume, error) || !walk(&fs, path, path + strlen(path) + 1, &folder, error))
        return false;
    for (u32 index = 0; fat_next_file(&fs, folder, &index, &file);) {
        bool is_folder = file.entry[FAT_ATTRIBUTES] & FAT_FOLDER;
        if (is_dots(&file))
            continue;
        visit(context, &(struct file_entry){file.name, is_folder, is_folder ? 'd' : '-',
                                            load_le32(file.entry + FAT_BYTES)});
    }
    return true;
}

static bool get(const struct volume *volume, const char *path, struct text_out *bytes,
                struct error *error)
{
    struct fat fs;
    struct place place;
    struct fat_file file;
    if (!fat_open(&fs, volume, error) || !walk_to_parent(&fs, path, &place, error))
        return false;
    if (!fat_find(&fs, place.folder, place.name, place.length, &file) ||
        file.entry[FAT_ATTRIBUTES] & FAT_FOLDER)
        return error_set(error, "%.100s: %.200s: expected a file", volume->name, path);
    u32 rest = load_le32(file.entry + FAT_BYTES), cluster = fat_first(&fs, file.entry);
    u32 steps = fs.clusters;
    while (rest > 0) {
        if (!fat_is_data(&fs, cluster) || !steps--)
            return error_set(error,
                             "%.100s: %.200s: %" PRIu32 " bytes before its end cluster %" PRIu32
                             " follows; expected 2 to %" PRIu32 " without a loop",
                             volume->name, path, rest, cluster, fs.clusters + 1);
        u32 part = rest < fs.cluster_bytes ? rest : fs.cluster_bytes;
        text_out_bytes(bytes, fat_cluster(&fs, cluster), part);
        rest -= part;
        cluster = fat_next(&fs, cluster);
    }
    return true;
}

static bool open_sound(struct fat *fs, struct volume *volume, const char *path, struct place *place,
                       struct error *error)
{
    return fat_open(fs, volume, error) && volume_require_sound(volume, &fat12, error) &&
           walk_to_parent(fs, path, place, error);
}

static bool put(struct volume *volume, const char *path, const u8 *bytes, size_t size,
                struct error *error)
{
    struct fat fs;
    struct place place;
    struct fat_file file;
    if (!open_sound(&fs, volume, path, &place, error))
        return false;
    bool found = fat_find(&fs, place.folder, place.name, place.length, &file);
    if (found && file.entry[FAT_ATTRIBUTES] & FAT_FOLDER)
        return error_set(error, "%.100s: %.200s: is a folder", volume->name, path);
    u8 *entry =
        found ? file.entry
              : fat_make_entry(&fs, place.folder, place.name, place.length, FAT_ARCHIVE, error);
    return entry && fat_fill(&fs, entry, bytes, size, error);
}

static bool make_folder(struct volume *volume, const char *path, struct error *error)
{
    struct fat fs;
    struct place place;
    struct fat_file file;
    if (!open_sound(&fs, volume, path, &place, error))
        return false;
    if (fat_find(&fs, place.folder, place.name, place.length, &file))
        return error_set(error, "%.100s: %.200s: is there already", volume->name, path);
    return fat_make_folder(&fs, place.folder, place.name, place.length, error) != 0;
}

static bool folder_is_empty(struct fat *fs, u32 folder)
{
    struct fat_file file;
    for (u32 index = 0; fat_next_file(fs, folder, &index, &file);)
        if (!is_dots(&file))
            return false;
    return true;
}

static bool remove_path(struct volume *volume, const char *path, struct error *error)
{
    struct fat fs;
    struct place place;
    struct fat_file file;
    if (!open_sound(&fs, volume, path, &place, error))
        return false;
    if (!fat_find(&fs, place.folder, place.name, place.length, &file) || is_dots(&file))
        return error_set(error, "%.100s: %.200s: is not there", volume->name, path);
    u32 first = fat_first(&fs, file.entry);
    if (file.entry[FAT_ATTRIBUTES] & FAT_FOLDER && !folder_is_empty(&fs, first))
        return error_set(error, "%.100s: %.200s: the folder is not empty", volume->name, path);
    fat_free_chain(&fs, first);
    for (u32 index = file.first_index; index <= file.index; index++)
        fat_entry_at(&fs, place.folder, index)[0] = FAT_FREE;
    return true;
}

static bool format_fat12(struct volume *volume, struct error *error)
{
    return fat_format(volume, 12, 0, error);
}

static bool format_fat16(struct volume *volume, struct error *error)
{
    return fat_format(volume, 16, 0, error);
}

static bool format_fat32(struct volume *volume, struct error *error)
{
    return fat_format(volume, 32, 0, error);
}

const struct file_system fat12 = {"fat12", recognise_fat12, format_fat12, fat_check, list, get,
                                  put,     make_folder,     remove_path};
const struct file_system fat16 = {"fat16", recognise_fat16, format_fat16, fat_check, list, get,
                                  put,     make_folder,     remove_path};
const struct file_system fat32 = {"fat32", recognise_fat32, format_fat32, fat_check, list, get,
                                  put,     make_folder,     remove_path};
