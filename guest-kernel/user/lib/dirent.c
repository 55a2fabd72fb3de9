#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct entry { /* as on the disk */
	unsigned short inode;
	char name[NAME_MAX];
};

struct directory {
	int fd;
	int at, count;
	struct entry entries[64]; /* one block */
	struct dirent answer;
};

DIR *opendir(const char *path)
{
	struct stat status;
	struct directory *directory;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) < 0 || !S_ISDIR(status.st_mode)) {
		close(fd);
		errno = ENOTDIR;
		return NULL;
	}
	directory = calloc(1, sizeof *directory);
	if (!directory) {
		close(fd);
		return NULL;
	}
	directory->fd = fd;
	return directory;
}

struct dirent *readdir(DIR *directory)
{
	struct entry *entry;

	do {
		if (directory->at == directory->count) {
			int n = read(directory->fd, directory->entries, sizeof directory->entries);

			if (n < (int) sizeof *entry)
				return NULL;
			directory->count = n / sizeof *entry;
			directory->at = 0;
		}
		entry = &directory->entries[directory->at++];
	} while (!entry->inode);
	directory->answer.d_ino = entry->inode;
	memcpy(directory->answer.d_name, entry->name, NAME_MAX);
	directory->answer.d_name[NAME_MAX] = 0;
	return &directory->answer;
}

int closedir(DIR *directory)
{
	int result = close(directory->fd);

	free(directory);
	return result;
}
