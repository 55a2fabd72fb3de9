/* brkdemo: brk moves a number; frames come when pages are touched. */
#include "tool.h"

#include <sys/taskinfo.h>
#include <unistd.h>

#define PAGE 4096
#define MEGABYTE (1 << 20)

static void show(const char *what)
{
	struct taskinfo task;

	if (tool_task(0, &task) == 0)
		printf("%-28s brk %08lx, %lu pages resident, %lu faults\n", what, task.brk, task.resident,
		       task.min_faults + task.maj_faults);
}

int main(void)
{
	char *start;

	show("at the start"); /* touches what printf needs */
	show("again");
	start = sbrk(MEGABYTE);
	if (start == (char *) -1)
		return tool_error("sbrk");
	show("brk + 1 MB");
	for (int i = 1; i <= 10; i++)
		start[i * PAGE] = i;
	show("10 pages touched");
	brk(start);
	show("brk back");
	return 0;
}
