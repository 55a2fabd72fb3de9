#ifndef GLASS386_FILES_VOLUME_H
#define GLASS386_FILES_VOLUME_H

#include "base/error.h"
#include "base/text_out.h"
#include "base/types.h"

/* A file system inside a disk image, as bytes in memory. Nothing here touches the host: the caller
   loads the image and stores it again when a change succeeded, so a failure half way loses nothing:
   the bytes are then good for nothing. Whatever changes a volume first checks it whole, once, and
   refuses a damaged one. */

struct volume {
    const char *name; /* for messages */
    u8 *bytes;
    u64 size;
    u32 time;   /* Unix seconds, for files that are made */
    u32 mode;   /* and their permission bits where there are such; 0: 0644 */
    bool sound; /* checked whole, and only verbs that succeeded have changed it since */
    u32 hidden; /* sectors of 512 bytes before it, in its image */
    u8 *type;   /* a partition's type, in its table's entry; null: no partition */
};

struct file_entry {
    const char *name;
    bool folder;
    char kind; /* as ls shows it: - d l c b p */
    u32 size;
};
typedef void file_visitor(void *context, const struct file_entry *entry);

struct file_system {
    const char *name; /* such as "minix1" */
    bool (*recognise)(const struct volume *volume);
    /* An empty file system over the whole volume, whose bytes are zero. */
    bool (*format)(struct volume *volume, struct error *error);
    /* Adds a line for each problem; false when there is one. */
    bool (*check)(const struct volume *volume, struct text_out *problems);
    bool (*list)(const struct volume *volume, const char *path, file_visitor *visit, void *context,
                 struct error *error);
    bool (*get)(const struct volume *volume, const char *path, struct text_out *bytes,
                struct error *error);
    /* Makes the file, or replaces its content. */
    bool (*put)(struct volume *volume, const char *path, const u8 *bytes, size_t size,
                struct error *error);
    bool (*make_folder)(struct volume *volume, const char *path, struct error *error);
    /* A file, or a folder that is empty. */
    bool (*remove)(struct volume *volume, const char *path, struct error *error);
};

extern const struct file_system minix_v1, minix_v2, fat12, fat16, fat32;
/* Null after the last. */
extern const struct file_system *const file_systems[];

/* The file system of a volume; null when none is known. */
const struct file_system *volume_recognise(const struct volume *volume);
#define PARTITION_MAX 63u /* 1 to 4 in the table, from 5 on in the extended partition */
/* The part of an image that is a partition, or with 0 the image itself or the one partition
   that has a known file system. */
bool volume_find(struct volume *volume, unsigned partition, struct error *error);
/* Gives a partition the type of a file system that was made in it; true when it had another. */
bool volume_set_type(struct volume *volume, const struct file_system *system);
/* False, with its name in the error, for a file system that is known by name alone. */
bool volume_refuse_foreign(const struct volume *volume, struct error *error);
/* volume.check as an error: the first problem in one line. Checks once. */
bool volume_require_sound(struct volume *volume, const struct file_system *system,
                          struct error *error);

/* Cuts the next name of a path off: its length, 0 at the end; *path then stands behind it. */
size_t path_next(const char **path, const char **name);

#endif
