/*
 * Scan codes of set 1 to BIOS key codes (scan code in the high byte, letter in the low one), as the
 * AT's 101-key keyboard gives them with a US layout.
 */
#include "keys.h"

#define NONE 0

/* The keys that are not letters, function keys or keypad: two letters and two whole codes. */
struct key {
    u8 plain, shift;
    u16 control, alt;
};

/* clang-format off */
static ROM struct key main_keys[] = { /* from scan code 01h */
    {0x1b, 0x1b, 0x011b, 0x01f0}, {'1', '!', NONE, 0x7800},     {'2', '@', 0x0300, 0x7900},
    {'3', '#', NONE, 0x7a00},     {'4', '$', NONE, 0x7b00},     {'5', '%', NONE, 0x7c00},
    {'6', '^', 0x071e, 0x7d00},   {'7', '&', NONE, 0x7e00},     {'8', '*', NONE, 0x7f00},
    {'9', '(', NONE, 0x8000},     {'0', ')', NONE, 0x8100},     {'-', '_', 0x0c1f, 0x8200},
    {'=', '+', NONE, 0x8300},     {8, 8, 0x0e7f, 0x0ef0},       {9, 0, 0x9400, 0xa500},
    {'q', 'Q', NONE, NONE},       {'w', 'W', NONE, NONE},       {'e', 'E', NONE, NONE},
    {'r', 'R', NONE, NONE},       {'t', 'T', NONE, NONE},       {'y', 'Y', NONE, NONE},
    {'u', 'U', NONE, NONE},       {'i', 'I', NONE, NONE},       {'o', 'O', NONE, NONE},
    {'p', 'P', NONE, NONE},       {'[', '{', 0x1a1b, 0x1af0},   {']', '}', 0x1b1d, 0x1bf0},
    {13, 13, 0x1c0a, 0x1cf0},     {NONE, NONE, NONE, NONE},     {'a', 'A', NONE, NONE},
    {'s', 'S', NONE, NONE},       {'d', 'D', NONE, NONE},       {'f', 'F', NONE, NONE},
    {'g', 'G', NONE, NONE},       {'h', 'H', NONE, NONE},       {'j', 'J', NONE, NONE},
    {'k', 'K', NONE, NONE},       {'l', 'L', NONE, NONE},       {';', ':', NONE, 0x27f0},
    {'\'', '"', NONE, 0x28f0},    {'`', '~', NONE, 0x29f0},     {NONE, NONE, NONE, NONE},
    {'\\', '|', 0x2b1c, 0x2bf0},  {'z', 'Z', NONE, NONE},       {'x', 'X', NONE, NONE},
    {'c', 'C', NONE, NONE},       {'v', 'V', NONE, NONE},       {'b', 'B', NONE, NONE},
    {'n', 'N', NONE, NONE},       {'m', 'M', NONE, NONE},       {',', '<', NONE, 0x33f0},
    {'.', '>', NONE, 0x34f0},     {'/', '?', NONE, 0x35f0},     {NONE, NONE, NONE, NONE},
    {'*', '*', 0x9600, 0x37f0},   {NONE, NONE, NONE, NONE},     {' ', ' ', 0x3920, 0x3920},
};

/* The keypad from 47h: digit with Num Lock, code with Ctrl. */
struct pad_key {
    u8 digit, control;
};

static ROM struct pad_key pad_keys[] = {
    {'7', 0x77}, {'8', 0x8d}, {'9', 0x84}, {'-', 0x8e},
    {'4', 0x73}, {'5', 0x8f}, {'6', 0x74}, {'+', 0x90},
    {'1', 0x75}, {'2', 0x91}, {'3', 0x76}, {'0', 0x92}, {'.', 0x93},
};
/* clang-format on */

enum { PAD_FIRST = 0x47, PAD_LAST = 0x53, PAD_MINUS = 0x4a, PAD_PLUS = 0x4e };

static u16 letter_key(u8 scan, u8 letter, u8 modifiers)
{
    bool upper = !(modifiers & KEY_SHIFT) != !(modifiers & KEY_CAPS);

    if (modifiers & KEY_ALT)
        return (u16)(scan << 8);
    if (modifiers & KEY_CONTROL)
        return (u16)(scan << 8 | (letter & 0x1f));
    return (u16)(scan << 8 | (upper ? letter - 'a' + 'A' : letter));
}

static u16 main_key(u8 scan, u8 modifiers)
{
    const struct key __seg_gs *key = &main_keys[scan - 1];

    if (key->plain >= 'a' && key->plain <= 'z')
        return letter_key(scan, key->plain, modifiers);
    if (modifiers & KEY_ALT)
        return key->alt;
    if (modifiers & KEY_CONTROL)
        return key->control;
    if (!key->plain)
        return NONE;
    return (u16)(scan << 8 | (modifiers & KEY_SHIFT ? key->shift : key->plain));
}

/* F1-F10 by scan code, F11 and F12 with codes of their own. */
static u16 function_key(u8 scan, u8 modifiers)
{
    u8 row = modifiers & KEY_ALT ? 3 : modifiers & KEY_CONTROL ? 2 : modifiers & KEY_SHIFT ? 1 : 0;
    static ROM u8 first[] = {0x3b, 0x54, 0x5e, 0x68};

    if (scan >= 0x57)
        return (u16)((0x85 + (scan - 0x57) + 2 * row) << 8);
    return (u16)((first[row] + scan - 0x3b) << 8);
}

static u16 pad_key(u8 scan, u8 modifiers, bool extended)
{
    const struct pad_key __seg_gs *key = &pad_keys[scan - PAD_FIRST];
    bool sign = scan == PAD_MINUS || scan == PAD_PLUS;
    bool digit = !(modifiers & KEY_SHIFT) != !(modifiers & KEY_NUM);
    u8 low = extended ? 0xe0 : 0;

    if (modifiers & KEY_ALT)
        return extended ? (u16)((scan + 0x50) << 8) : sign ? (u16)(scan << 8 | 0xf0) : NONE;
    if (modifiers & KEY_CONTROL)
        return (u16)(key->control << 8 | low);
    if (sign || (digit && !extended))
        return (u16)(scan << 8 | key->digit);
    if (scan == 0x4c)
        return 0x4cf0; /* the middle key: only for the enhanced calls */
    return (u16)(scan << 8 | low);
}

/* Keys that exist twice, told apart by the prefix E0h: keypad / and Enter. */
static u16 extended_main_key(u8 scan, u8 modifiers)
{
    bool slash = scan == 0x35;

    if (modifiers & KEY_ALT)
        return slash ? 0xa400 : 0xa600;
    if (modifiers & KEY_CONTROL)
        return slash ? 0x9500 : 0xe00a;
    return slash ? 0xe02f : 0xe00d;
}

u16 key_code(u8 scan, u8 modifiers, bool extended)
{
    if (extended && (scan == 0x35 || scan == 0x1c))
        return extended_main_key(scan, modifiers);
    if (scan >= PAD_FIRST && scan <= PAD_LAST)
        return pad_key(scan, modifiers, extended);
    if (extended)
        return NONE;
    if (scan >= 1 && scan <= ARRAY_SIZE(main_keys))
        return main_key(scan, modifiers);
    if ((scan >= 0x3b && scan <= 0x44) || scan == 0x57 || scan == 0x58)
        return function_key(scan, modifiers);
    if (scan == 0x56)
        return modifiers & (KEY_ALT | KEY_CONTROL) ? NONE : modifiers & KEY_SHIFT ? 0x567c : 0x565c;
    return NONE;
}
