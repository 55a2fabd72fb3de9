#include "machine/input.h"

#include <string.h>

#define LOOKS_PER_SECOND 4000u   /* at a keyboard that has not sent everything yet */
#define SERIAL_PER_SECOND 11520u /* characters at 115,200 bit/s */
#define MOUSE_PER_SECOND 500u
#define MOUSE_EVENT_BYTES 8u

static u32 queue_count(const struct input_queue *queue)
{
    return queue->tail - queue->head;
}

static u8 queue_at(const struct input_queue *queue, u32 index)
{
    return queue->bytes[(queue->head + index) % INPUT_QUEUE];
}

static void queue_put(struct input_queue *queue, u8 byte)
{
    queue->bytes[queue->tail++ % INPUT_QUEUE] = byte;
}

static void schedule_next(struct clock *clock, struct clock_event *event, u64 now, u32 per_second)
{
    clock_schedule(clock, event, now + clock->rate / per_second);
}

/* Bytes of the key event at the head of the queue, from its first byte's prefix. */
static unsigned key_length(u8 first)
{
    return first == 0xe1 ? 3 : first == 0xe0 ? 2 : 1;
}

/* One key at a time: the next one when the controller has taken all of the last. So text comes as
   fast as the wire carries it, and none of it is lost while the guest does not look. */
static void deliver_key(void *context, u64 now)
{
    struct input *input = context;
    struct input_queue *queue = &input->keys;
    if (queue_count(queue) == 0)
        return;
    u8 code[3] = {0};
    unsigned length = key_length(queue_at(queue, 0));
    if (length > queue_count(queue))
        length = queue_count(queue);
    for (unsigned i = 0; i < length; i++)
        code[i] = queue_at(queue, i);
    if (keyboard_is_idle(input->keyboard) && keyboard_key(input->keyboard, code, length))
        queue->head += length;
    if (queue_count(queue) > 0)
        schedule_next(input->clock, &input->keys_event, now, LOOKS_PER_SECOND);
}

static void deliver_serial(void *context, u64 now)
{
    struct input_line *line = context;
    struct input_queue *queue = line->queue;
    if (queue_count(queue) == 0 || !line->uart)
        return;
    if (uart_can_receive(line->uart)) {
        uart_receive(line->uart, queue_at(queue, 0));
        queue->head++;
    }
    if (queue_count(queue) > 0)
        schedule_next(line->clock, line->event, now, SERIAL_PER_SECOND);
}

static struct mouse_event mouse_event_of(const u8 *b)
{
    return (struct mouse_event){.dx = (s16)(b[0] | b[1] << 8),
                                .dy = (s16)(b[2] | b[3] << 8),
                                .wheel = (s8)b[4],
                                .buttons = b[5]};
}

static struct mouse_event mouse_event_at_head(const struct input_queue *queue)
{
    u8 b[MOUSE_EVENT_BYTES];
    for (u32 i = 0; i < MOUSE_EVENT_BYTES; i++)
        b[i] = queue_at(queue, i);
    return mouse_event_of(b);
}

static void deliver_mouse(void *context, u64 now)
{
    struct input *input = context;
    struct input_queue *queue = &input->mouse;
    if (queue_count(queue) < MOUSE_EVENT_BYTES)
        return;
    struct mouse_event event = mouse_event_at_head(queue);
    if (mouse_move(input->mouse_chip, &event))
        queue->head += MOUSE_EVENT_BYTES;
    if (queue_count(queue) > 0)
        schedule_next(input->clock, &input->mouse_event, now, MOUSE_PER_SECOND);
}

static void repeat_now(void *context, u64 now)
{
    const struct input *input = context;
    (void)now;
    if (input->tap.repeat)
        input->tap.repeat(input->tap.context);
}

static void add_event(struct clock *clock, struct clock_event *event, const char *name,
                      void (*fire)(void *, u64), void *context)
{
    *event = (struct clock_event){.name = name, .fire = fire, .context = context};
    clock_add(clock, event);
}

void input_init(struct input *input, struct clock *clock, const struct input_chips *chips)
{
    *input =
        (struct input){.clock = clock, .keyboard = chips->keyboard, .mouse_chip = chips->mouse};
    input->line[0] =
        (struct input_line){&input->serial, &input->serial_event, clock, chips->uart[0]};
    input->line[1] =
        (struct input_line){&input->serial2, &input->serial2_event, clock, chips->uart[1]};
    add_event(clock, &input->keys_event, "key", deliver_key, input);
    add_event(clock, &input->serial_event, "serial input", deliver_serial, &input->line[0]);
    add_event(clock, &input->serial2_event, "serial input 2", deliver_serial, &input->line[1]);
    add_event(clock, &input->mouse_event, "mouse input", deliver_mouse, input);
    add_event(clock, &input->repeat_event, "input of the past", repeat_now, input);
}

