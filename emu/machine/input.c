#include "machine/input.h"

#define KEYS_PER_SECOND 500u     /* key events, quicker than any typist */
#define SERIAL_PER_SECOND 11520u /* characters at 115,200 bit/s */

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

/* Bytes of the key event at the head of the queue, from its first byte's prefix. */
static unsigned key_length(u8 first)
{
    return first == 0xe1 ? 3 : first == 0xe0 ? 2 : 1;
}

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
    if (keyboard_key(input->keyboard, code, length))
        queue->head += length;
    if (queue_count(queue) > 0)
        clock_schedule(input->clock, &input->keys_event,
                       now + input->clock->rate / KEYS_PER_SECOND);
}

static void deliver_serial(void *context, u64 now)
{
    struct input *input = context;
    struct input_queue *queue = &input->serial;
    if (queue_count(queue) == 0)
        return;
    if (uart_can_receive(input->uart)) {
        uart_receive(input->uart, queue_at(queue, 0));
        queue->head++;
    }
    if (queue_count(queue) > 0)
        clock_schedule(input->clock, &input->serial_event,
                       now + input->clock->rate / SERIAL_PER_SECOND);
}

void input_init(struct input *input, struct clock *clock, struct keyboard *keyboard,
                struct uart *uart)
{
    *input = (struct input){.clock = clock, .keyboard = keyboard, .uart = uart};
    input->keys_event = (struct clock_event){.name = "key", .fire = deliver_key, .context = input};
    input->serial_event =
        (struct clock_event){.name = "serial input", .fire = deliver_serial, .context = input};
    clock_add(clock, &input->keys_event);
    clock_add(clock, &input->serial_event);
}

static void wake(struct clock *clock, struct clock_event *event)
{
    if (event->when == CLOCK_NEVER)
        clock_schedule(clock, event, clock->now);
}

bool input_key(struct input *input, const u8 *bytes, unsigned count)
{
    if (queue_count(&input->keys) + count > INPUT_QUEUE)
        return false;
    for (unsigned i = 0; i < count; i++)
        queue_put(&input->keys, bytes[i]);
    wake(input->clock, &input->keys_event);
    return true;
}

size_t input_serial(struct input *input, const u8 *bytes, size_t count)
{
    size_t taken = 0;
    while (taken < count && queue_count(&input->serial) < INPUT_QUEUE)
        queue_put(&input->serial, bytes[taken++]);
    if (taken > 0)
        wake(input->clock, &input->serial_event);
    return taken;
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
}

static const struct field rows[] = {
    FIELD(struct input, keys.head),        FIELD(struct input, keys.tail),
    FIELD_ARRAY(struct input, keys.bytes), FIELD(struct input, serial.head),
    FIELD(struct input, serial.tail),      FIELD_ARRAY(struct input, serial.bytes),
    FIELD(struct input, keys_event.when),  FIELD(struct input, serial_event.when),
};
const struct field_table input_fields = FIELD_TABLE("input", 1, rows, input_after_load);
