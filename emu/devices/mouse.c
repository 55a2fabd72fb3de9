/* PS/2 mouse of three buttons with the wheel of the IntelliMouse.

   Modelled: stream, remote and wrap mode, all commands E6h-FFh, resolution, sample rate, scaling
   2:1, the unlocking of the wheel by sample rates 200, 100, 80 (identity 3). Counters that do not
   fit in one packet go on in the next, so that no movement is lost and the overflow bits stay 0.
   Not modelled: the resolution, which scales nothing since the host tells counts, not millimetres;
   identity 4 with its five buttons; the unasked AAh 00h after power on.

   References: IBM PS/2 Hardware Interface Technical Reference, Mouse; Microsoft, "Device support
   for the Microsoft IntelliMouse". */

#include "devices/mouse.h"

#include <string.h>

enum mouse_command {
    SCALE_1_TO_1 = 0xe6,
    SCALE_2_TO_1 = 0xe7,
    SET_RESOLUTION = 0xe8,
    GET_STATUS = 0xe9,
    SET_STREAM = 0xea,
    READ_DATA = 0xeb,
    END_WRAP = 0xec,
    SET_WRAP = 0xee,
    SET_REMOTE = 0xf0,
    GET_IDENTITY = 0xf2,
    SET_RATE = 0xf3,
    ENABLE = 0xf4,
    DISABLE = 0xf5,
    SET_DEFAULTS = 0xf6,
    RESEND = 0xfe,
    RESET = 0xff,
};

enum {
    ACKNOWLEDGE = 0xfa,
    PLEASE_RESEND = 0xfe,
    FAILED = 0xfc,
    TEST_PASSED = 0xaa,
    IDENTITY_PLAIN = 0,
    IDENTITY_WHEEL = 3,

    STATUS_REMOTE = 0x40,
    STATUS_ENABLED = 0x20,
    STATUS_DOUBLE_SCALE = 0x10,

    PACKET_ONE = 0x08,
    PACKET_X_SIGN = 0x10,
    PACKET_Y_SIGN = 0x20,
    PACKET_LEAST = -255,
    PACKET_MOST = 255,
    WHEEL_LEAST = -8,
    WHEEL_MOST = 7,
    SCALED_MOST = 127, /* twice this still fits in a packet */

    DEFAULT_RATE = 100,
    DEFAULT_RESOLUTION = 2, /* 4 counts a millimetre */
    MOST_COUNTS = 1 << 20,
};

static void append(struct mouse *mouse, const u8 *bytes, u8 count)
{
    memcpy(mouse->sent, bytes, count);
    mouse->sent_count = count;
    for (u8 i = 0; i < count && mouse->count < MOUSE_QUEUE; i++)
        mouse->queue[(mouse->head + mouse->count++) % MOUSE_QUEUE] = bytes[i];
    irq_set(&mouse->ready, true);
}

static void answer(struct mouse *mouse, u8 byte)
{
    append(mouse, &byte, 1);
}

/* Packets. */

static s32 within(s32 value, s32 least, s32 most)
{
    return value < least ? least : value > most ? most : value;
}

/* Scaling 2:1 of the reports in stream mode: small counts grow less. */
static s32 scaled(s32 count)
{
    static const u8 small[] = {0, 1, 1, 3, 6, 9};
    s32 size = count < 0 ? -count : count;
    s32 more = size < (s32)ARRAY_COUNT(small) ? small[size] : 2 * size;
    return count < 0 ? -more : more;
}

static s32 take_counts(s32 *counter, bool scale)
{
    s32 part =
        within(*counter, scale ? -SCALED_MOST : PACKET_LEAST, scale ? SCALED_MOST : PACKET_MOST);
    *counter -= part;
    return scale ? scaled(part) : part;
}

static void send_packet(struct mouse *mouse, bool scale)
{
    s32 dx = take_counts(&mouse->dx, scale), dy = take_counts(&mouse->dy, scale);
    s32 wheel = within(mouse->wheel, WHEEL_LEAST, WHEEL_MOST);
    u8 packet[4] = {(u8)(PACKET_ONE | mouse->buttons | (dx < 0 ? PACKET_X_SIGN : 0) |
                         (dy < 0 ? PACKET_Y_SIGN : 0)),
                    (u8)dx, (u8)dy, (u8)wheel};
    mouse->wheel = mouse->wheel_on ? mouse->wheel - wheel : 0;
    mouse->told_buttons = mouse->buttons;
    mouse->unsent = mouse->dx || mouse->dy || mouse->wheel;
    append(mouse, packet, mouse->wheel_on ? 4 : 3);
}

static bool reports(const struct mouse *mouse)
{
    return mouse->enabled && !mouse->remote && !mouse->wrap;
}

static void schedule_sample(struct mouse *mouse)
{
    u64 length = clock_ns_to_ticks(mouse->clock, 1000000000u / mouse->rate);
    clock_schedule(mouse->clock, &mouse->sample, mouse->clock->now + length);
}