static void wake(struct clock *clock, struct clock_event *event)
{
    if (event->when == CLOCK_NEVER)
        clock_schedule(clock, event, clock->now);
}

void input_note(const struct input *input, enum input_kind kind, const void *bytes, size_t count)
{
    if (input->tap.note)
        input->tap.note(input->tap.context, kind, bytes, count);
}

void input_schedule_repeat(struct input *input, u64 tick)
{
    clock_schedule(input->clock, &input->repeat_event, tick);
}

bool input_key(struct input *input, const u8 *bytes, unsigned count)
{
    if (input->tap.closed)
        return true;
    if (queue_count(&input->keys) + count > INPUT_QUEUE)
        return false;
    for (unsigned i = 0; i < count; i++)
        queue_put(&input->keys, bytes[i]);
    wake(input->clock, &input->keys_event);
    input_note(input, INPUT_KEYS, bytes, count);
    return true;
}

bool input_mouse(struct input *input, const struct mouse_event *event)
{
    if (input->tap.closed)
        return true;
    u16 dx = (u16)event->dx, dy = (u16)event->dy;
    const u8 bytes[MOUSE_EVENT_BYTES] = {(u8)dx,        (u8)(dx >> 8),    (u8)dy,
                                         (u8)(dy >> 8), (u8)event->wheel, event->buttons};
    if (queue_count(&input->mouse) + MOUSE_EVENT_BYTES > INPUT_QUEUE)
        return false;
    for (unsigned i = 0; i < MOUSE_EVENT_BYTES; i++)
        queue_put(&input->mouse, bytes[i]);
    input->mouse_buttons = event->buttons;
    wake(input->clock, &input->mouse_event);
    input_note(input, INPUT_MOUSE, bytes, INPUT_MOUSE_BYTES);
    return true;
}

size_t input_serial(struct input *input, unsigned line, const u8 *bytes, size_t count)
{
    size_t taken = 0;
    if (input->tap.closed)
        return count;
    if (line >= INPUT_LINES || !input->line[line].uart)
        return 0;
    struct input_queue *queue = input->line[line].queue;
    while (taken < count && queue_count(queue) < INPUT_QUEUE)
        queue_put(queue, bytes[taken++]);
    if (taken > 0) {
        wake(input->clock, input->line[line].event);
        input_note(input, line ? INPUT_SERIAL2 : INPUT_SERIAL, bytes, taken);
    }
    return taken;
}

bool input_repeat(struct input *input, enum input_kind kind, const u8 *bytes, size_t count)
{
    switch (kind) {
    case INPUT_KEYS:
        return count >= 1 && count <= 8 && input_key(input, bytes, (unsigned)count);
    case INPUT_SERIAL:
    case INPUT_SERIAL2:
        return input_serial(input, kind == INPUT_SERIAL2, bytes, count) == count;
    case INPUT_MOUSE: {
        u8 b[MOUSE_EVENT_BYTES] = {0};
        if (count != INPUT_MOUSE_BYTES)
            return false;
        memcpy(b, bytes, count);
        struct mouse_event event = mouse_event_of(b);
        return input_mouse(input, &event);
    }
    default:
        return false;
    }
}

bool input_is_empty(const struct input *input)
{
    return queue_count(&input->keys) == 0 && queue_count(&input->mouse) == 0 &&
           queue_count(&input->serial) == 0 && queue_count(&input->serial2) == 0;
}

static void queue_after_load(struct input_queue *queue)
{
    if (queue_count(queue) > INPUT_QUEUE)
        queue->tail = queue->head;
}

static void input_after_load(void *unit)
{
    struct input *input = unit;
    queue_after_load(&input->keys);
    queue_after_load(&input->serial);
    queue_after_load(&input->serial2);
    queue_after_load(&input->mouse);
    input->mouse.tail -= queue_count(&input->mouse) % MOUSE_EVENT_BYTES;
}

#define QUEUE_FIELDS(queue)                                           \
    FIELD(struct input, queue.head), FIELD(struct input, queue.tail), \
        FIELD_ARRAY(struct input, queue.bytes)

static const struct field rows[] = {
    QUEUE_FIELDS(keys),
    QUEUE_FIELDS(serial),
    QUEUE_FIELDS(serial2),
    QUEUE_FIELDS(mouse),
    FIELD(struct input, mouse_buttons),
    FIELD(struct input, keys_event.when),
    FIELD(struct input, serial_event.when),
    FIELD(struct input, serial2_event.when),
    FIELD(struct input, mouse_event.when),
};
const struct field_table input_fields = FIELD_TABLE("input", 1, rows, input_after_load);
