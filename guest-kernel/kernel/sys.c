/* System calls about identities, groups, times, limits and the machine's name. */

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>

#include <asm/segment.h>
#include <linux/config.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>

#include "kernel.h"

#define HOSTNAME_MAX 8

static struct timezone time_zone;

static struct utsname this_system = {
	UTS_SYSNAME, UTS_NODENAME, UTS_RELEASE, UTS_VERSION, UTS_MACHINE,
};

/* The holes in the table of system calls. */
int sys_nosys(void)
{
	return -ENOSYS;
}

/* A value of 0 or below leaves its id as it is. */
int sys_setregid(int rgid, int egid)
{
	if (rgid > 0) {
		if (current->gid != rgid && !suser())
			return -EPERM;
		current->gid = rgid;
	}
	if (egid > 0) {
		if (current->gid != egid && current->egid != egid && current->sgid != egid &&
		    !suser())
			return -EPERM;
		current->egid = egid;
		current->sgid = egid;
	}
	return 0;
}

int sys_setgid(int gid)
{
	if (suser())
		current->gid = current->egid = current->sgid = gid;
	else if (gid == current->gid || gid == current->sgid)
		current->egid = gid;
	else
		return -EPERM;
	return 0;
}

int sys_setreuid(int ruid, int euid)
{
	int old_ruid = current->uid;

	if (ruid > 0) {
		if (current->euid != ruid && old_ruid != ruid && !suser())
			return -EPERM;
		current->uid = ruid;
	}
	if (euid > 0) {
		if (old_ruid != euid && current->euid != euid && !suser()) {
			current->uid = old_ruid;
			return -EPERM;
		}
		current->euid = euid;
		current->suid = euid;
	}
	return 0;
}

int sys_setuid(int uid)
{
	if (suser())
		current->uid = current->euid = current->suid = uid;
	else if (uid == current->uid || uid == current->suid)
		current->euid = uid;
	else
		return -EPERM;
	return 0;
}

int sys_time(long *t)
{
	long now = CURRENT_TIME;

	if (t) {
		verify_area(t, 4);
		put_fs_long(now, t);
	}
	return now;
}

int sys_stime(long *t)
{
	if (!suser())
		return -EPERM;
	if (!user_range_is_valid(t, sizeof(*t)))
		return -EFAULT;
	startup_time = get_fs_long(t) - jiffies / HZ;
	jiffies_offset = 0;
	return 0;
}

int sys_gettimeofday(struct timeval *tv, struct timezone *tz)
{
	struct timeval now;

	if (tv) {
		now.tv_sec = CURRENT_TIME;
		now.tv_usec = CT_TO_USECS(jiffies + jiffies_offset);
		verify_area(tv, sizeof(*tv));
		memcpy_tofs(tv, &now, sizeof(now));
	}
	if (tz) {
		verify_area(tz, sizeof(*tz));
		memcpy_tofs(tz, &time_zone, sizeof(time_zone));
	}
	return 0;
}

/* The CMOS clock may run in local time: the first call that names a zone only turns it into UTC. */
static void warp_clock(void)
{
	startup_time += time_zone.tz_minuteswest * 60L;
}

int sys_settimeofday(struct timeval *tv, struct timezone *tz)
{
	static int first = 1;
	struct timeval now;

	if (!suser())
		return -EPERM;
	if ((tz && !user_range_is_valid(tz, sizeof(*tz))) || (tv && !user_range_is_valid(tv, sizeof(*tv))))
		return -EFAULT;
	if (tz) {
		memcpy_fromfs(&time_zone, tz, sizeof(time_zone));
		if (first && !tv)
			warp_clock();
		first = 0;
	}
	if (tv) {
		memcpy_fromfs(&now, tv, sizeof(now));
		startup_time = now.tv_sec - jiffies / HZ;
		jiffies_offset = now.tv_usec * HZ / 1000000 - jiffies % HZ;
		if ((long)jiffies_offset < 0) {
			jiffies_offset += HZ;
			startup_time--;
		}
	}
	return 0;
}

int sys_times(struct tms *buf)
{
	struct tms t = {current->utime, current->stime, current->cutime, current->cstime};

	if (buf) {
		verify_area(buf, sizeof(*buf));
		memcpy_tofs(buf, &t, sizeof(t));
	}
	return jiffies;
}

