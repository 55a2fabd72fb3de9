#include <errno.h>
#include <termios.h>
#include <unistd.h>

int tcgetattr(int fd, struct termios *termios)
{
	return ioctl(fd, TCGETS, termios);
}

int tcsetattr(int fd, int when, const struct termios *termios)
{
	if (when < TCSANOW || when > TCSAFLUSH) {
		errno = EINVAL;
		return -1;
	}
	return ioctl(fd, TCSETS + when, termios);
}

int tcsendbreak(int fd, int duration)
{
	(void) duration;
	return ioctl(fd, TCSBRK, 0);
}

int tcdrain(int fd)
{
	return ioctl(fd, TCSBRK, 1);
}

int tcflow(int fd, int action)
{
	return ioctl(fd, TCXONC, action);
}

int tcflush(int fd, int queue)
{
	return ioctl(fd, TCFLSH, queue);
}

pid_t tcgetpgrp(int fd)
{
	pid_t group;

	return ioctl(fd, TIOCGPGRP, &group) < 0 ? -1 : group;
}

int tcsetpgrp(int fd, pid_t group)
{
	return ioctl(fd, TIOCSPGRP, &group);
}

int isatty(int fd)
{
	struct termios termios;

	return tcgetattr(fd, &termios) == 0;
}

speed_t cfgetospeed(const struct termios *termios)
{
	return termios->c_cflag & CBAUD;
}

int cfsetospeed(struct termios *termios, speed_t speed)
{
	termios->c_cflag = (termios->c_cflag & ~CBAUD) | (speed & CBAUD);
	return 0;
}
