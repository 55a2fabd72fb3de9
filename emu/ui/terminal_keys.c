#include "ui/terminal_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CTRL(letter) ((letter)&0x1f)
#define ESC 0x1b

/* A control sequence: its final byte, for '~' with a number, and the key it stands for (xterm,
   "PC-Style Function Keys"). */
struct sequence {
    char final;
    u8 number;
    const char *key;
};

static const struct sequence csi_keys[] = {
    {'A', 0, "up"},     {'B', 0, "down"},   {'C', 0, "right"},     {'D', 0, "left"},
    {'H', 0, "home"},   {'F', 0, "end"},    {'P', 0, "f1"},        {'Q', 0, "f2"},
    {'R', 0, "f3"},     {'S', 0, "f4"},     {'Z', 0, "shift-tab"}, {'~', 1, "home"},
    {'~', 2, "insert"}, {'~', 3, "delete"}, {'~', 4, "end"},       {'~', 5, "pgup"},
    {'~', 6, "pgdn"},   {'~', 7, "home"},   {'~', 8, "end"},       {'~', 11, "f1"},
    {'~', 12, "f2"},    {'~', 13, "f3"},    {'~', 14, "f4"},       {'~', 15, "f5"},
    {'~', 17, "f6"},    {'~', 18, "f7"},    {'~', 19, "f8"},       {'~', 20, "f9"},
    {'~', 21, "f10"},   {'~', 23, "f11"},   {'~', 24, "f12"},
};

#define PASTE_BEGIN 200
#define PASTE_END 201

/* Control characters that are not a letter with Ctrl. */
static const struct {
    u8 byte;
    const char *chord;
} control_keys[] = {
    {0x00, "ctrl-spc"},     {0x1c, "ctrl-backslash"}, {0x1d, "ctrl-bracket_right"},
    {0x1e, "ctrl-shift-6"}, {0x1f, "ctrl-minus"},
};

static void chord(struct terminal_keys *keys, const char *modifiers, const char *key)
{
    char text[64];
    snprintf(text, sizeof text, "%s%s", modifiers, key);
    machine_send_chord(keys->machine, text, NULL);
}

static bool type(struct terminal_keys *keys, char character)
{
    return machine_type(keys->machine, &character, 1) == 1;
}

static void control(struct terminal_keys *keys, u8 byte, const char *modifiers)
{
    char letter[16];
    for (unsigned i = 0; i < ARRAY_COUNT(control_keys); i++)
        if (control_keys[i].byte == byte) {
            chord(keys, modifiers, control_keys[i].chord);
            return;
        }
    snprintf(letter, sizeof letter, "ctrl-%c", 'a' + byte - 1);
    chord(keys, modifiers, letter);
}

/* Whether the byte is a key of its own on the terminal and types itself. DEL is what the Backspace
   key of today's terminals sends. */
static bool types_itself(u8 byte)
{
    return byte == '\t' || byte == '\n' || byte == '\r' || byte == '\b' ||
           (byte >= 0x20 && byte <= 0x7f);
}

static bool plain(struct terminal_keys *keys, u8 byte)
{
    if (byte == 0x7f)
        return type(keys, '\b');
    if (types_itself(byte))
        return type(keys, (char)byte);
    if (byte < 0x20)
        control(keys, byte, "");
    return true;
}

/* ESC and a byte is the key with Alt held. */
static void with_alt(struct terminal_keys *keys, u8 byte)
{
    char name[2] = {(char)byte, 0};
    if (byte >= 'A' && byte <= 'Z') {
        name[0] = (char)(byte - 'A' + 'a');
        chord(keys, "alt-shift-", name);
    } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
        chord(keys, "alt-", name);
    } else if (byte == 0x7f || byte == '\b') {
        chord(keys, "alt-", "backspace");
    } else if (byte == '\r' || byte == '\n') {
        chord(keys, "alt-", "ret");
    } else if (byte < 0x20 && byte != '\t') {
        control(keys, byte, "alt-");
    } else {
        type(keys, 0x1b);
        plain(keys, byte);
    }
}

