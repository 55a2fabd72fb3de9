/*
 * The disk image inside the executable, in the form that `mkdisk --embed` writes (all numbers
 * little endian):
 *
 *   0  8  magic "G386DISK"
 *   8  4  version, 1
 *  12  4  chunk size in bytes, 65536
 *  16  8  image size in bytes
 *  24  4  number of chunks, image size / chunk size rounded up
 *  28  8  for each chunk: u32 offset from the start of this header, u32 length of its zlib stream;
 *         length 0 is a chunk of zeros. A stream unpacks to a whole chunk, the last one to the
 * rest.
 */
#ifndef DISKS_EMBEDDED_DISK_H
#define DISKS_EMBEDDED_DISK_H

#define EMBEDDED_DISK_MAGIC "G386DISK"

enum {
    EMBEDDED_DISK_VERSION = 1,
    EMBEDDED_DISK_CHUNK = 65536,
    EMBEDDED_DISK_HEADER = 28,
    EMBEDDED_DISK_ENTRY = 8,
};

/* Library glass386_embedded_disk. */
extern const unsigned char embedded_disk[], embedded_disk_end[];

/* Library glass386_embedded_symbols: the kernel's symbol file; empty when there is no kernel. */
extern const unsigned char embedded_symbols[], embedded_symbols_end[];

#endif
