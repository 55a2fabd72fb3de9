/*
 * Terminals: consoles are minors 1-8 (0 means the one in front), serial lines 64 and 65. Pseudo
 * terminals (128 and up) are not there.
 */
#include "char.h"
#include "queue.h"
#include <asm/segment.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>

#define WRITE_LOW 128 /* a sleeping writer goes on when this much room is in its queue */

/* ^C ^\ DEL ^U ^D, time 0, min 1, none, ^Q ^S ^Z, none, ^R ^O ^W ^V, none */
#define INIT_C_CC "\003\034\177\025\004\0\1\0\021\023\032\0\022\017\027\026\0"

struct tty_struct tty_table[256];

static struct tty_queue console_queues[MAX_CONSOLES][3];
static struct tty_queue serial_queues[NR_SERIALS][3];

/* The terminal of a minor number, NULL when there is none (or no such chip). */
struct tty_struct *tty_of_minor(unsigned minor)
{
	if (minor >= SERIAL_MINOR && minor < SERIAL_MINOR + NR_SERIALS)
		return serial_present(minor - SERIAL_MINOR) ? tty_table + minor : NULL;
	if (minor > (unsigned)nr_consoles)
		return NULL;
	return TTY_TABLE((int)minor);
}

static int signal_pending(void)
{
	return (current->signal & ~current->blocked) != 0;
}

static int signal_is_off(int signal)
{
	return (current->blocked & (1L << (signal - 1))) ||
	       current->sigaction[signal - 1].sa_handler == SIG_IGN;
}

/* Is the running task in the session of this terminal, but not in its front group? */
int tty_is_background(struct tty_struct *tty)
{
	return current->tty >= 0 && TTY_TABLE(current->tty) == tty && tty->pgrp > 0 &&
	       tty->pgrp != current->pgrp;
}

/* A background task that writes to or changes its terminal: 0 when it may, else the error. */
int tty_may_change(struct tty_struct *tty)
{
	if (!tty_is_background(tty) || signal_is_off(SIGTTOU))
		return 0;
	if (is_orphaned_pgrp(current->pgrp))
		return -EIO;
	kill_pg(current->pgrp, SIGTTOU, 1);
	return -ERESTARTSYS;
}

static int may_read(struct tty_struct *tty)
{
	if (!tty_is_background(tty))
		return 0;
	if (signal_is_off(SIGTTIN) || is_orphaned_pgrp(current->pgrp))
		return -EIO;
	kill_pg(current->pgrp, SIGTTIN, 1);
	return -ERESTARTSYS;
}

static int is_canonical(const struct tty_struct *tty)
{
	return (tty->termios.c_lflag & ICANON) != 0;
}

static int has_input(const struct tty_struct *tty)
{
	return is_canonical(tty) ? tty->secondary->data != 0 : queue_chars(tty->secondary) != 0;
}

int tty_input_ready(unsigned minor)
{
	struct tty_struct *tty = tty_of_minor(minor);

	return tty && has_input(tty);
}

int tty_output_ready(unsigned minor)
{
	struct tty_struct *tty = tty_of_minor(minor);

	return tty && queue_room(tty->write_q) >= WRITE_LOW;
}

/* One complete line, or as much of it as fits. The end-of-file character ends it unseen. */
static int take_line(struct tty_struct *tty, char *buf, int count)
{
	unsigned char eof = tty->termios.c_cc[VEOF], eol = tty->termios.c_cc[VEOL];
	int done = 0, c;

	while (done < count && (c = queue_get(tty->secondary)) >= 0) {
		if (c == '\n' || (c && (c == eof || c == eol))) {
			if (tty->secondary->data)
				tty->secondary->data--;
			if (c == '\n' || c != eof)
				put_fs_byte(c, buf + done++);
			break;
		}
		put_fs_byte(c, buf + done++);
	}
	return done;
}

static int take_raw(struct tty_struct *tty, char *buf, int count)
{
	int done = 0, c;

	while (done < count && (c = queue_get(tty->secondary)) >= 0) {
		if (c == '\n' && tty->secondary->data)
			tty->secondary->data--;
		put_fs_byte(c, buf + done++);
	}
	return done;
}

/* Sleeps until `ready`, a signal, or jiffies reaching `until` (0 = never); false after these two. */
static int wait_for_input(struct tty_struct *tty, int (*ready)(const struct tty_struct *),
			  unsigned long until)
{
	int is_ready;

	cli();
	while (!(is_ready = ready(tty)) && !signal_pending()) {
		if (until && jiffies >= until)
			break;
		current->timeout = until;
		interruptible_sleep_on(&tty->secondary->proc_list);
		current->timeout = 0;
	}
	sti();
	return is_ready;
}

