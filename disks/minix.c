#include "minix.h"

#include "bytes.h"
#include "file.h"
#include "geometry.h"

#include <string.h>

enum {
    SUPER_BLOCK = 1,
    MAGIC = 0x137f,
    STATE_CLEAN = 1,
    MAX_FILE_SIZE = (7 + 512 + 512 * 512) * BLOCK_SIZE,
    BITS_PER_BLOCK = BLOCK_SIZE * 8,

    INODE_SIZE = 32,
    INODES_PER_BLOCK = BLOCK_SIZE / INODE_SIZE,
    INODE_MODE = 0,
    INODE_FILE_SIZE = 4,
    INODE_TIME = 8,
    INODE_LINKS = 13,
    INODE_ZONES = 14,
    DIRECT_ZONES = 7,
    POINTERS = BLOCK_SIZE / 2,
    MOST_LINKS = 250,

    ENTRY_SIZE = 2 + MINIX_NAME,
};

static uint8_t *block_at(const struct minix *fs, unsigned block)
{
    return fs->base + (size_t)block * BLOCK_SIZE;
}

static uint8_t *inode_map(const struct minix *fs)
{
    return block_at(fs, SUPER_BLOCK + 1);
}

static uint8_t *zone_map(const struct minix *fs)
{
    return block_at(fs, SUPER_BLOCK + 1 + fs->inode_map_blocks);
}

static uint8_t *inode_at(const struct minix *fs, unsigned number)
{
    unsigned table = SUPER_BLOCK + 1 + fs->inode_map_blocks + fs->zone_map_blocks;

    return block_at(fs, table) + (size_t)(number - 1) * INODE_SIZE;
}

/* Takes the first clear bit from 1 to bits-1; 0 when there is none. Bit 0 is reserved. */
static unsigned take_bit(uint8_t *map, unsigned bits)
{
    for (unsigned bit = 1; bit < bits; bit++)
        if (!(map[bit / 8] & 1u << bit % 8)) {
            map[bit / 8] |= (uint8_t)(1u << bit % 8);
            return bit;
        }
    return 0;
}

/* Zone bit k stands for zone first_data_zone - 1 + k. */
static unsigned take_zone(struct minix *fs)
{
    unsigned bit = take_bit(zone_map(fs), fs->blocks - fs->first_data_zone + 1);

    if (!bit)
        complain("the root partition is full (%u blocks)", fs->blocks);
    return bit ? fs->first_data_zone - 1 + bit : 0;
}

static unsigned take_inode(struct minix *fs, unsigned mode)
{
    unsigned number = take_bit(inode_map(fs), fs->inodes + 1);
    uint8_t *inode;

    if (!number) {
        complain("the root partition has no inode left (%u)", fs->inodes);
        return 0;
    }
    inode = inode_at(fs, number);
    put16(inode + INODE_MODE, mode);
    put32(inode + INODE_TIME, fs->time);
    return number;
}

/* The zone that a 16-bit pointer names, taking a new one when it is empty; 0 when the disk is full.
 */
static unsigned zone_of(struct minix *fs, uint8_t *pointer)
{
    if (!get16(pointer))
        put16(pointer, take_zone(fs));
    return get16(pointer);
}

/* The zone of a file's block (7 direct, 512 single, 512 x 512 double indirect), made on demand. */
static unsigned file_zone(struct minix *fs, uint8_t *inode, unsigned block)
{
    uint8_t *zones = inode + INODE_ZONES;
    unsigned table;

    if (block < DIRECT_ZONES)
        return zone_of(fs, zones + 2 * block);
    block -= DIRECT_ZONES;
    if (block < POINTERS) {
        table = zone_of(fs, zones + 2 * DIRECT_ZONES);
        return table ? zone_of(fs, block_at(fs, table) + 2 * block) : 0;
    }
    block -= POINTERS;
    table = zone_of(fs, zones + 2 * (DIRECT_ZONES + 1));
    if (table)
        table = zone_of(fs, block_at(fs, table) + 2 * (block / POINTERS));
    return table ? zone_of(fs, block_at(fs, table) + 2 * (block % POINTERS)) : 0;
}

