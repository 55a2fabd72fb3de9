/* Minix file systems, version 1 (16-bit zones) and 2 (32-bit), with names of 14 or 30 letters.
   Blocks of 1024 bytes: 0 boot, 1 super block, inode bitmap, zone bitmap, inode table, data.

   Not handled: zones larger than a block, version 3.

   Reference: Tanenbaum, Operating Systems: Design and Implementation, 1st and 2nd edition, 5.6. */

#include "files/minix.h"
#include "base/bits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum super {
    INODES = 0,
    ZONES_V1 = 2,
    INODE_MAP = 4,
    ZONE_MAP = 6,
    FIRST_ZONE = 8,
    ZONE_SHIFT = 10,
    MAGIC = 16,
    ZONES_V2 = 20,
};

static u32 magic_of(const struct volume *volume)
{
    return volume->size >= 8 * MINIX_BLOCK ? load_le16(volume->bytes + MINIX_BLOCK + MAGIC) : 0;
}

static bool recognise_v1(const struct volume *volume)
{
    u32 magic = magic_of(volume);
    return magic == 0x137f || magic == 0x138f;
}

static bool recognise_v2(const struct volume *volume)
{
    u32 magic = magic_of(volume);
    return magic == 0x2468 || magic == 0x2478;
}

bool minix_open(struct minix *fs, const struct volume *volume, struct error *error)
{
    const u8 *super = volume->bytes + MINIX_BLOCK;
    u32 magic = magic_of(volume);
    fs->volume = volume;
    fs->v2 = recognise_v2(volume);
    if (!fs->v2 && !recognise_v1(volume))
        return error_set(error, "%.200s: magic number %04" PRIX32 "h; expected a Minix file system",
                         volume->name, magic);
    fs->name_size = magic == 0x137f || magic == 0x2468 ? 14 : 30;
    fs->inodes = load_le16(super + INODES);
    fs->zones = fs->v2 ? load_le32(super + ZONES_V2) : load_le16(super + ZONES_V1);
    fs->inode_map_blocks = load_le16(super + INODE_MAP);
    fs->zone_map_blocks = load_le16(super + ZONE_MAP);
    fs->first_zone = load_le16(super + FIRST_ZONE);
    fs->inode_size = fs->v2 ? 64 : 32;
    fs->pointers = fs->v2 ? 256 : 512;
    u32 table = 2 + fs->inode_map_blocks + fs->zone_map_blocks;
    u32 table_end = table + (fs->inodes * fs->inode_size + MINIX_BLOCK - 1) / MINIX_BLOCK;
    fs->inode_table = table;
    if (load_le16(super + ZONE_SHIFT) != 0 || !fs->inodes ||
        (u64)fs->zones * MINIX_BLOCK > volume->size || fs->first_zone < table_end ||
        fs->first_zone >= fs->zones || fs->inode_map_blocks * 8192u <= fs->inodes ||
        (u64)fs->zone_map_blocks * 8192 <= fs->zones - fs->first_zone)
        return error_set(error,
                         "%.200s: super block with %" PRIu32 " inodes, %" PRIu32
                         " zones from %" PRIu32 ", bitmaps of %" PRIu32 " and %" PRIu32
                         " blocks; expected them to agree with each other and with %" PRIu64
                         " bytes",
                         volume->name, fs->inodes, fs->zones, fs->first_zone, fs->inode_map_blocks,
                         fs->zone_map_blocks, volume->size);
    return true;
}

u8 *minix_inode(const struct minix *fs, u32 number)
{
    return minix_block(fs, fs->inode_table) + (size_t)(number - 1) * fs->inode_size;
}

u32 minix_size(const struct minix *fs, const u8 *inode)
{
    return load_le32(inode + (fs->v2 ? 8 : 4));
}

void minix_set_size(const struct minix *fs, u8 *inode, u32 size)
{
    store_le32(inode + (fs->v2 ? 8 : 4), size);
}

