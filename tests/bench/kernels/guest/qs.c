#include "kernel.h"
static s32 a[20000];
NOINLINE static void qs(s32 *v, int l, int r)
{
    while (l < r) {
        s32 p = v[(l + r) >> 1];
        int i = l, j = r;
        while (i <= j) {
            while (v[i] < p)
                i++;
            while (v[j] > p)
                j--;
            if (i <= j) {
                s32 t = v[i];
                v[i] = v[j];
                v[j] = t;
                i++;
                j--;
            }
        }
        if (j - l < r - i) {
            qs(v, l, j);
            l = i;
        } else {
            qs(v, i, r);
            r = j;
        }
    }
}
u32 kernel_main(void)
{
    u32 x = 12345, s = 0;
    for (int k = 0; k < 25; k++) {
        for (int i = 0; i < 20000; i++) {
            x = x * 1103515245u + 12345u;
            a[i] = (s32)(x >> 4);
        }
        qs(a, 0, 19999);
        s += a[777] ^ a[19000];
        for (int i = 1; i < 20000; i++)
            if (a[i - 1] > a[i])
                return 0xbad;
    }
    return s;
}
