/* AT and PS/2 keyboard: the processor in the keyboard, behind the serial wire to the 8042.

   Modelled: scan sets 1, 2 and 3, all commands, a queue in which answers overtake keys that wait,
   typematic repeat, the shift codes that the grey keys wrap themselves in, Pause, Break, Print
   Screen and SysRq, the types of set 3's keys. The default is set 2, which the controller usually
   translates. Not modelled: the unasked AAh after power on; an overrun code, since the outside
   waits for room.

   Reference: IBM PS/2 Hardware Interface Technical Reference, 101- and 102-key keyboards. */

#include "devices/keyboard.h"

#include "devices/scancode.h"

#include <string.h>

enum keyboard_command {
    SET_LEDS = 0xed,
    ECHO = 0xee,
    SELECT_SCAN_SET = 0xf0,
    IDENTIFY = 0xf2,
    SET_TYPEMATIC = 0xf3,
    ENABLE = 0xf4,
    DISABLE = 0xf5,
    SET_DEFAULTS = 0xf6,
    ALL_TYPES_FIRST = 0xf7, /* to FAh: by enum scancode_key_type */
    ALL_TYPES_LAST = 0xfa,
    KEY_TYPE_FIRST = 0xfb, /* to FDh: the keys whose codes follow */
    KEY_TYPE_LAST = 0xfd,
    RESEND = 0xfe,
    RESET = 0xff,
};

enum {
    ACKNOWLEDGE = 0xfa,
    TEST_PASSED = 0xaa,
    PLEASE_RESEND = 0xfe,
    IDENTITY_1 = 0xab,
    IDENTITY_2 = 0x83,

    PREFIX_E0 = 0xe0,
    PREFIX_E1 = 0xe1,
    SET1_RELEASE = 0x80,
    SET2_RELEASE = 0xf0,
    EXTENDED = 0x80, /* of a key's number */

    DEFAULT_TYPEMATIC = 0x2b, /* 10.9 a second after 500 ms */
    MAX_EVENT = 12,           /* bytes of one key event, wrapped in two shift codes */
    ANSWER_ROOM = 4,          /* kept free for answers */

    LED_NUM_LOCK = 2,
};

/* Keys that matter to other keys, numbered as in `down`. */
enum {
    KEY_CONTROL = 0x1d,
    KEY_LEFT_SHIFT = 0x2a,
    KEY_RIGHT_SHIFT = 0x36,
    KEY_ALT = 0x38,
    KEY_NUM_LOCK = 0x45,
    KEY_SCROLL_LOCK = 0x46,
    KEY_SYS_RQ = 0x54,
    KEY_PAD_DIVIDE = EXTENDED | 0x35,
    KEY_PRINT = EXTENDED | 0x37,
};

static void announce(struct keyboard *keyboard)
{
    if (keyboard->count)
        irq_set(&keyboard->ready, true);
}

static void append(struct keyboard *keyboard, u8 byte)
{
    if (keyboard->count == KEYBOARD_QUEUE)
        return;
    keyboard->queue[(keyboard->head + keyboard->count) % KEYBOARD_QUEUE] = byte;
    keyboard->count++;
}

/* Answers go before the keys that wait. */
static void answer(struct keyboard *keyboard, const u8 *bytes, unsigned count)
{
    while (count > 0 && keyboard->count < KEYBOARD_QUEUE) {
        keyboard->head = (u8)((keyboard->head + KEYBOARD_QUEUE - 1) % KEYBOARD_QUEUE);
        keyboard->queue[keyboard->head] = bytes[--count];
        keyboard->count++;
    }
    announce(keyboard);
}

static void answer_byte(struct keyboard *keyboard, u8 byte)
{
    answer(keyboard, &byte, 1);
}

static void stop_repeat(struct keyboard *keyboard)
{
    keyboard->repeat_key = 0;
    clock_cancel(keyboard->clock, &keyboard->repeat);
}

static void set_defaults(struct keyboard *keyboard)
{
    keyboard->count = 0;
    keyboard->typematic = DEFAULT_TYPEMATIC;
    keyboard->scan_set = 2;
    for (u8 code = 0; code < SCANCODE_SET3_COUNT; code++)
        keyboard->types[code] = (u8)scancode_set3_type(code);
    stop_repeat(keyboard);
}

static void select_scan_set(struct keyboard *keyboard, u8 value)
{
    if (value == 0) {
        answer(keyboard, (const u8[]){ACKNOWLEDGE, keyboard->scan_set}, 2);
    } else if (value <= 3) {
        keyboard->scan_set = value;
        answer_byte(keyboard, ACKNOWLEDGE);
    } else {
        answer_byte(keyboard, PLEASE_RESEND);
    }
}

