/* Holds a Minix file system against itself: every zone has one owner, bitmaps say what inodes say,
   folders form a tree, link counts are the number of names. */

#include "base/bits.h"
#include "files/minix.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEMS_MAX 20u

struct checker {
    struct minix fs;
    struct text_out *out;
    u32 problems;
    u8 *zone_owned; /* a byte for each zone */
    u16 *names;     /* of each inode: entries found in folders */
    u8 *reached;    /* of each inode: walked already */
    u32 *waiting;   /* folders to walk */
    u32 waiting_count;
};

#define PROBLEM(checker, ...)                             \
    do {                                                  \
        if ((checker)->problems++ < PROBLEMS_MAX)         \
            text_out_format((checker)->out, __VA_ARGS__); \
    } while (0)

static void own_zone(struct checker *check, u32 inode, u32 zone, u32 depth)
{
    if (!zone)
        return;
    if (!minix_zone_is_data(&check->fs, zone)) {
        PROBLEM(check, "inode %" PRIu32 ": zone %" PRIu32 " is no data zone\n", inode, zone);
        return;
    }
    if (check->zone_owned[zone]) {
        PROBLEM(check, "inode %" PRIu32 ": zone %" PRIu32 " has two owners\n", inode, zone);
        return;
    }
    check->zone_owned[zone] = 1;
    for (u32 i = 0; depth && i < check->fs.pointers; i++)
        own_zone(check, inode, minix_load_zone(&check->fs, minix_block(&check->fs, zone), i),
                 depth - 1);
}

static u32 kind_of(const u8 *inode)
{
    return load_le16(inode) & MINIX_KIND;
}

static void check_entry(struct checker *check, u32 folder, u32 parent, const u8 *entry, u32 index)
{
    u32 number = load_le16(entry);
    const char *name = (const char *)entry + 2;
    if (!number)
        return;
    if (number > check->fs.inodes || !minix_inode_used(&check->fs, number)) {
        PROBLEM(check,
                "folder %" PRIu32 ": entry %" PRIu32 " names inode %" PRIu32
                ", which is not in use\n",
                folder, index, number);
        return;
    }
    check->names[number]++;
    if (index < 2) {
        u32 expected = index ? parent : folder;
        if (number != expected || strncmp(name, index ? ".." : ".", check->fs.name_size) != 0)
            PROBLEM(check, "folder %" PRIu32 ": entry %" PRIu32 " is not its own or its parent's\n",
                    folder, index);
        return;
    }
    bool is_folder = kind_of(minix_inode(&check->fs, number)) == MINIX_FOLDER;
    if (check->reached[number] && is_folder) {
        PROBLEM(check, "folder %" PRIu32 " is in two folders, or in itself\n", number);
        return;
    }
    check->reached[number] = 1;
    if (is_folder) {
        check->waiting[check->waiting_count++] = number;
        check->waiting[check->waiting_count++] = folder;
    }
}

static void check_folder(struct checker *check, u32 number, u32 parent)
{
    u8 *folder = minix_inode(&check->fs, number);
    u32 size = minix_size(&check->fs, folder), entry_size = check->fs.name_size + 2;
    if (size % entry_size || size < 2 * entry_size || size / MINIX_BLOCK > check->fs.zones) {
        PROBLEM(check,
                "folder %" PRIu32 ": %" PRIu32 " bytes; expected a multiple of %" PRIu32 "\n",
                number, size, entry_size);
        return;
    }
    for (u32 i = 0; i < size / entry_size; i++) {
        const u8 *entry = minix_entry(&check->fs, folder, i);
        if (entry)
            check_entry(check, number, parent, entry, i);
        else
            PROBLEM(check, "folder %" PRIu32 ": a hole at entry %" PRIu32 "\n", number, i);
    }
}

static void check_inode(struct checker *check, u32 number)
{
    struct minix *fs = &check->fs;
    u8 *inode = minix_inode(fs, number);
    u32 kind = kind_of(inode);
    if (!minix_inode_used(fs, number))
        return;
    if (kind == MINIX_FILE || kind == MINIX_FOLDER || kind == MINIX_SYMLINK) {
        for (u32 i = 0; i < (fs->v2 ? 10u : 9u); i++)
            own_zone(check, number, minix_load_zone(fs, minix_zones(fs, inode), i),
                     i < MINIX_DIRECT ? 0 : i - MINIX_DIRECT + 1);
        if (minix_size(fs, inode) > minix_most_bytes(fs))
            PROBLEM(check, "inode %" PRIu32 ": %" PRIu32 " bytes are more than a file can have\n",
                    number, minix_size(fs, inode));
    }
}

static void check_counts(struct checker *check)
{
    struct minix *fs = &check->fs;
    for (u32 i = 1; i <= fs->inodes; i++) {
        if (!minix_inode_used(fs, i))
            continue;
        u32 links = minix_links(fs, minix_inode(fs, i));
        if (links != check->names[i] || !links)
            PROBLEM(check, "inode %" PRIu32 ": %" PRIu32 " links, %u names\n", i, links,
                    check->names[i]);
    }
    for (u32 zone = fs->first_zone; zone < fs->zones; zone++)
        if (minix_zone_used(fs, zone) != check->zone_owned[zone])
            PROBLEM(check, "zone %" PRIu32 " is %s\n", zone,
                    check->zone_owned[zone] ? "in a file but free in the bitmap"
                                            : "taken in the bitmap but in no file");
}

static void check_all(struct checker *check)
{
    u8 *root = minix_inode(&check->fs, MINIX_ROOT);
    if (!minix_inode_used(&check->fs, MINIX_ROOT) || kind_of(root) != MINIX_FOLDER) {
        PROBLEM(check, "inode 1 is no folder: there is no root\n");
        return;
    }
    for (u32 i = 1; i <= check->fs.inodes; i++)
        check_inode(check, i);
    if (check->problems)
        return; /* zones may be shared: folders cannot be trusted */
    check->reached[MINIX_ROOT] = 1;
    check_folder(check, MINIX_ROOT, MINIX_ROOT);
    while (check->waiting_count) {
        u32 parent = check->waiting[--check->waiting_count];
        u32 folder = check->waiting[--check->waiting_count];
        check_folder(check, folder, parent);
    }
    check_counts(check);
}

bool minix_check(const struct volume *volume, struct text_out *problems)
{
    struct checker check = {.out = problems};
    struct error error;
    if (!minix_open(&check.fs, volume, &error)) {
        text_out_format(problems, "%s\n", error.text);
        return false;
    }
    check.zone_owned = calloc(check.fs.zones, 1);
    check.names = calloc(check.fs.inodes + 1, sizeof *check.names);
    check.reached = calloc(check.fs.inodes + 1, 1);
    check.waiting = calloc(check.fs.inodes + 1, 2 * sizeof *check.waiting);
    if (check.zone_owned && check.names && check.reached && check.waiting)
        check_all(&check);
    else
        PROBLEM(&check, "not enough memory to check\n");
    free(check.zone_owned);
    free(check.names);
    free(check.reached);
    free(check.waiting);
    if (check.problems > PROBLEMS_MAX)
        text_out_format(problems, "and %" PRIu32 " more\n", check.problems - PROBLEMS_MAX);
    return check.problems == 0;
}
