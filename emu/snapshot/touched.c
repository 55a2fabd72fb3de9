#include "snapshot/touched.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Linux: /proc/self/pagemap has 64 bits for each page of the process (proc(5)). */
#define ENTRY_THERE (3ull << 62) /* in memory, or swapped out */
#define PAGES_MAX 256u

void touched_open(struct touched *touched)
{
    bool fits = sysconf(_SC_PAGESIZE) == (long)PAGE_SIZE;
    touched->file = fits ? open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC) : -1;
}

void touched_close(struct touched *touched)
{
    if (touched->file >= 0)
        close(touched->file);
    touched->file = -1;
}

/* A block that does not begin at a page of the host's has a part of one more. */
void touched_pages(const struct touched *touched, const void *block, u32 count, u8 bits[32])
{
    u64 entries[PAGES_MAX + 1];
    u64 first = (u64)(uintptr_t)block;
    u32 parts = count + ((first & (PAGE_SIZE - 1)) != 0);
    size_t size = parts * sizeof entries[0];
    memset(bits, 0xff, 32);
    if (touched->file < 0 || count > PAGES_MAX ||
        pread(touched->file, entries, size, (off_t)(first / PAGE_SIZE * sizeof entries[0])) !=
            (ssize_t)size)
        return;
    for (u32 page = 0; page < count; page++) {
        u64 entry = entries[page] | entries[page + parts - count];
        if (!(entry & ENTRY_THERE))
            bits[page / 8] &= (u8) ~(1u << page % 8);
    }
}
