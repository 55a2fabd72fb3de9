/*
 * sealrom IN OUT: an option ROM gets its length, in 512 bytes, into its third byte, and the last
 * byte that makes the sum of all bytes 0 (IBM PC AT Technical Reference, "ROM Scan"). It grows to
 * whole pages of 4 KB, as the emulator maps ROMs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { UNIT = 512, PAGE = 4096, MOST = 65536 };

static int fail(const char *path, const char *why)
{
    fprintf(stderr, "sealrom: %s: %s\n", path, why);
    return 1;
}

int main(int count, char **arguments)
{
    static unsigned char rom[MOST];
    unsigned char sum = 0;
    size_t length, whole;
    FILE *file;

    if (count != 3)
        return fail("usage", "sealrom IN OUT");
    file = fopen(arguments[1], "rb");
    if (!file)
        return fail(arguments[1], strerror(errno));
    length = fread(rom, 1, MOST, file);
    fclose(file);
    whole = (length + 1 + PAGE - 1) / PAGE * PAGE; /* one byte for the sum */
    if (length < 3 || whole > MOST)
        return fail(arguments[1], "expected 3 to 65535 bytes");
    rom[2] = (unsigned char)(whole / UNIT);
    for (size_t i = 0; i < length; i++)
        sum += rom[i];
    rom[whole - 1] = (unsigned char)-sum;
    file = fopen(arguments[2], "wb");
    if (!file || fwrite(rom, 1, whole, file) != whole || fclose(file) != 0)
        return fail(arguments[2], strerror(errno));
    return 0;
}
