#include "kernel.h"
static u8 f[65536];
u32 kernel_main(void)
{
    u32 c = 0;
    for (int r = 0; r < 100; r++) {
        c = 0;
        for (int i = 0; i < 65536; i++)
            f[i] = 1;
        for (int i = 2; i < 65536; i++)
            if (f[i]) {
                c++;
                for (int j = i + i; j < 65536; j += i)
                    f[j] = 0;
            }
    }
    return c;
}
