/* Holds a FAT file system against itself: both tables alike, every chain ends, no cluster in two
   files, sizes that fit their chains, no cluster taken by nobody. */

#include "base/bits.h"
#include "files/fat.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEMS_MAX 20u

struct checker {
    struct fat fs;
    struct text_out *out;
    u32 problems;
    u8 *owned;    /* of each cluster */
    u32 *waiting; /* folders to walk, by first cluster */
    u32 waiting_count;
};

#define PROBLEM(checker, ...)                             \
    do {                                                  \
        if ((checker)->problems++ < PROBLEMS_MAX)         \
            text_out_format((checker)->out, __VA_ARGS__); \
    } while (0)

/* Clusters of a chain; each belongs to nobody yet. */
static u32 own_chain(struct checker *check, const char *name, u32 cluster)
{
    u32 count = 0;
    for (; fat_is_data(&check->fs, cluster); count++) {
        if (check->owned[cluster]) {
            PROBLEM(check, "%s: cluster %" PRIu32 " is in two files, or twice in this one\n", name,
                    cluster);
            return count;
        }
        check->owned[cluster] = 1;
        cluster = fat_next(&check->fs, cluster);
    }
    if (count && !fat_is_last(&check->fs, cluster))
        PROBLEM(check, "%s: its chain ends in %" PRIX32 "h; expected an end mark\n", name, cluster);
    return count;
}

static void check_file(struct checker *check, const struct fat_file *file)
{
    u32 first = fat_first(&check->fs, file->entry), size = load_le32(file->entry + FAT_BYTES);
    bool folder = file->entry[FAT_ATTRIBUTES] & FAT_FOLDER;
    if (folder && (strcmp(file->name, ".") == 0 || strcmp(file->name, "..") == 0))
        return;
    if ((first || folder) && !fat_is_data(&check->fs, first)) {
        PROBLEM(check, "%s: first cluster %" PRIu32 "; expected 2 to %" PRIu32 "\n", file->name,
                first, check->fs.clusters + 1);
        return;
    }
    u32 before = check->problems;
    u64 room = (u64)own_chain(check, file->name, first) * check->fs.cluster_bytes;
    if (!folder && (size > room || room - size >= check->fs.cluster_bytes))
        PROBLEM(check, "%s: %" PRIu32 " bytes in clusters for %" PRIu64 "\n", file->name, size,
                room);
    if (folder && check->problems == before)
        check->waiting[check->waiting_count++] = first;
}

static void check_folder(struct checker *check, u32 folder)
{
    struct fat_file file;
    for (u32 index = 0; fat_next_file(&check->fs, folder, &index, &file);)
        check_file(check, &file);
}

static void check_tables(struct checker *check)
{
    const struct fat *fs = &check->fs;
    const u8 *first = fs->volume->bytes + fs->fat_at;
    for (u32 copy = 1; copy < fs->fats; copy++)
        if (memcmp(first, first + (size_t)copy * fs->fat_bytes, fs->fat_bytes) != 0)
            PROBLEM(check, "the table and its copy %" PRIu32 " differ\n", copy);
}

static void check_all(struct checker *check)
{
    u32 bad = fat_bad_mark(&check->fs), lost = 0;
    check_tables(check);
    if (check->fs.root)
        own_chain(check, "the root folder", check->fs.root);
    if (!check->problems)
        check_folder(check, 0);
    while (check->waiting_count)
        check_folder(check, check->waiting[--check->waiting_count]);
    for (u32 cluster = 2; cluster < check->fs.clusters + 2; cluster++) {
        u32 next = fat_next(&check->fs, cluster);
        lost += next && next != bad && !check->owned[cluster];
    }
    if (lost)
        PROBLEM(check, "%" PRIu32 " clusters are taken but in no file\n", lost);
}

bool fat_check(const struct volume *volume, struct text_out *problems)
{
    struct checker check = {.out = problems};
    struct error error;
    if (!fat_open(&check.fs, volume, &error)) {
        text_out_format(problems, "%s\n", error.text);
        return false;
    }
    check.owned = calloc(check.fs.clusters + 2, 1);
    check.waiting = calloc(check.fs.clusters + 2, sizeof *check.waiting);
    if (check.owned && check.waiting)
        check_all(&check);
    else
        PROBLEM(&check, "not enough memory to check\n");
    free(check.owned);
    free(check.waiting);
    if (check.problems > PROBLEMS_MAX)
        text_out_format(problems, "and %" PRIu32 " more\n", check.problems - PROBLEMS_MAX);
    return check.problems == 0;
}
