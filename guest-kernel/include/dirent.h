/* A directory is a file of 16-byte entries that read() gives; inode 0 marks a free one. */
#ifndef _DIRENT_H
#define _DIRENT_H

#include <limits.h>
#include <sys/types.h>

#ifndef __KERNEL__

struct dirent {
	ino_t d_ino;
	char d_name[NAME_MAX + 1];
};

typedef struct directory DIR;

DIR *opendir(const char *path);
struct dirent *readdir(DIR *directory);
int closedir(DIR *directory);

#endif

#endif
