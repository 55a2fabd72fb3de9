#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <termios.h>

#define MAX_CONSOLES 8
#define NR_SERIALS 2
#define NR_PTYS 4

#define TTY_BUF_SIZE 1024

struct task_struct;

/* A ring of characters; `data` of a serial queue holds the line's base port. */
struct tty_queue {
	unsigned long data;
	unsigned long head;
	unsigned long tail;
	struct task_struct *proc_list; /* sleepers on this queue */
	char buf[TTY_BUF_SIZE];
};

struct tty_struct {
	struct termios termios;
	int pgrp;
	int session;
	int stopped;
	void (*write)(struct tty_struct *tty);
	struct tty_queue *read_q;   /* raw, filled by the interrupt */
	struct tty_queue *write_q;
	struct tty_queue *secondary; /* cooked, read by programs */
};

extern struct tty_struct tty_table[256];
extern int fg_console;

/* tty_table index of a minor number: 0 means the console in front. */
#define TTY_TABLE(nr) (tty_table + ((nr) ? ((nr) < 64 ? (nr) - 1 : (nr)) : fg_console))

void tty_init(void);
void con_init(void);
void rs_init(void);
void rs_drain(void);
int tty_read(unsigned minor, char *buf, int count);
int tty_write(unsigned minor, char *buf, int count);
int tty_ioctl(int dev, int cmd, int arg);

#endif
