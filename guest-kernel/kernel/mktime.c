/* Calendar time to seconds since 1970-01-01 00:00:00 UTC. */

#include <time.h>

#include <linux/kernel.h>

#define MINUTE 60L
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/*
 * tm_year counts from 1900 and tm_mon from 0; years 1970..2099, where every fourth is a leap
 * year.
 */
long kernel_mktime(struct tm *when)
{
	static const short days_before[12] = {0,   31,  59,  90,  120, 151,
					      181, 212, 243, 273, 304, 334};
	long years = when->tm_year - 70;
	long days = years * 365 + (years + 1) / 4 + days_before[when->tm_mon];

	if (when->tm_mon > 1 && when->tm_year % 4 == 0)
		days++;
	days += when->tm_mday - 1;
	return days * DAY + when->tm_hour * HOUR + when->tm_min * MINUTE + when->tm_sec;
}
