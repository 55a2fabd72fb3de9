#include "sh.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static struct input *current;

static void push(struct input *input)
{
	input->previous = current;
	input->position = input->count = input->lines = 0;
	current = input;
}

void input_push_string(struct input *input, const char *string)
{
	input->string = string;
	input->fd = -1;
	input->terminal = 0;
	push(input);
}

void input_push_file(struct input *input, int fd)
{
	input->string = NULL;
	input->fd = fd;
	input->terminal = isatty(fd);
	push(input);
}

void input_pop(void)
{
	current = current->previous;
}

void input_begin_command(void)
{
	current->lines = 0;
}

void input_discard(void)
{
	current->position = current->count = 0;
}

/* A terminal gives one line at a time and a script has a descriptor of its own. Any other standard
   input is shared with the commands, so only what is needed may be read. */
static int read_size(void)
{
	return current->terminal || current->fd != 0 ? (int) sizeof current->buffer : 1;
}

static int fill(void)
{
	int n;

	int asks = current->terminal && shell.interactive, edits = asks && edit_is_wanted(current->fd);

	if (edits)
		edit_begin(current->fd);
	if (asks)
		sh_prompt(current->lines > 0);
	if (edits)
		n = edit_read(current->fd, current->buffer, sizeof current->buffer);
	else
		do
			n = read(current->fd, current->buffer, read_size());
		while (n < 0 && errno == EINTR && !shell_interrupted);
	if (n <= 0)
		return -1;
	current->lines++;
	current->position = 0;
	current->count = n;
	return 0;
}

int input_next(void)
{
	if (current->string)
		return current->string[current->position]
			       ? (unsigned char) current->string[current->position++]
			       : -1;
	if (current->position >= current->count && fill() < 0)
		return -1;
	return (unsigned char) current->buffer[current->position++];
}

void input_back(void)
{
	if (current->position > 0)
		current->position--;
}
