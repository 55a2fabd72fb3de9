#ifndef GLASS386_FILES_FAT_H
#define GLASS386_FILES_FAT_H

#include "files/volume.h"

/* What fat.c, fat_names.c and fat_check.c share. */

#define FAT_ENTRY 32u
#define FAT_NAME_MAX 256u

enum fat_entry {
    FAT_SHORT_NAME = 0, /* 8 + 3 letters; first byte 0: no more entries, E5h: free */
    FAT_ATTRIBUTES = 11,
    FAT_TIME = 22,
    FAT_DATE = 24,
    FAT_FIRST = 26,
    FAT_BYTES = 28,
};
enum fat_attributes { FAT_VOLUME = 0x08, FAT_FOLDER = 0x10, FAT_ARCHIVE = 0x20, FAT_LONG = 0x0f };
enum { FAT_FREE = 0xe5 };

struct fat {
    const struct volume *volume;
    u32 sector, cluster_bytes;
    u32 fats, fat_bytes; /* copies, and bytes of one */
    u64 fat_at, root_at, data_at;
    u32 root_entries;
    u32 clusters; /* numbered 2 to clusters + 1 */
    bool fat16;
};

bool fat_open(struct fat *fs, const struct volume *volume, struct error *error);
bool fat_check(const struct volume *volume, struct text_out *problems);

/* What follows a cluster: 0 free, fat_is_last() the end. */
u32 fat_next(const struct fat *fs, u32 cluster);
bool fat_is_data(const struct fat *fs, u32 cluster);
bool fat_is_last(const struct fat *fs, u32 value);
u8 *fat_cluster(const struct fat *fs, u32 cluster);

/* The entry `index` of a folder, whose first cluster is 0 for the root; null behind its end. A
   chain with a loop ends after as many clusters as there are. */
u8 *fat_entry_at(const struct fat *fs, u32 folder, u32 index);

/* One file of a folder: its name, long where it has a long one, and where its entries lie. */
struct fat_file {
    char name[FAT_NAME_MAX];
    u8 *entry;
    u32 first_index, index; /* first_index: where its long name begins */
};
/* The next file at or behind *index; false at the end. Labels and free entries are passed over. */
bool fat_next_file(const struct fat *fs, u32 folder, u32 *index, struct fat_file *file);
/* "NAME.EXT" as 11 letters; false when the name is no name of DOS. */
bool fat_short_name(const char *name, size_t length, u8 *to);
bool fat_names_equal(const struct fat_file *file, const char *name, size_t length);

#endif
