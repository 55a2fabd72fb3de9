#ifndef _SYS_UTSNAME_H
#define _SYS_UTSNAME_H

struct utsname {
	char sysname[9];
	char nodename[9];
	char release[9];
	char version[9];
	char machine[9];
};

#ifndef __KERNEL__
int uname(struct utsname *name);
int sethostname(const char *name, int length);
#endif

#endif
