#ifndef _KEYBOARD_H
#define _KEYBOARD_H

/* What a key does. The rows are indexed by the make code of scan set 1. */
enum key_kind {
	KEY_NONE,
	KEY_CHAR,     /* plain, shifted: characters */
	KEY_PAD,      /* plain: digit with num lock, shifted: final of the cursor sequence */
	KEY_FUNCTION, /* plain: number, 1-12 */
	KEY_HELD,     /* plain: bit in the modifiers while it is down */
	KEY_LOCK,     /* plain: bit in the locks, turned by each press */
	KEY_SCROLL,
};

struct key {
	unsigned char kind;
	unsigned char plain, shifted;
};

#define HELD_SHIFT 0x01
#define HELD_RIGHT_SHIFT 0x02
#define HELD_CTRL 0x04
#define HELD_RIGHT_CTRL 0x08
#define HELD_ALT 0x10
#define HELD_RIGHT_ALT 0x20

/* Bits as the keyboard's LED command wants them. */
#define LOCK_SCROLL 1
#define LOCK_NUM 2
#define LOCK_CAPS 4

#define NR_KEYS 0x60
extern const struct key key_map[NR_KEYS];
extern const struct key *extended_key(unsigned char code); /* after E0 */

#endif