u32 minix_links(const struct minix *fs, const u8 *inode)
{
    return fs->v2 ? load_le16(inode + 2) : inode[13];
}

void minix_set_links(const struct minix *fs, u8 *inode, u32 links)
{
    if (fs->v2)
        store_le16(inode + 2, (u16)links);
    else
        inode[13] = (u8)links;
}

u8 *minix_zones(const struct minix *fs, u8 *inode)
{
    return inode + (fs->v2 ? 24 : 14);
}

u32 minix_load_zone(const struct minix *fs, const u8 *pointers, u32 index)
{
    return fs->v2 ? load_le32(pointers + (size_t)index * 4)
                  : load_le16(pointers + (size_t)index * 2);
}

void minix_store_zone(const struct minix *fs, u8 *pointers, u32 index, u32 zone)
{
    if (fs->v2)
        store_le32(pointers + (size_t)index * 4, zone);
    else
        store_le16(pointers + (size_t)index * 2, (u16)zone);
}

bool minix_zone_is_data(const struct minix *fs, u32 zone)
{
    return zone >= fs->first_zone && zone < fs->zones;
}

/* ---- bitmaps ---- */

static u8 *inode_map(const struct minix *fs)
{
    return minix_block(fs, 2);
}

static u8 *zone_map(const struct minix *fs)
{
    return minix_block(fs, 2 + fs->inode_map_blocks);
}

bool minix_bit(const u8 *map, u32 bit)
{
    return map[bit / 8] >> bit % 8 & 1;
}

bool minix_inode_used(const struct minix *fs, u32 inode)
{
    return minix_bit(inode_map(fs), inode);
}

/* Bit k of the zone map stands for zone first_zone - 1 + k; bit 0 of both is reserved. */
bool minix_zone_used(const struct minix *fs, u32 zone)
{
    return minix_bit(zone_map(fs), zone - fs->first_zone + 1);
}

static void clear_bit(u8 *map, u32 bit)
{
    map[bit / 8] &= (u8) ~(1u << bit % 8);
}

static u32 take_bit(u8 *map, u32 end)
{
    for (u32 bit = 1; bit < end; bit++)
        if (!minix_bit(map, bit)) {
            map[bit / 8] |= (u8)(1u << bit % 8);
            return bit;
        }
    return 0;
}

static u32 take_zone(const struct minix *fs, struct error *error)
{
    u32 bit = take_bit(zone_map(fs), fs->zones - fs->first_zone + 1);
    if (!bit) {
        error_set(error, "%.200s: full: all %" PRIu32 " blocks are taken", fs->volume->name,
                  fs->zones - fs->first_zone);
        return 0;
    }
    memset(minix_block(fs, fs->first_zone - 1 + bit), 0, MINIX_BLOCK);
    return fs->first_zone - 1 + bit;
}

/* ---- the zones of a file ---- */

/* The zone at pointers[index], taken when `make` is set and it is none; 0: none. */
static u32 follow(const struct minix *fs, u8 *pointers, u32 index, bool make, struct error *error)
{
    u32 zone = minix_load_zone(fs, pointers, index);
    if (!zone && make) {
        zone = take_zone(fs, error);
        minix_store_zone(fs, pointers, index, zone);
    }
    return minix_zone_is_data(fs, zone) ? zone : 0;
}

u32 minix_file_zone(const struct minix *fs, u8 *inode, u32 block, bool make, struct error *error)
{
    u8 *zones = minix_zones(fs, inode);
    if (block < MINIX_DIRECT)
        return follow(fs, zones, block, make, error);
    block -= MINIX_DIRECT;
    u64 span = 1;
    for (u32 depth = 1; depth <= (fs->v2 ? 3u : 2u); depth++) {
        u64 whole = span * fs->pointers;
        if (block < whole) {
            u32 zone = follow(fs, zones, MINIX_DIRECT + depth - 1, make, error);
            for (; zone && depth > 0; depth--, span /= fs->pointers)
                zone = follow(fs, minix_block(fs, zone), (u32)(block / span % fs->pointers), make,
                              error);
            return zone;
        }
        block -= (u32)whole;
        span = whole;
    }
    return 0;
}