static uint32_t inode_size(const uint8_t *inode)
{
    return get16(inode + INODE_FILE_SIZE) | (uint32_t)get16(inode + INODE_FILE_SIZE + 2) << 16;
}

static bool append(struct minix *fs, uint8_t *inode, const uint8_t *data, size_t size)
{
    uint32_t offset = inode_size(inode);

    if (size > MAX_FILE_SIZE - offset)
        return complain("a file of %zu bytes is more than Minix v1 can hold", size);
    while (size) {
        unsigned within = offset % BLOCK_SIZE;
        size_t part = size < BLOCK_SIZE - within ? size : BLOCK_SIZE - within;
        unsigned zone = file_zone(fs, inode, offset / BLOCK_SIZE);

        if (!zone)
            return false;
        memcpy(block_at(fs, zone) + within, data, part);
        data += part;
        size -= part;
        offset += (uint32_t)part;
        put32(inode + INODE_FILE_SIZE, offset);
    }
    return true;
}

static bool is_dir(const uint8_t *inode)
{
    return (get16(inode + INODE_MODE) & 0170000) == MINIX_DIR;
}

/* The inode number of a name (not NUL-terminated) in a directory, 0 when it is not there. */
static unsigned find_entry(struct minix *fs, unsigned dir, const char *name, size_t length)
{
    uint8_t *inode = inode_at(fs, dir);
    uint32_t size = inode_size(inode);
    uint8_t wanted[MINIX_NAME] = {0};

    if (length > MINIX_NAME)
        return 0;
    memcpy(wanted, name, length);
    for (uint32_t offset = 0; offset < size; offset += ENTRY_SIZE) {
        unsigned zone = file_zone(fs, inode, offset / BLOCK_SIZE);
        uint8_t *entry = block_at(fs, zone) + offset % BLOCK_SIZE;

        if (get16(entry) && !memcmp(entry + 2, wanted, MINIX_NAME))
            return get16(entry);
    }
    return 0;
}

static bool add_entry(struct minix *fs, unsigned dir, const char *name, size_t length,
                      unsigned number)
{
    uint8_t entry[ENTRY_SIZE] = {0};
    uint8_t *inode = inode_at(fs, number);

    if (inode[INODE_LINKS] >= MOST_LINKS)
        return complain("inode %u has %d names already", number, MOST_LINKS);
    put16(entry, number);
    memcpy(entry + 2, name, length);
    inode[INODE_LINKS]++;
    return append(fs, inode_at(fs, dir), entry, sizeof(entry));
}

/* Walks from the root over the names in path[0..length). 0 when one of them is missing. */
static unsigned walk(struct minix *fs, const char *path, size_t length)
{
    unsigned number = MINIX_ROOT;

    for (size_t at = 0; at < length;) {
        size_t end = at;

        while (end < length && path[end] != '/')
            end++;
        if (end > at) {
            if (!is_dir(inode_at(fs, number)))
                return 0;
            number = find_entry(fs, number, path + at, end - at);
            if (!number)
                return 0;
        }
        at = end + 1;
    }
    return number;
}

/* Splits path into the inode of its directory and the last name, and refuses what cannot be made.
 */
static unsigned parent_of(struct minix *fs, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    unsigned dir;

    if (path[0] != '/' || !slash[1]) {
        complain("%s: a path must start with / and end with a name", path);
        return 0;
    }
    *name = slash + 1;
    if (strlen(*name) > MINIX_NAME) {
        complain("%s: the name has more than %d letters", path, MINIX_NAME);
        return 0;
    }
    dir = walk(fs, path, (size_t)(slash - path));
    if (!dir || !is_dir(inode_at(fs, dir))) {
        complain("%s: its directory was not made before", path);
        return 0;
    }
    if (find_entry(fs, dir, *name, strlen(*name))) {
        complain("%s: listed twice", path);
        return 0;
    }
    return dir;
}

