/* New names in FAT folders, and what stands behind them. */
#include "files/fat.h"

#include "base/bits.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MOST_TAIL_DIGITS 6u

/* DOS's time: 2-second steps, years from 1980. The days of a month by the civil calendar. */
static void stamp(const struct fat *fs, u8 *entry)
{
    static const u8 month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    u32 seconds = fs->volume->time % 86400, days = fs->volume->time / 86400, year = 1970, month = 0;
    for (;; year++) {
        u32 in_year = year % 4 ? 365 : 366; /* true to 2099, and u32 seconds end in 2106 */
        if (days < in_year)
            break;
        days -= in_year;
    }
    for (;; month++) {
        u32 in_month = month_days[month] + (month == 1 && year % 4 == 0);
        if (days < in_month)
            break;
        days -= in_month;
    }
    u32 since = year < 1980 ? 0 : year - 1980;
    store_le16(entry + FAT_TIME,
               (u16)(seconds / 3600 << 11 | seconds / 60 % 60 << 5 | seconds % 60 / 2));
    store_le16(entry + FAT_DATE, (u16)(since << 9 | (month + 1) << 5 | (days + 1)));
}

/* ---- short names ---- */

static unsigned base_length(const u8 *short_name)
{
    unsigned length = 8;
    while (length && short_name[length - 1] == ' ')
        length--;
    return length;
}

/* Letters of the basis that a tail of so many digits leaves. */
static unsigned stem_length(const u8 *short_name, unsigned digits)
{
    unsigned length = base_length(short_name), room = 8 - 1 - digits;
    return length < room ? length : room;
}

/* An entry's short name as this basis with a tail "~n": n, and its digits; 0: it is none. */
static u32 tail_of(const u8 *entry, const struct fat_name *name, unsigned *digits)
{
    unsigned end = base_length(entry), at = end;
    u32 number = 0;
    while (at && isdigit(entry[at - 1]))
        at--;
    *digits = end - at;
    if (!at || entry[at - 1] != '~' || !*digits || *digits > MOST_TAIL_DIGITS ||
        memcmp(entry + 8, name->short_name + 8, 3) != 0 ||
        at - 1 != stem_length(name->short_name, *digits) ||
        memcmp(entry, name->short_name, at - 1) != 0)
        return 0;
    for (; at < end; at++)
        number = number * 10 + entry[at] - '0';
    return number;
}

/* The tails that entries of a folder have: which of one digit, and the highest of each length. */
struct tails {
    u32 single; /* bit n: ~n */
    u32 highest[MOST_TAIL_DIGITS + 1];
};

/* The lowest of one digit that is free, else one above all of its length. */
static bool put_tail(struct fat_name *name, const struct tails *tails)
{
    u32 least = 1;
    char tail[16];
    for (unsigned digits = 1; digits <= MOST_TAIL_DIGITS; digits++, least *= 10) {
        u32 number = tails->highest[digits] ? tails->highest[digits] + 1 : least;
        if (digits == 1)
            for (number = 1; tails->single >> number & 1; number++) {
            }
        if (number >= least * 10)
            continue;
        unsigned stem = stem_length(name->short_name, digits);
        snprintf(tail, sizeof tail, "~%" PRIu32, number);
        memset(name->short_name + stem, ' ', 8 - stem);
        memcpy(name->short_name + stem, tail, digits + 1);
        return true;
    }
    return false;
}

/* A short name that nobody in the folder has. */
static bool choose_short(struct fat *fs, u32 folder, struct fat_name *name, struct error *error)
{
    struct fat_file file;
    struct tails tails = {0};
    bool taken = false;
    if (!name->count) /* found by nobody, so taken by nobody */
        return true;
    for (u32 index = 0; fat_next_file(fs, folder, &index, &file);) {
        unsigned digits;
        u32 number = tail_of(file.entry, name, &digits);
        taken = taken || memcmp(file.entry, name->short_name, 11) == 0;
        if (number && digits == 1)
            tails.single |= 1u << number;
        if (number && number > tails.highest[digits])
            tails.highest[digits] = number;
    }
    if ((!taken && !name->tail) || put_tail(name, &tails))
        return true;
    return error_set(error, "%.200s: no short name is left for one more such name",
                     fs->volume->name);
}

/* ---- entries ---- */