static int read_canonical(struct tty_struct *tty, char *buf, int count)
{
	int done;

	if (!wait_for_input(tty, has_input, 0))
		return -ERESTARTSYS;
	done = take_line(tty, buf, count);
	copy_to_cooked(tty);
	return done;
}

/* Returns after MIN characters. With MIN 0, TIME (in tenths of a second) bounds the wait for the
   first one; otherwise it bounds the pause between two. */
static int read_raw(struct tty_struct *tty, char *buf, int count)
{
	unsigned min = tty->termios.c_cc[VMIN];
	unsigned long time = tty->termios.c_cc[VTIME] * (HZ / 10);
	int done = 0, got;

	if (min > (unsigned)count)
		min = count;
	do {
		unsigned long until = time && (!min || done) ? jiffies + time : 0;

		if ((min || time) && !wait_for_input(tty, has_input, until))
			break;
		got = take_raw(tty, buf + done, count - done);
		done += got;
		copy_to_cooked(tty);
	} while (got && done < (int)min);
	return !done && signal_pending() ? -ERESTARTSYS : done;
}

int tty_read(unsigned minor, char *buf, int count)
{
	struct tty_struct *tty = tty_of_minor(minor);
	int error;

	if (!tty)
		return -EIO;
	if ((error = may_read(tty)))
		return error;
	return is_canonical(tty) ? read_canonical(tty, buf, count) : read_raw(tty, buf, count);
}

static int fill_write_queue(struct tty_struct *tty, const char *buf, int count)
{
	int raw = !(tty->termios.c_oflag & OPOST), done = 0;

	while (done < count && !(done && signal_pending())) {
		unsigned char c = get_fs_byte(buf + done);

		if (queue_room(tty->write_q) < (raw ? 1 : processed_length(tty, c)))
			break;
		if (raw)
			queue_put(tty->write_q, c);
		else
			put_processed(tty, c);
		done++;
	}
	return done;
}

static int wait_for_room(struct tty_struct *tty)
{
	cli();
	while (queue_room(tty->write_q) < WRITE_LOW && !signal_pending())
		interruptible_sleep_on(&tty->write_q->proc_list);
	sti();
	return queue_room(tty->write_q) >= WRITE_LOW;
}

int tty_write(unsigned minor, char *buf, int count)
{
	struct tty_struct *tty = tty_of_minor(minor);
	int done = 0, error;

	if (!tty)
		return -EIO;
	if ((tty->termios.c_lflag & TOSTOP) && (error = tty_may_change(tty)))
		return error;
	while (done < count) {
		if (done && signal_pending())
			return done;
		if (!wait_for_room(tty))
			return done ? done : -ERESTARTSYS;
		done += fill_write_queue(tty, buf + done, count - done);
		tty->write(tty);
	}
	return done;
}

/* A session leader without a terminal gets this one, unless the flags refuse or another session
   has it. ENXIO when there is no such console or chip. */
int tty_open(unsigned minor, int flags)
{
	struct tty_struct *tty = tty_of_minor(minor);

	if (!tty)
		return -ENXIO;
	if ((flags & O_NOCTTY) || !current->leader || current->tty >= 0 || tty->session)
		return 0;
	current->tty = tty - tty_table + (minor < SERIAL_MINOR);
	tty->session = current->session;
	tty->pgrp = current->pgrp;
	return 0;
}

static void init_tty(struct tty_struct *tty, struct tty_queue *queues,
		     void (*write)(struct tty_struct *tty))
{
	static const struct termios start = {
		.c_iflag = ICRNL | IXON | IMAXBEL,
		.c_oflag = OPOST | ONLCR,
		.c_cflag = B38400 | CS8 | CREAD | CLOCAL,
		.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE,
		.c_cc = INIT_C_CC,
	};

	memset(tty, 0, sizeof(*tty));
	tty->termios = start;
	tty->write = write;
	tty->read_q = &queues[0];
	tty->write_q = &queues[1];
	tty->secondary = &queues[2];
}

/* The structures of all terminals; their hardware comes up in tty_init(). */
void chr_dev_init(void)
{
	for (int i = 0; i < MAX_CONSOLES; i++)
		init_tty(tty_table + i, console_queues[i], con_write);
	for (int i = 0; i < NR_SERIALS; i++)
		init_tty(tty_table + SERIAL_MINOR + i, serial_queues[i], rs_write);
}

void tty_init(void)
{
	con_init();
	keyboard_init();
	printk("%d virtual consoles\n", nr_consoles);
	rs_init();
}
