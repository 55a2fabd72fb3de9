#ifndef _QUEUE_H
#define _QUEUE_H

#include <asm/system.h>
#include <linux/tty.h>

/*
 * The rings between interrupts and programs. A character is put or taken with interrupts off,
 * since echo (in an interrupt) and write() (in a task) fill the same queue. One place always stays
 * empty: head equal to tail means no characters.
 */

static inline int queue_chars(const struct tty_queue *q)
{
	return (q->head - q->tail) & (TTY_BUF_SIZE - 1);
}

static inline int queue_room(const struct tty_queue *q)
{
	return TTY_BUF_SIZE - 1 - queue_chars(q);
}

/* False when there was no room. */
static inline int queue_put(struct tty_queue *q, unsigned char c)
{
	unsigned long flags = save_flags();
	int room;

	cli();
	room = queue_room(q);
	if (room) {
		q->buf[q->head] = c;
		q->head = (q->head + 1) & (TTY_BUF_SIZE - 1);
	}
	restore_flags(flags);
	return room != 0;
}

/* The oldest character, -1 when there is none. */
static inline int queue_get(struct tty_queue *q)
{
	unsigned long flags = save_flags();
	int c = -1;

	cli();
	if (queue_chars(q)) {
		c = (unsigned char)q->buf[q->tail];
		q->tail = (q->tail + 1) & (TTY_BUF_SIZE - 1);
	}
	restore_flags(flags);
	return c;
}

/* The youngest character, -1 when there is none. */
static inline int queue_last(const struct tty_queue *q)
{
	if (!queue_chars(q))
		return -1;
	return (unsigned char)q->buf[(q->head - 1) & (TTY_BUF_SIZE - 1)];
}

/* Takes the youngest character back. */
static inline void queue_unput(struct tty_queue *q)
{
	q->head = (q->head - 1) & (TTY_BUF_SIZE - 1);
}

#endif
