#include "machine/keys.h"
#include "machine/machine.h"

#include <string.h>

#define RELEASE 0x80u
#define CHORD_MAX 8u
#define SCAN_SHIFT 0x2a
#define SCAN_CTRL 0x1d

/* Pause is six bytes at once and has no release (PS/2 keyboard, scan set 1). */
static const u8 pause_make[6] = {0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5};

static bool key_event(struct machine *machine, u16 scancode, bool down)
{
    if (scancode == KEY_PAUSE)
        return !down || input_key(&machine->input, pause_make, sizeof pause_make);
    u8 code = (u8)((scancode & 0x7f) | (down ? 0 : RELEASE));
    if (scancode >> 8)
        return input_key(&machine->input, (u8[]){(u8)(scancode >> 8), code}, 2);
    return input_key(&machine->input, &code, 1);
}

void machine_key(struct machine *machine, u16 scancode, bool down)
{
    key_event(machine, scancode, down);
}

/* In `down`, bit 80h stands for the prefix E0h. */
void machine_release_keys(struct machine *machine)
{
    for (u16 key = 0; key < 0x100; key++)
        if (machine->keyboard.down[key / 8] & 1 << key % 8)
            key_event(machine, key & 0x80 ? (u16)(0xe000 | (key & 0x7f)) : key, false);
}

static void press_modifiers(struct machine *machine, bool shift, bool ctrl, bool down)
{
    if (shift)
        key_event(machine, SCAN_SHIFT, down);
    if (ctrl)
        key_event(machine, SCAN_CTRL, down);
}

#define BYTES_PER_CHARACTER 6u /* modifier and key, pressed and released, at most */

size_t machine_type(struct machine *machine, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        u16 scancode;
        bool shift, ctrl;
        if (!key_for_character(text[i], &scancode, &shift, &ctrl))
            continue;
        const struct input_queue *queue = &machine->input.keys;
        if (INPUT_QUEUE - (queue->tail - queue->head) < BYTES_PER_CHARACTER)
            return i;
        press_modifiers(machine, shift, ctrl, true);
        key_event(machine, scancode, true);
        key_event(machine, scancode, false);
        press_modifiers(machine, shift, ctrl, false);
    }
    return length;
}

/* A name, or a scan set 1 code as QEMU takes it: 0x1e, and bit 7 for E0h before it. */
static u16 key_of(const char *word, size_t length)
{
    u32 code = 0;
    if (length < 3 || length > 4 || word[0] != '0' || word[1] != 'x')
        return key_named(word, length);
    for (size_t i = 2; i < length; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = strchr(digits, word[i] | ('A' <= word[i] && word[i] <= 'F' ? 32 : 0));
        if (!digit)
            return 0;
        code = code << 4 | (u32)(digit - digits);
    }
    return (u16)(code & RELEASE ? 0xe000 | (code & 0x7f) : code);
}

static bool parse_chord(const char *chord, u16 *codes, u32 *count, struct error *error)
{
    const char *rest = chord;
    for (*count = 0; *count < CHORD_MAX; rest++) {
        size_t length = strcspn(rest, "-");
        u16 code = key_of(rest, length);
        if (!code)
            return error_set(error,
                             "%s: no key is called '%.*s' (try ctrl-alt-delete, f1, ret, spc)",
                             chord, (int)length, rest);
        codes[(*count)++] = code;
        rest += length;
        if (!*rest)
            return true;
    }
    return error_set(error, "%s: at most %u keys at once", chord, CHORD_MAX);
}

bool machine_send_chord(struct machine *machine, const char *chord, struct error *error)
{
    u16 codes[CHORD_MAX];
    u32 count;
    if (!parse_chord(chord, codes, &count, error))
        return false;
    for (u32 i = 0; i < count; i++)
        key_event(machine, codes[i], true);
    for (u32 i = count; i-- > 0;)
        key_event(machine, codes[i], false);
    return true;
}

size_t machine_serial_input(struct machine *machine, unsigned line, const void *bytes, size_t count)
{
    return input_serial(&machine->input, line, bytes, count);
}

static int within(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

bool machine_mouse(struct machine *machine, int dx, int dy, int wheel, unsigned buttons)
{
    const struct mouse_event event = {.dx = (s16)within(dx, -32767, 32767),
                                      .dy = (s16)within(dy, -32767, 32767),
                                      .wheel = (s8)within(wheel, -127, 127),
                                      .buttons = buttons & 7};
    return input_mouse(&machine->input, &event);
}

unsigned machine_mouse_buttons(const struct machine *machine)
{
    return machine->input.mouse_buttons;
}

bool machine_mouse_wanted(const struct machine *machine)
{
    return mouse_is_wanted(&machine->mouse);
}

bool machine_input_pending(const struct machine *machine)
{
    return !input_is_empty(&machine->input);
}

size_t machine_sound(struct machine *machine, u64 *position, s16 *samples, size_t count)
{
    struct speaker *speaker = &machine->speaker;
    if (!speaker->listened)
        speaker_listen(speaker);
    return speaker_take(speaker, position, samples, count);
}
