/* New names of every kind, in the order of the calls: for the verbs of minix.c, and for who makes a
   whole file system. */
#include "files/minix.h"

#include "base/bits.h"

#include <string.h>

bool minix_add_name(const struct minix *fs, const struct minix_place *place, u32 number,
                    struct error *error)
{
    return minix_add_entry(fs, minix_inode(fs, place->parent), place->name, place->length, number,
                           error);
}

u32 minix_add(const struct minix *fs, const struct minix_place *place, u32 mode,
              struct error *error)
{
    u32 number = minix_take_inode(fs, mode, error);
    return number && minix_add_name(fs, place, number, error) ? number : 0;
}

bool minix_add_dots(const struct minix *fs, u32 folder, u32 parent, struct error *error)
{
    u8 *inode = minix_inode(fs, folder);
    return minix_add_entry(fs, inode, ".", 1, folder, error) &&
           minix_add_entry(fs, inode, "..", 2, parent, error);
}

bool minix_make(const struct minix *fs, const char *path, u32 mode, const u8 *bytes, size_t size,
                struct error *error)
{
    struct minix_place place;
    if (!minix_find_place(fs, path, &place, error))
        return false;
    if (place.entry)
        return error_set(error, "%.100s: %.200s: is there already", fs->volume->name, path);
    u32 number = minix_add(fs, &place, mode, error);
    if (!number)
        return false;
    if ((mode & MINIX_KIND) == MINIX_FOLDER)
        return minix_add_dots(fs, number, place.parent, error);
    return minix_append(fs, minix_inode(fs, number), bytes, size, error);
}

bool minix_make_device(const struct minix *fs, const char *path, u32 mode, u32 device,
                       struct error *error)
{
    struct minix_place place;
    if (!minix_make(fs, path, mode, NULL, 0, error) || !minix_find_place(fs, path, &place, error))
        return false;
    minix_store_zone(fs, minix_zones(fs, minix_inode(fs, load_le16(place.entry))), 0, device);
    return true;
}

bool minix_make_link(const struct minix *fs, const char *path, const char *target,
                     struct error *error)
{
    struct minix_place place;
    u32 number = minix_walk(fs, target, target + strlen(target), error);
    if (!number || !minix_find_place(fs, path, &place, error))
        return false;
    if (place.entry)
        return error_set(error, "%.100s: %.200s: is there already", fs->volume->name, path);
    if ((load_le16(minix_inode(fs, number)) & MINIX_KIND) == MINIX_FOLDER)
        return error_set(error, "%.100s: %.200s: expected a file, no folder", fs->volume->name,
                         target);
    return minix_add_name(fs, &place, number, error);
}
