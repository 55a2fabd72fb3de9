#include "kernel.h"
static u32 t[256];
static u8 b[8192];
NOINLINE static u32 crc(u32 c, const u8 *p, u32 n)
{
    c = ~c;
    while (n--)
        c = t[(c ^ *p++) & 255] ^ (c >> 8);
    return ~c;
}
u32 kernel_main(void)
{
    for (u32 i = 0; i < 256; i++) {
        u32 c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
        t[i] = c;
    }
    for (int i = 0; i < 8192; i++)
        b[i] = i * 7 + (i >> 3);
    u32 c = 0;
    for (int r = 0; r < 1500; r++)
        c = crc(c, b, 8192);
    return c;
}
