#ifndef _CHAR_H
#define _CHAR_H

#include <linux/tty.h>
#include <sys/types.h>

#define SERIAL_MINOR 64 /* minor number of the first serial line; consoles are 1..8 */

/* mem.c */
int rw_memory(int rw, unsigned minor, char *buf, int count, off_t *pos, unsigned flags);

/* tty_io.c */
void chr_dev_init(void);
struct tty_struct *tty_of_minor(unsigned minor); /* NULL when there is no such terminal */
int tty_open(unsigned minor, int flags);
int tty_input_ready(unsigned minor);
int tty_output_ready(unsigned minor);
int tty_is_background(struct tty_struct *tty);
int tty_may_change(struct tty_struct *tty);

/* line.c */
void tty_receive(struct tty_struct *tty, unsigned char c);
void copy_to_cooked(struct tty_struct *tty);
void count_lines(struct tty_struct *tty);
void put_processed(struct tty_struct *tty, unsigned char c);
int processed_length(const struct tty_struct *tty, unsigned char c);
void flush_queue(struct tty_queue *queue);

/* console.c */
extern int nr_consoles;
void con_write(struct tty_struct *tty);
void change_console(unsigned console);
void sysbeep(void);

/* keyboard.c */
void keyboard_init(void);

/* serial.c */
int serial_present(int line);
void rs_write(struct tty_struct *tty);
int rs_is_idle(struct tty_struct *tty);
void rs_unthrottle(struct tty_struct *tty);
void rs_change_speed(struct tty_struct *tty);
void rs_flow(struct tty_struct *tty, int on);
void rs_send_break(struct tty_struct *tty);

#endif
