/* date [+format], date -s "YYYY-MM-DD hh:mm[:ss]" */
#include "tool.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Numbers with anything between them: year, month, day, hour, minute, second. */
static time_t parse(const char *text)
{
	long values[6] = {1970, 1, 1, 0, 0, 0};
	struct tm tm = {0};

	for (int i = 0; i < 6 && *text; i++) {
		char *end;

		values[i] = strtol(text, &end, 10);
		if (end == text)
			return -1;
		text = *end ? end + 1 : end;
	}
	if (values[0] < 1970 || values[0] > 2037 || values[1] < 1 || values[1] > 12)
		return -1;
	tm.tm_year = values[0] - 1900;
	tm.tm_mon = values[1] - 1;
	tm.tm_mday = values[2];
	tm.tm_hour = values[3];
	tm.tm_min = values[4];
	tm.tm_sec = values[5];
	return mktime(&tm);
}

static int set(const char *text)
{
	time_t when = parse(text);

	if (when < 0)
		return tool_message(text, "not a date");
	return stime(&when) < 0 ? tool_error("clock") : 0;
}

int main(int argc, char *argv[])
{
	const char *format = "%a %b %e %H:%M:%S %Z %Y";
	time_t now;
	char text[256];

	if (argc == 3 && !strcmp(argv[1], "-s")) {
		if (set(argv[2]))
			return 1;
	} else if (argc == 2 && argv[1][0] == '+') {
		format = argv[1] + 1;
	} else if (argc > 1) {
		tool_usage("[+format | -s \"YYYY-MM-DD hh:mm:ss\"]");
	}
	time(&now);
	strftime(text, sizeof text, format, localtime(&now));
	puts(text);
	return 0;
}