/* A report, unless the last is not yet out; the next one is a sampling period away. */
static void report(struct mouse *mouse)
{
    if (!reports(mouse) || !mouse->unsent || mouse->sample.when != CLOCK_NEVER)
        return;
    if (!mouse->count)
        send_packet(mouse, mouse->double_scale);
    schedule_sample(mouse);
}

static void sample_passed(void *context, u64 now)
{
    (void)now;
    report(context);
}

static void clear_counters(struct mouse *mouse)
{
    mouse->dx = mouse->dy = mouse->wheel = 0;
    mouse->unsent = 0;
    mouse->told_buttons = mouse->buttons;
}

bool mouse_move(struct mouse *mouse, const struct mouse_event *event)
{
    bool click = event->buttons != mouse->buttons;
    bool counted = reports(mouse) || mouse->remote;
    if (counted && !mouse->remote && click && mouse->buttons != mouse->told_buttons)
        return false;
    mouse->buttons = event->buttons & 7;
    if (!counted) {
        clear_counters(mouse);
        return true;
    }
    mouse->dx = within(mouse->dx + event->dx, -MOST_COUNTS, MOST_COUNTS);
    mouse->dy = within(mouse->dy - event->dy, -MOST_COUNTS, MOST_COUNTS);
    mouse->wheel =
        mouse->wheel_on ? within(mouse->wheel + event->wheel, -MOST_COUNTS, MOST_COUNTS) : 0;
    mouse->unsent = mouse->dx || mouse->dy || mouse->wheel || mouse->buttons != mouse->told_buttons;
    report(mouse);
    return true;
}

bool mouse_is_wanted(const struct mouse *mouse)
{
    return mouse->enabled || mouse->remote;
}

/* Commands. */

static void set_defaults(struct mouse *mouse)
{
    mouse->remote = mouse->wrap = mouse->enabled = mouse->double_scale = 0;
    mouse->resolution = DEFAULT_RESOLUTION;
    mouse->rate = DEFAULT_RATE;
    mouse->knock = 0;
    clear_counters(mouse);
    clock_cancel(mouse->clock, &mouse->sample);
}

/* The rates that unlock the wheel, each 0 if the byte does not continue the row. */
static void knock(struct mouse *mouse, u8 rate)
{
    static const u8 knocks[] = {200, 100, 80};
    if (rate != knocks[mouse->knock])
        mouse->knock = rate == knocks[0];
    else
        mouse->knock++;
    if (mouse->knock == ARRAY_COUNT(knocks)) {
        mouse->wheel_on = 1;
        mouse->knock = 0;
    }
}

static bool is_rate(u8 value)
{
    static const u8 rates[] = {10, 20, 40, 60, 80, 100, 200};
    return memchr(rates, value, sizeof rates) != NULL;
}

/* The first refusal asks for the byte again, the next in a row gives up. */
static void refuse(struct mouse *mouse)
{
    answer(mouse, mouse->bad_commands ? FAILED : PLEASE_RESEND);
    mouse->bad_commands = 1;
}

static void take_argument(struct mouse *mouse, u8 value)
{
    u8 command = mouse->pending;
    mouse->pending = 0;
    if (command == SET_RATE ? !is_rate(value) : value > 3) {
        mouse->pending = command;
        refuse(mouse);
        return;
    }
    if (command == SET_RATE) {
        mouse->rate = value;
        knock(mouse, value);
    } else {
        mouse->resolution = value;
    }
    mouse->bad_commands = 0;
    answer(mouse, ACKNOWLEDGE);
}

static void answer_status(struct mouse *mouse)
{
    u8 buttons = mouse->buttons;
    u8 flags =
        (u8)((mouse->remote ? STATUS_REMOTE : 0) | (mouse->enabled ? STATUS_ENABLED : 0) |
             (mouse->double_scale ? STATUS_DOUBLE_SCALE : 0) | (buttons & MOUSE_LEFT ? 4 : 0) |
             (buttons & MOUSE_MIDDLE ? 2 : 0) | (buttons & MOUSE_RIGHT ? 1 : 0));
    answer(mouse, ACKNOWLEDGE);
    append(mouse, (const u8[]){flags, mouse->resolution, mouse->rate}, 3);
}

static void resend(struct mouse *mouse)
{
    u8 again[sizeof mouse->sent];
    memcpy(again, mouse->sent, sizeof again);
    append(mouse, again, mouse->sent_count);
}

static void reset_command(struct mouse *mouse)
{
    set_defaults(mouse);
    mouse->wheel_on = 0;
    answer(mouse, ACKNOWLEDGE);
    append(mouse, (const u8[]){TEST_PASSED, IDENTITY_PLAIN}, 2);
}

