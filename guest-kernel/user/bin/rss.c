/* rss [pid]: pages with frames, and how many faults brought them. */
#include "tool.h"

#include <sys/taskinfo.h>

int main(int argc, char *argv[])
{
	struct taskinfo task;

	if (tool_task(argc > 1 ? tool_number(argv[1]) : 0, &task) < 0)
		return tool_error("taskinfo");
	printf("%s: %lu pages resident, %lu shared, %lu in swap, %lu tables; faults %lu without a device, "
	       "%lu with\n",
	       task.comm, task.resident, task.shared, task.swapped, task.page_tables, task.min_faults,
	       task.maj_faults);
	return 0;
}
