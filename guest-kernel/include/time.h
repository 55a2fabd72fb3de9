#ifndef _TIME_H
#define _TIME_H

#include <sys/types.h>

#define CLOCKS_PER_SEC 100

struct tm {
	int tm_sec;
	int tm_min;
	int tm_hour;
	int tm_mday; /* 1..31 */
	int tm_mon;  /* 0..11 */
	int tm_year; /* years since 1900 */
	int tm_wday; /* 0 = Sunday */
	int tm_yday; /* 0..365 */
	int tm_isdst;
};

#ifndef __KERNEL__
time_t time(time_t *result);
int stime(const time_t *when);
clock_t clock(void);
time_t mktime(struct tm *tm);
struct tm *gmtime(const time_t *when);
struct tm *localtime(const time_t *when);
char *asctime(const struct tm *tm);
char *ctime(const time_t *when);
size_t strftime(char *to, size_t size, const char *format, const struct tm *tm);
#endif

#endif
