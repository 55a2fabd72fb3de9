#ifndef GLASS386_FILES_FAT_H
#define GLASS386_FILES_FAT_H

#include "files/volume.h"

/* What the files fat*.c share, and for who fills a whole FAT volume (-hostdir). */

#define FAT_ENTRY 32u
#define FAT_NAME_MAX 768u /* 255 letters of UTF-16 as UTF-8, and the end */
#define FAT_LETTERS_MAX 255u

enum fat_boot {
    FAT_BOOT_SECTOR_BYTES = 11,
    FAT_BOOT_CLUSTER_SECTORS = 13,
    FAT_BOOT_RESERVED = 14,
    FAT_BOOT_COPIES = 16,
    FAT_BOOT_ROOT_ENTRIES = 17,
    FAT_BOOT_SECTORS_16 = 19,
    FAT_BOOT_MEDIA = 21,
    FAT_BOOT_FAT_SECTORS = 22,
    FAT_BOOT_TRACK_SECTORS = 24,
    FAT_BOOT_HEADS = 26,
    FAT_BOOT_HIDDEN = 28,
    FAT_BOOT_SECTORS_32 = 32,
    /* FAT12 and FAT16; FAT32 has them FAT32_BOOT_MORE further on, behind fields of its own. */
    FAT_BOOT_DRIVE = 36,
    FAT_BOOT_EXTENDED = 38, /* 29h: serial number, label and kind follow */
    FAT_BOOT_SERIAL = 39,
    FAT_BOOT_LABEL = 43,
    FAT_BOOT_KIND = 54,
    FAT_BOOT_CODE = 62,

    FAT32_BOOT_MORE = 28,
    FAT32_BOOT_FAT_SECTORS = 36, /* FAT_BOOT_FAT_SECTORS is 0 then */
    FAT32_BOOT_FLAGS = 40,       /* enum fat32_flags */
    FAT32_BOOT_VERSION = 42,     /* 0 */
    FAT32_BOOT_ROOT = 44,        /* first cluster of the root folder */
    FAT32_BOOT_INFO = 48,        /* sector of enum fat32_info */
    FAT32_BOOT_BACKUP = 50,      /* sector of a copy of this one and the next */
};
enum fat32_flags { FAT32_ACTIVE = 0x0f, FAT32_NOT_MIRRORED = 0x80 };
enum fat32_info {
    FAT32_INFO_LEAD = 0, /* signature */
    FAT32_INFO_MARK = 484,
    FAT32_INFO_FREE = 488, /* clusters that are free; all ones: unknown */
    FAT32_INFO_NEXT = 492, /* where to look for one */
    FAT32_INFO_END = 508,
};
#define FAT32_INFO_LEAD_MARK 0x41615252u
#define FAT32_INFO_MARK_MARK 0x61417272u
#define FAT12_CLUSTERS_MAX 4084u
#define FAT16_CLUSTERS_MAX 65524u
#define FAT32_CLUSTERS_MAX 0x0ffffff5u

enum fat_entry {
    FAT_SHORT_NAME = 0, /* 8 + 3 letters; first byte 0: no more entries, E5h: free */
    FAT_ATTRIBUTES = 11,
    FAT_CASES = 12,      /* enum fat_cases; 0 of DOS */
    FAT_FIRST_HIGH = 20, /* FAT32 alone; fat_first() reads both */
    FAT_TIME = 22,
    FAT_DATE = 24,
    FAT_FIRST = 26,
    FAT_BYTES = 28,
};
enum fat_attributes { FAT_VOLUME = 0x08, FAT_FOLDER = 0x10, FAT_ARCHIVE = 0x20, FAT_LONG = 0x0f };
enum fat_cases { FAT_LOWER_BASE = 0x08, FAT_LOWER_EXTENSION = 0x10 };
enum { FAT_FREE = 0xe5 };

