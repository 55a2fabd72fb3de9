#ifndef _SYS_SYSTRACE_H
#define _SYS_SYSTRACE_H

/*
 * System call 94, ours: systrace(SYSTRACE_ME, 0, 0) lets the parent follow the caller's system calls
 * and those of its children to come; EBUSY when four others follow some. systrace(SYSTRACE_READ,
 * records, n) gives the parent up to n records, waits for the first, and answers 0 when nobody is
 * followed any more. A task waits when its records have no room.
 */
#define SYSTRACE_ME 0
#define SYSTRACE_READ 1

struct trace_record {
	int pid;
	int number;      /* of the call */
	int leaving;     /* 0 on the way in, 1 with the result */
	long arguments[3];
	long result;
	char text[28];   /* on the way in: what a first argument that is a path points to */
};

#ifndef __KERNEL__
int systrace(int command, struct trace_record *records, int count);
#endif

#endif
