/* seginfo: the segments of a program, as LAR and LSL tell them (PRM 11.3). */
#include "tool.h"

#include <sys/taskinfo.h>

static unsigned long limit_of(unsigned selector)
{
	unsigned long limit = 0;

	__asm__ volatile("lsll %1, %0" : "+r"(limit) : "r"(selector));
	return limit;
}

static unsigned long rights_of(unsigned selector)
{
	unsigned long rights = 0;

	__asm__ volatile("larl %1, %0" : "+r"(rights) : "r"(selector));
	return rights;
}

static void show(const char *name, unsigned selector)
{
	unsigned long rights = rights_of(selector);

	if (rights)
		printf("%-4s %04x limit %08lx rights %06lx DPL %lu\n", name, selector, limit_of(selector),
		       rights >> 8 & 0xf0ff, rights >> 13 & 3);
	else
		printf("%-4s %04x not visible from here\n", name, selector);
}

#define SHOW(name) \
	do { \
		unsigned short selector; \
		__asm__("movw %%" #name ", %0" : "=r"(selector)); \
		show(#name, selector); \
	} while (0)

int main(void)
{
	struct taskinfo task;

	SHOW(cs);
	SHOW(ds);
	SHOW(es);
	SHOW(ss);
	show("kcs", 0x08);
	show("kds", 0x10);
	if (tool_task(0, &task) == 0)
		printf("slot %d, linear base %08lx\n", task.slot, task.start_code);
	return 0;
}