u32 minix_most_bytes(const struct minix *fs)
{
    return fs->v2 ? 0x7fffffffu : (7u + 512u + 512u * 512u) * MINIX_BLOCK;
}

static void free_zone(const struct minix *fs, u32 zone, u32 depth)
{
    if (!minix_zone_is_data(fs, zone))
        return;
    for (u32 i = 0; depth && i < fs->pointers; i++)
        free_zone(fs, minix_load_zone(fs, minix_block(fs, zone), i), depth - 1);
    clear_bit(zone_map(fs), zone - fs->first_zone + 1);
}

static bool is_kind(const u8 *inode, u32 kind)
{
    return (load_le16(inode) & MINIX_KIND) == kind;
}

/* Devices keep their number where files keep zones. */
static void empty_file(const struct minix *fs, u8 *inode)
{
    u8 *zones = minix_zones(fs, inode);
    bool device = is_kind(inode, MINIX_CHAR) || is_kind(inode, MINIX_BLOCK_DEVICE);
    for (u32 i = 0; i < (fs->v2 ? 10u : 9u); i++) {
        if (!device)
            free_zone(fs, minix_load_zone(fs, zones, i),
                      i < MINIX_DIRECT ? 0 : i - MINIX_DIRECT + 1);
        minix_store_zone(fs, zones, i, 0);
    }
    minix_set_size(fs, inode, 0);
}

bool minix_append(const struct minix *fs, u8 *inode, const u8 *bytes, size_t size,
                  struct error *error)
{
    u32 offset = minix_size(fs, inode);
    if (size > minix_most_bytes(fs) - offset)
        return error_set(error, "%.200s: a file of %zu bytes; expected at most %" PRIu32,
                         fs->volume->name, size, minix_most_bytes(fs));
    while (size > 0) {
        u32 within = offset % MINIX_BLOCK;
        u32 part = size < MINIX_BLOCK - within ? (u32)size : MINIX_BLOCK - within;
        u32 zone = minix_file_zone(fs, inode, offset / MINIX_BLOCK, true, error);
        if (!zone)
            return false;
        memcpy(minix_block(fs, zone) + within, bytes, part);
        bytes += part;
        size -= part;
        offset += part;
    }
    minix_set_size(fs, inode, offset);
    return true;
}

/* ---- folders ---- */

u8 *minix_entry(const struct minix *fs, u8 *folder, u32 index)
{
    u32 offset = index * (fs->name_size + 2);
    u32 zone = minix_file_zone(fs, folder, offset / MINIX_BLOCK, false, NULL);
    return zone ? minix_block(fs, zone) + offset % MINIX_BLOCK : NULL;
}

u32 minix_entry_count(const struct minix *fs, const u8 *folder)
{
    u32 size = minix_size(fs, folder), most = fs->zones * MINIX_BLOCK;
    return (size < most ? size : most) / (fs->name_size + 2);
}

static u8 *find_entry(const struct minix *fs, u8 *folder, const char *name, size_t length)
{
    for (u32 i = 0; i < minix_entry_count(fs, folder); i++) {
        u8 *entry = minix_entry(fs, folder, i);
        if (entry && load_le16(entry) && load_le16(entry) <= fs->inodes &&
            length <= fs->name_size && strnlen((char *)entry + 2, fs->name_size) == length &&
            memcmp(entry + 2, name, length) == 0)
            return entry;
    }
    return NULL;
}

