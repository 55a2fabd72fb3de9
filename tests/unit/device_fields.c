/* Every table of saved fields: what is saved comes back, and no member is forgotten. */

#include "base/field.h"
#include "devices/debug_ports.h"
#include "devices/dma.h"
#include "devices/fdc.h"
#include "devices/fw_cfg.h"
#include "devices/ide.h"
#include "devices/kbc.h"
#include "devices/keyboard.h"
#include "devices/lpt.h"
#include "devices/mouse.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/port61.h"
#include "devices/port92.h"
#include "devices/rtc.h"
#include "devices/speaker.h"
#include "devices/uart.h"
#include "devices/vga.h"
#include "support/suite.h"

#include <string.h>

/* Bytes of a struct that hold wires, events or what follows from other fields. */
struct range {
    size_t first, size;
};

#define MEMBER(type, member)                                \
    {                                                       \
        offsetof(type, member), sizeof(((type *)0)->member) \
    }
#define FROM(type, member)                                            \
    {                                                                 \
        offsetof(type, member), sizeof(type) - offsetof(type, member) \
    }

struct unit {
    const struct field_table *table;
    size_t size;
    struct range unsaved[16]; /* by offset; ends with a size of 0 */
};

/* An event's deadline is saved, the rest of it is wiring. */
#define EVENT(type, event)                                                  \
    {offsetof(type, event), offsetof(struct clock_event, when)},            \
    {                                                                       \
        offsetof(type, event.fire),                                         \
            sizeof(struct clock_event) - offsetof(struct clock_event, fire) \
    }

/* What a floppy drive is, and its way back to the controller. */
#define DRIVE_WIRES(n)                                                   \
    MEMBER(struct fdc, drive[n].type), MEMBER(struct fdc, drive[n].fdc), \
        MEMBER(struct fdc, drive[n].image)

static const struct unit units[] = {
    {&pic_fields,
     sizeof(struct pic_pair),
     {MEMBER(struct pic_pair, master.out), MEMBER(struct pic_pair, slave.out)}},
    {&pit_fields, sizeof(struct pit), {EVENT(struct pit, event), FROM(struct pit, clock)}},
    {&rtc_fields,
     sizeof(struct rtc),
     {EVENT(struct rtc, second), EVENT(struct rtc, periodic), FROM(struct rtc, clock)}},
    {&kbc_fields, sizeof(struct kbc), {EVENT(struct kbc, transfer), FROM(struct kbc, clock)}},
    {&keyboard_fields,
     sizeof(struct keyboard),
     {EVENT(struct keyboard, repeat), FROM(struct keyboard, clock)}},
    {&mouse_fields, sizeof(struct mouse), {EVENT(struct mouse, sample), FROM(struct mouse, clock)}},
    {&lpt_fields, sizeof(struct lpt), {EVENT(struct lpt, handshake), FROM(struct lpt, clock)}},
    {&fw_cfg_fields, sizeof(struct fw_cfg), {FROM(struct fw_cfg, files)}},
    {&speaker_fields, sizeof(struct speaker), {FROM(struct speaker, clock)}},
    {&port61_fields, sizeof(struct port61), {FROM(struct port61, clock)}},
    {&port92_fields, sizeof(struct port92), {FROM(struct port92, a20)}},
    {&uart_fields,
     sizeof(struct uart),
     {EVENT(struct uart, sent), EVENT(struct uart, receive_idle), FROM(struct uart, clock)}},
    {&vga_fields, sizeof(struct vga), {EVENT(struct vga, retrace), FROM(struct vga, version)}},
    {&ide_fields,
     sizeof(struct ide),
     {MEMBER(struct ide, drive[0].kind), MEMBER(struct ide, drive[0].image),
      MEMBER(struct ide, drive[1].kind), MEMBER(struct ide, drive[1].image),
      EVENT(struct ide, done), FROM(struct ide, clock)}},
    {&fdc_fields,
     sizeof(struct fdc),
     {EVENT(struct fdc, drive[0].seek_done), DRIVE_WIRES(0), EVENT(struct fdc, drive[1].seek_done),
      DRIVE_WIRES(1), EVENT(struct fdc, work), FROM(struct fdc, clock)}},
    {&dma_fields, sizeof(struct dma), {FROM(struct dma, memory)}},
    {&debug_ports_fields, sizeof(struct debug_ports), {FROM(struct debug_ports, context)}},
};

