#ifndef GLASS386_FILES_MINIX_H
#define GLASS386_FILES_MINIX_H

#include "files/volume.h"

/* What minix.c and minix_check.c share. */

#define MINIX_BLOCK 1024u
#define MINIX_ROOT 1u
#define MINIX_DIRECT 7u

enum minix_mode {
    MINIX_KIND = 0170000,
    MINIX_CHAR = 0020000,
    MINIX_FOLDER = 0040000,
    MINIX_BLOCK_DEVICE = 0060000,
    MINIX_FILE = 0100000,
    MINIX_SYMLINK = 0120000,
};

struct minix {
    const struct volume *volume;
    bool v2;
    u32 name_size, inode_size;
    u32 inodes, zones, first_zone;
    u32 inode_map_blocks, zone_map_blocks, inode_table;
    u32 pointers; /* zone numbers in a block */
};

/* Reads the super block and holds it against the volume's size. */
bool minix_open(struct minix *fs, const struct volume *volume, struct error *error);
bool minix_check(const struct volume *volume, struct text_out *problems);

static inline u8 *minix_block(const struct minix *fs, u32 block)
{
    return fs->volume->bytes + (size_t)block * MINIX_BLOCK;
}

u8 *minix_inode(const struct minix *fs, u32 number); /* 1 to fs->inodes */
u32 minix_size(const struct minix *fs, const u8 *inode);
void minix_set_size(const struct minix *fs, u8 *inode, u32 size);
u32 minix_links(const struct minix *fs, const u8 *inode);
void minix_set_links(const struct minix *fs, u8 *inode, u32 links);
u32 minix_most_bytes(const struct minix *fs);
u8 *minix_zones(const struct minix *fs, u8 *inode);
u32 minix_load_zone(const struct minix *fs, const u8 *pointers, u32 index);
bool minix_zone_is_data(const struct minix *fs, u32 zone);
bool minix_inode_used(const struct minix *fs, u32 inode);
bool minix_zone_used(const struct minix *fs, u32 zone);
bool minix_bit(const u8 *map, u32 bit);
/* The zone of a file's block, made on demand; 0: none, or the volume is full. */
u32 minix_file_zone(const struct minix *fs, u8 *inode, u32 block, bool make, struct error *error);
/* A name in a folder, there or not. */
struct minix_place {
    u32 parent; /* the folder's inode */
    const char *name;
    size_t length;
    u8 *entry; /* null: the name is free */
};
/* False where the folder is not there, or the name cannot be one. */
bool minix_find_place(const struct minix *fs, const char *path, struct minix_place *place,
                      struct error *error);
/* Makes an inode with the name of a place; its number, or 0. Or only the name of an inode. */
u32 minix_add(const struct minix *fs, const struct minix_place *place, u32 mode,
              struct error *error);
bool minix_add_name(const struct minix *fs, const struct minix_place *place, u32 number,
                    struct error *error);

/* The pieces of these: an inode with no name yet; a name in a folder that has room or grows; bytes
   behind a file's others; a folder's own two names. */
u32 minix_take_inode(const struct minix *fs, u32 mode, struct error *error);
bool minix_add_entry(const struct minix *fs, u8 *folder, const char *name, size_t length,
                     u32 number, struct error *error);
bool minix_append(const struct minix *fs, u8 *inode, const u8 *bytes, size_t size,
                  struct error *error);
bool minix_add_dots(const struct minix *fs, u32 folder, u32 parent, struct error *error);
void minix_store_zone(const struct minix *fs, u8 *pointers, u32 index, u32 zone);
/* The inode of the names of a path before `end`; 0 with the error set. */
u32 minix_walk(const struct minix *fs, const char *path, const char *end, struct error *error);

/* For who makes a whole file system: a new name of any kind, without looking for damage before.
   mode: enum minix_mode and permission bits; a symbolic link's bytes are its text. Inodes, zones
   and entries are taken in the order of the calls, so that the same calls give the same bits. */
bool minix_make(const struct minix *fs, const char *path, u32 mode, const u8 *bytes, size_t size,
                struct error *error);
bool minix_make_device(const struct minix *fs, const char *path, u32 mode, u32 device,
                       struct error *error);
/* A second name of the file `target`. */
bool minix_make_link(const struct minix *fs, const char *path, const char *target,
                     struct error *error);

/* A folder's entry: inode number (0: free), then the name; null in a hole. */
u8 *minix_entry(const struct minix *fs, u8 *folder, u32 index);
u32 minix_entry_count(const struct minix *fs, const u8 *folder);

#endif
