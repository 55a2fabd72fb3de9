#ifndef GLASS386_BASE_FIELD_H
#define GLASS386_BASE_FIELD_H

#include "base/types.h"

/* Tables of saved fields. A unit describes the plain data it keeps between two instructions by one
   table; save, load, `info`, snapshot comparison and the machine's hash are readers of that table.
   A field's byte image is little endian, `size` bytes for each of `count` elements. */

struct field {
    const char *name;
    u32 offset; /* in the unit's struct */
    u32 count;  /* elements; 1 for a scalar */
    u8 size;    /* bytes of one element: 1, 2, 4 or 8 */
};

struct field_table {
    const char *name; /* section name in a snapshot, such as "pit" */
    u16 version;
    const struct field *fields;
    u32 count;
    /* Puts every index and derived value in range after untrusted data was loaded; may be null. */
    void (*after_load)(void *unit);
};

/* One row for a scalar, and one for an array, of struct `type`. */
#define FIELD(type, member)                                                      \
    {                                                                            \
#member, (u32)offsetof(type, member), 1, (u8)sizeof(((type *)0)->member) \
    }
#define FIELD_ARRAY(type, member)                                                \
    {                                                                            \
#member, (u32)offsetof(type, member),                                    \
            (u32)(sizeof(((type *)0)->member) / sizeof(((type *)0)->member[0])), \
            (u8)sizeof(((type *)0)->member[0])                                   \
    }

#define FIELD_TABLE(table_name, table_version, rows, load)            \
    {                                                                 \
        table_name, table_version, rows, (u32)ARRAY_COUNT(rows), load \
    }

/* Bytes of one field's image. */
size_t field_image_size(const struct field *field);

/* Writes field_image_size() bytes of `unit`'s field to `image`, or reads them back. */
void field_store(const struct field *field, const void *unit, u8 *image);
void field_load(const struct field *field, void *unit, const u8 *image);

/* Value of element `index`, zero-extended. */
u64 field_value(const struct field *field, const void *unit, u32 index);

#endif
