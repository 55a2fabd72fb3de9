/* The scalar types of the system interface; their widths are fixed by the stat and task structures. */
#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H

#include <stddef.h>

typedef long time_t;
typedef long clock_t;
typedef int pid_t;
typedef int ssize_t;
typedef unsigned short uid_t;
typedef unsigned short gid_t;
typedef unsigned short dev_t; /* major in the high byte, minor in the low one */
typedef unsigned short ino_t;
typedef unsigned short mode_t;
typedef unsigned short umode_t;
typedef unsigned char nlink_t;
typedef int daddr_t;
typedef long off_t;

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned short ushort;

struct ustat {
	daddr_t f_tfree;
	ino_t f_tinode;
	char f_fname[6];
	char f_fpack[6];
};

#endif