static unsigned make(struct minix *fs, const char *path, unsigned mode, unsigned *parent)
{
    const char *name;
    unsigned dir = parent_of(fs, path, &name);
    unsigned number = dir ? take_inode(fs, mode) : 0;

    if (!number || !add_entry(fs, dir, name, strlen(name), number))
        return 0;
    if (parent)
        *parent = dir;
    return number;
}

static bool add_dots(struct minix *fs, unsigned dir, unsigned parent)
{
    return add_entry(fs, dir, ".", 1, dir) && add_entry(fs, dir, "..", 2, parent);
}

bool minix_make_dir(struct minix *fs, const char *path, unsigned mode)
{
    unsigned parent;
    unsigned number = make(fs, path, MINIX_DIR | mode, &parent);

    return number && add_dots(fs, number, parent);
}

bool minix_make_file(struct minix *fs, const char *path, unsigned mode, const uint8_t *data,
                     size_t size)
{
    unsigned number = make(fs, path, MINIX_FILE | mode, NULL);

    return number && append(fs, inode_at(fs, number), data, size);
}

bool minix_make_node(struct minix *fs, const char *path, unsigned type, unsigned device,
                     unsigned mode)
{
    unsigned number = make(fs, path, type | mode, NULL);

    if (number)
        put16(inode_at(fs, number) + INODE_ZONES, device);
    return number != 0;
}

bool minix_make_symlink(struct minix *fs, const char *path, const char *text)
{
    unsigned number;

    if (strlen(text) >= BLOCK_SIZE)
        return complain("%s: the link's text is longer than a block", path);
    number = make(fs, path, MINIX_LINK | 0777, NULL);
    return number && append(fs, inode_at(fs, number), (const uint8_t *)text, strlen(text));
}

bool minix_make_link(struct minix *fs, const char *path, const char *target)
{
    const char *name;
    unsigned dir = parent_of(fs, path, &name);
    unsigned number = walk(fs, target, strlen(target));

    if (!dir)
        return false;
    if (!number || is_dir(inode_at(fs, number)))
        return complain("%s: %s is not a file made before", path, target);
    return add_entry(fs, dir, name, strlen(name), number);
}

/* Bits past the end of a bitmap are set: nobody may take what is not there. */
static void close_map(uint8_t *map, unsigned first, unsigned blocks)
{
    for (unsigned bit = first; bit < blocks * BITS_PER_BLOCK; bit++)
        map[bit / 8] |= (uint8_t)(1u << bit % 8);
    map[0] |= 1;
}

static void write_super(const struct minix *fs)
{
    uint8_t *super = block_at(fs, SUPER_BLOCK);

    put16(super, fs->inodes);
    put16(super + 2, fs->blocks);
    put16(super + 4, fs->inode_map_blocks);
    put16(super + 6, fs->zone_map_blocks);
    put16(super + 8, fs->first_data_zone);
    put16(super + 10, 0); /* log2 of zone size over block size */
    put32(super + 12, MAX_FILE_SIZE);
    put16(super + 16, MAGIC);
    put16(super + 18, STATE_CLEAN);
}

void minix_format(struct minix *fs, uint8_t *base, unsigned blocks, uint32_t time)
{
    unsigned inode_blocks;

    *fs = (struct minix){.base = base, .blocks = blocks, .time = time};
    fs->inodes = (blocks / 3 + INODES_PER_BLOCK - 1) / INODES_PER_BLOCK * INODES_PER_BLOCK;
    inode_blocks = fs->inodes / INODES_PER_BLOCK;
    fs->inode_map_blocks = fs->inodes / BITS_PER_BLOCK + 1;
    fs->zone_map_blocks = (blocks - inode_blocks) / BITS_PER_BLOCK + 1;
    fs->first_data_zone = 2 + fs->inode_map_blocks + fs->zone_map_blocks + inode_blocks;
    write_super(fs);
    close_map(inode_map(fs), fs->inodes + 1, fs->inode_map_blocks);
    close_map(zone_map(fs), blocks - fs->first_data_zone + 1, fs->zone_map_blocks);
    add_dots(fs, take_inode(fs, MINIX_DIR | 0755), MINIX_ROOT);
}