/* A folder of `index` entries gets a cluster more; the root only of FAT32. */
static bool grow(struct fat *fs, u32 folder, u32 index, struct error *error)
{
    folder = folder ? folder : fs->root;
    if (!folder || fat_entry_at(fs, folder, index) || index >= 65536)
        return error_set(error, "%.200s: the folder's %" PRIu32 " entries are taken",
                         fs->volume->name, index);
    u32 cluster = fat_take_cluster(fs, error), last = folder;
    if (!cluster)
        return false;
    while (fat_is_data(fs, fat_next(fs, last)))
        last = fat_next(fs, last);
    fat_set_next(fs, last, cluster);
    return true;
}

/* `count` free entries in a row; where the first is. Behind the mark that ends the folder anything
   may lie: the mark moves. */
static bool take_entries(struct fat *fs, u32 folder, u32 count, u32 *first, struct error *error)
{
    u32 run = 0, index = 0;
    bool ended = false;
    for (; run < count; index++) {
        u8 *entry = fat_entry_at(fs, folder, index);
        if (!entry && !grow(fs, folder, index, error))
            return false;
        entry = fat_entry_at(fs, folder, index);
        if (!entry)
            return error_set(error, "%.200s: a folder that cannot grow", fs->volume->name);
        ended = ended || entry[0] == 0;
        run = ended || entry[0] == FAT_FREE ? run + 1 : 0;
    }
    u8 *next = ended ? fat_entry_at(fs, folder, index) : NULL;
    if (next)
        next[0] = 0;
    *first = index - count;
    return true;
}

u8 *fat_make_entry(struct fat *fs, u32 folder, const char *name, size_t length, u8 attributes,
                   struct error *error)
{
    struct fat_name parsed;
    u32 first = 0;
    u8 *entry = NULL;
    if (!fat_name_parse(name, length, &parsed)) {
        error_set(error,
                  "%.100s: '%.*s': expected a name of at most 255 letters in UTF-8, without "
                  "\" * : < > ? \\ | and with no dot or blank at its end",
                  fs->volume->name, (int)(length < 100 ? length : 100), name);
        return NULL;
    }
    u32 count = fat_name_entries(&parsed);
    if (!choose_short(fs, folder, &parsed, error) ||
        !take_entries(fs, folder, count, &first, error))
        return NULL;
    for (u32 i = 0; i < count; i++) {
        entry = fat_entry_at(fs, folder, first + i);
        fat_name_put(&parsed, i, entry);
    }
    entry[FAT_ATTRIBUTES] = attributes;
    stamp(fs, entry);
    return entry;
}

bool fat_fill(struct fat *fs, u8 *entry, const u8 *bytes, size_t size, struct error *error)
{
    u32 last = 0;
    if (size > UINT32_MAX)
        return error_set(error, "%.200s: a file of %zu bytes; expected less than 4 GB",
                         fs->volume->name, size);
    fat_free_chain(fs, fat_first(fs, entry));
    fat_set_first(fs, entry, 0);
    store_le32(entry + FAT_BYTES, (u32)size);
    stamp(fs, entry);
    while (size > 0) {
        u32 part = size < fs->cluster_bytes ? (u32)size : fs->cluster_bytes;
        u32 cluster = fat_take_cluster(fs, error);
        if (!cluster)
            return false;
        memcpy(fat_cluster(fs, cluster), bytes, part);
        if (last)
            fat_set_next(fs, last, cluster);
        else
            fat_set_first(fs, entry, cluster);
        last = cluster;
        bytes += part;
        size -= part;
    }
    return true;
}

u32 fat_make_folder(struct fat *fs, u32 folder, const char *name, size_t length,
                    struct error *error)
{
    u8 *entry = fat_make_entry(fs, folder, name, length, FAT_FOLDER, error);
    u32 cluster = entry ? fat_take_cluster(fs, error) : 0;
    if (!cluster)
        return 0;
    fat_set_first(fs, entry, cluster);
    for (u32 i = 0; i < 2; i++) {
        u8 *dot = fat_entry_at(fs, cluster, i);
        memcpy(dot, i ? "..         " : ".          ", 11);
        dot[FAT_ATTRIBUTES] = FAT_FOLDER;
        stamp(fs, dot);
        fat_set_first(fs, dot, i ? folder : cluster);
    }
    return cluster;
}