/* FBh-FDh go on taking codes until a command comes. */
static bool set_key_type(struct keyboard *keyboard, u8 command, u8 code)
{
    static const u8 types[] = {KEY_TYPEMATIC, KEY_MAKE_BREAK, KEY_MAKE};
    if (command < KEY_TYPE_FIRST || command > KEY_TYPE_LAST)
        return false;
    if (code < SCANCODE_SET3_COUNT)
        keyboard->types[code] = types[command - KEY_TYPE_FIRST];
    keyboard->pending = command;
    answer_byte(keyboard, ACKNOWLEDGE);
    return true;
}

static void take_argument(struct keyboard *keyboard, u8 value)
{
    u8 command = keyboard->pending;
    keyboard->pending = 0;
    if (set_key_type(keyboard, command, value))
        return;
    if (command == SELECT_SCAN_SET) {
        select_scan_set(keyboard, value);
        return;
    }
    if (command == SET_LEDS)
        keyboard->leds = value & 7;
    else
        keyboard->typematic = value;
    answer_byte(keyboard, ACKNOWLEDGE);
}

static void reset_command(struct keyboard *keyboard)
{
    set_defaults(keyboard);
    keyboard->leds = 0;
    keyboard->enabled = 1;
    answer(keyboard, (const u8[]){ACKNOWLEDGE, TEST_PASSED}, 2);
}

/* F7h-FDh; anything else is not a command. */
static void type_command(struct keyboard *keyboard, u8 command)
{
    static const u8 types[] = {KEY_TYPEMATIC, KEY_MAKE_BREAK, KEY_MAKE, KEY_TYPEMATIC_MAKE_BREAK};
    if (command >= ALL_TYPES_FIRST && command <= ALL_TYPES_LAST) {
        memset(keyboard->types, types[command - ALL_TYPES_FIRST], sizeof keyboard->types);
        answer_byte(keyboard, ACKNOWLEDGE);
    } else if (command >= KEY_TYPE_FIRST && command <= KEY_TYPE_LAST) {
        keyboard->pending = command;
        answer_byte(keyboard, ACKNOWLEDGE);
    } else {
        answer_byte(keyboard, PLEASE_RESEND);
    }
}

static void take_command(struct keyboard *keyboard, u8 command)
{
    switch (command) {
    case SET_LEDS:
    case SELECT_SCAN_SET:
    case SET_TYPEMATIC:
        keyboard->pending = command;
        answer_byte(keyboard, ACKNOWLEDGE);
        break;
    case ECHO:
        answer_byte(keyboard, ECHO);
        break;
    case IDENTIFY:
        answer(keyboard, (const u8[]){ACKNOWLEDGE, IDENTITY_1, IDENTITY_2}, 3);
        break;
    case ENABLE:
        keyboard->count = 0;
        keyboard->enabled = 1;
        answer_byte(keyboard, ACKNOWLEDGE);
        break;
    case DISABLE:
    case SET_DEFAULTS:
        set_defaults(keyboard);
        keyboard->enabled = command == SET_DEFAULTS && keyboard->enabled;
        answer_byte(keyboard, ACKNOWLEDGE);
        break;
    case RESEND:
        answer_byte(keyboard, keyboard->last_byte);
        break;
    case RESET:
        reset_command(keyboard);
        break;
    default:
        type_command(keyboard, command);
        break;
    }
}

/* A command's byte is a new command even where an argument is due. */
void keyboard_send(void *context, u8 byte)
{
    struct keyboard *keyboard = context;
    if (keyboard->pending && byte < SET_LEDS) {
        take_argument(keyboard, byte);
        return;
    }
    keyboard->pending = 0;
    take_command(keyboard, byte);
}

bool keyboard_take(void *context, u8 *byte)
{
    struct keyboard *keyboard = context;
    if (!keyboard->count)
        return false;
    *byte = keyboard->queue[keyboard->head];
    keyboard->head = (u8)((keyboard->head + 1) % KEYBOARD_QUEUE);
    keyboard->count--;
    keyboard->last_byte = *byte;
    return true;
}

/* Codes. A code without a key in the scan set chosen is not sent. */

static void append_set3(struct keyboard *keyboard, u8 code, bool down)
{
    enum scancode_key_type type = code < SCANCODE_SET3_COUNT ? keyboard->types[code] : KEY_MAKE;
    if (!code || (!down && (type == KEY_TYPEMATIC || type == KEY_MAKE)))
        return;
    if (!down)
        append(keyboard, SET2_RELEASE);
    append(keyboard, code);
}

