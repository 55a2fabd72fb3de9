/*
 * Writer of a Minix v1 file system (14-byte names, 1 KB zones) into memory. Everything is allocated
 * in the order of the calls, so that the same calls give the same bits.
 *
 * Layout in blocks of 1024 bytes: 0 boot, 1 super block, inode bitmap, zone bitmap, inode table,
 * data from first_data_zone. Inode 1 is the root directory.
 */
#ifndef DISKS_MINIX_H
#define DISKS_MINIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MINIX_NAME = 14,
    MINIX_ROOT = 1,
    /* Type bits of the mode word. */
    MINIX_CHAR = 0020000,
    MINIX_DIR = 0040000,
    MINIX_BLOCK = 0060000,
    MINIX_FILE = 0100000,
    MINIX_LINK = 0120000,
};

struct minix {
    uint8_t *base; /* block 0 of the partition */
    unsigned blocks;
    unsigned inodes;
    unsigned inode_map_blocks;
    unsigned zone_map_blocks;
    unsigned first_data_zone;
    uint32_t time; /* for every inode */
};

/* Formats `blocks` zeroed blocks at base, with an empty root directory. blocks: 64 to 65535. */
void minix_format(struct minix *fs, uint8_t *base, unsigned blocks, uint32_t time);

/*
 * Each makes one name; path is absolute, its directory must exist. mode holds the permission bits
 * only. False after complaining: name too long or taken, no directory, disk or inode table full.
 */
bool minix_make_dir(struct minix *fs, const char *path, unsigned mode);
bool minix_make_file(struct minix *fs, const char *path, unsigned mode, const uint8_t *data,
                     size_t size);
bool minix_make_node(struct minix *fs, const char *path, unsigned type, unsigned device,
                     unsigned mode);
bool minix_make_symlink(struct minix *fs, const char *path, const char *text);

/* A second name for the file `target`, which must exist and not be a directory. */
bool minix_make_link(struct minix *fs, const char *path, const char *target);

#endif