/* The inode of a path; 0 with the error set. */
u32 minix_walk(const struct minix *fs, const char *path, const char *end, struct error *error)
{
    const char *at = path, *name;
    u32 number = MINIX_ROOT;
    for (size_t length; (length = path_next(&at, &name)) && name < end;) {
        u8 *inode = minix_inode(fs, number);
        const u8 *entry = is_kind(inode, MINIX_FOLDER) ? find_entry(fs, inode, name, length) : NULL;
        if (!entry) {
            error_set(error, "%.100s: %.200s: there is no '%.*s'", fs->volume->name, path,
                      (int)length, name);
            return 0;
        }
        number = load_le16(entry);
    }
    return number;
}

static u32 walk_to_parent(const struct minix *fs, const char *path, const char **name,
                          size_t *length, struct error *error)
{
    const char *at = path, *next;
    size_t next_length = path_next(&at, name);
    for (*length = next_length; (next_length = path_next(&at, &next)); *length = next_length)
        *name = next;
    bool dots =
        *length && (*name)[0] == '.' && (*length == 1 || (*length == 2 && (*name)[1] == '.'));
    if (!*length || *length > fs->name_size || dots) {
        error_set(error,
                  "%.100s: %.200s: expected a path whose last name has 1 to %" PRIu32 " letters",
                  fs->volume->name, path, fs->name_size);
        return 0;
    }
    u32 parent = minix_walk(fs, path, *name, error);
    if (parent && !is_kind(minix_inode(fs, parent), MINIX_FOLDER)) {
        error_set(error, "%.100s: %.200s: not in a folder", fs->volume->name, path);
        return 0;
    }
    return parent;
}

bool minix_find_place(const struct minix *fs, const char *path, struct minix_place *place,
                      struct error *error)
{
    place->parent = walk_to_parent(fs, path, &place->name, &place->length, error);
    if (!place->parent)
        return false;
    place->entry = find_entry(fs, minix_inode(fs, place->parent), place->name, place->length);
    return true;
}

bool minix_add_entry(const struct minix *fs, u8 *folder, const char *name, size_t length,
                     u32 number, struct error *error)
{
    u8 entry[32] = {0};
    u8 *inode = minix_inode(fs, number);
    u32 most = fs->v2 ? 65530 : 250;
    if (minix_links(fs, inode) >= most)
        return error_set(error, "%.200s: a folder with more than %" PRIu32 " names",
                         fs->volume->name, most);
    store_le16(entry, (u16)number);
    memcpy(entry + 2, name, length);
    minix_set_links(fs, inode, minix_links(fs, inode) + 1);
    for (u32 i = 0; i < minix_entry_count(fs, folder); i++) {
        u8 *old = minix_entry(fs, folder, i);
        if (old && load_le16(old) == 0) {
            memcpy(old, entry, fs->name_size + 2);
            return true;
        }
    }
    return minix_append(fs, folder, entry, fs->name_size + 2, error);
}

static void touch(const struct minix *fs, u8 *inode)
{
    store_le32(inode + (fs->v2 ? 16 : 8), fs->volume->time);
    if (fs->v2) {
        store_le32(inode + 12, fs->volume->time);
        store_le32(inode + 20, fs->volume->time);
    }
}

u32 minix_take_inode(const struct minix *fs, u32 mode, struct error *error)
{
    u32 number = take_bit(inode_map(fs), fs->inodes + 1);
    if (!number) {
        error_set(error, "%.200s: all %" PRIu32 " inodes are taken", fs->volume->name, fs->inodes);
        return 0;
    }
    u8 *inode = minix_inode(fs, number);
    memset(inode, 0, fs->inode_size);
    store_le16(inode, (u16)mode);
    touch(fs, inode);
    return number;
}

/* ---- the verbs ---- */

