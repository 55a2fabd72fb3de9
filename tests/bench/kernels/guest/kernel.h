#ifndef GLASS386_BENCH_KERNEL_H
#define GLASS386_BENCH_KERNEL_H

/* What the kernels share: one entry, whose result is in EAX at HLT. */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned u32;
typedef int s32;

#define NOINLINE __attribute__((noinline))

u32 kernel_main(void);

#endif