/* Moves a process, the caller (0) or a child of its session, to another group. */
int sys_setpgid(int pid, int pgid)
{
	struct task_struct *p;
	int i;

	if (!pid)
		pid = current->pid;
	if (!pgid)
		pgid = pid;
	if (pgid < 0)
		return -EINVAL;
	for (i = 0; i < NR_TASKS; i++) {
		p = task[i];
		if (!p || p->pid != pid || (p->p_pptr != current && p != current))
			continue;
		if (p->leader)
			return -EPERM;
		if (p->session != current->session ||
		    (pgid != pid && session_of_pgrp(pgid) != current->session))
			return -EPERM;
		p->pgrp = pgid;
		return 0;
	}
	return -ESRCH;
}

int sys_getpgrp(void)
{
	return current->pgrp;
}

int sys_setsid(void)
{
	if (current->leader && !suser())
		return -EPERM;
	current->leader = 1;
	current->session = current->pgrp = current->pid;
	current->tty = -1;
	return current->pgrp;
}

int sys_getgroups(int size, unsigned short *list)
{
	int n = 0;

	while (n < NGROUPS && current->groups[n] != NOGROUP)
		n++;
	if (!size)
		return n;
	if (n > size)
		return -EINVAL;
	verify_area(list, n * sizeof(*list));
	for (size = 0; size < n; size++)
		put_fs_word(current->groups[size], list + size);
	return n;
}

int sys_setgroups(int size, unsigned short *list)
{
	int i;

	if (!suser())
		return -EPERM;
	if (size < 0 || size > NGROUPS)
		return -EINVAL;
	for (i = 0; i < size; i++)
		current->groups[i] = get_fs_word(list + i);
	if (i < NGROUPS)
		current->groups[i] = NOGROUP;
	return 0;
}

int in_group_p(gid_t group)
{
	int i;

	if (group == current->egid)
		return 1;
	for (i = 0; i < NGROUPS && current->groups[i] != NOGROUP; i++)
		if (current->groups[i] == group)
			return 1;
	return 0;
}

int sys_uname(struct utsname *name)
{
	if (!name)
		return -EINVAL;
	verify_area(name, sizeof(*name));
	memcpy_tofs(name, &this_system, sizeof(this_system));
	return 0;
}

int sys_sethostname(char *name, int len)
{
	if (!suser())
		return -EPERM;
	if (len < 0 || len > HOSTNAME_MAX)
		return -EINVAL;
	memset(this_system.nodename, 0, sizeof(this_system.nodename));
	memcpy_fromfs(this_system.nodename, name, len);
	return 0;
}

int sys_getrlimit(int resource, struct rlimit *limit)
{
	if ((unsigned)resource >= RLIM_NLIMITS)
		return -EINVAL;
	verify_area(limit, sizeof(*limit));
	memcpy_tofs(limit, &current->rlim[resource], sizeof(*limit));
	return 0;
}

/* The limits are kept and passed on, not enforced. */
int sys_setrlimit(int resource, struct rlimit *limit)
{
	struct rlimit wanted;
	struct rlimit *old;

	if ((unsigned)resource >= RLIM_NLIMITS)
		return -EINVAL;
	memcpy_fromfs(&wanted, limit, sizeof(wanted));
	old = &current->rlim[resource];
	if ((wanted.rlim_cur > old->rlim_max || wanted.rlim_max > old->rlim_max) && !suser())
		return -EPERM;
	*old = wanted;
	return 0;
}

static void set_usage(struct rusage *usage, long utime, long stime)
{
	usage->ru_utime.tv_sec = CT_TO_SECS(utime);
	usage->ru_utime.tv_usec = CT_TO_USECS(utime);
	usage->ru_stime.tv_sec = CT_TO_SECS(stime);
	usage->ru_stime.tv_usec = CT_TO_USECS(stime);
}

int sys_getrusage(int who, struct rusage *usage)
{
	struct rusage r;

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN)
		return -EINVAL;
	memset(&r, 0, sizeof(r));
	if (who == RUSAGE_SELF) {
		set_usage(&r, current->utime, current->stime);
		r.ru_minflt = current->min_flt;
		r.ru_majflt = current->maj_flt;
	} else {
		set_usage(&r, current->cutime, current->cstime);
	}
	verify_area(usage, sizeof(*usage));
	memcpy_tofs(usage, &r, sizeof(r));
	return 0;
}

int sys_umask(int mask)
{
	int old = current->umask;

	current->umask = mask & 0777;
	return old;
}