static bool list(const struct volume *volume, const char *path, file_visitor *visit, void *context,
                 struct error *error)
{
    static const char kinds[] = "?pc?d?b?-?l?s???";
    struct minix fs;
    u32 number =
        minix_open(&fs, volume, error) ? minix_walk(&fs, path, path + strlen(path), error) : 0;
    if (!number)
        return false;
    u8 *folder = minix_inode(&fs, number);
    if (!is_kind(folder, MINIX_FOLDER))
        return error_set(error, "%.100s: %.200s: expected a folder", volume->name, path);
    for (u32 i = 0; i < minix_entry_count(&fs, folder); i++) {
        const u8 *at = minix_entry(&fs, folder, i);
        char name[31] = "";
        if (!at || !load_le16(at) || load_le16(at) > fs.inodes)
            continue;
        memcpy(name, at + 2, fs.name_size);
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        const u8 *inode = minix_inode(&fs, load_le16(at));
        char kind = kinds[load_le16(inode) >> 12];
        visit(context, &(struct file_entry){name, kind == 'd', kind, minix_size(&fs, inode)});
    }
    return true;
}

static bool get(const struct volume *volume, const char *path, struct text_out *bytes,
                struct error *error)
{
    static const u8 hole[MINIX_BLOCK];
    struct minix fs;
    u32 number =
        minix_open(&fs, volume, error) ? minix_walk(&fs, path, path + strlen(path), error) : 0;
    if (!number)
        return false;
    u8 *inode = minix_inode(&fs, number);
    u32 size = minix_size(&fs, inode);
    if (!is_kind(inode, MINIX_FILE) || size > minix_most_bytes(&fs) || size > volume->size)
        return error_set(error, "%.100s: %.200s: expected a file not larger than its disk",
                         volume->name, path);
    for (u32 offset = 0; offset < size; offset += MINIX_BLOCK) {
        u32 zone = minix_file_zone(&fs, inode, offset / MINIX_BLOCK, false, NULL);
        u32 part = size - offset < MINIX_BLOCK ? size - offset : MINIX_BLOCK;
        text_out_bytes(bytes, zone ? minix_block(&fs, zone) : hole, part);
    }
    return true;
}

static bool open_sound(struct minix *fs, struct volume *volume, struct error *error)
{
    return minix_open(fs, volume, error) &&
           volume_require_sound(volume, fs->v2 ? &minix_v2 : &minix_v1, error);
}

/* Opens a volume that is to be changed, at a path. */
static bool open_place(struct volume *volume, const char *path, struct minix *fs,
                       struct minix_place *place, struct error *error)
{
    return open_sound(fs, volume, error) && minix_find_place(fs, path, place, error);
}

static bool put(struct volume *volume, const char *path, const u8 *bytes, size_t size,
                struct error *error)
{
    struct minix fs;
    struct minix_place place;
    if (!open_place(volume, path, &fs, &place, error))
        return false;
    u32 mode = MINIX_FILE | (volume->mode ? volume->mode : 0644);
    u32 number = place.entry ? load_le16(place.entry) : minix_add(&fs, &place, mode, error);
    if (!number)
        return false;
    u8 *inode = minix_inode(&fs, number);
    if (!is_kind(inode, MINIX_FILE))
        return error_set(error, "%.100s: %.200s: not a file; nothing was changed", volume->name,
                         path);
    empty_file(&fs, inode);
    touch(&fs, inode);
    return minix_append(&fs, inode, bytes, size, error);
}

static bool make_folder(struct volume *volume, const char *path, struct error *error)
{
    struct minix fs;
    return open_sound(&fs, volume, error) &&
           minix_make(&fs, path, MINIX_FOLDER | 0755, NULL, 0, error);
}

static bool folder_is_empty(const struct minix *fs, u8 *folder)
{
    for (u32 i = 2; i < minix_entry_count(fs, folder); i++) {
        const u8 *entry = minix_entry(fs, folder, i);
        if (entry && load_le16(entry))
            return false;
    }
    return true;
}

