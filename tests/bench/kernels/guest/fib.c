#include "kernel.h"
NOINLINE static u32 fib(u32 n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
NOINLINE static u32 ack(u32 m, u32 n)
{
    return m == 0 ? n + 1 : n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1));
}
u32 kernel_main(void)
{
    u32 x = 0;
    for (int i = 0; i < 2; i++)
        x += fib(31);
    for (int i = 0; i < 4; i++)
        x += ack(2, 600);
    return x;
}
