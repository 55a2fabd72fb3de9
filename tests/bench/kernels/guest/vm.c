#include "kernel.h"
/* byte-code VM: switch dispatch => indirect jumps, unpredictable-ish */
static u8 prog[512];
static u32 st[64];
NOINLINE static u32 run(u32 n, u32 seed)
{
    u32 pc = 0, sp = 0, acc = seed;
    while (n--) {
        u8 op = prog[pc & 511];
        pc++;
        switch (op & 15) {
        case 0:
            acc += op;
            break;
        case 1:
            acc ^= acc << 3;
            break;
        case 2:
            st[sp++ & 63] = acc;
            break;
        case 3:
            acc += st[--sp & 63];
            break;
        case 4:
            acc = acc >> 1 | acc << 31;
            break;
        case 5:
            if (acc & 1)
                pc += 3;
            break;
        case 6:
            acc *= 17;
            break;
        case 7:
            acc -= pc;
            break;
        case 8:
            acc = ~acc;
            break;
        case 9:
            if (acc & 4)
                pc = (acc >> 8) & 511;
            break;
        case 10:
            st[acc & 63] += acc;
            break;
        case 11:
            acc = st[(acc >> 3) & 63];
            break;
        case 12:
            acc += 0x9e3779b9;
            break;
        case 13:
            acc ^= sp;
            break;
        case 14:
            acc = (acc & 0xffff) * (acc >> 16);
            break;
        default:
            acc += n;
        }
    }
    return acc;
}
u32 kernel_main(void)
{
    u32 x = 7;
    for (int i = 0; i < 512; i++) {
        x = x * 1664525 + 1013904223;
        prog[i] = x >> 24;
    }
    u32 a = 1;
    for (int r = 0; r < 80; r++)
        a = run(100000, a);
    return a;
}