static bool remove_path(struct volume *volume, const char *path, struct error *error)
{
    struct minix fs;
    struct minix_place place;
    if (!open_place(volume, path, &fs, &place, error))
        return false;
    if (!place.entry)
        return error_set(error, "%.100s: %.200s: is not there", volume->name, path);
    u32 number = load_le16(place.entry);
    u8 *inode = minix_inode(&fs, number);
    bool is_folder = is_kind(inode, MINIX_FOLDER);
    if (is_folder && !folder_is_empty(&fs, inode))
        return error_set(error, "%.100s: %.200s: the folder is not empty", volume->name, path);
    store_le16(place.entry, 0);
    if (is_folder) /* its ".." was a name of the parent */
        minix_set_links(&fs, minix_inode(&fs, place.parent),
                        minix_links(&fs, minix_inode(&fs, place.parent)) - 1);
    u32 links = minix_links(&fs, inode) - (is_folder ? 2 : 1);
    minix_set_links(&fs, inode, links);
    if (links == 0) {
        empty_file(&fs, inode);
        memset(inode, 0, fs.inode_size);
        clear_bit(inode_map(&fs), number);
    }
    return true;
}

/* ---- making one ---- */

static void close_map(u8 *map, u32 first, u32 blocks)
{
    for (u32 bit = first; bit < blocks * 8 * MINIX_BLOCK; bit++)
        map[bit / 8] |= (u8)(1u << bit % 8);
    map[0] |= 1;
}

static bool format(struct volume *volume, bool v2, struct error *error)
{
    u64 blocks = volume->size / MINIX_BLOCK;
    u64 most = v2 ? 0x7fffff : 0xffff;
    struct minix fs = {.volume = volume, .v2 = v2};
    if (blocks < 64)
        return error_set(error,
                         "%.200s: %" PRIu64 " KB; expected at least 64 for a Minix file system",
                         volume->name, blocks);
    u32 zones = (u32)(blocks < most ? blocks : most);
    u32 inode_size = v2 ? 64 : 32, per_block = MINIX_BLOCK / inode_size;
    u32 inodes = (zones / 3 + per_block - 1) / per_block * per_block;
    inodes = inodes > 0xffe0 ? 0xffe0 : inodes;
    u32 table = inodes / per_block;
    u32 inode_blocks = inodes / 8192 + 1, zone_blocks = (zones - table) / 8192 + 1;
    u8 *super = volume->bytes + MINIX_BLOCK;
    store_le16(super + INODES, (u16)inodes);
    store_le16(super + ZONES_V1, v2 ? 0 : (u16)zones);
    store_le16(super + INODE_MAP, (u16)inode_blocks);
    store_le16(super + ZONE_MAP, (u16)zone_blocks);
    store_le16(super + FIRST_ZONE, (u16)(2 + inode_blocks + zone_blocks + table));
    store_le32(super + 12, v2 ? 0x7fffffff : (7 + 512 + 512 * 512) * MINIX_BLOCK);
    store_le16(super + MAGIC, v2 ? 0x2468 : 0x137f);
    store_le16(super + 18, 1); /* clean */
    store_le32(super + ZONES_V2, v2 ? zones : 0);
    if (!minix_open(&fs, volume, error))
        return false;
    close_map(inode_map(&fs), inodes + 1, inode_blocks);
    close_map(zone_map(&fs), zones - fs.first_zone + 1, zone_blocks);
    u32 root = minix_take_inode(&fs, MINIX_FOLDER | 0755, error);
    return root && minix_add_dots(&fs, root, root, error);
}

static bool format_v1(struct volume *volume, struct error *error)
{
    return format(volume, false, error);
}

static bool format_v2(struct volume *volume, struct error *error)
{
    return format(volume, true, error);
}

const struct file_system minix_v1 = {"minix1", recognise_v1, format_v1,   minix_check, list,
                                     get,      put,          make_folder, remove_path};
const struct file_system minix_v2 = {"minix2", recognise_v2, format_v2,   minix_check, list,
                                     get,      put,          make_folder, remove_path};
