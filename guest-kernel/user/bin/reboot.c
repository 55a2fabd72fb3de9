/* reboot, halt, poweroff: the name says what follows the sync. */
#include "tool.h"

#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

int main(void)
{
	const char *name = tool_name();
	int command = !strcmp(name, "poweroff") ? REBOOT_POWER_OFF
		      : !strcmp(name, "halt")	? REBOOT_HALT
						: REBOOT_RESTART;

	sync();
	reboot(command);
	return tool_error(name);
}
