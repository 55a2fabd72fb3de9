#include "kernel.h"
static u32 s[4096], d[4096];
NOINLINE static void cpw(volatile u32 *a, const volatile u32 *b, u32 n)
{
    while (n--)
        *a++ = *b++;
}
NOINLINE static void cpb(volatile u8 *a, const volatile u8 *b, u32 n)
{
    while (n--)
        *a++ = *b++;
}
NOINLINE static u32 sum(const u32 *b, u32 n)
{
    u32 x = 0;
    for (u32 i = 0; i < n; i++)
        x += b[i] ^ i;
    return x;
}
u32 kernel_main(void)
{
    u32 x = 0;
    for (int i = 0; i < 4096; i++)
        s[i] = i * 2654435761u;
    for (int r = 0; r < 1000; r++) {
        cpw(d, s, 4096);
        cpb((u8 *)d, (u8 *)s + 4, 8192);
        x += sum(d, 4096);
        s[r & 4095] ^= x;
    }
    return x;
}