struct fat {
    const struct volume *volume;
    u32 sector, cluster_bytes;
    u32 fats, fat_bytes; /* copies, and bytes of one */
    u64 fat_at, root_at, data_at;
    u32 root_entries;
    u32 clusters;   /* numbered 2 to clusters + 1 */
    unsigned width; /* bits of an entry of the table: 12, 16 or 32, of which 28 count */
    u32 root;       /* FAT32: the root folder's first cluster; else 0 */
    u8 *info;       /* FAT32: its enum fat32_info; null without */
    u32 first_free; /* no cluster before it is free */
    struct {
        u32 folder, step, cluster; /* where fat_entry_at was last; folder 0: nowhere */
    } last;
};

/* ---- fat_table.c ---- */

bool fat_open(struct fat *fs, const struct volume *volume, struct error *error);

/* What follows a cluster: 0 free, fat_is_last() the end. A change goes to all copies. */
u32 fat_next(const struct fat *fs, u32 cluster);
void fat_set_next(const struct fat *fs, u32 cluster, u32 value);
bool fat_is_data(const struct fat *fs, u32 cluster);
bool fat_is_last(const struct fat *fs, u32 value);
u8 *fat_cluster(const struct fat *fs, u32 cluster);
/* A cluster of zeros that ends its chain; 0: the volume is full. */
u32 fat_take_cluster(struct fat *fs, struct error *error);
void fat_free_chain(struct fat *fs, u32 cluster);

/* The first cluster of an entry's file; 0: it has none. */
u32 fat_first(const struct fat *fs, const u8 *entry);
void fat_set_first(const struct fat *fs, u8 *entry, u32 cluster);
/* The table's entry that says: this cluster is bad. */
u32 fat_bad_mark(const struct fat *fs);
const char *fat_name(const struct fat *fs);

/* The entry `index` of a folder, whose first cluster is 0 for the root; null behind its end. A
   chain with a loop ends after as many clusters as there are. */
u8 *fat_entry_at(struct fat *fs, u32 folder, u32 index);

/* ---- fat_names.c ---- */

/* One file of a folder: its name (UTF-8), long where it has a long one, and where its entries lie.
 */
struct fat_file {
    char name[FAT_NAME_MAX];
    u8 *entry;
    u32 first_index, index; /* first_index: where its long name begins */
};
/* The next file at or behind *index; false at the end. Labels and free entries are passed over. */
bool fat_next_file(struct fat *fs, u32 folder, u32 *index, struct fat_file *file);
bool fat_find(struct fat *fs, u32 folder, const char *name, size_t length, struct fat_file *file);

/* A name as it goes into entries. */
struct fat_name {
    u16 letters[FAT_LETTERS_MAX];
    unsigned count; /* of letters; 0: the short name says all */
    u8 short_name[11];
    u8 cases;
    bool tail; /* the short name must end in ~1 or the like */
};
/* False when it can be no name. */
bool fat_name_parse(const char *name, size_t length, struct fat_name *to);
/* Makes a name of any text: what FAT cannot have becomes '_'. `to` has FAT_NAME_MAX bytes. */
void fat_name_clean(const char *name, char *to);
/* Entries of a name, its long ones included. */
u32 fat_name_entries(const struct fat_name *name);
/* The number-th of them, in the order on the disk, with all but the name zero. */
void fat_name_put(const struct fat_name *name, u32 number, u8 *entry);

/* ---- fat_make.c: new names in a folder that does not have them yet; null or 0: refused ---- */

u8 *fat_make_entry(struct fat *fs, u32 folder, const char *name, size_t length, u8 attributes,
                   struct error *error);
/* Replaces an entry's content and time. */
bool fat_fill(struct fat *fs, u8 *entry, const u8 *bytes, size_t size, struct error *error);
/* The new folder's first cluster. */
u32 fat_make_folder(struct fat *fs, u32 folder, const char *name, size_t length,
                    struct error *error);

/* ---- fat_format.c, fat_check.c ---- */

/* An empty FAT12, FAT16 or FAT32 over the whole volume. root_entries: 0 = as usual, else a multiple
   of 16 for FAT16 on a hard disk. */
bool fat_format(struct volume *volume, unsigned width, u16 root_entries, struct error *error);
bool fat_check(const struct volume *volume, struct text_out *problems);

#endif
