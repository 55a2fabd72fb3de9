/*
 * The keyboard: scan codes from port 60h (8042, scan set 1) to characters for the console in
 * front. Keys that act on the kernel itself: Alt-F1..F8 changes the console, Ctrl-Alt-Del starts
 * the machine again, Scroll-Lock lists the tasks, Shift-Scroll-Lock the memory.
 */
#include "keyboard.h"
#include "char.h"
#include "queue.h"
#include <asm/io.h>
#include <linux/irq.h>
#include <linux/kernel.h>

#define KBD_DATA 0x60
#define KBD_STATUS 0x64
#define STATUS_OUTPUT_FULL 0x01
#define STATUS_INPUT_FULL 0x02
#define PORT_B 0x61
#define PORT_B_ACKNOWLEDGE 0x80

#define CODE_EXTENDED 0xe0
#define CODE_PAUSE 0xe1
#define CODE_ACK 0xfa
#define CODE_RESEND 0xfe
#define CODE_RELEASED 0x80
#define CODE_DELETE 0x53

#define COMMAND_LEDS 0xed
#define INPUT_POLLS 100000 /* reads of the status port; the 8042 takes some microseconds */

static unsigned held;
static unsigned locks = LOCK_NUM;
static unsigned char is_extended, skip_codes, leds_to_send;

/* Sends a byte to the keyboard; dropped when the controller does not take it. */
static void send_byte(unsigned char byte)
{
	for (int i = 0; i < INPUT_POLLS; i++) {
		if (!(inb_p(KBD_STATUS) & STATUS_INPUT_FULL)) {
			outb(byte, KBD_DATA);
			return;
		}
	}
}

/* The LED command; its operand follows when the keyboard has acknowledged it. */
static void show_locks(void)
{
	leds_to_send = 1;
	send_byte(COMMAND_LEDS);
}

static int is_acknowledge(unsigned char code)
{
	if (code == CODE_ACK && leds_to_send) {
		leds_to_send = 0;
		send_byte(locks);
	}
	return code == CODE_ACK || code == CODE_RESEND;
}

static inline struct tty_struct *front_tty(void)
{
	return tty_table + fg_console;
}

/* Alt sets bit 7. */
static void type_char(unsigned char c)
{
	tty_receive(front_tty(), held & (HELD_ALT | HELD_RIGHT_ALT) ? c | 0x80 : c);
}

static void type_text(const char *text)
{
	while (*text)
		tty_receive(front_tty(), *text++);
}

static unsigned char with_ctrl(unsigned char c)
{
	if (c >= '@' && c <= '~')
		return c & 0x1f;
	if (c == ' ' || c == '2')
		return 0;
	return c == '/' ? 0x1f : c;
}

static void press_char(const struct key *key)
{
	unsigned char c = key->plain;
	int is_letter = c >= 'a' && c <= 'z';
	int shift = (held & (HELD_SHIFT | HELD_RIGHT_SHIFT)) != 0;

	if (is_letter && (locks & LOCK_CAPS))
		shift = !shift;
	if (shift)
		c = key->shifted;
	if (held & (HELD_CTRL | HELD_RIGHT_CTRL))
		c = with_ctrl(c);
	type_char(c);
}

/* With num lock the pad's own keys are digits, the grey ones are not. */
static void press_pad(const struct key *key)
{
	char text[] = "\033[?~";

	if ((locks & LOCK_NUM) && !is_extended) {
		type_char(key->plain);
		return;
	}
	text[2] = key->shifted;
	if (key->shifted >= 'A')
		text[3] = 0;
	type_text(text);
}

static void press_function(const struct key *key)
{
	char text[] = "\033[[A";

	if (held & (HELD_ALT | HELD_RIGHT_ALT)) {
		change_console(key->plain - 1);
		return;
	}
	text[3] += key->plain - 1;
	type_text(text);
}

static void press_scroll_lock(void)
{
	if (held & (HELD_SHIFT | HELD_RIGHT_SHIFT))
		show_mem();
	else
		show_stat();
}

static void press(const struct key *key)
{
	switch ((enum key_kind)key->kind) {
	case KEY_CHAR:
		press_char(key);
		break;
	case KEY_PAD:
		press_pad(key);
		break;
	case KEY_FUNCTION:
		press_function(key);
		break;
	case KEY_HELD:
		held |= key->plain;
		break;
	case KEY_LOCK:
		locks ^= key->plain;
		show_locks();
		break;
	case KEY_SCROLL:
		press_scroll_lock();
		break;
	case KEY_NONE:
		break;
	}
}

static void take_code(unsigned char code)
{
	unsigned char make = code & ~CODE_RELEASED;
	const struct key *key;

	if (is_extended)
		key = extended_key(make);
	else if (make < NR_KEYS)
		key = &key_map[make];
	else
		return;
	if (code & CODE_RELEASED) {
		if (key->kind == KEY_HELD)
			held &= ~key->plain;
		return;
	}
	if (make == CODE_DELETE && (held & (HELD_CTRL | HELD_RIGHT_CTRL)) &&
	    (held & (HELD_ALT | HELD_RIGHT_ALT)))
		machine_restart();
	press(key);
}

/* IRQ 1. The bit in port 61h is how an XT's keyboard was told that its code had been read. */
static void keyboard_irq(void)
{
	unsigned char code = inb_p(KBD_DATA), port_b = inb_p(PORT_B);

	outb_p(port_b | PORT_B_ACKNOWLEDGE, PORT_B);
	outb(port_b & ~PORT_B_ACKNOWLEDGE, PORT_B);
	if (is_acknowledge(code))
		return;
	if (skip_codes) {
		skip_codes--;
		return;
	}
	if (code == CODE_PAUSE) { /* E1 1D 45, E1 9D C5 */
		skip_codes = 2;
		return;
	}
	if (code == CODE_EXTENDED) {
		is_extended = 1;
		return;
	}
	take_code(code);
	is_extended = 0;
	copy_to_cooked(front_tty());
}

/* Drops what the BIOS left unread, so that the next code makes an interrupt. */
void keyboard_init(void)
{
	for (int i = 0; i < 16 && (inb_p(KBD_STATUS) & STATUS_OUTPUT_FULL); i++)
		inb_p(KBD_DATA);
	request_irq(IRQ_KEYBOARD, keyboard_irq);
	show_locks();
}
