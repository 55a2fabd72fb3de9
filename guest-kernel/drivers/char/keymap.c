/* The US keyboard in scan set 1 (make codes; a break code has bit 7 set). */
#include "keyboard.h"

#define CHAR(code, plain, shifted) [code] = {KEY_CHAR, plain, shifted}
#define HELD(code, bit) [code] = {KEY_HELD, bit, 0}
#define LOCK(code, bit) [code] = {KEY_LOCK, bit, 0}
#define FUNCTION(code, number) [code] = {KEY_FUNCTION, number, 0}
#define PAD(code, digit, final) [code] = {KEY_PAD, digit, final}

const struct key key_map[NR_KEYS] = {
	CHAR(0x01, 27, 27),
	CHAR(0x02, '1', '!'),
	CHAR(0x03, '2', '@'),
	CHAR(0x04, '3', '#'),
	CHAR(0x05, '4', '$'),
	CHAR(0x06, '5', '%'),
	CHAR(0x07, '6', '^'),
	CHAR(0x08, '7', '&'),
	CHAR(0x09, '8', '*'),
	CHAR(0x0a, '9', '('),
	CHAR(0x0b, '0', ')'),
	CHAR(0x0c, '-', '_'),
	CHAR(0x0d, '=', '+'),
	CHAR(0x0e, 127, 127), /* Backspace */
	CHAR(0x0f, '\t', '\t'),
	CHAR(0x10, 'q', 'Q'),
	CHAR(0x11, 'w', 'W'),
	CHAR(0x12, 'e', 'E'),
	CHAR(0x13, 'r', 'R'),
	CHAR(0x14, 't', 'T'),
	CHAR(0x15, 'y', 'Y'),
	CHAR(0x16, 'u', 'U'),
	CHAR(0x17, 'i', 'I'),
	CHAR(0x18, 'o', 'O'),
	CHAR(0x19, 'p', 'P'),
	CHAR(0x1a, '[', '{'),
	CHAR(0x1b, ']', '}'),
	CHAR(0x1c, '\r', '\r'), /* Enter */
	HELD(0x1d, HELD_CTRL),
	CHAR(0x1e, 'a', 'A'),
	CHAR(0x1f, 's', 'S'),
	CHAR(0x20, 'd', 'D'),
	CHAR(0x21, 'f', 'F'),
	CHAR(0x22, 'g', 'G'),
	CHAR(0x23, 'h', 'H'),
	CHAR(0x24, 'j', 'J'),
	CHAR(0x25, 'k', 'K'),
	CHAR(0x26, 'l', 'L'),
	CHAR(0x27, ';', ':'),
	CHAR(0x28, '\'', '"'),
	CHAR(0x29, '`', '~'),
	HELD(0x2a, HELD_SHIFT),
	CHAR(0x2b, '\\', '|'),
	CHAR(0x2c, 'z', 'Z'),
	CHAR(0x2d, 'x', 'X'),
	CHAR(0x2e, 'c', 'C'),
	CHAR(0x2f, 'v', 'V'),
	CHAR(0x30, 'b', 'B'),
	CHAR(0x31, 'n', 'N'),
	CHAR(0x32, 'm', 'M'),
	CHAR(0x33, ',', '<'),
	CHAR(0x34, '.', '>'),
	CHAR(0x35, '/', '?'),
	HELD(0x36, HELD_RIGHT_SHIFT),
	CHAR(0x37, '*', '*'), /* pad */
	HELD(0x38, HELD_ALT),
	CHAR(0x39, ' ', ' '),
	LOCK(0x3a, LOCK_CAPS),
	FUNCTION(0x3b, 1),
	FUNCTION(0x3c, 2),
	FUNCTION(0x3d, 3),
	FUNCTION(0x3e, 4),
	FUNCTION(0x3f, 5),
	FUNCTION(0x40, 6),
	FUNCTION(0x41, 7),
	FUNCTION(0x42, 8),
	FUNCTION(0x43, 9),
	FUNCTION(0x44, 10),
	LOCK(0x45, LOCK_NUM),
	[0x46] = {KEY_SCROLL, 0, 0},
	PAD(0x47, '7', 'H'), /* Home */
	PAD(0x48, '8', 'A'), /* up */
	PAD(0x49, '9', '5'), /* PgUp */
	CHAR(0x4a, '-', '-'),
	PAD(0x4b, '4', 'D'), /* left */
	PAD(0x4c, '5', 'G'),
	PAD(0x4d, '6', 'C'), /* right */
	CHAR(0x4e, '+', '+'),
	PAD(0x4f, '1', 'Y'), /* End */
	PAD(0x50, '2', 'B'), /* down */
	PAD(0x51, '3', '6'), /* PgDn */
	PAD(0x52, '0', '2'), /* Ins */
	PAD(0x53, '.', '3'), /* Del */
	CHAR(0x56, '<', '>'), /* the 102nd key */
	FUNCTION(0x57, 11),
	FUNCTION(0x58, 12),
};

/* A code after E0: the right-hand modifiers, the pad's Enter and slash, and the grey copies of the
   pad's cursor keys. E0 2A and E0 36 are shifts that the keyboard invents around those. */
const struct key *extended_key(unsigned char code)
{
	static const struct key right_ctrl = {KEY_HELD, HELD_RIGHT_CTRL, 0};
	static const struct key right_alt = {KEY_HELD, HELD_RIGHT_ALT, 0};
	static const struct key none = {KEY_NONE, 0, 0};

	switch (code) {
	case 0x1d:
		return &right_ctrl;
	case 0x38:
		return &right_alt;
	case 0x1c:
	case 0x35:
		return &key_map[code];
	}
	return code < NR_KEYS && key_map[code].kind == KEY_PAD ? &key_map[code] : &none;
}
