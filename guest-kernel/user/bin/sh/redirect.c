#include "sh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_SAVED_FD 10

static const int open_flags[] = {
	[REDIRECT_IN] = O_RDONLY,
	[REDIRECT_OUT] = O_WRONLY | O_CREAT | O_TRUNC,
	[REDIRECT_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
	[REDIRECT_BOTH] = O_RDWR | O_CREAT,
};

/* A pipe holds a small document whole; a larger one is written by a child. */
static int open_document(const struct redirect *r)
{
	const char *body = r->literal ? r->target : expand_document(r->target);
	int fds[2], length = strlen(body);

	if (pipe(fds) < 0)
		return -1;
	if (length < 4000) {
		write(fds[1], body, length);
	} else if (fork() == 0) {
		close(fds[0]);
		write(fds[1], body, length);
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

static int open_target(const struct redirect *r, const char *target)
{
	if (r->kind == REDIRECT_DOCUMENT)
		return open_document(r);
	if (r->kind == REDIRECT_SAME)
		return fcntl(atoi(target), F_DUPFD, FIRST_SAVED_FD);
	return open(target, open_flags[r->kind], 0666);
}

static void save(struct saved_fd **saved, int fd)
{
	struct saved_fd *row = arena_take(sizeof *row);

	row->fd = fd;
	row->copy = fcntl(fd, F_DUPFD, FIRST_SAVED_FD);
	if (row->copy >= 0)
		fcntl(row->copy, F_SETFD, FD_CLOEXEC);
	row->next = *saved;
	*saved = row;
}

static int apply_one(const struct redirect *r, struct saved_fd **saved)
{
	char *target = r->kind == REDIRECT_DOCUMENT ? "<<" : expand_text(r->target);
	int close_only = r->kind == REDIRECT_SAME && !strcmp(target, "-");
	int fd = -1;

	if (!close_only && (fd = open_target(r, target)) < 0) {
		sh_message(target, strerror(errno));
		return -1;
	}
	if (saved)
		save(saved, r->fd);
	if (close_only) {
		close(r->fd);
	} else if (fd != r->fd) {
		dup2(fd, r->fd);
		close(fd);
	}
	return 0;
}

int redirect_apply(const struct redirect *redirects, struct saved_fd **saved)
{
	for (; redirects; redirects = redirects->next)
		if (apply_one(redirects, saved) < 0)
			return -1;
	return 0;
}

void redirect_restore(struct saved_fd *saved)
{
	for (; saved; saved = saved->next) {
		if (saved->copy < 0) {
			close(saved->fd);
			continue;
		}
		dup2(saved->copy, saved->fd);
		close(saved->copy);
	}
}
