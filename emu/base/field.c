#include "base/field.h"

#include "base/bits.h"

#include <assert.h>

size_t field_image_size(const struct field *field)
{
    return (size_t)field->count * field->size;
}

static u64 element_value(const u8 *element, unsigned size)
{
    u16 half;
    u32 word;
    u64 quad;
    switch (size) {
    case 1:
        return *element;
    case 2:
        memcpy(&half, element, 2);
        return half;
    case 4:
        memcpy(&word, element, 4);
        return word;
    default:
        assert(size == 8);
        memcpy(&quad, element, 8);
        return quad;
    }
}

u64 field_value(const struct field *field, const void *unit, u32 index)
{
    assert(index < field->count);
    return element_value((const u8 *)unit + field->offset + (size_t)index * field->size,
                         field->size);
}

void field_store(const struct field *field, const void *unit, u8 *image)
{
    for (u32 i = 0; i < field->count; i++) {
        u64 value = field_value(field, unit, i);
        for (unsigned byte = 0; byte < field->size; byte++)
            *image++ = (u8)(value >> (8 * byte));
    }
}

static void element_set(u8 *element, unsigned size, u64 value)
{
    u16 half = (u16)value;
    u32 word = (u32)value;
    switch (size) {
    case 1:
        *element = (u8)value;
        break;
    case 2:
        memcpy(element, &half, 2);
        break;
    case 4:
        memcpy(element, &word, 4);
        break;
    default:
        memcpy(element, &value, 8);
        break;
    }
}

void field_load(const struct field *field, void *unit, const u8 *image)
{
    u8 *element = (u8 *)unit + field->offset;
    for (u32 i = 0; i < field->count; i++, element += field->size) {
        u64 value = 0;
        for (unsigned byte = 0; byte < field->size; byte++)
            value |= (u64)*image++ << (8 * byte);
        element_set(element, field->size, value);
    }
}