/* Commands that set one thing and are only acknowledged; false for the others. */
static bool simple_command(struct mouse *mouse, u8 command)
{
    switch (command) {
    case SCALE_1_TO_1:
    case SCALE_2_TO_1:
        mouse->double_scale = command == SCALE_2_TO_1;
        return true;
    case SET_RESOLUTION:
    case SET_RATE:
        mouse->pending = command;
        return true;
    case SET_STREAM:
    case SET_REMOTE:
        mouse->remote = command == SET_REMOTE;
        clear_counters(mouse);
        return true;
    case SET_WRAP:
    case END_WRAP:
        mouse->wrap = command == SET_WRAP;
        clear_counters(mouse);
        return true;
    case ENABLE:
    case DISABLE:
        mouse->enabled = command == ENABLE;
        clear_counters(mouse);
        return true;
    case SET_DEFAULTS:
        set_defaults(mouse);
        return true;
    default:
        return false;
    }
}

static void take_command(struct mouse *mouse, u8 command)
{
    bool known = true;
    if (command != SET_RATE)
        mouse->knock = 0;
    if (simple_command(mouse, command)) {
        answer(mouse, ACKNOWLEDGE);
    } else if (command == GET_STATUS) {
        answer_status(mouse);
    } else if (command == READ_DATA) {
        answer(mouse, ACKNOWLEDGE);
        send_packet(mouse, false);
    } else if (command == GET_IDENTITY) {
        answer(mouse, ACKNOWLEDGE);
        answer(mouse, mouse->wheel_on ? IDENTITY_WHEEL : IDENTITY_PLAIN);
    } else if (command == RESEND) {
        resend(mouse);
    } else if (command == RESET) {
        reset_command(mouse);
    } else {
        known = false;
        refuse(mouse);
    }
    if (known)
        mouse->bad_commands = 0;
}

/* Any byte from the host ends what was being sent. In wrap mode all but two commands come back. */
void mouse_send(void *context, u8 byte)
{
    struct mouse *mouse = context;
    mouse->count = 0;
    if (mouse->wrap && byte != END_WRAP && byte != RESET) {
        answer(mouse, byte);
    } else if (mouse->pending && byte < SCALE_1_TO_1) {
        take_argument(mouse, byte);
    } else {
        mouse->pending = 0;
        take_command(mouse, byte);
    }
}

bool mouse_take(void *context, u8 *byte)
{
    struct mouse *mouse = context;
    if (!mouse->count)
        return false;
    *byte = mouse->queue[mouse->head];
    mouse->head = (u8)((mouse->head + 1) % MOUSE_QUEUE);
    mouse->count--;
    return true;
}

void mouse_init(struct mouse *mouse, struct clock *clock, struct irq_line ready)
{
    memset(mouse, 0, sizeof *mouse);
    mouse->clock = clock;
    mouse->ready = ready;
    mouse->sample = (struct clock_event){.name = "mouse", .fire = sample_passed, .context = mouse};
    clock_add(clock, &mouse->sample);
    mouse_reset(mouse);
}

void mouse_reset(struct mouse *mouse)
{
    mouse->head = mouse->count = mouse->sent_count = 0;
    mouse->pending = mouse->bad_commands = 0;
    mouse->wheel_on = 0;
    set_defaults(mouse);
}

static void after_load(void *unit)
{
    struct mouse *mouse = unit;
    mouse->head %= MOUSE_QUEUE;
    if (mouse->count > MOUSE_QUEUE)
        mouse->count = MOUSE_QUEUE;
    if (mouse->sent_count > sizeof mouse->sent)
        mouse->sent_count = sizeof mouse->sent;
    if (!is_rate(mouse->rate))
        mouse->rate = DEFAULT_RATE;
    mouse->knock %= 3;
    mouse->resolution &= 3;
    mouse->buttons &= 7;
    mouse->told_buttons &= 7;
    mouse->dx = within(mouse->dx, -MOST_COUNTS, MOST_COUNTS);
    mouse->dy = within(mouse->dy, -MOST_COUNTS, MOST_COUNTS);
    mouse->wheel = within(mouse->wheel, -MOST_COUNTS, MOST_COUNTS);
}

static const struct field fields[] = {
    FIELD_ARRAY(struct mouse, queue),  FIELD(struct mouse, head),
    FIELD(struct mouse, count),        FIELD_ARRAY(struct mouse, sent),
    FIELD(struct mouse, sent_count),   FIELD(struct mouse, pending),
    FIELD(struct mouse, remote),       FIELD(struct mouse, wrap),
    FIELD(struct mouse, enabled),      FIELD(struct mouse, double_scale),
    FIELD(struct mouse, resolution),   FIELD(struct mouse, rate),
    FIELD(struct mouse, knock),        FIELD(struct mouse, wheel_on),
    FIELD(struct mouse, bad_commands), FIELD(struct mouse, buttons),
    FIELD(struct mouse, told_buttons), FIELD(struct mouse, unsent),
    FIELD(struct mouse, dx),           FIELD(struct mouse, dy),
    FIELD(struct mouse, wheel),        FIELD(struct mouse, sample.when),
};

const struct field_table mouse_fields = FIELD_TABLE("mouse", 1, fields, after_load);
