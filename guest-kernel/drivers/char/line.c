/*
 * The line discipline: what happens to a character between the interrupt that brought it and the
 * program that reads it, and to one between a program and the device. It runs in interrupts
 * and in tasks; the characters that send signals or stop output act at once, even when
 * the program reads nothing.
 *
 * read_q --copy_to_cooked()--> secondary --tty_read()--> program; echo goes to write_q.
 * secondary->data counts the complete lines in it.
 */
#include "char.h"
#include "queue.h"
#include <linux/kernel.h>
#include <linux/sched.h>
#include <signal.h>

#define I_FLAG(tty, flag) ((tty)->termios.c_iflag & (flag))
#define O_FLAG(tty, flag) ((tty)->termios.c_oflag & (flag))
#define L_FLAG(tty, flag) ((tty)->termios.c_lflag & (flag))

#define ECHO_ROOM 8  /* no character makes more output than this, an erased line excepted */
#define LINE_RESERVE 2 /* kept for the newline of a line that fills the queue */

/* A control character that is set (0 switches it off) and equal to c. */
static inline int is_control(const struct tty_struct *tty, int index, unsigned char c)
{
	return c && tty->termios.c_cc[index] == c;
}

/* Characters a byte becomes on its way out: 0, 1 or 2. */
int processed_length(const struct tty_struct *tty, unsigned char c)
{
	return O_FLAG(tty, OPOST) && c == '\n' && O_FLAG(tty, ONLCR) ? 2 : 1;
}

