/* AT and PS/2 keyboard: the processor in the keyboard, behind the serial wire to the 8042.

   Modelled: scan sets 1 and 2, commands EDh EEh F0h F2h-F6h FEh FFh, a queue; answers overtake keys
   that wait. The default is set 2, which the controller usually translates.
   Not modelled: scan set 3 (asking for it is answered by FEh) and its per-key commands F7h-FDh,
   which are only acknowledged; typematic repeat, which the host's keyboard does; the unasked AAh
   after power on.

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
    SET3_FIRST = 0xf7,
    SET3_LAST = 0xfd,
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

    DEFAULT_TYPEMATIC = 0x2b, /* 10.9 a second after 500 ms */
    MAX_EVENT = 8,            /* bytes of one key event in set 1 */
    ANSWER_ROOM = 4,          /* kept free for answers */
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

static void set_defaults(struct keyboard *keyboard)
{
    keyboard->count = 0;
    keyboard->typematic = DEFAULT_TYPEMATIC;
    keyboard->scan_set = 2;
}

static void select_scan_set(struct keyboard *keyboard, u8 value)
{
    if (value == 0) {
        answer(keyboard, (const u8[]){ACKNOWLEDGE, keyboard->scan_set}, 2);
    } else if (value <= 2) {
        keyboard->scan_set = value;
        answer_byte(keyboard, ACKNOWLEDGE);
    } else {
        answer_byte(keyboard, PLEASE_RESEND);
    }
}

static void take_argument(struct keyboard *keyboard, u8 value)
{
    u8 command = keyboard->pending;
    keyboard->pending = 0;
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
        keyboard->enabled = command == SET_DEFAULTS;
        answer_byte(keyboard, ACKNOWLEDGE);
        break;
    case RESEND:
        answer_byte(keyboard, keyboard->last_byte);
        break;
    case RESET:
        reset_command(keyboard);
        break;
    default:
        answer_byte(keyboard,
                    command >= SET3_FIRST && command <= SET3_LAST ? ACKNOWLEDGE : PLEASE_RESEND);
        break;
    }
}

/* A byte with bit 7 set is a new command even where an argument is due. */
void keyboard_send(void *context, u8 byte)
{
    struct keyboard *keyboard = context;
    if (keyboard->pending && byte < 0x80) {
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

/* A code without a key in set 2 is not sent. */
static void append_code(struct keyboard *keyboard, u8 code)
{
    u8 set2 = scancode_set1_to_set2(code & (u8)~SET1_RELEASE);
    if (keyboard->scan_set == 1 || code == PREFIX_E0 || code == PREFIX_E1) {
        append(keyboard, code);
    } else if (set2) {
        if (code & SET1_RELEASE)
            append(keyboard, SET2_RELEASE);
        append(keyboard, set2);
    }
}

bool keyboard_has_room(const struct keyboard *keyboard, unsigned length)
{
    unsigned most = keyboard->scan_set == 1 ? length : 2 * length;
    return !keyboard->enabled || keyboard->count + most <= KEYBOARD_QUEUE - ANSWER_ROOM;
}

bool keyboard_key(struct keyboard *keyboard, const u8 *code, unsigned length)
{
    if (length > MAX_EVENT || !keyboard_has_room(keyboard, length))
        return false;
    for (unsigned i = 0; i < length && keyboard->enabled; i++)
        append_code(keyboard, code[i]);
    announce(keyboard);
    return true;
}

void keyboard_init(struct keyboard *keyboard, struct irq_line ready)
{
    memset(keyboard, 0, sizeof *keyboard);
    keyboard->ready = ready;
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
    if (keyboard->scan_set != 1)
        keyboard->scan_set = 2;
}

static const struct field fields[] = {
    FIELD_ARRAY(struct keyboard, queue), FIELD(struct keyboard, head),
    FIELD(struct keyboard, count),       FIELD(struct keyboard, pending),
    FIELD(struct keyboard, enabled),     FIELD(struct keyboard, leds),
    FIELD(struct keyboard, scan_set),    FIELD(struct keyboard, typematic),
    FIELD(struct keyboard, last_byte),
};

const struct field_table keyboard_fields = FIELD_TABLE("keyboard", 1, fields, after_load);
