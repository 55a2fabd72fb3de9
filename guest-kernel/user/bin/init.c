/* The first program: runs /etc/rc once, then keeps a shell on each terminal and reaps orphans. The
   kernel starts it with /dev/tty1 as files 0, 1 and 2. It leads no session, so that a terminal it
   holds can still become the controlling one of a shell. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define NO_TERMINAL 77 /* exit code of a child that could not open its terminal: do not try again */
#define NO_SHELL 127

struct terminal {
	const char *path;
	const char *term; /* TERM=... */
	pid_t shell;
	int absent;
};

static struct terminal terminals[] = {
	{"/dev/tty1", "TERM=con80x25", 0, 0},
	{"/dev/ttyS0", "TERM=vt100", 0, 0},
};
#define TERMINALS ((int) (sizeof terminals / sizeof *terminals))

static int open_terminal(const char *path)
{
	int fd;

	for (fd = 0; fd < 3; fd++)
		close(fd);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return -1;
	dup(fd);
	dup(fd);
	return 0;
}

/* Line editing, echo, signals from keys, 38400 bps: whatever the last shell left behind. */
static void set_sane(void)
{
	struct termios t;

	if (tcgetattr(0, &t) < 0)
		return;
	t.c_iflag = ICRNL | IXON;
	t.c_oflag = OPOST | ONLCR;
	t.c_cflag = B38400 | CS8 | CREAD | HUPCL;
	t.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
	t.c_cc[VINTR] = 3;
	t.c_cc[VQUIT] = 28;
	t.c_cc[VERASE] = 127;
	t.c_cc[VKILL] = 21;
	t.c_cc[VEOF] = 4;
	t.c_cc[VTIME] = 0;
	t.c_cc[VMIN] = 1;
	t.c_cc[VSTART] = 17;
	t.c_cc[VSTOP] = 19;
	t.c_cc[VSUSP] = 26;
	tcsetattr(0, TCSANOW, &t);
}

static void run_rc(void)
{
	static char *const argv[] = {"/bin/sh", "/etc/rc", NULL};
	static char *const environment[] = {"HOME=/", "PATH=/bin:/usr/bin", "TERM=con80x25", NULL};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execve(argv[0], argv, environment);
		_exit(NO_SHELL);
	}
	while (pid > 0) {
		pid_t gone = wait(&status);

		if (gone == pid || (gone < 0 && errno != EINTR))
			break;
	}
}

static void run_shell(const struct terminal *terminal)
{
	char *const argv[] = {"-sh", NULL};
	char *const environment[] = {"HOME=/usr/root", "USER=root", "PATH=/bin:/usr/bin",
				     (char *) terminal->term, NULL};

	setsid();
	if (open_terminal(terminal->path) < 0)
		_exit(NO_TERMINAL);
	set_sane();
	chdir("/usr/root");
	execve("/bin/sh", argv, environment);
	fprintf(stderr, "init: /bin/sh: %s\n", strerror(errno));
	sleep(5);
	_exit(NO_SHELL);
}

static void start_shells(void)
{
	for (int i = 0; i < TERMINALS; i++) {
		struct terminal *terminal = &terminals[i];

		if (terminal->shell || terminal->absent)
			continue;
		terminal->shell = fork();
		if (terminal->shell == 0)
			run_shell(terminal);
		if (terminal->shell < 0) {
			terminal->shell = 0;
			sleep(1);
		}
	}
}

static void reap(void)
{
	int status;
	pid_t gone = wait(&status);

	if (gone < 0 && errno == ECHILD)
		pause();
	for (int i = 0; gone > 0 && i < TERMINALS; i++) {
		if (terminals[i].shell != gone)
			continue;
		terminals[i].shell = 0;
		terminals[i].absent = WIFEXITED(status) && WEXITSTATUS(status) == NO_TERMINAL;
		sync();
	}
}

int main(void)
{
	run_rc();
	for (;;) {
		start_shells();
		reap();
	}
}