static void append_code(struct keyboard *keyboard, u8 key, bool down)
{
    u8 code = key & (u8)~EXTENDED;
    u8 set2 = scancode_set1_to_set2(code);
    if (keyboard->scan_set == 3) {
        append_set3(keyboard, scancode_set1_to_set3(key & EXTENDED, code), down);
        return;
    }
    if (keyboard->scan_set == 2 && !set2)
        return;
    if (key & EXTENDED)
        append(keyboard, PREFIX_E0);
    if (keyboard->scan_set == 1) {
        append(keyboard, code | (down ? 0 : SET1_RELEASE));
        return;
    }
    if (!down)
        append(keyboard, SET2_RELEASE);
    append(keyboard, set2);
}

static bool is_down(const struct keyboard *keyboard, u8 key)
{
    return keyboard->down[key / 8] >> (key % 8) & 1;
}

static bool is_either_down(const struct keyboard *keyboard, u8 key)
{
    return is_down(keyboard, key) || is_down(keyboard, key | EXTENDED);
}

/* Insert to Page Down and the arrows between keypad and letters. */
static bool is_grey(u8 key)
{
    static const u8 codes[] = {0x47, 0x48, 0x49, 0x4b, 0x4d, 0x4f, 0x50, 0x51, 0x52, 0x53};
    return (key & EXTENDED) && memchr(codes, key & (u8)~EXTENDED, sizeof codes);
}

/* Ends (or brings back) the shift keys that are held, as the old 84-key programs saw no grey keys.
 */
static void append_held_shifts(struct keyboard *keyboard, bool down)
{
    if (is_down(keyboard, KEY_LEFT_SHIFT))
        append_code(keyboard, EXTENDED | KEY_LEFT_SHIFT, down);
    if (is_down(keyboard, KEY_RIGHT_SHIFT))
        append_code(keyboard, EXTENDED | KEY_RIGHT_SHIFT, down);
}

/* The shift codes around a key: before it when it goes down, after it when it comes up. */
static void append_wrapping(struct keyboard *keyboard, u8 key, bool down)
{
    bool shift = is_down(keyboard, KEY_LEFT_SHIFT) || is_down(keyboard, KEY_RIGHT_SHIFT);
    bool num_lock = keyboard->leds & LED_NUM_LOCK;
    if (keyboard->scan_set == 3)
        return;
    if (shift && ((is_grey(key) && !num_lock) || key == KEY_PAD_DIVIDE))
        append_held_shifts(keyboard, !down);
    else if ((is_grey(key) && num_lock && !shift) ||
             (key == KEY_PRINT && !shift && !is_either_down(keyboard, KEY_CONTROL)))
        append_code(keyboard, EXTENDED | KEY_LEFT_SHIFT, down);
}

/* Pause has no release and sends all it has when pressed; with Control it is Break. */
static void append_pause(struct keyboard *keyboard)
{
    static const u8 keys[] = {KEY_CONTROL, KEY_NUM_LOCK};
    if (keyboard->scan_set == 3) {
        append_set3(keyboard, SCANCODE_SET3_PAUSE, true);
        return;
    }
    if (is_either_down(keyboard, KEY_CONTROL)) {
        append_code(keyboard, EXTENDED | KEY_SCROLL_LOCK, true);
        append_code(keyboard, EXTENDED | KEY_SCROLL_LOCK, false);
        return;
    }
    for (unsigned half = 0; half < 2; half++) {
        append(keyboard, PREFIX_E1);
        for (unsigned i = 0; i < ARRAY_COUNT(keys); i++)
            append_code(keyboard, keys[i], half == 0);
    }
}

static void append_key(struct keyboard *keyboard, u8 key, bool down)
{
    if (key == KEY_PRINT && keyboard->scan_set != 3 && is_either_down(keyboard, KEY_ALT)) {
        append_code(keyboard, KEY_SYS_RQ, down);
        return;
    }
    if (down)
        append_wrapping(keyboard, key, true);
    append_code(keyboard, key, down);
    if (!down)
        append_wrapping(keyboard, key, false);
}

/* Repeating. */

static bool repeats(const struct keyboard *keyboard, u8 key)
{
    if (keyboard->scan_set != 3)
        return true;
    u8 code = scancode_set1_to_set3(key & EXTENDED, key & (u8)~EXTENDED);
    return code && (keyboard->types[code] == KEY_TYPEMATIC ||
                    keyboard->types[code] == KEY_TYPEMATIC_MAKE_BREAK);
}