/* xterm sends 1 + (shift 1, alt 2, ctrl 4) as the second parameter. */
static void with_modifiers(struct terminal_keys *keys, unsigned modifiers, const char *key)
{
    char text[24];
    unsigned held = modifiers ? modifiers - 1 : 0;
    snprintf(text, sizeof text, "%s%s%s", held & 4 ? "ctrl-" : "", held & 2 ? "alt-" : "",
             held & 1 ? "shift-" : "");
    chord(keys, text, key);
}

static void control_sequence(struct terminal_keys *keys, char final)
{
    char *end;
    keys->parameters[keys->length] = 0;
    unsigned long number = strtoul(keys->parameters, &end, 10);
    unsigned long modifiers = *end == ';' ? strtoul(end + 1, NULL, 10) : 0;
    if (final == '~' && (number == PASTE_BEGIN || number == PASTE_END))
        keys->pasting = number == PASTE_BEGIN;
    for (unsigned i = 0; i < ARRAY_COUNT(csi_keys); i++)
        if (csi_keys[i].final == final && (final != '~' || csi_keys[i].number == number)) {
            with_modifiers(keys, modifiers <= 16 ? (unsigned)modifiers : 0, csi_keys[i].key);
            return;
        }
}

/* The Linux console's F1 to F5 are ESC [ [ A to E. */
static void linux_function_key(struct terminal_keys *keys, u8 byte)
{
    char name[3] = {'f', (char)('1' + byte - 'A'), 0};
    if (byte >= 'A' && byte <= 'E')
        chord(keys, "", name);
}

static void csi_byte(struct terminal_keys *keys, u8 byte)
{
    bool linux_console = keys->length == 1 && keys->parameters[0] == '[';
    if (!linux_console && (byte < 0x40 || byte > 0x7e || (byte == '[' && keys->length == 0))) {
        if (keys->length < sizeof keys->parameters - 1)
            keys->parameters[keys->length++] = (char)byte;
        return;
    }
    keys->state = KEYS_GROUND;
    if (linux_console)
        linux_function_key(keys, byte);
    else
        control_sequence(keys, (char)byte);
}

static void escape_byte(struct terminal_keys *keys, u8 byte)
{
    keys->state = KEYS_GROUND;
    keys->length = 0;
    if (byte == '[')
        keys->state = KEYS_CSI;
    else if (byte == 'O')
        keys->state = KEYS_SS3;
    else if (byte == ESC)
        keys->state = KEYS_ESCAPE, type(keys, ESC);
    else
        with_alt(keys, byte);
}

static void prefix_byte(struct terminal_keys *keys, u8 byte, enum terminal_command *command)
{
    static const struct {
        char key;
        enum terminal_command command;
    } commands[] = {
        {'x', TERMINAL_QUIT}, {'c', TERMINAL_MONITOR}, {'h', TERMINAL_HELP}, {'?', TERMINAL_HELP}};
    keys->state = KEYS_GROUND;
    if (byte == CTRL('A'))
        chord(keys, "ctrl-", "a");
    for (unsigned i = 0; i < ARRAY_COUNT(commands); i++)
        if ((u8)commands[i].key == byte || CTRL(commands[i].key) == byte)
            *command = commands[i].command;
}

static bool ground_byte(struct terminal_keys *keys, u8 byte)
{
    if (byte == ESC)
        keys->state = KEYS_ESCAPE;
    else if (byte == CTRL('A') && !keys->pasting)
        keys->state = KEYS_PREFIX;
    else
        return plain(keys, byte);
    return true;
}

bool terminal_keys_byte(struct terminal_keys *keys, u8 byte, enum terminal_command *command)
{
    switch (keys->state) {
    case KEYS_GROUND:
        return ground_byte(keys, byte);
    case KEYS_PREFIX:
        prefix_byte(keys, byte, command);
        return true;
    case KEYS_ESCAPE:
        escape_byte(keys, byte);
        return true;
    case KEYS_CSI:
        csi_byte(keys, byte);
        return true;
    case KEYS_SS3:
        keys->state = KEYS_GROUND;
        keys->length = 0;
        control_sequence(keys, (char)byte);
        return true;
    }
    return true;
}

void terminal_keys_idle(struct terminal_keys *keys)
{
    if (keys->state == KEYS_ESCAPE)
        type(keys, ESC);
    if (keys->state != KEYS_PREFIX)
        keys->state = KEYS_GROUND;
}