/* Puts a byte into the write queue, changed as the output flags say. */
void put_processed(struct tty_struct *tty, unsigned char c)
{
	if (O_FLAG(tty, OPOST)) {
		if (c == '\n' && O_FLAG(tty, ONLCR))
			queue_put(tty->write_q, '\r');
		else if (c == '\r' && O_FLAG(tty, OCRNL))
			c = '\n';
		if (O_FLAG(tty, OLCUC) && c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
	}
	queue_put(tty->write_q, c);
}

void flush_queue(struct tty_queue *queue)
{
	unsigned long flags = save_flags();

	cli();
	queue->tail = queue->head;
	restore_flags(flags);
	wake_up(&queue->proc_list);
}

static void flush_input(struct tty_struct *tty)
{
	flush_queue(tty->read_q);
	flush_queue(tty->secondary);
	tty->secondary->data = 0;
}

/* Lines that came in while nobody counted them: in raw mode only newlines end one. */
void count_lines(struct tty_struct *tty)
{
	struct tty_queue *q = tty->secondary;
	unsigned long flags = save_flags(), i;

	cli();
	q->data = 0;
	for (i = q->tail; i != q->head; i = (i + 1) & (TTY_BUF_SIZE - 1)) {
		unsigned char c = q->buf[i];

		q->data += c == '\n' || is_control(tty, VEOF, c) || is_control(tty, VEOL, c);
	}
	restore_flags(flags);
}

static int shown_as_two(const struct tty_struct *tty, unsigned char c)
{
	return L_FLAG(tty, ECHOCTL) && (c < 32 || c == 127) && c != '\n' && c != '\t';
}

static void echo(struct tty_struct *tty, unsigned char c)
{
	if (c == '\n') {
		if (L_FLAG(tty, ECHO | ECHONL))
			put_processed(tty, c);
		return;
	}
	if (!L_FLAG(tty, ECHO))
		return;
	if (shown_as_two(tty, c)) {
		queue_put(tty->write_q, '^');
		c ^= 64;
	}
	queue_put(tty->write_q, c);
}

static void rub_out(struct tty_struct *tty)
{
	queue_put(tty->write_q, '\b');
	queue_put(tty->write_q, ' ');
	queue_put(tty->write_q, '\b');
}

/* Removes the last character of the unfinished line; false when the line is empty. */
static int erase_char(struct tty_struct *tty)
{
	int c = queue_last(tty->secondary);

	if (c < 0 || c == '\n' || is_control(tty, VEOF, c) || is_control(tty, VEOL, c))
		return 0;
	queue_unput(tty->secondary);
	if (!L_FLAG(tty, ECHO) || !L_FLAG(tty, ECHOE))
		return 1;
	rub_out(tty);
	if (shown_as_two(tty, c))
		rub_out(tty);
	return 1;
}

static void kill_line(struct tty_struct *tty)
{
	while (erase_char(tty))
		tty->write(tty);
	if (L_FLAG(tty, ECHO) && L_FLAG(tty, ECHOK) && !L_FLAG(tty, ECHOE))
		put_processed(tty, '\n');
}

/* Signals by keyboard, to the terminal's process group. */
static int signal_of(const struct tty_struct *tty, unsigned char c)
{
	if (is_control(tty, VINTR, c))
		return SIGINT;
	if (is_control(tty, VQUIT, c))
		return SIGQUIT;
	if (is_control(tty, VSUSP, c))
		return SIGTSTP;
	return 0;
}

static int take_signal(struct tty_struct *tty, unsigned char c)
{
	int signal = L_FLAG(tty, ISIG) ? signal_of(tty, c) : 0;

	if (!signal)
		return 0;
	if (!L_FLAG(tty, NOFLSH)) {
		flush_input(tty);
		flush_queue(tty->write_q);
	}
	tty->stopped = 0;
	echo(tty, c);
	if (L_FLAG(tty, ECHO))
		put_processed(tty, '\n');
	if (tty->pgrp > 0)
		kill_pg(tty->pgrp, signal, 1);
	wake_up(&tty->secondary->proc_list);
	return 1;
}

static int take_flow(struct tty_struct *tty, unsigned char c)
{
	if (!I_FLAG(tty, IXON))
		return 0;
	if (is_control(tty, VSTOP, c)) {
		tty->stopped = 1;
		return 1;
	}
	if (is_control(tty, VSTART, c) || (tty->stopped && I_FLAG(tty, IXANY))) {
		tty->stopped = 0;
		return is_control(tty, VSTART, c);
	}
	return 0;
}

/* Input flags: the character to go on with, -1 for one that is dropped. */
static int map_input(const struct tty_struct *tty, unsigned char c)
{
	if (I_FLAG(tty, ISTRIP))
		c &= 0x7f;
	if (c == '\r') {
		if (I_FLAG(tty, IGNCR))
			return -1;
		if (I_FLAG(tty, ICRNL))
			c = '\n';
	} else if (c == '\n' && I_FLAG(tty, INLCR)) {
		c = '\r';
	}
	if (I_FLAG(tty, IUCLC) && c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	return c;
}

/* From a device's interrupt: one character came in. copy_to_cooked() must follow. */
void tty_receive(struct tty_struct *tty, unsigned char byte)
{
	int c = map_input(tty, byte);

	if (c < 0 || take_signal(tty, c) || take_flow(tty, c))
		return;
	queue_put(tty->read_q, c);
}

static void accept(struct tty_struct *tty, unsigned char c)
{
	int ends_line = c == '\n';

	if (L_FLAG(tty, ICANON))
		ends_line |= is_control(tty, VEOF, c) || is_control(tty, VEOL, c);
	if (!L_FLAG(tty, ICANON) || !is_control(tty, VEOF, c))
		echo(tty, c);
	queue_put(tty->secondary, c);
	if (ends_line)
		tty->secondary->data++;
}

static void accept_canonical(struct tty_struct *tty, unsigned char c)
{
	if (is_control(tty, VERASE, c))
		erase_char(tty);
	else if (is_control(tty, VKILL, c))
		kill_line(tty);
	else if (queue_room(tty->secondary) > LINE_RESERVE || c == '\n' || is_control(tty, VEOF, c))
		accept(tty, c);
	else if (I_FLAG(tty, IMAXBEL))
		queue_put(tty->write_q, 7);
}

/* May one more character be cooked? A full queue that holds no complete line takes on: the line
   discipline drops what does not fit, or no reader could ever empty it. */
static int may_cook(const struct tty_struct *tty)
{
	if (L_FLAG(tty, ECHO) && queue_room(tty->write_q) < ECHO_ROOM)
		return 0;
	if (queue_room(tty->secondary) > LINE_RESERVE)
		return 1;
	return L_FLAG(tty, ICANON) && !tty->secondary->data && queue_room(tty->secondary);
}

/* Moves what it can from read_q to secondary, echoes it and wakes the readers. */
void copy_to_cooked(struct tty_struct *tty)
{
	unsigned long flags = save_flags();
	int c;

	cli();
	while (may_cook(tty) && (c = queue_get(tty->read_q)) >= 0) {
		if (L_FLAG(tty, ICANON))
			accept_canonical(tty, c);
		else
			accept(tty, c);
	}
	restore_flags(flags);
	tty->write(tty);
	if (L_FLAG(tty, ICANON) ? tty->secondary->data : (unsigned long)queue_chars(tty->secondary))
		wake_up(&tty->secondary->proc_list);
	rs_unthrottle(tty);
}
