#include "machine/keys.h"

#include "base/types.h"

#include <string.h>

/* Scan set 1 make codes of the 101-key layout (IBM PS/2 Keyboard Technical Reference, table 1). */
/* clang-format off */
const struct key_name key_names[] = {
    {"esc", 0x01},     {"1", 0x02},       {"2", 0x03},        {"3", 0x04},        {"4", 0x05},
    {"5", 0x06},       {"6", 0x07},       {"7", 0x08},        {"8", 0x09},        {"9", 0x0a},
    {"0", 0x0b},       {"minus", 0x0c},   {"equal", 0x0d},    {"backspace", 0x0e},{"tab", 0x0f},
    {"q", 0x10},       {"w", 0x11},       {"e", 0x12},        {"r", 0x13},        {"t", 0x14},
    {"y", 0x15},       {"u", 0x16},       {"i", 0x17},        {"o", 0x18},        {"p", 0x19},
    {"bracket_left", 0x1a}, {"bracket_right", 0x1b}, {"ret", 0x1c}, {"enter", 0x1c}, {"ctrl", 0x1d},
    {"a", 0x1e},       {"s", 0x1f},       {"d", 0x20},        {"f", 0x21},        {"g", 0x22},
    {"h", 0x23},       {"j", 0x24},       {"k", 0x25},        {"l", 0x26},        {"semicolon", 0x27},
    {"apostrophe", 0x28}, {"grave_accent", 0x29}, {"shift", 0x2a}, {"backslash", 0x2b},
    {"z", 0x2c},       {"x", 0x2d},       {"c", 0x2e},        {"v", 0x2f},        {"b", 0x30},
    {"n", 0x31},       {"m", 0x32},       {"comma", 0x33},    {"dot", 0x34},      {"slash", 0x35},
    {"shift_r", 0x36}, {"kp_multiply", 0x37}, {"alt", 0x38},  {"spc", 0x39},      {"space", 0x39},
    {"caps_lock", 0x3a},
    {"f1", 0x3b},      {"f2", 0x3c},      {"f3", 0x3d},       {"f4", 0x3e},       {"f5", 0x3f},
    {"f6", 0x40},      {"f7", 0x41},      {"f8", 0x42},       {"f9", 0x43},       {"f10", 0x44},
    {"num_lock", 0x45},{"scroll_lock", 0x46},
    {"kp_7", 0x47},    {"kp_8", 0x48},    {"kp_9", 0x49},     {"kp_subtract", 0x4a}, {"kp_4", 0x4b},
    {"kp_5", 0x4c},    {"kp_6", 0x4d},    {"kp_add", 0x4e},   {"kp_1", 0x4f},     {"kp_2", 0x50},
    {"kp_3", 0x51},    {"kp_0", 0x52},    {"kp_decimal", 0x53}, {"less", 0x56},
    {"f11", 0x57},     {"f12", 0x58},
    {"kp_enter", 0xe01c}, {"ctrl_r", 0xe01d}, {"kp_divide", 0xe035}, {"print", 0xe037},
    {"alt_r", 0xe038}, {"home", 0xe047},  {"up", 0xe048},     {"pgup", 0xe049},   {"left", 0xe04b},
    {"right", 0xe04d}, {"end", 0xe04f},   {"down", 0xe050},   {"pgdn", 0xe051},   {"insert", 0xe052},
    {"delete", 0xe053},{"meta_l", 0xe05b},{"meta_r", 0xe05c}, {"menu", 0xe05d},   {"compose", 0xe05d},
    {"pause", 0xe11d}, {"sysrq", 0x54},   {"asterisk", 0x37}, {"kp_equals", 0x59},{"kp_comma", 0x7e},
    {"hiragana", 0x70},{"ro", 0x73},      {"henkan", 0x79},   {"muhenkan", 0x7b}, {"yen", 0x7d},
    {"power", 0xe05e}, {"sleep", 0xe05f}, {"wake", 0xe063},   {"audioprev", 0xe010}, {"audionext", 0xe019},
    {"audiomute", 0xe020}, {"audioplay", 0xe022}, {"audiostop", 0xe024}, {"volumedown", 0xe02e},
    {"volumeup", 0xe030}, {"calculator", 0xe021}, {"computer", 0xe06b}, {"mail", 0xe06c},
    {"ac_home", 0xe032}, {"ac_bookmarks", 0xe066}, {"ac_refresh", 0xe067}, {"ac_forward", 0xe069},
    {"ac_back", 0xe06a},
};
/* clang-format on */
const u32 key_name_count = ARRAY_COUNT(key_names);

u16 key_named(const char *name, size_t length)
{
    for (u32 i = 0; i < key_name_count; i++)
        if (strlen(key_names[i].name) == length && memcmp(key_names[i].name, name, length) == 0)
            return key_names[i].scancode;
    return 0;
}

/* The characters of the four rows of a US keyboard by scan code from 02h, and with shift; a space
   stands where the key types no character. */
#define FIRST_CODE 0x02
static const char plain[] = "1234567890-=  qwertyuiop[]  asdfghjkl;'` \\zxcvbnm,./";
static const char shifted[] = "!@#$%^&*()_+  QWERTYUIOP{}  ASDFGHJKL:\"~ |ZXCVBNM<>?";

struct control_key {
    char character;
    u16 scancode;
};
static const struct control_key control_keys[] = {
    {'\b', 0x0e}, {127, 0x0e}, {'\t', 0x0f}, {'\n', 0x1c}, {'\r', 0x1c}, {27, 0x01}, {' ', 0x39},
};

static u16 find_in_row(const char *row, char character)
{
    const char *place = character == ' ' ? NULL : strchr(row, character);
    return place ? (u16)(FIRST_CODE + (place - row)) : 0;
}

bool key_for_character(char character, u16 *scancode, bool *shift, bool *ctrl)
{
    *shift = *ctrl = false;
    if (character == 0)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(control_keys); i++)
        if (control_keys[i].character == character) {
            *scancode = control_keys[i].scancode;
            return true;
        }
    if (character > 0 && character < 27) { /* ^A to ^Z */
        *ctrl = true;
        character = (char)('a' + character - 1);
    } else if (character >= 28 && character < 32) { /* ^\ ^] ^^ ^_ */
        *ctrl = true;
        character = "\\]6-"[character - 28];
    }
    if ((*scancode = find_in_row(plain, character)))
        return true;
    *shift = true;
    return (*scancode = find_in_row(shifted, character)) != 0;
}