static u8 *save(const struct unit *unit, const void *state)
{
    size_t size = 0;
    for (u32 i = 0; i < unit->table->count; i++)
        size += field_image_size(&unit->table->fields[i]);
    u8 *image = malloc(size), *at = image;
    for (u32 i = 0; i < unit->table->count; i++) {
        field_store(&unit->table->fields[i], state, at);
        at += field_image_size(&unit->table->fields[i]);
    }
    return image;
}

static void load(const struct unit *unit, void *state, const u8 *image)
{
    for (u32 i = 0; i < unit->table->count; i++) {
        field_load(&unit->table->fields[i], state, image);
        image += field_image_size(&unit->table->fields[i]);
    }
}

static void fill(u8 *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (u8)(i * 37 + 11 + (i >> 8));
}

START_TEST(field_table_brings_back_what_it_saved)
{
    for (size_t n = 0; n < ARRAY_COUNT(units); n++) {
        const struct unit *unit = &units[n];
        u8 *before = malloc(unit->size), *after = calloc(1, unit->size);
        fill(before, unit->size);
        u8 *image = save(unit, before);
        load(unit, after, image);
        for (u32 i = 0; i < unit->table->count; i++) {
            const struct field *field = &unit->table->fields[i];
            ck_assert_msg(
                !memcmp(before + field->offset, after + field->offset, field_image_size(field)),
                "%s.%s", unit->table->name, field->name);
        }
        free(before);
        free(after);
        free(image);
    }
}
END_TEST

/* Marks each byte with the alignment of what lies there, 0 = nothing. */
static void mark(u8 *map, size_t first, size_t size, u8 alignment)
{
    memset(map + first, alignment, size);
}

static bool is_padding(const u8 *map, size_t first, size_t end, size_t size)
{
    if (end == size)
        return end - first < 8;
    return (first + map[end] - 1) / map[end] * map[end] == end;
}

static void check_gaps(const struct unit *unit, const u8 *map)
{
    for (size_t first = 0; first < unit->size; first++) {
        if (map[first])
            continue;
        size_t end = first;
        while (end < unit->size && !map[end])
            end++;
        ck_assert_msg(is_padding(map, first, end, unit->size), "%s: bytes %zu-%zu are not saved",
                      unit->table->name, first, end - 1);
        first = end;
    }
}

START_TEST(field_table_forgets_no_member)
{
    for (size_t n = 0; n < ARRAY_COUNT(units); n++) {
        const struct unit *unit = &units[n];
        u8 *map = calloc(1, unit->size);
        for (u32 i = 0; i < unit->table->count; i++) {
            const struct field *field = &unit->table->fields[i];
            mark(map, field->offset, field_image_size(field), field->size);
        }
        for (const struct range *range = unit->unsaved; range->size; range++)
            mark(map, range->first, range->size, 8);
        check_gaps(unit, map);
        free(map);
    }
}
END_TEST

START_TEST(field_names_are_unique_and_lie_inside)
{
    for (size_t n = 0; n < ARRAY_COUNT(units); n++) {
        const struct field_table *table = units[n].table;
        for (u32 i = 0; i < table->count; i++) {
            ck_assert_uint_le(table->fields[i].offset + field_image_size(&table->fields[i]),
                              units[n].size);
            for (u32 j = 0; j < i; j++)
                ck_assert_str_ne(table->fields[i].name, table->fields[j].name);
        }
    }
}
END_TEST

SUITE_MAIN("device_fields", field_table_brings_back_what_it_saved, field_table_forgets_no_member,
           field_names_are_unique_and_lie_inside)
