/* ioctl() on terminals. Numbers 540C-540E and 5412-541A are refused with EINVAL, as in 0.12. */
#include "char.h"
#include "queue.h"
#include <asm/segment.h>
#include <errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#define DRAIN_TICKS (10 * HZ) /* longest wait for output to leave */

/* Waits until the write queue and the chip are empty; a line that does not move is given up. */
static int drain(struct tty_struct *tty)
{
	unsigned long until = jiffies + DRAIN_TICKS;

	cli();
	while ((queue_chars(tty->write_q) || !rs_is_idle(tty)) && !tty->stopped &&
	       jiffies < until) {
		if (current->signal & ~current->blocked) {
			sti();
			return -ERESTARTSYS;
		}
		current->timeout = jiffies + 2;
		interruptible_sleep_on(&tty->write_q->proc_list);
		current->timeout = 0;
	}
	sti();
	return 0;
}

static void flush_input(struct tty_struct *tty)
{
	flush_queue(tty->read_q);
	flush_queue(tty->secondary);
	tty->secondary->data = 0;
	rs_unthrottle(tty);
}

static int flush(struct tty_struct *tty, int which)
{
	if (which < TCIFLUSH || which > TCIOFLUSH)
		return -EINVAL;
	if (which != TCOFLUSH)
		flush_input(tty);
	if (which != TCIFLUSH)
		flush_queue(tty->write_q);
	return 0;
}

static void settings_changed(struct tty_struct *tty)
{
	rs_change_speed(tty);
	if (tty->termios.c_lflag & ICANON)
		count_lines(tty);
	wake_up(&tty->secondary->proc_list); /* a reader may be satisfied now */
}

static int get_termios(struct tty_struct *tty, struct termios *user)
{
	verify_area(user, sizeof(*user));
	memcpy_tofs(user, &tty->termios, sizeof(*user));
	return 0;
}

/* What cannot be read of a bad pointer stays as it is. */
static int set_termios(struct tty_struct *tty, struct termios *user)
{
	struct termios t = tty->termios;
	int error = tty_may_change(tty);

	if (error)
		return error;
	memcpy_fromfs(&t, user, sizeof(t));
	tty->termios = t;
	settings_changed(tty);
	return 0;
}

/* The older structure holds the low halves of the flags and 8 control characters. */
static int get_termio(struct tty_struct *tty, struct termio *user)
{
	struct termio t = {
		.c_iflag = tty->termios.c_iflag,
		.c_oflag = tty->termios.c_oflag,
		.c_cflag = tty->termios.c_cflag,
		.c_lflag = tty->termios.c_lflag,
		.c_line = tty->termios.c_line,
	};

	for (int i = 0; i < NCC; i++)
		t.c_cc[i] = tty->termios.c_cc[i];
	verify_area(user, sizeof(*user));
	memcpy_tofs(user, &t, sizeof(t));
	return 0;
}

static inline void set_low_half(tcflag_t *flags, unsigned short low)
{
	*flags = (*flags & 0xffff0000) | low;
}

static int set_termio(struct tty_struct *tty, struct termio *user)
{
	struct termio t = {0}; /* of a bad pointer nothing comes, not what the stack held */
	int error = tty_may_change(tty);

	if (error)
		return error;
	memcpy_fromfs(&t, user, sizeof(t));
	set_low_half(&tty->termios.c_iflag, t.c_iflag);
	set_low_half(&tty->termios.c_oflag, t.c_oflag);
	set_low_half(&tty->termios.c_cflag, t.c_cflag);
	set_low_half(&tty->termios.c_lflag, t.c_lflag);
	tty->termios.c_line = t.c_line;
	for (int i = 0; i < NCC; i++)
		tty->termios.c_cc[i] = t.c_cc[i];
	settings_changed(tty);
	return 0;
}

static int flow(struct tty_struct *tty, int action)
{
	switch (action) {
	case TCOOFF:
		tty->stopped = 1;
		break;
	case TCOON:
		tty->stopped = 0;
		tty->write(tty);
		break;
	case TCIOFF:
	case TCION:
		rs_flow(tty, action == TCION);
		break;
	default:
		return -EINVAL;
	}
	return 0;
}

/* The front process group belongs to the session that owns the terminal. */
static int set_pgrp(struct tty_struct *tty, int *user)
{
	int pgrp = get_fs_long(user);

	if (current->tty < 0 || TTY_TABLE(current->tty) != tty || tty->session != current->session)
		return -ENOTTY;
	if (pgrp < 0)
		return -EINVAL;
	if (session_of_pgrp(pgrp) != current->session)
		return -EPERM;
	tty->pgrp = pgrp;
	return 0;
}

static int put_long(unsigned long value, int *user)
{
	verify_area(user, 4);
	put_fs_long(value, user);
	return 0;
}

/* What FIONREAD counts: characters a read() could have now. */
static int input_chars(struct tty_struct *tty)
{
	if ((tty->termios.c_lflag & ICANON) && !tty->secondary->data)
		return 0;
	return queue_chars(tty->secondary);
}

static int set_after_drain(struct tty_struct *tty, int cmd, void *user)
{
	int error = drain(tty);

	if (error)
		return error;
	if (cmd == TCSETSF || cmd == TCSETAF)
		flush_input(tty);
	return cmd == TCSETSW || cmd == TCSETSF ? set_termios(tty, user) : set_termio(tty, user);
}

static int send_break(struct tty_struct *tty, int how)
{
	int error = drain(tty);

	if (!error && !how)
		rs_send_break(tty);
	return error;
}

int tty_ioctl(int dev, int cmd, int arg)
{
	int minor = MAJOR(dev) == 5 ? current->tty : (int)MINOR(dev);
	struct tty_struct *tty = minor < 0 ? NULL : tty_of_minor(minor);
	void *user = (void *)arg;

	if (!tty)
		return -EINVAL;
	switch (cmd) {
	case TCGETS:
		return get_termios(tty, user);
	case TCSETS:
		return set_termios(tty, user);
	case TCGETA:
		return get_termio(tty, user);
	case TCSETA:
		return set_termio(tty, user);
	case TCSETSW:
	case TCSETSF:
	case TCSETAW:
	case TCSETAF:
		return set_after_drain(tty, cmd, user);
	case TCSBRK:
		return send_break(tty, arg);
	case TCXONC:
		return flow(tty, arg);
	case TCFLSH:
		return flush(tty, arg);
	case TIOCGPGRP:
		return put_long(tty->pgrp, user);
	case TIOCSPGRP:
		return set_pgrp(tty, user);
	case TIOCOUTQ:
		return put_long(queue_chars(tty->write_q), user);
	case TIOCINQ:
		return put_long(input_chars(tty), user);
	default:
		return -EINVAL;
	}
}
