/* The calendar. The system has one time zone, the one its clock is set to. */
#include <stdio.h>
#include <string.h>
#include <sys/times.h>
#include <time.h>

#define DAY 86400L

static const char *const day_names[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
					 "Thursday", "Friday", "Saturday"};
static const char *const month_names[12] = {
	"January", "February", "March",	    "April",   "May",	   "June",
	"July",	   "August",   "September", "October", "November", "December"};

static int is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int month, int year)
{
	static const char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month] + (month == 1 && is_leap(year));
}

struct tm *gmtime(const time_t *when)
{
	static struct tm tm;
	long days = *when / DAY, seconds = *when % DAY;
	int year = 1970;

	if (seconds < 0) {
		seconds += DAY;
		days--;
	}
	tm.tm_hour = seconds / 3600;
	tm.tm_min = seconds % 3600 / 60;
	tm.tm_sec = seconds % 60;
	tm.tm_wday = ((days + 4) % 7 + 7) % 7; /* 1 January 1970 was a Thursday */
	for (; days < 0; days += 365 + is_leap(year))
		year--;
	for (; days >= 365 + is_leap(year); year++)
		days -= 365 + is_leap(year);
	tm.tm_year = year - 1900;
	tm.tm_yday = days;
	for (tm.tm_mon = 0; days >= month_days(tm.tm_mon, year); tm.tm_mon++)
		days -= month_days(tm.tm_mon, year);
	tm.tm_mday = days + 1;
	tm.tm_isdst = 0;
	return &tm;
}

struct tm *localtime(const time_t *when)
{
	return gmtime(when);
}

time_t mktime(struct tm *tm)
{
	long days = tm->tm_mday - 1;
	int year = tm->tm_year + 1900;
	time_t when;

	for (int y = 1970; y < year; y++)
		days += 365 + is_leap(y);
	for (int month = 0; month < tm->tm_mon; month++)
		days += month_days(month, year);
	when = days * DAY + tm->tm_hour * 3600L + tm->tm_min * 60L + tm->tm_sec;
	*tm = *gmtime(&when);
	return when;
}

static int one_field(char *to, size_t size, char kind, const struct tm *tm)
{
	switch (kind) {
	case 'a':
		return snprintf(to, size, "%.3s", day_names[tm->tm_wday]);
	case 'A':
		return snprintf(to, size, "%s", day_names[tm->tm_wday]);
	case 'b':
		return snprintf(to, size, "%.3s", month_names[tm->tm_mon]);
	case 'B':
		return snprintf(to, size, "%s", month_names[tm->tm_mon]);
	case 'd':
		return snprintf(to, size, "%02d", tm->tm_mday);
	case 'e':
		return snprintf(to, size, "%2d", tm->tm_mday);
	case 'H':
		return snprintf(to, size, "%02d", tm->tm_hour);
	case 'j':
		return snprintf(to, size, "%03d", tm->tm_yday + 1);
	case 'm':
		return snprintf(to, size, "%02d", tm->tm_mon + 1);
	case 'M':
		return snprintf(to, size, "%02d", tm->tm_min);
	case 'S':
		return snprintf(to, size, "%02d", tm->tm_sec);
	case 'y':
		return snprintf(to, size, "%02d", tm->tm_year % 100);
	case 'Y':
		return snprintf(to, size, "%d", tm->tm_year + 1900);
	case 'Z':
		return snprintf(to, size, "UTC");
	case 'n':
		return snprintf(to, size, "\n");
	case 't':
		return snprintf(to, size, "\t");
	}
	return snprintf(to, size, "%c", kind);
}

size_t strftime(char *to, size_t size, const char *format, const struct tm *tm)
{
	size_t used = 0;

	for (; *format; format++) {
		if (*format != '%' || !format[1])
			used += snprintf(to + used, size - used, "%c", *format);
		else if (format[1] == 'T' || format[1] == 'D')
			used += strftime(to + used, size - used,
					 *++format == 'T' ? "%H:%M:%S" : "%m/%d/%y", tm);
		else
			used += one_field(to + used, size - used, *++format, tm);
		if (used >= size)
			return 0;
	}
	return used;
}

char *asctime(const struct tm *tm)
{
	static char text[32];

	strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y\n", tm);
	return text;
}

char *ctime(const time_t *when)
{
	return asctime(localtime(when));
}

clock_t clock(void)
{
	struct tms tms;

	times(&tms);
	return tms.tms_utime + tms.tms_stime;
}
