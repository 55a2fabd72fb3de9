#include "kernel.h"
static s32 a[48][48], b[48][48], c[48][48];
u32 kernel_main(void)
{
    for (int i = 0; i < 48; i++)
        for (int j = 0; j < 48; j++) {
            a[i][j] = i * j - 7;
            b[i][j] = i - 3 * j;
        }
    u32 x = 0;
    for (int r = 0; r < 120; r++) {
        for (int i = 0; i < 48; i++)
            for (int j = 0; j < 48; j++) {
                s32 t = 0;
                for (int k = 0; k < 48; k++)
                    t += a[i][k] * b[k][j];
                c[i][j] = t;
            }
        x += c[r % 48][7];
        a[r % 48][3] += x;
    }
    return x;
}