/* Period (8 + A) 2^B / 240 s with A = bits 2-0, B = bits 4-3; delay in steps of 250 ms. */
static void schedule_repeat(struct keyboard *keyboard, bool first)
{
    u8 code = keyboard->typematic;
    u64 ns = first ? ((code >> 5 & 3) + 1u) * 250000000ull
                   : (8u + (code & 7)) * (1ull << (code >> 3 & 3)) * 1000000000 / 240;
    clock_schedule(keyboard->clock, &keyboard->repeat,
                   keyboard->clock->now + clock_ns_to_ticks(keyboard->clock, ns));
}

static void repeat_due(void *context, u64 now)
{
    struct keyboard *keyboard = context;
    (void)now;
    if (!keyboard->repeat_key || !keyboard->enabled)
        return;
    if (keyboard_is_idle(keyboard)) {
        append_code(keyboard, keyboard->repeat_key, true);
        announce(keyboard);
    }
    schedule_repeat(keyboard, false);
}

bool keyboard_has_room(const struct keyboard *keyboard)
{
    return !keyboard->enabled || keyboard->count + MAX_EVENT <= KEYBOARD_QUEUE - ANSWER_ROOM;
}

bool keyboard_is_idle(const struct keyboard *keyboard)
{
    return keyboard->count == 0;
}

static void set_down(struct keyboard *keyboard, u8 key, bool down)
{
    u8 bit = (u8)(1u << (key % 8));
    u8 *byte = &keyboard->down[key / 8];
    *byte = (u8)(down ? *byte | bit : *byte & ~bit);
}

static void key_moved(struct keyboard *keyboard, u8 key, bool down)
{
    if (is_down(keyboard, key) == down)
        return;
    set_down(keyboard, key, down);
    if (!keyboard->enabled)
        return;
    append_key(keyboard, key, down);
    if (down && repeats(keyboard, key)) {
        keyboard->repeat_key = key;
        schedule_repeat(keyboard, true);
    } else if (!down && keyboard->repeat_key == key) {
        stop_repeat(keyboard);
    }
    announce(keyboard);
}

bool keyboard_key(struct keyboard *keyboard, const u8 *code, unsigned length)
{
    u8 last = code[length - 1];
    bool down = !(last & SET1_RELEASE);
    if (!keyboard_has_room(keyboard))
        return false;
    if (code[0] == PREFIX_E1) {
        if (down && keyboard->enabled)
            append_pause(keyboard);
        announce(keyboard);
    } else {
        u8 extended = length > 1 && code[0] == PREFIX_E0 ? EXTENDED : 0;
        key_moved(keyboard, (last & (u8)~SET1_RELEASE) | extended, down);
    }
    return true;
}

void keyboard_init(struct keyboard *keyboard, struct clock *clock, struct irq_line ready)
{
    memset(keyboard, 0, sizeof *keyboard);
    keyboard->clock = clock;
    keyboard->ready = ready;
    keyboard->repeat =
        (struct clock_event){.name = "key repeat", .fire = repeat_due, .context = keyboard};
    clock_add(clock, &keyboard->repeat);
    keyboard_reset(keyboard);
}

void keyboard_reset(struct keyboard *keyboard)
{
    set_defaults(keyboard);
    keyboard->head = 0;
    keyboard->pending = 0;
    keyboard->leds = 0;
    keyboard->last_byte = 0;
    keyboard->enabled = 1;
}

static void after_load(void *unit)
{
    struct keyboard *keyboard = unit;
    keyboard->head %= KEYBOARD_QUEUE;
    if (keyboard->count > KEYBOARD_QUEUE)
        keyboard->count = KEYBOARD_QUEUE;
    if (keyboard->scan_set < 1 || keyboard->scan_set > 3)
        keyboard->scan_set = 2;
    for (u8 code = 0; code < SCANCODE_SET3_COUNT; code++)
        keyboard->types[code] &= 3;
}

static const struct field fields[] = {
    FIELD_ARRAY(struct keyboard, queue), FIELD(struct keyboard, head),
    FIELD(struct keyboard, count),       FIELD(struct keyboard, pending),
    FIELD(struct keyboard, enabled),     FIELD(struct keyboard, leds),
    FIELD(struct keyboard, scan_set),    FIELD(struct keyboard, typematic),
    FIELD(struct keyboard, last_byte),   FIELD_ARRAY(struct keyboard, down),
    FIELD_ARRAY(struct keyboard, types), FIELD(struct keyboard, repeat_key),
    FIELD(struct keyboard, repeat.when),
};

const struct field_table keyboard_fields = FIELD_TABLE("keyboard", 1, fields, after_load);
